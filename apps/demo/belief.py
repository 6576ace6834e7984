"""What the memory believes about things: where each was and is, read off its scene graph."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mmmem.clock import NS_PER_S
from mmmem.memory import Memory
from scenegraph import SceneGraph
from scenegraph.asking import Questions
from scenegraph.map_picture import map_picture
from scenegraph.source import questions_of
from scenegraph.spots import Spot

_PAUSE_NS = 60 * NS_PER_S
_LEAST_LOOKS = 3


@dataclass(frozen=True, slots=True)
class Believed:
    """A thing and every place it was at, in order of time; `colour` is empty where none was read.

    Places that follow one another on one piece of furniture count as one.
    """

    name: str
    colour: str
    spots: tuple[Spot, ...]

    @property
    def last(self) -> Spot:
        """Where it was seen last."""
        return self.spots[-1]

    @property
    def moved(self) -> bool:
        """It was seen at two places, or its place was found without it."""
        return len(self.spots) > 1 or self.gone

    @property
    def gone(self) -> bool:
        """Somebody looked where it was seen last, and it was not there."""
        return self.last.missing_ns is not None


class Belief:
    """The scene graph of a memory and the ways of its cameras.

    Args:
        memory: open; what is forgotten there is not here.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.graph = SceneGraph(memory)

    def map_picture(self, longest_px: int = 1500) -> Image.Image:
        """The map that the graph draws of itself."""
        drawn: Image.Image = map_picture(self._questions, longest_px=longest_px)
        return drawn

    @cached_property
    def _questions(self) -> Questions:
        return questions_of(self.graph, self._memory, self._memory.end_ns())

    @cached_property
    def trails(self) -> dict[str, list[NDArray[np.float64]]]:
        """(n, 2) points of the floor by stream, one array for each stretch without a pause."""
        found: dict[str, list[NDArray[np.float64]]] = {}
        for record in self._memory.streams():
            poses = self._memory.poses(record.stream_id)
            cuts = np.flatnonzero(np.diff(poses.t_ns) > _PAUSE_NS) + 1
            found[record.stream_id] = [part for part in np.split(poses.pose_world_camera[:, :2, 3], cuts) if len(part)]
        return found

    @cached_property
    def things(self) -> list[Believed]:
        """Every thing that was seen more than in passing, those that moved first."""
        asked = self._questions
        found = []
        for node in self.graph.nodes.values():
            spots = _places(asked.spots(node))
            if node.layer == "object" and spots and sum(spot.num_seen for spot in spots) >= _LEAST_LOOKS:
                colour = node.attributes.get("colour", ("", 0.0))[0]
                named = node.name if not colour or colour in node.name else f"{colour} {node.name}"
                found.append(Believed(named, colour, spots))
        return sorted(found, key=lambda one: (not one.moved, one.name, one.last.id))


def _places(spots: list[Spot]) -> tuple[Spot, ...]:
    """Of spots that follow one another at one place, the last, beginning where the first began."""
    from dataclasses import replace

    places: list[Spot] = []
    for spot in spots:
        if places and places[-1].key == spot.key:
            before = places.pop()
            spot = replace(spot, start_ns=before.start_ns, num_seen=before.num_seen + spot.num_seen)  # noqa: PLW2901
        places.append(spot)
    return tuple(places)
