"""A home from a seed: rooms, furniture, things and the people who live there."""

from streams.house.home import Home


def build_home(seed: int, *, num_residents: int = 3) -> Home:
    """The home of a seed: the same seed gives the same home, and every room and surface of it can be reached.

    Args:
        num_residents: how many live here, 1 to 3 (Anna, Ben, Chloe); Dan, a guest, is in `residents` too, without a bedroom.

    Raises:
        InvalidInputError: `num_residents` is out of range.
    """
    raise NotImplementedError(seed, num_residents)
