"""The home while it is being lived in: how it stands now, the clock, what has happened, and what everybody moves in."""

from collections.abc import Iterable
from functools import cached_property
from math import hypot
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_S, Calendar
from streams.house.floor import Floor
from streams.house.footprint import surface_rectangle
from streams.house.home import Furniture, Home, Surface, Thing
from streams.house.placing import free_spot
from streams.house.world import Event, EventKind, PersonPose, Placement, WorldState

_ELBOW_M = 0.5
"""People keep this far from each other when they stop."""

_UTC = Calendar("wall", "UTC")

_Kinded = TypeVar("_Kinded", Furniture, Thing)


class Scene:
    """One home as it stands at `now_ns`; `record` is the only way to change it.

    Attributes:
        seats: who sits or lies where, by (id of a piece, number of the place on it).
        agreed: number of the day for which the people settled something ("dinner").
        doing: the deed of each person now.
        last_deed: the deed of each person's last event.
        shopping: ids of things that somebody will bring home, used up or replacements, and the day from which they can be had.
        unpacked: ids of things that came out of parcels.
    """

    def __init__(self, home: Home, state: WorldState, start_ns: int) -> None:
        self.home, self.state, self.now_ns = home, state, start_ns
        self.events: list[Event] = []
        self.seats: dict[tuple[str, int], str] = {}
        self.agreed: dict[str, int] = {}
        self.doing: dict[str, str] = {}
        self.last_deed: dict[str, str] = {}
        self.shopping: dict[str, int] = {}
        self.unpacked: set[str] = set()
        self.floor = _floor(home)
        self._spots: dict[str, tuple[float, float, float]] = {}
        self._ways: dict[tuple[float, ...], NDArray[np.float64]] = {}

    def record(
        self, kind: EventKind, subject: str, *, actor: str = "", why: str = "", placement: Placement | None = None,
        person: PersonPose | None = None, state: str = "", value: str = "",
    ) -> None:  # fmt: skip
        """Let something happen now."""
        number = len(self.events) + 1
        event = Event(f"E{number:05d}", self.now_ns, kind, subject, actor, placement, person, state, value, why)
        self.events.append(event)
        self.last_deed[actor] = why
        self.state = self.state.after(event)

    @property
    def hour(self) -> float:
        """Hour of the day, 0 to 24."""
        return self.now_ns % NS_PER_DAY / NS_PER_HOUR

    @property
    def day(self) -> int:
        """Number of the day since 1970."""
        return self.now_ns // NS_PER_DAY

    @property
    def weekend(self) -> bool:
        """Whether it is Saturday or Sunday."""
        return (_UTC.weekday_of(self.now_ns) or 0) >= 5

    def seconds_until(self, hour: float) -> float:
        """Seconds until an hour of today; not above 0 if it has passed. Hours above 24 are tomorrow's."""
        return (self.day * NS_PER_DAY + round(hour * NS_PER_HOUR) - self.now_ns) / NS_PER_S

    def holder(self, thing: str) -> str:
        """Id of the surface or person that has a thing; empty if it is not in the home."""
        return self.state.holder_of(thing)

    def value(self, part: str, state: str) -> str:
        """Value of a state; empty if there is none."""
        return self.state.states.get((part, state), "")

    def is_open(self, surface: Surface) -> bool:
        """Whether nothing hides a surface."""
        return not surface.behind or self.value(self.home.piece(surface.id).id, surface.behind) == "open"

    def on(self, surface: str) -> list[Thing]:
        """The things on or in a surface, in the order of their ids."""
        return [thing for thing in self.home.things if self.holder(thing.id) == surface]

    def visible_in(self, room: str) -> list[str]:
        """Ids of the things of a room that stand on open surfaces, in the order of their ids."""
        on_view = {one.id for one in self.home.surfaces if self._rooms[one.id] == room and self.is_open(one)}
        return [thing.id for thing in self.home.things if self.holder(thing.id) in on_view]

    def here(self, *kinds: str, owner: str | None = None) -> list[Thing]:
        """The things of some kinds that stand in the home, not in anybody's hands."""
        return [
            thing
            for kind in kinds
            for thing in self._things.get(kind, ())
            if (owner is None or thing.owner == owner) and "." in self.holder(thing.id)
        ]

    def pieces(self, *kinds: str, room: str = "") -> list[Furniture]:
        """The pieces of furniture of some kinds, the kinds in the order given."""
        return [piece for kind in kinds for piece in self._pieces.get(kind, ()) if not room or piece.room == room]

    def surfaces(self, *wanted: str, room: str = "") -> list[str]:
        """Ids of surfaces given as "kind" (its first surface) or "kind.name", in the order given."""
        found: list[str] = []
        for kind, _, name in (want.partition(".") for want in wanted):
            for piece in self.pieces(kind, room=room):
                named = [one.id for one in piece.surfaces if not name or one.id.endswith("." + name)]
                found.extend(named[:1])
        return found

    def spot(self, place: str) -> tuple[float, float, float]:
        """Where a person stands at a part of the home: (x, y, yaw)."""
        if place not in self._spots:
            self._spots[place] = self.floor.standing_spot(place)
        return self._spots[place]

    def way(self, start: tuple[float, float], goal: tuple[float, float]) -> NDArray[np.float64]:
        """(n, 2) corners of the way between two points of the floor."""
        if goal < start:
            return self.way(goal, start)[::-1]
        key = (*start, *goal)
        if key not in self._ways:
            path = self.floor.path(start, goal)
            self._ways[key] = np.array([start, goal]) if path is None else path
        return self._ways[key]

    def room_for(self, person: str, x_m: float, y_m: float) -> tuple[float, float]:
        """The point itself, or one beside it if somebody else stands there."""
        others = [(at.x_m, at.y_m) for one, at in self.state.people.items() if one != person]
        for away in (0.0, 0.5, 0.7, 0.9):
            for turn in np.arange(0, 2 * np.pi, np.pi / 4) if away else [0.0]:
                x, y = x_m + away * float(np.cos(turn)), y_m + away * float(np.sin(turn))
                same_room = self.home.room_at(x, y) == self.home.room_at(x_m, y_m)
                if same_room and self.floor.is_free((x, y)) and all(hypot(x - a, y - b) >= _ELBOW_M for a, b in others):
                    return x, y
        return x_m, y_m

    def within_reach(self, person: str, surface: str, reach_m: float = 0.8) -> bool:
        """Whether a person is in the same room as a surface and close to it."""
        at, piece = self.state.people[person], self.home.piece(surface)
        room = self.home.room_at(at.x_m, at.y_m)
        rectangle = surface_rectangle(piece, self.home.surface(surface))
        near = float(rectangle.distance_m(np.array([at.x_m, at.y_m]))) <= reach_m
        return near and room is not None and room.id == piece.room

    def fit(self, thing: str, surface: str, rng: np.random.Generator) -> Placement | None:
        """A free place for a thing on a surface, clear of whoever sits there."""
        if any(piece == self.home.piece(surface).id for piece, _ in self.seats):
            return None
        return free_spot(self.home, self.state, surface, thing, rng)

    def first_fit(self, thing: str, surfaces: Iterable[str], rng: np.random.Generator) -> Placement | None:
        """A free place on the first surface that has one."""
        return next((at for surface in surfaces if (at := self.fit(thing, surface, rng)) is not None), None)

    @cached_property
    def front_door(self) -> str:
        """Id of the door to the outside."""
        return next(door.id for door in self.home.doors if not door.room_b)

    @cached_property
    def _rooms(self) -> dict[str, str]:
        return {surface.id: piece.room for piece in self.home.furniture for surface in piece.surfaces}

    @cached_property
    def _things(self) -> dict[str, list[Thing]]:
        return _grouped(self.home.things)

    @cached_property
    def _pieces(self) -> dict[str, list[Furniture]]:
        return _grouped(self.home.furniture)


def _floor(home: Home) -> Floor:
    """A grid of 10 cm, on which ways are found fast, where that reaches everything; else the fine one."""
    coarse = Floor(home, cell_m=0.1)
    parts = [*(room.id for room in home.rooms), *(surface.id for surface in home.surfaces)]
    return coarse if all(coarse.reaches(part) for part in parts) else Floor(home)


def _grouped(parts: Iterable[_Kinded]) -> dict[str, list[_Kinded]]:
    groups: dict[str, list[_Kinded]] = {}
    for part in parts:
        groups.setdefault(part.kind, []).append(part)
    return groups
