"""Terms: what the index and the queries count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmmem.agent.language.wordlists import STOP_WORDS
from mmmem.text.terms import terms, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shure's cup", ["shure", "cup"]),  # possessive
        ("I don't know", ["i", "not", "know"]),  # negation survives
        ("I don’t know", ["i", "not", "know"]),  # however it is typed
        ("file_name.mp4", ["file", "name", "mp4"]),
        ("café CAFÉ cafe\u0301", ["café", "café", "café"]),  # one spelling
        ("拿起杯子", ["拿", "起", "杯", "子"]),  # no spaces, one sign each
        ("3 cups, 2.5 litres", ["3", "cups", "2", "5", "litres"]),
        ("", []),
        ("?!…", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_forms_of_a_word_are_one_term() -> None:
    assert len({tuple(terms(form)) for form in ("discuss", "discussed", "discussing", "discusses")}) == 1


def test_terms_keep_negation_names_and_repeats() -> None:
    assert terms("I never gave the May cup to the cup of Tasha") == ["never", "gave", "may", "cup", "cup", "tasha"]


def test_a_question_and_the_line_that_answers_it_share_their_content_terms() -> None:
    assert set(terms("Who was washing the dishes?")) <= set(terms("Tasha washes a dish in the kitchen"))


@given(st.text())
def test_terms_are_never_stop_words_and_never_more_than_tokens(text: str) -> None:
    assert len(terms(text)) <= len(tokens(text))
    assert not [token for token in tokens(text) if not token]
    assert terms(text) == terms(text.strip())
    assert len(terms(text)) == sum(token not in STOP_WORDS for token in tokens(text))


@given(st.lists(st.sampled_from(["cup", "cups", "the", "Tasha", "washing", "not"])))
def test_terms_of_joined_texts_are_joined_terms(words: list[str]) -> None:
    assert terms(" ".join(words)) == [term for word in words for term in terms(word)]
