"""Cuts a stream's lines into overlapping passages for dense retrieval.

One line is too little for a sentence embedding and a clip mixes topics, so a passage is a run of lines that reaches six
lines or sixty words, whichever comes first, and the next passage starts halfway through it. A passage depends on its own
lines alone, never on what follows, so it is the same whether it is made live or in one batch.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_LINES = 6
MAX_WORDS = 60


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of lines and the text to embed; ids are those of the first and last line."""

    first_id: int
    last_id: int
    text: str


def passages_of(lines: Sequence[tuple[int, str]]) -> Iterator[Passage]:
    """Yield the complete passages of `lines`, which are (id, text) in stream order.

    To continue where an earlier run stopped, pass the lines from the last passage's first line on and drop the first result.
    Lines at the end that do not fill a passage yet are left for later.
    """
    start = 0
    while (end := _complete_end(lines, start)) is not None:
        yield Passage(lines[start][0], lines[end - 1][0], " ".join(text for _, text in lines[start:end]))
        start += max(1, (end - start) // 2)


def unfinished(lines: Sequence[tuple[int, str]]) -> Passage | None:
    """The passage that the last lines would begin, or None where there are no lines."""
    if not lines:
        return None
    return Passage(lines[0][0], lines[-1][0], " ".join(text for _, text in lines))


def _complete_end(lines: Sequence[tuple[int, str]], start: int) -> int | None:
    words = 0
    for end in range(start, min(start + MAX_LINES, len(lines))):
        words += len(lines[end][1].split())
        if words >= MAX_WORDS or end + 1 - start == MAX_LINES:
            return end + 1
    return None
