"""A memory as JSON, SRT and CSV."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.cli.whole_files import replacing
from mmmem.clock import MAX_NS, Span
from mmmem.errors import InvalidInputError, SourceError
from mmmem.memory import Memory
from mmmem.store.records import Presence, StoredAssertion, StoredText, StreamRecord
from mmmem.suggest import known_name
from mmmem.types import LEVELS, Fact

FORMATS = ("csv", "json", "srt")
_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Exported:
    """What is written, and how many texts are in it."""

    content: str
    num_texts: int


def exported(memory: Memory, format_: str, stream: str | None, window: Span | None) -> Exported:
    """The memory in one of the formats.

    Raises:
        UnknownNameError: no such format or stream.
        InvalidInputError: SRT of a memory with several streams and none named.
    """
    known_name(format_, FORMATS, "format")
    if stream is not None:
        memory.stream_number(stream)
    if format_ == "srt":
        stream = _only_stream(memory, stream)
    texts = memory.texts(stream=stream, window=window)
    if format_ == "srt":
        return Exported(_srt(texts, _start_ns(memory, stream)), len(texts))
    if format_ == "csv":
        return Exported(_csv(memory, texts), len(texts))
    return Exported(json.dumps(_everything(memory, texts, stream, window), ensure_ascii=False) + "\n", len(texts))


def write_text(path: Path, content: str) -> None:
    """Write a whole file; what was there before is replaced at the end.

    Raises:
        StorageError: it cannot be written; then what was there before is still there.
    """
    with replacing(path) as unfinished:
        unfinished.write_text(content, encoding="utf-8", newline="")


def _only_stream(memory: Memory, stream: str | None) -> str:
    names = [record.stream_id for record in memory.streams()]
    if stream is not None:
        return stream
    if not names:
        raise SourceError(f"The memory in {memory.path} holds no stream yet; ingest one first.")
    if len(names) > 1:
        raise InvalidInputError(f"An SRT file holds one stream; name it with --stream: {', '.join(names)}.")
    return names[0]


def _start_ns(memory: Memory, stream: str | None) -> int:
    return next(record.start_ns for record in memory.streams() if record.stream_id == stream)


def _srt(texts: list[StoredText], origin_ns: int) -> str:
    cues = []
    for number, stored in enumerate(texts, start=1):
        span, speaker = stored.text.span, stored.text.speaker
        words = "\n".join(line for line in stored.text.text.splitlines() if line.strip())
        said = f"{speaker}: {words}" if speaker else words
        cues.append(f"{number}\n{_srt_time(span.start_ns - origin_ns)} --> {_srt_time(span.end_ns - origin_ns)}\n{said}\n")
    return "\n".join(cues)


def _srt_time(t_ns: int) -> str:
    milliseconds = max(t_ns, 0) // _NS_PER_MS
    seconds = milliseconds // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},{milliseconds % 1000:03d}"


def _csv(memory: Memory, texts: list[StoredText]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(("id", "stream", "start_ns", "end_ns", "start", "end", "kind", "speaker", "text"))
    for stored in texts:
        span = stored.text.span
        times = (span.start_ns, span.end_ns, memory.calendar.format(span.start_ns), memory.calendar.format(span.end_ns))
        writer.writerow((stored.id, stored.stream_id, *times, stored.text.kind, stored.text.speaker or "", stored.text.text))
    return buffer.getvalue()


def _everything(memory: Memory, texts: list[StoredText], stream: str | None, window: Span | None) -> dict[str, Any]:
    calendar, support = memory.calendar, {stored.id for stored in texts}
    records = [record for record in memory.streams() if stream in (None, record.stream_id)]
    clips = [clip for level in LEVELS for clip in memory.clips(level, stream=stream, window=window)]
    return {
        "calendar": {"kind": calendar.kind, "timezone": calendar.timezone},
        "streams": [_stream(record) for record in records],
        "texts": [_text(stored) for stored in texts],
        "clips": [{"id": clip.id, "stream": clip.stream_id, "level": clip.level, **_times(clip.span)} for clip in clips],
        "facts": [_fact(fact) for fact in memory.facts() if support.intersection(fact.support)],
        "presences": [_presence(presence) for presence in memory.presences(stream=stream, window=window)],
        "assertions": [_assertion(stored) for stored in memory.assertions(stream=stream, window=window)],
        "poses": [pose for record in records for pose in _poses(memory, record.stream_id, window)],
    }


def _times(span: Span) -> dict[str, int | None]:
    return {"start_ns": span.start_ns, "end_ns": None if span.end_ns == MAX_NS else span.end_ns}


def _stream(record: StreamRecord) -> dict[str, Any]:
    times = {"start_ns": record.start_ns, "end_ns": record.end_ns, "position_ns": record.position_ns}
    return {"id": record.stream_id, "uri": record.uri, **times}


def _fact(fact: Fact) -> dict[str, Any]:
    stated = {"subject": fact.subject, "predicate": fact.predicate, "object": fact.object}
    return {**stated, **_times(fact.valid), "learned_ns": fact.learned_ns, "support": list(fact.support)}


def _presence(presence: Presence) -> dict[str, Any]:
    return {
        "stream": presence.stream_id,
        "label": presence.label,
        "track_id": presence.track_id,
        **_times(presence.span),
        "num_frames": presence.num_frames,
        "best_score": presence.best_score,
    }


def _assertion(stored: StoredAssertion) -> dict[str, Any]:
    said = stored.assertion
    return {
        "id": stored.id,
        "stream": stored.stream_id,
        "frame": stored.frame,
        **_times(said.span),
        "learned_ns": stored.learned_ns,
        "kind": said.kind,
        "subject": said.subject,
        "object": said.object,
        "value": said.value,
        "confidence": said.confidence,
        "source": said.source,
    }


def _poses(memory: Memory, stream: str, window: Span | None) -> list[dict[str, Any]]:
    t_ns, poses, frames = memory.poses(stream, window)
    rows = zip(t_ns.tolist(), poses.tolist(), frames.tolist(), strict=True)
    return [{"stream": stream, "frame": frame, "t_ns": t, "pose_world_camera": pose} for t, pose, frame in rows]


def _text(stored: StoredText) -> dict[str, Any]:
    return {
        "id": stored.id,
        "stream": stored.stream_id,
        **_times(stored.text.span),
        "learned_ns": stored.learned_ns,
        "kind": stored.text.kind,
        "speaker": stored.text.speaker,
        "text": stored.text.text,
        "source": stored.text.source,
    }
