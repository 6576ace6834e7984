"""Hysteresis: what has begun goes on until something clearly speaks against it, so that noise about a bound is no news."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """How well a relation held while nothing moved.

    Args:
        score: in [0, 1]; 0.5 is the bound between yes and no.
        num_looks: pictures that it rests on.
        place: which of the measurements of a pair this is, in order of time.
    """

    score: float
    num_looks: int
    place: int


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """When a relation opens and when it closes.

    Args:
        open_at: score from which it begins to hold.
        close_below: score under which one that holds is over.
        num_looks: pictures that must agree before it opens; they may lie in several measurements in a row.
    """

    open_at: float = 0.5
    close_below: float = 0.3
    num_looks: int = 2

    def runs(self, measured: Iterable[Measured]) -> Iterator[list[Measured]]:
        """Stretches over which a relation holds, each as its measurements; one without enough looks is none."""
        run: list[Measured] = []
        for one in measured:
            if one.score >= (self.close_below if run else self.open_at):
                run.append(one)
                continue
            if self._agreed(run):
                yield run
            run = []
        if self._agreed(run):
            yield run

    def _agreed(self, run: list[Measured]) -> bool:
        return bool(run) and sum(one.num_looks for one in run) >= self.num_looks
