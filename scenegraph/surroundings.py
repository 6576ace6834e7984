"""What a graph knows of what is beside what: relations, sides, rooms and ways, each as believed at a time."""

from abc import ABC, abstractmethod
from weakref import WeakKeyDictionary

from mmmem.errors import InvalidInputError
from mmmem.suggest import known_name
from scenegraph.edges import RELATIONS, Edge
from scenegraph.frames_of_reference import ReferenceFrame, Side, side_of
from scenegraph.geometry import Array
from scenegraph.nodes import Node
from scenegraph.relations import Relations, betweens
from scenegraph.settings import Settings
from scenegraph.world import World

_AROUND_M = 1.0


class Surroundings(ABC):
    """The part of a graph that answers questions about space."""

    world: World
    settings: Settings

    def __init__(self) -> None:
        self._relations: WeakKeyDictionary[World, Relations] = WeakKeyDictionary()

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
                reference: ask `side`.
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
        edges = (edge for id in ids for edge in self._edges(world, id, between=bool(which) or relation == "between"))
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

    def _box(self, which: str, at: int | None, known_at: int | None) -> Array:
        world = self._known(known_at)
        node = world.nodes.get(world.resolve(self.node(which).id))
        stay = None if node is None else node.stay_at(self.now_ns if at is None else at)
        if stay is None or stay.box is None:
            raise InvalidInputError(f"Nothing measured where {which!r} was; it has no sides.")
        return stay.box

    def _edges(self, world: World, id: str, *, between: bool) -> list[Edge]:
        relations = self._relations_of(world)
        edges = relations.of(id)
        if between:
            around = relations.index
            for standing in around.of(id):
                near = [one for one in around.near(standing.box, _AROUND_M) if one.node.id != id and one.meets(standing)]
                edges.extend(betweens(standing, near))
        return edges

    def _relations_of(self, world: World) -> Relations:
        if world not in self._relations:
            self._relations[world] = Relations(world, num_looks=self.settings.confirm_frames)
        return self._relations[world]
