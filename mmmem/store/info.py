"""What a memory holds, in numbers."""

import sqlite3
from typing import Any

from mmmem.clock import Calendar, Span
from mmmem.store.losses import described, read_losses
from mmmem.store.opening import OpenStore
from mmmem.store.schema import has_table
from mmmem.store.streams import read_calendar, read_streams
from mmmem.store.tombstones import read_tombstones
from mmmem.types import LEVELS

_COUNTED = ("texts", "frames", "detections", "presences", "claims", "passages", "enrichments", "assertions", "poses")


def describe(store: OpenStore) -> dict[str, Any]:
    """Counts, spans and sizes as plain values: `streams`, `counts`, `clips`, `spaces`, `bytes`, `calendar`, `notes`, `lost`."""
    connection = store.connection
    calendar = read_calendar(connection)
    counts = {table: _num_rows(connection, table) for table in _COUNTED}
    counts["keyframes"] = connection.execute("SELECT count(*) FROM frames WHERE media_offset IS NOT NULL").fetchone()[0]
    counts["looks"] = connection.execute("SELECT count(*) FROM frames WHERE num_detections IS NOT NULL").fetchone()[0]
    return {
        "path": str(store.folder),
        "format": connection.execute("PRAGMA user_version").fetchone()[0],
        "calendar": None if calendar is None else {"kind": calendar.kind, "timezone": calendar.timezone},
        "streams": _streams(connection, calendar or Calendar()),
        "counts": counts,
        "clips": {name: _num_clips(connection, level) for level, name in enumerate(LEVELS)},
        "spaces": {
            name: {"dim": dim, "num_rows": rows}
            for name, dim, rows in connection.execute("SELECT name, dim, num_rows FROM spaces ORDER BY name")
        },
        "bytes": {entry.name: entry.stat().st_size for entry in sorted(store.folder.iterdir()) if entry.is_file()},
        "notes": [store.note] if store.note else [],
        "num_forgotten_spans": len(read_tombstones(connection, None, None)),
        "lost": described(read_losses(connection), calendar or Calendar()),
    }


def _num_rows(connection: sqlite3.Connection, table: str) -> int:
    if not has_table(connection, table):
        return 0
    number: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return number


def _num_clips(connection: sqlite3.Connection, level: int) -> int:
    number: int = connection.execute("SELECT count(*) FROM clips WHERE level = ?", (level,)).fetchone()[0]
    return number


def _streams(connection: sqlite3.Connection, calendar: Calendar) -> list[dict[str, Any]]:
    covered = {
        stream: (start, end, total)
        for stream, start, end, total in connection.execute(
            "SELECT stream, min(start_ns), max(end_ns), sum(end_ns - start_ns) FROM clips WHERE level = 0 GROUP BY stream"
        )
    }
    found = []
    for stream in read_streams(connection):
        start_ns, end_ns, covered_ns = covered.get(stream.number, (None, None, 0))
        words = None if start_ns is None else calendar.format_span(Span(start_ns, end_ns))
        found.append(
            {
                "id": stream.stream_id,
                "uri": stream.uri,
                "start_ns": start_ns,
                "end_ns": end_ns,
                "covered_ns": covered_ns,
                "position_ns": stream.position_ns,
                "wearer": stream.wearer,
                "span": words,
            }
        )
    return found
