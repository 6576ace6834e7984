"""Clips with what lies in them."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmmem.agent.events import EventBank
from mmmem.agent.rendering import line_text
from mmmem.banks.events import SCALES
from mmmem.clock import MAX_NS, Span
from mmmem.errors import MmmemError
from mmmem.memory import Memory
from mmmem.store.records import StoredFrame, StoredText, StreamRecord
from mmmem.suggest import known_name
from mmmem.types import LEVELS, Clip
from streams.clips import files_of
from streams.places import VIDEO_SUFFIXES, files_in, scheme_of
from streams.report import JOINED

AUTOMATIC = "auto"
MOST_ROWS = 40
_FIRST_LINES = 3
_MOST_FILES = 200
"""A session of more videos is not opened only to name them."""


@dataclass(frozen=True, slots=True)
class Event:
    """A clip that was cut where something else begins, not by the clock; it has no number, for nothing refers to it.

    Args:
        closed: it is over, and stays as it is when the stream goes on.
    """

    stream_id: str
    span: Span
    level: str
    closed: bool
    id: None = None
    parent: None = None


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A clip or event and what begins in it; `words` are its first lines, `files` the videos of its session that it lies in."""

    clip: Clip | Event
    num_texts: int
    num_pictures: int
    words: str
    files: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values; times are nanoseconds."""
        return {
            "id": self.clip.id,
            "stream": self.clip.stream_id,
            "level": self.clip.level,
            "start_ns": self.clip.span.start_ns,
            "end_ns": self.clip.span.end_ns,
            "parent": self.clip.parent,
            "num_texts": self.num_texts,
            "num_pictures": self.num_pictures,
            "words": self.words,
            "files": list(self.files),
        } | ({"closed": self.clip.closed} if isinstance(self.clip, Event) else {})


def rows_of(memory: Memory, level: str, window: Span | None, stream: str | None) -> tuple[str, list[TimelineRow]]:
    """The level that was chosen, and its rows in order of stream and time.

    Raises:
        UnknownNameError: no such level or stream.
    """
    known_name(level, (*LEVELS, *SCALES, AUTOMATIC), "level")
    if stream is not None:
        memory.stream_number(stream)
    chosen, clips = _chosen(memory, level, window, stream)
    texts, pictures = (
        _by_stream(memory.texts(stream=stream, window=window)),
        _by_stream(memory.frames(stream=stream, window=window, keyframes=True)),
    )
    spans = {record.stream_id: _files_of(record) for record in memory.streams() if stream in (None, record.stream_id)}
    return chosen, [
        _row(clip, texts.get(clip.stream_id, []), pictures.get(clip.stream_id, []), spans[clip.stream_id]) for clip in clips
    ]


def _files_of(record: StreamRecord) -> list[tuple[str, Span]]:
    """The videos of a stream that was several of them; none where they are gone, or too many to look into."""
    parts = record.uri.removeprefix(JOINED).split("|")
    folder = Path(parts[0])
    if scheme_of(parts[0]) or (len(parts) == 1 and not folder.is_dir()) or len(parts) > _MOST_FILES:
        return []
    try:
        if folder.is_dir() and len(files_in(folder, VIDEO_SUFFIXES)) > _MOST_FILES:
            return []
        return files_of(record.uri, start_ns=record.start_ns)
    except MmmemError:
        return []


def _chosen(memory: Memory, level: str, window: Span | None, stream: str | None) -> tuple[str, Sequence[Clip] | Sequence[Event]]:
    if level in SCALES:
        return level, _events(memory, level, window, stream)
    for name in LEVELS:
        if level in (name, AUTOMATIC):
            clips = memory.clips(name, stream=stream, window=window)
            if level == name or len(clips) <= MOST_ROWS or name == LEVELS[-1]:
                return name, clips
    return LEVELS[-1], []


def _events(memory: Memory, level: str, window: Span | None, stream: str | None) -> list[Event]:
    events = EventBank(memory, SCALES[level]).events(memory.recall.view(MAX_NS, stream))
    name_of = {record.number: record.stream_id for record in memory.streams()}
    pieces = [Event(name_of[int(events.stream[i])], events.span(i), level, bool(events.closed[i])) for i in range(len(events))]
    return [piece for piece in pieces if window is None or piece.span.overlaps(window)]


def _by_stream(things: "Sequence[StoredText] | Sequence[StoredFrame]") -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for thing in things:
        found.setdefault(_stream_of(thing), []).append(thing)
    for row in found.values():
        row.sort(key=_start_ns)
    return found


def _stream_of(thing: StoredText | StoredFrame) -> str:
    return thing.stream_id if isinstance(thing, StoredText) else thing.ref.stream_id


def _start_ns(thing: StoredText | StoredFrame) -> int:
    return thing.text.span.start_ns if isinstance(thing, StoredText) else thing.ref.t_ns


def _row(clip: Clip | Event, texts: list[StoredText], pictures: list[StoredFrame], files: list[tuple[str, Span]]) -> TimelineRow:
    inside, seen = _within(clip.span, texts), _within(clip.span, pictures)
    words = " | ".join(line_text(one) for one in inside[:_FIRST_LINES])
    return TimelineRow(clip, len(inside), len(seen), words, tuple(name for name, span in files if span.overlaps(clip.span)))


def _within(span: Span, things: list[Any]) -> list[Any]:
    first = bisect_left(things, span.start_ns, key=_start_ns)
    return things[first : bisect_left(things, span.end_ns, key=_start_ns)]
