"""Recordings whose poses or depths follow another convention: found out, named, and read right."""

import re

import numpy as np
import pytest
from boxed_room import LENS
from scipy.spatial.transform import Rotation

from streams.datasets import seven_scenes
from streams.datasets.agreement import Look
from streams.datasets.conventions import settled
from streams.datasets.levelling import level
from streams.datasets.recorded import Sensed, Shot

FLIP_X, FLIP_Y, FLIP_Z = (np.diag(one) for one in ([-1.0, 1, 1, 1], [1, -1.0, 1, 1], [1, 1, -1.0, 1]))
FLIP_YZ = FLIP_Y @ FLIP_Z
BODY = np.array([[0.0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1]])


def shots(room, change=lambda pose: pose, factor=1.0, depth=True):
    def sensed(seen):
        return Sensed(seen.image, (seen.depth_m * factor).astype(np.float32) if depth else None, LENS)

    return [Shot(seen.t_ns, lambda seen=seen: sensed(seen), change(seen.pose)) for seen in room]


def relative(poses):
    return [np.linalg.inv(poses[0]) @ pose for pose in poses]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (np.linalg.inv, "map the world to the camera; they were inverted"),
        (lambda pose: pose @ FLIP_YZ, "OpenGL, Habitat"),
        (lambda pose: np.linalg.inv(pose @ FLIP_YZ), "OpenGL view matrices"),
        (lambda pose: pose @ np.linalg.inv(BODY), "ROS body frame"),
        (lambda pose: FLIP_Y @ pose @ FLIP_Y, "left-handed world"),
        (lambda pose: FLIP_Y @ pose, "mirror space .* world is left-handed"),
        (lambda pose: pose @ FLIP_Y, "camera's y axis points up"),
        (lambda pose: pose @ FLIP_X, "camera's x axis points left"),
        (lambda pose: pose @ FLIP_Z, "camera's z axis points backward"),
    ],
    ids=["world to camera", "OpenGL", "view matrix", "ROS body", "Unity", "mirrored world", "y up", "x left", "z backward"],
)
def test_a_wrong_convention_is_named_and_mended(room, change, named):
    found = settled(shots(room, change))
    assert pytest.approx(1.0) == found.depth_factor
    assert any(re.search(named, note) for note in found.notes), found.notes
    for pose, seen in zip(relative(found.poses), relative([seen.pose for seen in room]), strict=True):
        np.testing.assert_allclose(pose, seen, atol=1e-6)
    up = -np.mean([pose[:3, 1] for pose in found.poses], axis=0)
    assert up.argmax() == 2


def test_right_poses_are_left_alone(room):
    found = settled(shots(room))
    assert found.notes == []
    for pose, seen in zip(found.poses, room, strict=True):
        np.testing.assert_allclose(pose, seen.pose, atol=1e-9)


@pytest.mark.parametrize(
    ("factor", "named"),
    [
        (1000.0, "millimetres were given as metres"),
        (0.001, "metres were given as millimetres"),
        (5.0, "5 times too large"),
        (0.2, "5 times too small"),
    ],
)
def test_depth_in_a_wrong_unit_is_named_and_mended(room, factor, named):
    found = settled(shots(room, factor=factor))
    assert found.depth_factor == pytest.approx(1 / factor)
    assert any(named in note for note in found.notes), found.notes


def test_a_world_with_another_axis_up_is_turned(room):
    for turn in (BODY, np.linalg.inv(BODY), FLIP_YZ):
        found = settled(shots(room, lambda pose, turn=turn: turn @ pose))
        up = -np.mean([pose[:3, 1] for pose in found.poses], axis=0)
        assert up[2] > 0.7
        assert any("it was turned to z" in note for note in found.notes)


def test_mirrored_poses_without_depth_are_left_out(room):
    found = settled(shots(room, lambda pose: pose @ FLIP_Y, depth=False))
    assert found.poses == [None] * len(room)
    assert any("all frames come without pose" in note for note in found.notes)


def test_without_depth_nothing_is_guessed(room):
    found = settled(shots(room, np.linalg.inv, depth=False))
    assert not any("inverted" in note for note in found.notes)


@pytest.mark.parametrize(
    ("change", "factor", "named"),
    [
        (np.linalg.inv, 1.0, "map the world to the camera"),
        (lambda pose: pose @ FLIP_YZ, 1.0, "OpenGL, Habitat"),
        (lambda pose: FLIP_Y @ pose @ FLIP_Y, 1.0, "left-handed world"),
        (lambda pose: pose, 5.0, "5 times too large"),
        (lambda pose: pose @ FLIP_X, 1.0, "camera's x axis points left"),
        (lambda pose: pose, 1.0, None),
    ],
    ids=["world to camera", "OpenGL", "Unity", "depth", "mirrored", "as it is"],
)
def test_real_depth_tells_conventions_too(shared_data, change, factor, named):
    from dataclasses import replace

    recorded = seven_scenes.read(shared_data / "rgbd" / "redkitchen")

    def scaled(shot):
        sensed = shot.sense()
        return replace(sensed, depth_m=sensed.depth_m * np.float32(factor))

    given = [Shot(one.t_ns, lambda one=one: scaled(one), change(one.pose)) for one in recorded.shots]
    found = settled(given)
    told = [note for note in found.notes if "axis points up" not in note and "it was levelled" not in note]
    assert (told == []) if named is None else (len(told) == 1 and named in told[0]), found.notes
    right = settled(recorded.shots)
    for pose, expected in zip(relative(found.poses), relative(right.poses), strict=True):
        np.testing.assert_allclose(pose, expected, atol=1e-3)


@pytest.mark.parametrize("tilt_deg", [-30.0, 12.0, 25.0])
def test_a_tilted_world_is_levelled_and_its_floor_lies_at_0(room, tilt_deg):
    turn = np.eye(4)
    turn[:3, :3] = Rotation.from_euler("xy", [tilt_deg, 0.3 * tilt_deg], degrees=True).as_matrix()
    turn[:3, 3] = (3.0, -1.0, 0.7)
    found = settled(shots(room, lambda pose: turn @ pose))
    assert any("it was levelled" in note for note in found.notes), found.notes
    for pose, seen in zip(found.poses, room, strict=True):
        assert pose[2, 3] == pytest.approx(seen.pose[2, 3], abs=0.02)
        np.testing.assert_allclose(pose[2, :3], seen.pose[2, :3], atol=0.02)


def test_a_world_without_level_surface_is_not_turned(room):
    slope = Rotation.from_euler("x", 70.0, degrees=True).as_matrix()
    looks = [Look(seen.depth_m, LENS, seen.pose) for seen in room[:4]]
    leaning = [
        Look(look.depth_m, LENS, np.block([[slope @ look.pose[:3, :3], look.pose[:3, 3:]], [0, 0, 0, 1]])) for look in looks
    ]
    assert level(looks) is not None
    assert level(leaning) is None or abs(level(leaning)[2, 2] - 1.0) > 0.01
    assert level([]) is None


def test_real_depth_tells_which_way_is_up(shared_data):
    """The first camera of the recording looks down, and its world is tilted as it is."""
    found = settled(seven_scenes.read(shared_data / "rgbd" / "redkitchen").shots)
    assert any("tilted by 27 degrees" in note for note in found.notes), found.notes
    heights_m = [pose[2, 3] for pose in found.poses]
    assert 1.0 < min(heights_m) < max(heights_m) < 2.0
