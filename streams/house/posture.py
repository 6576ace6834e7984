"""How bodies are placed: the strides of a walk, where people sit and lie on furniture."""

from math import atan2, cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from streams.house.home import Furniture
from streams.house.world import PersonPose

SPEED_M_S = 0.9
STRIDE_S = 1.2


def strides(corners: NDArray[np.float64]) -> list[PersonPose]:
    """The way along some corners, one pose for each stride, facing where it goes; the last is its end."""
    legs = np.linalg.norm(np.diff(corners, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(legs)])
    num = max(1, int(np.ceil(along[-1] / (SPEED_M_S * STRIDE_S))))
    marks = np.linspace(0, along[-1], num + 1)
    xs, ys = np.interp(marks, along, corners[:, 0]), np.interp(marks, along, corners[:, 1])
    yaws = np.arctan2(np.diff(ys), np.diff(xs))
    return [PersonPose(float(x), float(y), float(yaw)) for x, y, yaw in zip(xs[1:], ys[1:], yaws, strict=True)]


def seats(piece: Furniture) -> list[PersonPose]:
    """Where people can sit on a piece, facing its front."""
    num = max(1, int(piece.size[1] / 0.6)) if piece.kind in ("sofa", "bed") else 1
    offsets = (np.arange(num) - (num - 1) / 2) * 0.62
    forward = piece.size[0] / 2 - 0.25 if piece.kind == "bed" else 0.05
    return [_on(piece, forward, float(offset), 0.0, "sitting") for offset in offsets]


def berths(piece: Furniture) -> list[PersonPose]:
    """Where people can lie on a piece: side by side on a bed, along a sofa."""
    if piece.kind == "sofa":
        return [_on(piece, 0.05, 0.0, pi / 2, "lying")]
    return [_on(piece, 0.0, offset, 0.0, "lying") for offset in ((0.33, -0.33) if piece.size[1] > 1.2 else (0.0,))]


def _on(piece: Furniture, forward: float, left: float, turn: float, posture: str) -> PersonPose:
    c, s = cos(piece.yaw_rad), sin(piece.yaw_rad)
    x, y = piece.position[0] + c * forward - s * left, piece.position[1] + s * forward + c * left
    return PersonPose(x, y, piece.yaw_rad + turn, "lying" if posture == "lying" else "sitting")


def turned(angle: float) -> float:
    """The same angle in radians within half a turn."""
    return atan2(sin(angle), cos(angle))
