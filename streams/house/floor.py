"""The floor a robot or a person can walk on: an occupancy grid, shortest paths on it, and where to stand to see a place."""

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from mmmem.errors import InvalidInputError
from streams.house.floor_routes import Routes
from streams.house.footprint import Footprint, footprint, surface_rectangle
from streams.house.home import Door, Furniture, Home, Room, Surface

HEAD_M = 1.4
"""What hangs higher than this is walked under."""

STEP_M = 0.03
"""What is lower than this (a rug) is walked over."""

_REACH_M = 1.0
_EYES_M = 1.15
"""A little under the camera of the robot, which looks down by 50 degrees at most."""
_MARGIN_M = 0.3
_OFF_FLOOR_M = 2.0
"""Ways start and end no further than this from where they were asked to."""


class Floor:
    """Where the middle of a round walker can be, and how it gets from place to place.

    Args:
        radius_m: of the walker.
        cell_m: side of a cell of the grid.

    Attributes:
        free: (rows, columns) bool, `free[row, column]`: row along y and column along x, from `origin`.
        origin: (x, y) metres of the outer corner of cell (0, 0).
    """

    def __init__(self, home: Home, radius_m: float = 0.2, cell_m: float = 0.05) -> None:
        self.home, self.radius_m, self.cell_m = home, radius_m, cell_m
        low = np.array([min(room.x0_m for room in home.rooms), min(room.y0_m for room in home.rooms)])
        high = np.array([max(room.x1_m for room in home.rooms), max(room.y1_m for room in home.rooms)])
        self.origin = low - _MARGIN_M
        columns, rows = np.ceil((high - low + 2 * _MARGIN_M) / cell_m).astype(int)
        axes = (self.origin[0] + (np.arange(columns) + 0.5) * cell_m, self.origin[1] + (np.arange(rows) + 0.5) * cell_m)
        self.centres: NDArray[np.float64] = np.stack(np.meshgrid(*axes), axis=-1)
        self.open: NDArray[np.bool_] = self._between_walls() & ~self._furnished()
        self.clearance_m: NDArray[np.float64] = ndimage.distance_transform_edt(self.open) * cell_m
        self.free: NDArray[np.bool_] = self._largest_part(self.clearance_m > radius_m)

    def path(self, start_xy: ArrayLike, goal_xy: ArrayLike) -> NDArray[np.float64] | None:
        """(n, 2) corner points of a way from start to goal that keeps a little away from walls, found by A*.

        The ends are the nearest free points of the same room (somebody in bed starts beside it); None if that is over 2 m away.
        """
        start, goal = self._near(start_xy), self._near(goal_xy)
        if start is None or goal is None:
            return None
        return self._with_ends(self._routes.way(start, goal), start_xy, goal_xy)

    def distance_m(self, start_xy: ArrayLike, goal_xy: ArrayLike) -> float:
        """Length of the shortest way, walls and furniture gone around; infinite where `path` is None."""
        start, goal = self._near(start_xy), self._near(goal_xy)
        if start is None or goal is None:
            return float("inf")
        corners = self._with_ends(self._routes.shortest_way(start, goal), start_xy, goal_xy)
        return float(np.linalg.norm(np.diff(corners, axis=0), axis=1).sum())

    def distances_m(self, goal_xy: ArrayLike) -> NDArray[np.float64]:
        """(rows, columns) metres from every cell to a goal along the grid (at most 3 % too long); infinite off the floor."""
        goal = self._near(goal_xy)
        if goal is None:
            return np.full(self.free.shape, np.inf)
        return self._routes.distances_m(goal)

    def cell(self, xy: ArrayLike) -> tuple[int, int]:
        """(row, column) of the cell over a point, at the rim for points beyond it.

        Raises:
            InvalidInputError: the point is not two finite numbers.
        """
        point = np.asarray(xy, np.float64)
        if point.shape != (2,) or not np.isfinite(point).all():
            raise InvalidInputError(f"A point of the floor is (x, y) in finite metres, this is {xy!r}.")
        column, row = np.floor((point - self.origin) / self.cell_m).astype(int)
        return int(np.clip(row, 0, self.free.shape[0] - 1)), int(np.clip(column, 0, self.free.shape[1] - 1))

    def is_free(self, xy: ArrayLike) -> bool:
        """Whether the walker can stand with its middle here."""
        return bool(self.free[self.cell(xy)])

    def nearest_free(self, xy: ArrayLike) -> tuple[float, float]:
        """The point itself if it is free, else the middle of the nearest free cell of the same room (of any, outside all)."""
        free = self.is_free(xy)
        x_m, y_m = np.asarray(xy, np.float64).tolist()
        if free:
            return x_m, y_m
        room = self.home.room_at(x_m, y_m)
        cells = self._free_in(room) if room else self._cells
        points = self.centres[tuple((cells if len(cells) else self._cells).T)]
        nearest_x_m, nearest_y_m = points[int(np.argmin(np.hypot(*(points - (x_m, y_m)).T)))].tolist()
        return nearest_x_m, nearest_y_m

    def random_free(self, rng: np.random.Generator, room_id: str = "") -> tuple[float, float]:
        """The middle of a free cell drawn evenly, of one room if it is named."""
        cells = self._free_in(self.home.room(room_id)) if room_id else self._cells
        row, column = cells[int(rng.integers(len(cells)))].tolist()
        return self._point(row, column)

    def standing_spot(self, id: str) -> tuple[float, float, float]:
        """(x, y, yaw) where a walker sees and reaches a surface, a piece of furniture or a door, or overlooks a room.

        Raises:
            UnknownNameError: there is no such part.
        """
        part = self.home.parts.get(id)
        if isinstance(part, Room):
            return self._overlook(part)
        if isinstance(part, Door):
            return self._before_door(part)
        piece = self.home.piece(id)
        target = surface_rectangle(piece, part) if isinstance(part, Surface) else footprint(piece)
        height_m = piece.position[2] + (part.centre[2] if isinstance(part, Surface) else piece.size[2])
        return self._facing(piece, target, height_m)

    def reaches(self, id: str) -> bool:
        """Whether a walker gets into a room, or to within a metre of a surface or a piece from inside its room.

        Raises:
            UnknownNameError: there is no such part.
        """
        part = self.home.parts.get(id)
        if isinstance(part, Room):
            return len(self._free_in(part)) > 0
        piece = self.home.piece(id)
        target = surface_rectangle(piece, part) if isinstance(part, Surface) else footprint(piece)
        return len(self._within_reach(piece, target)) > 0

    @cached_property
    def _routes(self) -> Routes:
        return Routes(self.free, self.clearance_m - self.radius_m, self.cell_m, self._landmarks())

    @cached_property
    def _cells(self) -> NDArray[np.int64]:
        """(n, 2) rows and columns of all free cells."""
        return np.argwhere(self.free)

    def _landmarks(self) -> list[tuple[int, int]]:
        inner = [self.cell(self.nearest_free((door.x_m, door.y_m))) for door in self.home.doors]
        return inner + [self.cell(self.nearest_free(room.centre)) for room in self.home.rooms]

    def _between_walls(self) -> NDArray[np.bool_]:
        half = self.home.wall_thickness_m / 2
        inside = np.zeros(self.centres.shape[:2], bool)
        for room in self.home.rooms:
            low, high = (room.x0_m + half, room.y0_m + half), (room.x1_m - half, room.y1_m - half)
            window = self._window(low, high)
            inside[window] |= ((self.centres[window] >= low) & (self.centres[window] < high)).all(axis=-1)
        for door in self.home.doors:
            if door.room_b:
                size = (door.width_m, 2 * half + self.cell_m) if door.along == "x" else (2 * half + self.cell_m, door.width_m)
                self._cover(inside, Footprint(door.x_m, door.y_m, *size))
        return inside

    def _furnished(self) -> NDArray[np.bool_]:
        covered = np.zeros(self.centres.shape[:2], bool)
        for piece in self.home.furniture:
            if piece.position[2] < HEAD_M and piece.position[2] + piece.size[2] > STEP_M:
                self._cover(covered, footprint(piece))
        return covered

    def _cover(self, grid: NDArray[np.bool_], area: Footprint) -> None:
        """Set the cells whose middle lies in a rectangle."""
        window = self._window(area.corners.min(axis=0), area.corners.max(axis=0))
        grid[window] |= area.distance_m(self.centres[window]) == 0

    def _window(self, low: ArrayLike, high: ArrayLike) -> tuple[slice, slice]:
        """The cells over a box of the floor, one more on each side."""
        x0, y0 = np.maximum(np.floor((np.asarray(low) - self.origin) / self.cell_m).astype(int) - 1, 0).tolist()
        x1, y1 = (np.floor((np.asarray(high) - self.origin) / self.cell_m).astype(int) + 2).tolist()
        return slice(y0, max(y1, 0)), slice(x0, max(x1, 0))

    def _free_in(self, room: Room) -> NDArray[np.int64]:
        """(n, 2) rows and columns of the free cells of a room."""
        cells = np.argwhere(self.free[window := self._window((room.x0_m, room.y0_m), (room.x1_m, room.y1_m))])
        cells += (window[0].start, window[1].start)
        points = self.centres[cells[:, 0], cells[:, 1]]
        return cells[((points >= (room.x0_m, room.y0_m)) & (points < (room.x1_m, room.y1_m))).all(axis=1)]

    @staticmethod
    def _largest_part(free: NDArray[np.bool_]) -> NDArray[np.bool_]:
        parts, num_parts = ndimage.label(free)  # cells that touch at a corner only are no way: nobody squeezes through there
        if num_parts == 0:
            return free
        largest: NDArray[np.bool_] = parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:]))
        return largest

    def _near(self, xy: ArrayLike) -> tuple[int, int] | None:
        """The nearest free cell to a point; None if it is too far away."""
        point = np.asarray(xy, np.float64)
        near = self.nearest_free(point)
        return self.cell(near) if float(np.hypot(*(near - point))) <= _OFF_FLOOR_M else None

    def _with_ends(self, cells: NDArray[np.int64], start_xy: ArrayLike, goal_xy: ArrayLike) -> NDArray[np.float64]:
        """Corner cells as points, the outer ones moved to where the walker really starts and ends."""
        corners = self.origin + (cells[:, ::-1] + 0.5) * self.cell_m
        ends = np.array([self.nearest_free(start_xy), self.nearest_free(goal_xy)])
        return np.concatenate([ends[:1], corners[1:-1], ends[1:]])

    def _point(self, row: int, column: int) -> tuple[float, float]:
        x_m, y_m = self.centres[row, column].tolist()
        return x_m, y_m

    def _within_reach(self, piece: Furniture, target: Footprint) -> NDArray[np.int64]:
        """(n, 2) free cells of its own room within a metre of a target."""
        cells = self._free_in(self.home.room(piece.room))
        return cells[target.distance_m(self.centres[cells[:, 0], cells[:, 1]]) <= _REACH_M]

    def _facing(self, piece: Furniture, target: Footprint, height_m: float) -> tuple[float, float, float]:
        """The cell that is near, before the front, with room for the elbows; further back where it opens or is low."""
        cells = self._within_reach(piece, target)
        rows, columns = (cells if len(cells) else self._cells).T
        points, clearance = self.centres[rows, columns], self.clearance_m[rows, columns]
        towards = (target.x_m, target.y_m) - points
        before = -(towards @ footprint(piece).axes[0]) / np.maximum(np.linalg.norm(towards, axis=1), 1e-9)
        least_m = 0.6 if piece.openings else 0.4
        stand_off_m = min(max(least_m, 0.9 * (_EYES_M - height_m)), 0.9 * _REACH_M)
        away = np.abs(target.distance_m(points) - stand_off_m)
        best = int(np.argmin(away - 0.5 * before - 0.3 * np.minimum(clearance, 0.5)))
        return (*points[best].tolist(), float(np.arctan2(towards[best, 1], towards[best, 0])))

    def _overlook(self, room: Room) -> tuple[float, float, float]:
        """The roomiest place near the middle, looking along the longer way to the walls."""
        rows, columns = self._free_in(room).T
        points, clearance = self.centres[rows, columns], self.clearance_m[rows, columns]
        best = int(np.argmin(np.linalg.norm(points - room.centre, axis=1) - 2 * np.minimum(clearance, 0.6)))
        x_m, y_m = points[best].tolist()
        ways = {0.0: room.x1_m - x_m, np.pi / 2: room.y1_m - y_m, np.pi: x_m - room.x0_m, -np.pi / 2: y_m - room.y0_m}
        return x_m, y_m, max(ways, key=lambda yaw: ways[yaw])

    def _before_door(self, door: Door) -> tuple[float, float, float]:
        """Half a metre inside its first room, facing it."""
        room = self.home.room(door.room_a)
        middle = np.array([door.x_m, door.y_m])
        inward = np.sign(np.array(room.centre) - middle) * ((0, 1) if door.along == "x" else (1, 0))
        x_m, y_m = self.nearest_free(middle + 0.5 * inward)
        return x_m, y_m, float(np.arctan2(door.y_m - y_m, door.x_m - x_m))
