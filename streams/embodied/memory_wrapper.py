"""A memory that rides along with any Gymnasium environment."""

import weakref
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mmmem.clock import Calendar, Span, check_ns, seconds_to_ns
from mmmem.errors import InvalidInputError
from mmmem.lazy import require
from mmmem.memory import Memory
from mmmem.types import StreamInfo, TimedText
from streams.embodied.bounded_worker import Drop
from streams.embodied.loop_report import LoopReport
from streams.embodied.observations import FrameMaker, ObservationKeys, Rig
from streams.embodied.observing import LoopObserver, LoopStats, MemoryHandle, Perceive
from streams.embodied.perceiving import RobotPerception

gymnasium = require("gymnasium", extra="house", purpose="MemoryWrapper")

_FEW_BACK = 10
"""So many frames in a row that are not later than the last one are out of order; more are a clock that began anew."""

Look = Callable[[Any, Mapping[str, Any]], object]
Clock = Callable[[Any, Mapping[str, Any]], int]


class MemoryWrapper(gymnasium.Wrapper):  # type: ignore[misc, name-defined]  # a base that is imported when needed
    """Observes every step of an environment into a memory, without changing observations or holding up the loop.

    Observations are Habitat's dictionary, or a picture alone. Perception and storage run in a thread behind a bounded queue;
    `info["memory"]` is a `MemoryHandle`. A failure behind the loop is raised by the next `step`; then steps go on unobserved.
    When the environment itself raises, everything seen so far is stored before its error goes on, and a memory that was opened
    here is closed.

    Time is `info["t_ns"]` of the environment where it gives one, else steps of `period_s`; it goes on rising over `reset`, and
    where the environment's clock goes back and stays there.
    `info["texts"]`, `TimedText`s that were heard, is remembered too, also where the picture is dropped.

    Args:
        env: any Gymnasium environment.
        memory: open for writing, and left open; or a directory, which is opened, made if need be, and closed by `close`.
        perceive: makes the observation of a frame, in a thread of its own; by default `RobotPerception`. If it has a method
            `finish`, the observations that gives are stored by `close`.
        budget_ms: how long a step may be held up; pictures too large to be copied in that time are taken smaller.
        queue: how many frames wait at most.
        drop: what is dropped when they are more: "oldest", "newest", or "wait" for half the budget and then the oldest.
        stream_id: the stream this robot's frames are of.
        keys: what observations call their parts.
        rig: the camera on the agent; the environment's own `rig` by default.
        labels: class name by instance id; the environment's own `instance_labels` by default.
        period_s: time from step to step, where the environment does not tell.
        start_ns: time of the first frame; where the stream ends, by default.
        calendar: of a new memory; the environment's own `calendar` by default, else offsets.
        look: makes Habitat's dictionary or a picture of (observation, info), where they are neither.
        clock: the time in ns of (env, info), where `info["t_ns"]` is not it.

    Raises:
        InvalidInputError: an option makes no sense.
        MissingExtraError: Gymnasium is not installed.
    """

    def __init__(
        self,
        env: Any,
        memory: Memory | str | Path,
        *,
        perceive: Perceive | None = None,
        budget_ms: float = 5.0,
        queue: int = 32,
        drop: Drop = "oldest",
        stream_id: str = "robot",
        keys: ObservationKeys | None = None,
        rig: Rig | None = None,
        labels: Mapping[int, str] | None = None,
        period_s: float = 0.1,
        start_ns: int | None = None,
        calendar: Calendar | None = None,
        look: Look | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(env)
        self._period_ns = seconds_to_ns(period_s)
        if self._period_ns < 1:
            raise InvalidInputError(f"period_s must be at least a nanosecond, got {period_s}.")
        self._look, self._clock = look, clock or _told_time
        bare = env.unwrapped
        calendar = calendar or getattr(bare, "calendar", None)
        self._owned = None if isinstance(memory, Memory) else Memory.open(memory, mode="w", create=True, calendar=calendar)
        opened = memory if isinstance(memory, Memory) else self._owned
        assert opened is not None
        self._rig, self._labels = rig, labels
        self._maker = FrameMaker(stream_id, keys=keys)
        seen_by = perceive or RobotPerception(stream_id, period_ns=self._period_ns)
        try:
            self._next_ns = _begin(opened, stream_id, _named(env), start_ns, calendar)
            self._observer = LoopObserver(opened, self._maker, seen_by, budget_s=budget_ms / 1e3, queue=queue, drop=drop)
        except BaseException:
            _close(None, self._owned)
            raise
        self._shift_ns = self._num_back = 0
        self._handle = MemoryHandle(self._observer)
        # also when the wrapper is forgotten, or the program ends without `close`
        self._finish = weakref.finalize(self, _close, self._observer, self._owned)

    @property
    def report(self) -> LoopReport:
        """What became of the steps so far."""
        return self._observer.report

    @property
    def memory(self) -> MemoryHandle:
        """What `info["memory"]` holds."""
        return self._handle

    def stats(self) -> LoopStats:
        """How observing stands."""
        return self._observer.stats()

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Start a new episode; time goes on.

        Raises:
            ObservingStoppedError: observing failed since the last step.
            InvalidInputError: there is no picture in the observation, or the memory is closed.
        """
        observation, info = self._guarded(lambda: self.env.reset(seed=seed, options=options))
        self.report.num_episodes += 1
        bare = self.env.unwrapped  # an episode may be in another scene
        self._maker.rig = self._rig or getattr(bare, "rig", None) or Rig()
        self._maker.labels = self._labels or getattr(bare, "instance_labels", None) or {}
        told_ns = self._clock(self.env, info)
        # the clock of an environment may go back to where the last episode began
        self._shift_ns = 0 if told_ns is None else max(self._next_ns - told_ns, 0)
        return observation, self._observed(observation, info, told_ns)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """One step of the environment, observed.

        Raises:
            ObservingStoppedError: observing failed since the last step; the environment was not stepped.
            InvalidInputError: there is no picture in the observation, or the memory is closed.
        """
        observation, reward, terminated, truncated, info = self._guarded(lambda: self.env.step(action))
        self.report.num_steps += 1
        return observation, reward, terminated, truncated, self._observed(observation, info, self._clock(self.env, info))

    def close(self) -> None:
        """Store what waits, then close the environment, and the memory if it was opened here.

        Raises:
            ObservingStoppedError: observing failed, and no step was there to say so.
        """
        try:
            self._finish()
        finally:
            super().close()
        self._observer.raise_error()

    def _observed(self, observation: Any, info: dict[str, Any], told_ns: int | None) -> dict[str, Any]:
        t_ns = self._next_ns if told_ns is None else self._shifted(check_ns(told_ns, "The environment's time"))
        seen = observation if self._look is None else self._look(observation, info)
        self._observer.see(seen, _later(info, self._shift_ns), t_ns)
        self._next_ns = max(self._observer.last_ns, 0) + self._period_ns
        return {**info, "memory": self._handle}

    def _shifted(self, told_ns: int) -> int:
        """A time of the environment's clock as one of the memory; a clock that went back for good is taken on from there."""
        self._num_back = self._num_back + 1 if told_ns + self._shift_ns <= self._observer.last_ns else 0
        if self._num_back > _FEW_BACK:
            self.report.say("the environment's clock went back and stayed there: its time is counted on from where it was")
            self._shift_ns, self._num_back = self._next_ns - told_ns, 0
        return told_ns + self._shift_ns

    def _guarded(self, advance: Callable[[], Any]) -> Any:
        """What the environment does; if it stops midway, the memory is complete before its error goes on."""
        if not self._finish.alive:
            raise InvalidInputError("This wrapper is closed, since close() was called or its environment failed; make a new one.")
        self._observer.raise_error()
        try:
            return advance()
        except BaseException as error:
            if self._owned is None:
                self._observer.flush()
            else:
                self._finish()
            untold = self._observer.untold_error
            if untold is not None:
                error.add_note(f"Observing had stopped too: {untold}")
            raise


def _later(info: dict[str, Any], shift_ns: int) -> dict[str, Any]:
    """With what was heard in the time of the memory, where the environment's clock went back."""
    heard = info.get("texts")
    if not (shift_ns and isinstance(heard, (list, tuple))):
        return info
    return {**info, "texts": tuple(_moved(text, shift_ns) if isinstance(text, TimedText) else text for text in heard)}


def _moved(text: TimedText, by_ns: int) -> TimedText:
    return replace(text, span=Span(text.span.start_ns + by_ns, text.span.end_ns + by_ns))


def _told_time(env: Any, info: Mapping[str, Any]) -> int | None:
    return info.get("t_ns")


def _named(env: Any) -> str:
    return f"gymnasium:{env.spec.id}" if env.spec is not None else f"gymnasium:{type(env.unwrapped).__name__}"


def _begin(memory: Memory, stream_id: str, uri: str, start_ns: int | None, calendar: Calendar | None) -> int:
    """Make the stream known; the time of its next frame."""
    known = {stream.stream_id for stream in memory.streams()}
    reached_ns = memory.position(stream_id) if stream_id in known else None
    begin_ns = max(check_ns(start_ns or 0, "start_ns"), reached_ns or 0)
    memory.add_stream(StreamInfo(stream_id, uri, memory.calendar if known else calendar or memory.calendar, begin_ns))
    return begin_ns


def _close(observer: LoopObserver | None, memory: Memory | None) -> None:
    try:
        if observer is not None:
            observer.close()
    finally:
        if memory is not None:
            memory.close()
