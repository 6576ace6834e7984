"""Whatever is done to a file: everything readable comes out in order, the report says what was lost, nothing hangs."""

import gc
import random
from fractions import Fraction

import av
import pytest

import streams
from mmmem.clock import NS_PER_S
from mmmem.errors import MmmemError, SourceError
from mmmem.types import Frame

SAMPLERS = (streams.all_frames(), streams.keyframes(), streams.every(0.35), streams.every(1.0), streams.on_change(0.01))


def read(path, sampler=None):
    with streams.open(path, sampler=sampler or streams.all_frames()) as stream:
        return [item for item in stream if isinstance(item, Frame)], stream.report


@pytest.fixture(scope="session")
def fast_start(make_video, tmp_path_factory):
    """An MP4 whose index stands in front, as a stream server writes it, so that a truncated file still opens."""
    source = make_video("steady.mp4")
    path = tmp_path_factory.mktemp("fast") / "fast.mp4"
    with av.open(str(source.path)) as given, av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                container.mux(packet)
    return path


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_truncated_mp4_gives_its_beginning_and_reports_its_end(fast_start, tmp_path, share):
    whole, _ = read(fast_start)
    data = fast_start.read_bytes()
    path = tmp_path / "cut.mp4"
    pictures = data.index(b"mdat")
    path.write_bytes(data[: pictures + int((len(data) - pictures) * share)])
    frames, report = read(path)
    assert 0 < len(frames) < len(whole)
    assert [frame.t_ns for frame in frames] == [frame.t_ns for frame in whole[: len(frames)]]
    assert not report.is_complete
    assert max(loss.span.end_ns for loss in report.damaged) >= whole[-1].t_ns - NS_PER_S
    assert any("missing" in line or "cannot" in line for line in report.summary())


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_truncated_matroska_and_transport_stream(make_video, tmp_path, share):
    for name in ("steady.mkv", "steady.ts"):
        data = make_video(name).path.read_bytes()
        path = tmp_path / name
        path.write_bytes(data[: int(len(data) * share)])
        frames, report = read(path)
        assert len(frames) >= 60 * share * 0.4
        if name.endswith("mkv"):  # its header says how long it was
            assert report.damaged[-1].reason.startswith("the end of the file is missing")
            assert report.damaged[-1].span.end_ns == pytest.approx(6 * NS_PER_S, abs=NS_PER_S // 5)


def test_an_mp4_cut_before_its_index_says_so(steady, tmp_path):
    path = tmp_path / "cut.mp4"
    path.write_bytes(steady.path.read_bytes()[:2000])
    with pytest.raises(SourceError, match="its index is missing: rebuild it"):
        streams.open(path)


def test_flipped_bytes_are_flagged_where_they_are(make_video, tmp_path):
    source = make_video("steady.mkv")
    data = bytearray(source.path.read_bytes())
    noise = random.Random(1)
    middle = len(data) // 2
    for offset in range(middle, middle + 400):
        data[offset] = noise.randrange(256)
    path = tmp_path / "flipped.mkv"
    path.write_bytes(data)
    frames, report = read(path)
    assert len(frames) > 30
    lost = report.damaged + report.gaps
    assert len(frames) < 60 or report.num_frames_damaged
    assert any(loss.span.start_ns < 5 * NS_PER_S and loss.span.end_ns > NS_PER_S for loss in lost)
    assert {frame.t_ns for frame in frames if frame.damaged} <= {
        frame.t_ns for frame in frames if any(loss.span.start_ns <= frame.t_ns < loss.span.end_ns for loss in report.damaged)
    }
    assert report.num_frames_damaged == sum(frame.damaged for frame in frames)


@pytest.mark.parametrize("name", ["sound.mp4", "sound.ts", "sound.mkv"])
def test_sound_without_picture_is_reported(make_video, name):
    tick = 1536
    ticks = [i * tick for i in range(40)] + [(40 + 50 + i) * tick for i in range(20)]
    frames, report = read(make_video(name, ticks=ticks, sound=True).path)
    assert len(frames) == 60
    (span,) = report.audio_only
    assert abs(span.duration_ns - 5 * NS_PER_S) < NS_PER_S // 2
    last_before = max(frame.t_ns for frame in frames if frame.t_ns < span.start_ns)
    assert abs(span.start_ns - last_before - NS_PER_S // 10) < NS_PER_S // 20
    assert report.gaps == []
    assert report.is_complete


def test_silence_without_picture_is_a_gap(make_video):
    ticks = [i * 1536 for i in range(40)] + [(90 + i) * 1536 for i in range(20)]
    _, report = read(make_video("hole.mkv", ticks=ticks).path)
    assert [(gap.span.start_ns // 10**8, gap.span.end_ns // 10**8) for gap in report.gaps] == [(40, 90)]
    assert report.audio_only == []


def test_slow_video_has_no_gaps(make_video):
    ticks = [i * 15_360 * 5 for i in range(12)]  # a picture every five seconds
    frames, report = read(make_video("slow.mkv", ticks=ticks, keyframe_every=2, rate=Fraction(1, 5)).path)
    assert len(frames) == 12
    assert report.gaps == []


def mutated(data: bytes, noise: random.Random) -> bytes:
    if noise.random() < 0.25:
        return data[: noise.randrange(1, len(data))]
    changed = bytearray(data)
    reach = len(data) if noise.random() < 0.7 else min(len(data), 3000)
    for _ in range(noise.choice((1, 5, 50, 500))):
        changed[noise.randrange(reach)] = noise.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize("name", ["steady.mp4", "steady.mkv", "steady.ts", "sound.mp4"])
def test_mutated_files_never_raise_anything_else_and_keep_their_order(make_video, tmp_path, name):
    data = make_video(name, sound=name.startswith("sound")).path.read_bytes()
    noise = random.Random(name)
    num_read, messages = 0, []
    for _ in range(40):
        path = tmp_path / name
        path.write_bytes(mutated(data, noise))
        try:
            frames, report = read(path, noise.choice(SAMPLERS))
        except MmmemError as error:
            messages.append(str(error))
            continue
        num_read += 1
        times = [frame.t_ns for frame in frames]
        assert times == sorted(set(times))
        assert all("\n" not in line for line in report.summary())
    assert num_read > 5
    assert not any("\n" in message for message in messages)


def test_the_report_stays_small():
    report = streams.ReadReport("x")
    for number in range(5000):
        report.add_damage(number * 10, number * 10 + 1, "bad")
        report.add_bad_cue(f"cue {number}")
    assert len(report.damaged) == len(report.bad_cues) == 1000
    assert report.num_unlisted == 8000
    assert report.summary()[-1] == "8000 more entries are not listed"


def test_neighbouring_damage_is_joined():
    report = streams.ReadReport("x")
    report.add_damage(0, 10, "bad")
    report.add_damage(10, 20, "bad")
    report.add_damage(30, 40, "bad")
    assert [(loss.span.start_ns, loss.span.end_ns) for loss in report.damaged] == [(0, 20), (30, 40)]


@pytest.mark.parametrize("sampler", SAMPLERS[:3])
def test_pixels_are_let_go_while_reading(make_video, sampler):
    """Without the garbage collector's help: decoded frames must not hang in reference cycles."""
    video = make_video("long.mp4", num_frames=120, keyframe_every=2, rotation=90)
    gc.collect()
    before = num_decoded_frames()
    gc.disable()
    try:
        with streams.open(video.path, sampler=sampler) as stream:
            for _ in stream:
                pass
            hanging = num_decoded_frames() - before
    finally:
        gc.enable()
    assert hanging <= 8


def num_decoded_frames():
    return sum(type(thing) is av.VideoFrame for thing in gc.get_objects())  # isinstance would ask lazy modules
