"""`.sens` files of version 4, written byte by byte and read back."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from boxed_room import HEIGHT, LENS, WIDTH
from PIL import Image

import streams
from mmmem.errors import SourceError
from streams import all_frames

CAMERA = np.array([[LENS.fx, 0, LENS.cx, 0], [0, LENS.fy, LENS.cy, 0], [0, 0, 1, 0], [0, 0, 0, 1]])


def packed(image, kind):
    if kind == 0:
        return image.tobytes()
    file = BytesIO()
    Image.fromarray(image).save(file, "PNG" if kind == 1 else "JPEG", **({} if kind == 1 else {"quality": 95}))
    return file.getvalue()


def sens(path, room, *, version=4, colour=1, depth=1, colour_camera=CAMERA, size=(WIDTH, HEIGHT), times=True):
    matrices = b"".join(struct.pack("<16f", *matrix.ravel()) for matrix in (colour_camera, np.eye(4), CAMERA, np.eye(4)))
    data = struct.pack("<IQ", version, 6) + b"Sensor" + matrices
    data += struct.pack("<iiIIIIfQ", colour, depth, *size, WIDTH, HEIGHT, 1000.0, len(room))
    for number, seen in enumerate(room):
        image = np.asarray(Image.fromarray(seen.image).resize(size, Image.Resampling.NEAREST))
        pictures = packed(image, colour), zlib.compress(seen.depth_mm.tobytes()) if depth == 1 else seen.depth_mm.tobytes()
        pose = np.full(16, -np.inf) if number == 2 else seen.pose.ravel()
        data += struct.pack("<16f", *pose)
        data += struct.pack("<QQQQ", number * 33_333 + 5 if times else 0, number * 33_333, *map(len, pictures)) + b"".join(
            pictures
        )
    path.write_bytes(data + struct.pack("<Q", 0))
    return path


def read(path):
    stream = streams.open(path, sampler=all_frames())
    return stream, list(stream)


@pytest.mark.parametrize(("colour", "depth"), [(0, 0), (1, 1), (2, 1)], ids=["raw", "PNG and zlib", "JPEG and zlib"])
def test_what_was_written_is_read_back(tmp_path, room, colour, depth):
    stream, frames = read(sens(tmp_path / "scene0000_00.sens", room, colour=colour, depth=depth))
    assert stream.info.stream_id == "scene0000_00"
    assert [frame.t_ns for frame in frames] == [(number * 33_333 + 5) * 1000 for number in range(len(room))]
    for frame, seen in zip(frames, room, strict=True):
        np.testing.assert_array_equal(frame.depth_m, seen.depth_m)
        if colour != 2:
            np.testing.assert_array_equal(frame.image, seen.image)
        if frame.index != 2:
            np.testing.assert_allclose(frame.pose_world_camera, seen.pose, atol=1e-5)
    assert frames[2].pose_world_camera is None
    assert frames[0].intrinsics == LENS


def test_colours_of_a_larger_camera_come_to_the_depth(tmp_path, room):
    larger = CAMERA.copy()
    larger[:2, :3] = 2 * CAMERA[:2, :3] + [[0, 0, 0.5], [0, 0, 0.5]]
    _, frames = read(sens(tmp_path / "a.sens", room, colour_camera=larger, size=(2 * WIDTH, 2 * HEIGHT)))
    np.testing.assert_array_equal(frames[0].image, room[0].image)
    shifted = CAMERA.copy()
    shifted[0, 2] += 6
    _, frames = read(sens(tmp_path / "b.sens", room, colour_camera=shifted))
    np.testing.assert_array_equal(frames[0].image[:, : WIDTH - 6], room[0].image[:, 6:])
    assert (frames[0].image[:, WIDTH - 6 :] == 0).all()  # the colour camera does not reach there


def test_a_file_that_was_cut_off_gives_what_it_holds(tmp_path, room):
    path = sens(tmp_path / "scene.sens", room)
    path.write_bytes(path.read_bytes()[:-3000])
    stream, frames = read(path)
    assert 0 < len(frames) < len(room)
    np.testing.assert_array_equal(frames[-1].depth_m, room[len(frames) - 1].depth_m)
    assert f"ends within frame {len(frames)} of {len(room)}" in stream.report.damaged[0].reason
    assert not stream.report.is_complete


def test_times_that_are_all_zero_are_counted_out(tmp_path, room):
    stream, frames = read(sens(tmp_path / "scene.sens", room, times=False))
    assert frames[1].t_ns - frames[0].t_ns == 33_333_333
    assert any("30 frames a second are counted" in note for note in stream.report.notes)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda data: data[:100], "ends within its header"),
        (lambda data: struct.pack("<I", 3) + data[4:], "of version 3; version 4 is read"),
        (lambda data: data[:4] + b"\xff" * 8 + data[12:], "no .sens file"),
        (lambda data: data[:400], "without a frame that can be read"),
    ],
    ids=["header", "version", "garbage", "no frame"],
)
def test_what_is_no_sens_file_says_so(tmp_path, room, spoil, says):
    path = sens(tmp_path / "scene.sens", room)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(SourceError, match=says):
        streams.open(path)
