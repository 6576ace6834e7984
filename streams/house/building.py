"""A home from a seed: rooms, furniture, things and the people who live there."""

from dataclasses import replace
from itertools import count

import numpy as np

from mmmem.errors import InvalidInputError
from streams.house.belongings import belongings
from streams.house.floor import Floor
from streams.house.floor_plan import draw_floor_plan
from streams.house.furnishing import furnish
from streams.house.home import Home
from streams.house.household import residents_of, sleepers, wanted_rooms


def build_home(seed: int, *, num_residents: int = 3) -> Home:
    """The home of a seed: the same seed gives the same home, and every room and surface of it can be reached.

    A plan in which something cannot be reached is thrown away and drawn again; `Home.attempts` says how many it took.

    Args:
        num_residents: how many live here, 1 to 3 (Anna, Ben, Chloe); Dan, a guest, is in `residents` too, without a bedroom.

    Raises:
        InvalidInputError: `num_residents` is out of range, or the seed is negative.
    """
    if seed < 0:
        raise InvalidInputError(f"A seed is a whole number from 0, not {seed}.")
    for attempt in count(1):
        rng = np.random.default_rng((seed, attempt))
        empty = _furnished(rng, seed, num_residents)
        if empty is not None and not unreachable(empty):
            return replace(empty, things=belongings(rng, empty), attempts=attempt)
    raise AssertionError("unreachable: counting never ends")


def unreachable(home: Home) -> list[str]:
    """Ids of the rooms and surfaces that a walker cannot get to."""
    floor = Floor(home)
    ids = [room.id for room in home.rooms] + [surface.id for surface in home.surfaces]
    return [id for id in ids if not floor.reaches(id)]


def _furnished(rng: np.random.Generator, seed: int, num_residents: int) -> Home | None:
    """Rooms, furniture and residents, no things yet; None if the furniture does not fit."""
    beds = sleepers(rng, num_residents)
    rooms, doors = draw_floor_plan(rng, wanted_rooms(rng, beds))
    shell = Home(seed, rooms, doors, (), (), residents_of(rooms, beds))
    furniture = furnish(rng, rooms, doors, shell.wall_thickness_m, num_residents + 1)
    return None if furniture is None else replace(shell, furniture=furniture)
