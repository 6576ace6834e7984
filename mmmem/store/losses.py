"""What damage took: found, marked in the truth, and read back as a note. Pictures, vectors, poses and assertions can be lost.

A file that is missing or cut short is first made as long as it was, with zeros: then every picture and vector of it is
checked in one way, and nothing else stands between a damaged memory and its repair.
"""

import os
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

from mmmem.banks.episodic import merge
from mmmem.clock import Calendar, Span
from mmmem.store.appendfile import media_path, sync_directory, vectors_path
from mmmem.store.assertions import damaged_assertions
from mmmem.store.files import VECTOR_DTYPE, meta
from mmmem.store.poses import damaged_poses
from mmmem.store.records import Loss
from mmmem.store.schema import has_table
from mmmem.store.writer import DETECTION, FRAME, PASSAGE, POSE
from mmmem.wording import counted

_SHOWN_SPANS = 5
_FRAME_OF = "CASE owner_kind WHEN 0 THEN owner_id ELSE (SELECT d.frame FROM detections d WHERE d.id = owner_id) END"


@dataclass(slots=True)
class Damage:
    """Frames whose pictures or poses, rows of spaces whose vectors, and assertions that do not match their checksums."""

    pictures: list[int] = field(default_factory=list)
    vectors: list[tuple[int, int]] = field(default_factory=list)
    poses: list[int] = field(default_factory=list)
    assertions: list[int] = field(default_factory=list)


def restore_lengths(folder: Path, connection: sqlite3.Connection) -> None:
    """Make files that are missing or cut short as long as was committed; what they lacked is zeros, which no checksum fits."""
    generation = int(meta(connection, "generation") or 0)
    committed = {media_path(folder, generation): int(meta(connection, "media_length") or 0)}
    for slug, dim, num_rows in connection.execute("SELECT slug, dim, num_rows FROM spaces"):
        committed[vectors_path(folder, slug, generation)] = num_rows * dim * VECTOR_DTYPE.itemsize
    for path, length in committed.items():
        if not path.exists() or path.stat().st_size < length:
            with path.open("ab") as file:
                os.ftruncate(file.fileno(), length)
                os.fsync(file.fileno())
    sync_directory(folder)


def damage_of(folder: Path, connection: sqlite3.Connection) -> Damage:
    """Read every picture and vector, and find those that are damaged or belong to nothing."""
    generation = int(meta(connection, "generation") or 0)
    found = Damage()
    with media_path(folder, generation).open("rb") as file:
        for frame, offset, length, crc in connection.execute(
            "SELECT id, media_offset, media_length, media_crc FROM frames WHERE media_offset IS NOT NULL ORDER BY media_offset"
        ):
            file.seek(offset)
            if crc32(file.read(length)) != crc:
                found.pictures.append(frame)
    for space, slug, dim in connection.execute("SELECT id, slug, dim FROM spaces").fetchall():
        size = dim * VECTOR_DTYPE.itemsize
        with vectors_path(folder, slug, generation).open("rb") as file:
            for row, crc in connection.execute("SELECT row, crc FROM vectors WHERE space = ? ORDER BY row", (space,)):
                file.seek(row * size)
                if crc32(file.read(size)) != crc:
                    found.vectors.append((space, row))
    found.vectors += _orphans(connection)
    found.poses = damaged_poses(connection)
    found.assertions = [number for number, _ in damaged_assertions(connection)]
    return found


def _orphans(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    owners = zip((FRAME, DETECTION, PASSAGE), ("frames", "detections", "passages"), strict=True)
    found: list[tuple[int, int]] = []
    for kind, table in owners:
        found += connection.execute(
            f"SELECT space, row FROM vectors WHERE owner_kind = {kind} AND owner_id NOT IN (SELECT id FROM {table})"
        ).fetchall()
    return found


def mark_lost(connection: sqlite3.Connection, damage: Damage) -> None:
    """Note what is lost and take it out of the truth, inside the transaction that is open; files are rewritten after it.

    Vectors of passages are only taken out: `consolidate` makes them again from the texts. A look that lost the vector its
    change is measured with has none, and the next one is measured against the one before.
    """
    now_ns = time.time_ns()
    connection.executemany(
        "INSERT OR REPLACE INTO losses VALUES (?1, 0, ?1, '', ?2)", [(frame, now_ns) for frame in damage.pictures]
    )
    connection.executemany(
        "UPDATE frames SET media_offset = NULL, media_length = NULL, media_crc = NULL WHERE id = ?",
        [(frame,) for frame in damage.pictures],
    )
    connection.executemany(
        f"INSERT OR REPLACE INTO losses SELECT {_FRAME_OF} AS frame, owner_kind, owner_id, s.name, ?1 FROM vectors"
        f" JOIN spaces s ON s.id = space WHERE space = ?2 AND row = ?3 AND owner_kind <> {PASSAGE}"
        " AND frame IN (SELECT id FROM frames)",
        [(now_ns, *row) for row in damage.vectors],
    )
    connection.executemany("DELETE FROM vectors WHERE space = ? AND row = ?", damage.vectors)
    connection.execute(
        "UPDATE frames SET change_space = NULL, change_row = NULL, change = NULL WHERE change_space IS NOT NULL AND NOT EXISTS"
        f" (SELECT 1 FROM vectors v WHERE v.owner_kind = {FRAME} AND v.owner_id = frames.id AND v.space = frames.change_space)"
    )
    _mark_lost_log(connection, damage, now_ns)


def _mark_lost_log(connection: sqlite3.Connection, damage: Damage, now_ns: int) -> None:
    connection.executemany(
        f"INSERT OR REPLACE INTO losses SELECT id, {POSE}, id, '', ?1 FROM frames WHERE id = ?2",
        [(now_ns, frame) for frame in damage.poses],
    )
    connection.executemany("DELETE FROM poses WHERE frame = ?", [(frame,) for frame in damage.poses])
    connection.executemany(
        "INSERT INTO lost_assertions (stream, start_ns, end_ns, noted_ns) SELECT stream, start_ns, end_ns, ? FROM assertions"
        " WHERE id = ? AND stream IN (SELECT id FROM streams) AND typeof(start_ns) = 'integer' AND typeof(end_ns) = 'integer'"
        " AND start_ns >= 0 AND start_ns < end_ns",
        [(now_ns, number) for number in damage.assertions],
    )
    connection.executemany("DELETE FROM assertions WHERE id = ?", [(number,) for number in damage.assertions])


def losses_of(connection: sqlite3.Connection, damage: Damage) -> list[Loss]:
    """What a repair would note, in order of time."""
    select = "SELECT s.name, f.start_ns, f.end_ns, f.id FROM frames f JOIN streams s ON s.id = f.stream WHERE f.id = "
    found = []
    for frame in damage.pictures:
        name, start_ns, end_ns, number = connection.execute(f"{select} ?", (frame,)).fetchone()
        found.append(Loss("picture", name, Span(start_ns, end_ns), number, "", 0))
    owner = (
        f"SELECT owner_kind, owner_id, s.name, {_FRAME_OF} FROM vectors JOIN spaces s ON s.id = space WHERE space = ? AND row = ?"
    )
    for place in damage.vectors:
        kind, _, space, frame = connection.execute(owner, place).fetchone()
        row = connection.execute(f"{select} ?", (frame,)).fetchone() if kind != PASSAGE else None
        if row is not None:
            found.append(Loss(_what(kind, space), row[0], Span(row[1], row[2]), row[3], space, 0))
    return sorted(found, key=lambda loss: (loss.span, loss.frame))


def read_losses(connection: sqlite3.Connection, stream: int | None = None, window: Span | None = None) -> list[Loss]:
    """What earlier repairs noted as lost, in order of time."""
    conditions, values = ["1"], []
    if stream is not None:
        conditions.append("f.stream = ?")
        values.append(stream)
    if window is not None:
        conditions.append("f.start_ns < ? AND f.end_ns > ?")
        values += [int(window.end_ns), int(window.start_ns)]
    rows = connection.execute(
        "SELECT l.owner_kind, l.space, s.name, f.start_ns, f.end_ns, f.id, l.noted_ns FROM losses l"
        f" JOIN frames f ON f.id = l.frame JOIN streams s ON s.id = f.stream WHERE {' AND '.join(conditions)}"
        " ORDER BY f.start_ns, f.id, l.owner_kind, l.owner_id, l.space",
        values,
    )
    found = [
        Loss(_what(kind, space), name, Span(start_ns, end_ns), frame, space, noted_ns)
        for kind, space, name, start_ns, end_ns, frame, noted_ns in rows
    ]
    told = _lost_assertions(connection, [condition.replace("f.", "l.") for condition in conditions], values)
    return sorted(found + told, key=lambda loss: loss.span.start_ns) if told else found


def _lost_assertions(connection: sqlite3.Connection, conditions: list[str], values: list[int]) -> list[Loss]:
    if not has_table(connection, "lost_assertions"):
        return []
    rows = connection.execute(
        "SELECT s.name, l.start_ns, l.end_ns, l.noted_ns FROM lost_assertions l JOIN streams s ON s.id = l.stream"
        f" WHERE {' AND '.join(conditions)} ORDER BY l.start_ns, l.id",
        values,
    )
    return [Loss("assertion", name, Span(start_ns, end_ns), 0, "", noted_ns) for name, start_ns, end_ns, noted_ns in rows]


def _what(owner_kind: int, space: str) -> str:
    if not space:
        return "pose" if owner_kind == POSE else "picture"
    return "vector" if owner_kind == FRAME else "vector of a box"


def described(losses: Sequence[Loss], calendar: Calendar) -> list[str]:
    """One line for each stream and kind of loss: how many, when, and of which frames."""
    groups: dict[tuple[str, str, str], list[Loss]] = {}
    for loss in losses:
        groups.setdefault((loss.stream_id, loss.what, loss.space), []).append(loss)
    return [_described(*key, found, calendar) for key, found in groups.items()]


def _described(stream: str, what: str, space: str, losses: list[Loss], calendar: Calendar) -> str:
    noun, _, rest = what.partition(" ")
    of_space = f" in {space!r}" if space else ""
    spans = merge(sorted((int(loss.span.start_ns), int(loss.span.end_ns)) for loss in losses), 0)
    when = [calendar.format_span(Span(*span)) for span in spans[:_SHOWN_SPANS]]
    more = [f"{len(spans) - _SHOWN_SPANS} more"] if len(spans) > _SHOWN_SPANS else []
    frames = _ranges(sorted({loss.frame for loss in losses if loss.frame}))
    of_frames = f" (frames {frames})" if frames else ""
    return f"{counted(len(losses), noun, rest)} of {stream!r}{of_space} lost: {', '.join([*when, *more])}{of_frames}."


def _ranges(numbers: list[int]) -> str:
    """`1-4, 7, 9-10`."""
    runs = merge([(number, number + 1) for number in numbers], 0)
    return ", ".join(str(low) if high == low + 1 else f"{low}-{high - 1}" for low, high in runs)
