"""One contract for every video back end: the same frames, at the same exact times, upright."""

from collections.abc import Callable

import numpy as np
import pytest

import streams
from mmmem.errors import InvalidInputError, MissingExtraError, SourceError, UnknownNameError
from mmmem.types import Frame
from streams.decoders import BACKENDS, open_decoder
from streams.sampling import Sampler


@pytest.fixture(params=BACKENDS)
def backend(request, steady) -> str:
    try:
        open_decoder(request.param, steady.path)
    except MissingExtraError as error:
        pytest.skip(str(error))
    return request.param


def frames(video, backend: str, sampler: Sampler, **options) -> list[Frame]:
    with streams.open(video.path, sampler=sampler, backend=backend, **options) as stream:
        return [item for item in stream if isinstance(item, Frame)]


def expected_level(number: int) -> int:
    return 20 + number * 7 % 160


def corner(image: np.ndarray) -> float:
    return float(image[2:8, 2:8].mean())


@pytest.mark.parametrize("name", ["steady", "uneven"])
def test_every_frame_at_its_exact_time(backend, name, request):
    video = request.getfixturevalue(name)
    read = frames(video, backend, streams.all_frames())
    assert [frame.t_ns for frame in read] == video.times_ns
    assert [frame.index for frame in read] == list(range(len(video.ticks)))


def test_each_time_shows_its_own_picture(backend, uneven):
    for frame in frames(uneven, backend, streams.all_frames()):
        assert abs(float(frame.image[30:, 30:].mean()) - expected_level(frame.index)) < 6


def test_keyframes_are_the_ones_the_encoder_made(backend, steady):
    read = frames(steady, backend, streams.keyframes())
    assert [frame.index for frame in read] == list(range(0, 60, steady.keyframe_every))


@pytest.mark.parametrize("period_s", [0.25, 1.0, 2.5])
def test_one_frame_in_every_period_that_has_one(backend, uneven, period_s):
    period_ns = round(period_s * 1e9)
    periods = [frame.t_ns // period_ns for frame in frames(uneven, backend, streams.every(period_s))]
    assert periods == sorted({t_ns // period_ns for t_ns in uneven.times_ns})


@pytest.mark.parametrize("make", [streams.all_frames, streams.keyframes, lambda: streams.every(0.7), lambda: streams.every(2.5)])
def test_resuming_gives_what_is_left(backend, uneven, make: Callable[[], Sampler]):
    whole = frames(uneven, backend, make())
    with streams.open(uneven.path, sampler=make(), backend=backend) as stream:
        for after in (whole[0], whole[len(whole) // 2], whole[-2], whole[-1]):
            rest = [(item.index, item.t_ns) for item in stream.items(after.t_ns)]
            assert rest == [(frame.index, frame.t_ns) for frame in whole if frame.t_ns > after.t_ns]


def test_resuming_between_two_frames(backend, uneven):
    whole = frames(uneven, backend, streams.every(1.0))
    with streams.open(uneven.path, sampler=streams.every(1.0), backend=backend) as stream:
        after_ns = whole[4].t_ns + 1
        assert [item.t_ns for item in stream.items(after_ns)] == [frame.t_ns for frame in whole[5:]]


@pytest.mark.parametrize(
    ("rotation", "corner_at"), [(0, "upper left"), (90, "lower left"), (180, "lower right"), (-90, "upper right")]
)
def test_rotation_is_applied(backend, make_video, rotation, corner_at):
    video = make_video(f"turned{rotation}.mp4", rotation=rotation, num_frames=12)
    if backend == "decord" and rotation in (90, -90):
        with pytest.raises(SourceError, match="decord garbles video that is turned"):
            frames(video, backend, streams.keyframes())
        return
    image = frames(video, backend, streams.keyframes())[0].image
    assert image.shape == ((64, 48, 3) if rotation in (90, -90) else (48, 64, 3))
    upright = {
        "upper left": image,
        "lower left": image[::-1],
        "lower right": image[::-1, ::-1],
        "upper right": image[:, ::-1],
    }
    assert max(upright, key=lambda name: corner(upright[name])) == corner_at


def test_size_is_the_longest_side_and_never_enlarges(backend, steady):
    small = frames(steady, backend, streams.keyframes(), size=32)
    assert small[0].image.shape == (24, 32, 3)
    assert frames(steady, backend, streams.keyframes(), size=4000)[0].image.shape == (48, 64, 3)
    large = frames(steady, backend, streams.keyframes())
    for a, b in zip(small, large, strict=True):
        assert abs(a.image.mean() - b.image.mean()) < 3


def test_on_change_takes_changes_and_keeps_the_longest_gap(backend, steady):
    strict = frames(steady, backend, streams.on_change(1.0, max_gap_s=2.0, look_every_s=0))
    assert [frame.t_ns for frame in strict] == [0, 2_000_000_000, 4_000_000_000]
    eager = frames(steady, backend, streams.on_change(0.001, max_gap_s=2.0, look_every_s=0))
    assert len(eager) == 60


def test_start_offset_counts_from_the_container(backend, make_video):
    video = make_video("late.mkv", ticks=[15_360 * 5 + i * 1536 for i in range(20)])
    read = frames(video, backend, streams.all_frames())
    assert read[0].t_ns == 0
    assert read[-1].t_ns == 1_900_000_000


def test_counts_what_was_passed_over(backend, steady):
    with streams.open(steady.path, sampler=streams.every(1.0), backend=backend) as stream:
        num_frames = sum(1 for _ in stream)
        assert (stream.report.num_frames, stream.report.num_frames_skipped) == (num_frames, 60 - num_frames)
        assert stream.report.is_complete
        assert stream.num_items_estimate == num_frames


def test_no_video_is_a_source_error(backend, tmp_path):
    path = tmp_path / "not video.mp4"
    path.write_bytes(b"this is text\n" * 100)
    with pytest.raises(SourceError, match=r"Cannot open .*not video.mp4.* as a video"):
        streams.open(path, backend=backend)


def test_unknown_backend_is_suggested(steady):
    with pytest.raises(UnknownNameError, match="Did you mean 'opencv'"):
        streams.open(steady.path, backend="open_cv")


def test_missing_backend_names_its_extra(steady, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "cv2", None)
    with pytest.raises(MissingExtraError, match=r"mmmem\[opencv\]"):
        streams.open(steady.path, backend="opencv")


@pytest.mark.parametrize("size", [0, -5])
def test_size_must_be_positive(steady, size):
    with pytest.raises(InvalidInputError, match="longest side in pixels, at least 1"):
        streams.open(steady.path, size=size)
