"""Fitting the numbers of recall on some questions and judging them on others.

A fitter gets the questions of all folds but one with what is right about them. Of the held-out fold it gets nothing: neither
gold nor questions. What is right about a held-out question is read to deal the folds and to score, never by a fitter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from apps.evaluate.building import OpenMemory
from apps.evaluate.cases import AskedQuestion, Case, Dataset, LeftOut, Mark, Prediction
from apps.evaluate.folds import folds_of, groups_of
from apps.evaluate.policies import Steering
from apps.evaluate.report import HeldOut, Report, figures_by_type
from apps.evaluate.runs import AskedRun, RunOptions, asked_all, check, kept_folder, made_memories, report_of
from mmmem.agent.policy import Policy, default_policy
from mmmem.errors import InvalidInputError

Gold = TypeVar("Gold")


@runtime_checkable
class Steerable(Protocol):
    """Opens memories in one way, and makes openers of other ways."""

    def steered(self, steering: Steering) -> OpenMemory:
        """An opener of memories that are asked as `steering` says."""
        ...


@dataclass(frozen=True, slots=True)
class Example(Generic[Gold]):
    """A question to fit on, with what is right about it."""

    question: AskedQuestion
    gold: Gold


@dataclass(frozen=True, slots=True)
class Bench(Generic[Gold]):
    """What a fitter may use besides its examples.

    Args:
        start: the steering to begin from.
        memories: directories of the memories by recording, to open with `open_memory`.
        open_memory: opens one as a steering says.
        predict: asks questions as a steering says.
        marks: what a steering gets on examples; what was marked once is remembered.
        objective: the mark to fit for.
        notes: what a fitter keeps about single questions, by their id, from fold to fold.
    """

    start: Steering
    memories: Mapping[str, Path]
    open_memory: Callable[[Steering], OpenMemory]
    predict: Callable[[Sequence[AskedQuestion], Steering], list[Prediction]]
    marks: Callable[[Sequence[Example[Gold]], Steering], list[Mapping[str, Mark]]]
    objective: str
    notes: dict[str, Any] = field(default_factory=dict)


Fitter = Callable[[Sequence[Example[Any]], Bench[Any]], Policy]
"""Makes a policy of examples."""


def run_folds(
    dataset: Dataset[Gold],
    directory: Path,
    options: RunOptions,
    settings: Mapping[str, Any],
    *,
    fit: Fitter,
    num_folds: int,
    keep: Callable[[Policy], object] | None = None,
) -> Report:
    """Fit on all questions and report that, beside the figures of each fold answered by what the other folds gave.

    Args:
        keep: gets what was fitted on all questions.

    Raises:
        InvalidInputError: the data set does not say where evidence lies, or there are too few questions for so many folds.
    """
    check(dataset, directory)
    examples, unreadable = _examples(dataset, dataset.cases[: options.limit])
    if dataset.minutes is None:
        raise InvalidInputError(f"{dataset.name} does not say where the evidence of a question lies; it cannot be folded.")
    places = {one.question.id: dataset.minutes(one.question, one.gold) for one in examples}
    folds = folds_of(groups_of(places), num_folds)
    opener = options.opener()
    with kept_folder(options.memory) as folder:
        built = made_memories(dataset, [one.question for one in examples], folder, opener, options)
        bench = _bench(dataset, options, opener, {made.recording: Path(made.path) for made in built})
        held: dict[str, Prediction] = {}
        policies: list[Policy] = []
        for fold in options.progress(folds, "fit and hold out"):
            policies.append(fit([one for one in examples if one.question.id not in fold], bench))
            mine = [one.question for one in examples if one.question.id in fold]
            held.update((made.question.id, made) for made in bench.predict(mine, replace(bench.start, policy=policies[-1])))
        policies.append(fit(examples, bench))
        if keep is not None:
            keep(policies[-1])
        fitted = bench.predict([one.question for one in examples], replace(bench.start, policy=policies[-1]))
    scored = [(made, dataset.score(made, one.gold)) for made, one in zip(fitted, examples, strict=True)]
    apart = [(held[one.question.id], dataset.score(held[one.question.id], one.gold)) for one in examples]
    asked = AskedRun(tuple(fitted), tuple(scored), tuple(built), tuple(unreadable))
    report = report_of(dataset, directory, options, {**settings, "folds": num_folds}, asked)
    return replace(report, held_out=HeldOut(num_folds, figures_by_type(apart), tuple(policy_words(one) for one in policies)))


def _examples(dataset: Dataset[Gold], cases: Sequence[Case[Gold]]) -> tuple[list[Example[Gold]], list[LeftOut]]:
    examples: list[Example[Gold]] = []
    unreadable: dict[str, int] = {}
    for case in cases:
        try:
            examples.append(Example(case.question, case.gold()))
        except InvalidInputError as error:
            reason = f"gold cannot be read: {error}"
            unreadable[reason] = unreadable.get(reason, 0) + 1
    return examples, [LeftOut(reason, num) for reason, num in unreadable.items()]


def _bench(dataset: Dataset[Gold], options: RunOptions, opener: OpenMemory, memories: Mapping[str, Path]) -> Bench[Gold]:
    def open_memory(steering: Steering) -> OpenMemory:
        return opener.steered(steering) if isinstance(opener, Steerable) else opener

    known: dict[tuple[str, Policy], Mapping[str, Mark]] = {}

    def predict(questions: Sequence[AskedQuestion], steering: Steering) -> list[Prediction]:
        made, interrupted = asked_all(dataset, questions, memories, open_memory(steering), options.progress)
        if interrupted:
            raise KeyboardInterrupt
        by_id = {one.question.id: one for one in made}
        return [by_id[question.id] for question in questions]

    def marks(examples: Sequence[Example[Gold]], steering: Steering) -> list[Mapping[str, Mark]]:
        new = [one for one in examples if (one.question.id, steering.policy) not in known]
        for one, made in zip(new, predict([one.question for one in new], steering), strict=True):
            known[one.question.id, steering.policy] = dataset.score(made, one.gold).marks
        return [known[one.question.id, steering.policy] for one in examples]

    return Bench(options.steering, memories, open_memory, predict, marks, dataset.objective or dataset.headline[0])


def policy_words(policy: Policy) -> str:
    """What differs from the product's numbers."""
    usual = asdict(default_policy())
    changed = [f"{name}={value:g}" for name, value in asdict(policy).items() if value != usual[name]]
    return " ".join(changed) or "as shipped"
