"""Bad input is named: depth that is not there, poses that jump or mirror, clocks, labels and ids that change, damaged rows."""

import ast
import sqlite3
from dataclasses import replace

import numpy as np
import pytest
from scripted_scene import EYES, TABLE, S, Scene, mug, walk

from mmmem.clock import Calendar, Span
from mmmem.errors import InvalidInputError, MemoryCorruptError
from mmmem.memory import Memory
from mmmem.types import Detections, Observation, StreamInfo
from scenegraph import SceneGraph
from scenegraph.log import ListLog

RED, BLUE = mug("red", -0.4, 0.0), mug("blue", 0.3, 0.1, (30, 40, 200))


def kitchen() -> Scene:
    return Scene([TABLE, RED, BLUE])


def test_depth_that_is_hardly_there_is_named_once():
    scene, graph = kitchen(), SceneGraph()
    for number in range(6):
        frame, found = scene.shot(number, EYES[number])
        frame.depth_m[:110] = np.inf
        frame.depth_m[110:115] = np.nan
        frame.depth_m[115:] = -1.0
        graph.observe(frame, found)
    (note,) = graph.notes
    assert note.startswith("cam at 0 ns: only 0% of the depth picture is a distance that can be")
    assert all(node.stay.at is None for node in graph.nodes.values())


@pytest.mark.parametrize("bad", [0.0, np.nan, np.inf, -np.inf, -2.0, 1e9])
def test_any_value_that_is_no_distance_is_a_hole(bad):
    scene, whole, holed = kitchen(), SceneGraph(), SceneGraph()
    rng = np.random.default_rng(0)
    for number in range(6):
        frame, found = scene.shot(number, EYES[number])
        whole.observe(frame, found)
        depth = np.where(rng.random(frame.depth_m.shape) < 0.15, np.float32(bad), frame.depth_m)
        holed.observe(replace(frame, depth_m=depth), found)
    assert holed.nodes.keys() == whole.nodes.keys()
    for id in whole.nodes:
        np.testing.assert_allclose(holed.where(id).position, whole.where(id).position, atol=0.04)
    assert holed.notes == []


def test_a_pose_that_jumps_is_named_with_how_far_and_how_much_disagrees():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0)
    frame, found = scene.shot(3.2, EYES[5])
    frame.pose_world_camera[:3, 3] += (0.8, 0.5, 0.0)
    graph.observe(frame, found)
    (note,) = graph.notes
    assert "the pose is 0.94 m from the last one and only" in note
    assert note.endswith("is where it says; the picture is not used.")


def upside_down(frame, found):
    image, depth = (np.ascontiguousarray(np.flip(picture, 0)) for picture in (frame.image, frame.depth_m))
    return replace(frame, image=image, depth_m=depth), replace(found, mask=np.ascontiguousarray(np.flip(found.mask, 1)))


def test_pictures_upside_down_are_named():
    scene, graph = kitchen(), SceneGraph()
    shots = [
        upside_down(*scene.shot(place / 2, (-1.2 + 0.2 * place, -1.8, 1.4), (0.3 * np.sin(place), 0.2, 0.7 + 0.1 * (place % 3))))
        for place in range(12)
    ]
    with pytest.raises(InvalidInputError, match=r"Poses of stream 'cam' do not fit their depth: pictures are upside down"):
        observed(graph, shots)


def observed(graph: SceneGraph, shots) -> None:
    for shot in shots:
        graph.observe(*shot)


def test_a_pose_of_the_other_hand_is_refused_where_it_is_made():
    frame, _ = kitchen().shot(0, EYES[0])
    with pytest.raises(InvalidInputError, match=r"mirrors space \(determinant -1\); convert it to a right-handed frame"):
        replace(frame, pose_world_camera=frame.pose_world_camera @ np.diag([1.0, -1.0, 1.0, 1.0]))


def together(graph: SceneGraph, off_s: float) -> None:
    """Two cameras look at one table at the same time; the clock of the second is off."""
    scene = kitchen()
    for number in range(8):
        graph.observe(*scene.shot(1000 + number, EYES[number % 6], stream="left"))
        graph.observe(*scene.shot(1000 + number + 0.5 + off_s, EYES[5 - number % 6], stream="right"))


def test_two_streams_with_different_clocks_are_named_with_the_offset_that_mends_it():
    graph = SceneGraph()
    together(graph, 3600.0)
    (note,) = graph.notes
    assert note.startswith("Streams 'left' and 'right' arrive in turn, but their times are 3")
    offset = ast.literal_eval(note.split("clock_offset_ns=")[1].removesuffix("."))
    assert offset["right"] == pytest.approx(-3600 * S, abs=S)
    mended = SceneGraph(clock_offset_ns=offset)
    together(mended, 3600.0)
    assert mended.notes == []
    assert mended.now_ns < 1010 * S
    assert len(mended.nodes) == 3


def test_streams_of_one_clock_or_one_after_another_are_not_suspected():
    graph = SceneGraph()
    together(graph, 0.0)
    scene = kitchen()
    for number in range(8):
        graph.observe(*scene.shot(9000 + number, EYES[number % 6], stream="later"))
    assert graph.notes == []


def test_a_detector_that_calls_everything_by_other_names_from_now_on_makes_nothing_new():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0)
    before = set(graph.nodes)
    walk(graph, scene, 4, num=4, label=lambda box: {"mug": "cup", "table": "desk"}[box.kind])
    assert set(graph.nodes) == before
    assert sorted(node.kind for node in graph.nodes.values()) == ["mug", "mug", "table"]
    walk(graph, scene, 8, num=20, label=lambda box: {"mug": "cup", "table": "desk"}[box.kind])
    graph.flush()
    assert set(graph.nodes) == before
    assert sorted(node.kind for node in graph.nodes.values()) == ["cup", "cup", "desk"]


def test_an_id_that_a_tracker_gives_to_another_thing_moves_nothing():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0, track_ids={"red": 7})
    red = next(
        node.id
        for node in graph.nodes.values()
        if node.stay.at is not None and np.allclose(node.stay.at[:2], RED.at[:2], atol=0.1)
    )
    scene.take("red")
    walk(graph, scene, 100, num=10, track_ids={"blue": 7})
    assert graph.where(red).presence == "not there"
    np.testing.assert_allclose(graph.nodes[red].stay.at[:2], RED.at[:2], atol=0.1)
    assert len(graph.nodes) == 3


# Damaged rows


@pytest.fixture
def stored(tmp_path):
    """A memory with a graph of a table and two mugs."""
    with Memory.open(tmp_path / "m", mode="w", create=True) as memory:
        memory.add_stream(StreamInfo("cam", "scripted", Calendar("offset"), 0))
        graph, scene = SceneGraph(memory), kitchen()
        for number in range(8):
            frame, found = scene.shot(number, EYES[number % 6])
            said = graph.observe(frame, found) + (graph.flush("cam") if number == 7 else ())
            bare = Detections(found.xyxy, found.score, found.label)
            memory.observe([Observation("cam", Span(frame.t_ns, frame.t_ns + 1), frame.ref, detections=bare, assertions=said)])
    return tmp_path / "m"


@pytest.mark.parametrize(
    ("kind", "value", "named"),
    [
        (
            "scan",
            '{"at": [0, 0, 1.5]}',
            r"Row \d+ of the scene graph's log \(scan L1\) is damaged: KeyError\('(sight|stream|yaw)",
        ),
        ("scan", '{"at": [0, 0, 1', r"An assertion is damaged.*mmmem check"),
        (
            "learned",
            '{"anchor": {"num": 5, "surfaces": "xx", "corrections": {}}, "recall": {}}',
            r"A row .*\(learned L1\) is damaged",
        ),
        ("seen", '{"at": "here", "box": 3, "frames": [[1]]}', r"Row \d+ .*\(seen [FO]1\) is damaged"),
    ],
)
def test_a_damaged_row_is_named_reported_by_check_and_mended_by_noting_the_loss(stored, kind, value, named):
    with sqlite3.connect(stored / "memory.sqlite") as connection:
        (row,) = connection.execute("SELECT max(id) FROM assertions WHERE kind = ?", (kind,)).fetchone()
        if kind == "seen":
            (row,) = connection.execute("SELECT min(id) FROM assertions WHERE kind = 'seen'").fetchone()
        connection.execute("UPDATE assertions SET value = ? WHERE id = ?", (value, row))
    connection.close()
    with Memory.open(stored, mode="w") as memory:
        with pytest.raises(MemoryCorruptError, match=named):
            SceneGraph(memory)
        assert any(f"Assertion {row}" in problem for problem in memory.check().problems)
        memory.check(repair=True)
        again = memory.check()
        assert again.problems == ()
        assert [loss.what for loss in again.lost] == ["assertion"]
        graph = SceneGraph(memory)
        assert {node.kind for node in graph.nodes.values()} == {"mug", "table"} or kind == "seen"


def test_a_log_that_ends_anywhere_can_be_read():
    graph = SceneGraph()
    walk(graph, kitchen(), 0)
    graph.flush()
    for num_rows in range(len(graph.log.rows) + 1):
        assert len(SceneGraph(ListLog(graph.log.rows[:num_rows])).nodes) <= 3
