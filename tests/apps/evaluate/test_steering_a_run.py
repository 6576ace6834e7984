"""What a run changes about recall: parts off, numbers set, one number swept, the loop of another paper."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from apps.evaluate import command
from apps.evaluate.building import Opener
from apps.evaluate.policies import Steering, steering, sweep
from apps.evaluate.runs import RunOptions, run_egolife
from mmmem.agent.escalation import ModelTier
from mmmem.agent.policy import PARTS, default_policy
from mmmem.agent.worldmm import WINDOWS
from mmmem.errors import InvalidInputError, ModelError, UnknownNameError


def test_the_product_is_steered_by_nothing() -> None:
    assert steering() == Steering()
    assert steering().policy == default_policy()
    assert steering().settings() == {"policy": "", "without": [], "changes": {}}


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_part_goes_off_and_is_written_down(part: str) -> None:
    made = steering(without=f" {part} ,")
    assert made.policy == default_policy().without(part)
    assert made.settings()["without"] == [part]


def test_numbers_are_set_one_by_one_and_parts_go_off_after_that() -> None:
    made = steering(without="neighbours", changes=["recency=0.5", "neighbours=3"])
    assert made.policy == replace(default_policy(), recency=0.5, neighbours=0.0)
    assert made.changes == {"recency": 0.5, "neighbours": 3.0}


def test_a_file_gives_every_number(tmp_path: Path) -> None:
    numbers = asdict(default_policy()) | {"recency": 0.125}
    (tmp_path / "p.toml").write_text("".join(f"{name} = {value}\n" for name, value in numbers.items()))
    made = steering(str(tmp_path / "p.toml"))
    assert made.policy == replace(default_policy(), recency=0.125)
    assert made.settings()["policy"].endswith("p.toml")


def test_the_other_loop_is_a_name() -> None:
    assert steering("worldmm").is_worldmm
    assert not steering().is_worldmm


def test_the_other_loop_may_have_windows_of_one_length() -> None:
    assert steering("worldmm").windows_ns == tuple(WINDOWS)
    assert steering("worldmm:3min").windows_ns == (180 * 10**9,)
    assert steering("worldmm:3min").is_worldmm
    assert steering("worldmm:3min").settings()["policy"] == "worldmm:3min"
    with pytest.raises(UnknownNameError, match="Did you mean '3min'"):
        steering("worldmm:3mins")


def test_a_sweep_is_a_number_and_its_values() -> None:
    assert sweep("recency=0, 0.25,1") == ("recency", (0.0, 0.25, 1.0))


@pytest.mark.parametrize(
    ("text", "error", "fault"),
    [
        ("recensy=0,1", UnknownNameError, "Did you mean 'recency'"),
        ("recency=1", InvalidInputError, "at least two numbers"),
        ("recency=1,x", InvalidInputError, "'x' in 'recency=1,x' is no number"),
    ],
)
def test_a_sweep_that_cannot_be_read_is_named(text: str, error: type[Exception], fault: str) -> None:
    with pytest.raises(error, match=fault):
        sweep(text)


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COLUMNS", "140")
    return lambda *arguments: CliRunner().invoke(command.app, [str(argument) for argument in arguments])


@pytest.fixture
def ego(tmp_path: Path, published: SimpleNamespace) -> Path:
    return published.write_egolife(tmp_path / "ego", [published.egolife_record(n) for n in range(2)])  # type: ignore[no-any-return]


def test_ablations_and_the_other_loop_ask_one_kept_memory(call: Any, ego: Path, tmp_path: Path) -> None:
    ways = ([], ["--without", "recency,choices"], ["--policy", "worldmm"], ["--policy", "worldmm:1h"], ["--set", "meaning=1"])
    reports = [json.loads(call("egolife", ego, "-m", tmp_path / "kept", "--json", *way).stdout) for way in ways]
    assert [report["memories"][0]["reused"] for report in reports] == [False, True, True, True, True]
    assert [report["num_scored"] for report in reports] == [2] * 5
    assert [(r["settings"]["policy"], r["settings"]["without"], r["settings"]["changes"]) for r in reports] == [
        ("", [], {}), ("", ["recency", "choices"], {}), ("worldmm", [], {}), ("worldmm:1h", [], {}), ("", [], {"meaning": 1.0}),
    ]  # fmt: skip


def test_a_sweep_runs_once_for_each_value(call: Any, ego: Path) -> None:
    swept = json.loads(call("egolife", ego, "--sweep", "recency=0,1,2", "--json").stdout)
    assert [report["settings"]["changes"] for report in swept] == [{"recency": value} for value in (0.0, 1.0, 2.0)]
    shown = call("egolife", ego, "--sweep", "recency=0,1,2").stdout
    assert all(words in shown for words in ("egolife: recency", "accuracy", "│  0 │", "│  2 │") if "│" not in words)


def test_runs_are_compared_and_tabled_on_the_command_line(call: Any, ego: Path, tmp_path: Path) -> None:
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    for file, way in zip(files, ([], ["--without", "recency"]), strict=True):
        file.write_text(call("egolife", ego, "--json", *way).stdout)
    compared = json.loads(call("compare", *files, "--json").stdout)
    assert (compared["first"], compared["second"]) == ("words alone", "words alone, without recency")
    assert {one["figure"] for one in compared["differences"]} >= {"accuracy", "hit@15 strict, with choices"}
    shown = call("compare", *files).stdout
    assert all(words in shown for words in ("A: words alone", "only A", "accuracy", "McNemar"))
    assert "| egolife | accuracy | 2 |" in call("table", *files).stdout
    assert json.loads(call("table", *files, "--json").stdout)[0]["figure"] == "accuracy"


def test_a_sweep_and_folds_exclude_each_other(call: Any, ego: Path) -> None:
    result = call("egolife", ego, "--sweep", "recency=0,1", "--folds", "2")
    assert isinstance(result.exception, InvalidInputError)
    assert "give one of the two" in str(result.exception)


class SilentChat:
    """A language model that cannot be reached; counts who tried."""

    name = "silent"
    parameters: dict[str, object] = {}  # noqa: RUF012

    def __init__(self) -> None:
        self.num_asked = 0

    def complete(self, *_: Any, **__: Any) -> Any:
        self.num_asked += 1
        raise ModelError("nobody there")


@pytest.mark.parametrize("loop", [None, "worldmm"])
def test_a_model_that_is_given_is_asked_and_its_failure_leaves_the_answers(loop: str | None, ego: Path, tmp_path: Path) -> None:
    chat = SilentChat()
    opener = Opener(None, steering(loop), ModelTier(chat, always=True))
    asked = run_egolife(ego, RunOptions(tmp_path / "m", open_memory=opener))
    alone = run_egolife(ego, RunOptions(tmp_path / "m", steering=steering(loop)))
    assert chat.num_asked > 0
    assert asked.figures == alone.figures
    assert not asked.errors


def test_a_budget_without_a_model_is_refused(call: Any, ego: Path) -> None:
    result = call("egolife", ego, "--budget", "20k tokens")
    assert isinstance(result.exception, InvalidInputError)
    assert "name one with --chat" in str(result.exception)
