"""`mmmem ask --chat` through the real client: kept answers, their end when something is forgotten, wordings, bounds."""

import json
from typing import Any

import pytest
from enrich_world import SECRET, Cli
from scripted_server import Script, says

from mmmem.chat.cached import CACHE

QUESTION = f"Why is {SECRET} so happy with the carpet?"


@pytest.fixture
def asking(cli: Cli, memory_dir, model: Script) -> Any:
    """Asks with the scripted model; what it is told is a judgement that names the first evidence."""
    judged = {"answer": f"because {SECRET} hides the ring", "evidence_numbers": [1], "sufficient": True, "confidence": 0.9}
    model.default = says(json.dumps(judged))

    def ask(*more: str):
        return cli("ask", QUESTION, "-m", memory_dir, "--chat", f"{model.url}#tiny", "--chat-always", *more)

    return ask


def kept(memory_dir) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(memory_dir.rglob("*")) if path.is_file())


def test_the_same_question_is_asked_once(asking, memory_dir, model):
    first, second = asking(), asking()
    assert first.code == 0
    assert first.stdout == second.stdout
    assert f"because {SECRET} hides the ring" in first.stdout
    assert len(model.bodies) == 1
    assert list((memory_dir / CACHE).rglob("*.json"))


def test_no_cache_asks_again_and_keeps_nothing(asking, memory_dir, model):
    asking("--no-cache")
    asking("--no-cache")
    assert len(model.bodies) == 2
    assert not (memory_dir / CACHE).exists()


def test_forgetting_leaves_no_byte_of_a_kept_answer(asking, cli: Cli, memory_dir):
    asking()
    assert SECRET.encode() in kept(memory_dir / CACHE)
    assert cli("forget", "--name", SECRET, "-m", memory_dir, "--yes").code == 0
    assert SECRET.encode() not in kept(memory_dir)


def test_an_answer_is_worded_with_the_numbers_of_its_evidence(asking, model):
    worded = f"Because {SECRET} hides the ring, seen at {{time of [1]}} [1]."
    model.queue = [model.default, says(json.dumps({"text": worded}))]
    ran = asking("--phrase")
    assert ran.stdout.startswith(f"Because {SECRET} hides the ring, seen at DAY1 09:12:00 [1].")


@pytest.mark.parametrize(
    "arguments", [("--phrase",), ("--prices", "1/2"), ("--chat-share", "0.5"), ("--no-cache",), ("--budget", "3s")]
)
def test_options_about_a_model_need_one(cli: Cli, memory_dir, arguments):
    ran = cli("ask", "Where is the ring?", "-m", memory_dir, *arguments)
    assert ran.code == 2
    assert "name one with --chat" in ran.stderr


def test_money_bounds_a_question_when_prices_are_given(asking, model):
    ran = asking("--budget", "$0.000001", "--prices", "1/1", "--explain")
    assert model.bodies == []
    assert "the core answer stands" in ran.stdout


def test_ingest_lets_a_model_go_over_what_it_took_in(cli: Cli, tmp_path, model):
    track = tmp_path / "walk.srt"
    track.write_text(
        "".join(f"{i + 1}\n00:00:{5 * i:02d},000 --> 00:00:{5 * i + 2:02d},000\nAnn washes plate {i}.\n\n" for i in range(4))
    )
    arguments = ("ingest", track, "-m", tmp_path / "m", "--chat", f"{model.url}#tiny")
    only_estimated = cli(*arguments)
    assert (only_estimated.code, model.bodies) == (0, [])
    assert "at most: 2 calls" in only_estimated.stdout
    ran = cli(*arguments, "--budget", "20k tokens")
    assert "made: 1 summary, 1 facts" in ran.stdout
    assert cli("summaries", "-m", tmp_path / "m", "--level", "minutes").stdout.count("Recorded was") == 1
    assert "name one with --chat" in cli("ingest", track, "-m", tmp_path / "m", "--budget", "3s").stderr


def test_summaries_are_shown_to_the_judge_as_of_the_question(cli: Cli, memory_dir, model):
    cli("enrich", "-m", memory_dir, "--chat", f"{model.url}#tiny", "--task", "summary", "--yes")
    arguments = ("ask", QUESTION, "-m", memory_dir, "--chat", f"{model.url}#tiny", "--chat-always")
    cli(*arguments)
    late = [row for row in model.words().splitlines() if "| summary |" in row]
    cli(*arguments, "--asked-at", "DAY1 09:30:00")
    early = [row for row in model.words().splitlines() if "| summary |" in row]
    assert len(late) == 3
    assert len(early) == 1
    assert f"| summary | Recorded was: {SECRET}" in early[0]


def test_a_summary_can_be_opened(cli: Cli, memory_dir, model):
    cli("enrich", "-m", memory_dir, "--chat", f"{model.url}#tiny", "--task", "summary", "--yes")
    shown = json.loads(cli("summaries", "-m", memory_dir, "--json").stdout)["summaries"][0]
    ran = cli("show", f"summary:{shown['id']}", "-m", memory_dir)
    assert ran.code == 0
    assert shown["text"][:60] in " ".join(ran.stdout.split())
    assert "There is no summary:999" in cli("show", "summary:999", "-m", memory_dir).stderr
