"""Opening the scene graph of a memory for a command, or saying why there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mmmem.errors import InvalidInputError

if TYPE_CHECKING:
    from mmmem.memory import Memory
    from mmmem.types import FrameRef
    from scenegraph.asking import Questions
    from scenegraph.spots import Spot

At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="At this time; the end of the memory by default.")]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", metavar="TIME", help="As it was known then: nothing learned later is used.")
]


@contextmanager
def asking(path: Path, known_at: str | None = None) -> "Iterator[tuple[Memory, Questions]]":
    """The memory and the questions its graph can be asked, as known at a time.

    Raises:
        InvalidInputError: the memory holds no graph.
    """
    from mmmem.memory import Memory
    from scenegraph.graph import SceneGraph
    from scenegraph.source import questions_of

    with Memory.open(path) as memory:
        need_graph(memory, path)
        known_ns = memory.end_ns() if known_at is None else time_of(memory, known_at)
        yield memory, questions_of(SceneGraph(memory), memory, known_ns)


def need_graph(memory: "Memory", path: Path) -> None:
    """Refuse a memory without a graph.

    Raises:
        InvalidInputError: it has none; why, and what to do.
    """
    from scenegraph.attaching import holds_graph

    if not holds_graph(memory):
        raise InvalidInputError(
            f"The memory in {path} holds no scene graph: nothing that was taken in came with depth, poses or instance ids. "
            "Ingest a recording that has them (mmmem house makes one; any RGB-D folder with poses will do)."
        )


def time_of(memory: "Memory", text: str) -> int:
    """A time as the calendar writes it, or in words: `yesterday`, `Tuesday morning`, `2 hours ago`; its beginning.

    Raises:
        InvalidInputError: neither.
    """
    from apps.cli.times import instant
    from mmmem.agent.language.moments import Now, ranges
    from mmmem.agent.timeexpr import plain, scan

    try:
        return instant(memory, text)
    except InvalidInputError:
        now = Now(memory.end_ns(), memory.calendar)
        moments, _ = scan(plain(text), now)
        starts = [max(start, 0) for moment in moments for start, end in ranges(moment, now)]
        if not starts:
            raise
        return min(starts)


def spot_json(spot: "Spot") -> dict[str, Any]:
    """A spot as plain values, times in nanoseconds."""
    return {
        "id": spot.id,
        "name": spot.name,
        "place": spot.place,
        "relation": spot.relation,
        "holder": spot.holder,
        "room": spot.room,
        "position": None if spot.at is None else [round(float(value), 3) for value in spot.at],
        "known_elsewhere_ns": spot.after_ns,
        "first_seen_ns": spot.start_ns,
        "last_seen_ns": spot.last_seen_ns,
        "first_missing_ns": spot.missing_ns,
        "seen_elsewhere_ns": spot.next_ns,
        "either": list(spot.either),
        "frames": frames_json(spot.frames),
        "missing_frames": frames_json(spot.missing_frames),
    }


def frames_json(frames: "tuple[FrameRef, ...]") -> list[dict[str, Any]]:
    """Frames by stream, index and time."""
    return [{"stream": frame.stream_id, "index": frame.index, "t_ns": frame.t_ns} for frame in frames]
