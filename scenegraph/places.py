"""Places without depth: pictures that look alike are of one place, and coming back to it is seen as such.

A picture continues the present place while it looks like the first picture of it; else it is of the known place that it is most
like, and if it is like none, of a new one. Vectors are a keyframe encoder's, of unit length.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError

Vector = NDArray[np.float32]


@dataclass(slots=True, eq=False)
class Place:
    """Somewhere that was seen, and each visit to it.

    Args:
        id: "S1", "S2", in the order in which they were first seen.
        first: (d,) of its first picture.
        visits: [first, last] time in ns of each.
    """

    id: str
    first: Vector
    visits: list[list[int]] = field(default_factory=list)

    def likeness(self, vector: Vector) -> float:
        """Cosine with its first picture."""
        return float(self.first @ vector)


class Places:
    """Places of one vector space.

    Args:
        like: cosine from which a picture is of a place seen before; depends on the encoder (0.7 for the classical one).
        gap_ns: after so long without a picture a visit is over.
        new_id: gives ids to new places; by default "S1", "S2".
    """

    def __init__(
        self,
        *,
        like: float = 0.7,
        gap_ns: int = 30_000_000_000,
        new_id: Callable[[], str] | None = None,
    ) -> None:
        if not 0 < like < 1:
            raise InvalidInputError(f"Places need 0 < like < 1, got like={like}.")
        self.like, self.gap_ns = like, gap_ns
        self.places: list[Place] = []
        self._new_id = new_id if new_id is not None else lambda: f"S{len(self.places) + 1}"
        self._here: Place | None = None

    def see(self, t_ns: int, vector: Vector) -> Place:
        """The place that a picture, given as its (d,) vector of unit length, is of."""
        place = self._place_of(t_ns, vector)
        if place is self._here and t_ns - place.visits[-1][1] <= self.gap_ns:
            place.visits[-1][1] = t_ns
        else:
            place.visits.append([t_ns, t_ns])
        self._here = place
        return place

    def _place_of(self, t_ns: int, vector: Vector) -> Place:
        here = self._here
        # Compared with a place's first picture, so that a walk whose pictures change little by little is not one place.
        if here is not None and t_ns - here.visits[-1][1] <= self.gap_ns and here.likeness(vector) >= self.like:
            return here
        scored = [(place.likeness(vector), place) for place in self.places]
        cosine, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best is not None and cosine >= self.like:
            return best
        self.places.append(Place(self._new_id(), vector))
        return self.places[-1]
