"""Fits the numbers of recall: one number at a time, by what it gives on the examples."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from apps.evaluate.crossvalidation import Bench, Example
from mmmem.agent.policy import Policy

FACTORS = (0.0, 0.5, 2.0)
"""What each number is tried at, times what it is now."""


def fit(examples: Sequence[Example[Any]], bench: Bench[Any]) -> Policy:
    """The best of the starting policy and those that differ from it in one number; the start where none is better."""
    start = bench.start.policy
    best, most = start, _worth(start, examples, bench)
    for candidate in candidates(start):
        worth = _worth(candidate, examples, bench)
        if worth > most:
            best, most = candidate, worth
    return best


def candidates(start: Policy) -> Iterator[Policy]:
    """Policies that differ from `start` in one number that is not 0 there."""
    for name, value in asdict(start).items():
        for factor in FACTORS if value else ():
            yield replace(start, **{name: factor * value})


def _worth(policy: Policy, examples: Sequence[Example[Any]], bench: Bench[Any]) -> float:
    marks = bench.marks(examples, replace(bench.start, policy=policy))
    values = [float(mark[bench.objective].value) for mark in marks if bench.objective in mark]
    return sum(values) / len(values) if values else 0.0
