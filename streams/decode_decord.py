"""Video through decord 0.6.0. The fork `decord2` returns wrong frames without a word and is refused."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import MissingExtraError, SourceError
from mmmem.lazy import require
from streams.frame_table import TableDecoder

_PURPOSE = "The video back end 'decord'"


def open_decord(path: Path | str) -> TableDecoder:
    """Open a video with decord.

    Raises:
        MissingExtraError: decord is not installed, or decord2 is in its place.
        SourceError: it cannot open the file.
    """
    require("decord", extra="decord", purpose=_PURPOSE)
    try:
        version("decord")
    except PackageNotFoundError as error:
        raise MissingExtraError(
            f"{_PURPOSE} needs the package decord 0.6.0, but the module comes from another one (decord2 gives wrong frames). "
            "Install it with: pip uninstall decord2 && pip install 'mmmem[decord]'"
        ) from error
    decoder = TableDecoder(path, "decord", _DecordReader)
    if decoder.header.turn.swap:
        raise SourceError(f"decord garbles video that is turned by 90 degrees, as {str(path)!r} is; use backend='pyav'.")
    return decoder


class _DecordReader:
    def __init__(self, path: str) -> None:
        decord: Any = require("decord", extra="decord", purpose=_PURPOSE)
        try:
            self._reader = decord.VideoReader(path, num_threads=1)
        except (RuntimeError, decord.DECORDError) as error:
            why = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
            raise SourceError(f"decord cannot open {path!r} as a video: {why}; use backend='pyav'.") from error
        self._failures = (RuntimeError, decord.DECORDError, decord.DECORDLimitReachedError)
        self.num_frames: int | None = len(self._reader)

    def read(self, index: int) -> NDArray[np.uint8] | None:
        try:
            return np.ascontiguousarray(self._reader[index].asnumpy()[:, :, :3])
        except self._failures:
            return None

    def close(self) -> None:
        del self._reader
