"""Whether a confidence means what it says, and what abstaining is worth: reliability, Brier score, risk against coverage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmmem.errors import InvalidInputError

NUM_BINS = 10
COVERAGES = tuple(tenth / 10 for tenth in range(1, 11))
BAR = 40
"""Characters of the longest bar of a picture."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about one confidence: how many, their mean confidence, and how many of them were right."""

    low: float
    high: float
    num: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """The surest answers alone: their share of all questions, from which confidence on, and the share of them that is wrong."""

    coverage: float
    confidence: float
    risk: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidence can be believed.

    Args:
        num: questions, with those that were not answered.
        num_answered: the bins, the errors and the curve are about these.
        mean_confidence, right: means over the answers.
        ece: expected calibration error, the mean distance between confidence and share of right answers over bins of equal
            width, weighted by their answers (Naeini et al. 2015).
        ece_if_exact: what that error would be expected to be if every confidence were exact: the bins hold few answers.
        brier: mean squared distance between confidence and 1 for right, 0 for wrong.
        auc: chance that a right answer is surer than a wrong one; None where there are not both.
        aurc: area under the curve of risk against coverage, the mean risk over all numbers of answers (Geifman et al. 2019).
        best_aurc: the same if every right answer were surer than every wrong one.
        bins: those that hold answers.
        curve: the surest answers by share of all questions, and all answers last.
    """

    num: int
    num_answered: int
    mean_confidence: float
    right: float
    ece: float
    ece_if_exact: float
    brier: float
    auc: float | None
    aurc: float
    best_aurc: float
    bins: tuple[Bin, ...]
    curve: tuple[Coverage, ...]


def calibration_of(confidence: Sequence[float], right: Sequence[bool], num: int | None = None) -> Calibration | None:
    """How far the confidence of answers can be believed; None without answers.

    Args:
        confidence, right: of each answer, in [0, 1].
        num: questions, with those that were not answered; by default all were.

    Raises:
        InvalidInputError: not one confidence for each answer, one outside [0, 1], or more answers than questions.
    """
    said, truth = np.asarray(confidence, np.float64), np.asarray(right, np.float64)
    asked = len(said) if num is None else num
    _check(said, truth, asked)
    if not len(said):
        return None
    bins = _bins(said, truth)
    risks, surest = _risks(said, truth)
    best = np.sort(1 - truth)
    return Calibration(
        num=asked,
        num_answered=len(said),
        mean_confidence=float(said.mean()),
        right=float(truth.mean()),
        ece=sum(one.num * abs(one.confidence - one.right) for one in bins) / len(said),
        ece_if_exact=_error_of_exact(said),
        brier=float(((said - truth) ** 2).mean()),
        auc=area_under_curve(said, truth),
        aurc=float(risks.mean()),
        best_aurc=float((np.cumsum(best) / np.arange(1, len(best) + 1)).mean()),
        bins=bins,
        curve=_curve(risks, surest, asked),
    )


def _check(said: np.ndarray, truth: np.ndarray, asked: int) -> None:
    if len(said) != len(truth):
        raise InvalidInputError(f"Every answer needs one confidence, got {len(said)} for {len(truth)} answers.")
    if len(said) > asked:
        raise InvalidInputError(f"There cannot be more answers than questions, got {len(said)} answers of {asked} questions.")
    if len(said) and not (said.min() >= 0 and said.max() <= 1):
        raise InvalidInputError(f"A confidence must lie in [0, 1], got {said.min():g} to {said.max():g}.")


def _place(said: np.ndarray) -> np.ndarray:
    return np.minimum((said * NUM_BINS).astype(int), NUM_BINS - 1)


def _error_of_exact(said: np.ndarray) -> float:
    """Mean absolute deviation of a normal distribution with each bin's binomial variance, over all answers."""
    variance = np.bincount(_place(said), said * (1 - said))
    return float(np.sqrt(2 * variance / np.pi).sum() / len(said))


def _bins(said: np.ndarray, truth: np.ndarray) -> tuple[Bin, ...]:
    place = _place(said)
    return tuple(
        Bin(k / NUM_BINS, (k + 1) / NUM_BINS, int(held.sum()), float(said[held].mean()), float(truth[held].mean()))
        for k in range(NUM_BINS)
        if (held := place == k).any()
    )


def _risks(said: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n,) share of wrong among the i + 1 surest answers, and the confidence of the last of them.

    Of answers that are equally sure each counts for their mean, as if they were drawn by chance.
    """
    order = np.argsort(-said, kind="stable")
    surest, wrong = said[order], 1 - truth[order]
    _, first, num = np.unique(-surest, return_index=True, return_counts=True)
    wrong = np.repeat(np.add.reduceat(wrong, first) / num, num)
    return np.cumsum(wrong) / np.arange(1, len(wrong) + 1), surest


def _curve(risks: np.ndarray, surest: np.ndarray, num: int) -> tuple[Coverage, ...]:
    answered = {min(max(round(share * num), 1), len(risks)) for share in COVERAGES}
    return tuple(Coverage(n / num, float(surest[n - 1]), float(risks[n - 1])) for n in sorted(answered))


def area_under_curve(score: np.ndarray, right: np.ndarray) -> float | None:
    """Chance that a right answer scores above a wrong one, ties for half; None where there are not both."""
    above, below = score[right == 1][:, None], score[right == 0]
    if not above.size or not below.size:
        return None
    return float((above > below).mean() + 0.5 * (above == below).mean())


def lines_of(one: Calibration) -> list[str]:
    """The figures, the bins and the curve, as lines of text with bars."""
    auc = "-" if one.auc is None else f"{one.auc:.3f}"
    head = [
        f"confidence of {one.num_answered} answers to {one.num} questions: mean {one.mean_confidence:.3f}, right {one.right:.3f}",
        f"calibration error {one.ece:.3f} ({one.ece_if_exact:.3f} if exact), Brier {one.brier:.3f}, AUC {auc}, "
        f"area under risk and coverage {one.aurc:.3f} (best {one.best_aurc:.3f})",
        "confidence   answers  said   right",
    ]
    bins = [
        f"{b.low:.1f} - {b.high:.1f}  {b.num:9d}  {b.confidence:.3f}  {b.right:.3f}  {_bar(b.right, mark=b.confidence)}"
        for b in one.bins
    ]
    curve = [f"{c.coverage:8.3f}  {c.confidence:6.3f}  {c.risk:.3f}  {_bar(c.risk)}" for c in one.curve]
    return [*head, *bins, "coverage    from   risk", *curve]


def _bar(share: float, *, mark: float | None = None) -> str:
    """A bar as long as `share`, with a stroke where `mark` lies."""
    cells = ["#"] * round(share * BAR) + [" "] * (BAR - round(share * BAR))
    if mark is not None:
        cells[min(round(mark * BAR), BAR - 1)] = "|"
    return "".join(cells).rstrip()
