"""Intervals around figures, and what chance alone would reach."""

from collections.abc import Sequence

import numpy as np

Z_95 = 1.959963984540054
NUM_RESAMPLES = 2000
BOOTSTRAP_SEED = 20240503
_CHUNK = 2_000_000
"""Resampled values held at once: 16 MB."""


def wilson(num_right: int, num: int) -> tuple[float, float]:
    """95 % interval of a proportion (Wilson 1927, score interval without continuity correction)."""
    if num == 0:
        return 0.0, 1.0
    share, z2 = num_right / num, Z_95 * Z_95
    centre = (share + z2 / (2 * num)) / (1 + z2 / num)
    half = Z_95 / (1 + z2 / num) * float(np.sqrt(share * (1 - share) / num + z2 / (4 * num * num)))
    # At the ends the formula gives 0 and 1 exactly; rounding must not push the interval off the share it is about.
    return min(max(0.0, centre - half), share), max(min(1.0, centre + half), share)


def bootstrap(values: Sequence[float]) -> tuple[float, float]:
    """95 % interval of a mean: percentiles of 2,000 resamples with a fixed seed."""
    array = np.asarray(values, np.float64)
    if len(array) == 0:
        return float("nan"), float("nan")
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    rows = max(1, _CHUNK // len(array))
    means = [
        array[rng.integers(0, len(array), (min(rows, NUM_RESAMPLES - done), len(array)))].mean(axis=1)
        for done in range(0, NUM_RESAMPLES, rows)
    ]
    low, high = np.percentile(np.concatenate(means), (2.5, 97.5))
    return float(low), float(high)


def chance_of_hit(num_right: int, num: int, k: int) -> float:
    """Probability that k distinct draws out of `num` hold at least one of `num_right` (hypergeometric)."""
    if num_right <= 0 or k <= 0:
        return 0.0
    if num - num_right < k:
        return 1.0
    missed = 1.0
    for draw in range(k):
        missed *= (num - num_right - draw) / (num - draw)
    return 1.0 - missed


def chance_of_share(num: int, k: int) -> float:
    """Expected share of the wanted items among k distinct draws out of `num`, however many are wanted."""
    return min(k, num) / num if num > 0 else 0.0
