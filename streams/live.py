"""Cameras and network streams: read by a thread into a bounded queue, reconnected when they fail, gaps reported."""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import seconds_to_ns
from mmmem.errors import InvalidInputError, SourceError
from mmmem.types import Frame
from streams.clocks import ArrivalClock, Clockwork, SystemClock
from streams.images import thumbnail
from streams.report import ReadReport
from streams.sampling import Sampler


class Camera(Protocol):
    """Something that gives pictures as they happen. `LiveSource` calls it from one thread."""

    def open(self) -> None:
        """Connect.

        Raises:
            SourceError: it cannot be reached; it is tried again later.
        """
        ...

    def read(self) -> tuple[NDArray[np.uint8], int | None] | None:
        """The next picture, (H, W, 3) uint8 RGB, and its time on the camera's own clock in nanoseconds, None if it has none.

        Returns None at the end of the stream.

        Raises:
            SourceError: the connection failed.
        """
        ...

    def close(self) -> None:
        """Disconnect; called after every `open`, also a failed one."""
        ...


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """How a live source is read.

    Args:
        queue_frames: how many frames wait for a slow reader at most.
        drop: which frame is thrown away when the queue is full: `oldest` keeps the reader near the present, `newest` keeps what
            came first. Either way the report counts it.
        retry_s: seconds before the first reconnection; doubled after each failure.
        longest_retry_s: upper bound of that.
        give_up_s: seconds without a frame after which the stream ends; None goes on trying.
        first_give_up_s: seconds in which the first frame must come, else the address is taken to be wrong; None goes on trying.
    """

    queue_frames: int = 32
    drop: Literal["oldest", "newest"] = "oldest"
    retry_s: float = 0.5
    longest_retry_s: float = 30.0
    give_up_s: float | None = None
    first_give_up_s: float | None = 30.0

    def __post_init__(self) -> None:
        if self.queue_frames < 1:
            raise InvalidInputError(f"queue_frames must be at least 1, got {self.queue_frames}.")
        if self.drop not in ("oldest", "newest"):
            raise InvalidInputError(f"drop must be 'oldest' or 'newest', got {self.drop!r}.")
        if not 0 < self.retry_s <= self.longest_retry_s:
            raise InvalidInputError(
                f"retry_s must be positive and at most longest_retry_s, got {self.retry_s} and {self.longest_retry_s}."
            )


class LiveSource:
    """Frames of a camera. The clock starts when the source is made; a reading sees only what happens while it lasts.

    Args:
        camera: gives the pictures.
        stream_id: name given to the frames.
        uri: for messages, without credentials.
        sampler: chooses the frames before they are queued; every picture counts as a keyframe.
        options: queue, drop policy, reconnection.
        clock: this computer's, or a scripted one.
    """

    def __init__(
        self,
        camera: Camera,
        *,
        stream_id: str,
        uri: str,
        sampler: Sampler,
        options: LiveOptions,
        clock: Clockwork | None = None,
    ) -> None:
        self._camera = camera
        self._stream_id = stream_id
        self._uri = uri
        self._sampler = sampler
        self._options = options
        self._clock = clock or SystemClock()
        self.start_ns = self._clock.now_ns()
        self._stop = threading.Event()

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Frame]:
        """Frames from now on, until the source is closed, ends or is given up."""
        self._stop.clear()
        queue = _FrameQueue(self._options, report)
        thread = threading.Thread(target=self._pump, args=(queue, after_ns, report), name=f"live {self._uri}", daemon=True)
        thread.start()
        try:
            yield from queue.frames()
        finally:
            self._stop.set()
            thread.join()

    def close(self) -> None:
        """Stop reading; a reading under way ends after the frames that wait."""
        self._stop.set()

    def _pump(self, queue: "_FrameQueue", after_ns: int | None, report: ReadReport) -> None:
        reading = _LiveReading(self._stream_id, self._sampler, self.start_ns, after_ns, report)
        try:
            self._connect_and_read(reading, queue, report)
        except Exception as error:  # noqa: BLE001  # a thread has no caller: whatever ends it is handed to the reader
            queue.fail(error)
        finally:
            queue.end()

    def _connect_and_read(self, reading: "_LiveReading", queue: "_FrameQueue", report: ReadReport) -> None:
        retry_s = self._options.retry_s
        alive_ns = self._clock.now_ns()
        while not self._stop.is_set():
            num_before = reading.num_seen
            reason = self._read_connection(reading, queue)
            if reading.num_seen > num_before:
                retry_s, alive_ns = self._options.retry_s, reading.last_arrival_ns
            if self._stop.is_set():
                return
            self._check_address(reading, reason)
            if self._given_up(alive_ns):
                report.add_gap(alive_ns, self._clock.now_ns(), f"given up: {reason}")
                return
            reading.lost(alive_ns, reason)
            self._clock.wait(self._stop, retry_s)
            retry_s = min(2 * retry_s, self._options.longest_retry_s)

    def _read_connection(self, reading: "_LiveReading", queue: "_FrameQueue") -> str:
        """Read until the connection ends; say why it did."""
        try:
            self._camera.open()
            while not self._stop.is_set():
                shot = self._camera.read()
                if shot is None:
                    return "the stream ended"
                frame = reading.frame(self._clock.now_ns(), *shot)
                if frame is not None:
                    queue.put(frame)
        except SourceError as error:
            return str(error)
        finally:
            self._camera.close()
        return "it was closed"

    def _check_address(self, reading: "_LiveReading", reason: str) -> None:
        """Fail where nothing ever came: nobody waits for a camera whose name is misspelt."""
        limit_s = self._options.first_give_up_s
        if limit_s is None or reading.num_seen or self._clock.now_ns() - self.start_ns < seconds_to_ns(limit_s):
            return
        raise SourceError(
            f"{self._uri} gave no picture in {limit_s:g} s: {reason.rstrip('.')}. Check the number or address, and that it is on."
        )

    def _given_up(self, alive_ns: int) -> bool:
        limit_s = self._options.give_up_s
        return limit_s is not None and self._clock.now_ns() - alive_ns >= seconds_to_ns(limit_s)


class _LiveReading:
    """Turns shots into frames, in the pump's thread."""

    def __init__(self, stream_id: str, sampler: Sampler, start_ns: int, after_ns: int | None, report: ReadReport) -> None:
        self._stream_id = stream_id
        self._choice = sampler.begin()
        self._start_ns = start_ns
        self._after_ns = -1 if after_ns is None else after_ns
        self._report = report
        self._arrivals = ArrivalClock()
        self._lost: tuple[int, str] | None = None
        self.num_seen = 0
        self.last_arrival_ns = start_ns

    def lost(self, since_ns: int, reason: str) -> None:
        """The connection was lost; the gap ends with the next picture."""
        self._arrivals.reconnect()
        if self._lost is None:
            self._lost = (since_ns, reason)

    def frame(self, arrival_ns: int, image: NDArray[np.uint8], camera_ns: int | None) -> Frame | None:
        """The frame of a shot, None where the sampler does not take it."""
        t_ns = self._arrivals.time_ns(arrival_ns, camera_ns)
        self.last_arrival_ns = arrival_ns
        if self._lost is not None:
            since_ns, reason = self._lost
            self._report.add_gap(since_ns, t_ns, f"no connection: {reason}")
            self._lost = None
        index, self.num_seen = self.num_seen, self.num_seen + 1
        local_ns = max(t_ns - self._start_ns, 0)
        if self._choice.wants(local_ns, True):
            luma = thumbnail(image) if self._choice.needs_luma else None
            if self._choice.take(local_ns, luma) and t_ns > self._after_ns:
                return Frame(self._stream_id, index, t_ns, image)
        self._report.num_frames_skipped += 1
        return None


class _FrameQueue:
    """Between the camera's thread and the reader: bounded, and it counts what it drops."""

    def __init__(self, options: LiveOptions, report: ReadReport) -> None:
        self._options = options
        self._report = report
        self._waiting: deque[Frame] = deque()
        self._changed = threading.Condition()
        self._ended = False
        self._error: Exception | None = None

    def put(self, frame: Frame) -> None:
        """Add a frame; where the queue is full, one is dropped by the policy."""
        with self._changed:
            if len(self._waiting) >= self._options.queue_frames:
                self._report.num_frames_dropped += 1
                if self._options.drop == "newest":
                    return
                self._waiting.popleft()
            self._waiting.append(frame)
            self._changed.notify()

    def fail(self, error: Exception) -> None:
        """Hand an error to the reader."""
        self._error = error

    def end(self) -> None:
        """No more frames will come."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def frames(self) -> Iterator[Frame]:
        """Frames as they come; raises what ended the camera's thread, after the frames that waited."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting) or self._ended)
                if not self._waiting:
                    if self._error is not None:
                        raise self._error
                    return
                frame = self._waiting.popleft()
            yield frame


def open_camera(uri: str, size: int | None) -> Camera:
    """The camera or address that `uri` names, read by PyAV."""
    from streams.live_pyav import PyavCamera

    return PyavCamera(uri, size)
