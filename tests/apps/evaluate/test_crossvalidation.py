"""Folds: a fitter never gets anything of the questions it is judged by."""

import random
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from apps.evaluate import egolife, locomo, nextgqa
from apps.evaluate.cases import Dataset
from apps.evaluate.crossvalidation import Bench, Example, Steerable, run_folds
from apps.evaluate.folds import folds_of, groups_of
from apps.evaluate.policies import Steering
from apps.evaluate.report import ALL
from apps.evaluate.runs import RunOptions
from mmmem.agent.policy import Policy
from mmmem.clock import Calendar
from mmmem.errors import InvalidInputError


class SteeredLibrary:
    """A library of scripted memories that says with which policy each was opened."""

    def __init__(self, library: Any, log: list[Policy], steering: Steering | None = None) -> None:
        self._library, self.log, self._steering = library, log, steering or Steering()

    def __call__(self, path: Path, calendar: Calendar, write: bool) -> AbstractContextManager[Any]:
        return self._opened(path, calendar, write)

    @contextmanager
    def _opened(self, path: Path, calendar: Calendar, write: bool) -> Iterator[Any]:
        if not write:
            self.log.append(self._steering.policy)
        with self._library.open(path, calendar, write) as memory:
            yield memory

    def steered(self, steering: Steering) -> "SteeredLibrary":
        return SteeredLibrary(self._library, self.log, steering)


class ScriptedFitter:
    """Keeps what it was given; its policy tells how many examples it had."""

    def __init__(self) -> None:
        self.given: list[list[Example[Any]]] = []

    def __call__(self, examples: Sequence[Example[Any]], bench: Bench[Any]) -> Policy:
        self.given.append(list(examples))
        return replace(bench.start.policy, recency=float(len(examples)))


NUM = 12


def records(published: SimpleNamespace, **changes: Any) -> list[dict[str, Any]]:
    """Twelve questions; every two neighbours share a minute of evidence."""
    minute = [n // 2 for n in range(NUM)]
    return [
        published.egolife_record(
            n, answer="ABCD"[n % 4], target_time={"date": "DAY1", "time": f"11{minute[n]:02}1500"}, **changes
        )
        for n in range(NUM)
    ]


@pytest.fixture
def ego(tmp_path: Path, published: SimpleNamespace) -> Dataset[Any]:
    return egolife.read(published.write_egolife(tmp_path / "ego", records(published)))


@pytest.fixture
def options(tmp_path: Path, library: Any) -> RunOptions:
    return RunOptions(tmp_path / "m", open_memory=SteeredLibrary(library, []))


def run(dataset: Dataset[Any], options: RunOptions, fitter: Any, num_folds: int = 3) -> Any:
    return run_folds(dataset, Path("ego"), options, {}, fit=fitter, num_folds=num_folds)


def test_a_scripted_library_can_be_steered(options: RunOptions) -> None:
    assert isinstance(options.open_memory, Steerable)


def test_the_held_out_fold_never_reaches_the_fitter(ego: Dataset[Any], options: RunOptions, library: Any) -> None:
    fitter = ScriptedFitter()
    run(ego, options, fitter)
    *folds, everything = fitter.given
    every = {case.question.id for case in ego.cases}
    assert {one.question.id for one in everything} == every
    held = [every - {one.question.id for one in given} for given in folds]
    assert set().union(*held) == every
    assert sum(map(len, held)) == NUM
    minutes = {case.question.id: ego.minutes(case.question, case.gold()) for case in ego.cases}  # type: ignore[misc]
    for given, apart in zip(folds, held, strict=True):
        seen = frozenset().union(*(minutes[one.question.id] for one in given))
        assert all(minutes[name].isdisjoint(seen) for name in apart)


def test_held_out_questions_are_asked_with_what_the_other_folds_gave(ego: Dataset[Any], options: RunOptions) -> None:
    fitter = ScriptedFitter()
    run(ego, options, fitter)
    sizes = [float(len(given)) for given in fitter.given]
    assert [policy.recency for policy in options.open_memory.log] == sizes  # type: ignore[union-attr]
    assert sizes[-1] == NUM
    assert all(size < NUM for size in sizes[:-1])


def test_other_gold_of_the_held_out_fold_changes_nothing_a_fitter_gets(
    tmp_path: Path, published: SimpleNamespace, options: RunOptions
) -> None:
    def fitted(folder: str, **changes: Any) -> list[list[Example[Any]]]:
        asked = records(published)
        asked[0] |= changes  # question 0 alone is other, at the same minute
        fitter = ScriptedFitter()
        run(egolife.read(published.write_egolife(tmp_path / folder, asked)), options, fitter)
        return fitter.given

    true, changed = fitted("true"), fitted("changed", answer="D", choice_d="XGOLDX")
    without = [i for i, examples in enumerate(true) if all(one.question.id != "A1_ANN-0" for one in examples)]
    assert len(without) == 1
    assert [true[i] for i in without] == [changed[i] for i in without]
    assert true[-1] != changed[-1]
    assert "XGOLDX" not in repr([changed[i] for i in without])


def test_fitted_and_held_out_figures_are_over_the_same_questions(ego: Dataset[Any], options: RunOptions) -> None:
    report = run(ego, options, ScriptedFitter())
    assert report.held_out is not None
    assert report.num_scored == NUM
    assert {name: f.num for name, f in report.figures[ALL].items()} == {n: f.num for n, f in report.held_out.figures[ALL].items()}
    assert report.held_out.num_folds == 3
    assert report.held_out.policies[-1] == f"recency={NUM}"
    assert len(report.held_out.policies) == 4
    assert report.settings["folds"] == 3


def test_a_memory_that_does_not_mind_the_policy_is_as_good_held_out(ego: Dataset[Any], options: RunOptions) -> None:
    report = run(ego, options, ScriptedFitter())
    assert report.held_out.figures == report.figures


@pytest.mark.parametrize("num_folds", [1, 7, 100])
def test_too_few_groups_for_the_folds_are_named(ego: Dataset[Any], options: RunOptions, num_folds: int) -> None:
    with pytest.raises(InvalidInputError, match=f"between 2 and the 6 groups of questions that share no minute, got {num_folds}"):
        run(ego, options, ScriptedFitter(), num_folds)


def test_a_data_set_without_places_cannot_be_folded(ego: Dataset[Any], options: RunOptions) -> None:
    with pytest.raises(InvalidInputError, match="does not say where the evidence of a question lies"):
        run(replace(ego, minutes=None), options, ScriptedFitter())


@pytest.mark.parametrize("name", ["egolife", "nextgqa", "locomo"])
def test_every_data_set_says_where_its_evidence_lies(name: str, tmp_path: Path, published: SimpleNamespace) -> None:
    readers = {"egolife": egolife, "nextgqa": nextgqa, "locomo": locomo}
    folder = {
        "egolife": lambda: published.write_egolife(tmp_path / name, records(published)),
        "nextgqa": lambda: published.write_nextgqa(tmp_path / name),
        "locomo": lambda: published.write_locomo(tmp_path / name),
    }[name]()
    dataset: Dataset[Any] = readers[name].read(folder)  # type: ignore[attr-defined]
    assert dataset.minutes is not None
    found = [dataset.minutes(case.question, case.gold()) for case in dataset.cases]
    assert any(found)
    assert all(isinstance(stream, str) and minute >= 0 for places in found for stream, minute in places)
    assert dataset.objective in dataset.headline


def test_questions_about_one_minute_are_one_group() -> None:
    places = {"a": {1}, "b": {1, 2}, "c": {3}, "d": {2}, "e": set(), "f": set()}
    assert groups_of(places) == [("a", "b", "d"), ("c",), ("e",), ("f",)]


def test_groups_do_not_depend_on_the_order_of_questions() -> None:
    rng = random.Random(5)
    places = {f"q{n}": {rng.randrange(60) for _ in range(rng.randrange(3))} for n in range(80)}
    shuffled = dict(rng.sample(list(places.items()), len(places)))
    groups = groups_of(places)
    assert groups == groups_of(shuffled)
    assert sorted(name for group in groups for name in group) == sorted(places)
    for number, one in enumerate(groups):
        mine = set().union(*(places[name] for name in one))
        others = (places[name] for group in groups[number + 1 :] for name in group)
        assert all(mine.isdisjoint(other) for other in others)


def test_folds_are_of_about_one_size_and_the_same_every_time() -> None:
    groups = [(f"q{n}",) for n in range(100)]
    folds = folds_of(groups, 5)
    assert folds == folds_of(groups[::-1], 5)
    assert [len(fold) for fold in folds] == [20] * 5
    assert folds_of(groups, 5, seed=1) != folds
