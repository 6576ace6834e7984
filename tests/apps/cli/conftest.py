"""Runs the command line in this process, on a short video that is made by code."""

import sys
from pathlib import Path
from typing import Any

import pytest

from apps.cli import run

sys.path.insert(0, str(Path(__file__).parent))

from cli_world import LINES, RATE, SCENE_S, Cli, Ran, coloured, srt_of, write_video


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs the program with arguments, in this process."""

    def call(*arguments: Any) -> Ran:
        capsys.readouterr()
        code = run([str(one) for one in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name holds a space and an umlaut, with a video of 30 s and the words beside it."""
    folder = tmp_path_factory.mktemp("cli") / "Küche und Flur"
    folder.mkdir()
    write_video(folder / "walk.mp4", 3 * SCENE_S * RATE, coloured)
    (folder / "walk.srt").write_text(srt_of(LINES), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def remembered(home: Path) -> Path:
    """The memory of the video, made by the command line; tests must not change it."""
    memory = home / "memory"
    assert run(["ingest", str(home / "walk.mp4"), "-m", str(memory)]) == 0
    return memory
