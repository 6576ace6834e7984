"""The timeline of the page: everything on it was read back from the memory, nothing from the truth of the house."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from apps.demo.belief import Believed
from apps.demo.exam import Asked
from apps.demo.pictures import Stills
from mmmem.clock import NS_PER_MIN, Calendar, Span
from mmmem.memory import Memory

_PALETTE = ("#8fc7b0", "#f2b880", "#b6aee8", "#f0a3a0", "#9cc4ea", "#e3cf7a", "#c9a98b", "#d8a8d0", "#a9cf84", "#8fd0d6")
_SPEAKER, _CAPTION, _GONE = "#c9c0f0", "#e5dccf", "#d9d9d9"
_PAUSE_NS = 2 * NS_PER_MIN
_BREAK = 0.035
"""Width of a pause as a share of the strip, however long it is."""
_STILL_SHARE = 0.078
"""Width of a still as a share of the strip; those that would overlap are left out."""
_MOST_THINGS = 14
_MARK = 0.024
"""Room for the number of an answer, as a share of the strip."""
_NAMED_TICK, _TICK = 0.095, 0.05
"""Room for a time with the name of a camera, and for a time, as shares of the strip."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which one camera looked without a pause."""

    stream_id: str
    span: Span


class Axis:
    """Puts instants on a strip on which pauses are short.

    Args:
        stretches: in order of time, without overlap.
    """

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self.stretches = stretches
        looked_ns = sum(one.span.duration_ns for one in stretches)
        room = 1 - _BREAK * (len(stretches) - 1)
        self._lefts: list[float] = []
        left = 0.0
        for one in stretches:
            self._lefts.append(left)
            left += one.span.duration_ns / looked_ns * room + _BREAK
        self._per_ns = room / looked_ns

    def share(self, t_ns: int) -> float:
        """Where an instant is, from 0 to 1; one in a pause lies at its proportion of the pause."""
        starts = [one.span.start_ns for one in self.stretches]
        place = max(bisect_right(starts, t_ns) - 1, 0)
        span = self.stretches[place].span
        inside = min(max(t_ns - span.start_ns, 0), span.duration_ns) * self._per_ns
        if t_ns <= span.end_ns or place + 1 == len(starts):
            return self._lefts[place] + inside
        paused = (t_ns - span.end_ns) / (starts[place + 1] - span.end_ns)
        return self._lefts[place] + inside + paused * _BREAK


def stretches_of(memory: Memory) -> list[Stretch]:
    """The stretches of all streams of a memory, in order of time."""
    found: list[Stretch] = []
    for record in memory.streams():
        frames = memory.frames(stream=record.stream_id)
        for frame in frames:
            if found and found[-1].stream_id == record.stream_id and frame.span.start_ns - found[-1].span.end_ns < _PAUSE_NS:
                found[-1] = Stretch(record.stream_id, found[-1].span.hull(frame.span))
            else:
                found.append(Stretch(record.stream_id, frame.span))
    return sorted(found, key=lambda one: one.span.start_ns)


def timeline(memory: Memory, things: Sequence[Believed], asked: Sequence[Asked], stills: Stills) -> str:
    """The strip as HTML: pictures, captions, speech, where things were, and where each answer points."""
    axis = Axis(stretches_of(memory))
    lanes = list(_lanes(memory, [thing for thing in things if thing.moved][:_MOST_THINGS], asked, stills, axis))
    names = "".join(f"<div>{escape(name)}</div>" for name, _ in lanes)
    rows = "".join(
        f'<div class="lane{" film" if number == 0 else ""}">{content}</div>' for number, (_, content) in enumerate(lanes)
    )
    pauses = "".join(_pause(axis, number) for number in range(1, len(axis.stretches)))
    track = f'<div class="track">{rows}{pauses}</div>'
    return f'<div class="lanes"><div class="names">{names}</div><div class="scroll">{track}</div></div>'


def _lanes(
    memory: Memory, things: Sequence[Believed], asked: Sequence[Asked], stills: Stills, axis: Axis
) -> Iterator[tuple[str, str]]:
    yield "pictures", "".join(_film(memory, stills, axis))
    captions = [(text.text.span, text.text.text) for text in memory.texts(kind="caption")]
    yield "seen", "".join(_piece(span, words, _CAPTION, axis, memory.calendar) for span, words in captions)
    said = [(text.text.span, f"{text.text.speaker}: {text.text.text}") for text in memory.texts(kind="speech")]
    if said:
        yield "said", "".join(_piece(span, words, _SPEAKER, axis, memory.calendar) for span, words in said)
    places = dict.fromkeys(spot.place for thing in things for spot in thing.spots)
    colours = {place: _PALETTE[number % len(_PALETTE)] for number, place in enumerate(places)}
    for thing in things:
        yield thing.name, "".join(_stays(thing, colours, axis, memory.calendar))
    for number, row in enumerate(_mark_rows(asked, axis)):
        yield "" if number else "answers", "".join(row)
    yield "", "".join(_ticks(axis, memory.calendar))


def _film(memory: Memory, stills: Stills, axis: Axis) -> Iterator[str]:
    """Kept pictures from left to right, as many as fit."""
    free_from = 0.0
    for frame in memory.frames(keyframes=True):
        share = axis.share(frame.ref.t_ns)
        if free_from <= share <= 1 - _STILL_SHARE:
            free_from = share + _STILL_SHARE
            when = memory.calendar.format(frame.ref.t_ns)
            source = stills.at(frame.ref.stream_id, frame.ref.t_ns)
            yield f'<img class="still" alt="kept picture, {when}" title="{when}" src="{source}" style="left:{share:.3%}">'


def _stays(thing: Believed, colours: dict[str, str], axis: Axis, calendar: Calendar) -> Iterator[str]:
    for spot in thing.spots:
        yield _piece(Span(spot.start_ns, spot.last_seen_ns + 1), spot.place, colours[spot.place], axis, calendar)
    if thing.last.missing_ns is not None:
        end_ns = axis.stretches[-1].span.end_ns
        yield _piece(Span(thing.last.missing_ns, max(end_ns, thing.last.missing_ns + 1)), "gone", _GONE, axis, calendar)


def _piece(span: Span, words: str, colour: str, axis: Axis, calendar: Calendar) -> str:
    left, right = axis.share(span.start_ns), axis.share(span.end_ns)
    return (
        f'<div class="span" title="{escape(words)} ({calendar.format_span(span)})" style="background:{colour};'
        f'left:{left:.3%};width:{max(right - left, 0.004):.3%}">{escape(words)}</div>'
    )


def _mark_rows(asked: Sequence[Asked], axis: Axis) -> list[list[str]]:
    """The numbers of the answers where their first evidence is, in as many rows as keep them apart."""
    shown = [(axis.share(_pointed_at_ns(one)), number, one) for number, one in enumerate(asked, start=1) if one.answer.evidence]
    rows: list[list[str]] = []
    ends: list[float] = []
    for share, number, one in sorted(shown, key=lambda mark: mark[:2]):
        row = next((row for row, end in enumerate(ends) if share >= end), len(rows))
        if row == len(rows):
            rows.append([])
            ends.append(0.0)
        ends[row] = share + _MARK
        verdict = "right" if one.right else "wrong"
        rows[row].append(f'<a class="mark {verdict}-bg" href="#q{number}" style="left:{share:.3%}">{number}</a>')
    return rows


def _pointed_at_ns(one: Asked) -> int:
    evidence = one.answer.evidence[0]
    return evidence.frames[0].t_ns if evidence.frames else evidence.span.start_ns


def _ticks(axis: Axis, calendar: Calendar) -> Iterator[str]:
    for one in axis.stretches:
        yield _tick(axis, one.span.start_ns, f"{_clock(one.span.start_ns, calendar)} {escape(one.stream_id)}")
        free_from = axis.share(one.span.start_ns) + _NAMED_TICK
        first_ns = -(-one.span.start_ns // NS_PER_MIN) * NS_PER_MIN
        for t_ns in range(first_ns, one.span.end_ns, NS_PER_MIN):
            if free_from <= axis.share(t_ns) <= axis.share(one.span.end_ns) - _TICK:
                free_from = axis.share(t_ns) + _TICK
                yield _tick(axis, t_ns, _clock(t_ns, calendar))


def _tick(axis: Axis, t_ns: int, words: str) -> str:
    return f'<span class="tick" style="left:{axis.share(t_ns):.3%}">{words}</span>'


def _clock(t_ns: int, calendar: Calendar) -> str:
    return calendar.format(t_ns, day=False)[:5]


def _pause(axis: Axis, number: int) -> str:
    before, after = axis.stretches[number - 1].span, axis.stretches[number].span
    left = axis.share(before.end_ns)
    words = f"{_long(after.start_ns - before.end_ns)} later"
    return f'<div class="pause" style="left:{left:.3%};width:{_BREAK:.3%}"><span>{words}</span></div>'


def _long(duration_ns: int) -> str:
    minutes = round(duration_ns / NS_PER_MIN)
    return f"{minutes} min" if minutes < 90 else f"{round(minutes / 60)} h"
