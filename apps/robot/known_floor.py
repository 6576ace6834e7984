"""The floor as far as it was seen, from depth and poses alone: where one can walk, where it ends, what a look would add.

A frontier is known free floor beside what nobody has seen (Yamauchi, CIRA 1997); cells are those of `scenegraph.free_space`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from mmmem.types import Frame
from scenegraph.free_space import CELL_M, Ground
from scenegraph.geometry import view_of
from scenegraph.scan import scan_of
from scenegraph.settings import Settings
from scenegraph.ways import way
from streams.house.floor_routes import Routes

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

BODY_M = 0.2
_LEAST_CELLS = 4
"""A narrower opening lets no body through, and is mostly a gap between rays."""
_BESIDE_M = 0.7
_OFF_FLOOR_M = 0.6
_BUMP_M, _SPARE_M = -0.02, 0.05
_BUMP_VOTES = 20
_RANGE_M = 3.5
_NUM_RAYS = 24
_HALF_VIEW_RAD = 0.6
_LOW = ndimage.generate_binary_structure(2, 2)


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """An edge of what is known.

    Args:
        at: (x, y) metres on free floor, from where it can be looked over.
        beyond: (x, y) metres, the middle of the unknown cells beside it.
        length_m: how long it is.
    """

    at: tuple[float, float]
    beyond: tuple[float, float]
    length_m: float


class KnownFloor:
    """What a robot knows of the floor of a home of which it has no plan; grows with every picture."""

    def __init__(self) -> None:
        self.ground = Ground()
        self._fits: Bools | None = None
        self._routes: Routes | None = None

    def add(self, frame: Frame) -> bool:
        """Take in a posed depth picture; False if it has no depth or pose, or looks straight down or up."""
        view = view_of(frame, Settings())
        scan = None if view is None else scan_of(frame.stream_id, frame.t_ns, view)
        if scan is None:
            return False
        self.ground.add([scan])
        self._fits = self._routes = None
        return True

    def bumped(self, at: tuple[float, float], yaw_rad: float) -> None:
        """Something that was not seen was in the way: a vote that outweighs the rays that went through there."""
        ahead = BODY_M + _BUMP_M
        cell = self.ground.cells(np.array([[at[0] + ahead * cos(yaw_rad), at[1] + ahead * sin(yaw_rad)]]))
        if self.ground.inside(cell)[0]:
            i, j = cell[0].tolist()
            self.ground.walk.stopped[i, j] += _BUMP_VOTES + self.ground.walk.passed[i, j]
        self._fits = self._routes = None

    # What is known

    @property
    def seen(self) -> Bools:
        """(w, h) cells that rays passed or ended in, over the floor or at the height of the camera; gaps between rays closed."""
        walk, sight = self.ground.walk, self.ground.sight
        known = (walk.passed > 0) | (walk.stopped > 0) | (sight.passed > 0) | (sight.stopped > 0)
        return np.asarray(ndimage.binary_closing(known, _LOW) | known)

    @property
    def seen_m2(self) -> float:
        """How much of the home was seen."""
        return float(np.count_nonzero(self.seen)) * CELL_M**2

    @property
    def fits(self) -> Bools:
        """(w, h) cells where the middle of the body can be."""
        if self._fits is None:
            room_m = ndimage.distance_transform_edt(self._walkable()) * CELL_M
            self._fits = np.asarray(room_m > BODY_M)
        return self._fits

    @property
    def low(self) -> Bools:
        """(w, h) cells with something on the floor that the camera sees over: tables, beds, counters."""
        return np.asarray(self.ground.walk.occupied & ~self.ground.sight.occupied & (self.ground.sight.passed > 0))

    def has_seen(self, points: Array) -> Bools:
        """(n,) whether each of (n, 2) points lies in what was seen."""
        cells = self.ground.cells(points)
        inside = self.ground.inside(cells)
        found = np.zeros(len(points), bool)
        found[inside] = self.seen[cells[inside, 0], cells[inside, 1]]
        return found

    # Ways

    def path(self, start_xy: ArrayLike, goal_xy: ArrayLike) -> Array | None:
        """(n, 2) metres over floor that is known to be free; None if no known way leads there."""
        start, goal = np.asarray(start_xy, float), np.asarray(goal_xy, float)
        for body_m in (BODY_M + _SPARE_M, BODY_M):
            found = way(self.ground, start, goal, body_m=body_m, reach_m=_OFF_FLOOR_M)
            if found is not None:
                return np.concatenate([start[None], found])
        return None

    def distances_m(self, start_xy: tuple[float, float]) -> Array:
        """(w, h) metres of way to every cell; infinite where none is known."""
        start = self._nearest_fit(start_xy)
        if start is None:
            return np.full(self.ground.shape, np.inf)
        if self._routes is None:
            self._routes = Routes(self.fits, np.zeros(self.ground.shape), CELL_M, [])
        return self._routes.distances_m(start)

    # Edges

    def frontiers(self, start_xy: tuple[float, float]) -> list[Frontier]:
        """Edges that can be reached from a place, each with the nearest spot from which it can be looked over."""
        unknown = ~self._told_of_floor()
        edge = self._walkable() & ndimage.binary_dilation(unknown, _LOW)
        numbers, num = ndimage.label(edge, _LOW)
        reached = np.isfinite(self.distances_m(start_xy))
        found = []
        for number in range(1, num + 1):
            cells = np.argwhere(numbers == number)
            frontier = self._frontier(cells, unknown, reached) if len(cells) >= _LEAST_CELLS else None
            if frontier is not None:
                found.append(frontier)
        return found

    def unseen_m2(self, x_m: float, y_m: float, yaw_rad: float) -> float:
        """How much a look would show that nobody has seen, if nothing unknown stood in its way; square metres."""
        turns = yaw_rad + np.linspace(-_HALF_VIEW_RAD, _HALF_VIEW_RAD, _NUM_RAYS)
        steps = np.arange(CELL_M, _RANGE_M, CELL_M)
        ends = np.stack([np.cos(turns), np.sin(turns)], axis=1)[:, None] * steps[None, :, None] + (x_m, y_m)
        cells = self.ground.cells(ends.reshape(-1, 2)).reshape(_NUM_RAYS, len(steps), 2)
        inside = ((cells >= 0) & (cells < np.array(self.ground.shape))).all(axis=2)
        i, j = np.where(inside[..., None], cells, 0).transpose(2, 0, 1)
        walls = np.asarray(ndimage.binary_dilation(self.ground.sight.occupied, _LOW))  # rays leave gaps in walls
        passed = np.arange(len(steps)) * CELL_M < BODY_M
        clear = ~np.asarray(np.logical_or.accumulate(inside & walls[i, j] & ~passed, axis=1))
        new = np.asarray(clear & ~(inside & self.seen[i, j]))
        return float(len(np.unique(cells[new], axis=0))) * CELL_M**2

    def sees(self, eye: tuple[float, float], points: Array) -> Bools:
        """(n,) whether no wall that is known stands between a point and each of (n, 2) others."""
        shares = np.linspace(0.0, 0.95, 40)
        line = np.array(eye) + shares[:, None, None] * (points - eye)
        cells = self.ground.cells(line.reshape(-1, 2))
        inside = self.ground.inside(cells)
        blocked = np.zeros(len(cells), bool)
        blocked[inside] = self.ground.sight.occupied[cells[inside, 0], cells[inside, 1]]
        return np.asarray(~blocked.reshape(len(shares), -1).any(axis=0))

    def stance(self, target: tuple[float, float], away_m: float, reached: Array) -> tuple[float, float] | None:
        """The spot about so far from a point that is nearest by way, with a clear view of it; None if there is none.

        Args:
            reached: (w, h) metres of way to every cell.
        """
        cells = np.argwhere(np.isfinite(reached))
        if not len(cells):
            return None
        points = self.ground.middle(cells)
        apart = np.hypot(*(points - target).T)
        near = np.nonzero((apart > 0.5 * away_m) & (apart < 1.6 * away_m))[0]
        near = near[np.argsort(reached[cells[near, 0], cells[near, 1]] + 2 * np.abs(apart[near] - away_m))][:30]
        clear = near[self.sees(target, points[near])] if len(near) else near
        return None if not len(clear) else _pair(points[clear[0]])

    # Within

    def _told_of_floor(self) -> Bools:
        """(w, h) cells of which it is known whether one can walk there, and those that the camera sees a wall in."""
        walk = self.ground.walk
        known = (walk.passed > 0) | (walk.stopped > 0)
        return np.asarray(ndimage.binary_closing(known, _LOW) | known | self.ground.sight.occupied)

    def _walkable(self) -> Bools:
        walk = self.ground.walk
        return np.asarray(ndimage.binary_closing(walk.free) & ~walk.occupied)

    def _nearest_fit(self, at: tuple[float, float]) -> tuple[int, int] | None:
        cells = np.argwhere(self.fits)
        if not len(cells):
            return None
        away = np.hypot(*(self.ground.middle(cells) - at).T)
        best = int(away.argmin())
        return (int(cells[best, 0]), int(cells[best, 1])) if away[best] <= _OFF_FLOOR_M else None

    def _frontier(self, cells: NDArray[np.int64], unknown: Bools, reached: Bools) -> Frontier | None:
        """Of a cluster of edge cells; None if nobody gets near it."""
        edge = self.ground.middle(cells)
        middle = edge[int(np.hypot(*(edge - edge.mean(axis=0)).T).argmin())]
        spots = np.argwhere(reached)
        points = self.ground.middle(spots)
        away = np.hypot(*(points - middle).T)
        if not len(away) or away.min() > _BESIDE_M + BODY_M:
            return None
        mask = np.zeros(unknown.shape, bool)
        mask[cells[:, 0], cells[:, 1]] = True
        beyond = self.ground.middle(np.argwhere(ndimage.binary_dilation(mask, _LOW, iterations=3) & unknown)).mean(axis=0)
        return Frontier(_pair(points[int(away.argmin())]), _pair(beyond), len(cells) * CELL_M)


def _pair(point: Array) -> tuple[float, float]:
    x_m, y_m = point.tolist()
    return x_m, y_m


def directions(num: int) -> Iterable[float]:
    """So many yaws all round."""
    return (2 * pi * turn / num for turn in range(num))
