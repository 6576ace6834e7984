"""BM25 at any granularity equals what a few lines of arithmetic over the visible documents give."""

import math
from collections import Counter

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from mmmem.index.lexical import K1, B, Bm25, Grouping, Postings

WORDS = ("ant", "bee", "cat", "dog", "elk", "fox")
Line = tuple[list[str], int]  # words, unit (-1 is invisible)


def postings_of(lines: list[Line]):
    def postings(term: str) -> Postings:
        counts = [(i, words.count(term)) for i, (words, _) in enumerate(lines) if term in words]
        return np.array([i for i, _ in counts], np.int64), np.array([n for _, n in counts], np.float64)

    return postings


def grouping_of(lines: list[Line], num_units: int) -> Grouping:
    units = np.array([unit for _, unit in lines], np.int64)
    return Grouping(units, np.array([len(words) for words, _ in lines], np.float64), num_units)


def brute_force(lines: list[Line], num_units: int, query: dict[str, float]) -> list[float]:
    """Robertson and Zaragoza (2009), eq. 3.15, written as they print it."""
    documents = [Counter(w for words, unit in lines if unit == u for w in words) for u in range(num_units)]
    lengths = [sum(d.values()) for d in documents]
    num_documents = sum(length > 0 for length in lengths)
    mean = sum(lengths) / max(num_documents, 1)
    scores = []
    for document, length in zip(documents, lengths, strict=True):
        score = 0.0
        for term, weight in query.items():
            holding = sum(term in d for d in documents)
            idf = math.log(1 + (num_documents - holding + 0.5) / (holding + 0.5))
            tf = document[term]
            score += weight * idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / mean)) if tf else 0.0
        scores.append(score)
    return scores


num_units = st.integers(1, 5)
queries = st.dictionaries(st.sampled_from([*WORDS, "gnu"]), st.floats(0.1, 3.0), max_size=4)


@st.composite
def corpora(draw: st.DrawFn) -> tuple[list[Line], int]:
    size = draw(num_units)
    words = st.lists(st.sampled_from(WORDS), max_size=6)
    return draw(st.lists(st.tuples(words, st.integers(-1, size - 1)), max_size=12)), size


@given(corpora(), queries)
def test_scores_equal_the_formula_over_visible_units(corpus: tuple[list[Line], int], query: dict[str, float]) -> None:
    lines, size = corpus
    found = Bm25(postings_of(lines), grouping_of(lines, size)).scores(query)
    assert found.shape == (size,)
    assert found.tolist() == pytest.approx(brute_force(lines, size, query), rel=1e-12, abs=1e-15)


@given(corpora(), queries)
def test_single_lines_are_units_too(corpus: tuple[list[Line], int], query: dict[str, float]) -> None:
    lines = [(words, i) for i, (words, _) in enumerate(corpus[0])]
    found = Bm25(postings_of(lines), grouping_of(lines, len(lines))).scores(query)
    assert found.tolist() == pytest.approx(brute_force(lines, len(lines), query), rel=1e-12, abs=1e-15)


@given(corpora(), queries)
def test_invisible_lines_change_no_bit_of_any_score(corpus: tuple[list[Line], int], query: dict[str, float]) -> None:
    lines, size = corpus
    seen = [line for line in lines if line[1] >= 0]
    whole = Bm25(postings_of(lines), grouping_of(lines, size))
    part = Bm25(postings_of(seen), grouping_of(seen, size))
    assert whole.scores(query).tolist() == part.scores(query).tolist()
    assert whole.lengths.tolist() == part.lengths.tolist()
    assert [whole.idf(term) for term in query] == [part.idf(term) for term in query]


@given(corpora(), queries)
def test_asking_again_and_in_another_order_changes_nothing(corpus: tuple[list[Line], int], query: dict[str, float]) -> None:
    lines, size = corpus
    bm25 = Bm25(postings_of(lines), grouping_of(lines, size))
    first = bm25.scores(query)
    bm25.scores(dict.fromkeys(WORDS, 1.0))
    assert bm25.scores(query).tolist() == first.tolist()
    assert (first >= 0).all()


@given(corpora())
def test_rarer_terms_weigh_more(corpus: tuple[list[Line], int]) -> None:
    lines, size = corpus
    bm25 = Bm25(postings_of(lines), grouping_of(lines, size))
    holding = {word: len({unit for words, unit in lines if word in words and unit >= 0}) for word in WORDS}
    ranked = sorted(WORDS, key=holding.__getitem__)
    assert [bm25.idf(word) for word in ranked] == sorted((bm25.idf(word) for word in WORDS), reverse=True)


def test_nothing_to_score() -> None:
    empty = Bm25(postings_of([]), grouping_of([], 0))
    assert empty.scores({"ant": 1.0}).shape == (0,)
    unseen = Bm25(postings_of([(["ant"], -1)]), grouping_of([(["ant"], -1)], 2))
    assert unseen.scores({"ant": 1.0}).tolist() == [0.0, 0.0]
