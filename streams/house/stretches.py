"""A recording in parts of at most some minutes, each whole or not there: what is resumed and what is worked out side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from streams.house.trajectory import Trajectory

MOST_FRAMES = 1200
"""Ten minutes at 2 Hz: what is lost at most where a recording is stopped."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive frames of one tour.

    Args:
        first_index: `Frame.index` of the first one.
        start_ns, last_ns: times of the first and the last one.
    """

    number: int
    tour: int
    first_index: int
    num_frames: int
    start_ns: int
    last_ns: int

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"part{self.number:04d}"

    def files(self, folder: Path) -> "StretchFiles":
        """Where it lies in a recording."""
        return StretchFiles(folder / "parts", self.name)


@dataclass(frozen=True, slots=True)
class StretchFiles:
    """The files of one stretch; the tables are put in place last, so that where they are everything is."""

    folder: Path
    name: str

    @property
    def video(self) -> Path:
        """Colours."""
        return self.folder / f"{self.name}.mp4"

    @property
    def depth(self) -> Path:
        """Exact depth in millimetres."""
        return self.folder / f"{self.name}.depth.mkv"

    @property
    def instances(self) -> Path:
        """Exact `Home.instance_ids`."""
        return self.folder / f"{self.name}.instances.mkv"

    @property
    def tables(self) -> Path:
        """Poses, detections, and what each picture shows."""
        return self.folder / f"{self.name}.npz"

    @property
    def are_whole(self) -> bool:
        """Whether the stretch was recorded to its end."""
        return all(path.is_file() for path in self.all())

    def all(self) -> tuple[Path, ...]:
        """Every file, in the order in which they are put in place."""
        return self.video, self.depth, self.instances, self.tables


def stretches_of(trajectory: Trajectory, most_frames: int = MOST_FRAMES) -> list[Stretch]:
    """Each tour in parts of at most `most_frames`."""
    borders = np.flatnonzero(np.diff(trajectory.tour)) + 1
    edges = [0, *borders.tolist(), len(trajectory)]
    spans = [(first, min(first + most_frames, end)) for start, end in pairwise(edges) for first in range(start, end, most_frames)]
    return [_stretch(number, trajectory, first, end) for number, (first, end) in enumerate(spans)]


def part_of(trajectory: Trajectory, stretch: Stretch) -> Trajectory:
    """The samples of one stretch."""
    rows = slice(stretch.first_index, stretch.first_index + stretch.num_frames)
    return Trajectory(trajectory.t_ns[rows], trajectory.poses_world_camera[rows], trajectory.tour[rows])


def holding(stretches: Sequence[Stretch], after_ns: int | None) -> Iterator[Stretch]:
    """The stretches with a frame later than `after_ns`."""
    return (stretch for stretch in stretches if after_ns is None or stretch.last_ns > after_ns)


def _stretch(number: int, trajectory: Trajectory, first: int, end: int) -> Stretch:
    times = trajectory.t_ns
    return Stretch(number, int(trajectory.tour[first]), first, end - first, int(times[first]), int(times[end - 1]))
