"""Observing behind a loop: snapshots wait in a bounded queue, are perceived in another thread, and are stored batch by batch."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from mmmem.clock import NS_PER_S
from mmmem.errors import InvalidInputError, ObservingStoppedError
from mmmem.memory import Memory
from mmmem.types import Answer, Evidence, Frame, Observation, TimedText
from streams.embodied.bounded_worker import BoundedWorker, Drop
from streams.embodied.observations import FrameMaker, Snapshot

Perceive = Callable[[Frame], Observation]
_NUM_TRIED = 5
"""A picture is taken smaller when the median copy of so many steps does not fit the budget."""


@dataclass(frozen=True, slots=True)
class LoopStats:
    """How a loop stands: `queue_length` frames wait, `observed` are durable in the memory, `dropped` are lost.

    Args:
        p50_ms, p95_ms, longest_ms: how long steps were held up; percentiles of the last 4,096.
        notes: what the observations lack.
        error: why observing stopped, in words; empty while it goes on.
    """

    episodes: int
    steps: int
    queue_length: int
    observed: int
    dropped: int
    out_of_order: int
    bad_poses: int
    over_budget: int
    p50_ms: float
    p95_ms: float
    longest_ms: float
    notes: tuple[str, ...]
    error: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    snapshot: Snapshot
    index: int
    t_ns: int


class LoopObserver:
    """Takes the observations of one loop into a memory without holding it up longer than a budget.

    Args:
        memory: open for writing; other threads may read it.
        maker: makes the frames of the loop's observations.
        perceive: makes the observation of a frame, in the worker's thread. If it has a method `finish`, the observations that
            gives are stored at the end.
        budget_s: how long a step may be held up.
        queue: how many frames wait at most.
        drop: what is dropped when they are more.

    Raises:
        InvalidInputError: a budget that is not positive, a queue below 1, or an unknown way to drop.
    """

    def __init__(self, memory: Memory, maker: FrameMaker, perceive: Perceive, *, budget_s: float, queue: int, drop: Drop) -> None:
        if not budget_s > 0:
            raise InvalidInputError(f"A budget must be a positive number of milliseconds, got {budget_s * 1e3:g}.")
        self.memory, self.maker, self.report = memory, maker, maker.report
        self._perceive, self._budget_s = perceive, budget_s
        # what is left of the budget after a wait is for the copy
        self._worker: BoundedWorker[_Waiting] = BoundedWorker(self._remember, size=queue, drop=drop, wait_s=budget_s / 2)
        self._index = 0
        self._last_ns = -1
        self._stride = 1
        self._unheard: tuple[TimedText, ...] = ()
        self._copies: deque[float] = deque(maxlen=_NUM_TRIED)
        self._raised = self._is_closed = False

    @property
    def last_ns(self) -> int:
        """Time of the last frame that was in order, -1 before the first."""
        return self._last_ns

    def see(self, observation: object, info: Mapping[str, Any], t_ns: int) -> None:
        """Take one observation; the loop waits for a copy of its arrays.

        Raises:
            InvalidInputError: there is no picture in it.
        """
        begin_s = time.perf_counter()
        if t_ns <= self._last_ns:
            self._leave_out(info, t_ns)
            return
        snapshot = self.maker.snapshot(observation, info, stride=self._stride)
        self._fit_budget(time.perf_counter() - begin_s)
        if self._unheard:
            snapshot = replace(snapshot, texts=(*self._unheard, *snapshot.texts))
        dropped = self._worker.offer(_Waiting(snapshot, self._index, t_ns))
        # a picture can be spared, words come once
        self._unheard = () if dropped is None or self._worker.error else dropped.snapshot.texts
        self._index += 1
        self._last_ns = t_ns
        held_s = time.perf_counter() - begin_s
        self.report.held.add(held_s)
        self.report.num_over_budget += held_s > self._budget_s

    def _leave_out(self, info: Mapping[str, Any], t_ns: int) -> None:
        """A frame that is not later than the one before; what was heard with it goes with the next."""
        if not self.report.num_out_of_order:
            self.report.say(
                f"the clock went back by {(self._last_ns - t_ns) / NS_PER_S:g} s after frame {self._index}: frames whose time is "
                "not after the one before are left out, what was heard with them is kept"
            )
        self.report.num_out_of_order += 1
        self._unheard += self.maker.heard(info.get("texts"))

    @property
    def untold_error(self) -> BaseException | None:
        """Why observing stopped, while the loop does not know yet."""
        return None if self._raised else self._worker.error

    def raise_error(self) -> None:
        """Tell the loop, once, that observing has stopped.

        Raises:
            ObservingStoppedError: it has; what was observed before is kept.
        """
        error = self.untold_error
        if error is None:
            return
        self._raised = True
        raise ObservingStoppedError(
            f"Observing stopped after {self.report.num_observed} frames: {error or type(error).__name__}. They are kept in "
            f"{self.memory.path}; steps go on without a memory, or make a new wrapper once the cause is mended."
        ) from error

    def flush(self, timeout_s: float | None = None) -> bool:
        """Wait until all that was seen is stored; whether it is."""
        return self._worker.flush(timeout_s)

    def close(self) -> None:
        """Store what waits and what perception still has to say, and stop; closing again does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        self._worker.close()
        if self._worker.error is None:
            self._store_rest()
        self.report.num_dropped = self._worker.num_dropped

    def _store_rest(self) -> None:
        rest = [Observation.of_text(self.maker.stream_id, text) for text in self._unheard]
        finish = getattr(self._perceive, "finish", None)
        if finish is not None:
            rest += finish()
        if rest:
            self.memory.observe(rest)

    def stats(self) -> LoopStats:
        """How the loop stands."""
        report, held, error = self.report, self.report.held, self._worker.error
        report.num_dropped = self._worker.num_dropped
        return LoopStats(
            report.num_episodes,
            report.num_steps,
            self._worker.num_waiting,
            report.num_observed,
            report.num_dropped,
            report.num_out_of_order,
            report.num_bad_poses,
            report.num_over_budget,
            held.percentile_ms(50),
            held.percentile_ms(95),
            held.longest_ms,
            tuple(report.notes),
            "" if error is None else f"{type(error).__name__}: {error}",
        )

    def _fit_budget(self, copied_s: float) -> None:
        """Take pictures at half the size from now on, where copying them does not fit the budget."""
        self._copies.append(copied_s)
        if len(self._copies) < _NUM_TRIED or median(self._copies) <= self._budget_s:
            return
        self._stride *= 2
        self.report.say(
            f"copying a step took {median(self._copies) * 1e3:.1f} ms, the budget is {self._budget_s * 1e3:g} ms: "
            f"of {self._stride} pixels in each row and column one is taken"
        )
        self._copies.clear()

    def _remember(self, batch: Sequence[_Waiting]) -> None:
        """Perceive and store, in the worker's thread; what was perceived before an error is stored all the same."""
        perceived: list[Observation] = []
        try:
            for waiting in batch:
                frame = self.maker.frame(waiting.snapshot, waiting.index, waiting.t_ns)
                perceived.append(_posed(self._perceive(frame), frame))
        finally:
            if perceived:
                self.memory.observe(perceived)
                self.report.num_observed += len(perceived)


class MemoryHandle:
    """What a robot's policy gets in `info["memory"]`: it asks the memory, and sees how observing stands."""

    __slots__ = ("_observer",)

    def __init__(self, observer: LoopObserver) -> None:
        self._observer = observer

    def ask(self, text: str, **options: Any) -> Answer:
        """Answer from what is stored by now; see `Memory.ask`. Call `flush` first where the last second matters."""
        return self._observer.memory.ask(text, **options)

    def search(self, text: str, **options: Any) -> list[Evidence]:
        """Find what bears on a question; see `Memory.search`."""
        return self._observer.memory.search(text, **options)

    def flush(self, timeout_s: float | None = None) -> bool:
        """Wait until all that was seen is stored; whether it is."""
        return self._observer.flush(timeout_s)

    def stats(self) -> LoopStats:
        """How observing stands."""
        return self._observer.stats()

    def __repr__(self) -> str:
        stats = self.stats()
        counts = f"{stats.observed} observed, {stats.queue_length} waiting, {stats.dropped} dropped"
        return f"<memory {self._observer.memory.path.name}: {counts}>"


def _posed(observation: Observation, frame: Frame) -> Observation:
    """With the frame's pose, where perception did not say another."""
    if observation.pose_world_camera is not None or frame.pose_world_camera is None:
        return observation
    return replace(observation, pose_world_camera=frame.pose_world_camera)
