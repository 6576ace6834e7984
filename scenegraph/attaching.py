"""Joins a scene graph to a memory: what is observed goes to both, the graph is read off the memory's log, the agent asks it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mmmem.clock import NS_PER_S, Span
from mmmem.types import Assertion, Detections, Frame, Observation
from scenegraph.graph import SceneGraph
from scenegraph.log import KINDS
from scenegraph.source import GraphSource

if TYPE_CHECKING:
    from mmmem.memory import Memory

_WEIGHT, _GAIN, _COST_MS = 0.5, 0.05, 3.0
_SEEN_ITSELF_NS = 30 * NS_PER_S
"""Words of a moment so close to a look tell of what was looked at."""


def holds_graph(memory: "Memory") -> bool:
    """Whether a memory's log says anything of a graph."""
    return any(True for _ in memory.assertions(kinds=KINDS)[:1])


def attach(memory: "Memory", graph: SceneGraph | None = None) -> SceneGraph:
    """Let `Memory.ask` and `Memory.search` use the graph of a memory as the source `graph`; returns the graph.

    Args:
        graph: one that is open on this memory already; by default it is read off the memory's log.

    Raises:
        InvalidInputError: a graph is attached already.
    """
    graph = SceneGraph(memory) if graph is None else graph
    source = GraphSource(graph, memory)
    memory.add_answerer(source)
    memory.recall.add_source(source, weight=_WEIGHT, gain=_GAIN, cost_ms=_COST_MS, granularity="node")
    return graph


class WithGraph:
    """Completes observations by what a graph learns from them; stored in a memory they keep the graph along with what was seen.

    A picture goes to the graph as it goes to the memory. Words go to it where nobody looked: what a caption says of a picture
    that the graph has seen itself would only make its things twice.

    Args:
        graph: open on the memory that the observations go into.
    """

    def __init__(self, graph: SceneGraph) -> None:
        self.graph = graph
        self._looked: dict[str, list[list[int]]] = {}

    def look(self, observed: Observation, frame: Frame, found: Detections | None) -> Observation:
        """The observation of a picture, with its pose, what was found in it (None if nobody looked), and what follows from that.

        Raises:
            InvalidInputError: the poses follow another convention; the message names it.
        """
        learned = self.graph.observe(frame, found)
        if (frame.depth_m is None or frame.pose_world_camera is None) and observed.embedding:
            learned += self.graph.visit(frame.stream_id, frame.t_ns, observed.embedding)
        if found is not None:
            self.passed(frame)
        bare = None if found is None else _bare(found)
        return replace(
            observed,
            detections=bare if observed.detections is None else observed.detections,
            pose_world_camera=frame.pose_world_camera if observed.pose_world_camera is None else observed.pose_world_camera,
            assertions=(*observed.assertions, *learned),
        )

    def passed(self, frame: Frame) -> None:
        """A picture in which something was looked for, and which the graph knows already."""
        runs = self._looked.setdefault(frame.stream_id, [])
        if runs and frame.t_ns - runs[-1][1] < _SEEN_ITSELF_NS:
            runs[-1][1] = frame.t_ns
        else:
            runs.append([frame.t_ns, frame.t_ns])

    def hear(self, observed: Observation) -> Observation:
        """The observation of words, with what they say is where, if nobody looked; tell of the looks of that moment before."""
        learned: list[Assertion] = []
        for text in observed.texts:
            if text.kind != "ocr" and not self._saw(observed.stream_id, text.span.start_ns):
                learned += self.graph.read(observed.stream_id, text)
        return replace(observed, assertions=(*observed.assertions, *learned)) if learned else observed

    def _saw(self, stream_id: str, t_ns: int) -> bool:
        """Whether the graph looked at what was there at a moment."""
        runs = self._looked.get(stream_id, [])
        return any(first - _SEEN_ITSELF_NS < t_ns < last + _SEEN_ITSELF_NS for first, last in runs)

    def last(self, stream_id: str, t_ns: int) -> list[Observation]:
        """What the graph has still to say, learned by `t_ns`; before the memory is asked, and at the end."""
        said = self.graph.flush(stream_id)
        return [Observation(stream_id, Span(t_ns, t_ns + 1), assertions=said)] if said else []

    def completed(self, observations: Sequence[Observation], *, final: bool) -> list[Observation]:
        """All that is stored at once, with what it taught about camera and detector; `final`: and all that is left to say.

        So a crash after that loses nothing but looks at what was no node yet, and at what was still there a moment ago.
        """
        *before, last = observations
        said = self.graph.flush(last.stream_id) if final else self.graph.learned(last.stream_id)
        return [*before, replace(last, assertions=(*last.assertions, *said))]

    def perceiving(self, see: Callable[[Frame], Observation]) -> "Perceiving":
        """What a robot's loop perceives with: `see` makes the observation of a frame, and the graph completes it."""
        return Perceiving(self, see)


class Perceiving:
    """Makes the observations of frames in order of time, and of what is left at the end (`streams.embodied` calls `finish`)."""

    def __init__(self, both: WithGraph, see: Callable[[Frame], Observation]) -> None:
        self._both, self._see = both, see
        self._last: Frame | None = None

    def __call__(self, frame: Frame) -> Observation:
        """The observation of one frame."""
        self._last = frame
        seen = self._see(frame)
        return self._both.look(seen, frame, seen.detections)

    def finish(self) -> list[Observation]:
        """What the graph has still to say."""
        return [] if self._last is None else self._both.last(self._last.stream_id, self._last.t_ns)


def _bare(found: Detections) -> Detections:
    """Without masks and vectors, which only the graph needs."""
    scores = np.asarray(found.score, np.float32)
    return Detections(found.xyxy, scores, found.label, found.track_id, attributes=found.attributes)
