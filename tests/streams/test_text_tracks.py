"""Text tracks: exact times both ways, speakers, EgoLife's days, and lines that are wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import streams
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_S, Calendar
from mmmem.errors import InvalidInputError, SourceError
from mmmem.types import TimedText
from streams.cues import POINT_NS
from streams.narrations import read_jsonl
from streams.subtitles import format_clock, parse_clock_ns, read_srt, read_vtt

MS = 1_000_000
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30).filter(
    lambda text: (
        text.strip() == text
        and "-->" not in text
        and not set("<>{}:：&") & set(text)
        and not text.isdigit()
        and len(text.split()) > 0
        and not text.startswith(("- ", "NOTE", "STYLE", "REGION", "WEBVTT"))
        and text.splitlines() == [text]
    )
)
cues = st.lists(st.tuples(st.integers(0, 10**8), st.integers(1, 10**6), words), min_size=1, max_size=8)


def texts(path: Path | str | list, **options) -> list[TimedText]:
    with streams.open(path, **options) as stream:
        return [item for item in stream if isinstance(item, TimedText)]


@given(cues)
def test_srt_round_trip(made):
    text = "\n\n".join(
        f"{number}\n{format_clock(start * MS)} --> {format_clock((start + length) * MS)}\n{said}"
        for number, (start, length, said) in enumerate(made, 1)
    )
    read = [(cue.start_ns, cue.end_ns, cue.text, cue.fault) for cue in read_srt(text)]
    assert read == [(start * MS, (start + length) * MS, said, "") for start, length, said in made]


@given(cues)
def test_vtt_round_trip(made):
    text = "WEBVTT - made\n\nNOTE nothing\n\n" + "\n\n".join(
        f"{format_clock(start * MS, separator='.')} --> {format_clock((start + length) * MS, separator='.')} align:left\n{said}"
        for start, length, said in made
    )
    read = [(cue.start_ns, cue.end_ns, cue.text, cue.fault) for cue in read_vtt(text)]
    assert read == [(start * MS, (start + length) * MS, said, "") for start, length, said in made]


@given(st.integers(0, 10**15), st.integers(0, 999_999))
def test_jsonl_numbers_are_exact_to_the_nanosecond(start_ns, length_us):
    end_ns = start_ns + length_us * 1000
    line = f'{{"start": {start_ns // NS_PER_S}.{start_ns % NS_PER_S:09d}, "end_ns": {end_ns}, "text": "x"}}'
    (cue,) = read_jsonl(line)
    assert (cue.start_ns, cue.end_ns) == (start_ns, end_ns)


@given(st.integers(0, 10**14))
def test_clock_times_round_trip_to_the_millisecond(time_ns):
    assert parse_clock_ns(format_clock(time_ns)) == time_ns - time_ns % MS


@pytest.mark.parametrize(
    ("record", "start_s", "end_s"),
    [
        ({"start_s": 1.5, "end_s": 2}, 1.5, 2),
        ({"start": 1, "end": 2.25}, 1, 2.25),
        ({"start_ms": 1500, "end_ms": 2500}, 1.5, 2.5),
        ({"start_time": "00:00:01.5", "end_time": "0:01:02"}, 1.5, 62),
        ({"timestamp": [3, 4]}, 3, 4),
        ({"t": 7}, 7, 12),  # a point lasts five seconds when nothing follows
        ({"timestamp_sec": 0.1}, 0.1, 5.1),
    ],
)
def test_narrations_by_their_field_names(tmp_path, record, start_s, end_s):
    path = tmp_path / "n.json"
    path.write_text(json.dumps([record | {"text": "words"}]))
    (text,) = texts(path)
    assert (text.span.start_ns, text.span.end_ns) == (round(start_s * NS_PER_S), round(end_s * NS_PER_S))


def test_points_end_where_the_next_begins(tmp_path):
    path = tmp_path / "points.jsonl"
    path.write_text("\n".join(json.dumps({"t": t, "narration": f"n{t}"}) for t in (4, 1, 30)))
    assert [(x.span.start_ns // NS_PER_S, x.span.duration_ns) for x in texts(path)] == [
        (1, 3 * NS_PER_S), (4, POINT_NS), (30, POINT_NS),
    ]  # fmt: skip


def test_ego4d_mark_is_taken_off_and_the_rest_kept(tmp_path):
    path = tmp_path / "ego.json"
    path.write_text(json.dumps({"narrations": [{"timestamp_sec": 1, "narration_text": "#C C opens the #unsure tap"}]}))
    assert [x.text for x in texts(path)] == ["C opens the #unsure tap"]


def test_whisper_segments_are_speech(tmp_path):
    path = tmp_path / "w.json"
    path.write_text(json.dumps({"text": "all", "segments": [{"start": 0.5, "end": 1, "text": " hello "}]}))
    assert [(x.kind, x.text) for x in texts(path)] == [("speech", "hello")]


def test_speakers_markup_and_line_breaks(tmp_path):
    path = tmp_path / "talk.srt"
    path.write_text(
        "1\n00:00:01,000 --> 00:00:02,000\n<i>Anna Lee: I put the key\nin the {\\an8}drawer.</i>\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\n- Anna: Where?\n- Bob: There.\n\n"
        "3\n00:00:05,000 --> 00:00:05,000\nsee http://x.org at 11:20\n"
    )
    read = texts(path)
    assert [(x.speaker, x.text) for x in read] == [
        ("Anna Lee", "I put the key in the drawer."), ("Anna", "Where?"), ("Bob", "There."), (None, "see http://x.org at 11:20"),
    ]  # fmt: skip
    assert read[-1].span.duration_ns == MS
    assert {x.kind for x in read} == {"speech"}


def test_vtt_voices_and_entities(tmp_path):
    path = tmp_path / "v.vtt"
    path.write_text(
        "\ufeffWEBVTT\n\nSTYLE\n::cue {}\n\nid-1\n00:01.000 --> 00:02.500\n<v.loud Bo Diddley>Salt &amp; <b>pepper</b>\n"
    )
    assert [(x.speaker, x.text, x.span.duration_ns) for x in texts(path)] == [("Bo Diddley", "Salt & pepper", 1500 * MS)]


def many(num: int, bad: int | None = None) -> str:
    lines = [(i, i + 1) if i != bad else (i, i - 1) for i in range(2, num + 2)]
    return "\n\n".join(
        f"{n}\n{format_clock(s * NS_PER_S)} --> {format_clock(e * NS_PER_S)}\nline {n}" for n, (s, e) in enumerate(lines, 1)
    )


def test_one_bad_cue_in_a_long_track_is_named_and_the_rest_kept(tmp_path):
    path = tmp_path / "long.srt"
    path.write_text(many(150, bad=42))
    with streams.open(path) as stream:
        assert len(list(stream)) == 149
        assert stream.report.bad_cues == ["long.srt, cue 41 left out: it ends at 41.000 s, before it starts at 42.000 s"]
        assert not stream.report.is_complete


def test_end_before_start_names_file_and_cue(tmp_path):
    path = tmp_path / "short.srt"
    path.write_text(many(5, bad=4))
    with pytest.raises(InvalidInputError, match=r"short\.srt, cue 3: it ends at 3\.000 s, before it starts at 4\.000 s"):
        streams.open(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"start": 1, "end": 2}]', "cue 1: it has no text"),
        ('[{"text": "x"}]', "cue 1: it has no start time"),
        ('[{"start": -1, "text": "x"}]', "starts at -1.000 s, before 0 s"),
        ('[{"start": "soon", "text": "x"}]', "its time 'soon' is not a number"),
        ('[{"start": 1700000000, "text": "x"}]', "more than the three years"),
        ('[{"start": 1700000000000, "text": "x"}]', "seconds from the start .milliseconds as start_ms."),
        ('[{"start": NaN, "text": "x"}]', "NaN is not a number JSON knows"),
        ('{"start": 1', "not valid JSON"),
        ('{"videos": {}}', "holds no timed texts"),
        ("[3]", "cue 1: it is int, not an object"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_bad_json_says_what_and_where(tmp_path, content, message):
    path = tmp_path / "bad.json"
    path.write_text(content)
    with pytest.raises(InvalidInputError, match=message) as caught:
        streams.open(path)
    assert "\n" not in str(caught.value)


def test_empty_and_wrongly_encoded_tracks(tmp_path):
    empty, latin = tmp_path / "empty.srt", tmp_path / "latin.srt"
    empty.write_bytes(b"")
    latin.write_bytes("1\n00:00:01,000 --> 00:00:02,000\ncafé\n".encode("latin-1"))
    with pytest.raises(SourceError, match="is empty"):
        streams.open(empty)
    with pytest.raises(SourceError, match=r"not utf-8 text .byte 0xe9 in line 3"):
        streams.open(latin)


def sync(video: str, *lines: tuple[int, int, str, str]) -> list[dict]:
    return [{"video_file": video, "data": [{"start": s, "end": e, "text": t, "type": k} for s, e, t, k in lines]}]


def test_sync_times_are_clock_times_and_their_last_second_counts(tmp_path):
    path = tmp_path / "A1_JAKE_DAY3_11000000.json"
    path.write_text(
        json.dumps(
            sync(
                "DAY3_A1_JAKE_11094208.mp4",
                (110943, 110944, "I look.", "caption"),
                (110947, 110947, "Jake: Hi: you", "transcript"),
            )
        )
    )
    with streams.open(path) as stream:
        caption, speech = list(stream)
    base_ns = 2 * NS_PER_DAY + 11 * NS_PER_HOUR + 9 * 60 * NS_PER_S
    assert (caption.span.start_ns, caption.span.end_ns) == (base_ns + 43 * NS_PER_S, base_ns + 45 * NS_PER_S)
    assert (speech.kind, speech.speaker, speech.text, speech.span.duration_ns) == ("speech", "Jake", "Hi: you", NS_PER_S)
    assert (stream.info.stream_id, stream.info.calendar) == ("A1_JAKE", Calendar("days"))
    assert stream.info.calendar.format(caption.span.start_ns) == "DAY3 11:09:43"


def test_lines_past_midnight_belong_to_the_next_day(tmp_path):
    path = tmp_path / "A1_JAKE_DAY1_23000000.json"
    path.write_text(
        json.dumps(sync("DAY1_A1_JAKE_23594500.mp4", (235959, 3, "over midnight", "caption"), (10, 12, "after", "caption")))
    )
    over, after = texts(path)
    assert (over.span.start_ns, over.span.end_ns) == (NS_PER_DAY - NS_PER_S, NS_PER_DAY + 4 * NS_PER_S)
    assert after.span.start_ns == NS_PER_DAY + 10 * NS_PER_S


def test_day_ten_follows_day_nine(tmp_path):
    for day in (10, 9, 1):
        content = sync(
            f"DAY{day}_A1_JAKE_11000000.mp4", (110001, 110002, f"day {day}", "caption"), (110001, 110002, "same", "caption")
        )
        (tmp_path / f"A1_JAKE_DAY{day}_11000000.json").write_text(json.dumps(content))
    read = texts(tmp_path)
    assert [x.text for x in read] == ["day 1", "same", "day 9", "same", "day 10", "same"]
    assert [x.span.start_ns // NS_PER_DAY for x in read] == [0, 0, 8, 8, 9, 9]
    with streams.open(str(tmp_path / "*.json")) as stream:
        assert [x.text for x in stream] == [x.text for x in read]
        assert [x.text for x in stream.items(read[3].span.start_ns)] == ["day 10", "same"]


def test_two_wearers_are_two_streams(tmp_path):
    for who in ("A1_JAKE", "A2_ALICE"):
        (tmp_path / f"{who}_DAY1_11000000.json").write_text(
            json.dumps(sync(f"DAY1_{who}_11000000.mp4", (110001, 110002, "x", "caption")))
        )
    with pytest.raises(InvalidInputError, match=r"files are of 2 people .A1_JAKE, A2_ALICE."):
        streams.open(tmp_path)


def test_a_broken_file_among_many_is_reported_not_fatal(tmp_path):
    for hour in (11, 12, 13):
        (tmp_path / f"A1_JAKE_DAY1_{hour}000000.json").write_text(
            json.dumps(sync(f"DAY1_A1_JAKE_{hour}000000.mp4", (hour * 10_000, hour * 10_000, "x", "caption")))
        )
    (tmp_path / "A1_JAKE_DAY1_12000000.json").write_text("{")
    with streams.open(tmp_path) as stream:
        assert len(list(stream)) == 2
        assert "A1_JAKE_DAY1_12000000.json is not valid JSON" in stream.report.damaged[0].reason


@pytest.mark.parametrize("clock", ["00:09:47,100", "11:09:47,100"])  # from the hour, and as clock time
def test_egolife_srt_is_placed_by_its_name(tmp_path, clock):
    folder = tmp_path / "Transcript" / "DAY2"
    folder.mkdir(parents=True)
    path = folder / "A1_JAKE_DAY2_11000000.srt"
    path.write_text(f"1\n{clock} --> {clock[:6]}50,000\nJake: Okay, a stopwatch.\n")
    (text,) = texts(path)
    assert text.span.start_ns == NS_PER_DAY + 11 * NS_PER_HOUR + (9 * 60 + 47) * NS_PER_S + 100 * MS
    assert (text.kind, text.speaker) == ("speech", "Jake")


def test_start_moves_a_track(tmp_path):
    path = tmp_path / "t.srt"
    path.write_text(many(2))
    assert texts(path, start="DAY2 10:00:00")[0].span.start_ns == NS_PER_DAY + 10 * NS_PER_HOUR + 2 * NS_PER_S
    with streams.open(path, start="2024-05-03T11:20:05+02:00") as stream:
        assert stream.info.calendar.kind == "wall"
        assert stream.info.calendar.format(next(iter(stream)).span.start_ns) == "2024-05-03 09:20:07"


def test_a_week_of_real_lines(shared_data):
    folder = shared_data / "egolife" / "EgoLifeCap" / "Sync"
    if not folder.is_dir():
        pytest.skip("EgoLife is not among the data")
    num_lines = sum(len(clip["data"]) for path in folder.glob("*.json") for clip in json.loads(path.read_text()))
    with streams.open(folder) as stream:
        last_ns, num_texts, speakers = -1, 0, set()
        for text in stream:
            assert text.span.start_ns >= last_ns
            last_ns, num_texts = text.span.start_ns, num_texts + 1
            speakers.add(text.speaker)
        assert num_texts == num_lines
        assert stream.report.is_complete
        assert stream.info.start_ns <= last_ns < stream.info.end_ns
    assert {"Jake", "Katrina", None} <= speakers
