"""What a graph believes, now and then: its nodes, where they are and were, which of them a name or a description means."""

from collections.abc import Iterable, Mapping
from typing import Any

from mmmem.suggest import known_name
from scenegraph.log import Log, log_of
from scenegraph.nodes import Node
from scenegraph.surroundings import Surroundings
from scenegraph.whereabouts import Whereabouts, whereabouts
from scenegraph.world import World


class Believed(Surroundings):
    """A graph that is read off a log, to be asked.

    Args:
        log: a `scenegraph.log.Log`, a `mmmem.memory.Memory`, or None for a log in this process.
        zone_ns: what is added to a time so that days begin at midnight.
    """

    def __init__(self, log: Any, zone_ns: int) -> None:
        super().__init__()
        self.log: Log = log_of(log)
        self._zone_ns = zone_ns
        self.world = self._fold(None)
        self._next_row = self.world.last_row + 1
        self._now_ns = max(self.world.last_ns, 0)
        self._then: tuple[tuple[int, int], World] | None = None

    @property
    def now_ns(self) -> int:
        """The latest instant that the graph has heard of."""
        return self._now_ns

    @property
    def nodes(self) -> Mapping[str, Node]:
        """Every node by id, as believed now; those that turned out to be another are left out."""
        return {node.id: node for node in self.world.living()}

    def known_nodes(self, known_at: int | None = None) -> Mapping[str, Node]:
        """Every node by id, as believed at `known_at` (the present by default)."""
        return {node.id: node for node in self._known(known_at).living()}

    def at(self, t_ns: int | None = None, *, known_at: int | None = None) -> dict[str, Whereabouts]:
        """Where everything was at an instant, by id, as believed at `known_at` (both the present by default)."""
        world = self._known(known_at)
        when_ns = self._now_ns if t_ns is None else t_ns
        begun = (node for node in world.living() if node.stays and node.stays[0].start_ns <= when_ns)
        return {node.id: whereabouts(node, when_ns, world.persistence) for node in begun}

    def where(self, which: str, *, at: int | None = None, known_at: int | None = None) -> Whereabouts:
        """Where something was at an instant, as believed at `known_at`; of several that fit the name, the one seen last.

        Raises:
            UnknownNameError: nothing has this id or name; the message names the nearest.
        """
        world = self._known(known_at)
        fitting = _find(world, which)
        when_ns = self._now_ns if at is None else at
        best, *rest = sorted(fitting, key=lambda node: (-_last_seen(node, when_ns), node.id))
        return whereabouts(best, when_ns, world.persistence, tuple(node.id for node in rest))

    def find(self, which: str) -> list[Node]:
        """Nodes of an id, an alias, a class, or a description ("red mug", "Alex's mug"); empty if there is none."""
        return _matching(self.world, which)

    def node(self, which: str) -> Node:
        """The node of an id or name; of several the one seen last.

        Raises:
            UnknownNameError: nothing has this id or name.
        """
        return max(_find(self.world, which), key=lambda node: (node.last_seen_ns, node.id))

    def still_there(self, which: str, *, at: int | None = None) -> float:
        """Probability that a node is where it was last seen."""
        return whereabouts(self.node(which), self._now_ns if at is None else at, self.world.persistence).confidence

    def _fold(self, known_at_ns: int | None) -> World:
        world = World()
        world.persistence.zone_ns = self._zone_ns
        return world.extend(self.log.read(known_at_ns=known_at_ns))

    def _known(self, known_at_ns: int | None) -> World:
        """The world as believed then, kept until something else is asked for or something is written."""
        if known_at_ns is None or known_at_ns >= self.world.last_ns:
            return self.world
        key = (known_at_ns, self._next_row)
        if self._then is None or self._then[0] != key:
            self._then = (key, self._fold(known_at_ns))
        return self._then[1]


def _last_seen(node: Node, at_ns: int) -> int:
    stay = node.stay_at(at_ns)
    return -1 if stay is None else min(stay.last_seen_ns, at_ns)


def _find(world: World, which: str) -> list[Node]:
    fitting = _matching(world, which)
    if not fitting:
        known_name(which, sorted({node.name for node in world.living()} | set(world.nodes)), "node")
    return fitting


def _matching(world: World, which: str) -> list[Node]:
    id = world.resolve(which.split(" ", 1)[0])
    if id in world.nodes:
        return [world.nodes[id]]
    words = [word for word in which.split() if word.lower() not in ("the", "a", "an", "my")]
    for start in range(len(words)):
        described = words[:start]
        called = world.called(" ".join(words[start:]))
        named = [node for node in called if _described(node, described)] if described else called
        if named:
            return named
    return []


def _described(node: Node, words: Iterable[str]) -> bool:
    """Whether all of these words are the node's owner or stand in its attributes."""
    known = {word for value, _ in node.attributes.values() for word in value.lower().split()} | {node.owner.lower()}
    return all(word.lower().removesuffix("'s") in known for word in words)
