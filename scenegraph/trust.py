"""Whether a frame's pose can be believed: what was seen a moment ago must be where the new pose says it is.

The last believed picture's points are projected into the new one; where both see, their depths must agree. A pose that jumps, or
that follows another convention, makes them disagree. Which convention it is shows in which correction makes them agree again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError
from scenegraph.geometry import Array, View

_STEP_PX = 12
_MIN_COMMON = 40
_AGREE = 0.55
_STRICT = 0.85
_BAD_ROW = 8
_PAIRS, _MIN_PAIRS, _GAIN = 30, 6, 0.12
_MAX_GAP_NS = 20_000_000_000
_SPARSE = 0.1

_FLIP_YZ = np.diag([1.0, -1.0, -1.0, 1.0])
_NAMES = {
    "opengl": "camera axes are x right, y up, z backward (OpenGL, Habitat); multiply by diag(1, -1, -1, 1) from the right",
    "inverse": "they map the world to the camera; invert them",
    "mirror x": "pictures are mirrored left to right; flip colour and depth",
    "mirror y": "pictures are upside down; flip colour and depth",
}


@dataclass(slots=True, eq=False)
class _Stream:
    """The last believed picture of a stream, and how well its pictures agree as given and with each mistake undone."""

    points: Array
    t_ns: int
    view: View
    newest: View
    bad: int = 0
    usual: float = 0.9
    num_pairs: int = 0
    given: float = 0.0
    undone: dict[str, float] = field(default_factory=dict)


class Trust:
    """Believes or distrusts the poses of streams, one after the other picture.

    `notes` says what was distrusted and why, `num_distrusted` how many pictures of each stream.
    """

    def __init__(self) -> None:
        self._streams: dict[str, _Stream] = {}
        self.num_distrusted: dict[str, int] = {}
        self.notes: list[str] = []
        self._sparse: set[str] = set()

    def accepts(self, stream_id: str, t_ns: int, view: View | None) -> bool:
        """Whether what this picture shows may be placed by its pose.

        Raises:
            InvalidInputError: the poses of this stream follow another convention.
        """
        if view is None:
            return True
        self._look_at_depth(stream_id, t_ns, view)
        last = self._streams.get(stream_id)
        if last is None or abs(t_ns - last.t_ns) > _MAX_GAP_NS:
            pairs = (0, 0.0, dict[str, float]()) if last is None else (last.num_pairs, last.given, last.undone)
            self._streams[stream_id] = _Stream(_sample(view), t_ns, view, view, 0, 0.9, *pairs)
            return True
        if last.num_pairs < _PAIRS:
            self._compare(stream_id, last, view)
        last.newest = view
        share = agreement(last.points, view)
        strict = _STRICT * last.usual if _leaps(last, view, t_ns) else 0.0
        if share is None or share >= max(_AGREE, strict):
            last.usual += 0.0 if share is None else 0.1 * (share - last.usual)
            last.points, last.t_ns, last.view, last.bad = _sample(view), t_ns, view, 0
            return True
        self._distrust(stream_id, last, view, share)
        if last.bad >= _BAD_ROW:
            self.notes.append(
                f"{stream_id} at {t_ns} ns: {last.bad} pictures in a row disagree; their poses are used from now on."
            )
            last.points, last.t_ns, last.view, last.bad = _sample(view), t_ns, view, 0
        return False

    def _look_at_depth(self, stream_id: str, t_ns: int, view: View) -> None:
        """Say once of a stream that its depth is hardly there."""
        known = float(np.count_nonzero(view.depth_m)) / view.depth_m.size
        if known < _SPARSE and stream_id not in self._sparse:
            self._sparse.add(stream_id)
            self.notes.append(
                f"{stream_id} at {t_ns} ns: only {known:.0%} of the depth picture is a distance that can be (metres, finite, "
                "positive); what shows no depth gets no place."
            )

    def restart(self, stream_id: str) -> None:
        """Its poses have been put right: what was seen before does not bear on those that come."""
        self._streams.pop(stream_id, None)

    def _compare(self, stream_id: str, last: _Stream, view: View) -> None:
        """Let a pair of pictures tell of the convention of their poses."""
        shares = {name: agreement(_sample(undo(last.newest)), undo(view)) for name, undo in _UNDO.items()}
        share = agreement(_sample(last.newest), view)
        if share is None:
            return
        last.num_pairs += 1
        last.given += share
        for name, other in shares.items():
            last.undone[name] = last.undone.get(name, 0.0) + (share if other is None else other)
        name = max(last.undone, key=lambda one: last.undone[one])
        gain = (last.undone[name] - last.given) / last.num_pairs
        if last.num_pairs >= _MIN_PAIRS and gain > _GAIN and last.undone[name] / last.num_pairs > 0.85:
            raise InvalidInputError(f"Poses of stream {stream_id!r} do not fit their depth: {_NAMES[name]}.")

    def _distrust(self, stream_id: str, last: _Stream, view: View, share: float) -> None:
        self.num_distrusted[stream_id] = self.num_distrusted.get(stream_id, 0) + 1
        last.bad += 1
        if last.bad == 1:
            moved_m = float(np.linalg.norm(view.origin - last.view.origin))
            self.notes.append(
                f"{stream_id} after {last.t_ns} ns: the pose is {moved_m:.2f} m from the last one and only {share:.0%} of what "
                f"was seen then is where it says; the picture is not used."
            )


def _leaps(last: _Stream, view: View, t_ns: int) -> bool:
    """Whether a camera that a person or a robot carries hardly moves so fast."""
    elapsed_s = max(t_ns - last.t_ns, 1) / 1e9
    speed_m_s = float(np.linalg.norm(view.origin - last.view.origin)) / max(elapsed_s, 0.1)
    turned = float(np.trace(view.pose_world_camera[:3, :3].T @ last.view.pose_world_camera[:3, :3]))
    turn_rad_s = float(np.arccos(np.clip((turned - 1) / 2, -1, 1))) / max(elapsed_s, 0.1)
    return speed_m_s > 1.2 or turn_rad_s > 3.0


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


_UNDO: dict[str, Callable[[View], View]] = {
    "opengl": lambda view: _with_pose(view, view.pose_world_camera @ _FLIP_YZ),
    "inverse": lambda view: _with_pose(view, np.linalg.inv(view.pose_world_camera).astype(np.float64)),
    "mirror x": lambda view: _mirrored(view, 1),
    "mirror y": lambda view: _mirrored(view, 0),
}
