"""Cameras, depth and boxes: where pixels lie in the world, and what rays say about a box. Metres; z of a camera is its axis."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from mmmem.types import Frame, Intrinsics
from scenegraph.settings import Settings

Array = NDArray[np.float64]
RAYS_A_SIDE = 6
_CORNERS = np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)], np.float64)
_STEPS = (np.arange(RAYS_A_SIDE) + 0.5) / RAYS_A_SIDE
_GRID = np.stack(np.meshgrid(_STEPS, _STEPS), axis=-1).reshape(-1, 2)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A posed depth picture.

    Args:
        depth_m: (H, W) float32, 0 where unknown.
        steady: (H, W) bool, depth is known and does not jump between neighbours (no flying pixels at edges).
        pose_world_camera: (4, 4).
    """

    depth_m: NDArray[np.float32]
    steady: NDArray[np.bool_]
    pose_world_camera: Array
    intrinsics: Intrinsics

    @property
    def origin(self) -> Array:
        """(3,) where the camera is, in the world."""
        return self.pose_world_camera[:3, 3]

    def directions(self, u: Array, v: Array) -> Array:
        """(n, 3) world vectors along rays through pixels, one metre of depth long."""
        k = self.intrinsics
        rays = np.ones((*u.shape, 3))
        rays[..., 0], rays[..., 1] = (u - k.cx) / k.fx, (v - k.cy) / k.fy
        turned: Array = rays @ self.pose_world_camera[:3, :3].T
        return turned

    def points(self, u: NDArray[np.int64], v: NDArray[np.int64]) -> Array:
        """(n, 3) world points of pixels, by their depth."""
        z = self.depth_m[v, u].astype(np.float64)
        return self.origin + self.directions(u.astype(np.float64), v.astype(np.float64)) * z[:, None]

    def project(self, points: Array) -> tuple[Array, Array]:
        """(n, 2) pixels and (n,) depths of world points; pixels mean nothing where depth is not positive."""
        local = (points - self.origin) @ self.pose_world_camera[:3, :3]
        z = local[:, 2]
        safe = np.where(z > 1e-6, z, 1e-6)
        k = self.intrinsics
        return np.stack([local[:, 0] / safe * k.fx + k.cx, local[:, 1] / safe * k.fy + k.cy], axis=1), z


def view_of(frame: Frame, settings: Settings) -> View | None:
    """The posed depth picture in a frame; None if it lacks depth, pose or intrinsics."""
    if frame.depth_m is None or frame.pose_world_camera is None or frame.intrinsics is None:
        return None
    raw = frame.depth_m
    with np.errstate(invalid="ignore"):
        known = (raw > 0.05) & (raw < settings.max_depth_m)
    depth = np.where(known, raw, np.float32(0.0))
    return View(depth, _steady(depth, known), frame.pose_world_camera, frame.intrinsics)


def _steady(depth: NDArray[np.float32], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Known pixels whose right and lower neighbours, and they themselves as neighbours, lie within 4 % of their depth."""
    steady = known.copy()
    bound = 0.02 + 0.04 * depth
    across = np.abs(depth[:, 1:] - depth[:, :-1]) > bound[:, 1:]
    down = np.abs(depth[1:] - depth[:-1]) > bound[1:]
    steady[:, 1:] &= ~across
    steady[:, :-1] &= ~across
    steady[1:] &= ~down
    steady[:-1] &= ~down
    return steady


def box_of(points: Array, trim: float = 4.0) -> Array:
    """(2, 3) lower and upper corner of an axis-aligned box that leaves out `trim` per cent at each side."""
    out = round((len(points) - 1) * trim / 100.0)
    box: Array = np.sort(points, axis=0)[[out, len(points) - 1 - out]]
    return box


def share_inside(points: Array, box: Array, margin_m: float) -> float:
    """Share of points within a box widened by `margin_m`."""
    inside = (points >= box[0] - margin_m) & (points <= box[1] + margin_m)
    return float(np.count_nonzero(inside[:, 0] & inside[:, 1] & inside[:, 2])) / len(points)


def apart(one: Array, other: Array) -> float:
    """Metres between two boxes along the axis that parts them most; negative where they overlap."""
    (low, high), (other_low, other_high) = one.tolist(), other.tolist()
    return max(max(a - d, c - b) for a, b, c, d in zip(low, high, other_low, other_high, strict=True))


def overlap(one: Array, other: Array) -> float:
    """Volume shared by two boxes over the smaller one's, each side counted as at least 2 cm."""
    shared = np.minimum(one[1], other[1]) - np.maximum(one[0], other[0]) + 0.02
    if (shared <= 0).any():
        return 0.0
    smaller = min(float(np.prod(one[1] - one[0] + 0.02)), float(np.prod(other[1] - other[0] + 0.02)))
    return float(np.prod(shared)) / smaller


@dataclass(frozen=True, slots=True, eq=False)
class RayVotes:
    """What one picture says about m boxes where something is expected; an occluded ray does not vote.

    Args:
        through, present, occluded: (m,) numbers of rays.
        in_view: (m,) share of each box that lies inside the picture.
        pixels: (m,) area of each box in the picture.
        z_m: (m,) distance of its middle.
        rays: (m, k, 2) row and column of each ray's pixel; `open` (m, k), whether the ray meets the box and nothing before it.
    """

    through: NDArray[np.int64]
    present: NDArray[np.int64]
    occluded: NDArray[np.int64]
    in_view: Array
    pixels: Array
    z_m: Array
    rays: NDArray[np.int64]
    open: NDArray[np.bool_]

    def share(self, row: int) -> float:
        """Share of the voting rays that see through; 0 where none votes."""
        votes = int(self.through[row] + self.present[row])
        return int(self.through[row]) / votes if votes else 0.0


def vote(view: View, boxes: Array, settings: Settings) -> RayVotes:
    """Send a grid of rays at each of (m, 2, 3) boxes and compare measured depth with where they enter and leave it.

    A ray sees through a box if what it hits lies behind most of the box; it is occluded if it hits something nearer (both
    beyond the depth's noise). Khronos (Schmid et al. 2024) votes so with points; rays against boxes also tell of thin things.
    """
    bounds, z, in_view, pixels = _bounds(view, boxes)
    u = bounds[:, 0:1] + _GRID[:, 0] * (bounds[:, 2:3] - bounds[:, 0:1])
    v = bounds[:, 1:2] + _GRID[:, 1] * (bounds[:, 3:4] - bounds[:, 1:2])
    height, width = view.depth_m.shape
    column = np.clip(np.rint(u).astype(np.int64), 0, width - 1)
    row = np.clip(np.rint(v).astype(np.int64), 0, height - 1)
    entry, leave = _slabs(view, column.astype(np.float64), row.astype(np.float64), boxes)
    measured = view.depth_m[row, column].astype(np.float64)
    hits = (leave > np.maximum(entry, 0.05) + 0.2 * _thickness(entry, leave)) & (measured > 0) & (in_view > 0)[:, None]
    tolerance = 1.5 * (settings.depth_noise_m + settings.depth_noise_per_m2 * entry * entry)
    through = hits & (measured > entry + np.maximum(1.5 * tolerance, 0.75 * (leave - entry)))
    occluded = hits & (measured < entry - np.maximum(tolerance, 0.04))
    present = hits & ~through & ~occluded
    rays = np.stack([row, column], axis=-1)
    return RayVotes(through.sum(1), present.sum(1), occluded.sum(1), in_view, pixels, z, rays, through | present)


def shifted_vote(view: View, boxes: Array, shift_m: Array, settings: Settings) -> RayVotes:
    """As `vote`, but a ray's box may be off sideways by (m,) metres: of five places the one in which most is found counts.

    Poses and boxes are known to some centimetres only; rays that pass beside a small thing see through nothing.
    """
    across = view.pose_world_camera[:3, 0] * (1.0, 1.0, 0.0)
    across /= max(float(np.linalg.norm(across)), 1e-6)
    along = np.array([-across[1], across[0], 0.0])
    offsets = [np.zeros(3), across, -across, along, -along]
    stacked = np.concatenate([boxes + (shift_m[:, None] * offset)[:, None] for offset in offsets])
    votes = vote(view, stacked, settings)
    share = votes.through / np.maximum(votes.through + votes.present, 1)
    rows = np.arange(len(boxes)) + share.reshape(len(offsets), -1).argmin(axis=0) * len(boxes)
    return RayVotes(*(getattr(votes, field.name)[rows] for field in fields(RayVotes)))


def _thickness(entry: Array, leave: Array) -> Array:
    """(m, 1) longest way through each box: rays that only scratch a corner tell nothing."""
    way: Array = np.maximum(leave - entry, 0.0).max(axis=1, keepdims=True)
    return way


def _bounds(view: View, boxes: Array) -> tuple[Array, Array, Array, Array]:
    count = len(boxes)
    corners = boxes[:, 0, None] + _CORNERS * (boxes[:, 1, None] - boxes[:, 0, None])
    uv, depth = view.project(corners.reshape(-1, 3))
    uv, depth = uv.reshape(count, 8, 2), depth.reshape(count, 8)
    low, high = uv.min(axis=1), uv.max(axis=1)
    height, width = view.depth_m.shape
    limit = np.array([width - 1.0, height - 1.0])
    clipped_low, clipped_high = np.clip(low, 0, limit), np.clip(high, 0, limit)
    area = np.prod(np.maximum(clipped_high - clipped_low, 0), axis=1)
    whole = np.maximum(np.prod(high - low, axis=1), 1e-9)
    before = depth.min(axis=1) > 0.1
    z = view.project(boxes.mean(axis=1))[1]
    in_view = np.where(before, area / whole, 0.0)
    return np.concatenate([clipped_low, clipped_high], axis=1), z, in_view, np.where(before, area, 0.0)


def _slabs(view: View, u: Array, v: Array, boxes: Array) -> tuple[Array, Array]:
    """Depths at which rays through (m, k) pixels enter and leave their (m, 2, 3) boxes; leave < entry is a miss."""
    way = view.directions(u, v)
    way = np.where(np.abs(way) < 1e-9, 1e-9, way)
    near = (boxes[:, None, 0] - view.origin) / way
    far = (boxes[:, None, 1] - view.origin) / way
    return np.minimum(near, far).max(axis=-1), np.maximum(near, far).min(axis=-1)
