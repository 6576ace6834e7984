"""How likely a reply of the graph is right: by fitted weights, from what is known to matter."""

from dataclasses import replace

import pytest
from scripted_scene import TABLE, Box, Scene, walk

from mmmem.clock import Calendar
from scenegraph import Questions, SceneGraph, surety
from scenegraph.reply import unknown
from scenegraph.requests import request_of
from scenegraph.source import REPLIES, replied

RED = Box("red", "mug", (-0.4, 0.0, 0.72), (0.09, 0.09, 0.1), (200, 30, 30), {"colour": "red"})
CALENDAR = Calendar("days")


@pytest.fixture(scope="module")
def q() -> Questions:
    graph = SceneGraph()
    walk(graph, Scene([TABLE, RED]), 0, num=10)
    graph.flush()
    return Questions(graph, calendar=CALENDAR)


def asked(q: Questions, text: str):
    request = request_of(text, asked_at_ns=q.now_ns, calendar=CALENDAR)
    assert request is not None
    reply = replied(q, request)
    assert reply is not None
    return request, reply


def test_a_reply_that_is_weighed_says_the_same_with_a_probability(q: Questions) -> None:
    request, reply = asked(q, "Where is the red mug?")
    weighed = surety.weighed(request, reply)
    assert weighed.answer.text == reply.answer.text
    assert 0 < weighed.answer.confidence == weighed.surety < 1


def test_an_abstention_stays_as_it_is(q: Questions) -> None:
    request, _ = asked(q, "Where is the red mug?")
    nothing = unknown("'the moon' was never seen.", "place", 0.7, q.now_ns)
    assert surety.weighed(request, nothing) is nothing


def test_of_two_replies_to_one_question_the_one_its_rule_is_surer_of_is_likelier_right(q: Questions) -> None:
    request, reply = asked(q, "Where is the red mug?")
    chances = [
        surety.weighed(request, replace(reply, answer=replace(reply.answer, confidence=sure))).surety for sure in (0.3, 0.6, 0.9)
    ]
    assert chances == sorted(set(chances))


def test_every_weight_is_of_something_that_is_measured() -> None:
    names = set(surety.weights().weights[surety.FAMILY]) - {"intercept"}
    assert {name for name in names if not name.startswith("asks ")} == set(surety.NAMES)
    assert {name.removeprefix("asks ") for name in names if name.startswith("asks ")} <= set(REPLIES) | _choices()


def _choices() -> set[str]:
    from scenegraph.source import CHOICE_REPLIES

    return set(CHOICE_REPLIES)
