"""The tables of a memory, and how an older file becomes a newer one.

`PRAGMA user_version` holds the format: the number of migrations applied. A migration is never edited after a release; a
change is one more function at the end of `MIGRATIONS`.
"""

import sqlite3
from collections.abc import Callable

APPLICATION_ID = 0x6D6D656D
"""`mmem` in ASCII: tells a memory from any other SQLite file."""

FTS_DDL = """
CREATE VIRTUAL TABLE lines_fts USING fts5(
  terms, content='', tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~''""'");
CREATE VIRTUAL TABLE lines_vocab USING fts5vocab('lines_fts', 'instance');
"""
"""Terms are already cut, folded and stemmed: every character but white space belongs to its token, and only A to Z fold."""

LONG_NS = 120_000_000_000
"""Observations longer than this have indexes of their own (mmmem.store.observed). Part of the format: never change it."""

_FIRST_DDL = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE streams (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, uri TEXT NOT NULL,
  start_ns INTEGER NOT NULL, end_ns INTEGER, position_ns INTEGER);

CREATE TABLE spaces (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, slug TEXT NOT NULL UNIQUE,
  dim INTEGER NOT NULL, num_rows INTEGER NOT NULL DEFAULT 0);

-- One row per look of a camera. A look is learned when its interval ends.
CREATE TABLE frames (
  id INTEGER PRIMARY KEY, stream INTEGER NOT NULL REFERENCES streams, idx INTEGER NOT NULL, t_ns INTEGER NOT NULL,
  start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
  num_detections INTEGER,                                      -- NULL: nobody looked; 0: looked and found nothing
  media_offset INTEGER, media_length INTEGER, media_crc INTEGER,
  change_space INTEGER REFERENCES spaces, change_row INTEGER,  -- the vector that change is measured with
  change REAL,                                                 -- cosine distance to the look learned before
  UNIQUE (stream, idx, t_ns));
CREATE INDEX frames_by_start ON frames (stream, start_ns, end_ns);
CREATE INDEX frames_long ON frames (stream, start_ns, end_ns) WHERE end_ns - start_ns > {LONG_NS};
CREATE INDEX frames_by_change ON frames (stream, change_space, end_ns, t_ns, idx) WHERE change_space IS NOT NULL;
CREATE INDEX frames_by_time ON frames (stream, t_ns);

CREATE TABLE texts (
  id INTEGER PRIMARY KEY, stream INTEGER NOT NULL REFERENCES streams,
  start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, learned_ns INTEGER NOT NULL,
  kind INTEGER NOT NULL, speaker TEXT, text TEXT NOT NULL, source TEXT NOT NULL,
  num_terms INTEGER NOT NULL, digest INTEGER NOT NULL UNIQUE);
CREATE INDEX texts_by_start ON texts (stream, start_ns, end_ns, learned_ns);
CREATE INDEX texts_long ON texts (stream, start_ns, end_ns, learned_ns) WHERE end_ns - start_ns > {LONG_NS};
CREATE INDEX texts_learned_otherwise ON texts (stream, learned_ns, start_ns) WHERE learned_ns <> end_ns;

CREATE TABLE detections (
  id INTEGER PRIMARY KEY, frame INTEGER NOT NULL REFERENCES frames, stream INTEGER NOT NULL REFERENCES streams,
  t_ns INTEGER NOT NULL, label TEXT NOT NULL, track_id INTEGER NOT NULL, score REAL NOT NULL,
  x0 REAL NOT NULL, y0 REAL NOT NULL, x1 REAL NOT NULL, y1 REAL NOT NULL);
CREATE INDEX detections_by_frame ON detections (frame);
CREATE INDEX detections_by_track ON detections (stream, label, track_id, t_ns);

CREATE TABLE presences (
  stream INTEGER NOT NULL REFERENCES streams, label TEXT NOT NULL, track_id INTEGER NOT NULL,
  start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, num_frames INTEGER NOT NULL,
  best_frame INTEGER NOT NULL REFERENCES frames, best_score REAL NOT NULL, best_t_ns INTEGER NOT NULL,
  PRIMARY KEY (stream, label, track_id, start_ns)) WITHOUT ROWID;
CREATE INDEX presences_by_best_frame ON presences (best_frame);

CREATE TABLE vectors (
  space INTEGER NOT NULL REFERENCES spaces, row INTEGER NOT NULL,
  owner_kind INTEGER NOT NULL, owner_id INTEGER NOT NULL, learned_ns INTEGER NOT NULL, crc INTEGER NOT NULL,
  PRIMARY KEY (space, row)) WITHOUT ROWID;
CREATE UNIQUE INDEX vectors_by_owner ON vectors (owner_kind, owner_id, space);

CREATE TABLE cuts (
  stream INTEGER NOT NULL REFERENCES streams, t_ns INTEGER NOT NULL, learned_ns INTEGER NOT NULL,
  PRIMARY KEY (stream, t_ns)) WITHOUT ROWID;

-- The id of a clip says its stream, level and place on the grid; see mmmem.banks.episodic.clip_id.
CREATE TABLE clips (
  id INTEGER PRIMARY KEY, stream INTEGER NOT NULL REFERENCES streams, level INTEGER NOT NULL,
  start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, parent INTEGER);
CREATE INDEX clips_by_parent ON clips (parent);
CREATE INDEX clips_by_start ON clips (level, stream, start_ns);

CREATE TABLE passages (
  id INTEGER PRIMARY KEY, stream INTEGER NOT NULL REFERENCES streams,
  first_text INTEGER NOT NULL REFERENCES texts, last_text INTEGER NOT NULL REFERENCES texts, num_lines INTEGER NOT NULL,
  start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, learned_ns INTEGER NOT NULL);
CREATE INDEX passages_by_first ON passages (first_text);
CREATE INDEX passages_by_last ON passages (last_text);

-- The log of assertions; facts are read off it (mmmem.store.facts), so that they can be read as of any time.
CREATE TABLE claims (
  id INTEGER PRIMARY KEY, text INTEGER NOT NULL REFERENCES texts,
  subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT NOT NULL,
  functional INTEGER NOT NULL, ends INTEGER NOT NULL);
CREATE INDEX claims_by_text ON claims (text);
CREATE INDEX claims_by_subject ON claims (subject, predicate);
CREATE INDEX claims_by_object ON claims (object);
"""

_ENRICHMENTS_DDL = """
-- What a language model made of parts of the memory: a line (a caption), words (a summary), or claims that name it.
CREATE TABLE enrichments (
  id INTEGER PRIMARY KEY, task TEXT NOT NULL, stream INTEGER NOT NULL REFERENCES streams, level INTEGER NOT NULL,
  start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, learned_ns INTEGER NOT NULL,
  text TEXT NOT NULL, line INTEGER REFERENCES texts, model TEXT NOT NULL, prompt TEXT NOT NULL, digest TEXT NOT NULL,
  UNIQUE (task, stream, level, start_ns));
CREATE INDEX enrichments_by_line ON enrichments (line) WHERE line IS NOT NULL;
-- What each was made of: whatever forgets a part forgets what was made of it.
CREATE TABLE ingredients (
  enrichment INTEGER NOT NULL REFERENCES enrichments, kind INTEGER NOT NULL, part INTEGER NOT NULL, cited INTEGER NOT NULL,
  PRIMARY KEY (enrichment, kind, part)) WITHOUT ROWID;
CREATE INDEX ingredients_by_part ON ingredients (kind, part);
ALTER TABLE claims ADD COLUMN enrichment INTEGER REFERENCES enrichments;
CREATE INDEX claims_by_enrichment ON claims (enrichment) WHERE enrichment IS NOT NULL;
"""

_GONE_DDL = """
-- Where something was forgotten, never what: see mmmem.store.tombstones.
CREATE TABLE tombstones (
  stream INTEGER NOT NULL REFERENCES streams, kind INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
  forgotten_ns INTEGER NOT NULL, PRIMARY KEY (stream, kind, start_ns, end_ns)) WITHOUT ROWID;
-- What damage took and a repair noted: the picture (space '') or a vector of a look or of a box in it.
CREATE TABLE losses (
  frame INTEGER NOT NULL REFERENCES frames, owner_kind INTEGER NOT NULL, owner_id INTEGER NOT NULL, space TEXT NOT NULL,
  noted_ns INTEGER NOT NULL, PRIMARY KEY (frame, owner_kind, owner_id, space)) WITHOUT ROWID;
"""

_ASSERTIONS_DDL = """
-- The append-only log that a scene graph is read off. A row is never changed; `digest` covers all of it.
CREATE TABLE assertions (
  id INTEGER PRIMARY KEY, stream INTEGER NOT NULL REFERENCES streams, frame INTEGER REFERENCES frames,
  start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, learned_ns INTEGER NOT NULL,
  kind TEXT NOT NULL, subject TEXT NOT NULL, object TEXT NOT NULL, value TEXT NOT NULL,  -- value: JSON
  confidence REAL NOT NULL, source INTEGER NOT NULL, vector BLOB, digest BLOB NOT NULL UNIQUE);
CREATE INDEX assertions_by_subject ON assertions (subject);
CREATE INDEX assertions_by_learned ON assertions (learned_ns);
CREATE INDEX assertions_by_start ON assertions (stream, start_ns, end_ns);
CREATE INDEX assertions_by_frame ON assertions (frame) WHERE frame IS NOT NULL;
-- Where a look was taken from: the upper three rows of the transform from camera to world, twelve 64-bit floats.
CREATE TABLE poses (frame INTEGER PRIMARY KEY REFERENCES frames, pose BLOB NOT NULL, crc INTEGER NOT NULL);
-- What damage took of the log and a repair noted.
CREATE TABLE lost_assertions (
  id INTEGER PRIMARY KEY, stream INTEGER NOT NULL REFERENCES streams, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
  noted_ns INTEGER NOT NULL);
"""


def _create_first(connection: sqlite3.Connection) -> None:
    run_statements(connection, _FIRST_DDL + FTS_DDL)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.executemany("INSERT INTO meta VALUES (?, ?)", [("generation", "0"), ("media_length", "0"), ("unscrubbed", "0")])


def _add_enrichments(connection: sqlite3.Connection) -> None:
    run_statements(connection, _ENRICHMENTS_DDL)


def _add_what_is_gone(connection: sqlite3.Connection) -> None:
    run_statements(connection, _GONE_DDL)


def _add_assertions(connection: sqlite3.Connection) -> None:
    run_statements(connection, _ASSERTIONS_DDL)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _create_first,
    _add_enrichments,
    _add_what_is_gone,
    _add_assertions,
)
FORMAT_VERSION = len(MIGRATIONS)
OLDEST_READABLE = 3
"""Formats from this one on are read as they are: what they have no table for, they hold none of."""


def has_table(connection: sqlite3.Connection, table: str) -> bool:
    """Whether the file has it: an older one that is open for reading does not have the newest."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
    return found is not None


def run_statements(connection: sqlite3.Connection, script: str) -> None:
    """Run a script inside the transaction that is open; `executescript` would commit it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring the file from format `version` to this program's, one transaction per step."""
    for number in range(version, FORMAT_VERSION):
        connection.execute("BEGIN IMMEDIATE")
        try:
            MIGRATIONS[number](connection)
            connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
