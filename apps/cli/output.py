"""stdout is data, stderr is talk. Nothing else writes to either."""

import io
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apps.cli.option_words import in_options

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PIPE_COLUMNS = 200


def tell(sentence: str) -> None:
    """One line of talk."""
    sys.stderr.write(f"{one_line(sentence)}\n")
    sys.stderr.flush()


def tell_error(message: str) -> None:
    """The one line that says why a command failed."""
    tell(f"error: {in_options(message)}")


def say(line: str = "") -> None:
    """One line of data for a person."""
    sys.stdout.write(f"{plain(line)}\n")


def emit(value: Any) -> None:
    """One JSON value on one line; flushed, so that a program that waits for it gets it."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_as_json) + "\n")
    sys.stdout.flush()


def _as_json(value: Any) -> Any:
    """numpy numbers and tuples of named things as plain values."""
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def one_line(text: str) -> str:
    """The text without line breaks and control characters."""
    return plain(" ".join(text.split()))


def plain(text: str) -> str:
    """Text without control characters: stored words must not steer a terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def shortened(text: str, num_chars: int) -> str:
    """At most `num_chars` characters on one line."""
    text = one_line(text)
    return text if len(text) <= num_chars else text[: num_chars - 1].rstrip() + "…"


_NARROW_COLUMNS = 80
"""In a terminal narrower than this every column may break its lines, or the last would have no room."""


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """A table on stdout, as wide as the terminal; in a pipe, wide enough to keep a row on a line."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    narrow = sys.stdout.isatty() and Console(file=sys.stdout).width < _NARROW_COLUMNS
    for name in columns:
        last = name == columns[-1]
        table.add_column(name, justify="right" if name in right else "left", overflow="fold", no_wrap=not (last or narrow))
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    if sys.stdout.isatty():
        Console(file=sys.stdout, highlight=False).print(table)
        return
    drawn = io.StringIO()
    Console(file=drawn, width=_PIPE_COLUMNS, highlight=False).print(table)
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in drawn.getvalue().splitlines())


def show_pairs(pairs: Mapping[str, object]) -> None:
    """Names and values on stdout, one a line."""
    width = max((len(name) for name in pairs), default=0)
    for name, value in pairs.items():
        say(f"{name:<{width}}  {value}")
