"""Shapes of kitchen furniture."""

from dataclasses import replace

import numpy as np

from streams.house.models.colours import colour, shade
from streams.house.models.joinery import board, carcass, leaves, legs, within, wooden
from streams.house.models.kinds import FURNITURE_KINDS
from streams.house.models.look import Look
from streams.house.models.meshes import lathe, tube
from streams.house.models.shape import Part, block, box, disc, form, only, pictured, pillar

_STONE = colour("stone")


def _worktop(look: Look) -> Part:
    return pictured(block((0.005, 0, look.z - 0.04), (look.x + 0.01, look.y, 0.04), _STONE, "gloss"), "stone")


def _plinth(look: Look) -> Part:
    return block((-0.03, 0, 0), (look.x - 0.08, look.y - 0.01, 0.1), colour("dark grey"))


def _splashback(look: Look) -> Part:
    return replace(
        pictured(box((-look.x / 2 + 0.006, 0, look.z + 0.15), (0.012, look.y, 0.3), colour("white"), "gloss"), "tiles"),
        structure=True,
    )


def _kitchen_counter(look: Look) -> list[Part]:
    kind = FURNITURE_KINDS["kitchen counter"]
    blind = block((look.x / 2 - 0.02, -look.y / 4, 0.69), (0.02, look.y / 2 - 0.012, 0.165), look.colour)
    return [
        *carcass(look.size, 0.08, look.z - 0.04, look.colour),
        *within([board(look.size, 0.7, shade(look.colour, 0.75))], "drawer"),
        _worktop(look),
        _plinth(look),
        _splashback(look),
        blind,
        *leaves(kind, look, look.colour),
    ]


def _fridge(look: Look) -> list[Part]:
    kind = FURNITURE_KINDS["fridge"]
    heights = [surface.centre[2] for surface in kind.surfaces if surface.behind]
    inside = [board(look.size, z, (0.82, 0.9, 0.95, 1.0), 0.08) for z in heights]
    light = box((-look.x / 2 + 0.03, 0, look.z / 2), (0.01, look.y * 0.85, look.z * 0.9), colour("white"), "glow")
    seam = box((look.x / 2 + 0.013, 0, look.z * 0.68), (0.008, look.y * 0.98, 0.012), colour("dark grey"))
    magnets = [
        box((look.x / 2 + 0.018, y, z), (0.012, 0.08, 0.1), colour(name))
        for y, z, name in ((0.05, 1.45, "yellow"), (-0.12, 1.5, "light blue"), (0.1, 1.3, "pink"))
    ]
    moving = [*leaves(kind, look, shade(look.colour, 1.02)), *(_with_door(part) for part in (seam, *magnets))]
    return [*carcass(look.size, 0.0, look.z, look.colour), *within([*inside, light], "door"), *moving]


def _with_door(part: Part) -> Part:
    return replace(part, leaf=("door", 0))


def _stove(look: Look) -> list[Part]:
    kind = FURNITURE_KINDS["stove"]
    x, y, z = look.size
    places = [(0.13, -0.14, 0.17), (0.13, 0.14, 0.2), (-0.14, -0.14, 0.2), (-0.14, 0.14, 0.17)]
    rings = [disc((a, b, z + 0.002), d, 0.006, colour("dark grey"), "gloss") for a, b, d in places]
    inner = [disc((a, b, z + 0.004), d * 0.7, 0.006, colour("black"), "gloss") for a, b, d in places]
    hot = only([disc((a, b, z + 0.007), d * 0.9, 0.006, colour("red"), "glow") for a, b, d in places[:2]], "power", "on")
    knobs = [
        disc((x / 2 + 0.012, k, z - 0.08), 0.045, 0.03, colour("dark grey"), turn=(0, np.pi / 2, 0))
        for k in np.linspace(-0.2, 0.2, 5)
    ]
    window = _with_door(box((x / 2 + 0.016, 0, 0.46), (0.012, y * 0.66, 0.26), colour("black"), "gloss"))
    rack = board(look.size, 0.3, colour("steel"), 0.08)
    tray = block((x / 2 - 0.02, 0, 0.03), (0.02, y * 0.96, 0.15), shade(look.colour, 0.9), "metal")
    return [
        *carcass(look.size, 0.02, z - 0.02, look.colour, finish="metal"),
        block((0, 0, z - 0.02), (x, y, 0.02), colour("black"), "gloss"),
        *rings,
        *inner,
        *hot,
        *knobs,
        *within([rack], "door"),
        tray,
        block((x / 2 - 0.02, 0, z - 0.15), (0.025, y, 0.14), look.colour, "metal"),
        _splashback(look),
        *leaves(kind, look, shade(look.colour, 0.95)),
        window,
    ]


def _sink(look: Look) -> list[Part]:
    kind = FURNITURE_KINDS["sink"]
    x, y, z = look.size
    steel = shade(colour("silver"), 0.95)
    rim = [box((0.03, -0.12 + s * 0.23, z - 0.015), (0.44, 0.04, 0.04), steel, "metal") for s in (-1, 1)]
    rim += [box((0.03 + s * 0.2, -0.12, z - 0.015), (0.04, 0.5, 0.04), steel, "metal") for s in (-1, 1)]
    walls = [box((0.03, -0.12 + s * 0.215, z - 0.09), (0.38, 0.012, 0.17), shade(steel, 0.8), "metal") for s in (-1, 1)]
    walls += [box((0.03 + s * 0.185, -0.12, z - 0.09), (0.012, 0.42, 0.17), shade(steel, 0.85), "metal") for s in (-1, 1)]
    bottom = [
        box((0.03, -0.12, z - 0.17), (0.38, 0.44, 0.014), shade(steel, 0.9), "metal"),
        disc((0.03, -0.12, z - 0.161), 0.06, 0.004, colour("dark grey")),
    ]
    ribs = [box((0.03, 0.16 + 0.05 * i, z + 0.003), (0.4, 0.012, 0.008), steel, "metal") for i in range(5)]
    tap = tube(
        [
            (-0.22, -0.12, z),
            (-0.22, -0.12, z + 0.22),
            (-0.19, -0.12, z + 0.28),
            (-0.12, -0.12, z + 0.29),
            (-0.05, -0.12, z + 0.26),
            (-0.045, -0.12, z + 0.2),
        ],
        0.016,
        sides=8,
    )
    deck = [
        box((0.0, 0.26, z - 0.02), (x, y - 0.53, 0.04), steel, "metal"),
        box((-0.24, -0.12, z - 0.02), (x - 0.48, 0.54, 0.04), steel, "metal"),
        box((0.28, -0.12, z - 0.02), (0.06, 0.54, 0.04), steel, "metal"),
    ]
    return [
        *carcass(look.size, 0.08, z - 0.04, look.colour, lid=False),
        *deck,
        *rim,
        *walls,
        *bottom,
        *ribs,
        form(tap, (0, 0, 0), colour("silver"), "metal"),
        pillar((-0.22, -0.05, z), 0.03, 0.05, colour("silver"), "metal"),
        block((x / 2 - 0.02, 0, 0.67), (0.02, y, 0.2), look.colour),
        _plinth(look),
        _splashback(look),
        *leaves(kind, look, look.colour),
    ]


def _kitchen_cupboard(look: Look) -> list[Part]:
    kind = FURNITURE_KINDS["kitchen cupboard"]
    return [
        *carcass(look.size, 0.0, look.z, look.colour),
        *within([board(look.size, 0.37, shade(look.colour, 0.85))], "door"),
        *leaves(kind, look, look.colour),
    ]


def _dining_table(look: Look) -> list[Part]:
    x, y, z = look.size
    return [
        wooden(block((0, 0, z - 0.04), (x, y, 0.04), look.colour, "gloss")),
        block((0, 0, z - 0.11), (x - 0.16, y - 0.16, 0.07), shade(look.colour, 0.8)),
        *map(wooden, legs(look.size, z - 0.04, shade(look.colour, 0.85), thick_m=0.08, inset_m=0.07)),
    ]


def _dustbin(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    can = lathe(
        [
            (0, 0),
            (0.8 * r, 0),
            (0.95 * r, 0.86 * h),
            (1.0 * r, 0.88 * h),
            (1.0 * r, 0.92 * h),
            (0.9 * r, 0.92 * h),
            (0.76 * r, 0.5 * h),
            (0, 0.5 * h),
        ],
        20,
    )
    bag = lathe([(0.84 * r, 0.8 * h), (1.02 * r, 0.8 * h), (1.03 * r, 0.93 * h), (0.88 * r, 0.95 * h), (0.8 * r, 0.55 * h)], 20)
    lid = [disc((-r * 0.98, 0, h + r * 0.42), 1.6 * r, 0.025, shade(look.colour, 0.8), "metal", (0, -1.25, 0))]
    pedal = box((r * 0.85, 0, 0.03), (0.08, 0.09, 0.02), colour("black"))
    return [form(can, (0, 0, 0), look.colour, "metal"), form(bag, (0, 0, 0), colour("white")), *lid, pedal]


SHAPES = {
    "kitchen counter": _kitchen_counter,
    "fridge": _fridge,
    "stove": _stove,
    "sink": _sink,
    "kitchen cupboard": _kitchen_cupboard,
    "dining table": _dining_table,
    "dustbin": _dustbin,
}
