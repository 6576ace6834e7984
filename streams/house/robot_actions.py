"""What a robot in a house can be told to do, how far and how long each of it goes, and what it may be asked to fetch."""

from dataclasses import dataclass

from mmmem.clock import seconds_to_ns
from mmmem.errors import InvalidInputError
from streams.house.world import WorldState

ACTIONS = (
    "move_forward", "turn_left", "turn_right", "look_up", "look_down", "open", "close", "pick", "place", "wait",
)  # fmt: skip
"""Names of the actions, Habitat's where it has one; an action's number is its place."""

WITH_ARM = ("open", "close", "pick", "place")

_ARM_S = 2.0


@dataclass(frozen=True, slots=True)
class Paces:
    """How far and how long an action goes.

    Args:
        step_s: time a movement takes.
        wait_s: time that `wait` takes.
    """

    forward_m: float = 0.25
    turn_deg: float = 15.0
    look_deg: float = 15.0
    step_s: float = 0.5
    wait_s: float = 30.0

    def __post_init__(self) -> None:
        if not min(self.forward_m, self.turn_deg, self.look_deg, self.step_s, self.wait_s) > 0:
            raise InvalidInputError(f"Every pace must be positive, got {self}.")

    def time_ns(self, action: str) -> int:
        """How long an action takes."""
        return seconds_to_ns({"wait": self.wait_s}.get(action, _ARM_S if action in WITH_ARM else self.step_s))


@dataclass(frozen=True, slots=True)
class FetchTask:
    """Bring a thing: done, with reward 1, when `goal`, the id of a surface, piece or resident, has it."""

    thing: str
    goal: str

    def is_done(self, state: WorldState) -> bool:
        """Whether the goal has the thing."""
        holder = state.holder_of(self.thing)
        return bool(holder) and self.goal in (holder, holder.partition(".")[0])
