"""Presences: runs of detections of one thing, kept equal to what the detections say."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from mmmem.clock import NS_PER_S
from mmmem.types import STANDS_ALONE

TRACKED_GAP_NS = 30 * NS_PER_S
"""A track that was lost for no longer is one presence: it is the same thing."""
UNTRACKED_GAP_NS = 2 * NS_PER_S
"""Without a track only the label says it is the same; a longer absence starts a new presence."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One detection, with the time its look covers."""

    stream: int
    label: str
    track_id: int
    start_ns: int
    end_ns: int
    t_ns: int
    score: float
    frame: int

    @property
    def key(self) -> tuple[int, str, int]:
        """What makes sightings the same thing."""
        return self.stream, self.label, self.track_id


@dataclass(slots=True)
class Run:
    """A presence while it grows."""

    start_ns: int
    end_ns: int
    num_frames: int
    best_frame: int
    best_score: float
    best_t_ns: int

    def take(self, seen: Sighting) -> None:
        """Extend by a sighting in another frame."""
        self.end_ns = max(self.end_ns, seen.end_ns)
        self.num_frames += 1
        if (-seen.score, seen.t_ns, seen.frame) < (-self.best_score, self.best_t_ns, self.best_frame):
            self.best_frame, self.best_score, self.best_t_ns = seen.frame, seen.score, seen.t_ns


def runs_of(sightings: Iterable[Sighting], into: list[Run] | None = None) -> list[Run]:
    """Join sightings of one key, in order of start, into runs; `into` holds the runs so far."""
    runs = into if into is not None else []
    for seen in one_per_frame(sightings):
        if runs and seen.start_ns <= _joined_until_ns(runs[-1], seen.track_id):
            runs[-1].take(seen)
        else:
            runs.append(Run(seen.start_ns, seen.end_ns, 1, seen.frame, seen.score, seen.t_ns))
    return runs


def _joined_until_ns(run: Run, track_id: int) -> int:
    """The latest start of a sighting that goes on with `run`; of a photo, only what was seen at the same instant."""
    if track_id == STANDS_ALONE:
        return run.start_ns
    return run.end_ns + (TRACKED_GAP_NS if track_id >= 0 else UNTRACKED_GAP_NS)


def one_per_frame(sightings: Iterable[Sighting]) -> list[Sighting]:
    """The best sighting of each frame, in order of start: two people in one picture are one look at people."""
    best: dict[int, Sighting] = {}
    for seen in sightings:
        there = best.get(seen.frame)
        if there is None or seen.score > there.score:
            best[seen.frame] = seen
    return sorted(best.values(), key=lambda s: (s.start_ns, s.end_ns, s.t_ns, s.frame))


def add_sightings(connection: sqlite3.Connection, sightings: Sequence[Sighting]) -> None:
    """Extend the presences: in order of time by appending, late ones by making the key's presences again."""
    for key, group in groupby(sorted(sightings, key=lambda s: s.key), key=lambda s: s.key):
        seen = one_per_frame(group)
        last = connection.execute(
            "SELECT start_ns, end_ns, num_frames, best_frame, best_score, best_t_ns FROM presences"
            " WHERE stream = ? AND label = ? AND track_id = ? ORDER BY start_ns DESC LIMIT 1",
            key,
        ).fetchone()
        if last is None:
            _store(connection, key, runs_of(seen))
        elif seen[0].start_ns >= last[0]:
            _store(connection, key, runs_of(seen, [Run(*last)]))
        else:
            remake(connection, key)


def remake(connection: sqlite3.Connection, key: tuple[int, str, int]) -> None:
    """Make all presences of one key from its detections."""
    connection.execute("DELETE FROM presences WHERE stream = ? AND label = ? AND track_id = ?", key)
    _store(connection, key, runs_of(read_sightings(connection, key)))


def read_sightings(connection: sqlite3.Connection, key: tuple[int, str, int], since_ns: int = 0) -> list[Sighting]:
    """The detections of one key from `since_ns` on."""
    rows = connection.execute(
        "SELECT f.start_ns, f.end_ns, d.t_ns, d.score, d.frame FROM detections d JOIN frames f ON f.id = d.frame"
        " WHERE d.stream = ? AND d.label = ? AND d.track_id = ? AND d.t_ns >= ?",
        (*key, since_ns),
    )
    return [Sighting(*key, *row) for row in rows]


def _store(connection: sqlite3.Connection, key: tuple[int, str, int], runs: Iterable[Run]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO presences VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*key, r.start_ns, r.end_ns, r.num_frames, r.best_frame, r.best_score, r.best_t_ns) for r in runs],
    )
