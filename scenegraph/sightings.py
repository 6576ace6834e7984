"""From the detections of one picture to sightings: where each lies in the world, its size, its looks, how far to trust it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mmmem.types import Detections, Frame
from scenegraph.appearance import colours_of
from scenegraph.framed import framed
from scenegraph.geometry import Array, View, box_of, overlap
from scenegraph.kinds import Layer, layer_of
from scenegraph.settings import Settings

_MAX_POINTS = 256
_EDGE_PX = 2.0
Pixels = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(slots=True, eq=False)
class Sighting:
    """One thing in one picture.

    Args:
        row: its row in the detections.
        weight: how far to trust it: the score, less for what is small or cut off by the picture's edge.
        points: (n, 3) world points of its surface; None where there is no depth or pose.
        at: (3,) the middle of `box`; `box` is (2, 3).
        z_m: distance.
        whole: it does not touch the picture's edge.
        area_px: pixels of its mask; of its box where there is no mask.
        also: class names of other detections of the same thing in this picture.
    """

    row: int
    kind: str
    layer: Layer
    score: float
    weight: float
    xyxy: NDArray[np.float32]
    track_id: int = -1
    points: Array | None = None
    at: Array | None = None
    box: Array | None = None
    z_m: float = 0.0
    whole: bool = True
    area_px: float = 0.0
    colour: NDArray[np.float32] | None = None
    vector: NDArray[np.float32] | None = None
    space: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    also: list[tuple[str, float]] = field(default_factory=list)

    @property
    def size(self) -> Array | None:
        """(3,) metres of the part that is visible."""
        return None if self.box is None else self.box[1] - self.box[0]


def sightings_of(frame: Frame, found: Detections, view: View | None, settings: Settings) -> list[Sighting]:
    """The sightings in a picture, in the order of their detections; two detections of one thing become one sighting."""
    (height, width), masked = frame.image.shape[:2], found.mask is not None
    shown = [one for row in range(len(found)) if (one := _sighting(frame, found, row, settings)) is not None]
    pixels = [_sampled(one, _pixels(found, one.row, (height, width)), masked) for one in shown]
    _colour(shown, pixels, frame.image)
    if view is not None:
        _place(shown, pixels, view, masked=masked, settings=settings)
    return _distinct(shown, found.mask)


def _sighting(frame: Frame, found: Detections, row: int, settings: Settings) -> Sighting | None:
    """What a detection says by itself; None if it is empty."""
    height, width = frame.image.shape[:2]
    x0, y0, x1, y1 = (float(value) for value in found.xyxy[row])
    if x1 <= x0 or y1 <= y0:
        return None
    score = float(found.score[row])
    whole = x0 > _EDGE_PX and y0 > _EDGE_PX and x1 < width - 1 - _EDGE_PX and y1 < height - 1 - _EDGE_PX
    weak = 0.4 if min(x1 - x0, y1 - y0) < settings.min_side_px else 1.0
    kind = found.label[row].lower()
    one = Sighting(row, kind, layer_of(kind), score, score * weak * (1.0 if whole else 0.6), found.xyxy[row], whole=whole)
    one.area_px = (x1 - x0) * (y1 - y0)
    if found.track_id is not None:
        one.track_id = int(found.track_id[row])
    if found.embedding is not None:
        one.vector, one.space = found.embedding[row], found.embedding_space
    if found.attributes is not None:
        one.attributes = found.attributes[row]
    return one


def _sampled(one: Sighting, pixels: Pixels, masked: bool) -> Pixels:
    """Not more pixels than are needed; how many there were is noted."""
    v, u = pixels
    if masked or not len(v):
        one.area_px = float(len(v))
    step = max(1, len(v) // (2 * _MAX_POINTS))
    return v[::step], u[::step]


def _pixels(found: Detections, row: int, size: tuple[int, int]) -> Pixels:
    """Rows and columns of pixels of a detection: of its mask, or of the inner part of its box."""
    x0, y0, x1, y1 = found.xyxy[row].tolist()
    if found.mask is not None:
        left, top = max(int(x0) - 1, 0), max(int(y0) - 1, 0)
        right, bottom = min(int(np.ceil(x1)) + 2, size[1]), min(int(np.ceil(y1)) + 2, size[0])
        v, u = np.nonzero(found.mask[row, top:bottom, left:right])
        v, u = v + top, u + left
    else:
        inner_x, inner_y = 0.15 * (x1 - x0), 0.15 * (y1 - y0)
        across = np.arange(max(int(x0 + inner_x), 0), min(int(np.ceil(x1 - inner_x)), size[1]))
        down = np.arange(max(int(y0 + inner_y), 0), min(int(np.ceil(y1 - inner_y)), size[0]))
        u, v = (axis.ravel() for axis in np.meshgrid(across, down))
    return v, u


def _colour(shown: Sequence[Sighting], pixels: Sequence[Pixels], image: NDArray[np.uint8]) -> None:
    """Give sightings their looks, all together: one by one costs three times as much. A black picture shows none."""
    coloured = [(one, v, u) for one, (v, u) in zip(shown, pixels, strict=True) if len(v)] if image.any() else []
    if coloured:
        owner = np.repeat(np.arange(len(coloured)), [len(v) for _, v, _ in coloured])
        colours = colours_of(image[_joined(v for _, v, _ in coloured), _joined(u for *_, u in coloured)], owner, len(coloured))
        for (one, _, _), colour in zip(coloured, colours, strict=True):
            one.colour = colour


def _place(shown: Sequence[Sighting], pixels: Sequence[Pixels], view: View, *, masked: bool, settings: Settings) -> None:
    """Give sightings their points and boxes, those that show enough depth."""
    placed: list[Sighting] = []
    kept: list[Pixels] = []
    for one, (v, u) in zip(shown, pixels, strict=True):
        own = _own(one, (v, u), view, masked=masked, settings=settings)
        if own is not None:
            placed.append(one)
            kept.append(own)
    if not placed:
        return
    points = view.points(_joined(u for _, u in kept), _joined(v for v, _ in kept))
    ends = np.cumsum([len(v) for v, _ in kept])
    for one, its in zip(placed, np.split(points, ends[:-1]), strict=True):
        one.points = its
        if masked:
            one.box = box_of(its, 3.0)
        else:
            one.box = box_of(its, 8.0) if one.layer == "person" else framed(its, one.xyxy, view)
        one.at = one.box.mean(axis=0)
        one.layer = layer_of(one.kind, float((one.box[1] - one.box[0]).max()))


def _own(one: Sighting, pixels: Pixels, view: View, *, masked: bool, settings: Settings) -> Pixels | None:
    """The pixels whose depth is that of the thing: steady depth first, any depth where it is too thin to have some."""
    v, u = pixels
    steady = view.steady[v, u]
    if np.count_nonzero(steady) < max(settings.min_pixels, 0.15 * len(v)):
        steady = view.depth_m[v, u] > 0
    v, u = v[steady], u[steady]
    depth = view.depth_m[v, u].astype(np.float64)
    if len(depth) < min(settings.min_pixels, 6):
        return None
    keep = _foreground(depth, _reach_m(one, view, _median(depth)), masked)
    depth = depth[keep]
    if len(depth) < min(settings.min_pixels, 6):
        return None
    one.z_m = _median(depth)
    step = max(1, len(depth) // _MAX_POINTS)
    return v[keep][::step], u[keep][::step]


def _joined(parts: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate(list(parts))


def _median(values: Array) -> float:
    """As `np.median`, without its checks, which cost more than the median."""
    half = len(values) // 2
    if len(values) % 2:
        return float(np.partition(values, half)[half])
    middle = np.partition(values, (half - 1, half))
    return 0.5 * float(middle[half - 1] + middle[half])


def _reach_m(one: Sighting, view: View, z_m: float) -> float:
    """How deep a thing may be if it is about as deep as it is wide."""
    width = max(float(one.xyxy[2] - one.xyxy[0]), float(one.xyxy[3] - one.xyxy[1]))
    return max(0.06, 0.5 * width * z_m / view.intrinsics.fx)


def _foreground(depth: Array, reach_m: float, masked: bool) -> NDArray[np.bool_]:
    """Which depths belong to the thing rather than to what shows behind or before it."""
    place = len(depth) // 2 if masked else 2 * len(depth) // 5
    middle = float(np.partition(depth, place)[place])
    reach = 2.0 * reach_m if masked else reach_m
    kept: NDArray[np.bool_] = np.abs(depth - middle) <= reach
    return kept


def _distinct(sightings: list[Sighting], mask: NDArray[np.bool_] | None) -> list[Sighting]:
    """One sighting for each thing: of two at the same place and of like size the surer stays and remembers the other's class."""
    kept: list[Sighting] = []
    for one in sorted(sightings, key=lambda sighting: (-sighting.score, sighting.row)):
        twin = next((other for other in kept if _one_thing(one, other, mask)), None)
        if twin is None:
            kept.append(one)
        elif one.kind != twin.kind:
            twin.also.append((one.kind, one.score))
    return sorted(kept, key=lambda sighting: sighting.row)


def _box_overlap(one: list[float], other: list[float]) -> float:
    """Intersection over union of two xyxy boxes."""
    across, down = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return across * down / (sum(areas) - across * down)


def _one_thing(one: Sighting, other: Sighting, mask: NDArray[np.bool_] | None) -> bool:
    if (one.layer == "person") != (other.layer == "person"):
        return False
    if _box_overlap(one.xyxy.tolist(), other.xyxy.tolist()) < 0.75:
        return False
    if mask is not None:
        return int((mask[one.row] & mask[other.row]).sum()) > 0.6 * min(int(mask[one.row].sum()), int(mask[other.row].sum()))
    return one.box is None or other.box is None or overlap(one.box, other.box) > 0.5
