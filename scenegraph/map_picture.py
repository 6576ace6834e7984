"""A map from above: rooms, furniture, and where each thing is, with its trail; what is gone or not looked at looks different."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import ndimage

from mmmem.lazy import require
from scenegraph.asking import Questions
from scenegraph.free_space import CELL_M
from scenegraph.geometry import Array
from scenegraph.hierarchy import Hierarchy
from scenegraph.map_labels import Box, Labels
from scenegraph.naming import Reading
from scenegraph.nodes import Node
from scenegraph.rooms import RoomShape
from scenegraph.wording import moment

MARGIN_PX = 56
LEGEND_PX = 92
_PAPER, _INK, _FAINT = (250, 249, 246), (44, 46, 52), (140, 142, 150)
_WALL, _PIECE, _PIECE_LINE = (96, 98, 106), (228, 220, 206), (176, 164, 144)
_FLOORS = ((238, 242, 247), (245, 240, 232), (236, 245, 238), (246, 238, 243), (240, 240, 248), (247, 244, 230), (233, 243, 245))
_TRAIL, _GONE, _CAMERA = (70, 110, 190), (196, 62, 58), (60, 200, 120)
_COLOURS = {
    "white": (250, 250, 250), "grey": (150, 152, 156), "silver": (192, 196, 202), "black": (38, 38, 42), "red": (208, 56, 48),
    "orange": (238, 138, 40), "yellow": (240, 208, 60), "golden": (212, 168, 60), "green": (70, 158, 82), "blue": (58, 104, 200),
    "purple": (132, 82, 176), "pink": (236, 140, 172), "brown": (134, 92, 60), "beige": (222, 204, 172),
    "turquoise": (64, 180, 176),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scale:
    """From metres to pixels; y of the world points up."""

    low: Array
    high: Array
    px_per_m: float

    def px(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Pixels of a place on the floor."""
        return MARGIN_PX + (x_m - self.low[0]) * self.px_per_m, MARGIN_PX + (self.high[1] - y_m) * self.px_per_m

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        across, up = ((self.high - self.low) * self.px_per_m).tolist()
        return round(across) + 2 * MARGIN_PX, round(up) + 2 * MARGIN_PX + LEGEND_PX


def map_picture(q: Questions, *, at: int | None = None, longest_px: int = 1500, trails: bool = True) -> Any:
    """The map at an instant, the present by default, as a Pillow image.

    Args:
        longest_px: longer side of the floor, in pixels.
        trails: whether earlier places of things are drawn.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    at_ns = q.now_ns if at is None else at
    scale = _scale(q, longest_px)
    image_module, draw_module = require("PIL.Image", extra="", purpose="Maps"), require("PIL.ImageDraw", extra="", purpose="Maps")
    image = image_module.new("RGB", scale.size, _PAPER)
    draw = draw_module.Draw(image, "RGBA")
    labels = Labels(draw, scale.size, LEGEND_PX)
    rooms = _rooms(q, draw, scale)
    layers = q.graph.hierarchy(at=at_ns, known_at=q.now_ns)
    _places(draw, scale, layers)
    _furniture(q, draw, scale, labels, at_ns)
    things = [node for node in q.world.living() if node.layer in ("object", "person")]
    if trails:
        for node in things:
            _trail(q, draw, scale, node, at_ns)
    for node in things:
        _thing(q, draw, scale, labels, node=node, at_ns=at_ns)
    _cameras(draw, scale, labels, layers)
    for name, x, y in rooms:
        labels.put(name.upper(), Box(x, y, 2, 2), size=17, ink=_FAINT, bold=True)
    labels.draw_all()
    _legend(q, draw, scale, at_ns)
    return image


def map_frames(q: Questions, num: int, *, longest_px: int = 1100) -> Iterable[tuple[int, Any]]:
    """The map at `num` instants from the first sighting to the present, each with its instant."""
    first_ns = min((node.stays[0].start_ns for node in q.world.living() if node.stays), default=q.now_ns)
    for t_ns in np.linspace(first_ns, q.now_ns, max(num, 1)).astype(np.int64).tolist():
        yield int(t_ns), map_picture(q, at=int(t_ns), longest_px=longest_px)


def _places(draw: Any, scale: _Scale, layers: Hierarchy) -> None:
    """Places of the floor as small dots, with the ways between them."""
    spots = {one.id: scale.px(float(one.at[0]), float(one.at[1])) for one in layers.of("place") if one.at is not None}
    for one, other, _ in layers.ways:
        if one in spots and other in spots:
            draw.line((*spots[one], *spots[other]), fill=(*_FAINT, 50), width=1)
    for x, y in spots.values():
        draw.ellipse((x - 2, y - 2, x + 2, y + 2), fill=(*_FAINT, 120))


def _cameras(draw: Any, scale: _Scale, labels: Labels, layers: Hierarchy) -> None:
    """Where who carries a camera was last."""
    for one in layers.of("robot"):
        if one.at is not None:
            x, y = scale.px(float(one.at[0]), float(one.at[1]))
            draw.polygon(((x, y - 8), (x + 8, y), (x, y + 8), (x - 8, y)), fill=_CAMERA, outline=_INK)
            labels.put(f"{one.id} {one.name}", Box(x, y, 8, 8), size=13, ink=_INK)


def _scale(q: Questions, longest_px: int) -> _Scale:
    corners = [stay.box[:, :2] for node in q.world.living() for stay in node.stays if stay.box is not None]
    for shape in q.world.rooms.values():
        cells = np.argwhere(shape.cells)
        if len(cells):
            corners.append(np.stack([cells.min(axis=0), cells.max(axis=0) + 1]) * CELL_M + shape.origin * CELL_M)
    if not corners:
        return _Scale(np.zeros(2), np.ones(2), float(longest_px))
    low, high = np.concatenate(corners).min(axis=0) - 0.2, np.concatenate(corners).max(axis=0) + 0.2
    return _Scale(low, high, longest_px / float((high - low).max()))


def _rooms(q: Questions, draw: Any, scale: _Scale) -> list[tuple[str, float, float]]:
    """Floors, with their walls; returns where names go."""
    named = []
    cell = CELL_M * scale.px_per_m
    shapes = [_smoothed(shape) for shape in q.world.rooms.values() if shape.cells.any()]
    shapes = [shape for shape in shapes if shape.cells.any()]
    boxes = [node.stay.box for node in q.world.living() if node.layer == "furniture" and node.stay and node.stay.box is not None]
    for number, shape in enumerate(shapes):
        fill = _FLOORS[number % len(_FLOORS)]
        for i, j in np.argwhere(shape.cells).tolist():
            x, y = scale.px((i + shape.origin[0]) * CELL_M, (j + shape.origin[1]) * CELL_M)
            draw.rectangle((x, y - cell, x + cell, y), fill=fill)
    for shape in shapes:
        _walls(draw, scale, shape.cells, shape.origin)
        x, y = scale.px(*_widest(shape, boxes).tolist())
        named.append((q.called.room_at(shape.middle), x, y))
    return named


def _widest(shape: RoomShape, boxes: Sequence[Array]) -> Array:
    """(2,) metres of the place in a room that is farthest from its walls and its furniture."""
    free = np.pad(shape.cells, 1)
    at = (np.argwhere(free) - 1 + shape.origin + 0.5) * CELL_M
    for box in boxes:
        covered = ((at > box[0, :2] - 0.1) & (at < box[1, :2] + 0.1)).all(axis=1)
        free[tuple((np.argwhere(np.pad(shape.cells, 1))[covered]).T)] = False
    away = np.asarray(ndimage.distance_transform_edt(free if free.any() else np.pad(shape.cells, 1)), np.float64)
    best = np.array(np.unravel_index(int(np.argmax(away)), away.shape))
    place: Array = (best - 1 + shape.origin + 0.5) * CELL_M
    return place


def _smoothed(shape: RoomShape) -> RoomShape:
    """A room without the steps that single rays leave at its edges."""
    padded = np.pad(shape.cells, 4)
    smooth = ndimage.median_filter(padded, size=7)
    return RoomShape(shape.id, shape.origin - 4, smooth, shape.t_ns, shape.doors)


def _walls(draw: Any, scale: _Scale, cells: np.ndarray, origin: np.ndarray) -> None:
    """Lines where a room ends."""
    padded = np.pad(cells, 1)
    for i, j in np.argwhere(cells).tolist():
        x0, y0 = scale.px((i + origin[0]) * CELL_M, (j + origin[1]) * CELL_M)
        x1, y1 = scale.px((i + 1 + origin[0]) * CELL_M, (j + 1 + origin[1]) * CELL_M)
        sides = ((-1, 0, (x0, y0, x0, y1)), (1, 0, (x1, y0, x1, y1)), (0, -1, (x0, y0, x1, y0)), (0, 1, (x0, y1, x1, y1)))
        for di, dj, line in sides:
            if not padded[i + 1 + di, j + 1 + dj]:
                draw.line(line, fill=(*_WALL, 150), width=2)


def _furniture(q: Questions, draw: Any, scale: _Scale, labels: Labels, at_ns: int) -> None:
    for node in q.world.living():
        spot = node.stay_at(at_ns)
        if node.layer != "furniture" or spot is None or spot.box is None:
            continue
        (x0, y1), (x1, y0) = scale.px(*spot.box[0, :2].tolist()), scale.px(*spot.box[1, :2].tolist())
        box = (x0, y0, max(x1, x0 + 4), max(y1, y0 + 4))
        draw.rounded_rectangle(box, radius=5, fill=(*_PIECE, 225), outline=_PIECE_LINE, width=2)
        labels.put(q.called.node(node.id), Box((x0 + x1) / 2, (y0 + y1) / 2, 3, 3), size=12, ink=(122, 108, 86))


def _trail(q: Questions, draw: Any, scale: _Scale, node: Node, at_ns: int) -> None:
    """Earlier places of a thing, the older the fainter."""
    points = [scale.px(*spot.at[:2].tolist()) for spot in q.spots(node) if spot.at is not None and spot.start_ns <= at_ns]
    colour = _TRAIL if node.layer == "object" else _FAINT
    for place, (start, end) in enumerate(pairwise(points)):
        age = len(points) - 2 - place
        alpha = max(150 - 35 * age, 30)
        _dashed(draw, start, end, (*colour, alpha), 2)
        draw.ellipse((start[0] - 3, start[1] - 3, start[0] + 3, start[1] + 3), outline=(*colour, alpha), width=1)


def _dashed(draw: Any, start: Sequence[float], end: Sequence[float], fill: tuple[int, ...], width: int) -> None:
    way = np.array(end) - np.array(start)
    length = float(np.hypot(*way))
    if length < 1.0:
        return
    for at in np.arange(0.0, length, 11.0):
        a, b = np.array(start) + way * at / length, np.array(start) + way * min(at + 6.0, length) / length
        draw.line((*a.tolist(), *b.tolist()), fill=fill, width=width)


def _thing(q: Questions, draw: Any, scale: _Scale, labels: Labels, *, node: Node, at_ns: int) -> None:
    found = q.where_read(node.id, [Reading(node, 1.0)], at_ns)
    spot = found.spot
    if spot is None or spot.at is None:
        return
    x, y = scale.px(*spot.at[:2].tolist())
    name = q.called.node(node.id)
    if node.layer == "person":
        if found.standing == "there":
            draw.polygon(((x, y - 11), (x + 10, y + 8), (x - 10, y + 8)), fill=(90, 96, 120), outline=_INK)
            labels.put(name, Box(x, y, 12, 12), size=15, ink=_INK, bold=True)
        return
    fill = _COLOURS.get(node.attributes.get("colour", ("", 0.0))[0], (120, 150, 200))
    _mark(draw, x, y, fill, found.standing)
    ink = _GONE if found.standing == "gone" else _INK if found.standing == "there" else _FAINT
    labels.put(f"{name}?" if spot.either else name, Box(x, y, 8, 8), size=13, ink=ink)


def _mark(draw: Any, x: float, y: float, fill: tuple[int, int, int], standing: str) -> None:
    """A disc where it was just seen, a ring where nobody has looked since, a cross where it is gone."""
    if standing == "there":
        draw.ellipse((x - 7, y - 7, x + 7, y + 7), fill=fill, outline=_INK, width=2)
    elif standing == "gone":
        draw.line((x - 6, y - 6, x + 6, y + 6), fill=_GONE, width=3)
        draw.line((x - 6, y + 6, x + 6, y - 6), fill=_GONE, width=3)
    else:
        draw.ellipse((x - 7, y - 7, x + 7, y + 7), fill=(*_PAPER, 255), outline=_FAINT, width=1)
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill=fill, outline=(*_FAINT, 255), width=1)


def _legend(q: Questions, draw: Any, scale: _Scale, at_ns: int) -> None:
    from scenegraph.map_labels import font

    width, height = scale.size
    y = height - LEGEND_PX + 14
    draw.line((MARGIN_PX, y - 10, width - MARGIN_PX, y - 10), fill=(214, 212, 206), width=1)
    when = f"{q.calendar.format(at_ns)}" + ("" if at_ns == q.now_ns else f", as known {moment(q.now_ns, q.now_ns, q.calendar)}")
    draw.text((MARGIN_PX, y), when, fill=_INK, font=font(18))
    x = float(MARGIN_PX)
    y += 40
    for standing, words in (("there", "seen there"), ("not looked since", "not looked at since"), ("gone", "looked there: gone")):
        _mark(draw, x + 8, y + 2, (58, 104, 200), standing)
        draw.text((x + 24, y - 8), words, fill=_INK, font=font(15))
        x += 40 + draw.textlength(words, font=font(15)) + 16
    _dashed(draw, (x, y + 2), (x + 34, y + 2), (*_TRAIL, 150), 2)
    draw.text((x + 44, y - 8), "where it was before", fill=_INK, font=font(15))
    metre = scale.px_per_m
    right = width - MARGIN_PX
    draw.line((right - metre, y + 2, right, y + 2), fill=_INK, width=3)
    draw.text((right - metre / 2, y - 14), "1 m", fill=_INK, font=font(14), anchor="mm")
