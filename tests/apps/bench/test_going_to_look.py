"""Systems that go and look: which questions they go for, what counts as found, and what their ways are worth."""

from dataclasses import replace

import pytest

from apps.bench.going import wanted_of
from apps.bench.grading import finds, grade
from apps.bench.scoring import Answered, score
from apps.bench.subject import SILENCE, Said
from mmmem.agent.language.requests import request_of
from streams.house.building import build_home
from streams.house.questions.program import call
from streams.house.questions.question import Active, Question
from streams.house.recording_plan import CALENDAR

START = (1.0, 1.0, 0.0)
WHERE = Question(
    "Q1", "stale", "where_now", "Where is the red mug?", call("still_at", "O1"), 10, "place", "F1", ("sink",), ("desk", "Anna"),
    stale="unseen", active=Active(START, "F2", (5.0, 1.0), 4.0, "F2", ("desk",)),
)  # fmt: skip
NOW_NS = 20_000 * 86_400 * 10**9


@pytest.fixture(scope="module")
def home():
    return build_home(1)


def test_found_is_what_is_true_now_and_not_what_could_have_been_known():
    assert grade(WHERE, Said("sink")).right
    assert finds(WHERE, Said("sink")) is False
    assert finds(WHERE, Said("on the desk")) is True
    assert finds(WHERE, Said("with Anna, or on the desk")) is False
    assert finds(WHERE, SILENCE) is False


def test_nobody_finds_by_looking_what_has_no_place_or_is_no_place():
    assert finds(replace(WHERE, active=None), Said("desk")) is None
    assert finds(replace(WHERE, answer_type="word"), Said("clean")) is None


@pytest.mark.parametrize(
    ("replies", "spl"),
    [
        ([Said("desk", path_m=4.0)], 1.0),
        ([Said("desk", path_m=8.0)], 0.5),
        ([Said("sink", path_m=4.0)], 0.0),
        ([Said("desk", path_m=0.0)], 1.0),  # it knew, and stayed
        ([Said("desk", path_m=8.0), Said("sink", path_m=0.0)], 0.25),
        ([Said("desk")], None),  # it cannot go
    ],
)
def test_success_is_weighted_by_the_shortest_way_over_the_way_that_was_gone(replies, spl):
    told = score("active", [Answered(1, WHERE, reply, 1.0) for reply in replies], 0, 1.0)
    assert told.spl == (None if spl is None else pytest.approx(spl))


def test_pictures_are_counted_for_the_questions_that_a_look_can_answer():
    others = Answered(1, replace(WHERE, active=None), Said("sink"), 1.0)
    went = Answered(1, WHERE, Said("desk", path_m=4.0, num_pictures=3), 1.0)
    assert score("active", [went, others, others], 0, 1.0).pictures == pytest.approx(3.0)
    assert score("graph", [others], 0, 1.0).pictures is None


@pytest.mark.parametrize(
    ("text", "kind", "colour"),
    [
        ("Where is the red mug now?", "mug", "red"),
        ("Where can I find the black shoes?", "shoes", "black"),
        ("Which room is the grey remote control in?", "remote control", "grey"),
    ],
)
def test_it_goes_for_where_things_are(home, text, kind, colour):
    request = request_of(text, asked_at_ns=NOW_NS, calendar=CALENDAR)
    wanted = wanted_of(request, home)
    assert (wanted.kind, wanted.colour) == (kind, colour)


def test_an_owner_says_in_whose_room_to_look_first(home):
    owner = home.residents[0]
    request = request_of(f"Where is {owner.name}'s red phone?", asked_at_ns=NOW_NS, calendar=CALENDAR)
    assert wanted_of(request, home).owner_room == owner.bedroom


@pytest.mark.parametrize(
    "text",
    [
        "Where was the mug yesterday at noon?",
        "Where was the green bowl before you saw it in the sink?",
        "How many mugs are there?",
        "Where is the happiness?",
    ],
)
def test_it_does_not_go_for_what_a_look_cannot_tell(home, text):
    request = request_of(text, asked_at_ns=NOW_NS, calendar=CALENDAR)
    assert request is None or wanted_of(request, home) is None
