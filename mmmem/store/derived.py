"""Derived rows made again from the truth: the search terms, the changes and cuts, the clips, the presences."""

import sqlite3
from collections.abc import Iterator

from mmmem.banks.episodic import Grid
from mmmem.clock import Calendar, Span
from mmmem.store.clips import retile
from mmmem.store.cuts import recut
from mmmem.store.observed import extent
from mmmem.store.presences import remake
from mmmem.store.rules import Rules
from mmmem.store.schema import FTS_DDL, run_statements
from mmmem.store.writer import Writer
from mmmem.types import TEXT_KINDS, TimedText


def rebuild_terms(connection: sqlite3.Connection, rules: Rules) -> None:
    """Make the lexical index again, inside the transaction that is open; nothing of the old one is left."""
    connection.execute("DROP TABLE lines_vocab")
    connection.execute("DROP TABLE lines_fts")
    run_statements(connection, FTS_DDL)
    for number, text in read_texts(connection):
        document = rules.document(text)
        connection.execute("INSERT INTO lines_fts (rowid, terms) VALUES (?, ?)", (number, " ".join(document)))
        connection.execute("UPDATE texts SET num_terms = ?1 WHERE id = ?2 AND num_terms <> ?1", (len(document), number))


def read_texts(connection: sqlite3.Connection) -> Iterator[tuple[int, TimedText]]:
    """Every text with its number, in order."""
    last = 0
    while rows := connection.execute(
        "SELECT id, start_ns, end_ns, text, kind, speaker, source FROM texts WHERE id > ? ORDER BY id LIMIT 1000", (last,)
    ).fetchall():
        for number, start_ns, end_ns, text, kind, speaker, source in rows:
            yield number, TimedText(Span(start_ns, end_ns), text, TEXT_KINDS[kind], speaker, source)
        last = rows[-1][0]


def rebuild_times(writer: Writer) -> None:
    """Make changes, cuts, clips and presences again, inside the transaction that is open; vectors are intact."""
    connection = writer.connection
    for table in ("cuts", "clips", "presences"):
        connection.execute(f"DELETE FROM {table}")
    grid = Grid(writer.streams.calendar or Calendar())
    for (stream,) in connection.execute("SELECT id FROM streams ORDER BY id").fetchall():
        looks = connection.execute(
            "SELECT id FROM frames WHERE stream = ? AND change_space IS NOT NULL ORDER BY end_ns, t_ns, idx", (stream,)
        ).fetchall()
        recut(connection, writer.files, grid, [frame for (frame,) in looks])
        observed = extent(connection, stream)
        if observed is not None:
            retile(connection, grid, stream, [observed])
    for key in connection.execute("SELECT DISTINCT stream, label, track_id FROM detections").fetchall():
        remake(connection, key)
