"""How often what turns up is new: much of it while a home is looked at for the first time, little once its things are known."""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from scenegraph.nodes import Node

_KEPT = 20
"""Arrivals that are looked back on: two or three tours of a home."""
_PRIOR, _MOST = 2.0, 1.6
"""Arrivals of each sort that are taken to have been seen before any was, and the most nats that they can tell."""


@dataclass(slots=True)
class Novelty:
    """The last objects that turned up somewhere, and which of them were new then."""

    _arrivals: deque[tuple[str, bool]] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def arrived(self, id: str, *, is_new: bool) -> None:
        """An object turned up: a node that is new, or a known one at another place; one that is carried turns up once."""
        if not self._arrivals or self._arrivals[-1][0] != id:
            self._arrivals.append((id, is_new))

    def against(self, nodes: Mapping[str, Node]) -> float:
        """Nats for what turns up being known, by the share of known things among the last arrivals; never below 0.

        A node that turned out to be another was not new after all.
        """
        new = sum(is_new and not nodes[id].merged_into for id, is_new in self._arrivals)
        return min(max(math.log((len(self._arrivals) - new + _PRIOR) / (new + _PRIOR)), 0.0), _MOST)
