"""Shapes of furniture of bedrooms, bathrooms and halls."""

from dataclasses import replace

import numpy as np

from streams.house.models.colours import colour, shade
from streams.house.models.joinery import board, carcass, leaves, within, wooden
from streams.house.models.kinds import FURNITURE_KINDS
from streams.house.models.look import Look
from streams.house.models.meshes import Mesh, lathe, stuffed, tube
from streams.house.models.shape import Part, ball, block, box, disc, form, only, pictured, rod

_WHITE = colour("white")


def _bed(look: Look) -> list[Part]:
    x, y, z = look.size
    frame = [
        wooden(block((0, 0, 0.16), (x, y, 0.14), look.second)),
        wooden(box((-x / 2 + 0.03, 0, z * 0.5), (0.06, y, z), look.second)),
        *(block((a * (x / 2 - 0.06), b * (y / 2 - 0.06), 0), (0.07, 0.07, 0.2), look.second) for a in (-1, 1) for b in (-1, 1)),
    ]
    mattress = form(
        stuffed((x - 0.08, y - 0.04, 0.22), square=0.12, flat=0.25, slices=16, stacks=6), (0.03, 0, 0.385), _WHITE, "cloth"
    )
    cover = pictured(
        form(
            stuffed((x * 0.68, y + 0.01, 0.26), square=0.1, flat=0.25, slices=16, stacks=6),
            (x * 0.15, 0, 0.373),
            look.colour,
            "cloth",
        ),
        "cloth",
    )
    fold = pictured(
        form(
            stuffed((0.22, y + 0.015, 0.27), square=0.15, flat=0.3, slices=16, stacks=6),
            (-x * 0.17, 0, 0.374),
            shade(look.colour, 1.5),
            "cloth",
        ),
        "cloth",
    )
    pillows = [
        form(
            stuffed((0.36, y * 0.4, 0.14), square=0.35, flat=0.8),
            (-x * 0.36, s * y * 0.24, 0.545),
            _WHITE,
            "cloth",
            (0, -0.25, 0),
        )
        for s in (-1, 1)
    ]
    return [*frame, mattress, cover, fold, *pillows]


def _bedside_table(look: Look) -> list[Part]:
    kind = FURNITURE_KINDS["bedside table"]
    return [
        *map(wooden, carcass(look.size, 0.03, look.z, look.colour)),
        board(look.size, 0.33, shade(look.colour, 0.8)),
        *leaves(kind, look, shade(look.colour, 1.1), picture="wood"),
    ]


def _dresser(look: Look) -> list[Part]:
    kind = FURNITURE_KINDS["dresser"]
    feet = [
        block((a * (look.x / 2 - 0.05), b * (look.y / 2 - 0.05), 0), (0.05, 0.05, 0.07), shade(look.colour, 0.6))
        for a in (-1, 1)
        for b in (-1, 1)
    ]
    return [
        *map(wooden, carcass(look.size, 0.06, look.z, look.colour)),
        *feet,
        *leaves(kind, look, shade(look.colour, 1.08), picture="wood"),
    ]


def _wardrobe(look: Look) -> list[Part]:
    kind = FURNITURE_KINDS["wardrobe"]
    x, y, z = look.size
    rail = rod((0, -y / 2 + 0.04, 1.02), (0, y / 2 - 0.04, 1.02), 0.03, colour("steel"), "metal")
    boards = [board(look.size, surface.centre[2], shade(look.colour, 0.85)) for surface in kind.surfaces]
    crown = wooden(block((0, 0, z - 0.03), (x + 0.02, y + 0.04, 0.04), shade(look.colour, 0.8)))
    return [
        *map(wooden, carcass(look.size, 0.0, z, look.colour)),
        *within([*boards, rail], "door"),
        crown,
        *leaves(kind, look, look.colour, picture="wood"),
    ]


def _shoe_rack(look: Look) -> list[Part]:
    kind = FURNITURE_KINDS["shoe rack"]
    x, y, z = look.size
    sides = [wooden(box((0, s * (y / 2 - 0.012), z / 2), (x, 0.024, z), look.colour)) for s in (-1, 1)]
    heights = [surface.centre[2] for surface in kind.surfaces]
    slats = [
        wooden(box((x * a, 0, h - 0.01), (x * 0.2, y - 0.03, 0.02), shade(look.colour, 0.95)))
        for h in heights[:2]
        for a in (-0.36, -0.12, 0.12, 0.36)
    ]
    return [*sides, *slats, wooden(block((0, 0, z - 0.025), (x, y, 0.025), look.colour))]


def _coat_rack(look: Look) -> list[Part]:
    x, y, z = look.size
    plank = wooden(box((-x / 2 + 0.015, 0, z - 0.1), (0.03, y, 0.2), look.colour))
    posts = [wooden(block((-x / 2 + 0.02, s * (y / 2 - 0.03), 0), (0.04, 0.05, z), look.colour)) for s in (-1, 1)]
    feet = [block((0, s * (y / 2 - 0.03), 0), (x, 0.05, 0.04), shade(look.colour, 0.8)) for s in (-1, 1)]
    hooks = [
        form(
            tube(
                [
                    (-x / 2 + 0.03, k, z - 0.05),
                    (-x / 2 + 0.09, k, z - 0.08),
                    (-x / 2 + 0.12, k, z - 0.05),
                    (-x / 2 + 0.12, k, z - 0.02),
                ],
                0.014,
                sides=6,
            ),
            (0, 0, 0),
            colour("golden"),
            "metal",
        )
        for k in np.linspace(-y * 0.38, y * 0.38, 5)
    ]
    top = wooden(block((-x / 2 + 0.1, 0, z - 0.01), (0.2, y, 0.02), look.colour))
    back = wooden(box((-x / 2 + 0.012, 0, z * 0.45), (0.02, y - 0.08, 0.08), shade(look.colour, 0.85)))
    return [plank, *posts, *feet, *hooks, top, back]


def _washing_machine(look: Look) -> list[Part]:
    x, y, z = look.size
    flat = (0.0, np.pi / 2, 0.0)
    drum = lathe([(0.19, 0.0), (0.2, 0.0), (0.2, 0.36), (0, 0.36), (0, 0.34), (0.185, 0.34), (0.185, 0.0)], 18)
    shell = [box((-0.01, s * (y / 2 - 0.015), z / 2), (x - 0.02, 0.03, z), _WHITE, "gloss") for s in (-1, 1)]
    shell += [
        block((0, 0, z - 0.03), (x, y, 0.03), _WHITE, "gloss"),
        box((-x / 2 + 0.01, 0, z / 2), (0.02, y, z), _WHITE),
        block((0, 0, 0.0), (x, y, 0.05), _WHITE),
    ]
    front = [
        box((x / 2 - 0.01, 0, 0.13), (0.02, y - 0.06, 0.17), _WHITE, "gloss"),
        box((x / 2 - 0.01, 0, 0.69), (0.02, y - 0.06, 0.1), _WHITE, "gloss"),
        *(box((x / 2 - 0.01, s * 0.25, 0.42), (0.02, 0.1, 0.5), _WHITE, "gloss") for s in (-1, 1)),
    ]
    panel_ = [
        box((x / 2 - 0.005, 0, z - 0.08), (0.02, y - 0.02, 0.12), shade(_WHITE, 0.85)),
        disc((x / 2 + 0.012, 0.06, z - 0.08), 0.07, 0.03, colour("grey"), "metal", flat),
        box((x / 2 + 0.006, -0.17, z - 0.08), (0.01, 0.18, 0.07), shade(_WHITE, 0.75)),
    ]
    lights = [
        *only([box((x / 2 + 0.008, 0.2, z - 0.08), (0.012, 0.1, 0.05), colour("light green"), "glow")], "power", "on"),
        *only([box((x / 2 + 0.008, 0.2, z - 0.08), (0.012, 0.1, 0.05), colour("black"))], "power", "off"),
    ]
    rim = lathe([(0.13, -0.015), (0.2, -0.02), (0.21, 0.01), (0.2, 0.03), (0.14, 0.02)], 20)
    door = [
        form(rim, (x / 2 + 0.004, 0, 0.42), colour("silver"), "metal", flat),
        disc((x / 2 + 0.002, 0, 0.42), 0.28, 0.012, colour("dark blue"), "gloss", flat),
        box((x / 2 + 0.03, 0.18, 0.42), (0.02, 0.02, 0.09), colour("dark grey")),
    ]
    return [
        *shell,
        *front,
        *panel_,
        *lights,
        form(drum, (x / 2 - 0.03, 0, 0.42), colour("steel"), "metal", (0, -np.pi / 2, 0)),
        *(replace(part, leaf=("door", 0)) for part in door),
    ]


def _bathroom_sink(look: Look) -> list[Part]:
    kind = FURNITURE_KINDS["bathroom sink"]
    x, y, z = look.size
    bowl = lathe(
        [(0, -0.1), (0.1, -0.1), (0.16, -0.02), (0.17, 0.03), (0.15, 0.03), (0.13, -0.02), (0.08, -0.07), (0, -0.075)], 20
    )
    stretched = Mesh(bowl.vertices * (0.95, 1.35, 1.0), bowl.normals, bowl.uv, bowl.faces)
    tap = tube(
        [(-0.17, 0, z), (-0.17, 0, z + 0.13), (-0.14, 0, z + 0.16), (-0.07, 0, z + 0.14), (-0.06, 0, z + 0.11)], 0.014, sides=7
    )
    mirror = [
        box((-x / 2 + 0.01, 0, 1.45), (0.02, y * 0.9, 0.8), colour("silver"), "metal"),
        box((-x / 2 + 0.022, 0, 1.45), (0.01, y * 0.84, 0.74), (0.72, 0.86, 0.93, 1.0), "gloss"),
        box((-x / 2 + 0.028, 0.05, 1.5), (0.002, 0.04, 0.7), (0.9, 0.97, 1.0, 1.0), "gloss", (0.6, 0, 0)),
    ]
    return [
        *carcass(look.size, 0.06, z - 0.12, look.colour, lid=False),
        block((0, 0, z - 0.13), (x, y, 0.03), _WHITE, "gloss"),
        block((-0.17, 0, z - 0.1), (0.12, y, 0.1), _WHITE, "gloss"),
        *(block((0.05, s * (y / 2 - 0.05), z - 0.1), (x - 0.1, 0.1, 0.1), _WHITE, "gloss") for s in (-1, 1)),
        block((x / 2 - 0.015, 0, z - 0.1), (0.03, y, 0.1), _WHITE, "gloss"),
        form(stretched, (0.05, 0, z), shade(_WHITE, 0.96), "gloss"),
        form(tap, (0, 0, 0), colour("silver"), "metal"),
        *(replace(part, structure=True) for part in mirror),
        *leaves(kind, look, look.colour),
    ]


def _toilet(look: Look) -> list[Part]:
    x, y, z = look.size
    bowl = lathe([(0, 0), (0.62, 0), (0.56, 0.3), (0.68, 0.7), (1.0, 0.95), (1.0, 1.0), (0.72, 1.0), (0.5, 0.7), (0, 0.55)], 20)
    shaped = Mesh(bowl.vertices * (0.25, y / 2, 0.4), bowl.normals, bowl.uv, bowl.faces)
    ring = lathe([(0.68, 0), (1.03, 0), (1.03, 0.03), (0.68, 0.03), (0.68, 0)], 20)
    seat = Mesh(ring.vertices * (0.25, y / 2, 1.0), ring.normals, ring.uv, ring.faces)
    lid = form(stuffed((0.05, y * 0.98, 0.44), square=0.5, flat=0.8), (-0.17, 0, 0.64), _WHITE, "gloss", (0, -0.14, 0))
    tank = [
        block((-x / 2 + 0.09, 0, 0.42), (0.18, y, z - 0.45), _WHITE, "gloss"),
        block((-x / 2 + 0.09, 0, z - 0.03), (0.2, y + 0.02, 0.03), _WHITE, "gloss"),
        block((-0.16, 0, 0), (0.22, y * 0.5, 0.4), _WHITE, "gloss"),
    ]
    water = disc((0.09, 0, 0.27), 0.2, 0.01, colour("water"), "gloss")
    return [
        form(shaped, (0.09, 0, 0), _WHITE, "gloss"),
        form(seat, (0.09, 0, 0.4), shade(_WHITE, 0.92), "gloss"),
        lid,
        *tank,
        water,
        disc((-x / 2 + 0.09, 0, z), 0.05, 0.01, colour("silver"), "metal"),
    ]


def _bathtub(look: Look) -> list[Part]:
    x, y, z = look.size
    walls = [box((s * (x / 2 - 0.05), 0, z / 2), (0.1, y, z), _WHITE, "gloss") for s in (-1, 1)]
    ends = [box((0, s * (y / 2 - 0.07), z / 2), (x, 0.14, z), _WHITE, "gloss") for s in (-1, 1)]
    rim = [box((s * (x / 2 - 0.05), 0, z), (0.12, y + 0.02, 0.03), _WHITE, "gloss") for s in (-1, 1)] + [
        box((0, s * (y / 2 - 0.07), z), (x, 0.15, 0.03), _WHITE, "gloss") for s in (-1, 1)
    ]
    bottom = [
        box((0, 0, 0.12), (x - 0.2, y - 0.28, 0.04), shade(_WHITE, 0.94), "gloss"),
        disc((0, -0.5, 0.142), 0.06, 0.004, colour("grey")),
    ]
    tap = tube(
        [(0, -y / 2 + 0.05, z), (0, -y / 2 + 0.05, z + 0.12), (0, -y / 2 + 0.14, z + 0.14), (0, -y / 2 + 0.17, z + 0.09)],
        0.018,
        sides=8,
    )
    knobs = [ball((s * 0.09, -y / 2 + 0.05, z + 0.04), 0.05, colour("silver"), "metal") for s in (-1, 1)]
    return [*walls, *ends, *rim, *bottom, form(tap, (0, 0, 0), colour("silver"), "metal"), *knobs]


def _laundry_basket(look: Look) -> list[Part]:
    x, y, z = look.size
    weave = lathe([(0, 0), (0.78, 0), (0.94, 0.96), (1.0, 0.97), (1.0, 1.0), (0.9, 1.0), (0.8, 0.36), (0, 0.36)], 20)
    shaped = Mesh(weave.vertices * (x / 2, y / 2, z), weave.normals, weave.uv * (6.0, 4.0), weave.faces)
    clothes = [
        ball((a, b, z * 0.36), (0.13, 0.14, 0.09), colour(name), "cloth")
        for a, b, name in ((0.05, -0.08, "light blue"), (-0.06, 0.07, "white"), (0.05, 0.09, "pink"))
    ]
    ears = [
        form(
            tube(
                [(s * 0.02, t * y * 0.47, z * 0.97) for s, t in ((-4, k), (-2, 1.06 * k), (2, 1.06 * k), (4, k))], 0.014, sides=6
            ),
            (0, 0, 0.02),
            shade(look.colour, 0.6),
        )
        for k in (-1, 1)
    ]
    return [pictured(form(shaped, (0, 0, 0), look.colour), "wicker"), *clothes, *ears]


SHAPES = {
    "bed": _bed,
    "bedside table": _bedside_table,
    "dresser": _dresser,
    "wardrobe": _wardrobe,
    "shoe rack": _shoe_rack,
    "coat rack": _coat_rack,
    "washing machine": _washing_machine,
    "bathroom sink": _bathroom_sink,
    "toilet": _toilet,
    "bathtub": _bathtub,
    "laundry basket": _laundry_basket,
}
