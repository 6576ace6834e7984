"""Time: integer nanoseconds, half-open spans, and calendars that name them.

Time is an `int` number of nanoseconds since the Unix epoch, UTC, and never a float. A stream without a wall clock counts
from zero; its calendar calls 0 ns `DAY1 00:00:00` (kind `days`) or simply `0:00` (kind `offset`).
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mmmem.errors import InvalidInputError

NS_PER_S = 1_000_000_000
NS_PER_MIN = 60 * NS_PER_S
NS_PER_HOUR = 3600 * NS_PER_S
NS_PER_DAY = 24 * NS_PER_HOUR
MAX_NS = 2**63 - 1

CalendarKind = Literal["wall", "days", "offset"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_LABEL = re.compile(r"^\s*DAY\s*(\d+)\b[\s,T_-]*(.*)$", re.IGNORECASE)
_CLOCK = re.compile(r"^\s*(\d{1,4}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(am|pm)?\s*$", re.IGNORECASE)
_PLAIN_SECONDS = re.compile(r"^\s*(\d+)(?:\.(\d{1,9}))?\s*s?\s*$")


def check_ns(value: object, name: str) -> int:
    """Return `value` as an `int` of nanoseconds.

    Raises:
        InvalidInputError: it is not an integer, is negative, or does not fit 64 bits.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise InvalidInputError(
            f"{name} must be an int of nanoseconds, got {value!r} ({type(value).__name__}); use seconds_to_ns."
        )
    ns = int(value.__index__())
    if not 0 <= ns <= MAX_NS:
        raise InvalidInputError(f"{name} must lie in [0, 2**63) nanoseconds, got {ns}; times before the epoch are not supported.")
    return ns


def seconds_to_ns(seconds: float) -> int:
    """Seconds to nanoseconds, rounded to the nearest.

    Raises:
        InvalidInputError: NaN or infinite.
    """
    if not math.isfinite(seconds):
        raise InvalidInputError(f"A time in seconds must be finite, got {seconds!r}.")
    return round(seconds * NS_PER_S)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open interval of time, `[start_ns, end_ns)`; never empty."""

    start_ns: int
    end_ns: int

    def __post_init__(self) -> None:
        check_ns(self.start_ns, "start_ns")
        check_ns(self.end_ns, "end_ns")
        if self.end_ns <= self.start_ns:
            raise InvalidInputError(
                f"A span must end after it starts, got start_ns={self.start_ns} end_ns={self.end_ns}; spans are half-open."
            )

    @property
    def duration_ns(self) -> int:
        """Length in nanoseconds."""
        return self.end_ns - self.start_ns

    @property
    def middle_ns(self) -> int:
        """The instant halfway through."""
        return self.start_ns + self.duration_ns // 2

    def contains(self, t_ns: int) -> bool:
        """Whether `t_ns` lies inside; the end does not."""
        return self.start_ns <= t_ns < self.end_ns

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share an instant."""
        return self.start_ns < other.end_ns and other.start_ns < self.end_ns

    def intersect(self, other: "Span") -> "Span | None":
        """The shared part, or None."""
        start, end = max(self.start_ns, other.start_ns), min(self.end_ns, other.end_ns)
        return Span(start, end) if start < end else None

    def hull(self, other: "Span") -> "Span":
        """The smallest span that covers both."""
        return Span(min(self.start_ns, other.start_ns), max(self.end_ns, other.end_ns))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidInputError(f"Unknown time zone {name!r}; use an IANA name such as 'Europe/Berlin' or 'UTC'.") from error


@dataclass(frozen=True, slots=True)
class Calendar:
    """Names the nanoseconds: wall-clock dates, numbered days, or offsets from the start.

    Args:
        kind: `wall` (dates in `timezone`), `days` (DAY1 00:00:00 is 0 ns), or `offset` (0:00 is 0 ns).
        timezone: IANA name; only `wall` uses it.
    """

    kind: CalendarKind = "offset"
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        if self.kind not in ("wall", "days", "offset"):
            raise InvalidInputError(f"A calendar is 'wall', 'days' or 'offset', got {self.kind!r}.")
        _zone(self.timezone)

    def day_of(self, t_ns: int) -> int:
        """Number of the day that holds `t_ns`: 1-based for relative kinds, the proleptic ordinal for `wall`."""
        if self.kind != "wall":
            return t_ns // NS_PER_DAY + 1
        return self._local(t_ns).toordinal()

    def day_span(self, day: int) -> Span:
        """The span of day number `day` (23 to 25 hours where a wall clock is changed)."""
        if self.kind != "wall":
            return Span(max(day - 1, 0) * NS_PER_DAY, max(day, 1) * NS_PER_DAY)
        return Span(self._midnight_ns(day), self._midnight_ns(day + 1))

    def at(self, day: int, time_of_day_ns: int) -> int:
        """The instant `time_of_day_ns` on a clock's face on day number `day`."""
        if self.kind != "wall":
            return max(day - 1, 0) * NS_PER_DAY + time_of_day_ns
        naive = datetime.combine(date.fromordinal(day), datetime.min.time()) + timedelta(seconds=time_of_day_ns // NS_PER_S)
        return _to_ns(naive.replace(tzinfo=_zone(self.timezone))) + time_of_day_ns % NS_PER_S

    def time_of_day_ns(self, t_ns: int) -> int:
        """What a clock on the wall shows, in nanoseconds since midnight."""
        if self.kind != "wall":
            return t_ns % NS_PER_DAY
        local = self._local(t_ns)
        return (local.hour * 3600 + local.minute * 60 + local.second) * NS_PER_S + t_ns % NS_PER_S

    def weekday_of(self, t_ns: int) -> int | None:
        """0 for Monday to 6 for Sunday; None where days have no names."""
        return self._local(t_ns).weekday() if self.kind == "wall" else None

    def format(self, t_ns: int, *, day: bool = True) -> str:
        """`2024-05-03 11:20:05`, `DAY3 11:20:05` or `1:02:03`; with `day=False` only the clock part."""
        seconds = self.time_of_day_ns(t_ns) // NS_PER_S
        if self.kind == "offset":
            return format_duration(t_ns)
        clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        return f"{self.day_label(self.day_of(t_ns))} {clock}" if day else clock

    def format_span(self, span: Span) -> str:
        """Both ends, naming the day once when they share it."""
        same_day = self.day_of(span.start_ns) == self.day_of(max(span.end_ns - 1, span.start_ns))
        return f"{self.format(span.start_ns)} - {self.format(span.end_ns, day=not same_day)}"

    def day_label(self, day: int) -> str:
        """`DAY3`, or an ISO date."""
        return date.fromordinal(day).isoformat() if self.kind == "wall" else f"DAY{day}"

    def parse(self, text: str, *, reference_ns: int | None = None) -> int:
        """Read one instant.

        Accepts ISO 8601 dates and times (`wall`), `DAY3 11:20:05`, offsets (`1:02:03`, `35s`) and clock times (`11:20`,
        `9:15 pm`) of the day of `reference_ns`.

        Raises:
            InvalidInputError: not a time, or a clock time without a day to put it on.
        """
        label = _DAY_LABEL.match(text)
        if label:
            return self._parse_day_label(int(label[1]), label[2], text)
        if self.kind == "offset":
            return _parse_offset(text)
        clock = _clock_ns(text)
        if clock is not None:
            return self._on_reference_day(clock, reference_ns, text)
        if self.kind == "wall":
            return self._parse_iso(text)
        raise InvalidInputError(f"Cannot read {text!r} as a time; write DAY3 11:20:05.")

    def _parse_day_label(self, day: int, rest: str, text: str) -> int:
        if self.kind == "wall":
            raise InvalidInputError(f"{text!r} numbers days, but this memory has dates; write 2024-05-03T11:20:05.")
        clock = 0 if not rest.strip() else _clock_ns(rest)
        if day < 1 or clock is None:
            raise InvalidInputError(f"Cannot read {text!r} as a time; write DAY3 11:20:05 (days count from 1).")
        return self.at(day, clock)

    def _on_reference_day(self, clock_ns: int, reference_ns: int | None, text: str) -> int:
        if reference_ns is None:
            raise InvalidInputError(f"{text!r} names no day; write the day too, as in {self.format(0)!r}.")
        return self.at(self.day_of(reference_ns), clock_ns)

    def _parse_iso(self, text: str) -> int:
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError as error:
            raise InvalidInputError(
                f"Cannot read {text!r} as a time; write 2024-05-03T11:20:05 or 2024-05-03T11:20:05+02:00."
            ) from error
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=_zone(self.timezone))
        return check_ns(_to_ns(zoned), "time")

    def _local(self, t_ns: int) -> datetime:
        return (_EPOCH + timedelta(seconds=t_ns // NS_PER_S)).astimezone(_zone(self.timezone))

    def _midnight_ns(self, day: int) -> int:
        return max(_to_ns(datetime.combine(date.fromordinal(day), datetime.min.time(), _zone(self.timezone))), 0)


def format_duration(duration_ns: int) -> str:
    """`0:35`, `12:04`, `1:02:03`: minutes and seconds, hours only when there are some."""
    seconds = duration_ns // NS_PER_S
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02d}"
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _to_ns(moment: datetime) -> int:
    since = moment - _EPOCH
    return (since.days * 86400 + since.seconds) * NS_PER_S + since.microseconds * 1000


def _fraction_ns(digits: str | None) -> int:
    return int((digits or "0").ljust(9, "0"))


def _clock_ns(text: str) -> int | None:
    match = _CLOCK.match(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[5]:
        hour = hour % 12 + (12 if match[5].lower() == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise InvalidInputError(f"{text!r} is not a time of day; hours go to 23, minutes and seconds to 59.")
    return (hour * 3600 + minute * 60 + second) * NS_PER_S + _fraction_ns(match[4])


def _parse_offset(text: str) -> int:
    plain = _PLAIN_SECONDS.match(text)
    if plain:
        return int(plain[1]) * NS_PER_S + _fraction_ns(plain[2])
    match = _CLOCK.match(text)
    if match is None or match[5]:
        raise InvalidInputError(f"Cannot read {text!r} as an offset; write 1:02:03, 0:35 or 35s.")
    first, second = int(match[1]), int(match[2])
    if second > 59 or int(match[3] or 0) > 59:
        raise InvalidInputError(f"{text!r} is no offset: what follows a colon goes to 59; or write seconds, as in 95s.")
    if match[3] is None:
        return (first * 60 + second) * NS_PER_S
    return (first * 3600 + second * 60 + int(match[3])) * NS_PER_S + _fraction_ns(match[4])
