"""All stays of a world by place, kept up with its log: who was near whom is found without looking at the rest."""

from collections.abc import Iterator
from dataclasses import dataclass

from scenegraph.geometry import Array
from scenegraph.grid import Grid
from scenegraph.nodes import Node, Stay
from scenegraph.world import World

FOREVER_NS = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A node at one place: one of its stays, with the first instant at which it is known to be over."""

    node: Node
    stay: Stay
    until_ns: int

    @property
    def box(self) -> Array:
        """(2, 3) metres, of all of it that any picture showed."""
        return reach_of(self.stay)

    def meets(self, other: "Standing") -> bool:
        """Whether both were at their places at some instant, for all that is known."""
        return max(self.stay.start_ns, other.stay.start_ns) < min(self.until_ns, other.until_ns)


def reach_of(stay: Stay) -> Array:
    """(2, 3) metres: how far what stays there reaches; of furniture, by all pictures of its parts."""
    assert stay.box is not None
    return stay.box if stay.extent is None else stay.extent


def standings_of(node: Node) -> Iterator[Standing]:
    """The stays of a node that have a box, in order of time."""
    for place, stay in enumerate(node.stays):
        after = node.stays[place + 1].start_ns if place + 1 < len(node.stays) else FOREVER_NS
        until_ns = min(after, FOREVER_NS if stay.missing_ns is None else stay.missing_ns)
        if stay.box is not None:
            yield Standing(node, stay, max(until_ns, stay.last_seen_ns + 1))


class StayIndex:
    """Stays in a spatial hash; `update` takes in the nodes that rows have changed since it was last called."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._grid = Grid(1.0)
        self._standing: dict[str, Standing] = {}
        self._keys: dict[str, list[str]] = {}
        world.touched.update(world.nodes)

    def update(self) -> None:
        """Take in what has changed."""
        while self._world.touched:
            self._take_in(self._world.touched.pop())

    def near(self, box: Array, margin_m: float) -> Iterator[Standing]:
        """Stays whose boxes may lie within a margin of a (2, 3) box, in the order of their nodes' ids."""
        for key in sorted(self._grid.within(box[0] - margin_m, box[1] + margin_m)):
            yield self._standing[key]

    def of(self, id: str) -> list[Standing]:
        """The stays of a node, in order of time."""
        return [self._standing[key] for key in self._keys.get(id, ())]

    def _take_in(self, id: str) -> None:
        for key in self._keys.pop(id, ()):
            self._grid.drop(key)
            del self._standing[key]
        node = self._world.nodes.get(id)
        if node is None or node.merged_into:
            return
        for place, standing in enumerate(standings_of(node)):
            key = f"{id}#{place}"
            self._standing[key] = standing
            self._grid.put(key, standing.box)
            self._keys.setdefault(id, []).append(key)
