"""The picture or clip of a piece of evidence, from the original where it still is, else from what the memory keeps."""

import io
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

import numpy as np
from PIL import Image

from apps.cli.evidence import Located
from apps.cli.whole_files import replacing
from mmmem.clock import NS_PER_MIN, Calendar, Span
from mmmem.errors import InvalidInputError, MemoryCorruptError, SourceError
from mmmem.memory import Memory
from mmmem.store.losses import described
from mmmem.store.records import StoredFrame, StreamRecord
from streams import frame_at, write_clip
from streams.clips import CLIP_SUFFIXES, PICTURE_SUFFIXES
from streams.places import VIDEO_SUFFIXES, files_in, scheme_of
from streams.report import JOINED

_SHOWN = 3
_NEAR_NS = 2 * NS_PER_MIN
_LEAST_SIDE = 32
_COMPARED = (16, 16)
_SAME_PICTURE = 0.06
"""Two copies of one picture, one of them small and through JPEG, differ by less than this share of full scale."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written where; `t_ns` is the time of a picture, None for a clip."""

    path: Path
    is_original: bool
    t_ns: int | None

    def words(self, calendar: Calendar) -> str:
        """What it shows."""
        origin = "the original" if self.is_original else "the picture the memory keeps"
        return origin if self.t_ns is None else f"{origin} at {calendar.format(self.t_ns)}"

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"path": str(self.path), "original": self.is_original, "t_ns": self.t_ns}


def write_media(memory: Memory, found: Located, output: Path, *, kept: bool) -> Written:
    """Write a picture or a clip, by the suffix of `output`.

    Raises:
        InvalidInputError: another suffix, or what it would show was forgotten.
        SourceError: the original is gone and the memory keeps no picture of that span.
        StorageError: the file cannot be written.
    """
    suffix = output.suffix.lower()
    if suffix not in (*PICTURE_SUFFIXES, *CLIP_SUFFIXES):
        raise InvalidInputError(f"Cannot write {output.name!r}: end its name in {', '.join(PICTURE_SUFFIXES + CLIP_SUFFIXES)}.")
    record = next(record for record in memory.streams() if record.stream_id == found.stream_id)
    if not kept or suffix in CLIP_SUFFIXES:
        _refuse_forgotten(memory, found, found.span if suffix in CLIP_SUFFIXES else Span(found.at_ns, found.at_ns + 1))
    original = None if kept else _original(memory, record, found)
    if suffix in CLIP_SUFFIXES:
        return _write_clip(found, record, original, output)
    if original is not None:
        try:
            frame = frame_at(original, found.at_ns, start_ns=record.start_ns)
        except (SourceError, InvalidInputError):
            pass  # moved, changed or words alone: what the memory keeps is the evidence then
        else:
            _refuse_forgotten(memory, found, Span(frame.t_ns, frame.t_ns + 1))
            _save(Image.fromarray(frame.image), output)
            return Written(output, True, frame.t_ns)
    return _write_kept(memory, found, output)


def _refuse_forgotten(memory: Memory, found: Located, span: Span) -> None:
    """Do not show from the original what was forgotten; words that were forgotten are not in pictures without sound.

    Raises:
        InvalidInputError: something of the span was forgotten.
    """
    gone = [one for one in memory.forgotten(stream=found.stream_id, window=span) if one.what != "words"]
    if not gone:
        return
    calendar = memory.calendar
    spans = ", ".join(calendar.format_span(one.span) for one in gone[:_SHOWN])
    more = f" and {len(gone) - _SHOWN} more" if len(gone) > _SHOWN else ""
    kept = _kept_frame(memory, found)
    beside = "" if kept is None else f", or write the picture the memory keeps of {calendar.format(kept.ref.t_ns)} with --kept"
    raise InvalidInputError(
        f"{spans}{more} of {found.stream_id!r} was forgotten, so its original is not shown. Name a time outside of it{beside}; "
        "`mmmem ingest SRC --restore-forgotten` takes it in again."
    )


def _original(memory: Memory, record: StreamRecord, found: Located) -> str | None:
    """Where the stream can be read again; None for a camera, an address, and a file that is gone or another one by now."""
    paths = record.uri.removeprefix(JOINED).split("|") if record.uri.startswith(JOINED) else [record.uri]
    if any(scheme_of(path) or not Path(path).exists() for path in paths):
        return None
    return record.uri if _still_shows(memory, record, found) else None


def _still_shows(memory: Memory, record: StreamRecord, found: Located) -> bool:
    """Whether the original has the same times as before, and shows what the memory kept nearest to the moment.

    A file may have been replaced; and a folder of pictures does not say how far apart they were taken.
    """
    near = Span(max(found.span.start_ns - _NEAR_NS, 0), found.span.end_ns + _NEAR_NS)
    looks = memory.frames(stream=found.stream_id, window=near)
    kept = _nearest([look for look in looks if look.has_keyframe], found)
    jpeg = None if kept is None else memory.keyframe(kept.ref)
    try:
        if not _same_time(record, _nearest(looks, found)):
            return False
        if kept is None or jpeg is None:
            return True
        again = frame_at(record.uri, kept.ref.t_ns, start_ns=record.start_ns)
    except (SourceError, InvalidInputError):
        return False
    with Image.open(io.BytesIO(jpeg)) as image:
        return _difference(image.convert("RGB"), Image.fromarray(again.image)) <= _SAME_PICTURE


def _same_time(record: StreamRecord, look: StoredFrame | None) -> bool:
    """Whether the original has a frame at the time of a stored look; of pictures in a folder, the same one."""
    if look is None:
        return True
    again = frame_at(record.uri, look.ref.t_ns, start_ns=record.start_ns, size=_LEAST_SIDE)
    folder = Path(record.uri)
    is_counted = folder.is_dir() and not files_in(folder, VIDEO_SUFFIXES)
    return again.t_ns == look.ref.t_ns and (not is_counted or again.index == look.ref.index)


def _difference(one: Image.Image, other: Image.Image) -> float:
    """Mean absolute difference of two small copies, from 0 to 1."""
    small = [np.asarray(image.resize(_COMPARED, Image.Resampling.BOX), np.float32) for image in (one, other)]
    return float(np.abs(small[0] - small[1]).mean()) / 255


def _write_clip(found: Located, record: StreamRecord, original: str | None, output: Path) -> Written:
    if original is None:
        raise SourceError(
            f"A clip is cut from the original, and {record.uri!r} is not there any more, or shows something else; write a "
            "picture (.jpg) of what the memory keeps."
        )
    write_clip(original, found.span, output, start_ns=record.start_ns)
    return Written(output, True, None)


def _write_kept(memory: Memory, found: Located, output: Path) -> Written:
    frame = _kept_frame(memory, found)
    jpeg = None if frame is None else memory.keyframe(frame.ref)
    if frame is None or jpeg is None:
        _refuse_lost(memory, found)
        raise SourceError(
            f"There is no picture of {found.id} ({memory.calendar.format_span(found.span)} of {found.stream_id!r}): the original "
            "cannot be read, and the memory keeps none of that span."
        )
    with Image.open(io.BytesIO(jpeg)) as image:
        _save(image.convert("RGB"), output)
    return Written(output, False, frame.ref.t_ns)


def _refuse_lost(memory: Memory, found: Located) -> None:
    """Say that there was a picture.

    Raises:
        MemoryCorruptError: damage took the pictures of this span.
    """
    lost = [loss for loss in memory.losses(stream=found.stream_id, window=found.span) if loss.what == "picture"]
    if lost:
        raise MemoryCorruptError(
            f"The picture of {found.id} was lost to damage: {' '.join(described(lost, memory.calendar))} If the original is "
            f"there, `mmmem ingest SRC --again --stream {quote(found.stream_id)}` takes it in again."
        )


def _kept_frame(memory: Memory, found: Located) -> StoredFrame | None:
    """The keyframe itself, or the one of the span that is nearest to the moment."""
    return _nearest(memory.frames(stream=found.stream_id, window=found.span, keyframes=True), found)


def _nearest(kept: list[StoredFrame], found: Located) -> StoredFrame | None:
    same = [frame for frame in kept if frame.ref == found.ref]
    return min(same or kept, key=lambda frame: abs(frame.ref.t_ns - found.at_ns), default=None)


def _save(image: Image.Image, output: Path) -> None:
    with replacing(output) as unfinished:
        image.save(unfinished)
