"""What a command knows of how it was called, and how it is asked to stop."""

import shlex
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of the program."""

    arguments: tuple[str, ...]

    def command_line(self) -> str:
        """What to type to run it again."""
        return shlex.join(("mmmem", *self.arguments))


class StopRequest:
    """Whether somebody pressed Ctrl-C."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def __call__(self) -> bool:
        """Whether to stop."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Ask to stop."""
        self._asked.set()


@contextmanager
def stop_on_interrupt(when_asked: Callable[[], object]) -> Iterator[StopRequest]:
    """The first Ctrl-C asks to stop and calls `when_asked`; a second one stops at once.

    Outside the main thread signals cannot be caught, and nothing changes.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = signal.getsignal(signal.SIGINT)

    def asked(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        request.ask()
        when_asked()

    signal.signal(signal.SIGINT, asked)
    try:
        yield request
    finally:
        signal.signal(signal.SIGINT, before)
