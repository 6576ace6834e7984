"""What templates are written with: names that are unique among what was seen, parts of days, and drafts of questions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mmmem.clock import NS_PER_MIN, Span
from streams.house.home import Thing
from streams.house.observed import Observed
from streams.house.questions.knowledge import Knowledge
from streams.house.questions.program import Program
from streams.house.questions.question import Active, AnswerType, Family, Stale
from streams.house.questions.times import When, when_of

JUST_NOW_NS = 3 * NS_PER_MIN
"""What was seen no longer ago than this is asked about as the present."""
NUM_CHOICES = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """A question before it is chosen and numbered; fields as in `Question`.

    Args:
        phrasings: ways to say it.
        choices: ids or words; the right one is `value`.
        subject: what it is about, so that one thing is not asked about again and again.
    """

    family: Family
    template: str
    phrasings: tuple[str, ...]
    program: Program
    answer_type: AnswerType
    value: Any
    subject: str
    evidence: tuple[Observed, ...] = ()
    choices: tuple[str, ...] = ()
    accepted: tuple[str, ...] | None = None
    bounds: tuple[int, int] | None = None
    answerable: bool = True
    stale: Stale = ""
    outdated: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    asked_at_ns: int = 0
    active: Active | None = None

    @property
    def answer(self) -> str:
        """What priors count: the answer as a word."""
        if not self.answerable or self.stale == "gone":
            return "unknown"
        return str(self.value)


@dataclass(slots=True)
class Asker:
    """Somebody who knows what was seen, and wants to ask about it.

    Args:
        pose: x, y in metres and yaw of the robot when it is asked.
    """

    known: Knowledge
    rng: np.random.Generator
    pose: tuple[float, float, float] = (0.0, 0.0, 0.0)
    _names: dict[str, str] = field(default_factory=dict)

    def reference(self, thing: Thing) -> str:
        """ "the red mug", "Anna's red mug": what only this one of the things seen is called; empty if there is no such name."""
        if thing.id not in self._names:
            alike = [one for one in self.known.things if one.name == thing.name]
            owner = self.known.owners.get(thing.id, "")
            owned = f"{self.known.home.resident(owner).name}'s {thing.name}" if owner else ""
            same_owner = [one for one in alike if self.known.owners.get(one.id, "") == owner]
            if len(alike) == 1:
                self._names[thing.id] = owned if owned and self.rng.random() < 0.4 else f"the {thing.name}"
            else:
                self._names[thing.id] = owned if owned and len(same_owner) == 1 and self._all_owned(alike) else ""
        return self._names[thing.id]

    def _all_owned(self, alike: Sequence[Thing]) -> bool:
        """Whether it was heard whose each of them is: else nobody could tell them apart by owner."""
        return all(one.id in self.known.owners for one in alike)

    def named(self) -> list[tuple[Thing, str]]:
        """The things that were seen clearly and have a name of their own, in an order that is drawn."""
        named = [(one, name) for one in self.known.things if self.known.clear(one.id) and (name := self.reference(one))]
        return [named[number] for number in self.rng.permutation(len(named)).tolist()]

    def when(self, t_ns: int) -> When:
        """The part of day that an instant lies in, in words."""
        return when_of(t_ns, self.known.until_ns, relative=bool(self.rng.random() < 0.3))

    def parts_of_days(self) -> list[When]:
        """Every part of a day in which a tour began, in order of time."""
        whens = {when.span: when for span in self.known.tours.values() if (when := self.when(span.start_ns))}
        return [whens[span] for span in sorted(whens)]

    def is_now(self, span: Span) -> bool:
        """Whether a part of a day is the one in which it is asked."""
        return span.contains(self.known.until_ns - 1)

    def drawn(self, options: Sequence[str], num: int) -> list[str]:
        """Some of the options, in an order that is drawn; all of them if there are fewer."""
        return [options[number] for number in self.rng.permutation(len(options))[:num].tolist()]

    def choices(self, right: str, wrong: Iterable[str], likely: Iterable[str] = ()) -> tuple[str, ...]:
        """The right one among wrong ones, in an order that is drawn; empty if there are too few wrong ones.

        Args:
            likely: what would be right at other times; as far as they are wrong now they come first, or a prior would do.
        """
        others = sorted(set(wrong) - {right})
        tempting = self.drawn([one for one in others if one in set(likely)], NUM_CHOICES - 1)
        others = [*tempting, *self.drawn([one for one in others if one not in tempting], NUM_CHOICES - 1 - len(tempting))]
        if len(others) < NUM_CHOICES - 1:
            return ()
        return tuple(self.drawn([right, *others], NUM_CHOICES))


def are(thing: Thing) -> str:
    """ "is" or "are"."""
    from streams.house.wording import is_or_are

    return is_or_are(thing)


def were(thing: Thing) -> str:
    """ "was" or "were"."""
    return "were" if are(thing) == "are" else "was"
