"""What lies outside a window is neither matched nor shown; what only a detector saw is told in words."""

from pathlib import Path

import numpy as np
import pytest

from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Detections, FrameRef, Observation, StreamInfo, TimedText

LINES = ((2, "C opens the fridge"), (12, "C pours the milk"), (20, "C closes the drawer"), (25, "C washes the milk jug"))


def seconds(start: float, end: float) -> Span:
    return Span(round(start * NS_PER_S), round(end * NS_PER_S))


@pytest.fixture
def kitchen(tmp_path: Path) -> Memory:
    memory = Memory.open(tmp_path / "m", mode="w", create=True)
    memory.add_stream(StreamInfo("kitchen", "kitchen.mp4", Calendar("offset"), 0, 30 * NS_PER_S))
    memory.observe([Observation.of_text("kitchen", TimedText(seconds(at, at + 2), text)) for at, text in LINES])
    return memory


@pytest.mark.parametrize("window", [seconds(10, 15), seconds(0, 13), seconds(13, 26), seconds(24, 30), seconds(0, 30)])
def test_only_lines_in_the_window_are_matched_and_shown(kitchen: Memory, window: Span) -> None:
    held = [text for at, text in LINES if seconds(at, at + 2).overlaps(window)]
    for word in ("fridge", "milk", "drawer", "jug"):
        found = kitchen.search(word, window=window)
        assert bool(found) == any(word in text for text in held)
        for one in found:
            assert one.text == " | ".join(held)


def test_a_window_leaves_what_later_questions_see(kitchen: Memory) -> None:
    before = kitchen.search("milk")
    kitchen.search("milk", window=seconds(10, 15))
    assert kitchen.search("milk") == before


@pytest.mark.parametrize("window", [seconds(0, 12), seconds(12, 30)])
def test_an_answer_tells_nothing_from_outside_the_window(kitchen: Memory, window: Span) -> None:
    held = [text for at, text in LINES if seconds(at, at + 2).overlaps(window)]
    outside = {text for _, text in LINES} - set(held)
    answer = kitchen.ask("What happened to the milk?", window=window)
    assert not any(text in f"{answer.text} {one.text}" for text in outside for one in answer.evidence)


def test_what_only_a_detector_saw_is_told_in_words(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "m", mode="w", create=True) as memory:
        memory.add_stream(StreamInfo("door", "door.mp4", Calendar("offset"), 0, 20 * NS_PER_S))
        box = np.array([[1, 1, 20, 40]], np.float32)
        person = Detections(box, np.array([0.93], np.float32), ("person",), np.array([4], np.int64))
        memory.observe(
            Observation(
                "door",
                seconds(at, at + 1),
                FrameRef("door", at, at * NS_PER_S),
                detections=person if 5 <= at < 12 else Detections.none(),
            )
            for at in range(20)
        )
        (found,) = memory.search("person")
        assert found.text == "person seen 0:05 - 0:12 (score 0.93, visit:person:1)"
        assert memory.search("cat") == []
