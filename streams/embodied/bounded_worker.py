"""Work that a loop must not wait for: a bounded queue, a thread behind it, and a stated way to drop what is too much."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, Literal, TypeVar, get_args

from mmmem.errors import InvalidInputError

Drop = Literal["oldest", "newest", "wait"]
Item = TypeVar("Item")
_LARGEST_BATCH = 32


class BoundedWorker(Generic[Item]):
    """Hands items to `work` in another thread, in order, some at a time.

    Args:
        work: called with what is waiting, oldest first; what it raises stops the worker and is kept in `error`.
        size: how many items wait at most, besides those in work.
        drop: which item goes when the queue is full: the oldest, the newest, or after `wait_s` the oldest.
        wait_s: how long "wait" waits for a free place.

    Raises:
        InvalidInputError: a size below 1, or an unknown way to drop.
    """

    def __init__(
        self, work: Callable[[Sequence[Item]], object], *, size: int = 32, drop: Drop = "oldest", wait_s: float = 0.005
    ) -> None:
        if size < 1 or drop not in get_args(Drop):
            raise InvalidInputError(
                f"queue must be at least 1 and drop one of {', '.join(get_args(Drop))}, got {size}, {drop!r}."
            )
        self._work, self._size, self._drop, self._wait_s = work, size, drop, wait_s
        self._waiting: deque[Item] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._busy = self._closing = False
        self.num_dropped = 0
        self.error: BaseException | None = None

    @property
    def num_waiting(self) -> int:
        """How many items wait; those in work do not count."""
        return len(self._waiting)

    def offer(self, item: Item) -> None:
        """Leave an item to the worker, or drop one; waits only as `drop` says. A stopped worker drops it."""
        with self._changed:
            if self._thread is None and not self._closing:
                self._start()
            if not self._make_room():
                self.num_dropped += 1
                return
            self._waiting.append(item)
            self._changed.notify_all()

    def flush(self, timeout_s: float | None = None) -> bool:
        """Wait until everything offered is done; whether it is."""
        with self._changed:
            return self._changed.wait_for(self._is_idle, timeout_s) and self.error is None

    def close(self) -> None:
        """Finish what waits and stop; closing again does nothing."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="mmmem-observing", daemon=True)
        self._thread.start()

    def _is_idle(self) -> bool:
        return self.error is not None or not (self._waiting or self._busy)

    def _make_room(self) -> bool:
        """Whether there is a place for one more, with the lock held."""
        if self._closing or self.error is not None:
            return False
        if len(self._waiting) < self._size:
            return True
        if self._drop == "newest":
            return False
        if self._drop == "wait" and self._changed.wait_for(lambda: len(self._waiting) < self._size, self._wait_s):
            return self.error is None
        self._waiting.popleft()
        self.num_dropped += 1
        return True

    def _run(self) -> None:
        while batch := self._next_batch():
            try:
                self._work(batch)
            except BaseException as error:  # noqa: BLE001  # kept for the loop, which raises it
                self._stop(error)
                return
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _next_batch(self) -> list[Item]:
        """What waits now; empty once the worker is closed and nothing waits."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _LARGEST_BATCH))]
            self._busy = bool(batch)
            self._changed.notify_all()
            return batch

    def _stop(self, error: BaseException) -> None:
        with self._changed:
            self.error = error
            self._busy = False
            self.num_dropped += len(self._waiting)
            self._waiting.clear()
            self._changed.notify_all()
