"""The fold: what a log of assertions says the world is like. The same rows in the same order always give the same world."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from scenegraph.applying import HANDLERS
from scenegraph.floor_places import FloorPlace
from scenegraph.kinds import PREFIXES, Layer
from scenegraph.log import DAMAGE, Row, damaged
from scenegraph.nodes import Node, Visited
from scenegraph.novelty import Novelty
from scenegraph.persistence import Persistence
from scenegraph.rooms import RoomShape
from scenegraph.scan import Scan


class World:
    """Nodes, their stays and states, and what is learned of persistence, as the rows applied so far say.

    `only_read`: nobody looked; all that is known was read in words, or said by a person.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.by_key: dict[str, str] = {}
        self.by_kind: dict[str, set[str]] = defaultdict(set)
        self.by_alias: dict[str, set[str]] = defaultdict(set)
        self.persistence = Persistence()
        self.novelty = Novelty()
        self.touched: set[str] = set()
        self.scans: list[Scan] = []
        self.glimpses: list[Node] = []
        self.glimpses_by_kind: dict[str, list[Node]] = defaultdict(list)
        self.rooms: dict[str, RoomShape] = {}
        self.room_names: dict[str, str] = {}
        self.num_scans_in_rooms = 0
        self.places: dict[str, FloorPlace] = {}
        self.visited: dict[str, Visited] = {}
        self.num_pose_rows = 0
        self.learned: list[Mapping[str, Any]] = []
        self.only_read = True
        self.last_ns = -1
        self.last_row = 0
        self._next: dict[str, int] = defaultdict(lambda: 1)

    def apply(self, row: Row) -> None:
        """Take in one row; kinds that are not the graph's are passed over.

        Raises:
            MemoryCorruptError: the row does not hold what its kind holds.
        """
        handler = HANDLERS.get(row.assertion.kind)
        self.last_row = max(self.last_row, row.id)
        if handler is None:
            return
        self.last_ns = max(self.last_ns, row.learned_ns)
        self.only_read &= row.assertion.source in ("text", "person")
        try:
            handler(self, row.assertion)
        except DAMAGE as error:
            raise damaged(f"Row {row.id}", f"{row.assertion.kind} {row.assertion.subject}", error) from error
        for id in {row.assertion.subject, row.assertion.object} & self.nodes.keys():
            self.touched |= {id, self.resolve(id)}

    def extend(self, rows: Iterable[Row]) -> "World":
        """Take in rows in their order; returns itself."""
        for row in rows:
            self.apply(row)
        return self

    def new_id(self, layer: Layer) -> str:
        """An id that no node has had; reserving it is up to the row that uses it."""
        prefix = PREFIXES[layer]
        return f"{prefix}{self._next[prefix]}"

    def reserve(self, id: str) -> None:
        """No other will have this id."""
        prefix, number = id[:1], id[1:]
        if number.isdigit():
            self._next[prefix] = max(self._next[prefix], int(number) + 1)

    def new_glimpse_id(self) -> str:
        """An id that no glimpse has had."""
        return f"G{self._next['G']}"

    def resolve(self, id: str) -> str:
        """The id of the node that `id` turned out to be, following what was found to be the same."""
        seen = set()
        while id in self.nodes and self.nodes[id].merged_into and id not in seen:
            seen.add(id)
            id = self.nodes[id].merged_into
        return id

    def called(self, name: str) -> list[Node]:
        """Living nodes with this class or alias, by id."""
        wanted = name.lower()
        ids = self.by_kind.get(wanted, set()) | self.by_alias.get(wanted, set())
        nodes = (self.nodes[id] for id in sorted(ids))
        return [
            node
            for node in nodes
            if not node.merged_into and (node.kind.lower() == wanted or wanted in (each.lower() for each in node.aliases))
        ]

    def living(self) -> Iterable[Node]:
        """Every node that did not turn out to be another."""
        return (node for node in self.nodes.values() if not node.merged_into)
