"""A robot that stands on the floor of a home: a camera on a mast, and an arm."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

from streams.house.floor import Floor
from streams.house.home import Point
from streams.house.trajectory import look_pose
from streams.house.viewpoints import CAMERA_HEIGHT_M, CAMERA_PITCH_RAD
from streams.house.world import PersonPose

ARM_M = 1.3
"""How far from its middle the robot reaches, along the floor."""

_PERSONAL_M = 0.45
_ROLL_M = 0.05
_STEEPEST_RAD = radians(60)
_CARRY_AHEAD_M, _CARRY_HEIGHT_M = 0.25, 0.55
"""What it carries is on a tray before its chest, under the camera's view."""


@dataclass(slots=True)
class Robot:
    """Where the robot is: its middle on the floor, metres, and where it looks; `pitch_rad` is positive upwards."""

    floor: Floor
    x_m: float
    y_m: float
    yaw_rad: float
    pitch_rad: float = CAMERA_PITCH_RAD

    @property
    def pose_world_camera(self) -> NDArray[np.float64]:
        """(4, 4) of its camera."""
        return look_pose(self.x_m, self.y_m, CAMERA_HEIGHT_M, self.yaw_rad, self.pitch_rad)

    @property
    def tray(self) -> Point:
        """Where what it carries stands."""
        ahead_x_m, ahead_y_m = _CARRY_AHEAD_M * cos(self.yaw_rad), _CARRY_AHEAD_M * sin(self.yaw_rad)
        return self.x_m + ahead_x_m, self.y_m + ahead_y_m, _CARRY_HEIGHT_M

    def forward(self, length_m: float, people: Iterable[PersonPose]) -> bool:
        """Roll ahead until something is in the way; whether something was."""
        others = [(one.x_m, one.y_m) for one in people]
        rolled_m = 0.0
        while rolled_m < length_m - 1e-9:
            roll_m = min(_ROLL_M, length_m - rolled_m)
            x_m, y_m = self.x_m + roll_m * cos(self.yaw_rad), self.y_m + roll_m * sin(self.yaw_rad)
            if not self.floor.is_free((x_m, y_m)) or any(self._bumps(x_m, y_m, one) for one in others):
                return True
            self.x_m, self.y_m = x_m, y_m
            rolled_m += roll_m
        return False

    def turn(self, angle_rad: float) -> None:
        """Turn on the spot; positive is to the left."""
        self.yaw_rad = (self.yaw_rad + angle_rad + pi) % (2 * pi) - pi

    def look(self, angle_rad: float) -> bool:
        """Tilt the camera, positive upwards; False if it does not go further."""
        before = self.pitch_rad
        self.pitch_rad = float(np.clip(before + angle_rad, -_STEEPEST_RAD, _STEEPEST_RAD))
        return self.pitch_rad != before

    def off_axis_rad(self, point: Point) -> float:
        """How far from the middle of its view a point is."""
        pose = self.pose_world_camera
        towards = np.asarray(point) - pose[:3, 3]
        return float(np.arccos(np.clip(pose[:3, 2] @ towards / max(float(np.linalg.norm(towards)), 1e-9), -1, 1)))

    def distance_m(self, point: Point) -> float:
        """To a point, along the floor."""
        return hypot(point[0] - self.x_m, point[1] - self.y_m)

    def _bumps(self, x_m: float, y_m: float, person: tuple[float, float]) -> bool:
        """Whether a place is too close to somebody, and no way out of being so."""
        after_m = hypot(x_m - person[0], y_m - person[1])
        return after_m < min(_PERSONAL_M, hypot(self.x_m - person[0], self.y_m - person[1]))
