"""Passages overlap by half, end where they are full, and are the same live and in one batch."""

import hypothesis.strategies as st
from hypothesis import given

from mmmem.banks.passages import MAX_LINES, MAX_WORDS, passages_of

words = st.integers(1, 70).map(lambda n: " ".join(["word"] * n))
texts = st.lists(words, max_size=25).map(lambda found: list(enumerate(found, start=10)))


def lengths_of(lines: list[tuple[int, str]], first: int, last: int) -> list[int]:
    return [len(text.split()) for number, text in lines if first <= number <= last]


@given(texts)
def test_a_passage_is_full_and_no_longer_than_it_needs_to_be(lines: list[tuple[int, str]]) -> None:
    for passage in passages_of(lines):
        lengths = lengths_of(lines, passage.first_id, passage.last_id)
        assert len(lengths) == MAX_LINES or sum(lengths) >= MAX_WORDS
        assert len(lengths) <= MAX_LINES
        assert sum(lengths[:-1]) < MAX_WORDS
        assert passage.text == " ".join(text for number, text in lines if passage.first_id <= number <= passage.last_id)


@given(texts)
def test_every_line_up_to_the_last_full_passage_is_covered(lines: list[tuple[int, str]]) -> None:
    found = list(passages_of(lines))
    covered = {number for p in found for number in range(p.first_id, p.last_id + 1)}
    assert covered == {number for number, _ in lines if found and number <= max(p.last_id for p in found)}
    starts = [p.first_id for p in found]
    assert starts == sorted(set(starts))


@given(texts, st.integers(0, 25))
def test_later_lines_change_no_earlier_passage(lines: list[tuple[int, str]], cut: int) -> None:
    early = list(passages_of(lines[:cut]))
    assert list(passages_of(lines))[: len(early)] == early


@given(texts, st.lists(st.integers(0, 25), max_size=4))
def test_going_on_from_the_last_passage_equals_one_batch(lines: list[tuple[int, str]], cuts: list[int]) -> None:
    found = []
    for cut in [*sorted(cuts), len(lines)]:
        since = found[-1].first_id if found else 0
        fresh = list(passages_of([line for line in lines[:cut] if line[0] >= since]))
        assert fresh[: len(found[-1:])] == found[-1:]
        found += fresh[len(found[-1:]) :]
    assert found == list(passages_of(lines))


def test_lines_that_fill_no_passage_wait() -> None:
    assert list(passages_of([])) == []
    assert list(passages_of([(1, "hello"), (2, "you")])) == []
    assert [p.first_id for p in passages_of([(1, "word " * 60)])] == [1]
