"""On, in, under, near, held: what stands how to what, since when, and what ends it."""

from itertools import pairwise

import numpy as np
import pytest
from scripted_scene import TABLE, Box, Scene, looking, mug, walk

from mmmem.errors import UnknownNameError
from scenegraph import SceneGraph
from scenegraph.frames_of_reference import seen_by
from scenegraph.log import ListLog

CUP = mug("cup", -0.2, 0.0)
BOWL = Box("bowl", "bowl", (0.15, 0.0, 0.72), (0.14, 0.14, 0.08), (40, 160, 60))
S = 1_000_000_000


def graph_of(*boxes: Box, noise_m: float = 0.0, num: int = 6) -> tuple[SceneGraph, Scene, float]:
    graph, scene = SceneGraph(), Scene([TABLE, *boxes])
    end_s = walk(graph, scene, 0.0, num=num, noise_m=noise_m)
    graph.flush()
    return graph, scene, end_s


def said(graph: SceneGraph, **asked) -> set[tuple[str, str, str]]:
    names = {id: node.kind for id, node in graph.nodes.items()}
    return {(names[edge.subject], edge.relation, names[edge.object]) for edge in graph.relations(**asked)}


@pytest.mark.parametrize("noise_m", [0.0, 0.01])
def test_things_are_on_the_table_and_next_to_each_other(noise_m):
    graph, _, _ = graph_of(CUP, BOWL, noise_m=noise_m)
    told = said(graph)
    assert {("mug", "on", "table"), ("bowl", "on", "table")} <= told
    assert {("mug", "near", "bowl"), ("bowl", "near", "mug"), ("mug", "next to", "bowl")} <= told
    assert not any(relation == "near" and "table" in (one, other) for one, relation, other in told)


def test_an_edge_has_its_interval_its_evidence_and_its_confidence():
    graph, _, _ = graph_of(CUP)
    (edge,) = graph.relations("mug", "on")
    assert edge.object == graph.node("table").id
    assert edge.start_ns <= edge.last_seen_ns
    assert edge.until_ns is None
    assert edge.frames
    assert all(edge.start_ns <= frame.t_ns <= edge.last_seen_ns for frame in edge.frames)
    assert 0.5 < edge.confidence <= 1.0


def test_under_the_table_is_not_on_it():
    low = Box("parcel", "parcel", (0.0, -0.25, 0.0), (0.2, 0.2, 0.2), (180, 140, 60))
    table = Box("table", "table", (0.0, 0.0, 0.68), (1.6, 0.9, 0.04), (120, 80, 50))
    graph, scene = SceneGraph(), Scene([table, low])
    for place in range(8):
        graph.observe(*scene.shot(place * 0.5, (-1.4 + 0.4 * place, -2.2, 0.9), (0.0, 0.0, 0.3)))
    graph.flush()
    assert ("parcel", "under", "table") in said(graph)


def test_what_is_lower_than_the_rim_of_a_basket_is_in_it():
    floor = Box("basket floor", "laundry basket", (0.0, 0.0, 0.0), (0.6, 0.6, 0.3), (150, 120, 80))
    walls = [Box(f"wall {x} {y}", "laundry basket", (x, y, 0.0), (0.04 if x else 0.6, 0.6 if x else 0.04, 0.45), (150, 120, 80))
             for x, y in ((0.3, 0.0), (-0.3, 0.0), (0.0, 0.3), (0.0, -0.3))]  # fmt: skip
    towel = Box("towel", "towel", (0.0, 0.0, 0.3), (0.2, 0.2, 0.08), (40, 60, 200))
    graph, scene = SceneGraph(), Scene([floor, *walls, towel])
    for place in range(8):
        frame, found = scene.shot(place * 0.5, (-0.6 + 0.15 * place, -1.1, 1.5), (0.0, 0.0, 0.3))
        graph.observe(frame, joined(found, "laundry basket"))
    graph.flush()
    assert ("towel", "in", "laundry basket") in said(graph)


def joined(found, kind):
    """One detection for all parts of a class."""
    from mmmem.types import Detections

    rows = [row for row, label in enumerate(found.label) if label == kind]
    rest = [row for row in range(len(found)) if row not in rows]
    boxes = np.vstack([found.xyxy[rest], [[*found.xyxy[rows, :2].min(0), *found.xyxy[rows, 2:].max(0)]]]).astype(np.float32)
    mask = np.concatenate([found.mask[rest], found.mask[rows].any(axis=0)[None]])
    return Detections(
        boxes, np.full(len(boxes), 0.9, np.float32), (*(found.label[row] for row in rest), kind), None, mask,
        attributes=tuple({} for _ in boxes),
    )  # fmt: skip


def test_nobody_looking_ends_nothing():
    graph, scene, _ = graph_of(CUP, BOWL)
    for place in range(6):
        graph.observe(*scene.shot(3600.0 + place, (0.0, -2.0, 1.5), (0.0, -2.9, 1.5)))
    assert ("mug", "on", "table") in said(graph)


def test_looking_and_not_finding_it_ends_what_it_was_on_and_near():
    graph, scene, end_s = graph_of(CUP, BOWL)
    scene.take("cup")
    walk(graph, scene, end_s + 600.0, num=6)
    graph.flush()
    assert not any("mug" in (one, other) for one, _, other in said(graph))
    assert ("bowl", "on", "table") in said(graph)
    (edge,) = graph.relations("mug", "on", ever=True)
    assert edge.until_ns is not None
    assert edge.until_ns >= (end_s + 600.0) * S
    assert ("mug", "on", "table") in said(graph, at=edge.last_seen_ns)


def test_being_moved_ends_near_and_opens_it_elsewhere():
    graph, scene, end_s = graph_of(CUP, BOWL, Box("lamp", "table lamp", (0.7, 0.2, 0.72), (0.12, 0.12, 0.3), (220, 220, 120)))
    scene.put(CUP.moved(0.55, 0.2))
    walk(graph, scene, end_s + 600.0, num=6)
    graph.flush()
    assert ("mug", "next to", "table lamp") in said(graph)
    assert ("mug", "next to", "bowl") not in said(graph)
    assert ("mug", "next to", "bowl") in said(graph, at=round(end_s * S / 2))


def test_what_comes_back_was_meanwhile_on_what_it_was_seen_on():
    shelf = Box("shelf", "shelf", (2.0, 1.2, 0.0), (0.9, 0.4, 0.5), (90, 120, 60))
    graph, scene = SceneGraph(trusted_ids=True), Scene([TABLE, shelf, CUP])
    ids = {"cup": 1, "table": 2, "shelf": 3}
    for hour, (x, y, z) in enumerate([(-0.2, 0.0, 0.72), (2.0, 1.2, 0.5), (-0.2, 0.0, 0.72)]):
        scene.put(CUP.moved(x, y, z))
        for place in range(6):
            target = (x, y, z)
            graph.observe(*scene.shot(3600 * hour + place, (0.2 + 0.2 * place, -1.4, 1.2), target, track_ids=ids))
    graph.flush()
    edges = [edge for edge in graph.relations("mug", ever=True) if edge.relation == "on"]
    edges.sort(key=lambda edge: edge.start_ns)
    assert [graph.nodes[edge.object].kind for edge in edges] == ["table", "shelf", "table"]
    for one, other in pairwise(edges):
        assert one.until_ns is not None
        assert one.last_seen_ns < one.until_ns <= other.start_ns


def test_known_then_is_known_then():
    graph, scene, end_s = graph_of(CUP, BOWL)
    then_ns = round(end_s * S)
    scene.take("cup")
    walk(graph, scene, end_s + 600.0, num=6)
    graph.flush()
    assert ("mug", "on", "table") in said(graph, known_at=then_ns)
    assert ("mug", "on", "table") not in said(graph)


def test_a_graph_opened_again_has_the_same_edges():
    graph, _, _ = graph_of(CUP, BOWL)
    again = SceneGraph(ListLog(graph.log.rows))
    assert again.relations() == graph.relations()


def test_what_was_asked_before_takes_in_what_is_learned_later():
    graph, scene, end_s = graph_of(CUP)
    assert ("bowl", "on", "table") not in said(graph)
    scene.put(BOWL)
    walk(graph, scene, end_s + 5.0, num=6)
    graph.flush()
    assert ("bowl", "on", "table") in said(graph)
    assert SceneGraph(ListLog(graph.log.rows)).relations() == graph.relations()


def test_between_two_others():
    first, last = mug("first", -0.45, 0.0, (30, 30, 200)), mug("last", 0.35, 0.0, (30, 200, 30))
    middle = Box("bowl", "bowl", (-0.05, 0.0, 0.72), (0.14, 0.14, 0.08), (230, 220, 210))
    graph, _, _ = graph_of(first, last, middle)
    edges = graph.relations("bowl", "between")
    assert [sorted((edge.object, edge.other)) for edge in edges] == [sorted(node.id for node in graph.find("mug"))]
    assert graph.relations("table", "between") == []


def test_held_by_who_carries_it():
    graph, scene = SceneGraph(), Scene([])
    person = Box("Anna", "person", (-1.0, 0.0, 0.0), (0.4, 0.4, 1.7), (60, 60, 160))
    for place in range(12):
        x = -1.0 + 0.1 * place
        scene.boxes = [person.moved(x, 0.0), Box("cup", "mug", (x, -0.3, 1.0), (0.09, 0.09, 0.1), (220, 30, 30))]
        graph.observe(*scene.shot(place * 0.5, (0.0, -2.5, 1.4), (0.0, 0.0, 1.0), track_ids={"Anna": 1, "cup": 2}))
    graph.flush()
    assert ("mug", "held by", "person") in said(graph)


def test_sides_are_told_in_a_named_frame():
    graph, _, _ = graph_of(CUP, BOWL)
    near, far = seen_by(looking((0, -2, 1.5), (0, 0, 0.7))), seen_by(looking((0, 2, 1.5), (0, 0, 0.7)))
    assert graph.side("mug", "bowl", near)[0] == "left"
    assert graph.side("mug", "bowl", far)[0] == "right"


def test_a_side_is_an_edge_with_its_frame_its_interval_and_its_evidence():
    graph, scene, end_s = graph_of(CUP, BOWL)
    viewer = seen_by(looking((0, -2, 1.5), (0, 0, 0.7)), "for the viewer at the door")
    (edge,) = graph.sides("mug", "bowl", viewer)
    assert (edge.relation, edge.frame, edge.until_ns) == ("left", "for the viewer at the door", None)
    assert edge.frames
    assert 0.5 < edge.confidence <= 1.0
    for place in range(4):  # nobody looks there
        graph.observe(*scene.shot(end_s + 300.0 + place, (0.0, -2.0, 1.5), (0.0, -2.9, 1.5)))
    assert graph.sides("mug", "bowl", viewer) == [edge]
    scene.put(CUP.moved(0.6, 0.0))
    walk(graph, scene, end_s + 600.0, num=6)
    graph.flush()
    before, after = graph.sides("mug", "bowl", viewer, ever=True)
    assert [before.relation, after.relation] == ["left", "right"]
    assert before.until_ns is not None
    assert end_s * S < before.until_ns <= after.start_ns
    assert graph.sides("mug", "bowl", viewer) == [after]
    assert graph.sides("mug", "table", viewer) == []


def test_about_the_diagonal_a_side_goes_on_being_what_it_was():
    viewer = seen_by(looking((0, -2, 1.5), (0, 0, 0.7)))
    graph, scene, end_s = graph_of(mug("cup", -0.55, -0.05), BOWL)
    assert [edge.relation for edge in graph.sides("mug", "bowl", viewer)] == ["left"]
    scene.put(mug("cup", -0.12, -0.3))
    walk(graph, scene, end_s + 600.0, num=6)
    graph.flush()
    first = graph.sides("mug", "bowl", viewer, ever=True)[0]
    assert (first.relation, first.until_ns) == ("left", None)


def test_between_ends_when_it_is_moved_away_and_began_when_all_three_were_there():
    first, last = mug("first", -0.45, 0.0, (30, 30, 200)), mug("last", 0.35, 0.0, (30, 200, 30))
    middle = Box("bowl", "bowl", (-0.05, 0.0, 0.72), (0.14, 0.14, 0.08), (230, 220, 210))
    graph, scene = SceneGraph(), Scene([TABLE, first, middle])
    end_s = walk(graph, scene, 0.0, num=6)
    graph.flush()
    assert graph.relations("bowl", "between") == []
    scene.put(last)
    again_s = walk(graph, scene, end_s + 600.0, num=6)
    graph.flush()
    (edge,) = graph.relations("bowl", "between")
    assert edge.start_ns >= (end_s + 600.0) * S
    scene.take("last")
    walk(graph, scene, again_s + 600.0, num=6)
    graph.flush()
    assert graph.relations("bowl", "between") == []
    (edge,) = graph.relations("bowl", "between", ever=True)
    assert edge.until_ns is not None
    assert edge.until_ns >= (again_s + 600.0) * S


def test_a_door_is_part_of_its_cabinet_and_not_of_the_table_beside():
    cabinet = Box("cabinet", "cabinet", (1.5, 0.0, 0.0), (0.8, 0.5, 0.9), (220, 220, 220))
    door = Box("door", "cabinet door", (1.5, -0.255, 0.1), (0.6, 0.04, 0.7), (120, 60, 30))
    graph, scene = SceneGraph(trusted_ids=True), Scene([TABLE, cabinet, door])
    for place in range(6):
        ids = {"table": 1, "cabinet": 2, "door": 3}
        graph.observe(*scene.shot(place * 0.5, (0.2 + 0.3 * place, -2.2, 1.1), (1.2, 0.0, 0.5), track_ids=ids))
    graph.flush()
    parts = graph.relations("cabinet door", "part of")
    assert [edge.object for edge in parts] == [graph.node("cabinet").id]
    assert parts[0].frames
    told = said(graph)
    assert not {("cabinet", "part of", "cabinet door"), ("cabinet", "near", "cabinet door")} & told
    assert ("cabinet", "near", "table") in told


def test_what_stands_on_a_rack_is_not_next_to_it():
    rack = Box("rack", "shoe rack", (0.0, 1.0, 0.0), (0.9, 0.35, 0.2), (90, 60, 40))
    shoes = Box("shoes", "shoes", (0.1, 1.0, 0.2), (0.25, 0.2, 0.1), (20, 20, 160))
    graph, scene = SceneGraph(), Scene([rack, shoes])
    for place in range(8):
        graph.observe(*scene.shot(place * 0.5, (-0.8 + 0.2 * place, -0.8, 1.1), (0.0, 1.0, 0.2)))
    graph.flush()
    told = said(graph)
    assert ("shoes", "on", "shoe rack") in told
    assert not {("shoes", "next to", "shoe rack"), ("shoe rack", "next to", "shoes")} & told


def test_an_unknown_relation_names_the_nearest():
    graph, _, _ = graph_of(CUP)
    with pytest.raises(UnknownNameError, match="Did you mean 'under'"):
        graph.relations("mug", "undr")
