"""An ingest that is killed, interrupted or out of disk goes on later, and the memory is that of one that never stopped."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_world import SIZE, Cli, srt_of, write_video

from mmmem.memory import Memory

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs signals and resource limits")

NUM_FRAMES = 1500


def scene(number: int) -> np.ndarray:
    """A view of eight blocks of colour that changes every 37 frames; a few views come again."""
    colours = np.random.default_rng(number // 37 % 23).integers(0, 255, (2, 4, 3), np.uint8)
    return np.kron(colours, np.ones((SIZE[1] // 2, SIZE[0] // 4, 1), np.uint8))


@pytest.fixture(scope="session")
def long_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = write_video(tmp_path_factory.mktemp("long") / "long walk.mp4", NUM_FRAMES, scene)
    lines = tuple((i * 0.5, i * 0.5 + 1.5, f"Line {i}: the cup is in place {i % 7}.") for i in range(100))
    path.with_suffix(".srt").write_text(srt_of(lines), encoding="utf-8")
    return path


def everything(folder: Path) -> dict[str, Any]:
    """All that a memory holds, without the numbers that only count."""
    with Memory.open(folder) as memory:
        frames = memory.frames()
        table = memory.vectors("image:classical-1")
        owner = {frame.id: frame.ref for frame in frames}
        return {
            "texts": [(one.stream_id, one.text, one.learned_ns) for one in memory.texts()],
            "frames": [(one.ref, one.span, one.has_keyframe) for one in frames],
            "pictures": [memory.keyframe(one.ref) for one in frames],
            "vectors": sorted((owner[int(i)].t_ns, row.tobytes()) for i, row in zip(table.owner_id, table.rows, strict=True)),
            "clips": [memory.clips(level) for level in ("clip", "minutes", "hour", "day")],
            "facts": [(one.subject, one.predicate, one.object, one.valid) for one in memory.facts()],
            "position": memory.position("long walk"),
            "problems": memory.check().problems,
        }


@pytest.fixture(scope="session")
def uninterrupted(long_video: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    from apps.cli import run

    memory = tmp_path_factory.mktemp("whole") / "m"
    assert run(arguments(long_video, memory)) == 0
    whole = everything(memory)
    assert len(whole["frames"]) == NUM_FRAMES
    assert 30 < sum(kept for _, _, kept in whole["frames"]) < 200
    return whole


def arguments(video: Path, memory: Path) -> list[str]:
    return ["ingest", str(video), "-m", str(memory), "--every", "all", "--json"]


def position(memory: Path) -> int:
    if not (memory / "memory.sqlite").exists():
        return -1
    with Memory.open(memory) as opened:
        reached = opened.position("long walk")
    return -1 if reached is None else reached


@contextmanager
def under_way(video: Path, memory: Path) -> Iterator[subprocess.Popen[str]]:
    """An ingest in a process of its own that has stored at least one more group."""
    before = position(memory) if memory.exists() else -1
    command = [sys.executable, "-m", "apps.cli", *arguments(video, memory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            while process.poll() is None and not has_moved(memory, before):
                time.sleep(0.005)
            yield process
        finally:
            process.kill()


def has_moved(memory: Path, before: int) -> bool:
    from mmmem.errors import MmmemError

    try:
        return position(memory) > before
    except MmmemError:
        return False  # it is being made


@posix
def test_killed_again_and_again_it_ends_as_if_it_never_was(
    cli: Cli, long_video: Path, uninterrupted: dict[str, Any], tmp_path: Path
) -> None:
    memory = tmp_path / "m"
    reached = [-1]
    for _ in range(3):
        with under_way(long_video, memory) as process:
            process.send_signal(signal.SIGKILL)
            process.wait()
        reached.append(position(memory))
    assert reached == sorted(set(reached))
    assert reached[-1] < uninterrupted["position"]
    ran = cli(*arguments(long_video, memory))
    assert ran.code == 0
    assert "going on with 'long walk' after" in ran.stderr
    assert everything(memory) == uninterrupted


@posix
def test_ctrl_c_stores_the_group_and_says_how_to_go_on(
    cli: Cli, long_video: Path, uninterrupted: dict[str, Any], tmp_path: Path
) -> None:
    memory = tmp_path / "mit Leerzeichen"
    with under_way(long_video, memory) as process:
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in stderr
    last = stderr.splitlines()[-1]
    with Memory.open(memory) as opened:
        assert f"everything up to {opened.calendar.format(position(memory))} is kept" in last
    again = shlex.split(last.split("Go on with: ")[1])
    assert again == ["mmmem", *arguments(long_video, memory)]
    assert cli(*again[1:]).code == 0
    assert everything(memory) == uninterrupted


@posix
def test_a_full_disk_states_what_is_kept_and_ingest_goes_on_later(
    cli: Cli, long_video: Path, uninterrupted: dict[str, Any], tmp_path: Path
) -> None:
    import resource

    memory = tmp_path / "m"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, before[1]))
    try:
        ran = cli(*arguments(long_video, memory))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert ran.code == 9
    assert json.loads(ran.stdout)["exit_code"] == ran.code
    assert len(ran.error_lines) == 1
    with Memory.open(memory) as opened:
        assert f"Kept: 'long walk' to {opened.calendar.format(position(memory))}" in ran.stderr
    assert 0 < position(memory) < uninterrupted["position"]
    assert cli(*arguments(long_video, memory)).code == 0
    assert everything(memory) == uninterrupted


def test_a_second_run_at_the_end_adds_nothing(cli: Cli, home: Path, tmp_path: Path) -> None:
    command = ("ingest", home / "walk.mp4", "-m", tmp_path / "m")
    assert cli(*command).code == 0
    before = {file.name: file.read_bytes() for file in (tmp_path / "m").iterdir() if file.suffix != ".sqlite"}
    ran = cli(*command)
    assert ran.code == 0
    assert "nothing new" in ran.stdout
    assert {file.name: file.read_bytes() for file in (tmp_path / "m").iterdir() if file.suffix != ".sqlite"} == before


@posix
def test_a_reader_that_goes_away_leaves_no_traceback(remembered: Path) -> None:
    command = [sys.executable, "-m", "apps.cli", "export", "-m", str(remembered)]
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE, text=True) as process:
        os.close(writing)
        _, stderr = process.communicate()
    assert "Traceback" not in stderr
    assert "Exception" not in stderr
