"""Which hours of which days were observed; days turn at four in the morning, when nearly everybody sleeps."""

import numpy as np

from mmmem.banks.consolidation.chance import Ints
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, Calendar

DAY_BEGINS_NS = 4 * NS_PER_HOUR


class Coverage:
    """Which hours of which days the streams cover.

    Args:
        start_ns, end_ns: (n,) observed spans in any order; they may overlap.
    """

    def __init__(self, start_ns: Ints, end_ns: Ints, calendar: Calendar) -> None:
        order = np.argsort(start_ns, kind="stable")
        starts, ends = start_ns[order], np.maximum.accumulate(end_ns[order]) if len(order) else end_ns
        begins = np.concatenate([[True], starts[1:] > ends[:-1]]) if len(order) else np.zeros(0, np.bool_)
        self._starts = starts[begins]
        self._ends = ends[np.concatenate([begins[1:], [True]])] if len(order) else ends
        self._before = np.concatenate([[0], np.cumsum(self._ends - self._starts)])
        self.calendar = calendar
        numbers = {self.day_of(int(t)) for t in (*self._starts.tolist(), *(self._ends - 1).tolist())}
        days = range(min(numbers), max(numbers) + 1) if numbers else range(0)
        self.begin_ns = {day: calendar.at(day, DAY_BEGINS_NS) for day in days}
        self.covered_ns = {day: c for day in days if (c := self.covered(day, 0, NS_PER_DAY)) > 0}
        """Of every day that is covered at all, in order: how much of it."""

    def day_of(self, t_ns: int) -> int:
        """Number of the day that began at four."""
        day = self.calendar.day_of(t_ns)
        return day - 1 if self.calendar.time_of_day_ns(t_ns) < DAY_BEGINS_NS else day

    def clock_ns(self, t_ns: int) -> int:
        """Time since four in the morning, as a clock on the wall shows it."""
        return (self.calendar.time_of_day_ns(t_ns) - DAY_BEGINS_NS) % NS_PER_DAY

    def covered(self, day: int, low_ns: int, high_ns: int) -> int:
        """Nanoseconds covered between two times since four on a day; 0 for days never seen."""
        begin_ns = self.begin_ns.get(day)
        return 0 if begin_ns is None else self._until(begin_ns + high_ns) - self._until(begin_ns + low_ns)

    def _until(self, t_ns: int) -> int:
        at = int(np.searchsorted(self._starts, t_ns, side="right"))
        return int(self._before[at]) - (max(int(self._ends[at - 1]) - t_ns, 0) if at else 0)
