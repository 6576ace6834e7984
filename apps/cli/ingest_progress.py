"""How far an ingest is, on stderr: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from apps.cli.output import tell
from apps.ingest import IngestProgress
from mmmem.clock import NS_PER_S, format_duration
from mmmem.wording import counted
from streams import Stream

_LINE_EVERY_S = 10.0
_BAR_STEPS = 1000


class Pace:
    """Says in words how far an ingest is and how fast it goes.

    Args:
        begun_ns: where it began.
        end_ns: where the stream ends; None where that is not known.
        now_s: a clock in seconds.
    """

    def __init__(self, begun_ns: int, end_ns: int | None, now_s: Callable[[], float] = time.monotonic) -> None:
        self._begun_ns, self._end_ns = begun_ns, end_ns
        self._now_s = now_s
        self._started_s = now_s()

    def share(self, seen: IngestProgress) -> float | None:
        """How much of what was to do is done, in [0, 1]; None where the end is not known."""
        if self._end_ns is None or self._end_ns <= self._begun_ns:
            return None
        return min(seen.covered_ns / (self._end_ns - self._begun_ns), 1.0)

    def words(self, seen: IngestProgress) -> str:
        """Items, rate, speed against real time, time left, what was skipped."""
        elapsed_s = max(self._now_s() - self._started_s, 1e-3)
        said = [counted(seen.num_items, "item"), f"{seen.num_items / elapsed_s:.1f}/s"]
        said.append(f"{seen.covered_ns / NS_PER_S / elapsed_s:.1f}x real time")
        share = self.share(seen)
        if share:
            said.append(f"{format_duration(round(elapsed_s * (1 - share) / share * NS_PER_S))} left")
        if seen.num_skipped:
            said.append(counted(seen.num_skipped, "frame", "not sampled"))
        return ", ".join(said)


@contextmanager
def progress_of(stream: Stream, resumed_ns: int | None) -> Iterator[Callable[[IngestProgress], None]]:
    """What an ingest calls after each group."""
    pace = Pace(stream.info.start_ns if resumed_ns is None else resumed_ns, stream.info.end_ns)
    if not sys.stderr.isatty():
        yield _lines(stream, pace)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[words]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(stream.info.stream_id, total=None, words="")

        def show(seen: IngestProgress) -> None:
            share = pace.share(seen)
            total, completed = (None, 0) if share is None else (_BAR_STEPS, round(share * _BAR_STEPS))
            bar.update(task, total=total, completed=completed, words=pace.words(seen))

        yield show


def _lines(stream: Stream, pace: Pace) -> Callable[[IngestProgress], None]:
    last_s = time.monotonic()

    def show(seen: IngestProgress) -> None:
        nonlocal last_s
        if time.monotonic() - last_s >= _LINE_EVERY_S:
            last_s = time.monotonic()
            tell(f"{stream.info.stream_id} at {stream.info.calendar.format(seen.t_ns)}: {pace.words(seen)}")

    return show
