"""How people name when something was: days and parts of days."""

from dataclasses import dataclass

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, Span
from streams.house.recording_plan import CALENDAR

_PARTS = (("night", 0, 6), ("morning", 6, 12), ("afternoon", 12, 17), ("evening", 17, 24))
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FIRST_MONDAY = 4
"""1 January 1970 was a Thursday."""


@dataclass(frozen=True, slots=True)
class When:
    """A part of a day.

    Args:
        words: as they stand in a sentence: "on Tuesday morning", "this evening".
    """

    span: Span
    words: str


def part_of_day(t_ns: int) -> Span:
    """The night, morning, afternoon or evening (UTC) that an instant lies in."""
    start_ns = t_ns // NS_PER_DAY * NS_PER_DAY
    hour = (t_ns - start_ns) / NS_PER_HOUR
    _, first, end = next(part for part in _PARTS if part[1] <= hour < part[2])
    return Span(start_ns + first * NS_PER_HOUR, start_ns + end * NS_PER_HOUR)


def part_name(t_ns: int) -> str:
    """ "morning"."""
    hour = t_ns % NS_PER_DAY / NS_PER_HOUR
    return next(name for name, first, end in _PARTS if first <= hour < end)


def day_of(t_ns: int) -> str:
    """The date, as "2024-05-07"."""
    return CALENDAR.format(t_ns)[:10]


def day_name(t_ns: int) -> str:
    """ "Tuesday"."""
    return _DAYS[(t_ns // NS_PER_DAY - _FIRST_MONDAY) % 7]


def when_of(t_ns: int, asked_ns: int, *, relative: bool = False) -> When:
    """The part of day of an instant, named as seen from when it is asked: by weekday within six days, else by date.

    Args:
        relative: "this morning" and "yesterday evening" where these fit.
    """
    span, part = part_of_day(t_ns), part_name(t_ns)
    days_ago = asked_ns // NS_PER_DAY - t_ns // NS_PER_DAY
    if relative and days_ago == 0:
        return When(span, f"this {part}" if part != "night" else "tonight")
    if relative and days_ago == 1:
        return When(span, f"yesterday {part}")
    if days_ago < 7:
        return When(span, f"on {day_name(t_ns)} {part}")
    return When(span, f"on the {part} of {day_of(t_ns)}")
