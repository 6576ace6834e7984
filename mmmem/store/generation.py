"""Rewriting the append-only files without what was deleted: the next generation."""

import os
import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from mmmem.store.appendfile import AppendFile, media_path, vectors_path
from mmmem.store.files import VECTOR_DTYPE, GenerationFiles, SpaceFile, set_meta, slug_of

_COPY_BYTES = 1 << 20


def rewrite_files(files: GenerationFiles, connection: sqlite3.Connection, changed: bool) -> GenerationFiles:
    """Write the next generation inside the transaction that is open, from the rows that are left.

    The files are durable when this returns and belong to nobody until the transaction commits. Where nothing in the files
    was removed, only the generation's number changes: the same bytes under a new name.

    Returns:
        The new files, to be used once the transaction has committed.
    """
    following = files.generation + 1
    connection.execute("DELETE FROM spaces WHERE NOT EXISTS (SELECT 1 FROM vectors v WHERE v.space = spaces.id)")
    left = {number for (number,) in connection.execute("SELECT id FROM spaces")}
    if changed:
        _rewrite_media(files.media, media_path(files.folder, following), connection)
    else:
        _same_bytes(files.media.path, media_path(files.folder, following))
    for space in files.spaces.values():
        path = vectors_path(files.folder, slug_of(space.name), following)
        if space.number not in left:
            continue
        if changed:
            _rewrite_space(space, path, connection)
        else:
            _same_bytes(space.file.path, path)
    set_meta(connection, "generation", str(following))
    return GenerationFiles(files.folder, connection)


def _same_bytes(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)
        with target.open("rb+") as file:
            os.fsync(file.fileno())


def _fresh(path: Path) -> AppendFile:
    path.unlink(missing_ok=True)
    return AppendFile(path, 0)


def _copy(source: AppendFile, target: AppendFile, ranges: Iterable[tuple[int, int]]) -> None:
    """Append byte ranges of `source`, given in order as (offset, length); neighbours are copied together."""
    start = end = 0
    for offset, length in ranges:
        if offset != end or end - start > _COPY_BYTES:
            target.append(source.read(start, end - start))
            start = offset
        end = offset + length
    target.append(source.read(start, end - start))
    target.sync()


def _rewrite_media(source: AppendFile, path: Path, connection: sqlite3.Connection) -> None:
    rows = connection.execute(
        "SELECT id, media_offset, media_length FROM frames WHERE media_offset IS NOT NULL ORDER BY media_offset"
    ).fetchall()
    with _fresh(path) as target:
        _copy(source, target, ((offset, length) for _, offset, length in rows))
        set_meta(connection, "media_length", str(target.length))
    moved, offset = [], 0
    for frame, _, length in rows:
        moved.append((offset, frame))
        offset += length
    connection.executemany("UPDATE frames SET media_offset = ? WHERE id = ?", moved)


def _rewrite_space(space: SpaceFile, path: Path, connection: sqlite3.Connection) -> None:
    size = space.dim * VECTOR_DTYPE.itemsize
    rows = [row for (row,) in connection.execute("SELECT row FROM vectors WHERE space = ? ORDER BY row", (space.number,))]
    with _fresh(path) as target:
        _copy(space.file, target, ((row * size, size) for row in rows))
    # Rows only move down, so going up never meets a row that is still there.
    moved = [(new, space.number, old) for new, old in enumerate(rows) if new != old]
    connection.executemany("UPDATE vectors SET row = ? WHERE space = ? AND row = ?", moved)
    connection.execute("UPDATE spaces SET num_rows = ? WHERE id = ?", (len(rows), space.number))
    connection.execute(
        "UPDATE frames SET change_row = (SELECT row FROM vectors v WHERE v.owner_kind = 0 AND v.owner_id = frames.id"
        " AND v.space = frames.change_space) WHERE change_space = ?",
        (space.number,),
    )
