"""What a robot's arm can do with what its camera sees: pick, place or hand over, open and close.

Each deed is done at once, or not at all with the reason in words. Without a target it is done with what is nearest to the middle
of the picture.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import radians

import numpy as np
from numpy.typing import NDArray

from streams.house.footprint import footprint, surface_rectangle, to_world
from streams.house.home import Furniture, Point, Surface
from streams.house.placing import free_spot
from streams.house.posed_home import shown_position
from streams.house.robot import ARM_M, Robot
from streams.house.robot_senses import in_view
from streams.house.shared_life import ROBOT, SharedLife
from streams.house.world import HAND_HEIGHT_M, Event, Placement

_IN_FRONT_RAD = radians(60)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a deed: what happened, or why nothing did."""

    event: Event | None = None
    reason: str = ""


class Arm:
    """The arm of a robot in a shared life.

    Args:
        instances: what the camera sees now, (H, W) numbers of `Home.instance_ids`; called when it is needed.
        rng: where exactly things are put.
    """

    def __init__(
        self, world: SharedLife, robot: Robot, instances: Callable[[], NDArray[np.int32]], rng: np.random.Generator
    ) -> None:
        self.world, self.home, self.robot, self._instances, self._rng = world, world.home, robot, instances, rng

    def pick(self, target: str = "") -> Done:
        """Take a thing that is in view and within reach."""
        if self.world.carried:
            return Done(reason=f"it holds {self._name(self.world.carried)} already")
        state, seen = self.world.state, in_view(self.home, self._instances())
        shown = {
            thing: shown_position(self.home, state, at)
            for thing, at in state.placements.items()
            if thing in seen and at.relation != "held" and target in ("", thing)
        }
        if not shown:
            return Done(
                reason=f"{self._name(target)} is not in view, or in somebody's hands" if target else "no thing is in view"
            )
        thing = min(shown, key=lambda one: (self.robot.distance_m(shown[one]) > ARM_M, self.robot.off_axis_rad(shown[one])))
        if self.robot.distance_m(shown[thing]) > ARM_M:
            return Done(reason=self._too_far(self._name(thing), self.robot.distance_m(shown[thing])))
        at = Placement("held", ROBOT, self.robot.tray, self.robot.yaw_rad)
        return Done(self.world.act("take", thing, placement=at))

    def place(self, target: str = "") -> Done:
        """Put what it holds on or in an open surface in view and within reach, or into the hands of a person who is the target.

        Args:
            target: id of a surface, a piece of furniture or a resident.
        """
        thing = self.world.carried
        if not thing:
            return Done(reason="it holds nothing")
        if target in self.world.state.people:
            return self._hand_over(thing, target)
        reachable = [one for one in self.home.surfaces if target in ("", one.id, self.home.piece(one.id).id) and self._open(one)]
        reachable = [one for one in reachable if self._reaches_surface(one)]
        if not reachable:
            return Done(reason=f"{f'{target} is not' if target else 'no open surface is'} before it within {ARM_M} m")
        for surface in sorted(reachable, key=lambda one: self.robot.off_axis_rad(self._middle(one))):
            at = self._spot(surface, thing)
            if at is not None:
                return Done(self.world.act("put", thing, placement=at))
        return Done(reason=f"{self._name(thing)} fits on no surface before it")

    def open(self, target: str = "") -> Done:
        """Open a door or a drawer of a piece in view and within reach."""
        return self._swing("closed", "open", target)

    def close(self, target: str = "") -> Done:
        """Close a door or a drawer of a piece in view and within reach."""
        return self._swing("open", "closed", target)

    def _swing(self, before: str, after: str, target: str) -> Done:
        states, seen = self.world.state.states, in_view(self.home, self._instances())
        found = [
            (piece, name)
            for piece in self.home.furniture
            for name in piece.openings
            if states.get((piece.id, name)) == before and piece.id in seen and target in ("", piece.id, f"{piece.id}.{name}")
        ]
        near = [one for one in found if self._distance_m(one[0]) <= ARM_M]
        if not near:
            away = f", only {self._name(found[0][0].id)} {self._distance_m(found[0][0]):.1f} m away" if found else ""
            return Done(reason=f"nothing {before} is in view within {ARM_M} m{away}")
        piece, name = min(near, key=lambda one: self.robot.off_axis_rad(_front(*one)))
        return Done(self.world.act("state", piece.id, state=name, value=after))

    def _hand_over(self, thing: str, person: str) -> Done:
        at = self.world.state.people[person]
        distance_m = self.robot.distance_m((at.x_m, at.y_m, 0.0))
        if distance_m > ARM_M:
            return Done(reason=self._too_far(self.home.resident(person).name, distance_m))
        held = Placement("held", person, (at.x_m, at.y_m, HAND_HEIGHT_M[at.posture]), at.yaw_rad)
        return Done(self.world.act("take", thing, placement=held))

    def _spot(self, surface: Surface, thing: str) -> Placement | None:
        return free_spot(self.home, self.world.state, surface.id, thing, self._rng)

    def _open(self, surface: Surface) -> bool:
        piece = self.home.piece(surface.id)
        is_open = not surface.behind or self.world.state.states.get((piece.id, surface.behind)) == "open"
        return is_open and surface.relation != "under"

    def _reaches_surface(self, surface: Surface) -> bool:
        piece, room = self.home.piece(surface.id), self.home.room_at(self.robot.x_m, self.robot.y_m)
        distance_m = float(surface_rectangle(piece, surface).distance_m(np.array([self.robot.x_m, self.robot.y_m])))
        in_front = self.robot.off_axis_rad(self._middle(surface)) <= _IN_FRONT_RAD
        return in_front and distance_m <= ARM_M and room is not None and room.id == piece.room

    def _distance_m(self, piece: Furniture) -> float:
        return float(footprint(piece).distance_m(np.array([self.robot.x_m, self.robot.y_m])))

    def _middle(self, surface: Surface) -> Point:
        return to_world(self.home.piece(surface.id), surface.centre)

    def _name(self, id: str) -> str:
        part = self.home.parts.get(id)
        return f"the {part.name} ({id})" if part is not None and hasattr(part, "name") else id

    @staticmethod
    def _too_far(name: str, distance_m: float) -> str:
        return f"{name} is {distance_m:.1f} m away, the arm reaches {ARM_M} m"


def _front(piece: Furniture, opening: str) -> Point:
    """A point on what is opened: the front of the middle of the surfaces behind it."""
    behind = [one for one in piece.surfaces if one.behind == opening]
    y_m = sum(one.centre[1] for one in behind) / max(len(behind), 1)
    z_m = sum(one.centre[2] for one in behind) / max(len(behind), 1) or piece.size[2] / 2
    return to_world(piece, (piece.size[0] / 2, y_m, z_m))
