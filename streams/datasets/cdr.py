"""Reads messages of ROS 2 as they are serialised (CDR, OMG DDSI-RTPS 9.3 and 10): the few kinds that carry pictures and poses."""

import struct
from dataclasses import dataclass

import numpy as np

from mmmem.errors import SourceError
from streams.datasets.poses import Matrix

STAMP_BYTES = 12
"""Encapsulation and time stamp, with which every message that has a header begins."""


@dataclass(frozen=True, slots=True)
class Header:
    """When and in which frame of reference something was measured; `stamp_ns` is 0 where nobody filled it in."""

    stamp_ns: int
    frame_id: str


@dataclass(frozen=True, slots=True, eq=False)
class RawImage:
    """`sensor_msgs/Image`."""

    header: Header
    height: int
    width: int
    encoding: str
    is_bigendian: bool
    step: int
    data: bytes


@dataclass(frozen=True, slots=True, eq=False)
class PackedImage:
    """`sensor_msgs/CompressedImage`."""

    header: Header
    format: str
    data: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A pose or transform: of `child_frame` in the header's frame; `child_frame` is empty where the message names none."""

    header: Header
    child_frame: str
    translation_m: tuple[float, ...]
    quat_xyzw: tuple[float, ...]


class _Reader:
    """Takes values one after the other, each aligned to its own size."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 4 or data[0] != 0 or data[1] > 1:
            raise SourceError("A message is not serialised as plain CDR.")
        self._data, self._at, self._order = data, 4, "<" if data[1] == 1 else ">"

    def take(self, kind: str, count: int = 1) -> tuple[float, ...]:
        size = struct.calcsize(kind)
        self._at += -(self._at - 4) % size
        try:
            values = struct.unpack_from(f"{self._order}{count}{kind}", self._data, self._at)
        except struct.error as error:
            raise SourceError(f"A message ends after {len(self._data)} bytes, in the middle of a value.") from error
        self._at += size * count
        return values

    def integer(self, kind: str) -> int:
        return int(self.take(kind)[0])

    def octets(self, length: int) -> bytes:
        piece = self._data[self._at : self._at + length]
        if len(piece) < length:
            raise SourceError(f"A message says {length} bytes follow, but {len(piece)} do.")
        self._at += length
        return piece

    def text(self) -> str:
        return self.octets(self.integer("I")).rstrip(b"\0").decode("utf-8", "replace")

    def header(self) -> Header:
        seconds, nanoseconds = self.integer("i"), self.integer("I")
        return Header(seconds * 1_000_000_000 + nanoseconds, self.text())


def stamp_ns(data: bytes) -> int:
    """The time in a message's header, read from its first `STAMP_BYTES`; 0 where there is none."""
    if len(data) < STAMP_BYTES or data[1] > 1:
        return 0
    seconds, nanoseconds = struct.unpack_from("<iI" if data[1] == 1 else ">iI", data, 4)
    return max(int(seconds), 0) * 1_000_000_000 + int(nanoseconds)


def read_image(data: bytes) -> RawImage:
    """`sensor_msgs/msg/Image`."""
    reader = _Reader(data)
    header, height, width, encoding = reader.header(), reader.integer("I"), reader.integer("I"), reader.text()
    is_bigendian, step = bool(reader.integer("B")), reader.integer("I")
    return RawImage(header, height, width, encoding, is_bigendian, step, reader.octets(reader.integer("I")))


def read_compressed(data: bytes) -> PackedImage:
    """`sensor_msgs/msg/CompressedImage`."""
    reader = _Reader(data)
    header, format = reader.header(), reader.text()
    return PackedImage(header, format, reader.octets(reader.integer("I")))


def read_camera_matrix(data: bytes) -> tuple[Header, Matrix]:
    """Header and (3, 3) camera matrix of `sensor_msgs/msg/CameraInfo`."""
    reader = _Reader(data)
    header = reader.header()
    reader.take("I", 2)
    reader.text()
    count = reader.integer("I")
    if count:
        reader.take("d", count)
    return header, np.array(reader.take("d", 9), np.float64).reshape(3, 3)


def read_pose(data: bytes) -> Placed:
    """`geometry_msgs/msg/PoseStamped` and `PoseWithCovarianceStamped`."""
    reader = _Reader(data)
    return Placed(reader.header(), "", reader.take("d", 3), reader.take("d", 4))


def read_odometry(data: bytes) -> Placed:
    """`nav_msgs/msg/Odometry`, and `geometry_msgs/msg/TransformStamped`, which begins alike."""
    reader = _Reader(data)
    return _placed(reader)


def read_transforms(data: bytes) -> list[Placed]:
    """`tf2_msgs/msg/TFMessage`."""
    reader = _Reader(data)
    return [_placed(reader) for _ in range(reader.integer("I"))]


def _placed(reader: _Reader) -> Placed:
    return Placed(reader.header(), reader.text(), reader.take("d", 3), reader.take("d", 4))
