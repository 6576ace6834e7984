"""Days and dates in a text: `the day before yesterday`, `on day 3`, `last Friday`, `on 5 May 2023`, `last week`."""

import calendar as civil
import re
from collections.abc import Callable
from datetime import date, timedelta

from mmmem.agent.language.moments import PARTS_OF_DAY, Moment, Now, Range
from mmmem.agent.language.numbers import NUMBER, ORDINAL, number, ordinal

Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Now], Moment | None]]

PART = rf"(?:{'|'.join(PARTS_OF_DAY)})"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})\b(?!s)"
_MONTHS = tuple(name.lower() for name in civil.month_name[1:])
_MONTH_NUMBER = {name: n + 1 for n, name in enumerate(_MONTHS)} | {name[:3]: n + 1 for n, name in enumerate(_MONTHS)}
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|(?:jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)\b\.?)"
_YEAR = r"(?P<year>(?:19|20|21)\d\d)"
_NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKEND = (5, 6)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _days(back_first: int, back_last: int | None = None) -> Callable[[re.Match[str], Now], Moment]:
    """Days counted back from the day of asking."""
    last = back_first if back_last is None else back_last
    return lambda match, now: Moment(days=(now.day - back_first, now.day - last), strict=True)


def _part_of(back: int, name: str = "") -> Callable[[re.Match[str], Now], Moment | None]:
    """A part of the day of a day counted back; offsets have no mornings, so there it says nothing."""

    def read(match: re.Match[str], now: Now) -> Moment | None:
        if now.calendar.kind == "offset":
            return Moment()
        part = PARTS_OF_DAY[name or match["part"].lower()]
        return Moment(days=(now.day - back, now.day - back), faces=(part,), strict=True)

    return read


def _future(match: re.Match[str], now: Now) -> Moment:
    return Moment(future=True)


def _numbered(match: re.Match[str], now: Now) -> Moment | None:
    value = number(match["n"])
    if now.calendar.kind == "wall" or value is None or value != int(value) or value < 1:
        return None
    return Moment(days=(int(value), int(value)), strict=True)


def _nth_day(match: re.Match[str], now: Now) -> Moment | None:
    day = ordinal(match["nth"])
    if now.calendar.kind == "wall" or day is None or day < 1:
        return None
    return Moment(days=(day, day), strict=True)


def _weekday(match: re.Match[str], now: Now) -> Moment | None:
    today = now.calendar.weekday_of(now.t_ns)
    if today is None:
        return None
    back = (today - _WEEKDAYS.index(match["weekday"].lower())) % 7
    if back == 0 and (match.groupdict().get("last") or "").lower() in ("last", "past"):
        back = 7
    return Moment(days=(now.day - back, now.day - back), strict=True)


def _week(match: re.Match[str], now: Now) -> Moment:
    """The calendar week where days have names, else seven days."""
    today = now.calendar.weekday_of(now.t_ns)
    since_monday = 6 if today is None else today
    this = match["which"].lower() == "this"
    first = now.day - since_monday - (0 if this else 7)
    return Moment(days=(first, first + 6), strict=today is not None)


def _weekend(match: re.Match[str], now: Now) -> Moment | None:
    today = now.calendar.weekday_of(now.t_ns)
    if today is None:
        return None
    saturday = now.day - today + _WEEKEND[0] - (0 if today >= _WEEKEND[0] and match["which"].lower() != "last" else 7)
    return Moment(days=(saturday, saturday + 1), strict=True)


def _month_or_year(match: re.Match[str], now: Now) -> Moment | None:
    if now.calendar.kind != "wall":
        return Moment()
    today = date.fromordinal(now.day)
    back = 0 if match["which"].lower() == "this" else 1
    if match["unit"].lower() == "year":
        return Moment(days=_year_days(today.year - back), strict=True)
    end = today.replace(day=1) if back else today
    month = (end - timedelta(days=1)) if back else today
    return Moment(days=_month_days(month.year, month.month), strict=True)


def _year_days(year: int) -> Range:
    return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()


def _month_days(year: int, month: int) -> Range:
    return date(year, month, 1).toordinal(), date(year, month, civil.monthrange(year, month)[1]).toordinal()


def _date(match: re.Match[str], now: Now) -> Moment | None:
    """A date of the calendar; without a year the latest one that is not to come; 31 February says nothing."""
    if now.calendar.kind != "wall":
        return None
    groups = match.groupdict()
    month = int(groups["number"]) if groups.get("number") else _MONTH_NUMBER[groups["month"].lower().rstrip(".")[:3]]
    if groups.get("year"):
        days = _day_or_month(int(groups["year"]), month, groups.get("day"))
    else:
        year = date.fromordinal(now.day).year
        candidates = [_day_or_month(y, month, groups.get("day")) for y in range(year, year - 9, -1)]
        days = next((c for c in candidates if c and c[0] <= now.day), None)
    return Moment(days=days, strict=True) if days else Moment()


def _day_or_month(year: int, month: int, day: str | None) -> Range | None:
    try:
        if day is None:
            return _month_days(year, month)
        ordinal_day = date(year, month, int(day)).toordinal()
    except ValueError:  # no such day: 31 February is not a date
        return None
    return ordinal_day, ordinal_day


def _month_alone(match: re.Match[str], now: Now) -> Moment | None:
    """`in May`: only with a capital, because march, may and names stand there too."""
    return _date(match, now) if match["month"][0].isupper() else None


def _year(match: re.Match[str], now: Now) -> Moment | None:
    return Moment(days=_year_days(int(match["year"])), strict=True) if now.calendar.kind == "wall" else None


_NOT_COUNTED = r"(?<!every )(?<!each )(?<!per )(?<!a )(?<!one )"

_NOT_SHIFTED = r"(?!\s+(?:before|after)\b)"  # `the weekend before June 3` is counted from June 3

DATE_RULES: tuple[Rule, ...] = (
    (_pattern(rf"\b(?:the\s+)?day\s+after\s+tomorrow(?:'s)?\b|\btomorrow(?:'s)?(?:\s+{PART})?\b"), _future),
    (
        _pattern(rf"\bnext\s+(?:week|weekend|month|year|{'|'.join(_WEEKDAYS)})\b|\blater\s+(?:today|tonight|this\s+{PART})\b"),
        _future,
    ),
    (_pattern(r"\b(?:on\s+)?(?:the\s+)?day\s+before\s+yesterday(?:'s)?\b"), _days(2)),
    (_pattern(rf"\b(?:on\s+|in\s+)?(?:the\s+)?(?P<part>{PART})\s+before\s+(?:yesterday|last)\b"), _part_of(2)),
    (_pattern(r"\b(?:on\s+)?yesterday(?:'s)?\b"), _days(1)),
    (_pattern(r"\blast\s+night(?:'s)?\b"), _part_of(1, "night")),
    (_pattern(r"\blast\s+evening(?:'s)?\b"), _part_of(1, "evening")),
    (_pattern(rf"\b(?P<part>{PART})\s+of\s+the\s+(?:previous\s+day|day\s+before)\b"), _part_of(1)),
    (_pattern(r"\b(?:on\s+)?today(?:'s)?\b"), lambda m, now: Moment() if now.calendar.kind == "offset" else _days(0)(m, now)),
    (_pattern(r"\btonight(?:'s)?\b"), _part_of(0, "night")),
    (_pattern(rf"\b(?:on\s+|in\s+)?this\s+(?P<part>{PART})(?:'s)?\b(?!\s+routine)"), _part_of(0)),
    (_pattern(rf"(?:\bon\s+)?{_NOT_COUNTED}\bday\s*(?P<n>\d{{1,5}}|{NUMBER})\b(?!\s*(?:times|hours|minutes|:))"), _numbered),
    (_pattern(rf"\b(?:on\s+|during\s+)?the\s+(?P<nth>{ORDINAL})\s+day\b(?!\s+(?:of|at|in)\b)"), _nth_day),
    (_pattern(r"\b(?:on\s+)?(?P<year>(?:19|20|21)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)"), _date),
    (_pattern(rf"\b(?:on\s+)?(?:the\s+)?{_NTH}\s+(?:of\s+)?{_MONTH},?(?:\s+{_YEAR})?\b"), _date),
    (_pattern(rf"\b(?:on\s+)?{_MONTH}\s+(?:the\s+)?{_NTH}(?:,?\s+{_YEAR})?(?![\w:])"), _date),
    (_pattern(rf"\b(?:in|during|since|until|of|by)?\s*(?:early\s+|late\s+|mid-?\s*)?{_MONTH},?\s+{_YEAR}\b"), _date),
    (_pattern(rf"\b(?:(?:in|during)\s+)(?:early\s+|late\s+|mid-?\s*)?{_MONTH}\b(?!['’-])"), _month_alone),
    (_pattern(rf"\b(?:in|during)\s+(?:the\s+year\s+)?{_YEAR}\b(?![:-])"), _year),
    (_pattern(rf"\b(?:on\s+)?(?P<last>last|past|this)\s+{_WEEKDAY}"), _weekday),
    (_pattern(rf"\bon\s+{_WEEKDAY}(?:'s)?"), _weekday),
    (_pattern(rf"\b{_WEEKDAY}(?=\s+(?:{PART}|at\s+\d))"), _weekday),
    (_pattern(rf"(?:(?<=since )|(?<=before )|(?<=after )|(?<=until )|(?<=till )){_WEEKDAY}"), _weekday),
    (_pattern(rf"\b(?:over|during|on|at)?\s*(?:the\s+)?(?P<which>last|past|previous|this)\s+week\b(?!end){_NOT_SHIFTED}"), _week),
    (_pattern(rf"\b(?:over|on|at|during)\s+(?P<which>the|last|this|past)\s+weekend\b{_NOT_SHIFTED}"), _weekend),
    (_pattern(rf"\b(?P<which>last|this|past)\s+weekend\b{_NOT_SHIFTED}"), _weekend),
    (_pattern(r"\b(?P<which>last|past|previous|this)\s+(?P<unit>month|year)(?:'s)?\b"), _month_or_year),
)
