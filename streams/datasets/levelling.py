"""Which way is up, told by level surfaces: floors and table tops face it, whatever way the recording's world was turned."""

from collections.abc import Sequence

import numpy as np

from streams.datasets.agreement import Look
from streams.datasets.poses import Matrix

_ACROSS = 80
_WITHIN = np.cos(np.radians(5.0))
_FARTHEST = np.cos(np.radians(45.0))
_MIN_POINTS, _MIN_SHARE = 400, 0.04
_LAYER_M = 0.05
_CAMERA_M = 0.3
_JUMP_M, _JUMP = 0.02, 0.06


def level(looks: Sequence[Look]) -> Matrix | None:
    """(4, 4) by which a world that is turned to z roughly must be moved so that level surfaces are level and the floor lies at 0.

    The direction within 45 degrees of z that most of the measured surface faces is up, and the lowest layer of it is the floor.
    None where too little is level, or no layer lies well below the cameras.
    """
    normals, points = _surface(looks)
    up = _up(normals)
    if up is None:
        return None
    turn = _onto_z(up)
    facing = normals @ up > _WITHIN
    floor_m = _floor(points[facing] @ turn[2, :3], np.array([look.pose[:3, 3] @ turn[2, :3] for look in looks]))
    if floor_m is None:
        return None
    turn[2, 3] = -floor_m
    return turn


def _surface(looks: Sequence[Look]) -> tuple[Matrix, Matrix]:
    """(n, 3) normals towards the camera of patches of all looks, and (n, 3) where they lie."""
    found = [_patches(look) for look in looks if min(look.depth_m.shape) > 1]
    if not found:
        return np.empty((0, 3)), np.empty((0, 3))
    return np.concatenate([normals for normals, _ in found]), np.concatenate([points for _, points in found])


def _patches(look: Look) -> tuple[Matrix, Matrix]:
    """As `_surface`, of one look: three neighbouring pixels of a grid span a patch, where depth does not jump between them."""
    height, width = look.depth_m.shape
    step = max(width // _ACROSS, 1)
    v, u = np.mgrid[0:height:step, 0:width:step]
    z = look.depth_m[v, u].astype(np.float64)
    rays = np.stack([(u - look.lens.cx) / look.lens.fx, (v - look.lens.cy) / look.lens.fy, np.ones_like(z)], axis=-1)
    at = rays * z[..., None]
    here, right, below = at[:-1, :-1], at[:-1, 1:], at[1:, :-1]
    normal = np.cross(right - here, below - here)
    size = np.linalg.norm(normal, axis=-1)
    close = _JUMP_M + _JUMP * here[..., 2]
    known = (here[..., 2] > 0) & (size > 1e-9)
    for other in (right, below):
        known &= (other[..., 2] > 0) & (np.abs(other[..., 2] - here[..., 2]) < close)
    normal, seen = normal[known] / size[known, None], here[known]
    normal *= -np.sign(np.sum(normal * seen, axis=1))[:, None]
    return normal @ look.pose[:3, :3].T, seen @ look.pose[:3, :3].T + look.pose[:3, 3]


def _up(normals: Matrix) -> Matrix | None:
    """(3,) the direction near z that most normals share, refined to their mean."""
    near = normals[normals[:, 2] > _FARTHEST]
    if len(near) < _MIN_POINTS:
        return None
    tried = near[:: max(len(near) // 400, 1)]
    best: Matrix = tried[int((near @ tried.T > _WITHIN).sum(axis=0).argmax())]
    for _ in range(5):
        agreeing = near[near @ best > _WITHIN]
        best = agreeing.mean(axis=0) / np.linalg.norm(agreeing.mean(axis=0))
    return best if len(agreeing) >= max(_MIN_POINTS, _MIN_SHARE * len(normals)) else None


def _onto_z(up: Matrix) -> Matrix:
    """(4, 4) the smallest turn that brings a unit vector to z."""
    turn = np.eye(4)
    axis = np.cross(up, (0.0, 0.0, 1.0))
    skew = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    turn[:3, :3] = np.eye(3) + skew + skew @ skew / (1.0 + float(up[2]))
    return turn


def _floor(heights_m: Matrix, cameras_m: Matrix) -> float | None:
    """Height of the lowest layer that holds enough of the level surface; None if it is not below every camera."""
    low = float(heights_m.min())
    counts = np.bincount(((heights_m - low) / _LAYER_M).astype(np.int64))
    spread = np.convolve(counts, np.ones(3))[1:-1]
    enough = np.flatnonzero(spread >= max(0.05 * len(heights_m), 20))
    if not len(enough):
        return None
    # The fullest layer of the lowest run of full ones.
    top = next((place for place in enough if place + 1 not in enough), enough[-1])
    run = np.arange(enough[0], top + 1)
    middle = low + (float(run[counts[run].argmax()]) + 0.5) * _LAYER_M
    floor_m = float(np.median(heights_m[np.abs(heights_m - middle) < _LAYER_M]))
    return floor_m if floor_m < float(cameras_m.min()) - _CAMERA_M else None
