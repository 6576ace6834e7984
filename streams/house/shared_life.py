"""A life in which a robot takes part: what the robot moves is moved, and the people live on with it."""

import zlib
from dataclasses import replace

import numpy as np

from mmmem.errors import InvalidInputError
from streams.house.footprint import overlaps_any
from streams.house.life import Life
from streams.house.placing import free_spot, stood
from streams.house.world import Event, EventKind, Placement, WorldState

ROBOT = "robot"
"""Who holds what the robot carries, and the actor of what it does."""


class SharedLife:
    """The world as it stands now. Time only goes on; the life's events happen when their time comes, where they still can.

    A thing that the robot has moved is astray: it is not where the life has it. Nobody can take it while the robot holds it;
    otherwise whoever takes it next finds it, and it is in step with the life again. Until then no event of the life moves,
    changes or removes it. Openings and switches obey whoever was the last to touch them.

    Attributes:
        astray: ids of the things that the life does not have where they are.
    """

    def __init__(self, life: Life, start_ns: int | None = None) -> None:
        self.life, self.home = life, life.home
        self.begin(life.start_ns if start_ns is None else start_ns)

    def begin(self, t_ns: int) -> None:
        """Start over at an instant of the life, as if there had been no robot.

        Raises:
            InvalidInputError: outside the life.
        """
        self.state: WorldState = self.life.state_at(t_ns)
        self.now_ns, self.num_acts = t_ns, 0
        self.astray: set[str] = set()

    @property
    def carried(self) -> str:
        """Id of the thing that the robot holds; empty if it holds none."""
        return next((thing for thing in sorted(self.astray) if self.state.holder_of(thing) == ROBOT), "")

    def go_on(self, to_ns: int) -> tuple[Event, ...]:
        """Let time pass until an instant, and return what happened meanwhile.

        Raises:
            InvalidInputError: before now, or after the end of the life.
        """
        if not self.now_ns <= to_ns <= self.life.end_ns:
            raise InvalidInputError(f"Time goes on from {self.now_ns} ns to {self.life.end_ns} ns at most, got {to_ns}.")
        happened = []
        for told in self.life.between(self.now_ns + 1, to_ns + 1):
            event = self._as_it_can_be(told)
            if event is not None:
                self.state = self.state.after(event)
                happened.append(event)
        self.now_ns = to_ns
        return tuple(happened)

    def act(
        self, kind: EventKind, subject: str, *, placement: Placement | None = None, state: str = "", value: str = ""
    ) -> Event:
        """Let the robot do something now."""
        self.num_acts += 1
        event = Event(
            f"A{self.num_acts:05d}", self.now_ns, kind, subject, ROBOT, placement, None, state, value, "does what it is told"
        )
        self.state = self.state.after(event)
        if kind in ("take", "put"):
            self.astray.add(subject)
        return event

    def carry(self, position: tuple[float, float, float], yaw_rad: float) -> None:
        """Move what the robot holds along with it."""
        if self.carried:
            held = replace(self.state.placements[self.carried], position=position, yaw_rad=yaw_rad)
            self.state = replace(self.state, placements={**self.state.placements, self.carried: held})

    def _as_it_can_be(self, event: Event) -> Event | None:
        if event.subject not in self.astray:
            return self._clear_of_astray(event) if event.kind == "put" else event
        if event.kind != "take" or event.subject == self.carried:
            return None
        self.astray.discard(event.subject)
        return event

    def _clear_of_astray(self, event: Event) -> Event:
        """Put beside what the robot left there, if there is room."""
        at = event.placement
        assert at is not None, event
        here = [thing for thing in sorted(self.astray) if self.state.holder_of(thing) == at.holder]
        taken = [stood(self.home, thing, self.state.placements[thing]) for thing in here]
        if not overlaps_any(stood(self.home, event.subject, at), taken):
            return event
        rng = np.random.default_rng(zlib.crc32(event.id.encode()))
        return replace(event, placement=free_spot(self.home, self.state, at.holder, event.subject, rng) or at)
