"""A robot's memory: the scene graph, where it looked, and what it tried, all of it in one `mmmem.memory.Memory`."""

from collections.abc import Sequence

from apps.robot.belief import Array
from apps.robot.experience import TRIED, Experience, Tried
from apps.robot.places import Places
from apps.robot.remembered import LooksTaken, Remembered
from apps.robot.seeing import Expectation, Wanted
from apps.robot.viewpoints import Sight
from mmmem.clock import Calendar, Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.types import Assertion, Detections, Frame, Observation, StreamInfo
from scenegraph import SceneGraph, Settings
from scenegraph.attaching import WithGraph

STREAM = "robot"

_SINGLE_LOOKS = Settings(confirm_frames=1, confirm_weight=0.45, sure_score=0.55)
"""A robot on an errand takes one picture from a viewpoint; a graph that waits for a second would remember next to nothing."""


class RobotMemory:
    """Opened on a memory it is what that memory holds: a restart loses nothing, and what is forgotten there is forgotten here.

    Args:
        memory: open for writing.
        calendar: of the robot's clock.

    Raises:
        InvalidInputError: the memory is of something else, or of another home; its places are not these.
    """

    def __init__(self, memory: Memory, places: Places, sight: Sight, *, calendar: Calendar, start_ns: int) -> None:
        self.memory, self.places = memory, places
        uri = f"robot:{places.home.seed}"
        for record in memory.streams():
            if record.uri != uri:
                raise InvalidInputError(
                    f"{str(memory.path)!r} remembers {record.uri!r}, not the errands in this home ({uri!r}); name another "
                    "memory, or a directory that does not exist yet."
                )
        memory.add_stream(StreamInfo(STREAM, uri, calendar, start_ns))
        self.graph = SceneGraph(memory, settings=_SINGLE_LOOKS)
        self._both = WithGraph(self.graph)
        self.looks = LooksTaken(len(places))
        for t_ns, pose in _poses(memory):
            self.looks.note(t_ns, *sight.shown(pose))
        self.experience = Experience.read(row.assertion for row in memory.assertions(kinds=[TRIED]))
        self.remembered = Remembered(places, self.graph, self.looks, Expectation(), experience=self.experience)

    def see(self, frame: Frame, found: Detections, shown: tuple[Array, Array]) -> None:
        """Take in a picture and where it was taken from."""
        self.looks.note(frame.t_ns, *shown)
        seen = Observation(STREAM, Span(frame.t_ns, frame.t_ns + 1), frame.ref, pose_world_camera=frame.pose_world_camera)
        self.memory.observe([self._both.look(seen, frame, found)])

    def tried(self, tried: Tried) -> None:
        """Keep the outcome of a deed."""
        self.experience.add(tried)
        self._say(tried.t_ns, [tried.row()])

    def not_there(self, wanted: Wanted, t_ns: int) -> list[str]:
        """It was not where it was last seen: say so of the nodes that it may be, and return their labels."""
        labels = []
        for one in self.remembered.nodes(wanted):
            if one.stay is not None and one.stay.missing_ns is None and one.stay.last_seen_ns < t_ns:
                self._say(t_ns, self.graph.correct(one.id, gone=True, t_ns=t_ns, stream_id=STREAM))
                labels.append(one.label)
        return labels

    def given_to(self, wanted: Wanted, t_ns: int, place: str, owner: str = "") -> None:
        """A person took it, or it was put somewhere: what was believed of it ends there."""
        nodes = sorted(self.remembered.nodes(wanted), key=lambda node: node.last_seen_ns)
        if nodes:
            self._say(t_ns, self.graph.correct(nodes[-1].id, place=place, owner=owner, t_ns=t_ns, stream_id=STREAM))

    def refused(self, wanted: Wanted, t_ns: int, at: tuple[float, float, float]) -> str:
        """A person says that what was brought is not what was meant; returns the label of the node that it was taken for."""
        near = [node for node in self.remembered.nodes(wanted) if node.stay is not None and node.stay.at is not None]
        if not near:
            return ""
        node = min(near, key=lambda one: sum((a - b) ** 2 for a, b in zip(one.stay.at, at, strict=True)))  # type: ignore[union-attr, arg-type]
        self._say(t_ns, self.graph.correct(node.id, name=f"not {wanted.name}", t_ns=t_ns, stream_id=STREAM))
        return node.label

    def flush(self, t_ns: int) -> None:
        """Write what the graph has not written yet."""
        self.memory.observe(self._both.last(STREAM, t_ns))

    def _say(self, t_ns: int, assertions: Sequence[Assertion]) -> None:
        if assertions:
            self.memory.observe([Observation(STREAM, Span(t_ns, t_ns + 1), assertions=tuple(assertions))])


def _poses(memory: Memory) -> list[tuple[int, Array]]:
    poses = memory.poses(STREAM)
    return list(zip(poses.t_ns.tolist(), poses.pose_world_camera, strict=True))
