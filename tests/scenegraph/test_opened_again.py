"""A graph is what its log says: opened again after any row it believes what the one that wrote it believed then."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from graph_compared import believed
from scripted_scene import EYES, TABLE, Box, S, Scene, mug

from mmmem.clock import Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Detections, Frame, Observation, StreamInfo, TimedText
from scenegraph import PoseCorrection, SceneGraph
from scenegraph.anchoring import Anchor
from scenegraph.geometry import view_of
from scenegraph.log import ListLog
from scenegraph.settings import Settings

FRIDGE = Box("fridge", "fridge", (1.8, 1.2, 0.0), (0.6, 0.6, 1.6), (220, 220, 225), {"door": "closed"})
SHELF = Box("shelf", "shelf", (-1.9, 1.4, 0.0), (0.8, 0.4, 1.1), (150, 110, 60))


def life(*, drift_m: float = 0.0) -> list[tuple[Frame, Detections]]:
    """The pictures of `_life`, with poses that drift."""
    return [moved_off(frame, found, drift_m * number) for number, (frame, found) in enumerate(_pictures())]


@cache
def _pictures() -> list[tuple[Frame, Detections]]:
    return list(_life())


def _life() -> Iterator[tuple[Frame, Detections]]:
    """A table whose mugs are moved, taken and put back, twins among them, a door, and somebody who comes by."""
    scene = Scene([TABLE, FRIDGE, SHELF, mug("red", -0.4, 0.0), mug("blue", 0.3, 0.1, (30, 40, 200)), mug("twin", 0.6, -0.2)])
    for number in range(48):
        if number == 12:
            scene.put(scene["red"].moved(0.1, -0.25))
        if number == 16:
            scene.put(Box("anna", "person", (0.3, 0.9, 0.0), (0.5, 0.4, 1.7), (90, 60, 160)))
            scene.put(Box("fridge", "fridge", FRIDGE.at, FRIDGE.size, FRIDGE.colour, {"door": "open"}))
        if number == 20:
            scene.take("anna")
        if number == 24:
            blue = scene.take("blue")
        if number == 36:
            scene.put(blue.moved(-0.6, -0.2))
        place = number % 10
        t_s = number * 0.5 + (300 if number >= 30 else 0)
        eye = np.array(EYES[place if place < 6 else 10 - place])
        yield scene.shot(t_s, eye, noise_m=0.004)


def moved_off(frame: Frame, found: Detections, off_m: float) -> tuple[Frame, Detections]:
    """The same picture with a pose that is off."""
    pose = frame.pose_world_camera.copy()
    pose[0, 3] += off_m
    return Frame(frame.stream_id, frame.index, frame.t_ns, frame.image, frame.depth_m, pose, frame.intrinsics), found


def watched(graph: SceneGraph, log: ListLog, frames) -> Iterator[int]:
    """Put pictures, words and corrections to a graph and into its log; the time after each."""
    for number, (frame, found) in enumerate(frames):
        graph.observe(frame, found)
        if number == 14:
            graph.read("notes", TimedText(Span(frame.t_ns - S, frame.t_ns), "a green bowl on the shelf"))
        if number == 22 and graph.find("mug"):
            graph.correct("mug", owner="Alex", t_ns=frame.t_ns)
        if number == 33:
            after = frame.pose_world_camera.copy()
            after[1, 3] += 0.2
            graph.correct_poses("cam", [PoseCorrection(frame.t_ns, frame.pose_world_camera, after)])
        yield frame.t_ns
    graph.flush("cam")
    yield frame.t_ns


@pytest.mark.parametrize("drift_m", [0.0, 0.004])
def test_after_any_row_it_believes_what_was_believed_live_then(drift_m):
    log = ListLog()
    graph = SceneGraph(log)
    num_rows, num_compared = 0, 0
    for t_ns in watched(graph, log, life(drift_m=drift_m)):
        if len(log.rows) > num_rows:
            num_rows, num_compared = len(log.rows), num_compared + 1
            assert believed(SceneGraph(ListLog(log.rows)), t_ns) == believed(graph, t_ns)
    assert num_compared > 15
    kinds = {row.assertion.kind for row in log.rows}
    assert {"seen", "moved", "not_seen", "state", "named", "placed", "scan", "pose", "learned"} <= kinds


def test_what_was_known_then_can_be_asked_of_the_whole_log_too():
    log = ListLog()
    graph = SceneGraph(log)
    then: dict[int, dict] = {}
    for t_ns in watched(graph, log, life()):
        then[t_ns] = believed(graph, t_ns)
    last = max(then)
    again = SceneGraph(ListLog(log.rows))
    num_compared = 0
    for t_ns, was in list(then.items())[::5]:
        # What is written at the very end, or about an earlier moment, is learned at a time that other rows share.
        if t_ns < last and all(row.learned_ns != t_ns or row.assertion.kind not in ("pose", "learned") for row in log.rows):
            assert believed(again, t_ns, t_ns) == was
            assert believed(graph, t_ns, t_ns) == was
            num_compared += 1
    assert num_compared > 5


def test_in_a_memory_it_is_what_it_was_live_after_each_picture(tmp_path):
    with Memory.open(tmp_path / "m", mode="w", create=True) as memory:
        memory.add_stream(StreamInfo("cam", "scripted", Calendar("offset"), 0))
        graph = SceneGraph(memory)
        for number, (frame, found) in enumerate(life()):
            span = Span(frame.t_ns, frame.t_ns + 1)
            said = graph.observe(frame, found)
            memory.observe([Observation("cam", span, frame.ref, detections=bare(found), assertions=said)])
            if number % 8 == 7:
                with Memory.open(tmp_path / "m") as reader:
                    again = SceneGraph(reader)
                    assert believed(again, frame.t_ns) == believed(graph, frame.t_ns)
                    assert again.now_ns == graph.now_ns == frame.t_ns
        assert memory.check().problems == ()


def bare(found: Detections) -> Detections:
    return Detections(found.xyxy, found.score, found.label)


@pytest.mark.parametrize("every", [5, 11, 17])
def test_looking_on_after_a_restart_ends_as_without_one(every):
    """Looks that have not added up to an absence count anew: restarted every five looks, nobody is found to have left."""
    frames = life()
    whole = SceneGraph()
    for frame, found in frames:
        whole.observe(frame, found)
    whole.flush()
    log = ListLog()
    for start in range(0, len(frames), every):
        graph = SceneGraph(log)
        for frame, found in frames[start : start + every]:
            graph.observe(frame, found)
        graph.flush("cam")
    again = SceneGraph(log)
    assert summary(again) == summary(whole)
    assert gone(again) <= gone(whole)
    if every > 5:
        assert gone(again) == gone(whole) == {"person"}


def summary(graph: SceneGraph) -> dict[str, tuple]:
    """Of each node: class, places to the decimetre, and its states."""
    return {
        id: (node.kind, [stay.at.round(1).tolist() for stay in node.stays], [state.value for state in node.states])
        for id, node in graph.nodes.items()
    }


def gone(graph: SceneGraph) -> set[str]:
    return {node.kind for node in graph.nodes.values() if node.missing}


def test_a_restart_knows_the_surfaces_that_poses_are_aligned_with():
    """Poses that are 12 cm off after the restart are put right by what was seen before it."""
    frames = life()[:10]
    log = ListLog()
    graph = SceneGraph(log)
    for frame, found in frames:
        graph.observe(frame, found)
    graph.flush("cam")
    told = [row for row in log.rows if row.assertion.kind == "learned"]
    assert told
    forgetful = SceneGraph(ListLog(row for row in log.rows if row.assertion.kind != "learned"))
    again = SceneGraph(ListLog(log.rows))
    for one in (forgetful, again, graph):
        for frame, found in frames[:6]:
            later = Frame(
                "cam",
                frame.index + 500,
                frame.t_ns + 100 * S,
                frame.image,
                frame.depth_m,
                frame.pose_world_camera,
                frame.intrinsics,
            )
            one.observe(*moved_off(later, found, 0.12))
    off = {
        name: one.anchor.corrections["cam"][0, 3] for name, one in (("forgetful", forgetful), ("again", again), ("live", graph))
    }
    assert off["live"] < -0.03
    assert off["again"] == pytest.approx(off["live"], abs=0.01)
    assert abs(off["forgetful"]) < 0.02


def test_what_a_detector_misses_is_known_after_a_restart():
    log = ListLog()
    graph = SceneGraph(log)
    for frame, found in life()[:12]:
        graph.observe(frame, found)
    graph.flush("cam")
    again = SceneGraph(ListLog(log.rows))
    ids = [id for id, node in graph.nodes.items() if node.kind == "mug"]
    assert ids
    for id in ids:
        known, now = (one._observer.recall.of("mug", id, 200.0) for one in (graph, again))
        assert now == pytest.approx(known, abs=0.01)


@pytest.mark.parametrize("far_m", [0.0, 9_000.0, -400_000.0])
def test_surfaces_far_from_the_origin_of_the_map_are_known_where_they_were(far_m):
    known, again = Anchor(), Anchor()
    for frame, found in life()[:10]:
        far, _ = moved_off(frame, found, far_m)
        known.aligned("cam", far.t_ns, view_of(far, Settings()))
    again.recall(known.told())
    slots = again._count > 0
    assert slots.sum() > 50
    at = again._sum[slots] / again._count[slots, None]
    assert np.abs(at[:, 0] - far_m).max() < 10.0
