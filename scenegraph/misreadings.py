"""What a thing most likely is, from everything that looks said of it: how often a value is misread is learned from the looks.

A thing is looked at again and again. What most looks say is taken for true, and the rest shows how often a value is misread and
for what. Looks in a row err alike, so that many count as a few. A value that comes back more often than misreading explains is
believed beside the first: two things may have been taken for one.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from scenegraph.nodes import Node

_PRIOR_RATE, _PRIOR_LOOKS = 0.05, 40.0
"""How often values are taken to be misread before so many looks tell otherwise."""
_SPREAD = 12.0
"""Values that a misread one is spread over where nothing is known of it."""
_MOST_LOOKS = 6.0
"""However many looks there were, they count as this many that err independently."""
_LEAST_TWICE, _TWICE = 3.0, 3.0
"""Looks that are no misreading: at least so many, and so many times as often as anything is misread."""
_UNREAD = 0.3
"""Probability of any value where none was read: it may well be that one."""
Votes = Mapping[str, float]


class Misreadings:
    """How often values are misread, and as what.

    Args:
        votes: of many things: weight of each value; "" is what nobody kept.
    """

    def __init__(self, votes: Iterable[Votes]) -> None:
        self._as: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self._looks: dict[str, float] = defaultdict(float)
        wrong, every = _PRIOR_RATE * _PRIOR_LOOKS, _PRIOR_LOOKS
        for told in votes:
            total, best = sum(told.values()), best_of(told)
            if not best or told[best] < 0.7 * total:
                continue  # two things taken for one would look like misreading
            self._looks[best] += total
            every += total
            for value, weight in told.items():
                if value != best:
                    wrong += weight
                    self._as[best][value] += weight
        self.rate = wrong / every

    def chance(self, told: Votes, wanted: str) -> float:
        """Probability that the true value is `wanted`, from all that looks said; of what was never read a constant."""
        total = sum(told.values())
        if total <= 0 or not best_of(told):
            return _UNREAD
        scale = min(1.0, _MOST_LOOKS / total)
        weighed = {value: weight * scale for value, weight in told.items() if value}
        nats = {value: self._nats(value, weighed) for value in {*weighed, wanted}}
        top = max(nats.values())
        chance = math.exp(nats[wanted] - top) / sum(math.exp(value - top) for value in nats.values())
        number, share = told.get(wanted, 0.0), told.get(wanted, 0.0) / total
        return max(chance, share if number >= _LEAST_TWICE and share > _TWICE * self.rate else 0.0)

    def _nats(self, true: str, told: Votes) -> float:
        return sum(weight * math.log(self.read(value, true)) for value, weight in told.items())

    def read(self, value: str, true: str) -> float:
        """Probability that a look says `value` of what is `true`."""
        if value == true:
            return 1.0 - self.rate
        known, looks = self._as.get(true, {}), self._looks.get(true, 0.0)
        kept = known.get(value, 0.0) + known.get("", 0.0) / _SPREAD
        return self.rate * (kept + 1.0) / (looks * self.rate + _SPREAD)


def best_of(told: Votes) -> str:
    """The value with most weight; empty if there is none."""
    return max((value for value in told if value), key=lambda value: (told[value], value), default="")


class Likely:
    """What nodes most likely are, by class and by colour."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        nodes = [node for node in nodes if node.layer in ("object", "furniture")]
        self._kinds = Misreadings(node.votes for node in nodes)
        self._colours = Misreadings(node.told["colour"] for node in nodes if "colour" in node.told)

    def kind(self, node: Node, kind: str) -> float:
        """Probability that a node is of a class; a person's word is not doubted."""
        if node.given_kind:
            return node.share_of(kind)
        return self._kinds.chance(node.votes, kind)

    def colour(self, node: Node, colour: str) -> float:
        """Probability that a node is of a colour."""
        told = node.told.get("colour")
        if told is None and "colour" in node.attributes:
            value, sure = node.attributes["colour"]
            told = {value: sure, "": 1.0 - sure}
        return self._colours.chance(told or {}, colour)

    def read(self, node: Node, kind: str, colour: str) -> float:
        """Probability that a look at a node reads this class and, if it is given, this colour."""
        known = best_of(node.told.get("colour", {}))
        coloured = self._colours.read(colour, known) if colour and known else 1.0
        return self._kinds.read(kind, node.kind) * coloured
