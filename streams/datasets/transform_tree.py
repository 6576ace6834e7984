"""The tree of frames of reference that a robot publishes (tf): where one frame was in another at a time."""

from collections.abc import Iterable

import numpy as np

from streams.datasets.cdr import Placed
from streams.datasets.poses import Matrix, Trajectory, pose_of

_ROOTS = ("map", "world", "odom")
_MAX_GAP_NS = 1_000_000_000


class TransformTree:
    """Transforms by child frame, fixed or over time.

    Args:
        moving: transforms over time, of `/tf`.
        fixed: transforms that hold for ever, of `/tf_static`.
    """

    def __init__(self, moving: Iterable[Placed], fixed: Iterable[Placed]) -> None:
        self._parents: dict[str, str] = {}
        self._fixed: dict[str, Matrix] = {}
        self._moving: dict[str, Trajectory] = {}
        for placed in fixed:
            child = _named(placed.child_frame)
            self._parents[child] = _named(placed.header.frame_id)
            self._fixed[child] = pose_of(placed.translation_m, placed.quat_xyzw)
        by_child: dict[str, dict[int, Placed]] = {}
        for placed in moving:
            by_child.setdefault(_named(placed.child_frame), {})[placed.header.stamp_ns] = placed
        for child, at in by_child.items():
            self._parents[child] = _named(next(iter(at.values())).header.frame_id)
            self._moving[child] = trajectory_of(at)
            self._fixed.pop(child, None)

    def root_of(self, frame: str) -> str:
        """The frame to place things in: `map`, `world` or `odom` if above `frame`, else the topmost."""
        above = self._chain(_named(frame))
        return next((root for root in _ROOTS if root in above), above[-1])

    def moves(self, frame: str) -> bool:
        """Whether something between a frame and its root moves."""
        return any(one in self._moving for one in self._chain(_named(frame)))

    def is_below(self, frame: str, other: str) -> bool:
        """Whether `frame` is `other` or hangs below it."""
        return _named(other) in self._chain(_named(frame))

    def pose(self, frame: str, root: str, t_ns: int) -> Matrix | None:
        """The (4, 4) transform from `frame` to `root` at an instant; None where a part of it is not known then."""
        pose, at = np.eye(4), _named(frame)
        while at != _named(root):
            step = self._fixed.get(at) if at in self._fixed else None
            if step is None and at in self._moving:
                step = self._moving[at].at(t_ns)
            if step is None:
                return None
            pose, at = step @ pose, self._parents[at]
        return pose

    def _chain(self, frame: str) -> list[str]:
        """A frame and all above it."""
        chain = [frame]
        while chain[-1] in self._parents and self._parents[chain[-1]] not in chain:
            chain.append(self._parents[chain[-1]])
        return chain


def trajectory_of(at: dict[int, Placed]) -> Trajectory:
    """Poses by time as a trajectory."""
    times = sorted(at)
    places = np.array([at[t_ns].translation_m for t_ns in times], np.float64)
    turns = np.array([at[t_ns].quat_xyzw for t_ns in times], np.float64)
    return Trajectory(times, places, turns, max_gap_ns=_MAX_GAP_NS)


def _named(frame: str) -> str:
    return frame.lstrip("/")
