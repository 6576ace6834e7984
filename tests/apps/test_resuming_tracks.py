"""An ingest with a detector that stops anywhere goes on as if it never had: the same tracks, presences, pictures, answers."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from apps.ingest import GroupLimits, Ingest
from mmmem.clock import NS_PER_S, Calendar
from mmmem.memory import Memory
from mmmem.types import STANDS_ALONE, Detections, Frame, StreamInfo
from streams import Item, ReadReport, Stream

pytest.importorskip("trackers")

FPS = 5
NUM_FRAMES = 300
QUESTIONS = (
    "How many people came?",
    "When did the second person leave?",
    "Was anybody there at 0:20?",
    "How long did the last visitor stay?",
)
# (class, first and last second, x at the start, pixels a second, least score), in the order a detector would give them
_THINGS = (
    ("person", 2.0, 9.0, 20, 30, 0.6),
    ("cup", 0.0, 60.0, 400, 0, 0.55),  # always there
    ("person", 14.0, 26.0, 300, -15, 0.3),  # fades now and then
    ("person", 17.0, 23.0, 10, 25, 0.7),  # walks past the second one
    ("dog", 30.0, 31.0, 60, 40, 0.7),
    ("dog", 33.8, 36.0, 60, 40, 0.7),  # gone for nearly as long as a track is remembered
    ("person", 39.0, 44.0, 100, 5, 0.6),
    ("person", 47.5, 55.0, 100, 5, 0.6),  # gone for a little longer than that
)


class Script:
    """Finds what the script says is there in the frame whose number is written into the picture."""

    name = "script"
    labels = ("person", "cup", "dog")

    def detect(self, images: Sequence[np.ndarray]) -> list[Detections]:
        return [self._look(int(image[0, 0, 0]) * 256 + int(image[0, 0, 1])) for image in images]

    def _look(self, number: int) -> Detections:
        t_s, rng = number / FPS, np.random.default_rng(number)
        there = [thing for thing in _THINGS if thing[1] <= t_s < thing[2] and rng.random() > 0.08]  # misses some
        left = np.array([x + speed * (t_s - start) for _, start, _, x, speed, _ in there]) + rng.normal(0, 1.5, len(there))
        boxes = np.stack([left, left * 0 + 50, left + 40, left * 0 + 130], 1).astype(np.float32)
        scores = np.array([rng.uniform(least, 0.95) for *_, least in there], np.float32)
        return Detections(boxes.reshape(-1, 4), scores, tuple(thing[0] for thing in there))


class Numbered:
    """A source of pictures that bear their number and change their look every few seconds."""

    def __init__(self, num_frames: int, stills: bool = False) -> None:
        self._num_frames = num_frames
        self.stills = stills

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Item]:
        for number in range(self._num_frames):
            t_ns = number * NS_PER_S // FPS
            if after_ns is None or t_ns > after_ns:
                yield self._frame(number, t_ns)

    def _frame(self, number: int, t_ns: int) -> Frame:
        image = np.kron(np.random.default_rng(number // 40).integers(0, 255, (4, 4, 3), np.uint8), np.ones((8, 8, 1), np.uint8))
        image[0, 0] = (number // 256, number % 256, 0)
        return Frame("s", number, t_ns, image, damaged=number % 97 == 50)

    def close(self) -> None:
        """Nothing is held open."""


def take_in(memory: Memory, num_frames: int, *, group: int = 100, stills: bool = False) -> None:
    stream = Stream(StreamInfo("s", "made", Calendar(), 0, NUM_FRAMES * NS_PER_S // FPS), [Numbered(num_frames, stills)])
    limits = GroupLimits(frames=group, seconds=1e9)
    Ingest(memory, stream, period_ns=NS_PER_S // FPS, detector=Script(), limits=limits).run()


def everything(memory: Memory) -> dict[str, object]:
    answers = [memory.ask(question) for question in QUESTIONS]
    return {
        "presences": memory.presences(),
        "detections": [(one.ref, one.label, one.track_id, one.score, one.xyxy) for one in memory.detections()],
        "pictures": [one.ref for one in memory.frames(keyframes=True)],
        "answers": [(one.text, one.value, [(e.id, e.span) for e in one.evidence]) for one in answers],
        "problems": memory.check().problems,
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    with Memory.open(tmp_path_factory.mktemp("whole") / "m", mode="w", create=True) as memory:
        take_in(memory, NUM_FRAMES)
        return everything(memory)


def test_the_world_is_hard_enough(whole: dict[str, object]) -> None:
    presences = whole["presences"]
    assert isinstance(presences, list)
    assert len({(one.label, one.track_id) for one in presences if one.track_id >= 0}) >= 6
    assert whole["problems"] == ()


@pytest.mark.parametrize("stride", [3, 7, 17, 64])
def test_stopped_after_every_few_frames_it_ends_as_if_it_never_was(stride: int, whole: dict[str, object], tmp_path: Path) -> None:
    reached = 0
    while reached < NUM_FRAMES:
        reached = min(reached + stride, NUM_FRAMES)
        with Memory.open(tmp_path / "m", mode="w", create=True) as memory:
            take_in(memory, reached, group=7)
    with Memory.open(tmp_path / "m") as memory:
        assert everything(memory) == whole


def test_a_tracker_of_before_the_stop_is_asked_only_about_what_may_be_followed(tmp_path: Path) -> None:
    """Whoever has been gone for longer than a track is remembered comes back as somebody else, also across the stop."""
    with Memory.open(tmp_path / "m", mode="w", create=True) as memory:
        take_in(memory, round(46.0 * FPS))
        before = {one.track_id for one in memory.presences(label="person")}
        take_in(memory, NUM_FRAMES)
        after = {one.track_id for one in memory.presences(label="person") if one.span.start_ns > 46 * NS_PER_S}
    assert len(after - {-1}) == 1
    assert not (after - {-1}) & before


def test_photos_are_not_followed_whoever_they_show(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "m", mode="w", create=True) as memory:
        take_in(memory, 60, stills=True)
        people = memory.detections(label="person")
        assert {one.track_id for one in people} == {STANDS_ALONE}
        pictures = sorted({one.ref.t_ns for one in people})
        assert [one.span.start_ns for one in memory.presences(label="person")] == pictures
        assert all(one.num_frames == 1 for one in memory.presences())
        assert memory.check().ok
