"""Where a camera is, sample by sample: the path of a patrol, or of a camera that a resident wears."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import Span
from mmmem.errors import InvalidInputError

Pose = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """Camera poses over time; tours are stretches without a gap.

    Args:
        t_ns: (n,) int64 nanoseconds, rising.
        poses_world_camera: (n, 4, 4) float64, camera axes x right, y down, z forward.
        tour: (n,) int, number from 0 of the stretch that each sample belongs to, never falling.

    Raises:
        InvalidInputError: lengths differ, times do not rise, or a pose is not finite.
    """

    t_ns: NDArray[np.int64]
    poses_world_camera: NDArray[np.float64]
    tour: NDArray[np.int64]

    def __post_init__(self) -> None:
        n = len(self.t_ns)
        if self.t_ns.shape != (n,) or self.poses_world_camera.shape != (n, 4, 4) or self.tour.shape != (n,):
            raise InvalidInputError(
                f"A trajectory needs (n,) times, (n, 4, 4) poses and (n,) tours, got {self.t_ns.shape}, "
                f"{self.poses_world_camera.shape} and {self.tour.shape}."
            )
        if n > 1 and not bool(np.all(np.diff(self.t_ns) > 0)):
            raise InvalidInputError("The times of a trajectory must rise from sample to sample; sort them first.")
        if n > 1 and not bool(np.all(np.diff(self.tour) >= 0)):
            raise InvalidInputError("The tours of a trajectory are numbered in order of time; renumber them.")
        if not bool(np.isfinite(self.poses_world_camera).all()):
            raise InvalidInputError("A trajectory holds a pose that is not finite; drop that sample.")

    def __len__(self) -> int:
        return len(self.t_ns)

    def __iter__(self) -> Iterator[tuple[int, Pose, int]]:
        """Each sample: time in ns, (4, 4) pose, number of its tour."""
        for t_ns, pose, tour in zip(self.t_ns, self.poses_world_camera, self.tour, strict=True):
            yield int(t_ns), pose, int(tour)

    @property
    def num_tours(self) -> int:
        """How many stretches there are."""
        return len(np.unique(self.tour))

    def of_tour(self, number: int) -> "Trajectory":
        """The samples of one tour; none if there is no such tour."""
        return self._only(self.tour == number)

    def within(self, span: Span) -> "Trajectory":
        """The samples inside a half-open span."""
        return self._only((self.t_ns >= span.start_ns) & (self.t_ns < span.end_ns))

    def tour_span(self, number: int) -> Span:
        """From the first sample of a tour to just after its last.

        Raises:
            InvalidInputError: there is no such tour.
        """
        t_ns = self.t_ns[self.tour == number]
        if not len(t_ns):
            raise InvalidInputError(f"There is no tour {number}; this trajectory has {self.num_tours}, counted from 0.")
        return Span(int(t_ns[0]), int(t_ns[-1]) + 1)

    def _only(self, chosen: NDArray[np.bool_]) -> "Trajectory":
        return Trajectory(self.t_ns[chosen], self.poses_world_camera[chosen], self.tour[chosen])


def look_pose(x_m: float, y_m: float, z_m: float, yaw_rad: float, pitch_rad: float = 0.0) -> Pose:
    """Pose of a camera at a point: yaw counter-clockwise from +x seen from above, pitch positive upwards.

    Returns:
        (4, 4) float64 pose_world_camera: columns right, down, forward, position.
    """
    cos_yaw, sin_yaw, cos_pitch, sin_pitch = np.cos(yaw_rad), np.sin(yaw_rad), np.cos(pitch_rad), np.sin(pitch_rad)
    pose = np.eye(4)
    pose[:3, 0] = sin_yaw, -cos_yaw, 0.0
    pose[:3, 1] = cos_yaw * sin_pitch, sin_yaw * sin_pitch, -cos_pitch
    pose[:3, 2] = cos_yaw * cos_pitch, sin_yaw * cos_pitch, sin_pitch
    pose[:3, 3] = x_m, y_m, z_m
    return pose


def heading(pose_world_camera: Pose) -> tuple[float, float]:
    """Yaw and pitch in radians of where a camera looks; the inverse of `look_pose`."""
    x, y, z = pose_world_camera[:3, 2]
    if np.hypot(x, y) < 1e-9:
        x, y = pose_world_camera[:2, 1] * np.sign(z)
    return float(np.arctan2(y, x)), float(np.arcsin(np.clip(z, -1.0, 1.0)))
