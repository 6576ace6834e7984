"""Where on a surface a thing can stand without touching what stands there already."""

from collections.abc import Iterator
from math import pi

import numpy as np

from streams.house.footprint import Footprint, overlaps_any, surface_rectangle, to_world
from streams.house.home import Furniture, Home, Surface, Thing
from streams.house.world import Placement, WorldState

GAP_M = 0.01
"""Free space kept between things that stand side by side, and to the rim."""

_TRIES = 40


def free_spot(home: Home, state: WorldState, surface_id: str, thing_id: str, rng: np.random.Generator) -> Placement | None:
    """A place on a surface where a thing fits: inside its rectangle, under its clearance, apart from the other things there.

    Positions are drawn from `rng`, then tried in rows; None if the thing fits nowhere. The same state and generator give the
    same place.

    Raises:
        UnknownNameError: there is no such surface or thing.
    """
    surface, thing, piece = home.surface(surface_id), home.thing(thing_id), home.piece(surface_id)
    if thing.size[2] > surface.clearance_m:
        return None
    taken = [
        stood(home, other, at).grown(GAP_M)
        for other, at in state.placements.items()
        if at.holder == surface_id and other != thing_id
    ]
    for spot in _spots(piece, surface, thing, rng):
        if not overlaps_any(spot, taken):
            height_m = to_world(piece, surface.centre)[2]
            return Placement(surface.relation, surface.id, (spot.x_m, spot.y_m, height_m), spot.yaw_rad)
    return None


def stood(home: Home, thing_id: str, placement: Placement) -> Footprint:
    """The rectangle that a placed thing covers, seen from above."""
    thing = home.thing(thing_id)
    return Footprint(placement.position[0], placement.position[1], thing.size[0], thing.size[1], placement.yaw_rad)


def _spots(piece: Furniture, surface: Surface, thing: Thing, rng: np.random.Generator) -> Iterator[Footprint]:
    """Drawn places, most of them nearly square to the piece as people put things down, then places in rows."""
    turns = rng.integers(0, 4, _TRIES) * (pi / 2) + rng.normal(0, 0.15, _TRIES)
    draws = rng.uniform(-0.5, 0.5, (_TRIES, 2))
    for turn, draw in zip(turns.tolist(), draws, strict=True):
        room = _room_left(surface, thing, turn)
        if room.min() >= 0:
            yield _spot(piece, surface, thing, draw * room, turn)
    yield from _rows(piece, surface, thing)


def _rows(piece: Furniture, surface: Surface, thing: Thing) -> Iterator[Footprint]:
    for turn in (0.0, pi / 2):
        room = _room_left(surface, thing, turn)
        if room.min() < 0:
            continue
        across, along = (np.linspace(-0.5, 0.5, max(2, int(extent / 0.04))) * extent for extent in room)
        for x_m in across:
            for y_m in along:
                yield _spot(piece, surface, thing, np.array([x_m, y_m]), turn)


def _room_left(surface: Surface, thing: Thing, turn: float) -> np.ndarray:
    """(2,) how far the middle of a turned thing can travel along each axis of the surface; negative if it does not fit."""
    c, s = abs(np.cos(turn)), abs(np.sin(turn))
    covered = np.array([c * thing.size[0] + s * thing.size[1], s * thing.size[0] + c * thing.size[1]])
    left: np.ndarray = np.array(surface.size) - covered
    return left


def _spot(piece: Furniture, surface: Surface, thing: Thing, offset: np.ndarray, turn: float) -> Footprint:
    rectangle = surface_rectangle(piece, surface)
    x_m, y_m = (rectangle.x_m, rectangle.y_m) + offset @ rectangle.axes
    return Footprint(float(x_m), float(y_m), thing.size[0], thing.size[1], float(piece.yaw_rad + turn))
