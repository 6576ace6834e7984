"""How far a pass is, on stderr: a line now and then, with rate and time left."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from apps.cli.output import tell
from apps.enrich.work import EnrichProgress
from mmmem.clock import NS_PER_S, format_duration

_LINE_EVERY_S = 10.0


def progress_words(seen: EnrichProgress) -> str:
    """What is being made, how many of how many, the rate, tokens, and the time left of this stage."""
    elapsed_s = max(seen.elapsed_s, 1e-3)
    left_s = elapsed_s / seen.done * (seen.num - seen.done)
    return (
        f"{seen.task} of {seen.level}: {seen.done} of {seen.num}, {60 * seen.done / elapsed_s:.0f} a minute, "
        f"{seen.tokens} tokens so far, {format_duration(round(left_s * NS_PER_S))} left"
    )


@contextmanager
def progress_of() -> Iterator[Callable[[EnrichProgress], None]]:
    """What a pass calls after each item: a bar on a terminal, else a line every ten seconds and at the end of a stage."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    columns = (BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda seen: bar.update(task, total=seen.num, completed=seen.done, description=progress_words(seen))


def _lines() -> Callable[[EnrichProgress], None]:
    last_s = time.monotonic()

    def show(seen: EnrichProgress) -> None:
        nonlocal last_s
        if seen.done == seen.num or time.monotonic() - last_s >= _LINE_EVERY_S:
            last_s = time.monotonic()
            tell(progress_words(seen))

    return show
