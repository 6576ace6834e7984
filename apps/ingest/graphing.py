"""The scene graph of what is taken in: pictures with depth or poses are put to it, and what it learns is stored with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mmmem.clock import Span
from mmmem.memory import Memory
from mmmem.perceive.instances import detections_from_instances
from mmmem.types import Detections, Frame, Observation
from scenegraph import SceneGraph
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
    """Puts each picture that has depth or a pose to a scene graph; others are left to the banks, and those it knows are passed.

    What was found in a picture comes from the recording, if it holds detections; else from instance ids; else from a detector.

    Args:
        memory: its log is the graph's.
    """

    def __init__(self, memory: Memory, stream: Stream) -> None:
        recorded = next((source for source in stream.sources if isinstance(source, RecordedSource)), None)
        self._find: Find | None = None if recorded is None else recorded.detections
        self._exact = recorded is None or recorded.is_exact
        self._memory, self._stream_id = memory, stream.info.stream_id
        self._graph: SceneGraph | None = None
        self._known_ns = _known_ns(memory, self._stream_id)
        self.counts = GraphCounts()

    def with_graph(self, frames: Sequence[Frame], observations: Sequence[Observation]) -> list[Observation]:
        """The observations with poses, what was found, and what the graph learned from it."""
        return [self._one(frame, observed) for frame, observed in zip(frames, observations, strict=True)]

    def last(self, t_ns: int) -> list[Observation]:
        """What the graph has still to say at the end."""
        said = () if self._graph is None else self._graph.flush(self._stream_id)
        return [Observation(self._stream_id, Span(t_ns, t_ns + 1), assertions=said)] if said else []

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
        if (frame.depth_m is None and frame.pose_world_camera is None) or frame.t_ns <= self._known_ns:
            return observed
        found = self._found(frame, observed.detections)
        self._note(frame, found)
        learned = self._graph_of(frame).observe(frame, found)
        bare = None if found is None else _bare(found)
        detections = observed.detections if observed.detections is not None else bare
        return replace(observed, detections=detections, pose_world_camera=frame.pose_world_camera, assertions=learned)

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

    def _graph_of(self, frame: Frame) -> SceneGraph:
        if self._graph is None:
            trusted = frame.instances is not None and self._exact
            self._graph = SceneGraph(self._memory, trusted_ids=trusted)
        return self._graph


def _known_ns(memory: Memory, stream_id: str) -> int:
    """Up to when the graph knows a stream; -1 if not at all."""
    if all(record.stream_id != stream_id for record in memory.streams()):
        return -1
    return max((one.learned_ns for one in memory.assertions(stream=stream_id)), default=-1)


def _bare(found: Detections) -> Detections:
    """Without masks and vectors, which only the graph needs."""
    scores = np.asarray(found.score, np.float32)
    return Detections(found.xyxy, scores, found.label, found.track_id, attributes=found.attributes)
