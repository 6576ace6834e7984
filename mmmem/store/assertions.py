"""The append-only log of assertions: written in bulk, read in the order it was written.

Two entries are the same if everything about them is, also when they were learned and the look they came with. The digest
that tells so covers the whole row, so that it is its checksum as well.
"""

import gc
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import Span
from mmmem.errors import InvalidInputError, MemoryCorruptError
from mmmem.store.files import VECTOR_DTYPE
from mmmem.store.records import StoredAssertion
from mmmem.store.schema import has_table
from mmmem.types import ASSERTION_SOURCES, Assertion

LookName = tuple[int, int] | None
"""Index and instant of the look an assertion came with: its name, whichever row it has."""

Row = tuple[int, int | None, int, int, int, str, str, str, str, float, int, bytes | None, bytes]

_INSERT = (
    "INSERT OR IGNORE INTO assertions (stream, frame, start_ns, end_ns, learned_ns, kind, subject, object, value, confidence,"
    " source, vector, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT = (
    "SELECT id, stream, frame, start_ns, end_ns, learned_ns, kind, subject, object, value, confidence, source, vector"
    " FROM assertions"
)
_SOURCES = {name: number for number, name in enumerate(ASSERTION_SOURCES)}


def _plain(value: object) -> object:
    """What numpy and mappings hold, in plain values."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{value!r} ({type(value).__name__}) has no JSON")


_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _json_of(assertion: Assertion) -> str:
    """The particulars as JSON, the same for equal ones.

    Raises:
        InvalidInputError: something in them has no JSON: NaN, an object, half a character.
    """
    if not assertion.value:
        return "{}"
    try:
        return _JSON.encode(assertion.value if type(assertion.value) is dict else dict(assertion.value))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(
            f"Assertion.value of {assertion.kind!r} about {assertion.subject!r} must be JSON-able: {error}."
        ) from error


def _bytes_of(assertion: Assertion) -> bytes | None:
    vector = assertion.vector
    if vector is None:
        return None
    if not abs(float(np.dot(vector, vector)) - 1.0) < 2e-3:
        raise InvalidInputError(
            f"Assertion.vector of {assertion.subject!r} must have unit length, got {np.linalg.norm(vector):.4f}."
        )
    return np.ascontiguousarray(vector, VECTOR_DTYPE).tobytes()


def assertion_digest(look: LookName, row: Sequence[Any]) -> bytes:
    """16 bytes of everything in a row but the numbers of the row and its look.

    Args:
        row: stream, frame, start_ns, end_ns, learned_ns, kind, subject, object, value, confidence, source, vector.

    Raises:
        UnicodeEncodeError: half a character in a text.
    """
    said = repr((row[0], look, *row[2:11])).encode() + (b"" if row[11] is None else row[11])
    return hashlib.blake2b(said, digest_size=16).digest()


def row_of(stream: int, frame: int | None, look: LookName, assertion: Assertion, learned_ns: int) -> Row:
    """What is stored of an assertion.

    Args:
        learned_ns: where the assertion does not say.

    Raises:
        InvalidInputError: particulars without JSON, a vector that is not of unit length.
    """
    span, learned = assertion.span, assertion.learned_ns
    row = (
        stream, frame, int(span.start_ns), int(span.end_ns), learned_ns if learned is None else int(learned), assertion.kind,
        assertion.subject, assertion.object, _json_of(assertion), float(assertion.confidence) + 0.0,  # SQLite knows no -0.0
        _SOURCES[assertion.source], _bytes_of(assertion),
    )  # fmt: skip
    try:
        row[8].encode()
    except UnicodeEncodeError as error:
        raise InvalidInputError(
            f"Assertion.value of {assertion.kind!r} about {assertion.subject!r} holds half a character: {error.reason}."
        ) from error
    return (*row, assertion_digest(look, row))


def append(connection: sqlite3.Connection, rows: Sequence[Row]) -> int:
    """Store rows inside the transaction that is open; returns how many were new."""
    return connection.executemany(_INSERT, rows).rowcount


def found_again(connection: sqlite3.Connection, stream: int, spans: Iterable[tuple[int, int]], num_new: int) -> None:
    """Drop as many notes of lost entries of these spans: new ones may be those."""
    if connection.execute("SELECT 1 FROM lost_assertions LIMIT 1").fetchone():
        connection.executemany(
            "DELETE FROM lost_assertions WHERE id IN"
            " (SELECT id FROM lost_assertions WHERE stream = ? AND start_ns = ? AND end_ns = ? LIMIT ?)",
            [(stream, start_ns, end_ns, num_new) for start_ns, end_ns in spans],
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are read: those that fit everything that is not None."""

    after_id: int = 0
    subject: str | None = None
    kinds: Iterable[str] | None = None
    stream: int | None = None
    window: Span | None = None
    known_at_ns: int | None = None

    def conditions(self) -> tuple[list[str], list[int | str]]:
        """SQL and its values; a unary plus keeps SQLite from an index that would make it sort what is in order already."""
        conditions, values = ["id > ?"], list[int | str]([int(self.after_id)])
        if self.subject is not None:
            conditions.append("subject = ?")
            values.append(self.subject)
        if self.kinds is not None:
            kinds = [self.kinds] if isinstance(self.kinds, str) else list(self.kinds)
            conditions.append(f"kind IN ({','.join('?' * len(kinds))})")
            values += kinds
        if self.window is not None:
            conditions.append("start_ns < ? AND end_ns > ?")
            values += [int(self.window.end_ns), int(self.window.start_ns)]
        if self.stream is not None:
            conditions.append("+stream = ?" if self.window is None else "stream = ?")
            values.append(self.stream)
        if self.known_at_ns is not None:
            conditions.append("+learned_ns <= ?" if self.after_id else "learned_ns <= ?")
            values.append(int(self.known_at_ns))
        return conditions, values


def read_assertions(connection: sqlite3.Connection, names: Mapping[int, str], wanted: Wanted) -> list[StoredAssertion]:
    """Entries in the order they were written.

    Args:
        names: of the streams, by number.

    Raises:
        MemoryCorruptError: a row is damaged.
    """
    if not has_table(connection, "assertions"):
        return []
    conditions, values = wanted.conditions()
    with _uncollected():
        rows = connection.execute(f"{_SELECT} WHERE {' AND '.join(conditions)} ORDER BY id", values).fetchall()
        try:
            return _stored(rows, json.loads(f"[{','.join(row[9] for row in rows)}]"), names)
        except (ValueError, TypeError, LookupError, RecursionError) as error:  # what damaged rows turn into
            raise MemoryCorruptError(f"An assertion is damaged: {error}. `mmmem check` says which.") from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows hold no cycles; looking for some among half a million new objects takes longer than making them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _setters(made: type) -> tuple[Callable[[Any, Any], None], ...]:
    """The slots of a frozen dataclass: what was checked when it was stored is not checked again."""
    return tuple(getattr(made, name).__set__ for name in made.__slots__)  # type: ignore[attr-defined]


def _stored(rows: list[tuple[Any, ...]], values: list[dict[str, Any]], names: Mapping[int, str]) -> list[StoredAssertion]:
    new = object.__new__
    set_start, set_end = _setters(Span)
    set_kind, set_subject, set_span, set_object, set_value, set_confidence, set_source, set_vector, set_learned = _setters(
        Assertion
    )
    set_id, set_stream, set_frame, set_assertion = _setters(StoredAssertion)
    found = []
    for row, value in zip(rows, values, strict=True):
        number, stream, frame, start_ns, end_ns, learned_ns, kind, subject, thing, _, confidence, source, vector = row
        if type(value) is not dict:
            raise ValueError(f"its value is {value!r}")
        span, assertion, stored = new(Span), new(Assertion), new(StoredAssertion)
        set_start(span, start_ns)
        set_end(span, end_ns)
        set_kind(assertion, kind)
        set_subject(assertion, subject)
        set_span(assertion, span)
        set_object(assertion, thing)
        set_value(assertion, value)
        set_confidence(assertion, confidence)
        set_source(assertion, ASSERTION_SOURCES[source])
        set_vector(assertion, vector_of(vector))
        set_learned(assertion, learned_ns)
        set_id(stored, number)
        set_stream(stored, names[stream])
        set_frame(stored, frame)
        set_assertion(stored, assertion)
        found.append(stored)
    return found


_AS_STORED = """
SELECT a.id, a.stream, a.frame, a.start_ns, a.end_ns, a.learned_ns, CAST(a.kind AS BLOB), CAST(a.subject AS BLOB),
  CAST(a.object AS BLOB), CAST(a.value AS BLOB), a.confidence, a.source, a.vector, a.digest, f.idx, f.t_ns
FROM assertions a LEFT JOIN frames f ON f.id = a.frame
"""


def damaged_assertions(connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Ids of entries that are not as they were written, and what is wrong with each."""
    for number, *row in connection.execute(_AS_STORED):
        *stored, digest, index, t_ns = row
        if stored[1] is not None and index is None:
            yield number, f"came with look {stored[1]}, which does not exist"
            continue
        try:
            stored[5:9] = (words.decode() for words in stored[5:9])
            intact = assertion_digest(None if index is None else (index, t_ns), stored) == digest
        except (AttributeError, UnicodeError, TypeError):  # what damaged rows turn into
            intact = False
        if not intact:
            yield number, "does not match its checksum"


def vector_of(data: bytes | None) -> NDArray[np.float32] | None:
    """(d,) float32 as it was stored; read-only."""
    return None if data is None else np.frombuffer(data, VECTOR_DTYPE)
