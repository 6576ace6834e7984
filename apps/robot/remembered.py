"""From a memory to probabilities: where a thing may be by now, from where and when it was seen and where it was not.

A thing is where it was last seen with the probability that nobody has moved it since (`scenegraph.persistence`). If it was moved,
it is at one of the places where it used to be, weighted by how near the hour of the day is (Dirichlet smoothing with what is
generally so of its class), less those that were looked over since and did not show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from apps.robot.belief import Array
from apps.robot.experience import Experience
from apps.robot.places import Place, Places
from apps.robot.seeing import Expectation, Wanted
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR
from scenegraph import Node, SceneGraph, Stay
from streams.house.models.kinds import THING_KINDS
from streams.house.priors import Prior, place_weight, priors

_FIT = {0: 0.05, 1: 0.4, 2: 1.0}
_SMOOTHING = 1.5
_ANYWHERE = 0.004
_HOURS_NEAR = 2.5
_SAME_CLASS, _SAME_CATEGORY = 0.15, 0.05
_UNKNOWN = 0.7
_ELSEWHERE = 0.07
_LEAST_SHARE = 0.3
_COLOURLESS = 0.4
_UNSEEN_CAP = 0.9
_MISTAKEN = 0.05
_MISSING = 0.04
_OWN_ROOM = 3.0


@dataclass(slots=True)
class LooksTaken:
    """Which places were in view when: what was not seen there was looked for.

    Rows are kept as they come; `newest` is enough for questions about now.
    """

    num_places: int
    t_ns: list[int] = field(default_factory=list)
    share: list[Array] = field(default_factory=list)
    distance_m: list[Array] = field(default_factory=list)

    def note(self, t_ns: int, share: Array, distance_m: Array) -> None:
        """A picture was taken."""
        if share.max(initial=0.0) > 0:
            self.t_ns.append(t_ns)
            self.share.append(share.astype(np.float32))
            self.distance_m.append(distance_m.astype(np.float32))

    def chances(self, kind: str, expectation: Expectation, after_ns: int) -> tuple[Array, Array]:
        """(n,) times after an instant, and (n, k) chances that a thing of a class would have been found at each place."""
        first = int(np.searchsorted(self.t_ns, after_ns, side="right")) if self.t_ns else 0
        if first >= len(self.t_ns):
            return np.zeros(0), np.zeros((0, self.num_places))
        recall = expectation.recall(kind, np.array(self.share[first:], float), np.array(self.distance_m[first:], float))
        return np.array(self.t_ns[first:], float), recall


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """A node that may be what is wanted, how surely, and where its stays were."""

    node: Node
    share: float
    stays: tuple[tuple[Stay, int], ...]


class Remembered:
    """What a robot remembers of a home, as probabilities over its places.

    Args:
        graph: what was seen, where and when.
        looks: which places were in view when.
        experience: where things were found before.
        zone_ns: what is added to a time so that days begin at midnight.
    """

    def __init__(
        self,
        places: Places,
        graph: SceneGraph,
        looks: LooksTaken,
        expectation: Expectation | None = None,
        *,
        experience: Experience | None = None,
        zone_ns: int = 0,
    ) -> None:
        self.places, self.graph, self.looks, self._zone_ns = places, graph, looks, zone_ns
        self.expectation = expectation or Expectation()
        self._experience = experience or Experience()

    def nodes(self, wanted: Wanted) -> list[Node]:
        """Nodes that may be what is wanted."""
        return [one.node for one in self._known(wanted)]

    def where(self, wanted: Wanted, now_ns: int) -> Array:
        """(k + 1,) probability of each place, and of none of them, which comes last."""
        known = self._known(wanted)
        usual = self._usual(wanted, known, now_ns)
        stays = ((stay, place, one) for one in known for stay, place in one.stays)
        last = max(stays, key=lambda item: item[0].last_seen_ns, default=None)
        left = self._left(wanted)
        if left is not None and (last is None or left[0] >= last[0].last_seen_ns):
            return self._since_left(wanted, usual, left, now_ns)
        if last is None:
            return self._not_seen(wanted, usual, -1, now_ns)
        stay, place, one = last
        moved = self._not_seen(wanted, usual, stay.last_seen_ns, now_ns, rate=self._rate(wanted))
        stayed = self._stayed(stay, one, now_ns)
        # What was seen at no place (in a hand, on the floor) has moved for certain.
        probabilities = (1 - stayed) * moved if place >= 0 else moved
        if place >= 0:
            probabilities[place] += stayed
        total: Array = probabilities / probabilities.sum()
        return total

    def at_place(self, wanted: Wanted, place: int, now_ns: int) -> tuple[list[float], float]:
        """For each known thing of a class the probability that it is at a place, and how many unknown ones are expected."""
        chances: list[float] = []
        taken: list[Array] = []
        for one in self._known(wanted, least=0.5):
            at = one.node.stay.at if one.node.stay is not None else None
            if at is not None and any(float(np.linalg.norm(at - other)) < 0.1 for other in taken):
                continue
            if at is not None:
                taken.append(at)
            chances.append(float(self._of_node(wanted, one, now_ns)[place]))
        usual, seen = self._usual(wanted, [], now_ns), self._last_looked(wanted, place, now_ns)
        return chances, float(usual[place]) * _UNKNOWN * (1 - seen)

    # Within

    def _left(self, wanted: Wanted) -> tuple[int, int] | None:
        """When and at which place it was seen put down."""
        left = self._experience.left_at(wanted)
        return (left[0], self.places.index[left[1]]) if left is not None and left[1] in self.places.index else None

    def _since_left(self, wanted: Wanted, usual: Array, left: tuple[int, int], now_ns: int) -> Array:
        t_ns, place = left
        stayed = (1 - _MISTAKEN) * self.graph.world.persistence.still_there(wanted.kind, "object", t_ns, now_ns)
        belief: Array = (1 - stayed) * self._not_seen(wanted, usual, t_ns, now_ns, rate=self._rate(wanted))
        belief[place] += stayed
        return belief

    def _of_node(self, wanted: Wanted, one: _Known, now_ns: int) -> Array:
        usual = self._usual(wanted, [one], now_ns)
        stay, place = max(one.stays, key=lambda item: item[0].last_seen_ns)
        moved = self._not_seen(wanted, usual, stay.last_seen_ns, now_ns, rate=self._rate(wanted))
        stayed = self._stayed(stay, one, now_ns)
        probabilities: Array = (1 - stayed) * moved if place >= 0 else moved.copy()
        if place >= 0:
            probabilities[place] += stayed
        return probabilities * min(1.0, one.share + 0.2)

    def _known(self, wanted: Wanted, least: float = _LEAST_SHARE) -> list[_Known]:
        """Nodes of the class and colour, with the place of each of their stays."""
        found = []
        for node in self.graph.nodes.values():
            share = node.share_of(wanted.kind)
            colour = node.attributes.get("colour", ("", 0.0))[0]
            if wanted.colour:
                share *= 1.0 if colour == wanted.colour else _COLOURLESS if not colour else 0.05
            stays = tuple((stay, self._place_of(stay)) for stay in node.stays) if share >= least else ()
            if stays:
                found.append(_Known(node, share, stays))
        return found

    def _place_of(self, stay: Stay) -> int:
        if stay.at is None:
            return -1
        foot = float(stay.box[0][2]) if stay.box is not None else float(stay.at[2])
        closed = tuple(number for number, place in enumerate(self.places.all) if place.behind)
        point = (float(stay.at[0]), float(stay.at[1]), foot)
        place = self.places.at(point)
        place = self.places.at(point, closed) if place is None else place
        return -1 if place is None else place

    def _usual(self, wanted: Wanted, known: Sequence[_Known], now_ns: int) -> Array:
        """(k + 1,) where it is if it was moved: a Dirichlet's mean, general knowledge as pseudo-counts."""
        counts = _SMOOTHING * self._general(wanted) + self._experience.found_at(wanted, self.places, now_ns)
        for one in known:
            for stay, place in one.stays:
                if place >= 0:
                    counts[place] += one.share * self._hour_weight(stay, now_ns)
        for other, weight in self._alike(wanted, known):
            for stay in other.stays[-4:]:
                place = self._place_of(stay)
                if place >= 0:
                    counts[place] += weight * self._hour_weight(stay, now_ns)
        return np.append(counts / counts.sum() * (1 - _ELSEWHERE), _ELSEWHERE)

    def _alike(self, wanted: Wanted, known: Sequence[_Known]) -> list[tuple[Node, float]]:
        """Other things of the class, and of its category (dishes go where dishes go), with what their stays count."""
        mine, category = {one.node.id for one in known}, _category(wanted.kind)
        others = (node for node in self.graph.nodes.values() if node.layer == "object" and node.id not in mine)
        near = [(node, _SAME_CLASS if node.kind == wanted.kind else _SAME_CATEGORY) for node in others]
        return [(node, weight) for node, weight in near if node.kind == wanted.kind or category == _category(node.kind) != ""]

    def _hour_weight(self, stay: Stay, now_ns: int) -> float:
        """More for stays at this hour of a day, and for long ones."""
        hour = ((now_ns + self._zone_ns) % NS_PER_DAY) / NS_PER_HOUR
        start, end = ((t + self._zone_ns) % NS_PER_DAY / NS_PER_HOUR for t in (stay.start_ns, stay.last_seen_ns))
        if stay.last_seen_ns - stay.start_ns >= NS_PER_DAY or (start <= hour <= end):
            away = 0.0
        else:
            away = min(min(abs(hour - at), 24 - abs(hour - at)) for at in (start, end))
        return 0.5 + float(np.exp(-0.5 * (away / _HOURS_NEAR) ** 2))

    def _general(self, wanted: Wanted) -> Array:
        """(k,) where things of a class are in homes in general; a person's things are more often in their room."""
        prior = priors().get(wanted.kind)
        weights = np.array([_general_weight(self.places, prior, place) for place in self.places.all])
        if wanted.owner_room:
            weights *= np.array([_OWN_ROOM if place.room == wanted.owner_room else 1.0 for place in self.places.all])
        shared: Array = weights / weights.sum()
        return shared

    def _stayed(self, stay: Stay, one: _Known, now_ns: int) -> float:
        """Probability that it is still where it was last seen."""
        still = self.graph.world.persistence.still_there(one.node.kind, "object", stay.last_seen_ns, now_ns)
        still *= (1 - _MISTAKEN) / max(len(stay.either), 1)
        return still * _MISSING if stay.missing_ns is not None else still

    def _rate(self, wanted: Wanted) -> float:
        """Moves an hour of things of a class."""
        return self.graph.world.persistence.rate_per_h(wanted.kind, "object")

    def _not_seen(self, wanted: Wanted, usual: Array, since_ns: int, now_ns: int, rate: float | None = None) -> Array:
        """Places that were looked over and did not show it become less likely, the more recently the more."""
        t_ns, chances = self.looks.chances(wanted.kind, self.expectation, since_ns)
        if not len(t_ns):
            return usual.copy()
        per_h = self._rate(wanted) if rate is None else rate
        hours = (now_ns - t_ns) / NS_PER_HOUR
        # It came after the look with the share of the moves that fell after it.
        whole_h = (now_ns - since_ns) / NS_PER_HOUR if since_ns >= 0 else 1e3
        after = (1 - np.exp(-per_h * hours)) / max(1 - np.exp(-per_h * whole_h), 1e-9)
        ruled_out = np.minimum(chances, _UNSEEN_CAP) * (1 - np.clip(after, 0, 1))[:, None]
        # Looks of one tour miss the same things: the best one counts, and the others by a fifth.
        best = ruled_out.max(axis=0)
        others = 1 - np.prod(1 - 0.2 * ruled_out, axis=0)
        factor = (1 - best) * (1 - 0.7 * np.maximum(others - 0.2 * best, 0))
        seen: Array = usual * np.append(np.maximum(factor, 0.02), 1.0)
        seen /= seen.sum()
        return seen

    def _last_looked(self, wanted: Wanted, place: int, now_ns: int) -> float:
        """How far looks rule out that something nobody knows of is at a place."""
        t_ns, chances = self.looks.chances(wanted.kind, self.expectation, -1)
        if not len(t_ns):
            return 0.0
        recent = np.exp(-self._rate(wanted) * (now_ns - t_ns) / NS_PER_HOUR)
        return float(np.minimum(1 - np.prod(1 - 0.6 * chances[:, place] * recent), 0.95))


def _category(kind: str) -> str:
    known = THING_KINDS.get(kind)
    return known.category if known else ""


def _general_weight(places: Places, prior: Prior | None, place: Place) -> float:
    if prior is None:
        return 1.0
    weight = sum(place_weight(prior, place.piece, surface) for surface in place.surfaces)
    kind = places.home.room(place.room).kind
    fit = prior.rooms.get(kind, max(prior.rooms.get("living room", 0), prior.rooms.get("bedroom", 0)) if kind == "study" else 0)
    return weight * _FIT[fit] + _ANYWHERE
