"""Poses that turn out to have been wrong: what was stored relative to a keyframe follows when the keyframe is put right."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from mmmem.clock import Span
from mmmem.errors import InvalidInputError
from mmmem.types import Assertion, check_pose
from scenegraph.geometry import Array

_SMALL_RAD = 0.35
_CORNERS = np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)])


@dataclass(frozen=True, slots=True, eq=False)
class PoseCorrection:
    """Where a keyframe was taken from, as it was told at first and as it is known now.

    Args:
        t_ns: when it was taken, by its stream's clock.
        before, after: (4, 4) pose_world_camera.

    Raises:
        InvalidInputError: one of the two is no rigid transform.
    """

    t_ns: int
    before: Array
    after: Array

    def __post_init__(self) -> None:
        check_pose(self.before, "PoseCorrection.before")
        check_pose(self.after, "PoseCorrection.after")


class Motion:
    """How the world moves under a stream's keyframes: (4, 4) motions at times, and between them.

    Args:
        times_ns: rising.
        motions: (n, 4, 4), each maps world coordinates as they were to what they are.
    """

    def __init__(self, times_ns: Sequence[int], motions: Array) -> None:
        self.times_ns, self.motions = list(times_ns), motions
        self._turns = Rotation.from_matrix(motions[:, :3, :3])

    def at(self, t_ns: int) -> Array:
        """(4, 4) between the two nearest keyframes in proportion of time; before the first and after the last theirs."""
        place = bisect_right(self.times_ns, t_ns)
        if place == 0 or place == len(self.times_ns):
            motion: Array = self.motions[min(place, len(self.times_ns) - 1)]
            return motion
        start, end = self.times_ns[place - 1], self.times_ns[place]
        share = (t_ns - start) / (end - start)
        mixed = np.eye(4)
        mixed[:3, :3] = Slerp([0.0, 1.0], self._turns[[place - 1, place]])(share).as_matrix()
        mixed[:3, 3] = (1 - share) * self.motions[place - 1, :3, 3] + share * self.motions[place, :3, 3]
        return mixed


def moved_box(box: Array, motion: Array) -> Array:
    """(2, 3) box after a motion: it keeps its size under a small turn, and holds its corners under a large one."""
    middle = motion[:3, :3] @ box.mean(axis=0) + motion[:3, 3]
    turned = Rotation.from_matrix(motion[:3, :3]).magnitude()
    if turned < _SMALL_RAD:
        half = 0.5 * (box[1] - box[0])
        return np.stack([middle - half, middle + half])
    corners = box[_CORNERS, np.arange(3)] @ motion[:3, :3].T + motion[:3, 3]
    return np.stack([corners.min(axis=0), corners.max(axis=0)])


def pose_row(stream_id: str, floor_id: str, times_ns: Sequence[int], motions: Sequence[Array], source: str) -> Assertion:
    """Motions of keyframes as a row of the log."""
    moved: list[list[Any]] = []
    for t_ns, motion in zip(times_ns, motions, strict=True):
        quat = Rotation.from_matrix(motion[:3, :3]).as_quat()
        moved.append([t_ns, *(round(float(one), 5) for one in motion[:3, 3]), *(round(float(one), 7) for one in quat)])
    span = Span(times_ns[0], times_ns[-1] + 1)
    return Assertion("pose", floor_id, span, "", {"stream": stream_id, "moved": moved}, source=source)


def motion_of(said: Assertion) -> Motion:
    """The motions in a row."""
    moved = said.value["moved"]
    motions = np.tile(np.eye(4), (len(moved), 1, 1))
    numbers = np.array([[float(one) for one in row[1:]] for row in moved])
    motions[:, :3, 3] = numbers[:, :3]
    motions[:, :3, :3] = Rotation.from_quat(numbers[:, 3:]).as_matrix()
    return Motion([int(row[0]) for row in moved], motions)


def in_order(corrections: Iterable[PoseCorrection]) -> list[PoseCorrection]:
    """By time.

    Raises:
        InvalidInputError: there is none, or two are of one time.
    """
    known = sorted(corrections, key=lambda one: one.t_ns)
    if not known:
        raise InvalidInputError("No pose was corrected; give at least one PoseCorrection.")
    for one, other in pairwise(known):
        if one.t_ns == other.t_ns:
            raise InvalidInputError(f"Two corrections are of one time, {one.t_ns} ns; give one for each keyframe.")
    return known
