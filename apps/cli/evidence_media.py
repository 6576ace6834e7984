"""The picture or clip of a piece of evidence, from the original where it still is, else from what the memory keeps."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from apps.cli.evidence import Located
from mmmem.clock import Calendar
from mmmem.errors import InvalidInputError, SourceError, StorageError
from mmmem.memory import Memory
from mmmem.store.records import StoredFrame, StreamRecord
from streams import frame_at, write_clip
from streams.clips import CLIP_SUFFIXES, PICTURE_SUFFIXES
from streams.places import JOINED, scheme_of


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
        InvalidInputError: another suffix.
        SourceError: the original is gone and the memory keeps no picture of that span.
        StorageError: the file cannot be written.
    """
    suffix = output.suffix.lower()
    if suffix not in (*PICTURE_SUFFIXES, *CLIP_SUFFIXES):
        raise InvalidInputError(f"Cannot write {output.name!r}: end its name in {', '.join(PICTURE_SUFFIXES + CLIP_SUFFIXES)}.")
    record = next(record for record in memory.streams() if record.stream_id == found.stream_id)
    original = None if kept else _original(record)
    if suffix in CLIP_SUFFIXES:
        return _write_clip(found, record, original, output)
    if original is not None:
        try:
            frame = frame_at(original, found.at_ns, start_ns=record.start_ns)
        except (SourceError, InvalidInputError):
            pass  # moved, changed or words alone: what the memory keeps is the evidence then
        else:
            _save(Image.fromarray(frame.image), output)
            return Written(output, True, frame.t_ns)
    return _write_kept(memory, found, output)


def _original(record: StreamRecord) -> str | None:
    """Where the stream can be read again; None for a camera, an address, and a file that is gone."""
    if record.uri.startswith(JOINED):
        paths = record.uri.removeprefix(JOINED).split("|")
        return record.uri if all(Path(path).exists() for path in paths) else None
    return record.uri if not scheme_of(record.uri) and Path(record.uri).exists() else None


def _write_clip(found: Located, record: StreamRecord, original: str | None, output: Path) -> Written:
    if original is None:
        raise SourceError(
            f"A clip is cut from the original, and {record.uri!r} is not there; write a picture (.jpg) of what the memory keeps."
        )
    write_clip(original, found.span, output, start_ns=record.start_ns)
    return Written(output, True, None)


def _write_kept(memory: Memory, found: Located, output: Path) -> Written:
    frame = _kept_frame(memory, found)
    jpeg = None if frame is None else memory.keyframe(frame.ref)
    if frame is None or jpeg is None:
        raise SourceError(
            f"There is no picture of {found.id} ({memory.calendar.format_span(found.span)} of {found.stream_id!r}): the original "
            "cannot be read, and the memory keeps none of that span."
        )
    with Image.open(io.BytesIO(jpeg)) as image:
        _save(image.convert("RGB"), output)
    return Written(output, False, frame.ref.t_ns)


def _kept_frame(memory: Memory, found: Located) -> StoredFrame | None:
    """The keyframe itself, or the one of the span that is nearest to the moment."""
    kept = memory.frames(stream=found.stream_id, window=found.span, keyframes=True)
    same = [frame for frame in kept if frame.ref == found.ref]
    return min(same or kept, key=lambda frame: abs(frame.ref.t_ns - found.at_ns), default=None)


def _save(image: Image.Image, output: Path) -> None:
    try:
        image.save(output)
    except OSError as error:
        raise StorageError(f"Cannot write {str(output)!r}: {error.strerror or error}; check folder, rights and disk.") from error
