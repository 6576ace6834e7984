"""Stick figures with names, things in their colours, speech bubbles and titles."""

import math
from dataclasses import dataclass
from typing import Literal

from apps.demo.house import INK, WHITE, Colour, Easel, Point, font, shaded

Pose = Literal["stand", "walk", "sit"]
SHIRTS: tuple[Colour, Colour] = ((214, 92, 84), (72, 118, 186))
SKIN: Colour = (244, 206, 172)
_COLOURS: dict[str, Colour] = {
    "red": (214, 48, 44), "yellow": (244, 196, 36), "blue": (38, 88, 204), "green": (36, 146, 72),
    "orange": (240, 128, 28), "purple": (132, 62, 168),
}  # fmt: skip
_PLAIN: dict[str, Colour] = {"keys": (236, 182, 40), "milk": (88, 150, 214)}
_LEG_M, _HIP_M, _NECK_M, _HEAD_M = 0.42, 0.8, 1.32, 0.165
_ARM_M = 0.78
_LINE_M = 0.055


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody in the picture.

    Args:
        feet: where they stand.
        facing: 1 to the right, -1 to the left.
        stride: phase of walking, in steps.
        reach: what the hand is stretched towards; None lets the arm hang.
        holds: the thing in the hand.
    """

    name: str
    shirt: Colour
    feet: Point
    facing: int
    pose: Pose = "stand"
    stride: float = 0.0
    reach: Point | None = None
    holds: str | None = None


def colour_of(thing: str) -> Colour:
    """The colour a thing is drawn in: the one in its name, if there is one."""
    return _PLAIN.get(thing) or _COLOURS[thing.split(maxsplit=1)[0]]


def draw_thing(easel: Easel, thing: str, at: Point, *, lift_m: float = 0.0) -> None:
    """A thing that stands at a point, or hangs from it by `lift_m`."""
    x, y, z = at[0], at[1] + lift_m, at[2]
    shape = {"mug": _mug, "keys": _keys, "milk": _milk, "book": _book, "bag": _bag}[thing.rsplit(maxsplit=1)[-1]]
    shape(easel, x, y, z, colour_of(thing))


def _mug(easel: Easel, x: float, y: float, z: float, colour: Colour) -> None:
    easel.line([(x + 0.08, y + 0.13, z), (x + 0.14, y + 0.11, z), (x + 0.14, y + 0.06, z), (x + 0.08, y + 0.05, z)], colour, 0.03)
    easel.panel((x - 0.085, y, z), (x + 0.085, y + 0.18, z), colour)
    easel.disc((x, y + 0.18, z), 0.085, shaded(colour, 0.6), flat=0.35)
    easel.disc((x, y, z), 0.085, colour, flat=0.3)


def _keys(easel: Easel, x: float, y: float, z: float, colour: Colour) -> None:
    easel.disc((x, y + 0.1, z), 0.065, shaded(colour, 0.75))
    easel.disc((x, y + 0.1, z), 0.03, WHITE)
    for dx in (-0.05, 0.02, 0.08):
        easel.line([(x + dx * 0.4, y + 0.04, z), (x + dx * 1.6, y - 0.09, z)], colour, 0.034)


def _milk(easel: Easel, x: float, y: float, z: float, colour: Colour) -> None:
    easel.panel((x - 0.07, y, z), (x + 0.07, y + 0.22, z), WHITE)
    easel.panel((x - 0.07, y + 0.03, z), (x + 0.07, y + 0.14, z), colour)
    easel.face([(x - 0.07, y + 0.22, z), (x + 0.07, y + 0.22, z), (x, y + 0.3, z)], shaded(WHITE, 0.9))


def _book(easel: Easel, x: float, y: float, z: float, colour: Colour) -> None:
    easel.panel((x - 0.13, y, z), (x + 0.13, y + 0.26, z), colour)
    easel.panel((x - 0.13, y, z), (x - 0.1, y + 0.26, z), shaded(colour, 0.7))
    easel.panel((x - 0.05, y + 0.15, z), (x + 0.09, y + 0.2, z), WHITE)


def _bag(easel: Easel, x: float, y: float, z: float, colour: Colour) -> None:
    easel.line([(x - 0.1, y + 0.2, z), (x - 0.07, y + 0.36, z), (x + 0.07, y + 0.36, z), (x + 0.1, y + 0.2, z)], colour, 0.03)
    easel.face([(x - 0.17, y, z), (x + 0.17, y, z), (x + 0.13, y + 0.26, z), (x - 0.13, y + 0.26, z)], colour)
    easel.panel((x - 0.14, y + 0.13, z), (x + 0.14, y + 0.16, z), shaded(colour, 0.7))


def draw_figure(easel: Easel, figure: Figure) -> None:
    """Legs, body, head, arms, and what the hand holds."""
    x, _, z = figure.feet
    lift = -0.3 if figure.pose == "sit" else 0.03 * abs(math.sin(math.pi * figure.stride))
    hip, neck = (x, _HIP_M + lift, z), (x + 0.03 * figure.facing, _NECK_M + lift, z)
    _shadow(easel, figure.feet)
    _legs(easel, figure, hip)
    _arm(easel, figure, neck, front=False)
    easel.line([(x, hip[1] + 0.1, z), (neck[0], neck[1] - 0.12, z)], figure.shirt, 0.24)
    easel.line([(x - 0.045, hip[1], z), (x + 0.045, hip[1], z)], INK, 0.1)
    _head(easel, figure, (neck[0], neck[1] + _HEAD_M * 1.05, z))
    _arm(easel, figure, neck, front=True)


def _shadow(easel: Easel, feet: Point) -> None:
    x, y = easel.px(feet)
    r = 0.24 * easel.scale(feet[2])
    easel.draw.ellipse((x - r, y - r * 0.22, x + r, y + r * 0.22), fill=(128, 104, 92))


def _legs(easel: Easel, figure: Figure, hip: Point) -> None:
    x, y, z = figure.feet
    if figure.pose == "sit":
        for dx in (-0.06, 0.06):
            knee = (x + dx + 0.06 * figure.facing, hip[1] - 0.02, z - 0.4)
            easel.line([hip, knee, (knee[0], 0.02, z - 0.42)], INK, _LINE_M * 1.3)
        return
    swing = 0.26 * math.sin(2 * math.pi * figure.stride) if figure.pose == "walk" else 0.09
    for side in (-1, 1):
        foot = (x + side * swing, y, z)
        knee = (x + side * swing * 0.55 + 0.05 * figure.facing, _LEG_M, z)
        easel.line([hip, knee, foot, (foot[0] + 0.1 * figure.facing, y, z)], INK, _LINE_M * 1.3)


def _head(easel: Easel, figure: Figure, centre: Point) -> None:
    x, y, z = centre
    easel.disc(centre, _HEAD_M + 0.02, INK)
    easel.disc(centre, _HEAD_M, SKIN)
    hair = shaded(figure.shirt, 0.42)
    left, top = easel.px((x - _HEAD_M, y + _HEAD_M, z))
    right, bottom = easel.px((x + _HEAD_M, y - _HEAD_M, z))
    easel.draw.chord((left, top, right, bottom), 180, 360, fill=hair)
    for dx in (0.02, 0.11):
        easel.disc((x + dx * figure.facing, y - 0.02, z), 0.018, INK)
    easel.line([(x + 0.03 * figure.facing, y - 0.09, z), (x + 0.1 * figure.facing, y - 0.08, z)], INK, 0.016)


def _arm(easel: Easel, figure: Figure, neck: Point, *, front: bool) -> None:
    shoulder = (neck[0], neck[1] - 0.12, neck[2])
    hand = (shoulder[0] + (0.2 if front else -0.2) * figure.facing, shoulder[1] - 0.48, shoulder[2])
    if front and figure.reach is not None:
        hand = _towards(shoulder, figure.reach)
    elif front and figure.holds is not None:
        hand = (shoulder[0] + 0.4 * figure.facing, shoulder[1] - 0.16, shoulder[2] - 0.05)
    sleeve = shaded(figure.shirt, 0.88)
    easel.line([shoulder, hand], sleeve, _LINE_M * 1.5)
    easel.disc(hand, 0.055, SKIN)
    if front and figure.holds is not None:
        draw_thing(easel, figure.holds, hand, lift_m=-0.04)


def _towards(shoulder: Point, target: Point) -> Point:
    """Where the hand ends that is stretched towards a point."""
    apart = [b - a for a, b in zip(shoulder, target, strict=True)]
    share = min(1.0, _ARM_M / max(math.hypot(*apart), 1e-6))
    x, y, z = (a + d * share for a, d in zip(shoulder, apart, strict=True))
    return x, y, z


def draw_name(easel: Easel, figure: Figure) -> None:
    """The name on a label above the head."""
    x, y = easel.px((figure.feet[0], 2.0 if figure.pose != "sit" else 1.68, figure.feet[2]))
    letters = font(round(easel.height_px * 0.038))
    left, top, right, bottom = easel.draw.textbbox((x, y), figure.name, font=letters, anchor="mm")
    pad = easel.height_px * 0.012
    easel.draw.rounded_rectangle((left - pad * 1.6, top - pad, right + pad * 1.6, bottom + pad), pad * 1.5, fill=figure.shirt)
    easel.draw.text((x, y), figure.name, font=letters, fill=WHITE, anchor="mm")


def draw_bubble(easel: Easel, speaker: Figure, words: str) -> None:
    """What somebody says, in a bubble over the picture with a tail to the speaker."""
    letters = font(round(easel.height_px * 0.043))
    text = wrapped(words, 30)
    width = easel.width_px
    mouth_x, mouth_y = easel.px((speaker.feet[0], 2.12 if speaker.pose != "sit" else 1.8, speaker.feet[2]))
    box = easel.draw.multiline_textbbox((0, 0), text, font=letters)
    half, tall, pad = (box[2] - box[0]) / 2, box[3] - box[1], easel.height_px * 0.028
    centre = min(max(mouth_x, half + pad * 2), width - half - pad * 2)
    top = easel.height_px * 0.035
    bottom = top + tall + 2 * pad
    tail = [(mouth_x - pad, bottom - 2), (mouth_x + pad, bottom - 2), (mouth_x, max(mouth_y, bottom + pad))]
    easel.draw.polygon(tail, fill=WHITE)
    easel.draw.rounded_rectangle((centre - half - pad, top, centre + half + pad, bottom), pad, fill=WHITE)
    easel.draw.multiline_text((centre, top + pad + tall / 2), text, font=letters, fill=INK, anchor="mm", align="center")


def wrapped(words: str, width: int) -> str:
    """Words in lines of at most `width` characters where that is possible."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
