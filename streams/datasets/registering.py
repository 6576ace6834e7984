"""Colours as the depth camera would see them, where the two cameras differ."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mmmem.types import Intrinsics
from streams.datasets.recorded import Matrix
from streams.resizing import shrunk

_ASSUMED_M = 2.0
"""How far away a pixel without depth is taken to be."""
_SAME = 0.02


def registered(
    image: NDArray[np.uint8], lens: Intrinsics, depth_m: NDArray[np.float32], depth_lens: Intrinsics, pose_colour_depth: Matrix
) -> NDArray[np.uint8]:
    """The colour at every pixel of a depth picture, (H, W, 3) uint8; black where the colour camera does not reach.

    Args:
        lens: of `image`; `depth_lens` of `depth_m`.
        pose_colour_depth: (4, 4), from the depth camera's axes to those of the colour camera.
    """
    height, width = depth_m.shape
    small = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BOX), np.uint8)
    lens = shrunk(lens, width / image.shape[1], height / image.shape[0])
    if _alike(lens, depth_lens) and np.allclose(pose_colour_depth, np.eye(4), atol=1e-3):
        return small
    v, u = np.mgrid[:height, :width]
    z = np.where(depth_m > 0, depth_m, _ASSUMED_M).astype(np.float64)
    points = np.stack([(u - depth_lens.cx) / depth_lens.fx * z, (v - depth_lens.cy) / depth_lens.fy * z, z], axis=-1)
    points = points @ pose_colour_depth[:3, :3].T + pose_colour_depth[:3, 3]
    ahead = np.maximum(points[..., 2], 1e-6)
    column = np.rint(points[..., 0] / ahead * lens.fx + lens.cx).astype(np.int64)
    row = np.rint(points[..., 1] / ahead * lens.fy + lens.cy).astype(np.int64)
    inside = (points[..., 2] > 0) & (column >= 0) & (column < width) & (row >= 0) & (row < height)
    seen = np.zeros((height, width, 3), np.uint8)
    seen[inside] = small[row[inside], column[inside]]
    return seen


def _alike(one: Intrinsics, other: Intrinsics) -> bool:
    pairs = ((one.fx, other.fx), (one.fy, other.fy), (one.cx, other.cx), (one.cy, other.cy))
    return all(abs(a - b) <= _SAME * other.fx for a, b in pairs)
