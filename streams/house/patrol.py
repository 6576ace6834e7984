"""A robot that tours the rooms at set hours, stops where few looks show every open surface, and heeds people.

It rolls at 0.5 m/s along ways found by A* and turns at no more than 60 degrees a second; its camera is 1.25 m high and pitched
down by 18 degrees.
"""

from collections.abc import Iterator, Sequence
from math import atan2, ceil, cos, hypot, radians, sin

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_S
from mmmem.errors import InvalidInputError
from streams.house.floor import Floor
from streams.house.home import Home
from streams.house.life import Life
from streams.house.trajectory import Trajectory, look_pose
from streams.house.viewpoints import CAMERA_HEIGHT_M, CAMERA_PITCH_RAD, Stance, viewpoints
from streams.house.world import WorldState

SPEED_M_S = 0.5
TURN_RAD_S = radians(60)

_STOP_S = 3.0
_STEP_S = 0.1
_PERSONAL_M = 0.6
_MEAN_WAY_S = 12.0
"""About how long it takes to turn and roll from one stop to the next."""


def patrol(
    life: Life,
    *,
    tours_per_day: int = 2,
    tour_s: float = 600,
    hz: float = 2,
    seed: int = 0,
    start_hours: Sequence[float] = (8.5, 18.5),
) -> Trajectory:
    """Poses of the robot's camera on its tours; the same arguments give the same poses.

    A tour goes round the home, with as many stops as it has time for, and goes round again while time is left. Tours that the
    life cuts short end with it.

    Args:
        tours_per_day: how many of `start_hours` are used, from the first.
        tour_s: how long each tour lasts, seconds.
        hz: samples a second.
        seed: draws the order of the rooms.
        start_hours: hours of the day (UTC) at which tours start, rising.

    Raises:
        InvalidInputError: a number out of range, fewer hours than tours, or tours that overlap.
    """
    starts_ns = list(_starts(life, _checked_hours(tours_per_day, tour_s, hz, start_hours)))
    robot, rng = _Robot(life, tour_s), np.random.default_rng([seed, 5])
    times, poses, tours = [], [], []
    for number, start_ns in enumerate(starts_ns):
        end_ns = min(start_ns + round(tour_s * NS_PER_S), life.end_ns)
        t_ns = start_ns + np.round(np.arange(0, (end_ns - start_ns) / NS_PER_S - 1e-9, 1 / hz) * NS_PER_S).astype(np.int64)
        stances = robot.tour(start_ns, (end_ns - start_ns) / NS_PER_S, rng)
        times.append(t_ns)
        poses.extend(_sampled(stances, (t_ns - start_ns) / NS_PER_S))
        tours.append(np.full(len(t_ns), number))
    if not times:
        return Trajectory(np.empty(0, np.int64), np.empty((0, 4, 4)), np.empty(0, np.int64))
    return Trajectory(np.concatenate(times), np.stack(poses), np.concatenate(tours))


class _Robot:
    """Where the robot can go in one life, and what it stops at."""

    def __init__(self, life: Life, tour_s: float) -> None:
        self.life, self.floor = life, Floor(life.home, radius_m=0.2)
        self.stops = _stops(life.home, self.floor, round(tour_s / (_STOP_S + _MEAN_WAY_S)))
        self.at: Stance = self.floor.standing_spot(next(door.id for door in life.home.doors if not door.room_b))
        self._ways: dict[tuple[float, float, float, float], NDArray[np.float64] | None] = {}

    def tour(self, start_ns: int, tour_s: float, rng: np.random.Generator) -> NDArray[np.float64]:
        """(n, 3) stances every `_STEP_S`, from where the last tour ended."""
        stances: list[Stance] = [self.at]
        num = ceil(tour_s / _STEP_S) + 1
        while len(stances) < num:
            for stop in self._round(rng):
                t_ns = start_ns + round(len(stances) * _STEP_S * NS_PER_S)
                if t_ns >= self.life.end_ns or len(stances) >= num:
                    break
                self._visit(stances, stop, self.life.state_at(t_ns))
        self.at = stances[num - 1]
        return np.array(stances[:num])

    def _round(self, rng: np.random.Generator) -> Iterator[Stance]:
        """All stops, room after room: the nearest unvisited room next, the first one drawn."""
        rooms = list(self.life.home.rooms)
        room = rooms.pop(int(rng.integers(len(rooms))))
        here = self.at[:2]
        while True:
            left = list(self.stops[room.id])
            while left:
                stop = left.pop(int(np.argmin([hypot(one[0] - here[0], one[1] - here[1]) for one in left])))
                here = stop[:2]
                yield stop
            if not rooms:
                return
            room = rooms.pop(
                int(np.argmin([hypot(one.centre[0] - room.centre[0], one.centre[1] - room.centre[1]) for one in rooms]))
            )

    def _visit(self, stances: list[Stance], stop: Stance, state: WorldState) -> None:
        """Drive to a stop, look where it looks, and stay for a moment; a stop where somebody stands is left out."""
        people = [(at.x_m, at.y_m) for at in state.people.values()]
        if any(hypot(stop[0] - x, stop[1] - y) < _PERSONAL_M for x, y in people):
            stances.extend([stances[-1]] * round(1 / _STEP_S))
            return
        way = self._way(stances[-1], stop)
        for corner in way[1:] if way is not None else []:
            _drive(stances, (float(corner[0]), float(corner[1])), people)
        if way is not None:
            _turn(stances, stop[2])
        stances.extend([stances[-1]] * round(_STOP_S / _STEP_S))

    def _way(self, here: Stance, stop: Stance) -> NDArray[np.float64] | None:
        key = (here[0], here[1], stop[0], stop[1])
        if key not in self._ways:
            self._ways[key] = self.floor.path(here[:2], stop[:2])
        return self._ways[key]


def _stops(home: Home, floor: Floor, num_stops: int) -> dict[str, list[Stance]]:
    """Stops by room: the best look into each, and of the others those that show most, up to `num_stops` in all."""
    looks = {room.id: viewpoints(home, floor, room) for room in home.rooms}
    others = sorted((look.gain for room in looks.values() for look in room[1:]), reverse=True)
    num_others = max(0, num_stops - len(looks))
    least = others[num_others - 1] if 0 < num_others <= len(others) else (0.0 if num_others else float("inf"))
    return {
        room: [look.stance for n, look in enumerate(of_room) if n == 0 or look.gain >= least] for room, of_room in looks.items()
    }


def _drive(stances: list[Stance], goal: tuple[float, float], people: Sequence[tuple[float, float]]) -> None:
    """Turn towards a point, then roll to it; wait up to two seconds where somebody is in the way."""
    x, y, _ = stances[-1]
    length = hypot(goal[0] - x, goal[1] - y)
    if length < 1e-6:
        return
    yaw = atan2(goal[1] - y, goal[0] - x)
    _turn(stances, yaw)
    if any(_passes(x, y, goal, person) for person in people):
        stances.extend([stances[-1]] * round(2 / _STEP_S))
    num = max(1, ceil(length / (SPEED_M_S * _STEP_S)))
    stances.extend((x + (goal[0] - x) * n / num, y + (goal[1] - y) * n / num, yaw) for n in range(1, num + 1))


def _passes(x: float, y: float, goal: tuple[float, float], person: tuple[float, float]) -> bool:
    """Whether a straight way comes close to a person."""
    along = np.array(goal) - (x, y)
    share = float(np.clip(np.dot(np.array(person) - (x, y), along) / np.dot(along, along), 0, 1))
    return hypot(x + share * along[0] - person[0], y + share * along[1] - person[1]) < _PERSONAL_M / 2


def _turn(stances: list[Stance], yaw: float) -> None:
    """Turn on the spot, the shorter way round."""
    x, y, before = stances[-1]
    angle = atan2(sin(yaw - before), cos(yaw - before))
    num = ceil(abs(angle) / (TURN_RAD_S * _STEP_S) - 1e-9)
    stances.extend((x, y, before + angle * n / num) for n in range(1, num + 1))


def _sampled(stances: NDArray[np.float64], at_s: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Camera poses at some seconds since the start of a tour."""
    steps = np.minimum(np.arange(len(stances)) * _STEP_S, max(len(stances) - 1, 0) * _STEP_S)
    yaws = np.unwrap(stances[:, 2])
    columns = [np.interp(at_s, steps, values) for values in (stances[:, 0], stances[:, 1], yaws)]
    return [
        look_pose(float(x), float(y), CAMERA_HEIGHT_M, float(yaw), CAMERA_PITCH_RAD) for x, y, yaw in zip(*columns, strict=True)
    ]


def _checked_hours(tours_per_day: int, tour_s: float, hz: float, start_hours: Sequence[float]) -> list[float]:
    hours = list(start_hours)[: max(tours_per_day, 0)]
    if not (tour_s > 0 and 0 < hz <= 1 / _STEP_S):
        raise InvalidInputError(f"A patrol needs tour_s above 0 and hz in (0, {1 / _STEP_S:g}], got tour_s={tour_s} hz={hz}.")
    if tours_per_day < 1 or len(hours) < tours_per_day:
        raise InvalidInputError(
            f"tours_per_day must lie in [1, {len(start_hours)}], the number of start_hours, got {tours_per_day}; name more hours."
        )
    gaps = np.diff([*hours, hours[0] + 24])
    if not 0 <= hours[0] < 24 or hours[-1] >= 24 or bool((gaps * 3600 < tour_s).any()):
        raise InvalidInputError(f"start_hours must rise within [0, 24) and be at least {tour_s:g} s apart, got {tuple(hours)}.")
    return hours


def _starts(life: Life, hours: Sequence[float]) -> Iterator[int]:
    for day in range(life.start_ns // NS_PER_DAY, life.end_ns // NS_PER_DAY + 1):
        for hour in hours:
            start_ns = day * NS_PER_DAY + round(hour * NS_PER_HOUR)
            if life.start_ns <= start_ns < life.end_ns:
                yield start_ns
