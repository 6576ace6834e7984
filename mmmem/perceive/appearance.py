"""What colours a thing has, from its pixels alone: a small histogram that tells a red mug from a blue one, and not twins.

Thirty bins: twelve hues, each dark and light, and six greys. A pixel counts as a hue by its saturation and as a grey by the
rest, and is shared between neighbouring bins. The roots of the shares have unit length, so that the inner product of two is the
Bhattacharyya coefficient of their colours (0: none in common, 1: the same).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError

SPACE = "thing:colours-1"
HUES, GREYS = 12, 6
DIM = 2 * HUES + GREYS
_LEVELS = 16
"""Steps of each channel, four bits; the histogram is read from a table of all colours, so that a picture costs three look-ups."""
_COLOURS = _LEVELS**3
# Below these a pixel's hue is noise of the sensor: saturation and brightness at which it begins and has begun to count.
_SATURATION, _BRIGHTNESS = (0.12, 0.37), (0.06, 0.16)

_Floats = NDArray[np.float32]


def appearance_of(image: NDArray[np.uint8], mask: NDArray[np.bool_]) -> _Floats:
    """(30,) float32 of unit length, in `SPACE`: the colours of the pixels in `mask`.

    Args:
        image: (H, W, 3) uint8 RGB.
        mask: (H, W).

    Raises:
        InvalidInputError: the mask is empty or of another size.
    """
    if mask.shape != image.shape[:2] or not mask.any():
        raise InvalidInputError(f"The mask must have the picture's size {image.shape[:2]} and a pixel in it, got {mask.shape}.")
    counts = np.bincount(_numbers(image[mask]), minlength=_COLOURS)
    colours: _Floats = _rooted(counts[None, :])[0]
    return colours


def appearances_of(image: NDArray[np.uint8], ranks: NDArray[np.intp], num: int) -> _Floats:
    """(num, 30) float32 of unit length: the colours of the pixels of rank 1 to `num`; a rank without pixels has zeros.

    Args:
        image: (H, W, 3) uint8 RGB.
        ranks: (H, W), 0 for pixels of nothing.
    """
    places = ranks.astype(np.int32) * np.int32(_COLOURS) + _numbers(image)
    counts = np.bincount(places.ravel(), minlength=(num + 1) * _COLOURS)
    return _rooted(counts.reshape(num + 1, _COLOURS)[1:])


def _numbers(pixels: NDArray[np.uint8]) -> NDArray[np.int32]:
    """(...,) number of the colour of (..., 3) pixels."""
    red, green, blue = (pixels[..., channel] >> 4 for channel in range(3))
    number: NDArray[np.int32] = (red.astype(np.int32) << 8) | (green.astype(np.int32) << 4) | blue
    return number


def _rooted(counts: NDArray[np.intp]) -> _Floats:
    """(n, 30) from (n, 4096) pixels of each colour."""
    histogram = counts.astype(np.float32) @ _table()
    shares = histogram / np.maximum(histogram.sum(axis=1, keepdims=True), 1e-12)
    rooted: _Floats = np.sqrt(shares)
    return rooted


@lru_cache(maxsize=1)
def _table() -> _Floats:
    """(4096, 30) how each colour is shared among the bins; rows add up to 1."""
    steps = (np.arange(_LEVELS) + 0.5) / _LEVELS
    rgb: _Floats = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3).astype(np.float32)
    top = rgb.max(axis=1)
    chroma: _Floats = top - rgb.min(axis=1)
    coloured = _ramp(chroma / top, *_SATURATION) * _ramp(top, *_BRIGHTNESS)
    light = _ramp(top, 0.35, 0.75)
    table = np.zeros((_COLOURS, DIM), np.float32)
    _share(table[:, :HUES], _hue(rgb, top, chroma) * HUES, coloured * (1 - light), cyclic=True)
    _share(table[:, HUES : 2 * HUES], _hue(rgb, top, chroma) * HUES, coloured * light, cyclic=True)
    _share(table[:, 2 * HUES :], top * (GREYS - 1), 1 - coloured, cyclic=False)
    return table


def _ramp(value: _Floats, begins: float, ends: float) -> _Floats:
    ramp: _Floats = np.clip((value - begins) / (ends - begins), 0, 1)
    return ramp


def _hue(rgb: _Floats, top: _Floats, chroma: _Floats) -> _Floats:
    """(n,) in [0, 1), red at 0, by the hexagon of HSV; 0 where there is no chroma."""
    safe = np.where(chroma > 0, chroma, 1)
    red, green, blue = rgb.T
    sixth = np.select([top == red, top == green], [(green - blue) / safe, 2 + (blue - red) / safe], 4 + (red - green) / safe)
    hue: _Floats = (sixth / 6 % 1).astype(np.float32)
    return hue


def _share(bins: _Floats, place: _Floats, weight: _Floats, *, cyclic: bool) -> None:
    """Add each row's weight to the two bins its place lies between."""
    num, rows = bins.shape[1], np.arange(len(bins))
    lower = np.floor(place).astype(np.intp)
    upper = (lower + 1) % num if cyclic else np.minimum(lower + 1, num - 1)
    part = place - lower
    bins[rows, lower % num] += weight * (1 - part)
    bins[rows, upper] += weight * part
