"""A stream: frames and texts of one or more sources in order of time."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from mmmem.errors import SourceError
from mmmem.types import Frame, StreamInfo, TimedText
from streams.report import ReadReport

Item = Frame | TimedText


def item_time_ns(item: Item) -> int:
    """When an item happens: a frame's time, a text's start."""
    return item.t_ns if isinstance(item, Frame) else item.span.start_ns


class Source(Protocol):
    """Gives items of one kind in order of time, absolute on the stream's calendar."""

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Item]:
        """Items later than `after_ns`; what goes wrong goes into the report."""
        ...

    def close(self) -> None:
        """Let go of what the source holds open."""
        ...


@runtime_checkable
class SeekableSource(Protocol):
    """A source whose frames can be looked up by time."""

    def frame_at(self, t_ns: int, size: int | None) -> Frame:
        """The last frame at or before `t_ns`, or else the first one."""
        ...


@dataclass(eq=False)
class Stream:
    """Frames and texts in order of time; made by `streams.open`.

    Iterating starts from the beginning each time, and starts a new `report`.

    Args:
        info: name, uri, calendar, first and last instant.
        sources: merged by time.
        report: of the reading under way, or the last one.
        num_items_estimate: how many items a whole reading gives, about; None where that cannot be known.
        notes: sentences every report starts with.
        bad_cues: lines of text tracks that were left out when the stream was opened.
    """

    info: StreamInfo
    sources: Sequence[Source]
    num_items_estimate: int | None = None
    notes: tuple[str, ...] = ()
    bad_cues: tuple[str, ...] = ()
    report: ReadReport = field(init=False)

    def __post_init__(self) -> None:
        self.report = self._new_report()

    @property
    def duration_ns(self) -> int | None:
        """From the first instant to the last; None where the end is not known."""
        return None if self.info.end_ns is None else self.info.end_ns - self.info.start_ns

    def texts_until(self, t_ns: int) -> list[TimedText]:
        """Texts of its text tracks that begin by then; those that a source makes as it is read are not among them."""
        held = (text for source in self.sources if isinstance(source, TextSource) for text in source.texts)
        return [text for text in held if text.span.start_ns <= t_ns]

    @property
    def stills(self) -> bool:
        """Whether its pictures are photos: of unknown times, or minutes apart; nobody can be followed through them."""
        return any(getattr(source, "stills", False) for source in self.sources)

    def __iter__(self) -> Iterator[Item]:
        """Every item from the beginning."""
        return self.items()

    def items(self, after_ns: int | None = None) -> Iterator[Item]:
        """Items in order of time, with `after_ns` only those later than it; a text comes before a frame of the same time."""
        report = self.report = self._new_report()
        readings = [source.items(after_ns, report) for source in self.sources]
        try:
            for item in heapq.merge(*readings, key=_order):
                if isinstance(item, Frame):
                    report.num_frames += 1
                else:
                    report.num_texts += 1
                yield item
        finally:
            for reading in readings:
                if hasattr(reading, "close"):
                    reading.close()

    def frame_at(self, t_ns: int, size: int | None = None) -> Frame:
        """The frame shown at `t_ns`: the last one at or before it.

        Raises:
            SourceError: the stream has no pictures that can be looked up.
            InvalidInputError: it has ended by then.
        """
        for source in self.sources:
            if isinstance(source, SeekableSource):
                return source.frame_at(t_ns, size)
        raise SourceError(f"{self.info.uri} holds no pictures that can be looked up; only files and folders keep them.")

    def close(self) -> None:
        """Let go of files, connections and threads."""
        for source in self.sources:
            source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        kinds = " + ".join(type(source).__name__ for source in self.sources)
        return f"Stream({self.info.stream_id!r}, {kinds}, {self.info.uri!r})"

    def _new_report(self) -> ReadReport:
        report = ReadReport(self.info.uri, self.info.calendar, notes=list(self.notes))
        for sentence in self.bad_cues:
            report.add_bad_cue(sentence)
        return report


def _order(item: Item) -> tuple[int, bool]:
    return item_time_ns(item), isinstance(item, Frame)


class TextSource:
    """Texts that are held in memory, given in order of their start, however they come."""

    def __init__(self, texts: Sequence[TimedText]) -> None:
        self.texts = tuple(sorted(texts, key=lambda text: text.span.start_ns))

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[TimedText]:
        """Texts that start later than `after_ns`."""
        for text in self.texts:
            if after_ns is None or text.span.start_ns > after_ns:
                yield text

    def close(self) -> None:
        """Nothing is held open."""
