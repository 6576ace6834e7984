"""Rotation and mirroring that a container asks for when its pictures are shown.

FFmpeg's display matrix (libavutil/display.h) maps a stored point (p, q), q downwards, to the shown point
(a p + c q, b p + d q). Cameras write the eight quarter turns and mirror images; anything else is shown as stored.
"""

import struct
from dataclasses import dataclass

import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Turn:
    """Swap the axes, then mirror left-right, then top-bottom."""

    swap: bool = False
    mirror_x: bool = False
    mirror_y: bool = False

    @staticmethod
    def of(frame: VideoFrame) -> "Turn":
        """The turn that a decoded frame's side data asks for.

        PyAV ties a frame whose side data was looked at into a reference cycle, so its pixels stay until the garbage collector
        runs: ask one frame of a file, not every one.
        """
        data = frame.side_data.get("DISPLAYMATRIX")
        if not isinstance(data, SideData) or data.buffer_size < 36:
            return Turn()
        return Turn.from_matrix(struct.unpack("=9i", bytes(data)[:36]))

    @staticmethod
    def from_matrix(matrix: tuple[int, ...]) -> "Turn":
        """The turn of nine numbers (a, b, u, c, d, v, x, y, w)."""
        a, b, c, d = matrix[0], matrix[1], matrix[3], matrix[4]
        if abs(a) + abs(d) >= abs(b) + abs(c):
            return Turn(False, a < 0, d < 0)
        return Turn(True, c < 0, b < 0)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height as shown."""
        return (height, width) if self.swap else (width, height)

    def apply(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture as shown; (H, W, 3) in, contiguous (H, W, 3) or (W, H, 3) out."""
        if self.swap:
            image = image.transpose(1, 0, 2)
        if self.mirror_x:
            image = image[:, ::-1]
        if self.mirror_y:
            image = image[::-1]
        return np.ascontiguousarray(image)
