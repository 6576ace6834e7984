"""What furniture has in common: carcasses, doors, drawers, legs, handles."""

from collections.abc import Sequence
from dataclasses import replace

from streams.house.home import Point
from streams.house.models.colours import Colour, colour, shade
from streams.house.models.kind import FurnitureKind, Leaf
from streams.house.models.look import Look
from streams.house.models.shape import Finish, Part, block, box, only, pictured, rod

BOARD_M = 0.03
_HANDLE = colour("steel")


def wooden(part: Part) -> Part:
    """The same form with wood grain."""
    return pictured(part, "wood")


def carcass(size: Point, z0_m: float, z1_m: float, of: Colour, *, finish: Finish = "matt", lid: bool = True) -> list[Part]:
    """A box open at the front between two heights: bottom, back, sides and lid."""
    x, y, _ = size
    middle, tall = (z0_m + z1_m) / 2, z1_m - z0_m
    boards = [
        box((0, 0, z0_m + BOARD_M / 2), (x, y, BOARD_M), shade(of, 0.8), finish),
        box((-x / 2 + 0.01, 0, middle), (0.02, y, tall), shade(of, 0.7), finish),
        *(box((-0.005, s * (y / 2 - BOARD_M / 2), middle), (x - 0.01, BOARD_M, tall), of, finish) for s in (-1, 1)),
    ]
    return [*boards, box((0, 0, z1_m - BOARD_M / 2), (x, y, BOARD_M), of, finish)] if lid else boards


def board(size: Point, z_m: float, of: Colour, inset_m: float = 0.04) -> Part:
    """A shelf whose upper side is at `z_m`."""
    return box((0, 0, z_m - 0.01), (size[0] - inset_m, size[1] - inset_m, 0.02), of)


def legs(size: Point, height_m: float, of: Colour, *, thick_m: float = 0.06, inset_m: float = 0.05) -> list[Part]:
    """Four square legs."""
    x, y = size[0] / 2 - inset_m, size[1] / 2 - inset_m
    return [block((a * x, b * y, 0), (thick_m, thick_m, height_m), of) for a in (-1, 1) for b in (-1, 1)]


def leaves(kind: FurnitureKind, look: Look, of: Colour, *, picture: str = "", handle: Colour = _HANDLE) -> list[Part]:
    """The doors and drawers of a kind, where they are when they are closed; they move with their leaf."""
    parts: list[Part] = []
    scale = (look.x / kind.size[0], look.y / kind.size[1], look.z / kind.size[2])
    for opening in kind.openings:
        for number, leaf in enumerate(opening.leaves):
            drawn = _door(leaf, scale, of, handle) if leaf.motion == "hinge" else _drawer(leaf, scale, of, handle)
            parts += [_on_leaf(part, opening.name, number, picture) for part in drawn]
    return parts


def within(parts: Sequence[Part], opening: str) -> list[Part]:
    """What nobody sees while an opening is closed."""
    return only(parts, opening, "open")


def _on_leaf(part: Part, opening: str, number: int, picture: str) -> Part:
    hidden = (opening, "open") if part.when is not None else None
    return replace(part, leaf=(opening, number), picture=part.picture or (picture if part.form == "box" else ""), when=hidden)


def _door(leaf: Leaf, scale: Point, of: Colour, handle: Colour) -> list[Part]:
    thick, wide, tall = leaf.size[0], leaf.size[1] * scale[1], leaf.size[2] * scale[2]
    x, y, z = leaf.pivot[0] * scale[0], leaf.pivot[1] * scale[1], leaf.pivot[2] * scale[2]
    inward = 1 if leaf.side == "right" else -1
    middle, grip = y + inward * wide / 2, y + inward * (wide - 0.05)
    low, high = z + tall * (0.42 if tall > 1 else 0.6), z + tall * (0.6 if tall > 1 else 0.9)
    return [
        box((x - thick / 2 + 0.012, middle, z + tall / 2), (thick, wide - 0.008, tall - 0.008), of),
        rod((x + 0.04, grip, low), (x + 0.04, grip, high), 0.016, handle, "metal"),
    ]


def _drawer(leaf: Leaf, scale: Point, of: Colour, handle: Colour) -> list[Part]:
    deep, wide, tall = leaf.size[0] * scale[0], leaf.size[1] * scale[1], leaf.size[2] * scale[2]
    x, y, z = leaf.pivot[0] * scale[0], leaf.pivot[1] * scale[1], leaf.pivot[2] * scale[2]
    inner, back = shade(of, 0.8), x - deep
    tray = [
        box(((x + back) / 2, y, z + 0.012), (deep, wide - 0.03, 0.012), inner),
        *(box(((x + back) / 2, y + s * (wide / 2 - 0.02), z + tall * 0.4), (deep, 0.012, tall * 0.7), inner) for s in (-1, 1)),
        box((back, y, z + tall * 0.4), (0.012, wide - 0.04, tall * 0.7), inner),
    ]
    half = min(wide * 0.22, 0.09)
    pull = rod((x + 0.03, y - half, z + tall * 0.6), (x + 0.03, y + half, z + tall * 0.6), 0.016, handle, "metal")
    return [box((x + 0.002, y, z + tall / 2), (0.02, wide - 0.012, tall - 0.012), of), *within(tray, "drawer"), pull]
