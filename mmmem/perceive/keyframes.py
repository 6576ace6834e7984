"""Which pictures are worth keeping: those that do not look like one kept a moment ago."""

from collections import deque
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import check_ns, seconds_to_ns
from mmmem.errors import InvalidInputError


class KeyframeGate:
    """Causal, deterministic gate against near-duplicates.

    A picture is kept when its cosine with every recently kept picture is below `max_likeness` and the last one lies
    `min_gap_s` back, or when nothing was kept for `max_gap_s`. What the gate knows is `recent`, so one made with the last
    kept pictures of a memory goes on where the one before it stopped.

    Args:
        max_likeness: cosine from which two pictures count as the same. 0.8 suits the classical descriptor: 95 % of crops
            to nine tenths stay above 0.86, 99.9 % of different photos below 0.56 (`benchmarks/descriptor.py`).
        min_gap_s: a shaking camera is no reason to keep more often than this.
        max_gap_s: a picture is kept at least this often.
        num_recent: how many kept pictures to compare with; going back and forth between few views adds nothing.
        recent: (t_ns, unit vector) of pictures kept before, in rising time.

    Raises:
        InvalidInputError: a bound makes no sense, or `recent` is not in rising time.
    """

    def __init__(
        self,
        *,
        max_likeness: float = 0.8,
        min_gap_s: float = 1.0,
        max_gap_s: float = 30.0,
        num_recent: int = 16,
        recent: Iterable[tuple[int, NDArray[np.float32]]] = (),
    ) -> None:
        if not -1.0 <= max_likeness <= 1.0 or num_recent < 1:
            raise InvalidInputError(
                f"max_likeness must lie in [-1, 1] and num_recent be at least 1, got {max_likeness}, {num_recent}."
            )
        if not 0 <= min_gap_s < max_gap_s:
            raise InvalidInputError(f"A gate needs 0 <= min_gap_s < max_gap_s, got {min_gap_s} and {max_gap_s} seconds.")
        self._max_likeness = max_likeness
        self._min_gap_ns, self._max_gap_ns = seconds_to_ns(min_gap_s), seconds_to_ns(max_gap_s)
        self._recent: deque[tuple[int, NDArray[np.float32]]] = deque(maxlen=num_recent)
        for t_ns, vector in recent:
            self._check_rising(t_ns)
            self._recent.append((t_ns, vector))

    @property
    def recent(self) -> tuple[tuple[int, NDArray[np.float32]], ...]:
        """(t_ns, vector) of the kept pictures compared with, oldest first: the whole state."""
        return tuple(self._recent)

    def keeps(self, vector: NDArray[np.float32], t_ns: int, *, wanted: bool = False) -> bool:
        """Decide about a picture, (d,) float32 of unit length, and remember it if it is kept.

        Args:
            vector: the picture's descriptor.
            t_ns: its time.
            wanted: keep it however alike it is: something in it is new.

        Raises:
            InvalidInputError: `t_ns` lies before the last kept picture, or the vector is of another length.
        """
        self._check_rising(t_ns)
        unlike = self._likeness(vector) < self._max_likeness
        gap_ns = t_ns - self._recent[-1][0] if self._recent else self._max_gap_ns
        if not (wanted or gap_ns >= self._max_gap_ns or (unlike and gap_ns >= self._min_gap_ns)):
            return False
        self._recent.append((t_ns, vector))
        return True

    def _likeness(self, vector: NDArray[np.float32]) -> float:
        if not self._recent:
            return -1.0
        dim = len(self._recent[-1][1])
        if vector.shape != (dim,):
            raise InvalidInputError(f"This gate compares vectors of shape ({dim},), got {vector.shape}; use one gate a space.")
        return float(max(np.dot(kept, vector) for _, kept in self._recent))

    def _check_rising(self, t_ns: int) -> None:
        check_ns(t_ns, "t_ns")
        if self._recent and t_ns <= self._recent[-1][0]:
            raise InvalidInputError(f"Keyframes need rising times, got t_ns={t_ns} after {self._recent[-1][0]}.")
