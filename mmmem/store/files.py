"""The media and vector files of one generation, open for appending."""

import hashlib
import re
import sqlite3
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError
from mmmem.store.appendfile import AppendFile, media_path, vectors_path

VECTOR_DTYPE = np.dtype("<f4")


def meta(connection: sqlite3.Connection, key: str) -> str | None:
    """A value of the memory as a whole."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Set a value of the memory as a whole."""
    connection.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))


def slug_of(space: str) -> str:
    """A file name for a space: its readable part, and a checksum so that two spaces never share one."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", space).strip("-")[:40] or "space"
    return f"{readable}-{hashlib.blake2b(space.encode(), digest_size=4).hexdigest()}"


class SpaceFile:
    """Rows of one vector space."""

    def __init__(self, number: int, name: str, dim: int, file: AppendFile) -> None:
        self.number = number
        self.name = name
        self.dim = dim
        self.file = file

    @property
    def num_rows(self) -> int:
        """Rows appended so far, committed or not."""
        return self.file.length // (self.dim * VECTOR_DTYPE.itemsize)

    def append(self, vector: NDArray[np.float32]) -> tuple[int, int]:
        """Write one row; returns its number and checksum."""
        data = np.ascontiguousarray(vector, VECTOR_DTYPE).tobytes()
        row = self.num_rows
        self.file.append(data)
        return row, crc32(data)

    def read(self, row: int) -> NDArray[np.float32]:
        """(dim,) one row."""
        size = self.dim * VECTOR_DTYPE.itemsize
        return np.frombuffer(self.file.read(row * size, size), VECTOR_DTYPE)


class GenerationFiles:
    """All append-only files a writer holds open.

    A new space is a row of `spaces` and a file in the same transaction; if that is rolled back, `rewind` drops both.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection
        self.generation = int(meta(connection, "generation") or 0)
        self.media = AppendFile(media_path(folder, self.generation), int(meta(connection, "media_length") or 0))
        self.spaces: dict[str, SpaceFile] = {}
        self._new_spaces: list[str] = []
        for number, name, slug, dim, rows in connection.execute("SELECT id, name, slug, dim, num_rows FROM spaces"):
            self._open_space(number, name, slug, dim, rows)

    def _open_space(self, number: int, name: str, slug: str, dim: int, num_rows: int) -> SpaceFile:
        path = vectors_path(self.folder, slug, self.generation)
        space = SpaceFile(number, name, dim, AppendFile(path, num_rows * dim * VECTOR_DTYPE.itemsize))
        self.spaces[name] = space
        return space

    def space(self, name: str, dim: int) -> SpaceFile:
        """The space called `name`, made if it is new.

        Raises:
            InvalidInputError: it exists with another length of vectors.
        """
        known = self.spaces.get(name)
        if known is None:
            slug = slug_of(name)
            number = self._connection.execute(
                "INSERT INTO spaces (name, slug, dim) VALUES (?, ?, ?) RETURNING id", (name, slug, dim)
            ).fetchone()[0]
            self._new_spaces.append(name)
            return self._open_space(number, name, slug, dim, 0)
        if known.dim != dim:
            raise InvalidInputError(
                f"Vectors of space {name!r} have {known.dim} numbers, got {dim}; another encoder needs another name."
            )
        return known

    @property
    def files(self) -> list[AppendFile]:
        """Every open file."""
        return [self.media, *(space.file for space in self.spaces.values())]

    def sync(self) -> None:
        """Make the files durable and write their lengths into the open transaction."""
        for file in self.files:
            file.sync()
        if self.media.dirty:
            set_meta(self._connection, "media_length", str(self.media.length))
        for space in self.spaces.values():
            if space.file.dirty:
                self._connection.execute("UPDATE spaces SET num_rows = ? WHERE id = ?", (space.num_rows, space.number))

    def commit(self) -> None:
        """The transaction holds."""
        for file in self.files:
            file.commit()
        self._new_spaces.clear()

    def rewind(self) -> None:
        """The transaction was rolled back: cut the tails, drop spaces it made."""
        for name in self._new_spaces:
            dropped = self.spaces.pop(name).file
            dropped.close()
            dropped.path.unlink(missing_ok=True)
        self._new_spaces.clear()
        for file in self.files:
            file.rewind()

    def close(self) -> None:
        """Close every file."""
        for file in self.files:
            file.close()
