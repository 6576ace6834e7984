"""Furniture for each kind of room, arranged as people do: counters in a row, sofa and television opposite, tables by the bed."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from streams.house.arranging import Arrangement, Fitted, Spot
from streams.house.home import Door, Furniture, Room
from streams.house.models.kinds import FURNITURE_KINDS

_CHAIR_SHIFT_M = 0.37
_VIEWING_M = (1.9, 2.2, 2.5, 2.8, 3.2)
"""Free floor between television and sofa."""


def furnish(
    rng: np.random.Generator, rooms: Sequence[Room], doors: Sequence[Door], wall_m: float, num_eaters: int
) -> tuple[Furniture, ...] | None:
    """Pieces for every room; None if something that a home cannot do without fits nowhere.

    Args:
        num_eaters: how many chairs stand at the dining table, 2 to 4.
    """
    arranged = {
        room.id: Arrangement(room, [door for door in doors if room.id in (door.room_a, door.room_b)], wall_m, rng)
        for room in rooms
    }
    kitchens, livings = ([arranged[room.id] for room in rooms if room.kind == kind] for kind in ("kitchen", "living room"))
    if not all(_RECIPES[room.kind](arranged[room.id], room) for room in rooms):
        return None
    order = [*kitchens, *livings] if rng.random() < 0.7 else [*livings, *kitchens]
    if not any(_dine(arrangement, num_eaters) for arrangement in order):
        return None
    for arrangement in arranged.values():
        _extras(arrangement)
    return _named([(arrangement.room, piece) for arrangement in arranged.values() for piece in arrangement.fitted])


def _kitchen(arrangement: Arrangement, room: Room) -> bool:
    """Sink, stove, counter and fridge, side by side as far as the walls allow."""
    row: list[Fitted] = []
    for kind in ("kitchen counter", "sink", "stove", "fridge"):
        beside = arrangement.near(*row) if row else arrangement.far_from_doors
        piece = arrangement.against_wall(kind, beside)
        if piece is None:
            return False
        row.append(piece)
    arrangement.above("kitchen cupboard", row[0], float(arrangement.rng.choice([-0.18, 0.18])))
    return True


def _living_room(arrangement: Arrangement, room: Room) -> bool:
    if not _watch_television(arrangement):
        return False
    sofa = arrangement.fitted[-1]
    table = FURNITURE_KINDS["coffee table"]
    before = Spot(*sofa.spot.ahead((sofa.kind.size[0] + table.size[0]) / 2 + 0.42), sofa.spot.quarter)
    if not arrangement.fits(replace(table, front_m=0.0), before, near=[sofa, *arrangement.fitted]):
        return False
    arrangement.add("coffee table", before)
    return arrangement.against_wall("bookshelf", arrangement.corner_distance) is not None


def _watch_television(arrangement: Arrangement) -> bool:
    """A television at a wall and, opposite, a sofa: at the other wall if that is near enough, else in the open."""
    stand, sofa = FURNITURE_KINDS["tv stand"], FURNITURE_KINDS["sofa"]
    spots = [spot for spot in arrangement.wall_spots(stand) if arrangement.fits(stand, spot)]
    pairs: list[tuple[Spot, Spot]] = []
    for spot in spots:
        for gap_m in _VIEWING_M:
            seat = Spot(*spot.ahead(stand.size[0] / 2 + gap_m + sofa.size[0] / 2), (spot.quarter + 2) % 4)
            if arrangement.fits(sofa, seat):
                pairs.append((spot, seat))
    if not pairs:
        return False
    spot, seat = pairs[int(arrangement.rng.integers(len(pairs)))]
    arrangement.above("television", arrangement.add("tv stand", spot))
    arrangement.add("sofa", seat)
    return True


def _bedroom(arrangement: Arrangement, room: Room) -> bool:
    """A bed with a table at each sleeper's side, and a wardrobe."""
    bed = arrangement.against_wall("bed", _away_and_with_sides(arrangement))
    if bed is None or arrangement.beside("bedside table", bed) is None:
        return False
    if " and " in room.name:
        arrangement.beside("bedside table", bed)
    return arrangement.against_wall("wardrobe", arrangement.corner_distance) is not None


def _bathroom(arrangement: Arrangement, room: Room) -> bool:
    needed = [arrangement.against_wall(kind, arrangement.corner_distance) for kind in ("bathtub", "washing machine", "toilet")]
    basin = arrangement.against_wall("bathroom sink")
    return all(needed) and basin is not None


def _hall(arrangement: Arrangement, room: Room) -> bool:
    front = next(door for door in arrangement.doors if not door.room_b)

    def by_front_door(spot: Spot) -> float:
        return float(np.hypot(spot.x_m - front.x_m, spot.y_m - front.y_m))

    return all(arrangement.against_wall(kind, by_front_door) for kind in ("coat rack", "shoe rack", "console table"))


def _study(arrangement: Arrangement, room: Room) -> bool:
    desk = arrangement.against_wall("desk", arrangement.far_from_doors)
    if desk is None or arrangement.facing("office chair", desk) is None:
        return False
    return arrangement.against_wall("bookshelf", arrangement.corner_distance) is not None


_RECIPES = {
    "kitchen": _kitchen,
    "living room": _living_room,
    "bedroom": _bedroom,
    "bathroom": _bathroom,
    "hall": _hall,
    "study": _study,
}


def _away_and_with_sides(arrangement: Arrangement) -> Callable[[Spot], float]:
    """A bed stands away from the door, with room on both sides."""
    inner = arrangement.inner

    def cost(spot: Spot) -> float:
        along, low, high = (spot.y_m, inner.y0, inner.y1) if spot.quarter % 2 == 0 else (spot.x_m, inner.x0, inner.x1)
        narrow_side = min(along - low, high - along) - FURNITURE_KINDS["bed"].size[1] / 2
        return 0.5 * arrangement.far_from_doors(spot) - min(narrow_side, 0.6)

    return cost


def _dine(arrangement: Arrangement, num_eaters: int) -> bool:
    """A table with chairs on its long sides, where there is floor for all of them and to walk around."""
    table, chair = FURNITURE_KINDS["dining table"], FURNITURE_KINDS["chair"]
    deep = table.size[0] + 2 * (chair.size[0] + 0.05)
    spots = [spot for spot in _dining_spots(arrangement) if arrangement.is_clear(spot, (deep, table.size[1]), 0.1)]
    if not spots:
        return False
    centre = arrangement.room.centre
    distances = [np.hypot(spot.x_m - centre[0], spot.y_m - centre[1]) for spot in spots]
    piece = arrangement.add("dining table", spots[int(np.argmin(distances))])
    turned = Fitted(piece.kind, piece.spot._replace(quarter=(piece.spot.quarter + 2) % 4))
    places = [(side, shift) for shift in (_CHAIR_SHIFT_M, -_CHAIR_SHIFT_M) for side in (piece, turned)]
    for side, shift in places[:num_eaters]:
        arrangement.facing("chair", side, shift)
    return True


def _dining_spots(arrangement: Arrangement) -> list[Spot]:
    inner = arrangement.inner
    return [
        Spot(float(x_m), float(y_m), quarter)
        for quarter in (0, 1)
        for x_m in np.arange(inner.x0 + 0.8, inner.x1 - 0.8, 0.15)
        for y_m in np.arange(inner.y0 + 0.8, inner.y1 - 0.8, 0.15)
    ]


def _extras(arrangement: Arrangement) -> None:
    """What a room may have besides, while there is place."""
    rng = arrangement.rng
    kind = arrangement.room.kind
    if kind == "living room":
        _armchair(arrangement)
    if kind == "bedroom":
        _one_more(arrangement)
    for extra, chance in _EXTRAS.get(kind, ()):
        if rng.random() < chance:
            arrangement.against_wall(extra, arrangement.corner_distance)


_EXTRAS = {
    "kitchen": (("dustbin", 1.0), ("kitchen counter", 0.4)),
    "living room": (("house plant", 0.7), ("floor lamp", 0.8)),
    "bedroom": (("floor lamp", 0.25),),
    "bathroom": (("laundry basket", 1.0),),
    "study": (("dustbin", 0.5), ("floor lamp", 0.4)),
    "hall": (("house plant", 0.3),),
}


def _armchair(arrangement: Arrangement) -> None:
    """Beside the coffee table, facing it from the side."""
    table = next(piece for piece in arrangement.fitted if piece.kind.name == "coffee table")
    for side in arrangement.rng.permutation([-1, 1]):
        place = table.spot.ahead(0.2, float(side) * (table.kind.size[1] / 2 + 0.45 + 0.45))
        spot = Spot(*place, (table.spot.quarter + (3 if side > 0 else 1)) % 4)
        if arrangement.fits(replace(FURNITURE_KINDS["armchair"], front_m=0.0), spot):
            arrangement.add("armchair", spot)
            return


def _one_more(arrangement: Arrangement) -> None:
    """A desk with its chair, a dresser or a bookshelf."""
    for kind in arrangement.rng.permutation(["desk", "dresser", "bookshelf"]).tolist():
        piece = arrangement.against_wall(kind, arrangement.corner_distance)
        if piece is not None:
            if kind == "desk":
                arrangement.facing("office chair", piece)
            return


def _named(pieces: Sequence[tuple[Room, Fitted]]) -> tuple[Furniture, ...]:
    names = _names(pieces)
    return tuple(
        _furniture(f"F{number}", name, room, piece)
        for number, (name, (room, piece)) in enumerate(zip(names, pieces, strict=True), 1)
    )


def _furniture(id: str, name: str, room: Room, piece: Fitted) -> Furniture:
    kind, spot = piece.kind, piece.spot
    surfaces = tuple(replace(surface, id=f"{id}.{surface.id}") for surface in kind.surfaces)
    position = (round(spot.x_m, 3), round(spot.y_m, 3), piece.z_m)
    openings = tuple(opening.name for opening in kind.openings)
    return Furniture(id, kind.name, name, room.id, position, spot.yaw_rad, kind.size, surfaces, openings, kind.switches)


def _names(pieces: Sequence[tuple[Room, Fitted]]) -> list[str]:
    """The kind alone where there is one of it, else with whose it is or its room, else left, right or a number."""
    in_home = Counter(piece.kind.name for _, piece in pieces)
    plain = [piece.kind.name if in_home[piece.kind.name] == 1 else _with_room(room, piece.kind.name) for room, piece in pieces]
    repeated = {name for name, times in Counter(plain).items() if times > 1}
    seen: Counter[str] = Counter()
    names = []
    for name, (room, _) in zip(plain, pieces, strict=True):
        seen[name] += 1
        names.append(_told_apart(name, seen[name], room) if name in repeated else name)
    return names


def _with_room(room: Room, kind: str) -> str:
    if kind in ("chair", "kitchen counter"):
        return kind
    if room.name.endswith("'s bedroom"):
        return f"{room.name.removesuffix('bedroom')}{kind}"
    return f"{room.name.removesuffix(' room') if room.name == 'guest room' else room.name} {kind}"


def _told_apart(name: str, number: int, room: Room) -> str:
    """Two sleepers have a table each; chairs and the like are counted."""
    sleepers = room.name.removesuffix("'s bedroom").split(" and ")
    if name.endswith("bedside table") and number <= len(sleepers):
        return f"{sleepers[number - 1]}'s bedside table"
    return f"{name} {number}"
