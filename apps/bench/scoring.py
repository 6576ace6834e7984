"""What the answers of one system are worth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from apps.bench.grading import Verdict, finds, grade
from apps.bench.subject import Reply
from apps.evaluate.calibration import calibration_of
from mmmem.clock import NS_PER_S, Span
from streams.house.questions.question import FAMILIES, Question

SLACK_NS = 5 * NS_PER_S
"""Evidence this close to what was asked for is as good: a caption stands for some seconds."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with the reply to it.

    Args:
        house: which house it is about.
        ms: how long it took.
    """

    house: int
    question: Question
    reply: Reply
    ms: float

    @property
    def verdict(self) -> Verdict:
        """What it is worth."""
        return grade(self.question, self.reply)


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one system over all houses; None where there is nothing to measure.

    Args:
        families: typed accuracy and number of questions of each.
        answerable: typed accuracy over the questions that can be answered.
        evidence_recall: share of the spans that bear on a question of which a part was given as evidence (5 s tolerance).
        overlap: mean over questions of the best intersection over union of evidence and such a span.
        stale: share of wrong places that were seen to be wrong, of the questions about things that had another place before.
        abstention: precision, recall and F1 of not answering what cannot be known.
        calibration_error: see `apps.evaluate.calibration`.
        found: share of what is asked for "now" that is named where it is in truth, moved unseen or not; see `grading.finds`.
        spl: the same weighted by path length (Anderson et al. 2018); whoever cannot go has none.
        pictures: taken for each of these questions.
    """

    system: str
    num: int
    overall: float
    answerable: float
    families: dict[str, tuple[float, int]]
    evidence_recall: float | None
    overlap: float | None
    stale: float | None
    abstention: tuple[float, float, float]
    calibration_error: float | None
    found: float | None
    spl: float | None
    pictures: float | None
    bytes_per_hour: float
    ms_p50: float
    ms_p95: float


def score(system: str, answered: Sequence[Answered], num_bytes: float, hours: float) -> Score:
    """Put the figures together.

    Args:
        num_bytes: kept over all houses.
        hours: of footage over all houses.
    """
    verdicts = [one.verdict for one in answered]
    pairs = list(zip(answered, verdicts, strict=True))
    said = [(one.reply.confidence, verdict.right) for one, verdict in pairs if not verdict.abstained]
    calibration = calibration_of([confidence for confidence, _ in said], [right for _, right in said])
    ms = [one.ms for one in answered] or [0.0]
    return Score(
        system,
        len(answered),
        _mean(verdict.right for verdict in verdicts) or 0.0,
        _mean(verdict.right for one, verdict in pairs if one.question.answerable) or 0.0,
        by_family(answered, verdicts),
        _mean(_recalled(one) for one in answered if _has_evidence(one)),
        _mean(_overlap(one) for one in answered if _has_evidence(one)),
        _mean(verdict.stale for one, verdict in pairs if one.question.outdated or one.question.stale == "gone"),
        _abstention(answered, verdicts),
        None if calibration is None else calibration.ece,
        _mean(found for _, found in _going(answered)),
        _mean(_weighted(one, found) for one, found in _going(answered) if _path_m(one) is not None),
        _mean(getattr(one.reply, "num_pictures", 0) for one, _ in _going(answered)),
        num_bytes / hours if hours else 0.0,
        float(np.percentile(ms, 50)),
        float(np.percentile(ms, 95)),
    )


def by_family(answered: Sequence[Answered], verdicts: Sequence[Verdict]) -> dict[str, tuple[float, int]]:
    """Typed accuracy and number of questions of each family that there are questions of."""
    pairs = sorted(zip(answered, verdicts, strict=True), key=lambda pair: FAMILIES.index(pair[0].question.family))
    grouped = {family: list(group) for family, group in groupby(pairs, key=lambda pair: str(pair[0].question.family))}
    return {family: (sum(verdict.right for _, verdict in group) / len(group), len(group)) for family, group in grouped.items()}


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def _has_evidence(one: Answered) -> bool:
    return bool(one.question.evidence)


def _spans(one: Answered) -> list[tuple[str, Span]]:
    return [(shown.stream_id, shown.span) for shown in one.reply.evidence]


def _recalled(one: Answered) -> float:
    spans = _spans(one)
    hits = [any(_touch(stream, span, gold.stream_id, gold.span) for stream, span in spans) for gold in one.question.evidence]
    return sum(hits) / len(hits)


def _touch(stream: str, span: Span, other: str, gold: Span) -> bool:
    return stream == other and span.start_ns <= gold.end_ns + SLACK_NS and span.end_ns >= gold.start_ns - SLACK_NS


def _overlap(one: Answered) -> float:
    pairs = [_iou(span, gold.span) for stream, span in _spans(one) for gold in one.question.evidence if stream == gold.stream_id]
    return max(pairs, default=0.0)


def _iou(a: Span, b: Span) -> float:
    both = a.intersect(b)
    inside = 0 if both is None else both.duration_ns
    return inside / (a.duration_ns + b.duration_ns - inside)


def _abstention(answered: Sequence[Answered], verdicts: Sequence[Verdict]) -> tuple[float, float, float]:
    """Over the questions that can or cannot be answered; of what is known to be gone both are right."""
    judged = [(one.question, verdict) for one, verdict in zip(answered, verdicts, strict=True) if one.question.stale != "gone"]
    right = sum(verdict.abstained and not question.answerable for question, verdict in judged)
    said = sum(verdict.abstained for _, verdict in judged)
    wanted = sum(not question.answerable for question, _ in judged)
    precision, recall = right / said if said else 0.0, right / wanted if wanted else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def _going(answered: Sequence[Answered]) -> list[tuple[Answered, bool]]:
    """The questions that going to look can answer, with whether the answer is true."""
    return [(one, found) for one in answered if (found := finds(one.question, one.reply)) is not None]


def _path_m(one: Answered) -> float | None:
    path_m: float | None = getattr(one.reply, "path_m", None)
    return path_m


def _weighted(one: Answered, found: bool) -> float:
    assert one.question.active is not None
    return found * _share(one.question.active.path_m, _path_m(one) or 0.0)


def _share(shortest_m: float, path_m: float) -> float:
    longest = max(shortest_m, path_m)
    return shortest_m / longest if longest > 0 else 1.0
