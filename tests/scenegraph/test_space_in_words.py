"""Sides in a named frame, what lies between, ways and what nobody looked at, as people ask for them: a flat of three rooms."""

import numpy as np
import pytest
from scripted_scene import S
from test_rooms_and_ways import BED, STOVE, graph_of, piece, tour

from mmmem.clock import Calendar, Span
from mmmem.types import Assertion, FrameRef, TimedText
from scenegraph import Questions
from scenegraph.called import CameraPath
from scenegraph.frames_of_reference import viewed_from
from scenegraph.requests import request_of
from scenegraph.source import replied

CALENDAR = Calendar("days")
END_S = 60
# In the left room, whose door is in its far wall (y = 3) at x = 2: a sofa in the middle, a lamp and a plant at its ends.
SOFA = piece("F4", "sofa", 2.0, 1.4, 1.0, t_s=END_S)
LAMP, PLANT = piece("F5", "lamp", 3.2, 1.4, 0.3, t_s=END_S), piece("F6", "house plant", 0.9, 1.4, 0.3, t_s=END_S)


def bowl() -> Assertion:
    box = [[1.95, 0.5, 0.0], [2.05, 0.6, 0.1]]
    value = {"layer": "object", "at": [2.0, 0.55, 0.05], "box": box, "count": 5, "frames": [["robot", 0, END_S * S]]}
    return Assertion("seen", "O1", Span(END_S * S, END_S * S + 1), "bowl", value)


@pytest.fixture(scope="module")
def q() -> Questions:
    graph = graph_of(tour(), STOVE, BED, SOFA, LAMP, PLANT, bowl())
    way = CameraPath(np.array([0, END_S * S]), np.array([[7.2, 4.1, 1.25], [2.0, 2.8, 1.25]]))
    texts = [TimedText(Span(END_S * S, END_S * S + 1), "In the lounge.")]
    return Questions(graph, calendar=CALENDAR, texts=texts, way=way, stream_id="robot")


def asked(q: Questions, text: str):
    request = request_of(text, asked_at_ns=q.now_ns, calendar=CALENDAR)
    assert request is not None, text
    found = replied(q, request)
    assert found is not None, (text, request)
    return found.answer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # The camera stands in the door at y = 3 and looks to smaller y: larger x is on its left.
        ("On which side of the sofa is the lamp?", "left"),
        ("On which side of the sofa is the house plant, as seen from the door?", "right"),
        ("Is the lamp to the left of the sofa?", True),
        ("Is the lamp to the right of the sofa from the entrance?", False),
        ("Is the lamp left or right of the sofa, seen from the bowl?", "right"),
        ("Is the lamp on the left side of the sofa, seen from the bowl?", False),
        ("Is the bowl in front of or behind the sofa?", "behind"),
        ("What is to the left of the sofa?", ["lamp"]),
        ("What stands to the right of the sofa from the door?", ["house plant", "stove"]),
        ("What is behind the sofa?", ["bowl"]),
        ("What is between the lamp and the house plant?", ["sofa"]),
        ("Is the sofa between the lamp and the house plant?", True),
        ("Is the bowl between the lamp and the house plant?", False),
    ],
)
def test_sides_and_what_lies_between_are_told_in_a_named_frame(q, text, value):
    answer = asked(q, text)
    assert answer.value == value, answer.text
    assert answer.evidence
    if "between" not in text.lower():
        assert "seen from" in answer.text or "as the camera saw it" in answer.text or "from the entrance" in answer.text


def test_the_same_two_things_change_sides_with_who_looks(q):
    by_door = asked(q, "On which side of the sofa is the lamp, seen from the door?").value
    by_bowl = asked(q, "On which side of the sofa is the lamp, seen from the bowl?").value
    assert {by_door, by_bowl} == {"left", "right"}


def test_who_stands_at_the_very_place_has_no_sides():
    from mmmem.errors import InvalidInputError

    with pytest.raises(InvalidInputError, match="very place"):
        viewed_from(np.zeros(2), np.zeros(2), "here")


def test_a_way_leads_through_rooms_and_is_as_long_as_the_graph_says(q):
    answer = asked(q, "How do I get from the stove to the bed?")
    way = q.graph.path("F1", "F2")
    assert answer.value == [q.called.room_names.get(id, q.graph.rooms()[id].name) for id in way.rooms]
    assert len(answer.value) == 3
    assert f"{way.length_m:.1f} m" in answer.text
    assert asked(q, "How far is it from the stove to the bed?").value == pytest.approx(way.length_m, abs=0.01)
    from_here = asked(q, "How do I get to the bed?")
    assert "from here" in from_here.text
    assert asked(q, "What is the shortest way from the lounge to the bed?").value[0] == "lounge"


def test_what_nobody_saw_since_is_listed_and_what_was_seen_is_not(q):
    answer = asked(q, "What have you not seen since 00:00:30?")
    assert {"stove", "bed"} <= set(answer.value)
    assert not {"sofa", "lamp", "bowl"} & set(answer.value)
    furniture = asked(q, "Which furniture has nobody seen since 00:00:30?").value
    assert set(furniture) == {"stove", "bed"}
    assert not {"sofa", "bowl"} & set(asked(q, "What haven't you seen since 00:00:30?").value)


def test_an_unknown_place_is_no_way(q):
    answer = asked(q, "How do I get from the stove to the violin?")
    assert answer.abstained
    assert "violin" in answer.text


def test_frames_of_evidence_are_the_graphs(q):
    answer = asked(q, "Is the lamp to the left of the sofa?")
    assert all(isinstance(frame, FrameRef) for one in answer.evidence for frame in one.frames)
