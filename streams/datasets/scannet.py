"""ScanNet `.sens` files, version 4: a header, then for each frame its pose, its times, a JPEG and zlib-packed depth.

Layout as described by the makers of ScanNet: little endian; the header holds the version (u32), the sensor's name (u64 length),
four 4x4 float matrices (intrinsic and extrinsic of colour and of depth), two compressions (i32), four sizes (u32), units of depth
in a metre (f32) and the number of frames (u64).
"""

import struct
import zlib
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np

from mmmem.clock import NS_PER_S
from mmmem.errors import SourceError
from mmmem.types import Intrinsics
from streams.datasets.pictures import colours, lens_of, metres
from streams.datasets.poses import inverse
from streams.datasets.recorded import Matrix, Recorded, Sensed, Shot
from streams.datasets.registering import registered

FORMAT = "ScanNet .sens"
VERSION = 4

_RAW, _PNG, _JPEG = 0, 1, 2
_DEPTH_RAW, _DEPTH_ZLIB = 0, 1
_PERIOD_NS = round(NS_PER_S / 30)
_FRAME_HEAD = struct.Struct("<16fQQQQ")
_MAX_NAME = 4096


@dataclass(frozen=True, slots=True, eq=False)
class _Header:
    colour_lens: Intrinsics | None
    depth_lens: Intrinsics | None
    pose_colour_depth: Matrix
    colour_packing: int
    depth_packing: int
    colour_shape: tuple[int, int]
    depth_shape: tuple[int, int]
    per_metre: float
    num_frames: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a frame's pictures lie in the file."""

    offset: int
    num_colour: int
    num_depth: int


def fits(path: Path) -> bool:
    """Whether a file is named so, or a folder holds one."""
    return path.suffix.lower() == ".sens" if path.is_file() else any(path.glob("*.sens"))


def read(path: Path) -> Recorded:
    """The frames of a file; of one that ends early, those before its end.

    Raises:
        SourceError: the header cannot be read, or is of another version; or a folder holds several.
    """
    if path.is_dir():
        path, *others = sorted(path.glob("*.sens"))
        if others:
            raise SourceError(f"{path.parent.name} holds {1 + len(others)} .sens files; give one of them, such as {path.name}.")
    losses: list[tuple[int, str]] = []
    found: list[tuple[int, Matrix, _Place]] = []
    try:
        with path.open("rb") as file:
            header = _header(file, path.name)
            size = path.stat().st_size
            for _ in range(header.num_frames):
                frame = _frame(file, size)
                if frame is None:
                    break
                found.append(frame)
    except OSError as error:
        raise SourceError(f"Cannot read {path.name}: {error.strerror or error}.") from error
    times, notes = _times([microseconds for microseconds, _, _ in found])
    if len(found) < header.num_frames:
        lost = f"{path.name} ends within frame {len(found)} of {header.num_frames}; the frames before it are read"
        losses.append((times[-1] if times else 0, lost))
    shots = [Shot(t_ns, partial(_sense, path, header, place), pose) for t_ns, (_, pose, place) in zip(times, found, strict=True)]
    return Recorded(path.stem, FORMAT, shots, _PERIOD_NS, notes=notes, losses=losses, has_times=not notes)


def _header(file: BinaryIO, name: str) -> _Header:
    try:
        (version,) = struct.unpack("<I", file.read(4))
        if version != VERSION:
            raise SourceError(f"{name} is a .sens file of version {version}; version {VERSION} is read.")
        (length,) = struct.unpack("<Q", file.read(8))
        if length > _MAX_NAME:
            raise SourceError(f"{name} is no .sens file: its sensor's name would have {length} characters.")
        file.read(length)
        colour, colour_place, depth, depth_place = (
            np.array(struct.unpack("<16f", file.read(64)), np.float64).reshape(4, 4) for _ in range(4)
        )
        colour_packing, depth_packing = struct.unpack("<ii", file.read(8))
        width, height, depth_width, depth_height = struct.unpack("<IIII", file.read(16))
        per_metre, num_frames = struct.unpack("<fQ", file.read(12))
    except struct.error as error:
        raise SourceError(f"{name} ends within its header; copy the file again.") from error
    if not per_metre > 0:
        raise SourceError(f"{name} says that a metre has {per_metre} units of depth; it must be positive.")
    return _Header(
        lens_of(colour), lens_of(depth), _between(colour_place, depth_place), colour_packing, depth_packing,
        (height, width), (depth_height, depth_width), per_metre, num_frames,
    )  # fmt: skip


def _between(colour_place: Matrix, depth_place: Matrix) -> Matrix:
    """From the depth camera's axes to those of the colour camera; the same where the file says nothing usable."""
    usable = all(np.isfinite(one).all() and abs(np.linalg.det(one[:3, :3]) - 1) < 0.1 for one in (colour_place, depth_place))
    return inverse(colour_place) @ depth_place if usable else np.eye(4)


def _frame(file: BinaryIO, size: int) -> tuple[int, Matrix, _Place] | None:
    """Time in the file's own units, pose and place of the next frame; None where the file ends before it does."""
    head = file.read(_FRAME_HEAD.size)
    if len(head) < _FRAME_HEAD.size:
        return None
    *pose, colour_time, _, num_colour, num_depth = _FRAME_HEAD.unpack(head)
    offset = file.tell()
    if offset + num_colour + num_depth > size:
        return None
    file.seek(num_colour + num_depth, 1)
    return colour_time, np.array(pose, np.float64).reshape(4, 4), _Place(offset, num_colour, num_depth)


def _times(microseconds: list[int]) -> tuple[list[int], list[str]]:
    """Nanoseconds; counted out where the file's times do not rise, as in many scans that hold zeros."""
    if all(later > earlier for earlier, later in pairwise(microseconds)) and any(microseconds):
        return [value * 1000 for value in microseconds], []
    note = "the file's times do not rise: 30 frames a second are counted"
    return [number * _PERIOD_NS for number in range(len(microseconds))], [note]


def _sense(path: Path, header: _Header, place: _Place) -> Sensed:
    with path.open("rb") as file:
        file.seek(place.offset)
        colour, depth = file.read(place.num_colour), file.read(place.num_depth)
    image = _colours(colour, header, path.name)
    depth_m, notes = metres(_depth(depth, header, path.name), header.per_metre)
    if header.depth_lens is None:
        return Sensed(
            image, intrinsics=header.colour_lens, notes=(*notes, "the file gives no intrinsics of depth; depth is left out")
        )
    seen = registered(image, header.colour_lens or header.depth_lens, depth_m, header.depth_lens, header.pose_colour_depth)
    return Sensed(seen, depth_m, header.depth_lens, notes=notes)


def _colours(data: bytes, header: _Header, name: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    if header.colour_packing in (_PNG, _JPEG):
        return colours(data, f"a colour picture of {name}")
    height, width = header.colour_shape
    if header.colour_packing != _RAW or len(data) != height * width * 3:
        raise SourceError(
            f"{name} packs colours as kind {header.colour_packing} in {len(data)} bytes; raw, PNG and JPEG are read."
        )
    return np.frombuffer(data, np.uint8).reshape(height, width, 3)


def _depth(data: bytes, header: _Header, name: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint16]]":
    height, width = header.depth_shape
    try:
        raw = zlib.decompress(data) if header.depth_packing == _DEPTH_ZLIB else data
    except zlib.error as error:
        raise SourceError(f"A depth picture of {name} cannot be unpacked: {error}.") from error
    if header.depth_packing not in (_DEPTH_RAW, _DEPTH_ZLIB):
        raise SourceError(f"{name} packs depth as kind {header.depth_packing} (OCCI); raw and zlib are read.")
    if len(raw) != height * width * 2:
        raise SourceError(f"A depth picture of {name} has {len(raw)} bytes, expected {height * width * 2} for {width}x{height}.")
    return np.frombuffer(raw, "<u2").reshape(height, width)
