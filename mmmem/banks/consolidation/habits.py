"""Habits: what somebody does again and again, counted on the days on which it could have been seen.

Days turn at four in the morning. A day counts as seen for a habit if the streams cover at least half of the hours in which it
is usually done, or if it was done. A habit is kept at a usual time, on most days, or on certain days of the week:

- **clock**: done on k of n seen days around its circular median time, `MIN_HALF_WIDTH_NS` to `MAX_HALF_WIDTH_NS` either way.
  Chance is that the act, as often as it was done in all, falls anywhere in the covered time: a day's window holds it with
  probability 1 - exp(-rate x covered time of the window). The Poisson-binomial tail P(K >= k), times the number of windows
  that fit into a covered day (the times it might have been found at), must not exceed `ALPHA`.
- **daily**: P(K >= k) of n fair coins must not exceed `COIN_ALPHA`: done on more days than not.
- **weekly**: given k of n days, that so many fall on these weekdays (hypergeometric), times the nine groups tried.

All three need `MIN_DAYS` days and half of the seen days (of those weekdays).
A rate that changes (`mmmem.banks.consolidation.chance.segments`) ends one habit and may begin another; what ended stays
known with the span in which it held. Everything is computed from what is given, so what is given decides as of when it holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from mmmem.banks.consolidation.chance import at_least, at_least_of, circular_distance, circular_median, in_group, segments
from mmmem.banks.consolidation.coverage import DAY_BEGINS_NS, Coverage
from mmmem.clock import MAX_NS, NS_PER_DAY, NS_PER_HOUR, NS_PER_MIN, Span

Part = Literal["morning", "afternoon", "evening"]
PARTS: tuple[tuple[Part, int, int], ...] = (
    ("morning", 0, 8 * NS_PER_HOUR),
    ("afternoon", 8 * NS_PER_HOUR, 14 * NS_PER_HOUR),
    ("evening", 14 * NS_PER_HOUR, 24 * NS_PER_HOUR),
)
"""Hours since four in the morning: 4 to 12, 12 to 18, 18 to 4."""
ALPHA = 0.01
"""Shuffling the deeds of five real days found a habit in 4.6 of 100 acts at 0.05 (`benchmarks/habits.py shuffled`)."""
COIN_ALPHA = 0.05
"""Five of five days pass, four of five do not."""
MIN_DAYS = 3
MIN_SHARE = 0.5
MIN_HALF_WIDTH_NS = 30 * NS_PER_MIN
MAX_HALF_WIDTH_NS = 90 * NS_PER_MIN
MIN_COVERED = 0.5
MIN_DAY_COVERED_NS = 2 * NS_PER_HOUR
MIN_PART_COVERED_NS = NS_PER_HOUR
SAME_OCCASION_NS = 30 * NS_PER_MIN
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAY_GROUPS: tuple[tuple[str, frozenset[int]], ...] = (
    *((name, frozenset((at,))) for at, name in enumerate(WEEKDAYS)),
    ("weekday", frozenset(range(5))),
    ("weekend", frozenset((5, 6))),
)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Once that something was done.

    Args:
        day: number of the day, which turns at four.
        clock_ns: since four in the morning; None where only the day is known.
    """

    day: int
    clock_ns: int | None
    text: int
    learned_ns: int


@dataclass(frozen=True, slots=True)
class Habit:
    """What is done again and again.

    Args:
        when: `morning`, `afternoon`, `evening`, a weekday, `weekday`, `weekend`, or `day`.
        days, missed: numbers of the seen days on which it was and was not done.
        clock_ns, spread_ns: usual time since midnight and the median distance from it; None where it has no usual time.
        valid: from the first day it was kept; until the day from which it was kept no longer, else the clock's maximum.
        learned_ns: when there was first enough to know it.
        ended_ns: when there was first enough to know that it had ended; None while it holds.
        support: ids of the texts it rests on, in order of time.
        chance: how likely so many days are without a habit, the windows tried counted in.
    """

    actor: str
    verb: str
    object: str
    key: str
    when: str
    days: tuple[int, ...]
    missed: tuple[int, ...]
    clock_ns: int | None
    spread_ns: int | None
    valid: Span
    learned_ns: int
    ended_ns: int | None
    support: tuple[int, ...]
    chance: float

    @property
    def num_seen(self) -> int:
        """Days on which it could have been seen."""
        return len(self.days) + len(self.missed)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a rule finds in a run of days."""

    when: str
    days: tuple[int, ...]
    missed: tuple[int, ...]
    support: tuple[Occasion, ...]
    chance: float
    clock_ns: int | None = None
    spread_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which an act may be a habit.

    Args:
        counts: which occasions it is about.
        covers: whether a day was covered well enough to have seen it.
        judge: what it finds in a run of days with one rate: from the occasions that count, all occasions, and the days.
    """

    counts: Callable[[Occasion], bool]
    covers: Callable[[Coverage, int], bool]
    judge: Callable[[Sequence[Occasion], Sequence[Occasion], Sequence[int], Coverage], Kept | None]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A habit in a run of days, and the day from which it was otherwise."""

    kept: Kept
    next_day: int | None


def habits_of(occasions: Sequence[Occasion], coverage: Coverage, *, as_of_ns: int = MAX_NS) -> list[Habit]:
    """The habits that one act of one person has been, in order of when they began; actor, verb and object are left empty.

    Args:
        occasions: all that is known of the act, in order of time.
        as_of_ns: for the record only, when it is looked at; what was not known then must not be among what is given.
    """
    if len({o.day for o in occasions}) < MIN_DAYS:
        return []
    days = sorted({o.day for o in occasions} | coverage.covered_ns.keys())
    found = [h for part in PARTS for h in _learned(occasions, days, coverage, _at_usual_time(*part), as_of_ns)]
    found = found or _learned(occasions, days, coverage, DAILY, as_of_ns)
    found = found or _learned(occasions, days, coverage, WEEKLY, as_of_ns)
    return sorted(found, key=lambda h: (h.valid.start_ns, h.when))


def _learned(occasions: Sequence[Occasion], days: Sequence[int], coverage: Coverage, rule: Rule, as_of_ns: int) -> list[Habit]:
    """Every stretch of a habit, with the day by which it was first known and by which its end was."""
    stretches = _stretches(occasions, days, coverage, rule)
    if not stretches:
        return []
    history = [_stretches([o for o in occasions if o.day <= day], [d for d in days if d <= day], coverage, rule) for day in days]
    return [_habit(stretch, days, history, coverage, as_of_ns) for stretch in stretches]


def _habit(
    stretch: Stretch, days: Sequence[int], history: Sequence[Sequence[Stretch]], coverage: Coverage, as_of_ns: int
) -> Habit:
    kept = stretch.kept

    def same(other: Stretch) -> bool:
        return other.kept.when == kept.when and other.kept.days[-1] >= kept.days[0] and other.kept.days[0] <= kept.days[-1]

    known = next(day for day, then in zip(days, history, strict=True) if any(map(same, then)))
    ended = None
    if stretch.next_day is not None:
        closed = (d for d, then in zip(days, history, strict=True) if any(same(o) and o.next_day is not None for o in then))
        ended = min(_end_ns(next(closed), coverage), as_of_ns)
    last = [o.learned_ns for o in kept.support if o.day == known]
    return Habit(
        "", "", "", "", kept.when, kept.days, kept.missed,
        None if kept.clock_ns is None else (kept.clock_ns + DAY_BEGINS_NS) % NS_PER_DAY, kept.spread_ns,
        Span(_begin_ns(kept.days[0], coverage), MAX_NS if stretch.next_day is None else _begin_ns(stretch.next_day, coverage)),
        min(min(last, default=_end_ns(known, coverage)), as_of_ns), ended, tuple(dict.fromkeys(o.text for o in kept.support)),
        kept.chance,
    )  # fmt: skip


def _begin_ns(day: int, coverage: Coverage) -> int:
    return coverage.calendar.at(day, DAY_BEGINS_NS)


def _end_ns(day: int, coverage: Coverage) -> int:
    return _begin_ns(day + 1, coverage)


def _stretches(occasions: Sequence[Occasion], days: Sequence[int], coverage: Coverage, rule: Rule) -> list[Stretch]:
    """Days cut where the rate changes, and what the rule finds between the cuts."""
    counted = [o for o in occasions if rule.counts(o)]
    done = {o.day for o in counted}
    if len(done) < MIN_DAYS:
        return []
    seen = [day for day in days if day in done or rule.covers(coverage, day)]
    found = []
    for first, last in segments([day in done for day in seen]):
        run = seen[first:last]
        inside = [o for o in counted if run[0] <= o.day <= run[-1]]
        kept = rule.judge(inside, [o for o in occasions if run[0] <= o.day <= run[-1]], run, coverage)
        if kept is not None:
            found.append(Stretch(kept, seen[last] if last < len(seen) else None))
    return found


def _at_usual_time(part: Part, low_ns: int, high_ns: int) -> Rule:
    def counts(occasion: Occasion) -> bool:
        return occasion.clock_ns is not None and low_ns <= occasion.clock_ns < high_ns

    def covers(coverage: Coverage, day: int) -> bool:
        return coverage.covered(day, low_ns, high_ns) >= MIN_PART_COVERED_NS

    def judge(inside: Sequence[Occasion], all_: Sequence[Occasion], days: Sequence[int], coverage: Coverage) -> Kept | None:
        return _clock(part, inside, all_, days, coverage)

    return Rule(counts, covers, judge)


def _clock(
    part: Part, inside: Sequence[Occasion], all_: Sequence[Occasion], days: Sequence[int], coverage: Coverage
) -> Kept | None:
    clocks = np.array([o.clock_ns for o in inside], np.int64)
    firsts = [int(clocks[at]) for at in np.unique([o.day for o in inside], return_index=True)[1]]
    if len(firsts) < MIN_DAYS:
        return None
    middle, spread = circular_median(np.array(firsts, np.int64))
    half = min(max(2 * spread, MIN_HALF_WIDTH_NS), MAX_HALF_WIDTH_NS)
    near = circular_distance(clocks, middle) <= half
    support = tuple(o for o, fits in zip(inside, near.tolist(), strict=True) if fits)
    done = {o.day for o in support}
    window = (middle - half, middle + half)
    seen = [d for d in days if d in done or coverage.covered(d, *window) >= MIN_COVERED * 2 * half]
    if len(done) < MIN_DAYS or len(done) < MIN_SHARE * len(seen):
        return None
    covered = sum(coverage.covered_ns.get(day, 0) for day in days)
    rate = num_occasions(all_) / max(covered, 1)
    chances = 1 - np.exp(-rate * np.array([max(coverage.covered(day, *window), half) for day in seen]))
    num_windows = max(covered / len(days) / (2 * half), 1.0)
    chance = min(1.0, num_windows * at_least(len(done), chances))
    return None if chance > ALPHA else _kept(part, done, seen, support, chance, clock_ns=middle, spread_ns=spread)


def num_occasions(occasions: Sequence[Occasion]) -> int:
    """Occasions with a time, those less than half an hour after the one before counted with it."""
    times = sorted((o.day, o.clock_ns) for o in occasions if o.clock_ns is not None)
    apart = [b[0] != a[0] or b[1] - a[1] > SAME_OCCASION_NS for a, b in pairwise(times)]
    return sum(apart) + bool(times)


def _covers_day(coverage: Coverage, day: int) -> bool:
    return coverage.covered_ns.get(day, 0) >= MIN_DAY_COVERED_NS


def _judge_daily(inside: Sequence[Occasion], all_: Sequence[Occasion], days: Sequence[int], coverage: Coverage) -> Kept | None:
    done = {o.day for o in inside}
    chance = at_least_of(len(done), len(days), 0.5)
    return _kept("day", done, days, inside, chance) if chance <= COIN_ALPHA else None


def _judge_weekly(inside: Sequence[Occasion], all_: Sequence[Occasion], days: Sequence[int], coverage: Coverage) -> Kept | None:
    weekday = {day: coverage.calendar.weekday_of(_begin_ns(day, coverage)) for day in days}
    if None in weekday.values():
        return None
    done = {o.day for o in inside}
    found = []
    for name, group in WEEKDAY_GROUPS:
        seen = [day for day in days if weekday[day] in group]
        kept = [day for day in seen if day in done]
        chance = len(WEEKDAY_GROUPS) * in_group(len(done), len(days), len(kept), len(seen))
        support = [o for o in inside if weekday[o.day] in group]
        found.append(_kept(name, set(kept), seen, support, min(1.0, chance)))
    return min((kept for kept in found if kept and kept.chance <= ALPHA), key=lambda kept: kept.chance, default=None)


def _kept(
    when: str,
    done: set[int],
    seen: Sequence[int],
    support: Sequence[Occasion],
    chance: float,
    *,
    clock_ns: int | None = None,
    spread_ns: int | None = None,
) -> Kept | None:
    """The finding, if it rests on enough days."""
    if len(done) < MIN_DAYS or len(done) < MIN_SHARE * len(seen):
        return None
    missed = tuple(day for day in seen if day not in done)
    return Kept(when, tuple(sorted(done)), missed, tuple(support), chance, clock_ns, spread_ns)


DAILY = Rule(lambda occasion: True, _covers_day, _judge_daily)
WEEKLY = Rule(lambda occasion: True, _covers_day, _judge_weekly)
