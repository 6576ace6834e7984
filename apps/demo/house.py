"""Three rooms in one-point perspective: where everything stands, in metres, and how it is drawn.

Room coordinates are x to the right, y up from the floor, z away from the viewer; the viewer stands `_DISTANCE_M` before
z = 0 at eye height. Pictures are drawn at twice their size and halved, which smooths edges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from apps.demo.story import Room

Colour = tuple[int, int, int]
Point = tuple[float, float, float]

OVERSAMPLING = 2
DOOR = (-1.9, 0.0, 1.6)
"""Where residents come into a room."""
_DISTANCE_M = 4.2
_EYE_M = 1.45
_HALF_WIDTH_M, _HEIGHT_M, _DEPTH_M = 2.6, 2.75, 3.2
_FRONT_M = -1.6
_HORIZON = 0.51
_ZOOM = 1.36
INK: Colour = (58, 48, 62)
WOOD: Colour = (190, 134, 88)
WHITE: Colour = (250, 248, 243)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where things lie at a place, and where somebody stands who reaches for them."""

    at: Point
    stand: Point


SPOTS: dict[str, Spot] = {
    "kitchen counter": Spot((-1.05, 0.92, 2.55), (-0.75, 0.0, 1.75)),
    "windowsill": Spot((-0.45, 1.3, 3.1), (0.0, 0.0, 1.95)),
    "kitchen table": Spot((0.35, 0.78, 1.25), (-0.35, 0.0, 1.3)),
    "fridge": Spot((1.9, 0.95, 2.5), (1.15, 0.0, 1.7)),
    "sofa": Spot((0.65, 0.5, 2.2), (0.25, 0.0, 1.75)),
    "bookshelf": Spot((-1.5, 1.2, 2.95), (-0.95, 0.0, 1.9)),
    "desk": Spot((1.6, 0.78, 1.3), (1.0, 0.0, 1.0)),
    "plant": Spot((-0.55, 0.75, 2.85), (-0.2, 0.0, 1.9)),
    "bench": Spot((-0.75, 0.48, 2.7), (-0.25, 0.0, 1.9)),
    "hook": Spot((0.35, 1.5, 3.1), (0.15, 0.0, 2.2)),
    "front door": Spot((1.5, 1.0, 3.2), (1.1, 0.0, 2.2)),
}
SEAT = (0.1, 0.0, 2.1)
"""Feet of somebody who sits on the sofa."""

_WALLS: dict[Room, tuple[Colour, Colour, Colour]] = {
    "kitchen": ((214, 232, 222), (196, 217, 206), (222, 190, 150)),
    "living room": ((247, 224, 200), (236, 208, 180), (198, 150, 108)),
    "hallway": ((220, 218, 238), (202, 199, 224), (206, 188, 172)),
}


def shaded(colour: Colour, factor: float) -> Colour:
    """A colour made darker (below 1) or lighter (above)."""
    return tuple(max(0, min(255, round(c * factor))) for c in colour)  # type: ignore[return-value]


@lru_cache(maxsize=32)
def font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font, so that pictures are alike on every machine."""
    return ImageFont.load_default(max(size_px, 6))


class Easel:
    """A picture that is drawn on in metres; `height` is that of the finished picture, four by three."""

    def __init__(self, height: int, picture: Image.Image | None = None) -> None:
        self.height_px = height * OVERSAMPLING
        self.width_px = height * 4 // 3 * OVERSAMPLING
        self.picture = picture if picture is not None else Image.new("RGB", (self.width_px, self.height_px), INK)
        self.draw = ImageDraw.Draw(self.picture)

    def px(self, point: Point) -> tuple[float, float]:
        """The pixel a point is seen at."""
        scale = self.scale(point[2])
        return self.width_px / 2 + point[0] * scale, self.height_px * _HORIZON - (point[1] - _EYE_M) * scale

    def scale(self, z: float) -> float:
        """Pixels a metre at depth z."""
        return _ZOOM * self.height_px / (z + _DISTANCE_M)

    def face(self, corners: Sequence[Point], colour: Colour, outline: Colour | None = None) -> None:
        """A flat polygon."""
        self.draw.polygon([self.px(corner) for corner in corners], fill=colour, outline=outline)

    def line(self, points: Sequence[Point], colour: Colour, thick_m: float) -> None:
        """A line with round ends."""
        flat = [self.px(point) for point in points]
        width = max(1, round(thick_m * self.scale(points[0][2])))
        self.draw.line(flat, fill=colour, width=width, joint="curve")
        for x, y in (flat[0], flat[-1]):
            self.draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)

    def disc(self, centre: Point, radius_m: float, colour: Colour, *, flat: float = 1.0) -> None:
        """A circle that faces the viewer; `flat` squeezes it from top to bottom."""
        x, y = self.px(centre)
        r = radius_m * self.scale(centre[2])
        self.draw.ellipse((x - r, y - r * flat, x + r, y + r * flat), fill=colour)

    def box(self, low: Point, high: Point, colour: Colour) -> None:
        """A cuboid: front, top, and the side that is seen."""
        (x0, y0, z0), (x1, y1, z1) = low, high
        if y1 < _EYE_M:
            self.face([(x0, y1, z0), (x1, y1, z0), (x1, y1, z1), (x0, y1, z1)], shaded(colour, 1.12))
        side = x1 if x1 < 0 else x0 if x0 > 0 else None
        if side is not None:
            self.face([(side, y0, z0), (side, y1, z0), (side, y1, z1), (side, y0, z1)], shaded(colour, 0.8))
        self.face([(x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0)], colour)

    def panel(self, low: Point, high: Point, colour: Colour) -> None:
        """A rectangle that faces the viewer, at the depth of `low`."""
        z = low[2]
        self.face([(low[0], low[1], z), (high[0], low[1], z), (high[0], high[1], z), (low[0], high[1], z)], colour)


def draw_room(easel: Easel, room: Room) -> None:
    """An empty room with its furniture."""
    wall, side, floor = _WALLS[room]
    w, h, back, front = _HALF_WIDTH_M, _HEIGHT_M, _DEPTH_M, _FRONT_M
    for x in (-w, w):
        easel.face([(x, 0, front), (x, h, front), (x, h, back), (x, 0, back)], side)
    easel.face([(-w, h, front), (w, h, front), (w, h, back), (-w, h, back)], shaded(WHITE, 0.97))
    easel.face([(-w, 0, front), (w, 0, front), (w, 0, back), (-w, 0, back)], floor)
    for x in [w * (-1 + 2 * n / 12) for n in range(1, 12)]:
        easel.line([(x, 0, -0.9), (x, 0, back)], shaded(floor, 0.93), 0.012)
    easel.panel((-w, 0, back), (w, h, back), wall)
    easel.panel((-w, 0, back), (w, 0.1, back), WHITE)
    {"kitchen": _kitchen, "living room": _living_room, "hallway": _hallway}[room](easel)


def _window(easel: Easel, x: float, y: float, width: float, height: float) -> None:
    z = _DEPTH_M
    easel.panel((x - 0.06, y - 0.06, z), (x + width + 0.06, y + height + 0.06, z), WHITE)
    easel.panel((x, y, z), (x + width, y + height, z), (160, 208, 240))
    easel.panel((x, y, z), (x + width, y + height * 0.3, z), (142, 190, 122))
    easel.disc((x + width * 0.3, y + height * 0.72, z), 0.11, WHITE, flat=0.6)
    easel.disc((x + width * 0.45, y + height * 0.76, z), 0.13, WHITE, flat=0.6)
    easel.line([(x + width / 2, y, z), (x + width / 2, y + height, z)], WHITE, 0.04)


def _kitchen(easel: Easel) -> None:
    _window(easel, -1.1, 1.33, 1.3, 0.95)
    easel.box((-1.2, 1.26, 2.95), (0.3, 1.3, 3.2), WHITE)
    easel.box((-2.5, 0.0, 2.4), (-0.1, 0.86, 3.15), (238, 236, 228))
    easel.box((-2.52, 0.86, 2.36), (-0.08, 0.92, 3.15), (120, 112, 116))
    for x in (-1.9, -1.3, -0.7):
        easel.line([(x, 0.08, 2.4), (x, 0.82, 2.4)], (196, 194, 186), 0.015)
        easel.line([(x + 0.08, 0.6, 2.4), (x + 0.08, 0.72, 2.4)], INK, 0.02)
    easel.box((1.3, 0.0, 2.35), (2.35, 1.95, 3.1), (232, 240, 244))
    easel.line([(1.3, 1.3, 2.35), (2.35, 1.3, 2.35)], (182, 194, 204), 0.02)
    _clock(easel, (0.85, 2.2, 3.2))
    _table(easel, (-0.15, 0.95), (1.15, 1.75))


def _clock(easel: Easel, centre: Point) -> None:
    easel.disc(centre, 0.2, INK)
    easel.disc(centre, 0.17, WHITE)
    x, y, z = centre
    easel.line([(x, y, z), (x, y + 0.12, z)], INK, 0.02)
    easel.line([(x, y, z), (x - 0.08, y + 0.03, z)], INK, 0.02)


def _table(easel: Easel, near_left: tuple[float, float], far_right: tuple[float, float]) -> None:
    (x0, z0), (x1, z1) = near_left, far_right
    for x, z in ((x0 + 0.08, z1), (x1 - 0.08, z1), (x0 + 0.06, z0), (x1 - 0.06, z0)):
        easel.line([(x, 0.02, z), (x, 0.72, z)], shaded(WOOD, 0.7), 0.06)
    easel.box((x0, 0.72, z0), (x1, 0.78, z1), WOOD)


def _living_room(easel: Easel) -> None:
    for flat, colour in ((1.0, (196, 96, 84)), (0.86, (226, 168, 128)), (0.7, (196, 96, 84))):
        x, y = easel.px((0.1, 0.0, 0.9))
        r = 1.35 * easel.scale(0.9) * flat
        easel.draw.ellipse((x - r, y - r * 0.28, x + r, y + r * 0.28), fill=colour)
    easel.panel((-0.05, 1.35, 3.2), (1.05, 2.2, 3.2), shaded(WOOD, 0.8))
    easel.panel((0.0, 1.4, 3.2), (1.0, 2.15, 3.2), (120, 178, 210))
    easel.face([(0.0, 1.4, 3.2), (0.45, 1.95, 3.2), (0.8, 1.4, 3.2)], (108, 122, 148))
    easel.face([(0.45, 1.4, 3.2), (0.75, 1.75, 3.2), (1.0, 1.4, 3.2)], (138, 150, 172))
    easel.disc((0.8, 1.98, 3.2), 0.08, (250, 222, 120))
    _bookshelf(easel)
    easel.box((-0.35, 0.2, 2.55), (1.35, 1.0, 2.85), (86, 132, 150))
    easel.box((-0.35, 0.12, 1.95), (1.35, 0.5, 2.6), (104, 154, 170))
    for x in (-0.5, 1.3):
        easel.box((x, 0.1, 1.95), (x + 0.2, 0.68, 2.75), (86, 132, 150))
    _plant(easel)
    _table(easel, (1.2, 1.0), (2.3, 1.7))


def _bookshelf(easel: Easel) -> None:
    easel.box((-2.3, 0.0, 2.8), (-1.05, 2.1, 3.15), WOOD)
    colours = ((150, 70, 70), (80, 100, 120), (200, 170, 90), (110, 80, 120), (170, 170, 160))
    for row, y in enumerate((0.15, 0.68, 1.2, 1.68)):
        easel.panel((-2.2, y, 2.8), (-1.15, y + 0.4, 2.8), shaded(WOOD, 0.62))
        for n in range(7 if row != 2 else 3):
            x = -2.16 + n * 0.115
            easel.panel((x, y, 2.8), (x + 0.09, y + 0.26 + 0.03 * ((n * 7 + row) % 4), 2.8), colours[(n + row * 2) % 5])


def _plant(easel: Easel) -> None:
    easel.box((-0.75, 0.0, 2.85), (-0.4, 0.35, 3.1), (206, 120, 86))
    stem = (-0.57, 0.35, 2.9)
    for dx, dy in ((-0.28, 0.45), (-0.12, 0.7), (0.08, 0.78), (0.24, 0.55), (0.32, 0.3), (-0.3, 0.25)):
        easel.line([stem, (stem[0] + dx, stem[1] + dy, 2.9)], (70, 130, 84), 0.03)
        easel.disc((stem[0] + dx, stem[1] + dy, 2.9), 0.11, (96, 164, 104), flat=0.75)


def _hallway(easel: Easel) -> None:
    easel.box((1.0, 0.0, 3.1), (2.05, 2.15, 3.2), (150, 92, 76))
    easel.panel((1.14, 1.2, 3.1), (1.9, 1.95, 3.1), (168, 108, 90))
    easel.panel((1.14, 0.2, 3.1), (1.9, 1.05, 3.1), (168, 108, 90))
    easel.disc((1.13, 1.05, 3.1), 0.05, (240, 204, 110))
    easel.face([(0.75, 0, 2.9), (2.2, 0, 2.9), (2.3, 0, 2.2), (0.65, 0, 2.2)], (110, 120, 110))
    easel.panel((-0.1, 1.7, 3.2), (0.8, 1.8, 3.2), WOOD)
    for x in (0.05, 0.35, 0.65):
        easel.line([(x, 1.74, 3.15), (x, 1.66, 3.1)], INK, 0.03)
    easel.box((-1.5, 0.4, 2.4), (-0.2, 0.48, 2.95), WOOD)
    for x in (-1.42, -0.28):
        easel.box((x, 0.0, 2.45), (x + 0.07, 0.4, 2.9), shaded(WOOD, 0.8))
    easel.panel((-1.45, 1.05, 3.2), (-0.6, 2.25, 3.2), shaded(WOOD, 0.85))
    easel.panel((-1.38, 1.12, 3.2), (-0.67, 2.18, 3.2), (214, 230, 236))
    easel.line([(-1.2, 1.5, 3.2), (-0.9, 2.0, 3.2)], WHITE, 0.04)
