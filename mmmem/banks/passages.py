"""What of a stream is embedded: each line, with who said it.

A line is known as a whole the moment it is learned, so the vectors of what was known at a time never change when the stream goes
on. Lines around it say what a short one is about; that is added when a question is asked (`mmmem.agent.episodic`). On EgoLife
lines and their surroundings find more than windows of six lines do (benchmarks/RESULTS.md).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of lines, by their ids, and the text to embed."""

    line_ids: tuple[int, ...]
    text: str


def passages_of(lines: Iterable[tuple[int, str | None, str]]) -> Iterator[Passage]:
    """Yield the passages of `lines`, which are (id, speaker, text): one for each."""
    for number, speaker, text in lines:
        yield Passage((number,), f"{speaker}: {text}" if speaker else text)
