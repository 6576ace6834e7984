"""Okapi BM25 as of a time, at any granularity.

Postings are kept per line of text. A line belongs to one unit of each granularity (a clip, five minutes, an hour), so a
unit's term counts are sums over its visible lines, and the statistics (how many units hold a term, how long a unit is on
average) are those of the visible part alone: what is learned later cannot change an earlier question's scores, which a
global index such as FTS5's own `bm25()` cannot promise.

BM25 follows Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), eq. 3.15, with the
non-negative idf log(1 + (N - n + 0.5) / (n + 0.5)).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75

Postings = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Line positions (ascending) and how often the term occurs in each."""


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Which visible line belongs to which unit.

    Args:
        unit_of_line: (L,) int64 unit of each line, -1 where the line is invisible.
        num_terms_of_line: (L,) float64 length of each line in terms.
        num_units: how many units exist, empty ones included.
    """

    unit_of_line: NDArray[np.int64]
    num_terms_of_line: NDArray[np.float64]
    num_units: int

    def unit_lengths(self) -> NDArray[np.float64]:
        """(U,) terms in the visible lines of each unit."""
        visible = self.unit_of_line >= 0
        lengths = np.bincount(self.unit_of_line[visible], self.num_terms_of_line[visible], minlength=self.num_units)
        return lengths.astype(np.float64)


class Bm25:
    """Scores units of one grouping; build one per view, ask it many times."""

    def __init__(self, postings: Callable[[str], Postings], grouping: Grouping) -> None:
        self._postings = postings
        self._grouping = grouping
        self.lengths = grouping.unit_lengths()
        self._num_units = int(np.count_nonzero(self.lengths))
        mean = self.lengths.sum() / max(self._num_units, 1)
        self._norm = K1 * (1 - B + B * self.lengths / max(mean, 1e-9))
        self._cache: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}

    def scores(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """(U,) sum over terms of weight times BM25; 0 where no term occurs."""
        total = np.zeros(self._grouping.num_units)
        for term, weight in weights.items():
            units, gains = self._term(term)
            total[units] += weight * gains
        return total

    def idf(self, term: str) -> float:
        """How surprising the term is among the visible units."""
        return self._idf(len(self._term(term)[0]))

    def _idf(self, num_holding: int) -> float:
        return float(np.log1p((self._num_units - num_holding + 0.5) / (num_holding + 0.5)))

    def _term(self, term: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        if term not in self._cache:
            lines, counts = self._postings(term)
            units = self._grouping.unit_of_line[lines]
            visible = units >= 0
            tf = np.bincount(units[visible], counts[visible], minlength=1)
            held = np.flatnonzero(tf)
            gains = self._idf(len(held)) * tf[held] * (K1 + 1) / (tf[held] + self._norm[held])
            self._cache[term] = (held, gains)
        return self._cache[term]
