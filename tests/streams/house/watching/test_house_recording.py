"""A recorded house: exact times, depth and masks, what was measured, what goes on after a stop, and what is refused."""

import errno
import itertools
import json
import os
from dataclasses import replace

import av
import numpy as np
import pytest

import streams
from mmmem.errors import InvalidInputError, SourceError, StorageError, UnknownNameError
from mmmem.perceive import Perceiver
from mmmem.perceive.classical import ClassicalEncoder
from mmmem.types import Frame
from streams.house import recording
from streams.house.home_file import read_home, write_home
from streams.house.live_stream import HouseSource, house_stream
from streams.house.manifest import is_recording
from streams.house.noise import MODERATE
from streams.house.recorded import RecordedHouse
from streams.house.recording import record_house
from streams.house.recording_plan import RecordingPlan, lived, start_hours
from streams.house.stretch_recording import Conduct
from streams.house.stretches import stretches_of
from streams.house.tour_films import FilmWriter, in_mm
from streams.house.watching import watch
from streams.resizing import resized
from streams.sampling import all_frames, every

S = 1_000_000_000


def record(days, folder, draw, **conduct):
    return record_house(days.plan, folder, days=days, conduct=Conduct(open_renderer=draw, **conduct))


def files(folder):
    """The bytes of everything."""
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_recording_says_what_it_did(noisy_days, draw, tmp_path):
    seen = []
    report = record(noisy_days, tmp_path / "house", draw, progress=lambda num, of: seen.append((num, of)))
    assert (report.num_frames, report.num_recorded, report.interrupted) == (80, 80, False)
    assert report.num_events == len(noisy_days.life.events)
    assert report.num_observed == len(RecordedHouse(tmp_path / "house").observed()) > 0
    assert report.num_texts == len(RecordedHouse(tmp_path / "house").texts()) > 0
    assert report.renderer == "boxes"
    assert seen == [(num, 80) for num in range(1, 81)]
    assert all(one.closed for one in draw.opened)


def test_the_truth_comes_back_exactly(noisy_days, folder, draw, camera):
    recorded = RecordedHouse(folder)
    assert recorded.home == noisy_days.life.home
    assert recorded.life.events == noisy_days.life.events
    fresh = watch(noisy_days.life, noisy_days.trajectory, draw(noisy_days.life.home, camera), camera=camera)
    for old, new in zip(fresh, recorded.watched(), strict=True):
        assert (new.frame.t_ns, new.frame.index, new.tour) == (old.frame.t_ns, old.frame.index, old.tour)
        assert (new.frame.instances == old.frame.instances).all()
        assert abs(new.frame.depth_m - old.frame.depth_m).max() <= 0.0005 + 1e-6
        assert (new.frame.pose_world_camera == old.frame.pose_world_camera).all()
        assert new.frame.intrinsics == old.frame.intrinsics
        assert new.state == old.state
        assert abs(new.frame.image.astype(int) - old.frame.image).mean() < 12  # video loses colour at edges


def test_video_times_are_exact(folder):
    recorded = RecordedHouse(folder)
    for stretch in recorded.stretches:
        with av.open(str(stretch.files(folder).video)) as film:
            video = film.streams.video[0]
            frames = list(film.decode(video))
            times_ns = [round(frame.pts * video.time_base * S) + stretch.start_ns for frame in frames]
        assert times_ns == recorded.tables(stretch).t_ns.tolist()
        keyframes = [number for number, frame in enumerate(frames) if frame.key_frame]
        assert max(np.diff([*keyframes, len(frames)])) <= 8


def test_what_was_measured_is_read_back_as_it_was_sensed(noisy_days, folder, look_around):
    from streams.house.noisy_detector import NoisyDetector

    detector = NoisyDetector(MODERATE, noisy_days.plan.seed, noisy_days.life.home)
    for (one, look), (frame, found) in zip(look_around, RecordedHouse(folder).detected(), strict=True):
        perceived = detector.sense(one, look)
        expected = perceived.found.detections
        assert found.label == expected.label
        assert found.attributes == expected.attributes
        assert (found.xyxy == expected.xyxy).all()
        assert (found.score == expected.score).all()
        assert (found.track_id == expected.track_id).all()
        assert (found.mask == expected.mask).all()
        assert (found.embedding == expected.embedding).all()
        assert found.embedding_space == expected.embedding_space
        assert (frame.instances == perceived.frame.instances).all()
        assert (frame.pose_world_camera == perceived.frame.pose_world_camera).all()
        known = (frame.depth_m > 0) & (perceived.frame.depth_m > 0)
        assert abs(frame.depth_m - perceived.frame.depth_m)[known].max() <= 0.002


def test_an_encoder_sees_the_recorded_pixels(folder):
    _, found = next(iter(RecordedHouse(folder).detected(ClassicalEncoder())))
    assert found.embedding.shape == (len(found), ClassicalEncoder.dim)


def test_looks_are_read_without_a_picture(folder, look_around):
    for (_, old), new in zip(look_around, RecordedHouse(folder).looks(), strict=True):
        for name in old.__slots__:
            assert np.array_equal(getattr(old, name), getattr(new, name)), name


def test_streams_open_recognises_a_recording(folder):
    stream = streams.open(folder, sampler=all_frames())
    items = list(stream)
    frames = [item for item in items if isinstance(item, Frame)]
    assert len(frames) == 80
    assert stream.info.stream_id == "robot"
    assert stream.info.calendar.kind == "wall"
    assert all(
        frame.depth_m is not None and frame.instances is not None and frame.pose_world_camera is not None for frame in frames
    )
    assert len(items) - len(frames) == len(RecordedHouse(folder).texts())
    assert stream.num_items_estimate == len(items)
    assert {item.kind for item in items if not isinstance(item, Frame)} == {"caption", "speech"}


def test_reading_goes_on_after_any_item_as_if_it_had_not_stopped(folder):
    stream = streams.open(folder, sampler=every(1.0))
    everything = [(type(item).__name__, _time(item)) for item in stream]
    for cut_ns in (_time(stream_item) for stream_item in list(stream)[::7]):
        rest = [(type(item).__name__, _time(item)) for item in stream.items(after_ns=cut_ns)]
        assert rest == [one for one in everything if one[1] > cut_ns]


def _time(item):
    return item.t_ns if isinstance(item, Frame) else item.span.start_ns


def test_a_picture_is_looked_up_by_time(folder):
    stream = streams.open(folder, sampler=all_frames())
    frames = [item for item in stream if isinstance(item, Frame)]
    for frame in frames[::9]:
        found = stream.frame_at(frame.t_ns + 1000)
        assert (found.t_ns, found.index) == (frame.t_ns, frame.index)
        assert (found.image == frame.image).all()
        assert (found.depth_m == frame.depth_m).all()
    assert stream.frame_at(0).index == 0
    assert stream.frame_at(frames[5].t_ns, 48).image.shape == (36, 48, 3)


def test_smaller_pictures_keep_their_geometry(folder):
    frame = next(item for item in streams.open(folder, sampler=all_frames()) if isinstance(item, Frame))
    small = resized(frame, 48)
    assert small.image.shape == (36, 48, 3)
    assert small.depth_m.shape == small.instances.shape == (36, 48)
    u, v = 60, 40
    ray = ((u - frame.intrinsics.cx) / frame.intrinsics.fx, (v - frame.intrinsics.cy) / frame.intrinsics.fy)
    lens = small.intrinsics
    assert (ray[0] * lens.fx + lens.cx, ray[1] * lens.fy + lens.cy) == pytest.approx(((u + 0.5) / 2 - 0.5, (v + 0.5) / 2 - 0.5))
    assert resized(frame, 5000) is frame


def test_a_perceiver_eats_a_recording(folder):
    perceiver = Perceiver("robot")
    frames = [item for item in streams.open(folder, sampler=all_frames()) if isinstance(item, Frame)]
    assert len(perceiver.observe_many(frames)) == len(frames)


def test_without_texts_there_are_only_frames(folder):
    assert all(isinstance(item, Frame) for item in streams.open(folder, tracks=None))


@pytest.mark.parametrize("options", [{"start": "2024-01-01"}, {"tracks": ["a.srt"]}])
def test_options_that_a_recording_answers_itself_are_refused(folder, options):
    with pytest.raises(InvalidInputError, match=r"leave (start|tracks)"):
        streams.open(folder, **options)


def test_same_seed_same_bytes(noisy_days, folder, draw, tmp_path):
    record(noisy_days, tmp_path / "again", draw)
    assert files(folder) == files(tmp_path / "again")


def test_what_was_stopped_goes_on_and_gives_the_same(noisy_days, folder, draw, tmp_path):
    calls = []

    def stop():
        calls.append(1)
        return len(calls) > 60  # in the middle of the second tour

    half = record(noisy_days, tmp_path / "half", draw, stop=stop)
    assert half.interrupted
    assert half.num_recorded == 40
    assert RecordedHouse(tmp_path / "half").num_missing == 40
    assert sorted(path.name for path in (tmp_path / "half" / "parts").iterdir()) == sorted(
        path.name for path in (folder / "parts").iterdir() if path.name.startswith("part0000")
    )
    stream = streams.open(tmp_path / "half", sampler=all_frames())
    assert len(list(stream)) == 40
    assert any("40 frames of this recording not recorded yet" in note for note in stream.report.notes)
    seen = []
    rest = record(noisy_days, tmp_path / "half", draw, progress=lambda num, of: seen.append((num, of)))
    assert (rest.num_recorded, rest.interrupted) == (40, False)
    assert seen[0] == (41, 80)
    assert files(tmp_path / "half") == files(folder)
    again = record(noisy_days, tmp_path / "half", draw)
    assert (again.num_recorded, again.renderer) == (0, "")


def test_a_full_disk_says_so_and_keeps_what_is_whole(noisy_days, folder, draw, tmp_path):
    draw.fails_at = 55
    with pytest.raises(StorageError, match=r"No space left on device.*it goes on"):
        record(noisy_days, tmp_path / "full", draw)
    assert [path.name for path in (tmp_path / "full" / "parts").glob("*.npz")] == ["part0000.npz"]
    assert not list((tmp_path / "full" / "parts").glob("unfinished*"))
    draw.fails_at = -1
    assert record(noisy_days, tmp_path / "full", draw).num_recorded == 40
    assert files(tmp_path / "full") == files(folder)


def test_a_full_disk_while_lines_are_written_leaves_no_half_file(noisy_days, draw, tmp_path, monkeypatch):
    from streams.house import json_lines

    def full(path, records):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(json_lines.Path, "replace", full)
    with pytest.raises(StorageError, match=r"Cannot write .*manifest.json"):
        record(noisy_days, tmp_path / "house", draw)
    assert not list((tmp_path / "house").glob("*.part"))


def test_what_fails_while_the_truth_is_written_is_gone_on_with(noisy_days, draw, tmp_path, monkeypatch):
    def full(trajectory, path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(recording, "write_trajectory", full)
        with pytest.raises(StorageError, match="No space left"):
            record(noisy_days, tmp_path / "house", draw)
    assert (tmp_path / "house" / "home.json").is_file()
    assert record(noisy_days, tmp_path / "house", draw).num_recorded == 80


def test_a_plan_that_cannot_be_leaves_no_folder(tmp_path):
    with pytest.raises(UnknownNameError, match="Bob"):
        record_house(RecordingPlan(worn_by="Bob"), tmp_path / "house")
    assert not (tmp_path / "house").exists()


def test_a_guest_who_is_not_there_records_nothing_and_says_so(tmp_path):
    with pytest.raises(InvalidInputError, match="Dan is not here in these 1 day"):
        record_house(RecordingPlan(worn_by="Dan", worn_h=0.2), tmp_path / "house")
    assert not (tmp_path / "house").exists()


@pytest.mark.parametrize("tours", [1, 2, 3, 24])
def test_any_number_of_tours_has_its_hours(tours):
    hours = start_hours(tours)
    assert len(hours) == tours
    assert hours[0] >= 7
    assert hours[-1] < 22
    assert all(later - earlier > 0.5 for earlier, later in itertools.pairwise(hours))


def test_a_folder_of_another_seed_is_refused(noisy_days, folder, draw):
    other = replace(noisy_days, plan=replace(noisy_days.plan, seed=4, hz=1.0))
    with pytest.raises(InvalidInputError, match=r"seed 3 and not 4, hz 2.0 and not 1.0; give another folder"):
        record(other, folder, draw)


def test_a_folder_with_other_things_is_refused(noisy_days, draw, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InvalidInputError, match="holds other things"):
        record(noisy_days, tmp_path, draw)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_parts_of_another_world_are_not_mixed_in(noisy_days, folder, draw):
    way = noisy_days.trajectory
    poses = way.poses_world_camera.copy()
    poses[:, 0, 3] += 0.1
    other = replace(noisy_days, trajectory=type(way)(way.t_ns, poses, way.tour))
    with pytest.raises(InvalidInputError, match="begun by another version"):
        record(other, folder, draw)


def test_damaged_recordings_say_which_file(folder):
    manifest = folder / "manifest.json"
    tables = next((folder / "parts").glob("*0001.npz"))
    tables.write_bytes(tables.read_bytes()[:100])
    with pytest.raises(SourceError, match=r"part0001.npz"):
        list(streams.open(folder))
    held = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**held, "format": "mmmem house recording 99"}))
    with pytest.raises(SourceError, match="recording 99"):
        RecordedHouse(folder)
    manifest.write_text("{")
    assert not is_recording(folder)


def test_a_video_cut_short_is_no_silent_end(folder):
    video = folder / "parts" / "part0000.mp4"
    video.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    with pytest.raises(SourceError, match=r"part0000.mp4"):
        list(streams.open(folder))


def test_the_live_stream_gives_what_the_recording_holds(noisy_days, folder, draw):
    live = list(house_stream(noisy_days, sampler=all_frames(), open_renderer=draw))
    kept = list(streams.open(folder, sampler=all_frames()))
    assert [(type(item), _time(item)) for item in live] == [(type(item), _time(item)) for item in kept]
    for now, then in zip(live, kept, strict=True):
        if isinstance(now, Frame):
            assert (now.instances == then.instances).all()
            assert (now.pose_world_camera == then.pose_world_camera).all()
        else:
            assert (now.text, now.kind, now.speaker, now.span) == (then.text, then.kind, then.speaker, then.span)


def test_the_live_stream_goes_on_after_a_stop(noisy_days, draw):
    stream = house_stream(noisy_days, sampler=all_frames(), open_renderer=draw)
    everything = [(type(item), _time(item)) for item in stream]
    cut_ns = noisy_days.life.start_ns + 145 * S
    rest = [(type(item), _time(item)) for item in stream.items(after_ns=cut_ns)]
    assert rest == [one for one in everything if one[1] > cut_ns]
    stream.close()
    assert all(one.closed for one in draw.opened)


def test_the_live_stream_keeps_pace_and_does_not_wait_for_the_night(noisy_days, draw):
    waits = []
    source = HouseSource(noisy_days, stream_id="robot", sampler=all_frames(), open_renderer=draw, speed=2.0, wait=waits.append)
    list(source.items(None, streams.ReadReport("house:3")))
    assert sorted(set(waits)) == [0.25, 5.0]
    with pytest.raises(InvalidInputError, match="speed"):
        HouseSource(noisy_days, stream_id="robot", sampler=all_frames(), speed=0.0)


def test_a_live_picture_is_drawn_again_by_time(noisy_days, draw):
    stream = house_stream(noisy_days, sampler=all_frames(), open_renderer=draw)
    frame = next(item for item in stream if isinstance(item, Frame))
    again = stream.frame_at(frame.t_ns + 1)
    assert (again.image == frame.image).all()
    assert again.index == frame.index


@pytest.mark.parametrize(
    ("uri", "error", "says"),
    [
        ("house:abc", SourceError, "house:abc"),  # no seed: taken for a path
        ("house:7?dyas=2", UnknownNameError, "Did you mean 'days'"),
        ("house:7?days=two", InvalidInputError, "days must be a number, got 'two'"),
        ("house:7?days=0", InvalidInputError, "days must lie in"),
        ("house:7?tour_s=nan", InvalidInputError, "tour_s must lie in"),
        ("house:7?noise=loud", UnknownNameError, "level of noise"),
        ("house:-1", InvalidInputError, "house:-1: A seed is a whole number from 0, got -1"),
        ("house:1.5", InvalidInputError, "seed must be a number, got '1.5'"),
        ("house:7?days=1&days=2", InvalidInputError, "days is said more than once"),
        ("house:7?seed=8", InvalidInputError, "seed is said more than once"),
        ("house:?days=1&noise=none&seed=", InvalidInputError, "seed must be a number, got ''"),
    ],
)
def test_bad_addresses_of_houses_say_what_is_wrong(uri, error, says):
    with pytest.raises(error, match=says):
        streams.open(uri)


@pytest.mark.parametrize(
    "options", [{"width": 321}, {"hz": 0.0}, {"hz": float("nan")}, {"days": 366, "hz": 60.0, "tour_s": 6000.0}, {"seed": -1}]
)
def test_plans_that_cannot_be_are_refused(options):
    with pytest.raises(InvalidInputError):
        RecordingPlan(**options)


def test_long_tours_are_kept_in_parts(trajectory):
    parts = stretches_of(trajectory, most_frames=15)
    assert [part.num_frames for part in parts] == [15, 15, 10, 15, 15, 10]
    assert [part.tour for part in parts] == [0, 0, 0, 1, 1, 1]
    assert [part.first_index for part in parts] == [0, 15, 30, 40, 55, 70]
    assert stretches_of(trajectory.of_tour(9)) == []


def test_a_home_comes_back_from_its_file(home, tmp_path):
    write_home(home, tmp_path / "home.json")
    assert read_home(tmp_path / "home.json") == home
    (tmp_path / "home.json").write_text("{}")
    with pytest.raises(SourceError, match="Cannot read a home"):
        read_home(tmp_path / "home.json")


def test_depth_is_kept_in_millimetres():
    depth = np.array([[0.0, 1.2345, 70.0, np.inf, np.nan]], np.float32)
    assert in_mm(depth).tolist() == [[0, 1234, 65535, 0, 0]]


def test_odd_sizes_make_no_video(tmp_path):
    with pytest.raises(InvalidInputError, match="even width"):
        FilmWriter(tmp_path / "a.mp4", (33, 20), 0)


@pytest.mark.slow
def test_two_processes_write_what_one_writes(tmp_path):
    pytest.importorskip("mujoco")
    days = lived(RecordingPlan(seed=4, tour_s=4.0, hz=1.0, width=64, height=48))
    reports = [
        record_house(days.plan, tmp_path / str(workers), days=days, conduct=Conduct(workers=workers)) for workers in (1, 2)
    ]
    assert [report.num_recorded for report in reports] == [8, 8]
    assert files(tmp_path / "1") == files(tmp_path / "2")
    parts = [sorted((tmp_path / workers / "parts").iterdir()) for workers in ("1", "2")]
    assert [path.name for path in parts[0]] == [path.name for path in parts[1]]
    assert len(parts[0]) == 8


@pytest.mark.parametrize("workers", [1, 2])
def test_why_a_process_cannot_draw_is_said(noisy_days, tmp_path, monkeypatch, workers):
    pytest.importorskip("mujoco")
    monkeypatch.setenv("MUJOCO_GL", "sideways")
    with pytest.raises(InvalidInputError, match="MUJOCO_GL is 'sideways'"):
        record_house(noisy_days.plan, tmp_path / "house", days=noisy_days, conduct=Conduct(workers=workers))


@pytest.mark.slow
def test_a_camera_is_worn_from_when_its_wearer_is_up():
    days = lived(RecordingPlan(seed=4, hz=0.2, worn_by="Ben", worn_h=1.0))
    first_ns = int(days.trajectory.t_ns[0])
    assert days.persona.wearer == "P2"
    assert days.life.state_at(first_ns).people["P2"].posture != "lying"
    assert days.plan.stream_id == "ben"
    with pytest.raises(UnknownNameError, match="resident 'Bne'"):
        lived(RecordingPlan(seed=4, worn_by="Bne"))
