"""How far a demo is, on stderr: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apps.cli.output import tell
from apps.house.progress import Pace

_LINE_EVERY_S = 10.0


@contextmanager
def progress_of() -> Iterator[Callable[[str, int, int], None]]:
    """What a demo calls with what it does, how much of it is done and how much there is to do."""
    paces: dict[str, Pace] = {}
    if not sys.stderr.isatty():
        yield _lines(paces)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[words]}"),
                  console=Console(stderr=True), transient=True) as bar:  # fmt: skip
        tasks = {}

        def show(what: str, num_done: int, num: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=num, words="")
            bar.update(tasks[what], completed=num_done, words=_words(paces, what, num_done, num))

        yield show


def _lines(paces: dict[str, Pace]) -> Callable[[str, int, int], None]:
    last_s = time.monotonic()

    def show(what: str, num_done: int, num: int) -> None:
        nonlocal last_s
        words = _words(paces, what, num_done, num)
        if time.monotonic() - last_s >= _LINE_EVERY_S:
            last_s = time.monotonic()
            tell(f"{what}: {words}")

    return show


def _words(paces: dict[str, Pace], what: str, num_done: int, num: int) -> str:
    return paces.setdefault(what, Pace()).words(min(num_done, num), num)
