"""How a thing looks, from its pixels alone: a small histogram of hues and greys, compared by the Bhattacharyya coefficient."""

import numpy as np
from numpy.typing import NDArray

HUES, GREYS = 12, 4
DIM = HUES + GREYS


def colour_of(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(16,) float32 of unit length from (n, 3) RGB; the inner product of two is how much of their colours they share (0 to 1).

    A pixel counts as a hue by its saturation and as a grey by the rest of it, shared between neighbouring bins.
    """
    rgb = pixels.astype(np.float32) / 255.0
    top, low = rgb.max(axis=1), rgb.min(axis=1)
    chroma = top - low
    saturation = chroma / np.maximum(top, 0.05)
    coloured = np.clip((saturation - 0.12) / 0.25, 0.0, 1.0) * np.clip((top - 0.06) / 0.1, 0.0, 1.0)
    histogram = np.zeros(DIM, np.float64)
    _spread(histogram[:HUES], _hue(rgb, top, chroma) * HUES, coloured, cyclic=True)
    _spread(histogram[HUES:], top * (GREYS - 1), 1.0 - coloured, cyclic=False)
    total = histogram.sum()
    if total <= 0:
        return np.zeros(DIM, np.float32)
    shares: NDArray[np.float32] = np.sqrt(histogram / total).astype(np.float32)
    return shares


def _hue(rgb: NDArray[np.float32], top: NDArray[np.float32], chroma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Hue in [0, 1) by the hexagon formula; 0 where there is no chroma."""
    safe = np.where(chroma > 1e-6, chroma, 1.0)
    red, green, blue = rgb.T
    sixth = np.where(top == red, (green - blue) / safe, np.where(top == green, 2 + (blue - red) / safe, 4 + (red - green) / safe))
    return np.where(chroma > 1e-6, sixth / 6 % 1.0, 0.0).astype(np.float32)


def _spread(bins: NDArray[np.float64], place: NDArray[np.float32], weight: NDArray[np.float32], *, cyclic: bool) -> None:
    lower = np.floor(place).astype(np.int64)
    part = place - lower
    upper = (lower + 1) % len(bins) if cyclic else np.minimum(lower + 1, len(bins) - 1)
    lower = lower % len(bins) if cyclic else np.clip(lower, 0, len(bins) - 1)
    bins += np.bincount(lower, weight * (1 - part), len(bins)) + np.bincount(upper, weight * part, len(bins))


def blended(
    old: NDArray[np.float32] | None, old_weight: float, new: NDArray[np.float32] | None, weight: float
) -> NDArray[np.float32] | None:
    """The mean direction of two looks; either may be missing, and looks of different length are never mixed."""
    if old is None or new is None or len(old) != len(new):
        return old if new is None else new
    mixed = old * old_weight + new * weight
    length = float(np.linalg.norm(mixed))
    return old if length < 1e-9 else (mixed / length).astype(np.float32)
