"""EgoLife's text tracks: `Sync` JSON and SRT, on a calendar of numbered days.

Sync JSON is a list of clips, each with a `video_file` that names day, wearer and clock time, and lines whose `start` and `end`
are clock times HHMMSS. They are whole seconds and the last one is meant: a line that ends at 110944 ends with that second.
SRT cues count from the hour in the file's name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_S, Calendar
from mmmem.types import TextKind
from streams.cues import Cue
from streams.placing import NamedTime, clock_digits_ns, named_time

CALENDAR = Calendar("days")

_SAID = re.compile(r"^(?P<who>[^:：\n]{1,30}?)\s*[:：]\s*(?P<words>\S.*)$", re.DOTALL)
_KINDS: Mapping[str, TextKind] = {"caption": "caption", "transcript": "speech", "ocr": "ocr", "note": "note"}
_HALF_DAY_NS = NS_PER_DAY // 2


def is_sync(content: Any) -> bool:
    """Whether parsed JSON is an EgoLife `Sync` file."""
    return (
        isinstance(content, list)
        and bool(content)
        and isinstance(content[0], Mapping)
        and {"video_file", "data"} <= set(content[0])
    )


def read_sync(clips: list[Any]) -> Iterator[Cue]:
    """The cues of a Sync file in absolute time, DAY1 00:00:00 being 0 ns; numbered through the file."""
    number = 0
    for clip in clips:
        name, lines = (str(clip.get("video_file", "")), clip.get("data", [])) if isinstance(clip, Mapping) else ("", [clip])
        for line in lines if isinstance(lines, list) else [lines]:
            number += 1
            yield _line_cue(number, line, named_time(name), name)


def wearer_of(clips: list[Any]) -> str:
    """Whose recording a Sync file is, as `A1_JAKE`; empty where it does not say."""
    named = named_time(str(clips[0].get("video_file", ""))) if clips and isinstance(clips[0], Mapping) else None
    return named.wearer if named else ""


def place_srt(cues: list[Cue], named: NamedTime, kind: TextKind) -> list[Cue]:
    """Move SRT cues to the day and hour in the file's name.

    Cues count from the hour; a file whose cues all lie at or after that hour of the day has clock times already.
    """
    starts = [cue.start_ns for cue in cues if cue.start_ns is not None]
    hour_ns = named.clock_ns // NS_PER_HOUR * NS_PER_HOUR
    is_clock = hour_ns > 0 and bool(starts) and min(starts) >= hour_ns
    origin_ns = CALENDAR.at(named.day, 0 if is_clock else hour_ns)
    return [_moved(cue, origin_ns, kind) for cue in cues]


def _moved(cue: Cue, origin_ns: int, kind: TextKind) -> Cue:
    start_ns = None if cue.start_ns is None else cue.start_ns + origin_ns
    end_ns = None if cue.end_ns is None else cue.end_ns + origin_ns
    return replace(cue, start_ns=start_ns, end_ns=end_ns, kind=kind, says_kind=True)


def _line_cue(number: int, line: Any, clip: NamedTime | None, clip_name: str) -> Cue:
    if clip is None:
        return Cue(
            number, None, None, "", fault=f"its video_file {clip_name!r} names no day and time (DAY1_A1_JAKE_11094208.mp4)"
        )
    if not isinstance(line, Mapping) or not isinstance(line.get("text"), str):
        return Cue(number, None, None, "", fault="it has no text")
    start_ns, end_ns = _clock(line.get("start")), _clock(line.get("end"))
    if start_ns is None or end_ns is None:
        return Cue(
            number, None, None, "", fault=f"start {line.get('start')!r} or end {line.get('end')!r} is no clock time HHMMSS"
        )
    kind = _KINDS.get(str(line.get("type", "caption")), "note")
    speaker, words = _split_said(line["text"]) if kind == "speech" else (None, line["text"])
    start_ns = _near(start_ns, clip.clock_ns)
    end_ns = _near(end_ns, start_ns)
    midnight_ns = CALENDAR.at(clip.day, 0)
    if end_ns < start_ns:
        fault = f"it ends at {line['end']}, before it starts at {line['start']} (clock times HHMMSS)"
        return Cue(number, midnight_ns + start_ns, None, words, kind, speaker, fault)
    return Cue(number, midnight_ns + start_ns, midnight_ns + end_ns + NS_PER_S, words, kind, speaker, says_kind=True)


def _near(clock_ns: int, reference_ns: int) -> int:
    """The clock time on the day that puts it within twelve hours of the reference: lines run past midnight."""
    if clock_ns < reference_ns - _HALF_DAY_NS:
        return clock_ns + NS_PER_DAY * ((reference_ns - clock_ns + _HALF_DAY_NS) // NS_PER_DAY)
    return clock_ns


def _clock(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    return clock_digits_ns(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _split_said(text: str) -> tuple[str | None, str]:
    match = _SAID.match(text.strip())
    return (match["who"].strip(), match["words"].strip()) if match else (None, text)
