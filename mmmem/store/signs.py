"""All that events are cut from, read at once: which word, speaker or place came with which text, and when pictures were taken."""

import sqlite3
from collections.abc import Iterable

import numpy as np

from mmmem.store.columns import as_columns
from mmmem.store.records import Ints

_WORDS = "SELECT term, doc FROM lines_vocab"
_SPEAKERS = "SELECT speaker, id FROM texts WHERE speaker IS NOT NULL ORDER BY speaker"
# What a model claims is learned when its whole period is over, not with the line it names.
_PLACES = (
    "SELECT object, text FROM claims WHERE predicate = 'at' AND object <> '' AND NOT ends AND enrichment IS NULL ORDER BY object"
)
_PICTURED = (
    "SELECT id, stream, t_ns, end_ns FROM frames WHERE id IN (SELECT owner_id FROM vectors WHERE owner_kind = 0) ORDER BY id"
)


def occurrences(connection: sqlite3.Connection) -> tuple[Ints, Ints]:
    """(n,) number of the word, speaker or place, and (n,) id of the text it came with.

    Numbers follow the alphabet within each sort, so they keep their order when a memory grows.
    """
    numbers: list[Ints] = []
    texts: list[Ints] = []
    num_known = 0
    for sql in (_WORDS, _SPEAKERS, _PLACES):
        number, text, num = _numbered(connection.execute(sql), num_known)
        numbers.append(number)
        texts.append(text)
        num_known += num
    return np.concatenate(numbers), np.concatenate(texts)


def _numbered(rows: Iterable[tuple[str, int]], start: int) -> tuple[Ints, Ints, int]:
    of_name: dict[str, int] = {}
    pairs = [(of_name.setdefault(name, start + len(of_name)), text) for name, text in rows]
    number, text = np.array(pairs, np.int64).reshape(-1, 2).T
    return number, text, len(of_name)


def pictured(connection: sqlite3.Connection) -> Ints:
    """(4, m) looks that have a vector: id, number of the stream, instant, and when it was learned; ordered by id."""
    return as_columns(connection.execute(_PICTURED), 4)
