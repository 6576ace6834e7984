"""Where the view changed: measured from the stored vectors, so that it can be made again at any time."""

import sqlite3
from collections.abc import Sequence

import numpy as np

from mmmem.banks.episodic import CHANGE_HISTORY, Grid, Interval, Look, accepted_cuts
from mmmem.errors import MemoryCorruptError
from mmmem.store.files import GenerationFiles, SpaceFile

LookKey = tuple[int, int, int, int, int]
"""`(stream, change_space, end_ns, t_ns, idx)`: the order in which looks of one space are learned."""

_COLUMNS = "stream, change_space, end_ns, t_ns, idx"
_BEFORE = """
SELECT id, change_row FROM frames
WHERE stream = ? AND change_space = ? AND (end_ns, t_ns, idx) < (?, ?, ?) ORDER BY end_ns DESC, t_ns DESC, idx DESC LIMIT 1
"""
_FOLLOWING = """
SELECT id, t_ns FROM frames
WHERE stream = ? AND change_space = ? AND (end_ns, t_ns, idx) > (?, ?, ?) ORDER BY end_ns, t_ns, idx LIMIT ?
"""
_LOOKS = """
SELECT end_ns, t_ns, idx, change FROM frames WHERE stream = ? AND change_space = ? AND end_ns BETWEEN ? AND ?
"""
_HISTORY = """
SELECT change FROM frames WHERE stream = ? AND change_space = ? AND end_ns < ? AND change IS NOT NULL
ORDER BY end_ns DESC, t_ns DESC, idx DESC LIMIT ?
"""


def recut(connection: sqlite3.Connection, files: GenerationFiles, grid: Grid, frames: Sequence[int]) -> list[Interval]:
    """Measure the change at new looks of one stream and at those that follow, and cut again where that may matter.

    Returns:
        The leaf cells whose cuts are different now.
    """
    spaces = {space.number: space for space in files.spaces.values()}
    touched: dict[int, set[Interval]] = {}
    new = set(frames)
    for frame in frames:
        key = _key_and_row(connection, frame)[0]
        _measure(connection, spaces, frame)
        cells = touched.setdefault(key[0], set())
        cells.add(grid.cell(0, key[3]))
        following = connection.execute(_FOLLOWING, (*key, 1)).fetchone()
        if following is not None and following[0] not in new:  # a new one speaks for those after it
            cells |= follow(connection, spaces, grid, key)
    return [cell for stream, cells in touched.items() for cell in sorted(cells) if recut_cell(connection, stream, cell)]


def follow(connection: sqlite3.Connection, spaces: dict[int, SpaceFile], grid: Grid, key: LookKey) -> set[Interval]:
    """Measure the look after `key` again; returns the cells of all looks whose history holds it."""
    following = connection.execute(_FOLLOWING, (*key, CHANGE_HISTORY + 1)).fetchall()
    if following:
        _measure(connection, spaces, following[0][0])
    return {grid.cell(0, t_ns) for _, t_ns in following}


def _key_and_row(connection: sqlite3.Connection, frame: int) -> tuple[LookKey, int]:
    found = connection.execute(f"SELECT {_COLUMNS}, change_row FROM frames WHERE id = ?", (frame,)).fetchone()
    if found is None or found[1] is None:
        raise MemoryCorruptError(f"Frame {frame} has no row or no vector, yet an index names it; repair the memory.")
    return found[:5], found[5]


def _measure(connection: sqlite3.Connection, spaces: dict[int, SpaceFile], frame: int) -> None:
    key, row = _key_and_row(connection, frame)
    before = connection.execute(_BEFORE, key).fetchone()
    change = None
    if before is not None:
        space = spaces[key[1]]
        a, b = (space.read(r).astype(np.float64) for r in (before[1], row))
        change = round(1.0 - float(np.sum(a * b)), 6)
    connection.execute("UPDATE frames SET change = ? WHERE id = ?", (change, frame))


def recut_cell(connection: sqlite3.Connection, stream: int, cell: Interval) -> bool:
    """Cut one cell again; whether that made a difference."""
    there = connection.execute(
        "SELECT t_ns, learned_ns FROM cuts WHERE stream = ? AND t_ns >= ? AND t_ns < ? ORDER BY t_ns", (stream, *cell)
    ).fetchall()
    cuts = sorted(cuts_in(connection, stream, cell))
    if cuts == there:
        return False
    connection.execute("DELETE FROM cuts WHERE stream = ? AND t_ns >= ? AND t_ns < ?", (stream, *cell))
    connection.executemany("INSERT INTO cuts VALUES (?, ?, ?)", [(stream, t, learned) for t, learned in cuts])
    return True


def cuts_in(connection: sqlite3.Connection, stream: int, cell: Interval) -> list[tuple[int, int]]:
    """Where the stored changes cut one cell: instants and when they were learned."""
    looks: list[tuple[tuple[int, int, int], Look]] = []
    history: dict[int, list[float]] = {}
    seen = connection.execute(
        "SELECT change_space, min(end_ns), max(end_ns) FROM frames"
        " WHERE stream = ? AND t_ns >= ? AND t_ns < ? AND change_space IS NOT NULL GROUP BY change_space",
        (stream, *cell),
    ).fetchall()
    for space, first, last in seen:
        rows = connection.execute(_LOOKS, (stream, space, first, last))
        looks += [((end_ns, t_ns, index), Look(t_ns, end_ns, change, space)) for end_ns, t_ns, index, change in rows]
        before = connection.execute(_HISTORY, (stream, space, first, CHANGE_HISTORY)).fetchall()
        history[space] = [change for (change,) in reversed(before)]
    looks.sort(key=lambda look: (*look[0], look[1].space))
    return accepted_cuts([look for _, look in looks], history, cell)
