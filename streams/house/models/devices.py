"""Shapes of electronics."""

import numpy as np

from streams.house.models.colours import colour, shade
from streams.house.models.look import Look
from streams.house.models.meshes import panel, sheet, stuffed, tube
from streams.house.models.shape import Part, ball, block, box, disc, form, only, pictured, pillar, rod


def _lying(size: tuple[float, float], at: tuple[float, float, float], picture: str) -> Part:
    """A picture of (x, y) metres that lies face up."""
    return pictured(form(sheet(size), at, colour("white")), picture)


def _laptop(look: Look) -> list[Part]:
    x, y, z = look.size
    deep = 0.68 * x
    base = block((x / 2 - deep / 2, 0, 0), (deep, y, 0.018), look.colour, "metal")
    keys = _lying((deep * 0.9, y * 0.92), (x / 2 - deep / 2, 0, 0.019), "keyboard")
    lean = -0.35
    at = (x / 2 - deep - z * 0.5 * np.sin(-lean) * 0.9, 0.0, 0.018 + z * 0.46)
    lid = box(at, (0.012, y, z * 0.97), look.colour, "metal", (0, lean, 0))
    screen = pictured(
        form(panel((0.003, y * 0.94, z * 0.88)), (at[0] + 0.007, 0, at[2] + 0.002), colour("white"), "glow", (0, lean, 0)),
        "screen",
    )
    shut = [
        block((x / 2 - deep / 2, 0, 0.018), (deep, y, 0.012), look.colour, "metal"),
        disc((x / 2 - deep / 2, 0, 0.031), 0.05, 0.003, shade(look.colour, 0.5)),
    ]
    return [base, *only([keys, lid, screen], "lid", "open"), *only(shut, "lid", "closed")]


def _phone(look: Look) -> list[Part]:
    x, y, z = look.size
    on = pictured(form(sheet((x * 0.94, y * 0.9)), (0, 0, z), colour("white"), "glow"), "apps")
    off = box((0, 0, z), (x * 0.9, y * 0.88, 0.003), shade(colour("dark blue"), 0.5), "gloss")
    return [
        block((0, 0, 0), look.size, look.colour, "gloss"),
        *only([on], "power", "on"),
        *only([off], "power", "off"),
        disc((x * 0.46, 0, z + 0.001), 0.012, 0.002, colour("grey")),
    ]


def _tablet(look: Look) -> list[Part]:
    x, y, z = look.size
    on = pictured(form(sheet((x * 0.86, y * 0.9)), (0, 0, z), colour("white"), "glow"), "screen")
    off = box((0, 0, z), (x * 0.84, y * 0.88, 0.003), shade(colour("dark blue"), 0.6), "gloss")
    return [block((0, 0, 0), look.size, look.colour, "gloss"), *only([on], "power", "on"), *only([off], "power", "off")]


def _headphones(look: Look) -> list[Part]:
    x, y, z = look.size
    turn = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 11)
    band = np.stack([x * (0.75 * np.cos(turn) - 0.28), y * 0.43 * np.sin(turn), np.full(11, z * 0.4)], 1)
    cups = [disc((-x * 0.3, s * y * 0.4, z * 0.45), z * 0.95, y * 0.2, look.colour, "gloss", (np.pi / 2, 0, 0)) for s in (-1, 1)]
    pads = [
        disc((-x * 0.3, s * y * 0.27, z * 0.45), z * 0.85, y * 0.1, colour("dark grey"), "cloth", (np.pi / 2, 0, 0))
        for s in (-1, 1)
    ]
    return [form(tube(band, 0.012, sides=6), (0, 0, 0), look.colour), *cups, *pads]


def _remote_control(look: Look) -> list[Part]:
    x, y, z = look.size
    dots = [
        box((-x * 0.38 + i * x * 0.12, (j - 1) * y * 0.28, z), (0.012, 0.01, 0.006), colour("white"))
        for i in range(5)
        for j in range(3)
    ]
    return [
        block((0, 0, 0), look.size, look.colour),
        *dots,
        disc((x * 0.28, 0, z), 0.032, 0.006, colour("light blue")),
        disc((x * 0.43, 0, z), 0.016, 0.008, colour("red")),
    ]


def _game_controller(look: Look) -> list[Part]:
    x, y, z = look.size
    body = stuffed((x * 0.62, y * 0.9, z * 0.65), square=0.7, flat=0.6)
    grips = [
        form(
            stuffed((x * 0.75, y * 0.3, z * 0.7), square=0.8, flat=0.8),
            (x * 0.12, s * y * 0.34, z * 0.36),
            look.colour,
            turn=(0, 0, -s * 0.35),
        )
        for s in (-1, 1)
    ]
    sticks = [pillar((0.0, s * y * 0.16, z * 0.6), 0.032, z * 0.35, colour("black")) for s in (-1, 1)]
    places = ((0, 1, "red"), (0, -1, "blue"), (1, 0, "green"), (-1, 0, "yellow"))
    keys = [disc((-x * 0.1 + a * 0.012, y * 0.33 + b * 0.012, z * 0.7), 0.012, 0.012, colour(name)) for a, b, name in places]
    cross = [
        box((-x * 0.1, -y * 0.33, z * 0.69), size, colour("dark grey")) for size in ((0.036, 0.012, 0.01), (0.012, 0.036, 0.01))
    ]
    return [form(body, (-x * 0.1, 0, z * 0.4), look.colour), *grips, *sticks, *keys, *cross]


def _camera(look: Look) -> list[Part]:
    x, y, z = look.size
    flat = (0, np.pi / 2, 0)
    lens = [
        disc((x * 0.14, 0, z * 0.42), z * 0.72, x * 0.6, colour("black"), "gloss", flat),
        disc((x * 0.45, 0, z * 0.42), z * 0.52, 0.006, colour("dark blue"), "gloss", flat),
        disc((x * 0.46, 0, z * 0.42), z * 0.2, 0.006, colour("light blue"), "gloss", flat),
    ]
    return [
        box((-x * 0.22, 0, z * 0.42), (x * 0.5, y, z * 0.84), shade(look.colour, 1.1)),
        box((-x * 0.2, 0, z * 0.92), (x * 0.4, y * 0.36, z * 0.2), look.colour),
        *lens,
        pillar((-x * 0.22, y * 0.34, z * 0.84), 0.02, 0.014, colour("red")),
        box((0.0, 0, z * 0.8), (0.006, y, 0.012), colour("silver"), "metal"),
    ]


def _alarm_clock(look: Look) -> list[Part]:
    x, y, z = look.size
    middle, wide = z * 0.45, min(y, z * 0.8)
    flat = (0, np.pi / 2, 0)
    face = pictured(form(panel((0.004, wide * 0.78, wide * 0.78)), (x * 0.42, 0, middle), colour("white")), "clock")
    bells = [ball((0, s * y * 0.28, z * 0.86), (0.055, 0.06, 0.05), colour("golden"), "metal") for s in (-1, 1)]
    legs = [rod((0, s * wide * 0.3, middle * 0.4), (0, s * wide * 0.42, 0.008), 0.012, colour("dark grey")) for s in (-1, 1)]
    return [
        disc((0, 0, middle), wide, x * 0.8, look.colour, "gloss", flat),
        face,
        *bells,
        *legs,
        rod((0, -0.03, z * 0.93), (0, 0.03, z * 0.93), 0.01, colour("dark grey")),
        rod((0, 0, z * 0.82), (0, 0, z * 0.95), 0.01, colour("dark grey")),
    ]


def _charger(look: Look) -> list[Part]:
    turn = np.linspace(0, 4 * np.pi, 33)
    coil = np.stack([0.045 + 0.035 * np.cos(turn), 0.04 * np.sin(turn), np.linspace(0.006, 0.02, 33)], 1)
    lead = np.vstack([[(-0.045, 0.0, 0.018), (-0.01, 0.0, 0.006)], coil])
    pins = [rod((-0.07, s * 0.01, 0.018), (-0.088, s * 0.01, 0.018), 0.006, colour("silver"), "metal") for s in (-1, 1)]
    return [
        box((-0.052, 0, 0.019), (0.036, 0.045, 0.038), look.colour),
        *pins,
        form(tube(lead, 0.0045, sides=5), (0, 0, 0), look.colour),
        box((0.07, 0.03, 0.02), (0.024, 0.014, 0.009), shade(look.colour, 0.8)),
    ]


SHAPES = {
    "laptop": _laptop,
    "phone": _phone,
    "tablet": _tablet,
    "headphones": _headphones,
    "remote control": _remote_control,
    "game controller": _game_controller,
    "camera": _camera,
    "alarm clock": _alarm_clock,
    "charger": _charger,
}
