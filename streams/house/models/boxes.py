"""Boxes whose faces carry a repeating texture, in metres of its own."""

from functools import cache

import numpy as np

from streams.house.home import Point
from streams.house.models.meshes import Floats, Mesh

_REPEAT_M = 0.999
"""One repetition of a texture is about a metre long; not exactly, so that joints of tiles do not fall on edges of walls."""


@cache
def patterned_box(size: Point) -> Mesh:
    """A box around the origin; the texture's u runs along the longer side of each face."""
    half = np.asarray(size, np.float64) / 2
    faces: list[tuple[int, int, int]] = []
    vertices: list[Floats] = []
    normals: list[Floats] = []
    uv: list[Floats] = []
    for axis in range(3):
        for sign in (-1, 1):
            first, second = [(1, 2), (0, 2), (0, 1)][axis]
            corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float64)
            spread = np.zeros((4, 3))
            spread[:, axis], spread[:, first], spread[:, second] = sign, corners[:, 0], corners[:, 1]
            flipped = (axis == 1) ^ (sign < 0)
            normal = np.zeros(3)
            normal[axis] = sign
            metres = (corners * half[[first, second]] + half[[first, second]]) / _REPEAT_M
            start = 4 * len(vertices)
            faces += (
                [(start, start + 2, start + 1), (start, start + 3, start + 2)]
                if flipped
                else [(start, start + 1, start + 2), (start, start + 2, start + 3)]
            )
            vertices.append(spread * half)
            normals.append(np.repeat(normal[None], 4, 0))
            uv.append(metres if half[first] >= half[second] else metres[:, ::-1])
    return Mesh(np.concatenate(vertices), np.concatenate(normals), np.concatenate(uv), np.array(faces))
