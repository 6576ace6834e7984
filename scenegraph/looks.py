"""When each node was in view: the spans of its rows in the log, which stays put together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mmmem.clock import Span
from mmmem.types import FrameRef
from scenegraph.geometry import Array
from scenegraph.log import Row, frames_of
from scenegraph.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A run of pictures that shows a node.

    Args:
        num_seen: pictures.
        frames: the kept ones.
        at: (3,) metres where it was seen; None where nothing measured it.
    """

    span: Span
    num_seen: int
    frames: tuple[FrameRef, ...]
    at: Array | None = None


def looks_by_node(world: World, rows: Iterable[Row]) -> dict[str, list[Look]]:
    """Every run of pictures by the node it shows as known in `world`, in order of time."""
    splits: dict[str, list[tuple[int, str]]] = defaultdict(list)
    found: dict[str, list[Look]] = defaultdict(list)
    seen: list[Row] = []
    for row in rows:
        said = row.assertion
        if said.kind == "split":
            splits[said.subject].append((int(said.value["from_ns"]), said.object))
        elif said.kind in ("seen", "moved"):
            seen.append(row)
    for row in seen:
        said = row.assertion
        id = said.subject
        for from_ns, other in splits.get(id, ()):
            if said.span.start_ns >= from_ns:
                id = other
        at = said.value.get("at")
        seen_at = None if at is None else np.asarray(at, np.float64)
        found[world.resolve(id)].append(Look(said.span, int(said.value.get("count", 1)), frames_of(said.value), seen_at))
    for looks in found.values():
        looks.sort(key=lambda look: look.span)
    return dict(found)
