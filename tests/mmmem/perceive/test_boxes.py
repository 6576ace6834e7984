import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mmmem.perceive.boxes import areas, keep_best, overlaps


def test_overlap_of_known_boxes() -> None:
    boxes = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30], [3, 3, 3, 9]], np.float32)
    ratio = overlaps(boxes, boxes)
    assert ratio[0, 1] == np.float32(50 / 150)
    assert ratio[0, 2] == 0
    assert np.diag(ratio).tolist() == [1, 1, 1, 0]  # a box without extent overlaps nothing, itself included
    np.testing.assert_array_equal(ratio, ratio.T)
    assert areas(boxes).tolist() == [100, 100, 100, 0]


def slow_keep(boxes: np.ndarray, scores: np.ndarray, classes: np.ndarray, limit: float) -> list[int]:
    kept: list[int] = []
    for row in sorted(range(len(boxes)), key=lambda row: -scores[row]):
        rivals = [other for other in kept if classes[other] == classes[row]]
        if all(overlaps(boxes[[row]], boxes[[other]])[0, 0] <= limit for other in rivals):
            kept.append(row)
    return kept


@given(
    corner=arrays(np.float32, (8, 2), elements=st.integers(0, 20)),
    size=arrays(np.float32, (8, 2), elements=st.integers(0, 20)),
    scores=arrays(np.float32, 8, elements=st.sampled_from([0.1, 0.2, 0.5, 0.5, 0.9])),
    classes=arrays(np.int64, 8, elements=st.integers(0, 1)),
    limit=st.sampled_from([0.0, 0.3, 0.7]),
)
def test_suppression_agrees_with_its_definition(
    corner: np.ndarray, size: np.ndarray, scores: np.ndarray, classes: np.ndarray, limit: float
) -> None:
    boxes = np.concatenate([corner, corner + size], axis=1)
    got = keep_best(boxes, scores, classes, max_overlap=limit)
    assert got.tolist() == slow_keep(boxes, scores, classes, limit)


def test_nothing_to_suppress() -> None:
    none = np.zeros((0, 4), np.float32)
    assert keep_best(none, np.zeros(0, np.float32), np.zeros(0, np.int64), max_overlap=0.5).tolist() == []
