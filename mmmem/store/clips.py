"""Clip rows: kept equal to what `mmmem.banks.episodic` makes of the observed spans."""

import sqlite3
from collections.abc import Iterable, Mapping

from mmmem.banks.episodic import BRIDGE_NS, Grid, Interval, clip_id, merge, tile
from mmmem.clock import MAX_NS
from mmmem.store.observed import spans_near
from mmmem.types import LEVELS


def retile(connection: sqlite3.Connection, grid: Grid, stream: int, changed: Iterable[Interval]) -> int:
    """Make the clips again wherever the observed spans or the cuts of `stream` changed.

    Args:
        changed: where something was observed, cut or removed, in any order.

    Returns:
        How many more leaves there are.
    """
    grown = 0
    for low, high in _affected(grid, changed):
        spans = spans_near(connection, stream, max(low - BRIDGE_NS - 1, 0), min(high + BRIDGE_NS + 1, MAX_NS))
        cuts = connection.execute(
            "SELECT t_ns FROM cuts WHERE stream = ? AND t_ns >= ? AND t_ns < ? ORDER BY t_ns", (stream, low, high)
        ).fetchall()
        wanted = {
            clip_id(stream, 0, piece.place_ns): (piece.start_ns, piece.end_ns, _place(grid, stream, 1, piece.place_ns))
            for piece in tile(spans, [t for (t,) in cuts], grid, (low, high))
        }
        grown += _replace(connection, stream, 0, (low, high), wanted)
        _raise_parents(connection, grid, stream, (low, high))
    return grown


def _affected(grid: Grid, changed: Iterable[Interval]) -> list[Interval]:
    cells = (
        (grid.cell(0, max(start - BRIDGE_NS, 0))[0], grid.cell(0, min(end + BRIDGE_NS, MAX_NS))[1])
        for start, end in sorted(changed)
    )
    return merge(cells, 0)


def _place(grid: Grid, stream: int, level: int, t_ns: int) -> int:
    return clip_id(stream, level, grid.cell(level, t_ns)[0])


def _replace(
    connection: sqlite3.Connection, stream: int, level: int, places: Interval, wanted: Mapping[int, tuple[int, int, int | None]]
) -> int:
    """Make the rows of `level` whose place lies in `places` be `wanted`; untouched rows are not written."""
    ids = (clip_id(stream, level, places[0]), clip_id(stream, level, places[1] - 1))
    there = {
        number: (start, end, parent)
        for number, start, end, parent in connection.execute(
            "SELECT id, start_ns, end_ns, parent FROM clips WHERE id BETWEEN ? AND ? AND level = ?", (*ids, level)
        )
    }
    gone = [(number,) for number in there.keys() - wanted.keys()]
    connection.executemany("DELETE FROM clips WHERE id = ?", gone)
    new = [(number, stream, level, *row) for number, row in wanted.items() if there.get(number) != row]
    connection.executemany("INSERT OR REPLACE INTO clips VALUES (?, ?, ?, ?, ?, ?)", new)
    return len(wanted) - len(there)


def _raise_parents(connection: sqlite3.Connection, grid: Grid, stream: int, changed: Interval) -> None:
    for level in range(1, len(LEVELS)):
        low, high = grid.cell(level, changed[0])[0], grid.cell(level, changed[1] - 1)[1]
        ids = (clip_id(stream, level, low), clip_id(stream, level, high - 1))
        rows = connection.execute(
            "SELECT parent, min(start_ns), max(end_ns) FROM clips WHERE parent BETWEEN ? AND ? AND level = ? GROUP BY parent",
            (*ids, level - 1),
        ).fetchall()
        wanted = {
            number: (start, end, _place(grid, stream, level + 1, start) if level + 1 < len(LEVELS) else None)
            for number, start, end in rows
        }
        _replace(connection, stream, level, (low, high), wanted)
