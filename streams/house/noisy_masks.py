"""Masks and boxes as a detector would draw them."""

import numpy as np
from numpy.typing import NDArray

_Mask = NDArray[np.bool_]


def resized_mask(instances: NDArray[np.int32], number: int, box: NDArray[np.float32], grown: int) -> _Mask:
    """(H, W) mask of one instance, grown by so many pixels, or shrunk where negative; never to nothing.

    Args:
        box: (4,) where the instance shows.
    """
    from scipy.ndimage import binary_dilation, binary_erosion

    height, width = instances.shape
    x0, y0, x1, y1 = box.astype(int).tolist()
    rim = max(grown, 0) + 1
    window = (slice(max(y0 - rim, 0), min(y1 + rim, height)), slice(max(x0 - rim, 0), min(x1 + rim, width)))
    exact = instances[window] == number
    drawn = exact
    if grown > 0:
        drawn = binary_dilation(exact, iterations=grown)
    elif grown < 0:
        drawn = binary_erosion(exact, iterations=-grown)
    mask = np.zeros((height, width), np.bool_)
    mask[window] = drawn if drawn.any() else exact
    return mask


def jittered_box(mask: _Mask, share: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """(4,) xyxy box around a mask, each side moved by a normal error of `share` of the box's size; inside the picture."""
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], np.float64)
    if share:
        size = np.tile(box[2:] - box[:2], 2)
        box += rng.normal(0, share, 4) * size
    low = np.clip(np.minimum(box[:2], box[2:] - 1), 0, (width - 1, height - 1))
    high = np.clip(np.maximum(box[2:], low + 1), 1, (width, height))
    return np.concatenate([low, high]).astype(np.float32)


def ellipse(shape: tuple[int, int], centre: NDArray[np.int64], sides: NDArray[np.int64]) -> _Mask:
    """(H, W) mask of an ellipse at (row, column), of (height, width)."""
    row, column = np.ogrid[: shape[0], : shape[1]]
    inside: _Mask = ((row - centre[0]) / (sides[0] / 2)) ** 2 + ((column - centre[1]) / (sides[1] / 2)) ** 2 <= 1.0
    return inside
