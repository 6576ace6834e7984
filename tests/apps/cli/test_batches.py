"""Many questions at once: one line in, one line out, with the same id."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from cli_world import Cli

from mmmem.clock import NS_PER_S

EVIDENCE = {"source", "id", "stream", "start_ns", "end_ns", "score", "text"}


def batch_file(folder: Path, lines: list[Any]) -> Path:
    path = folder / "questions.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def records(stdout: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stdout.splitlines()]


QUESTIONS = [
    {"id": 7, "text": "Where are the keys?", "asked_at": 20 * NS_PER_S},
    {"id": "späte", "text": "Where are the keys?", "asked_at": "0:30", "k": 2},
    {"id": 9, "text": "Where are the keys?", "choices": ["in the cellar", "on the blue shelf"]},
    {"id": 10, "text": "Who repaired the helicopter?", "asked_at": None},
]


def test_each_line_is_answered_with_its_id_and_every_field(cli: Cli, remembered: Path, tmp_path: Path) -> None:
    ran = cli("ask", "--batch", batch_file(tmp_path, QUESTIONS), "-m", remembered, "--json")
    early, late, chosen, unknown = records(ran.stdout)
    assert ran.code == 0
    assert [early["id"], late["id"], chosen["id"], unknown["id"]] == [7, "späte", 9, 10]
    assert {"text", "choice", "value", "confidence", "abstained", "reason", "evidence"} <= set(early)
    assert all(set(one) == EVIDENCE for answer in (early, late, chosen) for one in answer["evidence"])
    assert "green drawer" in early["text"]
    assert "blue shelf" in late["text"]
    assert len(late["evidence"]) <= 2
    assert (chosen["choice"], chosen["text"]) == (1, "on the blue shelf")
    assert unknown["abstained"]
    assert unknown["reason"]


def test_a_batch_answers_as_single_questions_do(cli: Cli, remembered: Path, tmp_path: Path) -> None:
    several = records(cli("search", "--batch", batch_file(tmp_path, QUESTIONS), "-m", remembered, "--json").stdout)
    alone = json.loads(cli("search", "Where are the keys?", "--asked-at", "0:20", "-m", remembered, "--json").stdout)
    assert several[0]["evidence"] == alone["evidence"]
    assert [set(line) for line in several] == [{"id", "evidence"}] * len(QUESTIONS)
    scores = [one["score"] for one in several[0]["evidence"]]
    assert scores == sorted(scores, reverse=True)


def test_a_line_is_asked_as_of_its_time(cli: Cli, remembered: Path, tmp_path: Path) -> None:
    lines = [{"id": t, "text": "keys", "asked_at": t * NS_PER_S} for t in (5, 14, 30)]
    found = records(cli("search", "--batch", batch_file(tmp_path, lines), "-m", remembered).stdout)
    assert found[0]["evidence"] == []
    for line in found:
        assert all(one["end_ns"] <= line["id"] * NS_PER_S for one in line["evidence"])


BAD_LINES = [
    ("{not json", "not JSON"),
    ("[" * 100_000, "not JSON"),
    ("[1, 2]", "one JSON object"),
    ({"id": "b", "asked_at": 5 * NS_PER_S}, "text must be"),
    ({"id": "b", "text": " "}, "empty"),
    ({"id": "b", "text": "Who?", "asked_at": 20.5}, "asked_at"),
    ({"id": "b", "text": "Who?", "asked_at": True}, "asked_at"),
    ({"id": "b", "text": "Who?", "asked_at": -1}, "outside"),
    ({"id": "b", "text": "Who?", "asked_at": 2**64}, "outside"),
    ({"id": "b", "text": "Who?", "asked_at": "soon"}, "soon"),
    ({"id": "b", "text": "Who?", "choices": ["one"]}, "two choices"),
    ({"id": "b", "text": "Who?", "choices": "ab"}, "list of texts"),
    ({"id": "b", "text": "Who?", "k": 0}, "at least 1"),
    ({"id": "b", "text": "Who?", "k": "3"}, "whole number"),
    ({"id": "b", "text": "Who?", "stream": "wlak"}, "Did you mean 'walk'"),
    ({"id": "b", "text": "Who?", "window": "0:20..0:10"}, "not after its start"),
]


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(("bad", "words"), BAD_LINES)
def test_a_bad_line_is_named_and_the_others_are_answered(
    cli: Cli, remembered: Path, tmp_path: Path, command: str, bad: Any, words: str
) -> None:
    batch = batch_file(tmp_path, [QUESTIONS[0], bad, "", QUESTIONS[1]])
    ran = cli(command, "--batch", batch, "-m", remembered, "--json")
    first, refused, last = records(ran.stdout)
    assert ran.code == 2
    assert (first["id"], last["id"]) == (7, "späte")
    assert refused["id"] == (bad.get("id") if isinstance(bad, dict) else None)
    assert refused["line"] == 2
    assert words in refused["error"]
    assert "evidence" not in refused
    assert ran.error_lines[0].startswith("error: line 2: ")
    assert ran.error_lines[1] == "1 of 3 lines was not answered"


def test_a_field_that_nobody_reads_is_told_once(cli: Cli, remembered: Path, tmp_path: Path) -> None:
    lines = [{**QUESTIONS[0], "askedat": 3}, {**QUESTIONS[1], "askedat": 3}]
    ran = cli("search", "--batch", batch_file(tmp_path, lines), "-m", remembered)
    assert ran.code == 0
    assert len(ran.error_lines) == 1
    assert "'askedat'" in ran.error_lines[0]


@pytest.mark.parametrize(
    ("asked_at", "words"),
    [(35, "very beginning"), (999_999, "very beginning"), (1714735205, "seconds"), (1714735205123, "milliseconds since 1970")],
)
def test_a_time_in_another_unit_is_taken_and_doubted_once(
    cli: Cli, remembered: Path, tmp_path: Path, asked_at: int, words: str
) -> None:
    lines = [{**QUESTIONS[0], "asked_at": asked_at}] * 2
    ran = cli("search", "--batch", batch_file(tmp_path, lines), "-m", remembered)
    assert ran.code == 0
    assert len(records(ran.stdout)) == 2
    assert len(ran.error_lines) == 1
    assert words in ran.error_lines[0]


@pytest.mark.parametrize("asked_at", [0, 5 * NS_PER_S, 25 * 60 * NS_PER_S])
def test_plain_nanoseconds_are_not_doubted(cli: Cli, remembered: Path, tmp_path: Path, asked_at: int) -> None:
    ran = cli("search", "--batch", batch_file(tmp_path, [{**QUESTIONS[0], "asked_at": asked_at}]), "-m", remembered)
    assert (ran.code, ran.stderr) == (0, "")


@pytest.mark.parametrize(("asked_at", "unit"), [(1714735205, "seconds"), (1714735205000, "milliseconds"), (35, "another unit")])
def test_dates_in_another_unit_are_refused_with_its_name(cli: Cli, tmp_path: Path, asked_at: int, unit: str) -> None:
    track = tmp_path / "day.jsonl"
    track.write_text('{"time": "2024-05-03T11:20:05Z", "text": "C opens the door"}\n', encoding="utf-8")
    assert cli("ingest", track, "-m", tmp_path / "m").code == 0
    ran = cli("search", "--batch", batch_file(tmp_path, [{"text": "door", "asked_at": asked_at}]), "-m", tmp_path / "m")
    assert ran.code == 2
    assert unit in records(ran.stdout)[0]["error"]


def test_questions_come_from_stdin(cli: Cli, remembered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(QUESTIONS[0]) + "\n"))
    assert [line["id"] for line in records(cli("ask", "--batch", "-", "-m", remembered).stdout)] == [7]
