"""Where looks were taken from."""

import sqlite3
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import Span
from mmmem.errors import MemoryCorruptError
from mmmem.store.observed import overlapping_ids
from mmmem.store.records import Poses
from mmmem.store.schema import has_table

POSE_DTYPE = np.dtype("<f8")
POSE_BYTES = 12 * POSE_DTYPE.itemsize


def add_pose(connection: sqlite3.Connection, frame: int, pose_world_camera: NDArray[np.float64]) -> int:
    """Store where a look was taken from, inside the transaction that is open; 0 if that was known already."""
    data = np.ascontiguousarray(pose_world_camera[:3], POSE_DTYPE).tobytes()
    return connection.execute("INSERT OR IGNORE INTO poses VALUES (?, ?, ?)", (frame, data, crc32(data))).rowcount


def read_poses(connection: sqlite3.Connection, stream: int, window: Span | None, as_of_ns: int) -> Poses:
    """Poses of the looks of a stream that overlap `window` and were learned by `as_of_ns`, in order of time.

    Raises:
        MemoryCorruptError: one of them is damaged.
    """
    if not has_table(connection, "poses"):
        return _as_arrays([])
    values = {"stream": stream, "as_of": as_of_ns}
    near = "f.stream = :stream"
    if window is not None:
        near = f"f.id IN ({overlapping_ids('frames', stream)})"
        values |= {"low": int(window.start_ns), "high": int(window.end_ns)}
    rows = connection.execute(
        f"SELECT f.t_ns, f.id, p.pose, p.crc FROM poses p JOIN frames f ON f.id = p.frame WHERE {near}"
        " AND f.end_ns <= :as_of ORDER BY f.t_ns, f.id",
        values,
    ).fetchall()
    return _as_arrays(rows)


def damaged_poses(connection: sqlite3.Connection) -> list[int]:
    """Looks whose pose does not match its checksum, or that do not exist."""
    rows = connection.execute("SELECT p.frame, p.pose, p.crc, f.id FROM poses p LEFT JOIN frames f ON f.id = p.frame")
    return [frame for frame, data, crc, there in rows if there is None or not _is_intact(data, crc)]


def _is_intact(data: object, crc: object) -> bool:
    return isinstance(data, bytes) and len(data) == POSE_BYTES and crc32(data) == crc


def _as_arrays(rows: list[tuple[int, int, bytes, int]]) -> Poses:
    for _, frame, data, crc in rows:
        if not _is_intact(data, crc):
            raise MemoryCorruptError(f"The pose of frame {frame} is damaged. Run `mmmem check`.")
    pose = np.zeros((len(rows), 4, 4), np.float64)
    pose[:, :3] = np.frombuffer(b"".join(row[2] for row in rows), POSE_DTYPE).reshape(-1, 3, 4)
    pose[:, 3, 3] = 1.0
    return Poses(np.array([row[0] for row in rows], np.int64), pose, np.array([row[1] for row in rows], np.int64))
