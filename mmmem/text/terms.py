"""Words of a text as the index and the queries count them: one function, so the two can never disagree."""

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

from mmmem.agent.language.wordlists import STOP_WORDS

# Writing without spaces would come out as one token per sentence: each sign is its own token.
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+(?:'[^\W_]+)*")

SELF = "_self"
"""The term of the person who wears the camera; no word stems to it."""

_FIRST_PERSON = re.compile(r"\b(?:i|me|my|mine|myself)\b", re.IGNORECASE)

_CACHED_WORDS = 1 << 17
_stemmer = snowballstemmer.stemmer("english")
_stemmer_lock = threading.Lock()  # the stemmer keeps the word it works on in itself


def tokens(text: str) -> list[str]:
    """Words of `text` in order, lower case, possessive endings removed, `don't` and its like as `not`."""
    return [_bare(word) for word in _TOKEN.findall(_plain(text))]


def terms(text: str) -> list[str]:
    """Stemmed words of `text` in order, without stop words; repeats stay, so counts are term frequencies."""
    return [term for term in map(_term, _TOKEN.findall(_plain(text))) if term]


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).replace("\u2019", "'").replace("\u2018", "'").lower()


@lru_cache(maxsize=_CACHED_WORDS)
def _bare(word: str) -> str:
    if "'" not in word:
        return word
    head, _, tail = word.rpartition("'")
    if tail == "t" and head.endswith("n"):
        return "not"
    return head if tail in ("s", "m", "d", "re", "ve", "ll") else word


@lru_cache(maxsize=_CACHED_WORDS)
def _term(word: str) -> str:
    return "" if _bare(word) in STOP_WORDS else stem(word)


@lru_cache(maxsize=_CACHED_WORDS)
def stem(word: str) -> str:
    """The stem of one word in lower case, a stop word's too (`get`)."""
    with _stemmer_lock:
        return str(_stemmer.stemWord(_bare(word)))


def mentions_self(text: str) -> bool:
    """Whether the first person singular occurs."""
    return _FIRST_PERSON.search(text) is not None
