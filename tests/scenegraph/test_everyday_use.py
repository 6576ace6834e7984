"""What plain use once got wrong: classes in capitals, clocks that are a little off, a person's word, times between two looks."""

import shutil
from dataclasses import replace

import pytest
from scripted_scene import EYES, TABLE, Box, S, Scene, mug, walk

from mmmem.clock import Calendar, Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo
from scenegraph import Questions, SceneGraph, attach
from scenegraph.attaching import WithGraph
from scenegraph.export.snapshot import snapshot

RED = replace(mug("red", -0.4, 0.0), attributes={"colour": "red"})
LAPTOP = Box("laptop", "laptop", (0.4, 0.1, 0.72), (0.3, 0.2, 0.05), (90, 90, 90), {"colour": "grey"})
PLATE = Box("plate", "plate", (-0.2, 0.1, 0.72), (0.2, 0.2, 0.03), (240, 240, 240), {"colour": "white"})
PERSON = Box("anna", "person", (0.9, 0.9, 0.0), (0.4, 0.3, 1.7), (50, 90, 200))
HOUR = 3600


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Seen at 0, 2 and 25 h; the laptop stands on the table until the last look misses it."""
    path, scene = tmp_path_factory.mktemp("everyday") / "home", Scene([TABLE, RED, LAPTOP, PLATE])
    with Memory.open(path, mode="w", create=True, calendar=Calendar("days")) as memory:
        memory.add_stream(StreamInfo("cam", "scripted", memory.calendar, 0))
        both = WithGraph(SceneGraph(memory))
        for start_s in (0, 2 * HOUR, 25 * HOUR):
            if start_s == 25 * HOUR:
                scene.take("laptop")
            for place in range(12):
                frame, found = scene.shot(start_s + place / 2, EYES[place % 6])
                memory.observe([both.look(Observation("cam", Span(frame.t_ns, frame.t_ns + S // 2), frame.ref), frame, found)])
    return path


def ask(path, question: str):
    with Memory.open(path) as memory:
        attach(memory)
        return memory.ask(question)


@pytest.mark.parametrize(("label", "asked"), [("Mug", "mug"), ("MUG", "Mugs"), ("CounterTop", "countertop"), ("lens", "lens")])
def test_a_class_is_found_whatever_its_capitals_and_its_number(label, asked):
    graph, scene = SceneGraph(), Scene([TABLE, RED])
    walk(graph, scene, 0, label=lambda box: label if box is RED else box.kind)
    graph.flush()
    q = Questions(graph)
    assert {q.where(words).spot.id for words in (label, asked)} == {"O1"}
    assert q.how_many(label).count == 1
    assert graph.node(label).id == "O1"


def test_a_thing_whose_class_reads_like_a_phrase_is_found_by_its_name():
    graph = SceneGraph()
    walk(graph, Scene([TABLE, RED]), 0, label=lambda box: "book on tape" if box is RED else box.kind)
    graph.flush()
    assert Questions(graph).where("red book on tape").spot.id == "O1"


def test_a_correction_loses_nothing_that_was_seen():
    graph = SceneGraph()
    walk(graph, Scene([TABLE, RED]), 0)
    graph.correct("mug", owner="Alex")
    assert graph.node("mug").last_seen_ns == graph.now_ns


def test_a_class_that_a_person_tells_is_found_in_any_case():
    graph = SceneGraph()
    walk(graph, Scene([TABLE, RED]), 0)
    graph.correct("mug", kind="Dax")
    assert Questions(graph).where("the Dax").spot.id == graph.node("dax").id == "O1"


def test_a_second_camera_whose_clock_is_a_little_behind_makes_no_error():
    graph, scene = SceneGraph(), Scene([TABLE, RED])
    for place in range(8):
        graph.observe(*scene.shot(10 + place, EYES[place % 6], stream="a"))
        frame, found = scene.shot(10 + place, EYES[5 - place % 6], stream="b")
        graph.observe(replace(frame, t_ns=frame.t_ns - S // 20), found)
    graph.flush()
    (node,) = graph.find("mug")
    assert (node.stays[0].start_ns, node.stays[0].last_seen_ns) == (10 * S - S // 20, 17 * S)


def test_masks_of_another_size_than_the_picture_are_refused():
    graph = SceneGraph()
    frame, found = Scene([TABLE, RED]).shot(0, EYES[0])
    with pytest.raises(InvalidInputError, match=r"Masks must be as large as the picture, \(120, 160\)"):
        graph.observe(frame, replace(found, mask=found.mask[:, ::2, ::2]))
    assert not graph.nodes


@pytest.mark.parametrize("hour", ["01:00", "1:00"])
def test_what_was_seen_before_and_after_was_there_between_though_it_left_later(home, hour):
    assert ask(home, f"Where was the laptop on day 1 at {hour}?").value == "on the table"


def test_nothing_is_left_of_a_class_that_is_gone(home):
    assert ask(home, "How many laptops are there?").value == 0
    gone = ask(home, "Is there a laptop?")
    assert gone.value is False
    assert gone.text.startswith("No: last seen on the table ")
    assert ask(home, "Are there any mugs left?").value is True


def test_a_place_that_a_person_told_is_the_answer_and_said_to_be_told(home, tmp_path):
    copied = shutil.copytree(home, tmp_path / "home")
    with Memory.open(copied, mode="w") as memory:
        rows = SceneGraph(memory).correct("red mug", place="in the dishwasher", t_ns=memory.end_ns(), stream_id="cam")
        memory.observe([Observation("cam", Span(memory.end_ns(), memory.end_ns() + 1), assertions=rows)])
    answer = ask(copied, "Where is the red mug?")
    assert answer.value == "in the dishwasher"
    assert answer.text.startswith("Said to be in the dishwasher")
    assert answer.evidence


def test_what_was_seen_later_is_not_told_to_have_been_elsewhere_before():
    graph = SceneGraph()
    walk(graph, Scene([TABLE, RED]), 0)
    graph.flush()
    with pytest.raises(InvalidInputError, match="was seen up to 2 s after"):
        graph.correct("mug", place="in the sink", t_ns=S // 2)


@pytest.mark.parametrize(("question", "value"), [("Is the plate under the table?", False), ("Is the plate on the table?", True)])
def test_on_which_side_of_a_place_something_is_matters(home, question, value):
    assert ask(home, question).value is value


def test_a_person_who_was_out_of_view_is_not_said_to_have_been_there():
    graph, scene = SceneGraph(), Scene([TABLE, PERSON])
    walk(graph, scene, 0, num=10)
    scene.take("anna")
    walk(graph, scene, 600, num=10)
    scene.put(PERSON)
    walk(graph, scene, 1200, num=10)
    graph.flush()
    (anna,) = graph.find("person")
    assert [graph.where(anna.id, at=t_s * S).presence for t_s in (2, 602, 1202)] == ["seen there", "not looked", "seen there"]
    q = Questions(graph)
    assert [len(q.who_was(window=Span(t_s * S, (t_s + 3) * S))) for t_s in (1, 601, 1201)] == [1, 0, 1]


def test_what_is_in_the_last_picture_is_there_at_its_end():
    graph, scene = SceneGraph(), Scene([TABLE, RED])
    walk(graph, scene, 0)
    graph.flush()
    taken = snapshot(graph, at=graph.now_ns + 1, known_at=graph.now_ns + 1)
    assert {thing.where.presence for thing in taken.things} == {"seen there"}
