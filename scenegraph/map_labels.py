"""Names on a map: each is put beside what it names, where it covers nothing, the important ones first."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mmmem.lazy import require

Rgb = tuple[int, int, int]
_PAPER = (255, 255, 255, 200)


@dataclass(frozen=True, slots=True)
class Box:
    """A place with half its width and height, pixels."""

    x: float
    y: float
    half_width: float
    half_height: float


@dataclass(frozen=True, slots=True)
class _Label:
    text: str
    box: Box
    size: int
    ink: Rgb
    bold: bool


@lru_cache(maxsize=16)
def font(size: int) -> Any:
    """Pillow's own font."""
    return require("PIL.ImageFont", extra="", purpose="Maps").load_default(size)


class Labels:
    """Collects names, then draws them so that they overlap as little as can be.

    Args:
        size: of the picture, pixels; the last `bottom_px` rows are kept free.
    """

    def __init__(self, draw: Any, size: tuple[int, int], bottom_px: int) -> None:
        self._draw, self._size = draw, (size[0], size[1] - bottom_px)
        self._labels: list[_Label] = []
        self._taken: list[tuple[float, float, float, float]] = []

    def put(self, text: str, box: Box, *, size: int, ink: Rgb, bold: bool = False) -> None:
        """Name what stands at a place."""
        if not text:
            return
        self._labels.append(_Label(text, box, size, ink, bold))
        if box.half_width > 3:
            self._taken.append((box.x - box.half_width, box.y - box.half_height, box.x + box.half_width, box.y + box.half_height))

    def draw_all(self) -> None:
        """Draw every name, large ones and those of things first; one that fits nowhere is left out if it is small."""
        for label in sorted(self._labels, key=lambda one: (not one.bold, -one.size)):
            self._put(label)

    def _put(self, label: _Label) -> None:
        width = self._draw.textlength(label.text, font=font(label.size))
        height = label.size * 1.15
        best, cost = None, 1e9
        for x, y, far in _places(label.box, width, height):
            area = (x, y, x + width, y + height)
            covered = sum(_shared(area, other) for other in self._taken) + 50.0 * self._outside(area)
            if covered + far < cost:
                best, cost = area, covered + far
        if best is None or (cost > 0.6 * width * height and label.size <= 12):
            return
        self._taken.append(best)
        x, y = best[0], best[1]
        middle = (x + width / 2, y + height / 2)
        if abs(middle[0] - label.box.x) + abs(middle[1] - label.box.y) > width / 2 + 34:
            end = (min(max(label.box.x, x), x + width), min(max(label.box.y, y), y + height))
            self._draw.line((label.box.x, label.box.y, *end), fill=(*label.ink, 110), width=1)
        self._draw.text((x, y), label.text, fill=label.ink, font=font(label.size), stroke_width=2, stroke_fill=_PAPER)

    def _outside(self, area: tuple[float, float, float, float]) -> float:
        over = (-area[0], -area[1], area[2] - self._size[0], area[3] - self._size[1])
        return sum(max(one, 0.0) for one in over)


def _places(box: Box, width: float, height: float) -> list[tuple[float, float, float]]:
    """Corners of places round a box, each with how much worse it is than the best."""
    x, y, gap = box.x, box.y, 4.0
    right, left = x + box.half_width + gap, x - box.half_width - gap - width
    over, under, level = y - box.half_height - gap - height, y + box.half_height + gap, y - height / 2
    middle = x - width / 2
    near = [(right, level, 0.0), (left, level, 2.0), (middle, over, 3.0), (middle, under, 4.0)]
    near += [(right, over, 5.0), (right, under, 6.0), (left, over, 7.0), (left, under, 8.0)]
    if box.half_width <= 3:
        near = [(middle, level, 0.0), *((a, b, c + 10) for a, b, c in near)]
    for step in range(1, 5):
        away, worse = step * height * 1.1, 20.0 * step
        near += [(right, level - away, worse), (right, level + away, worse + 1), (left, level - away, worse + 2)]
        near += [(left, level + away, worse + 3), (middle, over - away, worse + 4), (middle, under + away, worse + 5)]
    return near


def _shared(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    return across * up if across > 0 and up > 0 else 0.0
