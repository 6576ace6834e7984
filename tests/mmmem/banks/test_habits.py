"""Habits: the tests against chance, the days that count, and the change of a habit."""

from itertools import combinations, pairwise, product
from math import lgamma, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmem.banks.consolidation.chance import (
    CHANGE_FACTOR,
    LEAST_SEGMENT,
    at_least,
    at_least_of,
    at_least_of_any,
    circular_distance,
    circular_median,
    in_group,
    segments,
)
from mmmem.banks.consolidation.coverage import DAY_BEGINS_NS, Coverage
from mmmem.banks.consolidation.habits import ALPHA, Habit, Occasion, habits_of
from mmmem.banks.consolidation.wording import clock, describe_habit
from mmmem.clock import MAX_NS, NS_PER_DAY, NS_PER_HOUR, NS_PER_MIN, Calendar

DAYS = Calendar("days")
H, M = NS_PER_HOUR, NS_PER_MIN


def covered(num_days: int, opens: float, closes: float, *, calendar: Calendar = DAYS, start_ns: int = 0) -> Coverage:
    days = start_ns + np.arange(num_days) * NS_PER_DAY
    return Coverage(days + int(opens * H), days + int(closes * H), calendar)


def done(*times: tuple[int, float]) -> list[Occasion]:
    """Occasions on days (from 1) at hours of a clock."""
    return [Occasion(day, int(hour * H) - DAY_BEGINS_NS, number, day * NS_PER_DAY) for number, (day, hour) in enumerate(times, 1)]


def the_habit(occasions: list[Occasion], coverage: Coverage) -> Habit:
    found = habits_of(occasions, coverage)
    assert len(found) == 1, found
    return found[0]


def test_coffee_on_four_of_five_mornings() -> None:
    habit = the_habit(done((1, 9.7), (2, 9.5), (4, 9.7), (5, 9.8)), covered(5, 9, 18))
    assert (habit.when, habit.days, habit.missed) == ("morning", (1, 2, 4, 5), (3,))
    assert habit.clock_ns is not None
    assert clock(habit.clock_ns) == "09:40"
    assert habit.chance <= ALPHA
    assert habit.support == (1, 2, 3, 4)
    said = describe_habit(Habit("Jake", "make", "coffee", "coffe", *(getattr(habit, f) for f in list(habit.__slots__)[4:])), DAYS)
    assert said == "Jake makes coffee on 4 of 5 mornings seen, around 09:40 (not on DAY3)"


def test_a_day_on_which_nobody_looked_then_is_no_exception() -> None:
    looked = np.array([9, 24 + 9, 48 + 14, 72 + 9, 96 + 9]) * H
    coverage = Coverage(looked, np.array([18, 24 + 18, 48 + 18, 72 + 18, 96 + 18]) * H, DAYS)
    habit = the_habit(done((1, 9.7), (2, 9.5), (4, 9.7), (5, 9.8)), coverage)
    assert habit.missed == ()
    assert habit.num_seen == 4


def test_once_twice_and_a_single_busy_day_are_no_habit() -> None:
    coverage = covered(14, 8, 22)
    assert habits_of(done((3, 9.0)), coverage) == []
    assert habits_of(done((3, 9.0), (4, 9.0)), coverage) == []
    assert habits_of(done(*((3, 8 + i / 10) for i in range(40))), coverage) == []


def test_an_act_done_at_all_hours_has_no_usual_time_but_is_an_everyday_one() -> None:
    rng = np.random.default_rng(1)
    everyday = [(day, float(hour)) for day in range(1, 15) for hour in np.sort(rng.uniform(8, 22, 12))]
    habit = the_habit(done(*everyday), covered(14, 8, 22))
    assert habit.when == "day"
    assert habit.clock_ns is None
    assert len(habit.days) == 14


def test_a_time_around_midnight_belongs_to_the_day_before() -> None:
    nights = [(day, 23.9) if day % 2 else (day, 24.2) for day in range(1, 8)]
    habit = the_habit(done(*nights), covered(8, 10, 26))
    assert habit.when == "evening"
    assert habit.days == tuple(range(1, 8))
    assert habit.clock_ns is not None
    assert int(circular_distance(np.array([habit.clock_ns]), 0)[0]) < 30 * M


def test_saturdays_are_found_where_weeks_allow() -> None:
    calendar = Calendar("wall", "UTC")
    monday = calendar.parse("2026-03-02")
    first = calendar.day_of(monday)
    saturdays = [(first + 7 * week + 5, 9.5) for week in range(5)]
    coverage = covered(35, 7, 22, calendar=calendar, start_ns=monday)
    habit = the_habit(done(*saturdays), coverage)
    assert (habit.when, len(habit.days), habit.missed) == ("Saturday", 5, ())


def test_a_habit_that_stops_is_closed_and_kept_and_its_end_is_learned_later() -> None:
    coverage = covered(20, 8, 22)
    occasions = done(*((day, 20.0) for day in range(1, 11)))
    before = the_habit(occasions, covered(10, 8, 22))
    assert before.ended_ns is None
    assert before.valid.end_ns == MAX_NS
    after = the_habit(occasions, coverage)
    assert after.days == before.days
    assert (after.learned_ns, after.valid.start_ns) == (before.learned_ns, before.valid.start_ns)
    assert after.valid.end_ns == DAYS.at(11, DAY_BEGINS_NS)
    assert after.ended_ns is not None
    assert after.ended_ns > after.valid.end_ns, "one missed day is an exception; that it ended is learned from several"


def test_a_habit_is_learned_no_earlier_than_it_could_be() -> None:
    occasions = done(*((day, 9.5) for day in range(1, 11)))
    habit = the_habit(occasions, covered(10, 8, 22))
    for num_days in range(1, 11):
        known = habits_of([o for o in occasions if o.day <= num_days], covered(num_days, 8, 22))
        assert bool(known) == (num_days * NS_PER_DAY >= habit.learned_ns)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.floats(8, 21.9)), max_size=40), st.integers(1, 12))
def test_what_is_known_at_a_day_is_the_same_whether_or_not_days_follow(times: list[tuple[int, float]], until: int) -> None:
    occasions = sorted(done(*times), key=lambda o: (o.day, o.clock_ns))
    known = [o for o in occasions if o.day <= until]
    once = habits_of(known, covered(until, 8, 22))
    again = habits_of(list(known), covered(until, 8, 22))
    assert once == again
    for habit in once:
        assert max((*habit.days, *habit.missed)) <= until
        assert set(habit.support) <= {o.text for o in known}
        assert not set(habit.days) & set(habit.missed)


def test_chance_moments_make_hardly_any_habit() -> None:
    rng = np.random.default_rng(7)
    coverage = covered(7, 8, 22)
    found = 0
    for _ in range(400):
        count = int(rng.integers(3, 12))
        times = sorted(zip(rng.integers(1, 8, count).tolist(), rng.uniform(8, 22, count).tolist(), strict=True))
        found += any(h.clock_ns is not None for h in habits_of(done(*times), coverage))
    assert found <= 3 * ALPHA * 400, "the scan over windows is counted in, if only roughly"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.integers(0, 6))
def test_the_poisson_binomial_tail_is_the_sum_over_all_outcomes(chances: list[float], k: int) -> None:
    outcomes = product((0, 1), repeat=len(chances))
    expected = sum(
        np.prod([p if hit else 1 - p for p, hit in zip(chances, out, strict=True)]) for out in outcomes if sum(out) >= k
    )
    assert at_least(k, np.array(chances)) == pytest.approx(float(expected), abs=1e-9)


@given(st.integers(0, 8), st.integers(1, 8), st.floats(0.01, 0.99))
def test_the_binomial_tail_is_the_poisson_binomial_one_of_equal_chances(k: int, n: int, chance: float) -> None:
    assert at_least_of(min(k, n), n, chance) == pytest.approx(at_least(min(k, n), np.full(n, chance)), abs=1e-9)


def test_the_least_of_several_tails_is_bounded_by_their_sum() -> None:
    rng = np.random.default_rng(2)
    shares = np.array([0.4, 0.3, 0.2, 0.1])
    draws = rng.multinomial(6, shares, 100_000)
    tails = np.array([[at_least_of(k, 6, float(share)) for k in range(7)] for share in shares])
    least = tails[np.arange(4), draws].min(axis=1)
    for k, share in ((4, 0.1), (5, 0.4), (4, 0.3)):
        as_surprising = np.mean(least <= at_least_of(k, 6, share) * (1 + 1e-9))
        assert as_surprising <= at_least_of_any(k, 6, share, shares) + 0.004


def test_the_hypergeometric_tail_counts_draws() -> None:
    assert in_group(3, 7, 3, 3) == pytest.approx(1 / 35)  # one of the 35 ways to choose 3 of 7 days
    assert in_group(3, 7, 0, 3) == pytest.approx(1.0)


@given(st.lists(st.integers(0, NS_PER_DAY - 1), min_size=1, max_size=9), st.integers(0, NS_PER_DAY - 1))
def test_a_circular_median_turns_with_its_times(times: list[int], turn: int) -> None:
    middle, spread = circular_median(np.array(times))
    total = circular_distance(np.array(times), middle).sum()
    assert all(total <= circular_distance(np.array(times), other).sum() for other in times)
    turned, turned_spread = circular_median((np.array(times) + turn) % NS_PER_DAY)
    assert circular_distance((np.array(times) + turn) % NS_PER_DAY, turned).sum() == total
    assert len(set(times)) > 1 or spread == turned_spread == 0


def test_a_change_needs_evidence_and_is_dated_where_it_happened() -> None:
    assert segments([True] * 10 + [False] * 10) == [(0, 10), (10, 20)]
    assert segments([True] * 3 + [False] * 2) == [(0, 5)]
    assert segments([True, False] * 10) == [(0, 20)]
    assert segments([True] * 10 + [False] * 10 + [True] * 10) == [(0, 10), (10, 20), (20, 30)]
    assert segments([]) == []


@given(st.lists(st.booleans(), min_size=1, max_size=13))
def test_the_best_partition_is_the_best_of_all(days: list[bool]) -> None:
    def score(cuts: tuple[int, ...]) -> float:
        ends = (0, *cuts, len(days))
        parts = [days[a:b] for a, b in pairwise(ends)]
        likely = sum(lgamma(sum(p) + 1) + lgamma(len(p) - sum(p) + 1) - lgamma(len(p) + 2) for p in parts)
        return likely - len(cuts) * log(CHANGE_FACTOR * len(days))

    places = range(1, len(days))
    allowed = [
        cuts
        for number in range(4)
        for cuts in combinations(places, number)
        if all(b - a >= LEAST_SEGMENT for a, b in pairwise((0, *cuts, len(days)))) or not cuts
    ]
    found = segments(days)
    assert found[0][0] == 0
    assert found[-1][1] == len(days)
    assert [a for a, _ in found[1:]] == [b for _, b in found[:-1]]
    assert score(tuple(a for a, _ in found[1:])) == pytest.approx(max(map(score, allowed)), abs=1e-9)


def test_a_coin_hardly_ever_seems_to_change() -> None:
    rng = np.random.default_rng(3)
    changes = sum(len(segments((rng.random(28) < 0.5).tolist())) > 1 for _ in range(1000))
    assert changes <= 1000 / CHANGE_FACTOR


def test_coverage_counts_overlaps_once() -> None:
    coverage = Coverage(np.array([9 * H, 10 * H, 9 * H]), np.array([11 * H, 12 * H, 10 * H]), DAYS)
    assert coverage.covered_ns == {1: 3 * H}
    assert coverage.covered(1, 6 * H, 7 * H) == H  # from ten to eleven
    assert coverage.covered(1, 0, H) == 0
    assert coverage.covered(9, 0, NS_PER_DAY) == 0
