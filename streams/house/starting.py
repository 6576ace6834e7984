"""How a home stands at 06:30 on the first day, before anybody is up."""

from streams.house.home import Home
from streams.house.world import WorldState


def starting_state(home: Home) -> WorldState:
    """Every thing that is not outside at a likely place, everything closed and off, residents in their beds.

    The same home gives the same state.
    """
    raise NotImplementedError(home.seed)
