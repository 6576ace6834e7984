"""The text tracks that belong to a video."""

from collections.abc import Sequence
from pathlib import Path

from mmmem.clock import Calendar
from mmmem.errors import InvalidInputError
from mmmem.types import TimedText
from streams.places import existing
from streams.stream import TextSource
from streams.tracks import SUBTITLE_SUFFIXES, check_within, looks_like_track, moved, read_track

Tracks = Sequence[str | Path] | None


def tracks_beside(video: Path) -> tuple[list[Path], list[str]]:
    """Text tracks with the video's name, and a sentence on each file of that name that is not taken.

    Of `.srt` and `.vtt` the first is taken, for they hold the same words; of `.json` and `.jsonl` those that hold timed texts.
    """
    taken: list[Path] = []
    notes: list[str] = []
    subtitles = [path for suffix in SUBTITLE_SUFFIXES if (path := video.with_suffix(suffix)).is_file()]
    taken += subtitles[:1]
    notes += [f"{path.name} was not read, because {subtitles[0].name} is there" for path in subtitles[1:]]
    for suffix in (".json", ".jsonl"):
        path = video.with_suffix(suffix)
        if path.is_file() and looks_like_track(path):
            taken.append(path)
        elif path.is_file():
            notes.append(f"{path.name} was not read: it holds no timed texts")
    return taken, notes


def side_source(
    paths: Sequence[str | Path], calendar: Calendar, start_ns: int, duration_ns: int | None, *, of_clip: bool = False
) -> tuple[TextSource, int, list[str]]:
    """Texts of tracks placed beside a video, how many there are, and a sentence on each line that was left out.

    Args:
        paths: the tracks.
        calendar: of the video.
        start_ns: of the video; a track without days counts from there.
        duration_ns: of the video, if known.
        of_clip: subtitles count from the start of the video, whatever their names say.

    Raises:
        SourceError: a track cannot be read.
        InvalidInputError: a track is on another calendar, or reaches far beyond the video.
    """
    texts: list[TimedText] = []
    bad_cues: list[str] = []
    for name in paths:
        path = existing(str(name))
        track = read_track(path, of_clip=of_clip)
        bad_cues += track.bad_cues
        if track.calendar is None:
            if duration_ns is not None:
                check_within(track.texts, duration_ns, path.name)
            texts += moved(track.texts, start_ns)
        elif track.calendar.kind == calendar.kind:
            texts += track.texts
        else:
            raise InvalidInputError(
                f"{path.name} counts days, but its video is on the calendar {calendar.kind!r}; open the video with "
                "start='DAY1 11:00:00', the day and time at which it begins."
            )
    texts.sort(key=lambda text: text.span)
    return TextSource(texts), len(texts), bad_cues
