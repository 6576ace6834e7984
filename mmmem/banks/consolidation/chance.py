"""When repetition is more than chance, and when it changed: small exact tests on days and clock times.

Times of the day are nanoseconds in [0, 24 h) and circular.
"""

from collections.abc import Sequence
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, gammaln

from mmmem.clock import NS_PER_DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHANGE_FACTOR = 20.0
"""Bayes factor from which a change at a given day is believed (strong evidence after Kass and Raftery, JASA 1995)."""
LEAST_SEGMENT = 3


def circular_distance(a: Ints, b: Ints | int) -> Ints:
    """How far apart clock times are, at most twelve hours; broadcasts."""
    apart = np.abs(a - b) % NS_PER_DAY
    return np.asarray(np.minimum(apart, NS_PER_DAY - apart))


def circular_median(times_ns: Ints) -> tuple[int, int]:
    """The clock time with the least mean arc distance to all (Fisher, Statistical Analysis of Circular Data, 1993), and the
    median distance from it. The earlier of two that are as good.

    Args:
        times_ns: (n,) n at least 1.
    """
    ordered = np.sort(times_ns)
    distances = circular_distance(ordered[:, None], ordered[None, :])
    best = int(np.argmin(distances.sum(axis=1)))
    return int(ordered[best]), int(np.median(distances[best]))


def at_least(k: int, chances: Floats) -> float:
    """Probability that at least `k` of independent trials with these chances succeed (Poisson binomial, by convolution)."""
    counts = np.ones(1)
    for chance in chances.tolist():
        counts = np.convolve(counts, [1.0 - chance, chance])
    return float(min(1.0, counts[k:].sum())) if k > 0 else 1.0


def at_least_of(k: int, n: int, chance: float) -> float:
    """Probability of `k` or more of `n` equal trials."""
    return float(bdtrc(k - 1, n, chance)) if k > 0 else 1.0


def at_least_of_any(k: int, n: int, chance: float, chances: Floats) -> float:
    """At most so probable is it that any of several outcomes is as surprising as `k` of `n` for one of probability `chance`.

    The sum, over outcomes, of the greatest binomial tail that does not exceed the tail of `k` (a union bound on the least p).

    Args:
        chances: (m,) probabilities of the outcomes in one trial.
    """
    tails = bdtrc(np.arange(-1, n)[None, 1:], n, chances[:, None]) if n else np.zeros((len(chances), 0))
    fits = np.where(tails <= at_least_of(k, n, chance) * (1 + 1e-9), tails, 0.0)
    return float(min(1.0, fits.max(axis=1, initial=0.0).sum()))


def in_group(k: int, n: int, k_group: int, n_group: int) -> float:
    """Probability that `k_group` or more of `k` successes among `n` days fall on `n_group` given days (hypergeometric)."""
    ways = sum(comb(n_group, hit) * comb(n - n_group, k - hit) for hit in range(k_group, min(k, n_group) + 1))
    return ways / comb(n, k)


def segments(done: Sequence[bool]) -> list[tuple[int, int]]:
    """Half-open ranges of days with one rate each: a new one begins from which a habit was kept more, or less, than before.

    Days are Bernoulli trials with a uniform prior on the rate, so k of n days have the marginal likelihood
    m(k, n) = B(k + 1, n - k + 1). Among all partitions into ranges of `LEAST_SEGMENT` days or more, the one with the greatest

        product over ranges of m(k, n), divided by (`CHANGE_FACTOR` x number of days) for every change

    is taken (found exactly, by dynamic programming): a change must make the days that many times as likely.
    """
    n, kept = len(done), np.concatenate([[0], np.cumsum(np.asarray(done, np.int64))])
    cost = float(np.log(CHANGE_FACTOR * max(n, 1)))
    best = np.full(n + 1, -np.inf)
    best[0], begins = cost, np.zeros(n + 1, np.int64)
    for end in range(min(LEAST_SEGMENT, n), n + 1):
        starts = np.arange(max(end - LEAST_SEGMENT, 0) + 1)
        scores = best[starts] - cost + _log_marginal(kept[end] - kept[starts], end - starts)
        begins[end] = int(np.argmax(scores))
        best[end] = float(scores[begins[end]])
    found, end = list[tuple[int, int]](), n
    while end > 0:
        found.append((int(begins[end]), end))
        end = int(begins[end])
    return found[::-1]


def _log_marginal(k: Ints, n: Ints) -> Floats:
    return np.asarray(gammaln(k + 1) + gammaln(n - k + 1) - gammaln(n + 2))
