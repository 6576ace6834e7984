"""From the id of a piece of evidence, a time or a span to what it is about."""

import re
from dataclasses import dataclass, replace
from typing import Any

from apps.cli.times import instant, span_of
from mmmem.agent.answers.visits import visits_in
from mmmem.agent.rendering import SEPARATOR, line_text
from mmmem.clock import NS_PER_S, Span, check_ns
from mmmem.errors import InvalidInputError, UnknownNameError
from mmmem.memory import Memory
from mmmem.suggest import known_name
from mmmem.types import LEVELS, FrameRef

_ID = re.compile(r"^([a-z]+):(-?\d+)$")
_RUN = re.compile(r"^text:(\d+)-(\d+)$")
_VISIT = re.compile(r"^visit:(.+):(\d+)$")
_KINDS = (*LEVELS, "fact", "frame", "looked", "summary", "text", "visit")
_AROUND_NS = 5 * NS_PER_S // 2
"""A moment is shown with this much before and after it."""
_MAX_CHARS = 600


@dataclass(frozen=True, slots=True)
class Located:
    """What is shown.

    Args:
        at_ns: the moment that a picture shows.
        span: what a clip shows.
        ref: the frame itself, where one was named.
    """

    id: str
    stream_id: str
    at_ns: int
    span: Span
    text: str
    ref: FrameRef | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values; times are nanoseconds."""
        return {
            "id": self.id,
            "stream": self.stream_id,
            "at_ns": self.at_ns,
            "start_ns": self.span.start_ns,
            "end_ns": self.span.end_ns,
            "text": self.text,
        }


def located(memory: Memory, name: str, stream: str | None) -> Located:
    """Find what an id, a time or a span names.

    Args:
        stream: for times and spans; None takes the only stream that covers them.

    Raises:
        UnknownNameError: no such id, kind or stream.
        InvalidInputError: no time either, or several streams cover it.
    """
    visit = _VISIT.match(name.strip())
    if visit is not None:
        return _visit(memory, visit[1], int(visit[2]), stream)
    run = _RUN.match(name.strip())
    if run is not None:
        return _run(memory, int(run[1]), int(run[2]))
    match = _ID.match(name.strip())
    if match is None:
        return _at_time(memory, name, stream)
    kind, number = known_name(match[1], _KINDS, "kind of evidence"), int(match[2])
    if kind == "visit":
        raise InvalidInputError(f"{name!r} does not say whose visit it is; write visit:person:{number}.")
    if kind == "looked":
        return _looked(memory, name, number, stream)
    if kind == "text":
        return _text(memory, number)
    if kind == "fact":
        return _fact(memory, number)
    if kind == "summary":
        return _summary(memory, number)
    return _frame(memory, number) if kind == "frame" else _clip(memory, kind, number)


def _text(memory: Memory, number: int) -> Located:
    found = memory.texts([number])
    if not found:
        raise UnknownNameError(f"There is no text:{number} in {memory.path}; it was forgotten, or never there.")
    span = found[0].text.span
    return Located(f"text:{number}", found[0].stream_id, span.middle_ns, span, line_text(found[0]))


def _run(memory: Memory, first: int, last: int) -> Located:
    """Neighbouring lines of one stream, from one to another."""
    ends = _text(memory, first), _text(memory, last)
    span = ends[0].span.hull(ends[1].span)
    stream = ends[0].stream_id
    if ends[1].stream_id != stream:
        raise UnknownNameError(f"text:{first} and text:{last} are of two streams, {stream!r} and {ends[1].stream_id!r}.")
    return Located(f"text:{first}-{last}", stream, span.middle_ns, span, _words(memory, stream, span))


def _fact(memory: Memory, number: int) -> Located:
    """The line in which a fact was first stated."""
    text = next((text for claim, text, *_ in memory.claims() if claim == number), None)
    if text is None:
        raise UnknownNameError(f"There is no fact:{number} in {memory.path}; it was forgotten, or never there.")
    return replace(_text(memory, text), id=f"fact:{number}")


def _summary(memory: Memory, number: int) -> Located:
    """The stretch a summary is about."""
    made = next((one for one in memory.enrichments("summary") if one.id == number), None)
    if made is None:
        raise UnknownNameError(f"There is no summary:{number} in {memory.path}; it was forgotten, or made anew since.")
    return Located(f"summary:{number}", made.stream_id, made.span.middle_ns, made.span, made.text)


def _frame(memory: Memory, number: int) -> Located:
    found = memory.frames([number])
    if not found:
        raise UnknownNameError(f"There is no frame:{number} in {memory.path}; it was forgotten, or never there.")
    ref = found[0].ref
    return Located(f"frame:{number}", ref.stream_id, ref.t_ns, _around(ref.t_ns), "", ref)


def _visit(memory: Memory, label: str, number: int, stream: str | None) -> Located:
    known_name(label, {presence.label for presence in memory.presences(stream=stream)}, "thing that was seen")
    visits = visits_in(memory, label)
    if not 1 <= number <= len(visits):
        raise UnknownNameError(f"There is no visit {number} of {label!r} in {memory.path}; visits go from 1 to {len(visits)}.")
    visit = visits[number - 1]
    scores = {presence.best: presence.best_score for presence in memory.presences(label=label, stream=visit.stream_id)}
    shown = max(visit.frames, key=lambda ref: (scores.get(ref, 0.0), -ref.t_ns))
    return Located(f"visit:{label}:{number}", visit.stream_id, shown.t_ns, visit.span, f"{label} seen", shown)


def _looked(memory: Memory, name: str, at_ns: int, stream: str | None) -> Located:
    chosen = _stream_at(memory, check_ns(at_ns, "the time in the id"), stream)
    return Located(name, chosen, at_ns, _around(at_ns), "")


def _clip(memory: Memory, level: str, number: int) -> Located:
    clips = [clip for clip in memory.clips(level) if clip.id == number]  # type: ignore[arg-type]  # one of LEVELS
    if not clips:
        raise UnknownNameError(f"There is no {level}:{number} in {memory.path}; it was forgotten, or never there.")
    clip = clips[0]
    return Located(f"{level}:{number}", clip.stream_id, clip.span.middle_ns, clip.span, _words(memory, clip.stream_id, clip.span))


def _at_time(memory: Memory, name: str, stream: str | None) -> Located:
    if ".." in name:
        span = span_of(memory, name, "the span")
        covered = span.intersect(Span(0, max(memory.end_ns(), 1)))
        if covered is None:
            raise InvalidInputError(f"{name!r} begins after the memory ends, {memory.calendar.format(memory.end_ns())}.")
        span, at_ns = covered, covered.middle_ns
    else:
        at_ns = instant(memory, name)
        span = _around(at_ns)
    chosen = _stream_at(memory, at_ns, stream)
    return Located(name, chosen, at_ns, span, _words(memory, chosen, span))


def _stream_at(memory: Memory, at_ns: int, stream: str | None) -> str:
    if stream is not None:
        memory.stream_number(stream)
        return stream
    names = sorted({clip.stream_id for clip in memory.clips("day", window=Span(at_ns, at_ns + 1))})
    if not names:
        raise InvalidInputError(
            f"No stream covers {memory.calendar.format(at_ns)}; the memory ends at {memory.calendar.format(memory.end_ns())}."
        )
    if len(names) > 1:
        raise InvalidInputError(
            f"Several streams cover {memory.calendar.format(at_ns)}; name one with --stream: {', '.join(names)}."
        )
    return names[0]


def _words(memory: Memory, stream: str, span: Span) -> str:
    return SEPARATOR.join(line_text(stored) for stored in memory.texts(stream=stream, window=span))[:_MAX_CHARS]


def _around(t_ns: int) -> Span:
    return Span(max(t_ns - _AROUND_NS, 0), t_ns + _AROUND_NS)
