"""7-Scenes, TUM RGB-D and simulator folders, written as their makers do and read back."""

import json

import numpy as np
import pytest
from boxed_room import HEIGHT, LENS, WIDTH, pictures, quat_xyzw
from PIL import Image

import streams
from mmmem.errors import InvalidInputError, SourceError
from streams import all_frames


def save_png(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


def seven_scenes(folder, room, *, change=lambda pose: pose, depth=lambda mm: mm):
    folder.mkdir(parents=True, exist_ok=True)
    for number, seen in enumerate(room):
        save_png(folder / f"frame-{number:06d}.color.png", seen.image)
        save_png(folder / f"frame-{number:06d}.depth.png", depth(seen.depth_mm))
        np.savetxt(folder / f"frame-{number:06d}.pose.txt", change(seen.pose))
    (folder / "camera-intrinsics.txt").write_text(f"{LENS.fx} 0 {LENS.cx}\n0 {LENS.fy} {LENS.cy}\n0 0 1\n")
    return folder


def tum(folder, room, *, depth_factor=5, pose_rows=None):
    rows = {"rgb": [], "depth": [], "groundtruth": []}
    for seen in room:
        stamp = f"{seen.t_ns // 10**9}.{seen.t_ns % 10**9 // 1000:06d}"
        save_png(folder / "rgb" / f"{stamp}.png", seen.image)
        save_png(folder / "depth" / f"{stamp}.png", (seen.depth_mm * depth_factor).astype(np.uint16))
        rows["rgb"].append(f"{stamp} rgb/{stamp}.png")
        rows["depth"].append(f"{stamp} depth/{stamp}.png")
        rows["groundtruth"].append(" ".join([stamp, *(f"{x:.9f}" for x in (*seen.pose[:3, 3], *quat_xyzw(seen.pose)))]))
    rows["groundtruth"] = rows["groundtruth"] if pose_rows is None else pose_rows
    for name, lines in rows.items():
        (folder / f"{name}.txt").write_text("# timestamp and more\n" + "\n".join(lines) + "\n")
    (folder / "calibration.txt").write_text(f"{LENS.fx} {LENS.fy} {LENS.cx} {LENS.cy}\n")
    return folder


def simulator(folder, room, *, arrays=False):
    for number, seen in enumerate(room):
        ids = np.where(seen.depth_mm < 2000, 7, 0)
        save_png(folder / "rgb" / f"{number}.png", seen.image)
        if arrays:
            for name, array in (("depth", seen.depth_m), ("instances", ids)):
                (folder / name).mkdir(exist_ok=True)
                np.savez_compressed(folder / name / f"{number}.npz", array)
        else:
            save_png(folder / "depth" / f"{number}.png", seen.depth_mm)
            save_png(folder / "instances" / f"{number}.png", ids.astype(np.uint8))
    np.save(folder / "poses.npy", np.stack([seen.pose for seen in room]))
    (folder / "labels.json").write_text(json.dumps({"7": "crate"}))
    (folder / "intrinsics.json").write_text(json.dumps({"fx": LENS.fx, "fy": LENS.fy, "cx": LENS.cx, "cy": LENS.cy}))
    return folder


def read(path, **options):
    stream = streams.open(path, sampler=all_frames(), **options)
    return stream, list(stream)


def assert_same(frames, room):
    assert len(frames) == len(room)
    for frame, seen in zip(frames, room, strict=True):
        np.testing.assert_array_equal(frame.image, seen.image)
        np.testing.assert_allclose(frame.depth_m, seen.depth_m, rtol=1e-6)
        np.testing.assert_allclose(frame.pose_world_camera, seen.pose, atol=1e-6)
        assert frame.intrinsics == LENS


WRITERS = {"7-Scenes": seven_scenes, "TUM": tum, "simulator": simulator}


@pytest.mark.parametrize("name", WRITERS)
def test_what_was_written_is_read_back(tmp_path, room, name):
    stream, frames = read(WRITERS[name](tmp_path / "kitchen", room))
    assert_same(frames, room)
    assert stream.report.is_complete
    assert stream.info.stream_id == "kitchen"
    assert stream.info.end_ns > frames[-1].t_ns
    again = stream.frame_at(frames[5].t_ns + 1)
    assert again.index == 5
    np.testing.assert_array_equal(again.depth_m, frames[5].depth_m)


@pytest.mark.parametrize("name", WRITERS)
def test_a_stream_goes_on_where_it_stopped(tmp_path, room, name):
    stream, frames = read(WRITERS[name](tmp_path / "kitchen", room))
    later = list(stream.items(after_ns=frames[9].t_ns))
    assert [frame.index for frame in later] == [frame.index for frame in frames[10:]]


def test_times_in_seconds_become_exact_nanoseconds(tmp_path, room):
    _, frames = read(tum(tmp_path / "kitchen", room))
    assert [frame.t_ns for frame in frames] == [seen.t_ns for seen in room]
    assert float(f"{room[1].t_ns / 1e9:.9f}") * 1e9 != room[1].t_ns  # a float would not have kept it


def test_unix_times_are_dates_and_a_start_moves_them(tmp_path, room):
    folder = tum(tmp_path / "kitchen", room)
    stream, frames = read(folder)
    assert stream.info.calendar.kind == "wall"
    moved, later = read(folder, start="2024-05-03T11:20:05")
    assert moved.info.calendar.format(later[0].t_ns) == "2024-05-03 11:20:05"
    assert {b.t_ns - a.t_ns for a, b in zip(frames, later, strict=True)} == {later[0].t_ns - frames[0].t_ns}
    with pytest.raises(InvalidInputError, match="give one start"):
        streams.open(folder, start=["2024-05-03T11:20:05"])


def test_two_streams_with_different_clocks_are_brought_together(tmp_path, room):
    _, one = read(tum(tmp_path / "wall", room), start="2024-05-03T11:20:05")
    _, other = read(seven_scenes(tmp_path / "counted", room), start="2024-05-03T11:20:05")
    assert one[0].t_ns == other[0].t_ns
    assert abs(one[-1].t_ns - other[-1].t_ns) < 10_000_000


def test_depth_and_poses_are_matched_by_time(tmp_path, room):
    folder = tum(tmp_path / "kitchen", room)
    lines = (folder / "depth.txt").read_text().splitlines()
    shifted = [f"{float(line.split()[0]) + 0.012:.6f} {line.split()[1]}" for line in lines[1:]]
    (folder / "depth.txt").write_text("\n".join(shifted[:10] + shifted[14:]))
    truth = (folder / "groundtruth.txt").read_text().splitlines()
    (folder / "groundtruth.txt").write_text("\n".join(truth[1::2]))
    stream, frames = read(folder)
    assert [frame.index for frame in frames if frame.depth_m is None] == [10, 11, 12, 13]
    np.testing.assert_array_equal(frames[9].depth_m, room[9].depth_m)
    between = frames[3].pose_world_camera[:3, 3]
    np.testing.assert_allclose(between, (room[2].pose[:3, 3] + room[4].pose[:3, 3]) / 2, atol=1e-3)
    assert any("4 pictures without depth within 20 ms" in note for note in stream.report.notes)


def test_frames_without_pose_still_come(tmp_path, room):
    stream, frames = read(tum(tmp_path / "kitchen", room, pose_rows=["nonsense", "1.0 2 3"]))
    assert len(frames) == len(room)
    assert all(frame.pose_world_camera is None and frame.depth_m is not None for frame in frames)
    assert any("2 lines of groundtruth.txt left out" in note for note in stream.report.notes)


def test_poses_that_are_lost_are_counted_and_left_out(tmp_path, room):
    folder = seven_scenes(tmp_path / "kitchen", room)
    np.savetxt(folder / "frame-000003.pose.txt", np.full((4, 4), -np.inf))
    (folder / "frame-000004.pose.txt").write_text("gone")
    np.savetxt(folder / "frame-000005.pose.txt", np.diag([3.0, 1, 1, 1]))
    stream, frames = read(folder)
    assert [frame.index for frame in frames if frame.pose_world_camera is None] == [3, 4, 5]
    told = " | ".join(stream.report.notes)
    assert "1 pose with NaN or infinite numbers" in told
    assert "1 pose with a scaled or sheared rotation" in told
    assert "1 pose file without 16 numbers" in told


def test_depth_that_is_infinite_or_saturated_is_unknown(tmp_path, room):
    def holed(mm):
        mm = mm.copy()
        mm[:4], mm[4:8] = 65535, 0
        return mm

    stream, frames = read(seven_scenes(tmp_path / "kitchen", room, depth=holed))
    assert (frames[0].depth_m[:8] == 0).all()
    assert frames[0].depth_m[8:].min() > 0
    assert any("65535" in note for note in stream.report.notes)
    folder = simulator(tmp_path / "other", room, arrays=True)
    depth = room[0].depth_m.copy()
    depth[0], depth[1], depth[2] = np.inf, np.nan, -1
    np.savez_compressed(folder / "depth" / "0.npz", depth)
    stream, frames = read(folder)
    assert (frames[0].depth_m[:3] == 0).all()
    assert any("infinite" in note for note in stream.report.notes)


def test_instances_and_their_names_are_kept(tmp_path, room):
    for arrays in (False, True):
        _, frames = read(simulator(tmp_path / f"home{arrays}", room, arrays=arrays))
        assert_same(frames, room)
        np.testing.assert_array_equal(frames[3].instances, np.where(room[3].depth_mm < 2000, 7, 0))
        assert frames[3].instance_labels == {7: "crate"}


def test_a_damaged_picture_is_reported_and_the_rest_read(tmp_path, room):
    folder = seven_scenes(tmp_path / "kitchen", room)
    whole = (folder / "frame-000006.color.png").read_bytes()
    (folder / "frame-000006.color.png").write_bytes(whole[: len(whole) // 2])
    stream, frames = read(folder)
    assert [frame.index for frame in frames] == [number for number in range(len(room)) if number != 6]
    assert not stream.report.is_complete
    assert "frame-000006.color.png cannot be read" in stream.report.damaged[0].reason


def test_pictures_shrink_together(tmp_path, room):
    _, frames = read(seven_scenes(tmp_path / "kitchen", room), size=WIDTH // 2)
    assert frames[0].image.shape == (HEIGHT // 2, WIDTH // 2, 3)
    assert frames[0].depth_m.shape == (HEIGHT // 2, WIDTH // 2)
    assert frames[0].intrinsics.fx == LENS.fx / 2


def test_times_that_do_not_fit_the_pictures_are_refused(tmp_path, room):
    folder = simulator(tmp_path / "home", room)
    (folder / "times.txt").write_text("0.0\n0.5\n")
    with pytest.raises(SourceError, match=r"2 times for 24 pictures; give one for each"):
        streams.open(folder)
    (folder / "times.txt").write_text("\n".join(f"{number * 0.1:.1f}" for number in range(24)))
    _, frames = read(folder)
    assert [frame.t_ns for frame in frames] == [number * 100_000_000 for number in range(24)]


def test_the_red_kitchen_opens_as_it_is(shared_data):
    stream = streams.open(shared_data / "rgbd" / "redkitchen")
    frames = list(stream)
    assert len(frames) == 34  # one in each of 33.2 s
    assert all(frame.depth_m is not None and 0 < np.median(frame.depth_m[frame.depth_m > 0]) < 5 for frame in frames)
    assert all(frame.pose_world_camera is not None for frame in frames)
    up = -np.mean([frame.pose_world_camera[:3, 1] for frame in frames], axis=0)
    assert up[2] > 0.7
    assert "the world's -y axis points up; it was turned to z" in stream.report.notes
    assert len(pictures(2)) == 2


def test_a_trajectory_gives_its_poses_to_any_pictures(tmp_path, room):
    folder = tum(tmp_path / "kitchen", room)
    plain = streams.open(folder / "rgb", image_times="stem_s", sampler=all_frames())
    assert all(frame.pose_world_camera is None for frame in plain)
    posed = streams.with_poses(plain, folder / "groundtruth.txt")
    frames = list(posed)
    for frame, seen in zip(frames, room, strict=True):
        np.testing.assert_allclose(frame.pose_world_camera, seen.pose, atol=1e-6)
    np.testing.assert_allclose(posed.frame_at(frames[7].t_ns).pose_world_camera, room[7].pose, atol=1e-6)


def test_a_trajectory_on_another_clock_is_moved(tmp_path, room):
    folder = tum(tmp_path / "kitchen", room)
    plain = streams.open(folder / "rgb", period_s=0.033333, sampler=all_frames())
    stream = streams.with_poses(plain, folder / "groundtruth.txt")
    frames = list(stream)
    assert any("taken to begin with the stream" in note for note in stream.report.notes)
    np.testing.assert_allclose(frames[10].pose_world_camera, room[10].pose, atol=1e-3)
    shifted = list(streams.with_poses(plain, folder / "groundtruth.txt", offset_ns=-room[4].t_ns))
    np.testing.assert_allclose(shifted[0].pose_world_camera, room[4].pose, atol=1e-6)
    assert shifted[-1].pose_world_camera is None
    (tmp_path / "empty.txt").write_text("# nothing\n")
    with pytest.raises(SourceError, match="holds no poses; a line is"):
        streams.with_poses(plain, tmp_path / "empty.txt")
