"""Making deleted bytes disappear: old generations, caches, freed pages and the write-ahead log."""

import re
import sqlite3
from pathlib import Path

from mmmem.store.appendfile import sync_directory
from mmmem.store.caches import remove_caches
from mmmem.store.files import meta, set_meta

_GENERATION = re.compile(r"^(?:media\.(\d+)\.bin|vectors\..+\.(\d+)\.f32)$")


def finish_interrupted(folder: Path, connection: sqlite3.Connection) -> None:
    """Finish what a killed `forget` had begun, and remove files that belong to no committed state."""
    remove_strays(folder, connection)
    if meta(connection, "unscrubbed") == "1":
        scrub(folder, connection)


def remove_strays(folder: Path, connection: sqlite3.Connection) -> None:
    """Remove files of other generations, and of spaces whose transaction never committed."""
    strays = stray_files(folder, connection)
    for stray in strays:
        stray.unlink()
    if strays:
        sync_directory(folder)


def stray_files(folder: Path, connection: sqlite3.Connection) -> list[Path]:
    """Media and vector files that the committed state does not name."""
    generation = int(meta(connection, "generation") or 0)
    wanted = {f"vectors.{slug}.{generation}.f32" for (slug,) in connection.execute("SELECT slug FROM spaces")}
    wanted.add(f"media.{generation}.bin")
    return sorted(entry for entry in folder.iterdir() if _GENERATION.match(entry.name) and entry.name not in wanted)


def scrub(folder: Path, connection: sqlite3.Connection) -> bool:
    """Rewrite the database without its freed pages and empty the log; call it after the deleting transaction committed.

    Returns:
        Whether nothing is left; a program that still reads an older state keeps the log from being emptied, and the next
        writer finishes.
    """
    remove_strays(folder, connection)
    remove_caches(folder)
    connection.execute("VACUUM")
    if not _emptied_log(connection):
        return False
    set_meta(connection, "unscrubbed", "0")
    return _emptied_log(connection)


def _emptied_log(connection: sqlite3.Connection) -> bool:
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
