"""Probes: questions a memory is asked about itself, with the truth from its store and out of the question."""

import random
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from apps.evaluate import locomo
from apps.evaluate import probes as probing
from apps.evaluate.cases import AskedQuestion
from apps.evaluate.probes import LEAST_WORDS, Event, Truth, draw, is_right, nearest, probes
from apps.evaluate.probing import run_probes
from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.text.terms import terms
from mmmem.types import Answer, Observation, StreamInfo, TimedText

DAYS = Calendar("days")
THINGS = "lamp kettle ladder pillow bottle basket candle mirror hammer blanket".split()
PLACES = "balcony cellar garage attic pantry".split()
WASH = "I wash the same two old cups again."
SPEAKERS = ("Ann", "Bob", "Cleo")


def lines() -> Iterator[tuple[str, TimedText]]:
    """Two streams over three days: what is seen and what is said, a few words differing from line to line."""
    for number in range(60):
        day, thing, place = 1 + number // 20, THINGS[number % 10], PLACES[number // 10 % 5]
        start_ns = DAYS.at(day, (9 * 3600 + 37 * number) * NS_PER_S)
        span = Span(start_ns, start_ns + 4 * NS_PER_S)
        word = f"unit{number:02d}"
        if number % 2:
            yield "hat" if number % 3 else "door", TimedText(span, f"I carry the {thing} {word} to the {place}.", "caption")
        else:
            speaker = SPEAKERS[number % 3]
            said = f"Tomorrow before noon the {thing} {word} leaves our {place}."
            yield "hat" if number % 3 else "door", TimedText(span, said, "speech", speaker)
    for number, text in enumerate(("Yes.", WASH, WASH, "Okay then.")):
        yield "hat", TimedText(Span(DAYS.at(1, number * NS_PER_S), DAYS.at(1, (number + 1) * NS_PER_S)), text)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    with Memory.open(tmp_path_factory.mktemp("week") / "memory", mode="w", create=True, calendar=DAYS) as memory:
        for stream in ("hat", "door"):
            memory.add_stream(StreamInfo(stream, stream, DAYS, 0))
        memory.observe([Observation.of_text(stream, text) for stream, text in sorted(lines(), key=lambda pair: pair[1].span)])
        yield memory


KINDS = {"order", "which stream", "which day", "who said it", "said or seen", "retention, old", "retention, recent"}


def test_every_kind_is_asked_and_what_was_stored_is_known(week: Memory) -> None:
    report = run_probes(week, num=12, seed=3)
    assert set(report.figures) == {"all", *KINDS}
    assert all(figures["right"].value >= 0.9 for figures in report.figures.values())
    assert report.figures["order"]["right"].chance == report.figures["said or seen"]["right"].chance == 0.5
    assert report.figures["which stream"]["right"].chance == 0.5
    assert report.figures["which day"]["right"].chance == pytest.approx(1 / 3)
    assert report.figures["who said it"]["right"].chance == pytest.approx(1 / 3)


def test_the_same_is_known_without_quotation_marks(week: Memory) -> None:
    quoted, reported = (probes(week, num=10, seed=2, reported=way).cases for way in (False, True))
    assert [case.gold() for case in quoted] == [case.gold() for case in reported]
    marked = [case.question.text for case in reported if '"' in case.question.text]
    assert all("before or after" in text for text in marked)
    report = run_probes(week, num=10, seed=2, reported=True)
    assert all(figures["right"].value >= 0.9 for figures in report.figures.values())


def test_a_seed_gives_the_same_questions_and_another_gives_others(week: Memory) -> None:
    first, again, other = ([case.question for case in probes(week, num=10, seed=seed).cases] for seed in (1, 1, 2))
    assert first == again
    assert {question.text for question in first} != {question.text for question in other}


def test_lines_that_cannot_be_told_apart_are_left_out_and_counted(week: Memory) -> None:
    drawn = draw(week, 1000, random.Random(0))
    assert drawn.num_looked_at == drawn.num_lines == 64
    assert drawn.left_out["say too little"] == 2
    assert drawn.left_out["are too like another line"] >= 2
    assert len(drawn.events) == 64 - sum(drawn.left_out.values())
    assert not any("cups" in event.quote for event in drawn.events)
    assert all(len(set(terms(event.quote))) >= LEAST_WORDS for event in drawn.events)


def test_nearest_is_the_line_that_shares_most_and_never_the_line_itself(week: Memory) -> None:
    view = week.recall.view(week.end_ns())
    cups = [i for i, text in enumerate(week.texts(view.lines.id.tolist())) if "cups" in text.text.text]
    other, shared = nearest(view, cups[0], set(terms("I wash the same two old cups again")))
    assert (other, shared) == (cups[1], pytest.approx(1.0))


class Silent:
    """Stands in for a memory when it is asked; logs every word it is given."""

    def __init__(self, memory: Memory, answer: Answer) -> None:
        self._memory, self._answer = memory, answer
        self.given: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._memory, name)

    def ask(self, *arguments: Any, **named: Any) -> Answer:
        self.given.append((arguments, named))
        return self._answer


def test_the_truth_is_no_part_of_what_is_asked(week: Memory) -> None:
    silent = Silent(week, Answer("?", "text", 0.0, True))
    report = run_probes(silent, num=8)  # type: ignore[arg-type]
    assert report.figures["all"]["right"].value == 0.0
    assert {f.name for f in fields(AskedQuestion)}.isdisjoint({f.name for f in fields(Truth)})
    cases = probes(week, num=8, seed=0).cases
    assert [arguments[0] for arguments, _ in silent.given] == [case.question.text for case in cases]
    assert {tuple(sorted(named)) for _, named in silent.given} == {("asked_at", "choices", "stream")}
    assert {(named["asked_at"], named["stream"], named["choices"]) for _, named in silent.given} == {(week.end_ns(), None, ())}
    for case in cases:
        if case.question.type == "who said it":
            assert str(case.gold().value) not in case.question.text


def test_gold_is_opened_when_everything_was_asked(week: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    log: list[str] = []
    silent = Silent(week, Answer("?", "text", 0.0, True))
    monkeypatch.setattr(silent, "ask", lambda *_, **__: log.append("ask") or Answer("?", "text", 0.0, True), raising=False)
    monkeypatch.setattr(probing, "_same", lambda truth: log.append("gold") or truth)
    run_probes(silent, num=5)  # type: ignore[arg-type]
    assert log == sorted(log)
    assert log.count("ask") == log.count("gold") > 0


def answer(value: Any) -> Answer:
    return Answer(str(value), "text", 0.0, True, value=value)


@pytest.mark.parametrize(
    ("value", "truth", "right"),
    [
        ("Ann", Truth("ann", 0.5), True),
        ("I open the door", Truth("I open the door.", 0.5), True),
        ("Bob", Truth("Ann", 0.5), False),
        (None, Truth("Ann", 0.5), False),
        (7, Truth(None, 0.1, (5, 9)), True),
        (9, Truth(None, 0.1, (5, 9)), True),
        (10, Truth(None, 0.1, (5, 9)), False),
        (True, Truth(None, 0.1, (0, 9)), False),  # yes is no time
        ("7", Truth(None, 0.1, (5, 9)), False),
    ],
)
def test_right_is_what_the_store_says(value: Any, truth: Truth, right: bool) -> None:
    assert is_right(answer(value), truth) is right


def test_pairs_are_asked_in_both_orders(week: Memory) -> None:
    events = draw(week, 40, random.Random(1)).events
    truths = [(text, truth.value) for text, truth in probing.order_probes(events)]
    forms = {text.split('"')[0].strip() for text, _ in truths}
    assert forms == {"Which came first:", "Which came last,", "Did"}
    positions = {text.index(str(value)) > text.index('" or "') for text, value in truths if "first" in text}
    assert positions == {True, False}


@pytest.mark.parametrize("make", [lambda e: probing.stream_probes(e, ["hat"]), lambda e: probing.speaker_probes(e[:1])])
def test_nothing_is_asked_where_there_is_nothing_to_choose_from(week: Memory, make: Callable[..., Any]) -> None:
    events: tuple[Event, ...] = draw(week, 20, random.Random(0)).events
    assert list(make(events)) == []


def test_a_memory_without_a_telling_line_is_refused(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "m", mode="w", create=True, calendar=DAYS) as memory:
        memory.add_stream(StreamInfo("hat", "hat", DAYS, 0))
        memory.observe([Observation.of_text("hat", TimedText(Span(0, NS_PER_S), "Yes."))])
        with pytest.raises(InvalidInputError, match="holds 1 lines, none of which can be told from the others"):
            run_probes(memory)


@pytest.mark.parametrize("reported", [False, True], ids=["quoted", "reported"])
def test_real_conversations_are_known_at_ninety_per_cent(shared_data: Path, tmp_path: Path, reported: bool) -> None:
    (recording,) = locomo.read(shared_data / "locomo").recordings
    with Memory.open(tmp_path / "m", mode="w", create=True, calendar=recording.calendar) as memory:
        for stream, texts in recording.streams.items():
            memory.add_stream(StreamInfo(stream, stream, recording.calendar, texts[0].span.start_ns))
            memory.observe([Observation.of_text(stream, text) for text in texts])
        report = run_probes(memory, num=20, reported=reported)
    assert set(report.figures) == {"all", *KINDS}
    assert {group: f["right"].value for group, f in report.figures.items() if f["right"].value < 0.9} == {}
