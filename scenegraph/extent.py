"""How far a large thing reaches, from pictures that each show a part of it: not the mean of what was seen, but its sum."""

import numpy as np

from scenegraph.geometry import Array

_KEPT = 4


class Extent:
    """The farthest that a thing was seen to reach along each axis, save a few pictures that may have erred."""

    def __init__(self, known: Array | None = None) -> None:
        self._low = np.empty((0, 3))
        self._high = np.empty((0, 3))
        for _ in range(_KEPT if known is not None else 0):
            assert known is not None
            self.add(known)

    def add(self, box: Array) -> None:
        """Take in the (2, 3) box of the part that one picture shows."""
        if len(self._low) == _KEPT and (box[0] >= self._low[-1]).all() and (box[1] <= self._high[0]).all():
            return
        self._low = np.sort(np.vstack([self._low, box[0]]), axis=0)[:_KEPT]
        self._high = np.sort(np.vstack([self._high, box[1]]), axis=0)[-_KEPT:]

    @property
    def box(self) -> Array | None:
        """(2, 3) that several pictures agree to lie within it; None before the first one."""
        return np.stack([self._low[-1], self._high[0]]) if len(self._low) else None
