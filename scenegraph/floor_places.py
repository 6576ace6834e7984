"""Places of the floor: the spots from which free space spreads, and which of them one can walk between.

Each is where the floor is widest that no other place covers (the places of Hydra, Hughes et al. 2022, lie on the medial axis
likewise); two are neighbours where the floor next to one touches the floor next to the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from mmmem.clock import Span
from mmmem.types import Assertion
from scenegraph.free_space import CELL_M, Ground
from scenegraph.geometry import Array
from scenegraph.rooms import RoomShape, doors_of

_APART_M = 1.2
_LEAST_M = 0.25
_SAME_M = 0.7
_MOVED_M = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class FloorPlace:
    """A spot on the floor.

    Args:
        at: (2,) metres; `reach_m` is free round it.
        room: id of its room; empty if that is not known.
        beside: ids of the places one can walk to from it without passing another.
        since_ns: when it was first known.
    """

    id: str
    at: Array
    reach_m: float
    room: str
    beside: tuple[str, ...]
    since_ns: int

    def row(self, t_ns: int, source: str) -> Assertion:
        """As a row of the log."""
        at = [round(float(one), 2) for one in self.at]
        value = {"at": at, "reach": round(self.reach_m, 2), "room": self.room, "beside": list(self.beside)}
        return Assertion("place", self.id, Span(t_ns, t_ns + 1), "", value, source=source)

    def differs(self, other: "FloorPlace | None") -> bool:
        """Whether this is worth a row."""
        if other is None or self.room != other.room or self.beside != other.beside:
            return True
        return float(np.linalg.norm(self.at - other.at)) > _MOVED_M


def place_from(said: Assertion, known: FloorPlace | None) -> FloorPlace | None:
    """The place in a row; None if the row says that there is none any more."""
    value = said.value
    if not value:
        return None
    since_ns = said.span.start_ns if known is None else known.since_ns
    at, beside = np.asarray(value["at"], np.float64), tuple(str(id) for id in value["beside"])
    return FloorPlace(said.subject, at, float(value["reach"]), str(value["room"]), beside, since_ns)


def gone(id: str, t_ns: int, source: str) -> Assertion:
    """The row that says that what was a place is none."""
    return Assertion("place", id, Span(t_ns, t_ns + 1), "", {}, source=source)


def floor_places(
    ground: Ground, rooms: Mapping[str, RoomShape], known: Mapping[str, FloorPlace], first_number: int, t_ns: int
) -> list[FloorPlace]:
    """The places of a ground, with the ids of those known before where they are the same; new ones from a number on."""
    free = ground.walk.free
    if not free.any():
        return []
    away = ndimage.distance_transform_edt(free) * CELL_M
    cells = _widest(away)
    if not len(cells):
        return []
    spots = ground.middle(cells)
    ids = _ids(spots, known, first_number)
    seeds = np.ones(ground.shape, np.bool_)
    seeds[cells[:, 0], cells[:, 1]] = False
    nearest = ndimage.distance_transform_edt(seeds, return_distances=False, return_indices=True)
    number = np.zeros(ground.shape, np.int32)
    number[cells[:, 0], cells[:, 1]] = np.arange(1, len(cells) + 1)
    pairs = doors_of(number[nearest[0], nearest[1]], free, ground.origin)
    beside: dict[int, list[str]] = {place: [] for place in range(len(cells))}
    for one, other in pairs:
        beside[one - 1].append(ids[other - 1])
        beside[other - 1].append(ids[one - 1])
    return [
        FloorPlace(
            ids[place],
            spots[place],
            float(away[tuple(cells[place])]),
            _room_at(spots[place], rooms),
            _in_order(beside[place]),
            t_ns,
        )
        for place in range(len(cells))
    ]


def _widest(away: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """(n, 2) cells that lie farthest from walls, and from one another."""
    left, chosen = away.copy(), []
    reach = int(_APART_M / CELL_M)
    i, j = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    disc = i * i + j * j <= reach * reach
    left = np.pad(left, reach)
    while left.max(initial=0.0) >= _LEAST_M:
        row, column = np.unravel_index(int(left.argmax()), left.shape)
        chosen.append((int(row) - reach, int(column) - reach))
        left[row - reach : row + reach + 1, column - reach : column + reach + 1][disc] = 0.0
    return np.array(chosen, np.int64).reshape(-1, 2)


def _ids(spots: Array, known: Mapping[str, FloorPlace], first_number: int) -> list[str]:
    """That of the known place nearest to each, else a new one."""
    pairs = sorted(
        (float(np.linalg.norm(place.at - spot)), number, id) for number, spot in enumerate(spots) for id, place in known.items()
    )
    ids: dict[int, str] = {}
    for away_m, number, id in pairs:
        if away_m < _SAME_M and number not in ids and id not in ids.values():
            ids[number] = id
    fresh = iter(range(first_number, first_number + len(spots)))
    return [ids[number] if number in ids else f"S{next(fresh)}" for number in range(len(spots))]


def _room_at(spot: Array, rooms: Mapping[str, RoomShape]) -> str:
    return next((id for id, shape in rooms.items() if shape.holds(spot[None])[0]), "")


def _in_order(ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(ids), key=lambda id: int(id[1:])))
