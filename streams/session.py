"""Several videos as one session: one after the other, or each at its own time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from mmmem.clock import NS_PER_S, Calendar
from mmmem.errors import InvalidInputError, SourceError
from mmmem.types import Frame
from streams.decoders import open_decoder
from streams.merging import merged
from streams.placing import Placement, Start, named_time, parse_creation_time, place
from streams.report import ReadReport
from streams.stream import Item
from streams.video import VideoSource

_SHORTEST_GAP_NS = 2 * NS_PER_S


@dataclass(eq=False)
class SessionPart:
    """One video of a session; if it cannot be read, the session goes on without it and the report says so."""

    source: VideoSource
    before: "SessionPart | None" = None

    @property
    def start_ns(self) -> int:
        """When the video starts."""
        return self.source.start_ns

    @property
    def end_ns(self) -> int | None:
        """When it ends; None where its header does not say or cannot be read."""
        try:
            return self.source.end_ns
        except SourceError:
            return None

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Item]:
        """Frames later than `after_ns`."""
        self._tell_gap(report)
        try:
            yield from self.source.items(after_ns, report)
        except SourceError as error:
            report.add_damage(self.start_ns, self.start_ns + 1, str(error))
        finally:
            self.source.close()

    def close(self) -> None:
        """Close the file."""
        self.source.close()

    def _tell_gap(self, report: ReadReport) -> None:
        before_end_ns = self.before.end_ns if self.before else None
        if self.before is None or before_end_ns is None:
            return
        name, name_before = self.source.name, self.before.source.name
        if self.start_ns - before_end_ns >= _SHORTEST_GAP_NS:
            report.add_gap(before_end_ns, self.start_ns, f"nothing between {name_before} and {name}")
        elif before_end_ns - self.start_ns >= _SHORTEST_GAP_NS:
            report.add_note(f"{name_before} and {name} overlap; their frames are merged by time")


class Session:
    """Videos in order of their starts; one is open at a time unless they overlap."""

    def __init__(self, sources: Sequence[VideoSource]) -> None:
        self.parts = [SessionPart(source) for source in sorted(sources, key=lambda source: source.start_ns)]
        for before, part in pairwise(self.parts):
            part.before = before

    @property
    def start_ns(self) -> int:
        """Start of the first video."""
        return self.parts[0].start_ns

    @property
    def end_ns(self) -> int | None:
        """End of the last video; None where it is not known."""
        return self.parts[-1].end_ns

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Item]:
        """Frames of all videos later than `after_ns`; what lies between two videos is a gap in the report."""
        yield from merged(self._parts_after(after_ns), after_ns, report)

    def frame_at(self, t_ns: int, size: int | None) -> Frame:
        """The frame shown at `t_ns` in the last video that has started by then."""
        started = [part for part in self.parts if part.start_ns <= t_ns] or self.parts[:1]
        return started[-1].source.frame_at(t_ns, size)

    def close(self) -> None:
        """Close all files."""
        for part in self.parts:
            part.close()

    def _parts_after(self, after_ns: int | None) -> list[SessionPart]:
        if after_ns is None:
            return self.parts
        following = [*(part.start_ns for part in self.parts[1:]), None]
        return [
            part
            for part, next_ns in zip(self.parts, following, strict=True)
            if next_ns is None or next_ns > after_ns or (part.end_ns or 0) > after_ns
        ]


def placements(paths: Sequence[Path], start: Start | Sequence[Start], calendar: Calendar | None) -> list[Placement | None]:
    """Where each video of a session starts; None where it follows the one before.

    Args:
        paths: the videos, in the order given.
        start: one start for the first, one for each, or `container` for each file's own creation time. Without one, EgoLife
            names (`DAY2_A1_JAKE_11094208.mp4`) place their videos.
        calendar: None takes the one that the starts are written in.

    Raises:
        InvalidInputError: not a start, or not one for each.
    """
    if isinstance(start, Sequence) and not isinstance(start, str):
        if len(start) != len(paths):
            raise InvalidInputError(f"{len(start)} starts were given for {len(paths)} videos; give one for each, or one for all.")
        return [place(one, calendar) for one in start]
    if start == "container":
        return [_by_container(path, calendar) for path in paths]
    if start is None and (calendar is None or calendar.kind == "days") and all(named_time(path.name) for path in paths):
        return [_by_name(path) for path in paths]
    first = place(start, calendar)
    return [first, *([None] * (len(paths) - 1))]


def _by_container(path: Path, calendar: Calendar | None) -> Placement:
    if calendar is not None and calendar.kind != "wall":
        raise InvalidInputError(f"start='container' gives dates, but the calendar is {calendar.kind!r}; leave the calendar out.")
    creation_time = open_decoder("pyav", path).header.creation_time
    return Placement(calendar or Calendar("wall"), parse_creation_time(creation_time, str(path)))


def _by_name(path: Path) -> Placement:
    named = named_time(path.name)
    if named is None:
        raise InvalidInputError(f"{path.name} names no day and time; write DAY2_A1_JAKE_11094208.mp4.")
    start_ns = named.start_ns
    if named.frame:
        # The last two digits count frames, as in a time code.
        rate = open_decoder("pyav", path).header.frame_rate
        start_ns += min(round(named.frame * NS_PER_S / rate), NS_PER_S - 1) if rate else 0
    return Placement(Calendar("days"), start_ns)
