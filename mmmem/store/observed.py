"""Which time was observed: the spans of words and looks near a window.

Nearly all observations are short, so those that overlap a window begin shortly before it. The few long ones (a remark about
a whole day) have an index of their own; without it every look-up would have to go back by the longest.
"""

import sqlite3

from mmmem.banks.episodic import Interval
from mmmem.clock import MAX_NS
from mmmem.store.schema import LONG_NS

_OVERLAPPING = f"""
SELECT {{columns}} FROM {{table}} INDEXED BY {{table}}_by_start
  WHERE stream {{streams}} AND start_ns >= :low - {LONG_NS} AND start_ns < :high AND end_ns > :low {{visible}}
UNION ALL
SELECT {{columns}} FROM {{table}} INDEXED BY {{table}}_long
  WHERE stream {{streams}} AND end_ns - start_ns > {LONG_NS} AND start_ns < :low - {LONG_NS} AND end_ns > :low {{visible}}
"""
"""Each row once: the first part begins after, the second before `low - LONG_NS`."""

_ONE = "= :stream"
_SPANS = " UNION ALL ".join(
    _OVERLAPPING.format(columns="start_ns, end_ns", table=table, streams=_ONE, visible=visible)
    for table, visible in (("texts", "AND learned_ns <= :as_of"), ("frames", "AND end_ns <= :as_of"))
)
_ABOUT_LATER = """
UNION ALL SELECT start_ns, end_ns FROM texts INDEXED BY texts_learned_otherwise
  WHERE stream = :stream AND learned_ns <> end_ns AND learned_ns <= :as_of AND start_ns >= :high
"""


def overlapping_ids(table: str, stream: int | None) -> str:
    """SQL for the ids in `texts` or `frames` whose span overlaps [:low, :high)."""
    streams = "IN (SELECT id FROM streams)" if stream is None else _ONE
    return _OVERLAPPING.format(columns="id", table=table, streams=streams, visible="")


def spans_near(connection: sqlite3.Connection, stream: int, low_ns: int, high_ns: int) -> list[Interval]:
    """Spans observed in a stream that overlap [low_ns, high_ns), sorted by start."""
    window = {"stream": stream, "low": low_ns, "high": high_ns, "as_of": MAX_NS}
    return connection.execute(f"{_SPANS} ORDER BY 1", window).fetchall()


def spans_known(connection: sqlite3.Connection, stream: int, low_ns: int, as_of_ns: int) -> list[Interval]:
    """Spans that end after `low_ns` and were known at `as_of_ns`, sorted by start; words about a time to come among them."""
    window = {"stream": stream, "low": low_ns, "high": as_of_ns, "as_of": as_of_ns}
    return connection.execute(f"{_SPANS} {_ABOUT_LATER} ORDER BY 1", window).fetchall()


_FIRST_HIDDEN = f"""
SELECT min(first) FROM (
  SELECT min(start_ns) AS first FROM texts INDEXED BY texts_learned_otherwise
    WHERE stream = :stream AND learned_ns <> end_ns AND learned_ns > :as_of
  UNION ALL SELECT min(start_ns) FROM texts INDEXED BY texts_long
    WHERE stream = :stream AND end_ns - start_ns > {LONG_NS} AND learned_ns > :as_of
  UNION ALL SELECT min(start_ns) FROM frames INDEXED BY frames_long
    WHERE stream = :stream AND end_ns - start_ns > {LONG_NS} AND end_ns > :as_of)
"""


def first_hidden_ns(connection: sqlite3.Connection, stream: int, as_of_ns: int) -> int:
    """A time before which nothing was observed that was not known at `as_of_ns`."""
    long_or_late = connection.execute(_FIRST_HIDDEN, {"stream": stream, "as_of": as_of_ns}).fetchone()[0]
    short = max(as_of_ns - LONG_NS, 0)
    return short if long_or_late is None else min(short, long_or_late)


def extent(connection: sqlite3.Connection, stream: int) -> Interval | None:
    """From the first to the last instant observed of a stream, None if nothing was."""
    first, last = connection.execute(
        "SELECT min(start_ns), max(end_ns) FROM (SELECT start_ns, end_ns FROM texts WHERE stream = ?1"
        " UNION ALL SELECT start_ns, end_ns FROM frames WHERE stream = ?1)",
        (stream,),
    ).fetchone()
    return None if first is None else (first, last)
