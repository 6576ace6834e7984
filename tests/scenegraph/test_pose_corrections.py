"""A drift that is put right afterwards: what was stored follows its keyframes."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from scripted_scene import EYES, TABLE, Scene, mug

from mmmem.errors import InvalidInputError
from scenegraph import PoseCorrection, SceneGraph
from scenegraph.log import ListLog
from scenegraph.poses import Motion, motion_of, pose_row

S = 1_000_000_000
CUP = mug("cup", -0.2, 0.0)


def drift(share: float) -> np.ndarray:
    """A pose error that grows: 0.6 m and 8 degrees at its end."""
    motion = np.eye(4)
    motion[:3, :3] = Rotation.from_euler("z", 8.0 * share, degrees=True).as_matrix()
    motion[:3, 3] = (0.6 * share, -0.3 * share, 0.0)
    return motion


def drifted_walk(graph: SceneGraph, scene: Scene, *, num: int = 6, start_s: float = 0.0) -> list[PoseCorrection]:
    corrections = []
    for place in range(num):
        frame, found = scene.shot(start_s + 0.5 * place, EYES[place])
        told = drift(1.0) @ frame.pose_world_camera
        graph.observe(replace(frame, pose_world_camera=told), found)
        corrections.append(PoseCorrection(frame.t_ns, told, frame.pose_world_camera))
    graph.flush()
    return corrections


def off_m(graph: SceneGraph) -> float:
    return float(np.linalg.norm(graph.where("mug").position[:2] - CUP.bounds.mean(axis=0)[:2]))


def test_corrected_poses_put_back_what_was_seen_from_them():
    graph, scene = SceneGraph(), Scene([TABLE, CUP])
    corrections = drifted_walk(graph, scene)
    assert off_m(graph) > 0.5
    size = np.ptp(graph.where("mug").box, axis=0)
    graph.correct_poses("cam", corrections)
    assert off_m(graph) < 0.05
    assert np.allclose(np.ptp(graph.where("mug").box, axis=0), size)
    assert np.allclose(graph.world.scans[0].at, corrections[0].after[:3, 3], atol=0.01)


def test_what_is_seen_afterwards_is_still_the_same_thing():
    graph, scene = SceneGraph(), Scene([TABLE, CUP])
    corrections = drifted_walk(graph, scene)
    graph.correct_poses("cam", corrections)
    for place in range(6):
        graph.observe(*scene.shot(10.0 + 0.5 * place, EYES[place]))
    graph.flush()
    assert len(graph.find("mug")) == 1
    assert graph.where("mug").presence == "seen there"
    assert off_m(graph) < 0.05
    assert [edge.relation for edge in graph.relations("mug", object="table")] == ["on"]


def test_before_it_was_learned_nothing_had_moved():
    graph, scene = SceneGraph(), Scene([TABLE, CUP])
    corrections = drifted_walk(graph, scene)
    then_ns, before = graph.now_ns, graph.where("mug").position.copy()
    graph.correct_poses("cam", [replace(one) for one in corrections])
    later, found = scene.shot(60.0, EYES[0])
    graph.observe(later, found)
    again = SceneGraph(ListLog(graph.log.rows))
    assert np.allclose(again.where("mug").position, graph.where("mug").position)
    rows = [row for row in graph.log.rows if row.assertion.kind != "pose"]
    assert np.allclose(SceneGraph(ListLog(rows)).where("mug", known_at=then_ns).position, before)


def test_a_stream_that_was_not_corrected_stays_where_it_is():
    graph, scene = SceneGraph(), Scene([TABLE, CUP])
    corrections = drifted_walk(graph, scene)
    place = graph.where("mug").position.copy()
    graph.correct_poses("another", [replace(one) for one in corrections])
    assert np.allclose(graph.where("mug").position, place)


def test_between_two_keyframes_a_correction_is_in_proportion_and_outside_it_is_theirs():
    motion = Motion([0, 10 * S], np.stack([np.eye(4), drift(1.0)]))
    assert np.allclose(motion.at(5 * S)[:3, 3], 0.5 * drift(1.0)[:3, 3])
    assert np.allclose(motion.at(5 * S)[:3, :3], drift(0.5)[:3, :3], atol=1e-6)
    assert np.allclose(motion.at(-S), np.eye(4))
    assert np.allclose(motion.at(20 * S), drift(1.0))


def test_a_row_of_motions_gives_them_back():
    back = motion_of(pose_row("cam", "L1", [0, S], [np.eye(4), drift(1.0)], "perception"))
    assert back.times_ns == [0, S]
    assert np.allclose(back.at(S), drift(1.0), atol=1e-5)


def test_corrections_must_be_some_and_each_of_its_own_time():
    graph = SceneGraph()
    with pytest.raises(InvalidInputError, match="No pose was corrected"):
        graph.correct_poses("cam", [])
    one = PoseCorrection(0, np.eye(4), np.eye(4))
    with pytest.raises(InvalidInputError, match="of one time, 0 ns"):
        graph.correct_poses("cam", [one, one])
    with pytest.raises(InvalidInputError, match="rigid"):
        PoseCorrection(0, np.eye(4), 2.0 * np.eye(4))
