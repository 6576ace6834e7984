"""A LeRobot data set of version 3, written with its own layout and read as a stream."""

import json

import numpy as np
import pytest

import streams
from mmmem.errors import SourceError
from mmmem.types import Frame, TimedText
from streams import all_frames

av = pytest.importorskip("av")
pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

FPS = 10
LENGTHS = (6, 9, 5)
TASKS = ("pick up the cube", "open the drawer", "pick up the cube")
CAMERAS = ("observation.images.top", "observation.images.wrist")


def shade(frame):
    return 30 + 10 * frame


def video(path, shades):
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as file:
        track = file.add_stream("mpeg4", rate=FPS)
        track.width = track.height = 64
        for value in shades:
            for packet in track.encode(av.VideoFrame.from_ndarray(np.full((64, 64, 3), value, np.uint8))):
                file.mux(packet)
        for packet in track.encode():
            file.mux(packet)


def dataset(folder, *, version="v3.0", split=2):
    """Three episodes; the first `split` share one video file."""
    features = {name: {"dtype": "video", "shape": [64, 64, 3], "info": {"video.fps": FPS}} for name in CAMERAS}
    features["depth"] = {"dtype": "video", "shape": [64, 64, 1], "info": {"video.is_depth_map": True}}
    features["action"] = {"dtype": "float32", "shape": [2]}
    info = {
        "codebase_version": version, "fps": FPS, "total_episodes": 3, "features": features,
        "data_path": "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
        "video_path": "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4",
    }  # fmt: skip
    episodes = folder / "meta" / "episodes" / "chunk-000"
    episodes.mkdir(parents=True)
    (folder / "meta" / "info.json").write_text(json.dumps(info))
    rows, first = [], 0
    for number, length in enumerate(LENGTHS):
        file, before = (0, first) if number < split else (1, first - sum(LENGTHS[:split]))
        row = {"episode_index": number, "tasks": [TASKS[number]], "length": length, "stats/action/mean": [0.0]}
        row |= {"dataset_from_index": first, "dataset_to_index": first + length, "data/chunk_index": 0, "data/file_index": 0}
        for name in CAMERAS:
            row |= {f"videos/{name}/chunk_index": 0, f"videos/{name}/file_index": file}
            row |= {f"videos/{name}/from_timestamp": before / FPS, f"videos/{name}/to_timestamp": (before + length) / FPS}
        rows.append(row)
        first += length
    parquet.write_table(pa.Table.from_pylist(rows), episodes / "file-000.parquet")
    for name in CAMERAS:
        cut = sum(LENGTHS[:split])
        for file, frames in enumerate((range(cut), range(cut, sum(LENGTHS)))):
            video(folder / "videos" / name / "chunk-000" / f"file-{file:03d}.mp4", [shade(frame) for frame in frames])
    return folder


def test_episodes_follow_each_other_with_their_tasks(tmp_path):
    stream = streams.open(dataset(tmp_path / "cubes"), sampler=all_frames())
    items = list(stream)
    frames = [item for item in items if isinstance(item, Frame)]
    texts = [item for item in items if isinstance(item, TimedText)]
    assert len(frames) == sum(LENGTHS)
    assert [frame.t_ns for frame in frames] == [number * 100_000_000 for number in range(sum(LENGTHS))]
    for number, frame in enumerate(frames):
        assert abs(float(frame.image.mean()) - shade(number)) < 4
    assert [(text.text, text.kind) for text in texts] == [(task, "note") for task in TASKS]
    assert [text.span.start_ns for text in texts] == [0, 600_000_000, 1_500_000_000]
    assert texts[-1].span.end_ns == stream.info.end_ns == 2_000_000_000
    told = " | ".join(stream.report.notes)
    assert "3 episodes of observation.images.top" in told
    assert "left aside: observation.images.wrist" in told


def test_a_start_places_it_on_a_calendar(tmp_path):
    stream = streams.open(dataset(tmp_path / "cubes"), start="2025-10-01T08:00:00")
    assert stream.info.calendar.format(stream.info.start_ns) == "2025-10-01 08:00:00"


def test_a_video_that_is_missing_is_told(tmp_path):
    folder = dataset(tmp_path / "cubes")
    (folder / "videos" / CAMERAS[0] / "chunk-000" / "file-001.mp4").unlink()
    stream = streams.open(folder, sampler=all_frames())
    assert sum(isinstance(item, Frame) for item in stream) == sum(LENGTHS[:2])
    assert any("file-001.mp4 of observation.images.top is not there" in note for note in stream.report.notes)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: dataset(folder, version="v2.1"), "v2.1; v3.0 is read"),
        (lambda folder: (dataset(folder) / "meta/episodes/chunk-000/file-000.parquet").write_bytes(b"PAR1"), "cannot be read"),
        (lambda folder: (dataset(folder) / "meta/episodes/chunk-000/file-000.parquet").unlink(), "copy the whole data set"),
    ],
    ids=["version", "damaged", "missing"],
)
def test_what_cannot_be_read_says_why(tmp_path, spoil, says):
    spoil(tmp_path / "cubes")
    with pytest.raises(SourceError, match=says):
        streams.open(tmp_path / "cubes")
