"""Time expressions of a question or an answer option, laid on the calendar.

Windows are half-open, sorted, do not touch, lie in `[0, asked_at_ns]`, and empty means that no time is excluded. A clock
time names the unit it is written to: `11:20` is that minute, `11:20:05` that second, `at 9` a quarter of an hour either side.
Parts of the day: morning 5-12, noon 11-14, afternoon 12-18, evening 18-24, night 18-6.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from mmmem.agent.language.agowords import AGO_RULES, SHIFTED_BY, shifted_days
from mmmem.agent.language.clockwords import CLOCK_RULES
from mmmem.agent.language.datewords import DATE_RULES
from mmmem.agent.language.moments import Moment, Now, Range, ranges
from mmmem.clock import Span

Relation = Literal["before", "after", "while"]
Order = Literal["first", "last", "nth"]

MASK = "\x00"
_REACH = 80  # characters before a time in which a word can still govern it
_PLAIN = str.maketrans("\x00‘’“”？！，。：", " ''\"\"?!,.:")
_RULES = (*DATE_RULES, *CLOCK_RULES, *AGO_RULES)
_SIDE_BY_SIDE = re.compile(r"[\s,]*(?:(?:at|on|in|of|the|and\s+at)\s+)*", re.IGNORECASE)
_RANGE_START = re.compile(r"\b(?:between|from)\s*$", re.IGNORECASE)
_RANGE_JOIN = re.compile(r"\s*(?:and|to|till|until|through|-)\s*(?:on\s+)?", re.IGNORECASE)
_BARE_JOIN = re.compile(r"\s*(?:to|till|until|through|-)\s*", re.IGNORECASE)
_RELATION = re.compile(r"\b(since|after|before|until|till|by|up\s+to|as\s+of)\s+(?:about\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Another event that places the one asked about: before it, after it, or at the same time."""

    relation: Relation
    event: str


@dataclass(frozen=True, slots=True)
class TimeConstraint:
    """When the evidence lies, as far as the question says so.

    Args:
        windows: allowed time; empty for all of it.
        soft_center_ns: the instant the question is about; nearer is better.
        order: the first, the last or the `n`-th of the events that match; negative `n` counts from the end.
        anchor: an event the asked one is placed by.
        time_of_day: `(from, to)` in nanoseconds since midnight, on every day; `to` past 24 h is the next morning. Always soft.
        strict: the windows are named outright; otherwise they are a preference, and evidence outside may be right.
        earlier: an event before the one going on at the moment of asking.
        outside: the question names a time that nothing observed can lie in.
    """

    windows: tuple[Span, ...] = ()
    soft_center_ns: int | None = None
    order: Order | None = None
    n: int | None = None
    anchor: Anchor | None = None
    time_of_day: Range | None = None
    strict: bool = False
    earlier: bool = False
    outside: Literal["future", "before_start"] | None = None


def plain(text: str) -> str:
    """`text` with typographic quotes and full-width marks made plain, character for character."""
    return text.translate(_PLAIN)


def scan(text: str, now: Now) -> tuple[list[Moment], str]:
    """Time expressions of a `plain` text in order, and the text with every character of theirs replaced by `MASK`."""
    moments: list[Moment] = []
    masked = text
    for pattern, read in _RULES:
        for match in pattern.finditer(masked):
            moment = None if MASK in match[0] else read(match, now)
            if moment is not None:
                moments.append(replace(moment, where=match.span()))
                masked = _mask(masked, *match.span())
    moments.sort(key=lambda moment: moment.where)
    return _combined(moments, masked, now)


def _mask(text: str, start: int, end: int) -> str:
    return text[:start] + MASK * (end - start) + text[end:]


def _combined(moments: list[Moment], masked: str, now: Now) -> tuple[list[Moment], str]:
    moments, masked = _join_neighbours(moments, masked)
    moments = _lend_days(moments)
    moments, masked = _shift(moments, masked)
    moments, masked = _join_ranges(moments, masked, now)
    return _relate(moments, masked, now)


def _join_neighbours(moments: list[Moment], masked: str) -> tuple[list[Moment], str]:
    """`yesterday` `at noon` becomes one moment when nothing else stands between."""
    joined: list[Moment] = []
    for moment in moments:
        if joined and _SIDE_BY_SIDE.fullmatch(masked, joined[-1].where[1], moment.where[0]):
            both = joined[-1].joined(moment)
            if both:
                joined[-1] = both
                masked = _mask(masked, *both.where)
                continue
        joined.append(moment)
    return joined, masked


def _lend_days(moments: list[Moment]) -> list[Moment]:
    """A time of day elsewhere in the sentence belongs to the only day that is named."""
    with_days = [moment for moment in moments if moment.days and not moment.faces]
    bare = [moment for moment in moments if moment.faces and not moment.days]
    if len(with_days) != 1 or len(bare) != 1 or any(m.future for m in moments):
        return moments
    both = with_days[0].joined(bare[0])
    if both is None:
        return moments
    kept = replace(both, where=bare[0].where)
    return [kept if moment is bare[0] else moment for moment in moments if moment is not with_days[0]]


def _shift(moments: list[Moment], masked: str) -> tuple[list[Moment], str]:
    """`two weeks before <a day>`: a day counted from a named one."""
    shifted = list(moments)
    for i, moment in enumerate(moments):
        match = next(
            (
                m
                for m in SHIFTED_BY.finditer(masked, max(moment.where[0] - _REACH, 0), moment.where[0] + 1)
                if m.end() == moment.where[0]
            ),
            None,
        )
        counted = shifted_days(match, moment.days) if match and moment.days else None
        if match and counted:
            days, exact = counted
            shifted[i] = replace(moment, where=(match.start(), moment.where[1]), days=days, strict=exact)
            masked = _mask(masked, *shifted[i].where)
    return shifted, masked


def _join_ranges(moments: list[Moment], masked: str, now: Now) -> tuple[list[Moment], str]:
    """`from <a> to <b>` is everything from the start of a to the end of b."""
    out: list[Moment] = []
    for moment in moments:
        previous = out[-1] if out else None
        if previous and (start := _range_start(previous, moment, masked)) is not None:
            a, b = ranges(previous, now), ranges(moment, now)
            if a and b and a[0][0] < b[-1][1]:
                where = (start, moment.where[1])
                strict = previous.strict and moment.strict
                out[-1] = Moment(where=where, range_ns=(a[0][0], b[-1][1]), strict=strict)
                masked = _mask(masked, *where)
                continue
        out.append(moment)
    return out, masked


def _range_start(one: Moment, other: Moment, masked: str) -> int | None:
    between = (one.where[1], other.where[0])
    opened = _RANGE_START.search(masked, max(one.where[0] - _REACH, 0), one.where[0])
    if opened and _RANGE_JOIN.fullmatch(masked, *between):
        return opened.start()
    return one.where[0] if _BARE_JOIN.fullmatch(masked, *between) else None


def _relate(moments: list[Moment], masked: str, now: Now) -> tuple[list[Moment], str]:
    """`before`, `after`, `since` and `until` a time; a clock time is held within its day."""
    out: list[Moment] = []
    for moment in moments:
        match = _RELATION.search(masked, max(moment.where[0] - _REACH, 0), moment.where[0])
        laid = ranges(moment, now) if match else []
        if match is None or not laid:
            out.append(moment)
            continue
        where = (match.start(), moment.where[1])
        out.append(Moment(where=where, range_ns=_side(match[1].lower(), moment, laid, now), strict=moment.strict))
        masked = _mask(masked, *where)
    return out, masked


def _side(relation: str, moment: Moment, laid: list[Range], now: Now) -> Range:
    start, end = laid[0][0], laid[-1][1]
    if moment.centered:
        start = end = (laid[0][0] + laid[0][1]) // 2
    day = now.calendar.day_of(min(max(start, 0), now.t_ns))
    timed = bool(moment.faces) and now.calendar.kind != "offset"
    if relation == "since":
        return start, now.t_ns
    if relation == "after":
        clock_start = start if moment.clock or now.calendar.kind == "offset" else end
        return clock_start, now.day_start_ns(day + 1) if timed else now.t_ns
    return (now.day_start_ns(day) if timed else 0), (start if relation == "before" else max(end, start))


def time_facets(moments: list[Moment], now: Now) -> TimeConstraint:
    """What the moments of one question say together; windows of several moments are all allowed."""
    raw = [piece for moment in moments for piece in ranges(moment, now)]
    windows = merged([(max(a, 0), min(b, now.t_ns)) for a, b in raw])
    laid = [moment for moment in moments if ranges(moment, now)]
    bare = [m.faces[0] for m in moments if m.faces and not m.days and not m.clock and m.range_ns is None]
    return TimeConstraint(
        windows=windows,
        soft_center_ns=_center(moments, now),
        time_of_day=bare[0] if bare and not laid else None,
        strict=bool(windows) and all(moment.strict for moment in laid),
        earlier=any(moment.earlier for moment in moments),
        outside=_outside(moments, raw, windows, now),
    )


def merged(pieces: list[Range]) -> tuple[Span, ...]:
    """Spans of the non-empty pieces in order; overlapping and touching ones become one."""
    spans: list[Span] = []
    for start, end in sorted(piece for piece in pieces if piece[0] < piece[1]):
        if spans and start <= spans[-1].end_ns:
            spans[-1] = Span(spans[-1].start_ns, max(end, spans[-1].end_ns))
        else:
            spans.append(Span(start, end))
    return tuple(spans)


def _center(moments: list[Moment], now: Now) -> int | None:
    for moment in moments:
        if moment.center_ns is not None:
            return min(moment.center_ns, now.t_ns)
        laid = ranges(moment, now) if moment.centered else []
        if len(laid) == 1 and 0 <= (center := sum(laid[0]) // 2) <= now.t_ns:
            return center
    return None


def _outside(
    moments: list[Moment], raw: list[Range], windows: tuple[Span, ...], now: Now
) -> Literal["future", "before_start"] | None:
    if windows:
        return None
    if any(moment.future for moment in moments) or any(start >= now.t_ns for start, _ in raw):
        return "future"
    return "before_start" if raw else None
