"""Asking a memory every question of a data set. Nothing here can see what is right."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Protocol, TypeVar

from apps.evaluate.cases import AskedQuestion, Look, Prediction, Way
from mmmem.errors import MmmemError
from mmmem.types import Answer, Evidence

Result = TypeVar("Result")


class Askable(Protocol):
    """What is asked: `mmmem.memory.Memory`, or anything of that shape."""

    def search(self, text: str, *, asked_at: int, stream: str | None, k: int, choices: Sequence[str]) -> Sequence[Evidence]:
        """Evidence, best first."""
        ...

    def ask(self, text: str, *, asked_at: int, stream: str | None, choices: Sequence[str]) -> Answer:
        """A typed answer."""
        ...


def predictions(memory: Askable, questions: Iterable[AskedQuestion], ways: Sequence[Way]) -> Iterator[Prediction]:
    """Search and ask for every question in turn.

    A question a memory refuses becomes a prediction that is wrong and holds the message: one bad question must not hide
    the figures of the others.
    """
    for question in questions:
        yield _predict(memory, question, ways)


def _predict(memory: Askable, question: AskedQuestion, ways: Sequence[Way]) -> Prediction:
    errors: list[str] = []
    looks: dict[str, Look] = {}
    for way in ways:
        evidence, ms = _timed(partial(_search, memory, question, way), errors)
        if evidence is not None:
            looks[way.name] = Look(tuple(evidence)[: way.k], ms)
    answer, ask_ms = _timed(partial(_ask, memory, question), errors)
    return Prediction(question, looks, answer, ask_ms, tuple(errors))


def _search(memory: Askable, question: AskedQuestion, way: Way) -> Sequence[Evidence]:
    choices = question.choices if way.with_choices else ()
    return memory.search(question.text, asked_at=question.asked_at_ns, stream=question.stream, k=way.k, choices=choices)


def _ask(memory: Askable, question: AskedQuestion) -> Answer:
    return memory.ask(question.text, asked_at=question.asked_at_ns, stream=question.stream, choices=question.choices)


def _timed(call: Callable[[], Result], errors: list[str]) -> tuple[Result | None, float]:
    started = time.perf_counter()
    try:
        result = call()
    except MmmemError as error:
        errors.append(f"{type(error).__name__}: {error}")
        result = None
    return result, (time.perf_counter() - started) * 1000.0
