"""The MuJoCo model of a home, posed as a state of the world says."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, sin

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError
from streams.house.home import Home, Point
from streams.house.mjcf import Mjcf, home_mjcf, piece_leaves
from streams.house.models.broken import STATE, VALUE
from streams.house.models.kinds import Leaf
from streams.house.mujoco_module import load_mujoco
from streams.house.sight import RoomsInSight
from streams.house.world import PersonPose, Placement, WorldState, resting_states


class PosedHome:
    """A stage: one home. `show` costs well under a millisecond, and nothing at all if the state is the one that is shown."""

    def __init__(self, home: Home) -> None:
        mujoco = load_mujoco("Drawing a house")
        self.home = home
        written = home_mjcf(home)
        self.model = mujoco.MjModel.from_xml_string(written.xml, dict(written.assets))
        self.data = mujoco.MjData(self.model)
        self._kinematics = mujoco.mj_kinematics
        names = [self.model.geom(i).name for i in range(self.model.ngeom)]
        owners = [written.owners[name] for name in names]
        self.instance_of_geom = np.array([home.instance_ids.get(owner, 0) for owner in owners], np.int32)
        self._geoms_of = _by_owner(names)
        self._mocap = {
            id: int(self.model.body(id).mocapid[0]) for id in (*(t.id for t in home.things), *(r.id for r in home.residents))
        }
        self._conditions = _conditions(written, {name: i for i, name in enumerate(names)})
        self._pieces = {owner: geoms[VALUE] for (owner, state), geoms in self._conditions.items() if state == STATE}
        self._leaves = self._joints()
        self._slides = slides_of(home)
        self._behind = {
            surface.id: (piece.id, surface.behind)
            for piece in home.furniture
            for surface in piece.surfaces
            if self._leaves.get((piece.id, surface.behind))
        }
        self._resting = {**resting_states(home), **{(resident.id, "posture"): "standing" for resident in home.residents}}
        self._there = np.ones(self.model.ngeom, bool)
        self._shown: WorldState | None = None
        mujoco.mj_forward(self.model, self.data)
        self._sight = RoomsInSight(home)
        self._room_of_geom = self._fixed_rooms(owners)

    def show(self, state: WorldState) -> None:
        """Put everything where it is; what has no placement is not there.

        Raises:
            InvalidInputError: a place is not finite.
        """
        if state is self._shown:
            return
        for thing in self.home.things:
            self._place(thing.id, self._at(state, thing.id))
        for resident in self.home.residents:
            self._place(resident.id, _standing(state.people.get(resident.id)))
        self._condition(state)
        for (piece, name), leaves in self._leaves.items():
            for address, leaf in leaves:
                self.data.qpos[address] = leaf.opens_by if state.states.get((piece, name)) == "open" else 0.0
        self._kinematics(self.model, self.data)
        self._rooms_of_movable(state)
        self._shown = state

    def there(self, eye: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Geoms that are there and in a room that can be seen into from a point."""
        rooms = self._sight.rooms_seen_from(float(eye[0]), float(eye[1]))
        return self._there & rooms[self._room_of_geom]

    def _joints(self) -> Mapping[tuple[str, str], list[tuple[int, Leaf]]]:
        """Address of the joint of every leaf, by piece and opening."""
        found: dict[tuple[str, str], list[tuple[int, Leaf]]] = defaultdict(list)
        for piece in self.home.furniture:
            for name, number, leaf in piece_leaves(piece):
                found[piece.id, name].append((int(self.model.joint(f"{piece.id}.{name}.{number}").qposadr[0]), leaf))
        return found

    def _at(self, state: WorldState, thing: str) -> tuple[Point, float] | None:
        """Where a thing is seen; None too while it is behind a closed door, where drawing it would be for nothing."""
        placement = state.placements.get(thing)
        if placement is None or self._shut_in(state, placement):
            return None
        slide = self._slides.get(placement.holder)
        return (placement.position if slide is None else _slid(placement.position, slide, state)), placement.yaw_rad

    def _shut_in(self, state: WorldState, placement: Placement) -> bool:
        behind = self._behind.get(placement.holder)
        return behind is not None and state.states.get(behind) != "open"

    def _place(self, id: str, at: tuple[Point, float] | None) -> None:
        geoms = self._geoms_of[id]
        self._there[geoms] = at is not None
        if at is None:
            return
        position, yaw = at
        if not np.isfinite((*position, yaw)).all():
            raise InvalidInputError(
                f"{id} cannot be shown at {position}, turned by {yaw}: every number of a place must be finite."
            )
        body = self._mocap[id]
        self.data.mocap_pos[body] = position
        self.data.mocap_quat[body] = (cos(yaw / 2), 0.0, 0.0, sin(yaw / 2))

    def _condition(self, state: WorldState) -> None:
        """Geoms that depend on a state are there while it has their value and their owner is there."""
        present = {id: bool(self._there[geoms].any()) for id, geoms in self._geoms_of.items() if id in self._mocap}
        values = {(id, "posture"): pose.posture for id, pose in state.people.items()}
        for (owner, name), geoms_of_value in self._conditions.items():
            value = values.get((owner, name)) or state.states.get((owner, name)) or self._resting.get((owner, name), "")
            for wanted, geoms in geoms_of_value.items():
                self._there[geoms] = present.get(owner, True) and wanted == value
        for id, pieces in self._pieces.items():
            if present[id] and state.states.get((id, STATE)) == VALUE:
                self._there[np.setdiff1d(self._geoms_of[id], pieces)] = False

    def _fixed_rooms(self, owners: list[str]) -> NDArray[np.int64]:
        """Number of the room that each geom is in; the building's own get the one that is always seen."""
        number = {room.id: i for i, room in enumerate(self.home.rooms)}
        room_of = {piece.id: number[piece.room] for piece in self.home.furniture}
        return np.array([room_of.get(owner, RoomsInSight.ALWAYS) for owner in owners])

    def _rooms_of_movable(self, state: WorldState) -> None:
        for id, body in self._mocap.items():
            x, y, _ = self.data.mocap_pos[body]
            self._room_of_geom[self._geoms_of[id]] = self._sight.room_number(float(x), float(y))


def shown_position(home: Home, state: WorldState, placement: Placement) -> Point:
    """Where a thing is seen: what is in a drawer comes out with it; its placement is the one with the drawer shut."""
    slide = None if placement.relation == "held" else slides_of(home).get(placement.holder)
    return placement.position if slide is None else _slid(placement.position, slide, state)


@dataclass(frozen=True, slots=True)
class Slide:
    """How a surface moves when its drawer opens: the state that moves it, and metres of the world."""

    state: tuple[str, str]
    by_x_m: float
    by_y_m: float


def slides_of(home: Home) -> Mapping[str, Slide]:
    """The surfaces that come out with a drawer, by id."""
    found = {}
    for piece in home.furniture:
        out = {name: leaf.opens_by for name, _, leaf in piece_leaves(piece) if leaf.motion == "slide"}
        for surface in piece.surfaces:
            if surface.behind in out:
                by = out[surface.behind]
                found[surface.id] = Slide((piece.id, surface.behind), by * cos(piece.yaw_rad), by * sin(piece.yaw_rad))
    return found


def _slid(position: Point, slide: Slide, state: WorldState) -> Point:
    if state.states.get(slide.state) != "open":
        return position
    return position[0] + slide.by_x_m, position[1] + slide.by_y_m, position[2]


def _standing(pose: PersonPose | None) -> tuple[Point, float] | None:
    return None if pose is None else ((pose.x_m, pose.y_m, 0.0), pose.yaw_rad)


def _by_owner(names: list[str]) -> Mapping[str, NDArray[np.int64]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        found[name.partition("/")[0]].append(number)
    return {owner: np.array(numbers) for owner, numbers in found.items()}


def _conditions(written: Mjcf, number: Mapping[str, int]) -> Mapping[tuple[str, str], Mapping[str, NDArray[np.int64]]]:
    """Numbers of geoms by owner and state, by value."""
    found: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for one in written.conditionals:
        found[one.owner, one.state][one.value].append(number[one.geom])
    return {key: {value: np.array(geoms) for value, geoms in values.items()} for key, values in found.items()}
