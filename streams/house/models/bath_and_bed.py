"""Shapes of what lies in bathrooms and on beds."""

import numpy as np

from streams.house.models.colours import colour, shade
from streams.house.models.look import Look
from streams.house.models.meshes import lathe, stuffed, tube
from streams.house.models.shape import Part, ball, block, box, disc, form, only, pillar, rod
from streams.house.models.tableware import cup


def _towel(look: Look) -> list[Part]:
    x, y, z = look.size
    folds = [
        form(
            stuffed((x * (1 - 0.03 * i), y * (1 - 0.02 * i), z * 0.36), square=0.15, flat=0.5),
            (0.005 * i, 0, z * (0.17 + 0.32 * i)),
            shade(look.colour, 1 - 0.06 * i),
            "cloth",
        )
        for i in range(3)
    ]
    stripes = [
        box((0.005, s * y * 0.32, z * 0.985), (x * 0.86, 0.022, 0.008), shade(look.colour, 0.55), "cloth") for s in (-1, 1)
    ]
    spots = [ball((0.04 - 0.09 * i, 0.05 * i, z), (0.08, 0.07, 0.012), colour("soil")) for i in range(2)]
    return [*folds, *stripes, *only(spots, "cleanliness", "dirty")]


def _toothbrush(look: Look) -> list[Part]:
    x, y, z = look.size
    bristles = [
        box((x * 0.36 + 0.009 * i, 0, z * 0.62), (0.007, y * 0.6, z * 0.65), colour("white" if i % 2 else "light blue"))
        for i in range(4)
    ]
    return [
        rod((-x / 2 + 0.008, 0, 0.009), (0, 0, 0.009), 0.017, look.colour, "gloss"),
        rod((0, 0, 0.009), (x * 0.48, 0, 0.009), 0.011, shade(look.colour, 1.2), "gloss"),
        *bristles,
    ]


def _toothpaste(look: Look) -> list[Part]:
    x, y, z = look.size
    body = stuffed((x * 0.85, y, z * 0.85), square=0.25, flat=0.8)
    end = box((-x * 0.42, 0, z * 0.42), (x * 0.1, y, z * 0.2), shade(look.colour, 0.9))
    band = box((-x * 0.02, 0, z * 0.8), (x * 0.3, y * 0.5, 0.008), colour("red") if sum(look.colour[:3]) > 2 else colour("white"))
    mark = box((x * 0.2, 0, z * 0.77), (x * 0.06, y * 0.5, 0.008), colour("light blue"))
    return [
        form(body, (-x * 0.06, 0, z * 0.43), look.colour, "gloss"),
        end,
        band,
        mark,
        disc((x * 0.42, 0, z * 0.43), z * 0.7, x * 0.13, colour("blue"), "gloss", (0, np.pi / 2, 0)),
    ]


def _toothbrush_cup(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    beaker = form(lathe(cup(r, 0.52 * h)), (0, 0, 0), look.colour, "gloss")
    brushes: list[Part] = []
    for dx, dy, name in ((0.3, 0.55, "red"), (-0.5, -0.4, "green")):
        top = (dx * r * 1.3, dy * r * 1.3, h * 0.97)
        brushes += [
            rod((-dx * r * 0.6, -dy * r * 0.6, 0.02), top, 0.009, colour(name)),
            box((top[0] + 0.008, top[1], top[2] - 0.012), (0.014, 0.011, 0.026), colour("white")),
        ]
    return [beaker, *brushes]


def _soap(look: Look) -> list[Part]:
    x, y, z = look.size
    dish = lathe([(0, 0), (0.62, 0), (0.98, 0.45), (1.0, 0.5), (0.6, 0.15), (0, 0.15)], 18)
    dish_sized = form(
        type(dish)(dish.vertices * (x / 2, y / 2, z), dish.normals, dish.uv, dish.faces), (0, 0, 0), colour("white"), "gloss"
    )
    return [
        dish_sized,
        form(stuffed((x * 0.66, y * 0.68, z * 0.7), square=0.5, flat=0.55), (0, 0, z * 0.55), look.colour, "gloss"),
        ball((0.0, 0, z * 0.9), (x * 0.3, y * 0.34, 0.006), shade(look.colour, 0.8)),
        *(
            ball((x * 0.3 * a, y * 0.3 * b, z * 0.72), 0.013, colour("white"), "gloss")
            for a, b in ((1, 0.4), (0.8, -0.6), (-0.9, 0.5))
        ),
    ]


def _shampoo_bottle(look: Look) -> list[Part]:
    x, y, z = look.size
    body = stuffed((x, y, z * 0.74), square=0.6, flat=0.25)
    nozzle = [
        pillar((0, 0, 0.72 * z), 0.028, 0.1 * z, colour("white")),
        pillar((0, 0, 0.82 * z), 0.012, 0.1 * z, colour("silver")),
        box((x * 0.25, 0, 0.95 * z), (x * 0.9, 0.022, 0.02), colour("white")),
    ]
    label = box((x * 0.47, 0, 0.34 * z), (0.012, y * 0.56, z * 0.34), colour("white"))
    drop = ball((x * 0.53, 0, 0.34 * z), (0.01, 0.03, 0.045), look.colour)
    return [form(body, (0, 0, 0.37 * z), look.colour, "gloss"), *nozzle, label, drop]


def _toilet_paper(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    roll = lathe([(0.36 * r, 0), (r, 0), (r, h), (0.36 * r, h), (0.36 * r, 0)], 20)
    tail = box((r * 0.97, 0.012, h * 0.45), (0.006, 0.075, h * 0.9), shade(look.colour, 0.92))
    full = [form(roll, (0, 0, 0), look.colour), tail, pillar((0, 0, h - 0.002), 0.74 * r, 0.004, colour("dark wood"))]
    tube_only = form(
        lathe([(0.34 * r, 0), (0.4 * r, 0), (0.4 * r, h), (0.34 * r, h), (0.34 * r, 0)]), (0, 0, 0), colour("cardboard")
    )
    return [*only(full, "fill", "full"), *only([tube_only], "fill", "empty")]


def _tissue_box(look: Look) -> list[Part]:
    x, y, z = look.size
    low = z * 0.6
    tissue = [
        form(
            stuffed((0.03, y * 0.34, z * 0.55), square=0.9, flat=1.0), (0.0, 0, low + z * 0.12), colour("white"), turn=(0, 0.2, 0)
        ),
        form(
            stuffed((0.05, y * 0.2, z * 0.4), square=0.9, flat=1.0),
            (0.01, -0.02, low + z * 0.1),
            shade(colour("white"), 0.92),
            turn=(0.4, 0.1, 0.5),
        ),
    ]
    flowers = [
        ball((x / 2, y * a, low * b), (0.006, 0.04, 0.04), shade(look.colour, 1.6))
        for a, b in ((-0.33, 0.35), (0.0, 0.6), (0.33, 0.35))
    ]
    return [
        block((0, 0, 0), (x, y, low), look.colour),
        ball((0, 0, low), (x * 0.4, y * 0.62, 0.006), shade(colour("dark grey"), 0.6)),
        *only(tissue, "fill", "full"),
        *flowers,
    ]


def _pillow(look: Look) -> list[Part]:
    x, y, z = look.size
    seam = tube(
        [
            (s * x * 0.46, t * y * 0.46, z / 2)
            for s, t in (
                (1, -1),
                (1, -0.4),
                (1, 0.4),
                (1, 1),
                (0.3, 1.0),
                (-0.3, 1.0),
                (-1, 1),
                (-1, 0.4),
                (-1, -0.4),
                (-1, -1),
                (-0.3, -1.0),
                (0.3, -1.0),
            )
        ],
        0.006,
        sides=4,
        closed=True,
    )
    return [
        form(stuffed((x, y, z), square=0.3, flat=0.95), (0, 0, z / 2), look.colour, "cloth"),
        form(seam, (0, 0, 0), shade(look.colour, 0.75), "cloth"),
    ]


def _blanket(look: Look) -> list[Part]:
    x, y, z = look.size
    folds = [
        form(
            stuffed((x * (1 - 0.02 * i), y * (1 - 0.02 * i), z * 0.3), square=0.2, flat=0.6),
            (0.006 * i, 0, z * (0.15 + 0.235 * i)),
            shade(look.colour, (1.0, 0.85, 1.0, 0.9)[i]),
            "cloth",
        )
        for i in range(4)
    ]
    checks = [box((0.016, y * b, z * 0.99), (x * 0.9, 0.03, 0.008), shade(look.colour, 1.55), "cloth") for b in (-0.3, 0.0, 0.3)]
    across = [box((x * a, 0, z * 0.993), (0.03, y * 0.9, 0.008), shade(look.colour, 0.5), "cloth") for a in (-0.25, 0.1, 0.35)]
    fringe = [
        rod(
            (x * 0.46, y * (-0.42 + 0.12 * i), z * 0.85),
            (x * 0.52, y * (-0.42 + 0.12 * i), z * 0.62),
            0.014,
            shade(look.colour, 1.5),
            "cloth",
        )
        for i in range(8)
    ]
    return [*folds, *checks, *across, *fringe]


SHAPES = {
    "towel": _towel,
    "toothbrush": _toothbrush,
    "toothpaste": _toothpaste,
    "toothbrush cup": _toothbrush_cup,
    "soap": _soap,
    "shampoo bottle": _shampoo_bottle,
    "toilet paper": _toilet_paper,
    "tissue box": _tissue_box,
    "pillow": _pillow,
    "blanket": _blanket,
}
