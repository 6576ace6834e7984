"""Many questions at once: JSON Lines in, JSON Lines out."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from apps.cli.answer_json import answer_json, evidence_json
from apps.cli.option_words import in_options
from apps.cli.output import emit, tell, tell_error
from apps.cli.times import asked_at_ns as read_asked_at
from apps.cli.times import doubt_about, maybe_span
from mmmem.agent.escalation import ModelTier
from mmmem.clock import Span
from mmmem.errors import InvalidInputError, MmmemError, SourceError
from mmmem.memory import Memory
from mmmem.wording import counted

STDIN = "-"
_FIELDS = ("asked_at", "choices", "id", "k", "stream", "text", "window")
_BAD_LINES = 2
"""Exit code when a line could not be answered: the input was wrong."""


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One line of a batch, checked."""

    text: str
    asked_at_ns: int | None
    window: Span | None
    stream: str | None
    choices: tuple[str, ...]
    k: int


def answer_lines(
    memory: Memory,
    batch: str,
    *,
    answer: bool,
    asked_at_ns: int | None,
    window: Span | None,
    stream: str | None,
    sources: Sequence[str] | None,
    k: int,
    model: ModelTier | None = None,
) -> None:
    """Answer (or only search for) every line, each on a line of its own in the same order.

    What a line does not say is taken from the arguments. A line that cannot be answered is reported on stderr, gets a line
    {id, error}, and makes the exit code 2 when the others are done.

    Raises:
        SourceError: the file cannot be read.
    """
    default = AskedLine("", asked_at_ns, window, stream, (), k)
    told: set[str] = set()
    num_bad = num_lines = 0
    for number, line in _lines(batch):
        num_lines += 1
        record: Any = None
        try:
            record = _record(line)
            _tell_unused(record, told)
            _tell_doubt(memory, record, told)
            emit({"id": record.get("id"), **_answered(memory, _asked(memory, record, default), sources, model, answer=answer)})
        except MmmemError as error:
            num_bad += 1
            tell_error(f"line {number}: {error}")
            emit({"id": record.get("id") if isinstance(record, dict) else None, "line": number, "error": in_options(str(error))})
    if num_bad:
        tell(f"{num_bad} of {counted(num_lines, 'line')} {'was' if num_bad == 1 else 'were'} not answered")
        raise typer.Exit(_BAD_LINES)


def _lines(batch: str) -> Iterator[tuple[int, str]]:
    """Lines that hold something, with their numbers from 1."""
    if batch == STDIN:
        yield from _numbered(sys.stdin)
        return
    path = Path(batch).expanduser()
    if path.is_dir():
        raise SourceError(f"{batch!r} is a directory; --batch takes a file of JSON Lines, or '-' for stdin.")
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from _numbered(file)
    except OSError as error:
        raise SourceError(f"Cannot read the batch {batch!r}: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"The batch {batch!r} is not UTF-8 text (byte {error.start}); convert it to UTF-8.") from error


def _numbered(file: Iterator[str]) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(file, start=1) if line.strip())


def _record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"not JSON ({error}); write one object {{id, text, asked_at}} a line.") from error
    if not isinstance(record, dict):
        raise InvalidInputError(f"a line is one JSON object, got {type(record).__name__}.")
    return record


def _tell_unused(record: dict[str, Any], told: set[str]) -> None:
    """Say once for each field that nothing reads it: it may be misspelt."""
    for name in sorted(set(record) - set(_FIELDS) - told):
        told.add(name)
        tell(f"note: the field {name!r} is not read; lines hold {', '.join(_FIELDS)}")


def _tell_doubt(memory: Memory, record: dict[str, Any], told: set[str]) -> None:
    """Say for the first line whose time is most likely in another unit."""
    doubt = doubt_about(memory, record.get("asked_at"))
    if doubt and "asked_at" not in told:
        told.add("asked_at")
        tell(f"note: {doubt}; further lines like it are not named")


def _asked(memory: Memory, record: dict[str, Any], default: AskedLine) -> AskedLine:
    text, choices = record.get("text"), record.get("choices") or ()
    if not isinstance(text, str):
        raise InvalidInputError(f"text must be the question as text, got {text!r}.")
    if not isinstance(choices, list | tuple) or not all(isinstance(one, str) for one in choices):
        raise InvalidInputError(f"choices must be a list of texts, got {choices!r}.")
    k = record.get("k") if record.get("k") is not None else default.k
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise InvalidInputError(f"k must be a whole number, at least 1, got {k!r}.")
    asked_at_ns = read_asked_at(memory, record.get("asked_at"))
    window, stream = record.get("window"), record.get("stream")
    if not isinstance(window, str | None) or not isinstance(stream, str | None):
        raise InvalidInputError(f"window and stream must be texts, got {window!r} and {stream!r}.")
    return AskedLine(
        text,
        default.asked_at_ns if asked_at_ns is None else asked_at_ns,
        default.window if window is None else maybe_span(memory, window, "window"),
        default.stream if stream is None else stream,
        tuple(choices),
        k,
    )


def _answered(
    memory: Memory, asked: AskedLine, sources: Sequence[str] | None, model: ModelTier | None, *, answer: bool
) -> dict[str, Any]:
    if answer:
        return answer_json(
            memory.ask(
                asked.text,
                asked_at=asked.asked_at_ns,
                window=asked.window,
                stream=asked.stream,
                sources=sources,
                choices=asked.choices,
                k=asked.k,
                model=model,
            )
        )
    found = memory.search(
        asked.text,
        asked_at=asked.asked_at_ns,
        window=asked.window,
        stream=asked.stream,
        sources=sources,
        choices=asked.choices,
        k=asked.k,
    )
    return {"evidence": [evidence_json(one) for one in found]}
