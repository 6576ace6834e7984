"""Reads of the truth: texts, frames, detections, presences, clips, facts, each as of any time."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mmmem.banks.episodic import Grid
from mmmem.clock import MAX_NS, Calendar, Span
from mmmem.errors import MemoryCorruptError
from mmmem.store.appendfile import media_path, read_blob
from mmmem.store.asof import children_of, leaves_as_of, parents_of, presence_as_of
from mmmem.store.columns import ColumnCache, as_columns
from mmmem.store.files import meta
from mmmem.store.observed import overlapping_ids
from mmmem.store.presences import Run
from mmmem.store.records import (
    ClipColumns,
    LookColumns,
    Presence,
    StoredDetection,
    StoredFrame,
    StoredText,
    StreamRecord,
)
from mmmem.store.streams import read_calendar, read_streams
from mmmem.suggest import known_name
from mmmem.types import LEVELS, TEXT_KINDS, Clip, FrameRef, Level, TextKind, TimedText

_CHUNK = 10_000
_FRAME = "SELECT f.id, s.name, f.idx, f.t_ns, f.start_ns, f.end_ns, f.num_detections, f.media_offset IS NOT NULL"


class Reader:
    """Everything that can be read from one open memory."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder = folder
        self._connection = connection
        self.columns = ColumnCache(folder, connection)

    def calendar(self) -> Calendar | None:
        """The memory's calendar, None while it has none."""
        return read_calendar(self._connection)

    def streams(self) -> list[StreamRecord]:
        """All streams in the order they were added."""
        return read_streams(self._connection)

    def stream_number(self, stream_id: str) -> int:
        """The number of a stream in columns.

        Raises:
            UnknownNameError: there is none of that name.
        """
        numbers = {s.stream_id: s.number for s in self.streams()}
        return numbers[known_name(stream_id, numbers, "stream")]

    def _where(self, table: str, stream: str | None, window: Span | None, prefix: str = "") -> tuple[list[str], dict[str, Any]]:
        """Conditions for rows of a stream; those of `texts` and `frames` may have to overlap a window."""
        conditions: list[str] = []
        values: dict[str, Any] = {}
        if stream is not None:
            values["stream"] = self.stream_number(stream)
            conditions.append(f"{prefix}stream = :stream")
        if window is not None:
            conditions.append(f"{prefix}id IN ({overlapping_ids(table, values.get('stream'))})")
            values |= {"low": int(window.start_ns), "high": int(window.end_ns)}
        return conditions, values

    def texts(self, stream: str | None, window: Span | None, kind: TextKind | None, as_of_ns: int) -> list[StoredText]:
        """Texts that overlap `window`, in order of time."""
        conditions, values = self._where("texts", stream, window, "t.")
        if kind is not None:
            conditions.append("t.kind = :kind")
            values["kind"] = TEXT_KINDS.index(kind)
        sql = f"{_TEXT} WHERE {' AND '.join([*conditions, 't.learned_ns <= :as_of'])} ORDER BY t.start_ns, t.id"
        return [_stored_text(row) for row in self._connection.execute(sql, values | {"as_of": as_of_ns})]

    def texts_by_id(self, ids: Sequence[int], as_of_ns: int) -> list[StoredText]:
        """Texts in the order of `ids`; those that are gone or not yet learned are left out."""
        found: dict[int, StoredText] = {}
        for start in range(0, len(ids), _CHUNK):
            chunk = [int(i) for i in ids[start : start + _CHUNK]]
            sql = f"{_TEXT} WHERE t.id IN ({','.join('?' * len(chunk))}) AND t.learned_ns <= ?"
            found.update((row[0], _stored_text(row)) for row in self._connection.execute(sql, [*chunk, as_of_ns]))
        return [found[int(i)] for i in ids if int(i) in found]

    def frames(self, stream: str | None, window: Span | None, as_of_ns: int, *, keyframes: bool) -> list[StoredFrame]:
        """Looks that overlap `window`, in order of time."""
        conditions, values = self._where("frames", stream, window, "f.")
        if keyframes:
            conditions.append("f.media_offset IS NOT NULL")
        sql = f"{_FRAME} FROM frames f JOIN streams s ON s.id = f.stream"
        sql += f" WHERE {' AND '.join([*conditions, 'f.end_ns <= :as_of'])} ORDER BY f.t_ns, f.id"
        return [_stored_frame(row) for row in self._connection.execute(sql, values | {"as_of": as_of_ns})]

    def frames_by_id(self, ids: Sequence[int]) -> list[StoredFrame]:
        """Looks in the order of `ids`; those that are gone are left out."""
        found: dict[int, StoredFrame] = {}
        for start in range(0, len(ids), _CHUNK):
            chunk = [int(i) for i in ids[start : start + _CHUNK]]
            sql = f"{_FRAME} FROM frames f JOIN streams s ON s.id = f.stream WHERE f.id IN ({','.join('?' * len(chunk))})"
            found.update((row[0], _stored_frame(row)) for row in self._connection.execute(sql, chunk))
        return [found[int(i)] for i in ids if int(i) in found]

    def keyframe(self, ref: FrameRef) -> bytes | None:
        """The JPEG bytes kept of a frame, None if none were.

        Raises:
            MemoryCorruptError: they do not match their checksum, or were lost to damage.
        """
        row = self._connection.execute(
            "SELECT f.id, media_offset, media_length, media_crc FROM frames f JOIN streams s ON s.id = f.stream"
            " WHERE s.name = ? AND idx = ? AND t_ns = ?",
            (ref.stream_id, int(ref.index), int(ref.t_ns)),
        ).fetchone()
        if row is None:
            return None
        if row[1] is None:
            self._not_lost(row[0])
            return None
        return read_blob(media_path(self._folder, int(meta(self._connection, "generation") or 0)), *row[1:])

    def _not_lost(self, frame: int) -> None:
        if self._connection.execute(
            "SELECT 1 FROM losses WHERE frame = ? AND owner_kind = 0 AND space = ''", (frame,)
        ).fetchone():
            raise MemoryCorruptError(
                f"The picture of frame {frame} was lost to damage; `mmmem ingest SRC --again` of its source takes it in again."
            )

    def detections(
        self, stream: str | None, window: Span | None, label: str | None, as_of_ns: int, frame_ids: Sequence[int] | None
    ) -> list[StoredDetection]:
        """Boxes in looks that overlap `window`, in order of time."""
        conditions, values = self._where("frames", stream, window, "f.")
        if label is not None:
            conditions.append("d.label = :label")
            values["label"] = label
        if frame_ids is not None:
            conditions.append(f"d.frame IN ({','.join(str(int(i)) for i in frame_ids)})")
        sql = (
            "SELECT d.id, s.name, f.idx, f.t_ns, d.label, d.track_id, d.score, d.x0, d.y0, d.x1, d.y1 FROM detections d"
            " JOIN frames f ON f.id = d.frame JOIN streams s ON s.id = d.stream"
            f" WHERE {' AND '.join([*conditions, 'f.end_ns <= :as_of'])} ORDER BY f.t_ns, d.id"
        )
        rows = self._connection.execute(sql, values | {"as_of": as_of_ns})
        return [StoredDetection(r[0], FrameRef(*r[1:4]), r[4], r[5], r[6], (r[7], r[8], r[9], r[10])) for r in rows]

    def looked(self, stream: str | None, window: Span | None, as_of_ns: int) -> LookColumns:
        """When somebody looked for objects, and how many were found."""
        conditions, values = self._where("frames", stream, window)
        conditions += ["num_detections IS NOT NULL", "end_ns <= :as_of"]
        sql = f"SELECT start_ns, end_ns, num_detections FROM frames WHERE {' AND '.join(conditions)} ORDER BY start_ns, id"
        return LookColumns(*as_columns(self._connection.execute(sql, values | {"as_of": as_of_ns}), 3))

    def presences(self, stream: str | None, window: Span | None, label: str | None, as_of_ns: int) -> list[Presence]:
        """Intervals over which things were seen, in order of start."""
        conditions, values = self._where("presences", stream, None)
        if label is not None:
            conditions.append("label = :label")
            values["label"] = label
        if window is not None:
            conditions += ["start_ns < :to_ns", "end_ns > :from_ns"]
            values |= {"from_ns": window.start_ns, "to_ns": window.end_ns}
        sql = f"SELECT * FROM presences WHERE {' AND '.join([*conditions, 'start_ns < :as_of'])}"
        rows = self._connection.execute(sql, values | {"as_of": as_of_ns}).fetchall()
        runs = [(row[:3], run) for row in rows for run in self._runs_of(row, as_of_ns)]
        best = {frame.id: frame.ref for frame in self.frames_by_id(sorted({run.best_frame for _, run in runs}))}
        found = [
            Presence(
                best[run.best_frame].stream_id, key[1], key[2], Span(run.start_ns, run.end_ns), run.num_frames,
                best[run.best_frame], run.best_score,
            )
            for key, run in runs
        ]  # fmt: skip
        found = [p for p in found if window is None or p.span.overlaps(window)]
        return sorted(found, key=lambda p: (p.span, p.stream_id, p.label, p.track_id))

    def labels(self, stream: str | None, as_of_ns: int) -> list[str]:
        """What things seen were called, in order."""
        conditions, values = self._where("presences", stream, None)
        where, values = " AND ".join([*conditions, "start_ns < :as_of"]), values | {"as_of": as_of_ns}
        ended = self._connection.execute(f"SELECT DISTINCT label FROM presences WHERE {where} AND end_ns <= :as_of", values)
        found = {label for (label,) in ended}
        for row in self._connection.execute(f"SELECT * FROM presences WHERE {where} AND end_ns > :as_of", values).fetchall():
            if row[1] not in found and self._runs_of(row, as_of_ns):
                found.add(row[1])
        return sorted(found)

    def _runs_of(self, row: tuple[Any, ...], as_of_ns: int) -> list[Run]:
        """A stored presence; as of a time in its midst what it was then."""
        return [Run(*row[3:])] if row[4] <= as_of_ns else presence_as_of(self._connection, row[:3], row[3], as_of_ns)

    def clip_columns(self, level: Level, as_of_ns: int) -> ClipColumns:
        """Clips of a level ordered by stream and start."""
        number = LEVELS.index(level)
        if as_of_ns == MAX_NS:
            return self.columns.clips(number)
        grid = Grid(self.calendar() or Calendar())
        clips = leaves_as_of(self._connection, grid, self.columns.clips(0), as_of_ns)
        for above in range(1, number + 1):
            clips = parents_of(grid, clips, above)
        return clips

    def clips(self, level: Level, stream: str | None, window: Span | None, as_of_ns: int) -> list[Clip]:
        """Clips of a level that overlap `window`, with their children."""
        columns = self.clip_columns(level, as_of_ns)
        names = {s.number: s.stream_id for s in self.streams()}
        wanted = np.ones(len(columns), bool)
        if stream is not None:
            wanted &= columns.stream == self.stream_number(stream)
        if window is not None:
            wanted &= (columns.start_ns < window.end_ns) & (columns.end_ns > window.start_ns)
        number = LEVELS.index(level)
        children = children_of(self.clip_columns(LEVELS[number - 1], as_of_ns)) if number else {}
        return [
            Clip(
                int(columns.id[i]),
                names[int(columns.stream[i])],
                Span(int(columns.start_ns[i]), int(columns.end_ns[i])),
                level,
                int(columns.parent[i]) if columns.parent[i] >= 0 else None,
                children.get(int(columns.id[i]), ()),
            )
            for i in np.flatnonzero(wanted)
        ]


_TEXT = (
    "SELECT t.id, s.name, t.learned_ns, t.start_ns, t.end_ns, t.text, t.kind, t.speaker, t.source"
    " FROM texts t JOIN streams s ON s.id = t.stream"
)


def _stored_text(row: tuple[Any, ...]) -> StoredText:
    number, stream, learned_ns, start_ns, end_ns, text, kind, speaker, source = row
    return StoredText(number, stream, learned_ns, TimedText(Span(start_ns, end_ns), text, TEXT_KINDS[kind], speaker, source))


def _stored_frame(row: tuple[Any, ...]) -> StoredFrame:
    number, stream, index, t_ns, start_ns, end_ns, num_detections, has_keyframe = row
    return StoredFrame(number, FrameRef(stream, index, t_ns), Span(start_ns, end_ns), num_detections, bool(has_keyframe))
