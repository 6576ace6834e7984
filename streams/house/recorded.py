"""Reads a recording of a house: what was measured, what was detected, and the truth behind both."""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import Calendar, Span
from mmmem.perceive.protocols import Encoder
from mmmem.types import Detections, Frame, TimedText
from streams.house.home import Home
from streams.house.home_file import read_home
from streams.house.json_lines import read_lines
from streams.house.life import Life
from streams.house.looks import Look
from streams.house.manifest import EVENTS, HOME, OBSERVED, TEXTS, TRAJECTORY, read_manifest
from streams.house.noisy_detector import Found, as_measured, described
from streams.house.noisy_sensor import noisy_depth
from streams.house.observed import Observed, read_observed
from streams.house.recording_plan import RecordingPlan
from streams.house.stretches import Stretch, stretches_of
from streams.house.tables import Tables
from streams.house.tour_films import in_m, picture_of, read_film
from streams.house.trajectory import Trajectory
from streams.house.trajectory_file import read_trajectory
from streams.house.watching import Watched, instance_labels


class RecordedHouse:
    """A folder that `mmmem house` wrote.

    Args:
        folder: may be unfinished; what is whole is read.
        stream_id: name given to the frames; None takes the recording's own.

    Raises:
        SourceError: the folder holds no recording, or a file of it is missing or damaged.
    """

    def __init__(self, folder: Path | str, *, stream_id: str | None = None) -> None:
        self.folder = Path(folder)
        self.manifest = read_manifest(self.folder)
        self.plan = RecordingPlan.from_json(self.manifest["plan"])
        self.calendar = Calendar(**self.manifest["calendar"])
        self.stream_id = stream_id or str(self.manifest["stream_id"])
        self.tables = lru_cache(maxsize=2)(self._read_tables)

    @cached_property
    def home(self) -> Home:
        """The home."""
        return read_home(self.folder / HOME)

    @cached_property
    def life(self) -> Life:
        """The world's own truth."""
        return Life.from_jsonl(self.folder / EVENTS, self.home)

    @cached_property
    def trajectory(self) -> Trajectory:
        """The true way of the camera."""
        return read_trajectory(self.folder / TRAJECTORY)

    @cached_property
    def stretches(self) -> list[Stretch]:
        """The parts that are whole, in order of time."""
        return [stretch for stretch in stretches_of(self.trajectory) if stretch.files(self.folder).are_whole]

    @property
    def num_missing(self) -> int:
        """Frames that were not recorded yet."""
        return len(self.trajectory) - sum(stretch.num_frames for stretch in self.stretches)

    def observed(self) -> list[Observed]:
        """What could have been observed; empty while the recording is unfinished."""
        path = self.folder / OBSERVED
        return list(read_observed(path)) if path.is_file() else []

    def texts(self) -> list[TimedText]:
        """Captions and speech, in order of time; empty while the recording is unfinished."""
        path = self.folder / TEXTS
        return list(read_lines(path, text_of)) if path.is_file() else []

    def watched(self) -> Iterator[Watched]:
        """Every picture with exact depth, pose and instances, and the world as it stood."""
        rows = [row for stretch in self.stretches for row in _rows(stretch)]
        states = self.life.states(self.trajectory.t_ns[rows].tolist())
        for stretch in self.stretches:
            films = zip(*(read_film(path) for path in stretch.files(self.folder).all()[:3]), strict=True)
            for row, pictures in zip(_rows(stretch), films, strict=True):
                yield Watched(self._exact(row, *pictures), next(states), stretch.tour)

    def detected(self, encoder: Encoder | None = None) -> Iterator[tuple[Frame, Detections]]:
        """Every picture as it was measured, with what the noisy detector found in it.

        Args:
            encoder: makes a vector of what each box shows of the video, instead of the colours that were kept.
        """
        for stretch in self.stretches:
            for row, (image, depth_mm) in enumerate(self.pictures(stretch)):
                frame, found = self.measured_frame(stretch, row, image, depth_mm)
                shown = found.detections
                yield frame, shown if encoder is None else described(shown, frame.image, encoder)

    def looks(self) -> Iterator[Look]:
        """What each picture shows, exactly; no picture is read for it."""
        for stretch in self.stretches:
            tables = self.tables(stretch)
            yield from (tables.look(row) for row in range(len(tables)))

    def pictures(self, stretch: Stretch, first: int = 0) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint16]]]:
        """Colours and exact depth in millimetres of a stretch, from a row on."""
        files = stretch.files(self.folder)
        return zip(read_film(files.video, first), read_film(files.depth, first), strict=True)

    def measured_frame(
        self, stretch: Stretch, row: int, image: NDArray[np.uint8], depth_mm: NDArray[np.uint16]
    ) -> tuple[Frame, Found]:
        """One picture with depth, pose and instances as they were measured and detected, and the detections."""
        tables = self.tables(stretch)
        found = tables.found(row)
        exact = self._exact(stretch.first_index + row, image, depth_mm)
        assert exact.depth_m is not None
        depth_m = noisy_depth(exact.depth_m, self.plan.level, self.plan.seed, exact.index)
        return as_measured(exact, depth_m, tables.pose(row), found.detections), found

    def frame_at(self, t_ns: int) -> Frame:
        """The last picture at or before a time, or else the first one, as it was measured."""
        started = [stretch for stretch in self.stretches if stretch.start_ns <= t_ns] or self.stretches[:1]
        stretch = started[-1]
        row = max(int(np.searchsorted(self.tables(stretch).t_ns, t_ns, side="right")) - 1, 0)
        after_ns = int(self.tables(stretch).t_ns[row]) - stretch.start_ns
        files = stretch.files(self.folder)
        return self.measured_frame(stretch, row, picture_of(files.video, after_ns), picture_of(files.depth, after_ns))[0]

    def _read_tables(self, stretch: Stretch) -> Tables:
        return Tables(stretch.files(self.folder).tables, (self.plan.height, self.plan.width))

    def _exact(
        self,
        index: int,
        image: NDArray[np.uint8],
        depth_mm: NDArray[np.uint16],
        instances: NDArray[np.uint16] | None = None,
    ) -> Frame:
        return Frame(
            self.stream_id,
            index,
            int(self.trajectory.t_ns[index]),
            image,
            depth_m=in_m(depth_mm),
            pose_world_camera=self.trajectory.poses_world_camera[index],
            intrinsics=self.plan.camera.intrinsics,
            instances=None if instances is None else instances.astype(np.int32),
            instance_labels={} if instances is None else instance_labels(self.home),
        )


def _rows(stretch: Stretch) -> range:
    return range(stretch.first_index, stretch.first_index + stretch.num_frames)


def text_of(held: dict[str, Any]) -> TimedText:
    """A line of texts.jsonl."""
    return TimedText(
        Span(held["start_ns"], held["end_ns"]), held["text"], held["kind"], speaker=held.get("speaker"), source=TEXTS
    )
