"""How likely things of a kind stand where: counts from ProcTHOR and, where it knows nothing, our own estimates."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

from mmmem.suggest import known_name
from streams.house.home import Furniture, Home, RoomKind, Surface, Thing

_FITTING = {0: 0.03, 1: 0.4, 2: 1.0}
"""Weight of a kind of room by how fitting it is for a thing."""

_ANYWHERE = 1e-6
"""Weight of a place that no prior knows: where a thing goes when the likely ones are full."""

_OWN_ROOM, _ANOTHERS_ROOM, _SHARED_IN_A_BEDROOM = 8.0, 0.03, 0.3


@dataclass(frozen=True, slots=True)
class Prior:
    """Where things of one kind stand.

    Args:
        rooms: 0 (odd) to 2 (usual) by kind of room.
        places: weight by kind of furniture, or by kind, dot and pattern of surface ("dresser.drawer*").
    """

    rooms: Mapping[str, int]
    places: Mapping[str, float]


@cache
def priors() -> Mapping[str, Prior]:
    """By kind of thing."""
    counted, own = (_table(name) for name in ("priors_procthor.toml", "priors_own.toml"))
    return {kind: _merged(counted.get(kind, {}), own.get(kind, {})) for kind in {**counted, **own}}


def likelihood(home: Home, thing: Thing, surface: Surface) -> float:
    """Weight of a surface as the place of a thing: its kind's prior, the kind of room, and whose room it is.

    Raises:
        UnknownNameError: no prior knows this kind of thing.
    """
    piece = home.piece(surface.id)
    room = home.room(piece.room)
    prior = priors()[known_name(thing.kind, priors(), "kind of thing with a prior")]
    weight = place_weight(prior, piece, surface) or _ANYWHERE
    return weight * _FITTING[_room_fit(prior, room.kind)] * _ownership(home, thing, piece.room)


def place_weight(prior: Prior, piece: Furniture, surface: Surface) -> float:
    """Weight of a surface by the kind of its piece alone, shared out among the surfaces that a pattern means."""
    return sum(
        weight / len(meant)
        for place, weight in prior.places.items()
        if surface.id in (meant := _meant(place, piece))
    )  # fmt: skip


def _meant(place: str, piece: Furniture) -> list[str]:
    """Ids of the surfaces of a piece that a place means; without a pattern its top, or else all that is in plain use."""
    kind, _, pattern = place.partition(".")
    if kind != piece.kind:
        return []
    ids = [surface.id for surface in piece.surfaces]
    if pattern:
        return [id for id in ids if fnmatchcase(id, f"{piece.id}.{pattern}")]
    if piece.kind in ("fridge", "bookshelf"):
        return [id for id in ids if ".shelf" in id]
    if piece.kind == "sink":
        return [f"{piece.id}.in"]
    tops = [id for id in ids if id == f"{piece.id}.on"]
    return tops or ids


def _room_fit(prior: Prior, kind: RoomKind) -> int:
    """What is said of the room; a study is like a living room or bedroom, a hall is odd for most."""
    if kind in prior.rooms:
        return prior.rooms[kind]
    return max(prior.rooms.get("living room", 0), prior.rooms.get("bedroom", 0)) if kind == "study" else 0


def _ownership(home: Home, thing: Thing, room_id: str) -> float:
    sleepers = [resident.id for resident in home.residents if resident.bedroom == room_id]
    if thing.owner in sleepers:
        return _OWN_ROOM
    if not sleepers:
        return 1.0
    return _ANOTHERS_ROOM if thing.owner else _SHARED_IN_A_BEDROOM


def _merged(counted: Mapping[str, Mapping[str, float]], own: Mapping[str, Mapping[str, float]]) -> Prior:
    """Both tables; where both know a place or a room, the larger counts."""
    both = {name: _larger(counted.get(name, {}), own.get(name, {})) for name in ("rooms", "places")}
    return Prior({room: int(fit) for room, fit in both["rooms"].items()}, both["places"])


def _larger(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in (*one, *other)}


def _table(name: str) -> dict[str, dict[str, dict[str, float]]]:
    return tomllib.loads(files("streams.house").joinpath(name).read_text(encoding="utf-8"))
