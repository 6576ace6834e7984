"""Lines cut into sentences, and sentences into words."""

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[.,;:!?…\"“”♪]")
_WEARER_MARK = re.compile(r"^\s*#\s*C\s+(?:C\s+)?")  # how some narrations write who wears the camera
_ENDS = frozenset(".!?…;")
_SUNG = re.compile(r"♪|\bla,? la\b|\bna,? na\b|\boh,? oh,? oh\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words as written and in lower case, marks of punctuation among them; whether it is a question, or sung."""

    words: tuple[str, ...]
    lower: tuple[str, ...]
    asks: bool
    sung: bool


@lru_cache(maxsize=4096)
def sentences_in(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, in order, cut into words."""
    words = _WORD.findall(_WEARER_MARK.sub("I ", text.replace("’", "'")))
    found: list[Sentence] = []
    start = 0
    for i, word in enumerate([*words, "."]):
        if word in _ENDS or i == len(words):
            piece = [w for w in words[start:i] if w != "♪"]
            if piece:
                found.append(Sentence(tuple(piece), tuple(w.lower() for w in piece), word == "?", bool(_SUNG.search(text))))
            start = i + 1
    return tuple(found)


def sentences_of(text: str) -> list[str]:
    """The sentences of a line as they stand there."""
    return [piece.strip() for piece in re.split(r"(?<=[.!?…])\s+", text) if piece.strip()]
