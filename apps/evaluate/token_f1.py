"""F1 of the words of an answer, as LoCoMo's official evaluation counts them."""

import re
import string
from collections import Counter
from functools import lru_cache

import snowballstemmer

_ARTICLES = re.compile(r"\b(?:a|an|the|and)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def answer_f1(answer: str, right: str, category: str) -> float:
    """F1 in [0, 1] of stemmed words without articles and punctuation.

    A multi-hop answer is a list at commas: each right part takes its best F1 of the given parts, and the mean counts. Of an
    open-domain answer the part before a semicolon counts.
    """
    if category.startswith("1"):
        given = answer.split(",")
        parts = right.split(",")
        return sum(max(token_f1(a, part) for a in given) for part in parts) / len(parts)
    return token_f1(answer, right.split(";", maxsplit=1)[0] if category.startswith("3") else right)


def token_f1(answer: str, right: str) -> float:
    """Harmonic mean of precision and recall over words, each counted as often as it stands there."""
    given, wanted = Counter(_words(answer)), Counter(_words(right))
    shared = sum((given & wanted).values())
    return 2 * shared / (given.total() + wanted.total()) if shared else 0.0


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    plain = _ARTICLES.sub(" ", text.replace(",", "").lower().translate(_NO_PUNCTUATION))
    return tuple(snowballstemmer.stemmer("porter").stemWords(plain.split()))
