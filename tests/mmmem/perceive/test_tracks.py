from collections.abc import Iterator

import numpy as np
import pytest

from mmmem.clock import NS_PER_S
from mmmem.errors import InvalidInputError
from mmmem.perceive import Tracker
from mmmem.types import Detections

pytest.importorskip("trackers")

from mmmem.perceive.tracks import ByteTracker

START_NS = 1_700_000_000 * NS_PER_S + 123  # a wall clock, where seconds as a float are only good to 240 ns


def seen(*things: tuple[float, float, str] | tuple[float, float, str, float]) -> Detections:
    """Boxes of 40 x 80 pixels at (x, y)."""
    boxes = np.array([[x, y, x + 40, y + 80] for x, y, *_ in things], np.float32).reshape(-1, 4)
    scores = np.array([thing[3] if len(thing) > 3 else 0.9 for thing in things], np.float32)
    return Detections(boxes, scores, tuple(thing[2] for thing in things))


def times(num: int, fps: float, start_ns: int = START_NS) -> Iterator[int]:
    return (start_ns + round(i * NS_PER_S / fps) for i in range(num))


def ids(tracker: ByteTracker, detections: Detections, t_ns: int) -> list[int]:
    tracked = tracker.update(detections, t_ns).track_id
    assert tracked is not None
    return tracked.tolist()


@pytest.mark.parametrize("fps", [30.0, 5.0, 1.0])
def test_two_things_keep_their_ids_at_any_rate(fps: float) -> None:
    tracker = ByteTracker()
    assert isinstance(tracker, Tracker)
    rows = []
    for i, t_ns in enumerate(times(12, fps)):
        left, right = (20 + 30 * i / fps, 50, "person"), (400 - 30 * i / fps, 60, "person")
        rows.append(ids(tracker, seen(left, right) if i % 2 else seen(right, left), t_ns))
    assert rows[0] == [-1, -1]
    own = {tuple(row if i % 2 else row[::-1]) for i, row in enumerate(rows[1:], 1)}
    assert len(own) == 1  # the same two ids from the second picture on, whatever the order of the boxes
    assert set(own.pop()) == {0, 1}


def test_detections_come_back_unchanged_and_in_order() -> None:
    tracker = ByteTracker()
    detections = seen((300, 10, "cup", 0.3), (10, 10, "person", 0.9), (100, 10, "cup", 0.7))
    masks = np.zeros((3, 4, 4), np.bool_)
    given = Detections(detections.xyxy, detections.score, detections.label, mask=masks)
    for t_ns in times(3, 5):
        tracked = tracker.update(given, t_ns)
    np.testing.assert_array_equal(tracked.xyxy, given.xyxy)
    np.testing.assert_array_equal(tracked.score, given.score)
    assert tracked.label == given.label
    assert tracked.mask is masks
    assert tracked.track_id is not None
    assert (tracked.track_id >= 0).tolist() == [False, True, True]  # a weak detection starts no track


def test_a_weak_detection_continues_a_track() -> None:
    tracker = ByteTracker()
    strong, weak = seen((10, 10, "cup", 0.9)), seen((12, 10, "cup", 0.2))
    found = [ids(tracker, one, t_ns)[0] for one, t_ns in zip([strong, strong, weak, weak], times(4, 5), strict=True)]
    assert found == [-1, 0, 0, 0]


def test_classes_are_tracked_apart() -> None:
    tracker = ByteTracker()
    for t_ns in times(3, 5):
        row = ids(tracker, seen((10, 10, "cup"), (10, 10, "bowl")), t_ns)
    assert sorted(row) == [0, 1]


@pytest.mark.parametrize(("gap_s", "same"), [(2.0, True), (2.9, True), (3.2, False), (3600.0, False)])
@pytest.mark.parametrize("watched", [True, False])  # empty pictures in between, or none at all
def test_a_track_ends_after_the_longest_gap(gap_s: float, same: bool, watched: bool) -> None:
    tracker = ByteTracker(max_gap_s=3.0)
    here = seen((50, 50, "person"))
    *_, last_ns = [t_ns for t_ns in times(4, 5) if ids(tracker, here, t_ns)]
    if watched:
        step_ns = NS_PER_S // 5
        for t_ns in range(last_ns + step_ns, last_ns + round(min(gap_s, 10) * NS_PER_S), step_ns):
            tracker.update(Detections.none(), t_ns)
    back_ns = last_ns + round(gap_s * NS_PER_S)
    again = [ids(tracker, here, back_ns + i * NS_PER_S // 5)[0] for i in range(2)]
    assert again == ([0, 0] if same else [-1, 1])


def test_ids_are_never_given_out_twice_across_a_restart() -> None:
    first = ByteTracker()
    for t_ns in times(5, 5):
        before = ids(first, seen((10, 10, "cup"), (200, 10, "person")), t_ns)
    second = ByteTracker(first_id=first.next_id)
    for t_ns in times(5, 5, START_NS + 2 * NS_PER_S):
        after = ids(second, seen((10, 10, "cup"), (200, 10, "person")), t_ns)
    assert sorted(before) == [0, 1]
    assert sorted(after) == [2, 3]
    assert second.next_id == 4


def test_the_same_input_gives_the_same_ids() -> None:
    def run() -> list[list[int]]:
        rng, tracker = np.random.default_rng(4), ByteTracker()
        rows = []
        for i, t_ns in enumerate(times(40, 5)):
            things = [
                (60.0 * k + rng.normal(0, 4), 50.0, "cup", float(rng.uniform(0.2, 1))) for k in range(5) if (i // 7 + k) % 3
            ]
            rows.append(ids(tracker, seen(*things), t_ns))
        return rows

    assert run() == run()


def test_the_book_of_ids_does_not_grow_with_the_stream() -> None:
    tracker = ByteTracker(max_gap_s=1.0)
    for i, t_ns in enumerate(times(400, 5)):
        tracker.update(seen(((i // 10 % 8) * 90, 10, "cup")), t_ns)
    assert tracker.next_id >= 39
    assert len(tracker._id_of) < 5


@pytest.mark.parametrize("step_ns", [0, -1])
def test_times_must_rise(step_ns: int) -> None:
    tracker = ByteTracker()
    tracker.update(seen((1, 1, "cup")), START_NS)
    with pytest.raises(InvalidInputError, match="Tracking needs rising times"):
        tracker.update(seen((1, 1, "cup")), START_NS + step_ns)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"first_id": -1}, "first_id must be at least 0"),
        ({"min_hits": 0}, "min_hits at least 1"),
        ({"max_gap_s": 0}, "max_gap_s must lie in"),
        ({"max_gap_s": float("nan")}, "max_gap_s must lie in"),
        ({"min_score": 2}, "min_score must lie in"),
    ],
)
def test_bounds_that_make_no_sense(option: dict[str, float], message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        ByteTracker(**option)
