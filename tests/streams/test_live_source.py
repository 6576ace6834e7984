"""Live sources with a scripted camera and a scripted clock, and over a real loopback connection."""

import socket
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import streams
from mmmem.clock import NS_PER_S
from mmmem.errors import InvalidInputError, SourceError
from streams.clocks import ArrivalClock
from streams.live import LiveOptions, LiveSource
from streams.report import ReadReport

T0 = 1_700_000_000 * NS_PER_S


class ScriptedClock:
    """Stands still until somebody waits."""

    def __init__(self) -> None:
        self.ns = T0
        self.waits: list[float] = []

    def now_ns(self) -> int:
        return self.ns

    def wait(self, stop: threading.Event, seconds: float) -> None:
        self.waits.append(seconds)
        self.ns += round(seconds * NS_PER_S)


class ScriptedCamera:
    """Plays connections: each a list of steps, a number of seconds to the next picture or an error."""

    def __init__(self, clock: ScriptedClock, *connections: list) -> None:
        self.clock = clock
        self.connections = list(connections)
        self.steps: list = []
        self.num_open = 0
        self.shown = 0
        self.camera_ns = 0

    def open(self) -> None:
        self.num_open += 1
        if not self.connections:
            raise SourceError("nobody answers")
        self.steps = self.connections.pop(0)
        if self.steps == ["refused"]:
            raise SourceError("connection refused")

    def read(self):
        if not self.steps:
            return None
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        self.clock.ns += round(step * NS_PER_S)
        self.camera_ns += round(step * NS_PER_S)
        self.shown += 1
        return np.full((6, 8, 3), self.shown % 256, np.uint8), self.camera_ns

    def close(self) -> None:
        self.num_open -= 1


def live(camera: ScriptedCamera, sampler=None, **options) -> tuple[list, ReadReport]:
    source = LiveSource(
        camera,
        stream_id="door",
        uri="rtsp://door",
        sampler=sampler or streams.all_frames(),
        options=LiveOptions(give_up_s=5, **options),
        clock=camera.clock,
    )
    report = ReadReport("rtsp://door")
    return list(source.items(None, report)), report


def test_frames_have_wall_clock_times():
    clock = ScriptedClock()
    frames, report = live(ScriptedCamera(clock, [0.1] * 20))
    assert [frame.t_ns - T0 for frame in frames] == [(i + 1) * NS_PER_S // 10 for i in range(20)]
    assert [frame.index for frame in frames] == list(range(20))
    assert report.num_frames_dropped == 0


def test_reconnects_with_growing_patience_and_reports_the_gap():
    clock = ScriptedClock()
    camera = ScriptedCamera(clock, [1, 1, SourceError("timed out")], ["refused"], ["refused"], [1, 1])
    frames, report = live(camera, retry_s=0.5, longest_retry_s=1.0)
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [1, 2, 3, 4]
    lost, given_up = report.gaps
    assert (lost.span.start_ns, lost.span.end_ns) == (frames[1].t_ns, frames[2].t_ns)
    assert lost.reason == "no connection: timed out"
    assert given_up.reason == "given up: nobody answers"
    assert clock.waits[:3] == [0.5, 1.0, 1.0]
    assert camera.num_open == 0


def test_a_camera_that_never_was_is_an_error_and_one_that_was_is_waited_for():
    clock = ScriptedClock()
    never = LiveSource(
        ScriptedCamera(clock),
        stream_id="door",
        uri="rtsp://door",
        sampler=streams.all_frames(),
        options=LiveOptions(),
        clock=clock,
    )
    with pytest.raises(SourceError, match=r"door gave no picture in 30 s: nobody answers\. Check the number"):
        list(never.items(None, ReadReport("rtsp://door")))
    assert 30 <= (clock.ns - T0) / NS_PER_S < 90

    clock = ScriptedClock()
    camera = ScriptedCamera(clock, [1], *[["refused"]] * 12, [1])
    source = LiveSource(
        camera,
        stream_id="door",
        uri="rtsp://door",
        sampler=streams.all_frames(),
        options=LiveOptions(give_up_s=3600),
        clock=clock,
    )
    assert len(list(source.items(None, ReadReport("rtsp://door")))) == 2


def test_sampler_works_before_the_queue():
    clock = ScriptedClock()
    frames, report = live(ScriptedCamera(clock, [0.1] * 50), sampler=streams.every(1.0), queue_frames=100)
    assert len({frame.t_ns // NS_PER_S for frame in frames}) == len(frames) == 6
    assert report.num_frames_skipped == 44


@pytest.mark.parametrize(("drop", "kept"), [("oldest", [18, 19, 20]), ("newest", [2, 3, 4])])
def test_a_slow_reader_loses_frames_by_the_policy_and_they_are_counted(drop, kept):
    clock = ScriptedClock()
    camera = ScriptedCamera(clock, [0.1] * 20)
    taken, finished = threading.Event(), threading.Event()
    plain_read = camera.read

    def read():
        if camera.shown == 1:
            assert taken.wait(10)
        if not camera.steps:
            finished.set()
        return plain_read()

    camera.read = read
    options = LiveOptions(queue_frames=3, drop=drop, give_up_s=1)
    source = LiveSource(camera, stream_id="d", uri="d", sampler=streams.all_frames(), options=options, clock=clock)
    report = ReadReport("d")
    reading = source.items(None, report)
    assert int(next(reading).image[0, 0, 0]) == 1
    taken.set()
    assert finished.wait(10)
    assert [int(frame.image[0, 0, 0]) for frame in reading] == kept
    assert report.num_frames_dropped == 16


def test_closing_ends_the_reading_and_the_thread():
    clock = ScriptedClock()
    source = LiveSource(
        ScriptedCamera(clock, [0.1] * 10_000),
        stream_id="d",
        uri="d",
        sampler=streams.all_frames(),
        options=LiveOptions(queue_frames=4),
        clock=clock,
    )
    reading = source.items(None, ReadReport("d"))
    next(reading)
    source.close()
    assert len(list(reading)) <= 4
    assert not any(thread.name == "live d" for thread in threading.enumerate())


def test_an_error_in_the_camera_reaches_the_reader():
    clock = ScriptedClock()
    with pytest.raises(ZeroDivisionError, match="script"):
        live(ScriptedCamera(clock, [0.1, ZeroDivisionError("script")]))


@given(st.lists(st.tuples(st.integers(0, 10**11), st.one_of(st.none(), st.integers(0, 10**12)))))
def test_times_always_rise(arrivals):
    clock, now_ns, last_ns = ArrivalClock(), T0, 0
    for step_ns, camera_ns in arrivals:
        now_ns += step_ns
        t_ns = clock.time_ns(now_ns, camera_ns)
        assert t_ns > last_ns
        last_ns = t_ns


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=50), st.data())
def test_network_jitter_does_not_move_frames(steps, data):
    clock = ArrivalClock()
    camera_ns, times = 0, []
    for step_ns in steps:
        camera_ns += step_ns
        jitter_ns = data.draw(st.integers(0, NS_PER_S))
        times.append((clock.time_ns(T0 + camera_ns + jitter_ns, camera_ns), camera_ns))
    assert len({t_ns - own_ns for t_ns, own_ns in times}) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"queue_frames": 0}, "at least 1, got 0"),
        ({"drop": "all"}, "'oldest' or 'newest', got 'all'"),
        ({"retry_s": 5, "longest_retry_s": 1}, "at most longest_retry_s, got 5 and 1"),
    ],
)
def test_options_are_checked(options, message):
    with pytest.raises(InvalidInputError, match=message):
        LiveOptions(**options)


def test_a_real_connection_over_loopback(make_video):
    data = make_video("steady.ts").path.read_bytes()
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with server, server.accept()[0] as connection:
            connection.sendall(data)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    uri = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    options = LiveOptions(queue_frames=100, retry_s=0.05, longest_retry_s=0.1, give_up_s=0.3)
    with streams.open(uri, sampler=streams.all_frames(), stream_id="loop", live=options) as stream:
        frames = list(stream)
        thread.join(10)
        assert stream.info.calendar.kind == "wall"
        assert stream.info.end_ns is None
        assert len(frames) == 60
        assert all(frame.t_ns >= stream.info.start_ns for frame in frames)
        assert stream.report.gaps[-1].reason.startswith("given up")


def test_addresses_are_kept_without_their_passwords():
    stream = streams.open("rtsp://anna:secret@127.0.0.1:1/door", live=LiveOptions(give_up_s=0.0))
    assert stream.info.uri == stream.info.stream_id == "rtsp://127.0.0.1:1/door"
    assert list(stream) == []
    assert "secret" not in " ".join(stream.report.summary())


def test_an_address_that_refuses_is_not_told_to_mend_its_file():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for uri in (f"http://127.0.0.1:{port}/film.mp4", f"rtsp://127.0.0.1:{port}/door"):
        with (
            pytest.raises(SourceError, match=r"Connection refused\. Check the (address|number)") as refused,
            streams.open(uri, live=LiveOptions(first_give_up_s=0.0)) as stream,
        ):
            list(stream)
        assert "untrunc" not in str(refused.value)


def test_a_live_source_has_no_start():
    with pytest.raises(InvalidInputError, match="this computer's clock; leave start out"):
        streams.open("rtsp://127.0.0.1/x", start="DAY1 10:00:00")
