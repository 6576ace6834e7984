"""Recorded houses for the benchmark, rendered once and kept; what a detector of another noise makes of them is kept beside."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import mmmem
from mmmem.clock import NS_PER_S
from mmmem.types import Detections, Frame, TimedText
from streams.house.json_lines import read_lines, write_lines
from streams.house.manifest import FORMAT, is_recording, read_manifest
from streams.house.noise import noise_level
from streams.house.noisy_detector import NoisyDetector
from streams.house.noisy_sensor import noisy_depth
from streams.house.observed import Observed
from streams.house.recorded import RecordedHouse, text_of
from streams.house.recording import record_house, text_fields
from streams.house.recording_plan import Days, RecordingPlan, lived
from streams.house.sightings import Instant, stands_for_ns
from streams.house.stretch_recording import Conduct
from streams.house.stretches import Stretch
from streams.house.tables import Tables, TablesWriter
from streams.house.tour_films import in_m, read_film
from streams.house.witness import Witness

Progress = Callable[[str, int, int], object]
"""Told what is being done, how much of it is done, and how much there is."""


def cache_folder() -> Path:
    """Where recordings are kept: $MMMEM_CACHE, or the user's cache."""
    base = os.environ.get("MMMEM_CACHE")
    return Path(base) if base else Path.home() / ".cache" / "mmmem"


def recorded(plan: RecordingPlan, folder: Path, conduct: Conduct | None = None) -> RecordedHouse:
    """The recording of a plan, from the cache or rendered now, with exact sensors.

    What it is kept under depends on the home, every event, the way of the camera and the version, so that a house that has
    changed is rendered anew.
    """
    days = lived(replace(plan, noise="none"))
    place = folder / f"house-seed{plan.seed}-{plan.days}d-{_key(days)}"
    if not (is_recording(place) and read_manifest(place).get("complete")):
        record_house(days.plan, place, conduct=conduct, days=days)
    return RecordedHouse(place)


def _key(days: Days) -> str:
    digest = hashlib.sha256(f"{mmmem.__version__}\n{FORMAT}\n{days.plan.width}x{days.plan.height}\n".encode())
    digest.update(repr(days.life.home).encode())
    for event in days.life.events:
        digest.update(repr(event).encode())
    digest.update(days.trajectory.t_ns.tobytes())
    digest.update(np.round(days.trajectory.poses_world_camera, 4).tobytes())
    return digest.hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Perceived:
    """One picture as a memory under test gets it."""

    frame: Frame
    found: Detections
    texts: tuple[TimedText, ...]


class PerceivedHouse:
    """A recorded house through a detector of some noise.

    Args:
        noise: name of the level; that of the recording itself needs nothing but the recording.
        progress: told how far perceiving is, where that has to be done first.
    """

    def __init__(self, house: RecordedHouse, noise: str, progress: Progress = lambda what, num, of: None) -> None:
        self.house, self.noise = house, noise
        self._level = noise_level(noise)
        self._folder = house.folder if noise == house.plan.noise else house.folder / f"perceived-{noise}"
        if self._folder != house.folder and not (self._folder / "texts.jsonl").is_file():
            self._perceive(progress)

    @property
    def observed(self) -> list[Observed]:
        """What could have been observed, which no noise changes."""
        return self.house.observed()

    def texts(self) -> list[TimedText]:
        """Captions and speech in order of time."""
        return list(read_lines(self._folder / "texts.jsonl", text_of))

    def tables(self, stretch: Stretch) -> Tables:
        """What the detector reported in a stretch."""
        return Tables(self._tables_file(stretch), (self.house.plan.height, self.house.plan.width))

    def items(self, *, depth: bool) -> Iterator[Perceived]:
        """Every picture in order of time; colours are black.

        Args:
            depth: with depth and masks, which takes most of the time.
        """
        black = np.zeros((self.house.plan.height, self.house.plan.width, 3), np.uint8)
        texts = iter(self.texts())
        waiting = next(texts, None)
        for stretch in self.house.stretches:
            tables = self.tables(stretch)
            depths = read_film(stretch.files(self.house.folder).depth) if depth else iter(())
            for row in range(stretch.num_frames):
                measured = self._depth(next(depths), stretch.first_index + row) if depth else None
                found = tables.found(row, masks=depth).detections
                said: list[TimedText] = []
                frame = self._frame(black, stretch, row, tables, measured)
                while waiting is not None and waiting.span.start_ns <= frame.t_ns:
                    said.append(waiting)
                    waiting = next(texts, None)
                yield Perceived(frame, found, tuple(said))

    def _frame(
        self, black: NDArray[np.uint8], stretch: Stretch, row: int, tables: Tables, depth_m: NDArray[np.float32] | None
    ) -> Frame:
        index = stretch.first_index + row
        lens = self.house.plan.camera.intrinsics
        t_ns, pose = int(tables.t_ns[row]), tables.pose(row)
        return Frame(self.house.stream_id, index, t_ns, black, depth_m, pose_world_camera=pose, intrinsics=lens)

    def _depth(self, depth_mm: NDArray[np.uint16], index: int) -> NDArray[np.float32]:
        return noisy_depth(in_m(depth_mm), self._level, self.house.plan.seed, index)

    def _tables_file(self, stretch: Stretch) -> Path:
        return stretch.files(self._folder).tables if self._folder == self.house.folder else self._folder / f"{stretch.name}.npz"

    def _perceive(self, progress: Progress) -> None:
        """Look at every recorded picture anew, tour by tour as the recorder does, and write down what was found and said."""
        house = self.house
        texts: list[TimedText] = []
        self._folder.mkdir(exist_ok=True)
        witness = Witness(house.life, replace(Days(house.plan, house.life, house.trajectory).persona, level=self._level))
        stands = iter(stands_for_ns(house.trajectory.t_ns, house.trajectory.tour))
        watched, looks = house.watched(), house.looks()
        for number, stretch in enumerate(house.stretches):
            progress(f"seed {house.plan.seed}, noise {self.noise}", number, len(house.stretches))
            detector, tables = NoisyDetector(self._level, house.plan.seed, house.home), TablesWriter()
            for _ in range(stretch.num_frames):
                shot, look = next(watched), next(looks)
                perceived = detector.sense(shot, look)
                tables.add(look, perceived)
                assert shot.frame.pose_world_camera is not None
                instant = Instant(look, shot.frame.pose_world_camera, shot.state, shot.tour, next(stands))
                texts += witness.see(instant, perceived.found)
            tables.write(self._tables_file(stretch))
        write_lines(self._folder / "texts.jsonl", (text_fields(text) for text in texts))


def hours_of(house: RecordedHouse) -> float:
    """Hours of footage."""
    spans = [house.trajectory.tour_span(int(number)) for number in np.unique(house.trajectory.tour)]
    return sum(span.duration_ns for span in spans) / NS_PER_S / 3600
