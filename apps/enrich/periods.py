"""Which stretches of time are over, and what was recorded in them by then.

A summary says what a stretch was like, so it can be known when the stretch is over and not before: a question asked in the
middle of an hour must not see the hour's summary. What came later than that, a correction say, is not part of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmmem.banks.episodic import Grid
from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.store.records import StoredText, StreamRecord
from mmmem.types import LEVELS, Level

FINISHED_NS = 5 * NS_PER_S
"""A stream whose observations reach this near to its declared end is over: the last frame stands some time before it."""


@dataclass(frozen=True, slots=True)
class Period:
    """A clip of some level that is over.

    Args:
        over_ns: when it was known to be over, the end of the first observation past it; what is made of it is learned then.
        children: ids of the clips of the level below.
    """

    stream_id: str
    level: Level
    span: Span
    over_ns: int
    children: tuple[int, ...]


def periods(memory: Memory, stream: StreamRecord, level: Level, *, unfinished: bool = False) -> Iterator[Period]:
    """The stretches of `stream` that are over, in order.

    Args:
        unfinished: also the last one of a stream that may go on, as far as it reaches.
    """
    clips = memory.clips(level, stream=stream.stream_id)
    if not clips:
        return
    reached_ns = clips[-1].span.end_ns
    finished = unfinished or (stream.end_ns is not None and reached_ns + FINISHED_NS >= stream.end_ns)
    grid = Grid(memory.calendar)
    for clip in clips:
        end_ns = grid.cell(LEVELS.index(level), clip.span.start_ns)[1]
        over_ns = memory.first_past(stream.stream_id, end_ns)
        if over_ns is None and finished:
            over_ns = clip.span.end_ns
        if over_ns is not None:
            yield Period(stream.stream_id, level, clip.span, over_ns, clip.children)


def lines_of(memory: Memory, period: Period) -> list[StoredText]:
    """Lines that begin in a period and were learned by its end, in order of time."""
    found = memory.texts(stream=period.stream_id, window=period.span, as_of_ns=period.over_ns)
    return [line for line in found if period.span.contains(line.text.span.start_ns)]


def thinned(lines: Sequence[StoredText], most: int) -> list[StoredText]:
    """At most so many lines, evenly over the time."""
    if len(lines) <= most:
        return list(lines)
    return [lines[i * len(lines) // most] for i in range(most)]


def lines_words(lines: Sequence[StoredText], calendar: Calendar) -> list[str]:
    """Lines as a model reads them: when, how, what."""
    return [
        f"{calendar.format(line.text.span.start_ns)} | "
        f"{f'{line.text.speaker} says' if line.text.speaker else line.text.kind} | {line.text.text}"
        for line in lines
    ]
