"""Answers are judged strictly: the right thing, of the right type, and nothing else beside it."""

from typing import Any

import pytest

from apps.demo.quiz import abstains, chooses, has_value, says_first, says_name, says_place, says_time
from apps.demo.story import write_story
from mmmem.clock import Span
from mmmem.types import Answer, Evidence

SOMETHING = (Evidence("episodic", "text:1", "film", Span(0, 1), 1.0, "words"),)
STORY = write_story(0)
ONE, OTHER = STORY.residents


def answer(text: str = "", **fields: Any) -> Answer:
    return Answer(text, "text", 0.5, False, SOMETHING, **fields)


UNSURE = Answer("I do not know: on the desk", "place", 0.0, True)

CASES = [
    (says_place("desk"), answer("on desk"), True),
    (says_place("desk"), answer("on the desk in the corner"), True),
    (says_place("desk"), answer("on bench"), False),
    (says_place("desk"), answer("first on the bench, then on the desk"), False),  # hedging is not knowing
    (says_place("desk"), UNSURE, False),  # the place is in the excuse
    (says_time(10 * 10**9, 12 * 10**9), answer(value=11 * 10**9), True),
    (says_time(10 * 10**9, 12 * 10**9), answer(value=8 * 10**9), True),
    (says_time(10 * 10**9, 12 * 10**9), answer(value=7 * 10**9), False),
    (says_time(10 * 10**9, 12 * 10**9), answer("0:11", value=None), False),  # words are no time
    (says_name(ONE, STORY), answer(ONE), True),
    (says_name(ONE, STORY), answer(f"{ONE} or {OTHER}"), False),
    (says_name(ONE, STORY), answer(OTHER), False),
    (has_value(1), answer(value=1), True),
    (has_value(1), answer(value=True), False),  # yes is not a count
    (has_value(True), answer(value=True), True),
    (has_value(True), answer(value=False), False),
    (says_first("Mia opens the front door."), answer("Mia opens the front door; Mia closes it"), True),
    (says_first("Mia opens the front door."), answer("Mia closes it; Mia opens the front door"), False),
    (says_first("Good morning!"), answer("Ben: Good morning!"), True),
    (chooses(2), answer(choice=2), True),
    (chooses(2), answer(choice=1), False),
    (chooses(2), answer(), False),
    (abstains, UNSURE, True),
    (abstains, answer("Ben"), False),
]


@pytest.mark.parametrize(("judge", "given", "right"), CASES)
def test_judging(judge: Any, given: Answer, right: bool) -> None:
    assert judge(given) is right
