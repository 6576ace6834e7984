"""Where the robot's camera goes, and the one that a resident wears."""

from functools import lru_cache
from math import radians

import numpy as np
import pytest

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_S, Span
from mmmem.errors import InvalidInputError, UnknownNameError
from streams.house.building import build_home
from streams.house.floor import Floor
from streams.house.life import Life
from streams.house.living import live
from streams.house.patrol import SPEED_M_S, TURN_RAD_S, patrol
from streams.house.trajectory import Trajectory, heading, look_pose
from streams.house.viewpoints import CAMERA_HEIGHT_M, CAMERA_PITCH_RAD
from streams.house.world import PersonPose
from streams.house.worn import eye_pose, worn_by

MONDAY = 20458 * NS_PER_DAY


@lru_cache(maxsize=1)
def life() -> Life:
    return live(build_home(1), days=2, seed=1, start_ns=MONDAY)


@lru_cache(maxsize=1)
def tours() -> Trajectory:
    return patrol(life(), seed=1)


class TestPoses:
    @pytest.mark.parametrize(
        ("yaw", "pitch", "right", "down", "forward"),
        [
            (0.0, 0.0, (0, -1, 0), (0, 0, -1), (1, 0, 0)),
            (np.pi / 2, 0.0, (1, 0, 0), (0, 0, -1), (0, 1, 0)),  # facing +y, +x is to the right
            (0.0, -np.pi / 2, (0, -1, 0), (-1, 0, 0), (0, 0, -1)),  # looking straight down, the picture's bottom is behind
            (np.pi, 0.0, (0, 1, 0), (0, 0, -1), (-1, 0, 0)),
        ],
    )
    def test_axes_by_hand(self, yaw, pitch, right, down, forward):
        pose = look_pose(1, 2, 3, yaw, pitch)
        np.testing.assert_allclose(pose[:3, :3].T, [right, down, forward], atol=1e-12)
        np.testing.assert_array_equal(pose[:, 3], [1, 2, 3, 1])

    def test_every_pose_is_a_rotation_and_gives_back_its_angles(self):
        rng = np.random.default_rng(0)
        for yaw, pitch in rng.uniform(-1.5, 1.5, (50, 2)):
            pose = look_pose(0, 0, 1, yaw, pitch)
            np.testing.assert_allclose(pose[:3, :3] @ pose[:3, :3].T, np.eye(3), atol=1e-12)
            assert np.linalg.det(pose[:3, :3]) == pytest.approx(1)
            assert heading(pose) == pytest.approx((yaw, pitch))

    def test_a_trajectory_checks_itself(self):
        poses = np.stack([np.eye(4)] * 2)
        with pytest.raises(InvalidInputError, match=r"\(2,\), \(2, 4, 4\) and \(3,\)"):
            Trajectory(np.array([0, 1]), poses, np.zeros(3, int))
        with pytest.raises(InvalidInputError, match="must rise"):
            Trajectory(np.array([1, 1]), poses, np.zeros(2, int))
        with pytest.raises(InvalidInputError, match="numbered in order"):
            Trajectory(np.array([0, 1]), poses, np.array([1, 0]))
        with pytest.raises(InvalidInputError, match="not finite"):
            Trajectory(np.array([0, 1]), poses * np.nan, np.zeros(2, int))

    def test_parts_of_a_trajectory(self):
        one = tours().of_tour(1)
        span = tours().tour_span(1)
        assert len(tours().within(span)) == len(one) > 0
        assert sum(len(tours().of_tour(n)) for n in range(tours().num_tours)) == len(tours())
        with pytest.raises(InvalidInputError, match="no tour 9"):
            tours().tour_span(9)


class TestPatrol:
    def test_tours_start_at_their_hours_and_last_as_told(self):
        starts = [tours().tour_span(n).start_ns for n in range(4)]
        assert starts == [MONDAY + day * NS_PER_DAY + round(hour * NS_PER_HOUR) for day in (0, 1) for hour in (8.5, 18.5)]
        assert all(len(tours().of_tour(n)) == 600 * 2 for n in range(4))
        assert set(np.diff(tours().of_tour(0).t_ns)) == {NS_PER_S // 2}

    def test_the_camera_keeps_its_height_and_pitch(self):
        for _, pose, _ in tours():
            assert pose[2, 3] == CAMERA_HEIGHT_M
            assert heading(pose)[1] == pytest.approx(CAMERA_PITCH_RAD)

    def test_it_is_never_too_fast(self):
        for number in range(tours().num_tours):
            poses = tours().of_tour(number).poses_world_camera
            steps = np.linalg.norm(np.diff(poses[:, :2, 3], axis=0), axis=1)
            yaws = np.unwrap([heading(pose)[0] for pose in poses])
            assert steps.max() <= SPEED_M_S / 2 + 1e-9
            assert np.abs(np.diff(yaws)).max() <= TURN_RAD_S / 2 + 1e-9

    def test_it_stays_on_free_floor(self):
        floor = Floor(life().home, radius_m=0.15)
        assert all(floor.is_free(pose[:2, 3]) for _, pose, _ in tours())

    def test_each_tour_comes_into_every_room(self):
        rooms = {room.id for room in life().home.rooms}
        for number in range(tours().num_tours):
            visited = {life().home.room_at(*pose[:2, 3]).id for _, pose, _ in tours().of_tour(number)}
            assert visited == rooms

    def test_each_tour_looks_at_most_things_that_can_be_seen(self):
        """Inside the picture and in the same room, near enough; walls aside, that is where a detector has a chance."""
        half_x, half_y = np.tan(radians(30)) * 320 / 240, np.tan(radians(30))
        for number in range(tours().num_tours):
            poses = tours().of_tour(number).poses_world_camera
            state, home = life().state_at(tours().tour_span(number).start_ns), life().home
            placed = [at for at in state.placements.values() if "." in at.holder and not home.surface(at.holder).behind]
            seen = 0
            for at in placed:
                local = (np.array([*at.position, 1]) @ np.linalg.inv(poses).transpose(0, 2, 1))[:, :3]
                in_view = (local[:, 2] > 0.3) & (local[:, 2] < 4) & (abs(local[:, 0]) < half_x * local[:, 2])
                in_view &= abs(local[:, 1]) < half_y * local[:, 2]
                room = home.piece(at.holder).room
                seen += any(home.room_at(*pose[:2, 3]).id == room for pose in poses[in_view])
            assert seen / len(placed) > 0.9

    def test_the_same_seed_gives_the_same_tours(self):
        again = patrol(life(), seed=1)
        np.testing.assert_array_equal(again.poses_world_camera, tours().poses_world_camera)
        assert not np.array_equal(patrol(life(), seed=2).poses_world_camera, tours().poses_world_camera)

    def test_a_life_that_ends_cuts_the_tour(self):
        late = patrol(life(), tours_per_day=1, start_hours=(23.95,), tour_s=600)
        assert len(late.of_tour(0)) == 1200
        assert len(late.of_tour(1)) == 0.05 * 3600 * 2

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            ({"tours_per_day": 0}, r"\[1, 2\]"),
            ({"tours_per_day": 3}, r"\[1, 2\].*got 3"),
            ({"tour_s": 0}, "tour_s=0"),
            ({"hz": 0}, "hz=0"),
            ({"hz": 100}, "hz=100"),
            ({"start_hours": (18, 8)}, "must rise"),
            ({"start_hours": (8, 8.1)}, "600 s apart"),
            ({"start_hours": (8, 24)}, "within"),
        ],
    )
    def test_nonsense_is_refused(self, options, says):
        with pytest.raises(InvalidInputError, match=says):
            patrol(life(), **options)


class TestWornCamera:
    def day(self) -> Span:
        return Span(MONDAY, MONDAY + NS_PER_DAY)

    def test_it_is_where_the_person_is_while_at_home(self):
        worn = worn_by(life(), "P1", self.day(), hz=0.2)
        states = life().states(worn.t_ns.tolist())
        for (_, pose, _), state in zip(worn, states, strict=True):
            at = state.people["P1"]
            assert np.hypot(pose[0, 3] - at.x_m, pose[1, 3] - at.y_m) < (1.0 if at.posture == "lying" else 0.2)
            assert 0.5 < pose[2, 3] < 1.7

    def test_each_stretch_at_home_is_a_tour(self):
        for resident in ("P1", "P2", "P3"):
            leaving = sum(
                event.kind == "leave" and event.actor == resident for event in life().between(MONDAY, MONDAY + NS_PER_DAY)
            )
            assert worn_by(life(), resident, self.day(), hz=0.2).num_tours == leaving + 1

    def test_the_thing_in_hand_is_in_the_picture(self):
        puts = [event for event in life().between(MONDAY, MONDAY + NS_PER_DAY) if event.kind == "put" and event.actor == "P1"]
        assert len(puts) > 10
        shown = 0
        for event in puts:
            worn = worn_by(life(), "P1", Span(event.t_ns, event.t_ns + 1), hz=2)
            local = np.linalg.inv(worn.poses_world_camera[0]) @ [*event.placement.position, 1]
            shown += local[2] > 0 and abs(local[0]) < 0.5 * local[2] and abs(local[1]) < 0.5 * local[2]
        assert shown / len(puts) > 0.9

    def test_without_a_target_eyes_look_ahead(self):
        yaw, pitch = heading(eye_pose(PersonPose(1, 1, 0.7), None))
        assert (yaw, pitch) == pytest.approx((0.7, -radians(15)))

    def test_nonsense_is_refused(self):
        with pytest.raises(UnknownNameError, match="Unknown resident 'P9'"):
            worn_by(life(), "P9", self.day())
        with pytest.raises(InvalidInputError, match="outside this life"):
            worn_by(life(), "P1", Span(MONDAY - 1, MONDAY + 1))
        with pytest.raises(InvalidInputError, match="hz must lie"):
            worn_by(life(), "P1", self.day(), hz=0)

    def test_somebody_who_is_never_at_home_has_no_samples(self):
        first_hours = Span(MONDAY, MONDAY + NS_PER_HOUR)
        assert len(worn_by(life(), "P4", first_hours)) == 0
