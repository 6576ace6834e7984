"""NExT-GQA: five-choice questions about short videos, with the seconds that answer them.

Input: `question`, `a0` to `a4`, `video_id` of `val.csv`, and captions of every second in `captions_1fps.json`. `type` groups
the figures. Gold, read when a prediction is scored: `answer` of `val.csv` and all of `gsub_val.json`, even the duration:
a video ends with its last caption.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from apps.evaluate.cases import AskedQuestion, Case, Dataset, LeftOut, Mark, Prediction, Recording, Scored
from apps.evaluate.files import need_folder, read_json, read_text, text_field
from apps.evaluate.grounding import iop, iou, of_other_streams, placements
from mmmem.clock import NS_PER_MIN, NS_PER_S, Calendar, Span, seconds_to_ns
from mmmem.errors import InvalidInputError, SourceError
from mmmem.types import TimedText

CALENDAR = Calendar("offset")
THRESHOLDS = (0.3, 0.5)
HEADLINE = ("accuracy", "mIoU", "mIoP", "Acc@GQA")
OBJECTIVE = "Acc@GQA"
CHANCE = "accuracy: one of the choices; grounding: a span as long as the predicted one, anywhere in the video"
RECORDING = "videos"

_CHOICES = tuple(f"a{i}" for i in range(5))


@dataclass(frozen=True, slots=True)
class GroundedGold:
    """The right choices (several where the data set repeats a choice) and the spans that answer."""

    choices: frozenset[int]
    spans: tuple[Span, ...]


def read(directory: Path) -> Dataset[GroundedGold]:
    """Read `val.csv`, `captions_1fps.json` and, later, `gsub_val.json` of a folder.

    Raises:
        SourceError: the folder or a file is missing.
        InvalidInputError: a file is not in the official format.
    """
    need_folder(directory, "val.csv, gsub_val.json and captions_1fps.json")
    rows = list(csv.DictReader(io.StringIO(read_text(directory / "val.csv"))))
    texts = captioned(read_json(directory / "captions_1fps.json"))
    grounds = _Grounds(directory / "gsub_val.json")
    asked = {row.get("video_id", "") for row in rows}
    recording = Recording(RECORDING, CALENDAR, {video: texts[video] for video in sorted(asked & set(texts))})
    found = cases([row for row in rows if row.get("video_id", "") in texts], recording, grounds)
    without = sorted(asked - set(texts))
    left_out = LeftOut(f"{len(without)} of {len(asked)} videos have no captions in captions_1fps.json", len(rows) - len(found))
    return Dataset(
        "nextgqa", (recording,), tuple(found), (), partial(score, _ends_ns(recording)), HEADLINE, CHANCE,
        (left_out,) if without else (), minutes=minutes, objective=OBJECTIVE,
    )  # fmt: skip


def minutes(question: AskedQuestion, right: GroundedGold) -> frozenset[tuple[str, int]]:
    """The minutes of the video that the gold spans touch."""
    touched = (range(s.start_ns // NS_PER_MIN, (s.end_ns - 1) // NS_PER_MIN + 1) for s in right.spans)
    return frozenset((question.stream or "", minute) for spans in touched for minute in spans)


class _Grounds:
    """Gold spans by video and question; the file is not opened before the first prediction is scored."""

    def __init__(self, file: Path) -> None:
        if not file.is_file():
            raise SourceError(f"{str(file)!r} is missing; without the gold spans nothing can be scored.")
        self._file = file
        self._videos: Mapping[str, Any] | None = None

    def __getitem__(self, video: str) -> Mapping[str, Any]:
        if self._videos is None:
            self._videos = read_json(self._file)
        return self._videos[video]  # type: ignore[no-any-return]


def captioned(captions: Any) -> dict[str, tuple[TimedText, ...]]:
    """Captions by video, each lasting its second.

    Args:
        captions: `{"<video>_cap": {"0": caption, ...}}`, or a list of captions for each video.

    Raises:
        InvalidInputError: it is neither, or a second is no number.
    """
    if not isinstance(captions, Mapping):
        raise InvalidInputError(f"captions_1fps.json must be an object of videos, got {type(captions).__name__}.")
    return {video.removesuffix("_cap"): texts for video, lines in captions.items() if (texts := _lines(video, lines))}


def _lines(video: str, lines: Any) -> tuple[TimedText, ...]:
    pairs = enumerate(lines) if isinstance(lines, list) else lines.items() if isinstance(lines, Mapping) else None
    if pairs is None:
        raise InvalidInputError(f"captions_1fps.json, {video}: expected captions by second, got {type(lines).__name__}.")
    try:
        seconds = sorted((int(second), str(line)) for second, line in pairs if str(line).strip())
    except ValueError as error:
        raise InvalidInputError(f"captions_1fps.json, {video}: a second is no whole number ({error}).") from error
    return tuple(TimedText(Span(s * NS_PER_S, (s + 1) * NS_PER_S), line, "caption", source=video) for s, line in seconds)


def _ends_ns(recording: Recording) -> dict[str, int]:
    return {video: texts[-1].span.end_ns for video, texts in recording.streams.items()}


def cases(
    rows: Iterable[Mapping[str, Any]], recording: Recording, grounds: Mapping[str, Mapping[str, Any]] | _Grounds
) -> list[Case[GroundedGold]]:
    """Questions about the videos of a recording, each asked when its video ends; nothing of the gold is read here.

    Raises:
        InvalidInputError: a row lacks a field that is asked.
    """
    ends_ns = _ends_ns(recording)
    return [Case(_question(row, ends_ns), partial(gold, row, grounds)) for row in rows]


def _question(row: Mapping[str, Any], ends_ns: Mapping[str, int]) -> AskedQuestion:
    video = text_field(row, "video_id", "val.csv")
    name = f"{video}_{text_field(row, 'qid', f'val.csv, {video}')}"
    choices = tuple(text_field(row, choice, f"val.csv, {name}") for choice in _CHOICES)
    words, kind = text_field(row, "question", f"val.csv, {name}"), text_field(row, "type", f"val.csv, {name}")
    return AskedQuestion(name, words, ends_ns[video], RECORDING, choices, video, kind)


def gold(row: Mapping[str, Any], grounds: Mapping[str, Mapping[str, Any]] | _Grounds) -> GroundedGold:
    """Read what is right.

    Raises:
        InvalidInputError: the answer is none of the choices, or no span is given for the question.
    """
    video, name = row["video_id"], row["qid"]
    answer = text_field(row, "answer", f"val.csv, {video}_{name}")
    right = frozenset(i for i, choice in enumerate(_CHOICES) if str(row[choice]).strip() == answer)
    if not right:
        raise InvalidInputError(f"val.csv, {video}_{name}: the answer {answer!r} is none of the choices.")
    try:
        located = grounds[video]["location"][name]
        spans = tuple(Span(seconds_to_ns(start), seconds_to_ns(end)) for start, end in located)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInputError(f"gsub_val.json gives no readable span for {video}_{name}: {error}.") from error
    return GroundedGold(right, spans)


def score(ends_ns: Mapping[str, int], prediction: Prediction, right: GroundedGold) -> Scored:
    """Accuracy of `ask` and how well its first evidence agrees with the gold spans (official NExT-GQA measures)."""
    question, answer = prediction.question, prediction.answer
    correct = answer is not None and answer.choice in right.choices
    faults: dict[str, int] = {} if answer and answer.choice is not None else {"questions for which no choice was made": 1}
    first = answer.evidence[:1] if answer else ()
    faults |= of_other_streams(first, question.stream)
    duration_ns = ends_ns[question.stream or ""]
    predicted = next((e.span.intersect(Span(0, duration_ns)) for e in first if e.stream_id == question.stream), None)
    chance_right = len(right.choices) / len(question.choices)
    return Scored(
        {"accuracy": Mark(correct, chance_right)} | _grounded(predicted, correct, chance_right, right, duration_ns),
        faults,
        correct,
    )


def _grounded(
    predicted: Span | None, correct: bool, chance_right: float, right: GroundedGold, duration_ns: int
) -> dict[str, Mark]:
    everywhere = placements(predicted.duration_ns, duration_ns) if predicted else []
    marks: dict[str, Mark] = {}
    for name, measure in (("IoU", iou), ("IoP", iop)):
        value = measure(predicted, right.spans) if predicted else 0.0
        by_chance = [measure(span, right.spans) for span in everywhere]
        marks[f"m{name}"] = Mark(value, _mean(by_chance))
        for bound in THRESHOLDS:
            marks[f"{name}@{bound}"] = Mark(value >= bound, _mean([share >= bound for share in by_chance]))
    grounded = marks["IoP@0.5"]
    marks["Acc@GQA"] = Mark(correct and bool(grounded.value), chance_right * (grounded.chance or 0.0))
    return marks


def _mean(values: list[float] | list[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
