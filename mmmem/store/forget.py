"""Forgetting: what goes, what depends on it, and that no byte of it is left.

The rows go and the new files come in one transaction; the old files and the freed pages go right after it
(`mmmem.store.scrub`), and if the process dies in between, when the next writer opens.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mmmem.banks.episodic import Grid, Interval
from mmmem.clock import Calendar, Span
from mmmem.errors import InvalidInputError, MmmemError
from mmmem.store.caches import remove_caches
from mmmem.store.clips import retile
from mmmem.store.connection import readable_errors
from mmmem.store.cuts import follow, recut_cell
from mmmem.store.derived import rebuild_terms
from mmmem.store.enrichments import delete_enrichments
from mmmem.store.files import GenerationFiles
from mmmem.store.generation import rewrite_files
from mmmem.store.mentions import Mention
from mmmem.store.presences import remake
from mmmem.store.records import ForgetReport
from mmmem.store.remnants import About, lines_unsure, named_otherwise, what_stays
from mmmem.store.schema import has_table
from mmmem.store.scrub import remove_strays, scrub
from mmmem.store.selection import Selection, counts_of, observed_spans_of, rows_by_id, select, select_dependents, vectors_of
from mmmem.store.streams import Streams
from mmmem.store.tombstones import EVERYTHING, bury
from mmmem.store.wearers import forget_wearer
from mmmem.store.writer import Writer

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be forgotten: whatever fits all that is named; see `Memory.forget`."""

    stream: str | None = None
    span: Span | None = None
    name: str | None = None
    anywhere: bool = False

    def __post_init__(self) -> None:
        if self.stream is None and self.span is None and self.name is None:
            raise InvalidInputError("Nothing to forget was named; give a stream, a span or a name.")
        if self.anywhere and self.name is None:
            raise InvalidInputError("`anywhere` is about the letters of a name; give the name.")


def forget(writer: Writer, wish: Wish) -> ForgetReport:
    """Remove what fits.

    Raises:
        UnknownNameError: no such stream.
        StorageError: no room for the rewritten files; then nothing was removed.
    """
    selection, report = _meant(writer.folder, writer.connection, wish)
    notes = _forgotten(writer, selection, removes=any(report.counts.values()))
    return replace(report, dry_run=False, notes=(*report.notes, *notes))


def would_forget(folder: Path, connection: sqlite3.Connection, wish: Wish) -> ForgetReport:
    """What `forget` would remove; the connection may be one that only reads.

    Raises:
        UnknownNameError: no such stream.
        InvalidInputError: the memory has an older format.
    """
    if not has_table(connection, "assertions"):
        raise InvalidInputError(f"The memory in {folder} has an older format; mmmem check --repair upgrades it.")
    return _meant(folder, connection, wish)[1]


def _meant(folder: Path, connection: sqlite3.Connection, wish: Wish) -> tuple[Selection, ForgetReport]:
    mention = None if wish.name is None else Mention(wish.name, anywhere=wish.anywhere)
    with readable_errors(folder, "Nothing was removed."):
        number = None if wish.stream is None else Streams(connection).number(wish.stream, "stream")
        selection = select(connection, number, wish.span, mention)
        examples = tuple(
            text for (text,) in rows_by_id(connection, "SELECT text FROM texts", sorted(selection.texts)[:_EXAMPLES])
        )
        about = About(wish.stream, number, wish.span, wish.name, mention)
        notes, unsure = named_otherwise(connection, about, selection.texts), lines_unsure(connection, about, selection.texts)
        stays = what_stays(connection, about, selection.texts, selection.blanked, selection.assertions)
        return selection, ForgetReport(True, counts_of(connection, selection), examples, tuple(notes), unsure, stays)


def lift(writer: Writer, stream: str) -> int:
    """Let a stream's forgotten spans be taken in again; returns how many there were.

    Raises:
        UnknownNameError: no such stream.
    """
    with writer.transaction():
        number = writer.streams.number(stream, "stream")
        lifted = writer.connection.execute("DELETE FROM tombstones WHERE stream = ?", (number,)).rowcount
    writer.tombstones = None
    return lifted


def remove_passages(writer: Writer, ids: set[int]) -> None:
    """Remove passages and every byte of their vectors."""
    _remove(writer, Selection(passages=ids))


def remove_enrichments(writer: Writer, ids: set[int]) -> int:
    """Remove enrichments, what was made of them, their lines and claims, and every byte of it; returns how many."""
    selection = Selection(enrichments=ids)
    with readable_errors(writer.folder, "Nothing was removed."):
        select_dependents(writer.connection, selection)
    _remove(writer, selection)
    return len(selection.enrichments)


def _forgotten(writer: Writer, found: Selection, *, removes: bool) -> list[str]:
    """Remove, bury, and drop what was derived from it; returns what could not be wiped."""
    try:
        if removes:
            return _remove(writer, found)
        with writer.transaction():
            _bury(writer.connection, found)
        with readable_errors(writer.folder):
            remove_caches(writer.folder)
        return []
    finally:
        writer.tombstones = None


def _bury(connection: sqlite3.Connection, found: Selection) -> None:
    for kind, spans in found.buried.items():
        bury(connection, kind, {stream: of_one for stream, of_one in spans.items() if stream not in found.streams})


def _remove(writer: Writer, found: Selection) -> list[str]:
    try:
        files = _remove_rows(writer, found)
    except BaseException:
        remove_strays(writer.folder, writer.connection)  # a half-written generation would only fill the disk
        raise
    writer.use(files)
    return _scrubbed(writer)


def _remove_rows(writer: Writer, found: Selection) -> GenerationFiles:
    connection = writer.connection
    with writer.transaction():
        connection.execute("PRAGMA defer_foreign_keys = ON")
        vectors = vectors_of(connection, found)
        spans = observed_spans_of(connection, found)
        looks = rows_by_id(
            connection,
            "SELECT stream, change_space, end_ns, t_ns, idx FROM frames",
            found.frames | found.blanked,
            "change_space IS NOT NULL AND id",
        )
        things = set(rows_by_id(connection, "SELECT stream, label, track_id FROM detections", found.detections))
        _delete_rows(connection, found, vectors)
        _bury(connection, found)
        _derive_again(writer, spans, looks, things)
        if found.texts:
            rebuild_terms(connection, writer.rules)
        for stream_number in found.wearers | found.streams:
            forget_wearer(connection, stream_number)
        _delete_streams(connection, found.streams)
        files = rewrite_files(writer.files, connection, bool(vectors or found.frames or found.blanked))
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'unscrubbed'")
    return files


def _scrubbed(writer: Writer) -> list[str]:
    kept = "What was named is removed; the next writer to open the memory wipes the bytes it lay in."
    try:
        with readable_errors(writer.folder, kept):
            done = scrub(writer.folder, writer.connection)
    except MmmemError as error:
        return [str(error)]
    return [] if done else [f"Another program is reading an older state. {kept}"]


def _delete_rows(connection: sqlite3.Connection, found: Selection, vectors: list[tuple[int, int]]) -> None:
    connection.executemany("DELETE FROM vectors WHERE space = ? AND row = ?", vectors)
    connection.executemany("DELETE FROM claims WHERE id = ?", [(i,) for i in sorted(found.claims)])
    delete_enrichments(connection, found.enrichments)
    gone = [(frame,) for frame in sorted(found.frames | found.blanked)]
    connection.executemany("DELETE FROM losses WHERE frame = ?", gone)
    noted = [(stream, high, low) for stream, spans in found.buried.get(EVERYTHING, {}).items() for low, high in spans]
    connection.executemany("DELETE FROM lost_assertions WHERE stream = ? AND start_ns < ? AND end_ns > ?", noted)
    connection.executemany("DELETE FROM poses WHERE frame = ?", [(frame,) for frame in sorted(found.frames)])
    doomed = (
        ("assertions", found.assertions),
        ("passages", found.passages),
        ("detections", found.detections),
        ("texts", found.texts),
        ("frames", found.frames),
    )
    for table, ids in doomed:
        connection.executemany(f"DELETE FROM {table} WHERE id = ?", [(i,) for i in sorted(ids)])
    # Nothing left of what was found must not read as "looked and found nothing": then nobody looked.
    connection.executemany(
        "UPDATE frames SET media_offset = NULL, media_length = NULL, media_crc = NULL,"
        " change_space = NULL, change_row = NULL, change = NULL,"
        " num_detections = nullif((SELECT count(*) FROM detections d WHERE d.frame = frames.id), 0) WHERE id = ?",
        [(i,) for i in sorted(found.blanked)],
    )


def _derive_again(
    writer: Writer, spans: dict[int, list[Interval]], looks: list[tuple[Any, ...]], things: set[tuple[Any, ...]]
) -> None:
    connection = writer.connection
    grid = Grid(writer.streams.calendar or Calendar())
    spaces = {space.number: space for space in writer.files.spaces.values()}
    for stream, label, track_id in things:
        remake(connection, (stream, label, track_id))
    cells: dict[int, set[Interval]] = {}
    for stream, space, end_ns, t_ns, index in looks:
        following = follow(connection, spaces, grid, (stream, space, end_ns, t_ns, index))
        cells.setdefault(stream, set()).update([grid.cell(0, t_ns), *following])
    for stream in spans.keys() | cells.keys():
        recut = [cell for cell in sorted(cells.get(stream, ())) if recut_cell(connection, stream, cell)]
        retile(connection, grid, stream, [*spans.get(stream, []), *recut])


def _delete_streams(connection: sqlite3.Connection, streams: Iterable[int]) -> None:
    for stream in streams:
        connection.execute("DELETE FROM tombstones WHERE stream = ?", (stream,))
        connection.execute("DELETE FROM lost_assertions WHERE stream = ?", (stream,))
        connection.execute("DELETE FROM streams WHERE id = ?", (stream,))
