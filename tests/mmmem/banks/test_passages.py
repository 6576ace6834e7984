"""Passages overlap by half, end where they are full, and are the same live and in one batch."""

import hypothesis.strategies as st
from hypothesis import given

from mmmem.banks.passages import MAX_LINES, MAX_WORDS, passages_of

words = st.integers(1, 70).map(lambda n: " ".join(["word"] * n))
texts = st.lists(words, max_size=25).map(lambda found: list(enumerate(found, start=10)))


@given(texts)
def test_a_passage_is_full_and_no_longer_than_it_needs_to_be(lines: list[tuple[int, str]]) -> None:
    text_of = dict(lines)
    for passage in passages_of(lines):
        said = [text_of[number] for number in passage.line_ids]
        lengths = [len(text.split()) for text in said]
        assert len(lengths) == MAX_LINES or sum(lengths) >= MAX_WORDS
        assert len(lengths) <= MAX_LINES
        assert sum(lengths[:-1]) < MAX_WORDS
        assert passage.text == " ".join(said)


@given(texts)
def test_every_line_up_to_the_last_full_passage_is_covered(lines: list[tuple[int, str]]) -> None:
    found = list(passages_of(lines))
    covered = {number for p in found for number in p.line_ids}
    assert covered == {number for number, _ in lines if found and number <= found[-1].line_ids[-1]}
    starts = [p.line_ids[0] for p in found]
    assert starts == sorted(set(starts))


@given(texts, st.integers(0, 25))
def test_later_lines_change_no_earlier_passage(lines: list[tuple[int, str]], cut: int) -> None:
    early = list(passages_of(lines[:cut]))
    assert list(passages_of(lines))[: len(early)] == early


def test_lines_that_fill_no_passage_wait() -> None:
    assert list(passages_of([])) == []
    assert list(passages_of([(1, "hello"), (2, "you")])) == []
    assert [p.line_ids for p in passages_of([(1, "word " * 60)])] == [(1,)]
