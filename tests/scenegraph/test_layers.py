"""All layers of the graph as one tree: who is part of what, since when, and what lies beside what."""

from itertools import pairwise

import numpy as np
import pytest
from graph_compared import plain
from scripted_scene import EYES, TABLE, Box, S, Scene, mug

from mmmem.clock import Span
from mmmem.types import Detections, Frame, TimedText
from scenegraph import SceneGraph
from scenegraph.kinds import LAYERS
from scenegraph.log import ListLog

SHELF = Box("shelf", "shelf", (-1.9, 1.4, 0.0), (0.8, 0.4, 1.1), (150, 110, 60))
ANNA = Box("anna", "person", (0.3, 0.9, 0.0), (0.5, 0.4, 1.7), (90, 60, 160))


@pytest.fixture(scope="module")
def log() -> ListLog:
    """Somebody walks round a room with a table, a shelf, two mugs and, for a while, Anna."""
    log, scene = ListLog(), Scene([TABLE, SHELF, mug("red", -0.4, 0.0), mug("blue", 0.3, 0.1, (30, 40, 200))])
    graph = SceneGraph(log)
    for number in range(40):
        if number == 10:
            scene.put(ANNA)
        turn = number / 40 * 2 * np.pi
        graph.observe(*scene.shot(number, (2.0 * np.sin(turn), -2.0 * np.cos(turn), 1.5), noise_m=0.003))
    graph.flush()
    return log


@pytest.fixture(scope="module")
def graph(log: ListLog) -> SceneGraph:
    return SceneGraph(log)


def test_every_layer_is_there_and_everything_is_part_of_something(graph):
    held = graph.hierarchy()
    assert list(held.counts()) == list(LAYERS)
    assert {id for id, one in held.members.items() if not one.parent} == {"B1"}
    assert held.members["L1"].parent == "B1"
    for one in held.members.values():
        above = held.members.get(one.parent)
        assert above is None or LAYERS.index(above.layer) < LAYERS.index(one.layer)
        assert one in held.children(one.parent)
        assert one.start_ns <= one.last_ns <= graph.now_ns
        assert one.id[0] == {"building": "B", "floor": "L", "room": "R", "place": "S", "robot": "A"}.get(one.layer, one.id[0])
    assert {id for id, one in held.members.items() if one.layer in ("object", "furniture", "person")} == graph.nodes.keys()


def test_things_are_part_of_what_bears_them(graph):
    held, table = graph.hierarchy(), graph.node("table")
    assert {one.name for one in held.children(table.id)} == {"mug"}
    assert len(held.children(table.id)) == 2
    room = held.members[table.id].parent
    assert held.members[room].layer == "room"
    assert held.members[graph.node("person").id].parent == room


def test_places_cover_the_floor_and_lie_beside_their_neighbours(graph):
    held = graph.hierarchy()
    places = {one.id: one for one in held.of("place")}
    beside = [(one, other) for one, other, kind in held.ways if kind == "beside"]
    assert len(places) >= 6
    assert {id for pair in beside for id in pair} <= places.keys()
    for one, other in beside:
        assert 0.9 < np.linalg.norm(places[one].at - places[other].at) < 4.0
    for one, other in pairwise(places.values()):
        assert np.linalg.norm(one.at - other.at) > 0.9
    table = graph.where("table").box
    for one in places.values():
        assert not ((one.at[:2] > table[0, :2] + 0.1) & (one.at[:2] < table[1, :2] - 0.1)).all()
    reached, before = {next(iter(places))}, 0
    while len(reached) > before:
        before = len(reached)
        reached |= {id for pair in beside if reached & set(pair) for id in pair}
    assert len(reached) >= 0.8 * len(places)


def test_who_carries_the_camera_is_where_it_was_last(graph):
    (robot,) = graph.hierarchy().of("robot")
    assert (robot.id, robot.name) == ("A1", "cam")
    assert robot.parent in graph.rooms()
    assert robot.at[2] == pytest.approx(1.5, abs=0.05)
    assert robot.last_ns >= 35 * S


def test_as_of_a_time_it_holds_nothing_later(log, graph):
    then = graph.hierarchy(at=5 * S, known_at=5 * S)
    assert "person" not in then.counts()
    assert all(one.last_ns <= 5 * S for one in then.members.values())
    early = SceneGraph(ListLog(row for row in log.rows if row.learned_ns <= 5 * S)).hierarchy(at=5 * S)
    assert plain_members(early) == plain_members(then)


def plain_members(held):
    return {id: plain({name: getattr(one, name) for name in one.__slots__}) for id, one in held.members.items()}


def test_places_keep_their_ids_while_more_is_seen(log):
    half = SceneGraph(ListLog(log.rows[: len(log.rows) * 2 // 3])).world.places
    whole = SceneGraph(log).world.places
    kept = half.keys() & whole.keys()
    assert len(kept) > 0.5 * len(half)
    for id in kept:
        assert np.linalg.norm(half[id].at - whole[id].at) < 1.5
    assert all(whole[id].since_ns == half[id].since_ns for id in kept)


# Without depth


RNG = np.random.default_rng(4)
LOOKS = np.linalg.qr(RNG.normal(size=(64, 8)))[0].T


def look(place: int) -> dict[str, np.ndarray]:
    vector = LOOKS[place] + RNG.normal(0.0, 0.02, 64)
    return {"image:classical-1": (vector / np.linalg.norm(vector)).astype(np.float32)}


def seen(graph: SceneGraph, t_s: int, place: int, things: tuple[str, ...]) -> None:
    frame = Frame("walk", t_s, t_s * S, np.full((60, 80, 3), 120, np.uint8))
    boxes = np.array([[10 + 30 * n, 10, 30 + 30 * n, 40] for n in range(len(things))], np.float32).reshape(-1, 4)
    ids = np.array([100 * place + n for n in range(len(things))], np.int64)
    graph.observe(frame, Detections(boxes, np.full(len(things), 0.9, np.float32), things, ids))
    graph.visit("walk", t_s * S, look(place))


def test_without_depth_places_are_what_looks_alike_and_things_are_part_of_them():
    log = ListLog()
    graph = SceneGraph(log)
    for t_s, place in enumerate([0, 0, 0, 1, 1, 1, 2, 0, 0]):
        seen(graph, t_s, place, {0: ("mug",), 1: ("book",)}.get(place, ()))
    graph.flush()
    for one in (graph, SceneGraph(log)):
        held = one.hierarchy()
        assert held.counts() == {"place": 3, "object": 2, "robot": 1}
        assert held.members["S1"].visits == ((0, 2 * S), (7 * S, 8 * S))
        assert held.members["S2"].visits == ((3 * S, 5 * S),)
        assert held.members[one.node("mug").id].parent == "S1"
        assert held.members[one.node("book").id].parent == "S2"
        assert (held.members["A1"].parent, held.members["A1"].at) == ("S1", None)


def test_a_camera_that_comes_back_after_a_restart_knows_the_place():
    log = ListLog()
    for start in (0, 100, 200):
        graph = SceneGraph(log)
        for t_s, place in enumerate([0, 0, 1, 1]):
            seen(graph, start + t_s, place, ())
        graph.flush()
    held = SceneGraph(log).hierarchy()
    assert held.counts() == {"place": 2, "robot": 1}
    assert [len(one.visits) for one in held.of("place")] == [3, 3]


def test_words_alone_have_no_building():
    graph = SceneGraph()
    graph.read("notes", TimedText(Span(0, S), "a red mug on the kitchen counter"))
    assert graph.hierarchy().counts() == {"object": 1}
    assert SceneGraph().hierarchy().counts() == {}


def test_two_cameras_are_two_robots():
    graph, scene = SceneGraph(), Scene([TABLE])
    for number in range(6):
        for stream in ("left", "right"):
            frame, found = scene.shot(number + (stream == "right") / 2, EYES[number], stream=stream)
            graph.observe(frame, found)
    assert [(one.id, one.name) for one in graph.hierarchy().of("robot")] == [("A1", "left"), ("A2", "right")]


def test_a_camera_keeps_its_id_when_another_that_measures_more_begins():
    graph, scene = SceneGraph(), Scene([TABLE])
    seen(graph, 1, 0, ())
    before = graph.hierarchy().of("robot")
    for number in range(3):
        graph.observe(*scene.shot(10 + number, EYES[number]))
    after = graph.hierarchy().of("robot")
    assert [(one.id, one.name, one.start_ns) for one in before] == [("A1", "walk", S)]
    assert [(one.id, one.name) for one in after] == [("A1", "walk"), ("A2", "cam")]
