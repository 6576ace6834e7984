"""Shapes of what is played with and looked at."""

import numpy as np

from streams.house.models.colours import colour, shade
from streams.house.models.look import Look
from streams.house.models.meshes import extruded, lathe, panel, tube
from streams.house.models.shape import Part, ball, box, disc, form, only, pictured, pillar, rod

_SIDE = (np.pi / 2, 0.0, 0.0)


def _teddy_bear(look: Look) -> list[Part]:
    x, y, z = look.size
    fur, light = look.colour, shade(look.colour, 1.5)
    limbs = [ball((x * 0.3, s * y * 0.28, z * 0.1), (x * 0.62, y * 0.3, z * 0.2), fur, "cloth", (0, 0, s * 0.4)) for s in (-1, 1)]
    paws = [ball((x * 0.56, s * y * 0.4, z * 0.11), (0.03, y * 0.18, z * 0.14), light, "cloth") for s in (-1, 1)]
    arms = [
        ball((x * 0.14, s * y * 0.4, z * 0.44), (x * 0.3, y * 0.24, z * 0.32), fur, "cloth", (s * 0.6, 0, 0)) for s in (-1, 1)
    ]
    ears = [ball((0, s * y * 0.27, z * 0.93), (x * 0.22, y * 0.24, z * 0.17), fur, "cloth") for s in (-1, 1)]
    eyes = [ball((x * 0.37, s * y * 0.12, z * 0.79), 0.026, colour("black"), "gloss") for s in (-1, 1)]
    return [
        ball((0, 0, z * 0.32), (x * 0.8, y * 0.72, z * 0.56), fur, "cloth"),
        ball((x * 0.16, 0, z * 0.32), (x * 0.56, y * 0.48, z * 0.42), light, "cloth"),
        ball((x * 0.03, 0, z * 0.75), (x * 0.76, y * 0.66, z * 0.42), fur, "cloth"),
        ball((x * 0.34, 0, z * 0.69), (x * 0.3, y * 0.3, z * 0.17), light, "cloth"),
        ball((x * 0.48, 0, z * 0.725), (0.028, 0.04, 0.028), colour("black")),
        *limbs,
        *paws,
        *arms,
        *ears,
        *eyes,
    ]


def _toy_car(look: Look) -> list[Part]:
    x, y, z = look.size
    wheels = [
        disc((a * x * 0.29, s * y * 0.43, z * 0.2), z * 0.42, y * 0.16, colour("black"), turn=_SIDE)
        for a in (-1, 1)
        for s in (-1, 1)
    ]
    hubs = [
        disc((a * x * 0.29, s * y * 0.5, z * 0.2), z * 0.2, y * 0.04, colour("silver"), "metal", _SIDE)
        for a in (-1, 1)
        for s in (-1, 1)
    ]
    cabin = extruded([(-x * 0.3, 0), (x * 0.22, 0), (x * 0.1, z * 0.42), (-x * 0.22, z * 0.42)], y * 0.8)
    roof = box((-x * 0.06, 0, z * 0.94), (x * 0.3, y * 0.82, 0.012), look.colour, "gloss")
    lamps = [ball((x * 0.49, s * y * 0.32, z * 0.42), 0.02, colour("yellow"), "gloss") for s in (-1, 1)]
    return [
        box((0, 0, z * 0.36), (x, y * 0.92, z * 0.34), look.colour, "gloss"),
        form(cabin, (0, y * 0.4, z * 0.52), colour("light blue"), "gloss", _SIDE),
        roof,
        *wheels,
        *hubs,
        *lamps,
    ]


def _ball(look: Look) -> list[Part]:
    r = look.x / 2
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ring = np.stack([r * 0.99 * np.cos(turn), r * 0.99 * np.sin(turn), 0 * turn], 1)
    bands = [
        form(tube(ring, 0.008, sides=4, closed=True), (0, 0, r), colour("white"), turn=way)
        for way in ((0.4, 0.3, 0), (0.4 + np.pi / 2, 0.3, 0), (0, np.pi / 2, 0.4))
    ]
    return [ball((0, 0, r), 2 * r, look.colour, "gloss"), *bands]


def _flowers(foot: float, top: float, spread: float, petal: str) -> list[Part]:
    parts: list[Part] = []
    for i in range(5):
        a = i * 2 * np.pi / 5 + 0.3
        head = (spread * np.cos(a) * (1 - 0.1 * i), spread * np.sin(a), top * (0.9 + 0.1 * (i % 2)))
        parts += [rod((0, 0, foot), head, 0.008, colour("leaf")), *_blossom(head, petal)]
    leaves = [
        ball((0.03 * np.cos(b), 0.03 * np.sin(b), (foot + top) * 0.55), (0.09, 0.03, 0.012), colour("leaf"), turn=(0, -0.7, b))
        for b in (0.5, 2.5, 4.5)
    ]
    return [*parts, *leaves]


def _blossom(head: tuple[float, float, float], petal: str) -> list[Part]:
    ring = [(head[0] + 0.022 * np.cos(t), head[1] + 0.022 * np.sin(t), head[2]) for t in np.arange(5) * 2 * np.pi / 5]
    return [
        *(ball(at, (0.03, 0.03, 0.018), colour(petal)) for at in ring),
        ball((head[0], head[1], head[2] + 0.006), 0.022, colour("yellow" if petal != "yellow" else "brown")),
    ]


def _vase(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z * 0.6
    outer = [
        (0, 0),
        (0.55 * r, 0),
        (0.95 * r, 0.3 * h),
        (r, 0.45 * h),
        (0.8 * r, 0.7 * h),
        (0.42 * r, 0.88 * h),
        (0.55 * r, h),
        (0.48 * r, h),
        (0.36 * r, 0.88 * h),
        (0, 0.8 * h),
    ]
    band = lathe([(0.99 * r, 0.42 * h), (1.015 * r, 0.44 * h), (1.01 * r, 0.5 * h), (0.985 * r, 0.52 * h)], 16)
    return [
        form(lathe(outer), (0, 0, 0), look.colour, "gloss"),
        form(band, (0, 0, 0), shade(look.colour, 0.6) if sum(look.colour[:3]) < 2.4 else colour("blue"), "gloss"),
        *only(_flowers(h * 0.9, look.z * 0.97, r * 0.95, "rose"), "fill", "full"),
    ]


def _candle(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z * 0.78
    flame = lathe([(0, h + 0.012), (0.011, h + 0.02), (0.009, h + 0.034), (0, look.z + 0.012)], 8)
    drips = [
        rod(
            (0.72 * r * np.cos(a), 0.72 * r * np.sin(a), h - 0.012),
            (0.72 * r * np.cos(a), 0.72 * r * np.sin(a), h - 0.03 - 0.012 * a),
            0.013,
            shade(look.colour, 1.25),
        )
        for a in (0.3, 2.0, 4.0)
    ]
    saucer = lathe([(0, 0), (0.9 * r, 0), (r, 0.014), (0.8 * r, 0.01), (0, 0.01)])
    return [
        form(saucer, (0, 0, 0), colour("golden"), "metal"),
        pillar((0, 0, 0.008), 1.4 * r, h - 0.008, look.colour),
        *drips,
        rod((0, 0, h), (0, 0, h + 0.016), 0.006, colour("black")),
        *only([form(flame, (0, 0, 0), colour("flame"), "glow")], "flame", "lit"),
    ]


def _picture_frame(look: Look) -> list[Part]:
    x, y, z = look.size
    lean = (0.0, -0.16, 0.0)
    photo = pictured(form(panel((0.004, y * 0.78, z * 0.8)), (x * 0.24, 0, z * 0.49), colour("white"), turn=lean), "photo")
    return [
        box((x * 0.1, 0, z * 0.49), (0.02, y, z * 0.97), look.colour, "wood", lean),
        box((x * 0.21, 0, z * 0.49), (0.006, y * 0.86, z * 0.86), colour("white"), turn=lean),
        photo,
        rod((0, 0, z * 0.6), (-x * 0.45, 0, 0.006), 0.01, shade(look.colour, 0.7)),
    ]


def _watering_can(look: Look) -> list[Part]:
    x, y, z = look.size
    r = x / 2
    can = lathe([(0, 0), (r, 0), (0.88 * r, 0.66 * z), (0.8 * r, 0.66 * z), (0.8 * r, 0.6 * z), (0, 0.58 * z)], 16)
    spout = tube([(0, 0.0, 0.16 * z), (0, y * 0.22, 0.42 * z), (0, y * 0.44, 0.86 * z)], [0.03, 0.02, 0.014], sides=8)
    turn = np.linspace(-0.35 * np.pi, 0.8 * np.pi, 10)
    handle = tube(
        np.stack([0 * turn, -y * 0.2 - y * 0.22 * np.cos(turn - 0.3), z * (0.56 + 0.38 * np.sin(turn))], 1), 0.01, sides=6
    )
    rose = disc((0, y * 0.455, 0.9 * z), 0.065, 0.02, shade(look.colour, 0.7), "metal", (-0.7, 0, 0))
    water = only([disc((0, -y * 0.1, 0.61 * z), 1.5 * r, 0.006, colour("water"), "gloss")], "fill", "full")
    return [
        form(can, (0, -y * 0.1, 0), look.colour, "gloss"),
        form(spout, (0, -0.02, 0), look.colour, "gloss"),
        form(handle, (0, -0.01, 0), look.colour, "gloss"),
        rose,
        *water,
    ]


def _potted_flower(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    pot = lathe(
        [
            (0, 0),
            (0.55 * r, 0),
            (0.8 * r, 0.36 * h),
            (0.88 * r, 0.36 * h),
            (0.88 * r, 0.44 * h),
            (0.74 * r, 0.44 * h),
            (0.7 * r, 0.38 * h),
            (0, 0.38 * h),
        ]
    )
    petals: list[Part] = []
    for i in range(5):
        a = 2 * np.pi * i / 5
        head = (0.62 * r * np.cos(a) * (i > 0), 0.62 * r * np.sin(a) * (i > 0), h * (0.86 + 0.1 * (i % 2)))
        ring = [(head[0] + 0.02 * np.cos(t), head[1] + 0.02 * np.sin(t), head[2]) for t in np.arange(5) * 2 * np.pi / 5]
        petals += [
            rod((0, 0, 0.4 * h), head, 0.008, colour("leaf")),
            *(ball(at, (0.028, 0.028, 0.018), look.colour) for at in ring),
            ball((head[0], head[1], head[2] + 0.007), 0.02, colour("golden")),
        ]
    leaves = [
        ball((0.5 * r * np.cos(b), 0.5 * r * np.sin(b), 0.52 * h), (0.11, 0.045, 0.012), colour("leaf"), turn=(0, -0.5, b))
        for b in np.arange(5) * 1.26
    ]
    return [
        form(pot, (0, 0, 0), (0.72, 0.36, 0.22, 1.0)),
        pillar((0, 0, 0.36 * h), 1.45 * r, 0.05 * h, colour("soil")),
        *petals,
        *leaves,
    ]


def _guitar(look: Look) -> list[Part]:
    x, y, z = look.size
    low = y * 0.5
    bouts = [
        disc((0, -low + x * 0.5, z * 0.42), x, z * 0.8, look.colour, "gloss"),
        disc((0, -low + x * 1.02, z * 0.42), x * 0.76, z * 0.8, look.colour, "gloss"),
    ]
    tops = [
        disc((0, -low + x * 0.5, z * 0.83), x * 0.95, 0.006, shade(look.colour, 1.45), "gloss"),
        disc((0, -low + x * 1.02, z * 0.83), x * 0.71, 0.006, shade(look.colour, 1.45), "gloss"),
    ]
    neck = [
        box((0, low - y * 0.3, z * 0.88), (0.05, y * 0.5, 0.025), colour("dark wood")),
        box((0, low - 0.065, z * 0.88), (0.075, 0.13, 0.022), shade(colour("dark wood"), 0.6)),
    ]
    strings = [box((-0.018 + 0.012 * i, 0, z), (0.003, y * 0.85, 0.003), colour("silver"), "metal") for i in range(4)]
    pegs = [ball((s * 0.045, low - 0.03 - 0.035 * i, z * 0.88), 0.018, colour("cream")) for s in (-1, 1) for i in range(3)]
    return [
        *bouts,
        *tops,
        disc((0, -low + x * 0.9, z * 0.86), 0.1, 0.008, colour("black")),
        box((0, -low + x * 0.36, z * 0.88), (0.14, 0.025, 0.016), colour("dark wood")),
        *neck,
        *strings,
        *pegs,
    ]


SHAPES = {
    "teddy bear": _teddy_bear,
    "toy car": _toy_car,
    "ball": _ball,
    "vase": _vase,
    "candle": _candle,
    "picture frame": _picture_frame,
    "watering can": _watering_can,
    "potted flower": _potted_flower,
    "guitar": _guitar,
}
