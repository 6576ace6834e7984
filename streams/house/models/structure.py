"""Shapes of the building in the world's coordinates: floors, walls with openings, skirting, windows, pictures on walls, rugs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import pi
from typing import TypeVar

from streams.house.home import Door, Furniture, Home, Room, RoomKind
from streams.house.models.colours import Colour, colour, shade
from streams.house.models.meshes import panel, sheet
from streams.house.models.shape import Part, ball, block, box, form, pictured

DOOR_HEIGHT_M = 2.05
_WINDOW = (1.3, 1.05, 1.0)
"""Width, height and sill height of a window, metres."""
_WALLS: Mapping[RoomKind, tuple[str, ...]] = {
    "kitchen": ("f3ead2",),
    "living room": ("efe9df",),
    "bedroom": ("cfdcea", "dfe8d2", "e9d8e4", "efe0cd"),
    "bathroom": ("cfe5e6",),
    "hall": ("e6ddcf",),
    "study": ("d5dfd0",),
}
_FLOORS: Mapping[RoomKind, tuple[tuple[str, str], ...]] = {
    "kitchen": (("chequered", "e9e2d2"),),
    "living room": (("planks", "c08a55"),),
    "bedroom": (("carpet", "a8b3bf"), ("carpet", "b9ad97"), ("carpet", "b7a3ae"), ("planks", "c79d70")),
    "bathroom": (("tiles", "cfe0e3"),),
    "hall": (("planks", "8f5f3c"),),
    "study": (("planks", "ad7f52"),),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One wall of a room seen from inside: at `level` of the other axis, from `low` to `high` along its own.

    Args:
        inward: +1 or -1, the way into the room on the other axis.
    """

    room: Room
    along: str
    level: float
    low: float
    high: float
    inward: int

    def at(self, along: float, off: float) -> tuple[float, float]:
        """The point of the floor `off` metres into the room."""
        across = self.level + self.inward * off
        return (along, across) if self.along == "x" else (across, along)

    def size(self, length: float, thick: float, tall: float) -> tuple[float, float, float]:
        """A box along the wall."""
        return (length, thick, tall) if self.along == "x" else (thick, length, tall)

    @property
    def yaw_rad(self) -> float:
        """Of something on the wall that faces the room."""
        return (pi / 2 if self.inward > 0 else -pi / 2) if self.along == "x" else (0.0 if self.inward > 0 else pi)

    def has(self, door: Door) -> bool:
        """Whether a door is in this wall."""
        across, along = (door.y_m, door.x_m) if self.along == "x" else (door.x_m, door.y_m)
        return door.along == self.along and abs(across - self.level) < 0.2 and self.low < along < self.high


def building(home: Home) -> list[Part]:
    """Everything that stands still and belongs to no piece of furniture."""
    parts: list[Part] = []
    for room in home.rooms:
        parts.append(_floor(home, room))
        for side in sides(room):
            parts += _wall(home, side)
    return [*parts, *(part for door in home.doors for part in _door_frame(home, door)), *_rugs(home)]


def sides(room: Room) -> tuple[Side, ...]:
    """The four walls of a room."""
    return (
        Side(room, "x", room.y0_m, room.x0_m, room.x1_m, 1),
        Side(room, "x", room.y1_m, room.x0_m, room.x1_m, -1),
        Side(room, "y", room.x0_m, room.y0_m, room.y1_m, 1),
        Side(room, "y", room.x1_m, room.y0_m, room.y1_m, -1),
    )


def wall_colour(home: Home, room: Room) -> Colour:
    """Bedrooms differ from each other."""
    return _hex(_one_of(_WALLS[room.kind], home, room))


def _floor(home: Home, room: Room) -> Part:
    pattern, tone = _one_of(_FLOORS[room.kind], home, room)
    middle = room.centre
    return pictured(box((*middle, -0.02), (room.x1_m - room.x0_m, room.y1_m - room.y0_m, 0.04), _hex(tone)), pattern)


def _wall(home: Home, side: Side) -> Iterator[Part]:
    """Panels between the doors, lintels over them, skirting, and what hangs on it."""
    of, thick, tall = wall_colour(home, side.room), home.wall_thickness_m / 2, home.wall_height_m
    doors = sorted((_along(door), door.width_m) for door in home.doors if side.has(door))
    edges = [side.low, *(edge for at, wide in doors for edge in (at - wide / 2, at + wide / 2)), side.high]
    for low, high in zip(edges[::2], edges[1::2], strict=True):
        yield from _panel(side, (low, high), (0.0, tall), thick, of)
        if high - low > 0.1:
            foot = side.at((low + high) / 2, thick + 0.006)
            yield box((*foot, 0.045), side.size(high - low - 0.02, 0.012, 0.09), shade(colour("white"), 0.95))
    for at, wide in doors:
        yield from _panel(side, (at - wide / 2, at + wide / 2), (DOOR_HEIGHT_M, tall), thick, of)
    yield from _hung(home, side, edges)


def _panel(side: Side, span: tuple[float, float], heights: tuple[float, float], thick: float, of: Colour) -> Iterator[Part]:
    low, high = span
    if high - low < 0.01:
        return
    middle = side.at((low + high) / 2, thick / 2)
    tiled = side.room.kind == "bathroom" and heights[0] == 0.0
    if not tiled:
        yield box((*middle, sum(heights) / 2), side.size(high - low, thick, heights[1] - heights[0]), of)
        return
    yield pictured(box((*middle, 0.7), side.size(high - low, thick, 1.4), shade(of, 1.1)), "tiles")
    yield box((*middle, (1.4 + heights[1]) / 2), side.size(high - low, thick, heights[1] - 1.4), of)


def _hung(home: Home, side: Side, edges: list[float]) -> Iterator[Part]:
    """A window in a wall to the outside, a painting elsewhere, where no tall furniture stands before it."""
    outside = not any(_shares(side, other) for other in home.rooms if other.id != side.room.id)
    wide = _WINDOW[0] if outside else 0.8
    if side.room.kind in ("hall", "bathroom") and not outside:
        return
    for low, high in sorted(zip(edges[::2], edges[1::2], strict=True), key=lambda span: span[0] - span[1]):
        spot = _free_along(home, side, low, high, wide)
        if spot is not None:
            yield from (_window if outside else _painting)(home, side, spot)
            return


def _free_along(home: Home, side: Side, low: float, high: float, wide: float) -> float | None:
    """The spot nearest the middle of a stretch of wall that nothing tall stands before."""
    tall = [piece for piece in home.furniture if piece.room == side.room.id and piece.position[2] + piece.size[2] > 0.96]
    spots = [low + wide / 2 + 0.1 + 0.1 * step for step in range(int(max(high - low - wide - 0.2, -0.1) / 0.1) + 1)]
    clear = [spot for spot in spots if not any(_covers(side, piece, spot, wide) for piece in tall)]
    return min(clear, key=lambda spot: abs(spot - (low + high) / 2)) if clear else None


def _covers(side: Side, piece: Furniture, spot: float, wide: float) -> bool:
    x, y, _ = piece.position
    along, across = (x, y) if side.along == "x" else (y, x)
    reach = max(piece.size[:2]) / 2
    return abs(across - side.level) < 0.8 and abs(along - spot) < reach + wide / 2


def _window(home: Home, side: Side, spot: float) -> Iterator[Part]:
    wide, tall, sill = _WINDOW
    thick = home.wall_thickness_m / 2
    white, middle = colour("white"), sill + tall / 2
    yield pictured(
        form(panel((0.01, wide, tall)), (*side.at(spot, thick + 0.006), middle), white, "glow", (0, 0, side.yaw_rad)), "view"
    )
    for offset in (-wide / 2, 0.0, wide / 2):
        yield box((*side.at(spot + offset, thick + 0.018), middle), side.size(0.05, 0.035, tall + 0.06), white)
    for height in (sill, sill + tall):
        yield box((*side.at(spot, thick + 0.018), height), side.size(wide + 0.06, 0.035, 0.05), white)
    yield box((*side.at(spot, thick + 0.06), sill - 0.03), side.size(wide + 0.2, 0.12, 0.03), white)
    if side.room.kind in ("bedroom", "living room", "study"):
        tone = {"bedroom": "light blue", "living room": "ochre", "study": "light green"}[side.room.kind]
        for offset in (-1, 1):
            yield box(
                (*side.at(spot + offset * (wide / 2 + 0.14), thick + 0.05), 1.25),
                side.size(0.24, 0.06, 1.9),
                colour(tone),
                "cloth",
            )
        yield box((*side.at(spot, thick + 0.05), 2.22), side.size(wide + 0.7, 0.03, 0.03), colour("dark wood"))


def _painting(home: Home, side: Side, spot: float) -> Iterator[Part]:
    thick = home.wall_thickness_m / 2
    face = "painting" if side.along == "x" else "flowers"
    wide, tall = (0.8, 0.6) if face == "painting" else (0.5, 0.66)
    turn = (0.0, 0.0, side.yaw_rad)
    yield box((*side.at(spot, thick + 0.012), 1.5), side.size(wide, 0.024, tall), colour("dark wood"))
    yield pictured(
        form(panel((0.006, wide - 0.08, tall - 0.08)), (*side.at(spot, thick + 0.026), 1.5), colour("white"), turn=turn), face
    )


def _door_frame(home: Home, door: Door) -> Iterator[Part]:
    white = shade(colour("white"), 0.97)
    deep = home.wall_thickness_m + 0.04
    along = door.along == "x"

    def beam(offset: float, z: float, length: float, tall: float) -> Part:
        at = (door.x_m + offset, door.y_m, z) if along else (door.x_m, door.y_m + offset, z)
        return box(at, (length, deep, tall) if along else (deep, length, tall), white)

    for side in (-1, 1):
        yield beam(side * (door.width_m / 2 + 0.01), DOOR_HEIGHT_M / 2, 0.06, DOOR_HEIGHT_M)
    yield beam(0.0, DOOR_HEIGHT_M + 0.03, door.width_m + 0.08, 0.06)
    if not door.room_b:
        yield from _front_door(door, along)


def _front_door(door: Door, along: bool) -> Iterator[Part]:
    wide = door.width_m - 0.04
    of = colour("dark green")
    size = (wide, 0.05, DOOR_HEIGHT_M) if along else (0.05, wide, DOOR_HEIGHT_M)
    yield block((door.x_m, door.y_m, 0), size, of)
    for side in (-1, 1):
        grip = (door.x_m + wide * 0.4, door.y_m + side * 0.06) if along else (door.x_m + side * 0.06, door.y_m + wide * 0.4)
        yield ball((*grip, 1.0), 0.07, colour("golden"), "metal")
        for z in (0.55, 1.45):
            at = (door.x_m, door.y_m + side * 0.027, z) if along else (door.x_m + side * 0.027, door.y_m, z)
            inset = (wide * 0.6, 0.01, 0.6) if along else (0.01, wide * 0.6, 0.6)
            yield box(at, inset, shade(of, 1.25))


def _rugs(home: Home) -> Iterator[Part]:
    """Under the coffee table and before the bathtub."""
    for piece in home.furniture:
        x, y, _ = piece.position
        if piece.kind == "coffee table":
            yield pictured(form(sheet((1.7, 2.3), 0.012), (x, y, 0.006), colour("white"), turn=(0, 0, piece.yaw_rad)), "rug")


def _shares(side: Side, other: Room) -> bool:
    """Whether another room lies behind a wall."""
    low, high, first, last = (
        (other.x0_m, other.x1_m, other.y0_m, other.y1_m)
        if side.along == "x"
        else (other.y0_m, other.y1_m, other.x0_m, other.x1_m)
    )
    return min(abs(first - side.level), abs(last - side.level)) < 0.05 and min(high, side.high) - max(low, side.low) > 0.05


def _along(door: Door) -> float:
    return door.x_m if door.along == "x" else door.y_m


Choice = TypeVar("Choice")


def _one_of(choices: tuple[Choice, ...], home: Home, room: Room) -> Choice:
    same = [other.id for other in home.rooms if other.kind == room.kind]
    return choices[(home.seed + same.index(room.id)) % len(choices)]


def _hex(code: str) -> Colour:
    return int(code[:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:], 16) / 255, 1.0
