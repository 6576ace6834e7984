"""What `--explain` says about a question before it says what was looked at."""

import json
from dataclasses import fields
from pathlib import Path

import pytest
from cli_world import Cli

from apps.cli.plans import plan_json, plan_pairs
from mmmem.agent.question import Question, parse_question
from mmmem.clock import Calendar

DAYS = Calendar("days")


def pairs(text: str, *, asked_at: str = "DAY3 14:00", choices: tuple[str, ...] = ()) -> dict[str, str]:
    question = parse_question(text, asked_at_ns=DAYS.parse(asked_at), calendar=DAYS, choices=choices)
    return plan_pairs(question, DAYS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who cooked yesterday?", {"asked for": "who", "when": "only in DAY2 00:00:00 - DAY3 00:00:00"}),
        ("How many cups did we buy?", {"asked for": "how many", "counted": "cups", "I": "the wearer of the camera"}),
        ("Which app did I use last time?", {"asked for": "what (app)", "when": "the last time"}),
        ("When did the third person leave?", {"which": "3rd", "when": "any time"}),
        ("What did I say the 12th time I fell?", {"when": "the 12th time", "placed by": "while: I fell"}),
        ("What did Tom say after lunch?", {"channel": "what was said", "placed by": "after: lunch"}),
        ("Who sings at night?", {"when": "rather from 18:00:00 to 6:00:00 the next day, any day"}),
        ("What will we do tomorrow?", {"when": "a time to come", "aspect": "plan"}),
        ("Who mentioned durian before?", {"when": "before what is going on when asked"}),
        ("Who hasn't eaten eggs?", {"polarity": "what is or was not so"}),
        ("Who sat here the second to last time?", {"when": "the 2nd to last time"}),
    ],
)
def test_every_part_of_a_plan_is_said_in_words(text: str, expected: dict[str, str]) -> None:
    said = pairs(text)
    assert {name: said.get(name) for name in expected} == expected


def test_what_a_question_does_not_say_is_not_printed() -> None:
    assert set(pairs("Who cooked?")) == {"asked for", "aspect", "channel", "when", "search words"}


def test_explain_prints_the_plan_between_the_evidence_and_the_steps(cli: Cli, remembered: Path) -> None:
    lines = cli("ask", "Where were my keys before 0:20?", "-m", remembered, "--explain").stdout.splitlines()
    at = lines.index("plan")
    assert lines[at + 1].split(None, 2) == ["asked", "for", "where"]
    assert any(line.startswith("when") and "only in 0:00 - 0:20" in line for line in lines[at:])
    assert any(line.startswith("source") for line in lines[at:])


def test_the_plan_is_only_shown_when_asked_for(cli: Cli, remembered: Path) -> None:
    assert "plan" not in cli("ask", "Where are the keys?", "-m", remembered).stdout.splitlines()
    assert "plan" not in json.loads(cli("ask", "Where are the keys?", "-m", remembered, "--json").stdout)


def test_json_holds_every_field_of_the_plan(cli: Cli, remembered: Path) -> None:
    ran = cli("ask", "Where were my keys before 0:20?", "-m", remembered, "--explain", "--json")
    plan = json.loads(ran.stdout)["plan"]
    assert set(plan) == {field.name for field in fields(Question)}
    assert plan["kind"] == "where"
    assert plan["constraint"]["windows"] == [{"start_ns": 0, "end_ns": 20_000_000_000}]


def test_the_plan_of_a_question_is_stable() -> None:
    one, other = (parse_question("Who cooked last night?", asked_at_ns=10**15, calendar=DAYS) for _ in range(2))
    assert plan_json(one) == plan_json(other)
