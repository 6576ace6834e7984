"""Where furniture that stands with its back to a wall has its front."""

from math import atan2

import numpy as np

from scenegraph.free_space import CELL_M, Ground
from scenegraph.geometry import Array

_NEAR_M, _FAR_M = 0.1, 0.6
_CLEAR = 0.35
_SIDES = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])


def front_of(ground: Ground, box: Array) -> float | None:
    """Yaw of the side of a (2, 3) box that lies opposite the wall; None if no side is clearly closed and its opposite open."""
    open_ = np.array([_open(ground, box, way) for way in _SIDES])
    gain = open_ - np.roll(open_, 2)
    # The back of a long piece is a long side, so that a bedside table beside a bed does not make a front of it.
    length = (box[1] - box[0])[:2]
    gain *= np.array([length[1], length[0], length[1], length[0]]) / max(float(length.max()), 1e-6)
    best = int(gain.argmax())
    return atan2(_SIDES[best, 1], _SIDES[best, 0]) if gain[best] > _CLEAR else None


def _open(ground: Ground, box: Array, way: Array) -> float:
    """Share of the strip before one side of a box that one can walk or see over."""
    low, high = box[0, :2], box[1, :2]
    outside = np.where(way > 0, high, low)
    depth = np.arange(_NEAR_M, _FAR_M, CELL_M)
    across = np.linspace(0.1, 0.9, 9)
    along = np.where(way != 0, 1.0, 0.0)
    points = (outside * along + way * depth[:, None, None]) + (1.0 - along) * (low + across[None, :, None] * (high - low))
    cells = ground.cells(points.reshape(-1, 2))
    cells = cells[ground.inside(cells)]
    if not len(cells):
        return 0.0
    free = ground.walk.free | ground.sight.free
    blocked = ground.sight.occupied
    return float((free & ~blocked)[cells[:, 0], cells[:, 1]].mean())
