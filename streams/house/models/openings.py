"""What the kinds of furniture are made of: surfaces on and in them, doors that turn and drawers that slide."""

from math import radians

from streams.house.home import Point, Relation, Surface
from streams.house.models.kind import Leaf, Opening

PANEL_M = 0.02
"""Thickness of boards and doors."""
OPEN_RAD = radians(110)
"""How far doors open."""


def top(size: Point, z_m: float | None = None, inset_m: float = 0.04, clearance_m: float = 0.6, name: str = "on") -> Surface:
    """A surface as large as the piece less an inset, at its top or at `z_m`."""
    height = size[2] if z_m is None else z_m
    return Surface(name, "on", (0.0, 0.0, height), (size[0] - 2 * inset_m, size[1] - 2 * inset_m), clearance_m)


def shelf(name: str, size: Point, z_m: float, clearance_m: float, *, behind: str = "", relation: Relation = "in") -> Surface:
    """A board inside a piece: 3 cm of wall at each side, the front kept free."""
    return Surface(name, relation, (0.0, 0.0, z_m), (size[0] - 0.1, size[1] - 0.1), clearance_m, behind)


def under(size: Point, clearance_m: float) -> Surface:
    """The floor under a piece."""
    return Surface("under", "under", (0.0, 0.0, 0.0), (size[0] - 0.2, size[1] - 0.2), clearance_m)


def hinged(size: Point, z0_m: float, z1_m: float, name: str = "door", side: str = "right") -> Opening:
    """One door over the whole front between two heights."""
    return Opening(name, (_door(size[0] / 2, (-size[1] / 2, size[1] / 2), (z0_m, z1_m), side),))


def double(size: Point, z0_m: float, z1_m: float, name: str = "door") -> Opening:
    """Two doors that meet in the middle."""
    front, half = size[0] / 2, size[1] / 2
    return Opening(name, (_door(front, (-half, 0.0), (z0_m, z1_m), "right"), _door(front, (0.0, half), (z0_m, z1_m), "left")))


def drawer(name: str, size: Point, z0_m: float, z1_m: float, across: tuple[float, float] | None = None) -> Opening:
    """A drawer over the front between two heights, pulled out by two thirds of its depth."""
    left, right = across or (-size[1] / 2, size[1] / 2)
    pivot = (size[0] / 2, (left + right) / 2, z0_m)
    return Opening(name, (Leaf("slide", pivot, 0.65 * size[0], (size[0] - 0.06, right - left, z1_m - z0_m)),))


def in_drawer(opening: Opening) -> Surface:
    """The bottom of a drawer."""
    (leaf,) = opening.leaves
    depth, width, height = leaf.size
    centre = (leaf.pivot[0] - depth / 2 - 0.01, leaf.pivot[1], leaf.pivot[2] + 0.02)
    return Surface(opening.name, "in", centre, (depth - 0.08, width - 0.08), height - 0.05, opening.name)


def _door(front: float, across: tuple[float, float], heights: tuple[float, float], side: str) -> Leaf:
    hinge_y, turn = (across[0], -OPEN_RAD) if side == "right" else (across[1], OPEN_RAD)
    size = (PANEL_M, across[1] - across[0], heights[1] - heights[0])
    return Leaf("hinge", (front, hinge_y, heights[0]), turn, size, "right" if side == "right" else "left")
