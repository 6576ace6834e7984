"""When a line says that something was: `yesterday` and `two weeks ago` counted from the time of the line, and dates in words."""

from dataclasses import dataclass

from mmmem.agent.language.moments import Now, Range, ranges
from mmmem.agent.timeexpr import plain, scan
from mmmem.clock import NS_PER_DAY, Calendar

_MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DAYS_IN_MONTH = range(28, 32)
_DAYS_IN_YEAR = range(365, 367)
_MOST_DAYS_OF_A_WEEK = 9


@dataclass(frozen=True, slots=True)
class SaidTime:
    """A time a line names: `t_ns` its begin, and the words for it."""

    t_ns: int
    text: str


def said_time(text: str, line_ns: int, calendar: Calendar) -> SaidTime | None:
    """The first time `text` names, counted from when it was said; None where it names none, or on a calendar without dates."""
    if calendar.kind != "wall":
        return None
    now = Now(line_ns, calendar)
    moments, _ = scan(plain(text), now)
    for moment in moments:
        laid = ranges(moment, now)
        if laid and not moment.future and laid[0][0] < line_ns:
            return _worded(laid[0], moment.strict, now)
    return None


def date_text(t_ns: int, calendar: Calendar) -> str:
    """`7 May 2023`."""
    year, month, day = (int(part) for part in calendar.format(t_ns)[:10].split("-"))
    return f"{day} {_MONTHS[month - 1]} {year}"


def _worded(span: Range, strict: bool, now: Now) -> SaidTime:
    """A day by its date, a month by its name, a week by the date it comes before, longer ones by their year."""
    start, end = max(span[0], 0), span[1]
    days = round((end - start) / NS_PER_DAY)
    first = date_text(start, now.calendar)
    if days <= 1:
        return SaidTime(start, first)
    if days in _DAYS_IN_MONTH and first.startswith("1 "):
        return SaidTime(start, first.removeprefix("1 "))
    if days in _DAYS_IN_YEAR and first.startswith("1 January"):
        return SaidTime(start, first.rsplit(" ", 1)[1])
    if days == 2 and strict:
        return SaidTime(start, f"the weekend before {date_text(now.t_ns, now.calendar)}")
    if days <= _MOST_DAYS_OF_A_WEEK and strict:
        return SaidTime(start, f"the week before {date_text(now.t_ns, now.calendar)}")
    middle = (start + end) // 2
    if days <= _MOST_DAYS_OF_A_WEEK:
        return SaidTime(middle, f"around {date_text(middle, now.calendar)}")
    words = date_text(middle, now.calendar).split(" ", 1)[1]
    return SaidTime(middle, words if days < 100 else words.rsplit(" ", 1)[1])
