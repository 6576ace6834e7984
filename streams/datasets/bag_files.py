"""What a file of a bag holds: channels, and messages that are read when they are wanted. The sqlite3 kind of ROS 2."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from mmmem.errors import SourceError
from mmmem.lazy import require

_ZSTD = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True, slots=True)
class Channel:
    """A topic, the type of its messages (`sensor_msgs/msg/Image`) and how they are serialised (`cdr`)."""

    topic: str
    type: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A message: its channel, when it was written, its first bytes, and where the rest lies."""

    channel: Channel
    log_ns: int
    head: bytes
    place: Any


class BagFile(Protocol):
    """One file of a bag."""

    path: Path
    losses: list[tuple[int, str]]

    def entries(self) -> Iterator[Entry]:
        """Every message that can be found, in the order of the file; `losses` says where it could not go on."""
        ...

    def data(self, entry: Entry) -> bytes:
        """A message as it was serialised.

        Raises:
            SourceError: it cannot be read.
        """
        ...


class SqliteBag:
    """A `.db3` file (rosbag2_storage_sqlite3).

    Raises:
        SourceError: it is no such file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.losses: list[tuple[int, str]] = []
        try:
            with self._opened() as database:
                rows = database.execute("SELECT id, name, type, serialization_format FROM topics").fetchall()
        except sqlite3.Error as error:
            raise SourceError(f"{path.name} cannot be read as a ROS 2 bag: {error}.") from error
        self._channels = {int(id): Channel(str(topic), str(kind), str(form)) for id, topic, kind, form in rows}

    def entries(self) -> Iterator[Entry]:
        """Every message that can be found; a damaged page ends the reading."""
        last_ns = 0
        try:
            query = "SELECT id, topic_id, timestamp, substr(data, 1, 16) FROM messages ORDER BY id"
            with self._opened() as database:
                for id, topic, log_ns, head in database.execute(query):
                    last_ns = int(log_ns)
                    if topic in self._channels:
                        yield Entry(self._channels[topic], last_ns, bytes(head), int(id))
        except sqlite3.Error as error:
            self.losses.append((last_ns, f"{self.path.name} cannot be read further: {error}"))

    def data(self, entry: Entry) -> bytes:
        """A message as it was serialised, unpacked where the bag packs its messages."""
        try:
            with self._opened() as database:
                row = database.execute("SELECT data FROM messages WHERE id = ?", (entry.place,)).fetchone()
        except sqlite3.Error as error:
            raise SourceError(f"A message of {entry.channel.topic} in {self.path.name} cannot be read: {error}.") from error
        data = bytes(row[0])
        return unpacked_zstd(data) if data.startswith(_ZSTD) else data

    def _opened(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True))


def unpacked_zstd(data: bytes) -> bytes:
    """Unpack one zstd frame.

    Raises:
        SourceError: it is damaged.
        MissingExtraError: `zstandard` is not installed.
    """
    zstandard = require("zstandard", extra="ros", purpose="Reading messages packed with zstd")
    try:
        unpacked: bytes = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    except zstandard.ZstdError as error:
        raise SourceError(f"A packed message cannot be unpacked: {error}.") from error
    return unpacked
