"""Answers are judged by their type: the first name counts, rivals are wrong, numbers have bounds, what is gone is gone."""

from dataclasses import replace

import pytest

from apps.bench.grading import first_named, grade
from apps.bench.subject import SILENCE, Said
from mmmem.clock import NS_PER_HOUR, NS_PER_MIN
from streams.house.questions.program import call
from streams.house.questions.question import Question

PLACES = ("desk", "kitchen counter", "sink", "bathroom sink", "Anna's bedside table", "Anna", "Ben")
WHERE = Question(
    "Q1", "localisation", "where_now", "Where is the red mug?", call("still_at", "O1"), 10, "place", "F1", ("sink",),
    tuple(place for place in PLACES if place != "sink"), outdated=("desk",),
)  # fmt: skip
GONE = replace(WHERE, family="stale", value="", accepted=("kitchen counter",), rivals=("sink", "Ben"), stale="gone")
NEVER = replace(WHERE, family="unanswerable", value=None, accepted=(), answerable=False)
MUGS = ("red mug", "blue mug", "white vase", "black pen")
CHOICE = replace(WHERE, answer_type="choice", value=1, choices=MUGS, accepted=("blue mug",), rivals=())
COUNT = replace(WHERE, answer_type="count", value=3, accepted=("3",), bounds=(3, 3), rivals=())
TWO_H, SLACK = 2 * NS_PER_HOUR, 10 * NS_PER_MIN
AGO = replace(WHERE, answer_type="duration", value=TWO_H, bounds=(TWO_H - SLACK, TWO_H + SLACK))
YES = replace(WHERE, answer_type="yes_no", value=True, accepted=("yes",), rivals=())
WHO = replace(WHERE, answer_type="person", value="P1", accepted=("Anna",), rivals=("Ben", "Chloe"))


def _right(question, text="", **more):
    return grade(question, Said(text, **more)).right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("The red mug is in the sink.", True),
        ("sink", True),
        ("In the sink, last seen there Tuesday 08:10; before that on the desk.", True),
        ("on the desk", False),  # an older place
        ("on the kitchen counter, or perhaps the sink", False),  # a rival comes first
        ("the bathroom sink", False),  # another piece, in whose name the right one stands
        ("with Ben", False),
        ("Anna's bedside table", False),  # no person is named here
        ("somewhere in the kitchen", False),
        ("", False),
    ],
)
def test_the_first_place_that_is_named_counts(text, right):
    assert _right(WHERE, text) is right


def test_a_value_counts_before_the_words():
    assert _right(WHERE, "It was seen.", value="sink")
    assert not _right(WHERE, "It was seen.", value="desk")


def test_what_the_question_says_is_no_answer():
    asked = replace(WHERE, text="Where was the red mug before it was on the desk?")
    assert _right(asked, "Where was the red mug before it was on the desk? In the sink.")


@pytest.mark.parametrize(
    ("reply", "right", "stale"),
    [
        (Said("It is not there any more; it was on the desk."), True, False),
        (Said("Last seen on the desk Tuesday; looked there Wednesday and it was gone."), True, False),
        (SILENCE, True, False),
        (Said("Ben said that he left it on the kitchen counter."), False, False),  # a person is named first
        (Said("on the kitchen counter"), True, False),
        (Said("on the desk"), False, True),
        (Said("in the sink"), False, False),
        (Said("It is unknown where."), True, False),
        (Said("The sink. unknown"), False, False),  # a place and a shrug is no shrug
        (Said("On the desk; unknown."), False, True),
    ],
)
def test_naming_the_place_that_was_found_empty_is_stale(reply, right, stale):
    verdict = grade(GONE, reply)
    assert (verdict.right, verdict.stale) == (right, stale)


def test_an_older_place_is_stale_also_where_the_thing_was_found_again():
    assert grade(WHERE, Said("on the desk")).stale
    assert not grade(WHERE, Said("on the kitchen counter")).stale
    assert not grade(WHERE, Said("in the sink")).stale


def test_only_silence_is_right_where_nothing_can_be_known():
    assert grade(NEVER, SILENCE).right
    assert not _right(NEVER, "in the sink")
    assert not grade(WHERE, SILENCE).right


@pytest.mark.parametrize(
    ("more", "right"),
    [
        ({"choice": 1}, True),
        ({"choice": 0}, False),
        ({"text": "the blue mug"}, True),
        ({"text": "white vase, then blue mug"}, False),
    ],
)
def test_choices_by_index_or_by_name(more, right):
    assert _right(CHOICE, **more) is right


@pytest.mark.parametrize(
    ("more", "right"),
    [
        ({"value": 3}, True), ({"text": "three mugs"}, True), ({"text": "I saw 3."}, True), ({"text": "2 or 3"}, False),
        ({"value": True}, False), ({"text": "several"}, False),
        ({"value": float("nan")}, False), ({"value": float("inf")}, False),
    ],
)  # fmt: skip
def test_counts_as_numbers_or_words(more, right):
    assert _right(COUNT, **more) is right


@pytest.mark.parametrize(
    ("more", "right"),
    [
        ({"value": TWO_H + 9 * NS_PER_MIN}, True), ({"value": TWO_H + 11 * NS_PER_MIN}, False),
        ({"text": "1 h 55 min ago"}, True), ({"text": "2 hours"}, True),
        ({"text": "2 minutes"}, False), ({"text": "long"}, False),
    ],
)  # fmt: skip
def test_durations_have_bounds(more, right):
    assert _right(AGO, **more) is right


def test_times_are_nanoseconds_or_an_instant_in_words():
    hour = 1_714_986_000 * 10**9  # 2024-05-06T09:00:00
    when = replace(WHERE, answer_type="time", value=hour, bounds=(hour - 10 * NS_PER_MIN, hour + 10 * NS_PER_MIN))
    assert _right(when, value=hour)
    assert _right(when, "at 2024-05-06 09:05:00")
    assert not _right(when, "at 2024-05-06 19:05:00")


def test_yes_and_no():
    assert _right(YES, value=True)
    assert _right(YES, "Yes, it is.")
    assert not _right(YES, "no", value=False)


def test_persons_are_not_found_in_what_they_own():
    assert _right(WHO, "Anna took it.")
    assert not _right(WHO, "Ben, and not Anna")
    assert not _right(WHO, "It lay on Anna's bed.")


def test_longer_names_win_over_those_inside_them():
    assert first_named("on the bathroom sink", ("sink", "bathroom sink")) == "bathroom sink"
    assert first_named("nothing", ("sink",)) is None
