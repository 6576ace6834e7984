"""One small demo, made once: a picture every half second, 120 pixels high."""

from pathlib import Path

import pytest

from apps.demo.exam import Exam, examine

SEED = 32


@pytest.fixture(scope="session")
def small_exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    return examine(tmp_path_factory.mktemp("demo") / "a folder with späces", SEED, height=120, fps=2)


@pytest.fixture(scope="session")
def demo_folder(small_exam: Exam) -> Path:
    return small_exam.folder
