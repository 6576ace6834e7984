"""Merging of sources that are opened only when their time comes."""

import heapq
from collections.abc import Iterator, Sequence
from typing import Protocol

from streams.report import ReadReport
from streams.stream import Item, item_time_ns


class PlacedSource(Protocol):
    """A source that gives nothing before `start_ns`."""

    @property
    def start_ns(self) -> int:
        """Nothing comes before it."""
        ...

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Item]:
        """Items later than `after_ns`."""
        ...

    def close(self) -> None:
        """Let go of what is held open."""
        ...


def merged(sources: Sequence[PlacedSource], after_ns: int | None, report: ReadReport) -> Iterator[Item]:
    """Items of sources sorted by start, in order of time; at most the sources that overlap are open at once."""
    waiting = list(reversed(sources))
    heap: list[tuple[int, int, Item, Iterator[Item]]] = []
    num_opened = 0
    while waiting or heap:
        while waiting and (not heap or waiting[-1].start_ns <= heap[0][0]):
            num_opened += 1
            _push(heap, num_opened, waiting.pop().items(after_ns, report))
        if heap:
            _, order, item, reading = heapq.heappop(heap)
            yield item
            _push(heap, order, reading)


def _push(heap: list[tuple[int, int, Item, Iterator[Item]]], order: int, reading: Iterator[Item]) -> None:
    item = next(reading, None)
    if item is not None:
        heapq.heappush(heap, (item_time_ns(item), order, item, reading))
