"""Streams of a memory: their numbers, the one calendar they share, and how far each was taken in."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace

from mmmem.clock import Calendar, check_ns
from mmmem.errors import InvalidInputError
from mmmem.store.files import meta, set_meta
from mmmem.store.records import StreamRecord
from mmmem.store.tombstones import inherit
from mmmem.store.wearers import read_wearers, set_wearer
from mmmem.suggest import known_name
from mmmem.types import StreamInfo, check_text

CursorOf = int | Mapping[str, int] | None
"""Where ingest goes on: one position for every stream of the call, or one per stream."""


def read_calendar(connection: sqlite3.Connection) -> Calendar | None:
    """The memory's calendar, None while it has no stream and was given none."""
    kind, timezone = meta(connection, "calendar_kind"), meta(connection, "calendar_timezone")
    return None if kind is None else Calendar(kind, timezone or "UTC")  # type: ignore[arg-type]  # checked by Calendar


def read_streams(connection: sqlite3.Connection) -> list[StreamRecord]:
    """All streams in the order they were added."""
    rows = connection.execute("SELECT id, name, uri, start_ns, end_ns, position_ns FROM streams ORDER BY id")
    wearers = read_wearers(connection)
    return [replace(StreamRecord(*row), wearer=wearers.get(row[0], "")) for row in rows]


class Streams:
    """Stream rows of a memory open for writing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def calendar(self) -> Calendar | None:
        """The calendar of every stream here."""
        return read_calendar(self._connection)

    def set_calendar(self, calendar: Calendar) -> None:
        """Fix the calendar of an empty memory.

        Raises:
            InvalidInputError: it already has another kind.
        """
        known = self.calendar
        if known is None:
            set_meta(self._connection, "calendar_kind", calendar.kind)
            set_meta(self._connection, "calendar_timezone", calendar.timezone)
        elif known.kind != calendar.kind:
            raise InvalidInputError(
                f"This memory's times are {_described(known)}, the new stream's are {_described(calendar)}; one memory has one "
                "calendar. Give the stream's start with --start, or use another memory."
            )

    def add(self, info: StreamInfo) -> StreamRecord:
        """Add a stream, or take note of where a known one is read from now, and of who wears its camera if that is said.

        What was forgotten of a recording is not taken in under another name either.
        """
        check_text(info.uri, "StreamInfo.uri", empty=True)
        self.set_calendar(info.calendar)
        is_new = self._connection.execute("SELECT 1 FROM streams WHERE name = ?", (info.stream_id,)).fetchone() is None
        self._connection.execute(
            "INSERT INTO streams (name, uri, start_ns, end_ns) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
            " uri = excluded.uri, start_ns = min(start_ns, excluded.start_ns),"
            " end_ns = max(coalesce(end_ns, excluded.end_ns), coalesce(excluded.end_ns, end_ns))",
            (info.stream_id, info.uri, int(info.start_ns), None if info.end_ns is None else int(info.end_ns)),
        )
        if info.wearer:
            set_wearer(self._connection, self.number(info.stream_id), info.wearer.strip())
        record = next(s for s in read_streams(self._connection) if s.stream_id == info.stream_id)
        if is_new:
            inherit(self._connection, record.number)
        return record

    def number(self, stream_id: str, what: str = "stream; add it with add_stream first") -> int:
        """The number of a stream; `what` is what an error calls it.

        Raises:
            UnknownNameError: not added yet.
        """
        row = self._connection.execute("SELECT id FROM streams WHERE name = ?", (stream_id,)).fetchone()
        if row is None:
            names = [name for (name,) in self._connection.execute("SELECT name FROM streams")]
            known_name(stream_id, names, what)
        return int(row[0])

    def cursors(self, cursor: CursorOf, numbers: Iterable[int]) -> dict[int, int]:
        """The position of each stream that `cursor` speaks of.

        Raises:
            InvalidInputError: a single position, nothing observed and several streams to choose from.
        """
        if cursor is None:
            return {}
        if isinstance(cursor, Mapping):
            return {self.number(name): check_ns(t, "cursor") for name, t in cursor.items()}
        known = [row[0] for row in self._connection.execute("SELECT id FROM streams")]
        streams = list(numbers) or known
        if not streams or (len(streams) > 1 and streams is known):
            raise InvalidInputError("cursor names no stream and nothing was observed; give {stream_id: position_ns}.")
        return dict.fromkeys(streams, check_ns(cursor, "cursor"))

    def advance(self, spans: Mapping[int, list[tuple[int, int]]], cursors: Mapping[int, int]) -> None:
        """Store where each stream goes on: its cursor, else the end of what was observed."""
        reached = {stream: max(end for _, end in found) for stream, found in spans.items() if found}
        for stream, t_ns in reached.items():
            if stream not in cursors:
                self._connection.execute(
                    "UPDATE streams SET position_ns = max(coalesce(position_ns, 0), ?) WHERE id = ?", (t_ns, stream)
                )
        self._connection.executemany(
            "UPDATE streams SET position_ns = ? WHERE id = ?", [(t_ns, stream) for stream, t_ns in cursors.items()]
        )

    def kept(self) -> str:
        """What is safe on disk, in words, for messages about failures."""
        reached = [s for s in read_streams(self._connection) if s.position_ns is not None]
        if not reached:
            return "Nothing was stored yet."
        calendar = self.calendar or Calendar()
        listed = ", ".join(f"{s.stream_id!r} to {calendar.format(s.position_ns or 0)}" for s in reached[:5])
        return f"Kept: {listed}{' and others' if len(reached) > 5 else ''}."


def _described(calendar: Calendar) -> str:
    words = {"wall": f"dates in {calendar.timezone}", "days": "numbered days", "offset": "offsets from the start"}
    return words[calendar.kind]
