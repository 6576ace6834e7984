"""The day that the demo shows: one house of a seed, a camera that somebody wears at breakfast, and a robot on two tours."""

from dataclasses import dataclass

import numpy as np

from mmmem.clock import NS_PER_S, Span
from streams.house.building import build_home
from streams.house.life import Life
from streams.house.living import live
from streams.house.patrol import patrol
from streams.house.recording_plan import MONDAY_NS, Days, RecordingPlan
from streams.house.trajectory import Trajectory
from streams.house.world import Event
from streams.house.worn import worn_by

_HANDLED = ("take", "put", "state")


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is looked at.

    Args:
        tour_s, hz: length of each of the robot's tours, and pictures a second on them.
        worn_s, worn_hz: the same of the camera that is worn.
    """

    tour_s: float = 360.0
    hz: float = 1.0
    worn_s: float = 480.0
    worn_hz: float = 0.5
    width: int = 320
    height: int = 240


FULL = Scale()
SPARING = Scale(hz=0.5, worn_hz=0.25, width=240, height=180)
"""Where no GL draws: half the pictures, of half the pixels."""


@dataclass(frozen=True, slots=True)
class Day:
    """One life and everybody who watches it, in order of their first look.

    Args:
        wearer: name of who wears the camera.
    """

    seed: int
    wearer: str
    watches: tuple[Days, ...]

    @property
    def life(self) -> Life:
        """What really happened."""
        return self.watches[0].life

    @property
    def num_frames(self) -> int:
        """Pictures of all cameras."""
        return sum(len(watch.trajectory) for watch in self.watches)


def the_day(seed: int, scale: Scale = FULL) -> Day:
    """The day of a seed; the same seed gives the same day.

    The camera is worn by whoever handles most before the robot's first tour, while that is.
    """
    robot = RecordingPlan(seed=seed, tour_s=scale.tour_s, hz=scale.hz, width=scale.width, height=scale.height)
    life = live(build_home(seed), days=1, seed=seed, start_ns=MONDAY_NS)
    tours = patrol(life, tour_s=scale.tour_s, hz=scale.hz, seed=seed)
    resident, span = _busiest(life, int(tours.t_ns[0]), round(scale.worn_s * NS_PER_S))
    wearer = life.home.resident(resident).name
    worn = RecordingPlan(
        seed=seed,
        hz=scale.worn_hz,
        width=scale.width,
        height=scale.height,
        worn_by=wearer,
        worn_h=scale.worn_s / 3600,
    )
    watches = (Days(worn, life, worn_by(life, resident, span, scale.worn_hz)), Days(robot, life, tours))
    return Day(seed, wearer, watches)


def joined(watches: tuple[Days, ...]) -> Trajectory:
    """The ways of several cameras one after another, their tours numbered on.

    Raises:
        InvalidInputError: one begins before the one in front of it ends.
    """
    ways = [watch.trajectory for watch in watches]
    firsts = first_tours(watches)
    return Trajectory(
        np.concatenate([way.t_ns for way in ways]),
        np.concatenate([way.poses_world_camera for way in ways]),
        np.concatenate([way.tour + first for way, first in zip(ways, firsts, strict=True)]),
    )


def first_tours(watches: tuple[Days, ...]) -> list[int]:
    """The number that each camera's tour 0 has in `joined`."""
    return [sum(watch.trajectory.num_tours for watch in watches[:number]) for number in range(len(watches))]


def _busiest(life: Life, until_ns: int, length_ns: int) -> tuple[str, Span]:
    """Who handles most things in a stretch of the morning, and when that is."""
    done = [event for event in life.between(life.start_ns, until_ns - length_ns) if event.kind in _HANDLED and event.actor]
    first = max(done, key=lambda event: (_num_handled(life, event, length_ns), -event.t_ns))
    start_ns = max(first.t_ns - 10 * NS_PER_S, life.start_ns)
    return first.actor, Span(start_ns, start_ns + length_ns)


def _num_handled(life: Life, first: Event, length_ns: int) -> int:
    """Different things that its actor takes, puts or changes from an event on."""
    events = life.between(first.t_ns, first.t_ns + length_ns)
    return len({event.subject for event in events if event.actor == first.actor and event.kind in _HANDLED})
