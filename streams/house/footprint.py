"""Rectangles on the floor, turned about their middle: how pieces and things are kept apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, sin

import numpy as np
from numpy.typing import NDArray

from streams.house.home import Furniture, Point, Surface


@dataclass(frozen=True, slots=True)
class Footprint:
    """A rectangle of `length_m` along its own x and `width_m` along its own y, turned by `yaw_rad` about its middle."""

    x_m: float
    y_m: float
    length_m: float
    width_m: float
    yaw_rad: float = 0.0

    @property
    def axes(self) -> NDArray[np.float64]:
        """(2, 2): its own x and y axes, one a row, in the world."""
        c, s = cos(self.yaw_rad), sin(self.yaw_rad)
        return np.array([[c, s], [-s, c]])

    @property
    def corners(self) -> NDArray[np.float64]:
        """(4, 2) metres in the world, counter-clockwise."""
        signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) / 2
        corners: NDArray[np.float64] = np.array([self.x_m, self.y_m]) + signs * (self.length_m, self.width_m) @ self.axes
        return corners

    def grown(self, margin_m: float) -> "Footprint":
        """The same with a margin on every side."""
        return Footprint(self.x_m, self.y_m, self.length_m + 2 * margin_m, self.width_m + 2 * margin_m, self.yaw_rad)

    def local(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., 2) points of the world in this rectangle's own axes, its middle at (0, 0)."""
        own: NDArray[np.float64] = (points - (self.x_m, self.y_m)) @ self.axes.T
        return own

    def distance_m(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """(...) metres from each of (..., 2) points to the rectangle; 0 inside."""
        beyond = np.abs(self.local(points)) - (self.length_m / 2, self.width_m / 2)
        outside = np.maximum(beyond, 0)
        distances: NDArray[np.float64] = np.hypot(outside[..., 0], outside[..., 1])
        return distances


def overlap(one: Footprint, other: Footprint) -> bool:
    """Whether two rectangles share area: no side of either separates them (separating axis theorem)."""
    return not (_separates(one, other) or _separates(other, one))


def _separates(one: Footprint, other: Footprint) -> bool:
    """Whether a line along a side of the first lies between the two."""
    c, s = cos(one.yaw_rad), sin(one.yaw_rad)
    across, along = other.x_m - one.x_m, other.y_m - one.y_m
    turn_c, turn_s = abs(cos(other.yaw_rad - one.yaw_rad)), abs(sin(other.yaw_rad - one.yaw_rad))
    reach_x = (one.length_m + turn_c * other.length_m + turn_s * other.width_m) / 2
    reach_y = (one.width_m + turn_s * other.length_m + turn_c * other.width_m) / 2
    return abs(c * across + s * along) >= reach_x - 1e-9 or abs(c * along - s * across) >= reach_y - 1e-9


def overlaps_any(one: Footprint, others: Sequence[Footprint]) -> bool:
    """Whether it shares area with any of the others."""
    return any(overlap(one, other) for other in others)


def footprint(piece: Furniture) -> Footprint:
    """The floor that a piece of furniture covers."""
    return Footprint(piece.position[0], piece.position[1], piece.size[0], piece.size[1], piece.yaw_rad)


def surface_rectangle(piece: Furniture, surface: Surface) -> Footprint:
    """A surface of a piece as a rectangle in the world, seen from above."""
    x_m, y_m, _ = to_world(piece, surface.centre)
    return Footprint(x_m, y_m, *surface.size, piece.yaw_rad)


def to_world(piece: Furniture, point: Point) -> Point:
    """A point given in the coordinates of a piece, in the world's."""
    c, s = cos(piece.yaw_rad), sin(piece.yaw_rad)
    x_m, y_m, z_m = piece.position
    return x_m + c * point[0] - s * point[1], y_m + s * point[0] + c * point[1], z_m + point[2]
