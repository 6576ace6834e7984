"""Where things may lie in a home of which there is no plan: squares of floor with furniture on them, as far as it was seen."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from apps.robot.known_floor import KnownFloor
from apps.robot.places import Array
from apps.robot.viewpoints import FARTHEST_M
from scenegraph.sightings import Sighting
from streams.house.priors import priors
from streams.house.viewpoints import CAMERA_HEIGHT_M

SIDE_M = 0.8
_SHOWS = 0.7
"""Of what lies on a square that is in view, so much is not hidden by what else lies there."""
_HALF_ACROSS, _HALF_UP = 0.6, 0.45
_HEIGHT_M = 0.7
_NEAREST_M = 0.3
_LEAST_CELLS = 4
_NO_PLACE = frozenset(("door", "window", "rug", "carpet", "lamp", "floor lamp", "mirror", "curtain", "plant", "potted plant"))
_SHUT_IN = ("drawer", "door")
UNKNOWN_WEIGHT = 0.04
"""Of a square with something that was not recognised: a home has some 25 pieces that hold things."""
_KNOWN_REST = 0.25
"""Of that weight is left to a square whose furniture was recognised; twice as much to another."""

Square = tuple[int, int]


class Spots:
    """Squares by number, in the order in which they were found; a number never changes."""

    def __init__(self) -> None:
        self._numbers: dict[Square, int] = {}
        self._kinds: list[set[str]] = []

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def middles(self) -> Array:
        """(n, 2) metres."""
        return (np.array(list(self._numbers), float).reshape(-1, 2) + 0.5) * SIDE_M

    def learn(self, floor: KnownFloor, sightings: Iterable[Sighting]) -> None:
        """Take in what stands on the floor, and the furniture that was recognised in a picture."""
        cells = np.argwhere(floor.low)
        squares, counts = np.unique(np.floor(floor.ground.middle(cells) / SIDE_M).astype(int), axis=0, return_counts=True)
        for square in squares[counts >= _LEAST_CELLS].tolist():
            self._number((square[0], square[1]))
        for one in sightings:
            if one.layer == "furniture" and one.at is not None and one.kind not in _NO_PLACE:
                self._kinds[self._number(_square(one.at))].add(one.kind)

    def at(self, point: Iterable[float], opened: Iterable[int] = ()) -> int:
        """Number of the square that a thing is on, found now if it was not before."""
        return self._number(_square(list(point)))

    def weights(self, kind: str) -> Array:
        """(n,) how likely a thing of a class is on each square, from where such things are in homes in general."""
        prior = priors().get(kind)
        shares = {} if prior is None else _open_to_view(prior.places)
        each = {piece: share / max(sum(piece in kinds for kinds in self._kinds), 1) for piece, share in shares.items()}
        known = [max((each.get(piece, 0.0) for piece in kinds), default=0.0) for kinds in self._kinds]
        rest = [_KNOWN_REST if kinds else 2 * _KNOWN_REST for kinds in self._kinds]
        weights: Array = UNKNOWN_WEIGHT * np.array(rest, float) + np.array(known, float)
        return weights

    def shown(self, stance: tuple[float, float, float], pitch_rad: float, floor: KnownFloor) -> tuple[Array, Array]:
        """(n,) share of each square that a look shows, and (n,) metres to it, infinite where none of it does."""
        x, y, yaw = stance
        offset = self.middles - (x, y)
        away = np.hypot(*offset.T)
        across = (np.arctan2(offset[:, 1], offset[:, 0]) - yaw + np.pi) % (2 * np.pi) - np.pi
        up = np.arctan2(_HEIGHT_M - CAMERA_HEIGHT_M, np.maximum(away, 0.05)) - pitch_rad
        inside = (np.abs(across) < _HALF_ACROSS) & (np.abs(up) < _HALF_UP) & (away > _NEAREST_M) & (away < FARTHEST_M)
        clear = np.zeros(len(away), np.bool_)
        rows = np.nonzero(inside)[0]
        if len(rows):
            clear[rows] = floor.sees((x, y), self.middles[rows])
        return np.where(clear, _SHOWS, 0.0), np.where(clear, away, np.inf)

    def per_m2(self, floor: KnownFloor) -> float:
        """Squares for each square metre of a home that was seen; starts from what homes have in general."""
        return (len(self) + 5.0) / (floor.seen_m2 + 10.0)

    def _number(self, square: Square) -> int:
        if square not in self._numbers:
            self._numbers[square] = len(self._numbers)
            self._kinds.append(set())
        return self._numbers[square]


def _square(point: Sequence[float] | NDArray[np.float64]) -> Square:
    return int(np.floor(point[0] / SIDE_M)), int(np.floor(point[1] / SIDE_M))


def _open_to_view(places: Mapping[str, float]) -> dict[str, float]:
    """Share of each kind of furniture, without what is behind doors and in drawers."""
    found: dict[str, float] = {}
    for place, weight in places.items():
        kind, _, surface = place.partition(".")
        if not surface.startswith(_SHUT_IN):
            found[kind] = found.get(kind, 0.0) + weight
    whole = max(sum(found.values()), 1e-9)
    return {kind: weight / whole for kind, weight in found.items()}
