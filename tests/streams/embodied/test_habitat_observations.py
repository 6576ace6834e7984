"""Habitat's observation dictionary becomes a frame and the other way round; what is missing is said once."""

import numpy as np
import pytest

from mmmem.errors import InvalidInputError
from mmmem.types import Frame
from streams.embodied.coordinates import intrinsics_of
from streams.embodied.observations import FrameMaker, ObservationKeys, Rig, observation_of

HEIGHT, WIDTH = 6, 8


def observed(**changed):
    rng = np.random.default_rng(3)
    whole = {
        "color_sensor": rng.integers(0, 255, (HEIGHT, WIDTH, 4), np.uint8),
        "depth_sensor": rng.uniform(0.1, 9, (HEIGHT, WIDTH)).astype(np.float32),
        "semantic_sensor": rng.integers(0, 90, (HEIGHT, WIDTH)).astype(np.uint32),
        "agent_position": np.array([1.0, 0.0, -2.0], np.float32),
        "agent_rotation": np.array([0.0, 0.0, 0.0, 1.0], np.float32),
    } | changed
    return {name: value for name, value in whole.items() if value is not None}


def made(observation, maker=None, **options):
    maker = maker or FrameMaker("robot", rig=Rig(hfov_deg=90.0, height_m=1.25))
    return maker, maker.frame(maker.snapshot(observation, **options), 4, 7)


def test_everything_comes_over():
    seen = observed()
    maker = FrameMaker("robot", rig=Rig(hfov_deg=90.0, height_m=1.25), labels={3: "mug"})
    _, frame = made(seen, maker)
    assert (frame.stream_id, frame.index, frame.t_ns) == ("robot", 4, 7)
    np.testing.assert_array_equal(frame.image, seen["color_sensor"][..., :3])
    np.testing.assert_array_equal(frame.depth_m, seen["depth_sensor"])
    np.testing.assert_array_equal(frame.instances, seen["semantic_sensor"])
    np.testing.assert_allclose(frame.pose_world_camera[:3, 3], (1.0, 2.0, 1.25))
    assert (frame.intrinsics.cx, frame.intrinsics.cy) == (3.5, 2.5)
    assert frame.intrinsics.fx == frame.intrinsics.fy == pytest.approx(4.0)
    assert frame.instance_labels == {3: "mug"}
    assert maker.report.notes == []


def test_a_frame_keeps_nothing_of_the_simulators_buffers():
    seen = observed()
    maker = FrameMaker("robot")
    snapshot = maker.snapshot(seen)
    before = {name: value.copy() for name, value in seen.items()}
    for value in seen.values():
        value[...] = 0
    frame = maker.frame(snapshot, 0, 0)
    np.testing.assert_array_equal(frame.image, before["color_sensor"][..., :3])
    np.testing.assert_array_equal(frame.depth_m, before["depth_sensor"])
    np.testing.assert_array_equal(frame.instances, before["semantic_sensor"])
    np.testing.assert_allclose(frame.pose_world_camera[:3, 3], (1.0, 2.0, 0.0))


def test_names_and_shapes_of_habitat_lab():
    seen = observed()
    lab = {
        "rgb": seen["color_sensor"][..., :3],
        "depth": seen["depth_sensor"][..., None],
        "semantic": seen["semantic_sensor"][..., None].astype(np.int32),
    }
    _, ours = made(seen)
    _, theirs = made(lab)
    np.testing.assert_array_equal(ours.image, theirs.image)
    np.testing.assert_array_equal(ours.depth_m, theirs.depth_m)
    np.testing.assert_array_equal(ours.instances, theirs.instances)


def test_normalised_depth_becomes_metres_and_what_was_clipped_is_unknown():
    depth = np.full((HEIGHT, WIDTH), 0.25, np.float32)
    depth[0, 0], depth[0, 1] = 0.0, 1.0
    maker = FrameMaker("robot", rig=Rig(depth_range_m=(0.5, 4.5)))
    _, frame = made(observed(depth_sensor=depth), maker)
    assert frame.depth_m[1, 1] == 1.5  # 0.5 + 0.25 * (4.5 - 0.5)
    assert (frame.depth_m[0, :2] == 0).all()


def test_a_picture_alone_degrades_and_says_so_once():
    maker = FrameMaker("robot")
    picture = observed()["color_sensor"][..., :3]
    for index in range(3):
        frame = maker.frame(maker.snapshot(picture), index, index)
    assert frame.depth_m is None
    assert frame.pose_world_camera is None
    assert frame.instances is None
    assert frame.intrinsics is None
    assert [note.split(" (")[0] for note in maker.report.notes] == [
        "no semantic ids",
        "no depth",
        "no pose",
        "no angle of view",
    ]


def test_depth_of_another_size_is_left_out_and_said():
    maker, frame = made(observed(depth_sensor=np.ones((3, 3), np.float32)))
    assert frame.depth_m is None
    assert any("depth_sensor has shape (3, 3)" in note for note in maker.report.notes)


@pytest.mark.parametrize(
    "changed",
    [
        {"agent_position": np.array([np.nan, 0, 0])},
        {"agent_rotation": np.array([np.nan, 0, 0, 1])},
        {"agent_rotation": np.zeros(4)},
        {"agent_position": [[1, 2], [3]]},
        {"agent_position": "here"},
        {"agent_rotation": object()},
    ],
)
def test_a_pose_that_is_none_is_dropped_from_the_frame_and_counted(changed):
    maker, frame = made(observed(**changed))
    made(observed(**changed), maker)
    assert frame.pose_world_camera is None
    assert frame.depth_m is not None
    assert maker.report.num_bad_poses == 2
    made(observed(), maker)
    assert maker.report.num_bad_poses == 2


def test_the_sensors_own_pose_goes_before_the_agents():
    maker = FrameMaker("robot", rig=Rig(height_m=1.25))
    where = {"sensor_position": np.array([0, 9, 0.0]), "sensor_rotation": np.array([0, 0, 0, 1.0])}
    _, frame = made(observed(**where), maker)
    np.testing.assert_allclose(frame.pose_world_camera[:3, 3], (0, 0, 9))


def test_a_pose_in_our_own_world_is_taken_from_info():
    pose = np.eye(4)
    pose[0, 3] = 5.0
    maker, frame = made(observed(), info={"pose_world_camera": pose})
    np.testing.assert_array_equal(frame.pose_world_camera, pose)
    _, frame = made(observed(), maker, info={"pose_world_camera": pose * np.nan})
    assert frame.pose_world_camera is None
    assert maker.report.num_bad_poses == 1


def test_ids_beyond_31_bits_are_background():
    ids = np.full((HEIGHT, WIDTH), 7, np.uint32)
    ids[0, 0] = 2**32 - 1
    maker, frame = made(observed(semantic_sensor=ids))
    assert frame.instances[0, 0] == 0
    assert (frame.instances[1:] == 7).all()
    assert any("count as background" in note for note in maker.report.notes)


def test_a_smaller_picture_sees_the_same_rays():
    seen = observed()
    _maker, small = made(seen, stride=2)
    full = intrinsics_of(WIDTH, HEIGHT, 90.0)
    assert small.image.shape == (3, 4, 3)
    # pixel (u, v) of the small picture is pixel (2u, 2v) of the large one
    u, v = 3, 1
    np.testing.assert_array_equal(small.image[v, u], seen["color_sensor"][2 * v, 2 * u, :3])
    assert small.depth_m[v, u] == seen["depth_sensor"][2 * v, 2 * u]
    assert (u - small.intrinsics.cx) / small.intrinsics.fx == pytest.approx((2 * u - full.cx) / full.fx)
    assert (v - small.intrinsics.cy) / small.intrinsics.fy == pytest.approx((2 * v - full.cy) / full.fy)


def test_a_frame_there_and_back():
    _, frame = made(observed())
    again = FrameMaker("robot", rig=Rig(hfov_deg=90.0))
    _, back = made(observation_of(frame), again)
    np.testing.assert_array_equal(back.image, frame.image)
    np.testing.assert_array_equal(back.depth_m, frame.depth_m)
    np.testing.assert_array_equal(back.instances, frame.instances)
    np.testing.assert_allclose(back.pose_world_camera, frame.pose_world_camera, atol=1e-6)
    assert back.intrinsics == frame.intrinsics


def test_what_a_frame_lacks_is_not_in_the_dictionary():
    bare = observation_of(Frame("robot", 0, 0, np.zeros((2, 2, 3), np.uint8)))
    assert set(bare) == {"color_sensor"}
    assert (bare["color_sensor"][..., 3] == 255).all()


@pytest.mark.parametrize(
    ("observation", "said"),
    [
        ({"state": np.zeros(4)}, r"none of color_sensor, rgb, head_rgb among state.*keys="),
        (np.zeros(4, np.float32), r"got \(4,\) float32"),
        ({"rgb": np.zeros((4, 4, 3), np.float32)}, "got .* float32.*look="),
        ({}, "among nothing"),
    ],
)
def test_no_picture(observation, said):
    with pytest.raises(InvalidInputError, match=said):
        FrameMaker("robot").snapshot(observation)


@pytest.mark.parametrize(
    ("changed", "left_out", "said"),
    [
        ({"depth_sensor": np.ones((HEIGHT, WIDTH), np.uint8)}, "depth_m", "depth is uint8, neither float metres nor integer"),
        ({"depth_sensor": np.ones((HEIGHT, WIDTH), bool)}, "depth_m", "depth is bool"),
        ({"semantic_sensor": np.ones((HEIGHT, WIDTH), np.float32)}, "instances", "semantic ids are float32, no integers"),
    ],
)
def test_maps_of_the_wrong_kind_are_left_out_and_said(changed, left_out, said):
    maker, frame = made(observed(**changed))
    assert getattr(frame, left_out) is None
    assert frame.instance_labels == ({} if left_out == "instances" else maker.labels)
    assert [note for note in maker.report.notes if said in note]


@pytest.mark.parametrize("kind", [np.uint16, np.int16, np.int32, np.uint32])
def test_depth_in_millimetres_becomes_metres_and_is_said_once(kind):
    maker, frame = made(observed(depth_sensor=np.full((HEIGHT, WIDTH), 1250, kind)))
    assert frame.depth_m.dtype == np.float32
    assert (frame.depth_m == np.float32(1.25)).all()
    made(observed(depth_sensor=np.zeros((HEIGHT, WIDTH), kind)), maker)
    assert [note for note in maker.report.notes if "depth" in note] == [f"depth is {np.dtype(kind)}: it is taken for millimetres"]


def test_other_names():
    maker = FrameMaker("robot", keys=ObservationKeys(color=("third_eye",)))
    _, frame = made({"third_eye": np.zeros((2, 2, 3), np.uint8), "rgb": np.ones((2, 2, 3), np.uint8)}, maker)
    assert not frame.image.any()


@pytest.mark.parametrize("given", [np.eye(4, dtype=np.float32), np.eye(4).tolist()])
def test_a_pose_of_other_numbers_is_as_good(given):
    maker, frame = made(observed(), info={"pose_world_camera": given})
    np.testing.assert_array_equal(frame.pose_world_camera, np.eye(4))
    assert maker.report.num_bad_poses == 0


@pytest.mark.parametrize("given", ["hello", ["hello"], 3])
def test_what_another_environment_calls_texts_is_left_out_and_said(given):
    maker, frame = made(observed(), info={"texts": given})
    assert frame.texts == ()
    assert any("texts" in note for note in maker.report.notes)


def test_no_texts_are_nothing_to_speak_of():
    maker, frame = made(observed(), info={"texts": None})
    assert frame.texts == ()
    assert not any("texts" in note for note in maker.report.notes)
