"""Days of errands in one house: who asks for what and when, what it took, and what the memory was worth."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from apps.robot.asked import wanted_of
from apps.robot.critic import Budget
from apps.robot.deciding import Worth
from apps.robot.driving import Shutter, since_s
from apps.robot.fetching import Errand, Fetcher
from apps.robot.hands import EnvironmentHands
from apps.robot.keeping import RobotMemory
from apps.robot.searching import Search
from apps.robot.seeing import Expectation
from apps.robot.viewpoints import Ways, home_sight, looks_round, viewpoints_of
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR
from mmmem.lazy import require
from mmmem.memory import Memory
from streams.house.home import Home, Thing
from streams.house.noise import noise_level
from streams.house.noisy_detector import NoisyDetector
from streams.house.opening import Backend, open_renderer
from streams.house.placing import free_spot
from streams.house.rendering import Camera
from streams.house.world import WorldState

HOURS = (7.5, 9.0, 11.0, 14.0, 17.0, 18.5, 20.0, 21.5)
"""Of the day, at which somebody asks; whoever is at home then."""

FETCHED = (
    "mug", "phone", "keys", "glasses", "wallet", "book", "remote control", "headphones", "watch", "hairbrush", "ball", "bowl",
)  # fmt: skip
"""Classes of what is asked for: what people mislay, and an arm can hold."""

_HOUSE = "streams.house.registration:mmmem/House-v0"
_FETCH_WORTH = Worth(picture=0.003, metre=0.0006, opening=0.003)
_AGAIN = 3
"""What is believed to be somewhere is looked for there again: one look in four misses what shows well."""
_WHOLE_RANGE = Budget(plans=6, deeds=90, same=2, seconds=1800.0)


@dataclass(frozen=True, slots=True)
class Told:
    """One errand and what it took; path in metres, seconds of the world's time."""

    day: int
    asked: str
    brought: bool
    left: bool
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
        shutter: of the environment's renderer.
    """

    def __init__(self, env: Any, noise: str = "moderate", shutter: Shutter | None = None) -> None:
        self.env, self.home, self.noise, self.shutter = env, env.home, noise, shutter
        self.places, self.floor, self.sight = home_sight(env.home, env.camera)
        self.views = viewpoints_of(self.places, self.floor, self.sight)
        self.search = Search(
            self.views, Ways(self.floor, self.views), self.places, Expectation(), worth=_FETCH_WORTH, again=_AGAIN
        )
        self.rounds = {room.id: looks_round(room.id, self.floor, self.sight) for room in self.home.rooms}
        door = next(door.id for door in self.home.doors if not door.room_b)
        self.dock = self.floor.standing_spot(door)

    @staticmethod
    def open(seed: int, days: int, *, noise: str = "moderate", backend: Backend = "auto") -> "House":
        """`mmmem/House-v0` of a seed, reset, with eyes that are shut while it drives.

        Raises:
            UnknownNameError: no such level of noise.
            MissingExtraError: Gymnasium or MuJoCo is not installed.
        """
        noise_level(noise)  # before a house is built
        gymnasium = require("gymnasium", extra="house", purpose="A robot in a house")
        shutters: list[Shutter] = []

        def draw(home: Home, camera: Camera) -> Shutter:
            shutters.append(Shutter(open_renderer(home, camera, backend=backend), camera))
            return shutters[0]

        env = gymnasium.make(_HOUSE, seed=seed, days=days, draw=draw, disable_env_checker=True).unwrapped
        env.reset(seed=seed)
        return House(env, noise, shutters[0])

    def snapshot(self) -> tuple[Any, ...]:
        """The world as it stands, to be set back to."""
        world = self.env.world
        return world.state, world.now_ns, world.num_acts, set(world.astray)

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """Set the world back."""
        world = self.env.world
        world.state, world.now_ns, world.num_acts = snapshot[:3]
        world.astray = set(snapshot[3])

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
        *_at_dock(house), places=house.places, floor=house.floor, sight=house.sight, detector=detector, shutter=house.shutter,
        keep=memory.see,
        first_index=first,
    )  # fmt: skip
    start_ns = hands.now_ns
    takes = _Recipient(house, errand.person, thing)
    fetcher = Fetcher(
        hands, memory, house.search, house.views, rounds=house.rounds, accepts=takes.has_it, budget=_WHOLE_RANGE
    )  # fmt: skip
    told = fetcher.run(errand)
    if hands.carried:
        hands.put_down()
    effort = hands.effort
    return Told(
        day, f"{errand.person}: {errand.wanted.name}", told.brought, told.left, told.why, effort.pictures, effort.path_m,
        since_s(start_ns, hands), effort.openings, tuple(told.log), tuple(effort.trail),
    )  # fmt: skip


class _Recipient:
    """Whoever asked: looks at what the robot hands over, and puts it down if it is what was meant."""

    def __init__(self, house: House, name: str, thing: Thing) -> None:
        self._house, self._thing = house, thing
        self._person = next(one.id for one in house.home.residents if one.name == name)

    def has_it(self, errand: Errand) -> bool:
        """Whether they were given what they asked for; it is put onto the nearest free surface, what is wrong is handed back."""
        world = self._house.env.world
        given = [thing for thing, at in world.state.placements.items() if at.holder == self._person]
        right = self._thing.id in given
        for thing in given:
            if thing in world.astray:
                self._put_down(thing)
        return right

    def _put_down(self, thing: str) -> None:
        home, world = self._house.home, self._house.env.world
        at = world.state.people[self._person]
        room, rng = home.room_at(at.x_m, at.y_m), np.random.default_rng(world.num_acts)
        pieces = [piece for piece in home.furniture if room is not None and piece.room == room.id]
        pieces.sort(key=lambda piece: (piece.position[0] - at.x_m) ** 2 + (piece.position[1] - at.y_m) ** 2)
        plain = [one for piece in pieces for one in piece.surfaces if not one.behind and one.relation == "on"]
        for surface in plain:
            spot = free_spot(home, world.state, surface.id, thing, rng)
            if spot is not None:
                world.act("put", thing, placement=spot)
                return


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
