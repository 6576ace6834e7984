"""What comes back, what never left, and what is only named otherwise: one thing or two."""

from dataclasses import replace

import numpy as np
import pytest
from scripted_scene import EYES, TABLE, Box, S, Scene, mug, walk

from mmmem.types import Detections
from scenegraph import SceneGraph
from scenegraph.nodes import Node
from scenegraph.novelty import Novelty

MUG = replace(mug("mug", -0.3, 0.0), attributes={"colour": "red"})
KETTLE = Box("kettle", "kettle", (-0.3, 0.0, 0.72), (0.4, 0.35, 0.4), (150, 150, 155), {"colour": "silver"})
BOOK = replace(MUG, kind="book", size=(0.3, 0.2, 0.06))
SHELF = replace(TABLE, name="shelf", at=(2.2, -2.2, 0.0), size=(0.8, 0.8, 0.72))


def look(graph: SceneGraph, scene: Scene, start_s: float, box, *, num: int = 8) -> None:
    """Pictures of one of the tables, with the other out of view, from places on its near side."""
    x, y, _ = box.at
    for place in range(num):
        eye = (x - 1.2 + 0.1 * place, y + 1.3, 1.5)
        graph.observe(*scene.shot(start_s + 0.5 * place, eye, (x, y, 0.75)))
    graph.flush()


@pytest.mark.parametrize(("off_m", "shelf_first", "nodes"), [(0.0, False, 2), (0.0, True, 1), (0.16, False, 1)])
def test_what_turns_up_where_it_was_never_left_only_if_that_fits_best(off_m, shelf_first, nodes):
    scene, graph = Scene([TABLE, SHELF, BOOK]), SceneGraph()
    look(graph, scene, 0, TABLE)
    scene.put(BOOK.moved(2.2, -2.2))
    look(graph, scene, 40_000, SHELF)
    assert [stay.supposed for stay in graph.node("book").stays] == [False, True]
    scene.put(BOOK.moved(-0.3 + off_m, 0.0))
    for start_s, box in enumerate((SHELF, TABLE) if shelf_first else (TABLE,)):
        look(graph, scene, 90_000 + 60 * start_s, box)
    found = graph.find("book")
    assert len(found) == nodes
    assert nodes == 2 or len(found[0].stays) == 3


@pytest.mark.parametrize(("looks", "kinds"), [(3, ["mug"]), (8, ["glass", "mug"])])
def test_what_is_in_the_place_of_a_known_thing_and_looks_like_it_takes_more_looks_to_be_another(looks, kinds):
    scene, graph = Scene([TABLE, MUG]), SceneGraph()
    walk(graph, scene, 0, num=60)
    scene.put(replace(MUG, kind="glass", at=(-0.26, 0.0, 0.72), size=(0.06, 0.06, 0.13)))
    walk(graph, scene, 36_000, num=looks)
    graph.flush()
    assert sorted(node.kind for node in graph.nodes.values() if node.layer == "object") == kinds


def test_two_things_close_together_that_are_found_in_turn_are_two_if_they_look_different():
    other = replace(mug("other", -0.18, 0.0, (30, 30, 200)), attributes={"colour": "blue"})
    scene, graph = Scene([TABLE, MUG, other]), SceneGraph()
    for place in range(24):
        drop = ["other"] if place % 2 else ["mug"]
        graph.observe(*scene.shot(0.5 * place, EYES[place % 6], drop=drop))
    assert sorted(node.attributes["colour"][0] for node in graph.find("mug")) == ["blue", "red"]


def test_what_was_glimpsed_beside_a_known_thing_of_another_colour_is_remembered():
    other = replace(mug("other", -0.16, 0.0, (30, 30, 200)), attributes={"colour": "blue"})
    scene, graph = Scene([TABLE, MUG, other]), SceneGraph()
    for start_s in (0, 40_000, 80_000):
        for place in range(10):
            frame, found = scene.shot(start_s + 0.5 * place, EYES[place % 6], drop=[] if place < 2 else ["other"])
            scores = np.array([0.2 if read.get("colour") == "blue" else 0.9 for read in found.attributes], np.float32)
            graph.observe(frame, replace(found, score=scores))
        walk(graph, scene, start_s + 60, drop=["other"])
    graph.flush()
    (blue,) = (node for node in graph.find("mug") if node.attributes["colour"][0] == "blue")
    assert blue.stays[0].start_ns == 0


def test_what_turns_up_is_taken_for_new_until_most_of_it_is_known():
    nodes = {f"O{number}": Node(f"O{number}", "object") for number in range(40)}
    novelty = Novelty()
    for id in nodes:
        novelty.arrived(id, is_new=True)
    assert novelty.against(nodes) == 0.0
    for id in list(nodes)[:19]:
        novelty.arrived(id, is_new=False)
    assert novelty.against(nodes) > 1.0
    carried = Novelty()
    for _ in range(30):
        carried.arrived("O1", is_new=False)
    assert carried.against(nodes) < 0.5


def test_nothing_is_gone_a_moment_after_it_was_found():
    scene, graph = Scene([TABLE, MUG]), SceneGraph()
    end_s = walk(graph, scene, 0, num=20, step_s=0.1)
    scene.take("mug")
    walk(graph, scene, end_s, num=14, step_s=0.1)
    assert not graph.node("mug").missing
    walk(graph, scene, end_s + 1.5, num=14, step_s=0.1)
    assert graph.node("mug").missing
    assert graph.node("mug").stays[0].missing_ns == round(end_s * S)


@pytest.mark.parametrize(("looks", "kinds"), [(3, ["kettle"]), (12, ["kettle", "watering can"])])
def test_what_shows_a_part_of_a_known_thing_takes_more_looks_to_be_another(looks, kinds):
    scene, graph = Scene([TABLE, KETTLE]), SceneGraph()
    walk(graph, scene, 0, num=60)
    for place in range(looks):
        frame, found = scene.shot(36_000 + 0.5 * place, EYES[2])
        graph.observe(frame, misread_corner(found))
    graph.flush()
    assert sorted(node.kind for node in graph.nodes.values() if node.layer == "object") == kinds


def misread_corner(found: Detections) -> Detections:
    """The kettle, of which only a corner was found, named otherwise."""
    row = found.label.index("kettle")
    masks, boxes = found.mask.copy(), found.xyxy.copy()
    v, u = np.nonzero(masks[row])
    masks[row][v.min() + 6 :] = masks[row][:, u.min() + 6 :] = False
    v, u = np.nonzero(masks[row])
    boxes[row] = u.min(), v.min(), u.max() + 1, v.max() + 1
    label = tuple("watering can" if place == row else kind for place, kind in enumerate(found.label))
    return replace(found, mask=masks, xyxy=boxes, label=label)
