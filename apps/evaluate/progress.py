"""How far a run is, for people: on stderr, so that stdout stays data."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

Item = TypeVar("Item")


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Items a second."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


def shown(items: Sequence[Item], what: str) -> Iterable[Item]:
    """Pass items on with a line of progress, rate and time left on stderr."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield from progress.track(items, description=what)
