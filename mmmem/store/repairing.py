"""Repair: what can be made again is made again, and what is lost is noted; one transaction, so that it happened or did not."""

import sqlite3

from mmmem.store.connection import REPAIRED_IN_VAIN, readable_errors
from mmmem.store.derived import rebuild_terms, rebuild_times
from mmmem.store.files import GenerationFiles, meta
from mmmem.store.generation import rewrite_files
from mmmem.store.losses import damage_of, mark_lost
from mmmem.store.scrub import finish_interrupted, remove_strays
from mmmem.store.writer import Writer


def repair_store(writer: Writer) -> None:
    """Note lost pictures and vectors, rewrite the files without them, and make every derived row again.

    Raises:
        StorageError: no room for the rewritten files; then nothing was changed.
        MemoryCorruptError: the database itself cannot be read.
    """
    writer.remedy = REPAIRED_IN_VAIN
    with readable_errors(writer.folder, "Nothing was changed.", REPAIRED_IN_VAIN):
        try:
            files = _repaired(writer)
        except BaseException:
            remove_strays(writer.folder, writer.connection)  # a half-written generation would only fill the disk
            raise
        if files is not None:
            writer.use(files)
        finish_interrupted(writer.folder, writer.connection)


def _repaired(writer: Writer) -> GenerationFiles | None:
    """The rewritten files, None where nothing in them is to be left out."""
    connection = writer.connection
    with writer.transaction():
        connection.execute("REINDEX")
        damage = damage_of(writer.folder, connection)
        mark_lost(connection, damage)
        rebuild_terms(connection, writer.rules)
        rebuild_times(writer)
        if damage.pictures or damage.vectors or not _is_gapless(connection):
            return rewrite_files(writer.files, connection, True)
    return None


def _is_gapless(connection: sqlite3.Connection) -> bool:
    """Whether every committed byte belongs to a picture or a vector."""
    used = connection.execute("SELECT coalesce(sum(media_length), 0) FROM frames WHERE media_offset IS NOT NULL").fetchone()[0]
    spaces = connection.execute("SELECT num_rows, (SELECT count(*) FROM vectors v WHERE v.space = spaces.id) FROM spaces")
    return used == int(meta(connection, "media_length") or 0) and all(rows == owned for rows, owned in spaces)
