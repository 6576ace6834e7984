"""Two saved runs are compared question by question, or refused because they answer different questions."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scipy.stats import binomtest

from apps.evaluate.comparing import compare, mcnemar_p
from apps.evaluate.markdown import markdown, rows_of
from apps.evaluate.report import ALL, QuestionMarks
from apps.evaluate.runs import RunOptions, run_locomo
from apps.evaluate.saved import SavedRun, read_run
from mmmem.errors import InvalidInputError, SourceError


def run(marks: Mapping[str, Mapping[str, bool | float]], name: str = "a", **changes: Any) -> SavedRun:
    rows = {key: QuestionMarks(key, "t", f"What is {key}?", None, False, 0.5, values) for key, values in marks.items()}
    whole = {"dataset": "egolife", "headline": ("right",), "settings": {}, "figures": {}, "held_out": None, "questions": rows}
    return SavedRun(name, **(whole | changes))


@pytest.mark.parametrize(("only_first", "only_second"), [(0, 0), (1, 0), (5, 0), (3, 9), (26, 40), (7, 7), (0, 60)])
def test_p_is_that_of_an_exact_binomial_test(only_first: int, only_second: int) -> None:
    num = only_first + only_second
    expected = binomtest(only_first, num, 0.5).pvalue if num else 1.0
    assert mcnemar_p(only_first, only_second) == mcnemar_p(only_second, only_first) == pytest.approx(expected)


def test_a_comparison_by_hand() -> None:
    first = run({"1": {"right": True}, "2": {"right": True}, "3": {"right": False}, "4": {"right": False}})
    second = run({"1": {"right": True}, "2": {"right": False}, "3": {"right": True}, "4": {"right": True}}, "b")
    (found,) = compare(first, second).differences
    assert (found.first, found.second, found.difference) == (0.5, 0.75, 0.25)
    assert (found.num_only_first, found.num_only_second, found.num) == (1, 2, 4)
    assert found.p == 1.0
    assert found.low <= found.difference <= found.high


def test_a_mean_has_an_interval_and_no_p() -> None:
    first = run({str(n): {"share": n / 10} for n in range(10)})
    second = run({str(n): {"share": n / 10 + 0.05} for n in range(10)}, "b")
    (found,) = compare(first, second).differences
    assert (found.kind, found.p, found.num_only_first) == ("mean", None, None)
    assert found.difference == pytest.approx(0.05)
    assert (found.low, found.high) == (pytest.approx(0.05), pytest.approx(0.05))  # every question gained the same


def test_a_run_against_itself_differs_in_nothing() -> None:
    one = run({str(n): {"right": n % 3 == 0, "share": n / 7} for n in range(7)})
    assert all(
        (found.difference, found.low, found.high, found.p or 1.0) == (0, 0, 0, 1) for found in compare(one, one).differences
    )


def test_swapping_the_runs_turns_the_sign_and_keeps_p() -> None:
    first = run({str(n): {"right": n % 2 == 0} for n in range(12)})
    second = run({str(n): {"right": n % 3 == 0} for n in range(12)}, "b")
    (there,), (back,) = compare(first, second).differences, compare(second, first).differences
    assert (there.difference, there.p) == (pytest.approx(-back.difference), back.p)
    assert (there.num_only_first, there.num_only_second) == (back.num_only_second, back.num_only_first)


def test_runs_over_different_questions_are_refused_and_say_which() -> None:
    first = run({"1": {"right": True}, "2": {"right": True}})
    second = run({"2": {"right": True}, "3": {"right": True}, "4": {"right": True}}, "b")
    with pytest.raises(InvalidInputError, match=r"1 only in a \(1\); 2 only in b \(3, 4\)\. Make both with the same data"):
        compare(first, second)


def test_the_same_ids_with_other_words_are_other_questions() -> None:
    first = run({"1": {"right": True}})
    reworded = QuestionMarks("1", "t", "Something else?", None, False, 0.5, {"right": True})
    with pytest.raises(InvalidInputError, match=r"1 of other words \(1\)"):
        compare(first, run({}, "b", questions={"1": reworded}))


def test_runs_of_two_data_sets_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="a is a run of egolife, b of locomo; compare like with like"):
        compare(run({}), run({}, "b", dataset="locomo"))


@pytest.fixture
def saved(tmp_path: Path, published: SimpleNamespace, library: Any) -> Callable[..., Path]:
    folder = published.write_locomo(tmp_path / "talks")

    def save(name: str, **options: Any) -> Path:
        report = run_locomo(folder, RunOptions(tmp_path / "m", open_memory=library.open, **options))
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(report.to_json()))
        return file

    return save


def test_a_run_is_read_back_with_a_row_for_every_question(saved: Callable[..., Path]) -> None:
    file = saved("one")
    read = read_run(file)
    written = json.loads(file.read_text())
    assert list(read.questions) == ["c1-0", "c1-1", "c1-2", "c1-3"]
    assert (read.name, read.dataset, read.label) == ("one", "locomo", "words alone")
    assert {name: figure.value for name, figure in read.figures.items()} == {
        name: figure["value"] for name, figure in written["figures"][ALL].items()
    }
    marks = [row.marks["recall@10"] for row in read.questions.values() if "recall@10" in row.marks]
    assert sum(marks) / len(marks) == pytest.approx(read.figures["recall@10"].value)


def test_saved_runs_compare(saved: Callable[..., Path]) -> None:
    one = read_run(saved("one"))
    assert {found.difference for found in compare(one, one).differences} == {0.0}
    part = read_run(saved("part", limit=2))
    with pytest.raises(InvalidInputError, match=r"2 only in one \(c1-2, c1-3\)"):
        compare(one, part)


@pytest.mark.parametrize(
    ("text", "error", "fault"),
    [
        ("{", InvalidInputError, "is not JSON"),
        ('{"dataset": "egolife"}', InvalidInputError, "is no run of this version .*make it anew with 'mmmem eval"),
        ("[1]", InvalidInputError, "is no run of this version"),
    ],
)
def test_a_file_that_is_no_run_is_named(tmp_path: Path, text: str, error: type[Exception], fault: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(error, match=fault):
        read_run(tmp_path / "run.json")


def test_a_run_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is missing"):
        read_run(tmp_path / "none.json")


def test_the_table_has_a_row_for_each_figure_and_a_column_for_each_way(saved: Callable[..., Path]) -> None:
    one = read_run(saved("one"))
    other = SavedRun("two", one.dataset, one.headline, {"text_embedder": "minilm", "without": ["recency"]}, one.figures, None, {})
    table = markdown([one, other]).splitlines()
    assert table[0] == "| data set | figure | questions | words alone | minilm, without recency | chance |"
    assert [line.count("|") for line in table] == [7] * len(table)
    shown = [row["figure"] for row in rows_of([one, other])]
    assert shown == [name for name in one.figures if name in one.headline]
    assert len(rows_of([one], every=True)) == len(one.figures)
    f = one.figures["recall@10"]
    assert f"| {f.value:.3f} ({f.low:.3f} to {f.high:.3f}) |" in next(line for line in table if "recall@10" in line)


def test_held_out_figures_have_a_column_of_their_own(saved: Callable[..., Path]) -> None:
    one = read_run(saved("one"))
    folded = SavedRun("f", one.dataset, one.headline, {}, one.figures, one.figures, {})
    assert "words alone, fitted | words alone, held out" in markdown([folded]).splitlines()[0]
