"""The act that answers: of what happened around a line, the stretch that is expected to share most with it."""

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mmmem.agent.answers.matching import Matching
from mmmem.agent.view import Floats, Ints
from mmmem.banks.events import ACT, Signs, cut
from mmmem.clock import NS_PER_S
from mmmem.text.terms import terms

CELL_NS = NS_PER_S
LONGEST_CELLS = 30


def act_among(matching: Matching, near: Ints, log_odds: Floats) -> tuple[int, int]:
    """First and last of neighbouring lines that an act is expected to fill best.

    What is not known is which act answers: its middle lies at a line with the probability that `log_odds` give, and it lasts
    anything up to the longest act that surprise finds among the lines. Of all stretches of up to half a minute the one with
    the highest expected intersection over union with that act is taken, so that what is certain is cited to the second and
    what is not is cited at more length.

    Args:
        near: (n,) positions of lines of one stream, ascending, n at least 1.
        log_odds: (n,) of each being the middle, up to a constant.
    """
    lines = matching.view.lines
    middle_ns = (lines.start_ns[near] + lines.end_ns[near]) // 2
    cell = (middle_ns - middle_ns.min()) // CELL_NS
    odds = np.exp(log_odds - log_odds.max())
    expected = _expected_overlap(np.bincount(cell, odds / odds.sum()).astype(np.float64), _longest_act(matching, near))
    begins = np.unique(cell)
    best, length = np.unravel_index(int(np.argmax(expected[begins])), (len(begins), expected.shape[1]))
    inside = near[(cell >= begins[best]) & (cell <= begins[best] + length)]
    return int(inside.min()), int(inside.max())


def _longest_act(matching: Matching, near: Ints) -> int:
    """Cells of the longest act that neighbouring lines fall into."""
    lines = matching.view.lines
    act = _acts(matching, near)
    begin, end = np.full(act.max() + 1, np.iinfo(np.int64).max), np.zeros(act.max() + 1, np.int64)
    np.minimum.at(begin, act, lines.start_ns[near])
    np.maximum.at(end, act, lines.end_ns[near])
    return int(np.clip(round(float((end - begin).max()) / CELL_NS), 1, ACT.longest))


def _acts(matching: Matching, near: Ints) -> Ints:
    """(n,) numbers from 0 of the acts that neighbouring lines belong to."""
    number: dict[str, int] = {}
    words = [[number.setdefault(term, len(number)) for term in terms(text.text.text)] for text in matching.stored(near.tolist())]
    start_ns = matching.view.lines.start_ns[near]
    t_ns = np.repeat(start_ns, [len(line) for line in words])
    token = np.array([term for line in words for term in line], np.int64)
    starts = cut(Signs(t_ns, token, np.zeros(0, np.int64), np.zeros((0, 1), np.float32)), ACT).start_ns
    return np.unique(np.searchsorted(starts, start_ns, side="right"), return_inverse=True)[1]


def _expected_overlap(chance: Floats, longest: int) -> Floats:
    """(C, M) expected intersection over union of the stretch of 1 to M cells from each cell on with the act.

    Args:
        chance: (C,) that the middle of the act lies in each cell.
        longest: cells of the longest act; every length up to it is as likely.
    """
    overlap = _overlaps(longest)[: len(chance)]
    reach = (overlap.shape[1] - LONGEST_CELLS) // 2
    around = np.pad(chance, (reach, reach + LONGEST_CELLS))
    expected = sliding_window_view(around, overlap.shape[1])[: len(chance)] @ overlap.T
    ends = np.arange(len(chance))[:, None] + np.arange(1, len(overlap) + 1)
    return np.where(ends <= len(chance), expected, -1.0)


@lru_cache(maxsize=ACT.longest)
def _overlaps(longest: int) -> Floats:
    """(M, R + M + R) mean intersection over union of the first 1 to M cells with acts around each cell from R before them on."""
    reach = longest // 2 + 1
    num, length = np.arange(1, LONGEST_CELLS + 1)[:, None, None], np.arange(1, longest + 1)
    begin = np.arange(-reach, LONGEST_CELLS + reach)[:, None] + 0.5 - length / 2
    shared = np.maximum(np.minimum(num, begin + length) - np.maximum(begin, 0), 0)
    return np.asarray((shared / (num + length - shared)).mean(axis=2))
