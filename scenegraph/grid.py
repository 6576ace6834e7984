"""A spatial hash: what lies near a point is found without looking at what lies elsewhere."""

import math
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class Grid:
    """Keys in cubes of `cell_m`; a box is put into every cell it touches.

    Args:
        cell_m: side of a cell, metres.
    """

    def __init__(self, cell_m: float = 1.0) -> None:
        self.cell_m = cell_m
        self._cells: dict[tuple[int, int, int], set[str]] = defaultdict(set)
        self._where: dict[str, tuple[tuple[int, int, int], ...]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._where

    def __len__(self) -> int:
        return len(self._where)

    def put(self, key: str, box: NDArray[np.float64]) -> None:
        """Place a key at a (2, 3) box, wherever it was before."""
        cells = tuple(self._cells_of(box[0], box[1]))
        if self._where.get(key) == cells:
            return
        self.drop(key)
        self._where[key] = cells
        for cell in cells:
            self._cells[cell].add(key)

    def drop(self, key: str) -> None:
        """Take a key out, if it is there."""
        for cell in self._where.pop(key, ()):
            keys = self._cells[cell]
            keys.discard(key)
            if not keys:
                del self._cells[cell]

    def within(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> set[str]:
        """Keys whose boxes touch the cells of an axis-aligned box."""
        found: set[str] = set()
        for cell in self._cells_of(low, high):
            found |= self._cells.get(cell, frozenset())
        return found

    def _cells_of(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> Iterable[tuple[int, int, int]]:
        first = [math.floor(value / self.cell_m) for value in low.tolist()]
        last = [math.floor(value / self.cell_m) for value in high.tolist()]
        return (
            (x, y, z)
            for x in range(first[0], last[0] + 1)
            for y in range(first[1], last[1] + 1)
            for z in range(first[2], last[2] + 1)
        )
