"""The append-only log a scene graph is read off, and the words that stand in it.

| kind | subject | object | value |
| --- | --- | --- | --- |
| `seen` | a node | its class | what the looks showed, see below; `opens`: a new stay, `retracts`: it had been overlooked |
| `moved` | a node | its class | as `seen`, opens a stay elsewhere; `either`: all it may be, `supposed`: nobody had looked |
| `not_seen` | a node | its class | looked where it was since `stay_ns` and it was not there: `at`, `rays`, `frames` |
| `state` | a node | the value | `name`, `after_ns` |
| `same` | the node that stays | the node it turned out to be | `why`; `either`: all that the other may be |
| `split` | a node | the node that its stays from `from_ns` on belong to | |
| `either` | a node | its class | `either`: the ids its present stay may belong to; one id ends the doubt |
| `named` | a node or a room | the name | `role`: class, alias or owner |
| `placed` | a node | its class | `place` in words, from a text or a person |
| `glimpsed` | a glimpse | its class | as `seen`, of what was seen too seldom or too poorly to be a node |
| `scan` | the floor | | free ranges from one keyframe of a `stream`: `at`, `yaw`, `sight`, `walk`; `shift`: of its pose |
| `room` | a room | | its `cells` on the floor, and the `doors` to other rooms |
| `pose` | the floor | | `moved`: how the world moves under the keyframes of a `stream` |
| `place` | a place | | a spot on the floor: `at`, `reach`, `room`, and the places `beside` it; empty where it is none any more |
| `visited` | a place | | a camera of a `stream` was where it looks like this; the vector is of the first picture |
| `learned` | the floor | | `anchor`: surfaces that poses are aligned with, `recall`: how often the detector finds what is there |

Looks show `at`, `box`, `size`, of furniture also `extent` (metres); in `count` pictures, `frames` being some of them; `votes` for
classes, the mean `colour`, a vector of a `space`, and `key`, an identity that can be trusted. `through` and `fill` say how much
of its box rays pass and it covers, `contacts` in how many pictures it touched what, `attributes` what most pictures say of a
colour and which share of them, `told` what all say where they differ; `glimpses` are the ids of what was glimpsed of it before.

A row that `retracts` found a thing again at the very place where it was taken to be missing, and had been overlooked or hidden.
The span is when it was true or was looked at; `learned_ns` when it was learned. `layer` stands in the first row of a node.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mmmem.errors import MemoryCorruptError
from mmmem.types import Assertion, FrameRef

KINDS = (
    "seen", "moved", "not_seen", "state", "same", "split", "either", "named", "placed", "glimpsed", "scan", "room", "pose",
    "learned", "place", "visited",
)  # fmt: skip
AT_SAME_PLACE, MOVED = "at the same place", "moved"
"""Why two nodes turned out to be one (`why` of `same`).

At the same place, their stays there are one stay, however little their boxes overlap; moved, the later node is where the earlier
one went, which is only supposed while nobody has found its place empty.
"""
DAMAGE = (LookupError, ValueError, TypeError, AttributeError, zlib.error)
"""What reading a damaged row ends in."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """An assertion as the log holds it."""

    id: int
    stream_id: str
    assertion: Assertion
    learned_ns: int


class Log(Protocol):
    """Where assertions are kept; a graph is nothing but what they say."""

    def append(self, stream_id: str, assertions: Sequence[Assertion]) -> None:
        """Keep assertions that were learned in a stream; nothing if whoever observes keeps them anyway."""
        ...

    def read(self, *, after_id: int = 0, known_at_ns: int | None = None) -> Iterable[Row]:
        """Rows in the order in which they were appended: those after an id, and learned by an instant."""
        ...


class ListLog:
    """A log in this process's memory."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows = list(rows)

    def append(self, stream_id: str, assertions: Sequence[Assertion]) -> None:
        """Keep assertions; what has no time of learning was learned when its span ended."""
        for assertion in assertions:
            learned_ns = assertion.span.end_ns if assertion.learned_ns is None else assertion.learned_ns
            self.rows.append(Row(len(self.rows) + 1, stream_id, assertion, learned_ns))

    def read(self, *, after_id: int = 0, known_at_ns: int | None = None) -> Iterable[Row]:
        """Rows in the order in which they were appended."""
        rows = self.rows[after_id:]
        return rows if known_at_ns is None else [row for row in rows if row.learned_ns <= known_at_ns]


class MemoryLog:
    """The log in a `mmmem.memory.Memory`: it is written by observing, so appending here does nothing."""

    def __init__(self, memory: Any) -> None:
        self._memory = memory

    def append(self, stream_id: str, assertions: Sequence[Assertion]) -> None:
        """Nothing: put what `SceneGraph` returns into `Observation.assertions` and observe that."""

    def read(self, *, after_id: int = 0, known_at_ns: int | None = None) -> Iterable[Row]:
        """Rows of the memory that are of the graph's kinds."""
        stored = self._memory.assertions(after_id=after_id, kinds=KINDS, known_at_ns=known_at_ns)
        return [Row(one.id, one.stream_id, one.assertion, one.assertion.learned_ns or 0) for one in stored]


def log_of(log: Any) -> Log:
    """A log, the log in a memory, or for None a new one in this process."""
    if log is None:
        return ListLog()
    return MemoryLog(log) if hasattr(log, "assertions") else log


def frames_value(frames: Iterable[FrameRef]) -> list[list[Any]]:
    """Frame references as JSON."""
    return [[frame.stream_id, frame.index, frame.t_ns] for frame in frames]


def frames_of(value: Mapping[str, Any]) -> tuple[FrameRef, ...]:
    """The frame references of a row."""
    return tuple(FrameRef(str(stream), int(index), int(t_ns)) for stream, index, t_ns in value.get("frames", ()))


def damaged(row: str, which: str, error: Exception) -> MemoryCorruptError:
    """The error that names a damaged row, by its kind and subject, and what mends the log."""
    mend = "`mmmem check` says which rows are; with --repair they are noted as lost, and the rest is read."
    return MemoryCorruptError(f"{row} of the scene graph's log ({which}) is damaged: {error!r}. {mend}")
