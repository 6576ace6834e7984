"""Says when to go on, when to try another way, and when to give up: no task of a robot goes on for ever. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from mmmem.errors import InvalidInputError

Verdict = Literal["go on", "another way", "give up"]


@dataclass(frozen=True, slots=True)
class Budget:
    """What one task may take at most.

    Args:
        plans: how often it may be planned anew.
        deeds: tries to look, open, pick, approach or hand over.
        same: how often one deed may fail with one thing before it is not tried again.
        seconds: of the world's time.
    """

    plans: int = 6
    deeds: int = 80
    same: int = 2
    seconds: float = 1800.0

    def __post_init__(self) -> None:
        if min(self.plans, self.deeds, self.same) < 1 or not self.seconds > 0:
            raise InvalidInputError(f"A budget must allow at least one plan, deed and second, got {self}.")


@dataclass(slots=True)
class Critic:
    """Counts what was tried in one task; every deed and plan uses some of a budget that does not grow."""

    budget: Budget = field(default_factory=Budget)
    plans: int = 0
    deeds: int = 0
    seconds: float = 0.0
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)

    def plan(self) -> bool:
        """Whether there may be another plan; counts it."""
        self.plans += 1
        return not self.why_stop()

    def did(self, deed: str, target: str, *, ok: bool, seconds: float = 0.0) -> Verdict:
        """Count a deed, and say how to go on after it."""
        self.deeds += 1
        self.seconds += seconds
        if not ok:
            self.failures[deed, target] += 1
        if self.why_stop():
            return "give up"
        return "another way" if self.is_hopeless(deed, target) else "go on"

    def is_hopeless(self, deed: str, target: str) -> bool:
        """Whether a deed has failed so often with a thing that it is not worth another try."""
        return self.failures[deed, target] >= self.budget.same

    def why_stop(self) -> str:
        """Why the task is given up; empty if it is not."""
        if self.plans > self.budget.plans:
            return f"planned {self.budget.plans} times"
        if self.deeds >= self.budget.deeds:
            return f"did {self.deeds} things"
        if self.seconds >= self.budget.seconds:
            return f"took {self.seconds:.0f} s"
        return ""
