"""What a robot without a plan of the home believes: how much of it was seen, and where one thing is of what is known so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from apps.robot.belief import Array, Match, Said, WhereBelief

_ELSEWHERE = 0.25


class AreaBelief:
    """For exploring without a question: how much of the home was seen, of all that is expected."""

    def __init__(self, seen_m2: float, unseen_m2: float) -> None:
        self._share = seen_m2 / max(seen_m2 + unseen_m2, 1e-9)

    def answer(self) -> Said:
        """The share that was seen."""
        return Said(0, self._share)

    def told(self) -> Said:
        """The same."""
        return self.answer()

    def after(self, recall: Array) -> float:
        """The share that will have been seen."""
        return self._share + (1 - self._share) * float(recall[-1])

    def look(self, recall: Array, matches: Sequence[Match]) -> None:
        """The map tells."""


@dataclass(slots=True)
class OpenBelief:
    """Where one thing is, over squares of which more and more are known."""

    kind: str
    missed: list[float] = field(default_factory=list)
    odds: list[float] = field(default_factory=list)
    at: dict[int, tuple[float, float, float]] = field(default_factory=dict)

    def look(self, recall: Array, seen: Sequence[Match]) -> None:
        """Take in what a look could have found on each square, and what it found."""
        grown = len(recall) - len(self.missed)
        self.missed += [1.0] * grown
        self.odds += [1.0] * grown
        best = {match.place: match for match in sorted(seen, key=lambda one: one.odds) if match.place >= 0}
        for number in range(len(recall)):
            chance = float(recall[number]) * (0.4 + 0.6 * self.missed[number])
            match = best.get(number)
            self.odds[number] *= (1 - chance) + (max(chance, 0.3) * match.odds if match else 0.0)
            self.missed[number] *= 1 - chance
            if match is not None and match.odds > 1:
                self.at[number] = match.at

    def settled(self, weights: Array, unseen: float) -> WhereBelief:
        """Over the squares, what was not seen, and elsewhere.

        Args:
            weights: (n,) of the squares before any look.
            unseen: weight of all that was not seen.
        """
        missed = np.append(self.missed, (1.0, 1.0))
        prior = np.concatenate([weights * self.odds, [unseen, _ELSEWHERE]])
        return WhereBelief(prior, missed=np.maximum(missed, 0.4), nameless=len(weights))
