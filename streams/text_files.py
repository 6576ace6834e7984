"""Many text tracks with absolute times as one source: EgoLife's week, one file an hour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmmem.clock import NS_PER_HOUR, NS_PER_MIN
from mmmem.errors import InvalidInputError, MmmemError, SourceError
from mmmem.types import TimedText
from streams.cues import Track
from streams.egolife import CALENDAR
from streams.merging import merged
from streams.placing import named_time
from streams.report import ReadReport
from streams.stream import Item
from streams.tracks import read_track, tell_bad_cues

# A file is named for its hour. Lines may start a little before it, and a clip may run on after it.
_EARLY_NS = 5 * NS_PER_MIN
_COVERS_NS = 2 * NS_PER_HOUR


@dataclass(frozen=True, slots=True)
class _TrackFile:
    """One file, read when its time comes."""

    path: Path
    start_ns: int
    end_ns: int

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Item]:
        try:
            track = read_track(self.path)
        except (SourceError, InvalidInputError) as error:
            report.add_damage(self.start_ns, self.end_ns, str(error))
            return
        tell_bad_cues(track, report)
        for text in track.texts:
            if after_ns is None or text.span.start_ns > after_ns:
                yield text

    def close(self) -> None:
        pass


class DayTracks:
    """Text tracks on the calendar of numbered days, sorted by day and hour as numbers: day 10 follows day 9.

    The first and the last file are read at once, for the ends of the stream; the others when their time comes.

    Raises:
        InvalidInputError: a file has no absolute times, or the files are of several wearers.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        placed = sorted((_start_ns(path), path.name, path) for path in paths)
        self._files = [_TrackFile(path, max(start_ns - _EARLY_NS, 0), start_ns + _COVERS_NS) for start_ns, _, path in placed]
        first, last = _absolute(placed[0][2]), _absolute(placed[-1][2])
        self.wearer = self._one_wearer(paths, first)
        self.start_ns = _bounds(first)[0]
        self.end_ns = max(_bounds(first)[1], _bounds(last)[1])
        self.num_expected = len(placed) * (len(first.texts) + len(last.texts)) // 2
        self.calendar = CALENDAR

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Item]:
        """Texts that start later than `after_ns`."""
        files = self._files
        if after_ns is not None:
            files = [file for file in files if file.end_ns > after_ns]
        yield from merged(files, after_ns, report)

    def close(self) -> None:
        """Nothing is held open."""

    def _one_wearer(self, paths: Sequence[Path], first: Track) -> str:
        names = {named.wearer for path in paths if (named := named_time(path.name)) and named.wearer}
        if len(names) > 1:
            raise InvalidInputError(
                f"These files are of {len(names)} people ({', '.join(sorted(names))}), a stream is of one; open each person's "
                "files as a stream of its own, for example with a pattern such as 'Sync/A1_JAKE_*.json'."
            )
        return next(iter(names), first.wearer)


def _start_ns(path: Path) -> int:
    named = named_time(path.name)
    return named.start_ns if named else _bounds(_absolute(path))[0]


def _absolute(path: Path) -> Track:
    track = read_track(path)
    if track.calendar != CALENDAR:
        raise InvalidInputError(
            f"{path.name} has times from its own start, so it cannot stand beside tracks with days; open it alone, or as a "
            "track of its video."
        )
    return track


def _bounds(track: Track) -> tuple[int, int]:
    return track.texts[0].span.start_ns, max(text.span.end_ns for text in track.texts)


def has_days(path: Path) -> bool:
    """Whether a text track carries days: by its name, or by what is in it."""
    if named_time(path.name) is not None:
        return True
    try:
        return read_track(path).calendar == CALENDAR
    except MmmemError:
        return False


def texts_span_ns(texts: Sequence[TimedText]) -> tuple[int, int]:
    """Start of the first and end of the last text."""
    return min(text.span.start_ns for text in texts), max(text.span.end_ns for text in texts)
