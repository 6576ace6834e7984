"""Shortest ways over the free cells of a grid: A* guided by landmarks, distance fields, and corners pulled tight."""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from heapq import heappop, heappush
from itertools import pairwise
from math import hypot
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

Cell = tuple[int, int]

_WALL_COST = 1.5
_WALL_COST_FADES_M = 0.25
_AS_CHEAP = 1.02
"""A straight line may cost this much more than the cells it replaces: costs are those of whole cells, so some is noise."""


class Routes:
    """Ways over one grid; cells are (row, column).

    Args:
        free: (rows, columns) bool, in one connected part.
        spare_m: (rows, columns) metres of free space around each cell beyond what the walker needs.
        landmarks: cells from which distances are kept; A* is led by them (ALT: Goldberg and Harrelson, SODA 2005).
    """

    def __init__(self, free: NDArray[np.bool_], spare_m: NDArray[np.float64], cell_m: float, landmarks: Sequence[Cell]) -> None:
        self._free, self._cell_m, self._landmarks = free, cell_m, landmarks
        shape = free.shape
        self._numbers = np.full(shape, -1)
        self._numbers[free] = np.arange(np.count_nonzero(free))
        self._cells = np.argwhere(free)
        dear = 1 + _WALL_COST * np.exp(-np.maximum(spare_m, 0) / _WALL_COST_FADES_M)
        self._dear = np.where(free, dear, np.inf)
        self._plain = np.where(free, 1.0, np.inf)
        self._field = lru_cache(maxsize=64)(self._field_of)

    def way(self, start: Cell, goal: Cell) -> NDArray[np.int64]:
        """(n, 2) corner cells of the cheapest way, where cells near walls cost more."""
        numbers = self._a_star(int(self._numbers[start]), int(self._numbers[goal]))
        return self._pulled(self._cells[numbers], self._dear)

    def shortest_way(self, start: Cell, goal: Cell) -> NDArray[np.int64]:
        """(n, 2) corner cells of the shortest way, close to walls or not."""
        before = self._field(goal)[1]
        numbers = [int(self._numbers[start])]
        while before[numbers[-1]] >= 0:
            numbers.append(int(before[numbers[-1]]))
        return self._pulled(self._cells[numbers], self._plain)

    def distances_m(self, goal: Cell) -> NDArray[np.float64]:
        """(rows, columns) metres to a cell; infinite off the floor."""
        distances = np.full(self._free.shape, np.inf)
        distances[self._free] = self._field(goal)[0]
        return distances

    def _field_of(self, goal: Cell) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        numbers = [int(self._numbers[goal])]
        distances, before = csgraph.dijkstra(self._plain_graph, indices=numbers, return_predecessors=True)
        return distances[0], before[0]

    @cached_property
    def _plain_graph(self) -> sparse.csr_array:
        return self._graph(self._plain, (*_KING, *_KNIGHT))

    @cached_property
    def _dear_graph(self) -> sparse.csr_array:
        """With fewer steps, since what they miss is pulled straight afterwards."""
        return self._graph(self._dear, _KING)

    @cached_property
    def _dear_neighbours(self) -> list[list[tuple[int, float]]]:
        graph = self._dear_graph
        numbers, costs, starts = graph.indices.tolist(), graph.data.tolist(), graph.indptr.tolist()
        return [list(zip(numbers[low:high], costs[low:high], strict=True)) for low, high in pairwise(starts)]

    @cached_property
    def _from_landmarks(self) -> NDArray[np.float64]:
        """(landmarks, cells) cost."""
        numbers = [int(self._numbers[cell]) for cell in self._landmarks]
        fields: NDArray[np.float64] = csgraph.dijkstra(self._dear_graph, indices=numbers)
        return fields

    def _graph(self, cost: NDArray[np.float64], steps: Sequence[Cell]) -> sparse.csr_array:
        """Free cells joined by some steps and their opposites, never across a corner."""
        edges = [edge for step in steps for edge in self._edges(step, cost)]
        rows, columns, costs = (np.concatenate(parts) for parts in zip(*edges, strict=True))
        return sparse.csr_array((costs, (rows, columns)), shape=(len(self._cells), len(self._cells)))

    def _edges(
        self, step: Cell, cost: NDArray[np.float64]
    ) -> list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
        """Both directions of every edge of one kind of step."""
        here = _shifted(self._free, (0, 0), step)
        for crossed in _crossed(step):
            here = here & _shifted(self._free, crossed, step)
        one, other = _shifted(self._numbers, (0, 0), step)[here], _shifted(self._numbers, step, step)[here]
        means = (_shifted(cost, (0, 0), step)[here] + _shifted(cost, step, step)[here]) / 2
        lengths = means * np.hypot(*step) * self._cell_m
        return [(one, other, lengths), (other, one, lengths)]

    def _a_star(self, start: int, goal: int) -> list[int]:
        fields = self._from_landmarks
        ahead = np.abs(fields - fields[:, goal, None]).max(axis=0).tolist()
        cost, before = {start: 0.0}, {start: -1}
        queue, closed = [(ahead[start], start)], set()
        while queue:
            _, here = heappop(queue)
            if here == goal:
                break
            if here in closed:
                continue
            closed.add(here)
            for there, step in self._dear_neighbours[here]:
                reached = cost[here] + step
                if reached < cost.get(there, np.inf):
                    cost[there], before[there] = reached, here
                    heappush(queue, (reached + ahead[there], there))
        way = [goal]
        while before[way[-1]] >= 0:
            way.append(before[way[-1]])
        return way[::-1]

    def _pulled(self, cells: NDArray[np.int64], cost: NDArray[np.float64]) -> NDArray[np.int64]:
        """Corners left over when every stretch that a straight line does as cheaply is straightened."""
        along = np.concatenate([[0.0], np.cumsum(_line_costs(cells, cost))])
        kept = [0]
        while kept[-1] < len(cells) - 1:
            kept.append(self._furthest(cells, along, kept[-1], cost))
        return cells[kept]

    @staticmethod
    def _furthest(cells: NDArray[np.int64], along: NDArray[np.float64], here: int, cost: NDArray[np.float64]) -> int:
        """The furthest cell of the way that a straight line from `here` reaches at no more cost: doubling, then halving."""
        last, reach = len(cells) - 1, 1
        good = here + 1
        while good < last:
            far = min(here + reach, last)
            if _straight_cost(cells[here], cells[far], cost) > (along[far] - along[here]) * _AS_CHEAP:
                break
            good, reach = far, reach * 2
        bad = min(here + reach, last) if good < last else last
        while bad - good > 1:
            middle = (good + bad) // 2
            if _straight_cost(cells[here], cells[middle], cost) <= (along[middle] - along[here]) * _AS_CHEAP:
                good = middle
            else:
                bad = middle
        return good


_KING: tuple[Cell, ...] = ((0, 1), (1, 0), (1, 1), (1, -1))
_KNIGHT: tuple[Cell, ...] = ((1, 2), (2, 1), (1, -2), (2, -1))


def _crossed(step: Cell) -> list[Cell]:
    """The cells that must be free for a step: its end, and those it brushes against."""
    rows, columns = step
    if rows == 0 or columns == 0:
        return [step]
    down, across = int(np.sign(rows)), int(np.sign(columns))
    if abs(rows) == abs(columns):
        return [step, (down, 0), (0, across)]
    ahead = (down, 0) if abs(rows) == 2 else (0, across)
    return [step, ahead, (down, across)]


def _shifted(grid: NDArray[Any], by: Cell, step: Cell) -> NDArray[Any]:
    """A view of the grid moved by an offset, cut to where the whole step stays on it."""
    low = min(0, step[0]), min(0, step[1])
    high = max(0, step[0]), max(0, step[1])
    rows = slice(by[0] - low[0], grid.shape[0] + by[0] - high[0])
    columns = slice(by[1] - low[1], grid.shape[1] + by[1] - high[1])
    return grid[rows, columns]


def _line_costs(cells: NDArray[np.int64], cost: NDArray[np.float64]) -> NDArray[np.float64]:
    at = cost[cells[:, 0], cells[:, 1]]
    lengths = np.linalg.norm(np.diff(cells, axis=0), axis=1)
    costs: NDArray[np.float64] = lengths * (at[1:] + at[:-1]) / 2
    return costs


def _straight_cost(one: NDArray[np.int64], other: NDArray[np.int64], cost: NDArray[np.float64]) -> float:
    """Cost of a straight line between the middles of two cells; infinite if it leaves the free floor."""
    (row, column), (to_row, to_column) = one.tolist(), other.tolist()
    length = hypot(to_row - row, to_column - column)
    shares = np.arange(max(2, int(length * 4) + 1)) / max(1, int(length * 4))
    rows, columns = (row + 0.5 + shares * (to_row - row)).astype(int), (column + 0.5 + shares * (to_column - column)).astype(int)
    return length * float(cost[rows, columns].sum()) / len(shares)
