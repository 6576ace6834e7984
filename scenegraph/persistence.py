"""How long things of a class stay where they are, learned from the stays that were seen to end, and by the hour of the day.

Moves of a class are a Poisson process whose rate has a Gamma prior: with k moves in an exposure of T hours the expected rate is
(a + k) / (b + T). The hour enters as one factor for the household, the share of moves in an hour against its share of the day,
shrunk towards 1. A move known only to lie between two looks is spread over the hours between them.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR
from scenegraph.kinds import Layer, is_shifted

_HOURS = 24
_PRIOR_MOVES = 1.0
# Hours a thing is expected to stay before anything is learned.
_PRIOR_HOURS: dict[Layer, float] = {"furniture": 24.0 * 365, "object": 36.0, "person": 0.3, "robot": 0.1}
_SHIFTED_HOURS = 24.0 * 5
_HOUR_PRIOR_MOVES = 24.0


@dataclass(slots=True)
class _Record:
    moves: float = 0.0
    hours: float = 0.0


class Persistence:
    """Rates of moving by class; `left` learns, `still_there` tells.

    Args:
        zone_ns: what is added to a time so that days begin at midnight.
    """

    def __init__(self, zone_ns: int = 0) -> None:
        self.zone_ns = zone_ns
        self._by_kind: dict[str, _Record] = defaultdict(_Record)
        self._moves_by_hour: NDArray[np.float64] = np.zeros(_HOURS)

    def left(self, kind: str, layer: Layer, start_ns: int, last_seen_ns: int, missing_ns: int) -> None:
        """A thing of this class was at its place from `start_ns` on and left between the two later times."""
        end_ns = max(missing_ns, last_seen_ns + 1)
        record = self._by_kind[kind]
        record.moves += 1.0
        record.hours += ((last_seen_ns + end_ns) / 2 - start_ns) / NS_PER_HOUR
        if layer == "object":
            self._moves_by_hour += self._shares(last_seen_ns, end_ns)

    def half_life_h(self, kind: str, layer: Layer) -> float:
        """Hours after which a thing of this class has left its place with probability one half."""
        return float(np.log(2.0)) / self.rate_per_h(kind, layer)

    def rate_per_h(self, kind: str, layer: Layer) -> float:
        """Expected moves an hour of one thing of this class."""
        prior_hours = _SHIFTED_HOURS if layer == "furniture" and is_shifted(kind) else _PRIOR_HOURS.get(layer, 24.0 * 3650)
        record = self._by_kind.get(kind, _Record())
        return (_PRIOR_MOVES + record.moves) / (prior_hours + record.hours)

    def still_there(self, kind: str, layer: Layer, last_seen_ns: int, now_ns: int) -> float:
        """Probability that a thing last seen at its place is there now, if nobody has looked since."""
        if now_ns <= last_seen_ns:
            return 1.0
        hours = (now_ns - last_seen_ns) / NS_PER_HOUR
        if layer == "object":
            hours *= float(self._shares(last_seen_ns, now_ns) @ self.activity())
        return float(np.exp(-self.rate_per_h(kind, layer) * hours))

    def activity(self) -> NDArray[np.float64]:
        """(24,) how much more than usual is moved in each hour of the day; the mean is 1."""
        moves = self._moves_by_hour + _HOUR_PRIOR_MOVES / _HOURS
        activity: NDArray[np.float64] = moves / moves.mean()
        return activity

    def _shares(self, start_ns: int, end_ns: int) -> NDArray[np.float64]:
        """(24,) share of [start_ns, end_ns) that falls in each hour of the day."""
        length = end_ns - start_ns
        days, rest = divmod(length, NS_PER_DAY)
        first = (start_ns + self.zone_ns) % NS_PER_DAY
        edges = np.arange(2 * _HOURS + 1) * NS_PER_HOUR
        part = np.clip(np.minimum(edges[1:], first + rest) - np.maximum(edges[:-1], first), 0, None)
        shares: NDArray[np.float64] = (part[:_HOURS] + part[_HOURS:] + days * NS_PER_HOUR) / length
        return shares
