"""Rooms and doors: rectangles that tile one outline around a hall, drawn from one of several patterns, turned and mirrored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np

from streams.house.home import Door, Room, RoomKind

DOOR_M = 0.9
FRONT_DOOR_M = 1.0
_JAMB_M = 0.15
"""Wall kept between a door and the corner of a room."""

_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A room to be laid out."""

    kind: RoomKind
    name: str
    area_m2: float
    least_m: float
    """Its shorter side is at least this."""


class Box(NamedTuple):
    """x0, y0, x1, y1 metres."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def sides(self) -> tuple[float, float]:
        """Along x and along y."""
        return self.x1 - self.x0, self.y1 - self.y0


Layout = list[tuple[Wanted, Box]]


class SharedWall(NamedTuple):
    """Where two boxes touch: the axis the wall runs along, its place on the other axis, and its ends."""

    along: Literal["x", "y"]
    at_m: float
    low_m: float
    high_m: float

    @property
    def length_m(self) -> float:
        """From end to end."""
        return self.high_m - self.low_m


def draw_floor_plan(rng: np.random.Generator, wanted: Sequence[Wanted]) -> tuple[tuple[Room, ...], tuple[Door, ...]]:
    """Rooms of plausible proportions, each with a door to the hall or, where it does not touch the hall, to the living room.

    Args:
        wanted: the first of them is the hall.
    """
    for number in rng.permutation(len(_PATTERNS)):
        for _ in range(_DRAWS):
            layout = _PATTERNS[number](rng, wanted[0], list(wanted[1:]))
            if layout and all(_proportioned(room, box) for room, box in layout):
                rooms = _rooms(_turned(rng, layout))
                doors = _doors(rng, rooms)
                if doors is not None:
                    return rooms, doors
    raise AssertionError(f"no floor plan in {_DRAWS} draws of each pattern for {[room.name for room in wanted]}")


def shared_wall(one: Room, other: Room) -> SharedWall | None:
    """The wall between two rooms; None if they do not touch along a line."""
    low_x, high_x = max(one.x0_m, other.x0_m), min(one.x1_m, other.x1_m)
    low_y, high_y = max(one.y0_m, other.y0_m), min(one.y1_m, other.y1_m)
    if abs(high_x - low_x) < 1e-6 and high_y > low_y + 1e-6:
        return SharedWall("y", low_x, low_y, high_y)
    if abs(high_y - low_y) < 1e-6 and high_x > low_x + 1e-6:
        return SharedWall("x", low_y, low_x, high_x)
    return None


def outer_walls(room: Room, rooms: Sequence[Room]) -> list[SharedWall]:
    """The sides of a room that no other room touches."""
    sides = [
        SharedWall("x", room.y0_m, room.x0_m, room.x1_m),
        SharedWall("x", room.y1_m, room.x0_m, room.x1_m),
        SharedWall("y", room.x0_m, room.y0_m, room.y1_m),
        SharedWall("y", room.x1_m, room.y0_m, room.y1_m),
    ]
    shared = [wall for other in rooms if other is not room and (wall := shared_wall(room, other))]
    return [side for side in sides if not any((wall.along, wall.at_m) == (side.along, side.at_m) for wall in shared)]


def _proportioned(room: Wanted, box: Box) -> bool:
    short, long = sorted(box.sides)
    return short >= room.least_m and (room.kind == "hall" or long <= 2.1 * short)


def _through(rng: np.random.Generator, hall: Wanted, rooms: list[Wanted]) -> Layout | None:
    """The hall runs through the whole house; rooms lie on both sides."""
    above, below = _halves(rng, rooms)
    width, depth = rng.uniform(7.5, 11.5), _hall_depth(rng)
    low, high = _area(below) / width, _area(above) / width
    hall_box = Box(0, low, width, low + depth)
    return [(hall, hall_box), *_band(below, 0, width, 0, low), *_band(above, 0, width, low + depth, high)]


def _hubbed(rng: np.random.Generator, hall: Wanted, rooms: list[Wanted]) -> Layout | None:
    """Hall and living room follow one another through the middle; what does not touch the hall opens from the living room."""
    hub, others = _with_end(rng, rooms)
    above, below = _halves(rng, others)
    width, lobby, depth = rng.uniform(8, 11), rng.uniform(1.9, 3.2), rng.uniform(3.9, 4.6)
    low, high = _area(below) / width, _area(above) / width
    middle = [(hall, Box(0, low, lobby, low + depth)), (hub, Box(lobby, low, width, low + depth))]
    return [*middle, *_band(below, 0, width, 0, low), *_band(above, 0, width, low + depth, high)]


def _cornered(rng: np.random.Generator, hall: Wanted, rooms: list[Wanted]) -> Layout | None:
    """A large room lies across the end of the hall and beside one row; the other row runs past them both."""
    end, others = _with_end(rng, rooms)
    above, below = _halves(rng, others)
    width, depth = rng.uniform(8, 11.5), _hall_depth(rng)
    high, low = _area(above) / width, rng.uniform(2.8, 4.2)
    turn = _area(below) / low
    if not 3 <= turn <= width - 3:
        return None
    end_box = Box(turn, 0, width, low + depth)
    bands = [*_band(below, 0, turn, 0, low), *_band(above, 0, width, low + depth, high)]
    return [(hall, Box(0, low, turn, low + depth)), (end, end_box), *bands]


def _stacked(rng: np.random.Generator, hall: Wanted, rooms: list[Wanted]) -> Layout | None:
    """The hall leads to the living room; the kitchen lies behind it."""
    end, others = _with_end(rng, rooms)
    behind = next((room for room in others if room.kind in ("kitchen", "study")), None)
    if behind is None:
        return None
    others.remove(behind)
    above, below = _halves(rng, others)
    width, depth = rng.uniform(4.5, 8), _hall_depth(rng)
    low, high = _area(below) / width, _area(above) / width
    deep = low + depth + high
    column = (end.area_m2 + behind.area_m2) / deep
    split = behind.area_m2 / column
    if split > low + depth - 1.2:
        return None
    boxes = [(behind, Box(width, 0, width + column, split)), (end, Box(width, split, width + column, deep))]
    bands = [*_band(below, 0, width, 0, low), *_band(above, 0, width, low + depth, high)]
    return [(hall, Box(0, low, width, low + depth)), *boxes, *bands]


_PATTERNS: tuple[Callable[[np.random.Generator, Wanted, list[Wanted]], Layout | None], ...] = (
    _through,
    _hubbed,
    _cornered,
    _stacked,
)


def _hall_depth(rng: np.random.Generator) -> float:
    return float(rng.uniform(1.6, 2.1))


def _area(rooms: Sequence[Wanted]) -> float:
    return sum(room.area_m2 for room in rooms)


def _halves(rng: np.random.Generator, rooms: list[Wanted]) -> tuple[list[Wanted], list[Wanted]]:
    order = [rooms[number] for number in rng.permutation(len(rooms))]
    cut = int(rng.integers(1, len(rooms))) if len(rooms) > 1 else 1
    return order[:cut], order[cut:]


def _with_end(rng: np.random.Generator, rooms: list[Wanted]) -> tuple[Wanted, list[Wanted]]:
    end = next(room for room in rooms if room.kind == "living room")
    return end, [rooms[number] for number in rng.permutation(len(rooms)) if rooms[number] is not end]


def _band(rooms: Sequence[Wanted], x0: float, x1: float, y0: float, depth: float) -> Layout:
    """Rooms side by side, as wide as their areas ask for."""
    shares = np.array([room.area_m2 for room in rooms])
    edges = x0 + np.concatenate([[0], np.cumsum(shares)]) / max(shares.sum(), 1e-9) * (x1 - x0)
    return [
        (room, Box(float(left), y0, float(right), y0 + depth)) for room, left, right in zip(rooms, edges, edges[1:], strict=False)
    ]


def _turned(rng: np.random.Generator, layout: Layout) -> Layout:
    """The layout on a grid of 5 cm, perhaps mirrored, perhaps with x and y exchanged, its lowest corner at (0, 0)."""
    flips, swap = rng.integers(0, 2, 2), bool(rng.integers(0, 2))
    corners = np.round(np.array([box for _, box in layout]) / 0.05) * 0.05
    for axis in np.flatnonzero(flips):
        corners[:, [axis, axis + 2]] = corners.max() - corners[:, [axis + 2, axis]]
    if swap:
        corners = corners[:, [1, 0, 3, 2]]
    corners -= np.tile(corners[:, :2].min(axis=0), 2)
    return [(room, Box(*row)) for (room, _), row in zip(layout, np.round(corners, 2).tolist(), strict=True)]


def _rooms(layout: Layout) -> tuple[Room, ...]:
    return tuple(Room(f"R{number}", room.kind, room.name, *box) for number, (room, box) in enumerate(layout, start=1))


def _doors(rng: np.random.Generator, rooms: Sequence[Room]) -> tuple[Door, ...] | None:
    """The front door, one door a room, perhaps one between kitchen and living room; None where there is no wall for one."""
    hall = rooms[0]
    outside = [wall for wall in outer_walls(hall, rooms) if wall.length_m >= FRONT_DOOR_M + 2 * _JAMB_M]
    if not outside:
        return None
    front = outside[int(rng.integers(len(outside)))]
    joined: list[tuple[Room, Room, SharedWall]] = []
    for room in rooms[1:]:
        way = _way_in(room, rooms)
        if way is None:
            return None
        joined.append((way[0], room, way[1]))
    joined += _second_doors(rng, rooms, joined)
    doors = [_door(rng, "D1", (hall.id, ""), front, FRONT_DOOR_M)]
    doors += [
        _door(rng, f"D{number}", (one.id, other.id), wall, DOOR_M) for number, (one, other, wall) in enumerate(joined, start=2)
    ]
    return tuple(doors)


def _way_in(room: Room, rooms: Sequence[Room]) -> tuple[Room, SharedWall] | None:
    """The room a door leads from: the hall, else the living room, which no bathroom opens from."""
    for kind in ("hall",) if room.kind == "bathroom" else ("hall", "living room"):
        for other in rooms:
            wall = shared_wall(other, room) if other.kind == kind else None
            if wall is not None and wall.length_m >= DOOR_M + 2 * _JAMB_M:
                return other, wall
    return None


def _second_doors(
    rng: np.random.Generator, rooms: Sequence[Room], joined: Sequence[tuple[Room, Room, SharedWall]]
) -> list[tuple[Room, Room, SharedWall]]:
    have = {frozenset((one.id, other.id)) for one, other, _ in joined}
    for one, other in combinations(rooms, 2):
        wall = shared_wall(one, other)
        if {one.kind, other.kind} == {"kitchen", "living room"} and frozenset((one.id, other.id)) not in have:
            wide = wall is not None and wall.length_m >= DOOR_M + 2 * _JAMB_M
            return [(one, other, wall)] if wall and wide and rng.random() < 0.6 else []
    return []


def _door(rng: np.random.Generator, id: str, between: tuple[str, str], wall: SharedWall, width_m: float) -> Door:
    """A door near one end of a wall as most are, which leaves wall for furniture."""
    low, high = wall.low_m + _JAMB_M + width_m / 2, wall.high_m - _JAMB_M - width_m / 2
    share = float(rng.beta(0.5, 0.5)) if between[1] else 0.5
    middle = round(low + share * (high - low), 2)
    x_m, y_m = (middle, wall.at_m) if wall.along == "x" else (wall.at_m, middle)
    return Door(id, *between, x_m, y_m, wall.along, width_m)
