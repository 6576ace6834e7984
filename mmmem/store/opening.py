"""From a path to an open store."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mmmem.clock import Calendar
from mmmem.errors import InvalidInputError, MemoryNotFoundError
from mmmem.store.appendfile import sync_directory
from mmmem.store.connection import (
    DATABASE,
    REPAIRED_IN_VAIN,
    no_memory,
    open_for_reading,
    open_for_writing,
    readable_errors,
)
from mmmem.store.lock import HOLDER, LOCK, WriterLock
from mmmem.store.losses import restore_lengths
from mmmem.store.rules import Rules
from mmmem.store.scrub import finish_interrupted
from mmmem.store.snapshots import Snapshots
from mmmem.store.writer import Writer

Mode = Literal["r", "w"]


@dataclass
class OpenStore:
    """What an open memory holds: a connection that reads committed states, and the writing half unless it only reads."""

    folder: Path
    connection: sqlite3.Connection
    writer: Writer | None = None
    lock: WriterLock | None = None
    note: str = ""

    def __post_init__(self) -> None:
        self.snapshots = Snapshots(self.connection)

    def close(self) -> None:
        """Close files and connections, then let the next writer in; closing again does nothing."""
        self.connection.close()
        if self.writer is not None:
            self.writer.close()
        if self.lock is not None:
            self.lock.release()


def open_store(
    path: Path, mode: Mode, *, create: bool, calendar: Calendar | None, rules: Rules | None, repair: bool = False
) -> OpenStore:
    """Open the directory; see `Memory.open` for its arguments and what it raises."""
    if mode not in ("r", "w"):
        raise InvalidInputError(f"mode must be 'r' or 'w', got {mode!r}.")
    if create and mode == "r":
        raise InvalidInputError("create=True needs mode='w'.")
    if repair and mode == "r":
        raise InvalidInputError("repair=True needs mode='w'.")
    with readable_errors(path, "Nothing was changed.", REPAIRED_IN_VAIN if repair else None):
        if path.exists() and not path.is_dir():
            raise MemoryNotFoundError(f"{path} is a file; a memory is a directory. Name the directory.")
        if mode == "r":
            connection, note = open_for_reading(path)
            return OpenStore(path, connection, note=note)
        return _open_writer(path, create=create, calendar=calendar, rules=rules, repair=repair)


def _open_writer(path: Path, *, create: bool, calendar: Calendar | None, rules: Rules | None, repair: bool) -> OpenStore:
    if not (path / DATABASE).exists():
        if not create:
            raise no_memory(path, "missing")
        _make_folder(path)
    lock = WriterLock(path)
    try:
        connection = open_for_writing(path, create=create)
        try:
            finish_interrupted(path, connection)
            if repair:
                restore_lengths(path, connection)
            writer = Writer(path, connection, rules)
            if calendar is not None:
                writer.streams.set_calendar(calendar)
            reading, _ = open_for_reading(path)
        except BaseException:
            connection.close()
            raise
    except BaseException:
        lock.release()
        raise
    return OpenStore(path, reading, writer, lock)


def _make_folder(path: Path) -> None:
    """Make the directory, or refuse one that holds something else."""
    fresh = not path.exists()
    path.mkdir(parents=True, exist_ok=True)
    if fresh:
        sync_directory(path.parent)
    foreign = sorted(entry.name for entry in path.iterdir() if entry.name not in (LOCK, HOLDER))
    if foreign:
        raise InvalidInputError(
            f"{path} holds {foreign[0]!r} and no memory; name an empty or a new directory, so that nothing is mixed up."
        )
