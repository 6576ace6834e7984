"""One run of a benchmark: read, build, ask everything, and only then look at what is right."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from apps.evaluate import egolife, locomo, nextgqa
from apps.evaluate.asking import predictions
from apps.evaluate.building import Built, Opener, OpenMemory, Progress, build, quiet
from apps.evaluate.cases import AskedQuestion, Dataset, LeftOut, Prediction, Scored
from apps.evaluate.policies import Steering
from apps.evaluate.report import Report, calibrated, counted_errors, counted_faults, figures_by_type, latencies, marks_of
from mmmem.errors import InvalidInputError, StorageError
from mmmem.types import Evidence

if TYPE_CHECKING:
    from mmmem.agent.escalation import ModelTier

Gold = TypeVar("Gold")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a benchmark is run.

    Args:
        memory: folder that keeps the memories for the next run; None for a temporary one.
        text_embedder: name of one, as for ingest; None for words alone.
        limit: ask only the first so many questions.
        out: file that gets one line of JSON for every question.
        steering: how a memory is asked.
        chat: a language model by name, as for ask; None for none.
        budget: what it may use in all: `20k tokens`, `30s`, `$0.50`.
        open_memory: opens the memories; None for mmmem's own.
        progress: shows how far a run is.
    """

    memory: Path | None = None
    text_embedder: str | None = None
    limit: int | None = None
    out: Path | None = None
    steering: Steering = field(default_factory=Steering)
    chat: str | None = None
    budget: str | None = None
    open_memory: OpenMemory | None = None
    progress: Progress = quiet

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise InvalidInputError(f"The number of questions to ask must be at least 1, got {self.limit}.")
        if self.budget is not None and self.chat is None:
            raise InvalidInputError("--budget is about a language model; name one with --chat.")
        if self.out is not None and not self.out.absolute().parent.is_dir():
            raise InvalidInputError(f"The folder of {str(self.out)!r} does not exist; make it first.")

    def opener(self) -> OpenMemory:
        """Opens the memories; models are loaded here."""
        return self.open_memory or Opener(self.text_embedder, self.steering, self._model())

    def _model(self) -> "ModelTier | None":
        if self.chat is None:
            return None
        from mmmem.agent.escalation import ModelTier
        from mmmem.chat import Budget, open_chat

        return ModelTier(open_chat(self.chat), None if self.budget is None else Budget.parse(self.budget))

    def settings(self) -> dict[str, Any]:
        """What makes a difference to the figures, ready for JSON."""
        asked = {"text_embedder": self.text_embedder, "limit": self.limit, "chat": self.chat, "budget": self.budget}
        return {**asked, **self.steering.settings()}


def run_egolife(directory: Path, options: RunOptions | None = None, *, with_trigger: bool = False) -> Report:
    """EgoLifeQA: multiple choice, and whether evidence contains the annotated time."""
    dataset = egolife.read(directory, with_trigger=with_trigger)
    return run(dataset, directory, options or RunOptions(), {"with_trigger": with_trigger})


def run_nextgqa(directory: Path, options: RunOptions | None = None) -> Report:
    """NExT-GQA: multiple choice, and how well the first evidence agrees with the annotated spans."""
    return run(nextgqa.read(directory), directory, options or RunOptions(), {})


def run_locomo(path: Path, options: RunOptions | None = None) -> Report:
    """LoCoMo: recall of the evidence turns, F1 of the answers, abstention."""
    return run(locomo.read(path), path, options or RunOptions(), {})


def run(dataset: Dataset[Gold], directory: Path, options: RunOptions, settings: Mapping[str, Any]) -> Report:
    """Ask every question of a data set, then score.

    Raises:
        InvalidInputError: there is nothing to ask, or nothing that was asked can be scored.
    """
    check(dataset, directory)
    questions = [case.question for case in dataset.cases[: options.limit]]
    opener = options.opener()
    with kept_folder(options.memory) as folder:
        built = made_memories(dataset, questions, folder, opener, options)
        memories = {made.recording: Path(made.path) for made in built}
        made, interrupted = asked_all(dataset, questions, memories, opener, options.progress)
    scored, unreadable = _score(dataset, {prediction.question.id: prediction for prediction in made})
    asked = AskedRun(tuple(made), tuple(scored), tuple(built), tuple(unreadable), interrupted)
    return report_of(dataset, directory, options, settings, asked)


def check(dataset: Dataset[Gold], directory: Path) -> None:
    """Refuse a data set that cannot be asked.

    Raises:
        InvalidInputError: there is nothing to ask, or two questions have one name.
    """
    if not dataset.cases:
        reasons = "; ".join(f"{left.num}: {left.reason}" for left in dataset.left_out)
        raise InvalidInputError(f"{str(directory)!r} holds no question that can be asked. {reasons}".rstrip())
    _need_names_of_their_own(dataset)


@dataclass(frozen=True, slots=True)
class AskedRun:
    """What was asked and scored, in the memories it came from; `unreadable` is gold that could not be read."""

    made: tuple[Prediction, ...]
    scored: tuple[tuple[Prediction, Scored], ...]
    built: tuple[Built, ...]
    unreadable: tuple[LeftOut, ...]
    interrupted: bool = False


def report_of(
    dataset: Dataset[Gold], directory: Path, options: RunOptions, settings: Mapping[str, Any], asked: AskedRun
) -> Report:
    """The report of what was asked and scored; writes the lines of `options.out`."""
    if options.out is not None:
        _write_lines(options.out, asked.scored)
    num_wanted = len(dataset.cases[: options.limit])
    num_asked = len(asked.scored) + sum(left.num for left in asked.unreadable)
    return Report(
        dataset=dataset.name,
        directory=str(directory),
        figures=figures_by_type(asked.scored),
        headline=dataset.headline,
        chance=dataset.chance,
        num_read=len(dataset.cases) + sum(left.num for left in dataset.left_out),
        num_scored=len(asked.scored),
        left_out=(*dataset.left_out, *asked.unreadable, *_not_asked(len(dataset.cases), num_wanted, num_asked)),
        faults=counted_faults(asked.scored),
        errors=counted_errors(asked.made),
        latency=latencies(asked.made),
        memories=asked.built,
        notes=dataset.notes,
        settings={**settings, **options.settings()},
        interrupted=asked.interrupted,
        questions=marks_of(asked.scored),
        calibration=calibrated(asked.scored),
    )


def _need_names_of_their_own(dataset: Dataset[Gold]) -> None:
    counts = Counter(case.question.id for case in dataset.cases)
    twice = [name for name, num in counts.items() if num > 1]
    if twice:
        raise InvalidInputError(
            f"{dataset.name} holds {len(twice)} question ids more than once, first {twice[0]!r}; number them."
        )


def _not_asked(num_all: int, num_wanted: int, num_asked: int) -> list[LeftOut]:
    counts = {"beyond the limit that was asked for": num_all - num_wanted, "interrupted before them": num_wanted - num_asked}
    return [LeftOut(reason, num) for reason, num in counts.items() if num]


def made_memories(
    dataset: Dataset[Gold], questions: Sequence[AskedQuestion], folder: Path, opener: OpenMemory, options: RunOptions
) -> list[Built]:
    """A memory of every recording that is asked about."""
    asked = {question.recording for question in questions}
    made_by = options.text_embedder or ""
    return [build(one, folder, opener, made_by, options.progress) for one in dataset.recordings if one.key in asked]


def asked_all(
    dataset: Dataset[Gold],
    questions: Sequence[AskedQuestion],
    memories: Mapping[str, Path],
    opener: OpenMemory,
    progress: Progress,
) -> tuple[list[Prediction], bool]:
    """Predictions by recording, and whether Ctrl-C stopped the asking; gold is not read."""
    made: list[Prediction] = []
    calendars = {recording.key: recording.calendar for recording in dataset.recordings}
    for key, path in memories.items():
        mine = [question for question in questions if question.recording == key]
        if not mine:
            continue
        with opener(path, calendars[key], False) as memory:
            try:
                for question in progress(mine, f"ask {key}"):
                    made.extend(predictions(memory, [question], dataset.ways))
            except KeyboardInterrupt:
                return made, True
    return made, False


@contextmanager
def kept_folder(memory: Path | None) -> Iterator[Path]:
    """The folder that keeps the memories, or one that is removed again."""
    if memory is not None:
        yield memory
        return
    with tempfile.TemporaryDirectory(prefix="mmmem-eval-") as name:
        yield Path(name)


def _score(dataset: Dataset[Gold], made: Mapping[str, Prediction]) -> tuple[list[tuple[Prediction, Scored]], list[LeftOut]]:
    """Marks of every prediction. The first place where gold is read: all predictions are made."""
    scored: list[tuple[Prediction, Scored]] = []
    unreadable: dict[str, int] = {}
    for case in dataset.cases:
        prediction = made.get(case.question.id)
        if prediction is None:
            continue
        try:
            right = case.gold()
        except InvalidInputError as error:
            reason = f"gold cannot be read: {error}"
            unreadable[reason] = unreadable.get(reason, 0) + 1
            continue
        scored.append((prediction, dataset.score(prediction, right)))
    left_out = [LeftOut(reason, num) for reason, num in unreadable.items()]
    if not scored:
        raise InvalidInputError(
            f"No question of {dataset.name} could be scored. {left_out[0].reason if left_out else ''}".rstrip()
        )
    return scored, left_out


def _write_lines(out: Path, scored: Sequence[tuple[Prediction, Scored]]) -> None:
    try:
        with out.open("w", encoding="utf-8") as file:
            for prediction, score in scored:
                file.write(json.dumps(_line(prediction, score), ensure_ascii=False) + "\n")
    except OSError as error:
        raise StorageError(f"Cannot write {str(out)!r}: {error.strerror}.") from error


def _line(prediction: Prediction, score: Scored) -> dict[str, Any]:
    question, answer = prediction.question, prediction.answer
    said = None
    if answer is not None:
        said = {
            "text": answer.text, "choice": answer.choice, "confidence": answer.confidence, "abstained": answer.abstained,
            "reason": answer.reason, "evidence": [_evidence(e) for e in answer.evidence],
        }  # fmt: skip
    return {
        "id": question.id,
        "type": question.type,
        "question": question.text,
        "asked_at_ns": question.asked_at_ns,
        "choices": question.choices,
        "stream": question.stream,
        "prediction": {"answer": said, "search": {w: [_evidence(e) for e in x.evidence] for w, x in prediction.looks.items()}},
        "errors": prediction.errors,
        "ms": {"ask": prediction.ask_ms, "search": {way: look.ms for way, look in prediction.looks.items()}},
        "marks": {name: mark.value for name, mark in score.marks.items()},
        "faults": score.faults,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "source": evidence.source,
        "id": evidence.id,
        "stream": evidence.stream_id,
        "start_ns": evidence.span.start_ns,
        "end_ns": evidence.span.end_ns,
        "score": evidence.score,
    }
