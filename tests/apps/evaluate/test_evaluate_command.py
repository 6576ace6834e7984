"""`mmmem eval`: stdout is data, stderr is talk."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from apps.evaluate import command, runs
from mmmem.errors import InvalidInputError, MmmemError, UnknownNameError


@pytest.fixture
def call(library: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(runs, "Opener", lambda *_, **__: library.open)
    monkeypatch.setenv("COLUMNS", "140")
    return lambda *arguments: CliRunner().invoke(command.app, [str(argument) for argument in arguments])


@pytest.fixture
def talks(tmp_path: Path, published: SimpleNamespace) -> Path:
    return published.write_locomo(tmp_path / "talks")  # type: ignore[no-any-return]


def test_json_is_all_that_stdout_gets(call: Any, talks: Path) -> None:
    result = call("locomo", talks, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["dataset"] == "locomo"
    assert report["figures"]["all"]["recall@10"]["num"] == 3
    assert "ask conversations" in result.stderr


def test_the_table_shows_figures_types_chance_and_latency(call: Any, talks: Path) -> None:
    result = call("locomo", talks)
    assert result.exit_code == 0, result.output
    for words in ("locomo: 4 of 4 questions", "recall@10", "95 %", "chance", "2 temporal", "5 adversarial", "ask: p50"):
        assert words in result.stdout


def test_what_is_left_out_is_in_the_table(call: Any, tmp_path: Path, published: SimpleNamespace) -> None:
    result = call("nextgqa", published.write_nextgqa(tmp_path / "next"))
    assert "left out: 1 questions: 1 of 3 videos have no captions" in result.stdout


def test_lines_are_written_on_request(call: Any, talks: Path, tmp_path: Path) -> None:
    out = tmp_path / "lines.jsonl"
    assert call("locomo", talks, "--out", out, "--limit", "2").exit_code == 0
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["c1-0", "c1-1"]


def test_a_kept_memory_is_asked_again(call: Any, talks: Path, tmp_path: Path, library: Any) -> None:
    for _ in range(2):
        result = call("locomo", talks, "--memory", tmp_path / "kept", "--json")
    assert json.loads(result.stdout)["memories"][0]["reused"]
    assert library.num_opened_to_write == 1


def test_an_interrupted_run_prints_its_figures_and_says_so(call: Any, talks: Path, library: Any) -> None:
    library.answers["Which bird has Bob?"] = KeyboardInterrupt()
    result = call("locomo", talks)
    assert result.exit_code == command.INTERRUPTED
    assert "Interrupted" in result.stdout
    assert "left out: 2 questions: interrupted before them" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "error", "fault"),
    [
        (("egolive", "."), UnknownNameError, "Did you mean 'egolife'"),
        (("egolife", ".", "--without", "recensy"), UnknownNameError, "Did you mean 'recency'"),
        (("egolife", ".", "--set", "recency"), InvalidInputError, "must be NAME=NUMBER"),
        (("egolife", ".", "--set", "recency=much"), InvalidInputError, "'much' in 'recency=much' is no number"),
        (("egolife", ".", "--policy", "none.toml"), InvalidInputError, "Cannot read the policy"),
        (("egolife", "no/such/folder"), MmmemError, "does not exist"),
    ],
)
def test_mistakes_are_named(call: Any, arguments: tuple[str, ...], error: type[Exception], fault: str) -> None:
    result = call(*arguments)
    assert isinstance(result.exception, error)
    assert fault in str(result.exception)
