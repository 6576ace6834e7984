"""Coloured forms that furniture, things and people are put together from; metres, from the middle of the bottom of their box."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import atan2, hypot
from typing import Literal

from streams.house.home import Point
from streams.house.models.colours import Colour
from streams.house.models.meshes import Mesh

Form = Literal["box", "cylinder", "ellipsoid", "capsule", "mesh"]
Finish = Literal["matt", "gloss", "metal", "glow", "cloth", "wood"]


@dataclass(frozen=True, slots=True)
class Part:
    """One form.

    Args:
        size: (x, y, z) metres of its box before it is turned; of a mesh unused.
        turn: radians around x, then y, then z, all three the axes of the whole.
        picture: name of a texture of `streams.house.models.pictures`; on a mesh by its texture coordinates.
        when: it is only there while a state has this value: ("fill", "full").
        leaf: (opening, number of its leaf) that it moves with; the form's place is then given for the closed opening.
        structure: it counts as part of the building in instance pictures (a mirror, a rug).
    """

    form: Form
    at: Point
    size: Point
    colour: Colour
    finish: Finish = "matt"
    turn: Point = (0.0, 0.0, 0.0)
    mesh: Mesh | None = None
    picture: str = ""
    when: tuple[str, str] | None = None
    leaf: tuple[str, int] | None = None
    structure: bool = False


def box(at: Point, size: Point, colour: Colour, finish: Finish = "matt", turn: Point = (0.0, 0.0, 0.0)) -> Part:
    """A box around `at`."""
    return Part("box", at, size, colour, finish, turn)


def block(bottom: Point, size: Point, colour: Colour, finish: Finish = "matt") -> Part:
    """A box that stands on `bottom`."""
    return box((bottom[0], bottom[1], bottom[2] + size[2] / 2), size, colour, finish)


def pillar(bottom: Point, across_m: float, height_m: float, colour: Colour, finish: Finish = "matt") -> Part:
    """An upright cylinder that stands on `bottom`."""
    middle = (bottom[0], bottom[1], bottom[2] + height_m / 2)
    return Part("cylinder", middle, (across_m, across_m, height_m), colour, finish)


def disc(  # noqa: PLR0917 - a shape reads like a line of a table
    at: Point, across_m: float, thickness_m: float, colour: Colour, finish: Finish = "matt", turn: Point = (0.0, 0.0, 0.0)
) -> Part:
    """A cylinder around `at`, its axis along z before it is turned."""
    return Part("cylinder", at, (across_m, across_m, thickness_m), colour, finish, turn)


def ball(at: Point, size: Point | float, colour: Colour, finish: Finish = "matt", turn: Point = (0.0, 0.0, 0.0)) -> Part:
    """An ellipsoid around `at`."""
    return Part("ellipsoid", at, (size, size, size) if isinstance(size, float) else size, colour, finish, turn)


def rod(start: Point, end: Point, across_m: float, colour: Colour, finish: Finish = "matt") -> Part:
    """A round rod with round ends from one point to another."""
    dx, dy, dz = (end[i] - start[i] for i in range(3))
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, (start[2] + end[2]) / 2)
    return Part("capsule", middle, (across_m, across_m, hypot(dx, dy, dz)), colour, finish, _leaning(dx, dy, dz))


def form(mesh: Mesh, at: Point, colour: Colour, finish: Finish = "matt", turn: Point = (0.0, 0.0, 0.0)) -> Part:
    """A mesh with its origin at `at`."""
    return Part("mesh", at, (0.0, 0.0, 0.0), colour, finish, turn, mesh)


def pictured(part: Part, picture: str) -> Part:
    """The same form with a texture."""
    return replace(part, picture=picture)


def only(parts: Sequence[Part], state: str, value: str) -> list[Part]:
    """Forms that are only there while a state has a value."""
    return [replace(part, when=(state, value)) for part in parts]


def lifted(parts: Sequence[Part], by: Point) -> list[Part]:
    """Forms moved without turning."""
    return [replace(part, at=(part.at[0] + by[0], part.at[1] + by[1], part.at[2] + by[2])) for part in parts]


def _leaning(dx: float, dy: float, dz: float) -> Point:
    """The turn around x, then y, that takes z to a direction: R_y(b) R_x(a) z = (cos a sin b, -sin a, cos a cos b)."""
    return atan2(-dy, hypot(dx, dz)), atan2(dx, dz), 0.0
