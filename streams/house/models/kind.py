"""The nouns of the tables in `kinds`: what a home can be furnished with and what can lie about in it.

Coordinates of a piece: metres from the middle of its footprint, x towards its front, z up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from streams.house.home import Point, RoomKind, Surface

Category = Literal[
    "kitchenware", "food", "electronics", "reading", "clothing", "personal", "bathroom", "bedding", "toy", "decoration"
]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One panel or drawer that moves when its opening opens.

    Args:
        pivot: of the hinge (x, y, z), or the middle of the slide's front, when closed.
        opens_by: radians counter-clockwise around z for a hinge, metres towards the front for a slide.
        size: (x, y, z) of its box: thickness, width and height of a door; depth, width and height of a drawer.
        side: where a door's hinge is, seen along +y: its panel reaches from the pivot to the other side.
    """

    motion: Literal["hinge", "slide"]
    pivot: Point
    opens_by: float
    size: Point
    side: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Opening:
    """Something that is open or closed; a wardrobe's two doors open as one."""

    name: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class FurnitureKind:
    """A class of furniture.

    Args:
        size: (x, y, z) metres: depth, width, height; the front faces +x at yaw 0.
        rooms: kinds of room it belongs in, the likeliest first.
        stands: with its back to a wall, free of walls, at a table ("at" says which kinds), or above another piece (`above`).
        surfaces: their ids are suffixes here ("on", "shelf2"): a home puts `F3.` before them.
        at: kinds of furniture it faces and stands close to (a chair at a dining table).
        above: the kind whose footprint it shares ("tv stand" under a television); empty if it stands on the floor.
        base_m: height of its bottom over the floor.
        front_m: metres of floor in front of it that must stay free for a person to use it.
        used_to: what a person does with it ("to sleep"), for questions about use.
    """

    name: str
    size: Point
    rooms: tuple[RoomKind, ...]
    stands: Literal["wall", "free", "at", "above"]
    surfaces: tuple[Surface, ...] = ()
    openings: tuple[Opening, ...] = ()
    switches: bool = False
    at: tuple[str, ...] = ()
    above: str = ""
    base_m: float = 0.0
    front_m: float = 0.7
    used_to: str = ""


@dataclass(frozen=True, slots=True)
class ThingKind:
    """A class of movable things.

    Args:
        sizes: (x, y, z) metres of boxes it comes in.
        states: the values each of its states can have, the usual first.
        personal: it has an owner.
        held: a person carries it in one hand; a blanket or a parcel takes two arms but is carried as well.
        heavy: more than about two kilograms.
        used_to: what a person does with it ("to cut paper"), for questions about use.
        breaks: it can break and be replaced by a twin.
    """

    name: str
    sizes: tuple[Point, ...]
    colours: tuple[str, ...]
    materials: tuple[str, ...]
    category: Category
    used_to: str
    states: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    personal: bool = False
    held: bool = True
    heavy: bool = False
    breaks: bool = False
