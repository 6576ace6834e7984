"""Shapes of what people carry and wear."""

import numpy as np

from streams.house.models.colours import colour, shade
from streams.house.models.look import Look
from streams.house.models.meshes import extruded, lathe, stuffed, tube
from streams.house.models.shape import Part, ball, box, disc, form, only, pillar, rod


def _loop(centre: tuple[float, float, float], half: tuple[float, float, float], thick: float, count: int = 14) -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([centre[0] + half[0] * np.cos(turn), centre[1] + half[1] * np.sin(turn), np.full(count, centre[2])], 1)


def _keys(look: Look) -> list[Part]:
    x = look.x
    parts = [
        form(
            tube(_loop((-x * 0.3, 0, 0.008), (x * 0.18, x * 0.18, 0), 0.004), 0.0045, sides=6, closed=True),
            (0, 0, 0),
            colour("silver"),
            "metal",
        )
    ]
    for angle, tone in ((-0.75, 1.0), (-0.1, 0.75), (0.55, 1.1)):
        dx, dy = np.cos(angle), np.sin(angle)
        turn = (0.0, 0.0, angle)

        def at(d: float, across: float = 0.0, dx: float = dx, dy: float = dy) -> tuple[float, float, float]:
            return -x * 0.16 + d * dx - across * dy, d * dy + across * dx, 0.008

        of = shade(look.colour, tone)
        parts += [
            disc(at(0.016), 0.034, 0.007, of, "metal"),
            box(at(0.055), (0.055, 0.01, 0.006), of, "metal", turn),
            box(at(0.066, 0.008), (0.006, 0.012, 0.006), of, "metal", turn),
            box(at(0.078, 0.008), (0.006, 0.014, 0.006), of, "metal", turn),
        ]
    return [*parts, box((-x * 0.45, -0.02, 0.008), (0.04, 0.022, 0.01), colour("red"), turn=(0, 0, 0.5))]


def _wallet(look: Look) -> list[Part]:
    x, y, z = look.size
    return [
        form(stuffed((x, y, z), square=0.15, flat=0.5), (0, 0, z / 2), look.colour, "gloss"),
        box((0, 0, z * 0.55), (x * 1.01, y * 0.985, 0.004), shade(look.colour, 0.5)),
        box((x * 0.18, 0, z * 0.99), (0.006, y * 0.85, 0.004), shade(look.colour, 0.6)),
        box((-x * 0.46, 0.0, z * 0.62), (0.028, y * 0.8, 0.006), colour("light green")),
        pillar((x * 0.36, 0, z * 0.9), 0.018, 0.007, colour("golden"), "metal"),
    ]


def _glasses(look: Look) -> list[Part]:
    x, y, z = look.size
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    parts: list[Part] = []
    for side in (-1, 1):
        middle = side * y * 0.26
        rim = np.stack([np.full(14, x * 0.42), middle + y * 0.2 * np.cos(turn), z * 0.5 + z * 0.48 * np.sin(turn)], 1)
        parts += [
            form(tube(rim, 0.0055, sides=6, closed=True), (0, 0, 0), look.colour),
            disc((x * 0.42, middle, z / 2), y * 0.38, 0.002, (0.75, 0.88, 0.95, 0.35), "gloss", (0, np.pi / 2, 0)),
            rod((x * 0.42, side * y * 0.46, z * 0.7), (-x * 0.3, side * y * 0.45, z * 0.7), 0.008, look.colour),
            rod((-x * 0.3, side * y * 0.45, z * 0.7), (-x * 0.46, side * y * 0.43, z * 0.35), 0.009, look.colour),
        ]
    return [*parts, rod((x * 0.42, -y * 0.06, z * 0.65), (x * 0.42, y * 0.06, z * 0.65), 0.008, look.colour)]


def _watch(look: Look) -> list[Part]:
    x, _, z = look.size
    turn = np.linspace(0, 2 * np.pi, 18, endpoint=False)
    strap = np.stack([x * 0.44 * np.cos(turn), np.zeros(18), z * 0.47 + z * 0.4 * np.sin(turn)], 1)
    top = z * 0.9
    hands = [
        box((0.0, 0.008, top + 0.009), (0.005, 0.022, 0.003), colour("black")),
        box((-0.008, 0, top + 0.009), (0.02, 0.004, 0.003), colour("black")),
    ]
    return [
        *(
            form(tube(strap + np.array([0, o, 0]), 0.006, sides=4, closed=True), (0, 0, 0), shade(colour("dark wood"), 0.8))
            for o in (-0.01, -0.002, 0.006, 0.012)
        ),
        disc((0, 0, top), 0.062, 0.014, look.colour, "metal"),
        disc((0, 0, top + 0.007), 0.05, 0.003, colour("white")),
        *hands,
        disc((0, 0.034, top), 0.008, 0.012, look.colour, "metal", (np.pi / 2, 0, 0)),
    ]


def _hairbrush(look: Look) -> list[Part]:
    x, y, z = look.size
    bristles = [
        rod((x * (0.06 + 0.08 * i), y * 0.24 * j, z * 0.45), (x * (0.06 + 0.08 * i), y * 0.26 * j, z), 0.005, colour("dark grey"))
        for i in range(5)
        for j in (-1, 0, 1)
    ]
    return [
        rod((-x / 2 + 0.012, 0, z * 0.25), (0, 0, z * 0.25), 0.024, look.colour),
        form(stuffed((x * 0.5, y, z * 0.45), square=0.8, flat=0.5), (x * 0.24, 0, z * 0.24), look.colour),
        ball((x * 0.24, 0, z * 0.42), (x * 0.42, y * 0.78, z * 0.2), colour("cream")),
        *bristles,
    ]


def _umbrella(look: Look) -> list[Part]:
    y, r = look.y, look.x / 2
    flat = (-np.pi / 2, 0.0, 0.0)
    cloth = lathe([(0, 0), (0.3 * r, 0), (0.95 * r, 0.5 * y), (0.8 * r, 0.62 * y), (0.2 * r, 0.66 * y), (0, 0.66 * y)], 8)
    hook = [
        (0, -0.3 * y, r),
        (0, -0.42 * y, r),
        (0, -0.47 * y, r + 0.005),
        (0.03, -0.49 * y, r),
        (0.06, -0.47 * y, r),
        (0.065, -0.43 * y, r),
    ]
    strap = disc((0, 0.12 * y, r), 1.62 * r, 0.025, shade(look.colour, 0.5), turn=flat)
    return [
        form(cloth, (0, 0.44 * y, r), look.colour, "cloth", (np.pi / 2, 0, 0)),
        strap,
        rod((0, 0.42 * y, r), (0, 0.49 * y, r), 0.01, colour("silver"), "metal"),
        rod((0, -0.2 * y, r), (0, -0.3 * y, r), 0.014, colour("silver"), "metal"),
        form(tube(hook, 0.013, sides=7), (0, 0, 0), colour("wood"), "gloss"),
    ]


def _backpack(look: Look) -> list[Part]:
    x, y, z = look.size
    straps = [
        form(
            tube(
                [
                    (-x * 0.3, s * y * 0.25, z * 0.85),
                    (-x * 0.55, s * y * 0.27, z * 0.7),
                    (-x * 0.55, s * y * 0.3, z * 0.35),
                    (-x * 0.3, s * y * 0.3, z * 0.12),
                ],
                0.018,
                sides=6,
            ),
            (0, 0, 0),
            shade(look.colour, 0.45),
        )
        for s in (-1, 1)
    ]
    grip = tube(
        [(-x * 0.1, -0.05, z * 0.93), (-x * 0.1, -0.035, z * 1.0), (-x * 0.1, 0.035, z * 1.0), (-x * 0.1, 0.05, z * 0.93)],
        0.01,
        sides=6,
    )
    zips = [
        box((x * 0.44, 0, z * 0.44), (0.008, y * 0.6, 0.012), colour("yellow")),
        box((x * 0.335, 0, z * 0.74), (0.008, y * 0.75, 0.012), colour("silver")),
    ]
    return [
        form(stuffed((x * 0.78, y, z * 0.95), square=0.45, flat=0.45), (-x * 0.08, 0, z * 0.475), look.colour, "cloth"),
        form(
            stuffed((x * 0.3, y * 0.75, z * 0.42), square=0.3, flat=0.3),
            (x * 0.3, 0, z * 0.27),
            shade(look.colour, 0.75),
            "cloth",
        ),
        *straps,
        form(grip, (0, 0, 0), shade(look.colour, 0.45)),
        *zips,
        *(box((x * 0.02, s * y * 0.5, z * 0.25), (x * 0.4, 0.02, z * 0.3), shade(look.colour, 0.6), "cloth") for s in (-1, 1)),
    ]


def _handbag(look: Look) -> list[Part]:
    x, y, z = look.size
    turn = np.linspace(0, np.pi, 11)
    body = extruded([(-y * 0.5, 0), (y * 0.5, 0), (y * 0.42, z * 0.58), (-y * 0.42, z * 0.58)], x)
    loops = [
        form(
            tube(
                np.stack([np.full(11, s * x * 0.3), y * 0.25 * np.cos(turn), z * 0.56 + z * 0.42 * np.sin(turn)], 1),
                0.009,
                sides=6,
            ),
            (0, 0, 0),
            shade(look.colour, 0.55),
            "gloss",
        )
        for s in (-1, 1)
    ]
    flap = box((x * 0.5, 0, z * 0.45), (0.012, y * 0.84, z * 0.22), shade(look.colour, 0.8), "gloss")
    return [
        form(body, (-x / 2, 0, 0), look.colour, "gloss", (np.pi / 2, 0, np.pi / 2)),
        *loops,
        flap,
        box((x * 0.51, 0, z * 0.36), (0.014, 0.04, 0.03), colour("golden"), "metal"),
    ]


def _medicine_bottle(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    pills = [
        ball((0.5 * r * np.cos(i * 2.4), 0.5 * r * np.sin(i * 2.4), h * (0.07 + 0.045 * i)), 0.022, colour("white"))
        for i in range(14)
    ]
    return [
        pillar((0, 0, 0), 1.9 * r, 0.76 * h, (*look.colour[:3], 0.55), "gloss"),
        pillar((0, 0, 0.76 * h), 2 * r, 0.24 * h, colour("white")),
        pillar((0, 0, 0.36 * h), 1.94 * r, 0.24 * h, colour("paper")),
        box((0.96 * r, 0, 0.48 * h), (0.004, 0.03, 0.009), colour("red")),
        box((0.96 * r, 0, 0.48 * h), (0.004, 0.009, 0.03), colour("red")),
        *only(pills, "fill", "full"),
    ]


def _shoes(look: Look) -> list[Part]:
    x, y, z = look.size
    parts: list[Part] = []
    for side in (-1, 1):
        middle = side * y * 0.26
        sole = stuffed((x, y * 0.42, 0.03), square=0.6, flat=0.2)
        toe = stuffed((x * 0.62, y * 0.4, z * 0.75), square=0.75, flat=0.9)
        heel = lathe([(0.19 * y, 0), (0.2 * y, 0.5 * z), (0.17 * y, z), (0.14 * y, z), (0.16 * y, 0.4 * z)], 12)
        laces = [
            box(
                (x * (0.02 + 0.07 * i), middle, z * (0.72 - 0.07 * i)),
                (0.008, y * 0.2, 0.008),
                colour("white") if look.colour[0] + look.colour[1] < 1.7 else colour("grey"),
                turn=(0, 0.4, 0),
            )
            for i in range(3)
        ]
        parts += [
            form(sole, (0, middle, 0.015), shade(colour("dark grey"), 0.6)),
            form(toe, (x * 0.17, middle, z * 0.36), look.colour, "gloss"),
            form(heel, (-x * 0.24, middle, 0.01), look.colour, "gloss"),
            ball((-x * 0.24, middle, z * 0.62), (x * 0.24, y * 0.28, 0.02), colour("black")),
            *laces,
        ]
        parts += only(
            [
                ball((x * 0.25, middle + 0.02, z * 0.5), (0.06, 0.05, 0.04), colour("soil")),
                ball((x * 0.05, middle - 0.03, z * 0.4), (0.05, 0.04, 0.04), colour("soil")),
            ],
            "cleanliness",
            "dirty",
        )
    return parts


def _slippers(look: Look) -> list[Part]:
    x, y, z = look.size
    parts: list[Part] = []
    for side in (-1, 1):
        middle = side * y * 0.26
        parts += [
            form(stuffed((x, y * 0.4, 0.026), square=0.65, flat=0.25), (0, middle, 0.013), shade(look.colour, 0.6)),
            form(stuffed((x * 0.92, y * 0.35, 0.02), square=0.65, flat=0.3), (0, middle, 0.026), colour("cream"), "cloth"),
            form(stuffed((x * 0.46, y * 0.43, z * 1.1), square=0.7, flat=0.8), (x * 0.24, middle, z * 0.4), look.colour, "cloth"),
            ball((x * 0.26, middle, z * 0.95), 0.035, colour("white"), "cloth"),
        ]
    return parts


def _jacket(look: Look) -> list[Part]:
    x, y, z = look.size
    chest = extruded(
        [(-y * 0.3, 0), (y * 0.3, 0), (y * 0.27, z * 0.8), (y * 0.12, z * 0.9), (-y * 0.12, z * 0.9), (-y * 0.27, z * 0.8)],
        x * 0.6,
    )
    sleeves = [
        rod((0, s * y * 0.27, z * 0.78), (x * 0.05, s * y * 0.42, z * 0.22), x * 0.7, shade(look.colour, 0.9), "cloth")
        for s in (-1, 1)
    ]
    cuffs = [ball((x * 0.05, s * y * 0.425, z * 0.18), x * 0.6, shade(look.colour, 0.6), "cloth") for s in (-1, 1)]
    front = [
        box((x * 0.31, 0, z * 0.4), (0.008, 0.016, z * 0.8), colour("silver"), "metal"),
        *(box((x * 0.31, s * y * 0.17, z * 0.22), (0.01, y * 0.15, 0.016), shade(look.colour, 0.5)) for s in (-1, 1)),
    ]
    hook = tube([(0, 0, z * 0.9), (0, 0, z * 0.95), (0, 0.02, z * 0.98), (0, 0.0, z), (0, -0.02, z * 0.99)], 0.005, sides=5)
    collar = ball((0, 0, z * 0.9), (x * 0.8, y * 0.3, z * 0.12), shade(look.colour, 0.6), "cloth")
    stain = only(
        [
            ball((x * 0.29, y * 0.12, z * 0.5), (0.02, 0.08, 0.09), colour("soil")),
            ball((x * 0.29, -y * 0.14, z * 0.4), (0.02, 0.06, 0.06), colour("soil")),
        ],
        "cleanliness",
        "dirty",
    )
    return [
        form(chest, (-x * 0.3, 0, 0), look.colour, "cloth", (np.pi / 2, 0, np.pi / 2)),
        *sleeves,
        *cuffs,
        *front,
        form(hook, (0, 0, 0), colour("steel"), "metal"),
        collar,
        *stain,
    ]


def _hat(look: Look) -> list[Part]:
    r, h = look.x / 2, look.z
    felt = lathe(
        [
            (0, 0),
            (0.8 * r, 0),
            (r, 0.12 * h),
            (0.98 * r, 0.2 * h),
            (0.58 * r, 0.14 * h),
            (0.55 * r, 0.8 * h),
            (0.4 * r, h),
            (0, 0.92 * h),
        ],
        20,
    )
    return [
        form(felt, (0, 0, 0), look.colour, "cloth"),
        pillar(
            (0, 0, 0.14 * h),
            1.19 * r,
            0.22 * h,
            shade(look.colour, 0.4) if sum(look.colour[:3]) > 0.6 else colour("red"),
            "cloth",
        ),
    ]


SHAPES = {
    "keys": _keys,
    "wallet": _wallet,
    "glasses": _glasses,
    "watch": _watch,
    "hairbrush": _hairbrush,
    "umbrella": _umbrella,
    "backpack": _backpack,
    "handbag": _handbag,
    "medicine bottle": _medicine_bottle,
    "shoes": _shoes,
    "slippers": _slippers,
    "jacket": _jacket,
    "hat": _hat,
}
