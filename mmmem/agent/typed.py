"""Sources that answer by themselves: they know things as things, and hand back typed answers instead of passages.

A typed source is asked first. What it says and what the banks say are put into one answer by `mmmem.agent.fusing`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mmmem.agent.sources import Asked
from mmmem.errors import InvalidInputError
from mmmem.types import Answer, Step


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """What a typed source makes of a question.

    Args:
        answer: typed, with evidence and the probability of being right; or an abstention that says why.
        known_ns: the newest instant that it rests on: of two that contradict each other, the later one knows more.
        surety: probability that nothing better can be said. Of an answer that is its confidence; of an abstention how sure it
            is that nobody could know, so that a guess from words does not take its place.
    """

    answer: Answer
    known_ns: int
    surety: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.surety <= 1.0:
            raise InvalidInputError(f"TypedAnswer.surety must lie in [0, 1], got {self.surety}.")


class TypedSource(Protocol):
    """Anything that can answer questions by itself; a third party's too."""

    @property
    def name(self) -> str:
        """What `sources=` and steps call it."""
        ...

    def answers(self, asked: Asked) -> Sequence[TypedAnswer]:
        """Its answers to a question, best first; empty if the question is none that it understands.

        Nothing learned after `asked.query.asked_at_ns` may be used.
        """
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """A typed answer and which source gave it."""

    source: str
    typed: TypedAnswer


def told_by(sources: Sequence[TypedSource], asked: Asked, steps: list[Step]) -> list[Told]:
    """The best answer of each typed source; a step for each that was asked is added to `steps`."""
    found: list[Told] = []
    for source in sources:
        started = time.perf_counter()
        answers = source.answers(asked)
        found += [Told(source.name, typed) for typed in answers[:1]]
        steps.append(_step(source.name, asked, answers, (time.perf_counter() - started) * 1000))
    return found


def _step(name: str, asked: Asked, answers: Sequence[TypedAnswer], ms: float) -> Step:
    kind = asked.question.kind
    if not answers:
        return Step(name, "node", asked.words, 0, f"a {kind} question is none that it understands", ms)
    best = answers[0]
    said = f"abstains, {best.surety:.0%} sure" if best.answer.abstained else f"{best.answer.confidence:.0%} sure"
    return Step(name, "node", asked.words, len(best.answer.evidence), f"a {kind} question is put to it; {said}", ms)
