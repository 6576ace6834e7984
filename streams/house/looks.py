"""What one rendered picture shows of a home: how much of each part, and which surfaces were looked over."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.house.home import Home, Point
from streams.house.posed_home import shown_position
from streams.house.watching import Measured, Watched, measured
from streams.house.world import Placement, WorldState

MIN_PIXELS = 20
"""A part of which fewer pixels show was not observed, in a picture of `REFERENCE_PIXELS`; see `enough_pixels`."""
REFERENCE_PIXELS = 320 * 240
MIN_FRACTION = 0.1
"""A part of which less than this share of its projected box shows was not observed."""
FARTHEST_M = 6.0
"""A surface farther away than this was not looked over."""

_GRID = 4
NUM_POINTS = _GRID * _GRID
"""Points of a surface that are looked for; `Look.bits` has one bit for each."""
_MARGIN, _ABOVE_M, _SLACK_M, _NEAREST_M = 0.12, 0.01, 0.05, 0.05
_PERSON_SIZES = {"standing": (0.4, 0.5, 1.75), "sitting": (0.6, 0.5, 1.3), "lying": (1.75, 0.5, 0.4)}
_FACES = np.array([(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)])
"""Corners of a box's faces, in turn; corner number is 4x + 2y + z."""

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What one picture shows, exactly.

    Args:
        instance: (n,) int32 numbers of `Home.instance_ids`, rising.
        pixels: (n,) int32 that show.
        fraction: (n,) float32 share of the pixels that its whole box would cover if nothing hid it, at most 1.
        xyxy: (n, 4) float32 box of what shows, pixels.
        depth_m: (n,) float32 median of what shows.
        surface: (m,) int32 places in `Home.surfaces`, of those that show at all.
        bits: (m,) int32, which of a surface's `NUM_POINTS` points show.
        picture_pixels: of the whole picture.
    """

    index: int
    t_ns: int
    instance: NDArray[np.int32]
    pixels: NDArray[np.int32]
    fraction: NDArray[np.float32]
    xyxy: NDArray[np.float32]
    depth_m: NDArray[np.float32]
    surface: NDArray[np.int32]
    bits: NDArray[np.int32]
    picture_pixels: int = REFERENCE_PIXELS

    @property
    def observed(self) -> NDArray[np.int32]:
        """Numbers of the parts of which enough shows to say that they were observed."""
        return self.instance[(self.pixels >= enough_pixels(self.picture_pixels)) & (self.fraction >= MIN_FRACTION)]

    @property
    def reference_pixels(self) -> NDArray[np.float64]:
        """(n,) pixels that would show in a picture of `REFERENCE_PIXELS` of the same view."""
        return np.multiply(self.pixels, REFERENCE_PIXELS / self.picture_pixels, dtype=np.float64)


def enough_pixels(picture_pixels: int, of_reference: int = MIN_PIXELS) -> float:
    """How many pixels of a part must show, in a picture of so many, to say that it was observed.

    Args:
        of_reference: how many must show in a picture of `REFERENCE_PIXELS`.
    """
    return of_reference * picture_pixels / REFERENCE_PIXELS


class Looker:
    """Measures pictures of one home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._ids = tuple(home.instance_ids)
        self._points = np.array([_points_of(home, surface.id) for surface in home.surfaces]).reshape(-1, 3)
        self._place_of = {surface.id: place for place, surface in enumerate(home.surfaces)}
        self._behind = tuple((home.piece(surface.id).id, surface.behind) for surface in home.surfaces)

    def look(self, watched: Watched) -> Look:
        """What the picture shows.

        Raises:
            InvalidInputError: its frame lacks instances, depth, pose or intrinsics.
        """
        frame, state = watched.frame, watched.state
        shown = measured(frame)
        instance, pixels, xyxy, depth_m = _extents(shown)
        areas = self._areas(state, instance, shown)
        fraction = np.minimum(pixels / np.maximum(areas, 1.0), 1.0).astype(np.float32)
        surface, bits = self._looked_over(state, shown)
        size = shown.instances.size
        return Look(frame.index, frame.t_ns, instance, pixels, fraction, xyxy, depth_m, surface, bits, picture_pixels=size)

    def _areas(self, state: WorldState, instance: NDArray[np.int32], shown: Measured) -> _Array:
        """(n,) pixels that the boxes would cover; a box that reaches behind the camera counts as what shows of it."""
        boxes = [_box(self._home, state, self._ids[number - 1]) for number in instance.tolist()]
        uv, z = projected(np.array(boxes).reshape(-1, 8, 3), shown)
        u, v = uv[..., 0][:, _FACES], uv[..., 1][:, _FACES]
        faces = 0.5 * np.abs((u * np.roll(v, -1, axis=2) - np.roll(u, -1, axis=2) * v).sum(axis=2))
        crossed_twice = faces.sum(axis=1) / 2  # a ray that meets a box goes in through one face and out through another
        return np.where((z > _NEAREST_M).all(axis=1), crossed_twice, 0.0)

    def _looked_over(self, state: WorldState, shown: Measured) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        height, width = shown.depth_m.shape
        uv, z = projected(self._points, shown)
        column, row = np.rint(uv).astype(np.int64).T
        inside = (z > _NEAREST_M) & (z < FARTHEST_M) & (column >= 0) & (column < width) & (row >= 0) & (row < height)
        inside &= np.repeat(self._reachable(state), NUM_POINTS)
        which = np.flatnonzero(inside)
        depth, number = shown.depth_m[row[which], column[which]], shown.instances[row[which], column[which]]
        free = (depth == 0) | (depth >= z[which] - _SLACK_M)
        standing_there = self._standing_on(state)[number] == which // NUM_POINTS
        seen = which[free | standing_there]
        bits = np.zeros(len(self._behind), np.int32)
        np.bitwise_or.at(bits, seen // NUM_POINTS, np.left_shift(1, seen % NUM_POINTS).astype(np.int32))
        places = np.flatnonzero(bits).astype(np.int32)
        return places, bits[places]

    def _reachable(self, state: WorldState) -> list[bool]:
        return [not behind or state.states.get((piece, behind)) == "open" for piece, behind in self._behind]

    def _standing_on(self, state: WorldState) -> NDArray[np.int64]:
        """Place in `Home.surfaces` under each instance, -1 where there is none.

        What hides a surface by standing on it shows that it was looked over.
        """
        places = np.full(len(self._ids) + 1, -1, np.int64)
        for thing, at in state.placements.items():
            places[self._home.instance_ids[thing]] = self._place_of.get(at.holder, -1)
        return places


def projected(points: _Array, shown: Measured) -> tuple[_Array, _Array]:
    """(..., 2) pixels and (...,) metres along the optical axis of (..., 3) points of the world.

    Points behind the camera have a negative distance and meaningless pixels.
    """
    pose, lens = shown.pose, shown.lens
    local = (points - pose[:3, 3]) @ pose[:3, :3]
    z = local[..., 2]
    ahead = np.where(np.abs(z) < 1e-6, 1e-6, z)
    u, v = lens.fx * local[..., 0] / ahead + lens.cx, lens.fy * local[..., 1] / ahead + lens.cy
    return np.stack([np.clip(u, -1e6, 1e6), np.clip(v, -1e6, 1e6)], axis=-1), z


def corners_of(position: Point, yaw_rad: float, size: Sequence[float]) -> _Array:
    """(8, 3) corners of a box that stands at a point of the world; corner 4x + 2y + z."""
    along, across = np.array([np.cos(yaw_rad), np.sin(yaw_rad), 0.0]), np.array([-np.sin(yaw_rad), np.cos(yaw_rad), 0.0])
    half_x, half_y = size[0] / 2 * along, size[1] / 2 * across
    up = np.array([0.0, 0.0, size[2]])
    return np.array([position + i * half_x + j * half_y + k * up for i in (-1, 1) for j in (-1, 1) for k in (0, 1)])


def _box(home: Home, state: WorldState, id: str) -> _Array:
    at = state.placements.get(id)
    if at is not None:
        return corners_of(shown_position(home, state, at), at.yaw_rad, home.thing(id).size)
    person = state.people.get(id)
    if person is not None:
        return corners_of((person.x_m, person.y_m, 0.0), person.yaw_rad, _PERSON_SIZES[person.posture])
    piece = home.piece(id)
    return corners_of(piece.position, piece.yaw_rad, piece.size)


def _points_of(home: Home, surface_id: str) -> _Array:
    """(16, 3) points of a surface in the world, a little above it and away from its edges; of a drawer when it is open."""
    piece, surface = home.piece(surface_id), home.surface(surface_id)
    steps = np.linspace(_MARGIN, 1 - _MARGIN, _GRID) - 0.5
    x, y = (grid.ravel() for grid in np.meshgrid(steps * surface.size[0], steps * surface.size[1], indexing="ij"))
    x, y = x + surface.centre[0], y + surface.centre[1]
    cos, sin = np.cos(piece.yaw_rad), np.sin(piece.yaw_rad)
    z = np.full_like(x, piece.position[2] + surface.centre[2] + _ABOVE_M)
    points = np.stack([piece.position[0] + cos * x - sin * y, piece.position[1] + sin * x + cos * y, z], axis=-1)
    opened = WorldState(states={(piece.id, surface.behind): "open"})
    there = Placement(surface.relation, surface_id, piece.position)
    return points + (np.array(shown_position(home, opened, there)) - piece.position)


def _extents(shown: Measured) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]:
    """Number, pixels, box and median depth of each instance that shows."""
    from scipy.ndimage import find_objects

    pixels = np.bincount(shown.instances.ravel())
    pixels[0] = 0
    numbers = np.flatnonzero(pixels)
    slices = find_objects(shown.instances, max_label=len(pixels) - 1)
    boxes = np.zeros((len(numbers), 4), np.float32)
    depths = np.zeros(len(numbers), np.float32)
    for place, number in enumerate(numbers.tolist()):
        rows, columns = slices[number - 1]
        boxes[place] = columns.start, rows.start, columns.stop, rows.stop
        depths[place] = np.median(shown.depth_m[rows, columns][shown.instances[rows, columns] == number])
    return numbers.astype(np.int32), pixels[numbers].astype(np.int32), boxes, depths
