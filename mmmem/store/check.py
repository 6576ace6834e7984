"""Checks everything on disk against everything else, and makes derived rows again where they are wrong.

What can be made again from the truth (search terms, cuts, clips, presences, stray files) is repaired on request. A picture,
vector, pose or assertion that is damaged cannot be guessed: a repair notes in the truth that it is lost. A damaged text is only
reported.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import numpy as np

from mmmem.banks.episodic import Grid, clip_id, tile
from mmmem.clock import Calendar
from mmmem.errors import InvalidInputError, MmmemError
from mmmem.store.appendfile import media_path, put_back, vectors_path
from mmmem.store.asof import parents_of
from mmmem.store.assertions import damaged_assertions
from mmmem.store.connection import REPAIRED_IN_VAIN, readable_errors
from mmmem.store.cuts import cuts_in
from mmmem.store.derived import read_texts
from mmmem.store.files import VECTOR_DTYPE, meta
from mmmem.store.losses import Damage, described, losses_of, read_losses
from mmmem.store.opening import OpenStore
from mmmem.store.poses import damaged_poses
from mmmem.store.presences import read_sightings, runs_of
from mmmem.store.records import CheckReport, ClipColumns, Loss
from mmmem.store.repairing import repair_store
from mmmem.store.rules import Rules, default_rules
from mmmem.store.schema import has_table
from mmmem.store.scrub import stray_files
from mmmem.store.streams import read_calendar
from mmmem.store.tombstones import EVERYTHING
from mmmem.store.writer import text_digest
from mmmem.types import LEVELS
from mmmem.wording import counted

_SHOWN = 5
Findings = Iterator[str]
Check = Callable[["Checked"], Findings]


class Checked:
    """What a check looks at, and how much of it there was."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, rules: Rules) -> None:
        self.folder = folder
        self.connection = connection
        self.rules = rules
        self.generation = int(meta(connection, "generation") or 0)
        self.counts: Counter[str] = Counter()

    @property
    def grid(self) -> Grid:
        """Cells of the memory's calendar."""
        return Grid(read_calendar(self.connection) or Calendar())


def check_store(store: OpenStore, *, repair: bool = False) -> CheckReport:
    """Run every check; with `repair`, make wrong derived rows again and check once more.

    Raises:
        InvalidInputError: repair of a memory that is open for reading.
    """
    if repair and store.writer is None:
        raise InvalidInputError(f"The memory in {store.folder} is open for reading; open it with mode='w' to repair it.")
    rules = default_rules() if store.writer is None else store.writer.rules
    problems, counts = _run(store, rules)
    if not repair or not problems or store.writer is None:
        return CheckReport(tuple(problems), (), dict(counts), _noted(store))
    repair_store(store.writer)
    left, counts = _run(store, rules, repaired=True)
    return CheckReport(tuple(left), tuple(problem for problem in problems if problem not in left), dict(counts), _noted(store))


def _noted(store: OpenStore) -> tuple[Loss, ...]:
    """What earlier repairs noted; nothing where not even that can be read."""
    try:
        with readable_errors(store.folder), store.snapshots.taken():
            return tuple(read_losses(store.connection))
    except MmmemError:
        return ()


def _run(store: OpenStore, rules: Rules, *, repaired: bool = False) -> tuple[list[str], Counter[str]]:
    found: list[str] = []
    counts: Counter[str] = Counter()
    for check in CHECKS:
        try:
            with readable_errors(store.folder, remedy=REPAIRED_IN_VAIN if repaired else None), store.snapshots.taken():
                checked = Checked(store.folder, store.connection, rules)
                problems = list(check(checked))
        except (MmmemError, LookupError, ValueError, TypeError, ArithmeticError) as error:  # what damaged rows turn into
            found.append(f"{check.__name__.strip('_')}: {error}")
            continue
        counts += checked.counts
        found += problems[:_SHOWN]
        if len(problems) > _SHOWN:
            found.append(f"{check.__name__.strip('_')}: and {len(problems) - _SHOWN} more like these.")
    return found, counts


def _database(checked: Checked) -> Findings:
    for (line,) in checked.connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield f"memory.sqlite: {' '.join(line.split())}."
    for table, row, parent, _ in checked.connection.execute("PRAGMA foreign_key_check"):
        yield f"Row {row} of {table} refers to a row of {parent} that does not exist."


def _media(checked: Checked) -> Findings:
    path = media_path(checked.folder, checked.generation)
    committed = int(meta(checked.connection, "media_length") or 0)
    yield from _short(path, committed)
    damage, reached = Damage(), 0
    with _bytes_of(path) as file:
        for frame, offset, length, crc in checked.connection.execute(
            "SELECT id, media_offset, media_length, media_crc FROM frames WHERE media_offset IS NOT NULL ORDER BY media_offset"
        ):
            checked.counts["pictures"] += 1
            file.seek(offset)
            if crc32(file.read(length)) != crc:
                damage.pictures.append(frame)
            if offset != reached:
                yield f"{path.name}: bytes {reached} to {offset} belong to nothing."
            reached = offset + length
    if reached != committed:
        yield f"{path.name}: bytes {reached} to {committed} belong to nothing."
    yield from _lost(checked, damage, path)


def _short(path: Path, committed: int) -> Findings:
    size = path.stat().st_size if path.exists() else 0
    if size < committed:
        lack = f"holds {size} bytes" if path.exists() else "is missing"
        yield f"{path.name} {lack}, {committed} bytes were committed. {put_back(path.parent)}"


def _bytes_of(path: Path) -> BinaryIO:
    return path.open("rb") if path.exists() else BytesIO()


def _lost(checked: Checked, damage: Damage, path: Path) -> Findings:
    """What does not match its checksum, by stream and time."""
    lines = described(losses_of(checked.connection, damage), read_calendar(checked.connection) or Calendar())
    yield from (f"{path.name} does not match its checksums: {line}" for line in lines)
    num_again = len(damage.vectors) - len(losses_of(checked.connection, Damage(vectors=damage.vectors)))
    if num_again:
        yield f"{path.name}: {counted(num_again, 'vector')} of passages do not match; the next ingest makes them again."


def _vectors(checked: Checked) -> Findings:
    for space, name, slug, dim, num_rows in checked.connection.execute("SELECT id, name, slug, dim, num_rows FROM spaces"):
        path = vectors_path(checked.folder, slug, checked.generation)
        size = dim * VECTOR_DTYPE.itemsize
        yield from _short(path, num_rows * size)
        rows = checked.connection.execute("SELECT row, crc FROM vectors WHERE space = ? ORDER BY row", (space,)).fetchall()
        if [row for row, _ in rows] != list(range(num_rows)):
            yield f"Space {name!r} has {num_rows} rows and owners of {len(rows)}."
        damage = Damage()
        with _bytes_of(path) as file:
            for row, crc in rows:
                checked.counts["vectors"] += 1
                file.seek(row * size)
                if crc32(file.read(size)) != crc:
                    damage.vectors.append((space, row))
        yield from _lost(checked, damage, path)
    for kind, table in enumerate(("frames", "detections", "passages")):
        for space, row in checked.connection.execute(
            f"SELECT space, row FROM vectors WHERE owner_kind = ? AND owner_id NOT IN (SELECT id FROM {table})", (kind,)
        ):
            yield f"Row {row} of vector space {space} belongs to one of {table} that does not exist."


def _texts(checked: Checked) -> Findings:
    kept = dict(checked.connection.execute("SELECT id, digest FROM texts"))
    streams = dict(checked.connection.execute("SELECT id, stream FROM texts"))
    for number, text in read_texts(checked.connection):
        checked.counts["texts"] += 1
        if all(text_digest(streams[number], text, salt) != kept[number] for salt in range(3)):
            yield f"Text {number} does not match its checksum: {text.text[:40]!r}. Restore a copy, or forget the span it is in."
    for (number,) in checked.connection.execute(
        "SELECT id FROM claims WHERE subject = '' OR predicate = '' OR text NOT IN (SELECT id FROM texts)"
    ):
        yield f"Claim {number} is empty or rests on no text."


def _assertions(checked: Checked) -> Findings:
    if not has_table(checked.connection, "assertions"):
        return
    (checked.counts["assertions"],) = checked.connection.execute("SELECT count(*) FROM assertions").fetchone()
    (checked.counts["poses"],) = checked.connection.execute("SELECT count(*) FROM poses").fetchone()
    for number, wrong in damaged_assertions(checked.connection):
        yield f"Assertion {number} {wrong}."
    for frame in damaged_poses(checked.connection):
        yield f"The pose of look {frame} does not match its checksum, or there is no such look."


def _terms(checked: Checked) -> Findings:
    found: dict[int, Counter[str]] = {}
    for term, doc, number in checked.connection.execute("SELECT term, doc, count(*) FROM lines_vocab GROUP BY term, doc"):
        found.setdefault(doc, Counter())[term] = number
    lengths = dict(checked.connection.execute("SELECT id, num_terms FROM texts"))
    for number, text in read_texts(checked.connection):
        document = [term.lower() for term in checked.rules.document(text)]
        if found.pop(number, Counter()) != Counter(document) or lengths[number] != len(document):
            yield f"The search terms of text {number} are not those of its words."
    for number in found:
        yield f"The search index knows a text {number} that does not exist."


def _cuts(checked: Checked) -> Findings:
    for (stream,) in checked.connection.execute("SELECT id FROM streams").fetchall():
        yield from _changes_of(checked, stream)
        instants = checked.connection.execute(
            "SELECT DISTINCT t_ns FROM frames WHERE stream = ? AND change_space IS NOT NULL", (stream,)
        )
        cells = {checked.grid.cell(0, t_ns) for (t_ns,) in instants}
        expected = sorted(cut for cell in cells for cut in cuts_in(checked.connection, stream, cell))
        there = checked.connection.execute("SELECT t_ns, learned_ns FROM cuts WHERE stream = ? ORDER BY t_ns", (stream,))
        if there.fetchall() != expected:
            yield f"The cuts of stream {stream} are not where its view changed."


def _changes_of(checked: Checked, stream: int) -> Findings:
    """Compare the stored change of every look with its vectors."""
    for space, slug, dim in checked.connection.execute("SELECT id, slug, dim FROM spaces").fetchall():
        path = vectors_path(checked.folder, slug, checked.generation)
        vectors = np.fromfile(path, VECTOR_DTYPE) if path.exists() else np.zeros(0, VECTOR_DTYPE)
        rows = vectors[: len(vectors) // dim * dim].reshape(-1, dim).astype(np.float64)
        before: int | None = None
        for frame, row, change in checked.connection.execute(
            "SELECT id, change_row, change FROM frames WHERE stream = ? AND change_space = ? ORDER BY end_ns, t_ns, idx",
            (stream, space),
        ):
            if row >= len(rows):
                return  # the vector check says so
            expected = None if before is None else round(1.0 - float(np.sum(rows[before] * rows[row])), 6)
            if change != expected:
                yield f"The change at frame {frame} is stored as {change}, its vectors say {expected}."
            before = row


def _clips(checked: Checked) -> Findings:
    connection, grid = checked.connection, checked.grid
    leaves: list[tuple[int, ...]] = []
    for (stream,) in connection.execute("SELECT id FROM streams ORDER BY id").fetchall():
        spans = connection.execute(
            "SELECT start_ns, end_ns FROM texts WHERE stream = ?1 UNION ALL"
            " SELECT start_ns, end_ns FROM frames WHERE stream = ?1 ORDER BY 1",
            (stream,),
        ).fetchall()
        cuts = [t for (t,) in connection.execute("SELECT t_ns FROM cuts WHERE stream = ? ORDER BY t_ns", (stream,))]
        for piece in tile(spans, cuts, grid):
            parent = clip_id(stream, 1, grid.cell(1, piece.place_ns)[0])
            leaves.append((clip_id(stream, 0, piece.place_ns), stream, piece.start_ns, piece.end_ns, parent))
    expected = ClipColumns(*np.array(leaves, np.int64).reshape(-1, 5).T)
    for level, name in enumerate(LEVELS):
        if level:
            expected = parents_of(grid, expected, level)
        rows = connection.execute(
            "SELECT id, stream, start_ns, end_ns, coalesce(parent, -1) FROM clips WHERE level = ? ORDER BY stream, start_ns",
            (level,),
        ).fetchall()
        checked.counts["clips"] += len(rows)
        columns = (expected.id, expected.stream, expected.start_ns, expected.end_ns, expected.parent)
        if rows != list(zip(*(column.tolist() for column in columns), strict=True)):
            yield f"The clips of level {name!r} do not tile the covered time."


def _presences(checked: Checked) -> Findings:
    there: dict[tuple[int, str, int], list[tuple[object, ...]]] = {}
    for row in checked.connection.execute("SELECT * FROM presences ORDER BY stream, label, track_id, start_ns"):
        there.setdefault(row[:3], []).append(row[3:])
    for key in checked.connection.execute("SELECT DISTINCT stream, label, track_id FROM detections").fetchall():
        runs = runs_of(read_sightings(checked.connection, key))
        expected = [(r.start_ns, r.end_ns, r.num_frames, r.best_frame, r.best_score, r.best_t_ns) for r in runs]
        if there.pop(key, []) != expected:
            yield f"The presences of {key[1]!r} (track {key[2]}) are not those of its detections."
    for key in there:
        yield f"There are presences of {key[1]!r} (track {key[2]}) without detections."


def _files(checked: Checked) -> Findings:
    for stray in stray_files(checked.folder, checked.connection):
        yield f"{stray.name} belongs to no committed state; the next writer removes it."
    if meta(checked.connection, "unscrubbed") == "1":
        yield "Something was forgotten and its bytes are not wiped yet; the next writer does it."


def _tombstones(checked: Checked) -> Findings:
    """Nothing lies where everything was forgotten, but for lines that a model made of what is left."""
    told = [("assertions", "")] if has_table(checked.connection, "assertions") else []
    made = "AND x.id NOT IN (SELECT line FROM enrichments WHERE line IS NOT NULL)"
    for table, but in [("frames", ""), ("texts", made), *told]:
        for (number,) in checked.connection.execute(
            f"SELECT x.id FROM tombstones t JOIN {table} x ON x.stream = t.stream AND x.start_ns < t.end_ns"
            f" AND x.end_ns > t.start_ns WHERE t.kind = {EVERYTHING} {but}"
        ):
            yield f"Row {number} of {table} lies in a span that was forgotten; forget the span again."


CHECKS: tuple[Check, ...] = (
    _database, _media, _vectors, _texts, _assertions, _terms, _cuts, _clips, _presences, _files, _tombstones,
)  # fmt: skip
