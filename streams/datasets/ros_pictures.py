"""Pictures in ROS messages as arrays: colours by encoding, depth in metres."""

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import SourceError
from streams.datasets.cdr import PackedImage, RawImage
from streams.datasets.pictures import colours, integers, metres

DEPTH_ENCODINGS = ("16UC1", "32FC1", "mono16")

_CHANNELS = {"rgb8": (0, 1, 2), "bgr8": (2, 1, 0), "rgba8": (0, 1, 2), "bgra8": (2, 1, 0), "8UC3": (2, 1, 0), "8UC4": (2, 1, 0)}
_WIDTHS = {"rgb8": 3, "bgr8": 3, "rgba8": 4, "bgra8": 4, "8UC3": 3, "8UC4": 4, "mono8": 1, "8UC1": 1}
_COMPRESSED_DEPTH_HEAD = 12
"""`compressedDepth` puts three numbers of its packing before the PNG."""


def colours_of(message: RawImage | PackedImage) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 RGB.

    Raises:
        SourceError: the encoding is not read, or the data is too short.
    """
    if isinstance(message, PackedImage):
        return colours(message.data, f"a picture of {message.header.frame_id or 'a camera'}")
    width = _WIDTHS.get(message.encoding)
    if width is None:
        raise SourceError(f"Pictures encoded as {message.encoding!r} are not read; {', '.join(sorted(_WIDTHS))} are.")
    pixels = _rows(message, np.dtype(np.uint8), width)
    if width == 1:
        return np.repeat(pixels, 3, axis=2)
    return np.ascontiguousarray(pixels[..., _CHANNELS[message.encoding]])


def depth_of(message: RawImage | PackedImage) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """(H, W) float32 metres, 0 where unknown (REP 118: 16UC1 is millimetres, 32FC1 metres), and notes.

    Raises:
        SourceError: the encoding is not read, or the data is too short.
    """
    if isinstance(message, PackedImage):
        start = _COMPRESSED_DEPTH_HEAD if "compressedDepth" in message.format else 0
        return metres(integers(message.data[start:], "a packed depth picture"), 1000.0)
    if message.encoding not in DEPTH_ENCODINGS:
        raise SourceError(f"Depth encoded as {message.encoding!r} is not read; {', '.join(DEPTH_ENCODINGS)} are.")
    kind = np.dtype(np.float32 if message.encoding == "32FC1" else np.uint16)
    raw = _rows(message, kind.newbyteorder(">" if message.is_bigendian else "<"), 1)[..., 0]
    return metres(raw, 1.0 if message.encoding == "32FC1" else 1000.0)


def _rows(message: RawImage, kind: "np.dtype[np.generic]", width: int) -> NDArray[np.generic]:
    """(H, W, width), with the padding at the end of rows taken off."""
    used = message.width * width * kind.itemsize
    if message.step < used or len(message.data) < message.step * message.height:
        raise SourceError(
            f"A picture of {message.width}x{message.height} {message.encoding} has {len(message.data)} bytes, "
            f"expected {used * message.height}."
        )
    rows = np.frombuffer(message.data, np.uint8, message.step * message.height).reshape(message.height, message.step)
    return np.ascontiguousarray(rows[:, :used]).view(kind).reshape(message.height, message.width, width)
