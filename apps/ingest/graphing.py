"""The scene graph of what is taken in: pictures and words are put to it, and what it learns is stored with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mmmem.clock import Span
from mmmem.memory import Memory
from mmmem.perceive.instances import detections_from_instances
from mmmem.types import Detections, Frame, Observation
from scenegraph import SceneGraph
from scenegraph.attaching import WithGraph
from scenegraph.log import KINDS
from streams import Stream
from streams.house.recorded_stream import RecordedSource

Find = Callable[[Frame], Detections | None]


@dataclass(slots=True)
class GraphCounts:
    """What the graph got to see."""

    frames: int = 0
    without_depth: int = 0
    without_pose: int = 0
    without_detections: int = 0


class Graphing:
    """Puts pictures in which something was looked for, and words where nobody looked, to a scene graph; what it knows is passed.

    What was found in a picture comes from the recording, if it holds detections; else from instance ids; else from a detector.
    Depth and poses place things; without them they are followed and recognised, and have no place.

    Args:
        memory: its log is the graph's.
    """

    def __init__(self, memory: Memory, stream: Stream) -> None:
        recorded = next((source for source in stream.sources if isinstance(source, RecordedSource)), None)
        self._find: Find | None = None if recorded is None else recorded.detections
        self._exact = recorded is None or recorded.is_exact
        self._memory, self._stream_id = memory, stream.info.stream_id
        self._both: WithGraph | None = None
        self._pictured = False
        self._known_ns = _known_ns(memory, self._stream_id)
        self._told = _told(memory, self._stream_id) if self._known_ns >= 0 else frozenset()
        self.counts = GraphCounts()

    def with_graph(self, frames: Sequence[Frame], observations: Sequence[Observation]) -> list[Observation]:
        """The observations with poses, what was found, and what the graph learned from it."""
        return [self._one(frame, observed) for frame, observed in zip(frames, observations, strict=True)]

    def with_words(self, observations: Sequence[Observation], *, final: bool) -> list[Observation]:
        """All of a transaction: words with what they say is where, after the pictures of that time; and what follows from all."""
        said = [self._said(observed) for observed in observations]
        return said if self._both is None or not said else self._both.completed(said, final=final)

    def last(self, t_ns: int) -> list[Observation]:
        """What the graph has still to say where nothing is new: an earlier ingest was killed before it could."""
        if self._known_ns < 0:
            return []
        return self._graph_of(None).last(self._stream_id, t_ns)

    @property
    def notes(self) -> list[str]:
        """What the graph distrusted, and why."""
        return [] if self._both is None else self._both.graph.notes

    @property
    def found_all(self) -> bool:
        """Whether every picture came with what was found in it."""
        return self.counts.frames > 0 and not self.counts.without_detections

    def not_looked_at(self) -> list[str]:
        """In words, what the graph could not know; empty where it was not wanted or lacked nothing."""
        if not self.counts.frames:
            return []
        said = []
        for count, lack in (
            (self.counts.without_depth, "places of things (no depth)"),
            (self.counts.without_pose, "places of things in the world (no poses)"),
            (self.counts.without_detections, "things in the scene graph (neither instance ids nor a detector)"),
        ):
            if count:
                said.append(f"{lack} in {count} of {self.counts.frames} pictures")
        return said

    def _one(self, frame: Frame, observed: Observation) -> Observation:
        found = self._found(frame, observed.detections)
        if frame.t_ns <= self._known_ns:
            if found is not None:
                self._graph_of(frame).passed(frame)
            return observed
        if found is None and frame.depth_m is None and frame.pose_world_camera is None:
            return observed
        self._note(frame, found)
        return self._graph_of(frame).look(observed, frame, found)

    def _said(self, observed: Observation) -> Observation:
        if not observed.texts or observed.span in self._told:
            return observed
        return self._graph_of(None).hear(observed)

    def _found(self, frame: Frame, detected: Detections | None) -> Detections | None:
        if self._find is not None:
            found = self._find(frame)
            if found is not None:
                return found
        return detections_from_instances(frame) if frame.instances is not None else detected

    def _note(self, frame: Frame, found: Detections | None) -> None:
        self.counts.frames += 1
        self.counts.without_depth += frame.depth_m is None
        self.counts.without_pose += frame.pose_world_camera is None
        self.counts.without_detections += found is None

    def _graph_of(self, frame: Frame | None) -> WithGraph:
        trusted = frame is not None and frame.instances is not None and self._exact
        # Only pictures tell whether identities can be trusted; all that words said before the first of them is stored by then.
        if self._both is None or (trusted and not self._pictured):
            self._both = WithGraph(SceneGraph(self._memory, trusted_ids=trusted))
        self._pictured = self._pictured or frame is not None
        return self._both


def _known_ns(memory: Memory, stream_id: str) -> int:
    """Up to when the graph knows a stream; -1 if not at all."""
    if all(record.stream_id != stream_id for record in memory.streams()):
        return -1
    position_ns = memory.position(stream_id)
    return -1 if position_ns is None or not memory.assertions(stream=stream_id, kinds=KINDS)[:1] else position_ns


def _told(memory: Memory, stream_id: str) -> frozenset[Span]:
    """Spans of the words of a stream that the graph has heard already."""
    rows = memory.assertions(stream=stream_id, kinds=["placed"])
    return frozenset(row.assertion.span for row in rows if row.assertion.source == "text")
