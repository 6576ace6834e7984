"""Frames made smaller: picture, depth, instances and intrinsics together."""

from dataclasses import replace

import numpy as np
from PIL import Image

from mmmem.types import Frame, Intrinsics
from streams.decoders import fit_size


def resized(frame: Frame, size: int | None) -> Frame:
    """The frame with a longest side of at most `size` pixels; depth and instances by nearest pixel, intrinsics along."""
    height, width = frame.image.shape[:2]
    fitted = fit_size(width, height, size)
    if fitted == (width, height):
        return frame
    picture = np.asarray(Image.fromarray(frame.image).resize(fitted, Image.Resampling.BOX), np.uint8)
    columns = ((np.arange(fitted[0]) + 0.5) * width / fitted[0]).astype(np.int64)
    rows = ((np.arange(fitted[1]) + 0.5) * height / fitted[1]).astype(np.int64)
    nearest = np.ix_(rows, columns)
    return replace(
        frame,
        image=picture,
        depth_m=None if frame.depth_m is None else frame.depth_m[nearest],
        instances=None if frame.instances is None else frame.instances[nearest],
        intrinsics=None if frame.intrinsics is None else shrunk(frame.intrinsics, fitted[0] / width, fitted[1] / height),
    )


def shrunk(lens: Intrinsics, x: float, y: float) -> Intrinsics:
    """The intrinsics of a picture scaled by `x` and `y`; the centre of the top left pixel stays (0, 0)."""
    return Intrinsics(lens.fx * x, lens.fy * y, (lens.cx + 0.5) * x - 0.5, (lens.cy + 0.5) * y - 0.5)
