"""What a robot believes while it looks: where one thing is, or how many of a kind are in one place; and what a look would tell.

Nothing here knows of a simulator, a map or a memory: places are numbers, looks are probabilities.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError

Array = NDArray[np.float64]

MOST = 8
"""The largest number that is told apart when counting."""

_AGAIN, _LEAST_AGAIN = 0.65, 0.4
"""Another look finds what was missed that much as often as the first, and never less than the second: errors go together."""
_LOOKED = 0.95
"""Where less than this share is left to the next look, there was one; a sliver at the edge of a picture is none."""
_UNSEEN_CAP = 0.97
_LOOSE = 0.08


@dataclass(frozen=True, slots=True)
class Match:
    """Something in a picture that may be what is looked for.

    Args:
        place: number of the place it was seen at, or -1 for elsewhere (in somebody's hands).
        odds: how much likelier such a detection is if it is the thing than if it is something else.
        at: (x, y, z) metres.
        row: of the detections of its picture; -1 if it comes from elsewhere.
    """

    place: int
    odds: float
    at: tuple[float, float, float] = (0.0, 0.0, 0.0)
    row: int = -1


@dataclass(frozen=True, slots=True)
class Said:
    """An answer with the probability that it is right.

    Args:
        value: number of a place or -1 for elsewhere; a count; or 1 and 0 for yes and no.
    """

    value: int
    confidence: float


class Belief(Protocol):
    """What a robot has in mind while it answers one question."""

    def answer(self) -> Said:
        """The best answer now."""
        ...

    def told(self) -> Said:
        """The same for people, with a confidence that was compared with how often such answers are right."""
        ...

    def after(self, recall: Array) -> float:
        """Expected probability of being right after a look that finds what is at place k with probability recall[k]."""
        ...

    def look(self, recall: Array, matches: Sequence[Match]) -> None:
        """Take in a look: what it could have found, and what it found."""
        ...


class WhereBelief:
    """Over the places where one thing may be, and "elsewhere" (held, carried out, not seen anywhere), which comes last.

    Args:
        prior: (k + 1,) weights, made to sum to 1.
        sure_odds: odds of a match that leaves little doubt.
        missed: (k + 1,) share of what a look finds that is left to the next, 1 where there was none.
        nameless: number of what is no place to name, such as all that nobody has seen; it is no answer.

    Raises:
        InvalidInputError: a weight is negative or not finite, or all are 0.
    """

    def __init__(self, prior: Array, sure_odds: float = 80.0, *, missed: Array | None = None, nameless: int = -1) -> None:
        if not (np.isfinite(prior).all() and (prior >= 0).all() and prior.sum() > 0):
            raise InvalidInputError(f"A belief needs finite weights of at least 0 that are not all 0, got {prior!r}.")
        self.p: Array = prior / prior.sum()
        self._sure_odds = sure_odds
        self._missed = np.ones(len(prior)) if missed is None else missed
        self._named = np.ones(len(prior))
        if nameless >= 0:
            self._named[nameless] = 0.0

    def answer(self) -> Said:
        """The likeliest place."""
        best = int(np.argmax(self.p * self._named))
        return Said(best if best < len(self.p) - 1 else -1, float(self.p[best]))

    def told(self) -> Said:
        """What remains after looks in vain is likelier than its share: places are not as independent as they are taken to be."""
        said = self.answer()
        return Said(said.value, _compared(said.confidence, 0.7, 1.0))

    def after(self, recall: Array) -> float:
        """Either it is found somewhere, or every place in view becomes less likely."""
        r = self._fresh(recall)
        lost = self.p * (1 - r)
        found = 0.0
        hit = self.p * r
        for place in np.nonzero(hit > 1e-4)[0].tolist():
            # Found there: the odds turn for this place; what remains is that it was something else.
            rest = 1 - self.p[place]
            sure = hit[place] * self._sure_odds / (hit[place] * self._sure_odds + rest * 1.0 + lost[place])
            found += hit[place] * sure
        return float(found + (lost * self._named).max())

    def look(self, recall: Array, matches: Sequence[Match]) -> None:
        """Bayes over places; the same viewpoint again tells less."""
        r = self._fresh(recall)
        odds = np.zeros(len(self.p))
        for match in matches:
            odds[match.place] += match.odds
        likelihood = (1 - r) + np.where(r > 0, np.maximum(r, 0.3), 0.3) * odds
        self.p = self.p * likelihood
        self.p /= self.p.sum()
        again = self._missed[:-1] * (1 - (1 - _AGAIN) * np.minimum(recall, 1.0))
        self._missed[:-1] = np.maximum(again, _LEAST_AGAIN)

    def chance(self, recall: Array) -> float:
        """That a look finds it, given those before."""
        return float((self.p * self._fresh(recall)).sum())

    def was_looked_at(self, place: int) -> bool:
        """Whether a look has shown some of it."""
        return bool(self._missed[place] < _LOOKED)

    def not_at(self, place: int, doubt: float = 0.02) -> None:
        """It was proven not to be at a place, or cannot be had there."""
        self.p[place] *= doubt
        self.p /= self.p.sum()

    def _fresh(self, recall: Array) -> Array:
        """(k + 1,) recall of this look given those before it."""
        fresh: Array = np.append(np.minimum(recall, _UNSEEN_CAP), 0.0) * self._missed
        return fresh


@dataclass(slots=True)
class _Cluster:
    """Matches at one spot."""

    at: Array
    odds: list[float] = field(default_factory=list)

    @property
    def probability(self) -> float:
        """That there is something of the kind here."""
        total = float(np.prod(self.odds))
        return total / (1 + total)


class CountBelief:
    """Over how many of a kind are in one place.

    Args:
        place: its number.
        expected: for each thing that may be there, the probability that it is.
        more: expected number of things nobody has seen yet.
        yes_no: the question is whether there are any.
    """

    def __init__(self, place: int, expected: Sequence[float], more: float = 0.02, *, yes_no: bool = False) -> None:
        self.place, self.yes_no = place, yes_no
        prior = np.array([1.0])
        for chance in expected:
            prior = np.convolve(prior, [1 - chance, chance])
        extra = np.array([np.exp(-more) * more**n / float(np.prod(np.arange(1, n + 1))) for n in range(4)])
        self.prior = _loosened(_cut(np.convolve(prior, extra / extra.sum())))
        self.recall = 0.0
        self._clusters: list[_Cluster] = []

    @property
    def p(self) -> Array:
        """(MOST + 1,) probability of each number."""
        if self.recall == 0.0 and not self._clusters:
            return self.prior
        weights = self.prior * self._likelihood(self.recall)
        p: Array = weights / weights.sum() if weights.sum() > 0 else self.prior
        return p

    def answer(self) -> Said:
        """The likeliest number, or whether there are any."""
        return self._best(self.p)

    def told(self) -> Said:
        """Counting errs more often than it knows: what hides behind something is missed from everywhere."""
        said = self.answer()
        return Said(said.value, _compared(said.confidence, 0.7, 0.0))

    def after(self, recall: Array) -> float:
        """Each number leads to so many found; the best answer to each outcome, weighted by how likely it is."""
        r = float(np.minimum(recall[self.place], _UNSEEN_CAP)) * (1 - (1 - _AGAIN) * self.recall)
        p, seen = self.p, round(sum(one.probability for one in self._clusters))
        if r <= 0:
            return self.answer().confidence
        joint = np.zeros((MOST + 1, MOST + 1))
        for number in range(MOST + 1):
            left = max(number - seen, 0)
            joint[number, : left + 1] = p[number] * _binomial(left, r)
        if self.yes_no:
            return float(np.maximum(joint[0], joint[1:].sum(axis=0)).sum())
        return float(joint.max(axis=0).sum())

    def look(self, recall: Array, matches: Sequence[Match]) -> None:
        """What was found before at the same spot is not counted twice."""
        fresh = float(np.minimum(recall[self.place], _UNSEEN_CAP)) * (1 - (1 - _AGAIN) * self.recall)
        self.recall = 1 - (1 - self.recall) * (1 - fresh)
        for match in matches:
            if match.place == self.place:
                self._add(match)

    def _add(self, match: Match) -> None:
        at = np.asarray(match.at)
        near = next((one for one in self._clusters if np.linalg.norm(one.at - at) < 0.12), None)
        if near is None:
            self._clusters.append(_Cluster(at, [match.odds]))
        elif len(near.odds) < 4:
            near.odds.append(match.odds)

    def _likelihood(self, recall: float) -> Array:
        """(MOST + 1,) of what was found, given each number: each spot is real or false, and the real ones were found."""
        found = np.array([1.0])
        for one in self._clusters:
            found = np.convolve(found, [1 - one.probability, one.probability])
        found = _cut(found)
        likelihood = np.zeros(MOST + 1)
        for number in range(MOST + 1):
            chances = _cut(_binomial(number, max(recall, 0.3 if self._clusters else 0.0)))
            likelihood[number] = float((chances * found).sum())
        return likelihood + 1e-6

    def _best(self, p: Array) -> Said:
        if self.yes_no:
            some = 1 - float(p[0])
            return Said(int(some >= 0.5), max(some, 1 - some))
        best = int(np.argmax(p))
        return Said(best, float(p[best]))


def _compared(confidence: float, slope: float, shift: float) -> float:
    """A line in log-odds (Platt 1999), set by answers in the houses of seeds 1 and 2."""
    odds = float(np.clip(confidence, 1e-4, 1 - 1e-4))
    return float(1 / (1 + np.exp(-(slope * np.log(odds / (1 - odds)) + shift))))


def _binomial(number: int, chance: float) -> Array:
    """(number + 1,) probability of each number of successes."""
    made = np.array([1.0])
    for _ in range(number):
        made = np.convolve(made, [1 - chance, chance])
    return made


def _loosened(p: Array) -> Array:
    """A little is given to one more and one fewer: a memory takes two things for one, or one for two."""
    beside = np.zeros_like(p)
    beside[1:] += 0.5 * p[:-1]
    beside[:-1] += 0.5 * p[1:]
    loose = (1 - _LOOSE) * p + _LOOSE * beside
    return np.asarray(loose / loose.sum())


def _cut(weights: Array) -> Array:
    """(MOST + 1,) with all that is beyond added to the last."""
    cut = np.zeros(MOST + 1)
    kept = min(len(weights), MOST + 1)
    cut[:kept] = weights[:kept]
    cut[-1] += float(weights[kept:].sum())
    return cut
