"""ROS 2 bags written by another library, as sqlite3 and as MCAP, and read without ROS."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from boxed_room import HEIGHT, LENS, WIDTH, quat_xyzw
from PIL import Image

import streams
from mmmem.errors import SourceError
from streams import all_frames

rosbag2 = pytest.importorskip("rosbags.rosbag2")
typesys = pytest.importorskip("rosbags.typesys")
mcap_writer = pytest.importorskip("mcap.writer")

STORE = typesys.get_typestore(typesys.Stores.ROS2_HUMBLE)
TYPES = STORE.types
OPTICAL_IN_BODY = np.array([[0.0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
MOUNT = np.eye(4)
MOUNT[:3, 3] = (0.1, 0.02, 1.2)
MOUNT = MOUNT @ OPTICAL_IN_BODY


def message(kind, **fields):
    return TYPES[kind](**fields)


def header(t_ns, frame):
    stamp = message("builtin_interfaces/msg/Time", sec=t_ns // 10**9, nanosec=t_ns % 10**9)
    return message("std_msgs/msg/Header", stamp=stamp, frame_id=frame)


def image(t_ns, frame, encoding, array, *, pad=0):
    rows = np.ascontiguousarray(array).view(np.uint8).reshape(array.shape[0], -1)
    rows = np.pad(rows, ((0, 0), (0, pad)))
    return message(
        "sensor_msgs/msg/Image",
        header=header(t_ns, frame), height=array.shape[0], width=array.shape[1], encoding=encoding, is_bigendian=0,
        step=rows.shape[1], data=rows.ravel(),
    )  # fmt: skip


def compressed(t_ns, frame, array, *, depth=False):
    file = BytesIO()
    Image.fromarray(array).save(file, "PNG")
    head = bytes(12) if depth else b""
    said = "16UC1; compressedDepth png" if depth else "png"
    data = np.frombuffer(head + file.getvalue(), np.uint8)
    return message("sensor_msgs/msg/CompressedImage", header=header(t_ns, frame), format=said, data=data)


def camera_info(t_ns, frame):
    k = np.array([LENS.fx, 0, LENS.cx, 0, LENS.fy, LENS.cy, 0, 0, 1])
    region = message("sensor_msgs/msg/RegionOfInterest", x_offset=0, y_offset=0, height=0, width=0, do_rectify=False)
    return message(
        "sensor_msgs/msg/CameraInfo",
        header=header(t_ns, frame), height=HEIGHT, width=WIDTH, distortion_model="plumb_bob", d=np.zeros(5), k=k,
        r=np.eye(3).ravel(), p=np.zeros(12), binning_x=0, binning_y=0, roi=region,
    )  # fmt: skip


def vector(kind, values, names="xyz"):
    return message(f"geometry_msgs/msg/{kind}", **dict(zip(names, map(float, values), strict=True)))


def transform(t_ns, parent, child, pose):
    held = message(
        "geometry_msgs/msg/Transform",
        translation=vector("Vector3", pose[:3, 3]),
        rotation=vector("Quaternion", quat_xyzw(pose), "xyzw"),
    )
    return message("geometry_msgs/msg/TransformStamped", header=header(t_ns, parent), child_frame_id=child, transform=held)


def tf(*transforms):
    return message("tf2_msgs/msg/TFMessage", transforms=list(transforms))


def pose_message(pose):
    orientation = vector("Quaternion", quat_xyzw(pose), "xyzw")
    return message("geometry_msgs/msg/Pose", position=vector("Point", pose[:3, 3]), orientation=orientation)


def odometry(t_ns, pose):
    with_covariance = message("geometry_msgs/msg/PoseWithCovariance", pose=pose_message(pose), covariance=np.zeros(36))
    twist = message("geometry_msgs/msg/Twist", linear=vector("Vector3", (0, 0, 0)), angular=vector("Vector3", (0, 0, 0)))
    with_twist = message("geometry_msgs/msg/TwistWithCovariance", twist=twist, covariance=np.zeros(36))
    return message(
        "nav_msgs/msg/Odometry",
        header=header(t_ns, "odom"), child_frame_id="base_link", pose=with_covariance, twist=with_twist,
    )  # fmt: skip


def base_pose(seen):
    return seen.pose @ np.linalg.inv(MOUNT)


def in_tf(room):
    """Everything as a robot publishes it: raw pictures, tf that moves between odom and base_link, a fixed mount."""
    yield "/tf_static", room[0].t_ns, tf(transform(room[0].t_ns, "base_link", "camera_optical_frame", MOUNT))
    yield "/camera/color/camera_info", room[0].t_ns, camera_info(room[0].t_ns, "camera_optical_frame")
    for seen in room:
        yield "/tf", seen.t_ns, tf(transform(seen.t_ns, "odom", "base_link", base_pose(seen)))
        bgr = np.ascontiguousarray(seen.image[..., ::-1])
        yield "/camera/color/image_raw", seen.t_ns + 900, image(seen.t_ns, "camera_optical_frame", "bgr8", bgr, pad=4)
        late_ns = seen.t_ns + 5_000_000
        depth = image(late_ns, "camera_optical_frame", "16UC1", seen.depth_mm)
        yield "/camera/aligned_depth_to_color/image_raw", late_ns + 900, depth


def in_odometry(room):
    """Compressed pictures and odometry of the base."""
    yield "/tf_static", room[0].t_ns, tf(transform(room[0].t_ns, "base_link", "cam", MOUNT))
    yield "/cam/camera_info", room[0].t_ns, camera_info(room[0].t_ns, "cam")
    for seen in room:
        yield "/odom", seen.t_ns, odometry(seen.t_ns, base_pose(seen))
        yield "/cam/rgb/compressed", seen.t_ns, compressed(seen.t_ns, "cam", seen.image)
        yield "/cam/depth/compressedDepth", seen.t_ns, compressed(seen.t_ns, "cam", seen.depth_mm, depth=True)


def in_poses(room):
    """Float depth, and a topic with the camera's own poses."""
    yield "/camera_info", room[0].t_ns, camera_info(room[0].t_ns, "")
    for seen in room:
        stamped = message("geometry_msgs/msg/PoseStamped", header=header(seen.t_ns, "map"), pose=pose_message(seen.pose))
        yield "/pose", seen.t_ns, stamped
        yield "/image", seen.t_ns, image(seen.t_ns, "", "rgb8", seen.image)
        holes = seen.depth_m.copy()
        holes[0] = np.nan
        yield "/depth", seen.t_ns, image(seen.t_ns, "", "32FC1", holes)


def written(path, messages, storage, packed=None):
    plugin = rosbag2.StoragePlugin.MCAP if storage == "mcap" else rosbag2.StoragePlugin.SQLITE3
    writer = rosbag2.Writer(path, version=9, storage_plugin=plugin)
    if packed:
        writer.set_compression(packed, rosbag2.CompressionFormat.ZSTD)
    with writer:
        connections = {}
        for topic, log_ns, held in messages:
            kind = held.__msgtype__
            if topic not in connections:
                connections[topic] = writer.add_connection(topic, kind, typestore=STORE)
            writer.write(connections[topic], log_ns, STORE.serialize_cdr(held, kind))
    return path


def bare_mcap(path, messages, compression):
    """A file without a folder, by the makers of the format."""
    with path.open("wb") as file:
        writer = mcap_writer.Writer(file, chunk_size=20_000, compression=compression)
        writer.start()
        channels = {}
        for topic, log_ns, held in messages:
            kind = held.__msgtype__
            if topic not in channels:
                schema = writer.register_schema(kind, "ros2msg", b"")
                channels[topic] = writer.register_channel(topic, "cdr", schema)
            data = bytes(STORE.serialize_cdr(held, kind))
            writer.add_message(channels[topic], log_time=log_ns, publish_time=log_ns, data=data)
        writer.finish()
    return path


def read(path):
    stream = streams.open(path, sampler=all_frames())
    return stream, list(stream)


def assert_same(frames, room, *, first_row=0):
    assert [frame.t_ns for frame in frames] == [seen.t_ns for seen in room]
    for frame, seen in zip(frames, room, strict=True):
        np.testing.assert_array_equal(frame.image, seen.image)
        np.testing.assert_allclose(frame.depth_m[first_row:], seen.depth_m[first_row:], rtol=1e-6)
        np.testing.assert_allclose(frame.pose_world_camera, seen.pose, atol=1e-6)
        assert frame.intrinsics == LENS


@pytest.mark.parametrize("storage", ["sqlite3", "mcap"])
@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (in_tf, "poses: camera_optical_frame in odom, from tf"),
        (in_odometry, "poses: /odom, with cam on base_link from tf"),
        (in_poses, "poses: /pose, taken as those of the camera"),
    ],
    ids=["tf", "odometry", "poses"],
)
def test_what_another_library_wrote_is_read(tmp_path, room, storage, kind, told):
    bag = written(tmp_path / "walk", kind(room[:12]), storage)
    stream, frames = read(bag)
    assert_same(frames, room[:12], first_row=1 if kind is in_poses else 0)
    assert told in stream.report.notes
    assert stream.info.calendar.kind == "wall"
    assert stream.report.is_complete
    (file,) = [path for path in Path(bag).iterdir() if path.suffix in (".db3", ".mcap")]
    assert [frame.t_ns for frame in read(file)[1]] == [frame.t_ns for frame in frames]


@pytest.mark.parametrize("compression", ["NONE", "LZ4", "ZSTD"])
def test_a_bare_mcap_file_is_read_however_it_is_packed(tmp_path, room, compression):
    from mcap.writer import CompressionType

    path = bare_mcap(tmp_path / "walk.mcap", in_tf(room[:12]), CompressionType[compression])
    stream, frames = read(path)
    assert_same(frames, room[:12])
    np.testing.assert_array_equal(stream.frame_at(frames[4].t_ns).image, room[4].image)


def test_an_mcap_file_that_was_cut_off_gives_what_it_holds(tmp_path, room):
    from mcap.writer import CompressionType

    path = bare_mcap(tmp_path / "walk.mcap", in_tf(room), CompressionType.NONE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    stream, frames = read(path)
    assert 4 < len(frames) < len(room)
    assert_same(frames, room[: len(frames)])
    assert "without its end mark" in stream.report.damaged[0].reason


def test_a_chunk_that_is_spoiled_costs_only_itself(tmp_path, room):
    from mcap.writer import CompressionType

    path = bare_mcap(tmp_path / "walk.mcap", in_tf(room), CompressionType.LZ4)
    data = bytearray(path.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 200] = bytes(200)
    path.write_bytes(bytes(data))
    stream, frames = read(path)
    assert len(room) // 2 < len(frames) < len(room)
    assert any("cannot be read" in loss.reason for loss in stream.report.damaged)


def test_what_is_no_bag_says_so(tmp_path, room):
    (tmp_path / "a.db3").write_bytes(b"SQLite format 3\0" + bytes(50))
    with pytest.raises(SourceError, match="cannot be read as a ROS 2 bag"):
        streams.open(tmp_path / "a.db3")
    (tmp_path / "a.mcap").write_bytes(b"nothing of the kind")
    with pytest.raises(SourceError, match="does not begin as an MCAP file"):
        streams.open(tmp_path / "a.mcap")
    (tmp_path / "a.bag").write_bytes(b"#ROSBAG V2.0\n")
    with pytest.raises(SourceError, match="ROS 1 bag; make a ROS 2 bag"):
        streams.open(tmp_path / "a.bag")
    poses_only = (held for held in in_poses(room[:2]) if held[0] == "/pose")
    with pytest.raises(SourceError, match="no colour pictures"):
        streams.open(written(tmp_path / "poses", poses_only, "sqlite3"))


def test_messages_packed_one_by_one_are_unpacked(tmp_path, room):
    bag = written(tmp_path / "walk", in_tf(room[:6]), "sqlite3", rosbag2.CompressionMode.MESSAGE)
    frames = list(streams.open(bag, sampler=all_frames()))
    assert [frame.index for frame in frames] == list(range(6))
    np.testing.assert_array_equal(frames[3].image, room[3].image)


def test_a_picture_with_an_unknown_encoding_is_reported(tmp_path, room):
    bayer = [("/camera/image", seen.t_ns, image(seen.t_ns, "cam", "bayer_rggb8", seen.image[..., 0])) for seen in room[:3]]
    stream, frames = read(written(tmp_path / "walk", bayer, "sqlite3"))
    assert frames == []
    assert "Pictures encoded as 'bayer_rggb8' are not read" in stream.report.damaged[0].reason


def test_cameras_beside_the_first_are_named(tmp_path, room):
    other = [("/left/image_raw", seen.t_ns, image(seen.t_ns, "left", "rgb8", seen.image)) for seen in room[:6]]
    stream, frames = read(written(tmp_path / "walk", [*in_tf(room[:6]), *other], "mcap"))
    assert len(frames) == 6
    assert "pictures of /camera/color/image_raw are read; left aside: /left/image_raw" in stream.report.notes
