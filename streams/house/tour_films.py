"""Pictures of one stretch of a recording as films: colours as H.264 in MP4, depth and instances without loss as FFV1 in Matroska.

All three hold the same pictures at the same times, counted from the first.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import NS_PER_S
from mmmem.errors import InvalidInputError, SourceError
from mmmem.lazy import require

if TYPE_CHECKING:
    from fractions import Fraction

FARTHEST_MM = 65_535
KEYFRAME_EVERY = 8
"""A picture can be looked up by decoding at most so many."""

_US_PER_S, _MS_PER_S = 1_000_000, 1000
_X264 = {"preset": "veryfast", "crf": "18", "bf": "0", "g": str(KEYFRAME_EVERY)}
_MPEG4 = {"qscale": "3", "g": str(KEYFRAME_EVERY)}


class FilmWriter:
    """Writes one film, picture by picture.

    Args:
        path: ends in .mp4 for (H, W, 3) uint8 colours, in .mkv for (H, W) uint16 numbers.
        size: (width, height) pixels; even numbers for colours.
        start_ns: time of the first picture; colours carry it as the file's creation time.

    Raises:
        InvalidInputError: an odd size.
        OSError: it cannot be written.
    """

    def __init__(self, path: Path, size: tuple[int, int], start_ns: int) -> None:
        self._av = _av()
        self._start_ns = start_ns
        self._colours = path.suffix == ".mp4"
        if self._colours and (size[0] % 2 or size[1] % 2):
            raise InvalidInputError(f"Video needs an even width and height, got {size[0]}x{size[1]}; make the camera's even.")
        self._per_s = _US_PER_S if self._colours else _MS_PER_S
        self._container = self._av.open(str(path), "w", options={"fflags": "+bitexact"})  # else Matroska draws an id at random
        self._stream = self._make_stream(size)

    def write(self, picture: NDArray[Any], t_ns: int) -> None:
        """Add a picture, later than those before."""
        frame = self._av.VideoFrame.from_ndarray(picture, format="rgb24" if self._colours else "gray16le")
        frame.pts = round((t_ns - self._start_ns) * self._per_s / NS_PER_S)
        frame.time_base = self._time_base
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def finish(self) -> None:
        """Write what the encoder holds, and close the file."""
        for packet in self._stream.encode():
            self._container.mux(packet)
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.finish()
        else:
            self._container.close()

    @property
    def _time_base(self) -> "Fraction":
        from fractions import Fraction

        return Fraction(1, self._per_s)

    def _make_stream(self, size: tuple[int, int]) -> Any:
        codec, options, pixels = ("ffv1", {"g": "1"}, "gray16le") if not self._colours else (*_colour_codec(self._av), "yuv420p")
        stream = self._container.add_stream(codec, rate=1, options=options)
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        stream.time_base = stream.codec_context.time_base = self._time_base
        stream.codec_context.thread_count = 1  # stretches are recorded side by side, and the bytes do not depend on the machine
        if self._colours:
            self._container.metadata["creation_time"] = datetime.fromtimestamp(self._start_ns // NS_PER_S, UTC).isoformat()
        return stream


def read_film(path: Path, first: int = 0) -> Iterator[NDArray[Any]]:
    """The pictures of a film from number `first` on: (H, W, 3) uint8 or (H, W) uint16.

    Raises:
        SourceError: the file is missing or damaged.
    """
    av = _av()
    colours = path.suffix == ".mp4"
    try:
        with av.open(str(path)) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number >= first:
                    yield frame.to_ndarray(format="rgb24" if colours else "gray16le")
    except (OSError, av.FFmpegError) as error:
        raise SourceError(
            f"Cannot read {path}: {error}. Record this house again into the same folder: what is whole is kept."
        ) from error


def picture_of(path: Path, after_start_ns: int) -> NDArray[Any]:
    """The picture of a film at a time from its start, looked up without reading all of it.

    Raises:
        SourceError: the file is missing or damaged, or has no picture at that time.
    """
    av = _av()
    colours = path.suffix == ".mp4"
    try:
        with av.open(str(path)) as container:
            video = container.streams.video[0]
            wanted = round(after_start_ns / NS_PER_S / video.time_base)
            container.seek(wanted, stream=video)
            for frame in container.decode(video):
                if frame.pts is not None and frame.pts >= wanted:
                    return np.asarray(frame.to_ndarray(format="rgb24" if colours else "gray16le"))
    except (OSError, av.FFmpegError) as error:
        raise SourceError(f"Cannot read {path}: {error}.") from error
    raise SourceError(f"{path} has no picture {after_start_ns / NS_PER_S:g} s after its start; it was cut short.")


def in_mm(depth_m: NDArray[np.float32]) -> NDArray[np.uint16]:
    """(H, W) uint16 millimetres, at most 65,535; 0 where there is nothing."""
    return np.clip(np.rint(np.nan_to_num(depth_m, posinf=0.0) * 1000), 0, FARTHEST_MM).astype(np.uint16)


def in_m(depth_mm: NDArray[np.uint16]) -> NDArray[np.float32]:
    """(H, W) float32 metres."""
    return depth_mm.astype(np.float32) / np.float32(1000)


def _colour_codec(av: Any) -> tuple[str, dict[str, str]]:
    """H.264 where this build of FFmpeg can write it, else MPEG-4, which all can."""
    return ("libx264", _X264) if "libx264" in av.codecs_available else ("mpeg4", _MPEG4)


def _av() -> Any:
    return require("av", extra="house", purpose="Films of a house")
