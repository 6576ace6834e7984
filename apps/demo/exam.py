"""Recording the day, remembering it the way any recording is remembered, and asking: everything the page shows."""

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from apps.bench.grading import grade
from apps.demo.day import FULL, Day, Scale, the_day
from apps.demo.quiz import questions
from apps.demo.remembering import asking, remember
from apps.ingest import IngestReport
from mmmem.errors import InvalidInputError, StorageError
from mmmem.types import Answer
from streams.house.manifest import is_recording, read_manifest
from streams.house.observed import Observed
from streams.house.questions.question import Question
from streams.house.recorded import RecordedHouse
from streams.house.recording import record_house
from streams.house.recording_plan import Days
from streams.house.stretch_recording import Conduct

MEMORY, PAGE = "memory", "index.html"
Progress = Callable[[str, int, int], object]
"""Told what is being done, how much of it is done, and how much there is to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what kind it is, and what the memory answered."""

    kind: str
    question: Question
    answer: Answer

    @property
    def right(self) -> bool:
        """Whether the house agrees."""
        return grade(self.question, self.answer).right


@dataclass(frozen=True, slots=True)
class Exam:
    """A day that was recorded, remembered and asked about.

    Args:
        reports: what taking in each camera did, in the order of `day.watches`.
        drawn_by: which renderer drew, and why.
        took_s: seconds by what they went to.
    """

    day: Day
    folder: Path
    reports: tuple[IngestReport, ...]
    asked: tuple[Asked, ...]
    drawn_by: str
    took_s: dict[str, float] = field(default_factory=dict)

    @property
    def memory(self) -> Path:
        """The directory of the memory."""
        return self.folder / MEMORY

    @property
    def recordings(self) -> tuple[Path, ...]:
        """The folders of the cameras, in the order of `day.watches`."""
        return tuple(self.folder / watch.plan.stream_id for watch in self.day.watches)

    @property
    def num_right(self) -> int:
        """How many answers agree with the house."""
        return sum(one.right for one in self.asked)


def examine(
    folder: Path,
    seed: int,
    scale: Scale = FULL,
    *,
    conduct: Conduct | None = None,
    progress: Progress = lambda what, num, of: None,
) -> Exam | None:
    """Record the day of a seed in `folder`, remember it, and ask about it; None if `conduct.stop` ended it.

    What an earlier demo of this seed recorded is used again.

    Raises:
        InvalidInputError: the folder holds other things than an earlier demo.
        StorageError: it cannot be written.
    """
    conduct = conduct or Conduct()
    began_s = time.perf_counter()
    day = the_day(seed, scale)
    _make_room(folder, day)
    took_s, drawn_by = {"living the day": time.perf_counter() - began_s}, ""
    began_s, before = time.perf_counter(), 0
    for watch in day.watches:
        report = record_house(
            watch.plan, folder / watch.plan.stream_id, days=watch, conduct=_told(conduct, progress, before, day.num_frames)
        )
        if report.interrupted:
            return None
        drawn_by, before = report.renderer or drawn_by, before + len(watch.trajectory)
    took_s["drawing"], began_s = time.perf_counter() - began_s, time.perf_counter()
    reports = _remembered(folder, day, progress, conduct)
    if reports is None:
        return None
    took_s["remembering"], began_s = time.perf_counter() - began_s, time.perf_counter()
    asked = _asked(folder, day)
    took_s["asking"] = time.perf_counter() - began_s
    return Exam(day, folder, reports, asked, drawn_by, took_s)


def _told(conduct: Conduct, progress: Progress, before: int, of: int) -> Conduct:
    return replace(conduct, progress=lambda num, _: progress("drawing", before + num, of))


def _remembered(folder: Path, day: Day, progress: Progress, conduct: Conduct) -> tuple[IngestReport, ...] | None:
    reports: list[IngestReport] = []
    before = 0
    for watch in day.watches:
        report = remember(
            folder / watch.plan.stream_id,
            folder / MEMORY,
            watch.plan,
            progress=lambda num, before=before: progress("remembering", before + num, day.num_frames),  # type: ignore[misc]
            stop=conduct.stop,
        )
        if report.interrupted:
            return None
        reports.append(report)
        before += len(watch.trajectory)
    return tuple(reports)


def _asked(folder: Path, day: Day) -> tuple[Asked, ...]:
    with asking(folder / MEMORY) as memory:
        return tuple(
            Asked(kind, question, memory.ask(question.text, asked_at=question.asked_at_ns, choices=question.choices))
            for kind, question in questions(day, observed(folder, day.watches))
        )


def observed(folder: Path, watches: Sequence[Days]) -> list[list[Observed]]:
    """What each camera could have observed, as its recording says."""
    return [RecordedHouse(folder / watch.plan.stream_id).observed() for watch in watches]


def _make_room(folder: Path, day: Day) -> None:
    """Take away what an earlier demo left and this one cannot use; nothing else is ever touched."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        recordings = [path for path in folder.iterdir() if is_recording(path)]
        ours = {MEMORY, PAGE, *(path.name for path in recordings)} if recordings else set()
        others = {path.name for path in folder.iterdir()} - ours
        if others:
            raise InvalidInputError(f"{str(folder)!r} holds other things ({min(others)!r}); name an empty or new folder with -o.")
        plans = {watch.plan.stream_id: watch.plan.to_json() for watch in day.watches}
        for recording in recordings:
            if read_manifest(recording)["plan"] != json.loads(json.dumps(plans.get(recording.name))):
                shutil.rmtree(recording)
        if (folder / MEMORY).exists():
            shutil.rmtree(folder / MEMORY)
    except OSError as error:
        raise StorageError(f"Cannot write to {str(folder)!r}: {error.strerror}; give another folder with -o.") from error
