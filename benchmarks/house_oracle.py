"""Recognition that is told the truth: how much of what a graph gets wrong could be mended by recognising better.

Whenever the graph asks whether something that turned up was seen before, the truth answers: the node that shows the same thing,
if there is one. What is found, followed, confirmed and told gone is as without it, and so is what no truth is known of yet.
"""

from collections import Counter
from collections.abc import Collection

from scenegraph import SceneGraph
from scenegraph.nodes import Node
from scenegraph.recognition import Known, Recognition
from scenegraph.tracks import Track


class ToldRecognition(Recognition):
    """Answers from the truth, save about some things; those it recognises as it always does.

    Args:
        graph: whose recognition this becomes.
        silent: ids of the things about which the truth says nothing.
    """

    def __init__(self, graph: SceneGraph, silent: Collection[str]) -> None:
        plain = graph._observer.recognition
        super().__init__(plain._world, plain._settings, plain._tracks, plain._cases)
        graph._observer.recognition = self
        self._graph, self._silent = graph, silent
        self._shown: dict[str, Counter[str]] = {}

    def note(self, thing: str, id: str) -> None:
        """A detection of a thing was taken for a node, or for what may become one."""
        self._shown.setdefault(id, Counter())[thing] += 1

    def known(self, track: Track, in_view: set[str], now_ns: int) -> Known | None:
        """The node that shows the same thing."""
        things = self._things()
        thing = things.get(track.key, "")
        if not self._tells(thing):
            return super().known(track, in_view, now_ns)
        ids = [id for id, shown in things.items() if shown == thing and id not in in_view and id != track.key]
        nodes = [self._world.nodes[id] for id in ids if id in self._world.nodes]
        return next((Known(node, ()) for node in nodes if not node.merged_into), None)

    def newcomer(self, missing: Node) -> Node | None:
        """None: what turned up was recognised when it did."""
        return None if self._tells(self._things().get(missing.id, "")) else super().newcomer(missing)

    def glimpsed(self, track: Track, now_ns: int) -> Track | None:
        """None: the truth is told of nodes."""
        return None if self._tells(self._things().get(track.key, "")) else super().glimpsed(track, now_ns)

    def _tells(self, thing: str) -> bool:
        return thing.startswith("O") and thing not in self._silent

    def _things(self) -> dict[str, str]:
        """The thing that most detections of each node or track show."""
        by_id: dict[str, Counter[str]] = {}
        for id, counts in self._shown.items():
            by_id.setdefault(self._graph.resolve(id), Counter()).update(counts)
        return {id: counts.most_common(1)[0][0] for id, counts in by_id.items()}
