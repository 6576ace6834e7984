"""Poses drift: each picture is aligned with the surfaces seen before, so that a thing that stayed is where it was.

Surfaces are cubes with the mean and the spread of the points that fell into them, for each way that they face: the two sides of
a wall are two surfaces, and to take one for the other is to be off by its thickness. Where the spread is flat, the distance of
a new point from the plane tells how far the pose is off (point-to-plane registration, Chen and Medioni 1992), solved for a
small motion by least squares with Huber weights and a prior that the error is small and has changed little since the last
picture.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zlib import compress, decompress

import numpy as np
from numpy.typing import NDArray

from scenegraph.geometry import Array, View

_CELL_M = 0.2
# Columns of pixels that are looked at, and how far: depth beyond is too poor to align by.
_COLUMNS, _FARTHEST_M = 34, 5.0
# A cell is flat that holds so many points, whose least spread is such a share of the next, and thinner than this.
_MIN_POINTS, _FLATNESS, _THIN_M = 12, 0.08, 0.02
# A point farther from its plane than the first counts less, than the second not at all.
_HUBER_M, _GATE_M = 0.05, 0.2
# Points on known planes without which a pose is left as it is.
_MIN_PAIRS = 60
_ROUNDS = 2
# The share of a picture's width, to each side of a point, from which the way it faces is found.
_ASIDE = 1 / 64
# A correction that is larger is none: the pose jumped, which `trust` names, or another place looks alike.
_MAX_OFF_M = 0.6
_PAUSE_NS = 30_000_000_000
# Standard deviations of how a pose's error changes from one picture to the next, and of the error: metres along x, y, z, radians.
_PRIOR = np.array([0.008, 0.008, 0.002, 0.0005, 0.0005, 0.004])
_LASTING = np.array([0.1, 0.1, 0.02, 0.005, 0.005, 0.04])
# What all points of a picture together tell, in inverse square metres: neighbours err alike, so that more pixels tell no more.
_INFORMATION = 100_000.0
# Points after which a surface is known well enough.
_MAX_COUNT = 400.0
_NEIGHBOURS = np.array([(0, 0, 0), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)])
# A key holds where a cell is (21, 21 and 18 bits) and which way its surface faces (3 bits).
_OFFSET, _OFFSET_Z, _FACINGS = 1 << 20, 1 << 17, 0b111
# How finely the log holds where in its cell a surface lies, and its spread.
_PARTS, _SPREAD = 255.0, 1e4
_SURFACE_BYTES = 24
_UPPER = np.triu_indices(3)
_STEPS = [(int(x) << 42) + (int(y) << 21) + (int(z) << 3) for x, y, z in _NEIGHBOURS]
# From a neighbour back to the cell.
_BACK = [_STEPS.index(-step) for step in _STEPS]


class Anchor:
    """The surfaces of one world, and how far the poses of each stream are off them.

    `corrections` holds, by stream, the (4, 4) motion that its poses are multiplied by from the left.
    """

    def __init__(self) -> None:
        self.corrections: dict[str, Array] = {}
        self._last_ns: dict[str, int] = {}
        self._slot: dict[int, int] = {}
        self._count = np.zeros(1024)
        self._sum = np.zeros((1024, 3))
        self._spread = np.zeros((1024, 3, 3))
        self._normal = np.zeros((1024, 3))
        self._flat = np.zeros(1024, np.bool_)
        self._fitted = np.zeros(1024)
        self._beside = np.full((1024, len(_STEPS)), -1, np.int64)
        self._told = np.zeros(1024)
        self._facing = np.zeros(1024, np.int64)

    def aligned(self, stream_id: str, t_ns: int, view: View) -> View:
        """The picture with its pose put right by what was seen before; what it shows is remembered."""
        # A camera that was off for a while finds its place anew: its error then is not its error now.
        paused = t_ns - self._last_ns.get(stream_id, t_ns) > _PAUSE_NS
        correction = np.eye(4) if paused else self.corrections.get(stream_id, np.eye(4))
        self._last_ns[stream_id] = t_ns
        points, facing = _points(view)
        if len(points) >= _MIN_PAIRS:
            correction = self._registered(points, facing, view.origin, correction)
            self.corrections[stream_id] = correction
            self._remember(_moved(points, correction), facing)
        return replace(view, pose_world_camera=correction @ view.pose_world_camera)

    def told(self) -> dict[str, Any]:
        """The surfaces that are new or twice as well known as when they were last told, and the corrections; for the log."""
        rows = np.flatnonzero(self._flat & (self._fitted >= 2 * np.maximum(self._told, 1)))
        if not len(rows):
            return {}
        self._told[rows] = self._fitted[rows]
        count = self._count[rows]
        mean = self._sum[rows] / count[:, None]
        spread = self._spread[rows] / count[:, None, None] - mean[:, :, None] * mean[:, None, :]
        cells = np.floor(mean / _CELL_M)
        origin = np.rint(cells.mean(axis=0))
        parts = (
            (cells - origin).astype("<i2"),
            np.rint((mean / _CELL_M - cells) * _PARTS).astype("u1"),
            self._facing[rows].astype("u1"),
            count.astype("<u2"),
            (spread[:, _UPPER[0], _UPPER[1]] * _SPREAD).astype("<f2"),
        )
        packed = b64encode(compress(b"".join(part.tobytes() for part in parts), 9)).decode()
        poses = {stream: [self._last_ns[stream], *moved.ravel().round(6).tolist()] for stream, moved in self.corrections.items()}
        return {"num": len(rows), "origin": origin.astype(int).tolist(), "surfaces": packed, "corrections": poses}

    def recall(self, told: Mapping[str, Any]) -> None:
        """Know again what was told, the latest last."""
        for stream, (t_ns, *moved) in told["corrections"].items():
            self._last_ns[stream], self.corrections[stream] = int(t_ns), np.array(moved).reshape(4, 4)
        num, data = int(told["num"]), decompress(b64decode(told["surfaces"]))
        if len(data) != num * _SURFACE_BYTES:
            return  # A log of the time when surfaces had no sides; they are seen anew.
        origin = np.asarray(told["origin"], np.float64)
        cells = np.frombuffer(data, "<i2", 3 * num).reshape(num, 3) + origin
        within = np.frombuffer(data, "u1", 3 * num, 6 * num).reshape(num, 3) / _PARTS
        facing = np.frombuffer(data, "u1", num, 9 * num).astype(np.int64)
        count = np.frombuffer(data, "<u2", num, 10 * num).astype(np.float64)
        upper = np.frombuffer(data, "<f2", 6 * num, 12 * num).reshape(num, 6) / _SPREAD
        mean = (cells + within) * _CELL_M
        spread = np.empty((num, 3, 3))
        spread[:, _UPPER[0], _UPPER[1]] = spread[:, _UPPER[1], _UPPER[0]] = upper
        slots = self._slots(_keys(cells.astype(np.int64), facing).tolist())
        self._count[slots], self._sum[slots] = count, mean * count[:, None]
        self._spread[slots] = (spread + mean[:, :, None] * mean[:, None, :]) * count[:, None, None]
        self._fit(slots)
        self._told[slots] = count

    def _registered(self, points: Array, facing: NDArray[np.int64], origin: Array, before: Array) -> Array:
        correction = before
        prior, lasting = np.diag(1.0 / _PRIOR**2), np.diag(1.0 / _LASTING**2)
        for _ in range(_ROUNDS):
            here = _moved(points, correction)
            slots = self._planes(here, facing)
            known = slots >= 0
            if known.sum() < _MIN_PAIRS:
                return before
            slot, at = slots[known], here[known]
            normal = self._normal[slot]
            off = np.einsum("ij,ij->i", normal, at - self._sum[slot] / self._count[slot, None])
            weight = (
                np.where(np.abs(off) < _GATE_M, np.minimum(1.0, _HUBER_M / np.maximum(np.abs(off), 1e-9)), 0.0)
                * _INFORMATION
                / len(points)
            )
            centre = correction[:3, :3] @ origin + correction[:3, 3]
            jacobian = np.hstack([normal, np.cross(at - centre, normal)])
            # The prior holds the whole change since the last picture, not only this round's.
            changed, whole = _small(correction @ np.linalg.inv(before), centre), _small(correction, centre)
            left = (jacobian * weight[:, None]).T @ jacobian + prior + lasting
            step = np.linalg.solve(left, -(jacobian * weight[:, None]).T @ off - prior @ changed - lasting @ whole)
            correction = _motion(step, centre) @ correction
        off_m = float(np.linalg.norm(correction[:3, :3] @ origin + correction[:3, 3] - origin))
        return correction if off_m < _MAX_OFF_M else before

    def _planes(self, points: Array, facing: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,) slot of the flat cell that each point lies in or next to, and that faces its way; -1 where there is none."""
        keys, inverse = np.unique(_keys(np.floor(points / _CELL_M).astype(np.int64), facing), return_inverse=True)
        own = [self._slot.get(key, -1) for key in keys.tolist()]
        beside = self._beside[own]
        for row in [row for row, slot in enumerate(own) if slot < 0]:
            beside[row] = self._around(int(keys[row]))
        count = np.where((beside >= 0) & self._flat[beside], self._count[beside], 0.0)
        # Of several the one that most points fell into; the point's own if it is sure of itself.
        count[count[:, 0] > 2 * _MIN_POINTS, 0] = np.inf
        best = count.argmax(axis=1)
        rows = np.arange(len(keys))
        found: NDArray[np.int64] = np.where(count[rows, best] > 0, beside[rows, best], -1)[inverse]
        return found

    def _around(self, key: int) -> list[int]:
        """Slots of a cell and of the cells that share a face with it; -1 where nothing was seen."""
        return [self._slot.get(key + step, -1) for step in _STEPS]

    def _slots(self, keys: list[int]) -> NDArray[np.int64]:
        """(n,) slot of each side of a cell; what has none gets one, and its neighbours learn of it."""
        new = [key for key in keys if key not in self._slot]
        for key in new:
            self._slot[key] = len(self._slot)
        self._grow()
        for key in new:
            slot, around = self._slot[key], self._around(key)
            self._beside[slot], self._facing[slot] = around, key & _FACINGS
            for step, other in enumerate(around):
                if other >= 0:
                    self._beside[other, _BACK[step]] = slot
        return np.array([self._slot[key] for key in keys], np.int64)

    def _remember(self, points: Array, facing: NDArray[np.int64]) -> None:
        keys, inverse = np.unique(_keys(np.floor(points / _CELL_M).astype(np.int64), facing), return_inverse=True)
        slots = self._slots(keys.tolist())
        num = len(keys)
        count = np.bincount(inverse, minlength=num)
        open_ = self._count[slots] < _MAX_COUNT
        total = np.stack([np.bincount(inverse, points[:, axis], num) for axis in range(3)], axis=1)
        spread = np.empty((num, 3, 3))
        for i in range(3):
            for j in range(i, 3):
                spread[:, i, j] = spread[:, j, i] = np.bincount(inverse, points[:, i] * points[:, j], num)
        self._count[slots[open_]] += count[open_]
        self._sum[slots[open_]] += total[open_]
        self._spread[slots[open_]] += spread[open_]
        self._fit(slots[(self._count[slots] >= _MIN_POINTS) & (self._count[slots] >= 1.5 * self._fitted[slots])])

    def _fit(self, slots: NDArray[np.int64]) -> None:
        if not len(slots):
            return
        count = self._count[slots, None, None]
        mean = self._sum[slots] / count[:, 0]
        values, vectors = np.linalg.eigh(self._spread[slots] / count - mean[:, :, None] * mean[:, None, :])
        self._normal[slots] = vectors[:, :, 0]
        self._flat[slots] = (values[:, 0] < _FLATNESS * values[:, 1]) & (values[:, 0] < _THIN_M**2)
        self._fitted[slots] = self._count[slots]

    def _grow(self) -> None:
        if len(self._slot) <= len(self._count):
            return
        more = max(len(self._slot), 2 * len(self._count)) - len(self._count)
        for name in ("_count", "_sum", "_spread", "_normal", "_flat", "_fitted", "_told", "_facing"):
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, np.zeros((more, *old.shape[1:]), old.dtype)]))
        self._beside = np.concatenate([self._beside, np.full((more, len(_STEPS)), -1, np.int64)])


def _points(view: View) -> tuple[Array, NDArray[np.int64]]:
    """(n, 3) world points of a coarse grid of pixels, and (n,) which way the surface there faces: -x, x, -y, y, -z, z."""
    height, width = view.depth_m.shape
    step = max(1, width // _COLUMNS)
    v, u = (axis.ravel() for axis in np.mgrid[step // 2 : height : step, step // 2 : width : step])
    known = view.steady[v, u] & (view.depth_m[v, u] < _FARTHEST_M)
    u, v = u[known], v[known]
    aside = max(1, round(_ASIDE * width))
    left, right = np.maximum(u - aside, 0), np.minimum(u + aside, width - 1)
    above, below = np.maximum(v - aside, 0), np.minimum(v + aside, height - 1)
    whole = np.all([view.depth_m[v, left], view.depth_m[v, right], view.depth_m[above, u], view.depth_m[below, u]], axis=0)
    u, v, left, right, above, below = (pixels[whole] for pixels in (u, v, left, right, above, below))
    normal = np.cross(view.points(u, below) - view.points(u, above), view.points(right, v) - view.points(left, v))
    axis = np.abs(normal).argmax(axis=1)
    return view.points(u, v), 2 * axis + (normal[np.arange(len(u)), axis] > 0)


def _moved(points: Array, motion: Array) -> Array:
    moved: Array = points @ motion[:3, :3].T + motion[:3, 3]
    return moved


def _keys(cells: NDArray[np.int64], facing: NDArray[np.int64]) -> NDArray[np.int64]:
    x, y, z = cells[:, 0] + _OFFSET, cells[:, 1] + _OFFSET, cells[:, 2] + _OFFSET_Z
    keys: NDArray[np.int64] = (x << 42) + (y << 21) + (z << 3) + facing
    return keys


def _motion(step: Array, centre: Array) -> Array:
    """(4, 4) of a small motion: a shift, and a turn about a point."""
    from scipy.spatial.transform import Rotation

    motion = np.eye(4)
    motion[:3, :3] = Rotation.from_rotvec(step[3:]).as_matrix()
    motion[:3, 3] = centre - motion[:3, :3] @ centre + step[:3]
    return motion


def _small(motion: Array, centre: Array) -> Array:
    """(6,) shift and turn about a point of a small motion."""
    turn = 0.5 * (motion[:3, :3] - motion[:3, :3].T)
    shift = motion[:3, :3] @ centre + motion[:3, 3] - centre
    return np.concatenate([shift, [turn[2, 1], turn[0, 2], turn[1, 0]]])
