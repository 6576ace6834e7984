"""The ground as a grid: where one can see through and where one can walk, from scans; everything in metres."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from scenegraph.geometry import Array
from scenegraph.scan import Ranges, Scan

CELL_M = 0.1
_PAD = 20
_OCCUPIED = 0.35
_BODY_M = 0.2
Cells = NDArray[np.int64]


class Layer:
    """Votes of rays for one height of the grid: how often a cell was passed, and how often something stopped there."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.passed: NDArray[np.int32] = np.zeros(shape, np.int32)
        self.stopped: NDArray[np.int32] = np.zeros(shape, np.int32)

    @property
    def free(self) -> NDArray[np.bool_]:
        """(w, h) cells that rays pass."""
        return (self.passed > 0) & ~self.occupied

    @property
    def occupied(self) -> NDArray[np.bool_]:
        """(w, h) cells in which rays end more often than chance and noise let them."""
        return (self.stopped > 0) & (self.stopped >= _OCCUPIED * (self.passed + self.stopped))


class Ground:
    """Free space by scans; grows with what is seen. Cell (i, j) has its lower corner at `origin + CELL_M * (i, j)`."""

    def __init__(self) -> None:
        self.origin: Cells = np.zeros(2, np.int64)
        self.shape = (0, 0)
        self.sight, self.walk = Layer(self.shape), Layer(self.shape)
        self.seen_ns: NDArray[np.int64] = np.full(self.shape, -1, np.int64)
        self.num_scans = 0

    def add(self, scans: Iterable[Scan]) -> "Ground":
        """Take in scans; returns itself."""
        for scan in scans:
            self._add(scan)
            self.num_scans += 1
        return self

    def cells(self, points: Array) -> Cells:
        """(n, 2) cells of (n, 2) points; they may lie outside."""
        found: Cells = np.floor(points / CELL_M).astype(np.int64) - self.origin
        return found

    def middle(self, cells: Cells) -> Array:
        """(n, 2) metres of the middles of cells."""
        points: Array = ((cells + self.origin).astype(np.float64) + 0.5) * CELL_M
        return points

    def inside(self, cells: Cells) -> NDArray[np.bool_]:
        """(n,) whether cells lie in the grid."""
        return np.asarray(((cells >= 0) & (cells < np.array(self.shape))).all(axis=1))

    def last_seen_ns(self, point: Array) -> int:
        """When a ray last passed over (2,) metres; -1 if none ever did."""
        cell = self.cells(point[None])
        return int(self.seen_ns[tuple(cell[0])]) if self.inside(cell)[0] else -1

    def _add(self, scan: Scan) -> None:
        at = scan.at[:2]
        turns = scan.directions_rad
        ways = np.stack([np.cos(turns), np.sin(turns)], axis=1)
        self._reach(at, np.nanmax(np.append(scan.sight.free_m, scan.walk.free_m), initial=0.5) + 0.5)
        stood = at + _BODY_M * np.stack(np.meshgrid([-1.0, -0.5, 0.0, 0.5, 1.0], [-1.0, -0.5, 0.0, 0.5, 1.0]), -1).reshape(-1, 2)
        passed = self._vote(self.sight, at, ways, scan.sight)
        self._vote(self.walk, at, ways, scan.walk)
        for layer in (self.sight, self.walk):
            here = self.cells(stood)
            layer.passed[here[:, 0], here[:, 1]] += 3
        self.seen_ns[passed[:, 0], passed[:, 1]] = np.maximum(self.seen_ns[passed[:, 0], passed[:, 1]], scan.t_ns)

    def _vote(self, layer: Layer, at: Array, ways: Array, ranges: Ranges) -> Cells:
        """Cells that rays pass get one vote each, and those where they end one; returns the former."""
        known = ~np.isnan(ranges.free_m)
        free, hit, ways = ranges.free_m[known], ranges.hit[known], ways[known]
        steps = np.arange(0.5 * CELL_M, float(free.max(initial=0.0)) + 1e-9, 0.5 * CELL_M)
        # The cell in which a ray ends is not one it passes.
        through = steps[None, :] < (free - 0.6 * CELL_M * hit)[:, None]
        passed = np.unique(self.cells((at + ways[:, None, :] * steps[None, :, None])[through]), axis=0)
        ends = np.unique(self.cells(at + ways[hit] * (free[hit] + 0.02)[:, None]), axis=0)
        layer.passed[passed[:, 0], passed[:, 1]] += 1
        layer.stopped[ends[:, 0], ends[:, 1]] += 1
        return passed

    def _reach(self, at: Array, range_m: float) -> None:
        """Make the grid large enough for a scan."""
        low = np.floor((at - range_m) / CELL_M).astype(np.int64)
        high = np.ceil((at + range_m) / CELL_M).astype(np.int64) + 1
        if self.num_scans and (low >= self.origin).all() and (high <= self.origin + self.shape).all():
            return
        old_low, old_high = (self.origin, self.origin + self.shape) if self.num_scans else (low, high)
        new_low, new_high = np.minimum(old_low, low - _PAD), np.maximum(old_high, high + _PAD)
        shape = (int(new_high[0] - new_low[0]), int(new_high[1] - new_low[1]))
        shift = self.origin - new_low
        where = (slice(int(shift[0]), int(shift[0]) + self.shape[0]), slice(int(shift[1]), int(shift[1]) + self.shape[1]))
        for layer in (self.sight, self.walk):
            passed, stopped = layer.passed, layer.stopped
            layer.passed, layer.stopped = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
            if self.num_scans:
                layer.passed[where], layer.stopped[where] = passed, stopped
        seen = self.seen_ns
        self.seen_ns = np.full(shape, -1, np.int64)
        if self.num_scans:
            self.seen_ns[where] = seen
        self.origin, self.shape = new_low, shape
