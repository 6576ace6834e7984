"""What a trajectory could have observed: who and what was seen where and when, what was looked for and not there, what
happened in view, and what was said within earshot. It is read off rendered masks, and it is what a memory is scored against."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from mmmem.clock import NS_PER_S, Span
from streams.house.doings import Doings
from streams.house.home import Furniture, Home, Thing
from streams.house.life import Life
from streams.house.looks import Look
from streams.house.missing import LONGEST_GAP_NS, Missing
from streams.house.models.broken import STATE
from streams.house.observed import Observed
from streams.house.trajectory import Pose
from streams.house.world import Event, WorldState

EARSHOT_M = 5.0
"""How far a voice carries through a door; within a room it is always heard."""
LAST_LOOK_NS = NS_PER_S
"""How long the last picture of a tour stands for at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Instant:
    """One look and what is true of it.

    Args:
        pose: (4, 4) pose_world_camera.
        state: the world at the look.
        stands_ns: how long the look stands for; see `stands_for_ns`.
    """

    look: Look
    pose: Pose
    state: WorldState
    tour: int
    stands_ns: int

    @property
    def span(self) -> Span:
        """The time it stands for."""
        return Span(self.look.t_ns, self.look.t_ns + self.stands_ns)


@dataclass(slots=True)
class _Before:
    """The look before, of the same tour."""

    t_ns: int
    seen: frozenset[str]


@dataclass(slots=True)
class Sightings:
    """Gathers what is observed, look by look in order of time, over all tours.

    Args:
        wearer: id of the resident who wears the camera, who knows what they do; empty for a robot.
    """

    life: Life
    wearer: str = ""
    _done: list[Observed] = field(default_factory=list)
    _open: dict[str, Observed] = field(default_factory=dict)
    _last_holder: dict[str, str] = field(default_factory=dict)
    _before: _Before | None = None
    _tour: int = -1
    _doings: Doings = field(init=False)
    _missing: Missing = field(init=False)

    def __post_init__(self) -> None:
        self._missing = Missing(self.life.home)
        self._doings = Doings(self.life)

    def add(self, instant: Instant) -> list[Event]:
        """Take in one look, and return the events that were witnessed or heard since the look before."""
        if instant.tour != self._tour:
            self._finish_tour()
            self._tour = instant.tour
        seen = self._seen(instant)
        self._missing.look(instant.look, instant.span, instant.state, instant.tour, self._last_holder)
        noticed = self._notice(instant, seen)
        self._before = _Before(instant.look.t_ns, seen)
        return noticed

    def finished(self) -> list[Observed]:
        """Everything observed, in order of time; no look can be added after it."""
        self._finish_tour()
        return sorted(self._done, key=lambda one: (one.span, one.kind, one.subject, one.event))

    def _seen(self, instant: Instant) -> frozenset[str]:
        look, ids = instant.look, tuple(self.life.home.instance_ids)
        shown = {ids[number - 1] for number in look.observed.tolist()}
        for place, number in enumerate(look.instance.tolist()):
            if ids[number - 1] in shown:
                self._extend(self._sighting(ids[number - 1], place, instant))
        return frozenset(shown | ({self.wearer} if self.wearer else set()))

    def _sighting(self, id: str, place: int, instant: Instant) -> Observed:
        look, home, state = instant.look, self.life.home, instant.state
        holder = state.holder_of(id)
        if holder:
            self._last_holder[id] = holder
        return Observed(
            "seen",
            id,
            instant.span,
            instant.tour,
            holder,
            room_of(home, state, id),
            states_of(home, state, id) | self._doing(id, look.t_ns),
            num_looks=1,
            best_ns=look.t_ns,
            pixels=int(look.pixels[place]),
            fraction=float(look.fraction[place]),
            picture_pixels=look.picture_pixels,
        )

    def _doing(self, id: str, t_ns: int) -> dict[str, str]:
        doing = self._doings.at(id, t_ns)
        return {"doing": doing} if doing else {}

    def _extend(self, now: Observed) -> None:
        before = self._open.get(now.subject)
        if before is None or not _same_sighting(before, now):
            if before is not None:
                self._done.append(before)
            self._open[now.subject] = now
            return
        best = now if now.pixels > before.pixels else before
        span = Span(before.span.start_ns, now.span.end_ns)
        self._open[now.subject] = replace(best, span=span, num_looks=before.num_looks + 1)

    def _notice(self, instant: Instant, seen: frozenset[str]) -> list[Event]:
        if self._before is None:
            return []
        home, state, in_view = self.life.home, instant.state, seen | self._before.seen
        noticed = []
        for event in self.life.between(self._before.t_ns + 1, instant.look.t_ns + 1):
            if event.kind == "say" and hears(home, state, instant.pose, event):
                self._done.append(self._of_event("heard", event, state))
                noticed.append(event)
            elif event.kind != "say" and _in_view(event, in_view):
                self._done.append(self._of_event("witnessed", event, state))
                noticed.append(event)
        return noticed

    def _of_event(self, kind: Literal["heard", "witnessed"], event: Event, state: WorldState) -> Observed:
        room = room_of(self.life.home, state, event.subject) or room_of(self.life.home, state, event.actor)
        holder = event.placement.holder if event.placement else ""
        span = Span(event.t_ns, event.t_ns + 1)
        return Observed(kind, event.subject, span, self._tour, holder, room, event=event.id)

    def _finish_tour(self) -> None:
        self._done += [*self._open.values(), *self._missing.finished()]
        self._open, self._before = {}, None


def stands_for_ns(times: Iterable[int], tours: Iterable[int]) -> list[int]:
    """How long each look stands for: to the next one of its tour, the last one as long as the one before it."""
    t_ns, tour = np.array(list(times), np.int64), np.array(list(tours), np.int64)
    if not len(t_ns):
        return []
    gaps = np.append(np.diff(t_ns), LAST_LOOK_NS)
    last = np.append(np.diff(tour) != 0, True)
    before = np.concatenate([[LAST_LOOK_NS], gaps[:-1]])
    first = np.concatenate([[True], last[:-1]])
    own = np.where(last, np.where(first, LAST_LOOK_NS, before), gaps)
    return [int(gap) for gap in own]


def room_of(home: Home, state: WorldState, id: str) -> str:
    """Id of the room that a thing, piece or resident is in; empty for what is away."""
    if id in state.placements:
        x_m, y_m, _ = state.placements[id].position
    elif id in state.people:
        x_m, y_m = state.people[id].x_m, state.people[id].y_m
    else:
        part = home.parts.get(id)
        return part.room if isinstance(part, Furniture) else ""
    room = home.room_at(x_m, y_m)
    return room.id if room else ""


def states_of(home: Home, state: WorldState, id: str) -> dict[str, str]:
    """The states of a thing or piece by name, as they can be seen."""
    part = home.parts.get(id)
    if isinstance(part, Furniture):
        names = (*part.openings, *(("power",) if part.switches else ()))
    else:
        names = (*part.states, STATE) if isinstance(part, Thing) else ()
    return {name: state.states[id, name] for name in names if (id, name) in state.states}


def hears(home: Home, state: WorldState, pose: Pose, event: Event) -> bool:
    """Whether what is said reaches the camera: in one room, or through the door between two, `EARSHOT_M` long."""
    person = state.people.get(event.actor or event.subject)
    if person is None:
        return False
    ear, mouth = (float(pose[0, 3]), float(pose[1, 3])), (person.x_m, person.y_m)
    rooms = [home.room_at(*ear), home.room_at(*mouth)]
    if rooms[0] is None or rooms[1] is None:
        return False
    if rooms[0].id == rooms[1].id:
        return True
    between = [door for door in home.doors if {door.room_a, door.room_b} == {rooms[0].id, rooms[1].id}]
    return any(_far(ear, (door.x_m, door.y_m)) + _far(mouth, (door.x_m, door.y_m)) <= EARSHOT_M for door in between)


def _far(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))


def _same_sighting(before: Observed, now: Observed) -> bool:
    if now.span.start_ns - before.span.end_ns > LONGEST_GAP_NS:
        return False
    return (before.holder, before.room, before.states) == (now.holder, now.room, now.states)


def _in_view(event: Event, seen: frozenset[str]) -> bool:
    """Whether who acts and what changes both show just before or just after."""
    return event.subject in seen and (not event.actor or event.actor in seen)
