"""The dense index finds exactly the nearest visible rows, and what it cannot see changes no score."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from mmmem.errors import InvalidInputError
from mmmem.index import dense
from mmmem.index.dense import DenseIndex

DIM = 6


def rows_of(seed: int, size: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(size, DIM)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def indexed(rows: np.ndarray) -> DenseIndex:
    index = DenseIndex(DIM)
    index.extend(rows)
    return index


@given(st.integers(0, 99), st.lists(st.booleans(), max_size=40), st.integers(1, 12))
def test_equals_sorting_all_inner_products(seed: int, visible: list[bool], k: int) -> None:
    rows, query = rows_of(seed, len(visible)), rows_of(seed + 1, 1)[0]
    found = indexed(rows).search(query, np.array(visible, bool), k)
    products = {i: float(rows[i] @ query) for i, seen in enumerate(visible) if seen}
    best = sorted(products, key=lambda i: -products[i])[:k]
    assert found.row.tolist() == best
    assert found.score.tolist() == pytest.approx([products[i] for i in best], abs=1e-6)


@given(st.integers(0, 99), st.integers(0, 20), st.integers(0, 20), st.integers(1, 30))
def test_rows_added_later_change_no_bit_of_an_earlier_view(seed: int, before: int, after: int, k: int) -> None:
    rows, query = rows_of(seed, before + after), rows_of(seed + 1, 1)[0]
    rows[: before + after : 3] = rows[:1]  # some are equal
    whole = indexed(rows).search(query, np.arange(before + after) < before, k)
    alone = indexed(rows[:before]).search(query, np.ones(before, bool), k)
    assert (whole.row.tolist(), whole.score.tolist()) == (alone.row.tolist(), alone.score.tolist())


@settings(max_examples=30)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(1, 4))
def test_growing_in_steps_equals_growing_at_once(steps: list[int], batch: int) -> None:
    rows, query = rows_of(5, sum(steps)), rows_of(6, 1)[0]
    grown, size = DenseIndex(DIM), 0
    original, dense.BATCH_ROWS = dense.BATCH_ROWS, batch
    try:
        for step in steps:
            size += step
            grown.extend(rows[:size])
            assert len(grown) == size
    finally:
        dense.BATCH_ROWS = original
    everything = np.ones(size, bool)
    one, other = grown.search(query, everything, 5), indexed(rows).search(query, everything, 5)
    assert (one.row.tolist(), one.score.tolist()) == (other.row.tolist(), other.score.tolist())


def test_equal_rows_come_in_the_order_they_were_added() -> None:
    rows = np.repeat(rows_of(1, 1), 5, axis=0)
    assert indexed(rows).search(rows[0], np.array([0, 1, 1, 0, 1], bool), 3).row.tolist() == [1, 2, 4]
    assert indexed(rows).search(rows[0], np.array([0, 1, 1, 0, 1], bool), 2).row.tolist() == [1, 2]


@pytest.mark.parametrize("visible", [np.zeros(0, bool), np.zeros(3, bool)], ids=["no rows", "none visible"])
def test_nothing_visible_is_nothing_found(visible: np.ndarray) -> None:
    found = indexed(rows_of(0, len(visible))).search(rows_of(1, 1)[0], visible, 4)
    assert (len(found.row), len(found.score)) == (0, 0)


def test_vectors_of_another_length_are_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"vectors of length 6, got an array of shape \(2, 5\)"):
        DenseIndex(DIM).extend(np.zeros((2, 5), np.float32))
