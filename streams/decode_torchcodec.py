"""Video through torchcodec. Frames are asked for by ordinal: its look-up by time is a frame late on variable frame rate."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import MissingExtraError, SourceError
from mmmem.lazy import require
from streams.frame_table import TableDecoder

_PURPOSE = "The video back end 'torchcodec'"


def open_torchcodec(path: Path | str) -> TableDecoder:
    """Open a video with torchcodec.

    Raises:
        MissingExtraError: torchcodec is not installed, or does not load beside the installed torch and FFmpeg.
        SourceError: it cannot open the file.
    """
    _decoders()
    return TableDecoder(path, "torchcodec", _TorchcodecReader)


def _decoders() -> Any:
    try:
        return require("torchcodec.decoders", extra="torchcodec", purpose=_PURPOSE)
    except (OSError, RuntimeError) as error:  # a shared library of FFmpeg or torch that does not fit
        raise MissingExtraError(
            f"{_PURPOSE} is installed but does not load: {str(error).strip().splitlines()[0]}. It needs FFmpeg shared libraries "
            "and the torch it was built for; see torchcodec's table of versions, or use backend='pyav'."
        ) from error


class _TorchcodecReader:
    def __init__(self, path: str) -> None:
        try:
            self._decoder = _decoders().VideoDecoder(path, seek_mode="exact", dimension_order="NHWC", num_ffmpeg_threads=1)
        except (RuntimeError, ValueError) as error:
            why = str(error).strip().splitlines()[0]
            raise SourceError(f"torchcodec cannot open {path!r} as a video: {why}; use backend='pyav'.") from error
        self.num_frames: int | None = len(self._decoder)

    def read(self, index: int) -> NDArray[np.uint8] | None:
        try:
            return np.ascontiguousarray(self._decoder[index].numpy())
        except (RuntimeError, IndexError):
            return None

    def close(self) -> None:
        del self._decoder
