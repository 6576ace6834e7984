"""Whether a frame's pose can be believed: what was seen a moment ago must be where the new pose says it is.

The last believed picture's points are projected into the new one; where both see, their depths must agree. A pose that jumps, or
that follows another convention, makes them disagree. Which convention it is shows in which correction makes them agree again.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError
from scenegraph.geometry import Array, View
from scenegraph.settings import Settings

_STEP_PX = 12
_MIN_COMMON = 40
_AGREE = 0.55
_BAD_ROW = 8
_MAX_GAP_NS = 20_000_000_000
_MILLIMETRES_M = 60.0

_FLIP_YZ = np.diag([1.0, -1.0, -1.0, 1.0])
_FLIP_X = np.diag([-1.0, 1.0, 1.0, 1.0])
_FLIP_Y = np.diag([1.0, -1.0, 1.0, 1.0])
_NAMES = {
    "opengl": "camera axes are x right, y up, z backward (OpenGL, Habitat); multiply by diag(1, -1, -1, 1) from the right",
    "inverse": "they map the world to the camera; invert them",
    "mirror x": "pictures are mirrored left to right; flip colour and depth",
    "mirror y": "pictures are upside down; flip colour and depth",
}


@dataclass(slots=True, eq=False)
class _Stream:
    points: Array
    t_ns: int
    view: View
    bad: int = 0
    agreed: int = 0
    blame: dict[str, int] = field(default_factory=dict)


class Trust:
    """Believes or distrusts the poses of streams, one after the other picture.

    `notes` says what was distrusted and why, `num_distrusted` how many pictures of each stream.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._streams: dict[str, _Stream] = {}
        self.num_distrusted: dict[str, int] = {}
        self.notes: list[str] = []

    def accepts(self, stream_id: str, t_ns: int, view: View | None) -> bool:
        """Whether what this picture shows may be placed by its pose.

        Raises:
            InvalidInputError: the poses of this stream follow another convention, or depth is not in metres.
        """
        if view is None:
            return True
        points = _sample(view)
        last = self._streams.get(stream_id)
        if last is None or abs(t_ns - last.t_ns) > _MAX_GAP_NS:
            self._streams[stream_id] = _Stream(points, t_ns, view)
            return True
        share = agreement(last.points, view)
        if share is None or share >= _AGREE:
            agreed = last.agreed + (share is not None)
            self._streams[stream_id] = _Stream(points, t_ns, view, agreed=agreed)
            return True
        return self._distrust(stream_id, t_ns, last, view, points, share)

    def _distrust(self, stream_id: str, t_ns: int, last: _Stream, view: View, points: Array, share: float) -> bool:
        self.num_distrusted[stream_id] = self.num_distrusted.get(stream_id, 0) + 1
        blamed = convention(last.view, view) if last.agreed == 0 else None
        if blamed is not None:
            last.blame[blamed] = last.blame.get(blamed, 0) + 1
            if last.blame[blamed] >= 3:
                raise InvalidInputError(f"Poses of stream {stream_id!r} do not fit their depth: {_NAMES[blamed]}.")
        last.bad += 1
        if last.bad == 1:
            moved_m = float(np.linalg.norm(view.origin - last.view.origin))
            self.notes.append(
                f"{stream_id} at {t_ns} ns: the pose is {moved_m:.2f} m from the last one and only {share:.0%} of what was seen "
                f"then is where it says; the picture is not used."
            )
        if last.bad >= _BAD_ROW:
            self.notes.append(
                f"{stream_id} at {t_ns} ns: {last.bad} pictures in a row disagree; their poses are the ones used now."
            )
            self._streams[stream_id] = _Stream(points, t_ns, view)
        elif last.agreed == 0:
            self._streams[stream_id] = replace(last, points=points, t_ns=t_ns, view=view)
        return False


def agreement(points: Array, view: View) -> float | None:
    """Share of world points that lie at the measured depth of the pixels they fall on; None if too few do fall on any.

    A point behind what is measured is hidden and does not vote; one before it should have been seen.
    """
    uv, z = view.project(points)
    height, width = view.depth_m.shape
    column, row = np.rint(uv).astype(np.int64).T
    inside = (z > 0.2) & (column >= 0) & (column < width) & (row >= 0) & (row < height)
    measured = view.depth_m[row[inside], column[inside]]
    z = z[inside][measured > 0]
    measured = measured[measured > 0]
    off = measured - z
    bound = 0.08 + 0.04 * z
    hidden = off < -bound
    if (~hidden).sum() < _MIN_COMMON and hidden.sum() < _MIN_COMMON:
        return None
    # Much that is hidden at once is no occlusion either: half of it counts as disagreeing.
    voting = float((~hidden).sum() + 0.5 * hidden.sum())
    return float((np.abs(off) <= bound).sum()) / voting


def convention(before: View, after: View) -> str | None:
    """The mistake that, undone, makes two pictures agree which do not as they are; None if none does."""
    best, name = _AGREE + 0.15, None
    for one, undo in _UNDO.items():
        share = agreement(_sample(undo(before)), undo(after))
        if share is not None and share > best:
            best, name = share, one
    return name


def _sample(view: View) -> Array:
    v, u = np.mgrid[_STEP_PX // 2 : view.depth_m.shape[0] : _STEP_PX, _STEP_PX // 2 : view.depth_m.shape[1] : _STEP_PX]
    v, u = v.ravel(), u.ravel()
    known = view.steady[v, u]
    return view.points(u[known], v[known])


def _with_pose(view: View, pose: Array) -> View:
    return replace(view, pose_world_camera=pose)


def _mirrored(view: View, axis: int) -> View:
    flip: NDArray[np.float32] = np.flip(view.depth_m, axis)
    return replace(view, depth_m=flip, steady=np.flip(view.steady, axis))


_UNDO = {
    "opengl": lambda view: _with_pose(view, view.pose_world_camera @ _FLIP_YZ),
    "inverse": lambda view: _with_pose(view, np.linalg.inv(view.pose_world_camera)),
    "mirror x": lambda view: _mirrored(view, 1),
    "mirror y": lambda view: _mirrored(view, 0),
}
