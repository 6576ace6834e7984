"""Video through OpenCV. It cannot be trusted to seek, so frames are read in order; those not asked for are not converted."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import SourceError
from mmmem.lazy import require
from streams.frame_table import TableDecoder


def open_opencv(path: Path | str) -> TableDecoder:
    """Open a video with OpenCV.

    Raises:
        MissingExtraError: OpenCV is not installed.
        SourceError: it cannot open the file.
    """
    require("cv2", extra="opencv", purpose="The video back end 'opencv'")
    return TableDecoder(path, "opencv", _OpencvReader)


class _OpencvReader:
    num_frames: int | None = None

    def __init__(self, path: str) -> None:
        self._cv2: Any = require("cv2", extra="opencv", purpose="The video back end 'opencv'")
        self._capture = self._cv2.VideoCapture(path, self._cv2.CAP_FFMPEG)
        if not self._capture.isOpened():
            raise SourceError(f"OpenCV cannot open {path!r} as a video; use backend='pyav'.")
        self._next = 0

    def read(self, index: int) -> NDArray[np.uint8] | None:
        while self._next <= index:
            if not self._capture.grab():
                return None
            self._next += 1
        done, image = self._capture.retrieve()
        return self._cv2.cvtColor(image, self._cv2.COLOR_BGR2RGB) if done else None

    def close(self) -> None:
        self._capture.release()
