"""Columns read from SQLite once and extended as the memory grows."""

import sqlite3
from pathlib import Path
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import MemoryCorruptError
from mmmem.store.appendfile import put_back, vectors_path
from mmmem.store.files import VECTOR_DTYPE, meta
from mmmem.store.records import ClipColumns, Ints, LineColumns, PassageColumns, VectorTable
from mmmem.suggest import known_name

_LINES = "SELECT id, stream, start_ns, end_ns, learned_ns, kind, num_terms FROM texts WHERE id > ? ORDER BY id"
_CLIPS = "SELECT id, stream, start_ns, end_ns, coalesce(parent, -1) FROM clips WHERE level = ? ORDER BY stream, start_ns"
_POSTINGS = "SELECT doc, count(*) FROM lines_vocab WHERE term = ? GROUP BY doc ORDER BY doc"
_CLAIMS = "SELECT id, text, subject, predicate, object FROM claims WHERE id > ? AND NOT ends ORDER BY id"
_LATE = "SELECT c.id, e.learned_ns FROM claims c JOIN enrichments e ON e.id = c.enrichment"
_PASSAGES = "SELECT id, first_text, last_text FROM passages ORDER BY id"
_VECTORS = "SELECT owner_kind, owner_id, learned_ns FROM vectors WHERE space = ? AND row >= ? ORDER BY row"

POSTINGS_KEPT = 10_000


def as_columns(cursor: sqlite3.Cursor, num_columns: int) -> Ints:
    """(num_columns, n) int64 of a result that holds integers only."""
    rows = cursor.fetchall()
    flat = np.fromiter((value for row in rows for value in row), np.int64, len(rows) * num_columns)
    return np.ascontiguousarray(flat.reshape(len(rows), num_columns).T)


class ColumnCache:
    """Shared by all reads of one open memory; safe to use from several threads."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder = folder
        self._connection = connection
        self._lock = RLock()
        self._state: tuple[str | None, int, int] = (None, -1, -1)
        self._clear()

    def close(self) -> None:
        """Let go of the files that are mapped."""
        self._clear()

    def _clear(self) -> None:
        self._lines: Ints = np.zeros((7, 0), np.int64)
        self._lines_fresh = False
        self._clips: dict[int, ClipColumns] = {}
        self._passages: PassageColumns | None = None
        self._claims: list[tuple[int, int, str, str, str]] = []
        self._late: dict[int, int] | None = None
        self._postings: dict[str, tuple[Ints, Ints]] = {}
        self._mapped: dict[Path, tuple[tuple[Path, int, int], NDArray[np.float32]]] = {}
        self._owners: dict[str, Ints] = {}

    def _refresh(self) -> None:
        """Drop what another commit may have changed: all after forgetting, else only what does not just grow."""
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        state = (meta(self._connection, "generation"), version, self._connection.total_changes)
        if state[0] != self._state[0]:
            self._clear()
        elif state != self._state:
            self._lines_fresh = False
            self._clips.clear()
            self._postings.clear()
            self._passages = None
            self._late = None
        self._state = state

    def version(self) -> tuple[str | None, int, int]:
        """Changes whenever the memory may have changed."""
        with self._lock:
            self._refresh()
            return self._state

    def claims(self) -> list[tuple[int, int, str, str, str]]:
        """All claims that open or confirm a fact: id, text, subject, predicate, object; ordered by id, only ever extended."""
        with self._lock:
            self._refresh()
            last = self._claims[-1][0] if self._claims else 0
            self._claims += self._connection.execute(_CLAIMS, (last,)).fetchall()
            return self._claims

    def claims_learned_late(self) -> dict[int, int]:
        """When claims made by a model may be seen, by id."""
        with self._lock:
            self._refresh()
            if self._late is None:
                self._late = dict(self._connection.execute(_LATE).fetchall())
            return self._late

    def postings(self, term: str) -> tuple[Ints, Ints]:
        """Ids of the texts that hold a term, ascending, and how often each does."""
        with self._lock:
            self._refresh()
            if term not in self._postings:
                if len(self._postings) >= POSTINGS_KEPT:
                    self._postings.clear()
                ids, counts = as_columns(self._connection.execute(_POSTINGS, (term.lower(),)), 2)
                self._postings[term] = (ids, counts)
            return self._postings[term]

    def passages(self) -> PassageColumns:
        """All passages, ordered by id."""
        with self._lock:
            self._refresh()
            if self._passages is None:
                self._passages = PassageColumns(*as_columns(self._connection.execute(_PASSAGES), 3))
            return self._passages

    def spaces(self) -> list[str]:
        """Names of the vector spaces that have rows."""
        return [name for (name,) in self._connection.execute("SELECT name FROM spaces ORDER BY id")]

    def lines(self) -> LineColumns:
        """All texts, ordered by id."""
        with self._lock:
            self._refresh()
            if not self._lines_fresh:
                last = int(self._lines[0, -1]) if self._lines.shape[1] else 0
                new = as_columns(self._connection.execute(_LINES, (last,)), 7)
                if new.shape[1]:
                    self._lines = np.concatenate([self._lines, new], axis=1)
                self._lines_fresh = True
            return LineColumns(*self._lines)

    def clips(self, level: int) -> ClipColumns:
        """All clips of a level, ordered by stream and start."""
        with self._lock:
            self._refresh()
            if level not in self._clips:
                self._clips[level] = ClipColumns(*as_columns(self._connection.execute(_CLIPS, (level,)), 5))
            return self._clips[level]

    def vectors(self, space: str) -> VectorTable:
        """All rows of a space.

        Raises:
            UnknownNameError: no such space.
            MemoryCorruptError: the file is shorter than what was committed.
        """
        with self._lock:
            self._refresh()
            row = self._connection.execute("SELECT id, slug, dim FROM spaces WHERE name = ?", (space,)).fetchone()
            if row is None:
                known_name(space, [n for (n,) in self._connection.execute("SELECT name FROM spaces")], "vector space")
            number, slug, dim = row
            owners = self._owners.get(space, np.zeros((3, 0), np.int64))
            new = as_columns(self._connection.execute(_VECTORS, (number, owners.shape[1])), 3)
            if new.shape[1]:
                owners = self._owners[space] = np.concatenate([owners, new], axis=1)
            path = vectors_path(self._folder, slug, int(self._state[0] or 0))
            return VectorTable(self._mapped_rows(path, owners.shape[1], dim), *owners)

    def _mapped_rows(self, path: Path, num_rows: int, dim: int) -> NDArray[np.float32]:
        """The rows as they lie on disk; mapped once, since touching every page anew costs more than reading them."""
        key = (path, path.stat().st_ino if num_rows else 0, num_rows)
        if self._mapped.get(path, (None,))[0] != key:
            self._mapped = {path: (key, _map_rows(path, num_rows, dim)), **{p: m for p, m in self._mapped.items() if p != path}}
        return self._mapped[path][1]


def _map_rows(path: Path, num_rows: int, dim: int) -> NDArray[np.float32]:
    if num_rows == 0:
        return np.zeros((0, dim), np.float32)
    size = path.stat().st_size
    if size < num_rows * dim * VECTOR_DTYPE.itemsize:
        raise MemoryCorruptError(
            f"{path} holds {size} bytes, {num_rows} rows of {dim} numbers were committed. {put_back(path.parent)}"
        )
    return np.memmap(path, VECTOR_DTYPE, "r", shape=(num_rows, dim))
