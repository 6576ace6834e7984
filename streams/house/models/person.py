"""Shapes of people: a figure of 1.7 m in the shirt of who it is, standing, sitting or lying; it faces +x above its feet."""

from dataclasses import replace
from math import pi

from streams.house.models.colours import Colour, colour, shade
from streams.house.models.shape import Part, ball, box, lifted, only, rod

_HAIR = ("dark wood", "black", "golden", "brown")
SEAT_M, MATTRESS_M = 0.45, 0.5
"""How high a sitting person sits and a lying person lies."""


def person(shirt: str, hair: int = 0, name_of_state: str = "posture") -> list[Part]:
    """The figure in its three postures."""
    tint, top = colour(shirt), colour(_HAIR[hair % len(_HAIR)])
    postures = {"standing": _standing(tint, top), "sitting": _sitting(tint, top), "lying": _lying(tint, top)}
    return [part for value, parts in postures.items() for part in only(parts, name_of_state, value)]


def _head(z: float, hair: Colour) -> list[Part]:
    skin = colour("skin")
    eyes = [ball((0.093, s * 0.035, z + 0.02), 0.02, colour("black")) for s in (-1, 1)]
    return [
        ball((0, 0, z), (0.19, 0.17, 0.23), skin),
        ball((-0.025, 0, z + 0.045), (0.2, 0.19, 0.18), hair),
        *eyes,
        ball((0.1, 0, z - 0.01), (0.03, 0.025, 0.035), shade(skin, 0.9)),
        box((0.092, 0, z - 0.055), (0.01, 0.05, 0.012), colour("rose")),
        rod((0, 0, z - 0.16), (0, 0, z - 0.08), 0.09, skin),
    ]


def _chest(z: float, shirt: Colour) -> list[Part]:
    """From the hips at `z` to the shoulders 0.55 m above."""
    return [
        ball((0, 0, z + 0.33), (0.25, 0.4, 0.5), shirt, "cloth"),
        ball((0, 0, z + 0.12), (0.23, 0.33, 0.34), shirt, "cloth"),
        rod((0, -0.15, z + 0.48), (0, 0.15, z + 0.48), 0.14, shirt, "cloth"),
    ]


def _standing(shirt: Colour, hair: Colour) -> list[Part]:
    jeans, skin = colour("dark blue"), colour("skin")
    legs = [rod((0, s * 0.09, 0.1), (0, s * 0.08, 0.85), 0.14, jeans, "cloth") for s in (-1, 1)]
    shoes = [ball((0.05, s * 0.09, 0.04), (0.27, 0.1, 0.09), colour("black")) for s in (-1, 1)]
    arms = [rod((0, s * 0.22, 1.36), (0.03, s * 0.26, 1.1), 0.09, shirt, "cloth") for s in (-1, 1)]
    forearms = [rod((0.03, s * 0.26, 1.08), (0.16, s * 0.24, 0.9), 0.07, skin) for s in (-1, 1)]
    return [*legs, *shoes, *_chest(0.87, shirt), *arms, *forearms, *_head(1.58, hair)]


def _sitting(shirt: Colour, hair: Colour) -> list[Part]:
    jeans, skin, seat = colour("dark blue"), colour("skin"), SEAT_M
    thighs = [rod((-0.02, s * 0.1, seat + 0.08), (0.4, s * 0.11, seat + 0.07), 0.15, jeans, "cloth") for s in (-1, 1)]
    shins = [rod((0.41, s * 0.11, seat + 0.07), (0.42, s * 0.11, 0.1), 0.12, jeans, "cloth") for s in (-1, 1)]
    shoes = [ball((0.47, s * 0.11, 0.04), (0.27, 0.1, 0.09), colour("black")) for s in (-1, 1)]
    arms = [rod((0, s * 0.22, seat + 0.52), (0.1, s * 0.25, seat + 0.28), 0.09, shirt, "cloth") for s in (-1, 1)]
    forearms = [rod((0.1, s * 0.25, seat + 0.27), (0.33, s * 0.16, seat + 0.2), 0.07, skin) for s in (-1, 1)]
    return [*thighs, *shins, *shoes, *_chest(seat + 0.05, shirt), *arms, *forearms, *_head(seat + 0.76, hair)]


def _lying(shirt: Colour, hair: Colour) -> list[Part]:
    """On its back, head towards -x: the standing figure tipped over, its middle where the person is."""
    tipped = [_tipped(part) for part in _standing(shirt, hair)]
    return lifted(tipped, (0.85, 0.0, MATTRESS_M + 0.12))


def _tipped(part: Part) -> Part:
    """A quarter turn backwards around y: x becomes z, z becomes -x."""
    x, y, z = part.at
    turn_x, turn_y, turn_z = part.turn
    assert turn_z == 0.0, part
    return replace(part, at=(-z, y, x), turn=(turn_x, turn_y - pi / 2, 0.0))
