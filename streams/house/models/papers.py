"""Shapes of what is read, written, cut and posted."""

import numpy as np

from streams.house.models.colours import colour, shade
from streams.house.models.look import Look
from streams.house.models.meshes import extruded, panel, sheet, tube
from streams.house.models.shape import Part, block, box, form, only, pictured, pillar, rod


def _book(look: Look) -> list[Part]:
    x, y, z = look.size
    pages = box((0.004, 0.006, z / 2), (x * 0.95, y * 0.93, z * 0.76), colour("paper"))
    covers = [
        block((0, 0, 0), (x, y, z * 0.12), look.colour),
        block((0, 0, z * 0.88), (x, y, z * 0.12), look.colour),
        box((0, -y / 2 + 0.003, z / 2), (x, 0.008, z), look.colour),
    ]
    title = [
        box((-x * 0.2, 0, z), (x * 0.16, y * 0.6, 0.003), shade(look.colour, 1.75)),
        box((x * 0.05, 0, z), (x * 0.05, y * 0.4, 0.003), shade(look.colour, 1.75)),
    ]
    leaves = [
        pictured(form(sheet((x * 0.92, y * 0.9)), (0, s * y * 0.46, z * 0.42), colour("white"), turn=(s * 0.12, 0, 0)), "page")
        for s in (-1, 1)
    ]
    halves = [
        box((0, s * y * 0.47, z * 0.2), (x * 0.94, y * 0.92, z * 0.32), colour("paper"), turn=(s * 0.12, 0, 0)) for s in (-1, 1)
    ]
    back = box((0, 0, 0.004), (x, y * 1.95, 0.007), look.colour)
    return [*only([pages, *covers, *title], "pages", "closed"), *only([back, *halves, *leaves], "pages", "open")]


def _notebook(look: Look) -> list[Part]:
    x, y, z = look.size
    rings = [
        box((-x * 0.44 + i * x * 0.11, -y * 0.47, z * 0.6), (0.007, 0.02, z * 1.1), colour("silver"), "metal") for i in range(9)
    ]
    label = box((-x * 0.12, 0.01, z), (x * 0.3, y * 0.55, 0.003), colour("white"))
    lines = [box((-x * 0.18 + i * x * 0.1, 0.01, z + 0.001), (0.004, y * 0.45, 0.003), colour("dark grey")) for i in range(2)]
    return [
        block((0, 0.004, 0), (x * 0.98, y * 0.94, z * 0.8), colour("paper")),
        block((0, 0, z * 0.8), (x, y * 0.96, z * 0.2), look.colour),
        *rings,
        label,
        *lines,
    ]


def _pen(look: Look) -> list[Part]:
    x, r = look.x, look.z / 2
    return [
        rod((-x * 0.34, 0, r), (x * 0.36, 0, r), 2 * r, look.colour, "gloss"),
        rod((-x / 2 + r, 0, r), (-x * 0.3, 0, r), 2.2 * r, shade(look.colour, 0.6), "gloss"),
        rod((x * 0.36, 0, r), (x * 0.48, 0, r), r, colour("silver"), "metal"),
        box((-x * 0.36, 0, 2.1 * r), (x * 0.22, 0.005, 0.004), colour("silver"), "metal"),
    ]


def _newspaper(look: Look) -> list[Part]:
    x, y, z = look.size
    front = pictured(form(sheet((x, y)), (0, 0, z), colour("white")), "newspaper")
    return [
        block((0, 0, 0), (x, y, z), shade(look.colour, 1.5)),
        front,
        box((x * 0.03, 0.008, z * 0.4), (x, y, z * 0.4), colour("paper"), turn=(0, 0, 0.02)),
    ]


def _scissors(look: Look) -> list[Part]:
    x, y, z = look.size
    parts: list[Part] = []
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    for side in (-1, 1):
        blade = extruded([(-0.02, -0.009), (x * 0.48, -0.002), (x * 0.48, 0.002), (-0.02, 0.009)], 0.005)
        parts.append(form(blade, (0, 0, 0.006 + 0.005 * side), colour("silver"), "metal", (0, 0, side * 0.16)))
        ring = np.stack([-x * 0.34 + x * 0.14 * np.cos(turn), side * y * 0.28 + y * 0.19 * np.sin(turn), np.full(12, z / 2)], 1)
        parts.append(form(tube(ring, 0.0085, sides=6, closed=True), (0, 0, 0), look.colour))
        parts.append(rod((-x * 0.2, side * y * 0.2, z / 2), (0.01, -side * 0.004, z / 2), 0.014, look.colour))
    return [*parts, pillar((0.012, 0, 0), 0.014, z, colour("dark grey"))]


def _parcel(look: Look) -> list[Part]:
    x, y, z = look.size
    tan = shade(colour("cardboard"), 0.95)
    shut = [
        block((0, 0, z * 0.97), (x, y, z * 0.03), tan),
        box((0, 0, z), (0.055, y * 1.01, 0.004), colour("beige")),
        box((0, y / 2, z * 0.85), (0.055, 0.004, z * 0.3), colour("beige")),
        box((0, -y / 2, z * 0.85), (0.055, 0.004, z * 0.3), colour("beige")),
        box((x * 0.27, y * 0.2, z + 0.001), (x * 0.3, y * 0.4, 0.004), colour("white")),
    ]
    flaps = [box((s * x * 0.62, 0, z * 1.02), (x * 0.32, y, 0.006), shade(tan, 1.2), turn=(0, s * 0.5, 0)) for s in (-1, 1)]
    dark = block((0, 0, z * 0.97), (x * 0.92, y * 0.92, 0.004), shade(tan, 0.25))
    label = pictured(form(panel((0.004, y * 0.5, z * 0.5)), (x / 2, 0, z * 0.45), colour("white")), "address")
    return [block((0, 0, 0), (x, y, z * 0.97), tan), label, *only(shut, "seal", "closed"), *only([dark, *flaps], "seal", "open")]


def _letter(look: Look) -> list[Part]:
    x, y, z = look.size
    front = pictured(form(sheet((x, y)), (0, 0, z), colour("white")), "envelope")
    page = box((-x * 0.3, 0, z), (x * 0.8, y * 0.9, 0.004), colour("white"), turn=(0, 0.06, 0))
    lines = [
        box((-x * 0.6 + i * 0.018, 0, z + 0.008), (0.005, y * 0.7, 0.002), colour("dark grey"), turn=(0, 0.06, 0))
        for i in range(3)
    ]
    return [block((0, 0, 0), (x, y, z), look.colour), front, *only([page, *lines], "seal", "open")]


SHAPES = {
    "book": _book,
    "notebook": _notebook,
    "pen": _pen,
    "newspaper": _newspaper,
    "scissors": _scissors,
    "parcel": _parcel,
    "letter": _letter,
}
