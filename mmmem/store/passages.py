"""Idle-time work: passages of each stream, and their vectors."""

import sqlite3
from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from mmmem.banks.passages import Passage, passages_of
from mmmem.errors import ModelError
from mmmem.perceive.protocols import TextEmbedder
from mmmem.store.records import ConsolidateReport
from mmmem.store.writer import Writer

BATCH = 256


def consolidate(writer: Writer, embedder: TextEmbedder, progress: Callable[[int], object] | None = None) -> ConsolidateReport:
    """Make and embed the passages that are complete and new; one transaction per `BATCH`, so it can stop anywhere.

    Args:
        progress: called with the number of passages done so far.
    """
    num_passages = num_vectors = 0
    for stream in [row[0] for row in writer.connection.execute("SELECT id FROM streams ORDER BY id").fetchall()]:
        fresh = _new_passages(writer.connection, stream)
        while batch := list(islice(fresh, BATCH)):
            vectors = _embedded(embedder, [passage.text for passage in batch])
            with writer.transaction():
                for passage, vector in zip(batch, vectors, strict=True):
                    number, learned_ns = _store(writer.connection, stream, passage)
                    writer.add_passage_vector(embedder.space, vector, number, learned_ns)
            num_passages += len(batch)
            num_vectors += len(batch)
            if progress is not None:
                progress(num_passages)
    num_vectors += _embed_older(writer, embedder)
    return ConsolidateReport(num_passages, num_vectors)


def _new_passages(connection: sqlite3.Connection, stream: int) -> Iterator[Passage]:
    last = connection.execute("SELECT max(first_text) FROM passages WHERE stream = ?", (stream,)).fetchone()[0]
    lines = connection.execute(
        "SELECT id, text FROM texts WHERE stream = ? AND id >= ? ORDER BY id", (stream, last or 0)
    ).fetchall()
    return islice(passages_of(lines), 0 if last is None else 1, None)


def _store(connection: sqlite3.Connection, stream: int, passage: Passage) -> tuple[int, int]:
    """Add the row; returns its number and when its last line was learned."""
    row = connection.execute(
        "INSERT INTO passages (stream, first_text, last_text, start_ns, end_ns, learned_ns)"
        " SELECT ?1, ?2, ?3, min(start_ns), max(end_ns), max(learned_ns) FROM texts"
        " WHERE stream = ?1 AND id BETWEEN ?2 AND ?3 RETURNING id, learned_ns",
        (stream, passage.first_id, passage.last_id),
    ).fetchone()
    return int(row[0]), int(row[1])


def _embedded(embedder: TextEmbedder, texts: list[str]) -> NDArray[np.float32]:
    vectors = embedder.embed(texts)
    if vectors.shape != (len(texts), embedder.dim):
        raise ModelError(f"{embedder.space!r} gave vectors of shape {vectors.shape}, not {(len(texts), embedder.dim)}.")
    return vectors


def _embed_older(writer: Writer, embedder: TextEmbedder) -> int:
    """Embed passages that were made with another embedder."""
    space = writer.connection.execute("SELECT id FROM spaces WHERE name = ?", (embedder.space,)).fetchone()
    number = -1 if space is None else space[0]
    rows = writer.connection.execute(
        "SELECT p.id, p.learned_ns, p.stream, p.first_text, p.last_text FROM passages p WHERE NOT EXISTS"
        " (SELECT 1 FROM vectors v WHERE v.owner_kind = 2 AND v.owner_id = p.id AND v.space = ?) ORDER BY p.id",
        (number,),
    ).fetchall()
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        texts = [_text_of(writer.connection, *row[2:]) for row in batch]
        vectors = _embedded(embedder, texts)
        with writer.transaction():
            for (number, learned_ns, *_), vector in zip(batch, vectors, strict=True):
                writer.add_passage_vector(embedder.space, vector, number, learned_ns)
    return len(rows)


def _text_of(connection: sqlite3.Connection, stream: int, first: int, last: int) -> str:
    rows = connection.execute("SELECT text FROM texts WHERE stream = ? AND id BETWEEN ? AND ? ORDER BY id", (stream, first, last))
    return " ".join(text for (text,) in rows)
