"""Agreement of spans: hand-computed cases, and what holds for all of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.evaluate.grounding import first_hits, hit_within, iop, iou, of_other_streams, placements, turns_found, uncounted
from mmmem.clock import NS_PER_S, Span
from mmmem.types import Evidence


def span(start_s: float, end_s: float) -> Span:
    return Span(round(start_s * NS_PER_S), round(end_s * NS_PER_S))


def evidence(start_s: float, end_s: float, stream: str = "s") -> Evidence:
    return Evidence("episodic", f"{start_s}", stream, span(start_s, end_s), 1.0, "words")


spans = st.tuples(st.integers(0, 200), st.integers(1, 120)).map(lambda pair: span(pair[0], pair[0] + pair[1]))
found = st.lists(spans.map(lambda s: Evidence("episodic", "1", "s", s, 1.0, "words")), max_size=12)
times = st.lists(st.integers(0, 300).map(lambda s: s * NS_PER_S), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("predicted", "gold", "best_iou", "best_iop"),
    [
        (span(0, 10), [span(0, 10)], 1.0, 1.0),
        (span(0, 10), [span(5, 15)], 5 / 15, 0.5),
        (span(2, 4), [span(0, 10)], 0.2, 1.0),
        (span(0, 10), [span(2, 4)], 0.2, 0.2),
        (span(0, 10), [span(10, 12)], 0.0, 0.0),  # they touch, but share no instant
        (span(0, 10), [span(20, 22), span(8, 30)], 2 / 30, 0.2),  # the best of several
        (span(0, 30), [span(0, 2), span(10, 20)], 1 / 3, 1 / 3),
        (span(0, 10), [], 0.0, 0.0),
    ],
)
def test_iou_and_iop_by_hand(predicted: Span, gold: list[Span], best_iou: float, best_iop: float) -> None:
    assert iou(predicted, gold) == pytest.approx(best_iou)
    assert iop(predicted, gold) == pytest.approx(best_iop)


@given(spans, st.lists(spans, min_size=1, max_size=4))
def test_iou_lies_between_nothing_and_iop(predicted: Span, gold: list[Span]) -> None:
    assert 0.0 <= iou(predicted, gold) <= iop(predicted, gold) <= 1.0


@given(spans, spans)
def test_iou_is_symmetric_and_one_only_for_the_same_span(a: Span, b: Span) -> None:
    assert iou(a, [b]) == iou(b, [a])
    assert (iou(a, [b]) == 1.0) == (a == b)


@given(spans, st.lists(spans, min_size=1, max_size=4), spans)
def test_another_gold_span_never_makes_agreement_worse(predicted: Span, gold: list[Span], more: Span) -> None:
    assert iou(predicted, [*gold, more]) >= iou(predicted, gold)
    assert iop(predicted, [*gold, more]) >= iop(predicted, gold)


@given(st.integers(1, 60), st.integers(1, 90))
def test_placements_stay_inside_and_reach_both_ends(length_s: int, duration_s: int) -> None:
    places = placements(length_s * NS_PER_S, duration_s * NS_PER_S)
    assert len(places) == max(duration_s - length_s, 0) + 1
    assert (places[0].start_ns, places[-1].end_ns) == (0, duration_s * NS_PER_S)
    assert {place.duration_ns for place in places} == {min(length_s, duration_s) * NS_PER_S}


@pytest.mark.parametrize(
    ("pieces", "strict", "near"),
    [
        ([(0, 30), (90, 120)], 2, 2),  # 100 s lies in the second; the first is 70 s away
        ([(30, 60)], None, 1),  # 40 s away
        ([(0, 39)], None, None),  # 61 s away
        ([(0, 41)], None, 1),  # 59 s away
        ([(80, 116)], None, 1),  # longer than a clip and its tolerance: near, not strict
        ([(80, 115)], 1, 1),  # as long as may be
        ([(50, 111)], None, None),  # longer than 60 s: not counted at all
        ([(0, 3600), (90, 120)], 2, 2),  # an hour takes its rank and counts for nothing
        ([(100, 130)], 1, 1),  # the start belongs to a span
        ([(70, 100)], None, 1),  # the end does not
        ([(99, 201)], None, None),
        ([(175, 205), (90, 120)], 2, 2),  # ended after the question
        ([(170, 200)], None, None),  # ended with the question, but 70 s after the time
        ([], None, None),
    ],
)
def test_first_hits_by_hand(pieces: list[tuple[int, int]], strict: int | None, near: int | None) -> None:
    hit = first_hits([evidence(*piece) for piece in pieces], [100 * NS_PER_S], 200 * NS_PER_S)
    assert (hit.strict, hit.near) == (strict, near)


@given(found, times, st.integers(0, 400).map(lambda s: s * NS_PER_S))
def test_hits_grow_with_k_and_near_holds_whatever_strict_holds(pieces: list[Evidence], targets: list[int], asked: int) -> None:
    hit = first_hits(pieces, targets, asked)
    for rank in (hit.strict, hit.near):
        within = [hit_within(rank, k) for k in range(20)]
        assert within == sorted(within)
    assert hit.strict is None or (hit.near is not None and hit.near <= hit.strict)


@given(found, times, st.integers(0, 400).map(lambda s: s * NS_PER_S))
def test_a_hit_is_found_among_the_first_k_alone(pieces: list[Evidence], targets: list[int], asked: int) -> None:
    whole = first_hits(pieces, targets, asked)
    for k in range(len(pieces) + 1):
        assert (first_hits(pieces[:k], targets, asked).strict is not None) == hit_within(whole.strict, k)
        assert (first_hits(pieces[:k], targets, asked).near is not None) == hit_within(whole.near, k)


def test_evidence_that_does_not_count_is_counted_apart() -> None:
    pieces = [evidence(0, 30), evidence(0, 61), evidence(90, 120), evidence(0, 30, "other")]
    assert list(uncounted(pieces, 100 * NS_PER_S).values()) == [1, 1]
    assert list(of_other_streams(pieces, "s").values()) == [1]
    assert uncounted(pieces[:1], 100 * NS_PER_S) == of_other_streams(pieces[:1], "s") == {}


TURNS = {f"D1:{i + 1}": span(30 * i, 30 * i + 30) for i in range(4)}


@pytest.mark.parametrize(
    ("pieces", "turns"),
    [
        ([(30, 60), (0, 30)], ["D1:2", "D1:1"]),  # in the order of the evidence
        ([(30, 60), (30, 60)], ["D1:2"]),  # each turn once
        ([(40, 45)], ["D1:2"]),  # a piece of a turn is that turn
        ([(0, 120)], ["D1:1", "D1:2", "D1:3", "D1:4"]),  # a wide span brings all, in order of time
        ([(0, 40)], ["D1:1"]),  # less than half of the second
        ([(0, 50)], ["D1:1", "D1:2"]),
        ([(500, 530)], []),
    ],
)
def test_turns_found_by_hand(pieces: list[tuple[int, int]], turns: list[str]) -> None:
    assert turns_found([evidence(*piece) for piece in pieces], TURNS, "s") == turns


@given(found)
def test_more_evidence_never_takes_turns_away(pieces: list[Any]) -> None:
    for k in range(len(pieces)):
        before, after = turns_found(pieces[:k], TURNS, "s"), turns_found(pieces[: k + 1], TURNS, "s")
        assert after[: len(before)] == before
    assert turns_found(pieces, TURNS, "another stream") == []
