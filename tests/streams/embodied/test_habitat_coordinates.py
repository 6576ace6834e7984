"""Habitat's coordinates and ours: cases computed by hand, and that both ways agree."""

from math import cos, radians, sin, sqrt
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmem.errors import InvalidInputError
from streams.embodied.coordinates import (
    camera_in_habitat,
    hfov_of,
    intrinsics_of,
    pose_of_camera,
    quaternion_of,
    to_habitat,
    to_world,
)

UNTURNED = (0.0, 0.0, 0.0, 1.0)


def about_y(degrees: float) -> tuple[float, float, float, float]:
    """A turn to the left seen from above: Habitat's y points up."""
    return (0.0, sin(radians(degrees) / 2), 0.0, cos(radians(degrees) / 2))


@pytest.mark.parametrize(
    ("habitat", "world"),
    [
        ((1, 0, 0), (1, 0, 0)),  # right stays x
        ((0, 1, 0), (0, 0, 1)),  # up is y there, z here
        ((0, 0, -1), (0, 1, 0)),  # ahead is -z there, y here
        ((2.0, 0.5, -3.0), (2.0, 3.0, 0.5)),  # (x, -z, y)
    ],
)
def test_points(habitat, world):
    np.testing.assert_array_equal(to_world(habitat), world)
    np.testing.assert_array_equal(to_habitat(world), habitat)


def test_handedness_is_kept():
    x, y, z = to_world(np.eye(3))
    np.testing.assert_array_equal(np.cross(x, y), z)


def test_an_agent_that_was_not_turned_looks_along_our_y():
    pose = pose_of_camera((1.0, 0.0, -2.0), UNTURNED, height_m=1.25)
    # ahead is Habitat's (0, 0, -1) = our (0, 1, 0); right is (1, 0, 0) in both;
    # down is Habitat's (0, -1, 0) = our (0, 0, -1); columns are the camera's right, down, ahead
    np.testing.assert_allclose(pose[:3, :3], np.column_stack([(1, 0, 0), (0, 0, -1), (0, 1, 0)]), atol=1e-12)
    # Habitat's (1.0, 0.0 + 1.25, -2.0) = our (1.0, 2.0, 1.25)
    np.testing.assert_allclose(pose[:3, 3], (1.0, 2.0, 1.25), atol=1e-12)


def test_a_quarter_turn_left_looks_along_our_minus_x():
    pose = pose_of_camera((0, 0, 0), about_y(90))
    # turning (0, 0, -1) by 90 degrees about y: x' = z sin 90 = -1, z' = z cos 90 = 0, so (-1, 0, 0) in both worlds;
    # right was (1, 0, 0): x' = cos 90 = 0, z' = -sin 90 = -1, so Habitat's (0, 0, -1) = our (0, 1, 0)
    np.testing.assert_allclose(pose[:3, 2], (-1, 0, 0), atol=1e-12)
    np.testing.assert_allclose(pose[:3, 0], (0, 1, 0), atol=1e-12)
    np.testing.assert_allclose(pose[:3, 1], (0, 0, -1), atol=1e-12)


def test_what_lies_two_metres_ahead_of_a_turned_and_tilted_camera():
    # 60 degrees left, camera 1.5 m up, tilted 30 degrees down, standing at Habitat's (4, 0, 1) = our (4, -1, 0)
    pose = pose_of_camera((4, 0, 1), about_y(60), height_m=1.5, tilt_rad=radians(-30))
    # ahead on the floor after 60 degrees left of our +y: (-sin 60, cos 60) = (-0.866, 0.5);
    # 30 degrees down shortens it by cos 30 = 0.866 and lowers it by sin 30 = 0.5:
    # ahead = (-0.866 * 0.866, 0.5 * 0.866, -0.5) = (-0.75, 0.433, -0.5)
    ahead = (-0.75, sqrt(3) / 4, -0.5)
    np.testing.assert_allclose(pose[:3, 2], ahead, atol=1e-12)
    # 2 m ahead of (4, -1, 1.5): (4 - 1.5, -1 + 0.866, 1.5 - 1.0) = (2.5, -0.134, 0.5)
    point = pose @ np.array([0.0, 0.0, 2.0, 1.0])
    np.testing.assert_allclose(point[:3], (2.5, -1 + sqrt(3) / 2, 0.5), atol=1e-12)


def test_the_agent_lying_on_its_side_carries_its_camera_sideways():
    # rolled 90 degrees about z: the agent's up (0, 1, 0) becomes Habitat's (-1, 0, 0) = our (-1, 0, 0)
    rolled = (0.0, 0.0, sin(radians(45)), cos(radians(45)))
    np.testing.assert_allclose(pose_of_camera((0, 0, 0), rolled, height_m=1.5)[:3, 3], (-1.5, 0, 0), atol=1e-12)


def test_a_quaternion_object_is_read_by_its_names():
    x, y, z, w = about_y(35)
    named = SimpleNamespace(x=x, y=y, z=z, w=w)
    np.testing.assert_array_equal(pose_of_camera((0, 0, 0), named), pose_of_camera((0, 0, 0), about_y(35)))


def test_angle_of_view_of_a_hand_computed_pinhole():
    # 90 degrees over 320 pixels: half the width, 160, over tan 45 = 1
    camera = intrinsics_of(320, 240, 90.0)
    assert (camera.fx, camera.fy) == (pytest.approx(160.0), pytest.approx(160.0))
    assert (camera.cx, camera.cy) == (159.5, 119.5)
    assert hfov_of(camera, 320) == pytest.approx(90.0)


unit = st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: sum(v * v for v in q) > 0.1)


@settings(deadline=None)  # the first case imports scipy
@given(unit, st.tuples(*[st.floats(-50, 50)] * 3))
def test_there_and_back(quaternion, position):
    quaternion = np.array(quaternion) / np.linalg.norm(quaternion)
    pose = pose_of_camera(position, quaternion)
    assert np.linalg.det(pose[:3, :3]) == pytest.approx(1.0)
    where, turned = camera_in_habitat(pose)
    np.testing.assert_allclose(where, position, atol=1e-4)
    np.testing.assert_allclose(pose_of_camera(where, turned), pose, atol=1e-4)


def test_quaternions_of_unit_axes():
    np.testing.assert_allclose(quaternion_of(np.eye(3)), UNTURNED)


@pytest.mark.parametrize(
    ("position", "rotation", "said"),
    [
        ((np.nan, 0, 0), UNTURNED, "three finite metres"),
        ((0, 0), UNTURNED, "three finite metres"),
        ((0, 0, 0), (0, 0, 0, np.nan), "four finite numbers"),
        ((0, 0, 0), (0, 0, 0), "four finite numbers"),
        ((0, 0, 0), (0, 0, 0, 2), "got length 2.0000"),
    ],
)
def test_what_is_no_pose(position, rotation, said):
    with pytest.raises(InvalidInputError, match=said):
        pose_of_camera(position, rotation)


def test_what_is_no_angle_of_view():
    with pytest.raises(InvalidInputError, match="between 0 and 180 degrees, got 180"):
        intrinsics_of(320, 240, 180.0)
