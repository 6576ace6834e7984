"""Text tracks by file: which format a file is in, and the texts in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError, SourceError
from mmmem.types import TextKind, TimedText
from streams import egolife, narrations, subtitles
from streams.cues import Cue, Track, timed_texts
from streams.placing import named_time
from streams.report import ReadReport
from streams.track_kinds import with_kind

SUBTITLE_SUFFIXES = (".srt", ".vtt")
TRACK_SUFFIXES = (*SUBTITLE_SUFFIXES, ".json", ".jsonl", ".ndjson")

MAX_TRACK_BYTES = 512 * 2**20
"""A text track is read whole; a week of dense narration is 10 MB."""

_SLACK_NS = 60 * NS_PER_S
_LASTING_NS = 600 * NS_PER_S
"""Nobody takes so long for a line, but one of a second does when its milliseconds are taken for seconds."""


def read_track(path: Path, *, of_clip: bool = False, kind: TextKind | None = None) -> Track:
    """Read a text track: SRT, WebVTT, JSON or JSONL narrations, EgoLife Sync JSON or SRT.

    Args:
        path: the file.
        kind: what lines are that do not say it themselves; None finds it out, see `streams.track_kinds`.
        of_clip: subtitles count from the start of a clip, even where the name has a day and hour as EgoLife's have.

    Raises:
        SourceError: the file cannot be read, is empty or is no text.
        InvalidInputError: it holds no timed texts, or too many bad ones.
    """
    text = _read_text(path)
    suffix = path.suffix.lower()
    if suffix in (".json", ".jsonl", ".ndjson"):
        return _read_json_track(path, text, kind, lines=suffix != ".json")
    cues = list(subtitles.read_vtt(text) if suffix == ".vtt" else subtitles.read_srt(text))
    if not cues:
        raise InvalidInputError(f"{path.name} holds no cue: expected lines such as '00:00:01,000 --> 00:00:02,500'.")
    named = named_time(path.name)
    if named is None or of_clip:
        told, assumed = with_kind(cues, path, kind)
        return replace(_track(told, path), assumed=assumed)
    track = _track(egolife.place_srt(cues, named, kind or _srt_kind(path, cues)), path)
    return replace(track, calendar=egolife.CALENDAR, wearer=named.wearer)


def looks_like_track(path: Path) -> bool:
    """Whether a file beside a video is a track of it: any subtitle file, and JSON that holds timed texts."""
    if path.suffix.lower() in SUBTITLE_SUFFIXES:
        return True
    try:
        text = _read_text(path)
        if path.suffix.lower() != ".json":
            return any(cue.start_ns is not None for cue in narrations.read_jsonl(text))
        content = narrations.parse_json(text, path.name)
    except (SourceError, InvalidInputError):
        return False
    return egolife.is_sync(content) or narrations.looks_timed(content)


def check_within(texts: Iterable[TimedText], duration_ns: int, file_name: str) -> None:
    """Refuse a side track that cannot belong to a video of this length.

    Raises:
        InvalidInputError: a text starts after twice the duration and a minute; in most cases its milliseconds were written
            as seconds.
    """
    bound_ns = 2 * duration_ns + _SLACK_NS
    last_ns = max((text.span.start_ns for text in texts), default=0)
    if last_ns <= bound_ns:
        return
    in_milliseconds = last_ns <= 1000 * (duration_ns + NS_PER_S)
    hint = "its times look like milliseconds given as seconds: divide them by 1000, or name the fields start_ms and end_ms"
    raise InvalidInputError(
        f"{file_name} has a text at {last_ns / NS_PER_S:.1f} s, but its video lasts {duration_ns / NS_PER_S:.1f} s and a side "
        f"track may reach to {bound_ns / NS_PER_S:.1f} s; {hint if in_milliseconds else 'give the track of this video'}."
    )


def unit_doubt(texts: Sequence[TimedText], file_name: str) -> tuple[str, ...]:
    """A sentence where lines last so long that their times look like milliseconds given as seconds, else nothing."""
    lasting_ns = sorted(text.span.duration_ns for text in texts)
    middle_ns = lasting_ns[len(lasting_ns) // 2] if lasting_ns else 0
    whole = all(text.span.start_ns % NS_PER_S == 0 == text.span.end_ns % NS_PER_S for text in texts)
    if middle_ns < _LASTING_NS or not whole:
        return ()
    return (
        f"half of the lines of {file_name} last {middle_ns / NS_PER_S / 60:.0f} min or more: if its times are milliseconds, name "
        "the fields start_ms and end_ms and ingest it into a new memory.",
    )


def moved(texts: Iterable[TimedText], start_ns: int) -> tuple[TimedText, ...]:
    """The same texts later by `start_ns`."""
    return tuple(replace(text, span=Span(text.span.start_ns + start_ns, text.span.end_ns + start_ns)) for text in texts)


def tell_bad_cues(track: Track, report: ReadReport) -> None:
    """Put the cues that were left out of a track into a report."""
    for sentence in track.bad_cues:
        report.add_bad_cue(sentence)


def _read_json_track(path: Path, text: str, kind: TextKind | None, *, lines: bool) -> Track:
    if lines:
        return _narrated(narrations.read_jsonl(text), path, kind)
    content = narrations.parse_json(text, path.name)
    if egolife.is_sync(content):
        track = _track(egolife.read_sync(content), path)
        return replace(track, calendar=egolife.CALENDAR, wearer=egolife.wearer_of(content))
    return _narrated(narrations.read_json(content, path.name), path, kind)


def _narrated(read: Iterable[Cue], path: Path, kind: TextKind | None) -> Track:
    """Narrations, by offsets or by dates.

    Raises:
        InvalidInputError: some of the times are dates and others are offsets.
    """
    cues = [cue if cue.says_kind or kind is None else replace(cue, kind=kind) for cue in read]
    dated = {cue.is_date for cue in cues if cue.start_ns is not None and not cue.fault}
    if len(dated) > 1:
        raise InvalidInputError(f"{path.name} mixes dates with times from a start; write all of them in one way.")
    track = _track(cues, path)
    return replace(track, calendar=Calendar("wall")) if dated == {True} else track


def _track(cues: Iterable[Cue], path: Path) -> Track:
    texts, bad = timed_texts(cues, path.name)
    return Track(texts, bad_cues=bad)


def _srt_kind(path: Path, cues: list[Cue]) -> TextKind:
    folders = {part.lower() for part in path.parts[:-1]}
    if "densecaption" in folders:
        return "caption"
    named = sum(cue.speaker is not None for cue in cues)
    return "speech" if "transcript" in folders or 2 * named >= len(cues) else "caption"


_BOMS: Mapping[bytes, str] = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def _read_text(path: Path) -> str:
    size = _reading(path, lambda: path.stat().st_size)
    if size == 0:
        raise SourceError(f"{str(path)!r} is empty (0 bytes); give a file with timed texts, or leave this track out.")
    if size > MAX_TRACK_BYTES:
        raise SourceError(f"{str(path)!r} has {size} bytes, a text track may have {MAX_TRACK_BYTES}; split it.")
    data: bytes = _reading(path, path.read_bytes)
    encoding = next((name for bom, name in _BOMS.items() if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SourceError(
            f"{str(path)!r} is not {encoding} text (byte 0x{data[error.start]:02x} in line {line}); convert it, for example with "
            "iconv -f latin1 -t utf-8."
        ) from error


def _reading(path: Path, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except OSError as error:
        raise SourceError(f"Cannot read {str(path)!r}: {error.strerror or error}.") from error
