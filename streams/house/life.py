"""Some days of a home: how it stood at the start and every event since, so that the world's truth is known at any instant."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from mmmem.clock import NS_PER_S, Span
from mmmem.errors import InvalidInputError
from streams.house.deeds import Deed, deeds_of
from streams.house.home import Home
from streams.house.world import Event, WorldState, states_after

_EVENTS_PER_CHECKPOINT = 128


@dataclass(frozen=True)
class Life:
    """The world's own truth over `[start_ns, end_ns)`.

    Args:
        start_state: the world at `start_ns`, before the first event.
        events: in order of time; what happens at one instant is ordered too.

    Raises:
        InvalidInputError: the end is not after the start, or an event is out of order or outside.
    """

    home: Home
    start_ns: int
    end_ns: int
    start_state: WorldState
    events: tuple[Event, ...]

    def __post_init__(self) -> None:
        span, times = self.span, self._times
        if any(later < earlier for earlier, later in pairwise(times)):
            raise InvalidInputError("The events of a life must be in order of time; sort them by t_ns.")
        outside = next((event for event in self.events if not span.contains(event.t_ns)), None)
        if outside is not None:
            raise InvalidInputError(
                f"Event {outside.id} at {outside.t_ns} ns lies outside this life, [{self.start_ns}, {self.end_ns}) ns."
            )

    @property
    def span(self) -> Span:
        """From the start to the end."""
        return Span(self.start_ns, self.end_ns)

    def state_at(self, t_ns: int) -> WorldState:
        """The world at an instant: every event at or before it has happened.

        Raises:
            InvalidInputError: outside this life; its end itself is allowed.
        """
        self._check_inside(t_ns)
        done = bisect_right(self._times, t_ns)
        state = self._checkpoints[done // _EVENTS_PER_CHECKPOINT]
        for event in self.events[done // _EVENTS_PER_CHECKPOINT * _EVENTS_PER_CHECKPOINT : done]:
            state = state.after(event)
        return state

    def between(self, start_ns: int, end_ns: int) -> tuple[Event, ...]:
        """The events of the half-open span `[start_ns, end_ns)`."""
        return self.events[bisect_left(self._times, start_ns) : bisect_left(self._times, end_ns)]

    def states(self, times: Iterable[int]) -> Iterator[WorldState]:
        """The world at each of many instants that never go back; each event is applied once.

        Raises:
            InvalidInputError: a time outside this life, or before the one in front of it.
        """
        state, done, last_ns = self.start_state, 0, self.start_ns
        for t_ns in map(int, times):
            self._check_inside(t_ns)
            if t_ns < last_ns:
                raise InvalidInputError(f"Times must not go back, got {t_ns} after {last_ns}; sort them or use state_at.")
            upto, last_ns = bisect_right(self._times, t_ns), t_ns
            if upto - done > _EVENTS_PER_CHECKPOINT:
                state = self.state_at(t_ns)
            else:
                for event in self.events[done:upto]:
                    state = state.after(event)
            done = upto
            yield state

    @cached_property
    def deeds(self) -> tuple[Deed, ...]:
        """What people did, in order of time: runs of one person's events with one `why`."""
        return deeds_of(self.home, self.start_state, self.events)

    def by_subject(self, subject: str) -> tuple[Event, ...]:
        """The events of one thing, piece of furniture or resident."""
        return self._by_subject.get(subject, ())

    def whereabouts(self, thing: str) -> tuple[tuple[Span, str], ...]:
        """Who or what had a thing when: spans that cover this life, each with a surface or resident, empty while it is away."""
        changes = [(self.start_ns, self.start_state.holder_of(thing))]
        for event in self.by_subject(thing):
            if event.kind in ("put", "take", "vanish"):
                changes.append((event.t_ns, event.placement.holder if event.placement else ""))
        ends = [t_ns for t_ns, _ in changes[1:]] + [self.end_ns]
        return tuple((Span(t_ns, end), holder) for (t_ns, holder), end in zip(changes, ends, strict=True) if end > t_ns)

    def to_jsonl(self, path: Path) -> None:
        """Write it as JSON lines: the start, then one event a line; the same life gives the same bytes."""
        from streams.house.life_file import write_life

        write_life(self, path)

    @classmethod
    def from_jsonl(cls, path: Path, home: Home) -> "Life":
        """Read what `to_jsonl` wrote of a life in this home.

        Raises:
            SourceError: the file is missing, is no such file, or tells of a home of another seed.
        """
        from streams.house.life_file import read_life

        return read_life(path, home)

    @cached_property
    def _times(self) -> list[int]:
        return [event.t_ns for event in self.events]

    @cached_property
    def _checkpoints(self) -> list[WorldState]:
        states = [self.start_state]
        for number, (_, state) in enumerate(states_after(self.start_state, self.events), start=1):
            if number % _EVENTS_PER_CHECKPOINT == 0:
                states.append(state)
        return states

    @cached_property
    def _by_subject(self) -> Mapping[str, tuple[Event, ...]]:
        grouped: dict[str, list[Event]] = {}
        for event in self.events:
            grouped.setdefault(event.subject, []).append(event)
        return {subject: tuple(events) for subject, events in grouped.items()}

    def _check_inside(self, t_ns: int) -> None:
        if not self.start_ns <= t_ns <= self.end_ns:
            raise InvalidInputError(
                f"{t_ns} ns lies outside this life, [{self.start_ns}, {self.end_ns}] ns "
                f"({(self.end_ns - self.start_ns) / NS_PER_S / 86400:g} days)."
            )
