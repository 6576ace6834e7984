"""The graph against scripted scenes: what is there, what moved, what is gone, what may be which."""

from dataclasses import replace

import numpy as np
import pytest
from scripted_scene import EYES, TABLE, Box, S, Scene, mug, walk

from mmmem.errors import InvalidInputError, UnknownNameError
from scenegraph import SceneGraph
from scenegraph.log import ListLog

BOOK = Box("book", "book", (0.0, -0.2, 0.72), (0.2, 0.14, 0.025), (30, 140, 60))
BLUE = mug("blue", 0.3, 0.1, (30, 40, 200))
RED = mug("red", -0.4, 0.0)


def kitchen() -> Scene:
    return Scene([TABLE, RED, BLUE, BOOK])


def near(position, box: Box, bound_m: float = 0.1) -> bool:
    return bool(np.linalg.norm(position - box.bounds.mean(axis=0)) < bound_m)


def the(graph: SceneGraph, kind: str, box: Box):
    """The node of this class at this box."""
    found = [node for node in graph.find(kind) if node.stay.at is not None and near(node.stay.at, box) and not node.missing]
    assert len(found) == 1, [(node.label, node.stay) for node in graph.nodes.values()]
    return found[0]


@pytest.mark.parametrize("noise_m", [0.0, 0.01])
@pytest.mark.parametrize("masks", [True, False])
def test_every_thing_is_one_node_at_its_place_with_its_layer(noise_m, masks):
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0, num=12, noise_m=noise_m, masks=masks)
    assert sorted(node.kind for node in graph.nodes.values()) == ["book", "mug", "mug", "table"]
    for box in (RED, BLUE, BOOK):
        node = the(graph, box.kind, box)
        assert node.layer == "object"
        assert node.id.startswith("O")
        assert graph.where(node.id).position is not None
    assert graph.node("table").layer == "furniture"


def test_one_glimpse_of_something_is_not_a_node():
    scene, graph = kitchen(), SceneGraph()
    graph.observe(*scene.shot(0, EYES[2]))
    assert graph.nodes == {}
    graph.observe(*scene.shot(0.5, EYES[3]))
    assert len(graph.find("mug")) == 2


def test_a_thing_moved_between_visits_stays_the_same_thing_and_says_between_when_it_moved():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0)
    red = the(graph, "mug", RED)
    moved = RED.moved(0.5, -0.25)
    scene.put(moved)
    end_s = walk(graph, scene, 100)
    after = graph.nodes[red.id]
    assert [near(stay.at, box) for stay, box in zip(after.stays, (RED, moved), strict=True)] == [True, True]
    first, second = after.stays
    assert first.last_seen_ns <= 2.5 * S
    assert second.after_ns == first.last_seen_ns
    assert 100 * S <= second.start_ns <= end_s * S
    assert len(graph.find("mug")) == 2
    assert graph.where(red.id, at=50 * S).presence == "not looked"
    assert near(graph.where(red.id, at=50 * S).position, RED)


def test_gone_is_told_from_hidden_and_from_not_looked_at():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0)
    red, blue = the(graph, "mug", RED), the(graph, "mug", BLUE)
    scene.take("red")
    scene.take("blue")
    scene.put(Box("screen", "box", (0.3, -0.25, 0.72), (0.5, 0.03, 0.4), (90, 90, 90)))  # in front of where the blue one was
    for place in range(6):
        graph.observe(*scene.shot(100 + place / 2, (0.2 - 0.1 * place, -1.8, 1.0)))
    assert graph.where(red.id).presence == "not there"
    assert graph.where(red.id).first_missing_ns >= 100 * S
    assert graph.where(red.id).missing_frames
    assert graph.where(blue.id).presence == "not looked"
    looks_away = SceneGraph(graph.log)
    looks_away.observe(*scene.shot(200, (0, -2, 1.5), (0, -2.9, 1.5)))
    assert looks_away.where(blue.id).presence == "not looked"


def test_a_flat_thing_taken_off_the_table_is_missed_after_some_looks():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0)
    book = graph.node("book")
    scene.take("book")
    walk(graph, scene, 100, num=10)
    assert graph.where(book.id).presence == "not there"


def test_a_detector_that_misses_now_and_then_makes_nothing_disappear():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0)
    for round_ in range(4):
        missed = ["red", "blue", "book", "table"][round_]
        walk(graph, scene, 10 + 10 * round_, num=3, drop=[missed])
        walk(graph, scene, 15 + 10 * round_, num=1)
    assert not any(node.missing for node in graph.nodes.values())
    assert len(graph.nodes) == 4


def test_a_thing_that_comes_back_to_its_place_is_the_same_thing():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0)
    red = the(graph, "mug", RED)
    scene.take("red")
    walk(graph, scene, 100)
    assert graph.nodes[red.id].missing
    scene.put(RED)
    walk(graph, scene, 200)
    assert the(graph, "mug", RED).id == red.id
    assert len(graph.find("mug")) == 2
    assert graph.where(red.id, at=150 * S).presence == "not there"
    assert graph.where(red.id, at=200 * S + 1).presence in ("seen there", "not looked")


def test_two_twins_that_left_make_one_that_appears_either_of_them():
    white = (220, 220, 215)
    one, two = mug("one", -0.4, 0.0, white), mug("two", 0.4, 0.0, white)
    scene, graph = Scene([TABLE, one, two, BOOK]), SceneGraph()
    walk(graph, scene, 0)
    ids = {the(graph, "mug", one).id, the(graph, "mug", two).id}
    scene.take("one")
    scene.take("two")
    walk(graph, scene, 100)
    assert all(graph.nodes[id].missing for id in ids)
    here = mug("one", 0.0, 0.25, white)
    scene.put(here)
    walk(graph, scene, 200)
    found = graph.where(the(graph, "mug", here).id)
    assert set(found.either) == ids
    assert found.confidence <= 0.5
    assert len(graph.find("mug")) == 2


def test_a_twin_moved_before_anyone_looked_leaves_the_other_where_it_was():
    white = (220, 220, 215)
    one, two = mug("one", -0.4, 0.0, white), mug("two", 0.4, 0.0, white)
    scene, graph = Scene([TABLE, one, two]), SceneGraph()
    walk(graph, scene, 0)
    first, second = the(graph, "mug", one).id, the(graph, "mug", two).id
    scene.put(one.moved(-0.1, 0.3))
    walk(graph, scene, 100, num=8)
    assert the(graph, "mug", two).id == second
    assert the(graph, "mug", one.moved(-0.1, 0.3)).id == first


def test_something_else_in_its_place_is_something_else():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0)
    red = the(graph, "mug", RED)
    scene.take("red")
    scene.put(Box("bowl", "bowl", RED.at, (0.16, 0.16, 0.07), (240, 220, 60)))
    walk(graph, scene, 100, num=10)
    assert graph.node("bowl").id != red.id
    assert graph.where(red.id).presence == "not there"


def test_labels_that_change_make_no_new_nodes_and_the_majority_names_it():
    scene, graph = kitchen(), SceneGraph()
    turn = iter(range(1000))
    walk(graph, scene, 0, num=12, label=lambda box: "cup" if box.kind == "mug" and next(turn) % 3 == 0 else box.kind)
    assert sorted(node.kind for node in graph.nodes.values()) == ["book", "mug", "mug", "table"]


def test_ids_that_a_tracker_uses_again_or_swaps_do_not_move_things():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0, track_ids={"red": 1, "blue": 2})
    red, blue = the(graph, "mug", RED).id, the(graph, "mug", BLUE).id
    walk(graph, scene, 4, track_ids={"red": 2, "blue": 1, "book": 1})
    assert the(graph, "mug", RED).id == red
    assert the(graph, "mug", BLUE).id == blue
    assert len(graph.nodes) == 4


def test_depth_with_holes_and_infinities_changes_nothing():
    scene, graph = kitchen(), SceneGraph()
    rng = np.random.default_rng(1)
    for place in range(8):
        frame, found = scene.shot(place / 2, EYES[place % 6])
        holes = rng.random(frame.depth_m.shape)
        frame.depth_m[holes < 0.2] = 0.0
        frame.depth_m[(holes > 0.2) & (holes < 0.25)] = np.inf
        frame.depth_m[(holes > 0.25) & (holes < 0.3)] = np.nan
        frame.depth_m[(holes > 0.3) & (holes < 0.35)] = 65.535
        graph.observe(frame, found)
    for box in (RED, BLUE, BOOK):
        the(graph, box.kind, box)
    assert len(graph.nodes) == 4


def test_opening_the_log_again_gives_the_same_graph():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0)
    scene.put(RED.moved(0.5, -0.25))
    scene.take("book")
    walk(graph, scene, 100, num=10)
    graph.correct("mug", owner="Alex")
    graph.flush()
    again = SceneGraph(ListLog(graph.log.read()))
    assert again.nodes.keys() == graph.nodes.keys()
    for id, node in graph.nodes.items():
        other = again.nodes[id]
        assert [(stay.start_ns, stay.last_seen_ns, stay.missing_ns, stay.frames) for stay in other] == [
            (stay.start_ns, stay.last_seen_ns, stay.missing_ns, stay.frames) for stay in node
        ]
        assert (other.kind, other.owner, other.votes) == (node.kind, node.owner, node.votes)
    assert again.where("book").presence == graph.where("book").presence == "not there"


def test_as_of_a_time_is_what_a_graph_that_ended_then_says():
    scene, graph, early = kitchen(), SceneGraph(), SceneGraph()
    for one in (graph, early):
        walk(one, scene, 0)
    red = the(graph, "mug", RED).id
    until_ns = early.log.rows[-1].learned_ns
    scene.take("red")
    walk(graph, scene, 100)
    then, known = graph.where(red, at=50 * S, known_at=until_ns), early.where(red, at=50 * S)
    assert (then.presence, then.last_seen_ns, then.first_missing_ns) == (
        known.presence,
        known.last_seen_ns,
        known.first_missing_ns,
    )
    assert graph.where(red).presence == "not there"
    assert graph.where(red, at=50 * S).presence == "not looked"
    assert graph.at(50 * S, known_at=until_ns).keys() == early.at(50 * S).keys()


def test_seen_all_the_time_costs_few_rows():
    scene, graph = kitchen(), SceneGraph()
    written = sum(len(graph.observe(*scene.shot(n / 2, EYES[2]))) for n in range(120))
    assert written <= 4 * (2 + 60 / 10)


def test_a_person_outranks_perception_and_is_kept():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0)
    red = the(graph, "mug", RED).id
    graph.correct(red, kind="dax", owner="Alex")
    walk(graph, scene, 10)
    assert graph.nodes[red].kind == "dax"
    assert graph.where("Alex's dax").id == red
    assert graph.where("dax").id == red
    assert {row.assertion.source for row in graph.log.read() if row.assertion.kind == "named"} == {"person"}
    with pytest.raises(UnknownNameError, match="Did you mean 'dax'"):
        graph.where("daxx")
    with pytest.raises(InvalidInputError, match="Nothing was said"):
        graph.correct(red)


def test_a_pose_that_jumps_places_nothing():
    scene, graph = kitchen(), SceneGraph()
    walk(graph, scene, 0)
    frame, found = scene.shot(3.2, EYES[5])
    frame.pose_world_camera[:3, 3] += (0.8, 0.5, 0.0)
    before = len(list(graph.log.read()))
    graph.observe(frame, found)
    assert graph.trust.num_distrusted == {"cam": 1}
    assert any("m from the last one" in note for note in graph.trust.notes)
    assert len(list(graph.log.read())) == before
    walk(graph, scene, 4)
    assert len(graph.nodes) == 4
    assert graph.trust.num_distrusted == {"cam": 1}


def opengl(frame, found):
    return replace(frame, pose_world_camera=frame.pose_world_camera @ np.diag([1.0, -1.0, -1.0, 1.0])), found


def inverse(frame, found):
    return replace(frame, pose_world_camera=np.linalg.inv(frame.pose_world_camera)), found


def mirrored(frame, found):
    image, depth = (np.ascontiguousarray(np.flip(picture, 1)) for picture in (frame.image, frame.depth_m))
    mask = np.ascontiguousarray(np.flip(found.mask, 2))
    return replace(frame, image=image, depth_m=depth), replace(found, mask=mask)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (opengl, "OpenGL"),
        (inverse, "map the world to the camera"),
        (mirrored, "mirrored left to right"),
        (lambda *both: both, ""),
    ],
)
def test_poses_of_another_convention_are_named_and_right_ones_pass(spoil, named):
    scene, graph = kitchen(), SceneGraph()
    error = ""
    try:
        for place in range(12):
            shot = scene.shot(place / 2, (-1.2 + 0.2 * place, -1.8, 1.4), (0.3 * np.sin(place), 0.2, 0.7))
            graph.observe(*spoil(*shot))
    except InvalidInputError as raised:
        error = str(raised)
    assert bool(error) == bool(named)
    assert named in error


def test_without_depth_there_are_nodes_without_positions_and_nothing_goes_missing():
    scene, graph = kitchen(), SceneGraph()
    ids = {"red": 1, "blue": 2, "book": 3, "table": 4}
    for place in range(6):
        frame, found = scene.shot(place / 2, EYES[place], track_ids=ids)
        graph.observe(replace(frame, depth_m=None), found)
    assert sorted(node.kind for node in graph.nodes.values()) == ["book", "mug", "mug", "table"]
    scene.take("book")
    for place in range(12):
        frame, found = scene.shot(10 + place / 2, EYES[place % 6], track_ids=ids)
        graph.observe(replace(frame, depth_m=None), found)
    book = graph.where("book")
    assert book.presence == "not looked"
    assert book.position is None


def test_masks_of_a_simulator_are_believed_at_once():
    scene, graph = kitchen(), SceneGraph(trusted_ids=True)
    ids = {"red": 11, "blue": 12, "book": 13, "table": 14}
    graph.observe(*scene.shot(0, EYES[2], track_ids=ids))
    assert len(graph.nodes) == 4
    red = graph.nodes[graph.world.by_key["sim:11"]]
    scene.put(RED.moved(0.5, -0.25))
    graph.observe(*scene.shot(1, EYES[2], track_ids=ids))
    assert near(red.stay.at, RED.moved(0.5, -0.25))
    assert [node.id for node in graph.nodes.values()] == [f"{c}{n}" for c, n in zip("FOOO", (1, 1, 2, 3), strict=True)]
    again = SceneGraph(ListLog(graph.log.read()), trusted_ids=True)
    again.observe(*scene.shot(2, EYES[2], track_ids=ids))
    assert len(again.nodes) == 4


def test_states_change_when_two_looks_agree():
    closed = Box("fridge", "fridge", (0.0, 1.0, 0.0), (0.6, 0.6, 1.5), (220, 220, 220), {"door": "closed"})
    scene, graph = Scene([TABLE, closed]), SceneGraph()
    end_s = walk(graph, scene, 0)
    fridge = graph.node("fridge")
    assert fridge.state("door").value == "closed"
    opened = Box("fridge", "fridge", closed.at, closed.size, closed.colour, {"door": "open"})
    scene.put(opened)
    graph.observe(*scene.shot(end_s, EYES[4]))
    assert fridge.state("door").value == "closed"
    graph.observe(*scene.shot(end_s + 0.5, EYES[3]))
    assert fridge.state("door").value == "open"
    assert fridge.state("door").start_ns == end_s * S
    assert fridge.state("door", round(end_s * S) - 1).value == "closed"
