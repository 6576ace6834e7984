"""Puts rankings of different sources into one."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key")

RANK_OFFSET = 60


def reciprocal_rank_fusion(rankings: Mapping[str, Sequence[Key]], weights: Mapping[str, float]) -> list[tuple[Key, float]]:
    """Sum of weight / (60 + rank) over the rankings a key appears in, best first (Cormack, Clarke and Buettcher, SIGIR 2009).

    Ranks count from 1. Equal sums keep the order in which the keys were first met, so the result is deterministic.
    """
    total: dict[Key, float] = {}
    for name, ranking in rankings.items():
        for rank, key in enumerate(ranking, start=1):
            total[key] = total.get(key, 0.0) + weights[name] / (RANK_OFFSET + rank)
    return sorted(total.items(), key=lambda item: -item[1])
