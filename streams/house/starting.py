"""How a home stands at 06:30 on the first day, before anybody is up."""

from math import cos, sin

import numpy as np

from streams.house.home import Home, Thing
from streams.house.placing import free_spot
from streams.house.priors import likelihood
from streams.house.world import PersonPose, Placement, WorldState, resting_states

_STREAM = 630
"""Keeps these draws apart from others with the same seed."""

_CROWDED = 0.6
"""Each thing on a surface makes it that much less likely for the next."""


def starting_state(home: Home) -> WorldState:
    """Every thing that is not outside at a likely place, everything closed and off, residents in their beds.

    The same home gives the same state. Owners' things are mostly in their owner's room; nothing touches anything else.
    """
    rng = np.random.default_rng((home.seed, home.attempts, _STREAM))
    state = WorldState({}, resting_states(home), people_in_bed(home))
    inside = [thing for thing in home.things if not thing.outside]
    for thing in sorted(inside, key=lambda thing: -thing.size[0] * thing.size[1]):
        state = WorldState({**state.placements, thing.id: _place(home, state, thing, rng)}, state.states, state.people)
    return state


def people_in_bed(home: Home) -> dict[str, PersonPose]:
    """Each resident with a bedroom on their side of its bed, feet to the foot of the bed."""
    poses = {}
    for resident in home.residents:
        bed = next((piece for piece in home.furniture if piece.kind == "bed" and piece.room == resident.bedroom), None)
        if bed is not None:
            sharing = [other.id for other in home.residents if other.bedroom == resident.bedroom]
            aside = (sharing.index(resident.id) - (len(sharing) - 1) / 2) * 0.5 * bed.size[1]
            x_m, y_m = bed.position[0] - sin(bed.yaw_rad) * aside, bed.position[1] + cos(bed.yaw_rad) * aside
            poses[resident.id] = PersonPose(x_m, y_m, bed.yaw_rad, "lying")
    return poses


def _place(home: Home, state: WorldState, thing: Thing, rng: np.random.Generator) -> Placement:
    """A free spot on a surface drawn by likelihood; where every likely one is full, on any that has room."""
    crowd = [sum(at.holder == surface.id for at in state.placements.values()) for surface in home.surfaces]
    weights = np.array([likelihood(home, thing, surface) for surface in home.surfaces]) * _CROWDED ** np.array(crowd)
    # Exponential races draw without replacement in proportion to the weights.
    arrivals = rng.exponential(size=len(weights)) / weights
    for number in np.argsort(arrivals).tolist():
        spot = free_spot(home, state, home.surfaces[number].id, thing.id, rng)
        if spot is not None:
            return spot
    raise AssertionError(f"{thing.name} {thing.id} fits on no surface of home {home.seed}")
