"""How likely an answer is right: the one place that makes a probability of what an answer rests on, whatever its kind.

An answer that rests on a line is judged by what the line covers of the question, by how many lines do as well, by how large the
memory is, and by whether a search for the question finds that moment too; a chosen option by how far it lies before the others in
three readings of the memory. Both are logistic functions whose weights lie in `confidence.toml`, with the command that makes it.
Answers of detectors, habits, quotations, states, intervals, of a stretch of time and of what lies beside an event keep their own
confidence: too few of them can be checked to fit anything.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import numpy as np

from mmmem.agent.answers.features import SAID_SHARE, Features
from mmmem.agent.ranking import term_weights
from mmmem.agent.sources import Asked
from mmmem.errors import InvalidInputError
from mmmem.text.terms import terms
from mmmem.types import Evidence

if TYPE_CHECKING:
    from mmmem.agent.answers.draft import Draft, Inquiry

Family = Literal["line", "choice", "typed"]
NUM_EVIDENCE = 15
USUAL_LOG_LINES = 3.0
SUREST = 0.98
_RANK_DISCOUNT = 0.3
_GUESS = 1e-6
_NOTHING = Features(subject=0.0, verb=0.0, covered=0.0, margin=0.0)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What tells a right answer from a wrong one.

    Args:
        family: which weights apply.
        values: numbers by the name of their weight.
        chance: log-odds of guessing, where that is known; 0 elsewhere.
        share: of the probability that is kept for what no data tells.
    """

    family: Family
    values: Mapping[str, float]
    chance: float = 0.0
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights, as `confidence.toml` holds them.

    Args:
        weights: by family and name; `intercept` counts always, a name without a weight for nothing.
        abstain_below: an answer that rests on lines is not given below this probability.
    """

    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    abstain_below: float = 0.0

    def chance(self, grounds: Grounds) -> float:
        """Probability that an answer is right, in [1 - SUREST, SUREST]."""
        weights = self.weights[grounds.family]
        value = grounds.chance + weights["intercept"] + sum(weights.get(n, 0.0) * x for n, x in grounds.values.items())
        return min(max(grounds.share / (1 + math.exp(-value)), 1 - SUREST), SUREST)


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The product's own."""
    return read_calibration((files("mmmem.agent") / "confidence.toml").read_text("utf-8"))


def read_calibration(text: str) -> Calibration:
    """Read the text of a `confidence.toml`.

    Raises:
        InvalidInputError: a family or its intercept is missing, or a cost is below 0.
    """
    held = tomllib.loads(text)
    lacking = [family for family in ("line", "choice") if "intercept" not in held.get(family, {})]
    if lacking:
        raise InvalidInputError(f"The calibration of confidence lacks the intercept of {', '.join(lacking)}; fit it again.")
    cost = float(held.get("wrong_costs", 0.0))
    if not cost >= 0.0:
        raise InvalidInputError(f"A wrong answer must cost at least 0 (what a right one gives is 1), got {cost}.")
    return Calibration({family: held[family] for family in ("line", "choice")}, least_worth_saying(cost))


def least_worth_saying(wrong_costs: float) -> float:
    """The probability of being right from which on an answer is worth more than none: p = (1 - p) times the cost (Chow 1970)."""
    return wrong_costs / (1 + wrong_costs)


def log_odds(chance: float) -> float:
    """Of a probability, kept away from 0 and 1."""
    kept = min(max(chance, 1 - SUREST), SUREST)
    return math.log(kept / (1 - kept))


def grounds_of_line(inquiry: "Inquiry", draft: "Draft") -> Grounds:
    """What an answer that rests on lines is judged by; one without features of its own by those of the best line.

    That something is so because somebody said so is believed less, by a share that is supposed and not fitted.
    """
    best = inquiry.matches.lines
    features = draft.features or (inquiry.features(int(best[0])) if len(best) else _NOTHING)
    return Grounds("line", {
        "size": _size(inquiry),
        "subject": features.subject,
        "verb": features.verb,
        "covered": features.covered,
        "margin": features.margin,
        "ties": math.log(features.num_lines),
        "hearsay": float(features.hearsay),
        "found": _found_too(draft.evidence[0], inquiry.search()),
        f"is_{draft.kind}": 1.0,
    }, share=SAID_SHARE if draft.kind == "yes_no" and features.spoken else 1.0)  # fmt: skip


def grounds_of_choice(inquiry: "Inquiry", draft: "Draft") -> Grounds | None:
    """What a chosen option is judged by; `draft.confidence` is its share under a softmax of the options' scores.

    None if no option lies before the others: it is a guess.
    """
    options = [option.strip().casefold() for option in inquiry.question.choices]
    if draft.choice is None or draft.confidence <= 1 / len(options) + _GUESS:
        return None
    same = [option == options[draft.choice] for option in options]
    chance = log_odds(1 / len(set(options)))
    found = [one for one in inquiry.search() if one.text][:NUM_EVIDENCE]
    together, held = options_together(inquiry.asked), options_held(inquiry.asked, found)
    picks = [same[int(np.argmax(scores))] for scores in (together, held)]
    others = max((score for score, alike in zip(held, same, strict=True) if not alike), default=0.0)
    values = {
        "size": _size(inquiry),
        "odds": log_odds(draft.confidence * sum(same)) - chance,
        "agreement": sum(picks) / len(picks),
        "support": held[draft.choice] - others,
    }
    return Grounds("choice", values, chance, share=1 / sum(same))


def _size(inquiry: "Inquiry") -> float:
    """In a larger memory more lines look like the one that is meant."""
    return math.log10(max(len(inquiry.view.lines), 1)) - USUAL_LOG_LINES


def _found_too(cited: Evidence, found: Sequence[Evidence]) -> float:
    """One by the rank at which a search for the question finds the moment that is cited, 0 where it does not."""
    middle_ns = cited.span.middle_ns
    ranks = (rank for rank, one in enumerate(found, 1) if one.stream_id == cited.stream_id and one.span.contains(middle_ns))
    return 1 / next(ranks, math.inf)


def options_together(asked: Asked) -> list[float]:
    """For each option the best clip that holds its words beside the question's, by BM25."""
    about = _to_peak(asked.view.clip_bm25.scores(term_weights(asked.question.content or asked.question.text)))
    allowed = asked.allowed()
    return [
        float(np.where(allowed, about + _to_peak(asked.view.clip_bm25.scores(term_weights(option))), 0.0).max(initial=0.0))
        for option in asked.query.choices
    ]


def _to_peak(scores: np.ndarray) -> np.ndarray:
    return np.asarray(scores / max(float(scores.max(initial=0.0)), 1e-9))


def options_held(asked: Asked, found: Sequence[Evidence]) -> list[float]:
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
