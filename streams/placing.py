"""Where on which calendar a stream begins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from mmmem.clock import NS_PER_HOUR, NS_PER_MIN, NS_PER_S, Calendar, check_ns
from mmmem.errors import InvalidInputError, SourceError
from mmmem.suggest import unit_since_1970

Start = str | int | None

_DAY_LABEL = re.compile(r"^\s*DAY\s*\d+\b", re.IGNORECASE)
_DATE = re.compile(r"^\s*\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"^\s*[-+]?\d+(\.\d+)?\s*$")
_NAMED_DAY = re.compile(r"DAY(?P<day>\d+)(?=[_.\-])", re.IGNORECASE)
_NAMED_CLOCK = re.compile(r"_(?P<clock>\d{6})(?P<frame>\d{2})?(?=\.|$)")
_WEARER = re.compile(r"(?:^|_)(A\d+_[A-Za-z]+)(?=_|\.|$)")

# A count of nanoseconds below this is before March 1973: no recording is, but seconds, milliseconds and microseconds are.
_FIRST_PLAUSIBLE_WALL_NS = 10**17


@dataclass(frozen=True, slots=True)
class Placement:
    """The calendar of a stream and the time of its first instant."""

    calendar: Calendar
    start_ns: int


@dataclass(frozen=True, slots=True)
class NamedTime:
    """The day and time of day that an EgoLife file name carries.

    Args:
        day: number of the day, from 1.
        clock_ns: time of day.
        frame: frames after the second, the last two of eight digits.
        wearer: whose glasses recorded it, as `A1_JAKE`; empty where the name does not say.
    """

    day: int
    clock_ns: int
    frame: int
    wearer: str

    @property
    def start_ns(self) -> int:
        """The instant to the second, DAY1 00:00:00 being 0."""
        return Calendar("days").at(self.day, self.clock_ns)


def named_time(file_name: str) -> NamedTime | None:
    """Read `DAY2_A1_JAKE_11094208.mp4` or `A1_JAKE_DAY2_11000000.srt`; None where a name is not of that form."""
    day, clock = _NAMED_DAY.search(file_name), _NAMED_CLOCK.search(file_name)
    if day is None or clock is None or int(day["day"]) < 1:
        return None
    clock_ns = clock_digits_ns(int(clock["clock"]))
    if clock_ns is None:
        return None
    wearer = _WEARER.search(file_name)
    return NamedTime(int(day["day"]), clock_ns, int(clock["frame"] or 0), wearer[1] if wearer else "")


def clock_digits_ns(hhmmss: int) -> int | None:
    """Nanoseconds since midnight of a clock time written as the number HHMMSS; None where it is not one."""
    hour, minute, second = hhmmss // 10_000, hhmmss // 100 % 100, hhmmss % 100
    if not (0 <= hour < 24 and minute < 60 and second < 60):
        return None
    return hour * NS_PER_HOUR + minute * NS_PER_MIN + second * NS_PER_S


def single(start: Start | Sequence[Start]) -> Start:
    """The start of what begins once.

    Raises:
        InvalidInputError: several starts were given.
    """
    if isinstance(start, str | int) or start is None:
        return start
    raise InvalidInputError("Several starts need several videos; this begins once, give one start.")


def place(start: Start, calendar: Calendar | None) -> Placement:
    """Read where a stream starts.

    Args:
        start: `DAY2 10:00:00`, an ISO 8601 date and time, an offset where `calendar` counts offsets, nanoseconds, or None
            for the calendar's zero.
        calendar: which calendar to use; None takes the one that `start` is written in.

    Raises:
        InvalidInputError: not a time, or a number in the wrong unit.
    """
    if start is None:
        return _place_unsaid(calendar)
    if isinstance(start, str):
        return _place_text(start, calendar)
    return _place_number(start, calendar)


def _place_unsaid(calendar: Calendar | None) -> Placement:
    if calendar is not None and calendar.kind == "wall":
        raise InvalidInputError(
            "A stream on the wall-clock calendar needs its date: say start='2024-05-03T11:20:05', or start='container' to "
            "trust the file's creation time."
        )
    return Placement(calendar or Calendar("offset"), 0)


def _place_text(start: str, calendar: Calendar | None) -> Placement:
    if calendar is None or calendar.kind != "offset":
        _refuse_bare_number(start)
    if calendar is None:
        calendar = _calendar_of(start)
    return Placement(calendar, calendar.parse(start))


def _calendar_of(start: str) -> Calendar:
    if _DAY_LABEL.match(start):
        return Calendar("days")
    if _DATE.match(start):
        return Calendar("wall")
    raise InvalidInputError(
        f"Cannot read start={start!r}; write a date and time (2024-05-03T11:20:05), a day label (DAY2 10:00:00), or "
        "'container' for the file's creation time."
    )


def _refuse_bare_number(start: str) -> None:
    if _NUMBER.match(start):
        raise InvalidInputError(
            f"start={start!r} is a bare number{_unit_hint(int(float(start)))}; write a date and time (2024-05-03T11:20:05) "
            "or a day label (DAY2 10:00:00)."
        )


def _place_number(start: int, calendar: Calendar | None) -> Placement:
    if isinstance(start, bool) or not hasattr(start, "__index__"):
        raise InvalidInputError(
            f"start={start!r} must be text or an int of nanoseconds, not {type(start).__name__}; seconds are "
            "int(seconds * 1_000_000_000)."
        )
    start_ns = check_ns(start, "start")
    if calendar is None:
        calendar = Calendar("offset") if start_ns == 0 else Calendar("wall")
    if calendar.kind == "wall" and start_ns < _FIRST_PLAUSIBLE_WALL_NS:
        raise InvalidInputError(
            f"start={start_ns} is not nanoseconds since 1970{_unit_hint(start_ns)}; the bound is {_FIRST_PLAUSIBLE_WALL_NS}. "
            "Multiply it to nanoseconds, or write 2024-05-03T11:20:05."
        )
    if calendar.kind != "wall" and 0 < start_ns < 1_000_000:
        raise InvalidInputError(
            f"start={start_ns} ns is less than a millisecond: it looks like seconds or milliseconds. Multiply it by "
            "1_000_000_000 or 1_000_000, or write '0:35' or 'DAY2 10:00:00'."
        )
    return Placement(calendar, start_ns)


def _unit_hint(number: int) -> str:
    since = unit_since_1970(number)
    if since is not None:
        return f" (it looks like {since[0]} since 1970)"
    return " (it looks like seconds or milliseconds from a start)" if abs(number) < 10**9 else ""


def parse_creation_time(value: str | None, path: str) -> int:
    """Nanoseconds since the epoch of a container's `creation_time`.

    Raises:
        SourceError: the container has none, or it is not a date after 1970.
    """
    remedy = "say start='2024-05-03T11:20:05' instead of start='container'."
    if not value:
        raise SourceError(f"{path!r} carries no creation time; {remedy}")
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise SourceError(f"{path!r} carries the creation time {value!r}, which is no date; {remedy}") from error
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    if since.total_seconds() <= 0:
        raise SourceError(f"{path!r} carries the creation time {value!r}, which means that its clock was never set; {remedy}")
    return (since.days * 86_400 + since.seconds) * NS_PER_S + since.microseconds * 1000
