"""Cues of a text track, before and after they are trusted.

A reader of a format makes `Cue`s out of whatever is written there; `timed_texts` turns the sound ones into `TimedText`
and names the others. One bad line must neither lose a track nor disappear: up to one cue in a hundred is left out and
reported, more than that refuses the file and names the first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError
from mmmem.types import TextKind, TimedText

CUES_PER_BAD_CUE = 100
"""A track may hold one bad cue among so many good ones; a track with more is refused."""

INSTANT_NS = 1_000_000
"""How long a cue lasts that ends where it starts: the resolution of subtitle formats."""

POINT_NS = 5 * NS_PER_S
"""How long a narration without an end lasts at most; the next one ends it earlier."""

LONGEST_OFFSET_NS = 3 * 366 * 86_400 * NS_PER_S
"""An offset above three years is a date, or counts milliseconds."""

_SPEAKER = re.compile(r"^(?P<who>(?:[^\W\d_a-z][\w.'-]*)(?: [^\W\d_a-z][\w.'-]*){0,2}) ?[:：]\s+(?P<words>\S.*)$", re.DOTALL)
_MAX_SPEAKER = 30


@dataclass(frozen=True, slots=True)
class Cue:
    """One line of a track as it was read.

    Args:
        number: its ordinal in the file, from 1.
        start_ns: None where it could not be read.
        end_ns: None where the format or the line gives no end.
        text: the words.
        kind: what they are.
        speaker: who said them, if the file says so.
        fault: why the line is unusable; empty where it is sound.
        says_kind: the file says itself what the line is.
        is_date: its times are dates, nanoseconds since 1970; else they count from the start of the track.
    """

    number: int
    start_ns: int | None
    end_ns: int | None
    text: str
    kind: TextKind = "caption"
    speaker: str | None = None
    fault: str = ""
    says_kind: bool = False
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """Texts of one file in time order.

    Args:
        texts: in order of their start; times count from the start of the track, or are absolute.
        calendar: the calendar of absolute times; None where times count from the start of the track.
        bad_cues: one sentence for each line that was left out.
        wearer: whose recording this is, if the file says so.
        assumed: what the lines were taken to be, where neither the file nor the caller says it.
    """

    texts: tuple[TimedText, ...]
    calendar: Calendar | None = None
    bad_cues: tuple[str, ...] = ()
    wearer: str = ""
    assumed: TextKind | None = None


def split_speaker(text: str) -> tuple[str | None, str]:
    """Split `Anna Lee: I am here` into who and words; a text without a name in front comes back whole.

    A name is one to three capitalised words; `http://...` or `Then: ...` within a sentence is no name, a capitalised
    `Note: ...` cannot be told from one.
    """
    match = _SPEAKER.match(text)
    if match is None or len(match["who"]) > _MAX_SPEAKER:
        return None, text
    return match["who"], match["words"].strip()


def timed_texts(cues: Iterable[Cue], file_name: str) -> tuple[tuple[TimedText, ...], tuple[str, ...]]:
    """Turn cues into texts in time order, and say in a sentence each which were left out.

    Raises:
        InvalidInputError: more than one cue in a hundred is bad; names the file, the first bad cue and its fault.
    """
    read = list(cues)
    faults = [(cue, fault) for cue in read if (fault := cue_fault(cue))]
    if len(faults) * CUES_PER_BAD_CUE > len(read):
        cue, fault = faults[0]
        rest = f"; {len(faults)} of {len(read)} cues are bad, at most 1 in {CUES_PER_BAD_CUE} may be" if len(read) > 1 else ""
        raise InvalidInputError(f"{file_name}, cue {cue.number}: {fault}{rest}. Mend the file, or leave this track out.")
    bad = {id(cue) for cue, _ in faults}
    texts = _with_ends([cue for cue in read if id(cue) not in bad], file_name)
    return texts, tuple(f"{file_name}, cue {cue.number} left out: {fault}" for cue, fault in faults)


def cue_fault(cue: Cue) -> str:
    """Why a cue cannot be used; empty where it can."""
    if cue.fault:
        return cue.fault
    if cue.start_ns is None:
        return "it has no start time"
    if cue.start_ns < 0:
        return f"it starts at {_seconds(cue.start_ns)}, before 0 s"
    if cue.end_ns is not None and cue.end_ns < cue.start_ns:
        return f"it ends at {_seconds(cue.end_ns)}, before it starts at {_seconds(cue.start_ns)}"
    if not cue.text.strip():
        return "it has no words"
    if cue.start_ns > LONGEST_OFFSET_NS and not cue.is_date:
        return (
            f"it starts at {_seconds(cue.start_ns)}, more than the three years that an offset may have: milliseconds must be "
            "turned into seconds from the start, and dates be written as text with a zone, as in 2024-05-03T11:20:05Z"
        )
    return ""


def _seconds(time_ns: int) -> str:
    return f"{time_ns / NS_PER_S:.3f} s"


def _with_ends(cues: list[Cue], file_name: str) -> tuple[TimedText, ...]:
    ordered = sorted(cues, key=lambda cue: (cue.start_ns or 0, cue.number))
    starts = sorted({cue.start_ns or 0 for cue in ordered})
    following = dict(pairwise(starts))
    texts = []
    for cue in ordered:
        start_ns = cue.start_ns or 0
        end_ns = cue.end_ns
        if end_ns is None:
            end_ns = min(following.get(start_ns, start_ns + POINT_NS), start_ns + POINT_NS)
        span = Span(start_ns, max(end_ns, start_ns + INSTANT_NS) if end_ns == start_ns else end_ns)
        texts.append(TimedText(span, cue.text.strip(), cue.kind, cue.speaker, file_name))
    return tuple(texts)
