"""Two runs over the same questions: which is better, and whether chance alone could have made the difference."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import comb
from typing import Any, Literal

from apps.evaluate.confidence import bootstrap
from apps.evaluate.saved import SavedRun
from mmmem.errors import InvalidInputError

NUM_NAMED = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of two runs over the questions both have it for.

    Args:
        difference: the second minus the first.
        low, high: 95 % interval of the difference, by resampling questions.
        num_only_first, num_only_second: questions one run has right and the other wrong; None for a mean.
        p: McNemar's exact test, two-sided; None for a mean. Not corrected for the number of figures.
    """

    figure: str
    kind: Literal["proportion", "mean"]
    num: int
    first: float
    second: float
    difference: float
    low: float
    high: float
    num_only_first: int | None
    num_only_second: int | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every figure two runs share."""

    dataset: str
    first: str
    second: str
    num_questions: int
    differences: tuple[Difference, ...]
    headline: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Every number, ready for JSON."""
        return asdict(self)


def mcnemar_p(num_only_first: int, num_only_second: int) -> float:
    """Exact two-sided p of McNemar's test (1947): discordant questions fall to either run like a fair coin."""
    num = num_only_first + num_only_second
    tail = sum(comb(num, i) for i in range(min(num_only_first, num_only_second) + 1))
    return min(1.0, float(2 * tail / 2**num))


def compare(first: SavedRun, second: SavedRun) -> Comparison:
    """Compare two runs question by question.

    Raises:
        InvalidInputError: they are of different data sets or of different questions; says which.
    """
    _need_the_same_questions(first, second)
    names = dict.fromkeys(name for run in (first, second) for row in run.questions.values() for name in row.marks)
    differences = [found for name in names if (found := _difference(name, first, second)) is not None]
    labels = _labels(first, second)
    return Comparison(first.dataset, *labels, len(first.questions), tuple(differences), first.headline)


def _labels(first: SavedRun, second: SavedRun) -> tuple[str, str]:
    if first.label != second.label:
        return first.label, second.label
    return f"{first.name} ({first.label})", f"{second.name} ({second.label})"


def _need_the_same_questions(first: SavedRun, second: SavedRun) -> None:
    if first.dataset != second.dataset:
        raise InvalidInputError(
            f"{first.name} is a run of {first.dataset}, {second.name} of {second.dataset}; compare like with like."
        )
    faults = [
        f"{len(ids)} only in {run.name} ({_some(ids)})"
        for run, other in ((first, second), (second, first))
        if (ids := [name for name in run.questions if name not in other.questions])
    ]
    reworded = [
        name for name, row in first.questions.items() if name in second.questions and second.questions[name].text != row.text
    ]
    if reworded:
        faults.append(f"{len(reworded)} of other words ({_some(reworded)})")
    if faults:
        raise InvalidInputError(
            f"The runs answer different questions: {'; '.join(faults)}. Make both with the same data and the same --limit."
        )


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:NUM_NAMED]) + (", ..." if len(ids) > NUM_NAMED else "")


def _difference(name: str, first: SavedRun, second: SavedRun) -> Difference | None:
    pairs = [
        (row.marks[name], second.questions[key].marks[name])
        for key, row in first.questions.items()
        if name in row.marks and name in second.questions[key].marks
    ]
    if not pairs:
        return None
    each = [float(b) - float(a) for a, b in pairs]
    low, high = bootstrap(each)
    one, other = (sum(float(pair[i]) for pair in pairs) / len(pairs) for i in (0, 1))
    if not all(isinstance(mark, bool) for pair in pairs for mark in pair):
        return Difference(name, "mean", len(pairs), one, other, other - one, low, high, None, None, None)
    only_first, only_second = each.count(-1.0), each.count(1.0)
    p = mcnemar_p(only_first, only_second)
    return Difference(name, "proportion", len(pairs), one, other, other - one, low, high, only_first, only_second, p)
