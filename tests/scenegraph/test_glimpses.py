"""What is seen too poorly to be a thing is kept as a glimpse; a second detection of a known thing is none."""

from dataclasses import replace

import numpy as np
from scripted_scene import EYES, TABLE, Box, Scene, mug, walk

from mmmem.types import Detections, Frame
from scenegraph import SceneGraph
from scenegraph.association import read_alike
from scenegraph.geometry import view_of
from scenegraph.log import ListLog
from scenegraph.settings import Settings
from scenegraph.sightings import sightings_of
from scenegraph.tracks import tentative

RED = replace(mug("red", -0.3, 0.0), attributes={"colour": "red"})
WHITE_MUG = replace(mug("white", 0.3, 0.1, (230, 230, 230)), attributes={"colour": "white"})


def poorly(shot: tuple[Frame, Detections], score: float) -> tuple[Frame, Detections]:
    frame, found = shot
    scores = np.array([0.9 if label == "table" else score for label in found.label], np.float32)
    return frame, replace(found, score=scores)


def look_poorly(graph: SceneGraph, scene: Scene, num: int, start_s: float = 0.0) -> None:
    for place in range(num):
        graph.observe(*poorly(scene.shot(start_s + place * 0.5, EYES[place]), 0.15))
    scene.boxes = [box for box in scene.boxes if box.kind == "table"]
    walk(graph, scene, start_s + 60)


def test_what_was_seen_poorly_three_times_is_a_glimpse_with_its_class_place_and_colour() -> None:
    graph = SceneGraph()
    look_poorly(graph, Scene([TABLE, RED]), 3)
    assert not graph.find("mug")
    (glimpse,) = graph.world.glimpses
    assert glimpse.kind == "mug"
    assert glimpse.described == {"colour": "red"}
    assert glimpse.stay is not None
    assert glimpse.stay.at is not None
    assert np.linalg.norm(glimpse.stay.at - RED.bounds.mean(axis=0)) < 0.1


def test_a_glimpse_is_in_the_log_and_comes_back_with_it() -> None:
    graph = SceneGraph()
    look_poorly(graph, Scene([TABLE, RED]), 2)
    assert [one.kind for one in SceneGraph(graph.log).world.glimpses] == ["mug"]


def test_the_id_of_a_glimpse_is_not_given_again_when_another_was_forgotten() -> None:
    graph = SceneGraph()
    look_poorly(graph, Scene([TABLE, RED]), 2)
    look_poorly(graph, Scene([TABLE, mug("far", 0.6, 0.2, (230, 230, 230))]), 2, start_s=1000)
    first, last = (one.id for one in graph.world.glimpses)
    left = [row for row in graph.log.rows if row.assertion.subject != first]
    world = SceneGraph(ListLog(left)).world
    assert [one.id for one in world.glimpses] == [last]
    assert world.new_glimpse_id() != last


def found_twice(graph: SceneGraph, box: Box, num: int, colour: str) -> None:
    """A known thing is found well, and beside it once more, poorly."""
    scene = Scene([TABLE, box])
    walk(graph, scene, 0)
    x, y, _ = box.at
    beside = replace(box.moved(x + 0.1, y), name="beside", attributes={"colour": colour})
    twice = Scene([TABLE, box, beside])
    for place in range(num):
        frame, found = twice.shot(20 + place * 0.5, EYES[place])
        graph.observe(frame, replace(found, score=np.array([0.9, 0.9, 0.15], np.float32)))
    walk(graph, scene, 60)


def test_a_poor_second_look_at_a_known_thing_is_no_glimpse() -> None:
    alike, other = SceneGraph(), SceneGraph()
    found_twice(alike, WHITE_MUG, 2, "white")
    found_twice(other, WHITE_MUG, 2, "black")
    assert alike.world.glimpses == []
    assert [one.described["colour"] for one in other.world.glimpses] == ["black"]


def test_what_is_being_looked_at_when_a_question_comes_is_known_as_a_glimpse_and_once() -> None:
    graph, scene = SceneGraph(), Scene([TABLE, RED])
    for place in range(2):
        graph.observe(*poorly(scene.shot(place * 0.5, EYES[place]), 0.15))
    graph.flush()
    graph.flush()
    assert [one.kind for one in graph.world.glimpses] == ["mug"]
    walk(graph, Scene([TABLE]), 60)
    assert len(graph.world.glimpses) == 1


def test_one_detection_without_any_description_is_nothing() -> None:
    graph = SceneGraph()
    look_poorly(graph, Scene([TABLE, Box("x", "cup", (0.0, 0.0, 0.72), (0.1, 0.1, 0.1))]), 1)
    assert graph.world.glimpses == []


def test_a_black_picture_tells_nothing_of_looks() -> None:
    graph, scene = SceneGraph(), Scene([TABLE, RED])
    for place, eye in enumerate(EYES):
        frame, found = scene.shot(place * 0.5, eye)
        graph.observe(replace(frame, image=np.zeros_like(frame.image)), found)
    assert graph.node("mug").colour is None


def test_what_was_read_many_times_and_never_so_is_hardly_this_thing() -> None:
    frame, found = Scene([TABLE, RED]).shot(0, EYES[2])
    (_, one) = sightings_of(frame, found, view_of(frame, Settings()), Settings())
    track = tentative("T1", one, frame.ref)
    after_one = read_alike(replace(one, attributes={"colour": "blue"}), track)
    for _ in range(20):
        track.add(one, frame.ref)
    after_many = read_alike(replace(one, attributes={"colour": "blue"}), track)
    assert after_many < after_one < 0 < read_alike(one, track)
    assert read_alike(replace(one, attributes={}), track) == 0


def test_one_misread_colour_beside_the_thing_is_no_glimpse() -> None:
    graph, scene = SceneGraph(), Scene([TABLE, RED])
    walk(graph, scene, 0)
    frame, found = scene.shot(10, EYES[2])
    graph.observe(frame, replace(found, attributes=({}, {"colour": "orange"})))
    walk(graph, scene, 40)
    assert [node.described["colour"] for node in graph.find("mug")] == ["red"]
    assert graph.world.glimpses == []
    beside = SceneGraph()
    found_twice(beside, RED, 1, "orange")
    assert beside.world.glimpses == []
