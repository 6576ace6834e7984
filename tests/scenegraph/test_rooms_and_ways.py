"""Rooms from free space, their ids and names, ways over the floor, what was not looked at: a flat of three rooms."""

from itertools import pairwise

import numpy as np
import pytest
from scripted_scene import Box, Scene

from mmmem.clock import Span
from mmmem.errors import InvalidInputError, UnknownNameError
from mmmem.types import Assertion
from scenegraph import SceneGraph
from scenegraph.free_space import Ground
from scenegraph.geometry import view_of
from scenegraph.log import ListLog
from scenegraph.rooms import numbered, room_from, segmented
from scenegraph.scan import Ranges, Scan, scan_from, scan_of, scan_row
from scenegraph.settings import Settings

S = 1_000_000_000
# x0, y0, x1, y1 of free floor: two rooms, the corridor before them, and the doors of 0.9 m.
FLAT = [
    (0.0, 0.0, 4.0, 3.0), (4.2, 0.0, 8.0, 3.0), (0.0, 3.2, 8.0, 5.0),
    (1.5, 2.9, 2.4, 3.3), (6.0, 2.9, 6.9, 3.3),
]  # fmt: skip
ROOMS = {"left": (2.0, 1.5), "right": (6.0, 1.5), "corridor": (4.0, 4.1)}
STOPS = [(2.0, 1.5), (1.0, 0.8), (3.2, 2.2), (2.0, 4.1), (5.0, 4.1), (7.2, 4.1), (0.8, 4.1), (6.4, 1.5), (5.0, 0.8), (7.3, 2.2)]


def free(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.any([(x0 <= x) & (x < x1) & (y0 <= y) & (y < y1) for x0, y0, x1, y1 in FLAT], axis=0)


def scan_at(x: float, y: float, yaw: float, t_ns: int, *, noise_m: float = 0.0, rng: np.random.Generator | None = None) -> Scan:
    step, steps = 0.035, np.arange(0.0, 5.0, 0.02)
    turns = yaw + (np.arange(40) - 19.5) * step
    blocked = ~free(x + steps * np.cos(turns)[:, None], y + steps * np.sin(turns)[:, None])
    reach = np.where(blocked.any(axis=1), steps[blocked.argmax(axis=1)], 5.0)
    hit = reach < 5.0
    if rng is not None:
        reach = np.clip(reach + rng.normal(0.0, noise_m, 40), 0.05, 5.0)
    ranges = Ranges(reach, hit)
    return Scan("robot", t_ns, np.array([x, y, 1.25]), yaw, -19.5 * step, step, ranges, ranges)


def tour(*, noise_m: float = 0.0, start_s: float = 0.0) -> list[Scan]:
    rng = np.random.default_rng(3)
    looks = [(x, y, yaw) for x, y in STOPS for yaw in np.arange(6) * np.pi / 3]
    return [
        scan_at(x, y, yaw, round((start_s + place) * S), noise_m=noise_m, rng=rng if noise_m else None)
        for place, (x, y, yaw) in enumerate(looks)
    ]


def graph_of(scans: list[Scan], *more: Assertion) -> SceneGraph:
    """A graph on a log of scans, of the rooms that they show, and of what else is said."""
    log = ListLog()
    log.append("robot", [scan_row(scan, "L1", "perception") for scan in scans])
    ground = Ground().add(scans)
    log.append("robot", [shape.row("perception") for shape in numbered(segmented(ground), ground, {}, scans[-1].t_ns)])
    log.append("robot", more)
    return SceneGraph(log)


def piece(id: str, kind: str, x: float, y: float, size: float = 0.8, *, t_s: float = 0.0) -> Assertion:
    box = [[x - size / 2, y - size / 2, 0.0], [x + size / 2, y + size / 2, 0.8]]
    value = {"layer": "furniture", "at": [x, y, 0.4], "box": box, "count": 5, "frames": [["robot", 0, round(t_s * S)]]}
    return Assertion("seen", id, Span(round(t_s * S), round(t_s * S) + 1), kind, value)


STOVE, BED, RACK = piece("F1", "stove", 0.5, 0.5), piece("F2", "bed", 7.4, 0.6), piece("F3", "coat rack", 0.5, 4.6)


@pytest.mark.parametrize("noise_m", [0.0, 0.04])
def test_rooms_are_parted_at_the_doors(noise_m):
    graph = graph_of(tour(noise_m=noise_m))
    rooms = graph.rooms()
    assert len(rooms) == len(ROOMS)
    held = {name: [id for id, room in rooms.items() if room.shape.holds(np.array([at]))[0]] for name, at in ROOMS.items()}
    assert sorted(ids[0] for ids in held.values()) == sorted(rooms)
    corridor = rooms[held["corridor"][0]]
    assert set(corridor.beyond) == set(rooms) - {corridor.id}
    doors = sorted(x for (x, _), _ in corridor.shape.doors)
    assert np.allclose(doors, [1.95, 6.45], atol=0.25)


def test_rooms_are_called_by_what_stands_in_them():
    graph = graph_of(tour(), STOVE, BED, RACK)
    assert {room.name for room in graph.rooms().values()} == {"kitchen", "bedroom", "hall"}
    kitchen = graph.room_of("stove")
    assert kitchen is not None
    assert kitchen.name == "kitchen"
    assert [node.kind for node in graph.in_room("the kitchen")] == ["stove"]
    assert graph.same_room("stove", "bed") is None


def test_in_one_room_since_it_was_brought_there_until_it_was_seen_elsewhere():
    def seen(x: float, y: float, t_s: float, kind: str = "seen") -> Assertion:
        box = [[x, y, 0.8], [x + 0.1, y + 0.1, 0.9]]
        value = {"layer": "object", "at": [x, y, 0.85], "box": box, "count": 3, "frames": [["robot", 0, round(t_s * S)]]}
        return Assertion(kind, "O1", Span(round(t_s * S), round(t_s * S) + 1), "mug", value)

    brought = [seen(0.6, 0.6, 100.0), seen(7.3, 0.6, 200.0, "moved"), seen(0.6, 0.6, 300.0, "moved")]
    graph = graph_of(tour(), STOVE, BED, *brought)
    with_stove, again = graph.relations("mug", "same room", object="stove", ever=True)[::-1][:2][::-1]
    (with_bed,) = graph.relations("mug", "same room", object="bed", ever=True)
    first, second = sorted((with_stove, again), key=lambda edge: edge.start_ns)
    assert [edge.start_ns for edge in (first, with_bed, second)] == [100 * S, 200 * S, 300 * S]
    assert first.until_ns == 200 * S
    assert with_bed.until_ns == 300 * S
    assert second.until_ns is None
    assert all(edge.frames and 0.5 < edge.confidence <= 1.0 for edge in (first, with_bed, second))
    assert graph.same_room("mug", "stove", at=150 * S) == first
    assert graph.same_room("mug", "stove", at=250 * S) is None
    assert graph.same_room("bed", "mug", at=250 * S) is not None


def test_two_rooms_of_a_kind_are_numbered_and_a_persons_name_outranks():
    graph = graph_of(tour(), piece("F1", "bed", 0.5, 0.5), BED)
    assert {"bedroom 1", "bedroom 2"} <= {room.name for room in graph.rooms().values()}
    first = graph.room_of("F1")
    assert first is not None
    graph.name_room(first.name, "Anna's bedroom")
    assert {room.name for room in graph.rooms().values()} >= {"Anna's bedroom", "bedroom"}
    again = SceneGraph(ListLog(graph.log.rows))
    assert {room.id: room.name for room in again.rooms().values()} == {room.id: room.name for room in graph.rooms().values()}


def test_rooms_keep_their_ids_while_more_is_seen():
    scans = tour()
    early = Ground().add(scans[:40])
    known = {shape.id: shape for shape in numbered(segmented(early), early, {}, 0)}
    late = Ground().add(scans)
    for shape in numbered(segmented(late), late, known, 1):
        if shape.id in known and shape.cells.any():
            assert known[shape.id].holds(shape.middle[None])[0] or shape.holds(known[shape.id].middle[None])[0]
    same = numbered(segmented(late), late, {shape.id: shape for shape in numbered(segmented(late), late, known, 1)}, 2)
    assert {shape.id for shape in same} >= {id for id in known if id in {shape.id for shape in same}}


def test_rows_give_back_rooms_and_scans():
    scans = tour()
    ground = Ground().add(scans)
    for shape in numbered(segmented(ground), ground, {}, 5):
        again = room_from(shape.row("perception"))
        assert (again.cells == shape.cells).all()
        assert (again.area_m2, len(again.doors)) == (shape.area_m2, len(shape.doors))
    back = scan_from(scan_row(scans[3], "L1", "perception"))
    assert np.allclose(back.sight.free_m, scans[3].sight.free_m, atol=0.021)
    assert (back.walk.hit == scans[3].walk.hit).all()


def test_a_way_leads_through_doors_and_over_free_floor():
    graph = graph_of(tour(), STOVE, BED, RACK)
    found = graph.path("stove", "bed")
    assert found is not None
    assert [graph.rooms()[id].name for id in found.rooms] == ["kitchen", "hall", "bedroom"]
    steps = np.concatenate([np.linspace(a, b, 50) for a, b in pairwise(found.points)])
    assert free(*steps.T).all()
    straight = float(np.linalg.norm(found.points[0] - found.points[-1]))
    assert straight < found.length_m < 3 * straight
    back = graph.path("bed", "stove")
    assert back is not None
    assert back.length_m == pytest.approx(found.length_m, rel=0.05)


def test_no_way_leads_where_nothing_was_seen():
    graph = graph_of(tour(), STOVE)
    assert graph.path("stove", np.array([20.0, 20.0])) is None
    assert SceneGraph().path(np.zeros(2), np.ones(2)) is None


def test_ways_doors_and_what_was_not_in_view_are_told_as_known_then():
    graph = graph_of(tour(), STOVE, BED, RACK)
    early, left, right = 5 * S, np.array([2.0, 1.5]), np.array([6.0, 1.5])
    assert graph.path(left, right) is not None
    assert graph.path(left, right, known_at=early) is None  # only the left room had been looked at
    assert graph.path(left, np.array([2.5, 1.2]), known_at=early) is not None
    assert graph.entrance("kitchen").name == "from the entrance of the kitchen"
    with pytest.raises(UnknownNameError):
        graph.entrance("kitchen", known_at=early)
    assert graph.front_of("bed").front_rad == graph.front_of("bed", known_at=60 * S).front_rad
    with pytest.raises(InvalidInputError, match="no back to a wall"):
        graph.front_of("bed", known_at=early)
    assert {one.name for one in graph.not_seen_since(900 * S)} > {
        one.name for one in graph.not_seen_since(900 * S, known_at=early)
    }


def test_what_was_not_in_view_since_a_time():
    late = [scan for scan in tour(start_s=1000.0) if scan.at[0] > 4.5 or scan.at[0] < 1.0]
    graph = graph_of(tour() + late, STOVE, piece("F2", "bed", 7.4, 0.6, t_s=1050.0), RACK)
    unseen = graph.not_seen_since(900 * S)
    assert {(one.name, one.what) for one in unseen} == {("kitchen", "room"), ("stove", "furniture"), ("coat rack", "furniture")}
    assert graph.not_seen_since(0) == []
    assert all(one.last_ns is not None and one.last_ns < 900 * S for one in unseen)


def test_left_and_right_from_the_entrance_and_the_front_of_what_stands_at_a_wall():
    graph = graph_of(tour(), piece("F1", "stove", 0.5, 0.4), piece("F4", "fridge", 3.5, 0.4), BED, RACK)
    frame = graph.entrance("kitchen")
    assert frame.name == "from the entrance of the kitchen"
    assert graph.side("fridge", "stove", frame)[0] == "left"  # who comes in from the corridor looks towards -y
    with pytest.raises(UnknownNameError, match="room"):
        graph.entrance("attic")


def test_a_piece_in_the_open_has_no_front_that_shows():
    graph = graph_of(tour(), piece("F1", "table", 2.0, 1.5, 0.6))
    with pytest.raises(InvalidInputError, match="no back to a wall"):
        graph.front_of("table")


def test_a_scan_of_a_picture_measures_walls_but_not_people():
    scene = Scene([Box("Anna", "person", (0.0, 1.0, 0.0), (0.5, 0.5, 1.8))])
    frame, found = scene.shot(0.0, (0.0, -2.0, 1.4), (0.0, 3.0, 1.3))
    view = view_of(frame, Settings())
    assert view is not None
    assert found.mask is not None
    with_person, without = scan_of("cam", 0, view), scan_of("cam", 0, view, found.mask[0])
    assert with_person is not None
    assert without is not None
    middle = len(with_person.sight.free_m) // 2
    assert with_person.sight.free_m[middle] == pytest.approx(2.75, abs=0.1)
    assert not without.sight.free_m[middle] < 4.0
    wall_m = 5.0 / np.cos(with_person.first_rad + 2 * with_person.step_rad)
    assert with_person.sight.free_m[2] == pytest.approx(min(wall_m, 5.0), abs=0.15)


def test_looking_straight_down_gives_no_scan():
    frame, _ = Scene([]).shot(0.0, (0.0, 0.0, 2.0), (0.01, 0.0, 0.0))
    view = view_of(frame, Settings())
    assert view is not None
    assert scan_of("cam", 0, view) is None


def test_observing_writes_few_scans_while_the_camera_stands():
    graph, scene = SceneGraph(), Scene([])
    for place in range(20):
        graph.observe(*scene.shot(place * 0.5, (0.0, -2.0, 1.4), (0.0, 0.0, 1.2)))
    assert len(graph.world.scans) == 1
    graph.observe(*scene.shot(11.0, (0.5, -2.0, 1.4), (0.5, 0.0, 1.2)))
    assert len(graph.world.scans) == 2
