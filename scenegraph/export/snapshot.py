"""What every exporter writes: the graph at one instant, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenegraph.atlas import Room
from scenegraph.edges import Edge
from scenegraph.geometry import Array
from scenegraph.graph import SceneGraph
from scenegraph.hierarchy import Hierarchy
from scenegraph.nodes import Node, Stay
from scenegraph.whereabouts import Whereabouts


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """A node at the instant, with the id of its room (empty if that is not known)."""

    node: Node
    where: Whereabouts
    room: str

    @property
    def stays(self) -> list[Stay]:
        """Its places so far, in order of time."""
        return [stay for stay in self.node.stays if stay.start_ns <= self.where.at_ns]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Rooms, nodes, relations and the layers of all at `at_ns`, as believed at `known_at_ns`; `reach_m` is free round places."""

    at_ns: int
    known_at_ns: int
    rooms: dict[str, Room]
    things: tuple[Thing, ...]
    edges: tuple[Edge, ...]
    hierarchy: Hierarchy
    reach_m: Mapping[str, float]

    def in_room(self, room: str) -> list[Thing]:
        """What is in a room; of an empty id what is in none that is known."""
        return [thing for thing in self.things if thing.room == room]


def snapshot(graph: SceneGraph, *, at: int | None = None, known_at: int | None = None) -> Snapshot:
    """The graph at an instant, as believed at `known_at`; both the present by default."""
    known_at_ns = graph.now_ns if known_at is None else known_at
    at_ns = known_at_ns if at is None else at
    rooms, nodes = graph.rooms(known_at=known_at_ns), graph.known_nodes(known_at_ns)
    things = []
    for id, where in sorted(graph.at(at_ns, known_at=known_at_ns).items(), key=lambda pair: _order(pair[0])):
        room = None if where.box is None else graph.room_of(id, at=at_ns, known_at=known_at_ns)
        things.append(Thing(nodes[id], where, "" if room is None else room.id))
    ids = {thing.node.id for thing in things}
    edges = [
        edge
        for edge in graph.relations(at=at_ns, known_at=known_at_ns)
        if edge.subject in ids and (edge.object in ids or edge.object in rooms)
    ]
    hierarchy = graph.hierarchy(at=at_ns, known_at=known_at_ns)
    return Snapshot(at_ns, known_at_ns, rooms, tuple(things), tuple(edges), hierarchy, graph.free_round(known_at=known_at_ns))


def metres(values: Array | None) -> list[Any] | None:
    """Coordinates rounded to the millimetre, as JSON."""
    if values is None:
        return None
    return [metres(value) if value.ndim else round(float(value), 3) for value in values]


def _order(id: str) -> tuple[str, int, str]:
    """`O2` before `O10`."""
    number = id[1:]
    return id[:1], int(number) if number.isdigit() else 0, id
