"""Time expressions become filters, orders and counts, from the question's words to the evidence."""

from pathlib import Path

import pytest
from agent_world import DAYS, S, line, ns, remember

from mmmem.clock import NS_PER_DAY, Calendar
from mmmem.memory import Memory

DIARY = {
    "8 09:30": "I buy a map at the kiosk.",
    "8 20:00": "I play chess with Ada.",
    "9 09:30": "I buy a melon at the market.",
    "9 11:20": "I draw a whale.",
    "9 15:00": "I play chess with Bo.",
    "9 23:30": "I read about stars.",
    "10 08:15": "I buy a newspaper at the station.",
    "10 11:05": "I draw a heron.",
    "10 12:05": "I draw a snail.",
    "10 14:00": "I play chess with Cleo.",
    "10 14:10": "I play chess with Cleo.",
    "11 09:00": "I buy a ladder.",
    "11 10:00": "I play chess with Dan.",
}
ASKED_AT = "10 18:00"


@pytest.fixture(scope="module")
def diary(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    world = [line("left", ns(clock), text) for clock, text in DIARY.items()]
    return remember(tmp_path_factory.mktemp("diary"), world, DAYS)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("What did I buy yesterday?", "9 09:30"),
        ("What did I buy this morning?", "10 08:15"),
        ("What did I buy two days ago?", "8 09:30"),
        ("What did I buy on day 9?", "9 09:30"),
        ("What did I draw between 11 and 12?", "10 11:05"),
        ("What did I draw between 11 and 12 yesterday?", "9 11:20"),
        ("What did I draw after 12 today?", "10 12:05"),
        ("What did I draw before 11:30 today?", "10 11:05"),
        ("What was the first thing I bought?", "8 09:30"),
        ("What did I last draw?", "10 12:05"),
        ("What did I read last night?", "9 23:30"),
        ("Who did I play chess with yesterday afternoon?", "9 15:00"),
        ("Who did I play chess with for the first time?", "8 20:00"),
        ("Who did I last play chess with?", "10 14:10"),
        ("What did I draw before I drew the snail?", "10 11:05"),
        ("What did I buy after I played chess with Ada?", "9 09:30"),
        ("What did I buy before I played chess with Bo?", "9 09:30"),
        ("When did I draw a whale?", "9 11:20"),
        ("When was the last time I played chess?", "10 14:10"),
        ("When did I play chess for the second time?", "9 15:00"),
    ],
)
def test_the_event_in_the_time_meant_is_cited_first(diary: Memory, text: str, at: str) -> None:
    answer = diary.ask(text, asked_at=ns(ASKED_AT))
    assert not answer.abstained, answer.reason
    assert answer.evidence[0].span.start_ns == ns(at), answer


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("How often did I play chess?", 4),  # two lines ten minutes apart are two games
        ("How many times did I play chess yesterday?", 1),
        ("How many times did I draw?", 3),
        ("How often did I draw today?", 2),
        ("How many times did I buy something?", 3),
    ],
)
def test_how_often_counts_what_had_happened_by_then(diary: Memory, text: str, count: int) -> None:
    answer = diary.ask(text, asked_at=ns(ASKED_AT))
    assert (answer.kind, answer.value) == ("count", count)
    assert all(e.span.end_ns <= ns(ASKED_AT) for e in answer.evidence)


@pytest.mark.parametrize(
    "text", ["What did I buy yesterday?", "keys yesterday", "chess between 11 and 12 yesterday", "What did I draw today?"]
)
def test_a_time_named_outright_keeps_all_evidence_inside_it(diary: Memory, text: str) -> None:
    day = 9 if "yesterday" in text else 10
    for evidence in [*diary.ask(text, asked_at=ns(ASKED_AT)).evidence, *diary.search(text, asked_at=ns(ASKED_AT), k=50)]:
        assert evidence.span.start_ns // NS_PER_DAY + 1 == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("What will I draw tomorrow?", "had not come yet"),
        ("What did I buy 20 days ago?", "before the memory begins"),
        ("What did I draw after I flew to the moon?", "no line tells of 'I flew to the moon'"),
        ("What did Ignatius draw?", "never came across Ignatius"),
        ("Where did I park the submarine?", "looked at 11 lines and 11 clips up to DAY10 18:00:00"),
    ],
)
def test_an_abstention_says_why(diary: Memory, text: str, reason: str) -> None:
    answer = diary.ask(text, asked_at=ns(ASKED_AT))
    assert answer.abstained
    assert answer.evidence == ()
    assert answer.confidence == 0.0
    assert reason in answer.reason
    assert answer.text == f"I do not know: {answer.reason}"


def test_a_plan_that_was_told_answers_a_question_about_tomorrow(tmp_path: Path) -> None:
    world = [
        line("left", 0, "The plumber comes tomorrow at ten.", kind="speech", speaker="Ada"),
        line("left", 9 * S, "The plumber sings."),
    ]
    with remember(tmp_path / "m", world) as memory:
        assert "at ten" in memory.ask("What will the plumber do tomorrow?").text


def test_wall_clock_questions_use_the_calendars_days(tmp_path: Path) -> None:
    zurich = Calendar("wall", "Europe/Zurich")
    at = {day: zurich.parse(f"2024-03-{day}T09:00:00") for day in ("29", "30", "31")}  # the clock changes on the 31st
    with remember(tmp_path / "m", [line("left", t, f"I feed cat number {d}.") for d, t in at.items()], zurich) as memory:
        asked_at = "2024-03-31T20:00:00"
        assert memory.ask("When did I feed the cat yesterday?", asked_at=asked_at).value == at["30"]
        assert memory.ask("When did I feed the cat today?", asked_at=asked_at).value == at["31"]
        assert memory.ask("When did I feed the cat on Friday?", asked_at=asked_at).value == at["29"]
        assert memory.ask("When did I feed the cat today?", asked_at=asked_at).text == "2024-03-31 09:00:00"
