"""The forms of each piece of furniture, thing and person of a home."""

from collections.abc import Callable, Mapping
from zlib import crc32

from streams.house.home import Furniture, Home, Resident, Thing
from streams.house.models import (
    bath_and_bed,
    belongings,
    devices,
    food,
    kitchen,
    papers,
    seats_and_shelves,
    sleeping_and_washing,
    tableware,
    toys_and_decoration,
)
from streams.house.models.broken import broken
from streams.house.models.colours import Colour, colour
from streams.house.models.look import Look
from streams.house.models.person import person
from streams.house.models.shape import Part, block
from streams.house.models.things import THING_KINDS

Drawer = Callable[[Look], list[Part]]

THING_SHAPES: Mapping[str, Drawer] = {
    kind: draw
    for group in (tableware, food, devices, papers, belongings, bath_and_bed, toys_and_decoration)
    for kind, draw in group.SHAPES.items()
}
FURNITURE_SHAPES: Mapping[str, Drawer] = {
    kind: draw for group in (kitchen, seats_and_shelves, sleeping_and_washing) for kind, draw in group.SHAPES.items()
}

_WOODS = ("wood", "pale wood", "dark wood")
_CLOTHS = ("teal", "grey", "ochre", "dark blue", "rose", "green")
_TONES: Mapping[str, tuple[str, ...]] = {
    "kitchen counter": ("cream", "light blue", "white"),
    "sink": ("cream", "light blue", "white"),
    "kitchen cupboard": ("cream", "light blue", "white"),
    "fridge": ("white", "silver"),
    "stove": ("white", "silver"),
    "sofa": _CLOTHS,
    "armchair": _CLOTHS[::-1],
    "office chair": ("dark grey", "dark blue"),
    "bed": ("light blue", "rose", "light green", "ochre"),
    "bathroom sink": ("pale wood", "white"),
    "laundry basket": ("pale wood",),
    "dustbin": ("silver", "grey"),
    "tv stand": ("dark wood", "wood"),
}
_MATCHING = ("kitchen counter", "sink", "kitchen cupboard")
"""One kitchen has one colour."""
_TRIMS: Mapping[str, tuple[str, ...]] = {
    "sofa": ("orange", "yellow", "cream"),
    "bed": _WOODS,
    "floor lamp": ("dark grey", "golden"),
    "house plant": ("white", "rose", "dark blue"),
    "desk": ("red", "dark grey", "green"),
}


def furniture_parts(home: Home, piece: Furniture) -> list[Part]:
    """A piece of furniture; its colours come from the home's seed, the same for its kind in one room.

    A kind that no shape is known of is a plain block of its size.
    """
    draw = FURNITURE_SHAPES.get(piece.kind)
    tone, trim = _pick(home, piece, _TONES, _WOODS), _pick(home, piece, _TRIMS, ("dark grey",))
    return draw(Look(piece.size, tone, trim)) if draw else [block((0, 0, 0), piece.size, tone)]


def thing_parts(thing: Thing) -> list[Part]:
    """A thing, and what is left of it when it can break; a kind that no shape is known of is a plain block of its colour."""
    draw, tone = THING_SHAPES.get(thing.kind), colour(thing.colour)
    parts = draw(Look(thing.size, tone, material=thing.material)) if draw else [block((0, 0, 0), thing.size, tone)]
    kind = THING_KINDS.get(thing.kind)
    return [*parts, *broken(parts, thing.size)] if kind is not None and kind.breaks else parts


def resident_parts(home: Home, resident: Resident) -> list[Part]:
    """A person in its own shirt and hair."""
    return person(resident.shirt, [one.id for one in home.residents].index(resident.id))


def _pick(home: Home, piece: Furniture, table: Mapping[str, tuple[str, ...]], usual: tuple[str, ...]) -> Colour:
    names = table.get(piece.kind, usual)
    family = "kitchen" if piece.kind in _MATCHING else f"{piece.kind} {piece.room}"
    return colour(names[crc32(f"{home.seed} {family}".encode()) % len(names)])
