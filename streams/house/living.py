"""Lets a home be lived in: residents follow their routines, and things happen to them."""

from heapq import heappop, heappush

import numpy as np

from mmmem.clock import MAX_NS, NS_PER_DAY, NS_PER_S, check_ns
from mmmem.errors import InvalidInputError
from streams.house.agenda import Agenda
from streams.house.comings import delivers, hall_surfaces
from streams.house.habits import Habits
from streams.house.home import Home
from streams.house.life import Life
from streams.house.models.things import THING_KINDS
from streams.house.people import Person, Steps
from streams.house.routines import ROLES, Routine
from streams.house.scene import Scene
from streams.house.starting import starting_state
from streams.house.visiting import visits
from streams.house.world import WorldState


def live(home: Home, *, days: int, seed: int, start_ns: int, start_state: WorldState | None = None) -> Life:
    """Some days of a home; the same arguments give the same events, byte for byte.

    Args:
        days: how many days of 24 hours from `start_ns`, at least 1.
        start_ns: when it starts; the hour and the day of the week are those of UTC.
        start_state: how the home stands then, `starting_state(home)` if not given.

    Raises:
        InvalidInputError: fewer than 1 day, or a time that does not fit.
    """
    if days < 1 or check_ns(start_ns, "start_ns") + days * NS_PER_DAY > MAX_NS:
        raise InvalidInputError(f"A life lasts at least 1 day and ends before the year 2262, got days={days} from {start_ns} ns.")
    start = starting_state(home) if start_state is None else start_state
    scene = Scene(home, start, start_ns)
    end_ns = start_ns + days * NS_PER_DAY
    _run(scene, _processes(scene, start, days, seed), end_ns)
    return Life(home, start_ns, end_ns, start, tuple(scene.events))


def _run(scene: Scene, processes: list[Steps], end_ns: int) -> None:
    """Let each process go on when its wait is over, in order of time, until the end."""
    queue = [(scene.now_ns, number) for number in range(len(processes))]
    while queue:
        now_ns, number = heappop(queue)
        if now_ns >= end_ns:
            return
        scene.now_ns = now_ns
        wait_s = next(processes[number], None)
        if wait_s is not None:
            heappush(queue, (now_ns + max(round(wait_s * NS_PER_S), 1), number))


def _processes(scene: Scene, start: WorldState, days: int, seed: int) -> list[Steps]:
    home = scene.home
    categories = {name: kind.category for name, kind in THING_KINDS.items()}
    habits = Habits(home, start, np.random.default_rng([seed, 0]), categories)
    people = [Person(one, scene, habits, np.random.default_rng([seed, 1, n])) for n, one in enumerate(home.residents)]
    residents = [person for person in people if person.resident.bedroom]
    agenda = _agenda(scene, days, np.random.default_rng([seed, 2]))
    roles = np.random.default_rng([seed, 3]).permutation(len(ROLES))
    routines = [Routine(person, ROLES[roles[n % len(ROLES)]], agenda).days() for n, person in enumerate(residents)]
    guests = [visits(person, agenda) for person in people if not person.resident.bedroom]
    return [*routines, *guests, _deliveries(scene, days, np.random.default_rng([seed, 4]))]


def _agenda(scene: Scene, days: int, rng: np.random.Generator) -> Agenda:
    """What will happen on which day: a thing breaks every third day, keys are misplaced, a guest comes about twice a week."""
    residents = tuple(one.id for one in scene.home.residents if one.bedroom)
    agenda = Agenda(residents)
    twins = [one for one in scene.home.things if one.outside and one.twin_of in scene.state.placements]
    replaced = [one.twin_of for one in twins if THING_KINDS[one.kind].breaks]
    for day, thing in zip(
        range(_first_break(scene.day, days), scene.day + days, 3), rng.permutation(replaced).tolist(), strict=False
    ):
        agenda.breaking[day] = (thing, residents[int(rng.integers(len(residents)))])
    for day in range(scene.day, scene.day + days):
        if rng.random() < 0.35:
            agenda.misplacing[day] = residents[int(rng.integers(len(residents)))]
        if rng.random() < (0.5 if (day + 3) % 7 in (4, 5) else 0.12):
            agenda.visits[day] = (float(rng.uniform(18.3, 18.8)), float(rng.choice([22.0, 22.4, 33.5])))
    return agenda


def _first_break(today: int, days: int) -> int:
    """On the first evening of a short life, so that a replacement can still come; else on the second."""
    return today if days <= 3 else today + 1


def _deliveries(scene: Scene, days: int, rng: np.random.Generator) -> Steps:
    """Every parcel that is outside arrives once, one to three days apart, the first after the first thing broke."""
    day = _first_break(scene.day, days)
    for parcel in (thing for thing in scene.home.things if thing.outside and thing.kind == "parcel"):
        day += int(rng.integers(1, 2 if days <= 3 else 3))
        yield max((day * NS_PER_DAY - scene.now_ns) / NS_PER_S + float(rng.uniform(10, 18)) * 3600, 1.0)
        while not delivers(scene, parcel, hall_surfaces(scene), rng):
            yield 3600.0
