"""A video file opened with PyAV: its header, its clock, its packets group by group."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from mmmem.clock import NS_PER_S
from mmmem.errors import SourceError
from streams.decoders import VideoHeader
from streams.places import scheme_of
from streams.rotation import Turn

READ_ERRORS = (FFmpegError, ValueError, TypeError, ArithmeticError, LookupError, MemoryError, NotImplementedError)
"""What PyAV raises on damaged files. Beside FFmpeg's own errors, absurd numbers in a header surface as Python's: a time base of
0/0, a size that overflows, metadata or a pixel format nobody knows."""

MAX_GROUP_PACKETS = 1000
MAX_GROUP_BYTES = 64 * 2**20
"""Bounds of the packets held at once; a longer group of pictures is read in parts."""

_MAX_ERRORS_IN_A_ROW = 200
_PROBE_PACKETS = 600
_JUMP_BACK_NS = NS_PER_S
_FALLBACK_PERIOD_NS = 40_000_000


@dataclass(slots=True)
class Group:
    """A keyframe and what follows until the next one, in decoding order, or a further part of such a group.

    Args:
        packets: what to feed to the decoder.
        shown: (time, pts, position in `packets`) of each picture that will be shown, in order of time.
        first_index: ordinal of the first of `shown`.
        starts_with_keyframe: False for a further part of a long group.
        next_keyframe_ns: time of the following keyframe; None at the end of the file and where the group goes on.
    """

    packets: "list[Packet[VideoStream]]" = field(default_factory=list)
    shown: list[tuple[int, int, int]] = field(default_factory=list)
    first_index: int = 0
    starts_with_keyframe: bool = True
    next_keyframe_ns: int | None = None
    num_bytes: int = 0

    @property
    def keyframe_ns(self) -> int | None:
        """Time of the keyframe, None where it is not shown."""
        return next((t_ns for t_ns, _, position in self.shown if position == 0 and self.starts_with_keyframe), None)


class Clock:
    """Presentation times in nanoseconds from the container's start, by integers alone."""

    def __init__(self, time_base: Fraction, origin: Fraction, period_ns: int) -> None:
        self._multiplier = time_base.numerator * NS_PER_S * origin.denominator
        self._subtrahend = origin.numerator * NS_PER_S * time_base.denominator
        self._divisor = time_base.denominator * origin.denominator
        self._tick_numerator, self._tick_denominator = time_base.numerator * NS_PER_S, time_base.denominator
        self.period_ns = period_ns
        self.num_jumps = 0
        self._shift_ns = 0
        self._last_ns: int | None = None

    def time_ns(self, pts: int) -> int:
        """Time of a presentation time stamp, rounded to the nearest nanosecond."""
        return self.unshifted_ns(pts) + self._shift_ns

    def unshifted_ns(self, pts: int) -> int:
        """The same, whatever jumped before."""
        return (2 * (pts * self._multiplier - self._subtrahend) + self._divisor) // (2 * self._divisor)

    def ticks(self, t_ns: int) -> int:
        """Presentation time stamp at or just before a time."""
        return (t_ns * self._divisor + self._subtrahend) // self._multiplier

    def length_ns(self, ticks: int) -> int:
        """Nanoseconds of a number of ticks."""
        return ticks * self._tick_numerator // self._tick_denominator

    def see(self, pts: int | None) -> int:
        """Time of a packet; goes on by one period where it has none, and bridges a jump back of the file's clock."""
        if pts is None:
            t_ns = 0 if self._last_ns is None else self._last_ns + self.period_ns
        else:
            t_ns = self.time_ns(pts)
            if self._last_ns is not None and t_ns < self._last_ns - _JUMP_BACK_NS - 20 * self.period_ns:
                self._shift_ns += self._last_ns + self.period_ns - t_ns
                t_ns = self._last_ns + self.period_ns
                self.num_jumps += 1
        self._last_ns = t_ns if self._last_ns is None else max(t_ns, self._last_ns)
        return t_ns


@contextmanager
def opened(path: Path | str, **options: object) -> Iterator[InputContainer]:
    """A container for reading, closed at the end.

    Raises:
        SourceError: FFmpeg does not know the file, or it is damaged beyond opening.
    """
    try:
        container = av.open(str(path), "r", metadata_errors="replace", **options)  # type: ignore[call-overload]
    except READ_ERRORS as error:
        raise SourceError(_cannot_open(path, error)) from error
    try:
        yield container
    finally:
        container.close()


def _cannot_open(path: Path | str, error: Exception) -> str:
    why = error.strerror if isinstance(error, FFmpegError) else f"{type(error).__name__}: {error}"
    if isinstance(path, str) and (scheme_of(path) or path.startswith("/dev/")):
        return f"Cannot read {path!r}: {why}. Check the address, and that it can be reached and read."
    return (
        f"Cannot open {str(path)!r} as a video: {why}. If it was cut off while it was recorded, its index is missing: rebuild it "
        "(for example with untrunc); otherwise give a file that a video player can play."
    )


def video_stream(container: InputContainer, path: Path | str) -> VideoStream:
    """The first stream of moving pictures; a cover picture is none.

    Raises:
        SourceError: there is none.
    """
    for stream in container.streams.video:
        if stream.disposition & Disposition.attached_pic:
            continue
        if stream.codec_context is None:
            raise SourceError(f"No decoder knows the video in {str(path)!r}; convert it to H.264 in MP4.")
        return stream
    kinds = ", ".join(sorted({stream.type for stream in container.streams})) or "nothing"
    raise SourceError(f"{str(path)!r} holds no video (it holds: {kinds}); give a file with pictures, or its words as text.")


def container_origin(container: InputContainer, video: VideoStream) -> Fraction:
    """Second at which the container starts: the earliest start of its sound and pictures, exactly."""
    starts = [
        stream.start_time * stream.time_base
        for stream in container.streams
        if stream.type in ("video", "audio") and stream.start_time is not None and stream.time_base
    ]
    return Fraction(min(starts)) if starts else Fraction(0)


def make_clock(container: InputContainer, video: VideoStream, path: Path | str) -> Clock:
    """The clock of a file.

    Raises:
        SourceError: the container gives no time base.
    """
    if not video.time_base:
        raise SourceError(f"{str(path)!r} gives no time base for its video, so its frames have no times; convert it to MP4.")
    rate = video.average_rate or video.guessed_rate
    period_ns = round(NS_PER_S / rate) if rate and rate > 0 else _FALLBACK_PERIOD_NS
    return Clock(Fraction(video.time_base), container_origin(container, video), max(period_ns, 1))


def read_header(path: Path | str) -> VideoHeader:
    """Open a file, read what it says about its video, close it.

    Raises:
        SourceError: it cannot be opened as a video.
    """
    with opened(path) as container:
        video = video_stream(container, path)
        try:
            return _header(container, video, path)
        except READ_ERRORS as error:
            raise SourceError(_cannot_open(path, error)) from error


def _header(container: InputContainer, video: VideoStream, path: Path | str) -> VideoHeader:
    clock = make_clock(container, video, path)
    end_ns = duration_ns(container, video, clock)
    spacing_ns = _indexed_spacing_ns(video)
    probed = _probe(container, video, clock)
    turn = probed.turn
    width, height = turn.size(video.width, video.height)
    if width < 1 or height < 1:
        raise SourceError(f"{str(path)!r} says its pictures are {width}x{height} pixels; its header is damaged.")
    rate = video.average_rate
    return VideoHeader(
        width=width,
        height=height,
        duration_ns=end_ns,
        first_ns=max(clock.unshifted_ns(video.start_time), 0) if video.start_time is not None else 0,
        num_frames_from_header=video.frames or None,
        keyframe_spacing_ns=spacing_ns or probed.spacing_ns,
        frame_rate=float(rate) if rate else None,
        creation_time=container.metadata.get("creation_time") or video.metadata.get("creation_time"),
        num_subtitle_streams=len(container.streams.subtitles),
        turn=turn,
    )


def duration_ns(container: InputContainer, video: VideoStream, clock: Clock) -> int | None:
    """Nanoseconds from the container's start to the end of its video, as far as the header says; None where it does not."""
    if video.duration and video.duration > 0:
        return max(clock.unshifted_ns((video.start_time or 0) + video.duration), 1)
    if container.duration and container.duration > 0:
        # Matroska counts its duration from time 0, not from its first frame.
        origin_us = container.start_time or 0 if "matroska" in container.format.name else 0
        return max(int(container.duration) - origin_us, 1) * 1000
    return None


def _indexed_spacing_ns(video: VideoStream) -> int | None:
    if not video.time_base or not has_full_index(video):
        return None
    entries = video.index_entries[: 20 * _PROBE_PACKETS]
    return _spacing_ns([entry.timestamp for entry in entries if entry.is_keyframe], Fraction(video.time_base))


def has_full_index(video: VideoStream) -> bool:
    """Whether the container's index names every frame, as MP4's does."""
    return 0 < video.frames <= len(video.index_entries)


def _spacing_ns(key_ticks: list[int], time_base: Fraction) -> int | None:
    distances = [b - a for a, b in pairwise(sorted(key_ticks)) if b > a]
    return round(median(distances) * time_base * NS_PER_S) if distances else None


@dataclass(frozen=True, slots=True)
class _Probed:
    turn: Turn
    spacing_ns: int | None


def _probe(container: InputContainer, video: VideoStream, clock: Clock) -> _Probed:
    """Rotation, from the first picture, and the distance of keyframes, from the first packets; damage is left for reading."""
    turn, keys, has_turn, full = Turn(), [], False, has_full_index(video)
    try:
        for number, packet in enumerate(container.demux(video)):
            if packet.is_keyframe and packet.pts is not None:
                keys.append(packet.pts)
            if not has_turn:
                for frame in packet.decode():
                    turn, has_turn = Turn.of(frame), True
                    break
            if number > _PROBE_PACKETS or (full and has_turn):
                break
    except READ_ERRORS:
        pass
    return _Probed(turn, _spacing_ns(keys, Fraction(video.time_base or 1)))
