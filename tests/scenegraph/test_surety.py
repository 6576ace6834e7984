"""How likely a reply of the graph is right: by fitted weights, from what is known to matter."""

import pytest
from scripted_scene import EYES, TABLE, Box, Scene, walk

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
    weighed = surety.weighed(q, request, reply)
    assert weighed.answer.text == reply.answer.text
    assert 0 < weighed.answer.confidence == weighed.surety < 1


def test_an_abstention_stays_as_it_is(q: Questions) -> None:
    request, _ = asked(q, "Where is the red mug?")
    nothing = unknown("'the moon' was never seen.", "place", 0.7, q.now_ns)
    assert surety.weighed(q, request, nothing) is nothing


def test_what_was_seen_often_and_plainly_is_surer_than_what_was_seen_once(q: Questions) -> None:
    graph, scene = SceneGraph(), Scene([TABLE, RED])
    for place in range(2):
        graph.observe(*scene.shot(place * 0.5, EYES[place]))
    graph.flush()
    seldom = Questions(graph, calendar=CALENDAR)
    often = surety.grounds_of(q, *asked(q, "Where is the red mug?")).values
    once = surety.grounds_of(seldom, *asked(seldom, "Where is the red mug?")).values
    assert once["looks"] < often["looks"]


def test_every_weight_is_of_something_that_is_measured() -> None:
    names = set(surety.weights().weights[surety.FAMILY]) - {"intercept"}
    assert {name for name in names if not name.startswith("asks ")} == set(surety.NAMES)
    assert {name.removeprefix("asks ") for name in names if name.startswith("asks ")} <= set(REPLIES) | _choices()


def _choices() -> set[str]:
    from scenegraph.source import CHOICE_REPLIES

    return set(CHOICE_REPLIES)
