"""What speaks for a thing having left: sums of looks, how well a detector finds things, what hides them, what undoes it."""

from dataclasses import replace

import numpy as np
from scripted_scene import EYES, TABLE, Box, Scene, mug

from mmmem.types import FrameRef
from scenegraph.absence import Case, Expected, Recall, evidence
from scenegraph.anchoring import Anchor
from scenegraph.association import told_alike
from scenegraph.geometry import RayVotes, view_of
from scenegraph.nodes import Node, Stay
from scenegraph.settings import Settings

S = 1_000_000_000


def look(case: Case, nats: float, second: float, way: float = 0.0) -> None:
    case.add(nats, FrameRef("cam", round(second * 2), round(second * S)), np.array([1.0, way, 0.0]), (9, 1, 0))


def expected(through: int, present: int, *, hidden: int = 0, recall: float = 0.8) -> Expected:
    counts = [np.array([count]) for count in (through, present, 0)]
    votes = RayVotes(*counts, np.ones(1), np.full(1, 400.0), np.full(1, 1.5), np.zeros((1, 1, 2), int), np.zeros((1, 1), bool))
    box = np.array([[0.0, 0.0, 0.0], [0.1, 0.1, 0.12]])
    node = Node("O1", "object", {"mug": 1.0})
    return Expected("O1", node, Stay(0, 1, at=box.mean(axis=0), box=box), votes, 0, 300.0, recall, hidden=hidden)


def test_a_suspicion_that_came_to_nothing_is_not_when_a_thing_went():
    case = Case()
    look(case, 1.0, 0.0)
    look(case, -2.0, 1.0, 0.3)
    look(case, 2.5, 500.0, 0.6)
    look(case, 2.5, 500.5, 0.9)
    assert case.first_ns == 500 * S
    assert case.proven(Settings(), still=False, num_seen=9)


def test_what_was_suspected_on_an_earlier_visit_weighs_less_and_dates_nothing():
    once, again = Case(), Case()
    for case, gap in ((once, 0.0), (again, 3600.0)):
        look(case, 3.0, 0.0)
        look(case, 0.5, 1.0 + gap, 0.5)
    assert again.nats < once.nats
    assert once.first_ns == 0
    assert again.first_ns == 3601 * S


def test_a_detector_is_expected_to_find_what_it_found_before():
    recall = Recall()
    assert recall.of("mug", "O1", 30.0) < 0.5 * recall.of("mug", "O1", 400.0)
    before = recall.of("keys", "O2", 200.0)
    recall.note("keys", "O2", missed_px=[200.0] * 12)
    assert recall.of("keys", "O2", 200.0) < recall.of("keys", "O3", 200.0) < before
    recall.note("mug", "O1", found_px=[30.0] * 40)
    assert recall.of("mug", "O1", 30.0) > 0.6


def test_rays_that_end_in_another_thing_say_nothing():
    settings = Settings()
    assert evidence(expected(3, 22), settings) is not None
    assert evidence(expected(3, 22, hidden=20), settings) is None
    assert evidence(expected(30, 4), settings) > evidence(expected(3, 22), settings)


def test_a_place_that_looks_as_it_did_speaks_against_its_thing_having_left():
    settings, nats = Settings(), []
    for alike in (1.5, 0.0, -3.0):
        nats.append(evidence(replace(expected(10, 12), alike=alike), settings))
    assert nats == sorted(nats)
    assert nats[2] - nats[0] > 0.5


def test_small_things_are_missed_easily_and_that_says_little():
    settings = Settings()
    assert evidence(expected(0, 20, recall=0.1), settings) < evidence(expected(0, 20, recall=0.9), settings)


def test_who_somebody_is_says_more_than_a_colour_and_a_state_says_nothing():
    def told(name: str, value: str, times: float = 1.0) -> dict[str, dict[str, float]]:
        return {name: {value: times}}

    assert told_alike(told("door", "open"), told("door", "closed")) == 0.0
    assert told_alike(told("colour", "red"), told("colour", "blue")) < 0.0
    assert told_alike(told("colour", "red"), told("colour", "red")) > 0.0
    for times in (1.0, 9.0):
        names = told_alike(told("name", "Anna", times), told("name", "Ben", times))
        assert names < told_alike(told("colour", "red", times), told("colour", "blue", times))


def test_what_was_said_often_of_both_can_hardly_be_a_misreading():
    often = {"colour": {"golden": 9.0, "silver": 1.0}}
    once, many = {"colour": {"silver": 1.0}}, {"colour": {"silver": 8.0}}
    assert told_alike(often, many) < told_alike(often, once) < 0.0


def test_after_a_pause_a_pose_errs_anew():
    scene = Scene([TABLE, mug("red", -0.4, 0.0), Box("cupboard", "cupboard", (1.5, 1.2, 0.0), (0.6, 1.0, 1.6))])
    anchor, off = Anchor(), []
    for place in range(60):
        turn = place % 10
        frame, _ = scene.shot(place / 2, EYES[turn if turn < 6 else 10 - turn])
        drift = 0.004 * min(max(place - 15, 0), 25) if place < 50 else 0.0
        pose = frame.pose_world_camera.copy()
        pose[1, 3] += drift
        t_ns = place * S // 2 + (600 * S if place >= 50 else 0)
        aligned = anchor.aligned("cam", t_ns, view_of(replace(frame, pose_world_camera=pose), Settings()))
        off.append(abs(aligned.origin - frame.pose_world_camera[:3, 3])[1])
    assert max(off[50:]) < 0.025
    assert max(off[30:50]) < 0.05


def test_what_was_only_overlooked_never_left():
    from test_scene_graph import walk

    from scenegraph import SceneGraph

    book = Box("book", "book", (0.0, -0.2, 0.72), (0.2, 0.14, 0.025), (120, 80, 50))
    scene, graph = Scene([TABLE, book]), SceneGraph()
    walk(graph, scene, 0)
    node = graph.find("book")[0]
    walk(graph, scene, 100, num=10, drop=["book"])
    assert node.missing
    walk(graph, scene, 200)
    assert [stay.missing_ns for stay in graph.find("book")[0].stays] == [None]
    assert graph.where(node.id, at=110 * S).presence == "seen there"
    assert graph.where(node.id, at=110 * S, known_at=150 * S).presence == "not there"
