"""Where a call of a language model is worth it, and what to make of a model that contradicts the core tier.

A model is asked where the core tier's answer is unlikely to be right. The thresholds lie in `gate.toml`, with the command that
makes them; the probability of being right is the answer's own confidence, see `mmmem.agent.confidence`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from mmmem.errors import InvalidInputError
from mmmem.types import Answer


@dataclass(frozen=True, slots=True)
class Gate:
    """Thresholds, as `gate.toml` holds them.

    Args:
        thresholds: by share of multiple choices: that share of those it was made from has a lower chance of being right.
        share: the share that is asked about where the caller names none.
        unsure_below: an answer of another kind is asked about below this confidence.
        model_accuracy: how often a model picks the right option, where the caller does not know better.
    """

    thresholds: Mapping[float, float]
    share: float
    unsure_below: float
    model_accuracy: float

    def ask_below(self, share: float | None = None) -> float:
        """The confidence below which a model is asked, so that about `share` of the questions are.

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
    thresholds = {float(share): threshold for share, threshold in held["thresholds"].items()}
    return Gate(thresholds, held["share"], held["unsure_below"], held["model_accuracy"])


def worth_asking(answer: Answer, share: float | None = None) -> bool:
    """Whether an answer of the core tier is so unlikely to be right that a model should be asked; abstentions always are.

    Args:
        share: of multiple choices to ask about; None takes the gate's own.

    Raises:
        InvalidInputError: no share of [0, 1].
    """
    if answer.abstained:
        return True
    return answer.confidence < (gate().unsure_below if answer.choice is None else gate().ask_below(share))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two opinions come to: the option, the probability that it is right, and whether it is the core tier's."""

    choice: int
    confidence: float
    from_core: bool


def weighed(core: int, confidence: float, model: int, accuracy: float, num_choices: int) -> Verdict:
    """The likelier of the options two tiers picked, by Bayes' rule.

    The core tier is right with probability `confidence`, else each other option is as likely; a model is right with `accuracy`,
    whatever the core tier said, else it picks each other option as often. So a model that contradicts is followed where the core
    tier's answer is less likely right than the model's.

    Raises:
        InvalidInputError: a probability outside [0, 1], or options that do not exist.
    """
    _check_opinions((core, model), (confidence, accuracy), num_choices)
    prior = np.full(num_choices, (1 - confidence) / max(num_choices - 1, 1))
    prior[core] = confidence
    likelihood = np.full(num_choices, (1 - accuracy) / max(num_choices - 1, 1))
    likelihood[model] = accuracy
    posterior = prior * likelihood
    if not posterior.any():  # both certain, of different options
        return Verdict(model, 0.5, from_core=False)
    posterior /= posterior.sum()
    picked = core if posterior[core] > posterior[model] else model
    return Verdict(picked, float(posterior[picked]), from_core=picked == core)


def _check_opinions(options: tuple[int, int], probabilities: tuple[float, float], num_choices: int) -> None:
    if not all(0.0 <= one <= 1.0 for one in probabilities):
        raise InvalidInputError(f"Confidence and accuracy must lie in [0, 1], got {probabilities[0]} and {probabilities[1]}.")
    if not all(0 <= one < num_choices for one in options):
        raise InvalidInputError(f"Options must lie in 0 to {num_choices - 1}, got {options[0]} and {options[1]}.")
