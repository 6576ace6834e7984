"""Cuts a stream's lines into overlapping passages for dense retrieval.

One line is too little for a sentence embedding and a clip mixes topics, so a passage is a run of lines that reaches six
lines or sixty words, whichever comes first, and the next passage starts halfway through it. Lines are taken in the order in
which they were learned: what is known at a time is then a prefix, and the passages of a prefix are the first passages of the
whole, so that a memory that goes on finds the same ones as a memory that ended.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_LINES = 6
MAX_WORDS = 60


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of lines, by their ids, and the text to embed."""

    line_ids: tuple[int, ...]
    text: str


def passages_of(lines: Sequence[tuple[int, str]]) -> Iterator[Passage]:
    """Yield the complete passages of `lines`, which are (id, text) of one stream in the order they were learned.

    Lines at the end that do not fill a passage yet are left for later.
    """
    start = 0
    while (end := _complete_end(lines, start)) is not None:
        run = lines[start:end]
        yield Passage(tuple(number for number, _ in run), " ".join(text for _, text in run))
        start += max(1, (end - start) // 2)


def _complete_end(lines: Sequence[tuple[int, str]], start: int) -> int | None:
    words = 0
    for end in range(start, min(start + MAX_LINES, len(lines))):
        words += len(lines[end][1].split())
        if words >= MAX_WORDS or end + 1 - start == MAX_LINES:
            return end + 1
    return None
