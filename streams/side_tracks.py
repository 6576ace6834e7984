"""The text tracks that belong to a video."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmmem.clock import Calendar
from mmmem.errors import InvalidInputError
from mmmem.types import TextKind, TimedText
from mmmem.wording import counted
from streams.cues import Track
from streams.places import IMAGE_SUFFIXES, VIDEO_SUFFIXES, existing, files_in
from streams.stream import TextSource
from streams.track_kinds import kind_named
from streams.tracks import SUBTITLE_SUFFIXES, TRACK_SUFFIXES, check_within, looks_like_track, moved, read_track

Tracks = Sequence[str | Path] | None

_SEPARATORS = "_-. "
_GIVE_IT = "to read it too, give it: tracks={}"


@dataclass(frozen=True, slots=True)
class Beside:
    """The text tracks that belong to one video.

    Args:
        taken: those that are read.
        by_name: how many of `taken` have the video's own name; the others only begin with it.
        notes: a sentence on each file that is not taken.
    """

    taken: tuple[Path, ...]
    by_name: int
    notes: tuple[str, ...]


def tracks_by_video(videos: Sequence[Path]) -> dict[Path, list[Path]]:
    """The text tracks beside videos, each with the video whose name it begins with; the longest such name where there are two.

    `kitchen.srt` and `kitchen_captions.json` belong to `kitchen.mp4`, unless there is a `kitchen_captions.mp4`.
    """
    found: dict[Path, list[Path]] = {video: [] for video in videos}
    for folder in {video.parent: None for video in videos}:
        if not folder.is_dir():
            continue
        # Videos that were not named still keep their own tracks.
        stems = {path.stem: path for path in (*files_in(folder, VIDEO_SUFFIXES), *(v for v in videos if v.parent == folder))}
        for track in files_in(folder, TRACK_SUFFIXES):
            owner = next((stems[stem] for stem in _beginnings(track.stem) if stem in stems), None)
            if owner in found:
                found[owner].append(track)
    return found


def _beginnings(stem: str) -> Iterator[str]:
    """The stem itself, and what stands before each of its separators, longest first."""
    yield stem
    for end in range(len(stem) - 1, 0, -1):
        if stem[end] in _SEPARATORS:
            yield stem[:end]


def tracks_beside(video: Path, owned: Sequence[Path]) -> Beside:
    """Which tracks of a video are read, and a sentence on each other one.

    Of subtitle files that hold the same words one is taken: the one with the video's name and then the first of each kind that
    the name says. Of `.json` and `.jsonl` those that hold timed texts.
    """
    own = sorted((path for path in owned if path.stem == video.stem), key=_suffix_order)
    longer = sorted((path for path in owned if path.stem != video.stem), key=lambda path: (_suffix_order(path), path.name))
    taken: list[Path] = []
    notes: list[str] = []
    subtitle_of: dict[TextKind | None, Path] = {}
    for path in (*own, *longer):
        kind = None if path.stem == video.stem else kind_named(path)
        first = subtitle_of.get(kind)
        if path.suffix.lower() in SUBTITLE_SUFFIXES and first is not None:
            notes.append(f"{path.name} was not read, because {first.name} is there; {_GIVE_IT.format(path.name)}")
        elif not looks_like_track(path):
            notes.append(f"{path.name} was not read: it holds no timed texts")
        else:
            taken.append(path)
            if path.suffix.lower() in SUBTITLE_SUFFIXES:
                subtitle_of[kind] = path
    return Beside(tuple(taken), sum(path in own for path in taken), tuple(notes))


def left_in(folder: Path, taken: Collection[Path]) -> Iterator[str]:
    """A sentence on each text track of a folder of videos that no video took, and one on its pictures."""
    for path in files_in(folder, TRACK_SUFFIXES):
        if path not in taken:
            yield f"{path.name} was not read: it begins with no video's name; to read it too, give it: tracks={path.name}"
    num_pictures = len(files_in(folder, IMAGE_SUFFIXES))
    if num_pictures:
        yield f"{counted(num_pictures, 'picture')} of the folder not read: beside videos only videos are; ingest them apart"


def _suffix_order(path: Path) -> int:
    return TRACK_SUFFIXES.index(path.suffix.lower())


@dataclass(frozen=True, slots=True)
class Sides:
    """Texts beside pictures, and what to say of the files they are from.

    Args:
        bad_cues: a sentence on each line that was left out.
        notes: a sentence on each file whose lines were taken for something that it does not say.
    """

    texts: tuple[TimedText, ...] = ()
    bad_cues: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sources(self) -> list[TextSource]:
        """The texts as a source; none where there are no texts."""
        return [TextSource(self.texts)] if self.texts else []


def assumption(track: Track, path: Path) -> list[str]:
    """A sentence on what the lines of a file were taken for; none where the file or the caller says it."""
    if track.assumed is None:
        return []
    other = "caption" if track.assumed == "speech" else "speech"
    means = "tells what is seen" if other == "caption" else "was said"
    return [f"{path.name} is taken for {track.assumed}; say track_kind={other} if it {means}"]


def read_sides(
    paths: Sequence[str | Path],
    calendar: Calendar,
    start_ns: int,
    duration_ns: int | None,
    *,
    of_clip: bool = False,
    kind: TextKind | None = None,
) -> Sides:
    """Texts of tracks placed beside a video.

    Args:
        paths: the tracks.
        calendar: of the video.
        start_ns: of the video; a track without days counts from there.
        duration_ns: of the video, if known.
        of_clip: subtitles count from the start of the video, whatever their names say.
        kind: what lines are that do not say it themselves; None finds it out.

    Raises:
        SourceError: a track cannot be read.
        InvalidInputError: a track is on another calendar, or reaches far beyond the video.
    """
    texts: list[TimedText] = []
    bad_cues: list[str] = []
    notes: list[str] = []
    for name in paths:
        path = existing(str(name))
        track = read_track(path, of_clip=of_clip, kind=kind)
        bad_cues += track.bad_cues
        notes += assumption(track, path)
        if track.calendar is None:
            if duration_ns is not None:
                check_within(track.texts, duration_ns, path.name)
            texts += moved(track.texts, start_ns)
        elif track.calendar.kind == calendar.kind:
            texts += track.texts
        else:
            raise _other_calendar(path, track, calendar)
    texts.sort(key=lambda text: text.span)
    return Sides(tuple(texts), tuple(bad_cues), tuple(notes))


def _other_calendar(path: Path, track: Track, calendar: Calendar) -> InvalidInputError:
    has, start = ("has dates", "2024-05-03T11:20:05Z") if track.calendar == Calendar("wall") else ("counts days", "DAY1 11:00:00")
    kinds = {"wall": "dates", "days": "numbered days", "offset": "offsets from the start"}
    return InvalidInputError(
        f"{path.name} {has}, but the times of its video are {kinds[calendar.kind]}; say when the video begins: start={start!r}."
    )
