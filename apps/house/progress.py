"""How far a recording is, on stderr: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apps.cli.output import tell
from mmmem.clock import NS_PER_S, format_duration

_LINE_EVERY_S = 10.0


class Pace:
    """Says in words how many frames are done, how fast, and how long the others take.

    Args:
        now_s: a clock in seconds.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._began_s = now_s()
        self._first: int | None = None

    def words(self, num_done: int, num_frames: int) -> str:
        """What was there when it was first asked counts as done before."""
        if self._first is None:
            self._first, self._began_s = num_done, self._now_s()
        said = f"{num_done:,} of {num_frames:,} pictures"
        elapsed_s, num_new = self._now_s() - self._began_s, num_done - self._first
        if num_new <= 0 or elapsed_s <= 0:
            return said
        rate = num_new / elapsed_s
        left_ns = round((num_frames - num_done) / rate) * NS_PER_S
        return f"{said}, {rate:.1f}/s, {format_duration(left_ns)} left"


@contextmanager
def progress_of(name: str) -> Iterator[Callable[[int, int], None]]:
    """What a recording calls with the number of frames that are there and that there will be."""
    pace = Pace()
    if not sys.stderr.isatty():
        yield _lines(name, pace)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[words]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None, words="")
        yield lambda done, total: bar.update(task, total=total, completed=done, words=pace.words(done, total))


def _lines(name: str, pace: Pace) -> Callable[[int, int], None]:
    last_s = time.monotonic()

    def show(num_done: int, num_frames: int) -> None:
        nonlocal last_s
        words = pace.words(num_done, num_frames)
        if time.monotonic() - last_s >= _LINE_EVERY_S:
            last_s = time.monotonic()
            tell(f"{name}: {words}")

    return show
