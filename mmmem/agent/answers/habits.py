"""Questions about what is usual: who does it, what, where, when and how often, what is liked, and whose things are."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.language.verbforms import forms_of
from mmmem.agent.question import Question
from mmmem.agent.routine import Routine
from mmmem.banks.consolidation.chance import circular_median
from mmmem.banks.consolidation.habits import DAY_BEGINS_NS, MIN_DAY_COVERED_NS, PARTS, Habit
from mmmem.banks.consolidation.ledger import Act, Entry, named
from mmmem.banks.consolidation.standing import Standing
from mmmem.banks.consolidation.verbs import VERBS
from mmmem.banks.consolidation.wording import clock, describe_habit, describe_standing, placed, times
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR
from mmmem.text.terms import terms, tokens
from mmmem.types import Evidence

_FILLER = frozenset(
    terms(
        "usually often habitually habit normally typically generally frequently regularly mostly tend every day morning always "
        "afternoon evening night noon today week time most especially do does go goes have has take get make thing kind type "
        "like love enjoy prefer hate dislike favourite favorite us among person who food people"
    )
)
_MEALS = {"breakfast": (0, 8), "lunch": (6, 11), "dinner": (12, 19), "supper": (12, 20), "brunch": (4, 9)}
"""Hours since four in the morning between which a meal is eaten."""
_LIKING = re.compile(r"\b(?:likes?|loves?|enjoys?|prefers?|hates?|dislikes?|favou?rite|fond of)\b", re.IGNORECASE)
_HATING = re.compile(
    r"\b(?:hates?|dislikes?)\b|n't (?:\w+ )?(?:like|love|enjoy)|\bnot (?:\w+ )?(?:like|love|enjoy)", re.IGNORECASE
)
_WHOSE = re.compile(r"^\W*whose\b|\bwho (?:owns|does .+ belong to)|\bbelongs? to\b", re.IGNORECASE)
_HABITUAL = re.compile(r"^\W*(?:how (?:often|frequently|regularly)|on (?:what|which) days?) (?:do|does)\b", re.IGNORECASE)
_HAS_MEAL = frozenset(("eat", "have", "drink"))
_DRINKS = frozenset(
    terms("coffee tea milk cola coke juice wine beer water cocktail soda tequila vodka whisky lemonade latte espresso rum")
)
_CARRYING = frozenset(("have", "go", "take", "make", "get"))
LEAST_DAYS = 2
"""What was done on one day only is no answer to what is usual."""
NUM_NAMED = 4
LEAST_VOTES = 2
LEAST_LEAD = 1.5
"""The best option must have this many times the lines of the next."""


def asks_what_is_usual(question: Question) -> bool:
    """Whether a question is about a habit, a taste or an owner."""
    if question.negated and not _LIKING.search(question.text):
        return False
    if question.kind == "how_often":  # how often it was done is a number of times, how often it is done a habit
        return _HABITUAL.search(question.text) is not None
    return question.aspect == "habit" or _WHOSE.search(question.text) is not None


def answer_habit(inquiry: Inquiry) -> Draft | None:
    """What is usual, counted; None where too little repeats."""
    question = inquiry.question
    asked = _AskedHabit(inquiry)
    if question.choices:
        return _chosen(asked)
    if _WHOSE.search(question.text):
        return _owner(asked)
    if _LIKING.search(question.text):
        return _taste(asked)
    answers = {
        "who": _who, "where": _where, "when": _when, "how_often": _how_often, "what": _what, "list": _what, "yes_no": _whether,
    }  # fmt: skip
    answer = answers.get(question.kind)
    return None if answer is None else answer(asked)


@dataclass(frozen=True, slots=True)
class Tally:
    """How much one answer has for it."""

    entries: Sequence[Entry]
    days: tuple[int, ...]


class _AskedHabit:
    """Whose habit is asked about, of what, and when."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.question = inquiry.question
        self.routine: Routine = inquiry.memory.routines.of(inquiry.view, inquiry.asked.stream)
        words = dict.fromkeys(tokens(self.question.text))
        self.meal = next((_MEALS[word] for word in words if word in _MEALS), None)
        self.part = next((part for part in PARTS if part[0] in words or (part[0] == "evening" and "night" in words)), None)
        self.everybody = bool({"we", "us", "our"} & words.keys())
        people = {actor for actor, _, _ in self.routine.acts} | {one.subject for one in self.routine.tastes}
        named = {actor for actor in people if actor != "I" and re.search(rf"\b{re.escape(actor)}\b", self.question.text)}
        self.actors = named or ({"I"} if self.question.mentions_self and not self.everybody else set())
        names = {term for actor in self.actors for term in terms(actor)}
        self.wanted = [t for t in dict.fromkeys(terms(self.question.content or self.question.text)) if t not in _FILLER | names]
        constraint = self.question.constraint
        window = inquiry.asked.query.window
        self.windows = (window,) if window else constraint.windows if constraint.strict else ()
        self.verbs = self._verbs()
        self.rest = set(self.wanted) - {term for verb in self.verbs for form in forms_of(verb) for term in (*terms(verb), form)}
        self._deed = " ".join(["", *(VERBS[word].lemma if word in VERBS else word for word in tokens(self.question.text)), ""])

    def _verbs(self) -> set[str]:
        """The verbs of the question that habits are counted for."""
        plain = [VERBS[word].lemma for word in tokens(self.question.content) if word in VERBS]
        return {lemma for lemma in plain if lemma not in ("do",)}

    def allowed(self, entry: Entry) -> bool:
        """Whether a deed lies in the part of the day, the meal and the time that are asked about."""
        clock_ns = self.routine.coverage.clock_ns(entry.start_ns)
        if self.part is not None and not (entry.timed and self.part[1] <= clock_ns < self.part[2]):
            return False
        meal = self.meal
        if meal is not None and not (entry.timed and meal[0] * NS_PER_HOUR <= clock_ns < meal[1] * NS_PER_HOUR):
            return False
        return not self.windows or any(window.contains(entry.start_ns) for window in self.windows)

    def entries(self, fits: Sequence[Act]) -> list[Entry]:
        """Allowed deeds of some acts, in order of time, each line once."""
        found = {(e.text, e.act[0]): e for act in fits for e in self.routine.acts[act] if self.allowed(e)}
        return sorted(found.values(), key=lambda e: (e.start_ns, e.text))

    def acts(self, *, anybody: bool = False) -> list[Act]:
        """Acts of those who are asked about that hold every word asked for."""
        mine = [act for act in self.routine.acts if anybody or not self.actors or act[0] in self.actors]
        if not self.wanted:  # words too common to be searched for: `get up`, `leave`
            return [act for act in mine if f" {act[1]} " in self._deed and not act[2] and act[1] not in _CARRYING]
        return [act for act in mine if all(_holds(act, term) for term in self.wanted) and self._does(act)]

    def _does(self, act: Act) -> bool:
        """A verb that is asked for is the act's, unless it only carries its object (`have coffee`, `go jogging`)."""
        return not self.verbs or act[1].split()[0] in self.verbs or self.verbs <= _CARRYING

    def tally(self, entries: Iterable[Entry]) -> Tally:
        """Deeds by day."""
        kept = list(entries)
        days = sorted({self.routine.coverage.day_of(e.start_ns) - e.days_before for e in kept})
        return Tally(kept, tuple(days))

    def num_seen(self, days: Sequence[int]) -> int:
        """Days on which it could have been seen: those covered well enough, and those on which it was done."""
        coverage = self.routine.coverage
        part = self.part or ("day", 0, NS_PER_DAY)
        least = MIN_DAY_COVERED_NS // (2 if self.part else 1)
        if self.windows:
            return len(days)
        return len({d for d in coverage.covered_ns if coverage.covered(d, part[1], part[2]) >= least} | set(days))

    def counted(self, tally: Tally) -> str:
        """`on 4 of 5 mornings seen`; inside a time that is asked about, how many times."""
        if self.windows:
            return times(len(tally.entries))
        days = tally.days
        return f"on {len(days)} of {self.num_seen(days)} {self.part[0] if self.part else 'day'}s seen"

    def cite(self, texts: Sequence[int]) -> list[Evidence]:
        """The latest lines, best first, at most `k`; of many, those of different days before others."""
        at = self.inquiry.view.positions_of(list(texts)).tolist()
        lines = [line for line in dict.fromkeys(at) if line >= 0][::-1]
        fresh: dict[int, int] = {}
        for line in lines:
            fresh.setdefault(self.routine.coverage.day_of(int(self.inquiry.view.lines.start_ns[line])), line)
        chosen = list(dict.fromkeys([*fresh.values(), *lines]))[: self.inquiry.k]
        return [self.inquiry.cite(line, 1.0 - 0.01 * rank) for rank, line in enumerate(chosen)]

    def draft(self, text: str, kind: str, texts: Sequence[int], confidence: float, value: object) -> Draft | None:
        """An answer, if a line can be shown for it."""
        evidence = self.cite(texts)
        return Draft(text, kind, min(0.95, confidence), evidence, value) if evidence else None


def _holds(act: Act, term: str) -> bool:
    return bool({act[2], *terms(act[1])} & {*forms_of(term), term})


def _entry_texts(entries: Sequence[Entry]) -> list[int]:
    return [entry.text for entry in entries]


def _person(actor: str) -> str:
    return "me" if actor == "I" else actor


def _who(asked: _AskedHabit) -> Draft | None:
    """Whoever did it on most days, then most often."""
    others = asked.actors - {"I"} | ({"I"} if asked.question.mentions_self and "I" in asked.actors else set())
    by_actor: dict[str, list[Act]] = {}
    for act in asked.acts(anybody=True):
        by_actor.setdefault(act[0], []).append(act)
    tallies = {actor: asked.tally(asked.entries(acts)) for actor, acts in by_actor.items() if actor not in others}
    ranked = sorted(
        ((t, actor) for actor, t in tallies.items() if t.entries), key=lambda r: (-len(r[0].days), -len(r[0].entries))
    )
    if not ranked or len(ranked[0][0].days if not asked.windows else ranked[0][0].entries) < LEAST_DAYS:
        return None
    best, actor = ranked[0]
    rest = ", ".join(f"{_person(a)} {asked.counted(t)}" for t, a in ranked[1:NUM_NAMED])
    text = f"{_person(actor)} ({asked.counted(best)}{'; ' + rest if rest else ''})"
    share = len(best.entries) / sum(len(t.entries) for t, _ in ranked)
    return asked.draft(text, "entity", _entry_texts(best.entries), 0.3 + 0.6 * share, _person(actor))


def _where(asked: _AskedHabit) -> Draft | None:
    """The usual place of the thing."""
    fitting = [s for s in asked.routine.places if s.ended_ns is None and asked.wanted and _about(s.subject, asked.wanted)]
    if not fitting:
        return None
    best = max(fitting, key=lambda s: s.count)
    where = placed(best.object)
    share = best.count / (best.count + best.against)
    return asked.draft(f"usually {where} ({describe_counts(best)})", "place", best.support, 0.4 + 0.5 * share, where)


def describe_counts(standing: Standing) -> str:
    """`7 of 9 times, on 4 days`."""
    return f"{standing.count} of {standing.count + standing.against} times, on {len(standing.days)} days"


def _about(phrase: str, wanted: Sequence[str]) -> bool:
    """Whether a thing's name ends in a word asked for, and no word for a thing is left over."""
    held = terms(phrase)
    things = [term for term in wanted if not _is_verb(term)]
    return bool(held) and held[-1] in things and set(things) <= set(held)


def _is_verb(term: str) -> bool:
    return any(
        term in terms(word) for word in ("put", "keep", "leave", "place", "store", "hang", "find", "lie", "own", "belong", "one")
    )


def _when(asked: _AskedHabit) -> Draft | None:
    """The usual time: of the habit that is kept, else the middle of the first times of each day."""
    acts = asked.acts()
    habit = _current(asked, acts)
    entries = [e for e in asked.entries(acts) if e.timed]
    tally = asked.tally(entries)
    if habit is not None and habit.clock_ns is not None:
        text = f"around {clock(habit.clock_ns)} ({describe_habit(habit, asked.inquiry.calendar)})"
        return asked.draft(text, "time", habit.support, 0.9 * len(habit.days) / habit.num_seen, habit.clock_ns)
    if len(tally.days) < LEAST_DAYS:
        return None
    coverage = asked.routine.coverage
    firsts: dict[int, Entry] = {}
    for entry in entries:
        firsts.setdefault(coverage.day_of(entry.start_ns), entry)
    middle, spread = circular_median(np.array([coverage.clock_ns(e.start_ns) for e in firsts.values()], np.int64))
    at_ns = (middle + DAY_BEGINS_NS) % NS_PER_DAY
    apart = round(spread / NS_PER_HOUR * 60)
    text = f"around {clock(at_ns)}, give or take {apart} minutes ({asked.counted(tally)})"
    return asked.draft(text, "time", _entry_texts([*firsts.values()]), 0.6, at_ns)


def _current(asked: _AskedHabit, acts: Sequence[Act]) -> Habit | None:
    """The surest habit that still holds among some acts."""
    part = asked.part[0] if asked.part else None
    fits = (h for h in asked.routine.habits if (h.actor, h.verb, h.key) in acts and h.ended_ns is None)
    return next((h for h in fits if part is None or h.when in (part, "day")), None)


def _how_often(asked: _AskedHabit) -> Draft | None:
    """On how many of the days on which it could have been seen."""
    acts = asked.acts()
    tally = asked.tally(asked.entries(acts))
    if not tally.entries or (not asked.actors and not asked.everybody):
        return None
    habit = _current(asked, acts)
    seen = asked.num_seen(tally.days)
    if seen < LEAST_DAYS:
        return None
    weekly = 7 * len(tally.days) / seen
    often = (
        describe_habit(habit, asked.inquiry.calendar) if habit else f"{asked.counted(tally)}, {times(len(tally.entries))} in all"
    )
    rate = f", about {times(round(weekly))} a week" if seen >= 7 and weekly >= 1 else ""
    return asked.draft(f"{often}{rate}", "count", _entry_texts(tally.entries), 0.75, len(tally.days))


def _what(asked: _AskedHabit) -> Draft | None:
    """What somebody usually does, or usually eats, drinks, plays."""
    verbs = _HAS_MEAL if asked.meal and asked.verbs <= _HAS_MEAL else asked.verbs - {"make", "go", "take"} or asked.verbs
    if not asked.actors and not asked.everybody:
        return None
    if not verbs:
        return _doings(asked)
    if asked.rest - set(terms(" ".join(_MEALS))):
        return None  # of what is eaten, used or played, something is asked that deeds do not tell
    mine = [a for a in asked.routine.acts if a[1].split()[0] in verbs and a[2] and (asked.everybody or a[0] in asked.actors)]
    by_object: dict[str, list[Act]] = {}
    for act in mine:
        if not asked.meal or act[2] not in terms(" ".join(_MEALS)):
            by_object.setdefault(act[2], []).append(act)
    found = [asked.tally(asked.entries(acts)) for acts in by_object.values()]
    ranked = sorted((t for t in found if len(t.days) >= LEAST_DAYS), key=lambda t: (-len(t.days), -len(t.entries)))
    if not ranked:
        return None
    told = [f"{named(t.entries)} ({asked.counted(t)})" for t in ranked[:NUM_NAMED]]
    texts = [text for t in ranked[:NUM_NAMED] for text in _entry_texts(t.entries)[-3:]]
    return asked.draft("; ".join(told), "list", texts, 0.6, [named(t.entries) for t in ranked[:NUM_NAMED]])


def _doings(asked: _AskedHabit) -> Draft | None:
    """The habits of the part of the day asked about, the surest first; nothing else may be asked for."""
    if asked.wanted:
        return None
    part = asked.part[0] if asked.part else None
    mine = [h for h in asked.routine.habits if h.ended_ns is None and (asked.everybody or h.actor in asked.actors)]
    kept = [h for h in mine if part is None or h.when == part] or [h for h in mine if h.when == "day" and _falls_in(asked, h)]
    if not kept:
        return None
    told = [describe_habit(h, asked.inquiry.calendar) for h in kept[:NUM_NAMED]]
    texts = [text for h in kept[:NUM_NAMED] for text in h.support[-3:]]
    return asked.draft("; ".join(told), "list", texts, 0.8, told)


def _falls_in(asked: _AskedHabit, habit: Habit) -> bool:
    """Whether an everyday habit also fell into the part of the day on most of its days."""
    days = asked.tally(e for e in asked.routine.acts[(habit.actor, habit.verb, habit.key)] if asked.allowed(e)).days
    return 2 * len(days) >= len(habit.days)


def _whether(asked: _AskedHabit) -> Draft | None:
    """Yes with the counts, if it is a habit; no if it was done on few of the days."""
    acts = asked.acts()
    tally = asked.tally(asked.entries(acts))
    if not asked.actors or not tally.entries:
        return None
    seen = asked.num_seen(tally.days)
    habit = _current(asked, acts)
    value = habit is not None or (len(tally.days) >= LEAST_DAYS and 2 * len(tally.days) >= seen)
    said = describe_habit(habit, asked.inquiry.calendar) if habit else asked.counted(tally)
    return asked.draft(f"{'Yes' if value else 'No'}: {said}", "yes_no", _entry_texts(tally.entries), 0.7, value)


def _taste(asked: _AskedHabit) -> Draft | None:
    """Whether somebody likes something, or what somebody likes: what was said last, and how often."""
    if not asked.actors:
        return None
    mine = [s for s in asked.routine.tastes if s.subject in asked.actors and s.ended_ns is None]
    if asked.question.kind == "yes_no":
        about = [s for s in mine if asked.wanted and set(asked.wanted) <= set(terms(s.object))]
        if not about:
            return None
        last = max(about, key=lambda s: s.count)
        value = (last.kind == "likes") != bool(_HATING.search(asked.question.text))
        text = f"{'Yes' if value else 'No'}: {describe_standing(last, asked.inquiry.calendar)}"
        return asked.draft(text, "yes_no", last.support, 0.7 + 0.05 * last.count, value)
    kind = "dislikes" if _HATING.search(asked.question.text) else "likes"
    liked = [s for s in mine if s.kind == kind and _of_sort(s, asked)]
    if asked.question.kind not in ("what", "list") or not liked:
        return None
    liked.sort(key=lambda s: (-s.count, s.valid.start_ns))
    named_ = list(Counter(s.object for s in liked))[:NUM_NAMED]
    told = "; ".join(describe_standing(s, asked.inquiry.calendar) for s in liked[:NUM_NAMED])
    return asked.draft(told, "list", [t for s in liked[:NUM_NAMED] for t in s.support], 0.6, named_)


def _of_sort(standing: Standing, asked: _AskedHabit) -> bool:
    """Whether what is liked may be drunk, where that is asked, or holds the other words of the question."""
    rest = [term for term in asked.wanted if term not in terms("drink eat do")]
    if set(rest) - set(terms(standing.object)):
        return False
    drink = bool(set(terms(standing.object)) & _DRINKS)
    return drink if "drink" in asked.wanted else not drink if "eat" in asked.wanted else True


def _chosen(asked: _AskedHabit) -> Draft | None:
    """The option that most of what repeats speaks for; None where none stands out."""
    choices = asked.question.choices
    votes = [_for_person(asked, choice) if asked.question.kind == "who" else _for_thing(asked, choice) for choice in choices]
    ranked = sorted(votes, key=len, reverse=True)
    if len(ranked[0]) < LEAST_VOTES or len(ranked[0]) < LEAST_LEAD * len(ranked[1]):
        return None
    best = votes.index(ranked[0])
    evidence = asked.cite(ranked[0])
    share = len(ranked[0]) / max(sum(map(len, votes)), 1)
    return Draft(choices[best], "choice", 0.3 + 0.5 * share, evidence, choices[best], best) if evidence else None


def _for_person(asked: _AskedHabit, choice: str) -> list[int]:
    """Lines in which somebody of an option does what is asked about."""
    people = set(terms(choice)) | ({"i"} if {"i", "me"} & set(tokens(choice)) else set())
    acts = [act for act in asked.acts(anybody=True) if set(terms(act[0])) & people or act[0].lower() in people]
    return _entry_texts(asked.entries(acts))


def _for_thing(asked: _AskedHabit, choice: str) -> list[int]:
    """Lines that speak for an option: of a taste, or of a deed of somebody asked about, with the thing of the option."""
    option = set(terms(choice)) - _FILLER
    if not option or not asked.actors or (asked.rest and not _LIKING.search(asked.question.text)):
        return []
    if _LIKING.search(asked.question.text):
        kind = "dislikes" if _HATING.search(asked.question.text) else "likes"
        mine = [s for s in asked.routine.tastes if s.subject in asked.actors and s.kind == kind]
        return [text for s in mine if option & set(terms(s.object)) for text in s.support]
    acts = [a for a in asked.routine.acts if a[0] in asked.actors and a[2] in option and a[1].split()[0] in asked.verbs]
    return _entry_texts(asked.entries(acts))


def _owner(asked: _AskedHabit) -> Draft | None:
    """Whose a thing is said to be."""
    things = [term for term in asked.wanted if not _is_verb(term) and term not in terms("whose belong")]
    fitting = [s for s in asked.routine.owners if things and set(things) <= set(terms(s.object))]
    if not fitting:
        return None
    best = max(fitting, key=lambda s: (s.count, s.valid.start_ns))
    rivals = sum(s.count for s in fitting if s.subject != best.subject)
    if best.count <= rivals:
        return None
    text = f"{_person(best.subject)} ({describe_standing(best, asked.inquiry.calendar)})"
    return asked.draft(text, "entity", best.support, 0.3 + 0.6 * best.count / (best.count + rivals), _person(best.subject))
