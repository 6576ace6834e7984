"""Derived rows as they were at an earlier time: the stable part is read, the part near that time is made again."""

import sqlite3
from collections.abc import Mapping

import numpy as np

from mmmem.banks.episodic import BRIDGE_NS, Grid, clip_id, tile
from mmmem.clock import MAX_NS
from mmmem.store.observed import first_hidden_ns, spans_known
from mmmem.store.presences import Run, read_sightings, runs_of
from mmmem.store.records import ClipColumns, Ints
from mmmem.types import LEVELS


def leaves_as_of(connection: sqlite3.Connection, grid: Grid, leaves: ClipColumns, as_of_ns: int) -> ClipColumns:
    """The leaf clips of a memory that learned nothing after `as_of_ns`.

    Args:
        leaves: all leaf clips, ordered by stream and start.
    """
    parts = []
    for (stream,) in connection.execute("SELECT id FROM streams ORDER BY id").fetchall():
        parts.append(_stream_as_of(connection, grid, leaves, stream, as_of_ns))
    return ClipColumns(*np.concatenate([np.zeros((5, 0), np.int64), *parts], axis=1))


def _stream_as_of(connection: sqlite3.Connection, grid: Grid, leaves: ClipColumns, number: int, as_of_ns: int) -> Ints:
    unstable = grid.cell(0, max(first_hidden_ns(connection, number, as_of_ns) - BRIDGE_NS, 0))[0]
    first, last = np.searchsorted(leaves.stream, [number, number + 1])
    keep = first + int(np.searchsorted(leaves.start_ns[first:last], unstable))
    whole = np.stack([leaves.id, leaves.stream, leaves.start_ns, leaves.end_ns, leaves.parent])[:, first:keep]
    if keep == last and (keep == first or leaves.end_ns[last - 1] <= unstable):
        return whole
    spans = spans_known(connection, number, max(unstable - BRIDGE_NS - 1, 0), as_of_ns)
    cuts = connection.execute(
        "SELECT t_ns FROM cuts WHERE stream = ? AND t_ns >= ? AND learned_ns <= ? ORDER BY t_ns", (number, unstable, as_of_ns)
    ).fetchall()
    rows = [
        (clip_id(number, 0, p.place_ns), number, p.start_ns, p.end_ns, clip_id(number, 1, grid.cell(1, p.place_ns)[0]))
        for p in tile(spans, [t for (t,) in cuts], grid, (unstable, MAX_NS))
    ]
    return np.concatenate([whole, np.array(rows, np.int64).reshape(-1, 5).T], axis=1)


def parents_of(grid: Grid, children: ClipColumns, level: int) -> ClipColumns:
    """Clips of `level` that `children`, clips of the level below, make up."""
    if not len(children):
        return children
    ids, first = np.unique(children.parent, return_index=True)
    order = np.argsort(first)
    begins = first[order]
    starts, ends = children.start_ns[begins], np.maximum.reduceat(children.end_ns, begins)
    above = np.full(len(ids), -1, np.int64)
    if level + 1 < len(LEVELS):
        streams = children.stream[begins]
        places = (clip_id(int(s), level + 1, grid.cell(level + 1, int(t))[0]) for s, t in zip(streams, starts, strict=True))
        above = np.fromiter(places, np.int64, len(ids))
    return ClipColumns(ids[order], children.stream[begins], starts, ends, above)


def presence_as_of(connection: sqlite3.Connection, key: tuple[int, str, int], start_ns: int, as_of_ns: int) -> list[Run]:
    """What a presence that began at `start_ns` and was still growing at `as_of_ns` looked like then."""
    seen = [s for s in read_sightings(connection, key, start_ns) if s.end_ns <= as_of_ns]
    return runs_of(seen)


ChildrenOf = Mapping[int, tuple[int, ...]]


def children_of(below: ClipColumns) -> ChildrenOf:
    """Ids of the clips of one level by the id of their parent."""
    found: dict[int, list[int]] = {}
    for number, parent in zip(below.id.tolist(), below.parent.tolist(), strict=True):
        found.setdefault(parent, []).append(number)
    return {parent: tuple(numbers) for parent, numbers in found.items()}
