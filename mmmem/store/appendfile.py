"""Files that only grow. What lies beyond the length that SQLite committed does not exist."""

import os
from pathlib import Path
from shlex import quote
from types import TracebackType
from zlib import crc32

from mmmem.errors import MemoryCorruptError


def media_path(folder: Path, generation: int) -> Path:
    """Where the JPEG bytes lie."""
    return folder / f"media.{generation}.bin"


def vectors_path(folder: Path, slug: str, generation: int) -> Path:
    """Where the rows of one vector space lie, little-endian float32."""
    return folder / f"vectors.{slug}.{generation}.f32"


def put_back(folder: Path) -> str:
    """What to do about a file that lacks something, in words."""
    return (
        f"Put the file back if there is a copy; if not, `mmmem check --repair -m {quote(str(folder))}` names what is lost and "
        "keeps the rest."
    )


class AppendFile:
    """One file open for appending at `length`, the committed number of bytes.

    Raises:
        MemoryCorruptError: the file is missing, or shorter than what was committed; it is left as it is.
        OSError: the disk is full or failing; call `rewind` then.
    """

    def __init__(self, path: Path, committed: int) -> None:
        self.path = path
        fresh = not path.exists()
        if fresh and committed:
            raise MemoryCorruptError(f"{path} is missing, {committed} bytes of it were committed. {put_back(path.parent)}")
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        size = os.fstat(self._fd).st_size
        if size < committed:
            os.close(self._fd)
            raise MemoryCorruptError(f"{path} has {size} bytes, {committed} were committed. {put_back(path.parent)}")
        self.length = committed
        self._committed = committed
        if fresh:
            sync_directory(path.parent)
        if size > committed:
            os.ftruncate(self._fd, committed)

    def append(self, data: bytes) -> int:
        """Write `data` at the end; returns its offset. Not durable before `sync`."""
        offset = self.length
        view = memoryview(data)
        os.lseek(self._fd, offset, os.SEEK_SET)
        while view:
            view = view[os.write(self._fd, view) :]
        self.length = offset + len(data)
        return offset

    def read(self, offset: int, length: int) -> bytes:
        """Bytes that were appended, committed or not."""
        os.lseek(self._fd, offset, os.SEEK_SET)
        parts = []
        while length and (part := os.read(self._fd, length)):
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    @property
    def dirty(self) -> bool:
        """Whether something was appended since the last commit."""
        return self.length != self._committed

    def sync(self) -> None:
        """Make everything appended durable."""
        if self.dirty:
            os.fsync(self._fd)

    def commit(self) -> None:
        """SQLite holds the new length."""
        self._committed = self.length

    def rewind(self) -> None:
        """Forget what was appended since the last commit."""
        self.length = self._committed
        os.ftruncate(self._fd, self._committed)

    def close(self) -> None:
        """Close the file; nothing is written. Closing again does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1

    def __enter__(self) -> "AppendFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def sync_directory(folder: Path) -> None:
    """Make a created or removed name durable (where directories can be opened)."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def read_blob(path: Path, offset: int, length: int, crc: int) -> bytes:
    """One blob, checked.

    Raises:
        FileNotFoundError: the generation is gone (somebody forgot something meanwhile).
        MemoryCorruptError: cut short, or its checksum does not match.
    """
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(length)
    if len(data) != length or crc32(data) != crc:
        raise MemoryCorruptError(
            f"{path} is damaged at byte {offset}: {length} bytes do not match their checksum. {put_back(path.parent)}"
        )
    return data
