"""Scores every visible clip for a question: words, meaning, recency and time constraints in one sum.

The sum of scaled scores did slightly better than fusing ranks on EgoLife (benchmarks/RESULTS.md), so ranks are fused only
between sources whose scores cannot be compared.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mmmem.agent.view import View
from mmmem.clock import NS_PER_HOUR, Span
from mmmem.text.terms import terms

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

RECENCY_HOURS = 24.0
NEIGHBOUR_TERMS = 25.0
NEIGHBOUR_GAP_NS = 60 * 10**9


class Spans(Protocol):
    """Aligned columns of starts and ends, as lines and clips have them."""

    @property
    def start_ns(self) -> NDArray[np.int64]:
        """(n,) starts."""
        ...

    @property
    def end_ns(self) -> NDArray[np.int64]:
        """(n,) ends."""
        ...


def term_weights(text: str) -> dict[str, float]:
    """How often each search term occurs in `text`."""
    return {term: float(count) for term, count in Counter(terms(text)).items()}


def word_scores(view: View, text: str, neighbours: float) -> Floats:
    """(C,) BM25 of the text, and what spills over from neighbours; peak 1."""
    return to_peak(with_neighbours(view.clip_bm25.scores(term_weights(text)), view, neighbours))


def to_peak(score: Floats) -> Floats:
    """Scores of at least 0, scaled to a highest one of 1; all 0 where none is higher."""
    return np.asarray(score / max(float(score.max(initial=0.0)), 1e-12))


def with_neighbours(score: Floats, view: View, share_beside: float) -> Floats:
    """Add to each clip up to `share_beside` of its neighbours' scores that falls with the words between them.

    A one-sentence turn shares a topic with the next turn; a half-minute clip full of words stands for itself. The share is a
    Gaussian of the distance between the clips' middles, counted in terms.
    """
    if len(score) < 2:
        return score
    clips, length = view.clips, view.clip_num_terms
    near = (np.diff(clips.stream) == 0) & (clips.start_ns[1:] - clips.end_ns[:-1] <= NEIGHBOUR_GAP_NS)
    share = np.where(near, share_beside * np.exp(-((((length[1:] + length[:-1]) / 2) / NEIGHBOUR_TERMS) ** 2) / 2), 0.0)
    spread = score.copy()
    spread[1:] += share * score[:-1]
    spread[:-1] += share * score[1:]
    return spread


def dense_scores(view: View, line_similarity: NDArray[np.float32]) -> Floats:
    """(C,) best similarity among each clip's lines; the floor where a clip has none."""
    score = np.full(len(view.clips), float(line_similarity.min(initial=0.0)))
    clip, line = view.lines_by_clip
    begins = np.flatnonzero(np.diff(clip, prepend=-1))  # lines in no clip come first and are left out
    if len(begins):
        score[clip[begins]] = np.maximum.reduceat(line_similarity[line], begins)[: len(begins)]
    return score


def recency(view: View, *, first: bool = False) -> Floats:
    """(C,) 1 at the instant that is asked at (or, with `first`, at the beginning), falling by a factor e a day."""
    if not len(view.clips):
        return np.zeros(0)
    since_start_ns = view.clips.start_ns - view.clips.start_ns.min()
    distance_ns = since_start_ns if first else view.as_of_ns - view.clips.end_ns
    return np.asarray(np.exp(-distance_ns / NS_PER_HOUR / RECENCY_HOURS))


def inside_any(spans: Spans, windows: Sequence[Span]) -> Mask:
    """(n,) whether each span overlaps one of the windows."""
    inside = np.zeros(len(spans.start_ns), np.bool_)
    for window in windows:
        inside |= (spans.start_ns < window.end_ns) & (spans.end_ns > window.start_ns)
    return inside
