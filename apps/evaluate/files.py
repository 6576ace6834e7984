"""Reading the files of a data set; every fault names the file and says what to do."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmmem.errors import InvalidInputError, SourceError


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        SourceError: it is missing, cannot be read or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SourceError(f"{str(path)!r} is missing; give the data set's folder as it was published.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"Cannot read {str(path)!r}: {error}.") from error


def read_json(path: Path) -> Any:
    """A parsed JSON file.

    Raises:
        SourceError: it is missing or cannot be read.
        InvalidInputError: it is not JSON.
    """
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InvalidInputError(f"{str(path)!r} is not JSON: {error}; fetch it again.") from error


def text_field(record: Mapping[str, Any], key: str, where: str) -> str:
    """A field that must hold words; numbers are written out.

    Raises:
        InvalidInputError: it is missing, blank or neither text nor a number.
    """
    value = record.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise InvalidInputError(f"{where}: the field {key!r} must hold text, got {value!r}.")
    return value.strip()


def need_folder(directory: Path, holds: str) -> Path:
    """`directory` if it is one.

    Raises:
        SourceError: it is missing or a file.
    """
    if not directory.is_dir():
        state = "is a file" if directory.exists() else "does not exist"
        raise SourceError(f"{str(directory)!r} {state}; give the folder that holds {holds}.")
    return directory
