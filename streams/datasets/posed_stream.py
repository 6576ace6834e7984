"""A stream of pictures brought together with a trajectory that was recorded beside it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mmmem.errors import SourceError
from mmmem.types import Frame
from mmmem.wording import counted
from streams.datasets.conventions import settled
from streams.datasets.poses import Matrix, Trajectory, orthonormal
from streams.datasets.recorded import Sensed, Shot
from streams.datasets.tum import read_trajectory
from streams.report import ReadReport
from streams.stream import Item, SeekableSource, Source, Stream


def with_poses(stream: Stream, trajectory: Path | str, *, offset_ns: int = 0) -> Stream:
    """The stream, its frames with the poses of a TUM trajectory: lines of `time tx ty tz qx qy qz qw`, seconds and metres.

    Poses map the camera to the world. Frames that lie outside the trajectory, or in a gap of it, come without pose.

    Args:
        trajectory: the file.
        offset_ns: added to the trajectory's times, where its clock differs from the stream's. Where the two do not overlap, as a
            video that counts from 0 and a trajectory that counts from 1970, the trajectory is taken to begin with the stream,
            and the report says so.

    Raises:
        SourceError: the file holds no poses.
    """
    path = Path(trajectory)
    notes: list[str] = []
    found = read_trajectory(path, notes)
    if found is None:
        raise SourceError(f"{path.name} holds no poses; a line is: time tx ty tz qx qy qz qw.")
    end_ns = stream.info.end_ns
    apart = found.last_ns + offset_ns < stream.info.start_ns or (end_ns is not None and found.first_ns + offset_ns >= end_ns)
    if apart and offset_ns == 0:
        offset_ns = stream.info.start_ns - found.first_ns
        notes.append(f"times of {path.name} lie outside the stream: it is taken to begin with the stream; give offset_ns")
    turn = _upright(found, notes)
    sources: list[Source] = [_Posed(source, found, offset_ns, turn) for source in stream.sources]
    return Stream(stream.info, sources, stream.num_items_estimate, (*stream.notes, *notes), stream.bad_cues)


def _upright(found: Trajectory, notes: list[str]) -> Matrix:
    """The turn that makes the world's z axis point up, as far as the poses tell."""
    shots = [Shot(t_ns, _no_picture, found.at(t_ns)) for t_ns in found.t_ns]
    known = settled(shots)
    notes += known.notes
    for shot, pose in zip(shots, known.poses, strict=True):
        given = None if shot.pose is None else orthonormal(shot.pose)[0]
        if given is not None and pose is not None:
            return np.asarray(pose @ np.linalg.inv(given), np.float64)
    return np.eye(4)


def _no_picture() -> Sensed:
    raise SourceError("A trajectory holds no pictures.")


@dataclass(eq=False)
class _Posed:
    """A source whose frames get the poses of a trajectory."""

    source: Source
    trajectory: Trajectory
    offset_ns: int
    turn: Matrix

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Item]:
        """Items as the source gives them, frames with poses."""
        num_without = 0
        for item in self.source.items(after_ns, report):
            posed = self._posed(item) if isinstance(item, Frame) else item
            num_without += isinstance(posed, Frame) and posed.pose_world_camera is None
            yield posed
        if num_without:
            report.add_note(f"{counted(num_without, 'frame')} without a pose at their time")

    def frame_at(self, t_ns: int, size: int | None) -> Frame:
        """The frame shown at an instant, with its pose."""
        if not isinstance(self.source, SeekableSource):
            raise SourceError("This source holds no pictures that can be looked up.")
        return self._posed(self.source.frame_at(t_ns, size))

    def close(self) -> None:
        """Close the source."""
        self.source.close()

    def _posed(self, frame: Frame) -> Frame:
        given = self.trajectory.at(frame.t_ns - self.offset_ns)
        pose = None if given is None else orthonormal(given)[0]
        return frame if pose is None else replace(frame, pose_world_camera=self.turn @ pose)
