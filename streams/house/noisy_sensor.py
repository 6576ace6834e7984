"""Depth and pose as a robot measures them: noise that grows with the square of the distance, holes, flying pixels, drift."""

import math

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import NS_PER_MIN, NS_PER_S
from streams.house.noise import NoiseLevel

RELOCALISED_NS = NS_PER_MIN
"""A camera that was off for so long starts from a known place: drift and tracks begin anew."""

_EDGE_M = 0.1
_PATCH_PIXELS = 8
_DEPTH_STREAM, _POSE_STREAM = 1, 2


def noisy_depth(depth_m: NDArray[np.float32], level: NoiseLevel, seed: int, index: int) -> NDArray[np.float32]:
    """(H, W) float32 metres as a depth camera would measure them, whole millimetres; 0 where it measures nothing.

    The same depth, level, seed and index of the frame give the same result, so that a recording need not hold it.
    """
    if not (level.depth_sigma or level.depth_holes or level.flying_pixels):
        return depth_m
    rng = np.random.default_rng((seed, index, _DEPTH_STREAM))
    known = depth_m > 0
    noisy = _with_flying_pixels(depth_m, level, rng)
    if level.depth_sigma:
        noisy = noisy + np.float32(level.depth_sigma) * noisy**2 * rng.standard_normal(depth_m.shape, np.float32)
    noisy = np.where(known & ~_holes(depth_m.shape, level, rng), np.maximum(noisy, 0), 0)
    return (np.rint(noisy * 1000) / 1000).astype(np.float32)


def _with_flying_pixels(depth_m: NDArray[np.float32], level: NoiseLevel, rng: np.random.Generator) -> NDArray[np.float32]:
    """Some of the pixels beside an edge get a depth between its two sides."""
    if not level.flying_pixels:
        return depth_m
    step = depth_m[:, 1:] - depth_m[:, :-1]
    rows, columns = np.nonzero((np.abs(step) > _EDGE_M) & (depth_m[:, 1:] > 0) & (depth_m[:, :-1] > 0))
    fly = rng.random(len(rows)) < level.flying_pixels
    rows, columns = rows[fly], columns[fly]
    mixed = depth_m.copy()
    mixed[rows, columns] += step[rows, columns] * rng.random(len(rows), np.float32)
    return mixed


def _holes(shape: tuple[int, ...], level: NoiseLevel, rng: np.random.Generator) -> NDArray[np.bool_]:
    """(H, W) patches without depth."""
    coarse = tuple(-(-side // _PATCH_PIXELS) for side in shape)
    patches = rng.random(coarse) < level.depth_holes
    return np.repeat(np.repeat(patches, _PATCH_PIXELS, 0), _PATCH_PIXELS, 1)[: shape[0], : shape[1]]


class PoseDrift:
    """The error of a pose estimate: a bounded random walk in x, y and heading, with jumps.

    Poses are to be given in order of time.
    """

    def __init__(self, level: NoiseLevel, seed: int) -> None:
        self._level, self._seed = level, seed
        self._error = np.zeros(3)
        self._last_ns: int | None = None

    def sensed(self, pose: NDArray[np.float64], index: int, t_ns: int) -> NDArray[np.float64]:
        """(4, 4) pose_world_camera as it is estimated."""
        gap_ns = None if self._last_ns is None else t_ns - self._last_ns
        self._last_ns = t_ns
        if gap_ns is None or gap_ns > RELOCALISED_NS:
            self._error = np.zeros(3)
        else:
            self._walk(gap_ns / NS_PER_S, np.random.default_rng((self._seed, index, _POSE_STREAM)))
        return moved(pose, *self._error.tolist())

    def _walk(self, gap_s: float, rng: np.random.Generator) -> None:
        level = self._level
        step = rng.standard_normal(3) * (level.drift_m, level.drift_m, level.drift_rad) * math.sqrt(gap_s)
        if rng.random() < level.jumps_per_min * gap_s / 60:
            step += rng.standard_normal(3) * (level.jump_m, level.jump_m, level.jump_rad)
        limit = np.array([level.drift_limit_m, level.drift_limit_m, level.drift_limit_rad])
        self._error = np.clip(self._error + step, -limit, limit)


def moved(pose: NDArray[np.float64], dx_m: float, dy_m: float, turn_rad: float) -> NDArray[np.float64]:
    """(4, 4) pose shifted along the floor and turned counter-clockwise on the spot, seen from above."""
    cos, sin = math.cos(turn_rad), math.sin(turn_rad)
    turned = pose.copy()
    turned[:3, :3] = np.array([(cos, -sin, 0), (sin, cos, 0), (0, 0, 1)]) @ pose[:3, :3]
    turned[:2, 3] += dx_m, dy_m
    return turned
