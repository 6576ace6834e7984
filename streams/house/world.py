"""How a home stands at one instant, and the events that change it: the world's own truth."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import cos, sin
from typing import Literal

from streams.house.home import Home, Point, Relation

EventKind = Literal[
    "put",  # a thing now stands at `placement`
    "take",  # `actor` holds it (`placement.relation` is "held")
    "vanish",  # a thing leaves the home: carried out, eaten, thrown away
    "state",  # `state` of a thing or a piece of furniture becomes `value`
    "go",  # a person is now at `person`, and what the person holds goes along
    "leave",  # a person leaves the home
    "say",  # a person says `value`
]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a thing is.

    Args:
        relation: "on", "in" or "under" a surface, or "held" by a person.
        holder: id of the surface or the resident.
        position: (x, y, z) metres in the world, the middle of the bottom of its box; for held things where the hand is.
    """

    relation: Relation | Literal["held"]
    holder: str
    position: Point
    yaw_rad: float = 0.0


@dataclass(frozen=True, slots=True)
class PersonPose:
    """Where a person is: feet on the floor at (x, y) metres."""

    x_m: float
    y_m: float
    yaw_rad: float
    posture: Literal["standing", "sitting", "lying"] = "standing"


HAND_HEIGHT_M = {"standing": 1.0, "sitting": 0.75, "lying": 0.7}
"""How high hands are over the floor, by posture."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change of the world, at one instant.

    Args:
        id: readable and unique in a life, in order of time ("E00042").
        actor: id of the resident who did it, or empty (a delivery, time passing).
        subject: id of the thing, piece of furniture or resident that changes.
        state: name of the state that changes ("door", "power", "fill", "broken").
        value: its new value, or the words that are said.
        why: the routine it belongs to ("makes breakfast"), for questions about deeds.
    """

    id: str
    t_ns: int
    kind: EventKind
    subject: str
    actor: str = ""
    placement: Placement | None = None
    person: PersonPose | None = None
    state: str = ""
    value: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class WorldState:
    """Everything that can change, at one instant.

    Args:
        placements: of each thing that is in the home.
        states: value by (id of a thing or piece, name of the state); openings are "open" or "closed", switches have the state
            "power", "on" or "off".
        people: who is at home, and where.
    """

    placements: Mapping[str, Placement] = field(default_factory=dict)
    states: Mapping[tuple[str, str], str] = field(default_factory=dict)
    people: Mapping[str, PersonPose] = field(default_factory=dict)

    def holder_of(self, thing: str) -> str:
        """Id of the surface or person that has it; empty if it is not in the home."""
        placement = self.placements.get(thing)
        return "" if placement is None else placement.holder

    def after(self, event: Event) -> "WorldState":
        """The world once an event has happened."""
        return _CHANGES[event.kind](self, event)


def carried_along(placement: Placement, before: PersonPose, after: PersonPose) -> Placement:
    """Where a held thing is once the person who holds it stands elsewhere: it keeps its place in front of the body."""
    turn = after.yaw_rad - before.yaw_rad
    x_m, y_m = placement.position[0] - before.x_m, placement.position[1] - before.y_m
    position = (
        after.x_m + cos(turn) * x_m - sin(turn) * y_m,
        after.y_m + sin(turn) * x_m + cos(turn) * y_m,
        placement.position[2] + HAND_HEIGHT_M[after.posture] - HAND_HEIGHT_M[before.posture],
    )
    return replace(placement, position=position, yaw_rad=placement.yaw_rad + turn)


def states_after(start: WorldState, events: Iterable[Event]) -> Iterator[tuple[Event, WorldState]]:
    """Each event with the world once it has happened."""
    state = start
    for event in events:
        state = state.after(event)
        yield event, state


def resting_states(home: Home) -> dict[tuple[str, str], str]:
    """The first value of every state: closed, off, and what each thing starts with."""
    closed = {(piece.id, name): "closed" for piece in home.furniture for name in piece.openings}
    off = {(piece.id, "power"): "off" for piece in home.furniture if piece.switches}
    return {**closed, **off, **{(thing.id, name): values[0] for thing in home.things for name, values in thing.states.items()}}


def _placed(state: WorldState, event: Event) -> WorldState:
    assert event.placement is not None, event
    return replace(state, placements={**state.placements, event.subject: event.placement})


def _vanished(state: WorldState, event: Event) -> WorldState:
    return replace(state, placements={thing: at for thing, at in state.placements.items() if thing != event.subject})


def _changed(state: WorldState, event: Event) -> WorldState:
    return replace(state, states={**state.states, (event.subject, event.state): event.value})


def _gone_to(state: WorldState, event: Event) -> WorldState:
    assert event.person is not None, event
    before, people = state.people.get(event.subject), {**state.people, event.subject: event.person}
    held = {thing: at for thing, at in state.placements.items() if at.holder == event.subject} if before is not None else {}
    if before is None or not held:
        return replace(state, people=people)
    moved = {thing: carried_along(at, before, event.person) for thing, at in held.items()}
    return replace(state, people=people, placements={**state.placements, **moved})


def _left(state: WorldState, event: Event) -> WorldState:
    return replace(state, people={person: at for person, at in state.people.items() if person != event.subject})


_CHANGES: Mapping[str, Callable[[WorldState, Event], WorldState]] = {
    "put": _placed,
    "take": _placed,
    "vanish": _vanished,
    "state": _changed,
    "go": _gone_to,
    "leave": _left,
    "say": lambda state, event: state,
}
