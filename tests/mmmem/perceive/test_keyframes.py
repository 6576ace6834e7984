import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmmem.clock import NS_PER_S
from mmmem.errors import InvalidInputError
from mmmem.perceive import KeyframeGate


def view(angle: float) -> np.ndarray:
    """A unit vector; two views are alike by the cosine of the angle between them."""
    return np.array([np.cos(angle), np.sin(angle)], np.float32)


def kept(gate: KeyframeGate, angles: list[float], period_s: float = 1.0) -> list[int]:
    return [i for i, angle in enumerate(angles) if gate.keeps(view(angle), round(i * period_s * NS_PER_S))]


def test_the_first_picture_and_every_new_view_are_kept() -> None:
    assert kept(KeyframeGate(), [0, 0.1, 0.2, 1.5, 1.5, 3.0]) == [0, 3, 5]


def test_slow_change_adds_up() -> None:
    drift = [0.05 * i for i in range(40)]  # neighbours are always alike, but not with what was kept
    rows = kept(KeyframeGate(max_likeness=0.8), drift)
    assert all(np.cos(drift[b] - drift[a]) < 0.8 for a, b in itertools.pairwise(rows))
    assert len(rows) >= 3


def test_going_back_to_a_kept_view_adds_nothing_until_it_is_forgotten() -> None:
    back_and_forth = [0, 1.5, 0, 1.5, 0]
    assert kept(KeyframeGate(), back_and_forth) == [0, 1]
    assert kept(KeyframeGate(num_recent=1), back_and_forth) == [0, 1, 2, 3, 4]


def test_a_picture_is_kept_at_least_so_often() -> None:
    assert kept(KeyframeGate(max_gap_s=5.0), [0.0] * 12) == [0, 5, 10]


def test_a_shaking_camera_keeps_no_more_often_than_allowed() -> None:
    shaking = [2.0 * i for i in range(20)]
    assert kept(KeyframeGate(num_recent=1, min_gap_s=1.0), shaking, period_s=0.25) == [0, 4, 8, 12, 16]


def test_a_wanted_picture_is_kept_however_alike() -> None:
    gate = KeyframeGate()
    assert gate.keeps(view(0), 0)
    assert not gate.keeps(view(0), NS_PER_S)
    assert gate.keeps(view(0), NS_PER_S + 1, wanted=True)


@given(
    angles=st.lists(st.floats(0, 6), min_size=1, max_size=40),
    cut=st.integers(0, 40),
    num_recent=st.integers(1, 4),
)
def test_a_gate_restored_from_its_state_goes_on_as_if_nothing_happened(angles: list[float], cut: int, num_recent: int) -> None:
    whole, first = (KeyframeGate(num_recent=num_recent, max_gap_s=7) for _ in range(2))
    at = [round(i * 0.7 * NS_PER_S) for i in range(len(angles))]
    wanted = [whole.keeps(view(angle), t_ns) for angle, t_ns in zip(angles, at, strict=True)]
    got = [first.keeps(view(angle), t_ns) for angle, t_ns in zip(angles[:cut], at[:cut], strict=True)]
    second = KeyframeGate(num_recent=num_recent, max_gap_s=7, recent=first.recent)
    got += [second.keeps(view(angle), t_ns) for angle, t_ns in zip(angles[cut:], at[cut:], strict=True)]
    assert got == wanted
    assert [t_ns for t_ns, _ in second.recent] == [t_ns for t_ns, _ in whole.recent]


def test_times_must_rise_and_lengths_agree() -> None:
    gate = KeyframeGate(recent=[(5, view(0)), (9, view(1))])
    with pytest.raises(InvalidInputError, match="rising times, got t_ns=9 after 9"):
        gate.keeps(view(0), 9)
    with pytest.raises(InvalidInputError, match=r"vectors of shape \(2,\), got \(3,\); use one gate a space"):
        gate.keeps(np.ones(3, np.float32), 10)
    with pytest.raises(InvalidInputError, match="rising times"):
        KeyframeGate(recent=[(9, view(0)), (5, view(1))])


@pytest.mark.parametrize(
    "option", [{"max_likeness": 1.1}, {"num_recent": 0}, {"min_gap_s": 40}, {"max_gap_s": 0}, {"min_gap_s": -1}]
)
def test_bounds_that_make_no_sense(option: dict[str, float]) -> None:
    with pytest.raises(InvalidInputError, match="got"):
        KeyframeGate(**option)
