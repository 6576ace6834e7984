"""Depth, colour and number files of recordings, read with errors that name the file."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mmmem.errors import SourceError
from mmmem.types import Intrinsics
from streams.datasets.recorded import Matrix

SATURATED = 65535
INFINITE = "depth holds infinite or saturated values (65535) where nothing was measured; they are read as unknown"

_ERRORS = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def metres(raw: NDArray[np.generic], per_metre: float) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Depth in metres, 0 where unknown, and a note where sensors wrote infinities or 65535 for that.

    Args:
        raw: (H, W) integers or floats.
        per_metre: units in a metre.
    """
    if np.issubdtype(raw.dtype, np.integer):
        saturated = raw == SATURATED
        depth = np.where(saturated, 0, raw).astype(np.float32) / np.float32(per_metre)
    else:
        saturated = ~np.isfinite(raw.astype(np.float32))
        depth = np.where(saturated, 0, raw).astype(np.float32) / np.float32(per_metre)
    return np.maximum(depth, 0), (INFINITE,) if saturated.any() else ()


def colours(source: Path | bytes, name: str = "") -> NDArray[np.uint8]:
    """(H, W, 3) uint8 RGB of a picture file or of its bytes.

    Raises:
        SourceError: it is no picture, or is damaged.
    """
    return np.asarray(_opened(source, name).convert("RGB"), np.uint8)


def integers(source: Path | bytes, name: str = "") -> NDArray[np.int32]:
    """(H, W) int32 of a picture of depths or ids; of RGB pictures r + 256 g + 65536 b.

    Raises:
        SourceError: it is no such picture, or is damaged.
    """
    image = _opened(source, name)
    values = np.asarray(image)
    if values.ndim == 3:
        wide = values.astype(np.int32)
        return np.asarray(wide[..., 0] + 256 * wide[..., 1] + 65536 * wide[..., 2], np.int32)
    return values.astype(np.int32)


def numbers(path: Path) -> Matrix:
    """The numbers of a text file, row by row.

    Raises:
        SourceError: it cannot be read, or holds no numbers.
    """
    try:
        rows = [
            line.replace(",", " ").split() for line in path.read_text("utf-8").splitlines() if line.strip()[:1] not in ("", "#")
        ]
        return np.array([[float(value) for value in row] for row in rows], np.float64)
    except (OSError, ValueError) as error:
        raise SourceError(f"{path.name} cannot be read as rows of numbers: {error}.") from error


def matrix(path: Path) -> Matrix | None:
    """A (4, 4) matrix from a text file; None where it holds none."""
    try:
        values = numbers(path)
    except SourceError:
        return None
    return values.reshape(4, 4) if values.size == 16 else None


def lens_of(values: Sequence[float] | Matrix) -> Intrinsics | None:
    """Intrinsics of a 3x3 or 4x4 camera matrix or of fx, fy, cx, cy; None where focal lengths are not positive."""
    flat = np.asarray(values, np.float64).ravel()
    size = {9: 3, 12: 4, 16: 4}.get(len(flat))
    given = flat[:4] if size is None and len(flat) >= 4 else None
    if size is not None:
        given = flat[[0, size + 1, 2, size + 2]]
    if given is None or not np.isfinite(given).all() or given[0] <= 0 or given[1] <= 0:
        return None
    return Intrinsics(*(float(value) for value in given))


def as_large_as(image: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.uint8] | None:
    """The picture resampled to (H, W); None where its sides are in another proportion."""
    height, width = image.shape[:2]
    if (height, width) == shape:
        return image
    if abs(width / height * shape[0] / shape[1] - 1) > 0.02:
        return None
    return np.asarray(Image.fromarray(image).resize((shape[1], shape[0]), Image.Resampling.BOX), np.uint8)


def _opened(source: Path | bytes, name: str) -> Image.Image:
    name = name or (source.name if isinstance(source, Path) else "a picture")
    try:
        with Image.open(source if isinstance(source, Path) else BytesIO(source)) as image:
            image.load()
            return image
    except _ERRORS as error:
        raise SourceError(f"{name} cannot be read as a picture: {error}.") from error
