"""When things were picked up and put down: HD-EPIC's annotations, and what tracks of boxes tell of it."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from mmmem.clock import NS_PER_S
from mmmem.errors import InvalidInputError, SourceError
from mmmem.handling import Handled
from streams.datasets.box_tracks import Box, BoxTracks
from streams.datasets.tum import seconds_text_to_ns

_TAKEN = re.compile(r"(\d{8})-(\d{6})$")
STATIC = frozenset(("refrigerator", "sink", "microwave", "oven", "dining table", "toilet", "tv", "couch", "bed"))
"""COCO's classes of things that stay where they are: they show how the camera moves."""
WINDOW_S = 1 / 3
SHIFT = 0.5
_JOIN_S = 0.5


def read_handled(path: Path | str) -> dict[str, list[Handled]]:
    """Things by video, from HD-EPIC's `assoc_info.json`: `{video: {id: {"name", "tracks": [{"time_segment": [s, s]}]}}}`.

    A track reaches from picking up to putting down. Times are absolute where the video's name says when it was taken
    (`P01-20240202-161948`, taken as UTC), and count from its start else.

    Raises:
        SourceError: the file cannot be read.
        InvalidInputError: it is not laid out so, or a track ends before it begins.
    """
    path = Path(path)
    try:
        # Decimal times stay exact as text; a float would round them.
        held = json.loads(path.read_text("utf-8"), parse_float=str)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SourceError(f"{path.name} cannot be read as JSON: {error}.") from error
    try:
        return {video: [_handled(id, one, taken_ns(video)) for id, one in things.items()] for video, things in held.items()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, InvalidInputError):
            raise
        raise InvalidInputError(f"{path.name} is not laid out as HD-EPIC's associations: {error!r}.") from error


def taken_ns(video: str) -> int:
    """When a video was taken, by its name; 0 where the name does not say."""
    match = _TAKEN.search(video)
    if match is None:
        return 0
    moment = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return int(moment.timestamp()) * NS_PER_S


def _handled(id: str, one: Mapping[str, Any], start_ns: int) -> Handled:
    segments = [track["time_segment"] for track in one["tracks"]]
    moves = [tuple(start_ns + seconds_text_to_ns(str(value)) for value in segment) for segment in segments]
    ordered = sorted(((picked_up, put_down) for picked_up, put_down in moves), key=lambda move: (move[1], move[0]))
    return Handled(id, str(one["name"]), tuple(ordered))


def carried(tracks: BoxTracks) -> list[Handled]:
    """When things were carried, as far as boxes of one moving camera tell it.

    The camera's own motion is taken from things that stay where they are (`STATIC`): the median shift of their boxes' middles
    over `WINDOW_S`. A thing is carried while its own middle shifts against that by more than `SHIFT` of its box's diagonal;
    stretches nearer than half a second are one. Where nothing static is in view, nothing is told; people and static things are
    not carried. Every track comes back, those that never moved with no moves.
    """
    window = max(round(WINDOW_S * tracks.fps), 1)
    carrying: dict[int, list[int]] = defaultdict(list)
    for frame in tracks.frames:
        for id in _shifted(tracks, frame, window):
            carrying[id].append(frame)
    join = round(_JOIN_S * tracks.fps)
    found: list[Handled] = []
    for id, name in sorted(tracks.names.items()):
        runs = [] if name in STATIC or name == "person" else _runs(carrying[id], join)
        moves = tuple((tracks.t_ns(first - window), tracks.t_ns(last)) for first, last in runs)
        found.append(Handled(str(id), name, moves))
    return found


def _shifted(tracks: BoxTracks, frame: int, window: int) -> Iterator[int]:
    """Ids of what shifted against what stays where it is, since a window ago."""
    before = {box.track_id: box for box in tracks.frames.get(frame - window, ())}
    both = [(before[box.track_id], box) for box in tracks.frames[frame] if box.track_id in before]
    still = [_middle(now) - _middle(then) for then, now in both if tracks.names[now.track_id] in STATIC]
    if not still:
        return
    camera = np.median(still, axis=0)
    for then, now in both:
        if float(np.linalg.norm(_middle(now) - _middle(then) - camera)) > SHIFT * _diagonal(now):
            yield now.track_id


def _middle(box: Box) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    x, y, right, bottom = box.xyxy
    return np.array(((x + right) / 2, (y + bottom) / 2))


def _diagonal(box: Box) -> float:
    x, y, right, bottom = box.xyxy
    return float(np.hypot(right - x, bottom - y))


def _runs(frames: list[int], join: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for frame in frames:
        if runs and frame - runs[-1][1] <= join:
            runs[-1] = (runs[-1][0], frame)
        else:
            runs.append((frame, frame))
    return runs
