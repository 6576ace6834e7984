"""What a language model made of parts of the memory, which parts, and how long it stands: as long as every part of it.

An enrichment is one kept answer: a caption (a line of its own), a summary (words) or facts (claims that name it). Its parts
are texts, frames and other enrichments; whatever forgets one of them forgets the enrichment.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from mmmem.clock import Span
from mmmem.errors import InvalidInputError
from mmmem.store.rules import Claim
from mmmem.store.schema import LONG_NS
from mmmem.store.writer import Tally, Writer
from mmmem.suggest import known_name
from mmmem.types import LEVELS, Level, TimedText, check_text

Task = Literal["caption", "summary", "facts"]
PartKind = Literal["text", "frame", "enrichment"]
TASKS: tuple[Task, ...] = get_args(Task)
PART_KINDS: tuple[PartKind, ...] = get_args(PartKind)
_TEXT, _FRAME, _ENRICHMENT = range(len(PART_KINDS))


@dataclass(frozen=True, slots=True)
class Part:
    """Something an enrichment was made of; `cited` if the model pointed at it."""

    kind: PartKind
    id: int
    cited: bool = False


@dataclass(frozen=True, slots=True)
class Enrichment:
    """One kept answer of a model.

    Args:
        level: of the clip it is about; `clip` for captions.
        span: what it is about.
        learned_ns: from when on it may be seen.
        text: the caption or summary; empty for facts.
        line: id of the caption's line, None where the same line was there already and for other tasks.
        model, prompt: who made it, asked how (`summarise_lines@1`).
        digest: of the contents it was made of; another digest means that they have changed.
        parts: what it was made of; never empty.
        id: 0 until it is stored.
    """

    task: Task
    stream_id: str
    level: Level
    span: Span
    learned_ns: int
    text: str
    model: str
    prompt: str
    digest: str
    parts: tuple[Part, ...]
    line: int | None = None
    id: int = 0

    def __post_init__(self) -> None:
        check_text(self.text, "Enrichment.text", empty=self.task == "facts")
        known_name(self.task, TASKS, "task")
        if not self.parts:
            raise InvalidInputError(f"A {self.task} made of nothing cannot be kept; name its parts.")


def keep(
    writer: Writer, made: Enrichment, caption: TimedText | None = None, claims: Sequence[tuple[int, Claim]] = ()
) -> Enrichment:
    """Store an enrichment with its line or claims in one transaction.

    Args:
        caption: the line a caption becomes.
        claims: with the id of the text each rests on.

    Raises:
        UnknownNameError: no such stream.
        InvalidInputError: there is one for this task, level and start already; drop it first.
        StorageError: disk full or failing; nothing of it was stored.
    """
    with writer.transaction():
        stream = writer.streams.number(made.stream_id)
        tally = Tally()
        line = None if caption is None else writer.add_text(stream, caption, made.learned_ns, tally)
        number = _insert(writer.connection, stream, made, line)
        writer.connection.executemany(
            "INSERT INTO claims (text, subject, predicate, object, functional, ends, enrichment) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(text, c.subject, c.predicate, c.object, int(c.functional), int(c.ends), number) for text, c in claims],
        )
        writer.derive(tally)
    return Enrichment(
        made.task, made.stream_id, made.level, made.span, made.learned_ns, made.text, made.model, made.prompt, made.digest,
        made.parts, line, number,
    )  # fmt: skip


def _insert(connection: sqlite3.Connection, stream: int, made: Enrichment, line: int | None) -> int:
    cursor = connection.execute(
        "INSERT OR IGNORE INTO enrichments"
        " (task, stream, level, start_ns, end_ns, learned_ns, text, line, model, prompt, digest)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (made.task, stream, LEVELS.index(made.level), int(made.span.start_ns), int(made.span.end_ns), int(made.learned_ns),
         made.text, line, made.model, made.prompt, made.digest),
    )  # fmt: skip
    if not cursor.rowcount:
        raise InvalidInputError(f"{made.stream_id!r} has a {made.task} at {made.span.start_ns} ns already; drop it first.")
    number = cursor.lastrowid or 0
    connection.executemany(
        "INSERT INTO ingredients VALUES (?, ?, ?, ?)",
        [(number, PART_KINDS.index(part.kind), part.id, int(part.cited)) for part in made.parts],
    )
    return number


def read_enrichments(
    connection: sqlite3.Connection,
    task: Task | None,
    level: Level | None,
    *,
    stream: int | None,
    window: Span | None,
    as_of_ns: int,
) -> list[Enrichment]:
    """Enrichments that may be seen at `as_of_ns`, by start."""
    conditions, values = ["e.learned_ns <= ?"], [as_of_ns]
    wanted: list[tuple[str, object]] = [
        ("e.task = ?", task), ("e.level = ?", None if level is None else LEVELS.index(level)), ("e.stream = ?", stream),
        ("e.start_ns < ?", window and window.end_ns), ("e.end_ns > ?", window and window.start_ns),
    ]  # fmt: skip
    for condition, value in wanted:
        if value is not None:
            conditions.append(condition)
            values.append(value)  # type: ignore[arg-type]
    rows = connection.execute(
        "SELECT e.id, e.task, s.name, e.level, e.start_ns, e.end_ns, e.learned_ns, e.text, e.line, e.model, e.prompt, e.digest"
        f" FROM enrichments e JOIN streams s ON s.id = e.stream WHERE {' AND '.join(conditions)} ORDER BY e.start_ns, e.id",
        values,
    ).fetchall()
    parts = _parts(connection, [row[0] for row in rows])
    return [
        Enrichment(task_, name, LEVELS[number_], Span(start, end), learned, text, model, prompt, digest,
                   tuple(parts[number]), line, number)
        for number, task_, name, number_, start, end, learned, text, line, model, prompt, digest in rows
    ]  # fmt: skip


def first_past(connection: sqlite3.Connection, stream: int, t_ns: int) -> int | None:
    """The earliest end, at or after `t_ns`, of what a stream observed: when it was first known that `t_ns` is over.

    Observations that begin more than two minutes before are not looked at.
    """
    ends: list[int] = []
    for table in ("texts", "frames"):
        select = f"SELECT end_ns FROM {table} WHERE stream = ? AND start_ns >= ? AND start_ns < ? AND end_ns >= ?"
        after = connection.execute(
            f"SELECT end_ns FROM {table} WHERE stream = ? AND start_ns >= ? ORDER BY start_ns, end_ns LIMIT 1", (stream, t_ns)
        ).fetchone()
        until_ns = t_ns if after is None else after[0]
        rows = connection.execute(select, (stream, max(t_ns - LONG_NS, 0), until_ns, t_ns)).fetchall()
        ends += [end_ns for (end_ns,) in rows]
    return min(ends, default=None)


def _parts(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[Part]]:
    parts: dict[int, list[Part]] = {number: [] for number in ids}
    for start in range(0, len(ids), 10_000):
        chunk = ",".join(map(str, ids[start : start + 10_000]))
        select = f"SELECT * FROM ingredients WHERE enrichment IN ({chunk}) ORDER BY enrichment, kind, part"
        for number, kind, part, cited in connection.execute(select):
            parts[number].append(Part(PART_KINDS[kind], part, bool(cited)))
    return parts


def built_of(
    connection: sqlite3.Connection, enrichments: set[int], texts: set[int], frames: set[int]
) -> tuple[set[int], set[int]]:
    """Everything that must go with some enrichments, texts and frames: all enrichments, and the lines they became.

    A caption whose line goes is gone too; what was made of its line or of it as well.
    """
    gone: set[int] = set()
    lines: set[int] = set()
    found = set(enrichments) | _made_of(connection, _TEXT, texts) | _made_of(connection, _FRAME, frames)
    found |= _of_lines(connection, texts)
    while new := found - gone:
        gone |= new
        became = _lines_of(connection, new) - lines
        lines |= became
        found = _made_of(connection, _ENRICHMENT, new) | _made_of(connection, _TEXT, became)
    return gone, lines


def _made_of(connection: sqlite3.Connection, kind: int, parts: Iterable[int]) -> set[int]:
    return _column(connection, f"SELECT enrichment FROM ingredients WHERE kind = {kind} AND part", parts)


def _of_lines(connection: sqlite3.Connection, texts: Iterable[int]) -> set[int]:
    return _column(connection, "SELECT id FROM enrichments WHERE line", texts)


def _lines_of(connection: sqlite3.Connection, enrichments: Iterable[int]) -> set[int]:
    return _column(connection, "SELECT line FROM enrichments WHERE line IS NOT NULL AND id", enrichments)


def claims_of_enrichments(connection: sqlite3.Connection, enrichments: Iterable[int]) -> set[int]:
    """Ids of the claims that some enrichments brought."""
    return _column(connection, "SELECT id FROM claims WHERE enrichment", enrichments)


def delete_enrichments(connection: sqlite3.Connection, enrichments: Iterable[int]) -> None:
    """Delete rows inside the transaction that is open; their lines and claims are deleted with those of texts."""
    wanted = [(number,) for number in sorted(enrichments)]
    connection.executemany("DELETE FROM ingredients WHERE enrichment = ?", wanted)
    connection.executemany("DELETE FROM enrichments WHERE id = ?", wanted)


def _column(connection: sqlite3.Connection, select: str, ids: Iterable[int]) -> set[int]:
    wanted, found = sorted(ids), set[int]()
    for start in range(0, len(wanted), 10_000):
        chunk = ",".join(map(str, wanted[start : start + 10_000]))
        found.update(number for (number,) in connection.execute(f"{select} IN ({chunk})"))
    return found
