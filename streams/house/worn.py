"""A camera at a resident's eyes that looks at what the hands do, and ahead while walking."""

from bisect import bisect_left
from math import atan2, cos, hypot, radians, sin

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import NS_PER_S, Span
from mmmem.errors import InvalidInputError
from streams.house.home import Point
from streams.house.life import Life
from streams.house.trajectory import Pose, Trajectory, look_pose
from streams.house.world import PersonPose

EYE_HEIGHT_M = {"standing": 1.62, "sitting": 1.26, "lying": 0.8}
"""How high eyes are over the floor, by posture."""

_HEAD_AHEAD_M = {"standing": 0.0, "sitting": 0.0, "lying": -0.73}
"""Where the middle of the head is, from the middle of the person towards where the feet point."""

_BEFORE_HEAD_M = 0.17
"""The camera is this far before the middle of the head, so that it does not see the face from inside."""

_GAZE_NS = 2 * NS_PER_S
_STEEPEST_RAD = radians(65)
_AHEAD_PITCH_RAD = {"standing": -radians(15), "sitting": -radians(20), "lying": radians(75)}


def worn_by(life: Life, resident_id: str, span: Span, hz: float = 2) -> Trajectory:
    """Poses of a camera that a resident wears, while that person is at home; each stretch at home is one tour.

    Within two seconds of a thing that the hands take, put or change, the camera looks at it; otherwise straight ahead.

    Args:
        span: when to look; must lie inside the life.
        hz: samples a second.

    Raises:
        UnknownNameError: nobody has this id.
        InvalidInputError: the span reaches outside the life, or `hz` is not above 0.
    """
    life.home.resident(resident_id)
    _check(life, span, hz)
    times = np.arange(span.start_ns, span.end_ns, round(NS_PER_S / hz), dtype=np.int64)
    looks = _Gaze(life, resident_id)
    kept, poses, tours = [], [], []
    tour, last = -1, -2
    for number, (t_ns, state) in enumerate(zip(times.tolist(), life.states(times.tolist()), strict=True)):
        at = state.people.get(resident_id)
        if at is None:
            continue
        tour, last = tour + (number != last + 1), number
        kept.append(t_ns)
        poses.append(eye_pose(at, looks.target(t_ns)))
        tours.append(tour)
    stacked: NDArray[np.float64] = np.stack(poses) if poses else np.empty((0, 4, 4))
    return Trajectory(np.array(kept, np.int64), stacked, np.array(tours, np.int64))


def eye_pose(at: PersonPose, target: Point | None) -> Pose:
    """(4, 4) pose of a camera at a person's eyes, looking at a point, or ahead if there is none."""
    height, ahead = EYE_HEIGHT_M[at.posture], _HEAD_AHEAD_M[at.posture]
    x, y = at.x_m + ahead * cos(at.yaw_rad), at.y_m + ahead * sin(at.yaw_rad)
    if target is None:
        yaw, pitch = at.yaw_rad, _AHEAD_PITCH_RAD[at.posture]
    else:
        away = max(hypot(target[0] - x, target[1] - y) - _BEFORE_HEAD_M, 0.05)
        yaw = atan2(target[1] - y, target[0] - x)
        pitch = float(np.clip(atan2(target[2] + 0.05 - height, away), -_STEEPEST_RAD, _STEEPEST_RAD))
    return look_pose(x + _BEFORE_HEAD_M * cos(yaw), y + _BEFORE_HEAD_M * sin(yaw), height, yaw, pitch)


class _Gaze:
    """What one person looks at when: the places of the things that the hands are at."""

    def __init__(self, life: Life, actor: str) -> None:
        self._times: list[int] = []
        self._places: list[Point] = []
        stood = {thing: at.position for thing, at in life.start_state.placements.items()}
        middles = {one.id: (*one.position[:2], one.position[2] + one.size[2] / 2) for one in life.home.furniture}
        for event in life.events:
            place = stood.get(event.subject) or middles.get(event.subject)
            if event.kind == "put" and event.placement is not None:
                place = stood[event.subject] = event.placement.position
            if event.actor == actor and event.kind in ("put", "take", "state") and place is not None:
                self._times.append(event.t_ns)
                self._places.append(place)

    def target(self, t_ns: int) -> Point | None:
        """The place of the handling nearest in time, if it is near enough."""
        after = bisect_left(self._times, t_ns)
        near = [n for n in (after - 1, after) if 0 <= n < len(self._times) and abs(self._times[n] - t_ns) <= _GAZE_NS]
        return self._places[min(near, key=lambda n: abs(self._times[n] - t_ns))] if near else None


def _check(life: Life, span: Span, hz: float) -> None:
    if not 0 < hz <= 1000:
        raise InvalidInputError(f"hz must lie in (0, 1000] samples a second, got {hz}.")
    if span.start_ns < life.start_ns or span.end_ns > life.end_ns:
        raise InvalidInputError(
            f"The span [{span.start_ns}, {span.end_ns}) ns reaches outside this life, [{life.start_ns}, {life.end_ns}) ns; "
            "cut it with Span.intersect(life.span)."
        )
