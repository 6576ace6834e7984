"""Axis-aligned boxes, `xyxy` in pixels: overlap and suppression of repeats."""

import numpy as np
from numpy.typing import NDArray


def areas(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) areas of (n, 4) boxes; zero for a box without extent."""
    sides = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None)
    area: NDArray[np.float32] = sides[:, 0] * sides[:, 1]
    return area


def overlaps(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, m) intersection over union of (n, 4) and (m, 4) boxes; 0 where both are empty."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    sides = np.clip(high - low, 0, None)
    shared = sides[..., 0] * sides[..., 1]
    union = areas(first)[:, None] + areas(second)[None, :] - shared
    ratio: NDArray[np.float32] = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return ratio


def keep_best(
    boxes: NDArray[np.float32], scores: NDArray[np.float32], classes: NDArray[np.int64], *, max_overlap: float
) -> NDArray[np.int64]:
    """Greedy non-maximum suppression within each class.

    Args:
        boxes: (n, 4).
        scores: (n,); ties keep the earlier box.
        classes: (n,); boxes of different classes never suppress each other.
        max_overlap: intersection over union above which the lower-scored box is a repeat.

    Returns:
        Indices of the boxes kept, highest score first.
    """
    order = np.argsort(-scores, kind="stable")
    repeat = (overlaps(boxes[order], boxes[order]) > max_overlap) & (classes[order, None] == classes[None, order])
    kept = np.ones(len(order), np.bool_)
    for rank in range(len(order)):
        if kept[rank]:
            kept[rank + 1 :] &= ~repeat[rank, rank + 1 :]
    return order[kept]
