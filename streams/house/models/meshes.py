"""Meshes made by code: turned, bent, cut out and stuffed forms. Metres; every mesh has normals and texture coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
_CREASE = np.cos(np.radians(35))
"""Neighbouring pieces of an outline that turn more than this are shaded as an edge."""


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Triangles.

    Args:
        vertices, normals: (n, 3). uv: (n, 2), v upwards. faces: (m, 3) indices, counter-clockwise seen from outside.
    """

    vertices: Floats
    normals: Floats
    uv: Floats
    faces: NDArray[np.int64]


def lathe(profile: ArrayLike, slices: int = 16) -> Mesh:
    """An outline of (radius, height) points turned around z; listed so that the outside is to the right on the way."""
    points = np.asarray(profile, np.float64)
    steps = np.diff(points, axis=0)
    kept = np.hypot(*steps.T) > 1e-9
    starts, ends, steps = points[:-1][kept], points[1:][kept], steps[kept]
    across = np.stack([steps[:, 1], -steps[:, 0]], 1) / np.hypot(*steps.T)[:, None]
    smooth = np.einsum("ij,ij->i", across[:-1], across[1:]) > _CREASE
    mean = _unit(across[:-1] + across[1:])
    first, last = across.copy(), across.copy()
    first[1:][smooth], last[:-1][smooth] = mean[smooth], mean[smooth]
    rings = np.stack([starts, ends], 1).reshape(-1, 2)
    ways = np.stack([first, last], 1).reshape(-1, 2)
    turn = np.linspace(0, 2 * np.pi, slices + 1)
    vertices = _turned(rings, turn)
    along = np.repeat((rings[:, 1] - points[:, 1].min()) / max(float(np.ptp(points[:, 1])), 1e-9), slices + 1)
    uv = np.stack([np.tile(turn / (2 * np.pi), len(rings)), along], 1)
    faces = [_strip(ring, ring + 1, slices + 1) for ring in range(0, len(rings), 2)]
    return _without_slivers(Mesh(vertices, _turned(ways, turn), uv, np.concatenate(faces)))


def tube(path: ArrayLike, radius_m: float | Sequence[float], *, sides: int = 8, closed: bool = False) -> Mesh:
    """A bent rod along (k, 3) points; `radius_m` may differ from point to point; open ends are capped flat."""
    points = np.asarray(path, np.float64)
    radii = np.broadcast_to(np.asarray(radius_m, np.float64), len(points))
    if closed:
        points, radii = np.vstack([points, points[:1]]), np.append(radii, radii[0])
    tangents = _tangents(points, closed)
    across, up = _frames(tangents)
    angle = np.linspace(0, 2 * np.pi, sides + 1)
    normals = np.cos(angle)[None, :, None] * across[:, None] + np.sin(angle)[None, :, None] * up[:, None]
    vertices = points[:, None] + radii[:, None, None] * normals
    u = np.repeat(np.linspace(0, 1, len(points)), sides + 1)
    body = Mesh(
        vertices.reshape(-1, 3),
        normals.reshape(-1, 3),
        np.stack([u, np.tile(angle / (2 * np.pi), len(points))], 1),
        np.concatenate([_strip(row, row + 1, sides + 1) for row in range(len(points) - 1)]),
    )
    if closed:
        return body
    return joined(body, _disc(vertices[0][:-1][::-1], -tangents[0]), _disc(vertices[-1][:-1], tangents[-1]))


def extruded(outline: ArrayLike, thickness_m: float) -> Mesh:
    """A flat form (k, 2), star-shaped around its mean, counter-clockwise, from z = 0 up to its thickness."""
    flat = np.asarray(outline, np.float64)
    low, high = np.column_stack([flat, np.zeros(len(flat))]), np.column_stack([flat, np.full(len(flat), thickness_m)])
    sides = [_quad(low[i], low[j], high[j], high[i]) for i, j in zip(range(len(flat)), [*range(1, len(flat)), 0], strict=True)]
    return joined(_disc(high, np.array([0.0, 0, 1])), _disc(low[::-1], np.array([0.0, 0, -1])), *sides)


def stuffed(size: ArrayLike, *, square: float = 0.4, flat: float = 0.6, slices: int = 20, stacks: int = 10) -> Mesh:
    """A superellipsoid in a box of `size`, its middle at the origin: `square` and `flat` near 0 are boxy, 1 is an ellipsoid.

    Barr (1981), Superquadrics and Angle-Preserving Transformations, equations 2.10 and 2.14.
    """
    half = np.asarray(size, np.float64) / 2
    around, upward = np.meshgrid(np.linspace(-np.pi, np.pi, slices + 1), np.linspace(-np.pi / 2, np.pi / 2, stacks + 1))
    ring, out = _power(np.cos(upward), flat), _power(np.cos(upward), 2 - flat)
    vertices = np.stack(
        [ring * _power(np.cos(around), square), ring * _power(np.sin(around), square), _power(np.sin(upward), flat)], -1
    )
    ways = np.stack(
        [out * _power(np.cos(around), 2 - square), out * _power(np.sin(around), 2 - square), _power(np.sin(upward), 2 - flat)], -1
    )
    uv = np.stack([around / (2 * np.pi) + 0.5, upward / np.pi + 0.5], -1).reshape(-1, 2)
    faces = np.concatenate([_strip(row, row + 1, slices + 1) for row in range(stacks)])
    return _without_slivers(Mesh((vertices * half).reshape(-1, 3), _unit((ways / half).reshape(-1, 3)), uv, faces))


def panel(size: ArrayLike) -> Mesh:
    """A box whose +x face shows the whole of a picture, upright; its other faces have the picture's top left corner's colour."""
    x, y, z = np.asarray(size, np.float64) / 2
    corners = [(x, -y, -z), (x, y, -z), (x, y, z), (x, -y, z)]
    a, b, c, d = (np.array(corner) for corner in corners)
    front = _quad(a, b, c, d)
    back = [np.array([-a, b, c]) for a, b, c in corners]
    rims = [
        _quad(np.array(corners[i]), back[i], back[j], np.array(corners[j]), uv=_CORNER)
        for i, j in ((0, 1), (1, 2), (2, 3), (3, 0))
    ]
    return joined(front, _quad(back[1], back[0], back[3], back[2], uv=_CORNER), *rims)


def sheet(size: ArrayLike, thickness_m: float = 0.003) -> Mesh:
    """A panel of (x, y) metres that lies face up; the picture's top is towards -x, so that it is upright for who stands at +x."""
    x, y = np.asarray(size, np.float64)
    upright = panel((thickness_m, y, x))
    return Mesh(_laid(upright.vertices), _laid(upright.normals), upright.uv, upright.faces)


def joined(*meshes: Mesh) -> Mesh:
    """Several meshes as one."""
    offsets = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes[:-1])])
    faces = np.concatenate([mesh.faces + offset for mesh, offset in zip(meshes, offsets, strict=True)])
    return Mesh(
        np.concatenate([m.vertices for m in meshes]),
        np.concatenate([m.normals for m in meshes]),
        np.concatenate([m.uv for m in meshes]),
        faces,
    )


def moved(mesh: Mesh, by: ArrayLike) -> Mesh:
    """The mesh somewhere else."""
    return Mesh(mesh.vertices + np.asarray(by, np.float64), mesh.normals, mesh.uv, mesh.faces)


_CORNER = np.full((4, 2), [0.01, 0.99])


def _laid(vectors: Floats) -> Floats:
    return np.stack([-vectors[:, 2], vectors[:, 1], vectors[:, 0]], 1)


def _turned(rings: Floats, turn: Floats) -> Floats:
    radii, heights = rings[:, :1], np.broadcast_to(rings[:, 1:], (len(rings), len(turn)))
    return np.stack([radii * np.cos(turn), radii * np.sin(turn), heights], -1).reshape(-1, 3)


def _strip(row: int, next_row: int, width: int) -> NDArray[np.int64]:
    low, high = row * width + np.arange(width - 1), next_row * width + np.arange(width - 1)
    return np.concatenate([np.stack([low, low + 1, high + 1], 1), np.stack([low, high + 1, high], 1)])


def _quad(a: Floats, b: Floats, c: Floats, d: Floats, uv: Floats | None = None) -> Mesh:
    normal = _unit(np.cross(b - a, d - a)[None])
    square = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]]) if uv is None else uv
    return Mesh(np.stack([a, b, c, d]), np.repeat(normal, 4, 0), square, np.array([[0, 1, 2], [0, 2, 3]]))


def _disc(rim: Floats, normal: Floats) -> Mesh:
    """A fan around the mean of a rim that is counter-clockwise seen against `normal`."""
    vertices = np.vstack([rim.mean(0), rim])
    size = np.ptp(rim, axis=0).max() or 1.0
    uv = (vertices - rim.min(0))[:, :2] / size
    ring = np.arange(1, len(rim) + 1)
    return Mesh(
        vertices,
        np.repeat(_unit(normal[None]), len(vertices), 0),
        uv,
        np.stack([np.zeros_like(ring), ring, np.roll(ring, -1)], 1),
    )


def _tangents(points: Floats, closed: bool) -> Floats:
    tangents = np.gradient(points, axis=0)
    if closed:
        tangents[0] = tangents[-1] = points[1] - points[-2]
    return _unit(tangents)


def _frames(tangents: Floats) -> tuple[Floats, Floats]:
    """Two directions across each tangent that turn as little as possible on the way."""
    across = np.empty_like(tangents)
    across[0] = np.cross(tangents[0], np.eye(3)[np.argmin(np.abs(tangents[0]))])
    for i in range(1, len(tangents)):
        across[i] = across[i - 1] - tangents[i] * (across[i - 1] @ tangents[i])
    across = _unit(across)
    return across, np.cross(tangents, across)


def _power(values: Floats, exponent: float) -> Floats:
    return np.asarray(np.sign(values) * np.abs(values) ** exponent)


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12))


def _without_slivers(mesh: Mesh) -> Mesh:
    """Triangles without area, as at a pole, and vertices that nothing uses are left out."""
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    faces = mesh.faces[np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-14]
    used, flat = np.unique(faces, return_inverse=True)
    return Mesh(mesh.vertices[used], mesh.normals[used], mesh.uv[used], flat.reshape(-1, 3))
