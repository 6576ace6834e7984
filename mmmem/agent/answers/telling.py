"""Lines that share the words of a deed, sorted by whether they tell of it: the right deed, by the right one, and done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mmmem.agent.answers.reading import Reading, read
from mmmem.agent.language.deeds import WEARER, Deed
from mmmem.agent.language.verbforms import forms_of, words_for
from mmmem.agent.view import Floats, Ints, View
from mmmem.store.records import StoredText
from mmmem.text.terms import terms

READ_SHARE = 0.3
"""Lines that share less than this of what the best shares are not read."""
PARAPHRASED = 0.5
"""Who talks says things in other words than who asks: a verb that is not said counts so much less against a spoken line."""
SUBJECT_WEIGHT = 1.0
"""Of a subject that is no word of an index: I, we."""


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Lines that match the question, best first.

    Args:
        lines: positions in the view.
        coverage: share of the question's weighted terms each line holds, in [0, 1].
    """

    lines: Ints
    coverage: Floats

    def __len__(self) -> int:
        return len(self.lines)

    def first(self, most: int) -> "Matches":
        """The best `most`, without those far worse than the best."""
        near = self.coverage >= READ_SHARE * self.coverage.max(initial=0.0)
        return Matches(self.lines[near][:most], self.coverage[near][:most])


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that shares the question's words and is no answer: what it would have covered, and why it is none."""

    line: int
    coverage: float
    reading: Reading


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What lines tell of a deed: those that do, those that are refused, and how each was read."""

    matches: Matches
    refused: tuple[Refused, ...] = ()
    readings: Mapping[int, Reading] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sought:
    """The weights of a deed's parts: its verb, its subject, and the terms of everything else."""

    deed: Deed
    verb: float
    subject: float
    rest: dict[str, float]

    @property
    def total(self) -> float:
        """Of all parts."""
        return max(self.verb + self.subject + sum(self.rest.values()), 1e-12)


def sought(deed: Deed, wanted: Mapping[str, float]) -> Sought:
    """Weighted terms of a question by the part they play in its deed."""
    first_person = deed.subject in (WEARER, "we")
    verb = {term for term in wanted if deed.verb and deed.verb[0] in forms_of(term)}
    subject = set() if first_person else set(terms(deed.subject)) & set(wanted) - verb
    return Sought(
        deed,
        verb=sum(wanted[term] for term in verb),
        subject=SUBJECT_WEIGHT if first_person else sum(wanted[term] for term in subject),
        rest={term: weight for term, weight in wanted.items() if term not in verb | subject},
    )


def held_weights(view: View, wanted: Mapping[str, float]) -> Floats:
    """(L,) the weight of the wanted terms each line holds, by any word for them."""
    held = np.zeros(len(view.lines))
    for term, weight in wanted.items():
        held[positions_of(view, term)] += weight
    return held


def positions_of(view: View, term: str) -> Ints:
    """Lines that hold a term or another word for it, each once."""
    found = [view.postings(word)[0] for word in words_for(term) if word == term or word not in forms_of(term)]
    return found[0] if len(found) == 1 else np.unique(np.concatenate(found))


InWordsOf = Callable[[StoredText], Deed]
"""A deed as the stream of a line would tell it."""


def told_by(view: View, found: Matches, texts: Sequence[StoredText], asked: Sought, in_words_of: InWordsOf | None = None) -> Told:
    """What the lines of `found`, whose texts are given in the same order, tell of the deed.

    Args:
        in_words_of: the deed as a line's stream would tell it, whose wearer is I there; None where no wearer is known.
    """
    words = frozenset(asked.rest)
    held = held_weights(view, asked.rest)
    coverage = np.zeros(len(found))
    readings: dict[int, Reading] = {}
    refused: list[Refused] = []
    for place, (line, stored) in enumerate(zip(found.lines.tolist(), texts, strict=True)):
        deed = asked.deed if in_words_of is None else in_words_of(stored)
        reading = readings[line] = read(stored.text, deed, words)
        says = asked.verb * reading.verb + float(held[line])
        if reading.against:
            refused.append(Refused(line, (says + asked.subject) / asked.total, reading))
        elif says > 0.0 or not (asked.verb or asked.rest):
            unsaid = PARAPHRASED * asked.verb if reading.verb == 0.0 and stored.text.kind == "speech" else 0.0
            coverage[place] = (says + asked.subject * reading.subject) / max(asked.total - unsaid, 1e-12)
    kept = np.flatnonzero(coverage > 0)
    order = kept[np.lexsort((-view.lines.start_ns[found.lines[kept]], -coverage[kept]))]
    return Told(Matches(found.lines[order], coverage[order]), tuple(refused), readings)
