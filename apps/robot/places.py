"""The places of a home that can hold things, as a robot knows them from its plan: each is what one look can take in."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mmmem.suggest import known_name
from streams.house.footprint import surface_rectangle, to_world
from streams.house.home import Furniture, Home, Surface

Array = NDArray[np.float64]

_ABOVE_M = 0.05
_BESIDE_M = 0.12
_BELOW_M, _OVER_M = 0.12, 0.35
_SLIDE_M = 0.45
"""What lies in a drawer comes out with it, by this much at most."""
_GRID = (-0.36, 0.0, 0.36)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The surfaces of a piece of furniture that are open to view, or those behind one of its doors.

    Args:
        id: of the piece, and of the opening if there is one: "F3", "F8:door".
        name: in words: "fridge", "inside the fridge (door)".
        behind: name of the opening, or empty.
        points: (n, 3) metres, where things on its surfaces would be seen.
        levels: row of `points` by surface, (m,) first rows and one past the last.
    """

    id: str
    piece: Furniture
    name: str
    behind: str
    surfaces: tuple[Surface, ...]
    points: Array

    @property
    def room(self) -> str:
        """Id of its room."""
        return self.piece.room


class Places:
    """All places of a home, in order of their furniture; `index` gives their number by id."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.all: tuple[Place, ...] = tuple(place for piece in home.furniture for place in _of_piece(piece))
        self.index = {place.id: number for number, place in enumerate(self.all)}

    def __len__(self) -> int:
        return len(self.all)

    def __getitem__(self, number: int) -> Place:
        return self.all[number]

    def of_piece(self, piece_id: str) -> tuple[int, ...]:
        """Numbers of the places of a piece of furniture.

        Raises:
            UnknownNameError: no such piece, or nothing can be put there.
        """
        known_name(piece_id, {place.piece.id for place in self.all}, "piece with surfaces")
        return tuple(number for number, place in enumerate(self.all) if place.piece.id == piece_id)

    def of_surface(self, surface_id: str) -> int | None:
        """Number of the place that a surface belongs to; None if it is no surface."""
        return self._by_surface.get(surface_id)

    def at(self, point: Iterable[float], opened: Iterable[int] = ()) -> int | None:
        """The place whose surface a thing at a point stands on; None if it is on none.

        Args:
            point: (3,) metres, the middle of the thing.
            opened: numbers of the places that stand open; what is in the others is not seen.
        """
        x, y, z = (float(value) for value in point)
        is_open = set(opened)
        best: tuple[float, int] | None = None
        for number, place in enumerate(self.all):
            if place.behind and number not in is_open:
                continue
            for surface in place.surfaces:
                miss = _miss(place, surface, (x, y, z))
                if miss is not None and (best is None or miss < best[0]):
                    best = (miss, number)
        return None if best is None else best[1]

    @cached_property
    def _by_surface(self) -> dict[str, int]:
        return {surface.id: number for number, place in enumerate(self.all) for surface in place.surfaces}


def _of_piece(piece: Furniture) -> list[Place]:
    places = []
    for behind in dict.fromkeys(surface.behind for surface in piece.surfaces):
        surfaces = tuple(one for one in piece.surfaces if one.behind == behind)
        name = piece.name if not behind else f"{piece.name} ({behind})"
        points = np.concatenate([_points(piece, one) for one in surfaces])
        places.append(Place(f"{piece.id}:{behind}" if behind else piece.id, piece, name, behind, surfaces, points))
    return places


def _points(piece: Furniture, surface: Surface) -> Array:
    """(9, 3) metres, on a grid a little over a surface; what is in a drawer is seen once it is out."""
    cx, cy, cz = surface.centre
    out_m = 0.7 * surface.size[0] if surface.behind.startswith("drawer") else 0.0
    spots = [
        to_world(piece, (cx + out_m + along * surface.size[0], cy + aside * surface.size[1], cz + _ABOVE_M))
        for along in _GRID
        for aside in _GRID
    ]
    return np.array(spots)


def _miss(place: Place, surface: Surface, point: tuple[float, float, float]) -> float | None:
    """How badly a point fits a surface, metres; None if it does not stand on it."""
    rectangle = surface_rectangle(place.piece, surface)
    height_m = place.piece.position[2] + surface.centre[2]
    above_m = point[2] - height_m
    if not -_BELOW_M <= above_m <= max(_OVER_M, surface.clearance_m if surface.behind else _OVER_M):
        return None
    local = rectangle.local(np.array(point[:2]))
    reach_m = _SLIDE_M if surface.behind.startswith("drawer") else 0.0
    along_m = max(-local[0] - rectangle.length_m / 2, local[0] - rectangle.length_m / 2 - reach_m, 0.0)
    aside_m = max(abs(local[1]) - rectangle.width_m / 2, 0.0)
    beside_m = float(np.hypot(along_m, aside_m))
    if beside_m > _BESIDE_M:
        return None
    return beside_m + 0.5 * abs(above_m) - (0.05 if surface.behind else 0.0)
