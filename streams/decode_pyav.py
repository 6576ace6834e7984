"""Reading video with PyAV: only what the sampler takes is decoded, and damage is reported instead of raised."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from streams.decoders import Picture, VideoHeader
from streams.developing import Taken, developed
from streams.packet_groups import GroupReader
from streams.pyav_file import READ_ERRORS, Clock, Group, make_clock, opened, read_header, video_stream
from streams.report import ReadReport
from streams.sampling import LUMA_SIZE, Choice, Luma, Sampler

_MAX_PENDING = 4096

Planned = dict[int, tuple[int, int]]
"""Ordinal and time of each frame that is awaited from the decoder, by its pts."""


class PyavDecoder:
    """A video file behind PyAV (FFmpeg)."""

    def __init__(self, path: Path | str) -> None:
        self._path = path
        self.header: VideoHeader = read_header(path)

    def pictures(
        self, sampler: Sampler, *, size: int | None, after_ns: int | None, report: ReadReport, origin_ns: int
    ) -> Iterator[Picture]:
        """Decode what the sampler takes; see `streams.decoders.VideoDecoder`."""
        with opened(self._path) as container:
            video = video_stream(container, self._path)
            clock = make_clock(container, video, self._path)
            groups = GroupReader(container, video, clock, report=report, origin_ns=origin_ns, header=self.header)
            by_keyframe = sampler.reads_keyframes(self.header.keyframe_spacing_ns)
            reading = _Reading(video, clock, sampler.begin(), report)
            reading.origin_ns, reading.after_ns = origin_ns, -1 if after_ns is None else after_ns
            from_ns = None if after_ns is None else sampler.resume_ns(after_ns)
            taken = reading.read(groups.groups(from_ns), by_keyframe=by_keyframe)
            yield from developed(taken, size, self.header.turn, reading.tell_unconverted)


class _Reading:
    """One pass over a file."""

    def __init__(
        self,
        video: VideoStream,
        clock: Clock,
        choice: Choice,
        report: ReadReport,
    ) -> None:
        self._decoder = video.codec_context
        self._clock = clock
        self._choice = choice
        self._report = report
        self.origin_ns = 0
        self.after_ns = -1
        self._pending: Planned = {}
        self._last = (-1, -1)
        self._yielded_ns = -1
        self._accept = self._judge

    def read(self, groups: Iterator[Group], *, by_keyframe: bool) -> Iterator[Taken]:
        """The pictures the choice takes. Falls back to decoding everything where a group is too long to be held."""
        self._accept = self._keep if by_keyframe else self._judge
        if not self._decoder.is_open:
            # Threads by frame speed up a run of frames; lone keyframes only pay for them (measured: a tenth).
            self._decoder.thread_type = "SLICE" if by_keyframe else "AUTO"
        self._decode_only_keyframes(by_keyframe)
        for group in groups:
            if by_keyframe and not group.starts_with_keyframe:
                by_keyframe = False
                yield from self._drain()
                self._accept = self._judge
                self._decode_only_keyframes(False)
            yield from self._read_keyed(group) if by_keyframe else self._read_whole(group)
        yield from self._drain()

    def _decode_only_keyframes(self, only: bool) -> None:
        self._decoder.skip_frame = "NONKEY" if only else "DEFAULT"

    def _read_whole(self, group: Group) -> Iterator[Taken]:
        for rank, (t_ns, pts, _) in enumerate(group.shown):
            self._pending[pts] = (group.first_index + rank, t_ns)
        for position in range(len(group.packets)):
            yield from self._feed(group, position)

    def _read_keyed(self, group: Group) -> Iterator[Taken]:
        """Decode the keyframe if it is taken, and as much of the group as holds frames that cannot wait."""
        planned = self._plan(group)
        self._report.num_frames_skipped += len(group.shown) - len(planned)
        if not planned:
            return
        self._pending.update({pts: (index, t_ns) for index, t_ns, pts, _ in planned})
        last_position = max(position for *_, position in planned)
        if last_position == 0:
            yield from self._feed(group, 0)
            return
        yield from self._drain()
        self._decode_only_keyframes(False)
        for position in range(last_position + 1):
            yield from self._feed(group, position)
        yield from self._drain()
        self._decode_only_keyframes(True)

    def _plan(self, group: Group) -> list[tuple[int, int, int, int]]:
        """(ordinal, time, pts, position) of the frames of a group that are taken."""
        keyframe_ns = group.keyframe_ns
        planned = []
        for rank, (t_ns, pts, position) in enumerate(group.shown):
            if keyframe_ns is not None and t_ns < keyframe_ns:
                continue  # shown before its keyframe: it leans on the group before, which may not have been decoded
            is_keyframe = position == 0
            wanted = self._choice.wants(t_ns, is_keyframe) and (
                is_keyframe or self._choice.cannot_wait(t_ns, group.next_keyframe_ns)
            )
            if wanted and (self._choice.needs_luma or self._choice.take(t_ns, None)) and t_ns > self.after_ns:
                planned.append((group.first_index + rank, t_ns, pts, position))
        return planned

    def _feed(self, group: Group, position: int) -> Iterator[Taken]:
        packet = group.packets[position]
        try:
            frames = packet.decode()
        except READ_ERRORS as error:
            self._tell_damage(packet.pts if packet.pts is not None else packet.dts, _reason(error))
            return
        yield from self._accepted(frames)

    def _drain(self) -> Iterator[Taken]:
        """Get what the decoder still holds, and make it ready for another place of the file."""
        try:
            frames = self._decoder.decode(None)
        except READ_ERRORS as error:
            self._tell_damage(None, _reason(error))
            frames = []
        yield from self._accepted(frames)
        self._decoder.flush_buffers()

    def _accepted(self, frames: list[VideoFrame]) -> Iterator[Taken]:
        for frame in frames:
            try:
                taken = self._accept(frame)
            except READ_ERRORS as error:
                self._tell_damage(frame.pts, _reason(error))
                continue
            if taken is None:
                continue
            if taken.t_ns <= self._yielded_ns:
                self._tell_damage(frame.pts, "a frame was left out, because its time goes back")
                continue
            self._yielded_ns = taken.t_ns
            yield taken

    def _keep(self, frame: VideoFrame) -> Taken | None:
        """A frame of the keyframe mode: taken if it was planned."""
        planned = self._pending.pop(frame.pts, None) if frame.pts is not None else None
        if planned is None:
            return None
        index, t_ns = planned
        if self._choice.needs_luma and not self._choice.take(t_ns, self._luma(frame)):
            self._report.num_frames_skipped += 1
            return None
        return self._taken(frame, index, t_ns)

    def _judge(self, frame: VideoFrame) -> Taken | None:
        """A frame of the mode that decodes everything: taken if the choice wants it."""
        index, t_ns = self._identify(frame)
        if t_ns < 0 or not self._choice.wants(t_ns, frame.key_frame):
            self._report.num_frames_skipped += 1
            return None
        luma = self._luma(frame) if self._choice.needs_luma else None
        if not self._choice.take(t_ns, luma) or t_ns <= self.after_ns:
            self._report.num_frames_skipped += t_ns > self.after_ns
            return None
        return self._taken(frame, index, t_ns)

    def _identify(self, frame: VideoFrame) -> tuple[int, int]:
        known = self._pending.pop(frame.pts, None) if frame.pts is not None else None
        if known is None:
            last_index, last_ns = self._last
            known = (last_index + 1, last_ns + self._clock.period_ns if frame.pts is None else self._clock.time_ns(frame.pts))
        if len(self._pending) > _MAX_PENDING:  # frames that were announced and never came out
            self._pending = dict(list(self._pending.items())[-_MAX_PENDING // 2 :])
        self._last = known
        return known

    def _taken(self, frame: VideoFrame, index: int, t_ns: int) -> Taken:
        damaged = bool(frame.is_corrupt)
        if damaged:
            self._report.num_frames_damaged += 1
            start_ns = self.origin_ns + t_ns
            self._report.add_damage(start_ns, start_ns + self._clock.period_ns, "the decoder flagged the picture as damaged")
        return Taken(index, t_ns, frame, damaged)

    def _luma(self, frame: VideoFrame) -> Luma:
        return cast(Luma, frame.reformat(*LUMA_SIZE, format="gray", interpolation="AREA").to_ndarray())

    def tell_unconverted(self, t_ns: int, error: Exception) -> None:
        """Report a frame whose pixels cannot be converted."""
        start_ns = self.origin_ns + t_ns
        self._report.add_damage(start_ns, start_ns + self._clock.period_ns, _reason(error))

    def _tell_damage(self, pts: int | None, reason: str) -> None:
        t_ns = self._last[1] if pts is None else self._clock.time_ns(pts)
        start_ns = self.origin_ns + max(t_ns, 0)
        self._report.add_damage(start_ns, start_ns + self._clock.period_ns, reason)


def _reason(error: Exception) -> str:
    return f"cannot be decoded ({getattr(error, 'strerror', None) or error or type(error).__name__})"
