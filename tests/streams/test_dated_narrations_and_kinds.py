"""Narrations with dates, what lines of subtitle files are taken for, and which tracks belong to which video."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

import streams
from mmmem.clock import NS_PER_S, Calendar
from mmmem.errors import InvalidInputError, SourceError
from mmmem.types import Frame, TimedText
from streams.side_tracks import tracks_by_video
from streams.tracks import read_track

DATES = (
    '{"time": "2024-05-03T11:20:05Z", "text": "C opens the door"}\n{"time": "2024-05-03T13:20:09+02:00", "text": "C leaves"}\n'
)
CUE = "1\n00:00:01,000 --> 00:00:02,000\n{}\n\n"


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def srt(*lines: str) -> str:
    return "".join(CUE.format(line) for line in lines)


def test_dates_with_a_zone_are_wall_clock_times(tmp_path: Path) -> None:
    with streams.open(written(tmp_path / "day.jsonl", DATES)) as stream:
        texts = [item for item in stream if isinstance(item, TimedText)]
    at = datetime(2024, 5, 3, 11, 20, 5, tzinfo=UTC)
    assert stream.info.calendar == Calendar("wall")
    assert stream.info.start_ns == texts[0].span.start_ns == int(at.timestamp()) * NS_PER_S
    assert texts[1].span.start_ns - texts[0].span.start_ns == 4 * NS_PER_S


def test_the_calendar_of_dates_may_name_their_zone(tmp_path: Path) -> None:
    with streams.open(written(tmp_path / "day.jsonl", DATES), calendar=Calendar("wall", "Europe/Berlin")) as stream:
        assert stream.info.calendar.format(stream.info.start_ns) == "2024-05-03 13:20:05"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"time": "2024-05-03T11:20:05", "text": "x"}]', "without a time zone; write 2024-05-03T11:20:05Z"),
        ('[{"time": "2024-13-03T11:20:05Z", "text": "x"}]', "is no date; write 2024-05-03T11:20:05Z"),
        ('[{"time": "1969-05-03T11:20:05Z", "text": "x"}]', "before"),
        ('[{"time": "2024-05-03T11:20:05Z", "text": "x"}, {"time": 3, "text": "y"}]', "mixes dates"),
    ],
)
def test_a_date_that_cannot_be_used_says_its_remedy(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        read_track(written(tmp_path / "day.json", content))


def test_dates_need_no_start(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="says its dates itself"):
        streams.open(written(tmp_path / "day.jsonl", DATES), start="2024-05-03T11:00:00")


@pytest.mark.parametrize(
    ("name", "lines", "kind"),
    [
        ("a.srt", ("C opens the fridge", "C picks the milk"), "caption"),
        ("a.srt", ("The man walks to the door", "A woman is sitting down", "The door is open"), "caption"),
        ("a.srt", ("I think we should go.", "Where are you?", "He says hello"), "speech"),
        ("a.srt", ("Ann: The man walks in", "The man walks out"), "speech"),
        ("a_captions.srt", ("Where are you?",), "caption"),
        ("a.transcript.srt", ("C opens the fridge",), "speech"),
        ("a_ocr.srt", ("EXIT",), "ocr"),
        ("a.srt", ("EXIT",), "speech"),
    ],
)
def test_lines_are_taken_for_what_their_file_tells(tmp_path: Path, name: str, lines: tuple[str, ...], kind: str) -> None:
    track = read_track(written(tmp_path / name, srt(*lines)))
    assert {text.kind for text in track.texts} == {kind}
    assert track.assumed == kind


@pytest.mark.parametrize("kind", ["caption", "speech", "ocr", "note"])
def test_what_the_caller_says_holds_and_nothing_is_assumed(tmp_path: Path, kind: str) -> None:
    track = read_track(written(tmp_path / "a.srt", srt("Ann: hello", "You?")), kind=kind)  # type: ignore[arg-type]
    assert {text.kind for text in track.texts} == {kind}
    assert track.assumed is None


def test_lines_that_say_themselves_what_they_are_stay_so(tmp_path: Path) -> None:
    content = '[{"start": 1, "text": "a", "kind": "ocr"}, {"start": 2, "text": "b"}]'
    track = read_track(written(tmp_path / "a.json", content), kind="note")
    assert [text.kind for text in track.texts] == ["ocr", "note"]


def test_tracks_belong_to_the_longest_name_they_begin_with(tmp_path: Path) -> None:
    videos = [tmp_path / "kitchen.mp4", tmp_path / "kitchen_2.mp4"]
    names = ["kitchen.srt", "kitchen_captions.json", "kitchen_2.srt", "kitchen_2.en.srt", "kitchens.srt", "hall.srt"]
    for path in (*videos, *(tmp_path / name for name in names)):
        path.write_text("x", encoding="utf-8")
    found = {video.name: sorted(path.name for path in paths) for video, paths in tracks_by_video(videos).items()}
    assert found == {
        "kitchen.mp4": ["kitchen.srt", "kitchen_captions.json"],
        "kitchen_2.mp4": ["kitchen_2.en.srt", "kitchen_2.srt"],
    }
    assert [path.name for path in tracks_by_video(videos[:1])[videos[0]]] == ["kitchen.srt", "kitchen_captions.json"]


def test_depth_beside_colour_is_left_out_and_counted(tmp_path: Path) -> None:
    for number in range(3):
        Image.new("RGB", (16, 16)).save(tmp_path / f"frame-{number}.color.png")
        Image.new("I;16", (16, 16)).save(tmp_path / f"frame-{number}.depth.png")
    with streams.open(tmp_path, period_s=1.0) as stream:
        assert [frame.t_ns // NS_PER_S for frame in stream if isinstance(frame, Frame)] == [0, 1, 2]
        assert stream.report.notes == ["3 depth pictures not read: distances are no colours"]
        assert stream.report.is_complete


def test_a_folder_of_folders_names_the_one_that_holds_pictures(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    Image.new("RGB", (16, 16)).save(tmp_path / "images" / "a.png")
    written(tmp_path / "labels.json", '{"classes": ["cup"]}')
    with pytest.raises(SourceError, match=r"holds nothing to take in; give '.*images' instead"):
        streams.open(tmp_path)
