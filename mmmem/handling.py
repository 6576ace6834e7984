"""That a thing was picked up and put down again, as annotations and trackers tell it."""

from dataclasses import dataclass

from mmmem.clock import check_ns
from mmmem.errors import InvalidInputError
from mmmem.types import check_text


@dataclass(frozen=True, slots=True)
class Handled:
    """One thing, and every time it was moved.

    Args:
        key: identity given by the source, unique in it and never given twice.
        name: what the source calls it ("bowl2").
        moves: when it was picked up and when it was put down, in the order in which it was put down.
    """

    key: str
    name: str
    moves: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        check_text(self.key, "Handled.key")
        check_text(self.name, "Handled.name")
        for picked_up_ns, put_down_ns in self.moves:
            check_ns(picked_up_ns, "Handled.moves")
            check_ns(put_down_ns, "Handled.moves")
            if put_down_ns <= picked_up_ns:
                raise InvalidInputError(
                    f"{self.name!r} would be put down at {put_down_ns}, not after it was picked up ({picked_up_ns})."
                )
        downs = [put_down_ns for _, put_down_ns in self.moves]
        if downs != sorted(downs):
            raise InvalidInputError(f"Moves of {self.name!r} must be in the order in which it was put down.")
