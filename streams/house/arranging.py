"""Fitting pieces of furniture into one room: against walls, beside others, in the open, the floor before them kept free."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import cos, pi, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.house.floor_plan import Box
from streams.house.home import Door, Room
from streams.house.models.kinds import FURNITURE_KINDS, FurnitureKind

_WALL_GAP_M = 0.02
_DOOR_CLEAR_M = 0.75
"""Depth of the floor kept free on both sides of a door."""
SIDE_GAP_M = 0.03


class Spot(NamedTuple):
    """Where the middle of a piece would be, and how it would be turned (a number of quarter turns)."""

    x_m: float
    y_m: float
    quarter: int

    @property
    def yaw_rad(self) -> float:
        """Counter-clockwise from +x, -pi < yaw <= pi."""
        return (0.0, pi / 2, pi, -pi / 2)[self.quarter % 4]

    def ahead(self, forward_m: float, left_m: float = 0.0) -> tuple[float, float]:
        """The point so far to the front and to the left of it."""
        c, s = round(cos(self.yaw_rad)), round(sin(self.yaw_rad))
        return self.x_m + c * forward_m - s * left_m, self.y_m + s * forward_m + c * left_m


@dataclass(frozen=True)
class Fitted:
    """A piece with its place."""

    kind: FurnitureKind
    spot: Spot
    z_m: float = 0.0

    @cached_property
    def box(self) -> Box:
        """The floor it covers."""
        return covered(self.spot, self.kind.size[0], self.kind.size[1])

    @cached_property
    def front(self) -> Box:
        """The floor that a person needs before it."""
        return front_of(self.kind, self.spot)


Preference = Callable[[Spot], float]
"""Lower is better, in metres."""


def covered(spot: Spot, depth_m: float, width_m: float) -> Box:
    """The box of a rectangle turned as the spot says."""
    half_x, half_y = (depth_m / 2, width_m / 2) if spot.quarter % 2 == 0 else (width_m / 2, depth_m / 2)
    return Box(spot.x_m - half_x, spot.y_m - half_y, spot.x_m + half_x, spot.y_m + half_y)


def front_of(kind: FurnitureKind, spot: Spot) -> Box:
    """The floor before a piece of this kind at this spot."""
    ahead = spot.ahead(kind.size[0] / 2 + kind.front_m / 2)
    return covered(Spot(*ahead, spot.quarter), kind.front_m, kind.size[1])


@dataclass
class Arrangement:
    """The furniture of one room as it fills up."""

    room: Room
    doors: Sequence[Door]
    wall_m: float
    rng: np.random.Generator
    fitted: list[Fitted] = field(default_factory=list)

    @cached_property
    def inner(self) -> Box:
        """The floor between the walls."""
        half = self.wall_m / 2
        return Box(self.room.x0_m + half, self.room.y0_m + half, self.room.x1_m - half, self.room.y1_m - half)

    def add(self, kind: str, spot: Spot, z_m: float = 0.0) -> Fitted:
        """Put a piece where `fits` said it fits."""
        piece = Fitted(FURNITURE_KINDS[kind], spot, z_m)
        self.fitted.append(piece)
        return piece

    def against_wall(self, kind: str, prefer: Preference | None = None) -> Fitted | None:
        """Put a piece with its back to a wall where `prefer` is lowest, among the places where it fits; None if there is none."""
        spots = [spot for spot in self.wall_spots(FURNITURE_KINDS[kind]) if self.fits(FURNITURE_KINDS[kind], spot)]
        spot = self._best(spots, prefer)
        return None if spot is None else self.add(kind, spot)

    def beside(self, kind: str, other: Fitted) -> Fitted | None:
        """Put a piece right beside another, backs in line; None if neither side has room."""
        wanted = FURNITURE_KINDS[kind]
        aside = (other.kind.size[1] + wanted.size[1]) / 2 + SIDE_GAP_M
        back = (wanted.size[0] - other.kind.size[0]) / 2
        spots = [Spot(*other.spot.ahead(back, side * aside), other.spot.quarter) for side in self.rng.permutation([-1, 1])]
        fitting = next((spot for spot in spots if self.fits(wanted, spot)), None)
        return None if fitting is None else self.add(kind, fitting)

    def facing(self, kind: str, other: Fitted, left_m: float = 0.0, gap_m: float = 0.02) -> Fitted | None:
        """Put a seat before a table or desk, looking at it; None if something is in its way."""
        wanted = FURNITURE_KINDS[kind]
        ahead = other.spot.ahead((other.kind.size[0] + wanted.size[0]) / 2 + gap_m, left_m)
        spot = Spot(*ahead, (other.spot.quarter + 2) % 4)
        return self.add(kind, spot) if self.fits(wanted, spot, near=[other]) else None

    def above(self, kind: str, other: Fitted, shift_m: float = 0.0) -> Fitted:
        """Put a piece on or over another, backs in line."""
        wanted = FURNITURE_KINDS[kind]
        back = (wanted.size[0] - other.kind.size[0]) / 2
        return self.add(kind, Spot(*other.spot.ahead(back, shift_m), other.spot.quarter), wanted.base_m)

    def fits(self, kind: FurnitureKind, spot: Spot, near: Sequence[Fitted] = ()) -> bool:
        """Whether a piece can stand there and be used.

        Args:
            near: pieces in whose front it may stand (a chair before its table).
        """
        box, front = covered(spot, *kind.size[:2]), front_of(kind, spot)
        if not (_within(box, self.inner) and _within(front, self.inner)):
            return False
        on_floor = [piece for piece in self.fitted if piece.z_m == 0]
        others = [piece.box for piece in on_floor]
        kept = (piece.front for piece in on_floor if piece not in near)
        return not (_touches(box, others) or _touches(front, others) or _touches(box, self.door_boxes) or _touches(box, kept))

    def is_clear(self, spot: Spot, size: Sequence[float], margin_m: float) -> bool:
        """Whether a box with a margin around it keeps clear of everything but the walls' margin."""
        box = covered(spot, size[0], size[1])
        wide = Box(box.x0 - margin_m, box.y0 - margin_m, box.x1 + margin_m, box.y1 + margin_m)
        if not _within(wide, self.inner):
            return False
        on_floor = [piece for piece in self.fitted if piece.z_m == 0]
        return not any(_touches(box, [piece.front]) or _touches(wide, [piece.box]) for piece in on_floor) and not _touches(
            box, self.door_boxes
        )

    def wall_spots(self, kind: FurnitureKind) -> Iterator[Spot]:
        """Places along all four walls: in corners, beside what stands there, and drawn ones."""
        inner = self.inner
        depth, width = kind.size[:2]
        for quarter in range(4):
            low, high = (inner.y0, inner.y1) if quarter % 2 == 0 else (inner.x0, inner.x1)
            back = (inner.x0, inner.y0, inner.x1, inner.y1)[quarter]
            across = back + (depth / 2 + _WALL_GAP_M) * (1 if quarter < 2 else -1)
            for along in self._along_wall(low, high, width, quarter):
                yield Spot(across, along, quarter) if quarter % 2 == 0 else Spot(along, across, quarter)

    @cached_property
    def door_boxes(self) -> list[Box]:
        """The floor kept free before this room's doors."""
        return [_before(door) for door in self.doors]

    def corner_distance(self, spot: Spot) -> float:
        """Metres from a spot to the nearest corner of the room."""
        inner = self.inner
        return float(np.hypot(min(spot.x_m - inner.x0, inner.x1 - spot.x_m), min(spot.y_m - inner.y0, inner.y1 - spot.y_m)))

    def near(self, *pieces: Fitted | None) -> Preference:
        """Prefer to stand close to some of these."""
        places = [piece.spot for piece in pieces if piece is not None]
        return lambda spot: min((float(np.hypot(spot.x_m - at.x_m, spot.y_m - at.y_m)) for at in places), default=0.0)

    def far_from_doors(self, spot: Spot) -> float:
        """Prefer to stand far from the doors."""
        return -min((float(np.hypot(spot.x_m - door.x_m, spot.y_m - door.y_m)) for door in self.doors), default=0.0)

    def _along_wall(self, low: float, high: float, width: float, quarter: int) -> NDArray[np.float64]:
        edges = [low + _WALL_GAP_M, high - _WALL_GAP_M]
        for box in (*(piece.box for piece in self.fitted), *self.door_boxes):
            edges += [box.y0, box.y1] if quarter % 2 == 0 else [box.x0, box.x1]
        sides = np.array(edges)
        drawn = self.rng.uniform(low, high, 12)
        along = np.concatenate([sides + width / 2 + SIDE_GAP_M, sides - width / 2 - SIDE_GAP_M, [(low + high) / 2], drawn])
        return along[(along >= low + width / 2) & (along <= high - width / 2)]

    def _best(self, spots: Iterable[Spot], prefer: Preference | None) -> Spot | None:
        """The preferred spot, with a little chance so that homes differ."""
        listed = list(spots)
        if not listed:
            return None
        noise = self.rng.uniform(0, 0.3, len(listed))
        costs = [(prefer(spot) if prefer else 0.0) + extra for spot, extra in zip(listed, noise.tolist(), strict=True)]
        return listed[int(np.argmin(costs))]


def _before(door: Door) -> Box:
    half = door.width_m / 2 + 0.05
    wide, deep = (half, _DOOR_CLEAR_M) if door.along == "x" else (_DOOR_CLEAR_M, half)
    return Box(door.x_m - wide, door.y_m - deep, door.x_m + wide, door.y_m + deep)


def _within(box: Box, outer: Box) -> bool:
    slack = 1e-6
    return box.x0 >= outer.x0 - slack and box.y0 >= outer.y0 - slack and box.x1 <= outer.x1 + slack and box.y1 <= outer.y1 + slack


def _touches(box: Box, others: Iterable[Box]) -> bool:
    slack = 1e-6
    return any(
        box.x0 < other.x1 - slack and other.x0 < box.x1 - slack and box.y0 < other.y1 - slack and other.y0 < box.y1 - slack
        for other in others
    )
