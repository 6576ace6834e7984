"""A robot in `mmmem/House-v0`: drives with the environment's actions, sees with noisy eyes, opens, picks and hands over."""

from collections.abc import Callable, Mapping
from math import hypot, pi
from typing import Any, Protocol

import numpy as np

from apps.robot.belief import Match
from apps.robot.body import Body
from apps.robot.driving import Deed, Driver, Shown, Shutter
from apps.robot.places import Place, Places
from apps.robot.seeing import Glance
from apps.robot.viewpoints import Sight, Viewpoint
from mmmem.types import Detections, Frame
from streams.house.floor import Floor
from streams.house.footprint import to_world
from streams.house.noisy_detector import NoisyDetector

_REACH_M = 1.2


class Hands(Body, Protocol):
    """A body that can also pick, put down and hand over."""

    def approach(self, at: tuple[float, float, float], stance: tuple[float, float] | None = None) -> Deed:
        """Go within reach of a point, to a stance that served before if there is one, and look at it."""
        ...

    def glance(self, opened: frozenset[int], *, turned_rad: float = 0.0) -> Glance:
        """Take a picture from where it stands, once it has turned."""
        ...

    def pick(self, match: Match, glance: Glance) -> Deed:
        """Take what a picture from here shows."""
        ...

    def hand_over(self, person: Match, glance: Glance) -> Deed:
        """Put what it holds into the hands of a person whom a picture from here shows."""
        ...

    def put_down(self) -> Deed:
        """Put what it holds onto the nearest surface before it."""
        ...


class EnvironmentHands(Driver):
    """Drives a `HouseEnvironment`, opens, picks and hands over.

    The environment lends its true masks to the gripper, which closes round what lies under the middle of a detected mask.

    Args:
        keep: takes in every picture that is looked at, and what it showed of the places.
    """

    def __init__(
        self,
        env: Any,
        observation: Mapping[str, Any],
        info: Mapping[str, Any],
        *,
        places: Places,
        floor: Floor,
        sight: Sight,
        detector: NoisyDetector,
        shutter: Shutter | None = None,
        keep: Callable[[Frame, Detections, Shown], None] | None = None,
        first_index: int = 0,
    ) -> None:
        super().__init__(
            env, observation, info, paths=floor, shows=sight.shown, detector=detector, shutter=shutter, keep=keep,
            first_index=first_index,
        )  # fmt: skip
        self._places, self._floor = places, floor

    # Going

    def approach(self, at: tuple[float, float, float], stance: tuple[float, float] | None = None) -> Deed:
        """Go within reach of a point and look at it, by a stance that served before if that is near enough."""
        near = stance is not None and hypot(stance[0] - at[0], stance[1] - at[1]) < _REACH_M
        spot = stance if near and stance is not None else self._spot_near(at)
        if spot is None:
            return Deed("no free floor within reach of it")
        deed = self.go(spot)
        if not deed.ok and hypot(at[0] - self.here[0], at[1] - self.here[1]) > _REACH_M:
            return deed
        self._look_at(at)
        return Deed()

    # Arm

    def swing(self, place: int, view: Viewpoint, *, open: bool) -> bool:
        """Open or close what a place is behind, from before its handle."""
        behind = self._places[place]
        x, y, _ = self._floor.standing_spot(behind.surfaces[0].id)
        if not self.go((x, y)).ok:
            return False
        self._look_at(_handle(behind))
        self._open_eyes()
        self.effort.openings += open
        self.effort.pictures += open
        done = self._act("open" if open else "close", behind.piece.id).ok
        return done and any(event.subject == behind.piece.id and event.state == behind.behind for event in self._info["events"])

    def pick(self, match: Match, glance: Glance) -> Deed:
        """Close the gripper round what lies under a detection."""
        number = self._under(match, glance)
        return self._act("pick", number) if number else Deed("nothing is where the gripper closes")

    def hand_over(self, person: Match, glance: Glance) -> Deed:
        """Put what it holds into the hands of a person."""
        number = self._under(person, glance)
        return self._act("place", number) if number else Deed("nobody is there")

    def put_down(self) -> Deed:
        """Put what it holds onto whatever surface is before it, turning round for one."""
        deed = self._act("place", 0)
        for _ in range(7):
            if deed.ok:
                return deed
            self._turn(pi / 4)
            deed = self._act("place", 0)
        return deed

    # Within

    def _under(self, match: Match, glance: Glance) -> int:
        """Number of what lies under most of a detected mask."""
        mask = glance.detections.mask
        if mask is None or match.row < 0:
            return 0
        numbers = self._seen["semantic_sensor"][mask[match.row]]
        numbers = numbers[numbers > 0]
        return int(np.bincount(numbers).argmax()) if len(numbers) else 0

    def _act(self, action: str, target: str | int) -> Deed:
        number = self.env.home.instance_ids[target] if isinstance(target, str) else target
        self._step({"action": action, "target": number})
        return Deed("" if self._info["succeeded"] else str(self._info["said"]))

    def _spot_near(self, at: tuple[float, float, float]) -> tuple[float, float] | None:
        """The free floor of the same room that is about half a metre to a metre away, nearest to here."""
        points = self._floor.centres[self._floor.free]
        away = np.hypot(points[:, 0] - at[0], points[:, 1] - at[1])
        room = self._floor.home.room_at(at[0], at[1])
        inside = np.ones(len(points), bool)
        if room is not None:
            x, y = points.T
            inside = (x > room.x0_m) & (x < room.x1_m) & (y > room.y0_m) & (y < room.y1_m)
        if not (inside & (away < _REACH_M)).any():
            return None
        from_here = np.hypot(points[:, 0] - self.here[0], points[:, 1] - self.here[1])
        score = np.where(inside & (away < _REACH_M), np.abs(away - 0.75) + 0.1 * from_here, np.inf)
        x_m, y_m = points[int(np.argmin(score))].tolist()
        return x_m, y_m


def _handle(place: Place) -> tuple[float, float, float]:
    """The middle of the front of what is opened."""
    piece = place.piece
    aside = float(np.mean([one.centre[1] for one in place.surfaces]))
    height = float(np.mean([one.centre[2] for one in place.surfaces]))
    return to_world(piece, (piece.size[0] / 2, aside, height))
