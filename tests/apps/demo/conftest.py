"""One small demo, made once: some dozens of small pictures of a short morning, drawn by whatever draws here."""

import pytest

from apps.demo.day import Scale
from apps.demo.exam import Exam, examine

SEED = 7
TINY = Scale(tour_s=60, hz=0.5, worn_s=60, worn_hz=0.25, width=96, height=72)


@pytest.fixture(scope="session")
def small_exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    pytest.importorskip("mujoco", reason="the house needs the extra house")
    told: list[tuple[str, int, int]] = []
    exam = examine(tmp_path_factory.mktemp("demo") / "a folder with späces", SEED, TINY, progress=lambda *said: told.append(said))
    assert exam is not None
    assert {what for what, _, _ in told} == {"drawing", "remembering"}
    assert all(done <= of == exam.day.num_frames for what, done, of in told if what == "drawing")
    return exam


@pytest.fixture(scope="session")
def tiny_scale() -> Scale:
    return TINY
