"""Rigid transforms as recordings write them: quaternions, interpolation in time, and what is wrong with a matrix."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Fault = Literal["", "not finite", "no rotation"]

_MAX_STRETCH = 0.05


def pose_of(translation_m: Sequence[float] | Matrix, quat_xyzw: Sequence[float] | Matrix) -> Matrix:
    """The (4, 4) transform of a translation and a quaternion of any length; NaN where the quaternion is zero."""
    x, y, z, w = (float(value) for value in quat_xyzw)
    length = x * x + y * y + z * z + w * w
    pose = np.eye(4)
    pose[:3, 3] = translation_m
    if not length > 0:
        pose[:3, :3] = np.nan
        return pose
    s = 2.0 / length
    pose[:3, :3] = (
        (1 - s * (y * y + z * z), s * (x * y - z * w), s * (x * z + y * w)),
        (s * (x * y + z * w), 1 - s * (x * x + z * z), s * (y * z - x * w)),
        (s * (x * z - y * w), s * (y * z + x * w), 1 - s * (x * x + y * y)),
    )
    return pose


class Trajectory:
    """Poses at times, looked up between the two neighbours.

    Args:
        t_ns: rising.
        translations_m: (n, 3); `quats_xyzw`: (n, 4).
        max_gap_ns: between neighbours farther apart than this nothing is known.
    """

    def __init__(self, t_ns: Sequence[int], translations_m: Matrix, quats_xyzw: Matrix, *, max_gap_ns: int) -> None:
        self.t_ns, self._translations, self._quats = list(t_ns), translations_m, quats_xyzw
        self._max_gap_ns = max_gap_ns

    @property
    def first_ns(self) -> int:
        """Time of the first pose."""
        return self.t_ns[0]

    @property
    def last_ns(self) -> int:
        """Time of the last pose."""
        return self.t_ns[-1]

    def at(self, t_ns: int) -> Matrix | None:
        """The pose at an instant: exact where one was recorded, linear in place and turned at even speed between two."""
        later = bisect_left(self.t_ns, t_ns)
        if later < len(self.t_ns) and self.t_ns[later] == t_ns:
            return pose_of(self._translations[later], self._quats[later])
        if later in (0, len(self.t_ns)):
            return self._nearest(min(later, len(self.t_ns) - 1), t_ns)
        before_ns, after_ns = self.t_ns[later - 1], self.t_ns[later]
        if after_ns - before_ns > self._max_gap_ns:
            return self._nearest(later if after_ns - t_ns < t_ns - before_ns else later - 1, t_ns)
        share = (t_ns - before_ns) / (after_ns - before_ns)
        place = self._translations[later - 1] * (1 - share) + self._translations[later] * share
        return pose_of(place, _turned(self._quats[later - 1], self._quats[later], share))

    def _nearest(self, index: int, t_ns: int) -> Matrix | None:
        """The pose of one neighbour, if it is near in time."""
        if index < 0 or abs(self.t_ns[index] - t_ns) > self._max_gap_ns // 5:
            return None
        return pose_of(self._translations[index], self._quats[index])


def _turned(one: Matrix, other: Matrix, share: float) -> Matrix:
    """Spherical interpolation of two quaternions, the short way round."""
    one, other = one / np.linalg.norm(one), other / np.linalg.norm(other)
    cosine = float(one @ other)
    if cosine < 0:
        other, cosine = -other, -cosine
    if cosine > 0.9995:
        return one * (1 - share) + other * share
    angle = float(np.arccos(cosine))
    return np.asarray((np.sin((1 - share) * angle) * one + np.sin(share * angle) * other) / np.sin(angle), np.float64)


def inverse(pose: Matrix) -> Matrix:
    """The transform back."""
    return np.asarray(np.linalg.inv(pose), np.float64)


def orthonormal(pose: Matrix) -> tuple[Matrix | None, Fault]:
    """The nearest rigid transform, mirrored or not; None and the fault where the matrix is too far from one."""
    if pose.shape != (4, 4) or not np.isfinite(pose).all():
        return None, "not finite"
    left, stretch, right = np.linalg.svd(pose[:3, :3])
    if np.abs(stretch - 1).max() > _MAX_STRETCH:
        return None, "no rotation"
    rigid = np.eye(4)
    rigid[:3, :3], rigid[:3, 3] = left @ right, pose[:3, 3]
    return rigid, ""


def nearest(times_ns: Sequence[int], t_ns: int, within_ns: int) -> int | None:
    """Index of the time nearest to an instant in a rising list; None where none is near enough."""
    later = bisect_left(times_ns, t_ns)
    near = min((i for i in (later - 1, later) if 0 <= i < len(times_ns)), key=lambda i: abs(times_ns[i] - t_ns), default=None)
    return None if near is None or abs(times_ns[near] - t_ns) > within_ns else near
