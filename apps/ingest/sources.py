"""What the user named, opened as one stream."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import streams
from mmmem.clock import NS_PER_S, Calendar, seconds_to_ns
from mmmem.errors import InvalidInputError
from mmmem.suggest import known_name
from mmmem.types import TextKind
from streams.images import ImageTimes
from streams.places import joined_uri, local_path, scheme_of
from streams.report import JOINED
from streams.sampling import Sampler
from streams.tracks import TRACK_SUFFIXES

PERIOD_S = 1.0
LONGEST_PERIOD_S = 366 * 86_400.0
PERIOD_LOOKING_S = 0.2
"""Sampling period where a detector looks: a person who walks through is there for seconds."""
_FRAME_NS = NS_PER_S // 30
_NAMED = ("all", "change", "keyframes")


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which frames are looked at, and how long each of them stands for."""

    sampler: Sampler
    period_ns: int


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How a source is read; see `streams.open`.

    Args:
        stream: name of the stream; None takes the file's or folder's name.
        tracks: text tracks beside a video; empty takes those with its name, None takes none.
        track_kind: what the lines of a track are that does not say it; None finds it out.
        wearer: name of who wears the camera; empty leaves what is known.
        size: longest side of the pictures that are looked at, in pixels; None keeps them as they are.
    """

    stream: str | None = None
    start: str | None = None
    calendar: Calendar | None = None
    tracks: Sequence[str] | None = ()
    track_kind: TextKind | None = None
    wearer: str = ""
    size: int | None = None
    backend: str = "pyav"
    image_period_s: float | None = None
    image_times: ImageTimes = "period"


def sampling(every: str | None, *, looking: bool) -> Sampling:
    """Read `--every`: seconds, `keyframes`, `change` or `all`.

    Args:
        every: None is one second, or a fifth of one where a detector is `looking`.

    Raises:
        InvalidInputError: not positive seconds.
        UnknownNameError: another word.
    """
    if every is None:
        every = str(PERIOD_LOOKING_S if looking else PERIOD_S)
    try:
        period_s = float(every)
    except ValueError:
        name = known_name(every, _NAMED, "way to sample (or give seconds)")
        if name == "all":
            return Sampling(streams.all_frames(), _FRAME_NS)
        return Sampling(streams.keyframes() if name == "keyframes" else streams.on_change(), seconds_to_ns(PERIOD_S))
    if not 0 < period_s <= LONGEST_PERIOD_S:
        raise InvalidInputError(
            f"--every {every} must be positive seconds, at most {LONGEST_PERIOD_S:,.0f} (a year); 'all' takes every frame."
        )
    return Sampling(streams.every(period_s), seconds_to_ns(period_s))


def open_source(names: Sequence[str], sampler: Sampler, options: SourceOptions) -> streams.Stream:
    """Open what was named as one stream; several videos are one session, and text tracks named with them go beside them.

    Local paths become absolute, so that the memory can show the original from any directory.

    Raises:
        SourceError, InvalidInputError, UnknownNameError, MissingExtraError: as `streams.open`.
    """
    known_name(options.image_times, get_args(ImageTimes), "source of image times")
    sources, tracks = _told_apart(names, options.tracks)
    opened = streams.open(
        sources[0] if len(sources) == 1 else sources,
        stream_id=options.stream,
        start=options.start,
        calendar=options.calendar,
        sampler=sampler,
        size=options.size,
        tracks=tracks,
        track_kind=options.track_kind,
        backend=options.backend,
        period_s=options.image_period_s,
        image_times=options.image_times,
    )
    opened.info = replace(opened.info, wearer=options.wearer)
    return opened


def _told_apart(names: Sequence[str], tracks: Sequence[str] | None) -> tuple[list[str], Sequence[str] | None]:
    if not names:
        raise InvalidInputError("Nothing to take in was named; give a video, a folder, a text track, a camera or an address.")
    words = [name for name in names if Path(name).suffix.lower() in TRACK_SUFFIXES and not scheme_of(name)]
    if len(words) == len(names) or not words:
        return [resolved(name) for name in names], tracks
    return [resolved(name) for name in names if name not in words], [*(tracks or ()), *words]


def source_uri(names: Sequence[str]) -> str:
    """The address under which a stream of these names is known; see `open_source`."""
    return joined_uri(_told_apart(names, ())[0])


def resolved(name: str) -> str:
    """An absolute path, a camera's address for a bare number, and any other address as it is."""
    name = local_path(name)
    if name.isdecimal() and not Path(name).exists():
        return f"camera:{name}"
    if not name.strip() or scheme_of(name) or name.startswith(JOINED):
        return name
    return os.path.abspath(Path(name).expanduser())  # noqa: PTH100  # Path.absolute() keeps "..", which then names a stream
