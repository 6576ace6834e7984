"""Idle-time work: passages of each stream, and their vectors."""

import sqlite3
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from mmmem.banks.passages import Passage, passages_of
from mmmem.errors import ModelError
from mmmem.perceive.protocols import TextEmbedder
from mmmem.store.forget import remove_passages
from mmmem.store.records import ConsolidateReport
from mmmem.store.writer import Writer

BATCH = 1024
ROWS_AT_ONCE = 5000


def consolidate(writer: Writer, embedder: TextEmbedder, progress: Callable[[int], object] | None = None) -> ConsolidateReport:
    """Make and embed the passages that are new; one transaction per `BATCH`, so it can stop anywhere.

    Args:
        progress: called with the number of passages done so far.
    """
    num_passages = num_vectors = 0
    for stream in [row[0] for row in writer.connection.execute("SELECT id FROM streams ORDER BY id").fetchall()]:
        wanted = _wanted(writer.connection, stream)
        _drop_stale(writer, stream, wanted)
        num_passages += _store(writer, stream, wanted)
        for done in _embed(writer, embedder, stream, wanted):
            num_vectors += done
            if progress is not None:
                progress(num_vectors)
    return ConsolidateReport(num_passages, num_vectors)


Key = tuple[int, int, int]
"""First line, last line and number of lines of a passage: no other passage of its stream has the same."""


def _wanted(connection: sqlite3.Connection, stream: int) -> dict[Key, Passage]:
    """The passages the stream's lines make, in order."""
    lines = connection.execute(
        "SELECT id, speaker, text FROM texts WHERE stream = ? ORDER BY learned_ns, id", (stream,)
    ).fetchall()
    return {(p.line_ids[0], p.line_ids[-1], len(p.line_ids)): p for p in passages_of(lines)}


def _stored(connection: sqlite3.Connection, stream: int) -> dict[Key, int]:
    rows = connection.execute("SELECT first_text, last_text, num_lines, id FROM passages WHERE stream = ?", (stream,))
    return {row[:3]: row[3] for row in rows}


def _drop_stale(writer: Writer, stream: int, wanted: dict[Key, Passage]) -> None:
    """Remove passages that are cut otherwise now, with their vectors."""
    stale = {number for key, number in _stored(writer.connection, stream).items() if key not in wanted}
    if stale:
        remove_passages(writer, stale)


def _store(writer: Writer, stream: int, wanted: dict[Key, Passage]) -> int:
    """Add the rows that are not there yet; a row without a vector is embedded next."""
    there = _stored(writer.connection, stream)
    new = [(key, passage) for key, passage in wanted.items() if key not in there]
    for start in range(0, len(new), ROWS_AT_ONCE):
        with writer.transaction():
            for key, passage in new[start : start + ROWS_AT_ONCE]:
                ids = ",".join(map(str, passage.line_ids))
                writer.connection.execute(
                    "INSERT INTO passages (stream, first_text, last_text, num_lines, start_ns, end_ns, learned_ns)"
                    f" SELECT ?, ?, ?, ?, min(start_ns), max(end_ns), max(learned_ns) FROM texts WHERE id IN ({ids})",
                    (stream, *key),
                )
    return len(new)


def _embed(writer: Writer, embedder: TextEmbedder, stream: int, wanted: dict[Key, Passage]) -> Iterator[int]:
    """Embed what has no vector in the embedder's space; yields how many at a time."""
    space = writer.connection.execute("SELECT id FROM spaces WHERE name = ?", (embedder.space,)).fetchone()
    rows = writer.connection.execute(
        "SELECT p.first_text, p.last_text, p.num_lines, p.id, p.learned_ns FROM passages p WHERE p.stream = ? AND NOT EXISTS"
        " (SELECT 1 FROM vectors v WHERE v.owner_kind = 2 AND v.owner_id = p.id AND v.space = ?) ORDER BY p.id",
        (stream, -1 if space is None else space[0]),
    ).fetchall()
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        vectors = _embedded(embedder, [wanted[row[:3]].text for row in batch])
        with writer.transaction():
            for (*_, number, learned_ns), vector in zip(batch, vectors, strict=True):
                writer.add_passage_vector(embedder.space, vector, number, learned_ns)
        yield len(batch)


def _embedded(embedder: TextEmbedder, texts: list[str]) -> NDArray[np.float32]:
    different = list(dict.fromkeys(texts))  # people say the same things over and over
    vectors = embedder.embed(different)
    if vectors.shape != (len(different), embedder.dim):
        raise ModelError(f"{embedder.space!r} gave vectors of shape {vectors.shape}, not {(len(different), embedder.dim)}.")
    place = {text: row for row, text in enumerate(different)}
    return vectors[[place[text] for text in texts]]
