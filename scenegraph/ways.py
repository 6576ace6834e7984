"""Ways over the floor: the shortest path on which a body fits, by A* over the cells that are known to be free."""

import heapq
from dataclasses import dataclass
from math import hypot, inf

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from scenegraph.free_space import CELL_M, Ground
from scenegraph.geometry import Array

_STEPS = [(i, j, hypot(i, j)) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
_NEAR_WALL = 0.6
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A way from one place to another.

    Args:
        points: (n, 2) metres along the floor.
        rooms: ids of the rooms it leads through, in their order.
    """

    points: Array
    rooms: tuple[str, ...] = ()

    @property
    def length_m(self) -> float:
        """Metres along it."""
        return float(np.linalg.norm(np.diff(self.points, axis=0), axis=1).sum())


def way(ground: Ground, start: Array, goal: Array, *, body_m: float = 0.2, reach_m: float = 1.2) -> Array | None:
    """(n, 2) metres from a place to another, over floor that is known to be free; None if no known way leads there.

    Args:
        start, goal: (2,) metres; where they are not free themselves (a table), the nearest free floor within `reach_m`.
        body_m: radius of what must fit.
    """
    walkable = ground.walk.free
    if not walkable.any():
        return None
    room_m = ndimage.distance_transform_edt(_closed(walkable, ground.walk.occupied)) * CELL_M
    fits = room_m > body_m
    # Ends must be of one piece of floor: the goal is reached from where it can be reached.
    pieces, _ = ndimage.label(fits, np.ones((3, 3)))
    first = _nearest(ground, fits, start, reach_m)
    if first is None:
        return None
    last = _nearest(ground, pieces == pieces[first], goal, reach_m)
    if last is None:
        return None
    cells = _search(fits, room_m, first, last)
    return None if cells is None else ground.middle(np.array(_straight(cells, fits), np.int64))


def _closed(walkable: NDArray[np.bool_], occupied: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Walkable cells, with the gaps between rays closed."""
    closed: NDArray[np.bool_] = ndimage.binary_closing(walkable) & ~occupied
    return closed


def _nearest(ground: Ground, open_: NDArray[np.bool_], at: Array, reach_m: float) -> Cell | None:
    cells = np.argwhere(open_)
    if not len(cells):
        return None
    away = np.linalg.norm(ground.middle(cells) - at, axis=1)
    best = int(away.argmin())
    return (int(cells[best, 0]), int(cells[best, 1])) if away[best] <= reach_m else None


def _search(fits: NDArray[np.bool_], room_m: Array, first: Cell, last: Cell) -> list[Cell] | None:
    """A* whose steps cost more close to walls."""
    best = {first: 0.0}
    came: dict[Cell, Cell] = {}
    queue = [(hypot(last[0] - first[0], last[1] - first[1]), first)]
    while queue:
        _, cell = heapq.heappop(queue)
        if cell == last:
            return _back(came, last)
        for i, j, length in _STEPS:
            other = (cell[0] + i, cell[1] + j)
            if not (0 <= other[0] < fits.shape[0] and 0 <= other[1] < fits.shape[1]) or not fits[other]:
                continue
            cost = best[cell] + length * (1.0 + max(0.0, _NEAR_WALL - float(room_m[other])))
            if cost < best.get(other, inf):
                best[other], came[other] = cost, cell
                heapq.heappush(queue, (cost + hypot(last[0] - other[0], last[1] - other[1]), other))
    return None


def _back(came: dict[Cell, Cell], cell: Cell) -> list[Cell]:
    cells = [cell]
    while cells[-1] in came:
        cells.append(came[cells[-1]])
    return cells[::-1]


def _straight(cells: list[Cell], fits: NDArray[np.bool_]) -> list[Cell]:
    """The corners of a way: cells between two that see each other are left out."""
    kept, place = [cells[0]], 0
    while place < len(cells) - 1:
        ahead = min(place + 60, len(cells) - 1)
        while ahead > place + 1 and not _sees(cells[place], cells[ahead], fits):
            ahead -= 1
        kept.append(cells[ahead])
        place = ahead
    return kept


def _sees(one: Cell, other: Cell, fits: NDArray[np.bool_]) -> bool:
    num = 2 * int(max(abs(other[0] - one[0]), abs(other[1] - one[1]))) + 1
    i = np.rint(np.linspace(one[0], other[0], num)).astype(np.int64)
    j = np.rint(np.linspace(one[1], other[1], num)).astype(np.int64)
    return bool(fits[i, j].all())
