"""A camera at a resident's eyes that looks at what the hands do."""

from mmmem.clock import Span
from streams.house.life import Life
from streams.house.trajectory import Trajectory


def worn_by(life: Life, resident_id: str, span: Span, hz: float = 2) -> Trajectory:
    """Poses of a camera that a resident wears, while that person is at home; each stretch at home is one tour.

    Args:
        span: when to look; must lie inside the life.
        hz: samples a second.

    Raises:
        UnknownNameError: nobody has this id.
        InvalidInputError: the span reaches outside the life, or `hz` is not above 0.
    """
    raise NotImplementedError
