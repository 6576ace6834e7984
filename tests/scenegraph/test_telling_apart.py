"""What is one thing and what are two: classes and colours over many looks, glimpses that add up, poses that are off together."""

from dataclasses import replace

import numpy as np
import pytest
from scripted_scene import EYES, TABLE, Box, S, Scene, mug, walk

from mmmem.clock import Span
from mmmem.types import Assertion
from scenegraph import SceneGraph
from scenegraph.association import REFUSED, likeness, score, told_alike
from scenegraph.geometry import view_of
from scenegraph.log import AT_SAME_PLACE, Row
from scenegraph.recognition import Recognition
from scenegraph.settings import Settings
from scenegraph.sightings import Sighting, sightings_of
from scenegraph.tracks import Track, tentative
from scenegraph.world import World

CHAIR = Box("chair", "chair", (0.3, -0.5, 0.0), (0.45, 0.45, 0.9), (118, 82, 52))
MUG = replace(mug("mug", -0.3, 0.0), attributes={"colour": "red"})


def seen(scene: Scene, times: int = 1) -> tuple[list[Sighting], list[Track]]:
    """The sightings of one picture, in order of the boxes, and tracks that saw them so many times."""
    frame, found = scene.shot(0, EYES[2])
    sightings = sightings_of(frame, found, view_of(frame, Settings()), Settings())
    tracks = [tentative(f"O{place}", one, frame.ref) for place, one in enumerate(sightings)]
    for track, one in zip(tracks, sightings, strict=True):
        for _ in range(times - 1):
            track.add(one, frame.ref)
            track.measure(one)
    return sightings, tracks


def test_what_stands_on_a_table_is_no_part_of_it_and_a_chair_under_it_is_no_table():
    (_, cup, chair), (table, *_) = seen(Scene([TABLE, MUG, CHAIR]), 20)
    settings = Settings()
    assert score(cup, table, "cam", S, settings) <= REFUSED
    assert score(chair, table, "cam", S, settings) <= REFUSED


def test_a_class_that_many_looks_agree_on_tells_things_apart_more_than_one_look_does():
    glass = replace(MUG, kind="glass")
    few, many = ([*seen(Scene([TABLE, MUG]), times)[1], *seen(Scene([TABLE, glass]), times)[1]] for times in (1, 9))
    assert likeness(many[1], many[3]) < likeness(few[1], few[3]) < likeness(few[1], few[1])


def test_a_detector_that_names_a_thing_otherwise_now_and_then_makes_no_second_thing():
    scene, graph = Scene([TABLE, MUG]), SceneGraph()
    for place in range(30):
        misread = place % 5 == 4
        shot = scene.shot(
            place * 0.5, EYES[place % 6], label=lambda box, misread=misread: "glass" if misread and box is MUG else box.kind
        )
        graph.observe(*shot)
    assert [node.kind for node in graph.nodes.values() if node.layer == "object"] == ["mug"]
    assert not any(node.missing for node in graph.nodes.values())


def test_another_thing_in_its_place_is_another_thing_once_it_is_seen_in_a_row():
    scene, graph = Scene([TABLE, MUG]), SceneGraph()
    walk(graph, scene, 0)
    scene.put(Box("mug", "book", (-0.3, 0.0, 0.72), (0.1, 0.1, 0.09), (30, 30, 200), {"colour": "blue"}))
    walk(graph, scene, 100, num=10)
    assert {node.kind for node in graph.nodes.values() if node.layer == "object"} == {"mug", "book"}
    assert graph.node("mug").missing


def test_glimpses_of_one_thing_add_up_and_it_was_there_since_the_first():
    scene, graph = Scene([TABLE, MUG]), SceneGraph()
    for start_s in (0, 100, 200):
        for place in range(2):
            frame, found = scene.shot(start_s + place, EYES[place])
            score = np.array([0.9 if label == "table" else 0.2 for label in found.label], np.float32)
            graph.observe(frame, replace(found, score=score))
    graph.flush()
    (node,) = graph.find("mug")
    assert node.stays[0].start_ns == 0
    assert node.stays[0].num_seen == 6
    assert all(glimpse.merged_into == node.id for glimpse in graph.world.glimpses)
    again = SceneGraph(graph.log)
    assert [glimpse.merged_into for glimpse in again.world.glimpses] == [glimpse.merged_into for glimpse in graph.world.glimpses]


def test_two_nodes_at_the_same_place_have_one_stay_there():
    def said(id: str, start_s: int, end_s: int, count: int, kind: str = "seen", other: str = "sofa", **more: object) -> Assertion:
        box = [[0.0, 0.0, 0.0], [1.0, 1.0, 0.8]]
        value = {"count": count, "at": [0.5, 0.5, 0.4], "box": box, **more}
        return Assertion(kind, id, Span(start_s * S, end_s * S), other, value, 0.9)

    rows = [said("F1", 0, 10, 9), said("F2", 5, 30, 20), said("F1", 40, 50, 2)]
    rows.append(Assertion("same", "F1", Span(50 * S, 51 * S), "F2", {"why": AT_SAME_PLACE}))
    world = World().extend(Row(number, "s", one, one.span.end_ns) for number, one in enumerate(rows, start=1))
    (stay,) = world.nodes["F1"].stays
    assert (stay.start_ns, stay.last_seen_ns, stay.num_seen) == (0, 50 * S - 1, 31)


@pytest.mark.parametrize("away_s", [1.0, 600.0])
def test_what_was_misread_when_it_turned_up_is_recognised_when_it_has_been_seen_well(away_s):
    scene, graph, hour_s = Scene([TABLE, MUG]), SceneGraph(), 3600.0
    walk(graph, scene, 0, num=10)
    scene.take("mug")
    walk(graph, scene, hour_s, num=20)
    assert graph.find("mug")[0].missing
    moved = replace(MUG.moved(0.5, 0.1), attributes={"colour": "green"})
    for place in range(30):
        scene.put(moved if place < 4 else replace(moved, attributes={"colour": "red"}))
        graph.observe(*scene.shot(2 * hour_s + place * 0.5, EYES[place % 6]))
        if place == 6:
            assert len(graph.find("mug")) == 2
    for place in range(10):  # it leaves the view
        graph.observe(*scene.shot(2 * hour_s + 20 + away_s + place, EYES[0], (-3.0, -3.0, 1.0)))
    (node,) = graph.find("mug")
    assert [stay.num_seen for stay in node.stays] == [10, 30]
    assert not node.missing
    assert len(SceneGraph(graph.log).find("mug")) == 1


def test_another_colour_in_a_look_or_two_tells_less_than_in_many():
    blue = replace(MUG, colour=(30, 30, 200))
    few, many = ([*seen(Scene([TABLE, MUG]), times)[1], *seen(Scene([TABLE, blue]), times)[1]] for times in (1, 9))
    assert likeness(many[1], many[3]) < likeness(few[1], few[3]) < likeness(few[1], few[1])


@pytest.mark.parametrize(("score_of_it", "read", "nodes"), [(0.3, {}, 2), (0.9, {}, 1), (0.3, {"colour": "red"}, 1)])
def test_what_no_look_was_sure_of_and_nothing_was_read_of_is_not_said_to_be_a_known_thing_that_moved(score_of_it, read, nodes):
    plain = replace(MUG, attributes=read)
    scene, graph = Scene([TABLE, plain]), SceneGraph()
    walk(graph, scene, 0, num=10)
    scene.take("mug")
    walk(graph, scene, 3600, num=20)
    scene.put(replace(plain.moved(0.5, 0.1), colour=(120, 90, 90)))
    for place in range(12):
        frame, found = scene.shot(7200 + place * 0.5, EYES[place % 6])
        scores = np.array([score_of_it if name == "mug" else 0.9 for name in found.label], np.float32)
        graph.observe(frame, replace(found, score=scores))
    assert len(graph.find("mug")) == nodes


@pytest.mark.parametrize(("away_m", "beside", "one"), [(0.15, False, True), (0.15, True, False), (0.5, False, False)])
def test_what_is_followed_twice_for_a_moment_is_one_thing_unless_both_are_seen_at_once(away_m, beside, one):
    scene, graph = Scene([TABLE, MUG]), SceneGraph()
    walk(graph, scene, 0, num=10)
    graph.flush()
    (node,) = graph.find("mug")
    frame, found = Scene([TABLE, MUG.moved(MUG.at[0] + away_m, MUG.at[1])]).shot(3, EYES[2])
    sighting = sightings_of(frame, found, view_of(frame, Settings()), Settings())[1]
    track = tentative("T9", sighting, frame.ref)
    assert node.last_seen_ns > track.first_ns
    node.stays[-1].missing_ns = node.last_seen_ns + 1
    track.company = {node.id: 1} if beside else {}
    known = Recognition(graph.world, Settings(), {}, {}).known(track, set(), frame.t_ns)
    assert (known is not None and known.node is node) == one


@pytest.mark.parametrize(("pages", "nodes"), [("open", 1), ("closed", 2)])
def test_an_open_book_may_be_the_closed_one_of_another_size_and_colour(pages, nodes):
    shut = Box("book", "book", (-0.3, 0.0, 0.72), (0.16, 0.22, 0.06), (200, 30, 30), {"pages": "closed"})
    wide = Box("book", "book", (0.4, 0.1, 0.72), (0.34, 0.4, 0.02), (225, 220, 210), {"pages": pages})
    scene, graph = Scene([TABLE, shut]), SceneGraph()
    walk(graph, scene, 0, num=10)
    scene.take("book")
    walk(graph, scene, 3600, num=20)
    assert graph.find("book")[0].missing
    scene.put(wide)
    walk(graph, scene, 7200, num=10)
    assert len(graph.find("book")) == nodes


def test_of_two_looks_that_differ_nobody_knows_which_was_misread():
    blue = {"colour": {"blue": 40.0, "purple": 1.0}}
    assert told_alike({"colour": {"blue": 1.0, "purple": 1.0}}, blue) == 0.0
    assert told_alike({"colour": {"green": 1.0, "purple": 1.0}}, blue) < 0.0 < told_alike({"colour": {"blue": 1.0}}, blue)
