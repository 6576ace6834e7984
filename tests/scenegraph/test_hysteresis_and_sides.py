"""Hysteresis over measurements in a row, and left and right in frames of reference."""

import numpy as np
import pytest
from scripted_scene import looking

from mmmem.errors import InvalidInputError
from scenegraph.frames_of_reference import from_entrance, own_front, seen_by, side_of
from scenegraph.hysteresis import Hysteresis, Measured


def box(x: float, y: float, half: float = 0.05) -> np.ndarray:
    return np.array([[x - half, y - half, 0.7], [x + half, y + half, 0.8]])


def measured(*scores: float, looks: int = 3) -> list[Measured]:
    return [Measured(score, looks, place) for place, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("scores", "places"),
    [
        ((0.6, 0.4, 0.45, 0.7), [[0, 1, 2, 3]]),  # noise about the bound closes nothing
        ((0.4, 0.45, 0.49), []),  # nor does it open anything
        ((0.6, 0.2, 0.6), [[0], [2]]),  # a clear no does
        ((0.4, 0.6, 0.1, 0.4), [[1]]),  # what opened before is over
    ],
)
def test_what_has_begun_goes_on_until_something_clearly_speaks_against_it(scores, places):
    runs = Hysteresis(open_at=0.5, close_below=0.3).runs(measured(*scores))
    assert [[one.place for one in run] for run in runs] == places


def test_one_look_opens_nothing_but_two_in_a_row_do():
    once = Hysteresis(num_looks=2)
    assert list(once.runs(measured(0.9, looks=1))) == []
    assert len(list(once.runs(measured(0.9, 0.9, looks=1)))) == 1


def test_left_of_a_viewer_is_right_of_the_viewer_across():
    here, there = seen_by(looking((0, -2, 1.5), (0, 0, 0.7))), seen_by(looking((0, 2, 1.5), (0, 0, 0.7)))
    assert side_of(box(-0.5, 0), box(0.5, 0), here)[0] == "left"
    assert side_of(box(-0.5, 0), box(0.5, 0), there)[0] == "right"
    assert side_of(box(0, -0.5), box(0, 0.5), here)[0] == "in front"
    assert side_of(box(0, -0.5), box(0, 0.5), there)[0] == "behind"


def test_a_sofas_own_left_is_the_left_of_who_sits_in_it():
    sofa = np.array([[-1.0, -0.4, 0.0], [1.0, 0.4, 0.8]])
    frame = own_front(-np.pi / 2, "by the sofa's own front")  # it faces -y
    assert side_of(box(0, -1.5), sofa, frame)[0] == "in front"
    assert side_of(box(1.5, 0), sofa, frame)[0] == "left"
    assert side_of(box(-1.5, 0), sofa, frame)[0] == "right"


def test_the_frame_of_an_entrance_is_that_of_who_stands_in_it():
    door = from_entrance(np.array([0.0, -3.0]), np.array([0.0, 0.0]), "from the entrance")
    viewer = seen_by(looking((0, -3, 1.5), (0, 0, 1.0)))
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        assert side_of(box(x, y), box(0, 0), door) == side_of(box(x, y), box(0, 0), viewer)


def test_each_side_is_the_opposite_seen_from_the_other_thing():
    opposite = {"left": "right", "right": "left", "in front": "behind", "behind": "in front"}
    frame = seen_by(looking((1, -2, 1.5), (0, 0, 0.7)))
    for x, y in ((0.5, 0.1), (-0.3, 0.6), (0.1, -0.7)):
        side, clear = side_of(box(x, y), box(0, 0), frame)
        assert side_of(box(0, 0), box(x, y), frame) == (opposite[side], clear)


def test_a_diagonal_is_not_clear():
    frame = own_front(0.0, "")
    assert side_of(box(1, 1), box(0, 0), frame)[1] == pytest.approx(0.0, abs=1e-6)
    assert side_of(box(1, 0.0), box(0, 0), frame)[1] == 1.0


def test_who_looks_straight_down_has_no_left():
    down = np.eye(4)
    down[:3, :3] = np.array([[1, 0, 0], [0, -1, 0], [0, 0, -1.0]])
    with pytest.raises(InvalidInputError, match="straight up or down"):
        seen_by(down)
