"""A robot that knows nothing of a home: what it maps, where it goes, when it stops. The home is two rooms and a door."""

from types import SimpleNamespace

import numpy as np
import pytest

from apps.robot.belief import Match, WhereBelief
from apps.robot.exploring import WAYS, Explorer
from apps.robot.known_floor import KnownFloor
from apps.robot.open_beliefs import AreaBelief, OpenBelief
from apps.robot.seeing import Wanted, perceived
from apps.robot.spots import Spots
from mmmem.errors import UnknownNameError
from mmmem.types import Detections, Frame
from scenegraph.geometry import View
from streams.house.rendering import Camera
from streams.house.trajectory import look_pose

EYE_M = 1.25
CAMERA = Camera()
# Two rooms of 4 by 4 metres side by side; the wall between them has a door of a metre. Each wall: x0, y0, x1, y1.
WALLS = (
    (0.0, 0.0, 8.0, 0.0), (0.0, 4.0, 8.0, 4.0), (0.0, 0.0, 0.0, 4.0), (8.0, 0.0, 8.0, 4.0),
    (4.0, 0.0, 4.0, 1.5), (4.0, 2.5, 4.0, 4.0),
)  # fmt: skip


def depth_of(pose):
    """(H, W) metres to the floor or to a wall of 2.5 metres, whichever comes first."""
    height, width = CAMERA.height, CAMERA.width
    view = View(np.zeros((height, width), np.float32), np.zeros((height, width), bool), pose, CAMERA.intrinsics)
    v, u = (axis.ravel().astype(float) for axis in np.mgrid[:height, :width])
    ways, eye = view.directions(u, v), pose[:3, 3]
    with np.errstate(divide="ignore", invalid="ignore"):
        best = np.where(ways[:, 2] < 0, -eye[2] / ways[:, 2], np.inf)
        for x0, y0, x1, y1 in WALLS:
            axis, along = (0, 1) if x0 == x1 else (1, 0)
            reach = ((x0, y0)[axis] - eye[axis]) / ways[:, axis]
            at, z = eye[along] + reach * ways[:, along], eye[2] + reach * ways[:, 2]
            low, high = sorted(((x0, y0)[along], (x1, y1)[along]))
            hit = (reach > 0.05) & (at >= low) & (at <= high) & (z >= 0) & (z <= 2.5)
            best = np.where(hit & (reach < best), reach, best)
    return np.where(np.isfinite(best), best, 0.0).astype(np.float32).reshape(height, width)


def picture(x, y, yaw, index=1):
    pose = look_pose(x, y, EYE_M, yaw, -np.radians(18))
    image = np.zeros((CAMERA.height, CAMERA.width, 3), np.uint8)
    return Frame("robot", index, index, image, depth_of(pose), pose, CAMERA.intrinsics)


def nothing_found():
    return Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), ())


class ScriptedDriver:
    """Goes wherever it is told by a known way, and sees the two rooms."""

    def __init__(self, floor, at=(1.0, 2.0)):
        self.floor, self.here, self.yaw, self.index, self.ended = floor, at, 0.0, 0, False
        self.effort = SimpleNamespace(path_m=0.0, pictures=0)

    @property
    def pose(self):
        return look_pose(*self.here, EYE_M, self.yaw, -np.radians(18))

    def look(self, view, opened):
        goal = (view.x_m, view.y_m)
        way = self.floor.path(self.here, goal) if np.hypot(*np.subtract(goal, self.here)) > 0.05 else np.array([self.here])
        if way is None:
            return None
        self.effort.path_m += float(np.linalg.norm(np.diff(way, axis=0), axis=1).sum())
        self.here, self.yaw = (float(way[-1][0]), float(way[-1][1])), view.yaw_rad
        return self.glance(opened)

    def glance(self, opened):
        self.index += 1
        self.effort.pictures += 1
        frame = picture(*self.here, self.yaw, self.index)
        return perceived(self.index, frame, nothing_found(), (np.zeros(0), np.zeros(0)), frozenset(opened))


def rooms(step=0.25):
    """(n, 2) points of the floor of both rooms, away from the walls."""
    axis = np.arange(0.4, 3.7, step)
    one = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    return one, one + (4.0, 0.0)


def test_a_picture_makes_floor_free_and_its_rim_a_frontier():
    floor = KnownFloor()
    assert floor.add(picture(1.0, 2.0, 0.0))
    ahead, behind = np.array([[2.5, 2.0]]), np.array([[0.3, 3.7]])
    assert floor.has_seen(ahead).all()
    assert not floor.has_seen(behind).any()
    frontiers = floor.frontiers((1.0, 2.0))
    assert frontiers
    for frontier in frontiers:
        assert floor.has_seen(np.array([frontier.at])).all()
        assert np.isfinite(floor.distances_m((1.0, 2.0))[tuple(floor.ground.cells(np.array([frontier.at]))[0])])


def test_what_has_no_depth_makes_no_map():
    frame = picture(1.0, 2.0, 0.0)
    bare = Frame("robot", 2, 2, frame.image, None, frame.pose_world_camera, frame.intrinsics)
    floor = KnownFloor()
    assert not floor.add(bare)
    assert floor.frontiers((1.0, 2.0)) == []
    assert floor.path((1.0, 2.0), (2.0, 2.0)) is None


def test_a_look_promises_what_nobody_has_seen_and_nothing_once_it_was_taken():
    floor = KnownFloor()
    floor.add(picture(1.0, 2.0, 0.0))
    promised = floor.unseen_m2(1.0, 2.0, np.pi)
    assert promised > floor.unseen_m2(1.0, 2.0, 0.0)
    floor.add(picture(1.0, 2.0, np.pi, 2))
    assert floor.unseen_m2(1.0, 2.0, np.pi) < promised / 2


def test_ways_lead_through_the_door_and_where_it_bumped_no_way_leads():
    floor = KnownFloor()
    for number, (x, y, yaw) in enumerate([(1.0, 2.0, 0.0), (3.0, 2.0, 0.0), (5.5, 2.0, 0.0), (5.5, 2.0, np.pi)]):
        floor.add(picture(x, y, yaw, number))
    way = floor.path((1.0, 2.0), (6.0, 2.0))
    assert way is not None
    assert np.linalg.norm(np.diff(way, axis=0), axis=1).sum() >= 4.9
    for y in (1.6, 1.8, 2.0, 2.2, 2.4):
        floor.bumped((3.85, y), 0.0)
    assert floor.path((1.0, 2.0), (6.0, 2.0)) is None


@pytest.mark.parametrize("way", ["value", "nearest frontier"])
def test_it_finds_the_other_room_and_stops_by_itself(way):
    floor = KnownFloor()
    driver = ScriptedDriver(floor)
    told = Explorer(driver, floor, way=way).run()
    one, other = rooms()
    assert floor.has_seen(one).mean() > 0.9
    assert floor.has_seen(other).mean() > 0.9
    assert told.why == "no look was worth it"
    assert told.num_looks == driver.effort.pictures < 60


def test_a_random_walk_ends_with_its_looks():
    floor = KnownFloor()
    told = Explorer(ScriptedDriver(floor), floor, way="random walk").run(most_looks=7)
    assert (told.num_looks, told.why) == (7, "looked 7 times")


def test_what_is_nowhere_is_looked_for_until_nothing_is_worth_it():
    floor = KnownFloor()
    told = Explorer(ScriptedDriver(floor), floor).run(Wanted("mug", "red"))
    assert told.at is None
    assert told.why == "no look was worth it"


def test_another_way_is_refused_with_those_there_are():
    with pytest.raises(UnknownNameError, match="nearest frontier"):
        Explorer(ScriptedDriver(KnownFloor()), KnownFloor(), way="nearest frontiers")
    assert len(WAYS) == 3


def test_more_unseen_home_makes_what_was_seen_less_likely():
    belief = OpenBelief("mug")
    belief.look(np.array([0.0, 0.0]), [])
    little, much = (belief.settled(np.array([0.1, 0.1]), unseen) for unseen in (0.1, 2.0))
    assert little.p[0] > much.p[0]
    assert much.p[2] > little.p[2]


def test_a_square_looked_over_in_vain_loses_and_one_with_a_match_is_the_answer():
    belief = OpenBelief("mug")
    belief.look(np.array([0.8, 0.0, 0.0]), [])
    weights = np.array([0.1, 0.1, 0.1])
    before = belief.settled(weights, 0.2)
    assert before.p[0] < before.p[1]
    belief.look(np.array([0.0, 0.8, 0.0, 0.0]), [Match(1, 100.0, (1.0, 2.0, 0.8))])
    after = belief.settled(np.append(weights, 0.1), 0.2)
    assert isinstance(after, WhereBelief)
    assert after.answer().value == 1
    assert belief.at[1] == (1.0, 2.0, 0.8)


def test_knowing_more_of_the_home_is_what_exploring_gains():
    belief = AreaBelief(25.0, 75.0)
    assert belief.answer().confidence == pytest.approx(0.25)
    assert belief.after(np.array([0.4])) == pytest.approx(0.55)
    assert AreaBelief(25.0, 0.0).after(np.array([0.4])) == 1.0


def test_squares_keep_their_numbers_and_furniture_makes_them_likelier_for_what_it_holds():
    spots, floor = Spots(), KnownFloor()
    floor.add(picture(1.0, 2.0, 0.0))
    first = spots.at((0.1, 0.1, 0.8))
    counter = SimpleNamespace(layer="furniture", kind="kitchen counter", at=np.array([3.0, 2.0, 0.5]))
    spots.learn(floor, [counter])
    number = spots.at(counter.at)
    assert spots.at((0.2, 0.2, 0.8)) == first != number
    weights = spots.weights("mug")
    assert weights[number] > weights[first] > 0
    share, away = spots.shown((1.0, 2.0, 0.0), -np.radians(18), floor)
    assert share[number] > 0 == share[first]
    assert away[number] == pytest.approx(2.0, abs=0.6)
