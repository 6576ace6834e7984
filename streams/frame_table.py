"""Back ends other than PyAV: they give pictures by ordinal or in order, the times come from the packets.

OpenCV, decord and torchcodec round times to floats or to a constant rate, or are a frame off on variable frame rate. The file's
packets say exactly when each frame is shown, so a table of them (one integer a frame) is made with PyAV, and a back end is only
asked for pixels. One whose count of frames differs from the table is refused rather than believed.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mmmem.errors import SourceError
from streams.decoders import Picture, VideoHeader, fit_size
from streams.images import thumbnail
from streams.packet_groups import GroupReader
from streams.pyav_file import make_clock, opened, read_header, video_stream
from streams.report import ReadReport
from streams.sampling import Choice, Sampler


@dataclass(frozen=True, slots=True)
class FrameTable:
    """When each frame is shown, in order, in nanoseconds from the container's start; and which are keyframes."""

    times_ns: "array[int]"
    keyframes: "array[int]"

    def __len__(self) -> int:
        return len(self.times_ns)

    def is_keyframe(self, index: int) -> bool:
        """Whether a frame is a keyframe."""
        place = bisect_left(self.keyframes, index)
        return place < len(self.keyframes) and self.keyframes[place] == index

    def keyframe_before(self, index: int) -> int:
        """Ordinal of the last keyframe at or before a frame; 0 where there is none."""
        place = bisect_right(self.keyframes, index)
        return self.keyframes[place - 1] if place else 0

    def next_keyframe_ns(self, index: int) -> int | None:
        """Time of the first keyframe after a frame; None where there is none."""
        place = bisect_right(self.keyframes, index)
        return self.times_ns[self.keyframes[place]] if place < len(self.keyframes) else None


def read_table(path: Path | str, header: VideoHeader, report: ReadReport, origin_ns: int) -> FrameTable:
    """Read the packets of a file without decoding them; gaps and unreadable stretches go into the report."""
    times_ns: array[int] = array("q")
    keyframes: array[int] = array("q")
    with opened(path) as container:
        video = video_stream(container, path)
        clock = make_clock(container, video, path)
        reader = GroupReader(container, video, clock, report=report, origin_ns=origin_ns, header=header)
        for group in reader.groups(None):
            if group.starts_with_keyframe:
                first = len(times_ns)
                keyframes.extend(first + rank for rank, (*_, position) in enumerate(group.shown) if position == 0)
            times_ns.extend(t_ns for t_ns, _, _ in group.shown)
    return FrameTable(times_ns, keyframes)


class PixelReader(Protocol):
    """An open file of a back end, which gives pixels by ordinal."""

    @property
    def num_frames(self) -> int | None:
        """How many frames the back end counts; None where it does not say."""
        ...

    def read(self, index: int) -> NDArray[np.uint8] | None:
        """Picture number `index` as (H, W, 3) uint8 RGB, upright; None where it cannot be decoded. Asked in rising order."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


class TableDecoder:
    """A video behind a back end that gives pixels by ordinal.

    Args:
        path: the file.
        backend: its name, for messages.
        open_reader: opens the file.
    """

    def __init__(self, path: Path | str, backend: str, open_reader: "OpenReader") -> None:
        self._path = path
        self._backend = backend
        self._open_reader = open_reader
        self.header = read_header(path)
        open_reader(str(path)).close()

    def pictures(
        self, sampler: Sampler, *, size: int | None, after_ns: int | None, report: ReadReport, origin_ns: int
    ) -> Iterator[Picture]:
        """Decode what the sampler takes; see `streams.decoders.VideoDecoder`."""
        table = read_table(self._path, self.header, report, origin_ns)
        reader = self._open_reader(str(self._path))
        try:
            self._check_count(reader, table)
            choice = sampler.begin()
            num_later = len(table) - (0 if after_ns is None else bisect_right(table.times_ns, after_ns))
            report.num_frames_skipped += num_later
            for index in self._planned(table, sampler, choice, after_ns):
                t_ns = table.times_ns[index]
                is_later = after_ns is None or t_ns > after_ns
                image = reader.read(index) if is_later or choice.needs_luma else None
                if image is None and is_later:
                    report.add_damage(origin_ns + t_ns, origin_ns + t_ns + 1, f"{self._backend} cannot decode the frame")
                luma = thumbnail(image) if image is not None and choice.needs_luma else None
                if choice.take(t_ns, luma) and is_later and image is not None:
                    report.num_frames_skipped -= 1
                    yield Picture(index, t_ns, fitted(image, size))
        finally:
            reader.close()

    def _check_count(self, reader: PixelReader, table: FrameTable) -> None:
        if reader.num_frames is not None and reader.num_frames != len(table):
            raise SourceError(
                f"{self._backend} counts {reader.num_frames} frames in {str(self._path)!r}, the file holds {len(table)}: its "
                "pictures would get wrong times. Use backend='pyav'."
            )

    def _planned(self, table: FrameTable, sampler: Sampler, choice: Choice, after_ns: int | None) -> Iterator[int]:
        """Ordinals of the frames that may be taken, decided by their times."""
        by_keyframe = sampler.reads_keyframes(self.header.keyframe_spacing_ns)
        first = 0 if after_ns is None else bisect_left(table.times_ns, sampler.resume_ns(after_ns))
        for index in range(table.keyframe_before(first) if by_keyframe else first, len(table)):
            t_ns, is_keyframe = table.times_ns[index], table.is_keyframe(index)
            if not choice.wants(t_ns, is_keyframe):
                continue
            if is_keyframe or not by_keyframe or choice.cannot_wait(t_ns, table.next_keyframe_ns(index)):
                yield index


class OpenReader(Protocol):
    """Opens a file with a back end."""

    def __call__(self, path: str, /) -> PixelReader:
        """Open `path`.

        Raises:
            SourceError: the back end cannot open it.
        """
        ...


def fitted(image: NDArray[np.uint8], size: int | None) -> NDArray[np.uint8]:
    """A picture whose longest side is at most `size` pixels."""
    height, width = image.shape[:2]
    small = fit_size(width, height, size)
    if small == (width, height):
        return image
    return np.asarray(Image.fromarray(image).resize(small, Image.Resampling.BOX), np.uint8)
