"""Work that a loop must not wait for: a bounded queue, a thread behind it, and a stated way to drop what is too much."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, Literal, TypeVar, get_args

from mmmem.errors import InvalidInputError

Drop = Literal["oldest", "newest", "wait"]
Item = TypeVar("Item")
_LARGEST_BATCH = 32
_TICK_S = 0.02


class BoundedWorker(Generic[Item]):
    """Hands items to `work` in another thread, in order, some at a time.

    `offer` neither takes a lock nor wakes the thread: waking one on a busy machine costs the caller its turn, 3 to 5 ms in one
    of ten calls (`benchmarks/memory_wrapper.py`). The thread looks every 20 ms instead.

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
        self._hurry = threading.Event()
        self._thread: threading.Thread | None = None
        self._busy = self._closing = False
        self._num_dropped = 0
        self.error: BaseException | None = None

    @property
    def num_waiting(self) -> int:
        """How many items wait; those in work do not count."""
        return 0 if self.error else len(self._waiting)

    @property
    def num_dropped(self) -> int:
        """How many items were dropped; when the worker has stopped, also what waited behind the error."""
        return self._num_dropped + (len(self._waiting) if self.error else 0)

    def offer(self, item: Item) -> Item | None:
        """Leave an item to the worker, or drop one, which is returned; waits only as `drop` says. A stopped worker drops it.

        Only one thread may offer.
        """
        if self._closing or self.error is not None:
            return self._dropped(item)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="mmmem-observing", daemon=True)
            self._thread.start()
        oldest = None
        if len(self._waiting) >= self._size and not self._room_gets_free():
            if self._drop == "newest":
                return self._dropped(item)
            with suppress(IndexError):  # the worker has just taken it
                oldest = self._dropped(self._waiting.popleft())
        self._waiting.append(item)
        return oldest

    def flush(self, timeout_s: float | None = None) -> bool:
        """Wait until everything offered is done; whether it is."""
        self._hurry.set()
        with self._changed:
            idle = self._changed.wait_for(lambda: self.error is not None or not (self._waiting or self._busy), timeout_s)
        return idle and self.error is None

    def close(self) -> None:
        """Finish what waits and stop; closing again does nothing."""
        self._closing = True
        self._hurry.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _dropped(self, item: Item) -> Item:
        self._num_dropped += 1
        return item

    def _room_gets_free(self) -> bool:
        """Whether there is a place for one more after waiting as long as "wait" may."""
        if self._drop != "wait":
            return False
        self._hurry.set()
        with self._changed:
            return self._changed.wait_for(lambda: len(self._waiting) < self._size or self.error is not None, self._wait_s)

    def _run(self) -> None:
        while True:
            is_last = self._closing  # nothing is offered after that
            batch = self._take()
            if batch:
                try:
                    self._work(batch)
                except BaseException as error:  # noqa: BLE001  # a thread has no caller: the loop is told
                    self._end(error)
                    return
            elif is_last:
                self._end(None)
                return
            else:
                self._hurry.wait(_TICK_S)
                self._hurry.clear()

    def _take(self) -> list[Item]:
        """What waits now, oldest first."""
        batch: list[Item] = []
        with self._changed, suppress(IndexError):  # the loop has just dropped them
            self._busy = True
            while len(batch) < _LARGEST_BATCH:
                batch.append(self._waiting.popleft())
        with self._changed:
            self._busy = bool(batch)
            self._changed.notify_all()
        return batch

    def _end(self, error: BaseException | None) -> None:
        with self._changed:
            self.error = error
            self._busy = False
            self._changed.notify_all()
