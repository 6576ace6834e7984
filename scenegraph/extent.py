"""How far a large thing reaches, from pictures that each show a part of it: what enough of them agree on."""

import numpy as np

from scenegraph.geometry import Array

_KEPT = 12
_AGREE = 5
_KNOWN = 20


class Extent:
    """The farthest that pictures saw a thing reach along each axis, save one in five, which may have erred.

    Pictures that take it for another class often show another thing beside it, so that each class has its own extent. A part
    that only some pictures show counts once a fifth of them do; beyond 60 pictures, twelve are enough.

    Args:
        known: (2, 3) what is known of it from before, as a thing of class `kind`.
    """

    def __init__(self, known: Array | None = None, kind: str = "") -> None:
        self._ends: dict[str, Array] = {}
        self._counts: dict[str, int] = {}
        if known is not None:
            self._ends[kind] = np.repeat(_outward(known), _KEPT, axis=0)
            self._counts[kind] = _KNOWN

    def add(self, box: Array, kind: str = "") -> None:
        """Take in the (2, 3) box of the part that one picture shows, and what it took the thing for."""
        ends, kept = _outward(box), self._ends.get(kind)
        if kept is None:
            self._ends[kind] = ends
        elif len(kept) < _KEPT or (ends > kept[-1]).any():
            self._ends[kind] = -np.sort(-np.vstack([kept, ends]), axis=0)[:_KEPT]
        self._counts[kind] = self._counts.get(kind, 0) + 1

    def of(self, kind: str) -> Array | None:
        """(2, 3) as a thing of a class, or of the class most pictures took it for; None before the first one."""
        if not self._counts:
            return None
        if kind not in self._counts:
            kind = max(self._counts, key=lambda name: (self._counts[name], name))
        ends = self._ends[kind][min(self._counts[kind] // _AGREE, len(self._ends[kind]) - 1)]
        return np.stack([-ends[:3], ends[3:]])


def _outward(box: Array) -> Array:
    """(1, 6) how far a box reaches along -x, -y, -z, x, y and z."""
    return np.concatenate([-box[0], box[1]])[None]
