"""Where on a surface a thing can stand without touching what stands there already."""

from collections.abc import Iterator
from itertools import product
from math import cos, pi, sin

import numpy as np

from streams.house.footprint import Footprint, footprint, overlaps_any, surface_rectangle, to_world
from streams.house.home import Furniture, Home, Surface, Thing
from streams.house.models.kinds import THING_KINDS
from streams.house.world import Placement, WorldState

GAP_M = 0.01
"""Free space kept between things that stand side by side, and to the rim."""

_TRIES = 40
_ROW_STEP_M = 0.04
_PERSON_M = {"sitting": (0.6, 0.5), "lying": (1.75, 0.5)}
"""Length and width of a person seen from above."""


def free_spot(home: Home, state: WorldState, surface_id: str, thing_id: str, rng: np.random.Generator) -> Placement | None:
    """A place on a surface where a thing fits: inside its rectangle, under its clearance, apart from the other things there.

    Whoever sits or lies there is not put anything upon, except pillows and blankets.
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
    if surface.relation == "on" and THING_KINDS[thing.kind].category != "bedding":
        taken += people_on(piece, state)
    for spot in _spots(piece, surface, thing, rng):
        if not overlaps_any(spot, taken):
            height_m = to_world(piece, surface.centre)[2]
            return Placement(surface.relation, surface.id, (spot.x_m, spot.y_m, height_m), spot.yaw_rad)
    return None


def stood(home: Home, thing_id: str, placement: Placement) -> Footprint:
    """The rectangle that a placed thing covers, seen from above."""
    thing = home.thing(thing_id)
    return Footprint(placement.position[0], placement.position[1], thing.size[0], thing.size[1], placement.yaw_rad)


def people_on(piece: Furniture, state: WorldState) -> list[Footprint]:
    """The rectangles of those who sit or lie on a piece."""
    resting = [pose for pose in state.people.values() if pose.posture != "standing"]
    covered = footprint(piece)
    return [
        Footprint(pose.x_m, pose.y_m, *_PERSON_M[pose.posture], pose.yaw_rad)
        for pose in resting
        if covered.distance_m(np.array([pose.x_m, pose.y_m])) == 0
    ]


def _spots(piece: Furniture, surface: Surface, thing: Thing, rng: np.random.Generator) -> Iterator[Footprint]:
    """Drawn places, most of them nearly square to the piece as people put things down, then places in rows."""
    rectangle = surface_rectangle(piece, surface)
    turns = rng.integers(0, 4, _TRIES) * (pi / 2) + rng.normal(0, 0.15, _TRIES)
    draws = rng.uniform(-0.5, 0.5, (_TRIES, 2))
    for turn, (along, aside) in zip(turns.tolist(), draws.tolist(), strict=True):
        left_x_m, left_y_m = _room_left(surface, thing, turn)
        if left_x_m >= 0 and left_y_m >= 0:
            yield _spot(rectangle, thing, along * left_x_m, aside * left_y_m, turn)
    for turn in (0.0, pi / 2):
        left_x_m, left_y_m = _room_left(surface, thing, turn)
        if left_x_m >= 0 and left_y_m >= 0:
            for x_m, y_m in product(_steps(left_x_m), _steps(left_y_m)):
                yield _spot(rectangle, thing, x_m, y_m, turn)


def _steps(extent_m: float) -> list[float]:
    """From one end of an extent to the other, the middle at 0."""
    steps: list[float] = np.linspace(-extent_m / 2, extent_m / 2, max(2, int(extent_m / _ROW_STEP_M))).tolist()
    return steps


def _room_left(surface: Surface, thing: Thing, turn: float) -> tuple[float, float]:
    """How far the middle of a turned thing can travel along each axis of the surface; negative if it does not fit."""
    c, s = abs(cos(turn)), abs(sin(turn))
    length_m, width_m, _ = thing.size
    return surface.size[0] - c * length_m - s * width_m, surface.size[1] - s * length_m - c * width_m


def _spot(rectangle: Footprint, thing: Thing, along_m: float, aside_m: float, turn: float) -> Footprint:
    """The thing at a place given in the axes of the surface."""
    c, s = cos(rectangle.yaw_rad), sin(rectangle.yaw_rad)
    x_m, y_m = rectangle.x_m + c * along_m - s * aside_m, rectangle.y_m + s * along_m + c * aside_m
    return Footprint(x_m, y_m, thing.size[0], thing.size[1], rectangle.yaw_rad + turn)
