"""What became of the steps of a robot loop: counts, what its observations lack, and how long each step was held up."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mmmem.wording import counted

_NUM_TIMES = 4096


class StepTimes:
    """How long the last steps were held up, in milliseconds; of fixed size, however long the loop runs."""

    def __init__(self) -> None:
        self._ms: NDArray[np.float64] = np.zeros(_NUM_TIMES)
        self._count = 0
        self.last_ms = self.longest_ms = 0.0

    def add(self, held_s: float) -> None:
        """Take note of one step."""
        held_ms = held_s * 1e3
        self._ms[self._count % _NUM_TIMES] = held_ms
        self._count += 1
        self.last_ms = held_ms
        self.longest_ms = max(self.longest_ms, held_ms)

    def percentile_ms(self, percent: float) -> float:
        """Of the last 4,096 steps; 0 before the first."""
        known = self._ms[: min(self._count, _NUM_TIMES)]
        return float(np.percentile(known, percent)) if len(known) else 0.0


@dataclass(slots=True)
class LoopReport:
    """Grows while the loop runs; read it at any time.

    Args:
        num_episodes: calls of `reset`.
        num_steps: calls of `step` that came back.
        num_observed: frames that are in the memory, durable.
        num_dropped: frames thrown away since perception was slower than the loop, or had failed.
        num_out_of_order: frames whose time was not after the one before; not observed.
        num_bad_poses: frames whose pose held NaN or no rotation; observed without it.
        num_over_budget: steps that were held up longer than the budget.
        notes: what the observations lack and what was done about it, each sentence once.
    """

    num_episodes: int = 0
    num_steps: int = 0
    num_observed: int = 0
    num_dropped: int = 0
    num_out_of_order: int = 0
    num_bad_poses: int = 0
    num_over_budget: int = 0
    notes: list[str] = field(default_factory=list)
    held: StepTimes = field(default_factory=StepTimes)

    def say(self, sentence: str) -> None:
        """Add a sentence, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def summary(self) -> list[str]:
        """The report in words, one line each; the first counts."""
        counts = (
            (self.num_episodes, "episode", ""),
            (self.num_steps, "step", ""),
            (self.num_observed, "frame", "observed"),
            (self.num_dropped, "frame", "dropped"),
            (self.num_out_of_order, "frame", "out of order"),
            (self.num_bad_poses, "frame", "with an unusable pose"),
            (self.num_over_budget, "step", "over the budget"),
        )
        said = ", ".join(counted(num, noun, rest) for num, noun, rest in counts if num) or "nothing was observed"
        times = f"held up {self.held.percentile_ms(50):.2f} ms a step, 95 % under {self.held.percentile_ms(95):.2f} ms"
        return [said, times, *self.notes] if self.num_steps else [said, *self.notes]
