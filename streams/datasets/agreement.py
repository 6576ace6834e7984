"""How well the depths of neighbouring pictures agree under their poses: what tells a right convention from a wrong one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmmem.types import Intrinsics
from streams.datasets.poses import Matrix

_NUM_ACROSS = 53
_MIN_COMMON = 30
_NEAR_M, _SLACK = 0.06, 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A picture's depth, in metres, with the pose it was taken from."""

    depth_m: NDArray[np.float32]
    lens: Intrinsics
    pose: Matrix


def agreement(one: Look, other: Look) -> float | None:
    """Share of points of one picture that lie at the measured depth of the other; None where the two share too little.

    What lies behind the measured surface may be hidden and counts half, what should have been seen counts against.
    """
    points = _points(one)
    back = np.linalg.inv(other.pose)
    local = points @ back[:3, :3].T + back[:3, 3]
    front = local[:, 2] > 0.1
    local = local[front]
    lens = other.lens
    column = np.rint(local[:, 0] / local[:, 2] * lens.fx + lens.cx).astype(np.int64)
    row = np.rint(local[:, 1] / local[:, 2] * lens.fy + lens.cy).astype(np.int64)
    height, width = other.depth_m.shape
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    measured, z = other.depth_m[row[inside], column[inside]], local[inside, 2]
    known = measured > 0
    off, bound = measured[known] - z[known], _NEAR_M + _SLACK * z[known]
    if len(off) < _MIN_COMMON:
        return None
    hidden = off < -bound
    return float((np.abs(off) <= bound).sum() / ((~hidden).sum() + 0.5 * hidden.sum()))


def mean_agreement(pairs: Sequence[tuple[Look, Look]]) -> tuple[float, int]:
    """Mean agreement of pairs, and how many could be compared; pairs that share nothing count as disagreeing."""
    shares = [agreement(one, other) for one, other in pairs]
    return float(np.mean([share or 0.0 for share in shares])) if shares else 0.0, sum(share is not None for share in shares)


def _points(look: Look) -> Matrix:
    height, width = look.depth_m.shape
    step = max(width // _NUM_ACROSS, 1)
    v, u = np.mgrid[step // 2 : height : step, step // 2 : width : step]
    v, u = v.ravel(), u.ravel()
    z = look.depth_m[v, u].astype(np.float64)
    v, u, z = v[z > 0], u[z > 0], z[z > 0]
    local = np.stack([(u - look.lens.cx) / look.lens.fx * z, (v - look.lens.cy) / look.lens.fy * z, z], axis=1)
    return local @ look.pose[:3, :3].T + look.pose[:3, 3]
