"""Rooms from free space: what stays together when walls grow until they close the doors.

The distance of every free cell from the next wall is cut at several heights; over which range of them the number of pieces stays
the same longest is the plateau (Hydra, Hughes et al. 2022, dilates obstacles likewise), and its pieces are the rooms' seeds. From
there rooms grow back over the free space, widest passages first, and meet in the doors.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import compress, decompress

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mmmem.clock import Span
from mmmem.types import Assertion
from scenegraph.free_space import CELL_M, Ground
from scenegraph.geometry import Array

Mask = NDArray[np.bool_]
Labels = NDArray[np.int32]
_CUTS_M = tuple(round(0.3 + 0.05 * place, 2) for place in range(15))
_DOOR_M = 0.5
_MIN_SEED_M2 = 0.15
_MIN_ROOM_M2 = 1.5
_BEYOND_M = 0.7
_SAME = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class RoomShape:
    """The cells of a room.

    Args:
        origin: (2,) grid cell of the lower corner, counted in `CELL_M` from the world's origin.
        cells: (w, h) bool.
        free_m2: how much of it is known to be free.
        doors: ((x, y), id of the room beyond), metres.
    """

    id: str
    origin: NDArray[np.int64]
    cells: Mask
    t_ns: int
    doors: tuple[tuple[tuple[float, float], str], ...] = ()

    def holds(self, points: Array) -> Mask:
        """(n,) whether (n, 2) points lie in it."""
        at = np.floor(points / CELL_M).astype(np.int64) - self.origin
        inside = ((at >= 0) & (at < np.array(self.cells.shape))).all(axis=1)
        held: Mask = np.zeros(len(points), np.bool_)
        held[inside] = self.cells[at[inside, 0], at[inside, 1]]
        return held

    @property
    def area_m2(self) -> float:
        """Square metres."""
        return float(self.cells.sum()) * CELL_M**2

    @property
    def middle(self) -> Array:
        """(2,) metres, the mean of its cells."""
        mean: Array = (np.argwhere(self.cells).mean(axis=0) + self.origin + 0.5) * CELL_M
        return mean

    def row(self, source: str) -> Assertion:
        """As a row of the log."""
        packed = b64encode(compress(np.packbits(self.cells).tobytes(), 9)).decode()
        value = {
            "origin": self.origin.tolist(),
            "shape": list(self.cells.shape),
            "cells": packed,
            "doors": [[round(x, 2), round(y, 2), beyond] for (x, y), beyond in self.doors],
        }
        return Assertion("room", self.id, Span(self.t_ns, self.t_ns + 1), "", value, source=source)


def room_from(said: Assertion) -> RoomShape:
    """The shape in a row."""
    value = said.value
    shape = (int(value["shape"][0]), int(value["shape"][1]))
    bits = np.unpackbits(np.frombuffer(decompress(b64decode(value["cells"])), np.uint8), count=shape[0] * shape[1])
    doors = tuple(((float(x), float(y)), str(beyond)) for x, y, beyond in value["doors"])
    return RoomShape(
        said.subject, np.asarray(value["origin"], np.int64), bits.reshape(shape).astype(np.bool_), said.span.start_ns, doors
    )


def segmented(ground: Ground) -> Labels:
    """(w, h) number from 1 of the room of each cell of a ground; 0 outside."""
    free = _without_specks(ground.sight.free, ground.sight.occupied)
    if not free.any():
        return np.zeros(ground.shape, np.int32)
    away = ndimage.distance_transform_edt(free) * CELL_M
    seeds = _seeds(away)
    rooms = _grown(seeds, free, away)
    return _with_walls(_without_closets(rooms), ground)


def _without_specks(free: Mask, occupied: Mask) -> Mask:
    """Free cells, with the small gaps between rays closed where nothing stands."""
    closed = ndimage.binary_closing(free, iterations=2) & ~occupied
    labels, num = ndimage.label(~closed)
    if num:
        sizes = ndimage.sum_labels(np.ones_like(labels), labels, np.arange(1, num + 1))
        # Lamps and chair backs stand in a room; they part nothing.
        small = np.flatnonzero(sizes * CELL_M**2 < 0.2) + 1
        closed |= np.isin(labels, small)
    kept, num = ndimage.label(closed)
    if not num:
        return closed
    areas = ndimage.sum_labels(np.ones_like(kept), kept, np.arange(1, num + 1)) * CELL_M**2
    whole: Mask = np.isin(kept, np.flatnonzero(areas > _MIN_ROOM_M2 / 2) + 1)
    return whole


def _seeds(away: Array) -> Labels:
    """Pieces of free space that lie so far from the walls that doors are closed, at the plateau of their number."""
    pieces = [_pieces(away > cut) for cut in _CUTS_M]
    counts = [int(piece.max()) for piece in pieces]
    best = max(range(len(counts)), key=lambda place: (_plateau(counts, place), counts[place], -place))
    seeds = pieces[best]
    # A narrow room whose middle is nearer to its walls than that is a room all the same.
    for piece in pieces[best - 1 :: -1] if best else []:
        for number in range(1, int(piece.max()) + 1):
            cells = piece == number
            if not seeds[cells].any():
                seeds[cells] = seeds.max() + 1
    return seeds


def _plateau(counts: Sequence[int], place: int) -> int:
    """Over how many cuts in a row, from this one on, the number of pieces is the same; 0 below a door's half width."""
    if counts[place] == 0 or _CUTS_M[place] < _DOOR_M - 0.06:
        return 0
    same = 0
    for count in counts[place:]:
        if count != counts[place]:
            break
        same += 1
    return same


def _pieces(mask: Mask) -> Labels:
    labels, num = ndimage.label(mask, np.ones((3, 3)))
    areas = ndimage.sum_labels(mask, labels, np.arange(1, num + 1)) * CELL_M**2
    kept = np.flatnonzero(areas >= _MIN_SEED_M2) + 1
    numbers = np.zeros(num + 1, np.int32)
    numbers[kept] = np.arange(1, len(kept) + 1)
    found: Labels = numbers[labels]
    return found


def _grown(seeds: Labels, free: Mask, away: Array) -> Labels:
    """Seeds grown over free space from wide to narrow, so that they meet where it is narrowest."""
    rooms = seeds.copy()
    for cut in (*reversed(_CUTS_M), 0.2, 0.1, 0.0):
        open_ = free & (away > cut)
        left = open_ & (rooms == 0)
        while left.any():
            spread = np.where(left, ndimage.maximum_filter(rooms, 3), 0)
            if not spread.any():
                break
            rooms = np.where(left, spread, rooms)
            left = open_ & (rooms == 0)
    return rooms


def _without_closets(rooms: Labels) -> Labels:
    """Rooms that are too small belong to the neighbour with which they share most."""
    rooms = rooms.copy()
    for number in np.argsort(np.bincount(rooms.ravel()))[:].tolist():
        cells = rooms == number
        if number == 0 or cells.sum() * CELL_M**2 >= _MIN_ROOM_M2 or not cells.any():
            continue
        around = rooms[ndimage.binary_dilation(cells, iterations=1) & ~cells]
        around = around[around > 0]
        rooms[cells] = np.bincount(around).argmax() if len(around) else 0
    return rooms


def _with_walls(rooms: Labels, ground: Ground) -> Labels:
    """Rooms with the cells next to them that are not free: the furniture along their walls."""
    away, nearest = ndimage.distance_transform_edt(rooms == 0, return_indices=True)
    owner: Labels = rooms[nearest[0], nearest[1]]
    return np.where(away * CELL_M <= _BEYOND_M, owner, 0).astype(np.int32)


def doors_of(rooms: Labels, free: Mask, origin: NDArray[np.int64]) -> dict[tuple[int, int], tuple[float, float]]:
    """Middle of the passage between each two rooms whose free cells touch, metres."""
    met: dict[tuple[int, int], list[Array]] = {}
    inner = np.where(free, rooms, 0)
    for step in ((1, 0), (0, 1)):
        one = inner[: inner.shape[0] - step[0], : inner.shape[1] - step[1]]
        other = inner[step[0] :, step[1] :]
        for i, j in np.argwhere((one != other) & (one > 0) & (other > 0)).tolist():
            pair = (int(min(one[i, j], other[i, j])), int(max(one[i, j], other[i, j])))
            met.setdefault(pair, []).append(np.array([i + 0.5 * (1 + step[0]), j + 0.5 * (1 + step[1])]))
    return {pair: _middle(cells, origin) for pair, cells in met.items()}


def _middle(cells: list[Array], origin: NDArray[np.int64]) -> tuple[float, float]:
    x, y = ((np.mean(cells, axis=0) + origin) * CELL_M).tolist()
    return float(x), float(y)


def numbered(rooms: Labels, ground: Ground, known: Mapping[str, RoomShape], t_ns: int) -> list[RoomShape]:
    """Rooms with their ids: that of the known room with which they share most, else a new one; what is gone has no cells."""
    numbers = [number for number in np.unique(rooms).tolist() if number]
    ids = _ids(rooms, numbers, ground, known)
    doors = doors_of(rooms, ground.sight.free, ground.origin)
    shapes = []
    for number in numbers:
        cells = rooms == number
        low, high = np.argwhere(cells).min(axis=0), np.argwhere(cells).max(axis=0) + 1
        beyond = tuple(
            (at, ids[pair[0] if pair[1] == number else pair[1]]) for pair, at in sorted(doors.items()) if number in pair
        )
        shapes.append(RoomShape(ids[number], ground.origin + low, cells[low[0] : high[0], low[1] : high[1]], t_ns, beyond))
    gone = known.keys() - {shape.id for shape in shapes}
    empty = [RoomShape(id, known[id].origin, np.zeros((1, 1), np.bool_), t_ns) for id in sorted(gone) if known[id].cells.any()]
    return shapes + empty


def _ids(rooms: Labels, numbers: Sequence[int], ground: Ground, known: Mapping[str, RoomShape]) -> dict[int, str]:
    shares = []
    for id, shape in known.items():
        cells = np.argwhere(shape.cells) + shape.origin - ground.origin
        cells = cells[ground.inside(cells)]
        counts = np.bincount(rooms[cells[:, 0], cells[:, 1]], minlength=max(numbers, default=0) + 1)
        size = max(int(shape.cells.sum()), 1)
        shares += [(counts[number] / min(size, int((rooms == number).sum())), number, id) for number in numbers if counts[number]]
    ids: dict[int, str] = {}
    for share, number, id in sorted(shares, key=lambda one: (-one[0], one[1], one[2])):
        if share >= _SAME and number not in ids and id not in ids.values():
            ids[number] = id
    last = max((int(id[1:]) for id in known), default=0)
    for number in numbers:
        if number not in ids:
            last += 1
            ids[number] = f"R{last}"
    return ids
