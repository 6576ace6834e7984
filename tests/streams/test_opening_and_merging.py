"""What can be named, how it is placed in time, what belongs together, and what is said when it cannot be opened."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import streams
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError, SourceError, StorageError
from mmmem.types import Frame, TimedText
from streams.placing import place
from streams.stream import item_time_ns

SRT = "1\n00:00:01,000 --> 00:00:02,000\nfirst\n\n2\n00:00:03,500 --> 00:00:04,000\nsecond\n"


def times_s(stream) -> list[float]:
    return [item_time_ns(item) / NS_PER_S for item in stream]


@pytest.fixture
def copied(steady, tmp_path):
    def copy(name: str):
        path = tmp_path / name
        path.write_bytes(steady.path.read_bytes())
        return path

    return copy


def test_a_video_with_its_side_track_in_order_of_time(copied):
    video = copied("walk ünd talk 漢字.mp4")
    video.with_suffix(".srt").write_text(SRT)
    with streams.open(video, sampler=streams.every(1.0)) as stream:
        items = list(stream)
        assert [type(item) for item in items].count(TimedText) == 2
        assert all(item_time_ns(a) <= item_time_ns(b) for a, b in pairwise(items))
        assert stream.num_items_estimate == len(items)
        at_one = [type(item).__name__ for item in items if item_time_ns(item) == NS_PER_S]
        assert at_one == ["TimedText", "Frame"]


def test_side_tracks_can_be_given_or_left_out(copied, tmp_path):
    video = copied("v.mp4")
    video.with_suffix(".srt").write_text(SRT)
    other = tmp_path / "other.jsonl"
    other.write_text('{"start": 2, "end": 3, "text": "given"}')
    assert not any(isinstance(item, TimedText) for item in streams.open(video, tracks=None))
    assert [item.text for item in streams.open(video, tracks=[other]) if isinstance(item, TimedText)] == ["given"]


def test_a_track_named_beside_its_video_is_its_track(copied, tmp_path):
    video = copied("v.mp4")
    track = tmp_path / "words.srt"
    track.write_text(SRT)
    items = list(streams.open([video, track], sampler=streams.every(2.0)))
    assert [type(item).__name__ for item in items] == ["Frame", "TimedText", "Frame", "TimedText", "Frame"]


def test_subtitles_beside_a_clip_named_by_day_count_from_the_clip(copied):
    video = copied("DAY2_A1_JAKE_11094200.mp4")
    video.with_suffix(".srt").write_text(SRT)
    texts = [item for item in streams.open(video) if isinstance(item, TimedText)]
    base_ns = NS_PER_DAY + 11 * NS_PER_HOUR + (9 * 60 + 42) * NS_PER_S
    assert [text.span.start_ns - base_ns for text in texts] == [NS_PER_S, 3_500_000_000]


def test_tracks_of_a_session_count_from_its_start(steady, uneven, tmp_path):
    track = tmp_path / "words.jsonl"
    track.write_text('{"start": 5, "end": 6, "text": "first video"}\n{"start": 21, "end": 22, "text": "second video"}')
    with streams.open([steady.path, uneven.path], tracks=[track], sampler=streams.keyframes()) as stream:
        texts = [item for item in stream if isinstance(item, TimedText)]
        assert [text.span.start_ns // NS_PER_S for text in texts] == [5, 21]


def test_files_beside_that_are_no_tracks_are_noted(copied):
    video = copied("v.mp4")
    video.with_suffix(".srt").write_text(SRT)
    video.with_suffix(".vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nfirst\n")
    video.with_suffix(".json").write_text('{"camera": "front"}')
    with streams.open(video) as stream:
        assert sum(isinstance(item, TimedText) for item in stream) == 2
        assert stream.report.notes == [
            "v.srt is taken for speech; say track_kind=caption if it tells what is seen",
            "v.vtt was not read, because v.srt is there; to read it too, give it: tracks=v.vtt",
            "v.json was not read: it holds no timed texts",
        ]


def test_milliseconds_given_as_seconds_are_refused(copied):
    video = copied("v.mp4")
    video.with_suffix(".json").write_text(
        json.dumps([{"start": 0, "end": 1000, "text": "a"}, {"start": 4000, "end": 5000, "text": "b"}])
    )
    with pytest.raises(
        InvalidInputError,
        match=r"v\.json has a text at 4000\.0 s, but its video lasts 6\.0 s .* to 72\.0 s; .*divide them by 1000",
    ):
        streams.open(video)


def test_start_places_frames_and_texts_alike(copied):
    video = copied("v.mp4")
    video.with_suffix(".srt").write_text(SRT)
    plain = times_s(streams.open(video))
    base = (NS_PER_DAY + 10 * NS_PER_HOUR) / NS_PER_S
    with streams.open(video, start="DAY2 10:00:00") as stream:
        assert times_s(stream) == [base + t for t in plain]
        assert stream.info.calendar == Calendar("days")
        assert stream.duration_ns == 6 * NS_PER_S


def test_container_time_only_when_asked(make_video):
    video = make_video("stamped.mp4", num_frames=10, creation_time="2024-05-03T11:20:05.000000Z")
    assert streams.open(video.path).info.calendar.kind == "offset"
    info = streams.open(video.path, start="container").info
    assert info.calendar.format(info.start_ns) == "2024-05-03 11:20:05"


def test_no_container_time_is_an_error(steady):
    with pytest.raises(SourceError, match="carries no creation time; say start="):
        streams.open(steady.path, start="container")


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (1_714_735_205, "it looks like seconds since 1970"),
        (1_714_735_205_000, "it looks like milliseconds since 1970"),
        (1_714_735_205_000_000, "it looks like microseconds since 1970"),
        ("1714735205", "it looks like seconds since 1970"),
        ("90.5", "bare number"),
        (1.5, "int of nanoseconds, not float"),
        (True, "int of nanoseconds, not bool"),
        (-5, "before the epoch"),
        ("tomorrow", "Cannot read start='tomorrow'"),
        ("DAY0 10:00", "days count from 1"),
        ("2024-13-40", "Cannot read '2024-13-40' as a time"),
    ],
)
def test_wrong_starts_say_what_they_look_like(start, message):
    with pytest.raises(InvalidInputError, match=message):
        place(start, None)


@given(st.integers(10**17, 2**62))
def test_nanoseconds_are_a_start(start_ns):
    assert place(start_ns, None) == place(start_ns, Calendar("wall"))
    assert place(start_ns, Calendar("days")).start_ns == start_ns


def test_seconds_on_a_relative_calendar_are_refused():
    with pytest.raises(InvalidInputError, match="less than a millisecond: it looks like seconds"):
        place(35, Calendar("offset"))


def test_wall_calendar_needs_a_date(steady):
    with pytest.raises(InvalidInputError, match="needs its date"):
        streams.open(steady.path, calendar=Calendar("wall", "Europe/Berlin"))


def test_files_follow_each_other(steady, uneven):
    with streams.open([steady.path, uneven.path], sampler=streams.all_frames(), stream_id="both") as stream:
        got = [item.t_ns for item in stream]
        assert got == steady.times_ns + [6 * NS_PER_S + t for t in uneven.times_ns]
        assert stream.report.gaps == []
        for after_ns in (0, got[59], got[60], got[-2]):
            assert [item.t_ns for item in stream.items(after_ns)] == [t for t in got if t > after_ns]
    again = streams.open(stream.info.uri, sampler=streams.all_frames())
    assert [item.t_ns for item in again] == got


def test_files_at_their_own_times_with_a_gap(copied):
    first, second = copied("DAY1_A1_JAKE_11000000.mp4"), copied("DAY10_A1_JAKE_11003005.mp4")
    with streams.open(first.parent, sampler=streams.every(2.0)) as stream:
        starts = [item.t_ns for item in stream]
        base_ns = 11 * NS_PER_HOUR
        later_ns = 9 * NS_PER_DAY + base_ns + 30 * NS_PER_S + NS_PER_S // 2  # frame 5 at 10 frames/s
        assert starts == [base_ns, base_ns + 2 * NS_PER_S, base_ns + 4 * NS_PER_S] + [
            later_ns + i * 2 * NS_PER_S for i in range(3)
        ]
        assert [gap.span for gap in stream.report.gaps] == [Span(base_ns + 6 * NS_PER_S, later_ns)]
        assert second.name in stream.report.gaps[0].reason


def test_starts_for_each_file(steady, uneven):
    with streams.open(
        [uneven.path, steady.path], start=["DAY2 10:00:00", "DAY1 10:00:00"], sampler=streams.keyframes()
    ) as stream:
        got = [item.t_ns for item in stream]
    assert got == sorted(got)
    assert got[0] == 10 * NS_PER_HOUR
    with pytest.raises(InvalidInputError, match="3 starts were given for 2 videos"):
        streams.open([uneven.path, steady.path], start=["DAY1", "DAY2", "DAY3"])


def test_a_broken_file_of_a_session_is_reported(copied):
    copied("DAY1_A_11000000.mp4")
    broken, last = copied("DAY1_A_11010000.mp4"), copied("DAY1_A_11020000.mp4")
    broken.write_bytes(b"nothing" * 100)
    with streams.open(last.parent, sampler=streams.every(2.0)) as stream:
        assert len(list(stream)) == 6
        assert "Cannot open" in stream.report.damaged[0].reason


def test_missing_file_suggests_its_neighbour(copied):
    video = copied("kitchen.mp4")
    with pytest.raises(SourceError, match=r"There is no .*kitchne\.mp4'\. Did you mean 'kitchen\.mp4'"):
        streams.open(video.with_name("kitchne.mp4"))
    with pytest.raises(SourceError, match=r"its folder .* does not exist"):
        streams.open(video.parent / "nowhere" / "kitchen.mp4")
    with pytest.raises(SourceError, match="No file matches"):
        streams.open(str(video.parent / "*.mkv"))


def test_what_is_no_stream_is_refused_in_one_line(tmp_path, steady):
    empty, folder, odd = tmp_path / "empty.mp4", tmp_path / "folder.mp4", tmp_path / "odd.xyz"
    empty.touch()
    folder.mkdir()
    odd.write_bytes(bytes(range(256)) * 20)
    for uri, message in (
        (empty, r"is empty \(0 bytes\)"),
        (folder, "holds no video, pictures or text tracks .it is empty"),
        (odd, "Cannot open .*odd.xyz.* as a video"),
        ([], "An empty list of sources"),
        ("  ", "name a file, a folder"),
        ([steady.path, folder], "is a folder among files"),
    ):
        with pytest.raises((SourceError, InvalidInputError), match=message) as caught:
            streams.open(uri)
        assert "\n" not in str(caught.value)


def test_sound_alone_is_no_video(tmp_path):
    import av
    import numpy as np

    path = tmp_path / "sound.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        tone = container.add_stream("aac", rate=16_000, layout="mono")
        chunk = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        chunk.rate = 16_000
        container.mux(tone.encode(chunk))
        container.mux(tone.encode(None))
    with pytest.raises(SourceError, match=r"holds no video .it holds: audio"):
        streams.open(path)


@pytest.fixture
def folder_of_pictures(tmp_path):
    for number in (1, 2, 9, 10, 11):
        Image.new("RGB", (40, 30), (number * 20, 0, 0)).save(tmp_path / f"frame{number}.png")
    return tmp_path


def test_pictures_in_natural_order(folder_of_pictures):
    with streams.open(folder_of_pictures, sampler=streams.all_frames(), period_s=0.5) as stream:
        read = list(stream)
        assert [int(frame.image[0, 0, 0]) // 20 for frame in read] == [1, 2, 9, 10, 11]
        assert [frame.t_ns for frame in read] == [i * NS_PER_S // 2 for i in range(5)]
        assert [frame.index for frame in stream.items(read[2].t_ns)] == [3, 4]
        assert stream.frame_at(read[3].t_ns + 1).index == 3
        assert stream.report.notes == []


def test_assumed_times_are_noted(folder_of_pictures):
    with streams.open(folder_of_pictures) as stream:
        assert len(list(stream)) == 5
        assert "one per second is assumed" in stream.report.summary()[-1]


def test_times_from_the_names(folder_of_pictures):
    with streams.open(folder_of_pictures, image_times="stem_ms", sampler=streams.all_frames()) as stream:
        assert [frame.t_ns for frame in stream] == [n * 1_000_000 for n in (1, 2, 9, 10, 11)]


def test_a_picture_that_cannot_be_read_is_reported(folder_of_pictures):
    whole = (folder_of_pictures / "frame9.png").read_bytes()
    (folder_of_pictures / "frame9.png").write_bytes(whole[: len(whole) // 2])
    Image.new("I;16", (40, 30)).save(folder_of_pictures / "frame2.png")
    with streams.open(folder_of_pictures, period_s=1.0) as stream:
        assert [frame.index for frame in stream] == [0, 3, 4]
        reasons = " ".join(loss.reason for loss in stream.report.damaged)
        assert "frame9.png cannot be read as a picture" in reasons
        assert "frame2.png holds I;16 numbers" in reasons


def test_exif_times(tmp_path):
    for second in (7, 5):
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9003] = f"2024:05:03 11:20:{second:02d}"
        Image.new("RGB", (8, 8)).save(tmp_path / f"p{9 - second}.jpg", exif=exif)
    with streams.open(tmp_path, image_times="exif", sampler=streams.all_frames()) as stream:
        assert [stream.info.calendar.format(frame.t_ns) for frame in stream] == ["2024-05-03 11:20:05", "2024-05-03 11:20:07"]


@pytest.mark.parametrize("name", ["steady", "uneven"])
def test_frame_at_any_instant_is_the_last_one_by_then(request, name):
    video = request.getfixturevalue(name)
    for number, (t_ns, next_ns) in enumerate(pairwise(video.times_ns)):
        for instant in (t_ns, (t_ns + next_ns) // 2, next_ns - 1):
            frame = streams.frame_at(video.path, instant)
            assert frame.t_ns == t_ns
        assert abs(float(frame.image[30:, 30:].mean()) - (20 + number * 7 % 160)) < 6


def test_frame_at_uses_the_streams_own_times(steady):
    start_ns = 3 * NS_PER_DAY
    assert streams.frame_at(steady.path, start_ns + NS_PER_S, start_ns=start_ns).t_ns == start_ns + NS_PER_S
    with pytest.raises(InvalidInputError, match=r"lasts 6\.000 s, so it shows nothing at 60\.000 s"):
        streams.frame_at(steady.path, 60 * NS_PER_S)


def test_clip_holds_the_frames_of_its_span(steady, tmp_path):
    out = streams.write_clip(steady.path, Span(2 * NS_PER_S, 4 * NS_PER_S), tmp_path / "clip.mp4")
    cut = [item for item in streams.open(out, sampler=streams.all_frames()) if isinstance(item, Frame)]
    assert [frame.t_ns for frame in cut] == [i * NS_PER_S // 10 for i in range(20)]
    for number, frame in enumerate(cut, 20):
        assert abs(float(frame.image[30:, 30:].mean()) - (20 + number * 7 % 160)) < 12
    picture = streams.write_clip(steady.path, Span(2 * NS_PER_S, 4 * NS_PER_S), tmp_path / "clip.png", size=32)
    with Image.open(picture) as image:
        assert image.size == (32, 24)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "clip.png"]


def test_clip_that_cannot_be_made_leaves_nothing(steady, tmp_path):
    with pytest.raises(InvalidInputError, match="has no frame in 16:40 - 16:41; it covers 0:00 to 0:06"):
        streams.write_clip(steady.path, Span(1000 * NS_PER_S, 1001 * NS_PER_S), tmp_path / "clip.mp4")
    with pytest.raises(InvalidInputError, match=r"Cannot write 'clip\.doc': end its name in \.mp4"):
        streams.write_clip(steady.path, Span(0, NS_PER_S), tmp_path / "clip.doc")
    with pytest.raises(StorageError, match=r"Cannot write .*nowhere"):
        streams.write_clip(steady.path, Span(0, NS_PER_S), tmp_path / "nowhere" / "clip.mp4")
    assert list(tmp_path.iterdir()) == []


def test_real_kitchen_with_its_captions(shared_data):
    video = shared_data / "videos" / "kitchen.mp4"
    with streams.open(video, tracks=[shared_data / "videos" / "kitchen_captions.json"], size=64) as stream:
        items = list(stream)
        captions = [item for item in items if isinstance(item, TimedText)]
        assert len(captions) == 20
        assert captions[0].text == "C opens the kitchen cabinet"
        assert [frame.t_ns // NS_PER_S for frame in items if isinstance(frame, Frame)] == list(range(42))


def test_the_report_names_the_first_and_the_last_of_many_files(tmp_path: Path) -> None:
    files = [tmp_path / f"{n}.srt" for n in range(4)]
    for n, file in enumerate(files):
        file.write_text(f"1\n00:00:0{n},000 --> 00:00:0{n},900\nline {n}\n", encoding="utf-8")
    with streams.open("concat:" + "|".join(map(str, files))) as stream:
        assert len(list(stream)) == 4
        assert stream.report.summary()[0] == f"4 files, {files[0]} to {files[-1]}: 4 texts"
