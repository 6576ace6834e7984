"""Shapes of furniture to sit on, to work at and to keep things in."""

import numpy as np

from streams.house.models.colours import Colour, colour, shade
from streams.house.models.joinery import board, carcass, leaves, legs, wooden
from streams.house.models.kinds import FURNITURE_KINDS
from streams.house.models.look import Look
from streams.house.models.meshes import lathe, panel, stuffed, tube
from streams.house.models.shape import Finish, Part, ball, block, box, disc, form, only, pictured, pillar, rod


def _cushion(
    at: tuple[float, float, float], size: tuple[float, float, float], of: Colour, finish: Finish = "cloth", lean: float = 0.0
) -> Part:
    return pictured(form(stuffed(size, square=0.15, flat=0.3, slices=16, stacks=6), at, of, finish, (0, lean, 0)), "cloth")


def _upholstered(look: Look, seats: int, arm_m: float) -> list[Part]:
    """A sofa of so many seats, or an armchair."""
    x, y, z = look.size
    inner = y - 2 * arm_m
    wide = inner / seats
    base = block((0, 0, 0.1), (x - 0.04, y - 0.04, 0.18), shade(look.colour, 0.8), "cloth")
    seat = [
        _cushion((0.09, -inner / 2 + wide * (i + 0.5), 0.36), (x - 0.2, wide * 0.99, 0.18), look.colour) for i in range(seats)
    ]
    back = [
        _cushion((-x * 0.3, -inner / 2 + wide * (i + 0.5), 0.6), (0.2, wide * 0.98, 0.45), shade(look.colour, 1.08), lean=-0.15)
        for i in range(seats)
    ]
    arms = [_cushion((0.02, s * (y / 2 - arm_m / 2), 0.37), (x - 0.06, arm_m, 0.52), shade(look.colour, 0.92)) for s in (-1, 1)]
    rear = _cushion((-x / 2 + 0.1, 0, z * 0.52), (0.18, y - 0.02, z * 0.85), shade(look.colour, 0.85))
    feet = [pillar((a * (x / 2 - 0.1), b * (y / 2 - 0.1), 0), 0.05, 0.11, colour("dark wood")) for a in (-1, 1) for b in (-1, 1)]
    return [base, *seat, *back, *arms, rear, *feet]


def _sofa(look: Look) -> list[Part]:
    y = look.y
    throw = [_cushion((0.0, s * (y / 2 - 0.38), 0.58), (0.12, 0.36, 0.34), look.second, lean=-0.35) for s in (-1, 1)]
    return [*_upholstered(look, 3, 0.2), *throw]


def _armchair(look: Look) -> list[Part]:
    return _upholstered(look, 1, 0.17)


def _chair(look: Look) -> list[Part]:
    x, y, z = look.size
    dark = shade(look.colour, 0.85)
    front = [block((x / 2 - 0.04, s * (y / 2 - 0.035), 0), (0.045, 0.045, 0.44), dark) for s in (-1, 1)]
    rear = [block((-x / 2 + 0.04, s * (y / 2 - 0.035), 0), (0.045, 0.045, z), dark) for s in (-1, 1)]
    slats = [box((-x / 2 + 0.035, 0, h), (0.025, y - 0.08, 0.07), look.colour) for h in (z - 0.06, z - 0.19, z - 0.32)]
    return [
        *map(wooden, (*front, *rear, *slats)),
        wooden(block((0.01, 0, 0.42), (x - 0.02, y, 0.04), look.colour)),
        box((0, 0, 0.22), (0.02, y - 0.08, 0.025), dark),
    ]


def _office_chair(look: Look) -> list[Part]:
    z = look.z
    spokes = [
        rod((0, 0, 0.1), (0.27 * np.cos(a), 0.27 * np.sin(a), 0.07), 0.035, colour("dark grey"), "metal")
        for a in np.arange(5) * 2 * np.pi / 5
    ]
    wheels = [ball((0.27 * np.cos(a), 0.27 * np.sin(a), 0.03), 0.06, colour("black")) for a in np.arange(5) * 2 * np.pi / 5]
    arms = [
        form(
            tube(
                [(-0.15, s * 0.22, 0.46), (-0.13, s * 0.29, 0.5), (-0.1, s * 0.29, 0.68), (0.12, s * 0.29, 0.68)], 0.018, sides=6
            ),
            (0, 0, 0),
            colour("black"),
        )
        for s in (-1, 1)
    ]
    return [
        *spokes,
        *wheels,
        pillar((0, 0, 0.1), 0.05, 0.34, colour("steel"), "metal"),
        _cushion((0.02, 0, 0.46), (0.46, 0.46, 0.09), look.colour),
        _cushion((-0.22, 0, z - 0.24), (0.08, 0.42, 0.48), look.colour, lean=-0.12),
        box((-0.23, 0, 0.52), (0.03, 0.08, 0.22), colour("black")),
        *arms,
    ]


def _coffee_table(look: Look) -> list[Part]:
    x, y, z = look.size
    shelf = wooden(block((0, 0, 0.12), (x - 0.08, y - 0.08, 0.02), shade(look.colour, 0.85)))
    return [
        wooden(block((0, 0, z - 0.04), (x, y, 0.04), look.colour, "gloss")),
        shelf,
        *legs(look.size, z - 0.04, shade(look.colour, 0.75), thick_m=0.05, inset_m=0.04),
    ]


def _desk(look: Look) -> list[Part]:
    kind = FURNITURE_KINDS["desk"]
    x, y, z = look.size
    box_m = 0.42
    side = -y / 2 + 0.03 + box_m / 2
    cabinet = [
        *(
            wooden(box((0, side + s * box_m / 2, z / 2 - 0.02), (x - 0.06, 0.02, z - 0.04), shade(look.colour, 0.9)))
            for s in (-1, 1)
        ),
        box((-x / 2 + 0.05, side, 0.62), (0.02, box_m, 0.18), shade(look.colour, 0.8)),
        box((0, side, 0.56), (x - 0.06, box_m, 0.02), shade(look.colour, 0.8)),
    ]
    feet = [block((a * (x / 2 - 0.06), y / 2 - 0.05, 0), (0.05, 0.05, z - 0.04), colour("dark grey"), "metal") for a in (-1, 1)]
    modesty = box((-x / 2 + 0.06, 0.2, z - 0.2), (0.02, y - 0.5, 0.3), shade(look.colour, 0.8))
    return [
        wooden(block((0, 0, z - 0.04), (x, y, 0.04), look.colour)),
        *cabinet,
        *feet,
        modesty,
        *_desk_lamp(look),
        *leaves(kind, look, shade(look.colour, 1.08)),
    ]


def _desk_lamp(look: Look) -> list[Part]:
    """A lamp clamped to the desk's rear corner, so that a desk is not taken for a table."""
    x, y, z = -look.x / 2 + 0.06, look.y / 2 - 0.1, look.z
    hood = lathe([(0.028, 0.0), (0.075, -0.09), (0.07, -0.09), (0.022, 0.0)], 14)
    return [
        disc((x, y, z + 0.012), 0.13, 0.024, look.second, "metal"),
        rod((x, y, z + 0.02), (x - 0.01, y + 0.02, z + 0.26), 0.018, look.second, "metal"),
        rod((x - 0.01, y + 0.02, z + 0.26), (x + 0.14, y - 0.1, z + 0.4), 0.018, look.second, "metal"),
        form(hood, (x + 0.16, y - 0.11, z + 0.4), look.second, "metal"),
    ]


def _console_table(look: Look) -> list[Part]:
    x, y, z = look.size
    rail = block((0, 0, z - 0.12), (x - 0.06, y - 0.1, 0.08), shade(look.colour, 0.85))
    return [
        wooden(block((0, 0, z - 0.035), (x, y, 0.035), look.colour, "gloss")),
        rail,
        *map(wooden, legs(look.size, z - 0.035, shade(look.colour, 0.9), thick_m=0.045, inset_m=0.04)),
    ]


def _tv_stand(look: Look) -> list[Part]:
    x, y, z = look.size
    middle = [wooden(box((0, s * y / 6, z / 2), (x - 0.03, 0.02, z - 0.06), look.colour)) for s in (-1, 1)]
    feet = [
        block((a * (x / 2 - 0.06), b * (y / 2 - 0.08), 0), (0.05, 0.05, 0.07), colour("black")) for a in (-1, 1) for b in (-1, 1)
    ]
    return [*map(wooden, carcass(look.size, 0.07, z, look.colour)), *middle, *feet]


def _television(look: Look) -> list[Part]:
    x, y, z = look.size
    low = 0.07
    body = box((0, 0, low + (z - low) / 2), (0.05, y, z - low), colour("black"), "gloss")
    face = form(panel((0.006, y - 0.05, z - low - 0.05)), (0.027, 0, low + (z - low) / 2), (0.04, 0.05, 0.07, 1.0), "gloss")
    on = pictured(
        form(panel((0.006, y - 0.05, z - low - 0.05)), (0.027, 0, low + (z - low) / 2), colour("white"), "glow"), "film"
    )
    off = [face, box((0.032, y * 0.28, z * 0.66), (0.002, 0.05, z * 0.45), (0.16, 0.18, 0.22, 1.0), "gloss", (0.5, 0, 0))]
    return [
        body,
        *only(off, "power", "off"),
        *only([on], "power", "on"),
        *(block((0, s * y * 0.32, 0), (x, 0.05, 0.02), colour("black")) for s in (-1, 1)),
        *(block((0, s * y * 0.32, 0.02), (0.03, 0.03, 0.07), colour("black")) for s in (-1, 1)),
    ]


def _bookshelf(look: Look) -> list[Part]:
    kind = FURNITURE_KINDS["bookshelf"]
    x, y, z = look.size
    heights = [surface.centre[2] * z / kind.size[2] for surface in kind.surfaces if surface.id != "on"]
    rows = [
        pictured(
            form(panel((0.1, y * wide, 0.23)), (-x / 2 + 0.07, side * y * (0.46 - wide / 2), h + 0.115), colour("white")),
            "spines",
        )
        for h, wide, side in zip(heights, (0.7, 0.45, 0.9, 0.5, 0.35), (1, -1, 1, 1, -1), strict=True)
    ]
    return [
        *map(wooden, carcass(look.size, 0.03, z, look.colour)),
        *(board(look.size, h, shade(look.colour, 0.95)) for h in heights),
        *rows,
        block((-0.01, 0, 0), (x - 0.04, y - 0.02, 0.06), shade(look.colour, 0.6)),
    ]


def _floor_lamp(look: Look) -> list[Part]:
    r, z = look.x / 2, look.z
    hood = lathe([(0.98 * r, z - 0.34), (0.66 * r, z), (0.64 * r, z), (0.96 * r, z - 0.34)], 20)
    foot = lathe([(0, 0), (0.75 * r, 0), (0.75 * r, 0.02), (0.1 * r, 0.04), (0, 0.04)])
    off, on = form(hood, (0, 0, 0), colour("cream"), "cloth"), form(hood, (0, 0, 0), (1.0, 0.93, 0.66, 1.0), "glow")
    bulb = ball((0, 0, z - 0.2), 0.09, colour("white"), "glow")
    return [
        form(foot, (0, 0, 0), look.second, "metal"),
        rod((0, 0, 0.03), (0, 0, z - 0.1), 0.03, look.second, "metal"),
        *only([off], "power", "off"),
        *only([on, bulb], "power", "on"),
    ]


def _house_plant(look: Look) -> list[Part]:
    r, z = look.x / 2, look.z
    pot = lathe(
        [(0, 0), (0.5 * r, 0), (0.68 * r, 0.3 * z), (0.72 * r, 0.34 * z), (0.6 * r, 0.34 * z), (0.58 * r, 0.3 * z), (0, 0.3 * z)]
    )
    fronds: list[Part] = []
    for i in range(11):
        a, tall = i * 2.4, 0.55 + 0.42 * ((i * 7) % 11) / 11
        out = r * (0.55 + 0.4 * ((i * 5) % 7) / 7)
        tip = (out * np.cos(a), out * np.sin(a), tall * z)
        fronds += [
            rod((0, 0, 0.3 * z), tip, 0.014, shade(colour("leaf"), 0.7)),
            ball(tip, (0.26, 0.12, 0.035), shade(colour("leaf"), 0.8 + 0.05 * (i % 6)), turn=(0, -0.5, a)),
        ]
    return [form(pot, (0, 0, 0), look.second, "gloss"), pillar((0, 0, 0.28 * z), 1.16 * r, 0.03 * z, colour("soil")), *fronds]


SHAPES = {
    "sofa": _sofa,
    "armchair": _armchair,
    "chair": _chair,
    "office chair": _office_chair,
    "coffee table": _coffee_table,
    "desk": _desk,
    "console table": _console_table,
    "tv stand": _tv_stand,
    "television": _television,
    "bookshelf": _bookshelf,
    "floor lamp": _floor_lamp,
    "house plant": _house_plant,
}
