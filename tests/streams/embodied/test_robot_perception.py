"""What a robot makes of a frame by default."""

import numpy as np

from mmmem.types import Frame
from streams.embodied.perceiving import RobotPerception

SIZE = (48, 64)


def frame(t_ns, ids=None, labels=None, **more):
    instances = None if ids is None else np.zeros(SIZE, np.int32)
    for place, one in enumerate(ids or ()):
        instances[8 * place : 8 * place + 8, 10:30] = one
    return Frame(
        "robot", t_ns, t_ns, np.full((*SIZE, 3), 120, np.uint8), instances=instances, instance_labels=labels or {}, **more
    )


def test_named_instances_are_detections_with_their_ids_as_tracks():
    seen = RobotPerception("robot")(frame(1, [4, 7, 9], {4: "mug", 9: "sofa"}))
    assert seen.detections.label == ("mug", "sofa")
    assert seen.detections.track_id.tolist() == [4, 9]
    assert seen.detections.xyxy[0].tolist() == [10, 0, 30, 8]
    assert seen.detections.mask is None


def test_the_first_picture_of_a_thing_is_kept_and_no_other_alike():
    perceive, labels = RobotPerception("robot"), {4: "mug", 5: "book"}
    kept = [perceive(frame(t, ids, labels)).keyframe_jpeg is not None for t, ids in enumerate(([4], [4], [4, 5], [5], []))]
    assert kept == [True, False, True, False, False]


def test_without_masks_nobody_looked_and_the_pose_is_kept():
    pose = np.eye(4)
    seen = RobotPerception("robot", period_ns=5)(frame(3, pose_world_camera=pose))
    assert seen.detections is None
    assert (seen.span.start_ns, seen.span.end_ns) == (3, 8)
    np.testing.assert_array_equal(seen.pose_world_camera, pose)
