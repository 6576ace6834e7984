"""Left, right, in front and behind, which mean something only in a frame of reference that is named with the answer."""

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, pi, sin
from typing import Literal

import numpy as np

from mmmem.errors import InvalidInputError
from scenegraph.geometry import Array

Side = Literal["left", "right", "in front", "behind"]
_SAME_M = 0.05
SIDES: tuple[Side, ...] = ("left", "right", "in front", "behind")


@dataclass(frozen=True, slots=True)
class ReferenceFrame:
    """Two directions along the floor, and whose they are.

    Args:
        name: for people: "for the viewer at ...", "by the sofa's own front", "from the entrance of the kitchen".
        front_rad: yaw of what "in front" means, counter-clockwise from +x.
        mirrored: a viewer's left and right lie as on a stage: "in front of" is towards the viewer, left is the viewer's left.
    """

    name: str
    front_rad: float
    mirrored: bool

    @property
    def axes(self) -> tuple[Array, Array]:
        """(2,) unit vectors towards the front and towards the left."""
        front = np.array([cos(self.front_rad), sin(self.front_rad)])
        # Somebody who faces us has their left on our right: a viewer's left is turned the other way round from the front.
        turn = -pi / 2 if self.mirrored else pi / 2
        return front, np.array([cos(self.front_rad + turn), sin(self.front_rad + turn)])


def seen_by(pose_world_camera: Array, name: str = "for the viewer") -> ReferenceFrame:
    """The frame of a viewer, by the (4, 4) pose of the camera: in front of a thing is between it and the viewer.

    Raises:
        InvalidInputError: the camera looks straight up or down.
    """
    forward = pose_world_camera[:3, 2]
    if hypot(forward[0], forward[1]) < 0.1:
        raise InvalidInputError("A camera that looks straight up or down has no left and right along the floor.")
    return ReferenceFrame(name, atan2(-forward[1], -forward[0]), mirrored=True)


def own_front(yaw_rad: float, name: str) -> ReferenceFrame:
    """The frame of a thing that has a front, as its user has it: left is the left of who sits in or stands as it does."""
    return ReferenceFrame(name, yaw_rad, mirrored=False)


def viewed_from(place: Array, towards: Array, name: str) -> ReferenceFrame:
    """The frame of somebody who stands at (2,) metres and looks to another place.

    Raises:
        InvalidInputError: the two are the same place.
    """
    way = np.asarray(towards, np.float64) - place
    if float(np.hypot(way[0], way[1])) < _SAME_M:
        raise InvalidInputError("Who stands at the very place that is looked at has no left and right of it.")
    return ReferenceFrame(name, atan2(-way[1], -way[0]), mirrored=True)


def from_entrance(door: Array, inside: Array, name: str) -> ReferenceFrame:
    """The frame of somebody who stands in a door at (2,) metres and looks to `inside`, the middle of the room."""
    return viewed_from(door, inside, name)


def side_of(subject: Array, reference: Array, frame: ReferenceFrame) -> tuple[Side, float]:
    """On which side of a (2, 3) box another one lies, and how clearly, in [0, 1].

    The side is that of the larger gap between the boxes along the frame's axes, or of the middles where they overlap; it is clear
    at 1 within 15 degrees of an axis and at 0 on the diagonal between two.
    """
    (side, score), *_ = side_scores(subject, reference, frame).items()
    return side, 2.0 * score - 1.0


def side_scores(subject: Array, reference: Array, frame: ReferenceFrame) -> dict[Side, float]:
    """Scores of the two sides of a (2, 3) box on which another one may be said to lie, the better first; 0.5 is the bound.

    They add up to 1: on the diagonal between two sides both are at the bound.
    """
    away = (subject.mean(axis=0) - reference.mean(axis=0))[:2]
    front, left = frame.axes
    half = 0.5 * ((subject[1] - subject[0]) + (reference[1] - reference[0]))[:2]
    along, across = float(away @ front), float(away @ left)
    gaps = [abs(value) - float(half @ np.abs(axis)) for value, axis in ((along, front), (across, left))]
    if max(gaps) > 0 and min(gaps) <= 0:
        forward, clear = gaps[0] > 0, 1.0
    else:
        forward = abs(along) >= abs(across)
        off = abs(degrees(atan2(abs(across), abs(along))) - 45.0)
        clear = min(off / 30.0, 1.0)
    sides: list[Side] = ["in front" if along > 0 else "behind", "left" if across > 0 else "right"]
    if not forward:
        sides.reverse()
    return {sides[0]: 0.5 + 0.5 * clear, sides[1]: 0.5 - 0.5 * clear}
