"""Rounds of looking: each takes the look that is worth most for what it costs, until none is worth its cost.

A look is a source at a granularity with a sub-query. What it is expected to give is the gain it had on questions with known
evidence times how unsure the search still is; what it costs is milliseconds at a price. So a question whose words stand in one
place is answered from words, and one whose words stand everywhere, or nowhere, is looked at in every way there is.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmmem.agent.sources import Asked, Hit
from mmmem.agent.view import Floats
from mmmem.index.fusion import reciprocal_rank_fusion
from mmmem.types import Evidence, Step

UNSURE_BEYOND = 15


@dataclass(frozen=True, slots=True)
class Look:
    """One way of looking for evidence.

    Args:
        name: as steps call it.
        source, granularity: where it looks, and at what.
        gain: by how much it raises the chance that evidence is found, if nothing is known yet.
        cost_ms: what it costs.
        weight: the share of its source's ranking, against the episodic bank at 1; parts of one bank are weighed by the policy.
        see: looks, puts what it saw into the `Looking`, and returns how many clips it speaks for.
        sub_query: what is looked for; None for the words of the question.
    """

    name: str
    source: str
    granularity: str
    gain: float
    cost_ms: float
    weight: float
    see: Callable[["Looking"], int]
    sub_query: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the rounds found, best first, and what was looked at for it."""

    evidence: tuple[Evidence, ...]
    steps: tuple[Step, ...]


class Looking:
    """What a search knows so far: what each clip has gathered, and the rankings of other sources."""

    def __init__(self, asked: Asked, k: int) -> None:
        self.asked = asked
        self.k = k
        self.steps: list[Step] = []
        self.parts: dict[str, Floats] = {}
        self._relevant: NDArray[np.bool_] = np.zeros(len(asked.view.clips), np.bool_)
        self._found: dict[str, list[Hit]] = {}
        self._weights: dict[str, float] = {"episodic": 1.0}

    def add(self, name: str, score: Floats, *, floor: float = 0.0) -> None:
        """Add a part to the score of every clip; a clip above `floor` in any part may be found."""
        self.parts[name] = score
        self._relevant |= score > floor

    def heighten(self, name: str, score: Floats) -> None:
        """Add to a part that several looks make: what each clip gets from the one that speaks most for it."""
        self.add(name, np.maximum(self.parts[name], score) if name in self.parts else score)

    def put(self, source: str, hits: list[Hit]) -> int:
        """Take in the ranking of a source; returns its length."""
        self._found[source] = hits
        return len(hits)

    def num_hits(self) -> int:
        """How many clips may be found in what was said and told."""
        return int((self._relevant & self.asked.allowed()).sum())

    def unsure(self) -> float:
        """The probability that the evidence lies in none of the best 15 clips found, as far as words and meaning tell.

        It does not depend on how many are wanted, so that wanting fewer gives the first of the same.
        """
        if not self._relevant.any():
            return 1.0
        allowed, score = self.asked.allowed(), self.asked.policy.sharpness * self._score()
        odds = np.where(allowed, np.exp(score - score.max(where=allowed, initial=-np.inf)), 0.0)
        found = np.sort(odds[self._relevant & allowed])[::-1]
        return float(1 - found[:UNSURE_BEYOND].sum() / max(odds.sum(), 1e-12))

    def _score(self) -> Floats:
        policy = self.asked.policy
        words = 1.0 if "meaning" in self.parts else policy.words_alone
        score = self.asked.preference()
        for name, part in self.parts.items():
            score = score + (words if name == "words" else getattr(policy, name)) * part
        return score

    def _episodic(self) -> list[Hit]:
        score = np.where(self._relevant & self.asked.allowed(), self._score(), -np.inf)
        best = [int(clip) for clip in np.argsort(-score, kind="stable")[: self.k] if np.isfinite(score[clip])]
        return [Hit(clip, float(score[clip]), f"clip:{self.asked.view.clips.id[clip]}") for clip in best]

    def ranked(self) -> list[tuple[str, Hit, float]]:
        """The best `k` clips with the source that speaks most for each; rankings of several sources are put into one."""
        found = {name: hits for name, hits in {"episodic": self._episodic(), **self._found}.items() if hits}
        if len(found) <= 1:
            return [(name, hit, hit.score) for name, hits in found.items() for hit in hits][: self.k]
        ranks = {name: [hit.clip for hit in hits] for name, hits in found.items()}
        best: dict[int, tuple[str, Hit]] = {}
        for name in sorted(found, key=lambda n: -self._weights[n]):
            for hit in found[name]:
                best.setdefault(hit.clip, (name, hit))
        return [(*best[clip], score) for clip, score in reciprocal_rank_fusion(ranks, self._weights)][: self.k]

    def take(self, look: Look, unsure: float) -> None:
        """Look, and note what it was for."""
        started = time.perf_counter()
        self._weights.setdefault(look.source, look.weight)
        sub_query = self.asked.words if look.sub_query is None else look.sub_query
        num_hits = look.see(self)
        why = f"{look.name}: expected to give {look.gain * unsure:.3f} for {look.cost_ms:g} ms, {unsure:.0%} unsure"
        ms = (time.perf_counter() - started) * 1000
        self.steps.append(Step(look.source, look.granularity, sub_query, num_hits, why, ms))


def rounds(looks: Sequence[Look], asked: Asked, k: int) -> Looking:
    """Take looks, the one that is worth most first, until no look is worth its cost."""
    looking, left = Looking(asked, k), list(looks)
    while left:
        unsure = looking.unsure()
        look = max(left, key=lambda one: worth(one, unsure, asked.policy.price_per_ms))
        if worth(look, unsure, asked.policy.price_per_ms) <= 0:
            break
        looking.take(look, unsure)
        left.remove(look)
    return looking


def worth(look: Look, unsure: float, price_per_ms: float) -> float:
    """What a look is expected to give, less what it costs."""
    return look.gain * unsure - price_per_ms * look.cost_ms
