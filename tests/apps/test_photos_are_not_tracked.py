"""A folder of photos is no film: whoever is in two of them is counted in two pictures and followed through none."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps.ingest import Ingest, SourceOptions, open_source, sampling
from mmmem.clock import NS_PER_S
from mmmem.memory import Memory
from mmmem.types import STANDS_ALONE, Detections

pytest.importorskip("trackers")


class Someone:
    """Finds the same person in the same place of every picture."""

    name = "someone"
    labels = ("person",)

    def detect(self, images: Sequence[np.ndarray]) -> list[Detections]:
        box, score = np.array([[4, 4, 20, 28]], np.float32), np.array([0.9], np.float32)
        return [Detections(box, score, ("person",)) for _ in images]


def take_in(folder: Path, memory: Memory, every: str | None = None, **options: object) -> tuple[str, ...]:
    looks = sampling(every, looking=True)
    with open_source([str(folder)], looks.sampler, SourceOptions(**options)) as stream:  # type: ignore[arg-type]
        return Ingest(memory, stream, period_ns=looks.period_ns, detector=Someone()).run().not_looked_at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six pictures; their names are seconds, half a minute apart."""
    path = tmp_path / "album"
    path.mkdir()
    for number in range(6):
        Image.new("RGB", (32, 32), (40 * number, 90, 10)).save(path / f"{30 * number:03d}.png")
    return path


@pytest.mark.parametrize(
    ("options", "followed"),
    [
        ({}, False),  # without times, one a second is an assumption
        ({"image_times": "stem_s"}, False),  # half a minute apart
        ({"image_period_s": 60.0}, False),
        ({"image_period_s": 0.5}, True),  # the frames of a film, whose times are given
        ({"image_period_s": 1.0}, True),
        ({"image_period_s": 1.0, "every": "4"}, False),  # too few of them
    ],
)
def test_only_a_film_is_followed(options: dict[str, object], followed: bool, folder: Path, tmp_path: Path) -> None:
    with Memory.open(tmp_path / "m", mode="w", create=True) as memory:
        not_looked_at = take_in(folder, memory, **options)  # type: ignore[arg-type]
        ids = {one.track_id for one in memory.detections(label="person")}
        assert (ids != {STANDS_ALONE}) == followed
        assert any("who is who" in line for line in not_looked_at) != followed
        seen = memory.presences(label="person")
        assert len(seen) == len(memory.frames()) or followed
        assert memory.ask("How many people were there?").value == 1
        assert memory.ask("How long did the first person stay?").abstained != followed
        assert memory.check().ok


def test_one_picture_is_a_photo(tmp_path: Path) -> None:
    Image.new("RGB", (32, 32), (40, 90, 10)).save(tmp_path / "one.png")
    with Memory.open(tmp_path / "m", mode="w", create=True) as memory:
        take_in(tmp_path / "one.png", memory)
        assert [one.track_id for one in memory.presences()] == [STANDS_ALONE]
        assert memory.ask("When was a person seen?").value < NS_PER_S
