"""What one time expression says, before it is laid on the calendar, and how it is laid there.

A moment names days, times of day (`faces`), or a plain range of nanoseconds. Every range is half-open.
"""

from dataclasses import dataclass, replace
from datetime import date

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, Calendar

Range = tuple[int, int]
_MOST_DAYS = 31  # a part of the day over a longer range stays a time of day
_FIRST_WALL_DAY = date(1969, 12, 31).toordinal()
_LAST_WALL_DAY = date(2262, 4, 11).toordinal()


@dataclass(frozen=True, slots=True)
class Now:
    """When and on which calendar a text was said."""

    t_ns: int
    calendar: Calendar

    @property
    def day(self) -> int:
        """Number of the day of asking."""
        return self.calendar.day_of(self.t_ns)

    def day_start_ns(self, day: int) -> int:
        """Midnight that begins `day`; days outside what a calendar can hold are moved to its ends."""
        return self.at(day, 0)

    def at(self, day: int, face_ns: int) -> int:
        """The instant a clock shows `face_ns` on `day`; negative before the calendar begins."""
        if self.calendar.kind != "wall":
            return (day - 1) * NS_PER_DAY + face_ns
        return self.calendar.at(min(max(day, _FIRST_WALL_DAY), _LAST_WALL_DAY), face_ns)


@dataclass(frozen=True, slots=True)
class Moment:
    """One time expression.

    Args:
        where: its first and last-plus-one character.
        days: first and last day it names, both included.
        faces: times of day it may mean, as ranges of nanoseconds since midnight; past 24 h is the next morning.
        clock: the faces were read off a clock rather than named as a part of the day.
        range_ns: a plain range, where neither days nor faces say it.
        center_ns: the instant it is about; `center_face_ns` the same as a time of day, by face.
        strict: named outright, so that what lies outside cannot be meant.
        earlier: means an event before the one going on.
        future: lies after the asking whatever the calendar says.
    """

    where: Range = (0, 0)
    days: Range | None = None
    faces: tuple[Range, ...] = ()
    clock: bool = False
    range_ns: Range | None = None
    center_ns: int | None = None
    centered: bool = False
    strict: bool = False
    earlier: bool = False
    future: bool = False

    def joined(self, other: "Moment") -> "Moment | None":
        """Day and time of day said side by side are one moment; None where the two do not fit together."""
        if self.range_ns or other.range_ns or self.future or other.future:
            return None
        if self.days and other.days:
            return None
        faces = _common_faces(self, other)
        if faces is None:
            return None
        return replace(
            self,
            where=(min(self.where[0], other.where[0]), max(self.where[1], other.where[1])),
            days=self.days or other.days,
            faces=faces,
            clock=self.clock or other.clock,
            center_ns=None,
            centered=self.centered or other.centered,
            strict=self._join_strict(other),
            earlier=self.earlier or other.earlier,
        )

    def _join_strict(self, other: "Moment") -> bool:
        if self.days or other.days:
            with_day, rest = (self, other) if self.days else (other, self)
            return with_day.strict and (rest.strict or not rest.clock)
        return self.strict and other.strict


def _common_faces(one: Moment, other: Moment) -> tuple[Range, ...] | None:
    """Faces of the pair: a part of the day picks among the readings of a clock."""
    if not (one.faces and other.faces):
        return one.faces or other.faces
    if one.clock == other.clock:
        return None
    clock, part = (one, other) if one.clock else (other, one)
    (start, end), *_ = part.faces
    kept = tuple(f for f in clock.faces if start <= (f[0] + f[1]) // 2 < end)
    return kept or clock.faces


def ranges(moment: Moment, now: Now) -> list[Range]:
    """The moment on the calendar, unclipped; empty where it names no range (a bare part of the day, `recently`)."""
    if moment.range_ns is not None:
        return [moment.range_ns]
    if moment.days is None:
        return _latest(moment.faces, now) if moment.clock else []
    first, last = moment.days
    if not moment.faces or last - first >= _MOST_DAYS:
        return [(now.day_start_ns(first), now.day_start_ns(last + 1))]
    return [(now.at(day, a), now.at(day, b)) for day in range(first, last + 1) for a, b in moment.faces]


def _latest(faces: tuple[Range, ...], now: Now) -> list[Range]:
    """A clock time without a day is today's if that has come, else yesterday's."""
    for day in (now.day, now.day - 1):
        past = [(now.at(day, a), now.at(day, b)) for a, b in faces if now.at(day, a) < now.t_ns]
        if past:
            return past
    return []


PARTS_OF_DAY: dict[str, Range] = {
    name: (start * NS_PER_HOUR, end * NS_PER_HOUR)
    for name, (start, end) in {
        "morning": (5, 12),
        "noon": (11, 14),
        "midday": (11, 14),
        "lunchtime": (11, 14),
        "afternoon": (12, 18),
        "evening": (18, 24),
        "night": (18, 30),
        "midnight": (23, 25),
    }.items()
}
