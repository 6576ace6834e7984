"""Who lives in a home, and the rooms they need."""

from collections.abc import Sequence

import numpy as np

from mmmem.errors import InvalidInputError
from streams.house.floor_plan import Wanted
from streams.house.home import Resident, Room

NAMES = ("Anna", "Ben", "Chloe")
GUEST = "Dan"
_SHIRTS = {"Anna": "red", "Ben": "blue", "Chloe": "yellow", "Dan": "green"}


def sleepers(rng: np.random.Generator, num_residents: int) -> list[tuple[str, ...]]:
    """Who shares a bedroom with whom: everybody has their own, or Anna and Ben share one.

    Raises:
        InvalidInputError: `num_residents` is not 1, 2 or 3.
    """
    if not 1 <= num_residents <= len(NAMES):
        raise InvalidInputError(f"A home has 1 to {len(NAMES)} residents, not {num_residents}.")
    names = NAMES[:num_residents]
    if num_residents > 1 and rng.random() < 0.4:
        return [names[:2], *((name,) for name in names[2:])]
    return [(name,) for name in names]


def wanted_rooms(rng: np.random.Generator, beds: Sequence[tuple[str, ...]]) -> list[Wanted]:
    """The hall first, then the others; a room for work or guests where bedrooms are few."""
    rooms = [
        Wanted("hall", "hall", 0.0, 1.5),
        Wanted("living room", "living room", rng.uniform(20, 27), 3.9),
        Wanted("kitchen", "kitchen", rng.uniform(12, 18), 3.0),
        Wanted("bathroom", "bathroom", rng.uniform(6.5, 9), 2.1),
    ]
    for names in beds:
        rooms.append(Wanted("bedroom", bedroom_name(names), rng.uniform(12, 16) + 2 * (len(names) - 1), 3.0))
    if len(beds) < 3:
        rooms.append(_spare_room(rng))
    return rooms


def bedroom_name(names: Sequence[str]) -> str:
    """ "Anna's bedroom", "Anna and Ben's bedroom"."""
    return f"{' and '.join(names)}'s bedroom"


def residents_of(rooms: Sequence[Room], beds: Sequence[tuple[str, ...]]) -> tuple[Resident, ...]:
    """Those who live here with their bedrooms, and the guest."""
    room_ids = {room.name: room.id for room in rooms}
    bedrooms = {name: room_ids[bedroom_name(names)] for names in beds for name in names}
    everybody = [*bedrooms, GUEST]
    return tuple(
        Resident(f"P{number}", name, _SHIRTS[name], bedrooms.get(name, "")) for number, name in enumerate(everybody, start=1)
    )


def _spare_room(rng: np.random.Generator) -> Wanted:
    if rng.random() < 0.5:
        return Wanted("study", "study", rng.uniform(9.5, 12), 2.6)
    return Wanted("bedroom", "guest room", rng.uniform(10.5, 13), 2.8)
