"""Times told from the moment of asking or from the film's ends: `two hours ago`, `in the last ten minutes`, `at the start`."""

import re
from collections.abc import Callable

from mmmem.agent.language.datewords import PART
from mmmem.agent.language.moments import PARTS_OF_DAY, Moment, Now, Range
from mmmem.agent.language.numbers import DURATION, NUMBER, Unit, amounts, is_vague, quantities, rounding_ns, total_ns
from mmmem.agent.language.verbforms import PAST_FORMS
from mmmem.agent.language.wordlists import words
from mmmem.clock import NS_PER_HOUR, NS_PER_MIN

Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Now], Moment | None]]

JUST_NOW_NS = 30 * NS_PER_MIN
A_WHILE_NS = 6 * NS_PER_HOUR
_SLACK = 0.25  # people are off by about a quarter when they say how long ago something was
_JUST_TOLD = re.compile(r"\bjust\s+([a-z]+)\b(?!\s+like\b)", re.IGNORECASE)
_JUST_ASKED = re.compile(
    r"\b(?:did|have|has)\s+(?:(?:the|my|our)\s+)?[\w']+\s+just\s+(?!a\b|an\b|the\b|like\b|as\b|before\b|after\b)[a-z]+",
    re.IGNORECASE,
)
_DAYS_IN: dict[Unit, int] = {"day": 1, "week": 7, "month": 30, "year": 365}
_DAY_SLACK: dict[Unit, int] = {"day": 0, "week": 3, "month": 15, "year": 182}
_THIRDS = {"start": (0, 1), "beginning": (0, 1), "first": (0, 1), "middle": (1, 2), "end": (2, 3), "ending": (2, 3)}
# What follows a part of the day when it only names a kind of thing: a morning routine, a night stand.
_THINGS = "routine|person|tea|dress|gown|stand|light|lamp|table|shift|market|sky|snack|news|show|owl|club|cream|blue|class|bag"
_KIND_OF_THING = rf"(?!['’-]?\s*(?:{_THINGS}))"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def day_shift(parts: list[tuple[float, Unit]]) -> tuple[int, int] | None:
    """Whole days in an amount counted in days or longer, and how many either side it may mean; None for a finer one."""
    if any(unit not in _DAYS_IN or value != int(value) for value, unit in parts):
        return None
    return sum(int(value) * _DAYS_IN[unit] for value, unit in parts), max(_DAY_SLACK[unit] for _, unit in parts)


def ago(text: str, now: Now, *, slack: float = _SLACK, loose: bool = False) -> Moment | None:
    """What `text` (an amount of time) ago denotes: a day for days, else an instant give or take."""
    parts = quantities(text)
    if not parts:
        return None
    shift = day_shift(parts)
    if shift:
        back, margin = shift
        wide = max(margin, 1 if loose and back > 1 else 0)
        return Moment(days=(now.day - back - wide, min(now.day - back + wide, now.day - 1)), strict=wide == 0)
    total = total_ns(parts)
    margin_ns = max(rounding_ns(parts), round(slack * total))
    center = now.t_ns - total
    return Moment(range_ns=(center - margin_ns, center + margin_ns), center_ns=max(center, 0))


def _ago(match: re.Match[str], now: Now) -> Moment | None:
    return ago(match["d"], now, loose=bool(match["about"]) or is_vague(match["d"]))


def _last_amount(match: re.Match[str], now: Now) -> Moment:
    parts = amounts(match["d"])
    shift = day_shift(parts)
    start = now.day_start_ns(now.day - shift[0]) if shift else now.t_ns - total_ns(parts)
    return Moment(range_ns=(start, now.t_ns), strict=not is_vague(match["d"]))


def _just_now(match: re.Match[str], now: Now) -> Moment:
    return Moment(range_ns=(now.t_ns - JUST_NOW_NS, now.t_ns), center_ns=now.t_ns)


def just_done(text: str, now: Now) -> Moment | None:
    """The last half hour for `who just left`, `what did we just say`; None elsewhere, and in a film, where just is merely."""
    told = any(m[1].lower().endswith("ed") or m[1].lower() in PAST_FORMS for m in _JUST_TOLD.finditer(text))
    if now.calendar.kind == "offset" or not (told or _JUST_ASKED.search(text)):
        return None
    return Moment(range_ns=(now.t_ns - JUST_NOW_NS, now.t_ns), center_ns=now.t_ns)


def _a_while_ago(match: re.Match[str], now: Now) -> Moment:
    return Moment(range_ns=(now.t_ns - A_WHILE_NS, now.t_ns))


def _about_now(match: re.Match[str], now: Now) -> Moment:
    return Moment(center_ns=now.t_ns)


def _part_of_day(match: re.Match[str], now: Now) -> Moment | None:
    if now.calendar.kind == "offset":
        return Moment()
    start, end = PARTS_OF_DAY[match["part"].lower()]
    middle = (start + end) // 2
    edge = (match["edge"] or "").strip().lower()
    face: Range = (start, middle) if edge == "early" else (middle, end) if edge == "late" else (start, end)
    return Moment(faces=(face,))


def _third(match: re.Match[str], now: Now) -> Moment:
    """Start, middle and end of a film are its thirds, softly; a memory of days has no such place."""
    if now.calendar.kind != "offset":
        return Moment()
    first, last = _THIRDS[match["place"].lower()]
    return Moment(range_ns=(now.t_ns * first // 3, now.t_ns * last // 3))


def _other_day(match: re.Match[str], now: Now) -> Moment:
    return Moment(days=(now.day - 7, now.day - 1))


_ABOUT = r"(?P<about>(?:about|around|approximately|roughly|almost|nearly|over|more\s+than|less\s+than|some)\s+)?"
_FILM = r"(?:video|clip|film|movie|recording|footage)"
_NEAR = r"(?:right\s+)?(?:in|on|at|near|nearing|towards?|from|by|during|around|after)"
_CLAUSE_ENDS = r"(?=\s*(?:$|[?.,]|(?:while|when|after|before)\b))"
# `the lady in the middle` says which lady, not when.
_WHICH_ONES = words("man lady woman boy girl person one people chair table two dog cat in on")
_NOT_WHICH_ONE = "".join(f"(?<!{who} )" for who in _WHICH_ONES)

AGO_RULES: tuple[Rule, ...] = (
    (_pattern(rf"\b{_ABOUT}(?P<d>{DURATION})\s+(?:ago\b|back(?=\s*(?:$|[?,.;]|as\b)))"), _ago),
    (
        _pattern(
            rf"\b(?:(?:in|over|during|within|for)\s+)?(?:the\s+|these\s+)?(?:last|past|previous)\s+"
            rf"(?P<d>{DURATION}|hour\b|minute\b|half\s+(?:an\s+)?hour\b)"
        ),
        _last_amount,
    ),
    (
        _pattern(r"\b(?:just|right)\s+now\b(?=\W*$)|\bjust\s+now\b|\ba\s+(?:moment|minute|second)\s+ago\b|\bmoments\s+ago\b"),
        _just_now,
    ),
    (_pattern(r"\b(?:a\s+(?:little\s+)?while|not\s+long|some\s+time)\s+ago\b"), _a_while_ago),
    (_pattern(r"\b(?<!how )(?:a\s+)?long\s+(?:time\s+)?ago\b"), lambda m, now: Moment(earlier=True)),
    (_pattern(r"\bthe\s+other\s+day\b"), _other_day),
    (_pattern(r"\b(?<!most )(?:recently|lately|these\s+days)\b"), _about_now),
    (_pattern(r"(?<!\w)(?:right\s+)?now\b(?=\W*$)|\bcurrently\b(?=\W*$)|\bat\s+(?:the|this)\s+moment\b(?=\W*$)"), _about_now),
    (
        _pattern(rf"\b{_NEAR}\s+(?:the\s+)?(?:very\s+)?(?P<place>start|beginning|middle|end|ending)\s+of\s+(?:the\s+)?{_FILM}\b"),
        _third,
    ),
    (_pattern(rf"\b{_NEAR}\s+(?:the\s+)?(?:very\s+)?(?P<place>start|beginning|end|ending){_CLAUSE_ENDS}"), _third),
    (_pattern(rf"{_NOT_WHICH_ONE}\b{_NEAR}\s+the\s+(?P<place>middle){_CLAUSE_ENDS}"), _third),
    (_pattern(r"\bat\s+(?P<place>first)\b(?=\s*(?:$|[?.,]))"), _third),
    (
        _pattern(rf"\b(?:in|during|on|at|by)\s+(?:the\s+)?(?P<edge>early\s+|late\s+)?(?P<part>{PART})\b{_KIND_OF_THING}"),
        _part_of_day,
    ),
    (_pattern(rf"(?<=\x00)\s*,?\s*(?P<edge>early\s+|late\s+)?(?P<part>{PART})\b{_KIND_OF_THING}"), _part_of_day),
    (_pattern(rf"\b(?P<edge>early\s+|late\s+)?(?P<part>{PART})\b(?=\s*\x00)"), _part_of_day),
    (_pattern(r"\b(?P<edge>early\s+|late\s+)?(?P<part>noon|midday|midnight)\b(?=\s*(?:$|[?.,]))"), _part_of_day),
)

SHIFTED_BY = re.compile(
    rf"\b(?:{_ABOUT}(?P<d>{NUMBER}\s+(?:days?|weeks?|months?|years?))|(?:the\s+|last\s+|(?:on|in|over)\s+)*(?P<unit>day|week|weekend|month))"
    rf"\s+(?P<side>before|after)\s*(?=\x00)",
    re.IGNORECASE,
)
_NAMED_SHIFT: dict[str, Range] = {"day": (1, 1), "week": (1, 7), "weekend": (1, 7), "month": (1, 31)}


def shifted_days(match: re.Match[str], days: Range) -> tuple[Range, bool] | None:
    """Days a match of `SHIFTED_BY` counts from `days`, and whether they are exact; None for an amount finer than a day."""
    sign, start = (1, days[1]) if match["side"].lower() == "after" else (-1, days[0])
    if match["unit"]:
        near, far = _NAMED_SHIFT[match["unit"].lower()]
        first, last = sorted((start + sign * near, start + sign * far))
        return (first, last), near == far
    shift = day_shift(quantities(match["d"]))
    if shift is None:
        return None
    day, slack = start + sign * shift[0], shift[1]
    return (day - slack, day + slack), slack == 0
