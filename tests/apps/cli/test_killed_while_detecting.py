"""A campaign on real video: an ingest with a detector is killed at random instants, goes on, and is as if it never was.

Run it with MMMEM_KILLS=10 (ten memories, each killed once or twice at a random instant); it takes some minutes.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from mmmem.clock import NS_PER_S
from mmmem.memory import Memory

NUM_KILLS = int(os.environ.get("MMMEM_KILLS", "0"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL"),
    pytest.mark.skipif(NUM_KILLS < 1, reason="a campaign of minutes; set MMMEM_KILLS to the number of memories to kill"),
]
QUESTIONS = {
    "How many people came to the table?": 6,
    "When did the third person leave?": 69,
    "Was anybody there at 0:35?": True,
    "How long did the last visitor stay?": 12,
}


def command(shared_data: Path, memory: Path) -> list[str]:
    video = shared_data / "videos" / "one-by-one-person-detection.mp4"
    detector = shared_data / "models" / "yolox_nano.onnx"
    return [sys.executable, "-m", "apps.cli", "ingest", str(video), "-m", str(memory), "--detector", str(detector), "--json"]


def everything(folder: Path) -> dict[str, Any]:
    with Memory.open(folder) as memory:
        answers = {question: memory.ask(question) for question in QUESTIONS}
        return {
            "presences": memory.presences(),
            "tracks": [(one.ref, one.label, one.track_id) for one in memory.detections()],
            "pictures": [one.ref for one in memory.frames(keyframes=True)],
            "answers": {question: (one.text, one.value, one.evidence) for question, one in answers.items()},
            "problems": memory.check().problems,
        }


@pytest.fixture(scope="module")
def whole(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], float]:
    """What an ingest that is left alone makes, and how many seconds it takes."""
    folder = tmp_path_factory.mktemp("whole") / "m"
    begun_s = time.monotonic()
    subprocess.run(command(shared_data, folder), check=True, capture_output=True)
    return everything(folder), time.monotonic() - begun_s


def test_left_alone_it_answers_right(whole: tuple[dict[str, Any], float]) -> None:
    for question, expected in QUESTIONS.items():
        text, value, evidence = whole[0]["answers"][question]
        right = value if isinstance(expected, bool) or expected == 6 else value // NS_PER_S
        assert right == expected, text
        assert evidence


@pytest.mark.parametrize("seed", range(NUM_KILLS))
def test_killed_at_a_random_instant_it_ends_as_if_it_never_was(
    seed: int, whole: tuple[dict[str, Any], float], shared_data: Path, tmp_path: Path
) -> None:
    expected, whole_s = whole
    rng = random.Random(seed)
    positions = []
    for _ in range(1 + seed % 2):
        with subprocess.Popen(
            command(shared_data, tmp_path / "m"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            time.sleep(rng.uniform(0.1, 0.9) * whole_s / (1 + seed % 2))
            process.send_signal(signal.SIGKILL)
        positions.append(position_s(tmp_path / "m"))
    subprocess.run(command(shared_data, tmp_path / "m"), check=True, capture_output=True)
    assert everything(tmp_path / "m") == expected, f"killed when {positions} s were stored"


def position_s(folder: Path) -> float | None:
    """Up to where everything is stored."""
    if not (folder / "memory.sqlite").exists():
        return None
    with Memory.open(folder) as memory:
        reached_ns = memory.position("one-by-one-person-detection")
    return None if reached_ns is None else reached_ns / NS_PER_S
