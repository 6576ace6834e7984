"""Questions about what is usual: who does it, what, where, when and how often."""

import re
from collections.abc import Sequence

import numpy as np

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.habit_asked import LEAST_DAYS, MEALS, AskedHabit, person, says_where_or_whose, texts_of
from mmmem.agent.answers.habit_choices import answer_habit_choice
from mmmem.agent.answers.tastes import LIKING, WHOSE, answer_owner, answer_taste
from mmmem.agent.question import Question
from mmmem.banks.consolidation.chance import circular_median
from mmmem.banks.consolidation.coverage import DAY_BEGINS_NS
from mmmem.banks.consolidation.habits import Habit
from mmmem.banks.consolidation.ledger import Act, Entry, named
from mmmem.banks.consolidation.standing import Standing
from mmmem.banks.consolidation.wording import clock, describe_habit, placed, times
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR
from mmmem.text.terms import terms

_HABITUAL = re.compile(r"^\W*(?:how (?:often|frequently|regularly)|on (?:what|which) days?) (?:do|does)\b", re.IGNORECASE)
_HAS_MEAL = frozenset(("eat", "have", "drink"))
NUM_NAMED = 4


def asks_what_is_usual(question: Question) -> bool:
    """Whether a question is about a habit, a taste or an owner."""
    if question.negated and not LIKING.search(question.text):
        return False
    if question.kind == "how_often":  # how often it was done is a number of times, how often it is done a habit
        return _HABITUAL.search(question.text) is not None
    return question.aspect == "habit" or WHOSE.search(question.text) is not None


def answer_habit(inquiry: Inquiry) -> Draft | None:
    """What is usual, counted; None where too little repeats."""
    question = inquiry.question
    asked = AskedHabit(inquiry)
    if question.choices:
        return answer_habit_choice(asked)
    if WHOSE.search(question.text):
        return answer_owner(asked)
    if LIKING.search(question.text):
        return answer_taste(asked)
    answers = {
        "who": _who, "where": _where, "when": _when, "how_often": _how_often, "what": _what, "list": _what, "yes_no": _whether,
    }  # fmt: skip
    answer = answers.get(question.kind)
    return None if answer is None else answer(asked)


def _who(asked: AskedHabit) -> Draft | None:
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
    rest = ", ".join(f"{person(a)} {asked.counted(t)}" for t, a in ranked[1:NUM_NAMED])
    text = f"{person(actor)} ({asked.counted(best)}{'; ' + rest if rest else ''})"
    share = len(best.entries) / sum(len(t.entries) for t, _ in ranked)
    return asked.draft(text, "entity", texts_of(best.entries), 0.3 + 0.6 * share, person(actor))


def _where(asked: AskedHabit) -> Draft | None:
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
    things = [term for term in wanted if not says_where_or_whose(term)]
    return bool(held) and held[-1] in things and set(things) <= set(held)


def _when(asked: AskedHabit) -> Draft | None:
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
    return asked.draft(text, "time", texts_of([*firsts.values()]), 0.6, at_ns)


def _current(asked: AskedHabit, acts: Sequence[Act]) -> Habit | None:
    """The surest habit that still holds among some acts."""
    part = asked.part[0] if asked.part else None
    fits = (h for h in asked.routine.habits if (h.actor, h.verb, h.key) in acts and h.ended_ns is None)
    return next((h for h in fits if part is None or h.when in (part, "day")), None)


def _how_often(asked: AskedHabit) -> Draft | None:
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
    return asked.draft(f"{often}{rate}", "count", texts_of(tally.entries), 0.75, len(tally.days))


def _what(asked: AskedHabit) -> Draft | None:
    """What somebody usually does, or usually eats, drinks, plays."""
    verbs = _HAS_MEAL if asked.meal and asked.verbs <= _HAS_MEAL else asked.verbs - {"make", "go", "take"} or asked.verbs
    if not asked.actors and not asked.everybody:
        return None
    if not verbs:
        return _doings(asked)
    if asked.rest - set(terms(" ".join(MEALS))):
        return None  # of what is eaten, used or played, something is asked that deeds do not tell
    mine = [a for a in asked.routine.acts if a[1].split()[0] in verbs and a[2] and (asked.everybody or a[0] in asked.actors)]
    by_object: dict[str, list[Act]] = {}
    for act in mine:
        if not asked.meal or act[2] not in terms(" ".join(MEALS)):
            by_object.setdefault(act[2], []).append(act)
    found = [asked.tally(asked.entries(acts)) for acts in by_object.values()]
    ranked = sorted((t for t in found if len(t.days) >= LEAST_DAYS), key=lambda t: (-len(t.days), -len(t.entries)))
    if not ranked:
        return None
    told = [f"{named(t.entries)} ({asked.counted(t)})" for t in ranked[:NUM_NAMED]]
    texts = [text for t in ranked[:NUM_NAMED] for text in texts_of(t.entries)[-3:]]
    return asked.draft("; ".join(told), "list", texts, 0.6, [named(t.entries) for t in ranked[:NUM_NAMED]])


def _doings(asked: AskedHabit) -> Draft | None:
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


def _falls_in(asked: AskedHabit, habit: Habit) -> bool:
    """Whether an everyday habit also fell into the part of the day on most of its days."""
    days = asked.tally(e for e in asked.routine.acts[(habit.actor, habit.verb, habit.key)] if asked.allowed(e)).days
    return 2 * len(days) >= len(habit.days)


def _whether(asked: AskedHabit) -> Draft | None:
    """Yes with the counts, if it is a habit; no if it was done on few of the days."""
    acts = asked.acts()
    tally = asked.tally(asked.entries(acts))
    if not asked.actors or not tally.entries:
        return None
    seen = asked.num_seen(tally.days)
    habit = _current(asked, acts)
    value = habit is not None or (len(tally.days) >= LEAST_DAYS and 2 * len(tally.days) >= seen)
    said = describe_habit(habit, asked.inquiry.calendar) if habit else asked.counted(tally)
    return asked.draft(f"{'Yes' if value else 'No'}: {said}", "yes_no", texts_of(tally.entries), 0.7, value)
