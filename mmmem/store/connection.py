"""Opening the SQLite file, and turning its errors into ours."""

import os
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from mmmem.errors import (
    InvalidInputError,
    MemoryCorruptError,
    MemoryLockedError,
    MemoryNotFoundError,
    MemoryTooNewError,
    MmmemError,
    StorageError,
)
from mmmem.store.appendfile import put_back
from mmmem.store.schema import APPLICATION_ID, FORMAT_VERSION, OLDEST_READABLE, migrate

DATABASE = "memory.sqlite"
BUSY_TIMEOUT_S = 10.0

_STORAGE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


REPAIRED_IN_VAIN = "Restore a copy of the directory, or make the memory again with `mmmem ingest SRC -m NEW_DIR`."
"""What is left to do where repair was tried."""


def repairable(path: Path) -> str:
    """What to do first about damage, in words."""
    return f"`mmmem check --repair -m {shlex.quote(str(path))}` mends what can be made again; if that fails, restore a copy."


@contextmanager
def readable_errors(
    path: Path, kept: str = "Everything acknowledged before is kept.", remedy: str | None = None
) -> Iterator[None]:
    """Turn what SQLite and the operating system raise into one line with a remedy.

    Args:
        path: the memory's directory.
        kept: what is safe, for the message.
        remedy: against damage; a repair by default.

    Raises:
        StorageError: disk full, read-only or failing.
        MemoryLockedError: another process keeps the file busy.
        MemoryCorruptError: the file contradicts itself.
    """
    remedy = remedy or repairable(path)
    try:
        yield
    except sqlite3.Error as error:
        translated = _translated(error, path, kept, remedy)
        if translated is error:
            raise
        raise translated from error
    except MmmemError:  # some are also OSErrors
        raise
    except UnicodeDecodeError as error:  # not even the message about the damage can be read
        raise MemoryCorruptError(f"{path / DATABASE} is damaged: unreadable characters. {remedy}") from error
    except FileNotFoundError as error:
        raise MemoryCorruptError(f"{error.filename} is missing, the rest of the memory names it. {put_back(path)}") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"Cannot use {path}: {reason}. {kept} Free space or check permissions, then go on.") from error


def _translated(error: sqlite3.Error, path: Path, kept: str, remedy: str) -> Exception:
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        return InvalidInputError(f"The memory in {path} is closed; open it again.")
    if isinstance(error, sqlite3.ProgrammingError | sqlite3.InterfaceError):
        return error  # a mistake of this program, not of the file
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    words = " ".join(str(error).split())
    if code in _STORAGE:
        return StorageError(f"Cannot use {path / DATABASE}: {words}. {kept} Free space or check permissions, then go on.")
    if code in _LOCKED:
        return MemoryLockedError(f"{path / DATABASE} is busy: {words}. {kept} Close the other program and try again.")
    return MemoryCorruptError(f"{path / DATABASE} is damaged: {words}. {remedy}")


def no_memory(path: Path, lack: str) -> MmmemError:
    """The error for a directory whose database is missing or empty (`lack`)."""
    left = sorted(entry.name for pattern in ("media.*.bin", "vectors.*.f32") for entry in path.glob(pattern))
    if left:
        return MemoryCorruptError(
            f"{path / DATABASE} is {lack}, and {left[0]} beside it cannot be read without it. {REPAIRED_IN_VAIN}"
        )
    return MemoryNotFoundError(f"No memory in {path}: {DATABASE} is {lack}. Create one with `mmmem ingest SRC -m {path}`.")


def _connect(path: Path, parameters: str) -> sqlite3.Connection:
    uri = f"file:{quote(str((path / DATABASE).absolute()))}?{parameters}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def open_for_writing(path: Path, *, create: bool) -> sqlite3.Connection:
    """A connection that writes durably and wipes what it deletes; creates or migrates the tables.

    Raises:
        MemoryNotFoundError: nothing there and `create` is false.
        MemoryTooNewError: written by a newer program.
        MemoryCorruptError: not a memory, or damaged.
        StorageError: the directory cannot be written.
    """
    if not (path / DATABASE).exists() and not create:
        raise no_memory(path, "missing")
    connection = _connect(path, "mode=rwc" if create else "mode=rw")
    try:
        connection.execute("PRAGMA secure_delete = ON")
        version = format_version(connection, path)
        if version == 0 and not create:
            raise no_memory(path, "empty")
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise StorageError(f"The file system of {path} cannot hold a write-ahead log; put the memory on a local disk.")
        connection.execute("PRAGMA synchronous = FULL")
        migrate(connection, version)
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_reading(path: Path) -> tuple[sqlite3.Connection, str]:
    """A connection that never writes, and a note about what it may not see ("" if nothing).

    A write-ahead log needs a shared-memory file next to it. Where none can be made (a read-only directory or medium), the
    main file is read as it is, if the log is empty: without its log a file may be half of two states.

    Raises:
        MemoryNotFoundError, MemoryTooNewError, MemoryCorruptError, StorageError: as `open_for_writing`.
    """
    if not (path / DATABASE).exists():
        raise no_memory(path, "missing")
    connection, note = _first_that_reads(path)
    try:
        version = format_version(connection, path)
        if version == 0:
            raise no_memory(path, "empty")
        if version < OLDEST_READABLE:
            raise StorageError(
                f"The memory in {path} has format {version}, this program reads {OLDEST_READABLE} to {FORMAT_VERSION}. "
                f"`mmmem check --repair -m {shlex.quote(str(path))}` brings it up to date."
            )
    except BaseException:
        connection.close()
        raise
    return connection, note


def _first_that_reads(path: Path) -> tuple[sqlite3.Connection, str]:
    writable = os.access(path, os.W_OK) and os.access(path / DATABASE, os.W_OK)
    for parameters in (["mode=rw"] if writable else []) + ["mode=ro"]:
        try:
            connection = _connect(path, parameters)
        except sqlite3.OperationalError:
            continue
        try:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode & 0xFF not in _STORAGE:
                raise
        else:
            return connection, ""
    log = path / f"{DATABASE}-wal"
    if log.exists() and log.stat().st_size > 0:
        raise StorageError(
            f"The memory in {path} was not closed and cannot be read where nothing can be written: its newest rows lie in a log. "
            "Copy the directory to a writable place and open it there."
        )
    return _connect(path, "mode=ro&immutable=1"), f"{path} is read-only: it is read as it lies, later changes are not seen."


def format_version(connection: sqlite3.Connection, path: Path) -> int:
    """The format of an open file, 0 where it holds nothing yet.

    Raises:
        MemoryTooNewError: newer than this program.
        MemoryCorruptError: a SQLite file of something else.
    """
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    num_tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version == 0 and num_tables == 0:
        return 0
    if application != APPLICATION_ID:
        raise MemoryCorruptError(f"{path / DATABASE} is not a memory (application id {application:#x}); name another directory.")
    if version > FORMAT_VERSION:
        raise MemoryTooNewError(
            f"The memory in {path} has format {version}, this program knows up to {FORMAT_VERSION}. Install a newer mmmem."
        )
    return version
