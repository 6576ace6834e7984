"""The layers of a scene graph as one tree: building, floor, rooms, places, furniture, objects, people, robots.

A thing is part of the furniture that bears it or of who holds it; else, as what it stands on is a thing like it, of its room. A
room is part of the floor, the floor of the building. Where nothing measures rooms, things belong to the place that they were seen
at, known by what it looks like.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from scenegraph.atlas import Atlas
from scenegraph.edges import SUPPORTS, Edge
from scenegraph.geometry import Array
from scenegraph.kinds import LAYERS, Layer
from scenegraph.mapping import FLOOR_ID
from scenegraph.nodes import Node, Visited
from scenegraph.scan import Scan
from scenegraph.world import World

BUILDING_ID = "B1"


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A node of any layer.

    Args:
        kind: its class ("mug", "kitchen", "place").
        parent: id of what it is part of; empty at the top, or where that is not known.
        start_ns, last_ns: first and last known; `visits` [first, last] of each stay where there may be several.
        at: (3,) metres; None where nothing measured it.
    """

    id: str
    layer: Layer
    name: str
    kind: str
    parent: str
    start_ns: int
    last_ns: int
    at: Array | None = None
    visits: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """Every node by id, the upper layers first, and which rooms and places one can go between (`door`, `beside`)."""

    members: Mapping[str, Member]
    ways: tuple[tuple[str, str, str], ...] = ()
    _children: Mapping[str, list[str]] = field(default_factory=dict)

    def of(self, layer: Layer) -> list[Member]:
        """The nodes of a layer."""
        return [one for one in self.members.values() if one.layer == layer]

    def children(self, id: str) -> list[Member]:
        """What is part of a node; of an empty id what is part of nothing known."""
        return [self.members[child] for child in self._children.get(id, [])]

    def counts(self) -> dict[str, int]:
        """How many there are of each layer that has any."""
        counted = Counter(one.layer for one in self.members.values())
        return {layer: counted[layer] for layer in LAYERS if counted[layer]}


def hierarchy_of(world: World, atlas: Atlas, edges: Iterable[Edge], at_ns: int) -> Hierarchy:
    """The layers of a world as they were at an instant; `edges` are the relations that hold then."""
    scans = [scan for scan in world.scans if scan.t_ns <= at_ns]
    above = (_shell(scans), _rooms(atlas, scans, at_ns), _places(world, atlas, at_ns), _robots(world, atlas, scans, at_ns))
    members = {one.id: one for layer in above for one in layer}
    borne = {edge.subject: edge.object for edge in edges if edge.relation in SUPPORTS}
    for one in _things(world, atlas, borne, members, at_ns):
        members[one.id] = one
    children: dict[str, list[str]] = {}
    for one in members.values():
        children.setdefault(one.parent, []).append(one.id)
    return Hierarchy(members, tuple(_ways(world, members)), children)


def _shell(scans: Sequence[Scan]) -> Iterator[Member]:
    """The building and its floor, since something measured them."""
    if not scans:
        return
    start_ns, last_ns = min(scan.t_ns for scan in scans), max(scan.t_ns for scan in scans)
    yield Member(BUILDING_ID, "building", "building", "building", "", start_ns, last_ns)
    yield Member(FLOOR_ID, "floor", "ground floor", "floor", BUILDING_ID, start_ns, last_ns)


def _rooms(atlas: Atlas, scans: Sequence[Scan], at_ns: int) -> Iterator[Member]:
    """Rooms whose shape was known by then, since a camera first stood in them."""
    if not scans:
        return
    stood = np.array([scan.at[:2] for scan in scans])
    times = np.array([scan.t_ns for scan in scans])
    for id, room in atlas.rooms.items():
        within = times[room.shape.holds(stood)]
        start_ns = min(room.shape.t_ns, int(within.min())) if len(within) else room.shape.t_ns
        if start_ns <= at_ns:
            last_ns = int(within.max()) if len(within) else start_ns
            x, y = room.middle.tolist()
            yield Member(id, "room", room.name, room.kind, FLOOR_ID, start_ns, last_ns, np.array([x, y, 0.0]))


def _places(world: World, atlas: Atlas, at_ns: int) -> Iterator[Member]:
    """Spots of the floor, and what was visited without being measured."""
    for place in world.places.values():
        if place.since_ns <= at_ns:
            x, y = place.at.tolist()
            parent = place.room if place.room in world.rooms else FLOOR_ID
            last_ns = min(max(atlas.ground.last_seen_ns(place.at), place.since_ns), at_ns)
            at = np.array([x, y, 0.0])
            yield Member(place.id, "place", f"place {place.id[1:]}", "place", parent, place.since_ns, last_ns, at)
    for seen in world.visited.values():
        visits = _until(seen, at_ns)
        if visits:
            name = f"place {seen.id[1:]} of {seen.stream_id}"
            yield Member(seen.id, "place", name, "place", "", visits[0][0], visits[-1][1], None, visits)


def _until(seen: Visited, at_ns: int) -> tuple[tuple[int, int], ...]:
    return tuple((first, min(last, at_ns)) for first, last in sorted(seen.visits) if first <= at_ns)


def _robots(world: World, atlas: Atlas, scans: Sequence[Scan], at_ns: int) -> Iterator[Member]:
    """Who carries the camera of each stream, in the order in which they began: where that was measured last, or seen last."""
    looks: dict[str, list[tuple[int, str, Array | None]]] = {}
    for scan in scans:
        looks.setdefault(scan.stream_id, []).append((scan.t_ns, atlas.room_at(scan.at[None, :2]), scan.at))
    for seen in world.visited.values():
        looks.setdefault(seen.stream_id, []).extend((t_ns, seen.id, None) for visit in _until(seen, at_ns) for t_ns in visit)
    begun = sorted((min(look[0] for look in found), stream_id) for stream_id, found in looks.items())
    for number, (start_ns, stream_id) in enumerate(begun, start=1):
        last_ns, parent, at = max(looks[stream_id], key=lambda look: look[0])
        yield Member(f"A{number}", "robot", stream_id, "camera", parent, start_ns, last_ns, at)


def _things(world: World, atlas: Atlas, borne: Mapping[str, str], above: Mapping[str, Member], at_ns: int) -> Iterator[Member]:
    living = {node.id: node for node in world.living() if node.stay_at(at_ns) is not None}
    order = {layer: place for place, layer in enumerate(LAYERS)}
    for node in sorted(living.values(), key=lambda one: (order[one.layer], int(one.id[1:]) if one.id[1:].isdigit() else 0)):
        stay = node.stay_at(at_ns)
        assert stay is not None
        holder = living.get(borne.get(node.id, ""))
        parent = holder.id if holder is not None and _bears(holder, node) else ""
        if not parent and stay.box is not None:
            parent = atlas.room_of(node.id, stay.box)
        if not parent and stay.box is None:
            parent = _visited_at(world, [frame.stream_id for frame in stay.frames], min(stay.last_seen_ns, at_ns))
        last_ns = min(stay.last_seen_ns, at_ns)
        visits = tuple((one.start_ns, min(one.last_seen_ns, at_ns)) for one in node.stays if one.start_ns <= at_ns)
        parent = parent if parent in above or parent in living else ""
        yield Member(node.id, node.layer, node.name, node.kind, parent, node.stays[0].start_ns, last_ns, stay.at, visits)


def _bears(holder: Node, node: Node) -> bool:
    """Whether a node is above another in the tree: nothing is part of what is part of it."""
    return LAYERS.index(holder.layer) < LAYERS.index(node.layer) or holder.layer == "person"


def _visited_at(world: World, streams: Sequence[str], t_ns: int) -> str:
    """The place that a stream was at, at an instant; empty if that is not known."""
    for seen in world.visited.values():
        if seen.stream_id in streams and any(first <= t_ns <= last for first, last in seen.visits):
            return seen.id
    return ""


def _ways(world: World, members: Mapping[str, Member]) -> Iterator[tuple[str, str, str]]:
    """Doors between rooms and neighbouring places, each once."""
    pairs = [(id, beyond, "door") for id, shape in world.rooms.items() for _, beyond in shape.doors]
    pairs += [(id, other, "beside") for id, place in world.places.items() for other in place.beside]
    known = {(min(one, other), max(one, other), kind) for one, other, kind in pairs if one != other}
    return ((one, other, kind) for one, other, kind in sorted(known) if one in members and other in members)
