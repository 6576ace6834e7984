"""A home seen from above as a picture: rooms, furniture and things by name, people, and the ways that somebody took."""

from collections.abc import Collection, Iterable, Sequence
from math import cos, sin

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

from streams.house.footprint import Footprint, footprint
from streams.house.home import Door, Furniture, Home, Room
from streams.house.plan_text import Block, draw_block, fitted_block
from streams.house.world import PersonPose, WorldState

_PAPER, _WALL, _INK, _SOFT_INK = "#ffffff", "#3d4149", "#30343b", "#5d636e"
_FLOORS = {
    "kitchen": "#fdf1dc",
    "living room": "#e9f3e4",
    "bedroom": "#e6edf8",
    "bathroom": "#ddf1f3",
    "hall": "#f2eee9",
    "study": "#f3e8f4",
}
_WOOD, _SOFT, _WATER, _MACHINE, _GREEN = "#e3c9a4", "#c9cfdd", "#f7fbfc", "#d9dde2", "#b5d3a5"
_FINISHES = {
    "bed": _SOFT, "sofa": _SOFT, "armchair": _SOFT, "office chair": _SOFT, "laundry basket": _SOFT,
    "bathtub": _WATER, "toilet": _WATER, "bathroom sink": _WATER, "sink": _MACHINE,
    "fridge": _MACHINE, "stove": _MACHINE, "washing machine": _MACHINE, "television": "#4a4e57", "dustbin": _MACHINE,
    "floor lamp": "#f6e3a1", "house plant": _GREEN,
}  # fmt: skip
_COLOURS = {
    "clear": "#e8f4fa", "silver": "#bfc4cb", "golden": "#d9ac3b", "dark green": "#1f5b35", "beige": "#d8c8a8", "grey": "#8c9097",
    "white": "#ffffff", "black": "#26282c", "red": "#d63a2f", "blue": "#2f6fd6", "green": "#3a9d4b", "yellow": "#f2c81e",
    "orange": "#f08a24", "purple": "#8b54c4", "pink": "#ee82ad", "brown": "#8a5a34",
}  # fmt: skip
_TRAILS = ("#d6336c", "#1c7ed6", "#e8590c", "#2b8a3e")
_FINE = 2
"""Drawn this much larger, then made smaller, so that edges are smooth."""
_MARGIN_M = 0.35
_COARSE = 8


def draw_plan(
    home: Home,
    state: WorldState | None = None,
    trails: Sequence[ArrayLike] = (),
    *,
    named: Collection[str] = (),
    px_per_m: int = 80,
) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 RGB plan of a home, north (+y) up.

    Args:
        state: draws its things as dots in their colour and its people as discs in the colour of their shirt.
        trails: (n, 2) points of the floor each, metres; a trail ends in a dot.
        named: ids of things that get a label.
    """
    sheet = _Sheet(home, px_per_m * _FINE)
    for room in home.rooms:
        sheet.floor(room)
    for room in home.rooms:
        sheet.walls(room)
    for door in home.doors:
        sheet.door(door)
    for piece in sorted(home.furniture, key=lambda piece: piece.position[2]):
        sheet.piece(piece)
    for number, trail in enumerate(trails):
        sheet.trail(np.asarray(trail, np.float64), _TRAILS[number % len(_TRAILS)])
    if state is not None:
        sheet.things(state)
        for resident, pose in state.people.items():
            sheet.person(home.resident(resident).name, home.resident(resident).shirt, pose)
    sheet.names()
    if state is not None:
        sheet.flags(state, named)
    return sheet.picture()


class _Covered:
    """Which pixels of the sheet are taken, at an eighth of its scale."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.taken = np.zeros((size[1] // _COARSE + 2, size[0] // _COARSE + 2))

    def add(self, left: float, top: float, right: float, bottom: float) -> None:
        """Take a box."""
        rows, columns = (
            slice(int(top // _COARSE), int(bottom // _COARSE) + 1),
            slice(int(left // _COARSE), int(right // _COARSE) + 1),
        )
        self.taken[rows, columns] = 1

    def within(self, middles: NDArray[np.float64], size: tuple[float, float]) -> NDArray[np.float64]:
        """(n,) pixels taken in boxes of this size around (n, 2) middles, by a summed area table."""
        table = np.pad(self.taken.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
        low = np.clip((middles - np.array(size) / 2) // _COARSE, 0, np.array(table.shape[::-1]) - 2).astype(int)
        high = np.clip((middles + np.array(size) / 2) // _COARSE + 1, 1, np.array(table.shape[::-1]) - 1).astype(int)
        (x0, y0), (x1, y1) = low.T, high.T
        taken: NDArray[np.float64] = table[y1, x1] - table[y0, x1] - table[y1, x0] + table[y0, x0]
        return taken * _COARSE**2


class _Sheet:
    """The paper and what is known of its scale."""

    def __init__(self, home: Home, px_per_m: int) -> None:
        self.home, self.px_per_m = home, px_per_m
        self.low = np.array([min(room.x0_m for room in home.rooms), min(room.y0_m for room in home.rooms)]) - _MARGIN_M
        self.high = np.array([max(room.x1_m for room in home.rooms), max(room.y1_m for room in home.rooms)]) + _MARGIN_M
        width, height = np.ceil((self.high - self.low) * px_per_m / _FINE).astype(int) * _FINE
        self.image = Image.new("RGB", (int(width), int(height)), _PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self.pieces, self.dots = _Covered(self.image.size), _Covered(self.image.size)

    def picture(self) -> NDArray[np.uint8]:
        """The finished picture at its real size."""
        size = self.image.width // _FINE, self.image.height // _FINE
        return np.asarray(self.image.resize(size, Image.Resampling.LANCZOS), np.uint8)

    def floor(self, room: Room) -> None:
        """The tint of its kind."""
        self.draw.rectangle(self._corners(room.x0_m, room.y0_m, room.x1_m, room.y1_m), fill=_FLOORS[room.kind])

    def walls(self, room: Room) -> None:
        """A thick line on the middle of each wall."""
        half = self.home.wall_thickness_m / 2
        for x0, y0, x1, y1 in (
            (room.x0_m, room.y0_m, room.x1_m, room.y0_m),
            (room.x0_m, room.y1_m, room.x1_m, room.y1_m),
            (room.x0_m, room.y0_m, room.x0_m, room.y1_m),
            (room.x1_m, room.y0_m, room.x1_m, room.y1_m),
        ):
            self.draw.rectangle(self._corners(x0 - half, y0 - half, x1 + half, y1 + half), fill=_WALL)

    def door(self, door: Door) -> None:
        """A gap in the wall in the colour of the floor; the front door is a bar across it."""
        half = self.home.wall_thickness_m / 2 + 0.005
        x_m, y_m = (door.width_m / 2, half) if door.along == "x" else (half, door.width_m / 2)
        gap = self._corners(door.x_m - x_m, door.y_m - y_m, door.x_m + x_m, door.y_m + y_m)
        self.draw.rectangle(gap, fill=_FLOORS["hall"] if door.room_b else "#b0743c")

    def piece(self, piece: Furniture) -> None:
        """Its outline, and a darker edge where its back is."""
        area = footprint(piece)
        (x0, y0), (x1, y1) = area.corners.min(axis=0).tolist(), area.corners.max(axis=0).tolist()
        self.pieces.add(*self._corners(x0, y0, x1, y1))
        if piece.kind in _ROUND:
            self._dot(area.x_m, area.y_m, area.length_m / 2, _FINISHES.get(piece.kind, _WOOD), "#8a8174")
            return
        high = piece.position[2] > 1
        fill = None if high else _FINISHES.get(piece.kind, _WOOD)
        self._rectangle(area, fill, outline=_SOFT_INK if high else "#8a8174")
        if piece.kind in _BACKED:
            back = Footprint(*_offset(area, -0.5 * area.length_m + 0.08), 0.16, area.width_m, area.yaw_rad)
            self._rectangle(back, _darker(_FINISHES.get(piece.kind, _WOOD)), outline="#8a8174")

    def names(self) -> None:
        """Of pieces and of rooms, beside the dots where there is place."""
        for piece in self.home.furniture:
            if piece.position[2] < 1 and piece.kind != "tv stand":
                self._label(piece.kind, footprint(piece), piece.kind == "television")
        for room in self.home.rooms:
            block = Block((room.name.upper(),), self._points(0.21))
            draw_block(self.image, block, self._uncovered(room, block), _SOFT_INK, _FLOORS[room.kind])

    def things(self, state: WorldState) -> None:
        """A dot each in its own colour, where it stands."""
        for thing_id, placement in state.placements.items():
            x_m, y_m, _ = placement.position
            self._mark(x_m, y_m, 0.055, _COLOURS.get(self.home.thing(thing_id).colour, "#8c9097"))

    def flags(self, state: WorldState, named: Collection[str]) -> None:
        """A label for each of the things asked for that is in the home."""
        for thing_id in named:
            if thing_id in state.placements:
                self._flag(self.home.thing(thing_id).name, state.placements[thing_id].position[:2])

    def person(self, name: str, shirt: str, pose: PersonPose) -> None:
        """A disc with the first letter of the name, and a nose that shows where the person looks."""
        tip = pose.x_m + 0.27 * cos(pose.yaw_rad), pose.y_m + 0.27 * sin(pose.yaw_rad)
        self._mark(*tip, 0.07, _COLOURS.get(shirt, "#8c9097"))
        self._mark(pose.x_m, pose.y_m, 0.2, _COLOURS.get(shirt, "#8c9097"))
        dark = shirt in ("yellow", "white", "beige")
        draw_block(self.image, Block((name[:1],), self._points(0.22)), self._pixel(pose.x_m, pose.y_m), _INK if dark else _PAPER)

    def trail(self, points: NDArray[np.float64], colour: str) -> None:
        """A line over the floor that grows stronger towards its end, which is a dot."""
        pixels = [self._pixel(*point) for point in points.tolist()]
        if len(pixels) > 1:
            self.draw.line(pixels, fill=_PAPER, width=self._length(0.09), joint="curve")
            self.draw.line(pixels, fill=colour, width=self._length(0.045), joint="curve")
        self._dot(float(points[0, 0]), float(points[0, 1]), 0.07, _PAPER, colour)
        self._dot(float(points[-1, 0]), float(points[-1, 1]), 0.09, colour, _PAPER)

    def _label(self, words: str, area: Footprint, on_dark: bool) -> None:
        """The words inside a rectangle, upright or along its longer side; none if even the smallest letters do not fit."""
        spread = np.ptp(area.corners, axis=0) * self.px_per_m
        block = fitted_block(words, (float(spread[0]), float(spread[1])), self._points(0.15), self._points(0.09))
        if block is None:
            return
        x, y = self._pixel(area.x_m, area.y_m)
        slack = np.maximum(0.94 * spread - block.size, 0) / 2
        shifts = [slack * (across, along) for across in (0, -1, 1, -0.5, 0.5) for along in (0, -1, 1, -0.5, 0.5)]
        middles = np.array([(x, y)]) + shifts
        hidden = self.dots.within(middles, block.size) + 0.5 * np.abs(shifts).sum(axis=1)
        best_x, best_y = middles[int(np.argmin(hidden))].tolist()
        draw_block(self.image, block, (best_x, best_y), _PAPER if on_dark else _INK)

    def _flag(self, words: str, at: Iterable[float]) -> None:
        """A label on white above a place."""
        x, y = self._pixel(*at)
        block = Block((words,), self._points(0.15))
        width, height = block.size[0] / 2 + self._length(0.06), block.size[1] / 2 + self._length(0.05)
        middle = y - self._length(0.32)
        x_in = min(max(x, width + 2), self.image.width - width - 2)
        self.draw.line([(x, y), (x_in, middle)], fill=_INK, width=self._length(0.02))
        box = (x_in - width, middle - height, x_in + width, middle + height)
        self.draw.rounded_rectangle(box, self._length(0.06), fill=_PAPER, outline=_INK, width=self._length(0.015))
        draw_block(self.image, block, (x_in, middle), _INK)

    def _uncovered(self, room: Room, block: Block) -> tuple[float, float]:
        """The place nearest the middle of a room where a text covers the least furniture, pixels."""
        left, top, right, bottom = self._corners(room.x0_m, room.y0_m, room.x1_m, room.y1_m)
        width, height = np.array(block.size) / 2 + self._length(0.12)
        axes = np.linspace(left + width, max(left + width, right - width), 30), np.linspace(top + height, bottom - height, 30)
        middles = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
        covered = self.pieces.within(middles, block.size) + self.dots.within(middles, block.size)
        away = np.linalg.norm(middles - ((left + right) / 2, (top + bottom) / 2), axis=1)
        x, y = middles[int(np.argmin(covered + 0.5 * away))].tolist()
        return x, y

    def _mark(self, x_m: float, y_m: float, radius_m: float, fill: str) -> None:
        """A dot that names keep clear of."""
        self._dot(x_m, y_m, radius_m, fill, _INK)
        x, y = self._pixel(x_m, y_m)
        self.dots.add(
            x - radius_m * self.px_per_m, y - radius_m * self.px_per_m, x + radius_m * self.px_per_m, y + radius_m * self.px_per_m
        )

    def _rectangle(self, area: Footprint, fill: str | None, outline: str) -> None:
        corners = [self._pixel(*corner) for corner in area.corners.tolist()]
        self.draw.polygon(corners, fill=fill, outline=outline, width=self._length(0.018))

    def _dot(self, x_m: float, y_m: float, radius_m: float, fill: str, outline: str) -> None:
        x, y = self._pixel(x_m, y_m)
        radius = radius_m * self.px_per_m
        self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill, outline=outline, width=self._length(0.014))

    def _corners(self, x0_m: float, y0_m: float, x1_m: float, y1_m: float) -> tuple[float, float, float, float]:
        left, bottom = self._pixel(x0_m, y0_m)
        right, top = self._pixel(x1_m, y1_m)
        return left, top, right, bottom

    def _pixel(self, x_m: float, y_m: float) -> tuple[float, float]:
        return (x_m - float(self.low[0])) * self.px_per_m, (float(self.high[1]) - y_m) * self.px_per_m

    def _length(self, metres: float) -> int:
        return max(1, round(metres * self.px_per_m))

    def _points(self, metres: float) -> float:
        """Size of letters; a plan drawn small keeps them legible."""
        return max(metres * self.px_per_m, 9.0 * _FINE)


_ROUND = ("floor lamp", "house plant", "dustbin")
_BACKED = ("bed", "sofa", "armchair", "chair", "office chair")


def _offset(area: Footprint, forward_m: float) -> tuple[float, float]:
    return area.x_m + cos(area.yaw_rad) * forward_m, area.y_m + sin(area.yaw_rad) * forward_m


def _darker(colour: str) -> str:
    return "#" + "".join(f"{int(int(colour[start : start + 2], 16) * 0.85):02x}" for start in (1, 3, 5))
