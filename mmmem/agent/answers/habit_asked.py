"""What a question about a habit asks: whose, of what, at what part of the day, and the deeds that fit."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.language.verbforms import forms_of
from mmmem.agent.routine import Routine
from mmmem.agent.wearer import called, names_wearer
from mmmem.banks.consolidation.habits import MIN_DAY_COVERED_NS, PARTS
from mmmem.banks.consolidation.ledger import Act, Entry
from mmmem.banks.consolidation.verbs import VERBS
from mmmem.banks.consolidation.wording import times
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR
from mmmem.text.terms import terms, tokens
from mmmem.types import Evidence

FILLER = frozenset(
    terms(
        "usually often habitually habit normally typically generally frequently regularly mostly tend every day morning always "
        "afternoon evening night noon today week time most especially do does go goes have has take get make thing kind type "
        "like love enjoy prefer hate dislike favourite favorite us among person who food people"
    )
)
MEALS = {"breakfast": (0, 8), "lunch": (6, 11), "dinner": (12, 19), "supper": (12, 20), "brunch": (4, 9)}
"""Hours since four in the morning between which a meal is eaten."""
CARRYING = frozenset(("have", "go", "take", "make", "get"))
"""Verbs that may only carry the act: `have coffee`, `go jogging`."""
LEAST_DAYS = 2
"""What was done on one day only is no answer to what is usual."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How much one answer has for it."""

    entries: Sequence[Entry]
    days: tuple[int, ...]


class AskedHabit:
    """Whose habit is asked about, of what, and when."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.question = inquiry.question
        self.routine: Routine = inquiry.memory.routines.of(inquiry.view, inquiry.asked.stream)
        words = dict.fromkeys(tokens(self.question.text))
        self.meal = next((MEALS[word] for word in words if word in MEALS), None)
        self.part = next((part for part in PARTS if part[0] in words or (part[0] == "evening" and "night" in words)), None)
        self.everybody = bool({"we", "us", "our"} & words.keys())
        people = {actor for actor, _, _ in self.routine.acts} | {one.subject for one in self.routine.tastes}
        wearer = inquiry.asked.wearer
        own = {"I"} | {actor for actor in people if called(actor, wearer)}
        named = {actor for actor in people - own if re.search(rf"\b{re.escape(actor)}\b", self.question.text)}
        if names_wearer(self.question.text, wearer):
            named |= own
        self.actors = named or (own if self.question.mentions_self and not self.everybody else set())
        names = {term for actor in self.actors for term in terms(actor)}
        self.wanted = [t for t in dict.fromkeys(terms(self.question.content or self.question.text)) if t not in FILLER | names]
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
            return [act for act in mine if f" {act[1]} " in self._deed and not act[2] and act[1] not in CARRYING]
        return [act for act in mine if all(_holds(act, term) for term in self.wanted) and self._does(act)]

    def _does(self, act: Act) -> bool:
        """A verb that is asked for is the act's, unless it only carries its object (`have coffee`, `go jogging`)."""
        return not self.verbs or act[1].split()[0] in self.verbs or self.verbs <= CARRYING

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


def texts_of(entries: Sequence[Entry]) -> list[int]:
    """Ids of the lines that tell deeds."""
    return [entry.text for entry in entries]


def person(actor: str) -> str:
    """As an answer names somebody: the wearer is `me`."""
    return "me" if actor == "I" else actor


def says_where_or_whose(term: str) -> bool:
    """Whether a term asks for a place or an owner, and names no thing."""
    return any(
        term in terms(word) for word in ("put", "keep", "leave", "place", "store", "hang", "find", "lie", "own", "belong", "one")
    )
