"""Shapes of what is cooked in and eaten from."""

import numpy as np

from streams.house.models.colours import Colour, colour, shade
from streams.house.models.look import Look
from streams.house.models.meshes import extruded, lathe, tube
from streams.house.models.shape import Part, ball, block, box, disc, form, lifted, only, pillar, rod

STEEL, COFFEE, WATER, STAIN = colour("steel"), colour("coffee"), colour("water"), colour("ochre")


def stains(radius: float, height: float, across: float = 0.03) -> list[Part]:
    """What is left of a meal: spots around the middle, for things that are not clean."""
    places = [(0.5, 0.3), (-0.4, 0.5), (-0.1, -0.55), (0.15, -0.1)]
    spots = [
        disc((x * radius, y * radius, height), across * (1 + 0.3 * i), 0.003, shade(STAIN, 0.7 + 0.1 * i))
        for i, (x, y) in enumerate(places)
    ]
    return only(spots, "cleanliness", "dirty")


def smear(radius: float, height: float) -> list[Part]:
    """A drip down the outside of a cup that is not clean."""
    drips = [
        ball((radius * np.cos(a), radius * np.sin(a), height), (0.006, 0.02, 0.045), shade(COFFEE, 1.2), turn=(0, 0, a))
        for a in (0.3, 2.0, 4.2)
    ]
    return only(drips, "cleanliness", "dirty")


def cup(radius: float, height: float, wall: float = 0.006, foot: float | None = None) -> list[tuple[float, float]]:
    """The outline of a hollow cup."""
    low = radius * 0.9 if foot is None else foot
    return [
        (0, 0),
        (low, 0),
        (radius, height * 0.15),
        (radius, height),
        (radius - wall, height),
        (radius - wall, height * 0.2),
        (low - wall, wall),
        (0, wall),
    ]


def _mug(look: Look) -> list[Part]:
    radius = look.x / 2
    turn = np.linspace(-0.45 * np.pi, 0.45 * np.pi, 7)
    handle = np.stack([0 * turn, radius - 0.012 + (look.y - look.x) * np.cos(turn), look.z * (0.52 + 0.31 * np.sin(turn))], 1)
    middle = (0.0, -(look.y - look.x) / 2, 0.0)
    return [
        form(lathe(cup(radius, look.z)), middle, look.colour, "gloss"),
        form(tube(handle, 0.008, sides=6), middle, look.colour, "gloss"),
        *only([disc((0, middle[1], look.z * 0.86), 2 * radius - 0.014, 0.004, COFFEE, "gloss")], "fill", "full"),
        *smear(radius, look.z * 0.7),
    ]


def _glass(look: Look) -> list[Part]:
    radius = look.x / 2
    drink = pillar((0, 0, 0.01), 2 * radius - 0.016, look.z * 0.75, WATER, "gloss")
    return [
        form(lathe(cup(radius, look.z, 0.004, radius * 0.78)), (0, 0, 0), look.colour, "gloss"),
        _rim(radius, look.z, look.colour),
        *only([drink], "fill", "full"),
        *smear(radius, look.z * 0.6),
    ]


def _rim(radius: float, height: float, of: Colour) -> Part:
    turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    ring = np.stack([radius * np.cos(turn), radius * np.sin(turn), np.full(16, height)], 1)
    return form(tube(ring, 0.003, sides=4, closed=True), (0, 0, 0), (*shade(of, 1.4)[:3], 1.0), "gloss")


def _wine_glass(look: Look) -> list[Part]:
    radius, height = look.x / 2, look.z
    bowl = [
        (0, 0.45),
        (0.5, 0.5),
        (0.95, 0.65),
        (1.0, 0.78),
        (0.85, 1.0),
        (0.8, 1.0),
        (0.93, 0.78),
        (0.85, 0.66),
        (0.4, 0.53),
        (0, 0.5),
    ]
    wine = lathe([(0, 0.5 * height), (0.5 * radius, 0.53 * height), (0.86 * radius, 0.68 * height), (0, 0.68 * height)])
    return [
        form(lathe([(r * radius, h * height) for r, h in bowl]), (0, 0, 0), look.colour, "gloss"),
        _rim(0.83 * radius, height, look.colour),
        form(
            lathe(
                [
                    (0, 0),
                    (0.85 * radius, 0),
                    (0.85 * radius, 0.006),
                    (0.1 * radius, 0.02),
                    (0.1 * radius, 0.46 * height),
                    (0, 0.46 * height),
                ]
            ),
            (0, 0, 0),
            (*look.colour[:3], 0.8),
            "gloss",
        ),
        *only([form(wine, (0, 0, 0), shade(colour("red"), 0.5), "gloss")], "fill", "full"),
        *smear(radius * 0.9, height * 0.8),
    ]


def _plate(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    outline = [(0, 0), (0.55 * r, 0), (r, 0.85 * h), (r, h), (0.62 * r, 0.4 * h), (0, 0.4 * h)]
    return [
        form(lathe(outline, 24), (0, 0, 0), look.colour, "gloss"),
        disc((0, 0, 0.4 * h), 1.2 * r, 0.002, shade(look.colour, 0.88), "gloss"),
        *stains(0.55 * r, 0.4 * h + 0.002),
    ]


def _bowl(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    outer, inner = [(0.5, 0.0), (0.72, 0.2), (0.9, 0.55), (1.0, 1.0)], [(0.94, 1.0), (0.84, 0.55), (0.66, 0.22), (0.42, 0.08)]
    outline = [(0.0, 0.0), *((a * r, b * h) for a, b in (*outer, *inner)), (0.0, 0.08 * h)]
    return [
        form(lathe(outline, 20), (0, 0, 0), look.colour, "gloss"),
        *only([disc((0, 0, 0.72 * h), 1.75 * r, 0.004, colour("orange"), "gloss")], "fill", "full"),
        *stains(0.42 * r, 0.1 * h + 0.003, 0.022),
    ]


def _pan(look: Look) -> list[Part]:
    r, h = look.y / 2, look.z * 0.7
    middle = look.x / 2 - r
    vessel = lathe([(0, 0), (0.82 * r, 0), (r, h), (0.97 * r, h), (0.8 * r, 0.008), (0, 0.008)], 20)
    return [
        form(vessel, (middle, 0, 0), look.colour, "metal"),
        disc((middle, 0, 0.01), 1.58 * r, 0.003, shade(colour("dark grey"), 0.8), "matt"),
        rod((middle - r + 0.01, 0, h * 0.8), (-look.x / 2 + 0.01, 0, look.z * 0.85), 0.026, colour("black")),
        *lifted(stains(0.6 * r, 0.014), (middle, 0, 0)),
    ]


def _pot(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z * 0.78
    lid = lathe([(0, h), (r * 1.02, h), (r * 1.02, h + 0.008), (0.5 * r, h + 0.022), (0, h + 0.025)])
    ears = [
        form(
            tube(
                [
                    (-0.035, s * r, 0.72 * h),
                    (-0.03, s * look.y / 2 * 0.97, 0.74 * h),
                    (0.03, s * look.y / 2 * 0.97, 0.74 * h),
                    (0.035, s * r, 0.72 * h),
                ],
                0.009,
                sides=6,
            ),
            (0, 0, 0),
            colour("black"),
        )
        for s in (-1, 1)
    ]
    return [
        pillar((0, 0, 0), 2 * r, h, look.colour, "metal"),
        form(lid, (0, 0, 0), shade(look.colour, 0.85), "metal"),
        disc((0, 0, h + 0.034), 0.045, 0.022, colour("black")),
        *ears,
        *smear(r, 0.5 * h),
    ]


def _kettle(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    body = lathe(
        [(0, 0.06 * h), (0.92 * r, 0.06 * h), (0.95 * r, 0.15 * h), (0.66 * r, 0.82 * h), (0.3 * r, 0.9 * h), (0, 0.9 * h)], 18
    )
    spout = tube([(0, 0.5 * r, 0.6 * h), (0, 0.85 * r, 0.78 * h), (0, 1.15 * r, 0.86 * h)], [0.022, 0.017, 0.012], sides=8)
    handle = tube(
        [
            (0, -0.45 * r, 0.84 * h),
            (0, -0.95 * r, 0.86 * h),
            (0, -1.25 * r, 0.7 * h),
            (0, -1.2 * r, 0.4 * h),
            (0, -0.88 * r, 0.24 * h),
        ],
        0.013,
        sides=6,
    )
    return [
        pillar((0, 0, 0), 2 * r, 0.06 * h, colour("black")),
        form(body, (0, 0, 0), look.colour, "metal"),
        form(spout, (0, 0, 0), look.colour, "metal"),
        form(handle, (0, 0, 0), colour("black")),
        ball((0, 0, 0.93 * h), (0.035, 0.035, 0.03), colour("black")),
        *only([box((0.9 * r, 0, 0.4 * h), (0.02, 0.02, 0.1), WATER, "gloss")], "fill", "full"),
    ]


def _teapot(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    spout = tube([(0, 0.75 * r, 0.3 * h), (0, 1.2 * r, 0.5 * h), (0, 1.5 * r, 0.78 * h)], [0.022, 0.015, 0.01], sides=8)
    turn = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 7)
    handle = tube(np.stack([0 * turn, -0.85 * r - 0.6 * r * np.cos(turn), h * (0.48 + 0.27 * np.sin(turn))], 1), 0.009, sides=6)
    return [
        ball((0, 0, 0.44 * h), (2 * r, 2 * r, 0.8 * h), look.colour, "gloss"),
        pillar((0, 0, 0), 1.1 * r, 0.1 * h, look.colour, "gloss"),
        ball((0, 0, 0.82 * h), (0.9 * r, 0.9 * r, 0.14 * h), shade(look.colour, 0.8), "gloss"),
        ball((0, 0, 0.93 * h), 0.028, shade(look.colour, 0.6), "gloss"),
        form(spout, (0, 0, 0), look.colour, "gloss"),
        form(handle, (0, 0, 0), look.colour, "gloss"),
    ]


def _knife(look: Look) -> list[Part]:
    half = look.x / 2
    blade = extruded(
        [
            (-0.02, -0.4 * look.y),
            (half * 0.7, -0.4 * look.y),
            (half, 0.3 * look.y),
            (half * 0.8, 0.5 * look.y),
            (-0.02, 0.5 * look.y),
        ],
        0.006,
    )
    return [
        form(blade, (0, 0, 0.008), colour("silver"), "metal"),
        box((-half * 0.55, 0, look.z / 2), (half * 0.9, look.y * 0.7, look.z), look.colour),
        *only([ball((half * 0.5, 0, 0.014), (0.07, 0.02, 0.006), STAIN)], "cleanliness", "dirty"),
    ]


def _fork(look: Look) -> list[Part]:
    half, y = look.x / 2, look.y
    prongs = [box((half * 0.8, s * y * 0.34, 0.012), (half * 0.4, y * 0.16, 0.008), STEEL, "metal") for s in (-1, -0.33, 0.33, 1)]
    return [
        rod((-half + 0.01, 0, 0.01), (half * 0.4, 0, 0.01), 0.014, STEEL, "metal"),
        box((half * 0.5, 0, 0.01), (half * 0.24, y, 0.009), STEEL, "metal"),
        *prongs,
        *only([ball((half * 0.6, 0, 0.016), (0.03, 0.02, 0.008), STAIN)], "cleanliness", "dirty"),
    ]


def _spoon(look: Look) -> list[Part]:
    half = look.x / 2
    return [
        rod((-half + 0.01, 0, 0.012), (half * 0.5, 0, 0.01), 0.013, STEEL, "metal"),
        ball((half * 0.68, 0, 0.01), (half * 0.64, look.y, 0.018), STEEL, "metal"),
        ball((half * 0.68, 0, 0.015), (half * 0.5, look.y * 0.75, 0.012), shade(STEEL, 0.6), "metal"),
        *only([ball((half * 0.68, 0, 0.018), (0.03, 0.022, 0.01), STAIN)], "cleanliness", "dirty"),
    ]


def _chopping_board(look: Look) -> list[Part]:
    hole = disc((0, look.y / 2 - 0.035, look.z), 0.03, 0.004, colour("black"))
    grain = [box((x * look.x, -0.01, look.z), (0.006, look.y * 0.8, 0.002), shade(look.colour, 0.75)) for x in (-0.25, 0.0, 0.25)]
    return [block((0, 0, 0), look.size, shade(look.colour, 1.25), "wood"), hole, *grain, *stains(0.3 * look.x, look.z + 0.002)]


def _bottle(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    body = lathe([(0, 0), (0.95 * r, 0), (r, 0.03), (r, 0.68 * h), (0.55 * r, 0.82 * h), (0.5 * r, 0.86 * h), (0, 0.86 * h)])
    drink = pillar((0, 0, 0.3 * h), 2 * r + 0.002, 0.05 * h, colour("light blue"), "gloss")
    return [
        form(body, (0, 0, 0), look.colour, "gloss"),
        pillar((0, 0, 0.85 * h), 1.15 * r, 0.15 * h, colour("dark grey")),
        *only([drink], "fill", "full"),
    ]


def _wine_bottle(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    glass = lathe([(0, 0), (r, 0), (r, 0.6 * h), (0.4 * r, 0.74 * h), (0.36 * r, 0.95 * h), (0, 0.95 * h)])
    cork: list[Part] = [pillar((0, 0, 0.86 * h), 0.9 * r, 0.14 * h, shade(colour("red"), 0.7), "gloss")]
    return [
        form(glass, (0, 0, 0), look.colour, "gloss"),
        pillar((0, 0, 0.2 * h), 2 * r + 0.002, 0.26 * h, colour("cream")),
        pillar((0, 0, 0.3 * h), 2 * r + 0.004, 0.03 * h, colour("golden")),
        *only(cork, "fill", "full"),
    ]


SHAPES = {
    "mug": _mug,
    "glass": _glass,
    "wine glass": _wine_glass,
    "plate": _plate,
    "bowl": _bowl,
    "pan": _pan,
    "pot": _pot,
    "kettle": _kettle,
    "teapot": _teapot,
    "knife": _knife,
    "fork": _fork,
    "spoon": _spoon,
    "chopping board": _chopping_board,
    "bottle": _bottle,
    "wine bottle": _wine_bottle,
}
