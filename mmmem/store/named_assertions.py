"""Which assertions go when something is forgotten: those about it, and those of others that speak of it.

The kinds of `scenegraph.log` are known here by what they tell of identity: what the object of a sighting is, the subject is;
two nodes that are `same` are one, and the `glimpses` that a sighting names were of its subject. Any other kind only relates its
subject to what its object and its value hold.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from mmmem.store.mentions import Mention

SIGHTINGS = ("seen", "moved", "glimpsed")
"""Kinds that say that the subject was in the picture."""
IDENTIFYING = frozenset((*SIGHTINGS, "not_seen", "either", "placed", "named"))
"""Kinds whose object, or whose value under one of `_NAMING_KEYS`, says what the subject is or is called."""
_NAMING_KEYS = ("alias", "aliases", "class", "label", "name", "names")
_OF_CAMERAS = frozenset(("scan", "pose", "visited", "learned"))
"""Kinds that tell of a stream's camera, under `stream`, and how far its poses are off, in `anchor`."""
_OWNED = re.compile(r"\S*['’]s?\s+(?=\S)")
"""In "Alex's mug" the thing is a mug."""
_TEXTS = re.compile(r'"((?:[^"\\]|\\.)*)"')
"""Every text in JSON, as it is written there."""
_SELECT = "SELECT id, frame, kind, subject, object, value FROM assertions"


@dataclass(slots=True)
class Named:
    """What bears a name: rows that go, and the looks at it with the classes it was seen as there."""

    ids: set[int] = field(default_factory=set)
    looks: dict[int, set[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Entry:
    id: int
    frame: int | None
    kind: str
    subject: str
    object: str
    value: Any

    @property
    def words(self) -> Iterator[str]:
        """Every text of it but names of streams: a stream that bears a name is another matter."""
        yield from (self.kind, self.subject, self.object)
        value = self.value
        if isinstance(value, dict) and self.kind in _OF_CAMERAS:
            value = {key: part for key, part in value.items() if key not in ("stream", "anchor")}
        if isinstance(value, dict) and isinstance(value.get("frames"), list):
            value = {**value, "frames": [part for part in value["frames"] if not _is_look(part)]}
        yield from words_in(value)

    @property
    def names(self) -> Iterator[str]:
        """What this says that the subject is or is called."""
        yield _OWNED.sub("", self.subject)
        if self.kind not in IDENTIFYING or not isinstance(self.value, dict) or self.value.get("role") == "owner":
            return
        for words in (self.object, *(word for key in _NAMING_KEYS for word in words_in(self.value.get(key)))):
            yield _OWNED.sub("", words)

    @property
    def looks(self) -> Iterator[tuple[str, int, int]]:
        """Stream, index and instant of the pictures it names as evidence."""
        named = self.value.get("frames") if isinstance(self.value, dict) else None
        for look in named if isinstance(named, list) else ():
            if _is_look(look):
                yield look[0], look[1], look[2]


def _is_look(part: object) -> bool:
    match part:
        case [str(), int(), int()]:
            return True
    return False


def words_in(value: object) -> Iterator[str]:
    """Every text in a JSON value, keys as well."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for part in value.values():
            yield from words_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from words_in(part)


def about_name(connection: sqlite3.Connection, mention: Mention, where: str, values: Iterable[int]) -> Named:
    """Assertions within `where` that a name stands in, and all about a person or thing that bears it anywhere.

    Args:
        where: SQL over columns of `assertions`, with its values.
    """
    bears = _remembered(mention.search)
    speaking = list(_holding_letters(connection, mention))
    ids = {entry.id for entry in speaking if any(map(bears, entry.words))}
    nodes = _with_the_same(connection, {entry.subject for entry in speaking if any(map(bears, entry.names))})
    written = {json.dumps(node, ensure_ascii=False)[1:-1] for node in nodes}
    found = Named()
    for row in connection.execute(f"{_SELECT} WHERE {where}", tuple(values)).fetchall():
        number, _, kind, subject, thing, value = row
        is_about = subject in nodes
        if number in ids or is_about or thing in nodes or (nodes and not written.isdisjoint(_TEXTS.findall(value))):
            found.ids.add(number)
        if is_about and kind in SIGHTINGS:
            for frame in _frames_of(connection, _entry(row)):
                found.looks.setdefault(frame, set()).add(thing)
    return found


def _holding_letters(connection: sqlite3.Connection, mention: Mention) -> Iterator[_Entry]:
    """All entries that the letters of the name are in; reading the others' JSON would take far longer."""
    for row in connection.execute(_SELECT):
        if "\\" in row[-1] or mention.is_inside("\n".join(row[2:])):
            yield _entry(row)


def _with_the_same(connection: sqlite3.Connection, nodes: set[str]) -> set[str]:
    """`nodes` and all that turned out to be one of them."""
    pairs = connection.execute("SELECT subject, object FROM assertions WHERE kind = 'same'").fetchall()
    for subject, value in connection.execute("SELECT subject, value FROM assertions WHERE instr(value, '\"glimpses\"')"):
        decoded = _decoded(value)
        glimpses = decoded.get("glimpses") if isinstance(decoded, dict) else None
        pairs += [(subject, one) for one in words_in(glimpses)]
    grown = True
    while grown:
        more = {node for pair in pairs if nodes.intersection(pair) for node in pair} - nodes
        nodes, grown = nodes | more, bool(more)
    return nodes


def _entry(row: tuple[Any, ...]) -> _Entry:
    number, frame, kind, subject, thing, value = row
    return _Entry(number, frame, kind, subject, thing, _decoded(value))


def _frames_of(connection: sqlite3.Connection, entry: _Entry) -> Iterator[int]:
    if entry.frame is not None:
        yield entry.frame
    for look in entry.looks:
        yield from (
            frame
            for (frame,) in connection.execute(
                "SELECT f.id FROM frames f JOIN streams s ON s.id = f.stream WHERE s.name = ? AND f.idx = ? AND f.t_ns = ?", look
            )
        )


def _decoded(value: str) -> object:
    """The value; of a damaged one its letters, which can be searched as well."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def _remembered(search: Callable[[str], bool]) -> Callable[[str], bool]:
    """The same words stand in many rows."""
    known: dict[str, bool] = {}

    def searched(words: str) -> bool:
        if words not in known:
            known[words] = search(words)
        return known[words]

    return searched


def resting_on(connection: sqlite3.Connection, frames: set[int], streams: set[int]) -> set[int]:
    """Assertions that came with looks that go, or that name a look that goes, or one of a stream that goes, as evidence."""
    found = {number for number, frame in connection.execute("SELECT id, frame FROM assertions") if frame in frames}
    gone = _looks_by_stream(connection, frames)
    for stream, name in connection.execute("SELECT id, name FROM streams").fetchall():
        looks = gone.get(stream, set())
        if not looks and stream not in streams:
            continue
        written = f"[{json.dumps(name, ensure_ascii=False)},"
        look = re.compile(rf"{re.escape(written)}(-?\d+),(\d+)\]")
        for number, value in connection.execute("SELECT id, value FROM assertions WHERE instr(value, ?)", (written,)):
            refs = {(int(index), int(t_ns)) for index, t_ns in look.findall(value)}
            if refs & looks or (refs and stream in streams):
                found.add(number)
    return found


def _looks_by_stream(connection: sqlite3.Connection, frames: set[int]) -> dict[int, set[tuple[int, int]]]:
    found: dict[int, set[tuple[int, int]]] = {}
    for number, stream, index, t_ns in connection.execute("SELECT id, stream, idx, t_ns FROM frames"):
        if number in frames:
            found.setdefault(stream, set()).add((index, t_ns))
    return found


def letters_inside(connection: sqlite3.Connection, mention: Mention) -> list[str]:
    """Words of assertions that hold the letters of a name inside another word, and so stay."""
    words = {word for entry in _holding_letters(connection, mention) for word in entry.words}
    return sorted(word for word in words if mention.is_inside(word) and not mention.search(word))
