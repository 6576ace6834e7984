"""Files of one JSON object a line, written whole or not at all."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from mmmem.errors import InvalidInputError, SourceError, StorageError

Record = TypeVar("Record")


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write records beside the file and put them in its place; the same records give the same bytes.

    Raises:
        StorageError: the disk is full or failing; what the file held before is kept.
    """
    write_text(path, (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records))


def write_text(path: Path, parts: Iterable[str]) -> None:
    """Write text beside the file and put it in its place.

    Raises:
        StorageError: the disk is full or failing; what the file held before is kept.
    """
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(parts)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise storage_error(path, error) from error


def storage_error(path: Path, error: OSError) -> StorageError:
    """What to say when a file of a recording cannot be written."""
    return StorageError(f"Cannot write {path}: {error.strerror or error}. Make room, then run the same command: it goes on.")


def read_lines(path: Path, make: Callable[[dict[str, Any]], Record]) -> Iterator[Record]:
    """What `make` gives for each line.

    Raises:
        SourceError: the file cannot be read, or a line is no record.
    """
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                yield _made(path, number, line, make)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"Cannot read {path}: {error}.") from error


def _made(path: Path, number: int, line: str, make: Callable[[dict[str, Any]], Record]) -> Record:
    try:
        return make(json.loads(line))
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError, InvalidInputError) as error:
        raise SourceError(f"Line {number} of {path} is no record ({error}); the file was cut short or edited.") from error
