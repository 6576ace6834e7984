"""Clocks of live sources: this computer's, and what a camera's own says of the time on it."""

import threading
import time
from typing import Protocol

from mmmem.clock import NS_PER_S

_REANCHOR_NS = 2 * NS_PER_S


class Clockwork(Protocol):
    """Time as a live source sees it."""

    def now_ns(self) -> int:
        """Nanoseconds since the epoch."""
        ...

    def wait(self, stop: threading.Event, seconds: float) -> None:
        """Wait, but no longer than until `stop` is set."""
        ...


class SystemClock:
    """This computer's clock."""

    def now_ns(self) -> int:
        """Nanoseconds since the epoch."""
        return time.time_ns()

    def wait(self, stop: threading.Event, seconds: float) -> None:
        """Wait, but no longer than until `stop` is set."""
        stop.wait(seconds)


class ArrivalClock:
    """Gives pictures wall-clock times: the camera's own distances, anchored at the first arrival of each connection.

    Arrivals jitter with the network, a camera's clock does not; it is anchored anew when the two drift more than two seconds
    apart. Times never go back.
    """

    def __init__(self) -> None:
        self._offset_ns: int | None = None
        self._last_ns = -1

    def reconnect(self) -> None:
        """Forget the anchor."""
        self._offset_ns = None

    def time_ns(self, arrival_ns: int, camera_ns: int | None) -> int:
        """Wall-clock time of a picture."""
        t_ns = arrival_ns
        if camera_ns is not None:
            if self._offset_ns is None or abs(camera_ns + self._offset_ns - arrival_ns) > _REANCHOR_NS:
                self._offset_ns = arrival_ns - camera_ns
            t_ns = camera_ns + self._offset_ns
        self._last_ns = max(t_ns, self._last_ns + 1)
        return self._last_ns
