"""Where a call of a language model is worth it: how likely the core tier's answer is right, and from where on to ask.

Of a multiple choice three things are read: the answer's own confidence, whether two other readings of the memory pick the same
option, and how much better the evidence found for the question alone holds that option's words than any other's. Their weights
and the thresholds lie in `gate.toml`, with the command that makes it; of any other answer the chance is its confidence.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

import numpy as np

from mmmem.agent.ranking import term_weights
from mmmem.agent.recall import Recall
from mmmem.agent.sources import Asked
from mmmem.errors import InvalidInputError
from mmmem.text.terms import terms
from mmmem.types import Answer, Evidence

NUM_EVIDENCE = 15
_RANK_DISCOUNT = 0.3
_SUREST = 0.98


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells a right choice from a wrong one.

    Args:
        confidence: of the answer, in [0, 1].
        agreement: share of the other readings that pick the same option.
        support: weighted share of the option's words in the evidence for the question alone, less the best other option's.
    """

    confidence: float
    agreement: float
    support: float

    def row(self) -> tuple[float, float, float]:
        """The numbers that are weighted: the confidence as log-odds, and the other two."""
        sure = min(max(self.confidence, 1 - _SUREST), _SUREST)
        return math.log(sure / (1 - sure)), self.agreement, self.support


@dataclass(frozen=True, slots=True)
class Gate:
    """Weights and thresholds, as `gate.toml` holds them.

    Args:
        weights: of `Signals.row`; `intercept` is added.
        thresholds: by share of questions: that share of those it was fitted on has a lower chance of being right.
        share: the share that is asked about where the caller names none.
        unsure_below: an answer of another kind is asked about below this confidence.
    """

    weights: tuple[float, float, float]
    intercept: float
    thresholds: Mapping[float, float]
    share: float
    unsure_below: float

    def chance(self, signals: Signals) -> float:
        """Probability that the choice is right."""
        value = self.intercept + sum(w * x for w, x in zip(self.weights, signals.row(), strict=True))
        return 1 / (1 + math.exp(-value))

    def ask_below(self, share: float | None = None) -> float:
        """The chance below which a model is asked, so that about `share` of the questions are.

        Raises:
            InvalidInputError: no share of [0, 1].
        """
        wanted = self.share if share is None else share
        if not 0.0 <= wanted <= 1.0:
            raise InvalidInputError(f"The share of questions to ask a model about must lie in [0, 1], got {wanted}.")
        known = sorted(self.thresholds.items())
        return float(np.interp(wanted, [s for s, _ in known], [t for _, t in known]))


@lru_cache(maxsize=1)
def gate() -> Gate:
    """The product's own."""
    held = tomllib.loads((files("mmmem.agent") / "gate.toml").read_text("utf-8"))
    weights = held["weights"]
    return Gate(
        (weights["confidence"], weights["agreement"], weights["support"]),
        weights["intercept"],
        {float(share): threshold for share, threshold in held["thresholds"].items()},
        held["share"],
        held["unsure_below"],
    )


def worth_asking(recall: Recall, asked: Asked, answer: Answer, share: float | None = None) -> bool:
    """Whether an answer of the core tier is so unlikely to be right that a model should be asked; abstentions always are.

    Args:
        share: of multiple choices to ask about; None takes the gate's own.

    Raises:
        InvalidInputError: no share of [0, 1].
    """
    if answer.abstained:
        return True
    if answer.choice is None or not asked.query.choices:
        return answer.confidence < gate().unsure_below
    return gate().chance(signals_of(recall, asked, answer.choice, answer.confidence)) < gate().ask_below(share)


def signals_of(recall: Recall, asked: Asked, choice: int, confidence: float) -> Signals:
    """The signals of a choice."""
    alone = recall.asked(replace(asked.query, choices=()), asked.stream)
    found = recall.search(alone, sources=None, k=NUM_EVIDENCE)
    together, held = _together(asked), _held(asked, found)
    picks = [int(np.argmax(scores)) == choice for scores in (together, held)]
    others = max(score for option, score in enumerate(held) if option != choice)
    return Signals(confidence, sum(picks) / len(picks), held[choice] - others)


def _together(asked: Asked) -> list[float]:
    """For each option the best clip that holds its words beside the question's, by BM25."""
    about = asked.view.clip_bm25.scores(term_weights(asked.question.content or asked.question.text))
    allowed = asked.allowed()
    found = []
    for option in asked.query.choices:
        words = asked.view.clip_bm25.scores(term_weights(option))
        both = _to_peak(about) + _to_peak(words)
        found.append(float(np.where(allowed, both, 0.0).max(initial=0.0)))
    return found


def _to_peak(scores: np.ndarray) -> np.ndarray:
    return np.asarray(scores / max(float(scores.max(initial=0.0)), 1e-9))


def _held(asked: Asked, found: Sequence[Evidence]) -> list[float]:
    """For each option the share of its words, weighted by rarity, that evidence holds; later evidence counts less."""
    held = [set(terms(one.text)) for one in found]
    shares = []
    for option in asked.query.choices:
        weights = {term: asked.view.line_bm25.idf(term) for term in set(terms(option))}
        got = sum(
            weight * max((float(term in words) / (1 + _RANK_DISCOUNT * rank) for rank, words in enumerate(held)), default=0.0)
            for term, weight in weights.items()
        )
        shares.append(got / max(sum(weights.values()), 1e-9))
    return shares
