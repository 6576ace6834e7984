"""A recording of a house as a stream, as `streams.open` gives it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mmmem.errors import SourceError
from mmmem.types import Detections, Frame, StreamInfo
from mmmem.wording import counted
from streams.house.recorded import RecordedHouse
from streams.house.stretches import Stretch
from streams.images import thumbnail
from streams.report import ReadReport
from streams.resizing import resized
from streams.sampling import Choice, Sampler
from streams.stream import Source, Stream, TextSource


class RecordedSource:
    """Frames of a recording as they were measured: noisy depth and pose, instances painted from noisy detections.

    Args:
        sampler: chooses the frames; every frame counts as a keyframe.
        size: longest side in pixels; None keeps them as they are.
    """

    def __init__(self, recorded: RecordedHouse, *, sampler: Sampler, size: int | None) -> None:
        self._recorded, self._sampler, self._size = recorded, sampler, size

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Frame]:
        """Frames later than `after_ns`."""
        if self._recorded.num_missing:
            report.add_note(f"{counted(self._recorded.num_missing, 'frame')} of this recording not recorded yet")
        choice, start_ns = self._sampler.begin(), self._recorded.plan.start_ns
        for stretch in self._recorded.stretches:
            first = 0 if after_ns is None else int(np.searchsorted(self._recorded.tables(stretch).t_ns, after_ns, side="right"))
            self._choose_again(choice, stretch, first, start_ns)
            if first < stretch.num_frames:
                yield from self._read(stretch, first, choice, report)

    @property
    def is_exact(self) -> bool:
        """Whether it was recorded without noise, so that ids name the same thing for ever."""
        return self._recorded.plan.noise == "none"

    def detections(self, frame: Frame) -> Detections | None:
        """What was detected in one of its frames, masks and attributes included; None in one of another size."""
        plan = self._recorded.plan
        if frame.image.shape[:2] != (plan.height, plan.width):
            return None
        for stretch in self._recorded.stretches:
            row = frame.index - stretch.first_index
            if 0 <= row < stretch.num_frames:
                return self._recorded.tables(stretch).found(row).detections
        return None

    def frame_at(self, t_ns: int, size: int | None) -> Frame:
        """The last frame at or before `t_ns`, or else the first one."""
        return resized(self._recorded.frame_at(t_ns), size)

    def close(self) -> None:
        """Nothing is held open."""

    def _choose_again(self, choice: Choice, stretch: Stretch, first: int, start_ns: int) -> None:
        """Bring the choice to where it was after the frames that were read before; pictures are not looked at again."""
        if choice.needs_luma:
            return
        for t_ns in self._recorded.tables(stretch).t_ns[:first].tolist():
            if choice.wants(t_ns - start_ns, True):
                choice.take(t_ns - start_ns, None)

    def _read(self, stretch: Stretch, first: int, choice: Choice, report: ReadReport) -> Iterator[Frame]:
        times, start_ns = self._recorded.tables(stretch).t_ns.tolist(), self._recorded.plan.start_ns
        for row, (image, depth_mm) in enumerate(self._recorded.pictures(stretch, first), start=first):
            local_ns = times[row] - start_ns
            luma = thumbnail(image) if choice.needs_luma else None
            if choice.wants(local_ns, True) and choice.take(local_ns, luma):
                yield resized(self._recorded.measured_frame(stretch, row, image, depth_mm)[0], self._size)
            else:
                report.num_frames_skipped += 1


def open_recorded(folder: Path, *, uri: str, stream_id: str | None, sampler: Sampler, size: int | None, texts: bool) -> Stream:
    """A folder that `mmmem house` wrote, as a stream of frames with depth, pose and instances, captions and speech.

    Raises:
        SourceError: nothing of it is whole, or a file is missing or damaged.
    """
    recorded = RecordedHouse(folder, stream_id=stream_id)
    if not recorded.stretches:
        raise SourceError(f"{folder} holds a recording of a house of which nothing is whole yet; run `mmmem house` again.")
    last_ns = recorded.stretches[-1].last_ns
    info = StreamInfo(recorded.stream_id, uri, recorded.calendar, recorded.plan.start_ns, last_ns + 1)
    said = recorded.texts() if texts else []
    num_frames = sum(stretch.num_frames for stretch in recorded.stretches)
    expected = sampler.num_expected(last_ns + 1 - recorded.plan.start_ns, num_frames, None)
    sources: list[Source] = [TextSource(said), RecordedSource(recorded, sampler=sampler, size=size)]
    return Stream(info, sources, (expected or num_frames) + len(said))
