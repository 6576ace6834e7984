"""Days of errands in one house: who asks for what and when, what it took, and what the memory was worth."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from apps.robot.asked import wanted_of
from apps.robot.critic import Budget
from apps.robot.deciding import Worth
from apps.robot.fetching import Errand, Fetcher
from apps.robot.hands import EnvironmentHands, since_s
from apps.robot.keeping import RobotMemory
from apps.robot.searching import Search
from apps.robot.viewpoints import Sight, Ways, home_sight, viewpoints_of
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR
from mmmem.memory import Memory
from streams.house.home import Home, Thing
from streams.house.noise import noise_level
from streams.house.noisy_detector import NoisyDetector
from streams.house.world import WorldState

HOURS = (8.0, 11.0, 14.0, 17.5, 19.0, 20.5)
"""Of the day, at which somebody asks; whoever is at home then."""

FETCHED = (
    "mug",
    "phone",
    "keys",
    "glasses",
    "wallet",
    "book",
    "remote control",
    "headphones",
    "watch",
    "hairbrush",
    "ball",
    "bowl",
)
"""Classes of what is asked for: what people mislay, and an arm can hold."""

_FETCH_WORTH = Worth(picture=0.008, metre=0.0015, opening=0.008)
_WHOLE_RANGE = Budget(plans=6, deeds=90, same=2, seconds=1800.0)


@dataclass(frozen=True, slots=True)
class Told:
    """One errand and what it took; path in metres, seconds of the world's time."""

    day: int
    asked: str
    brought: bool
    why: str
    pictures: int
    path_m: float
    seconds: float
    openings: int
    log: tuple[str, ...]
    trail: tuple[tuple[float, float], ...] = field(repr=False, default=())


class House:
    """A `HouseEnvironment` with what the robot knows of it from its plan.

    Args:
        env: not reset yet.
        noise: of its eyes.
    """

    def __init__(self, env: Any, noise: str = "moderate") -> None:
        self.env, self.home, self.noise = env, env.home, noise
        self.places, self.floor, self.sight = home_sight(env.home, env.camera)
        self.views = viewpoints_of(self.places, self.floor, self.sight)
        self.search = Search(self.views, Ways(self.floor, self.views), self.places, _expectation(), worth=_FETCH_WORTH)
        door = next(door.id for door in self.home.doors if not door.room_b)
        self.dock = self.floor.standing_spot(door)

    def memory(self, memory: Memory) -> RobotMemory:
        """The robot's own view of a memory."""
        return RobotMemory(memory, self.places, self.sight, calendar=self.env.calendar, start_ns=self.env.life.start_ns)

    def errands(self, day: int, things: list[Thing]) -> Iterator[tuple[int, Thing]]:
        """When and what is asked for on a day, from 0."""
        midnight_ns = (self.env.life.start_ns // NS_PER_DAY + day) * NS_PER_DAY
        for hour, thing in zip(HOURS, things, strict=False):
            yield midnight_ns + round(hour * NS_PER_HOUR), thing


def fetchable(home: Home, rng: np.random.Generator, num: int) -> list[Thing]:
    """Things that look like no other and are asked for, in an order drawn."""
    looks = Counter((thing.kind, thing.colour) for thing in home.things)
    fit = [one for one in home.things if one.kind in FETCHED and looks[one.kind, one.colour] == 1 and not one.outside]
    return [fit[number] for number in rng.permutation(len(fit))[:num].tolist()]


def run_day(
    house: House, memory: RobotMemory, day: int, things: list[Thing], tell: Callable[[Told], object] = lambda told: None
) -> list[Told]:
    """The errands of one day; the robot waits at its dock in between. The environment must stand at or before the first hour."""
    done = []
    for number, (t_ns, thing) in enumerate(house.errands(day, things)):
        world = house.env.world
        if t_ns < world.now_ns or t_ns >= house.env.life.end_ns:
            continue
        world.go_on(t_ns)
        errand = _errand(house.home, world.state, thing)
        if errand is not None:
            done.append(_run(house, memory, errand, thing, (day, number)))
            tell(done[-1])
    memory.flush(house.env.world.now_ns)
    return done


def _run(house: House, memory: RobotMemory, errand: Errand, thing: Thing, when: tuple[int, int]) -> Told:
    day, number = when
    detector = NoisyDetector(noise_level(house.noise), house.home.seed * 100 + day, house.home)
    first = (1 + day) * 1_000_000 + number * 10_000
    hands = EnvironmentHands(
        *_at_dock(house), places=house.places, floor=house.floor, sight=house.sight, detector=detector, keep=memory.see,
        first_index=first,
    )  # fmt: skip
    start_ns = hands.now_ns
    person = next(one.id for one in house.home.residents if one.name == errand.person)
    has_it = lambda _: house.env.world.state.holder_of(thing.id) == person  # noqa: E731  # the person's own eyes
    told = Fetcher(hands, memory, house.search, house.views, accepts=has_it, budget=_WHOLE_RANGE).run(errand)
    if hands.carried:
        hands.put_down()
    effort = hands.effort
    return Told(
        day, f"{errand.person}: {errand.wanted.name}", told.brought, told.why, effort.pictures, effort.path_m,
        since_s(start_ns, hands), effort.openings, tuple(told.log), tuple(effort.trail),
    )  # fmt: skip


def _at_dock(house: House) -> tuple[Any, Any, Any]:
    """The environment with the robot at its dock, the world as it stands."""
    env = house.env
    env.robot = replace(env.robot, x_m=house.dock[0], y_m=house.dock[1], yaw_rad=house.dock[2])
    observation, _, _, _, info = env.step("look_up")
    return env, observation, info


def _errand(home: Home, state: WorldState, thing: Thing) -> Errand | None:
    """Its owner asks if at home and awake, else whoever is; nobody asks for what they hold, or for what is not there."""
    holder = state.holder_of(thing.id)
    if not holder or holder in state.people:
        return None
    awake = [one for one in home.residents if one.id in state.people and state.people[one.id].posture != "lying"]
    asking = next((one for one in awake if one.id == thing.owner), awake[0] if awake else None)
    if asking is None:
        return None
    at = state.people[asking.id]
    room = home.room_at(at.x_m, at.y_m)
    return None if room is None else Errand(wanted_of(home, thing), asking.name, room.id)


def _expectation() -> Any:
    from apps.robot.seeing import Expectation

    return Expectation()


__all__ = ["FETCHED", "HOURS", "House", "Sight", "Told", "fetchable", "run_day"]
