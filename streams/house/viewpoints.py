"""Where to look from so that a few looks show every open surface of a room: greedy cover of points by camera poses.

A look covers a point by how large it shows: fully within `_NEAR_M`, less with distance, not at all outside the picture, behind a
taller piece, or in a shelf seen from its side. Looks are chosen one by one, each the one that adds most (the greedy algorithm for
maximum coverage, within 1 - 1/e of the best).
"""

from dataclasses import dataclass
from math import pi, radians, tan

import numpy as np
from numpy.typing import NDArray

from streams.house.floor import Floor
from streams.house.footprint import footprint, surface_rectangle
from streams.house.home import Furniture, Home, Room, Surface

Floats = NDArray[np.float64]
Stance = tuple[float, float, float]
"""x, y in metres and yaw in radians."""

CAMERA_HEIGHT_M = 1.25
CAMERA_PITCH_RAD = -radians(18)

_HALF_VIEW = radians(27), tan(radians(30)) * 320 / 240 * 0.9
"""Of a camera with 60 degrees of view from top to bottom and a picture of 4 to 3: radians up and down, tangent sideways; a
little less than what the picture shows."""
_FROM_M, _NEAR_M, _TO_M = 0.7, 1.6, 3.5
_INTO_M = 1.1
_BETWEEN_POINTS_M = 0.3
_BETWEEN_STANDS_M = 0.3
_NUM_YAWS = 16
_SIDE = 0.35
"""Cosine to its front below which the inside of a shelf is not seen."""


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """A look: where to stand, and how many points it added when it was chosen."""

    stance: Stance
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """(n,) points on open surfaces of one room, and which piece each belongs to."""

    xyz: Floats
    front: Floats
    """(n, 2) direction a shelf opens to; zero where a surface can be seen from all sides."""
    piece: NDArray[np.int64]
    sunk: NDArray[np.bool_]
    """(n,) whether it lies inside something open at the top, and is seen from close by only."""


def viewpoints(home: Home, floor: Floor, room: Room, *, least_gain: float = 1.0) -> list[Viewpoint]:
    """Looks into a room, the most telling first, until none adds `least_gain` points; at least one.

    There is a point about every 0.3 m of each surface that is not behind a door and not under something.
    """
    pieces = [piece for piece in home.furniture if piece.room == room.id]
    points, stands = _points(pieces), _stands(floor, room)
    if not len(points.xyz) or not len(stands):
        return [Viewpoint(floor.standing_spot(room.id), 0.0)]
    shown = _shown(stands, points, pieces)
    chosen: list[Viewpoint] = []
    covered = np.zeros(len(points.xyz))
    while True:
        gains = np.maximum(shown - covered, 0).sum(axis=2)
        stand, turn = np.unravel_index(int(gains.argmax()), gains.shape)
        gain = float(gains[stand, turn])
        if chosen and gain < least_gain:
            return chosen
        x_m, y_m = stands[stand].tolist()
        chosen.append(Viewpoint((x_m, y_m, 2 * pi * int(turn) / _NUM_YAWS), gain))
        covered = np.maximum(covered, shown[stand, turn])


def _points(pieces: list[Furniture]) -> _Points:
    xyz, fronts, owners, sunk = [], [], [], []
    for number, piece in enumerate(pieces):
        forward = footprint(piece).axes[0]
        for surface in piece.surfaces:
            if surface.behind or surface.relation == "under":
                continue
            points = _on_surface(piece, surface)
            xyz.append(points)
            fronts.append(np.tile(forward * _is_shelf(piece, surface), (len(points), 1)))
            owners.append(np.full(len(points), number))
            sunk.append(np.full(len(points), surface.relation == "in"))
    if not xyz:
        return _Points(np.empty((0, 3)), np.empty((0, 2)), np.empty(0, np.int64), np.empty(0, np.bool_))
    return _Points(np.concatenate(xyz), np.concatenate(fronts), np.concatenate(owners), np.concatenate(sunk))


def _is_shelf(piece: Furniture, surface: Surface) -> bool:
    """Whether there is something of the piece above it."""
    return surface.relation == "on" and surface.centre[2] + surface.clearance_m <= piece.size[2] + 0.02


def _on_surface(piece: Furniture, surface: Surface) -> Floats:
    area = surface_rectangle(piece, surface)
    sides = [np.linspace(-0.5, 0.5, max(2, round(size / _BETWEEN_POINTS_M)) * 2 + 1)[1::2] for size in surface.size]
    local = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2) * surface.size
    flat = (area.x_m, area.y_m) + local @ area.axes
    return np.column_stack([flat, np.full(len(flat), piece.position[2] + surface.centre[2])])


def _stands(floor: Floor, room: Room) -> Floats:
    """(m, 2) free points of a room, on a grid."""
    step = max(1, round(_BETWEEN_STANDS_M / floor.cell_m))
    free = np.zeros_like(floor.free)
    free[::step, ::step] = floor.free[::step, ::step]
    x, y = floor.centres[..., 0], floor.centres[..., 1]
    points: Floats = floor.centres[free & (x >= room.x0_m) & (x < room.x1_m) & (y >= room.y0_m) & (y < room.y1_m)]
    return points


def _shown(stands: Floats, points: _Points, pieces: list[Furniture]) -> Floats:
    """(stands, yaws, points) in [0, 1]: how well each look shows each point."""
    offset = points.xyz[None, :, :2] - stands[:, None]
    distance = np.maximum(np.hypot(offset[..., 0], offset[..., 1]), 1e-6)
    down = np.arctan2(points.xyz[:, 2] - CAMERA_HEIGHT_M, distance) - CAMERA_PITCH_RAD
    in_reach = (distance >= _FROM_M) & (distance <= np.where(points.sunk, _INTO_M, _TO_M))
    good = np.clip(_NEAR_M / distance, 0, 1) * (in_reach & (np.abs(down) <= _HALF_VIEW[0]))
    good *= (points.xyz[:, 2] < CAMERA_HEIGHT_M) | points.front.any(axis=1)
    facing = -(offset * points.front).sum(axis=-1) / distance
    good *= ~points.front.any(axis=1) | (facing >= _SIDE)
    good *= ~_hidden(stands, points, pieces)
    yaws = 2 * np.pi * np.arange(_NUM_YAWS) / _NUM_YAWS
    ahead = offset @ np.stack([np.cos(yaws), np.sin(yaws)])
    aside = np.abs(offset @ np.stack([-np.sin(yaws), np.cos(yaws)]))
    inside = (ahead > 0) & (aside <= _HALF_VIEW[1] * ahead)
    shown: Floats = (good[..., None] * inside).transpose(0, 2, 1)
    return shown


def _hidden(stands: Floats, points: _Points, pieces: list[Furniture]) -> NDArray[np.bool_]:
    """(stands, points) whether a piece that the point is not on stands in the line of sight."""
    shares = np.linspace(0.1, 0.95, 10)
    target = points.xyz[None, None]
    eye = np.concatenate([stands, np.full((len(stands), 1), CAMERA_HEIGHT_M)], axis=1)[None, :, None]
    sight = eye + shares[:, None, None, None] * (target - eye)
    hidden = np.zeros((len(stands), len(points.xyz)), np.bool_)
    for number, piece in enumerate(pieces):
        area = footprint(piece)
        inside = (np.abs(area.local(sight[..., :2])) < (area.length_m / 2, area.width_m / 2)).all(axis=-1)
        base, top = piece.position[2], piece.position[2] + piece.size[2]
        blocked = inside & (sight[..., 2] > base) & (sight[..., 2] < top)
        hidden |= blocked.any(axis=0) & (points.piece != number)
    return hidden
