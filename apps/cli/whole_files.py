"""Files that appear whole or not at all: a full disk leaves what was there before."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mmmem.errors import StorageError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` to write into; it takes the place of `path` at the end, with its rights where it was there.

    What is no ordinary file (/dev/stdout, a pipe) is written to directly.

    Raises:
        StorageError: it cannot be written; then nothing of it is left.
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            yield path
            return
        part = target.with_name(f".{os.getpid()}.part{target.suffix}")
        try:
            yield part
            _settle(part, target)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
    except OSError as error:
        if isinstance(error, StorageError):
            raise
        reason = error.strerror or str(error)
        raise StorageError(
            f"Cannot write {str(path)!r}: {reason}; nothing was written. Check folder, rights and disk."
        ) from error


def _settle(part: Path, target: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    if target.exists():
        shutil.copymode(target, part)
    part.replace(target)
