"""MCAP files (mcap.dev, format version 0), read from front to back so that one that was cut off gives what it holds."""

import struct
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mmmem.errors import SourceError
from mmmem.lazy import require
from streams.datasets.bag_files import Channel, Entry, unpacked_zstd

MAGIC = b"\x89MCAP0\r\n"

_SCHEMA, _CHANNEL, _MESSAGE, _CHUNK, _DATA_END, _FOOTER = 0x03, 0x04, 0x05, 0x06, 0x0F, 0x02
_RECORD_HEAD = struct.Struct("<BQ")
_MESSAGE_HEAD = struct.Struct("<HIQQ")
_MAX_RECORD = 2**33
_KEPT_CHUNKS = 4


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message's data lies: in the file, or in an unpacked chunk that begins at `chunk`."""

    offset: int
    length: int
    chunk: int | None = None


class McapFile:
    """One `.mcap` file.

    Raises:
        SourceError: it is no such file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.losses: list[tuple[int, str]] = []
        self._schemas: dict[int, str] = {}
        self._channels: dict[int, Channel] = {}
        self._chunks: OrderedDict[int, bytes] = OrderedDict()
        self._file: BinaryIO | None = None
        self._size = path.stat().st_size
        if self._read(0, len(MAGIC)) != MAGIC:
            raise SourceError(f"{path.name} does not begin as an MCAP file does.")

    def entries(self) -> Iterator[Entry]:
        """Every message up to the end of the data, or to where the file was cut off."""
        with self.path.open("rb") as self._file:
            yield from self._records()
        self._file = None

    def data(self, entry: Entry) -> bytes:
        """A message as it was serialised."""
        place: _Place = entry.place
        if place.chunk is None:
            return self._read(place.offset, place.length)
        return self._chunk(place.chunk)[place.offset : place.offset + place.length]

    def _read(self, offset: int, length: int) -> bytes:
        """A piece of the file, which is held open only while it is read through."""
        if self._file is not None and not self._file.closed:
            self._file.seek(offset)
            return self._file.read(length)
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def _records(self) -> Iterator[Entry]:
        offset, last_ns = len(MAGIC), 0
        while True:
            head = self._read(offset, _RECORD_HEAD.size)
            if len(head) < _RECORD_HEAD.size:
                break
            kind, length = _RECORD_HEAD.unpack(head)
            content = offset + _RECORD_HEAD.size
            if kind in (_DATA_END, _FOOTER):
                return
            if length > _MAX_RECORD or content + length > self._size:
                break
            try:
                for entry in self._record(kind, content, length):
                    last_ns = entry.log_ns
                    yield entry
            except (SourceError, struct.error) as error:
                self.losses.append((last_ns, f"a part of {self.path.name} at byte {offset} cannot be read: {error}"))
            offset = content + length
        self.losses.append((last_ns, f"{self.path.name} ends at byte {self._size} without its end mark; the rest is read"))

    def _record(self, kind: int, offset: int, length: int) -> Iterator[Entry]:
        if kind == _CHUNK:
            yield from self._in_chunk(offset)
        elif kind in (_SCHEMA, _CHANNEL):
            self._describe(kind, self._read(offset, length))
        elif kind == _MESSAGE:
            yield from self._message(self._read(offset, min(length, _MESSAGE_HEAD.size + 16)), offset, length, None)

    def _in_chunk(self, chunk: int) -> Iterator[Entry]:
        records, at = self._chunk(chunk), 0
        while at + _RECORD_HEAD.size <= len(records):
            kind, length = _RECORD_HEAD.unpack_from(records, at)
            at += _RECORD_HEAD.size
            if kind == _MESSAGE:
                yield from self._message(records[at : at + _MESSAGE_HEAD.size + 16], at, length, chunk)
            else:
                self._describe(kind, records[at : at + length])
            at += length

    def _message(self, start: bytes, offset: int, length: int, chunk: int | None) -> Iterator[Entry]:
        id, _, log_ns, _ = _MESSAGE_HEAD.unpack_from(start)
        channel = self._channels.get(id)
        if channel is not None:
            place = _Place(offset + _MESSAGE_HEAD.size, length - _MESSAGE_HEAD.size, chunk)
            yield Entry(channel, log_ns, start[_MESSAGE_HEAD.size :], place)

    def _describe(self, kind: int, content: bytes) -> None:
        if kind == _SCHEMA:
            (id,) = struct.unpack_from("<H", content)
            self._schemas[id] = _text(content, 2)[0]
        elif kind == _CHANNEL:
            id, schema = struct.unpack_from("<HH", content)
            topic, after = _text(content, 4)
            self._channels[id] = Channel(topic, self._schemas.get(schema, ""), _text(content, after)[0])

    def _chunk(self, offset: int) -> bytes:
        """The records of a chunk, unpacked; the last few are kept."""
        if offset in self._chunks:
            self._chunks.move_to_end(offset)
            return self._chunks[offset]
        head = self._read(offset, 256)
        (size,) = struct.unpack_from("<Q", head, 16)
        packing, after = _text(head, 28)
        (length,) = struct.unpack_from("<Q", head, after)
        records = _unpacked(packing, self._read(offset + after + 8, length))
        if len(records) != size:
            raise SourceError(f"a chunk unpacks to {len(records)} bytes, expected {size}")
        self._chunks[offset] = records
        if len(self._chunks) > _KEPT_CHUNKS:
            self._chunks.popitem(last=False)
        return records


def _text(content: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", content, at)
    return content[at + 4 : at + 4 + length].decode("utf-8", "replace"), at + 4 + length


def _unpacked(packing: str, data: bytes) -> bytes:
    if packing == "":
        return data
    if packing == "zstd":
        return unpacked_zstd(data)
    if packing != "lz4":
        raise SourceError(f"chunks packed with {packing!r} are not read; lz4 and zstd are")
    lz4 = require("lz4.frame", extra="ros", purpose="Reading an MCAP file packed with lz4")
    try:
        unpacked: bytes = lz4.decompress(data)
    except RuntimeError as error:
        raise SourceError(f"a chunk cannot be unpacked: {error}") from error
    return unpacked
