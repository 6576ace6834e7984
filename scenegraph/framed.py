"""How far things reach where a detector gives no mask: the surface that the inner part of its box shows, up to the edges."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from scenegraph.geometry import Array, View, box_of

_INSET = 0.04
"""Share of a detector's box at each side that may show what is beside the thing."""
_LEVEL = 0.9
"""Upright part of the normal of a plane that is taken to be level."""
_GRAZING = 0.3
"""Sine of the least angle between a ray and a plane at which where they meet is known."""
_ACROSS = 24
"""Pixels a side that are looked at of a box."""
_LAYER_M, _LEVEL_SHARE = 0.02, 0.6
"""A surface is level if so many of its points lie this close to one height."""
_MIN_CELLS = 40
"""Pixels of a level surface under which the points that were taken tell more."""
_SHOWN = 0.7
"""Share of a box that must have depth for its points to show all of the thing."""


def framed(points: Array, xyxy: NDArray[np.float32], view: View) -> Array:
    """(2, 3) box of a thing whose (n, 3) points were taken from the inner part of its (4,) box in a picture.

    A level surface is what lies at its height within the whole box. Where much of the box has no depth (a dark screen, steel),
    its corners are put on the plane through the points, so that holes do not move the thing or make it smaller.
    """
    inset = _INSET * (xyxy[2:] - xyxy[:2])
    low, high = (xyxy[:2] + inset).astype(np.float64), (xyxy[2:] - inset).astype(np.float64)
    middle = np.median(points, axis=0)
    at_height = np.abs(points[:, 2] - middle[2]) < _LAYER_M
    if at_height.mean() > _LEVEL_SHARE:
        return _level(points, float(middle[2]), low, high, view)
    v, u = _grid(low, high, view)
    normal = _normal(points)
    if np.count_nonzero(view.depth_m[v, u]) > _SHOWN * v.size or abs(normal[2]) > _LEVEL:
        return box_of(points, 8.0)
    rays = view.directions(np.array([low[0], high[0], low[0], high[0]]), np.array([low[1], low[1], high[1], high[1]]))
    forward = view.pose_world_camera[:3, 2]
    toward = rays / np.linalg.norm(rays, axis=1, keepdims=True)
    if np.abs(toward @ normal).min() < _GRAZING:
        normal = forward
    corners = view.origin + rays * ((middle - view.origin) @ normal / (rays @ normal))[:, None]
    inner = box_of(points, 8.0)
    return np.stack([np.minimum(inner[0], corners.min(axis=0)), np.maximum(inner[1], corners.max(axis=0))])


def _normal(points: Array) -> Array:
    """(3,) unit normal of the plane through most of the points."""
    kept = points
    for _ in range(2):
        middle = kept.mean(axis=0)
        normal: Array = np.linalg.svd(kept - middle, full_matrices=False)[2][2]
        off = np.abs((points - middle) @ normal)
        kept = points[off <= np.quantile(off, 0.8)]
    return normal


def _level(points: Array, height_m: float, low: Array, high: Array, view: View) -> Array:
    """(2, 3) box of a level surface: of all within a box of the picture that lies at its height."""
    v, u = _grid(low, high, view)
    found = view.points(u.ravel(), v.ravel()).reshape(*u.shape, 3)
    there = view.steady[v, u] & (np.abs(found[..., 2] - height_m) < 2.0 * _LAYER_M)
    # What is as high but apart from it, a shelf behind a table, is another surface.
    parts, num = ndimage.label(there)
    if not num:
        return box_of(points, 8.0)
    whole = found[parts == 1 + np.bincount(parts[there] - 1).argmax()]
    return box_of(whole if len(whole) >= _MIN_CELLS else points, 1.0)


def _grid(low: Array, high: Array, view: View) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of pixels spread over a box of a picture, as two square arrays."""
    rows, columns = view.depth_m.shape
    across = np.linspace(max(low[0], 0), min(high[0], columns - 1), _ACROSS).astype(np.int64)
    down = np.linspace(max(low[1], 0), min(high[1], rows - 1), _ACROSS).astype(np.int64)
    u, v = np.meshgrid(across, down)
    return v, u
