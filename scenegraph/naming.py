"""Which nodes a phrase means: by class and its other words, colour, owner, alias and place; ambiguity is listed, not guessed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from scenegraph.called import Called, fits_kind
from scenegraph.kinds import layer_of
from scenegraph.misreadings import Likely
from scenegraph.nodes import Node
from scenegraph.phrases import SYNONYMS, Phrase, phrase_of, singular
from scenegraph.spots import Spot
from scenegraph.world import World

_LEAST = 0.25
_NEAR_BEST = 0.6
_WINNER = 0.7
_DOUBT = 1.5
_LESS_PROPER = 0.4
_THERE = 0.7
"""The least that `place_fit` gives where anything fits."""
_THINGS = frozenset(("thing", "object", "item", "one", "stuff", "piece of furniture", "furniture", "something"))


@dataclass(frozen=True, slots=True)
class Reading:
    """A node that a phrase may mean, and how well it fits, in [0, 1]."""

    node: Node
    fit: float


class Spots(Protocol):
    """Where nodes are."""

    def spots(self, node: Node) -> list[Spot]:
        """Every spot of a node."""
        ...

    def spot(self, node: Node, at_ns: int) -> Spot | None:
        """The last spot of a node that had begun by an instant."""
        ...


class Naming:
    """Reads phrases against one world as believed at a time.

    Args:
        likely: what nodes most likely are.
        asker: who "my" is; empty where nobody knows.
    """

    def __init__(self, world: World, called: Called, spots: Spots, likely: Likely, asker: str = "") -> None:
        self._world, self._called, self._spots, self._likely, self._asker = world, called, spots, likely, asker
        self._kinds: dict[str, bool] = {}
        self.told: list[Node] = []
        """Nodes that only words tell of."""

    def read(self, text: str, at_ns: int, *, layers: Sequence[str] = ()) -> list[Reading]:
        """The nodes a phrase may mean, best first; those that fit much worse than the best are left out.

        Args:
            at_ns: when the thing stood where the phrase says.
            layers: only nodes of these layers; all by default.
        """
        nodes = [node for node in (*self._world.living(), *self.told) if not layers or node.layer in layers]
        named = self._by_name(text, nodes)
        if named:
            return named
        phrase = phrase_of(text)
        fits = [Reading(node, self.fit(phrase, node, at_ns)) for node in nodes]
        best = max((one.fit for one in fits), default=0.0)
        kept = [one for one in fits if one.fit >= max(_NEAR_BEST * best, _LEAST)]
        return sorted(kept, key=lambda one: (-one.fit, -one.node.last_seen_ns, one.node.id))

    def fit(self, phrase: Phrase, node: Node, at_ns: int) -> float:
        """How well a node fits a phrase, in [0, 1]."""
        fit = self.kind_fit(phrase.kind, node) * self.made_sure(node)
        if fit and phrase.colour:
            fit *= self._likely.colour(node, phrase.colour)
        if fit and phrase.owner:
            fit *= self._owner_fit(phrase, node)
        if fit and phrase.place:
            fit *= self._place_fit(phrase, node, at_ns)
        return fit

    def made_sure(self, node: Node) -> float:
        """What words or a glimpse tell of once may be a misreading; what they tell of again and again is there."""
        if node.id in self._world.nodes:
            return 1.0
        number = sum(node.votes.values())
        return number / (number + _DOUBT)

    def kind_fit(self, kind: str, node: Node) -> float:
        """How well a class as said fits a node: its share of the votes; less for another word for the class."""
        if kind in _THINGS:
            return 0.5 if node.layer == "object" else 0.0
        said = {kind: 1.0}
        if kind in SYNONYMS:
            said[SYNONYMS[kind]] = 0.9
        best = 0.0
        for name, weight in said.items():
            if name in (node.kind, singular(node.kind)):
                best = max(best, weight * max(self._likely.kind(node, node.kind), _WINNER))
            elif node.kind.endswith(f" {name}"):
                # "medicine bottle" is a bottle, but where there are bottles proper these are meant.
                best = max(best, (_LESS_PROPER if self._has_kind(name) else 0.8) * weight)
            elif name in node.votes and layer_of(name) == node.layer:
                best = max(best, weight * self._likely.kind(node, name))
        return best

    def _has_kind(self, kind: str) -> bool:
        if kind not in self._kinds:
            self._kinds[kind] = any(node.kind == kind for node in self._world.living())
        return self._kinds[kind]

    def _by_name(self, text: str, nodes: Sequence[Node]) -> list[Reading]:
        """Nodes with this id or alias, people of this name, and furniture that words called so."""
        wanted = _bare(text)
        id = self._world.resolve(text.strip().split(" ", 1)[0])
        by_id = self._world.nodes.get(id) or next((node for node in self.told if node.id == id), None)
        if by_id is not None:
            return [Reading(by_id, 1.0)]
        found = [node for node in nodes if wanted in (name.lower() for name in node.aliases)]
        people = [node for node in nodes if node.layer == "person" and self._called.node(node.id).lower() == wanted]
        pieces = [node for node in nodes if node.id in self._called.pieces and self._called.pieces[node.id].lower() == wanted]
        alone = [node for node in nodes if node.layer == "furniture" and node.kind == wanted and len(wanted.split()) > 1]
        return [Reading(node, 1.0) for node in (found or people or pieces or alone[:1] * (len(alone) == 1))]

    def _owner_fit(self, phrase: Phrase, node: Node) -> float:
        owner = self._asker if phrase.owner == "my" else phrase.owner
        if not owner:
            return 0.7
        if node.owner:
            return 1.0 if node.owner.lower() == owner.lower() else 0.0
        called = self._called.pieces.get(node.id, "")
        if called:
            return 1.0 if fits_kind(called, node) and owner.lower() in called.lower() else 0.05
        said = [(one.owner.lower() == owner.lower(), self._told_fit(one.what, node)) for one in self._called.owned]
        mine = max((fit for is_owner, fit in said if is_owner), default=0.0)
        others = max((fit for is_owner, fit in said if not is_owner), default=0.0)
        if mine >= others and mine > 0:
            return mine
        return 0.1 if others > 0 else 0.5

    def _told_fit(self, said: Phrase, node: Node) -> float:
        """How well what somebody called their own fits a node."""
        if not (node.kind == said.kind or node.kind.endswith(f" {said.kind}") or SYNONYMS.get(said.kind) == node.kind):
            return 0.0
        return self._likely.colour(node, said.colour) if said.colour else 0.6

    def _place_fit(self, phrase: Phrase, node: Node, at_ns: int) -> float:
        if phrase.ever:
            return max((place_fit(phrase.place, spot) for spot in self._spots.spots(node)), default=0.0)
        spot = self._spots.spot(node, at_ns)
        return 0.0 if spot is None else place_fit(phrase.place, spot)


def is_there(place: str, spot: Spot) -> bool:
    """Whether a spot is at the place that words name."""
    return place_fit(place, spot) >= _THERE


def place_fit(place: str, spot: Spot) -> float:
    """How well words for a place fit a spot: by its holder's name, its room, or what was said."""
    wanted = _bare(place)
    holder = spot.holder_name.lower()
    if not re.search(r"\d$", wanted):
        holder = re.sub(r"\s*\d+$", "", holder)
    if wanted in (holder, spot.room.lower()):
        return 1.0
    if holder and (holder.endswith(f" {wanted}") or wanted.endswith(f" {holder}")):
        return 0.8
    return 0.7 if wanted and wanted in spot.said.lower() else 0.0


def _bare(text: str) -> str:
    return phrase_of(text).text.lower() if not text[:1].isupper() else text.strip(" .?!").lower()
