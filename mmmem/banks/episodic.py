"""Clips: the time a stream covers, cut into pieces of about 30 s and rolled up to minutes, hour and day.

Everything here is a pure function of what was observed, so any order and any split of observing gives the same clips:

- covered time is the union of the observed spans, gaps of up to `BRIDGE_NS` bridged;
- a leaf is a cell of a 30 s grid on the calendar's clock, clipped to the covered time and cut at change;
- a parent is a cell of 5 minutes, an hour or a day, clipped to what its children cover. Cells nest exactly: all count
  from the start of the calendar's day, which may have 23 or 25 hours.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from mmmem.clock import MAX_NS, NS_PER_DAY, NS_PER_HOUR, NS_PER_MIN, NS_PER_S, Calendar
from mmmem.types import LEVELS

Interval = tuple[int, int]
"""Half-open `(start_ns, end_ns)`; plain, because a week has half a million."""

BRIDGE_NS = 30 * NS_PER_S
"""A gap no longer than this is covered: the camera blinked, nobody spoke."""
SILENCE_NS = 10 * NS_PER_S
"""A bridged gap at least this long cuts the clip where something begins again."""
MIN_PART_NS = 8 * NS_PER_S
"""A cut keeps at least this distance from the grid and from other cuts."""
CHANGE_FLOOR = 0.08
CHANGE_RATIO = 4.0
CHANGE_HISTORY = 32
CHANGE_KNOWN = 3
"""A look is a change when its cosine distance to the look before exceeds the floor and the ratio times the median of up to
`CHANGE_HISTORY` distances before; until `CHANGE_KNOWN` of them are known, nobody can say what is usual."""

_CELL_NS = (BRIDGE_NS, 5 * NS_PER_MIN, NS_PER_HOUR, NS_PER_DAY)
_STREAM_STEP = 1 << 36


def clip_id(stream: int, level: int, start_ns: int) -> int:
    """The number of the clip of `stream` at `level` whose place on the grid begins at `start_ns`.

    Whole seconds suffice: places of one level lie at least `MIN_PART_NS` apart. Fits 53 bits, for readers that use floats.
    """
    return (stream - 1) * _STREAM_STEP + start_ns // NS_PER_S * len(LEVELS) + level


class Grid:
    """Cells of a calendar's clock; remembers the day it was last asked about."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._day: Interval = (0, 0)

    def day(self, t_ns: int) -> Interval:
        """The day that holds `t_ns`."""
        if not self._day[0] <= t_ns < self._day[1]:
            span = self._calendar.day_span(self._calendar.day_of(t_ns))
            self._day = (span.start_ns, span.end_ns)
        return self._day

    def cell(self, level: int, t_ns: int) -> Interval:
        """The cell of `level` (0 clip, 1 minutes, 2 hour, 3 day) that holds `t_ns`."""
        start, end = self.day(t_ns)
        if level == len(_CELL_NS) - 1:
            return start, end
        unit = _CELL_NS[level]
        begin = start + (t_ns - start) // unit * unit
        return begin, min(begin + unit, end)


def merge(spans: Iterable[Interval], bridge_ns: int) -> list[Interval]:
    """The union of `spans`, sorted by start, with gaps of up to `bridge_ns` filled."""
    merged: list[Interval] = []
    for start, end in spans:
        if merged and start <= merged[-1][1] + bridge_ns:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


@dataclass(frozen=True, slots=True)
class Piece:
    """A leaf before it has a stream: its place on the grid, and the part of it that is covered."""

    place_ns: int
    start_ns: int
    end_ns: int


def tile(spans: Iterable[Interval], cuts: Sequence[int], grid: Grid, within: Interval = (0, MAX_NS)) -> list[Piece]:
    """Cut the covered time inside `within` into leaves.

    Args:
        spans: observed spans sorted by start; all that lie within `BRIDGE_NS` of `within`.
        cuts: sorted instants of visual change, as `accepted_cuts` gave them.
        grid: the calendar's cells.
        within: starts and ends on cells.
    """
    seen = merge(spans, 0)
    again = [b for (_, a), (b, _) in pairwise(seen) if SILENCE_NS <= b - a <= BRIDGE_NS]
    pieces: list[Piece] = []
    for start, end in merge(seen, BRIDGE_NS):
        pieces.extend(_pieces(max(start, within[0]), min(end, within[1]), cuts, again, grid))
    return pieces


def _pieces(start: int, end: int, cuts: Sequence[int], again: Sequence[int], grid: Grid) -> Iterator[Piece]:
    while start < end:
        cell = grid.cell(0, start)
        edges = [cell[0], *_cuts_of_cell(cell, cuts, again), cell[1]]
        for low, high in pairwise(edges):
            if max(low, start) < min(high, end):
                yield Piece(low, max(low, start), min(high, end))
        start = cell[1]


def _cuts_of_cell(cell: Interval, cuts: Sequence[int], again: Sequence[int]) -> list[int]:
    chosen = list(cuts[bisect_left(cuts, cell[0]) : bisect_right(cuts, cell[1] - 1)])
    for t_ns in again[bisect_left(again, cell[0]) : bisect_right(again, cell[1] - 1)]:
        if _fits(t_ns, cell, chosen):
            chosen.append(t_ns)
    return sorted(chosen)


def _fits(t_ns: int, cell: Interval, chosen: Iterable[int]) -> bool:
    return all(abs(t_ns - other) >= MIN_PART_NS for other in (*cell, *chosen))


@dataclass(frozen=True, slots=True)
class Look:
    """What cutting needs to know of one look: its instant, when it was learned, how much it differs from the one before.

    `space` is the number of the vector space that `change` was measured in; each has its own history.
    """

    t_ns: int
    learned_ns: int
    change: float | None
    space: int = 0


def accepted_cuts(looks: Sequence[Look], history: Mapping[int, Sequence[float]], cell: Interval) -> list[tuple[int, int]]:
    """Instants in `cell` where the view changed, each with the time it was learned.

    A cut rests on looks learned before it and on nothing later, so a view as of any time has the cuts of its own past.

    Args:
        looks: in the order they were learned; some may lie outside the cell and only add to the history.
        history: changes learned before `looks`, oldest first, by space.
        cell: the leaf cell.
    """
    recent = {space: list(changes) for space, changes in history.items()}
    chosen: list[tuple[int, int]] = []
    for look in looks:
        if look.change is None:
            continue
        before = recent.setdefault(look.space, [])
        usual = median(before[-CHANGE_HISTORY:]) if len(before) >= CHANGE_KNOWN else math.inf
        changed = look.change > max(CHANGE_FLOOR, CHANGE_RATIO * usual)
        before.append(look.change)
        if changed and cell[0] <= look.t_ns < cell[1] and _fits(look.t_ns, cell, (t for t, _ in chosen)):
            chosen.append((look.t_ns, look.learned_ns))
    return chosen
