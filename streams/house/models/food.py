"""Shapes of what is eaten."""

import numpy as np

from streams.house.models.colours import colour, shade
from streams.house.models.look import Look
from streams.house.models.meshes import extruded, lathe, panel, stuffed, tube
from streams.house.models.shape import Part, ball, block, box, disc, form, only, pictured, pillar, rod


def _apple(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z * 0.86
    turn = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 13)
    outline = np.stack(
        [
            r * np.cos(turn) ** 0.8 * (1 + 0.06 * np.sin(turn)),
            h * (0.5 + 0.5 * np.sin(turn)) - 0.1 * h * np.exp(-((np.cos(turn) / 0.25) ** 2)) * np.sign(turn),
        ],
        1,
    )
    flesh = lathe(np.maximum(outline, 0.0), 20)
    return [
        form(flesh, (0, 0, 0), look.colour, "gloss"),
        rod((0, 0, 0.84 * h), (0.006, 0.004, look.z), 0.007, colour("dark wood")),
        ball((0.014, 0.006, look.z * 0.97), (0.026, 0.013, 0.005), colour("leaf")),
    ]


def _banana(look: Look) -> list[Part]:
    turn = np.linspace(-0.75, 0.75, 9)
    length, bend = look.y / 2 / np.sin(0.75), look.x * 0.6
    path = np.stack(
        [bend * (np.cos(turn) - np.cos(0.75)) / (1 - np.cos(0.75)) - bend / 2, length * np.sin(turn), np.full(9, look.z / 2)], 1
    )
    thick = look.z / 2
    radii = thick * np.array([0.35, 0.6, 0.85, 0.98, 1, 0.98, 0.85, 0.6, 0.35])
    tips = [ball(tuple(path[i]), 0.02, colour("dark wood")) for i in (0, 8)]
    return [form(tube(path, radii.tolist(), sides=6), (0, 0, 0), look.colour), *tips]


def _orange(look: Look) -> list[Part]:
    return [ball((0, 0, look.z / 2), look.size, look.colour), disc((0, 0, look.z * 0.985), 0.016, 0.006, colour("leaf"))]


def _bread(look: Look) -> list[Part]:
    loaf = stuffed(look.size, square=0.5, flat=0.7)
    cuts = [
        box((0, y * look.y, look.z * 0.95), (0.06, 0.012, 0.012), colour("cream"), turn=(0, 0, 0.5))
        for y in (-0.25, -0.08, 0.09, 0.26)
    ]
    return [form(loaf, (0, 0, look.z / 2), colour("crust")), *cuts]


def _milk_carton(look: Look) -> list[Part]:
    x, y, z = look.size
    body = 0.72 * z
    roof = extruded([(-x / 2, 0), (x / 2, 0), (0, z * 0.2)], y)
    return [
        block((0, 0, 0), (x, y, body), colour("white")),
        form(roof, (0, y / 2, body), look.colour, turn=(np.pi / 2, 0, 0)),
        block((0, 0, body + 0.18 * z), (0.01, y, 0.1 * z), look.colour),
        pictured(form(panel((0.004, y * 0.98, body * 0.95)), (x / 2, 0, body / 2), colour("white")), "milk"),
        pictured(form(panel((0.004, y * 0.98, body * 0.95)), (-x / 2, 0, body / 2), colour("white"), turn=(0, 0, np.pi)), "milk"),
        *only([disc((x * 0.3, 0, body + 0.1 * z), 0.03, 0.02, colour("red"), turn=(0, 0.9, 0))], "fill", "full"),
    ]


def _cereal_box(look: Look) -> list[Part]:
    x, y, z = look.size
    face = panel((0.004, y, z))
    sides = [
        pictured(form(face, (s * x / 2, 0, z / 2), colour("white"), turn=(0, 0, 0 if s > 0 else np.pi)), "cereal")
        for s in (1, -1)
    ]
    flaps = [
        box((s * x * 0.5, 0, z + 0.01), (0.004, y * 0.9, 0.05), shade(look.colour, 1.4), turn=(0, s * 0.6, 0)) for s in (1, -1)
    ]
    return [block((0, 0, 0), look.size, look.colour), *sides, *only(flaps, "fill", "empty")]


def _egg_carton(look: Look) -> list[Part]:
    x, y, z = look.size
    tray = block((0, 0, 0), (x, y, z * 0.45), shade(look.colour, 1.1))
    places = [(s * x * 0.24, y * k) for s in (-1, 1) for k in (-0.38, -0.13, 0.13, 0.38)]
    return [
        tray,
        *(ball((a, b, z * 0.6), (0.05, 0.05, 0.065), colour("beige")) for a, b in places),
        *(disc((a, b, z * 0.42), 0.062, 0.016, shade(look.colour, 0.8)) for a, b in places),
        box((-x / 2 - 0.01, 0, z * 0.75), (0.014, y, z * 0.9), shade(look.colour, 1.2), turn=(0, -0.35, 0)),
    ]


def _jam_jar(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    jam = lathe([(0, 0), (0.95 * r, 0), (r, 0.02), (r, 0.7 * h), (0.8 * r, 0.8 * h), (0, 0.8 * h)])
    empty = lathe([(0, 0), (0.95 * r, 0), (r, 0.02), (r, 0.7 * h), (0.8 * r, 0.8 * h), (0, 0.8 * h)])
    return [
        *only([form(jam, (0, 0, 0), shade(look.colour, 0.8), "gloss")], "fill", "full"),
        *only([form(empty, (0, 0, 0), colour("clear"), "gloss")], "fill", "empty"),
        pillar((0, 0, 0.8 * h), 1.8 * r, 0.2 * h, colour("white"), "metal"),
        pillar((0, 0, 0.25 * h), 2 * r + 0.003, 0.28 * h, colour("cream")),
    ]


SHAPES = {
    "apple": _apple,
    "banana": _banana,
    "orange": _orange,
    "bread": _bread,
    "milk carton": _milk_carton,
    "cereal box": _cereal_box,
    "egg carton": _egg_carton,
    "jam jar": _jam_jar,
}
