"""What is left when something was forgotten: where a name still stands, and what of it is kept on purpose."""

import sqlite3
from dataclasses import dataclass

from mmmem.clock import Span
from mmmem.store.mentions import Mention
from mmmem.store.named_assertions import SIGHTINGS, letters_inside
from mmmem.store.observed import overlapping_ids
from mmmem.wording import counted


@dataclass(frozen=True, slots=True)
class About:
    """What is forgotten: the stream by name and number, the span, the name and what finds it."""

    stream_id: str | None
    stream: int | None
    span: Span | None
    name: str | None
    mention: Mention | None


def named_otherwise(connection: sqlite3.Connection, about: About, texts: set[int]) -> list[str]:
    """Where the name is still written after forgetting it: in what streams, files, labels and summaries say."""
    if about.mention is None:
        return []
    rows = connection.execute("SELECT name, uri FROM streams ORDER BY id").fetchall()
    bearing = [(s, uri) for s, uri in rows if about.mention.search(s) or about.mention.search(uri)]
    notes = [f"Stream {s!r} ({uri}) bears the name itself; forget the stream too." for s, uri in bearing]
    sources = connection.execute("SELECT DISTINCT source FROM texts ORDER BY source").fetchall()
    for source in [source for (source,) in sources if about.mention.search(source)]:
        ids = {number for (number,) in connection.execute("SELECT id FROM texts WHERE source = ?", (source,))} - texts
        if ids:
            notes.append(f"Texts that do not mention the name come from {source!r}, which bears it: {len(ids)}.")
    asserted = letters_inside(connection, about.mention)
    notes += _letters_elsewhere(connection, about.mention)
    return notes + [f"{words!r} in what is asserted holds the letters inside another word and stays." for words in asserted]


def _letters_elsewhere(connection: sqlite3.Connection, mention: Mention) -> list[str]:
    """What holds the letters inside another word and is no line."""
    kinds = (
        ("Stream", "SELECT name FROM streams ORDER BY id"),
        ("The label", "SELECT DISTINCT label FROM detections ORDER BY label"),
        ("What a model made:", "SELECT text FROM enrichments WHERE line IS NULL ORDER BY id"),
    )
    return [
        f"{kind} {words!r} holds the letters inside another word and stays."
        for kind, select in kinds
        for (words,) in connection.execute(select).fetchall()
        if mention.is_inside(words) and not mention.search(words)
    ]


def _either(mention: Mention, *values: str) -> bool:
    return any(mention.is_inside(value) for value in values)


def lines_unsure(connection: sqlite3.Connection, about: About, texts: set[int]) -> tuple[tuple[int, str], ...]:
    """Ids and words of the texts of the same stream and span that stay although the letters of the name are in them."""
    if about.mention is None:
        return ()
    rows = connection.execute(f"SELECT id, speaker, text FROM texts {_within(about)} ORDER BY start_ns, id", _values(about))
    kept = ((number, speaker, text) for number, speaker, text in rows if number not in texts)
    return tuple(
        (number, f"{speaker}: {text}" if speaker else text)
        for number, speaker, text in kept
        if _either(about.mention, speaker or "", text)
    )


def _within(about: About) -> str:
    conditions = ["1"] if about.stream is None else ["stream = :stream"]
    if about.span is not None:
        conditions.append(f"id IN ({overlapping_ids('texts', about.stream)})")
    return f"WHERE {' AND '.join(conditions)}"


def _values(about: About) -> dict[str, int]:
    values = {} if about.stream is None else {"stream": about.stream}
    return values if about.span is None else values | {"low": int(about.span.start_ns), "high": int(about.span.end_ns)}


def what_stays(
    connection: sqlite3.Connection, about: About, texts: set[int], blanked: set[int], assertions: set[int]
) -> tuple[str, ...]:
    """What forgetting does not touch, in sentences a person can act on."""
    if about.mention is None:
        if about.span is not None:
            return ("That the span was forgotten, and when: its original is not shown and not taken in again.",)
        return ("Nothing, not even the name of the stream: ingesting its source again takes everything in.",)
    stays = []
    if blanked:
        stays.append(
            f"{counted(len(blanked), 'look')} at {about.name!r}: the picture, its vectors and the boxes with that label go; "
            "that somebody looked, from where, and boxes of other things, stay."
        )
    kinds = [kind for kind, ids in (("texts", texts), ("looks", blanked), ("assertions", assertions)) if ids]
    shown = _pictures_beside(connection, texts, assertions) - blanked
    if shown:
        stays.append(
            f"{counted(len(shown), 'kept picture')} from the time of the removed {_listed([k for k in kinds if k != 'looks'])}: "
            f"nobody looked whether they show {about.name!r}; forget the span to remove them."
        )
    if kinds:
        stays.append(f"When the removed {_listed(kinds)} were, without what they held, so that they are not taken in again.")
    return tuple(stays)


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _pictures_beside(connection: sqlite3.Connection, texts: set[int], assertions: set[int]) -> set[int]:
    """Pictures that were taken while a removed text, or a sighting that was asserted, lasted."""
    beside: set[int] = set()
    for spans_of, numbers in (
        ("texts WHERE id = ?", texts),
        (f"assertions WHERE kind IN {SIGHTINGS} AND id = ?", assertions),
    ):
        for number in numbers:
            for span in connection.execute(f"SELECT stream, start_ns, end_ns FROM {spans_of}", (number,)).fetchall():
                rows = connection.execute(
                    "SELECT id FROM frames WHERE stream = ? AND t_ns >= ? AND t_ns < ? AND media_offset IS NOT NULL", span
                )
                beside.update(frame for (frame,) in rows)
    return beside
