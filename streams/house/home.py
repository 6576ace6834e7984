"""What a home is made of: rooms, doors, furniture with surfaces, movable things, residents. Nothing here changes with time.

World coordinates are metres with x and y along the floor and z up, right-handed; yaw is in radians, counter-clockwise seen from
above, and 0 means that a piece's front faces +x. Every part has a readable id, unique in its home: `R1` rooms, `D1` doors, `F1`
furniture, `F1.on` its surfaces, `O1` things, `P1` residents.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

from mmmem.suggest import known_name

RoomKind = Literal["kitchen", "living room", "bedroom", "bathroom", "hall", "study"]
Relation = Literal["on", "in", "under"]
Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Room:
    """A rectangle of floor between walls; `name` is unique in its home ("kitchen", "Anna's bedroom")."""

    id: str
    kind: RoomKind
    name: str
    x0_m: float
    y0_m: float
    x1_m: float
    y1_m: float

    def holds(self, x_m: float, y_m: float) -> bool:
        """Whether a point of the floor lies in this room."""
        return self.x0_m <= x_m < self.x1_m and self.y0_m <= y_m < self.y1_m

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of its floor, metres."""
        return (self.x0_m + self.x1_m) / 2, (self.y0_m + self.y1_m) / 2


@dataclass(frozen=True, slots=True)
class Door:
    """An opening in the wall between two rooms, or between a room and the world outside (`room_b` is empty).

    Args:
        x_m, y_m: middle of the opening, on the wall's centre line.
        along: the axis the wall runs along.
    """

    id: str
    room_a: str
    room_b: str
    x_m: float
    y_m: float
    along: Literal["x", "y"]
    width_m: float = 0.9


@dataclass(frozen=True, slots=True)
class Surface:
    """Where things can stand: a rectangle with head room, in the coordinates of its piece of furniture.

    Args:
        id: of the piece, a dot, and a name: `F3.on`, `F3.in`, `F3.shelf2`, `F3.drawer1`, `F3.under`.
        relation: how things stand to the piece.
        centre: (x, y, z) metres from the middle of the piece's footprint on the floor; z is where things stand on.
        size: (x, y) metres of the rectangle.
        clearance_m: height that is free above it.
        behind: name of the hinge or slide that must be open to see and reach it ("door", "drawer1"), or empty.
    """

    id: str
    relation: Relation
    centre: Point
    size: tuple[float, float]
    clearance_m: float
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Furniture:
    """A piece that stays where it is, with its surfaces and the parts of it that open.

    Args:
        kind: class name, lower case ("fridge", "dining table").
        name: unique in its home ("kitchen counter", "left bedside table").
        position: (x, y, z) metres, the middle of its footprint in the world.
        size: (x, y, z) metres of its box before it is turned.
        openings: names of hinges and slides; each is open or closed in the world's state.
        switches: whether it can be on or off (a lamp, a television, a stove).
    """

    id: str
    kind: str
    name: str
    room: str
    position: Point
    yaw_rad: float
    size: Point
    surfaces: tuple[Surface, ...] = ()
    openings: tuple[str, ...] = ()
    switches: bool = False


@dataclass(frozen=True, slots=True)
class Thing:
    """A movable object.

    Args:
        kind: class name, lower case ("mug").
        size: (x, y, z) metres of its box.
        owner: id of a resident, or empty.
        twin_of: id of the thing it looks exactly like, or empty.
        states: the values each of its states can have, the first of them at the start ("fill": ("empty", "full")).
        outside: it is not in the home at the start (a parcel, a replacement).
    """

    id: str
    kind: str
    colour: str
    material: str
    size: Point
    owner: str = ""
    twin_of: str = ""
    states: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outside: bool = False

    @property
    def name(self) -> str:
        """As a person who looks at it would call it: "red mug"."""
        return f"{self.colour} {self.kind}"


@dataclass(frozen=True, slots=True)
class Resident:
    """A person who lives here or visits; a guest has no bedroom."""

    id: str
    name: str
    shirt: str
    bedroom: str = ""


Part = TypeVar("Part", Room, Furniture, Surface, Thing, Resident)


@dataclass(frozen=True)
class Home:
    """Everything that does not change with time; made by `mmmem house` from a seed.

    Args:
        attempts: how many floor plans were tried until every room and surface could be reached.
    """

    seed: int
    rooms: tuple[Room, ...]
    doors: tuple[Door, ...]
    furniture: tuple[Furniture, ...]
    things: tuple[Thing, ...]
    residents: tuple[Resident, ...]
    wall_height_m: float = 2.6
    wall_thickness_m: float = 0.12
    attempts: int = 1

    @cached_property
    def parts(self) -> Mapping[str, Room | Door | Furniture | Surface | Thing | Resident]:
        """Every part by its id."""
        groups = (self.rooms, self.doors, self.furniture, self.surfaces, self.things, self.residents)
        return {part.id: part for group in groups for part in group}

    @cached_property
    def surfaces(self) -> tuple[Surface, ...]:
        """The surfaces of all furniture."""
        return tuple(surface for piece in self.furniture for surface in piece.surfaces)

    def room(self, id: str) -> Room:
        """The room of this id."""
        return self._part(id, Room)

    def piece(self, id: str) -> Furniture:
        """The piece of furniture of this id, or the one that a surface belongs to."""
        return self._part(id.partition(".")[0], Furniture)

    def surface(self, id: str) -> Surface:
        """The surface of this id."""
        return self._part(id, Surface)

    def thing(self, id: str) -> Thing:
        """The thing of this id."""
        return self._part(id, Thing)

    def resident(self, id: str) -> Resident:
        """The resident of this id."""
        return self._part(id, Resident)

    def room_at(self, x_m: float, y_m: float) -> Room | None:
        """The room over a point of the floor; None outside."""
        return next((room for room in self.rooms if room.holds(x_m, y_m)), None)

    @cached_property
    def instance_ids(self) -> Mapping[str, int]:
        """Number from 1 of each piece of furniture, thing and resident in instance pictures; 0 is walls, floor, sky and doors."""
        return {part.id: number for number, part in enumerate(self._shown, start=1)}

    @property
    def _shown(self) -> tuple[Furniture | Thing | Resident, ...]:
        return (*self.furniture, *self.things, *self.residents)

    def _part(self, id: str, kind: type[Part]) -> Part:
        part = self.parts.get(id)
        if isinstance(part, kind):
            return part
        of_kind = [name for name, one in self.parts.items() if isinstance(one, kind)]
        raise AssertionError(known_name(id, of_kind, kind.__name__.lower()))
