"""Forgetting: what goes, what depends on it, and that no byte of it is left.

The rows go and the new files come in one transaction; the old files and the freed pages go right after it
(`mmmem.store.scrub`), and if the process dies in between, when the next writer opens.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mmmem.banks.episodic import Grid, Interval
from mmmem.clock import Calendar, Span
from mmmem.errors import InvalidInputError, MmmemError
from mmmem.store.caches import remove_caches
from mmmem.store.clips import retile
from mmmem.store.connection import readable_errors
from mmmem.store.cuts import follow, recut_cell
from mmmem.store.derived import rebuild_terms
from mmmem.store.enrichments import built_of, claims_of_enrichments, delete_enrichments
from mmmem.store.files import GenerationFiles
from mmmem.store.generation import rewrite_files
from mmmem.store.mentions import Mention
from mmmem.store.observed import extent
from mmmem.store.presences import remake
from mmmem.store.records import ForgetReport
from mmmem.store.remnants import About, lines_unsure, named_otherwise, what_stays
from mmmem.store.scrub import remove_strays, scrub
from mmmem.store.tombstones import EVERYTHING, SIGHT, WORDS, bury
from mmmem.store.writer import DETECTION, FRAME, PASSAGE, Writer

_EXAMPLES = 5


@dataclass(slots=True)
class Selection:
    """Numbers of the rows that go. Frames in `blanked` stay as the fact that somebody looked, without what was seen."""

    texts: set[int] = field(default_factory=set)
    claims: set[int] = field(default_factory=set)
    frames: set[int] = field(default_factory=set)
    blanked: set[int] = field(default_factory=set)
    detections: set[int] = field(default_factory=set)
    passages: set[int] = field(default_factory=set)
    streams: set[int] = field(default_factory=set)
    enrichments: set[int] = field(default_factory=set)
    buried: dict[int, dict[int, list[Interval]]] = field(default_factory=dict)
    """Tombstones by kind and stream."""


def forget(
    writer: Writer, *, stream: str | None, span: Span | None, name: str | None, anywhere: bool = False, dry_run: bool
) -> ForgetReport:
    """Remove what fits all given criteria; see `Memory.forget`.

    Raises:
        InvalidInputError: no criterion, or `anywhere` without a name.
        UnknownNameError: no such stream.
        StorageError: no room for the rewritten files; then nothing was removed.
    """
    if stream is None and span is None and name is None:
        raise InvalidInputError("Nothing to forget was named; give a stream, a span or a name.")
    if anywhere and name is None:
        raise InvalidInputError("`anywhere` is about the letters of a name; give the name.")
    mention = None if name is None else Mention(name, anywhere=anywhere)
    with readable_errors(writer.folder, "Nothing was removed."):
        connection = writer.connection
        number = None if stream is None else writer.streams.number(stream, "stream")
        selection = _select(connection, number, span, mention)
        counts = _counted(connection, selection)
        examples = tuple(text for (text,) in _by_id(connection, "SELECT text FROM texts", sorted(selection.texts)[:_EXAMPLES]))
        about = About(stream, number, span, name, mention)
        notes, unsure = named_otherwise(connection, about, selection.texts), lines_unsure(connection, about, selection.texts)
        stays = what_stays(connection, about, selection.texts, selection.blanked)
    if not dry_run:
        notes += _forgotten(writer, selection, removes=any(counts.values()))
    return ForgetReport(dry_run, counts, examples, tuple(notes), unsure, stays)


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


def _select(connection: sqlite3.Connection, stream: int | None, span: Span | None, mention: Mention | None) -> Selection:
    where, values = _overlap(stream, span)
    texts = connection.execute(f"SELECT id, text, speaker FROM texts WHERE {where}", values).fetchall()
    frames = {number for (number,) in connection.execute(f"SELECT id FROM frames WHERE {where}", values)}
    found = Selection()
    if mention is None:
        found.texts = {row[0] for row in texts}
        found.frames = frames
        if span is None and stream is not None:
            found.streams = {stream}
    else:
        found.texts = {number for number, text, speaker in texts if mention.search(text) or mention.search(speaker or "")}
        _select_sightings(connection, mention, frames, found)
        made = connection.execute(f"SELECT id, text FROM enrichments WHERE {where}", values)
        found.enrichments = {number for number, text in made if mention.search(text)}
    _select_dependents(connection, found)
    if mention is not None:
        within = {row[0] for row in texts}
        rows = connection.execute("SELECT id, text, subject, object FROM claims").fetchall()
        found.claims |= {c for c, text, s, o in rows if text in within and (mention.search(s) or mention.search(o))}
    found.buried = _tombstones(connection, found, stream, span, mention)
    return found


def _tombstones(
    connection: sqlite3.Connection, found: Selection, stream: int | None, span: Span | None, mention: Mention | None
) -> dict[int, dict[int, list[Interval]]]:
    """Where nothing is taken in again: the span as far as each stream reaches; of a name, its words and sights."""
    if mention is not None:
        heard = _spans_of(connection, "texts", found.texts - _lines_of_models(connection))
        return {WORDS: heard, SIGHT: _spans_of(connection, "frames", found.blanked)}
    if span is None:
        return {}
    reach = {number: _reach(connection, number) for (number,) in connection.execute("SELECT id FROM streams")}
    within = {
        number: [(max(int(span.start_ns), low), min(int(span.end_ns), high))]
        for number, (low, high) in reach.items()
        if stream in (None, number) and span.start_ns < high and span.end_ns > low
    }
    return {EVERYTHING: within}


def _lines_of_models(connection: sqlite3.Connection) -> set[int]:
    """Lines that are made again from what is left, and not taken in."""
    return {line for (line,) in connection.execute("SELECT line FROM enrichments WHERE line IS NOT NULL")}


def _reach(connection: sqlite3.Connection, stream: int) -> Interval:
    """From where to where a stream is known to go: a camera goes on after that, and what comes then was not meant."""
    start_ns, *ends = connection.execute("SELECT start_ns, end_ns, position_ns FROM streams WHERE id = ?", (stream,)).fetchone()
    observed = extent(connection, stream) or (start_ns, start_ns)
    return min(start_ns, observed[0]), max(observed[1], *(end or 0 for end in ends))


def _overlap(stream: int | None, span: Span | None) -> tuple[str, list[int]]:
    conditions, values = ["1"], []
    if stream is not None:
        conditions.append("stream = ?")
        values.append(stream)
    if span is not None:
        conditions.append("start_ns < ? AND end_ns > ?")
        values += [span.end_ns, span.start_ns]
    return " AND ".join(conditions), values


def _select_sightings(connection: sqlite3.Connection, mention: Mention, frames: set[int], found: Selection) -> None:
    labels = [label for (label,) in connection.execute("SELECT DISTINCT label FROM detections") if mention.search(label)]
    for label in labels:
        rows = connection.execute("SELECT id, frame FROM detections WHERE label = ?", (label,))
        seen = [(number, frame) for number, frame in rows if frame in frames]
        found.detections |= {number for number, _ in seen}
        found.blanked |= {frame for _, frame in seen}


def _select_dependents(connection: sqlite3.Connection, found: Selection) -> None:
    seen = found.frames | found.blanked
    found.enrichments, lines = built_of(connection, found.enrichments, found.texts, seen)
    found.texts |= lines
    found.claims |= claims_of_enrichments(connection, found.enrichments)
    found.detections |= {i for (i,) in _by_id(connection, "SELECT id FROM detections", found.frames, "frame")}
    found.claims |= {i for (i,) in _by_id(connection, "SELECT id FROM claims", found.texts, "text")}
    found.passages |= {i for (i,) in _by_id(connection, "SELECT id FROM passages", found.texts, "first_text")}
    found.passages |= _runs_behind(connection, found.texts)


def _runs_behind(connection: sqlite3.Connection, texts: set[int]) -> set[int]:
    """Passages of several lines, as older programs made them: from the first line that goes on they would begin elsewhere."""
    first_gone: dict[int, int] = {}
    for learned_ns, stream in _by_id(connection, "SELECT learned_ns, stream FROM texts", texts):
        first_gone[stream] = min(learned_ns, first_gone.get(stream, learned_ns))
    select = "SELECT id FROM passages WHERE num_lines > 1 AND stream = ? AND learned_ns >= ?"
    return {number for gone in first_gone.items() for (number,) in connection.execute(select, gone)}


def remove_passages(writer: Writer, ids: set[int]) -> None:
    """Remove passages and every byte of their vectors."""
    _remove(writer, Selection(passages=ids))


def remove_enrichments(writer: Writer, ids: set[int]) -> int:
    """Remove enrichments, what was made of them, their lines and claims, and every byte of it; returns how many."""
    selection = Selection(enrichments=ids)
    with readable_errors(writer.folder, "Nothing was removed."):
        _select_dependents(writer.connection, selection)
    _remove(writer, selection)
    return len(selection.enrichments)


def _by_id(connection: sqlite3.Connection, select: str, ids: Iterable[int], column: str = "id") -> list[tuple[Any, ...]]:
    """Rows of `select` whose `column` is among `ids`, in chunks that SQLite can take."""
    wanted = sorted(ids)
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(wanted), 10_000):
        chunk = wanted[start : start + 10_000]
        rows += connection.execute(f"{select} WHERE {column} IN ({','.join(map(str, chunk))})").fetchall()
    return rows


def _counted(connection: sqlite3.Connection, found: Selection) -> dict[str, int]:
    unseen = found.frames | found.blanked
    keyframes = _by_id(connection, "SELECT media_offset FROM frames", unseen)
    return {
        "texts": len(found.texts),
        "claims": len(found.claims),
        "frames": len(found.frames),
        "detections": len(found.detections),
        "keyframes": sum(offset is not None for (offset,) in keyframes),
        "vectors": len(_vectors(connection, found)),
        "passages": len(found.passages),
        "streams": len(found.streams),
        "enrichments": len(found.enrichments),
    }


def _vectors(connection: sqlite3.Connection, found: Selection) -> list[tuple[int, int]]:
    owners = ((FRAME, found.frames | found.blanked), (DETECTION, found.detections), (PASSAGE, found.passages))
    select = "SELECT space, row FROM vectors"
    return [
        (space, row)
        for kind, ids in owners
        for space, row in _by_id(connection, select, ids, f"owner_kind = {kind} AND owner_id")
    ]


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
        bury(connection, kind, spans)


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
        vectors = _vectors(connection, found)
        spans = _spans(connection, found)
        looks = _by_id(
            connection,
            "SELECT stream, change_space, end_ns, t_ns, idx FROM frames",
            found.frames | found.blanked,
            "change_space IS NOT NULL AND id",
        )
        things = set(_by_id(connection, "SELECT stream, label, track_id FROM detections", found.detections))
        _delete_rows(connection, found, vectors)
        _bury(connection, found)
        _derive_again(writer, spans, looks, things)
        if found.texts:
            rebuild_terms(connection, writer.rules)
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


def _spans(connection: sqlite3.Connection, found: Selection) -> dict[int, list[Interval]]:
    spans = _spans_of(connection, "texts", found.texts)
    for stream, looks in _spans_of(connection, "frames", found.frames).items():
        spans.setdefault(stream, []).extend(looks)
    return spans


def _spans_of(connection: sqlite3.Connection, table: str, ids: set[int]) -> dict[int, list[Interval]]:
    """Spans of texts or frames by stream."""
    spans: dict[int, list[Interval]] = {}
    for stream, start_ns, end_ns in _by_id(connection, f"SELECT stream, start_ns, end_ns FROM {table}", ids):
        spans.setdefault(stream, []).append((start_ns, end_ns))
    return spans


def _delete_rows(connection: sqlite3.Connection, found: Selection, vectors: list[tuple[int, int]]) -> None:
    connection.executemany("DELETE FROM vectors WHERE space = ? AND row = ?", vectors)
    connection.executemany("DELETE FROM claims WHERE id = ?", [(i,) for i in sorted(found.claims)])
    delete_enrichments(connection, found.enrichments)
    gone = [(frame,) for frame in sorted(found.frames | found.blanked)]
    connection.executemany("DELETE FROM losses WHERE frame = ?", gone)
    doomed = (
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
        connection.execute("DELETE FROM streams WHERE id = ?", (stream,))
