"""What goes when something is forgotten: the rows that fit, whatever rests on them, and where nothing is taken in again."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mmmem.banks.episodic import Interval
from mmmem.clock import Span
from mmmem.store.enrichments import built_of, claims_of_enrichments
from mmmem.store.mentions import Mention
from mmmem.store.named_assertions import Named, about_name, resting_on
from mmmem.store.observed import extent
from mmmem.store.tombstones import ASSERTIONS, EVERYTHING, SIGHT, WORDS
from mmmem.store.wearers import wearers_called
from mmmem.store.writer import DETECTION, FRAME, PASSAGE


@dataclass(slots=True)
class Selection:
    """Numbers of the rows that go. Frames in `blanked` stay as the fact that somebody looked, without what was seen."""

    texts: set[int] = field(default_factory=set)
    claims: set[int] = field(default_factory=set)
    frames: set[int] = field(default_factory=set)
    blanked: set[int] = field(default_factory=set)
    detections: set[int] = field(default_factory=set)
    passages: set[int] = field(default_factory=set)
    streams: set[int] = field(default_factory=set)
    enrichments: set[int] = field(default_factory=set)
    assertions: set[int] = field(default_factory=set)
    wearers: set[int] = field(default_factory=set)
    """Streams that no longer tell who wears the camera."""
    buried: dict[int, dict[int, list[Interval]]] = field(default_factory=dict)
    """Tombstones by kind and stream."""


def select(connection: sqlite3.Connection, stream: int | None, span: Span | None, mention: Mention | None) -> Selection:
    """What fits all given criteria, and everything that rests on it."""
    where, values = _overlap(stream, span)
    texts = connection.execute(f"SELECT id, text, speaker FROM texts WHERE {where}", values).fetchall()
    frames = {number for (number,) in connection.execute(f"SELECT id FROM frames WHERE {where}", values)}
    found = Selection()
    if mention is None:
        found.texts = {row[0] for row in texts}
        found.frames = frames
        if span is None and stream is not None:
            found.streams = {stream}
        found.assertions = {number for (number,) in connection.execute(f"SELECT id FROM assertions WHERE {where}", values)}
        found.assertions |= resting_on(connection, found.frames, found.streams)
    else:
        found.texts = {number for number, text, speaker in texts if mention.search(text) or mention.search(speaker or "")}
        _select_sightings(connection, mention, frames, found)
        _select_named(connection, about_name(connection, mention, where, values), frames, found)
        made = connection.execute(f"SELECT id, text FROM enrichments WHERE {where}", values)
        found.enrichments = {number for number, text in made if mention.search(text)}
        found.wearers = wearers_called(connection, mention, stream) if span is None else set()
    select_dependents(connection, found)
    if mention is not None:
        within = {row[0] for row in texts}
        rows = connection.execute("SELECT id, text, subject, object FROM claims").fetchall()
        found.claims |= {c for c, text, s, o in rows if text in within and (mention.search(s) or mention.search(o))}
    found.buried = _tombstones(connection, found, stream, span, mention)
    return found


def _tombstones(
    connection: sqlite3.Connection, found: Selection, stream: int | None, span: Span | None, mention: Mention | None
) -> dict[int, dict[int, list[Interval]]]:
    """Where nothing is taken in again: the span as far as each stream reaches; of a name, its words, sights, assertions."""
    told = _spans_of(connection, "assertions", found.assertions)
    if mention is not None:
        heard = _spans_of(connection, "texts", found.texts - _lines_of_models(connection))
        return {WORDS: heard, SIGHT: _spans_of(connection, "frames", found.blanked), ASSERTIONS: told}
    within = {} if span is None else _within_reach(connection, stream, span)
    return {EVERYTHING: within, ASSERTIONS: _beyond(told, within)}


def _within_reach(connection: sqlite3.Connection, stream: int | None, span: Span) -> dict[int, list[Interval]]:
    reach = {number: _reach(connection, number) for (number,) in connection.execute("SELECT id FROM streams")}
    return {
        number: [(max(int(span.start_ns), low), min(int(span.end_ns), high))]
        for number, (low, high) in reach.items()
        if stream in (None, number) and span.start_ns < high and span.end_ns > low
    }


def _beyond(told: dict[int, list[Interval]], within: dict[int, list[Interval]]) -> dict[int, list[Interval]]:
    """Spans of assertions that go and lie elsewhere: they rest on a look that goes, or are of a time no stream reached."""
    return {
        number: [one for one in spans if not any(one[0] < high and one[1] > low for low, high in within.get(number, ()))]
        for number, spans in told.items()
    }


def _lines_of_models(connection: sqlite3.Connection) -> set[int]:
    """Lines that are made again from what is left, and not taken in."""
    return {line for (line,) in connection.execute("SELECT line FROM enrichments WHERE line IS NOT NULL")}


def _reach(connection: sqlite3.Connection, stream: int) -> Interval:
    """From where to where a stream is known to go: a camera goes on after that, and what comes then was not meant."""
    start_ns, *ends = connection.execute("SELECT start_ns, end_ns, position_ns FROM streams WHERE id = ?", (stream,)).fetchone()
    observed = extent(connection, stream) or (start_ns, start_ns)
    return min(start_ns, observed[0]), max(observed[1], *(end or 0 for end in ends))


def _overlap(stream: int | None, span: Span | None) -> tuple[str, list[int]]:
    conditions, values = ["1"], []
    if stream is not None:
        conditions.append("stream = ?")
        values.append(stream)
    if span is not None:
        conditions.append("start_ns < ? AND end_ns > ?")
        values += [span.end_ns, span.start_ns]
    return " AND ".join(conditions), values


def _select_sightings(connection: sqlite3.Connection, mention: Mention, frames: set[int], found: Selection) -> None:
    labels = [label for (label,) in connection.execute("SELECT DISTINCT label FROM detections") if mention.search(label)]
    for label in labels:
        rows = connection.execute("SELECT id, frame FROM detections WHERE label = ?", (label,))
        seen = [(number, frame) for number, frame in rows if frame in frames]
        found.detections |= {number for number, _ in seen}
        found.blanked |= {frame for _, frame in seen}


def _select_named(connection: sqlite3.Connection, named: Named, frames: set[int], found: Selection) -> None:
    """Assertions about a name go; the looks that showed it lose their pictures and the boxes of what it was seen as."""
    found.assertions = named.ids
    for frame in frames & named.looks.keys():
        found.blanked.add(frame)
        boxes = connection.execute("SELECT id, label FROM detections WHERE frame = ?", (frame,))
        found.detections |= {number for number, label in boxes if label in named.looks[frame]}


def select_dependents(connection: sqlite3.Connection, found: Selection) -> None:
    """Add what rests on the texts, looks and enrichments that go."""
    seen = found.frames | found.blanked
    found.enrichments, lines = built_of(connection, found.enrichments, found.texts, seen)
    found.texts |= lines
    found.claims |= claims_of_enrichments(connection, found.enrichments)
    found.detections |= {i for (i,) in rows_by_id(connection, "SELECT id FROM detections", found.frames, "frame")}
    found.claims |= {i for (i,) in rows_by_id(connection, "SELECT id FROM claims", found.texts, "text")}
    found.passages |= {i for (i,) in rows_by_id(connection, "SELECT id FROM passages", found.texts, "first_text")}
    found.passages |= _runs_behind(connection, found.texts)


def _runs_behind(connection: sqlite3.Connection, texts: set[int]) -> set[int]:
    """Passages of several lines, as older programs made them: from the first line that goes on they would begin elsewhere."""
    first_gone: dict[int, int] = {}
    for learned_ns, stream in rows_by_id(connection, "SELECT learned_ns, stream FROM texts", texts):
        first_gone[stream] = min(learned_ns, first_gone.get(stream, learned_ns))
    select = "SELECT id FROM passages WHERE num_lines > 1 AND stream = ? AND learned_ns >= ?"
    return {number for gone in first_gone.items() for (number,) in connection.execute(select, gone)}


def rows_by_id(connection: sqlite3.Connection, select: str, ids: Iterable[int], column: str = "id") -> list[tuple[Any, ...]]:
    """Rows of `select` whose `column` is among `ids`, in chunks that SQLite can take."""
    wanted = sorted(ids)
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(wanted), 10_000):
        chunk = wanted[start : start + 10_000]
        rows += connection.execute(f"{select} WHERE {column} IN ({','.join(map(str, chunk))})").fetchall()
    return rows


def counts_of(connection: sqlite3.Connection, found: Selection) -> dict[str, int]:
    """How much goes, by kind."""
    unseen = found.frames | found.blanked
    keyframes = rows_by_id(connection, "SELECT media_offset FROM frames", unseen)
    return {
        "texts": len(found.texts),
        "claims": len(found.claims),
        "frames": len(found.frames),
        "detections": len(found.detections),
        "keyframes": sum(offset is not None for (offset,) in keyframes),
        "vectors": len(vectors_of(connection, found)),
        "passages": len(found.passages),
        "streams": len(found.streams),
        "wearers": len(found.wearers),
        "enrichments": len(found.enrichments),
        "assertions": len(found.assertions),
        "poses": len(rows_by_id(connection, "SELECT frame FROM poses", found.frames, "frame")),
    }


def vectors_of(connection: sqlite3.Connection, found: Selection) -> list[tuple[int, int]]:
    """Space and row of the vectors that go."""
    owners = ((FRAME, found.frames | found.blanked), (DETECTION, found.detections), (PASSAGE, found.passages))
    select = "SELECT space, row FROM vectors"
    return [
        (space, row)
        for kind, ids in owners
        for space, row in rows_by_id(connection, select, ids, f"owner_kind = {kind} AND owner_id")
    ]


def observed_spans_of(connection: sqlite3.Connection, found: Selection) -> dict[int, list[Interval]]:
    """By stream, the spans that were observed as texts and looks that go."""
    spans = _spans_of(connection, "texts", found.texts)
    for stream, looks in _spans_of(connection, "frames", found.frames).items():
        spans.setdefault(stream, []).extend(looks)
    return spans


def _spans_of(connection: sqlite3.Connection, table: str, ids: set[int]) -> dict[int, list[Interval]]:
    """Spans of texts, frames or assertions by stream."""
    spans: dict[int, list[Interval]] = {}
    for stream, start_ns, end_ns in rows_by_id(connection, f"SELECT stream, start_ns, end_ns FROM {table}", ids):
        spans.setdefault(stream, []).append((start_ns, end_ns))
    return spans
