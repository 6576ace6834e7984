"""The act that answers: of what happened around a line, the stretch between two turns that fits best."""

import numpy as np

from mmmem.agent.answers.matching import Matching
from mmmem.agent.view import Floats, Ints
from mmmem.banks.events import ACT, Signs, cut
from mmmem.clock import NS_PER_S
from mmmem.text.terms import terms

AROUND_NS = 60 * NS_PER_S
NEAR_BEST = 0.85
"""An act beside the best one belongs to it if its lines score this share of the best on average."""
LONGEST_NS = 30 * NS_PER_S


def act_around(matching: Matching, line: int, score: Floats) -> tuple[int, int]:
    """First and last line of the best-scoring act within a minute of a line, with the acts beside it that fit as well.

    Args:
        score: (L,) of every visible line, at least 0; lines at 0 at either end are left out.
    """
    lines = matching.view.lines
    near = np.flatnonzero((lines.stream == lines.stream[line]) & (np.abs(lines.start_ns - lines.start_ns[line]) <= AROUND_NS))
    act = _acts(matching, near)
    mean = np.bincount(act, score[near]) / np.bincount(act)
    first = last = int(np.argmax(mean))
    floor = NEAR_BEST * mean[first]

    def fits(low: int, high: int) -> bool:
        if low < 0 or high >= len(mean) or min(mean[low], mean[high]) < floor:
            return False
        inside = near[(act >= low) & (act <= high)]
        return bool(lines.end_ns[inside].max() - lines.start_ns[inside[0]] <= LONGEST_NS)

    while beside := [(mean[i], i) for i in (first - 1, last + 1) if fits(min(first, i), max(last, i))]:
        chosen = max(beside)[1]
        first, last = min(first, chosen), max(last, chosen)
    inside = near[(act >= first) & (act <= last)]
    told = inside[score[inside] > 0]
    return int(told[0]), int(told[-1])


def _acts(matching: Matching, near: Ints) -> Ints:
    """(n,) numbers from 0 of the acts that neighbouring lines belong to."""
    number: dict[str, int] = {}
    words = [[number.setdefault(term, len(number)) for term in terms(text.text.text)] for text in matching.stored(near.tolist())]
    start_ns = matching.view.lines.start_ns[near]
    t_ns = np.repeat(start_ns, [len(line) for line in words])
    token = np.array([term for line in words for term in line], np.int64)
    starts = cut(Signs(t_ns, token, np.zeros(0, np.int64), np.zeros((0, 1), np.float32)), ACT).start_ns
    return np.unique(np.searchsorted(starts, start_ns, side="right"), return_inverse=True)[1]
