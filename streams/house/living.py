"""Lets a home be lived in: residents follow their routines, and things happen to them."""

from streams.house.home import Home
from streams.house.life import Life
from streams.house.world import WorldState


def live(home: Home, *, days: int, seed: int, start_ns: int, start_state: WorldState | None = None) -> Life:
    """Some days of a home; the same arguments give the same events, byte for byte.

    Args:
        days: how many days of 24 hours from `start_ns`, at least 1.
        start_ns: when it starts; the hour and the day of the week are those of UTC.
        start_state: how the home stands then, `starting_state(home)` if not given.

    Raises:
        InvalidInputError: fewer than 1 day.
    """
    raise NotImplementedError
