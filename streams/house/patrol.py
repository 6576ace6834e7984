"""A robot that tours the rooms at set hours and looks at every large surface."""

from collections.abc import Sequence

from streams.house.life import Life
from streams.house.trajectory import Trajectory


def patrol(
    life: Life,
    *,
    tours_per_day: int = 2,
    tour_s: float = 600,
    hz: float = 2,
    seed: int = 0,
    start_hours: Sequence[float] = (8.5, 18.5),
) -> Trajectory:
    """Poses of the robot's camera on its tours, 1.25 m high and pitched down by 18 degrees.

    Args:
        tours_per_day: how many of `start_hours` are used; more than there are hours is an error.
        tour_s: how long a tour lasts; it goes round again while there is time left.
        hz: samples a second.
        start_hours: hours of the day (UTC) at which tours start, rising.

    Raises:
        InvalidInputError: a number out of range, or tours that overlap.
    """
    raise NotImplementedError
