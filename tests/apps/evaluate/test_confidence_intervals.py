"""Intervals and chance levels against known values and brute force."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.evaluate.confidence import bootstrap, chance_of_hit, chance_of_share, wilson
from apps.evaluate.token_f1 import answer_f1, token_f1


@pytest.mark.parametrize(
    ("num_right", "num", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_published_intervals(num_right: int, num: int, low: float, high: float) -> None:
    assert wilson(num_right, num) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 3000), st.data())
def test_wilson_holds_the_share_and_mirrors(num: int, data: st.DataObject) -> None:
    num_right = data.draw(st.integers(0, num))
    low, high = wilson(num_right, num)
    assert 0.0 <= low <= num_right / num <= high <= 1.0
    assert wilson(num - num_right, num) == pytest.approx((1 - high, 1 - low), abs=1e-12)
    wider = wilson(num_right * 4, num * 4)
    assert wider[1] - wider[0] < high - low


def test_wilson_of_nothing_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_bootstrap_is_the_same_each_time_and_near_the_normal_interval() -> None:
    values = np.random.default_rng(0).uniform(size=400).tolist()
    low, high = bootstrap(values)
    assert (low, high) == bootstrap(values)
    half = 1.96 * np.std(values) / np.sqrt(len(values))
    assert (low, high) == pytest.approx((np.mean(values) - half, np.mean(values) + half), abs=0.2 * half)


def test_bootstrap_of_equal_values_has_no_width() -> None:
    assert bootstrap([0.25] * 7) == (0.25, 0.25)


def test_bootstrap_in_pieces_covers_many_values() -> None:
    values = [float(i % 2) for i in range(30_000)]
    low, high = bootstrap(values)
    assert low < 0.5 < high
    assert high - low == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(30_000), rel=0.1)


@given(st.integers(1, 9), st.data())
def test_chance_of_a_hit_agrees_with_counting(num: int, data: st.DataObject) -> None:
    num_right, k = data.draw(st.integers(0, num)), data.draw(st.integers(1, num))
    draws = list(combinations(range(num), k))
    assert chance_of_hit(num_right, num, k) == pytest.approx(sum(min(draw) < num_right for draw in draws) / len(draws))


@given(st.integers(1, 8), st.data())
def test_chance_of_a_share_agrees_with_counting(num: int, data: st.DataObject) -> None:
    wanted, k = data.draw(st.integers(1, num)), data.draw(st.integers(1, num))
    draws = list(combinations(range(num), k))
    share = sum(sum(i < wanted for i in draw) / wanted for draw in draws) / len(draws)
    assert chance_of_share(num, k) == pytest.approx(share)


def test_chance_is_sure_when_k_covers_everything() -> None:
    assert chance_of_hit(1, 10, 10) == chance_of_hit(3, 10, 8) == chance_of_share(5, 10) == 1.0
    assert chance_of_hit(0, 0, 5) == chance_of_hit(0, 10, 5) == chance_of_share(0, 5) == 0.0


@pytest.mark.parametrize(
    ("answer", "right", "category", "f1"),
    [
        ("the red bicycles", "a red bicycle", "4 single-hop", 1.0),
        ("red bicycle", "red", "4 single-hop", 2 / 3),
        ("blue", "red", "4 single-hop", 0.0),
        ("", "red", "4 single-hop", 0.0),
        ("pottery, camping", "camping, swimming", "1 multi-hop", 0.5),
        ("likely no", "Likely no; she does not", "3 open-domain", 1.0),
        ("likely no", "Likely no; she does not", "4 single-hop", 2 * 2 / (2 + 5)),
    ],
)
def test_f1_of_answers_by_hand(answer: str, right: str, category: str, f1: float) -> None:
    assert answer_f1(answer, right, category) == pytest.approx(f1)


@given(st.text("ab c", max_size=12), st.text("ab c", max_size=12))
def test_f1_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert token_f1(a, b) == token_f1(b, a)
    assert 0.0 <= token_f1(a, b) <= 1.0
