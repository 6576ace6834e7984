"""Fitting the probability that an answer is right to what the answer rests on."""

from collections.abc import Sequence

import numpy as np

from mmmem.agent.confidence import Calibration, Grounds
from mmmem.errors import InvalidInputError

NAMES = {
    "line": tuple("size subject verb covered margin ties found hearsay is_time is_list is_entity is_place".split()),
    "choice": ("size", "odds", "agreement", "support"),
}
"""What is weighed, by family. Kinds of answers of which few can be checked, and text, go without a weight of their own."""
RIDGE = 1.0
NUM_STEPS = 30


def fitted(grounds: Sequence[Grounds], right: Sequence[bool], names: Sequence[str]) -> dict[str, float]:
    """Weights by name and the intercept: logistic regression with a ridge, the odds of guessing given, by Newton's method.

    Raises:
        InvalidInputError: nothing to fit on, or not one truth for each answer.
    """
    if not grounds or len(grounds) != len(right):
        raise InvalidInputError(f"Fitting needs one truth for each answer, got {len(right)} for {len(grounds)} answers.")
    columns = np.array([[one.values.get(name, 0.0) for name in names] + [1.0] for one in grounds])
    chance = np.array([one.chance for one in grounds])
    truth = np.array(right, float)
    ridge = np.array([RIDGE] * len(names) + [1e-6])
    weights = np.zeros(len(ridge))
    for _ in range(NUM_STEPS):
        p = 1 / (1 + np.exp(-(columns @ weights + chance)))
        bend = (columns * (p * (1 - p))[:, None]).T @ columns + np.diag(ridge)
        weights -= np.linalg.solve(bend, columns.T @ (p - truth) + ridge * weights)
    return dict(zip((*names, "intercept"), weights.tolist(), strict=True))


def held_out(grounds: Sequence[Grounds], right: Sequence[bool], folds: Sequence[int], names: Sequence[str]) -> list[float]:
    """For each answer its probability of being right under weights that were fitted without its fold."""
    found = [0.0] * len(grounds)
    for fold in sorted(set(folds)):
        kept = [i for i, other in enumerate(folds) if other != fold]
        weights = fitted([grounds[i] for i in kept], [right[i] for i in kept], names)
        for i, other in enumerate(folds):
            if other == fold:
                found[i] = Calibration({grounds[i].family: weights}).chance(grounds[i])
    return found
