"""What a graph can be asked: places over time, twins, absences, counts, changes, names; as known now and then."""

from dataclasses import replace
from pathlib import Path

import pytest
from scripted_scene import TABLE, Box, S, Scene, walk

from mmmem.clock import Calendar, Span
from mmmem.errors import UnknownNameError
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo, TimedText
from scenegraph import Questions, SceneGraph, attach
from scenegraph.answers import Change
from scenegraph.log import ListLog
from scenegraph.map_picture import map_frames, map_picture
from scenegraph.wording import told_change, told_twins, told_where

CALENDAR = Calendar("days")
SHELF = Box("shelf", "shelf", (2.0, 1.2, 0.0), (0.9, 0.4, 0.5), (90, 120, 60))
RED = Box("red", "mug", (-0.4, 0.0, 0.72), (0.09, 0.09, 0.1), (200, 30, 30), {"colour": "red"})
BLUE = Box("blue", "mug", (0.4, 0.1, 0.72), (0.09, 0.09, 0.1), (30, 40, 200), {"colour": "blue"})
HOUR = 3600


def questions(graph: SceneGraph, **more) -> Questions:
    return Questions(graph, calendar=CALENDAR, **more)


@pytest.fixture(scope="module")
def moved_and_gone() -> ListLog:
    """At 0 h a red and a blue mug on a table; at 2 h the red one stands elsewhere on it and the blue one is gone."""
    scene, log = Scene([TABLE, RED, BLUE]), ListLog()
    graph = SceneGraph(log)
    walk(graph, scene, 0, num=10)
    scene.put(RED.moved(0.1, -0.25))
    scene.take("blue")
    walk(graph, scene, 2 * HOUR, num=12)
    graph.flush()
    return log


@pytest.fixture
def graph(moved_and_gone) -> SceneGraph:
    return SceneGraph(moved_and_gone)


def test_what_was_just_seen_is_there_and_says_on_what(graph):
    found = questions(graph).where("red mug")
    assert found.standing == "there"
    assert found.spot.place == "on the table"
    assert found.frames
    assert not found.twins


def test_what_was_looked_for_and_not_found_is_gone_with_both_times_and_both_pictures(graph):
    q = questions(graph)
    found = q.where("blue mug")
    assert found.standing == "gone"
    assert found.spot.last_seen_ns < HOUR * S < found.spot.missing_ns
    said = told_where(found, q.now_ns, CALENDAR)
    assert said.startswith("Last seen on the table")
    assert said.endswith("00:00 today; looked there 02:00 today and it was gone.")
    assert found.spot.missing_frames


def test_what_nobody_looked_at_since_is_neither_there_nor_gone(graph):
    q = questions(graph, known_at=60 * S)
    found = q.where("blue mug", at=60 * S + HOUR * S)
    assert found.standing == "not looked since"
    assert "nobody has looked" in told_where(found, q.now_ns, CALENDAR)
    assert 0 < found.confidence < 1


def test_as_known_then_the_blue_mug_was_there(graph):
    then = questions(graph, known_at=20 * S)
    assert then.where("blue mug").standing == "there"
    assert questions(graph).where("blue mug").standing == "gone"


def test_one_word_for_two_things_lists_both(graph):
    q = questions(graph)
    found = q.where("mug")
    assert len(found.twins) == 1
    assert {found.spot.id, found.twins[0].spot.id} == {node.id for node in q.nodes("mug")}
    assert "others" in told_twins(found)


def test_an_unknown_thing_is_an_error_that_names_the_nearest(graph):
    with pytest.raises(UnknownNameError, match="Unknown thing 'green mugg'"):
        questions(graph).where("green mugg")


def test_changes_lie_between_the_looks_that_show_them(graph):
    q = questions(graph)
    kinds = {(one.kind, one.name) for one in q.changes(HOUR * S)}
    assert ("gone", "blue mug") in kinds
    for one in q.changes(HOUR * S):
        assert one.after_ns is None or one.after_ns < one.by_ns
        assert one.frames
        assert one.name in told_change(one, q.now_ns, CALENDAR)
    assert q.changes(4 * HOUR * S) == []


def test_a_move_between_places_of_one_name_is_told_as_a_move():
    change = Change("moved", "O1", "mug", 0, 60 * S, "on the table", "on the table", (), 0.9)
    assert told_change(change, 60 * S, CALENDAR).startswith("mug: on the table, but not where it was before (")
    assert told_change(replace(change, after="on the desk"), 60 * S, CALENDAR).startswith("mug: on the table -> on the desk (")


def test_counts_do_not_count_what_is_gone(graph):
    q = questions(graph)
    assert q.how_many("mugs", at=10 * S).count == 2
    assert q.how_many("mugs").count == 1
    assert q.how_many("blue mug").count == 0
    assert {spot.name for spot in q.kinds_at(place="table", at=10 * S)} == {"red mug", "blue mug"}


def test_what_has_not_been_seen_since_a_time(graph):
    q = questions(graph)
    assert [one.spot.name for one in q.not_seen_since(HOUR * S)] == ["blue mug"]
    assert q.not_seen_since(0) == []


def test_whereabouts_touch_the_window_and_are_in_order(graph):
    q = questions(graph)
    spots = q.whereabouts("red mug")
    assert [spot.start_ns for spot in spots] == sorted(spot.start_ns for spot in spots)
    assert q.whereabouts("blue mug", Span(3 * HOUR * S, 4 * HOUR * S)) == []


def test_what_is_beside_the_table_now_is_on_it(graph):
    found = questions(graph).beside("table", "on")
    assert [one.name for one in found] == ["red mug"]
    assert all(one.edge.relation == "on" for one in found)


def test_a_taught_name_and_a_taught_owner_are_understood(moved_and_gone):
    graph = SceneGraph(ListLog(moved_and_gone.rows))
    graph.correct("red mug", name="dax", owner="Alex")
    q = questions(graph)
    assert q.where("dax").spot.id == q.where("Alex's mug").spot.id == q.where("red mug").spot.id


def test_speech_tells_whose_a_thing_is_and_captions_what_furniture_is_called(graph):
    texts = [
        TimedText(Span(2 * S, 3 * S), "A red mug is on Ben's table."),
        TimedText(Span(3 * S, 4 * S), "A blue mug and a red mug are on Ben's table."),
        TimedText(Span(4 * S, 5 * S), "The blue mug on the table is mine.", "speech", speaker="Ben"),
        TimedText(Span(4 * S, 5 * S), "The red mug belongs to Alex.", "speech", speaker="Ben"),
    ]
    q = questions(graph, texts=texts)
    assert q.where("Ben's mug").spot.name == "blue mug"
    assert q.where("Alex's mug").spot.name == "red mug"
    assert q.where("red mug").spot.place == "on Ben's table"
    assert questions(graph, texts=texts, asker="Ben").where("my mug").spot.name == "blue mug"


def test_who_said_some_words_is_known_by_them(graph):
    from scenegraph.requests import request_of
    from scenegraph.source import replied

    texts = [
        TimedText(Span(2 * S, 3 * S), "I left my keys in the sink on Monday.", "speech", speaker="Ben"),
        TimedText(Span(4 * S, 5 * S), "The concert is on Friday.", "speech", speaker="Alex"),
        TimedText(Span(6 * S, 7 * S), "Where are my keys?", "speech", speaker="Alex"),
    ]
    q = questions(graph, texts=texts, stream_id="cam")

    def who(text: str):
        return replied(q, request_of(text, asked_at_ns=q.now_ns, calendar=CALENDAR)).answer

    assert who('Who said "I left my keys in the sink on Monday"?').value == "Ben"
    assert who('Who was it that said "the concert is on Friday"?').value == "Alex"
    assert who("Who mentioned the concert?").value == "Alex"
    assert who("Who mentioned the concert?").evidence
    assert who('Who said "dinner is ready"?').abstained


def test_what_only_words_tell_of_is_known_by_them(graph):
    texts = [TimedText(Span(t * S, (t + 1) * S), "Golden keys are on the shelf.") for t in (100, 110)]
    q = questions(graph, texts=texts, stream_id="cam")
    found = q.where("golden keys")
    assert found.spot.place == "on the shelf"
    assert found.spot.last_seen_ns == 111 * S
    assert found.confidence < q.where("red mug").confidence


def test_a_map_shows_the_present_and_frames_go_from_the_first_sighting_on(graph):
    q = questions(graph)
    now, before = map_picture(q, longest_px=300), map_picture(q, at=5 * S, longest_px=300)
    assert now.size == before.size
    assert now.tobytes() != before.tobytes()
    instants = [t_ns for t_ns, _ in map_frames(q, 3, longest_px=200)]
    assert instants == sorted(instants)
    assert instants[-1] == q.now_ns


# As a source of the agent


@pytest.fixture
def memory(moved_and_gone, tmp_path: Path) -> Memory:
    """The log in a memory, with words that tell what no picture shows."""
    with Memory.open(tmp_path / "m", mode="w", create=True, calendar=CALENDAR) as opened:
        opened.add_stream(StreamInfo("cam", "scripted", CALENDAR, 0))
        rows = [(Span(row.learned_ns, row.learned_ns + 1), row.assertion) for row in moved_and_gone.rows]
        opened.observe([Observation("cam", span, assertions=(said,)) for span, said in rows])
        said = [
            TimedText(Span(30 * S, 31 * S), "Ben takes the letter from the drawer."),
            TimedText(Span(2 * HOUR * S + 90 * S, 2 * HOUR * S + 91 * S), "Ben hides the letter under the carpet."),
            TimedText(Span(2 * HOUR * S + 95 * S, 2 * HOUR * S + 96 * S), "The concert is on Friday.", "speech", speaker="Alex"),
        ]
        opened.observe([Observation.of_text("cam", text) for text in said])
    return Memory.open(tmp_path / "m")


QUESTIONS = [
    ("Where is the red mug?", lambda answer: "table" in answer.text),
    ("Where is the blue mug?", lambda answer: "gone" in answer.text),
    ("How many mugs are on the table?", lambda answer: answer.value == 1),
    ("When did you last see the blue mug?", lambda answer: answer.value is not None and answer.value < HOUR * S),
    ("What colour is the mug on the table?", lambda answer: "red" in answer.text.lower()),
    ("Who took the letter from the drawer?", lambda answer: "Ben" in answer.text),
    ("Where did Ben hide the letter?", lambda answer: "carpet" in answer.text),
    ("When is the concert?", lambda answer: "friday" in answer.text.lower()),
]


def num_right(memory: Memory, sources) -> int:
    answers = [(memory.ask(text, sources=sources), right) for text, right in QUESTIONS]
    return sum(not answer.abstained and right(answer) for answer, right in answers)


def test_graph_and_banks_together_beat_each_alone(memory):
    with memory:
        attach(memory)
        graph, banks, both = (num_right(memory, sources) for sources in (["graph"], ["episodic", "semantic", "visual"], None))
        assert both > graph
        assert both > banks
        assert graph >= 5


def test_answers_of_the_graph_cite_pictures_and_keep_to_what_was_known(memory):
    with memory:
        attach(memory)
        now = memory.ask("Where is the blue mug?", sources=["graph"])
        then = memory.ask("Where is the blue mug?", asked_at=20 * S, sources=["graph"])
        assert "gone" in now.text
        assert "gone" not in then.text
        assert all(one.source == "graph" and one.frames for one in now.evidence)
        assert all(one.span.start_ns <= 20 * S for one in then.evidence)
        assert any(step.source == "graph" for step in now.steps)


def test_what_was_never_seen_is_not_made_up(memory):
    with memory:
        attach(memory)
        answer = memory.ask("Where is the purple violin?")
        assert answer.abstained
        assert "never" in answer.text
