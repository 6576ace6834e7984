"""Runs systems over houses: what is seen and what is asked come in order of time, and only then is graded."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from apps.bench.house import PerceivedHouse, Progress, cache_folder, hours_of, recorded
from apps.bench.scoring import Answered, Score, score
from apps.bench.subject import Subject
from apps.bench.systems import SYSTEMS, Exam, System
from mmmem.errors import InvalidInputError
from mmmem.suggest import known_name
from streams.house.questions.asking import ask_about
from streams.house.questions.question import Question
from streams.house.recorded import RecordedHouse
from streams.house.recording_plan import RecordingPlan
from streams.house.stretch_recording import Conduct


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What is run.

    Args:
        seeds: of the houses.
        plan: everything else about them; its noise is what the detector errs by.
        systems: names; see `apps.bench.systems.SYSTEMS`.
        cache: folder of recordings; None for the user's cache.
        recordings: folders of recorded houses to use instead of seeds.
        meaning: compare by meaning where the text embedder is installed.
        num_per_family: questions of each family and house.
    """

    seeds: tuple[int, ...] = (11, 12, 13, 14, 15)
    plan: RecordingPlan = field(default_factory=lambda: RecordingPlan(days=5))
    systems: tuple[str, ...] = tuple(SYSTEMS)
    cache: Path | None = None
    recordings: tuple[Path, ...] = ()
    meaning: bool = True
    num_per_family: int = 14
    conduct: Conduct = field(default_factory=Conduct)
    progress: Progress = lambda what, num, of: None

    def __post_init__(self) -> None:
        for name in self.systems:
            known_name(name, SYSTEMS, "system")
        if not self.seeds and not self.recordings:
            raise InvalidInputError("A benchmark needs at least one house; give --seeds or --recording.")


@dataclass(frozen=True, slots=True)
class BenchReport:
    """The scores of all systems over the same questions.

    Args:
        houses: their seeds.
    """

    scores: tuple[Score, ...]
    num_questions: int
    hours: float
    houses: tuple[str, ...]
    settings: Mapping[str, Any]
    answers: Mapping[str, tuple[Answered, ...]]

    def to_json(self) -> dict[str, Any]:
        """Every figure, and a row for every answer."""
        rows = [
            {
                "system": system,
                "house": one.house,
                "question": one.question.id,
                "family": one.question.family,
                "template": one.question.template,
                "asked": one.question.text,
                "wanted": list(one.question.accepted) or one.question.value,
                "said": one.reply.text,
                "choice": one.reply.choice,
                "abstained": one.reply.abstained,
                "confidence": round(one.reply.confidence, 4),
                "right": one.verdict.right,
                "stale": one.verdict.stale,
                "ms": round(one.ms, 2),
            }
            for system, answered in self.answers.items()
            for one in answered
        ]
        return {
            "settings": dict(self.settings),
            "houses": list(self.houses),
            "hours": self.hours,
            "questions": self.num_questions,
            "scores": [asdict(one) for one in self.scores],
            "answers": rows,
        }


def run_house(options: BenchOptions) -> BenchReport:
    """Record or reuse the houses, ask every system everything, and score the answers."""
    houses = [PerceivedHouse(house, options.plan.noise, options.progress) for house in _houses(options)]
    asked = [_questions(house, options.num_per_family) for house in houses]
    answers: dict[str, list[tuple[Answered, int]]] = {name: [] for name in options.systems}
    for number, house in enumerate(houses):
        for name, given in _all_answers(number, house, asked, options):
            answers[name] += given
    hours = sum(hours_of(house.house) for house in houses)
    scores = tuple(
        score(name, [one for one, _ in given], sum({one.house: num for one, num in given}.values()), hours)
        for name, given in answers.items()
    )
    settings = {
        "noise": options.plan.noise,
        "days": options.plan.days,
        "per_family": options.num_per_family,
        "meaning": options.meaning,
    }
    return BenchReport(
        scores,
        sum(map(len, asked)),
        hours,
        tuple(str(house.house.plan.seed) for house in houses),
        settings,
        {name: tuple(one for one, _ in given) for name, given in answers.items()},
    )


def _houses(options: BenchOptions) -> list[RecordedHouse]:
    if options.recordings:
        return [RecordedHouse(folder) for folder in options.recordings]
    folder = options.cache or cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return [recorded(replace(options.plan, seed=seed), folder, options.conduct) for seed in options.seeds]


def _questions(house: PerceivedHouse, num_per_family: int) -> list[Question]:
    held = house.house
    return ask_about(
        held.life, house.observed, held.trajectory, seed=held.plan.seed, stream_id=held.stream_id, num_per_family=num_per_family
    )


def _all_answers(
    number: int, house: PerceivedHouse, asked: Sequence[Sequence[Question]], options: BenchOptions
) -> Iterator[tuple[str, list[tuple[Answered, int]]]]:
    """What each system answers about one house; those that want depth come first, for the others may look at what they made."""
    others = [question for place, some in enumerate(asked) if place != number for question in some]
    with_graph = any(SYSTEMS[name].depth for name in options.systems)
    exam = Exam(house, asked[number], others, options.meaning, with_graph)
    try:
        for place, name in enumerate(sorted(options.systems, key=lambda name: not SYSTEMS[name].depth)):
            options.progress(f"seed {house.house.plan.seed}, {name}", place, len(options.systems))
            yield name, _sit(number, SYSTEMS[name], exam)
    finally:
        exam.close()


def _sit(number: int, system: System, exam: Exam) -> list[tuple[Answered, int]]:
    """Show everything and ask everything, in order of time."""
    subject = system.open(exam)
    try:
        given, todo = [], sorted(exam.questions, key=lambda question: question.asked_at_ns)
        for item in exam.house.items(depth=exam.wants_depth(system)):
            while todo and todo[0].asked_at_ns < item.frame.t_ns:
                given.append(_ask(number, subject, todo.pop(0)))
            subject.observe(item.frame, item.found, item.texts)
        given += [_ask(number, subject, question) for question in todo]
        num_bytes = subject.num_bytes
    finally:
        subject.close()
    return [(one, num_bytes) for one in given]


def _ask(number: int, subject: Subject, question: Question) -> Answered:
    start = time.perf_counter()
    reply = subject.ask(question.text, question.asked_at_ns, question.choices)
    return Answered(number, question, reply, (time.perf_counter() - start) * 1000)
