"""The picture that a video shows at one instant."""

from collections.abc import Iterator
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mmmem.clock import NS_PER_S
from mmmem.errors import InvalidInputError, SourceError
from streams.decoders import Picture
from streams.developing import to_rgb
from streams.pyav_file import READ_ERRORS, Clock, duration_ns, make_clock, opened, video_stream
from streams.rotation import Turn

# A seek goes by decoding time, which lies before presentation, and on variable frame rate it misses one time in six: it
# aims a second early, and earlier still where that was too late.
_STEPS_BACK_NS = (NS_PER_S, 8 * NS_PER_S, 64 * NS_PER_S)
_SLACK_NS = NS_PER_S
_MAX_BAD_PACKETS = 1000


def picture_at(path: Path | str, t_ns: int, size: int | None = None) -> Picture:
    """The frame shown at `t_ns` from the container's start: the last one at or before it, or the first there is.

    The ordinal is estimated from the average frame rate; only reading from the start could count it.

    Raises:
        SourceError: the file cannot be opened, or nothing can be decoded there.
        InvalidInputError: the video ends more than a second before.
    """
    with opened(path) as container:
        video = video_stream(container, path)
        clock = make_clock(container, video, path)
        end_ns = duration_ns(container, video, clock)
        if end_ns is not None and t_ns > end_ns + _SLACK_NS:
            raise InvalidInputError(
                f"{str(path)!r} lasts {end_ns / NS_PER_S:.3f} s, so it shows nothing at {t_ns / NS_PER_S:.3f} s."
            )
        for target_ns in (*(t_ns - step_ns for step_ns in _STEPS_BACK_NS), 0):
            found = _shown(_frames_from(container, video, clock, max(target_ns, 0)), clock, t_ns)
            if found is not None and (found[0] <= t_ns or target_ns <= 0):
                frame_ns, frame = found
                index = max(round((frame_ns - clock.unshifted_ns(video.start_time or 0)) / clock.period_ns), 0)
                return Picture(index, frame_ns, to_rgb(frame, size, Turn.of(frame)), bool(frame.is_corrupt))
        raise SourceError(f"{str(path)!r}: nothing can be decoded at {t_ns / NS_PER_S:.3f} s; the file is damaged there.")


def _shown(frames: Iterator[VideoFrame], clock: Clock, t_ns: int) -> tuple[int, VideoFrame] | None:
    """The last frame at or before `t_ns`, or else the first one."""
    best: tuple[int, VideoFrame] | None = None
    for frame in frames:
        if frame.pts is None:
            continue
        frame_ns = clock.time_ns(frame.pts)
        if best is not None and frame_ns > t_ns:
            break
        best = (frame_ns, frame)
        if frame_ns > t_ns:
            break
    return best


def _frames_from(container: InputContainer, video: VideoStream, clock: Clock, from_ns: int) -> Iterator[VideoFrame]:
    """Frames from the keyframe before `from_ns`; what is damaged is passed over."""
    video.codec_context.flush_buffers()
    container.seek(clock.ticks(from_ns), stream=video)
    demuxed = container.demux(video)
    num_bad = 0
    while num_bad < _MAX_BAD_PACKETS:
        try:
            packet = next(demuxed)
            frames = packet.decode()
        except StopIteration:
            return
        except READ_ERRORS:
            num_bad += 1
            demuxed = container.demux(video)
            continue
        yield from frames
        if packet.size == 0:
            return
