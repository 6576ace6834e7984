"""Clock times in a text: `at 11:20`, `between 1 and 1:30 pm`, `half past nine`, and `0:35` where time is an offset."""

import re
from collections.abc import Callable

from mmmem.agent.language.moments import Moment, Now, Range
from mmmem.agent.language.numbers import NUMBER, amounts, number, total_ns
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_MIN, NS_PER_S

Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Now], Moment | None]]

_HOUR_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_AP = r"(?:\s*[ap]\.?m\b\.?)"
_COLON = rf"\d{{1,3}}:\d{{2}}(?::\d{{2}})?{_AP}?"
_BARE = rf"(?:\d{{1,2}}|{_HOUR_WORDS})"
_TIME = rf"(?:{_COLON}|{_BARE}{_AP}|{_BARE}\s+o'?clock)"
_OPEN = rf"(?:{_TIME}|{_BARE}\b)"
# A bare number is an hour only where nothing that it could count follows.
_END = (
    r"(?=\s*(?:$|[?.,;!\x00]|(?:on|in\s+the\s+(?:\x00|morning|afternoon|evening)|at\s+(?:night|noon)|today|yesterday|tonight|this|"
    r"last|did|was|were|is|are|and|when|while|who|what)\b))"
)
_AFTER_RELATION = "(?:" + "|".join(f"(?<={word} )" for word in ("after", "before", "since", "until", "till", "by")) + ")"
_ABOUT = r"(?P<about>(?:at\s+)?(?:around|about|approximately|roughly|near|close\s+to)\s+)"
_TIME_PARTS = re.compile(
    rf"(?P<h>\d{{1,3}}|{_HOUR_WORDS})(?::(?P<m>\d{{2}}))?(?::(?P<s>\d{{2}}))?\s*(?P<ap>[ap])?", re.IGNORECASE
)

_WIDTH = {"hour": 15 * NS_PER_MIN, "minute": NS_PER_MIN, "second": NS_PER_S}
_ABOUT_WIDTH = {"hour": 30 * NS_PER_MIN, "minute": 15 * NS_PER_MIN, "second": 5 * NS_PER_MIN}
_OFFSET_ABOUT_NS = 10 * NS_PER_S


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _readings(text: str) -> tuple[list[int], str] | None:
    """Times of day `text` may name and its finest unit; two where neither am, pm nor a two-digit hour decides."""
    match = _TIME_PARTS.match(text.strip())
    if match is None:
        return None
    hour = int(match["h"]) if match["h"].isdecimal() else int(number(match["h"]) or 0)
    minute, second, ap = int(match["m"] or 0), int(match["s"] or 0), (match["ap"] or "").lower()
    if hour > 24 or minute > 59 or second > 59 or (ap and not 1 <= hour <= 12):
        return None
    unit = "second" if match["s"] else "minute" if match["m"] else "hour"
    rest = minute * NS_PER_MIN + second * NS_PER_S
    if ap:
        return [(hour % 12 + (12 if ap == "p" else 0)) * NS_PER_HOUR + rest], unit
    settled = hour == 0 or hour > 12 or (match["m"] and len(match["h"]) == 2 and match["h"].isdecimal())
    hours = [hour] if settled else [12, 24] if hour == 12 else [hour, hour + 12]
    return [h * NS_PER_HOUR + rest for h in hours], unit


def _offset_ns(text: str) -> int | None:
    """`m:ss` and `h:mm:ss` from the start; None for anything else."""
    match = _TIME_PARTS.match(text.strip())
    if match is None or match["m"] is None or match["ap"] or not match["h"].isdecimal():
        return None
    first, second = int(match["h"]), int(match["m"])
    if match["s"] is None:
        return (first * 60 + second) * NS_PER_S
    return (first * 3600 + second * 60 + int(match["s"])) * NS_PER_S


def _point(match: re.Match[str], now: Now) -> Moment | None:
    about = bool(match.groupdict().get("about"))
    if now.calendar.kind == "offset":
        return _offset_point(_offset_ns(match["t"]), about)
    read = _readings(match["t"])
    if read is None:
        return None
    times, unit = read
    wide = about or unit == "hour"
    margin = (_ABOUT_WIDTH if about else _WIDTH)[unit]
    faces = tuple((t - margin, t + margin) if wide else (t, t + margin) for t in times)
    return Moment(faces=faces, clock=True, centered=wide, strict=not about)


def _offset_point(t_ns: int | None, about: bool) -> Moment | None:
    if t_ns is None:
        return None
    if about:
        return Moment(range_ns=(t_ns - _OFFSET_ABOUT_NS, t_ns + _OFFSET_ABOUT_NS), center_ns=t_ns)
    return Moment(range_ns=(t_ns, t_ns + NS_PER_S), strict=True)


def _between(match: re.Match[str], now: Now) -> Moment | None:
    if now.calendar.kind == "offset":
        a, b = _offset_ns(match["t"]), _offset_ns(match["u"])
        return Moment(range_ns=(a, b), strict=True) if a is not None and b is not None and a < b else None
    start, end = _readings(match["t"]), _readings(match["u"])
    if start is None or end is None:
        return None
    faces = _pair(start[0], end[0])
    return Moment(faces=faces, clock=True, strict=True) if faces else None


def _pair(starts: list[int], ends: list[int]) -> tuple[Range, ...]:
    """Each start with the nearest end after it; where only the end says am or pm, the start nearest before it."""
    pairs = [(a, min(b for e in ends for b in (e, e + NS_PER_DAY) if b > a)) for a in starts]
    shortest = min(b - a for a, b in pairs)
    return tuple((a, b) for a, b in pairs if b - a == shortest)


def _half_past(match: re.Match[str], now: Now) -> Moment | None:
    read = _readings(match["t"])
    if read is None or read[1] != "hour" or now.calendar.kind == "offset":
        return None
    shift = {"half past": 30, "quarter past": 15, "quarter to": -15}[re.sub(r"\s+", " ", match["how"].lower())] * NS_PER_MIN
    return Moment(faces=tuple((t + shift, t + shift + NS_PER_MIN) for t in read[0]), clock=True, strict=True)


def _first_seconds(match: re.Match[str], now: Now) -> Moment | None:
    if now.calendar.kind != "offset":
        return None
    return Moment(range_ns=(0, total_ns(amounts(match["d"]))), strict=True)


def _at_second(match: re.Match[str], now: Now) -> Moment | None:
    if now.calendar.kind != "offset":
        return None
    unit_ns = NS_PER_MIN if match["unit"].lower().startswith("min") else NS_PER_S
    start, end = int(match["a"]) * unit_ns, int(match["b"] or match["a"]) * unit_ns
    if match["b"]:
        return Moment(range_ns=(start, end), strict=True) if start < end else None
    return Moment(range_ns=(start, start + unit_ns), strict=True)


CLOCK_RULES: tuple[Rule, ...] = (
    (_pattern(rf"\b(?:between|from)\s+(?P<t>{_OPEN})\s*(?:and|to|till|until|-)\s*(?P<u>{_TIME})(?!\w)"), _between),
    (_pattern(rf"\b(?:between|from)\s+(?P<t>{_OPEN})\s*(?:and|to|till|until|-)\s*(?P<u>{_OPEN}){_END}"), _between),
    (_pattern(rf"(?<![\w:])(?P<t>{_COLON})\s*(?:to|till|until|-|–)\s*(?P<u>{_COLON})(?!\w)"), _between),
    (_pattern(rf"\b(?:at\s+)?(?P<how>half\s+past|quarter\s+(?:past|to))\s+(?P<t>{_BARE})\b"), _half_past),
    (_pattern(rf"\b{_ABOUT}(?P<t>{_TIME})(?!\w)"), _point),
    (_pattern(rf"\b{_ABOUT}(?P<t>{_BARE}){_END}"), _point),
    (_pattern(rf"(?<![\w:])(?:at\s+)?(?P<t>{_TIME})(?![\w:])"), _point),
    (_pattern(rf"\bat\s+(?P<t>{_BARE}){_END}"), _point),
    (_pattern(rf"{_AFTER_RELATION}(?P<t>{_BARE}){_END}"), _point),
    (_pattern(rf"\b(?:in\s+|during\s+)?the\s+first\s+(?P<d>(?:{NUMBER}\s+)?(?:seconds?|minutes?|hours?))\b"), _first_seconds),
    (_pattern(r"\b(?:between|from)\s+(?P<a>\d{1,5})\s+(?:and|to)\s+(?P<b>\d{1,5})\s+(?P<unit>seconds?|minutes?)\b"), _at_second),
    (_pattern(r"\b(?:at|around)\s+(?P<unit>second|minute)\s+(?P<a>\d{1,5})(?P<b>)(?!\w)"), _at_second),
    (_pattern(r"\bat\s+(?P<a>\d{1,5})(?P<b>)\s*(?P<unit>s|secs?|seconds?)\b"), _at_second),
)
