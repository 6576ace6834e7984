"""What words and glimpses add: places that boxes mislead about, things nobody made sure of, and what is only misread."""

from dataclasses import replace
from typing import Any

import pytest

from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.types import Assertion, FrameRef, TimedText
from scenegraph import Questions, SceneGraph
from scenegraph.log import ListLog, frames_value
from scenegraph.requests import request_of
from scenegraph.source import replied

S = NS_PER_S
COUNTER = [[0.0, 0.0, 0.0], [2.0, 0.6, 0.9]]
SINK = [[0.5, 0.05, 0.5], [1.0, 0.55, 0.95]]
TABLE = [[4.0, 0.0, 0.0], [5.0, 1.0, 0.7]]
IN_SINK = [[0.7, 0.25, 0.86], [0.78, 0.33, 0.96]]
ON_TABLE = [[4.4, 0.4, 0.7], [4.48, 0.48, 0.8]]


def seen(id: str, kind: str, box: Any, *times_s: int, colour: str = "", num: float = 5.0) -> list[Assertion]:
    at = [(low + high) / 2 for low, high in zip(*box, strict=True)]
    value: dict[str, Any] = {"at": at, "box": box, "count": num, "votes": {kind: num}, "size": [0.1, 0.1, 0.1]}
    if colour:
        value["attributes"] = {"colour": [colour, 1.0]}
    return [Assertion("seen", id, Span(t * S, (t + 4) * S), kind, value) for t in times_s]


def caption(t_s: int, words: str) -> TimedText:
    return TimedText(Span(t_s * S, (t_s + 1) * S), words, "caption")


def asked(rows: list[Assertion], *texts: TimedText) -> Questions:
    log = ListLog()
    log.append("cam", [*seen("F1", "kitchen counter", COUNTER, 0), *seen("F2", "sink", SINK, 0)])
    log.append("cam", [*seen("F3", "dining table", TABLE, 0), *rows])
    return Questions(SceneGraph(log), calendar=Calendar("days"), texts=texts, stream_id="cam")


def test_words_tell_that_it_is_in_the_sink_where_boxes_say_on_the_counter() -> None:
    rows = seen("O1", "mug", IN_SINK, 10, 20, 30, colour="red")
    told = [caption(12, "A red mug is in the sink."), caption(22, "A red mug is in the sink.")]
    spot = asked(rows, *told).where("red mug").spot
    assert spot is not None
    assert (spot.place, spot.holder) == ("in the sink", "F2")


def test_a_name_is_for_the_piece_whose_class_it_tells_however_often_something_else_stood_there() -> None:
    rows = seen("O1", "mug", IN_SINK, 10, 20, colour="red")
    q = asked(rows, *(caption(t, "A red mug is on the kitchen counter 1.") for t in (11, 12, 13, 21, 22)))
    assert q.called.piece("kitchen counter 1") in ("F1", "")
    assert q.called.node("F2") == "sink"


def test_a_misread_colour_in_words_makes_no_second_thing() -> None:
    rows = seen("O1", "mug", ON_TABLE, 10, 40, colour="red")
    q = asked(rows, caption(12, "A red mug is on the dining table."), caption(30, "An orange mug is on the dining table."))
    assert q.readings("orange mug") == []
    assert q.how_many("mug").count == 1


def test_what_only_words_tell_of_is_known_less_surely() -> None:
    q = asked(seen("O1", "mug", ON_TABLE, 10, colour="red"), caption(12, "A blue vase is on the dining table."))
    found = q.where("blue vase")
    assert found.spot is not None
    assert found.spot.place == "on the dining table"
    assert found.spot.confidence < 0.6


def glimpse(t_s: int, kind: str, box: Any, colour: str, count: int = 2) -> Assertion:
    (one,) = seen("G1", kind, box, t_s, colour=colour, num=count)
    return Assertion("glimpsed", "G1", one.span, kind, one.value)


def test_what_was_only_glimpsed_is_found_where_nothing_else_fits() -> None:
    q = asked([*seen("O1", "mug", ON_TABLE, 10, colour="red"), glimpse(20, "hairbrush", ON_TABLE, "pink")])
    found = q.where("hairbrush")
    assert found.spot is not None
    assert found.spot.holder == "F3"
    assert found.spot.confidence < 0.5
    assert q.where("red mug").spot.id == "O1"  # type: ignore[union-attr]


def test_a_glimpse_of_what_is_in_view_anyway_adds_nothing() -> None:
    q = asked([*seen("O1", "mug", ON_TABLE, 10, colour="red"), glimpse(11, "mug", IN_SINK, "red")])
    assert q.told.nodes == []
    assert [spot.holder for spot in q.spots(q.world.nodes["O1"])] == ["F3"]


@pytest.mark.parametrize("words", ["the purple mug", "the umbrella", "the red umbrella"])
def test_what_nothing_tells_of_was_never_seen(words: str) -> None:
    assert asked(seen("O1", "mug", ON_TABLE, 10, colour="red")).readings(words) == []


@pytest.mark.parametrize(
    "text",
    [
        "When was the blue vase moved?",
        "What is between the blue vase and the sink?",
        "Is the red mug between the blue vase and the sink?",
        "Is the red mug left of the sink, from the door of the cellar?",
    ],
)
def test_what_nothing_measured_or_is_not_known_is_no_error(text: str) -> None:
    q = asked(seen("O1", "mug", ON_TABLE, 10, colour="red"), caption(12, "A blue vase is on the dining table."))
    request = request_of(text, asked_at_ns=q.now_ns, calendar=Calendar("days"))
    assert request is not None
    reply = replied(q, request)
    assert reply is None or reply.answer.abstained
    assert [spot.place for spot in q.whereabouts("T1")] == ["on the dining table"]


@pytest.mark.parametrize(("text", "value"), [("Is the fridge open or shut?", "shut"), ("Is the fridge shut or open?", "shut")])
def test_a_state_may_be_asked_for_by_another_word(text: str, value: str) -> None:
    (fridge,) = seen("F4", "fridge", [[6.0, 0.0, 0.0], [6.7, 0.7, 1.8]], 0)
    frames = {"frames": frames_value([FrameRef("cam", 3, 3 * S)])}
    state = Assertion("state", "F4", Span(2 * S, 4 * S), "closed", {"name": "door"})
    q = asked([replace(fridge, value={**fridge.value, **frames}), state])
    request = request_of(text, asked_at_ns=q.now_ns, calendar=Calendar("days"))
    assert request is not None
    reply = replied(q, request)
    assert reply is not None
    assert reply.answer.value == value
