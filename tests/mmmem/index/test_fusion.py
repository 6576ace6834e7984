"""Rank fusion: the sum it promises, and an order that never depends on chance."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from mmmem.index.fusion import RANK_OFFSET, reciprocal_rank_fusion

rankings = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.lists(st.integers(0, 9), unique=True, max_size=8))
WEIGHTS = {"a": 1.0, "b": 0.5, "c": 0.1}


@given(rankings)
def test_every_key_once_with_the_sum_of_its_ranks(found: dict[str, list[int]]) -> None:
    fused = reciprocal_rank_fusion(found, WEIGHTS)
    assert {key for key, _ in fused} == {key for ranking in found.values() for key in ranking}
    assert len({key for key, _ in fused}) == len(fused)
    for key, score in fused:
        parts = [WEIGHTS[name] / (RANK_OFFSET + r.index(key) + 1) for name, r in found.items() if key in r]
        assert score == pytest.approx(sum(parts), rel=1e-12)


@given(rankings)
def test_best_first_and_ties_in_the_order_they_were_met(found: dict[str, list[int]]) -> None:
    fused = reciprocal_rank_fusion(found, WEIGHTS)
    met = list(dict.fromkeys(key for ranking in found.values() for key in ranking))
    assert fused == sorted(fused, key=lambda item: (-item[1], met.index(item[0])))


@given(st.lists(st.integers(0, 30), unique=True))
def test_one_ranking_keeps_its_order(ranking: list[int]) -> None:
    assert [key for key, _ in reciprocal_rank_fusion({"a": ranking}, WEIGHTS)] == ranking


def test_a_key_two_sources_agree_on_beats_one_that_either_alone_ranks_first() -> None:
    fused = reciprocal_rank_fusion({"a": ["x", "both"], "b": ["y", "both"]}, {"a": 1.0, "b": 1.0})
    assert [key for key, _ in fused] == ["both", "x", "y"]


def test_nothing_found_is_nothing() -> None:
    assert reciprocal_rank_fusion({}, WEIGHTS) == []
    assert reciprocal_rank_fusion({"a": []}, WEIGHTS) == []
