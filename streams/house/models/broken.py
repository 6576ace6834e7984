"""What is left of a thing when it broke: its forms cut in two by a jagged line, the halves apart and tipped, splinters between.

Everything here is only there while the thing's state `broken` is "broken"; its other forms are hidden then.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from streams.house.home import Point
from streams.house.models.colours import Colour, shade
from streams.house.models.meshes import Mesh, lathe
from streams.house.models.shape import Part, box, only

STATE = VALUE = "broken"

_APART = 0.12
"""How far each half lies from where it was, as a share of the longer side."""
_TIPPED_RAD = 0.22
_NUM_TEETH = 3
_NUM_SPLINTERS = 5


def broken(parts: Sequence[Part], size: Point) -> list[Part]:
    """The pieces of a thing of these forms.

    Args:
        size: (x, y, z) metres of its box.
    """
    along = 0 if size[0] > size[1] else 1
    whole = [part for part in parts if part.when is None]
    pieces = [piece for part in whole for piece in _halves(part, size, along)]
    colour = max(whole, key=_reach).colour
    return only([*pieces, *_splinters(size, along, colour)], STATE, VALUE)


def _halves(part: Part, size: Point, along: int) -> list[Part]:
    """The two sides of a form; one that cannot be cut goes with the side that it is on."""
    mesh = _meshed(part)
    if mesh is not None:
        cut = [(side, _side_of(mesh, part.at, size, along, side)) for side in (-1, 1)]
        made = replace(part, form="mesh", size=(0.0, 0.0, 0.0), turn=(0.0, 0.0, 0.0))
        return [_laid(replace(made, mesh=half), size, along, side) for side, half in cut if half is not None]
    if part.form == "box" and not any(part.turn) and part.size[along] > 0.4 * size[along]:
        return [_laid(_half_box(part, along, side), size, along, side) for side in (-1, 1)]
    return [_laid(part, size, along, -1 if part.at[along] < 0 else 1)]


def _meshed(part: Part) -> Mesh | None:
    """A form as triangles that are small enough to be cut, as it is turned; None for the others."""
    mesh = part.mesh
    if mesh is None and part.form == "cylinder" and not part.picture:
        r, h = part.size[0] / 2, part.size[2] / 2
        mesh = lathe([(0, -h), (r, -h), *((r, z) for z in np.linspace(-h, h, 5)[1:]), (0, h)])
    if mesh is None and part.form == "ellipsoid" and not part.picture:
        angle = np.linspace(-pi / 2, pi / 2, 9)
        mesh = lathe(np.stack([np.cos(angle), np.sin(angle)], 1))
        mesh = replace(mesh, vertices=mesh.vertices * np.array(part.size) / 2, normals=_unit(mesh.normals / np.array(part.size)))
    if mesh is None or not any(part.turn):
        return mesh
    from scipy.spatial.transform import Rotation

    turned = Rotation.from_euler("xyz", part.turn)  # small letters: around the axes of the whole
    return replace(mesh, vertices=turned.apply(mesh.vertices), normals=turned.apply(mesh.normals))


def _side_of(mesh: Mesh, at: Point, size: Point, along: int, side: int) -> Mesh | None:
    """The triangles on one side of a jagged line across the thing."""
    middles = mesh.vertices[mesh.faces].mean(axis=1) + np.array(at)
    across, up = middles[:, 1 - along], middles[:, 2]
    teeth = _NUM_TEETH * pi * (across / size[1 - along] + up / max(size[2], 1e-6))
    line = 0.12 * size[along] * np.sin(teeth)
    faces = mesh.faces[side * (middles[:, along] - line) > 0]
    if len(faces) < 4:
        return None
    kept, places = np.unique(faces, return_inverse=True)
    return Mesh(mesh.vertices[kept], mesh.normals[kept], mesh.uv[kept], places.reshape(faces.shape).astype(np.int64))


def _half_box(part: Part, along: int, side: int) -> Part:
    length, at = list(part.size), list(part.at)
    at[along] += side * length[along] / 4
    length[along] /= 2
    return replace(part, size=(length[0], length[1], length[2]), at=(at[0], at[1], at[2]))


def _laid(part: Part, size: Point, along: int, side: int) -> Part:
    """A form moved away from the break and tipped onto its outer edge."""
    angle = side * _TIPPED_RAD
    edge = side * size[along] / 2
    x, z = part.at[along] - edge, part.at[2]
    turned = (cos(angle) * x + sin(angle) * z, -sin(angle) * x + cos(angle) * z)
    at = [part.at[0], part.at[1], turned[1]]
    at[along] = edge + turned[0] + side * _APART * max(size[0], size[1])
    turn = list(part.turn)
    turn[1 - along] += angle if along == 0 else -angle
    return replace(part, at=(at[0], at[1], at[2]), turn=(turn[0], turn[1], turn[2]))


def _splinters(size: Point, along: int, colour: Colour) -> list[Part]:
    """Small flat pieces in the gap."""
    length = 0.16 * max(size[0], size[1])
    found = []
    for number in range(_NUM_SPLINTERS):
        share = (number + 0.5) / _NUM_SPLINTERS - 0.5
        at = [0.0, 0.0, 0.004 + 0.1 * length]
        at[1 - along] = share * size[1 - along] * 1.2
        at[along] = 0.1 * size[along] * sin(5.0 * number)
        shape = (length * (0.6 + 0.4 * (number % 2)), 0.6 * length, 0.006)
        found.append(box((at[0], at[1], at[2]), shape, shade(colour, 0.8 + 0.1 * number), turn=(0.3, 0.0, 1.3 * number)))
    return found


def _reach(part: Part) -> float:
    """About how large a form is."""
    extent: NDArray[np.float64] = np.ptp(part.mesh.vertices, axis=0) if part.mesh is not None else np.array(part.size)
    return float(np.prod(extent + 1e-4))


def _unit(ways: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths: NDArray[np.float64] = np.linalg.norm(ways, axis=1, keepdims=True)
    return ways / lengths
