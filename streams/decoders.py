"""What every video back end gives, and the names under which they are known."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mmmem.suggest import known_name
from streams.report import ReadReport
from streams.rotation import Turn
from streams.sampling import Sampler


@dataclass(frozen=True, slots=True)
class VideoHeader:
    """What a container says about its video before anything is decoded.

    Args:
        width: pixels, as shown, after rotation.
        height: pixels, as shown, after rotation.
        duration_ns: from the start of the container to the end of the last frame; None where it is not said.
        first_ns: time of the first frame after the container's start.
        num_frames_from_header: None where the container does not count them.
        keyframe_spacing_ns: median distance of keyframes, None where it could not be learned.
        frame_rate: average frames per second, None where it is not said.
        creation_time: as written in the container.
        num_subtitle_streams: subtitle streams inside the container; they are not read.
        turn: how stored pictures are turned to be shown.
    """

    width: int
    height: int
    duration_ns: int | None
    first_ns: int
    num_frames_from_header: int | None
    keyframe_spacing_ns: int | None
    frame_rate: float | None
    creation_time: str | None
    num_subtitle_streams: int = 0
    turn: Turn = field(default_factory=Turn)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded frame: its ordinal in order of presentation, its time from the container's start, and (H, W, 3) uint8 RGB."""

    index: int
    t_ns: int
    image: NDArray[np.uint8]
    damaged: bool = False


class VideoDecoder(Protocol):
    """One file behind one back end. All of them give the same frames at the same times."""

    header: VideoHeader

    def pictures(
        self, sampler: Sampler, *, size: int | None, after_ns: int | None, report: ReadReport, origin_ns: int
    ) -> Iterator[Picture]:
        """Decode what the sampler takes, in order of time.

        Args:
            sampler: chooses the frames.
            size: longest side of the pictures in pixels; None keeps them as they are, smaller ones are not enlarged.
            after_ns: only frames later than this, counted from the container's start.
            report: told what was damaged, absent or passed over.
            origin_ns: added to every time that goes into the report.
        """
        ...


def open_decoder(backend: str, path: Path | str) -> VideoDecoder:
    """Open a video with a back end by name.

    Raises:
        UnknownNameError: no back end of this name.
        MissingExtraError: its package is not installed.
        SourceError: the file cannot be opened as a video.
    """
    return _OPENERS[known_name(backend, _OPENERS, "video back end")](path)


def _pyav(path: Path | str) -> VideoDecoder:
    from streams.decode_pyav import PyavDecoder

    return PyavDecoder(path)


def _opencv(path: Path | str) -> VideoDecoder:
    from streams.decode_opencv import open_opencv

    return open_opencv(path)


def _decord(path: Path | str) -> VideoDecoder:
    from streams.decode_decord import open_decord

    return open_decord(path)


def _torchcodec(path: Path | str) -> VideoDecoder:
    from streams.decode_torchcodec import open_torchcodec

    return open_torchcodec(path)


_OPENERS: Mapping[str, Callable[[Path | str], VideoDecoder]] = {
    "pyav": _pyav,
    "opencv": _opencv,
    "decord": _decord,
    "torchcodec": _torchcodec,
}
BACKENDS: tuple[str, ...] = tuple(_OPENERS)


def fit_size(width: int, height: int, size: int | None) -> tuple[int, int]:
    """Width and height whose longer side is at most `size`; the shape is kept to the nearest pixel."""
    longest = max(width, height)
    if size is None or longest <= size:
        return width, height
    return max(1, round(width * size / longest)), max(1, round(height * size / longest))
