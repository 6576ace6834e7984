"""Pictures and clips cut from the original media, to show as evidence."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError, MmmemError, StorageError
from mmmem.types import Frame
from streams import opening
from streams.sampling import all_frames
from streams.session import Session
from streams.stream import Stream

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
CLIP_SUFFIXES = (".mp4", ".mov", ".mkv")

_TICKS_PER_S = 90_000
_CLIP_RATE = 30


def frame_at(uri: str | Path, t_ns: int, *, start_ns: int | None = None, size: int | None = None) -> Frame:
    """The frame that is shown at one instant.

    Args:
        uri: a video, several as one session, or a folder of pictures, as `streams.open` reads it.
        t_ns: when, on the stream's calendar.
        start_ns: `StreamInfo.start_ns` of the stream; None where `uri` alone places it.
        size: longest side in pixels.

    Returns:
        The last frame at or before `t_ns`. The ordinal of a video's frame is estimated from its frame rate.

    Raises:
        SourceError: the source cannot be opened, or has no pictures.
        InvalidInputError: the source has ended by then.
    """
    with _opened(uri, start_ns) as stream:
        return stream.frame_at(t_ns, size)


def write_clip(uri: str | Path, span: Span, out: str | Path, *, start_ns: int | None = None, size: int | None = None) -> Path:
    """Write the pictures of a span as a clip, or the one in its middle as a picture, by the suffix of `out`.

    Args:
        uri: as for `frame_at`.
        span: on the stream's calendar.
        out: .mp4, .mov or .mkv for a clip (H.264, without sound), .png, .jpg or .webp for a picture. Replaced if it is there.
        start_ns: as for `frame_at`.
        size: longest side in pixels.

    Returns:
        The path written.

    Raises:
        InvalidInputError: another suffix, or no frame in the span.
        SourceError: the source cannot be read.
        StorageError: the file cannot be written.
    """
    path = Path(out)
    suffix = path.suffix.lower()
    if suffix in PICTURE_SUFFIXES:
        frame = frame_at(uri, span.middle_ns, start_ns=start_ns, size=size)
        with _replacing(path) as unfinished:
            Image.fromarray(frame.image).save(unfinished)
        return path
    if suffix not in CLIP_SUFFIXES:
        raise InvalidInputError(f"Cannot write {path.name!r}: end its name in {', '.join(CLIP_SUFFIXES + PICTURE_SUFFIXES)}.")
    with _opened(uri, start_ns) as stream, _replacing(path) as unfinished:
        num_written = _encode(_frames_of(stream, span), unfinished)
        if num_written == 0:
            raise InvalidInputError(
                f"{str(uri)!r} has no frame in {stream.info.calendar.format_span(span)}; it covers "
                f"{stream.info.calendar.format(stream.info.start_ns)} to "
                f"{'?' if stream.info.end_ns is None else stream.info.calendar.format(stream.info.end_ns)}."
            )
    return path


def files_of(uri: str | Path, *, start_ns: int | None = None) -> list[tuple[str, Span]]:
    """The name and span of each video of a session, in order of time; empty where `uri` is not several videos.

    Raises:
        SourceError: the source cannot be opened.
    """
    with _opened(uri, start_ns) as stream:
        parts = [part for source in stream.sources if isinstance(source, Session) for part in source.parts]
        if len(parts) < 2:
            return []
        ends = [part.end_ns for part in parts]
        return [
            (part.source.name, Span(part.start_ns, end_ns))
            for part, end_ns in zip(parts, ends, strict=True)
            if end_ns is not None and end_ns > part.start_ns
        ]


def _opened(uri: str | Path, start_ns: int | None) -> Stream:
    stream = opening.open(uri, tracks=None, sampler=all_frames())
    if start_ns is None or stream.info.start_ns == start_ns:
        return stream
    return opening.open(uri, tracks=None, sampler=all_frames(), start=start_ns, calendar=Calendar("days"))


def _frames_of(stream: Stream, span: Span) -> Iterator[Frame]:
    """The frames of a span."""
    for item in stream.items(max(span.start_ns - 1, 0) if span.start_ns > stream.info.start_ns else None):
        if isinstance(item, Frame):
            if item.t_ns >= span.end_ns:
                return
            yield item


def _encode(frames: Iterator[Frame], path: Path) -> int:
    num_written = 0
    with av.open(str(path), "w") as container:
        stream: VideoStream | None = None
        first_ns = 0
        for frame in frames:
            if stream is None:
                stream, first_ns = _add_stream(container, frame), frame.t_ns
            picture = av.VideoFrame.from_ndarray(_even(frame), format="rgb24")
            picture.pts = (frame.t_ns - first_ns) * _TICKS_PER_S // NS_PER_S
            picture.time_base = Fraction(1, _TICKS_PER_S)
            container.mux(stream.encode(picture))
            num_written += 1
        if stream is not None:
            container.mux(stream.encode(None))
    return num_written


def _add_stream(container: OutputContainer, frame: Frame) -> VideoStream:
    image = _even(frame)
    codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
    stream = cast(VideoStream, container.add_stream(codec, rate=_CLIP_RATE))
    stream.height, stream.width = image.shape[:2]
    stream.pix_fmt = "yuv420p"
    stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS_PER_S)
    return stream


def _even(frame: Frame) -> NDArray[np.uint8]:
    """The picture without its last row or column where their number is odd: encoders halve the colours."""
    height, width = frame.image.shape[:2]
    return np.ascontiguousarray(frame.image[: height - height % 2 or 1, : width - width % 2 or 1])


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place when it is finished, and vanishes when it is not.

    Raises:
        StorageError: it cannot be written.
    """
    unfinished = path.with_name(f".{path.stem}.unfinished{path.suffix}")
    try:
        yield unfinished
        unfinished.replace(path)
    except (OSError, FFmpegError) as error:
        if isinstance(error, MmmemError):
            raise
        raise StorageError(f"Cannot write {str(path)!r}: {error.strerror or error}; check folder, rights and disk.") from error
    finally:
        unfinished.unlink(missing_ok=True)
