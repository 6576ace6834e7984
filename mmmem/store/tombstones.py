"""Where something was forgotten: which stream and span, and when it was forgotten; never what was there.

A span that was forgotten takes nothing in again. Of a name, the spans of the removed words take no words of exactly that
span, those of the removed assertions no assertions of exactly that span, and the looks that lost their pictures and vectors
get none again. `docs/adr/0004-forgotten-stays-forgotten.md` says
why no more than that is kept.
"""

import sqlite3
import time
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import replace

from mmmem.banks.episodic import Interval, merge
from mmmem.clock import Span
from mmmem.store.records import FORGOTTEN_KINDS, Forgotten
from mmmem.types import Observation

EVERYTHING, WORDS, SIGHT, ASSERTIONS = range(len(FORGOTTEN_KINDS))


class Tombstones:
    """The tombstones of a memory open for writing, as `observe` asks for them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._exact: dict[int, set[tuple[int, int, int]]] = {WORDS: set(), ASSERTIONS: set()}
        spans: dict[tuple[int, int], list[Interval]] = {}
        for stream, kind, start_ns, end_ns in connection.execute("SELECT stream, kind, start_ns, end_ns FROM tombstones"):
            if kind in self._exact:
                self._exact[kind].add((stream, start_ns, end_ns))
            else:
                spans.setdefault((stream, kind), []).append((start_ns, end_ns))
        self._spans = {key: merge(sorted(found), 0) for key, found in spans.items()}

    def _covers(self, stream: int, kind: int, span: Span) -> bool:
        spans = self._spans.get((stream, kind), [])
        before = bisect_left(spans, (int(span.end_ns), 0))
        return before > 0 and spans[before - 1][1] > span.start_ns

    def has_words(self, stream: int, span: Span) -> bool:
        """Whether words of this span were forgotten."""
        return self._has(WORDS, stream, span)

    def has_assertions(self, stream: int, span: Span) -> bool:
        """Whether assertions of this span were forgotten."""
        return self._has(ASSERTIONS, stream, span)

    def has_sight(self, stream: int, span: Span) -> bool:
        """Whether what a look of this span shows was forgotten."""
        return self._covers(stream, SIGHT, span)

    def _has(self, kind: int, stream: int, span: Span) -> bool:
        return self._covers(stream, EVERYTHING, span) or (stream, int(span.start_ns), int(span.end_ns)) in self._exact[kind]

    def left_of(self, stream: int, observation: Observation) -> Observation | None:
        """The look without what was forgotten: itself, that somebody looked, or nothing."""
        if self._covers(stream, EVERYTHING, observation.span):
            return None
        shows = observation.embedding or observation.detections is not None or observation.keyframe_jpeg is not None
        if not shows or not self.has_sight(stream, observation.span):
            return observation
        return replace(observation, embedding={}, detections=None, keyframe_jpeg=None)


def bury(connection: sqlite3.Connection, kind: int, spans: Mapping[int, Iterable[Interval]]) -> None:
    """Put tombstones by stream, inside the transaction that is open."""
    now_ns = time.time_ns()
    for stream, found in spans.items():
        intervals = set(found) if kind in (WORDS, ASSERTIONS) else merge(sorted(found), 0)
        connection.executemany(
            "INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?, ?, ?)",
            [(stream, kind, start_ns, end_ns, now_ns) for start_ns, end_ns in sorted(intervals)],
        )


def inherit(connection: sqlite3.Connection, stream: int) -> None:
    """Give a new stream the tombstones of those read from the same place and as long, moved to where it begins.

    A camera has no known end: its streams are of other times.
    """
    connection.execute(
        "INSERT OR IGNORE INTO tombstones SELECT n.id, t.kind, t.start_ns + n.start_ns - o.start_ns,"
        " t.end_ns + n.start_ns - o.start_ns, t.forgotten_ns FROM streams n JOIN streams o ON o.uri = n.uri AND o.id <> n.id"
        " AND o.end_ns - o.start_ns = n.end_ns - n.start_ns JOIN tombstones t ON t.stream = o.id WHERE n.id = ?",
        (stream,),
    )


def read_tombstones(connection: sqlite3.Connection, stream: int | None, window: Span | None) -> list[Forgotten]:
    """What is left out and not shown, in order of time."""
    conditions, values = ["1"], []
    if stream is not None:
        conditions.append("t.stream = ?")
        values.append(stream)
    if window is not None:
        conditions.append("t.start_ns < ? AND t.end_ns > ?")
        values += [int(window.end_ns), int(window.start_ns)]
    rows = connection.execute(
        "SELECT s.name, t.kind, t.start_ns, t.end_ns, t.forgotten_ns FROM tombstones t JOIN streams s ON s.id = t.stream"
        f" WHERE {' AND '.join(conditions)} ORDER BY t.start_ns, t.end_ns, s.id, t.kind",
        values,
    )
    return [Forgotten(name, Span(start, end), FORGOTTEN_KINDS[kind], when) for name, kind, start, end, when in rows]
