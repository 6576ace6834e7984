"""What a graph knows of what is beside what: relations, sides, rooms and ways, each as believed at a time."""

from abc import ABC, abstractmethod
from weakref import WeakKeyDictionary

import numpy as np

from mmmem.errors import InvalidInputError
from mmmem.suggest import known_name
from scenegraph.atlas import Atlas, Room
from scenegraph.edges import RELATIONS, Edge
from scenegraph.frames_of_reference import ReferenceFrame, Side, from_entrance, own_front, side_of
from scenegraph.fronts import front_of
from scenegraph.geometry import Array
from scenegraph.hierarchy import Hierarchy, hierarchy_of
from scenegraph.nodes import Node
from scenegraph.relations import Relations
from scenegraph.settings import Settings
from scenegraph.stay_index import reach_of
from scenegraph.unseen import Unseen, unseen_since
from scenegraph.ways import Way, way
from scenegraph.world import World


class Surroundings(ABC):
    """The part of a graph that answers questions about space."""

    world: World
    settings: Settings

    def __init__(self) -> None:
        self._relations: WeakKeyDictionary[World, Relations] = WeakKeyDictionary()
        self._atlases: WeakKeyDictionary[World, Atlas] = WeakKeyDictionary()

    @abstractmethod
    def node(self, which: str) -> Node:
        """The node of an id or name."""

    @abstractmethod
    def _known(self, known_at_ns: int | None) -> World:
        """The world as believed at an instant."""

    @property
    @abstractmethod
    def now_ns(self) -> int:
        """The latest instant that the graph has heard of."""

    # Relations

    def relations(
        self,
        which: str = "",
        relation: str = "",
        object: str = "",
        *,
        at: int | None = None,
        known_at: int | None = None,
        ever: bool = False,
    ) -> list[Edge]:
        """Edges that hold at an instant (the present by default), as believed at `known_at`, the surest first.

        Args:
            which: id or name of the subject; every node by default.
            relation: only this one; see `scenegraph.edges.RELATIONS`. "left", "right", "in front" and "behind" need a frame of
                reference: ask `sides`. "between" is told of one subject or when it is asked for, "same room" when it is.
            object: id or name of the other end.
            ever: all edges that ever held, whatever `at` says.

        Raises:
            UnknownNameError: no such node or relation.
        """
        if relation:
            known_name(relation, RELATIONS, "relation")
        world, when_ns = self._known(known_at), self.now_ns if at is None else at
        ids = [self.node(which).id] if which else [node.id for node in world.living()]
        wanted = self.node(object).id if object else ""
        edges = (edge for id in ids for edge in self._edges(world, id, relation, one=bool(which)))
        held = [
            edge
            for edge in edges
            if (ever or edge.holds_at(when_ns))
            and relation in ("", edge.relation)
            and (not wanted or world.resolve(wanted) in (edge.object, edge.other))
        ]
        return sorted(held, key=lambda edge: (-edge.confidence, edge.subject, edge.relation, edge.object))

    def side(
        self, which: str, of: str, frame: ReferenceFrame, *, at: int | None = None, known_at: int | None = None
    ) -> tuple[Side, float]:
        """On which side of another node a node lies in a frame of reference, and how clearly, in [0, 1].

        Raises:
            UnknownNameError: no such node.
            InvalidInputError: one of the two has no measured place.
        """
        boxes = [self._box(name, at, known_at) for name in (which, of)]
        return side_of(boxes[0], boxes[1], frame)

    def sides(
        self,
        which: str,
        of: str,
        frame: ReferenceFrame,
        *,
        at: int | None = None,
        known_at: int | None = None,
        ever: bool = False,
    ) -> list[Edge]:
        """The edges that say on which side of another node a node lies in a frame of reference, with intervals and evidence.

        Two hold where it lies about on the diagonal and has clearly been on the one side before; none where one is over the
        other.

        Raises:
            UnknownNameError: no such node.
        """
        world, when_ns = self._known(known_at), self.now_ns if at is None else at
        edges = self._relations_of(world).sides(self.node(which).id, self.node(of).id, frame)
        return [edge for edge in edges if ever or edge.holds_at(when_ns)]

    def front_of(self, which: str, *, known_at: int | None = None) -> ReferenceFrame:
        """The frame of a piece of furniture with a back to the wall: its front is the side that the free floor is on.

        Raises:
            UnknownNameError: no such node.
            InvalidInputError: it stands free, or nothing measured it; use `frames_of_reference.own_front` with a known yaw.
        """
        node = self.node(which)
        yaw_rad = front_of(self._atlas_of(self._known(known_at)).ground, self._box(which, None, known_at))
        if yaw_rad is None:
            raise InvalidInputError(f"{node.label} has no back to a wall, so its front is not known; give own_front a yaw.")
        return own_front(yaw_rad, f"by the {node.name}'s own front")

    def entrance(self, which: str, *, through: str = "", known_at: int | None = None) -> ReferenceFrame:
        """The frame of somebody who stands in the door of a room and looks in.

        Args:
            which: id or name of the room.
            through: id or name of the room that the door leads to; by default the one with most doors.

        Raises:
            UnknownNameError: no such room, or no door between the two.
            InvalidInputError: no door of the room is known.
        """
        rooms = self.rooms(known_at=known_at)
        room = named_room(rooms, which)
        doors = {rooms[id].name: at for at, id in room.shape.doors if id in rooms}
        if not doors:
            raise InvalidInputError(f"No door of the {room.name} has been seen; it has no entrance.")
        num_doors = {other.name: len(other.shape.doors) for other in rooms.values()}
        beyond = named_room(rooms, through).name if through else max(doors, key=lambda name: (num_doors[name], name))
        at = np.array(doors[known_name(beyond, doors, f"room beside the {room.name}")])
        return from_entrance(at, room.middle, f"from the entrance of the {room.name}")

    # Rooms

    def rooms(self, *, known_at: int | None = None) -> dict[str, Room]:
        """Rooms by id, as believed at `known_at`; empty without depth and poses."""
        return self._atlas_of(self._known(known_at)).rooms

    def room_of(self, which: str, *, at: int | None = None, known_at: int | None = None) -> Room | None:
        """The room in which a node was at an instant; None if that is not known.

        Raises:
            UnknownNameError: no such node.
        """
        world = self._known(known_at)
        atlas, node = self._atlas_of(world), world.nodes.get(world.resolve(self.node(which).id))
        stay = None if node is None else node.stay_at(self.now_ns if at is None else at)
        if node is None or stay is None or stay.box is None:
            return None
        return atlas.rooms.get(atlas.room_of(node.id, stay.box))

    def in_room(self, which: str, *, at: int | None = None, known_at: int | None = None) -> list[Node]:
        """Nodes that were in a room at an instant, by id; a room by its id or name.

        Raises:
            UnknownNameError: no such room.
        """
        world, when_ns = self._known(known_at), self.now_ns if at is None else at
        atlas = self._atlas_of(world)
        room = named_room(atlas.rooms, which)
        return [
            node
            for node in world.living()
            if (stay := node.stay_at(when_ns)) is not None
            and stay.box is not None
            and (stay.missing_ns is None or when_ns < stay.missing_ns)
            and atlas.room_of(node.id, stay.box) == room.id
        ]

    def same_room(self, one: str, other: str, *, at: int | None = None, known_at: int | None = None) -> Edge | None:
        """The edge that says that two nodes are in one room at an instant; None if they are not, or it is not known.

        Raises:
            UnknownNameError: no such node.
        """
        world, when_ns = self._known(known_at), self.now_ns if at is None else at
        edges = self._relations_of(world).same_room(self.node(one).id, self.node(other).id)
        return next((edge for edge in reversed(edges) if edge.holds_at(when_ns)), None)

    def hierarchy(self, *, at: int | None = None, known_at: int | None = None) -> Hierarchy:
        """All layers at an instant: building, floor, rooms, places, furniture, objects, people, and who carries the camera."""
        world, when_ns = self._known(known_at), self.now_ns if at is None else at
        return hierarchy_of(world, self._atlas_of(world), self.relations(at=when_ns, known_at=known_at), when_ns)

    def free_round(self, *, known_at: int | None = None) -> dict[str, float]:
        """Metres that are free round each place of the floor, by id."""
        return {id: place.reach_m for id, place in self._known(known_at).places.items()}

    # Ways

    def path(self, a: str | Array, b: str | Array, *, known_at: int | None = None) -> Way | None:
        """The way from one place to another over floor that was known to be free; None if no way was known then.

        Args:
            a, b: id or name of a node or a room, or (2,) metres on the floor.

        Raises:
            UnknownNameError: no such node or room.
        """
        atlas = self._atlas_of(self._known(known_at))
        points = way(atlas.ground, self._spot(a, known_at), self._spot(b, known_at))
        if points is None:
            return None
        steps = np.linspace(points[:-1], points[1:], 20, axis=1).reshape(-1, 2)
        ids = [atlas.room_at(step[None]) for step in steps]
        return Way(points, tuple(id for place, id in enumerate(ids) if id and (place == 0 or ids[place - 1] != id)))

    def not_seen_since(self, t_ns: int, *, known_at: int | None = None) -> list[Unseen]:
        """Rooms and furniture, with their surfaces, that have not been in view since an instant; what waits longest first."""
        world = self._known(known_at)
        return unseen_since(world, self._atlas_of(world), t_ns)

    # Within

    def _spot(self, where: str | Array, known_at: int | None) -> Array:
        if not isinstance(where, str):
            return np.asarray(where, np.float64)[:2]
        rooms = self.rooms(known_at=known_at)
        named = [room for room in rooms.values() if where in (room.id, room.name)]
        if named:
            return named[0].middle
        middle: Array = self._box(where, None, known_at).mean(axis=0)[:2]
        return middle

    def _box(self, which: str, at: int | None, known_at: int | None) -> Array:
        world = self._known(known_at)
        node = world.nodes.get(world.resolve(self.node(which).id))
        stay = None if node is None else node.stay_at(self.now_ns if at is None else at)
        if stay is None or stay.box is None:
            raise InvalidInputError(f"Nothing measured where {which!r} was; it has no sides.")
        return reach_of(stay)

    def _edges(self, world: World, id: str, relation: str, *, one: bool) -> list[Edge]:
        relations = self._relations_of(world)
        if relation == "same room":
            others = [node.id for node in world.living()]
            return [edge for other in others for edge in relations.same_room(id, other)]
        edges = relations.of(id) if relation != "between" else []
        return [*edges, *relations.betweens(id)] if one or relation == "between" else edges

    def _relations_of(self, world: World) -> Relations:
        if world not in self._relations:
            self._relations[world] = Relations(world, self._atlas_of(world), num_looks=self.settings.confirm_frames)
        return self._relations[world]

    def _atlas_of(self, world: World) -> Atlas:
        if world not in self._atlases:
            self._atlases[world] = Atlas(world)
        return self._atlases[world]


def named_room(rooms: dict[str, Room], which: str) -> Room:
    """The room of this id or name.

    Raises:
        UnknownNameError: there is none.
    """
    by_name = {room.name: room for room in rooms.values()} | rooms
    return by_name[known_name(which.removeprefix("the "), by_name, "room")]
