"""How a thing looks, from its pixels alone: a small histogram of hues and greys, compared by the Bhattacharyya coefficient."""

import numpy as np
from numpy.typing import NDArray

HUES, GREYS = 12, 4
DIM = HUES + GREYS
_BEFORE = 3
Channel = NDArray[np.float32]


def colour_of(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(16,) float32 of unit length from (n, 3) RGB; the inner product of two is how much of their colours they share (0 to 1).

    A pixel counts as a hue by its saturation and as a grey by the rest of it, shared between neighbouring bins.
    """
    colour: NDArray[np.float32] = colours_of(pixels, np.zeros(len(pixels), np.int64), 1)[0]
    return colour


def colours_of(pixels: NDArray[np.uint8], owner: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """(count, 16) as `colour_of`, of many things at once; `owner` (n,) says whose each of (n, 3) pixels is."""
    red, green, blue = np.ascontiguousarray(pixels.T).astype(np.float32) / np.float32(255.0)
    top, low = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    chroma = top - low
    saturation = chroma / np.maximum(top, np.float32(0.05))
    coloured = _ramp(saturation, 0.12, 0.25) * _ramp(top, 0.06, 0.1)
    hues = _spread(_sixths(red, green, blue, top, chroma) * np.float32(HUES / 6), coloured, owner, (count, HUES))
    greys = _spread(top * np.float32(GREYS - 1), 1 - coloured, owner, (count, GREYS))
    histogram = np.concatenate([hues, greys], axis=1)
    total = histogram.sum(axis=1, keepdims=True)
    shares: NDArray[np.float32] = np.sqrt(histogram / np.where(total > 0, total, 1.0)).astype(np.float32)
    return shares


def _ramp(values: Channel, start: float, length: float) -> Channel:
    """0 up to `start`, 1 from `start + length` on."""
    ramp: Channel = ((values - np.float32(start)) / np.float32(length)).clip(0, 1)
    return ramp


def _sixths(red: Channel, green: Channel, blue: Channel, top: Channel, chroma: Channel) -> Channel:
    """Hue in sixths of the circle, from -1 to 5, by the hexagon formula; 0 where there is no chroma."""
    scale = np.where(chroma > 1e-6, 1 / np.maximum(chroma, np.float32(1e-6)), np.float32(0))
    hue = np.where(top == red, green - blue, np.where(top == green, blue - red, red - green)) * scale
    hue += np.where(top == red, np.float32(0), np.where(top == green, np.float32(2), np.float32(4)))
    hue[chroma <= 1e-6] = 0
    return hue


def _spread(place: Channel, weight: Channel, owner: NDArray[np.int64], shape: tuple[int, int]) -> NDArray[np.float64]:
    """(count, bins) weights of pixels by owner and bin, shared between neighbouring bins; the last bins come before the first."""
    count, bins = shape
    lower = np.floor(place)
    upper_weight = weight * (place - lower)
    # Some bins before the first one are folded back at the end: a remainder for each pixel costs more.
    width = bins + _BEFORE + 1
    at = owner * width + (lower.astype(np.int64) + _BEFORE)
    filled = np.bincount(at, weight - upper_weight, count * width)
    filled[1:] += np.bincount(at, upper_weight, count * width)[:-1]
    wide = filled.reshape(count, width)
    spread: NDArray[np.float64] = wide[:, _BEFORE:-1]
    spread[:, -_BEFORE:] += wide[:, :_BEFORE]
    return spread


def blended(
    old: NDArray[np.float32] | None, old_weight: float, new: NDArray[np.float32] | None, weight: float
) -> NDArray[np.float32] | None:
    """The mean direction of two looks; either may be missing, and looks of different length are never mixed."""
    if old is None or new is None or len(old) != len(new):
        return old if new is None else new
    mixed = old * old_weight + new * weight
    length = float(np.linalg.norm(mixed))
    return old if length < 1e-9 else (mixed / length).astype(np.float32)
