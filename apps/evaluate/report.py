"""Figures of a run: values with intervals and chance, by type of question, and everything that is not in them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from apps.evaluate.building import Built
from apps.evaluate.calibration import Calibration, calibration_of
from apps.evaluate.cases import LeftOut, Mark, Prediction, Scored
from apps.evaluate.confidence import bootstrap, wilson

ALL = "all"


@dataclass(frozen=True, slots=True)
class Figure:
    """A proportion (Wilson interval) or a mean (bootstrap interval) over `num` questions, in [0, 1].

    Args:
        chance: what chance alone would get on these questions; None where that is not defined.
    """

    kind: Literal["proportion", "mean"]
    value: float
    num: int
    low: float
    high: float
    chance: float | None


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a call took, over `num` calls."""

    p50_ms: float
    p95_ms: float
    num: int


@dataclass(frozen=True, slots=True)
class QuestionMarks:
    """What one question got; two saved runs are compared question by question."""

    id: str
    type: str
    text: str
    choice: int | None
    abstained: bool
    confidence: float
    marks: Mapping[str, bool | float]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Figures of answers to questions that the settings were not fitted on.

    Args:
        num_folds: each question was held out once, together with those about the same minute.
        figures: by type of question and name, over the held-out answers of all folds.
        policies: what was fitted in each fold, then on all questions, in words.
    """

    num_folds: int
    figures: Mapping[str, Mapping[str, Figure]]
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found.

    Args:
        figures: by type of question, `all` first, and by name.
        num_read: questions of the data set; those not asked or not scored are in `left_out`, with reasons.
        faults: what was wrong with evidence or answers, with how often.
        errors: messages of calls that failed; those questions count as wrong.
        interrupted: the run was stopped; the figures are those of the questions asked so far.
        questions: marks of every scored question, in the order of the data set.
        held_out: cross-validated figures; `figures` are then those of settings fitted on all questions.
        calibration: how far the confidence of answers can be believed, over all questions whose answer is right or wrong.
    """

    dataset: str
    directory: str
    figures: Mapping[str, Mapping[str, Figure]]
    headline: tuple[str, ...]
    chance: str
    num_read: int
    num_scored: int
    left_out: tuple[LeftOut, ...]
    faults: Mapping[str, int]
    errors: Mapping[str, int]
    latency: Mapping[str, Latency]
    memories: tuple[Built, ...]
    notes: tuple[str, ...] = ()
    settings: Mapping[str, Any] | None = None
    interrupted: bool = False
    questions: tuple[QuestionMarks, ...] = ()
    held_out: HeldOut | None = None
    calibration: Calibration | None = None

    def to_json(self) -> dict[str, Any]:
        """Every number, ready for JSON."""
        return asdict(self)


def figure(marks: Sequence[Mark]) -> Figure:
    """One figure of one or more marks of the same name."""
    values = [float(mark.value) for mark in marks]
    chances = [mark.chance for mark in marks if mark.chance is not None]
    chance = sum(chances) / len(chances) if len(chances) == len(marks) else None
    proportion = all(isinstance(mark.value, bool) for mark in marks)
    low, high = wilson(round(sum(values)), len(values)) if proportion else bootstrap(values)
    kind: Literal["proportion", "mean"] = "proportion" if proportion else "mean"
    return Figure(kind, sum(values) / len(values), len(values), low, high, chance)


def figures_by_type(scored: Sequence[tuple[Prediction, Scored]]) -> dict[str, dict[str, Figure]]:
    """Figures of all questions and of each type, types in order of their names."""
    groups: dict[str, dict[str, list[Mark]]] = {ALL: {}}
    for prediction, score in sorted(scored, key=lambda pair: pair[0].question.type):
        for group in (ALL, prediction.question.type):
            for name, mark in score.marks.items():
                groups.setdefault(group, {}).setdefault(name, []).append(mark)
    return {group: {name: figure(marks) for name, marks in named.items()} for group, named in groups.items()}


def calibrated(scored: Sequence[tuple[Prediction, Scored]]) -> Calibration | None:
    """Confidence against truth of every answer; a question without an answer, or with an abstention, is not covered."""
    told = [(made.answer, score.right) for made, score in scored if score.right is not None]
    answers = [(a.confidence, right) for a, right in told if a is not None and not a.abstained and right is not None]
    return calibration_of([said for said, _ in answers], [right for _, right in answers], len(told))


def marks_of(scored: Sequence[tuple[Prediction, Scored]]) -> tuple[QuestionMarks, ...]:
    """One row for every scored question."""
    return tuple(_row(prediction, score) for prediction, score in scored)


def _row(prediction: Prediction, score: Scored) -> QuestionMarks:
    question, answer = prediction.question, prediction.answer
    said = (None, True, 0.0) if answer is None else (answer.choice, answer.abstained, answer.confidence)
    marks = {name: mark.value for name, mark in score.marks.items()}
    return QuestionMarks(question.id, question.type, question.text, *said, marks)


def latencies(predictions: Sequence[Prediction]) -> dict[str, Latency]:
    """Latency of each way of searching and of asking."""
    taken: dict[str, list[float]] = {}
    for prediction in predictions:
        for way, look in prediction.looks.items():
            taken.setdefault(f"search, {way}", []).append(look.ms)
        if prediction.answer is not None:
            taken.setdefault("ask", []).append(prediction.ask_ms)
    return {name: _latency(ms) for name, ms in taken.items()}


def _latency(ms: Sequence[float]) -> Latency:
    p50, p95 = np.percentile(ms, (50, 95))
    return Latency(round(float(p50), 3), round(float(p95), 3), len(ms))


def counted_faults(scored: Sequence[tuple[Prediction, Scored]]) -> dict[str, int]:
    """Faults of all questions, most frequent first."""
    faults: Counter[str] = Counter()
    for _, score in scored:
        faults.update(score.faults)
    return dict(faults.most_common())


def counted_errors(predictions: Sequence[Prediction]) -> dict[str, int]:
    """Messages of failed calls, most frequent first."""
    return dict(Counter(error for prediction in predictions for error in prediction.errors).most_common())
