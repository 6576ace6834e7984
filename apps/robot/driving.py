"""A robot that drives in `mmmem/House-v0` with the environment's actions, and sees with noisy eyes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from math import atan2, ceil, degrees, hypot, pi
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from apps.robot.body import Body
from apps.robot.places import Array
from apps.robot.seeing import Glance, perceived
from apps.robot.viewpoints import Viewpoint
from mmmem.clock import NS_PER_S
from mmmem.types import Detections, Frame
from streams.house.noisy_detector import NoisyDetector
from streams.house.patrol import SPEED_M_S, TURN_RAD_S
from streams.house.rendering import Camera, Picture, Renderer
from streams.house.trajectory import heading
from streams.house.watching import Watched
from streams.house.world import WorldState

STROKE_M = 1.0
_TRIES = 4
_SMALL_RAD = 1e-3
_BACK_M = 0.15
Shown = tuple[Array, Array]


class Paths(Protocol):
    """Knows ways over the floor: the plan of a home, or what was seen of it."""

    def path(self, start_xy: ArrayLike, goal_xy: ArrayLike) -> Array | None:
        """(n, 2) metres, corners of a way; None if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Deed:
    """What came of a deed: `why` is empty where it was done."""

    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return not self.why


@dataclass(slots=True)
class Effort:
    """What was spent since the counters were last set back.

    Args:
        pictures: that were looked at; a picture is looked at where the robot stops to look, not at every step.
        trail: (x, y) metres it passed.
    """

    pictures: int = 0
    path_m: float = 0.0
    openings: int = 0
    steps: int = 0
    trail: list[tuple[float, float]] = field(default_factory=list)


class Shutter:
    """A renderer that draws only while it is open, so that driving costs no pictures; closed, it shows nothing."""

    def __init__(self, renderer: Renderer, camera: Camera) -> None:
        self._renderer = renderer
        size = (camera.height, camera.width)
        self._dark = Picture(np.zeros((*size, 3), np.uint8), np.zeros(size, np.float32), np.zeros(size, np.int32))
        self.open = False

    @property
    def name(self) -> str:
        """Of the renderer behind it."""
        return self._renderer.name

    def render(self, state: WorldState, pose_world_camera: NDArray[np.float64]) -> Picture:
        """A picture, or darkness."""
        return self._renderer.render(state, pose_world_camera) if self.open else self._dark

    def close(self) -> None:
        """Let go of the renderer."""
        self._renderer.close()


class Driver:
    """Drives a `HouseEnvironment`; what it may know of the world is what `step` returns and what its detector makes of it.

    The environment lends its true masks to the detector, which errs as stated.

    Args:
        env: reset already.
        paths: by which it goes.
        shows: share and metres of each place in a picture from a pose, with some of them open; None: it knows no places.
        shutter: of the environment's renderer; without one it draws at every step.
        keep: takes in every picture that is looked at, and what it showed of the places.
        bumped: told where it stood and faced when something was in its way.
    """

    def __init__(
        self,
        env: Any,
        observation: Mapping[str, Any],
        info: Mapping[str, Any],
        *,
        paths: Paths,
        detector: NoisyDetector,
        shows: Callable[[Array, Collection[int]], Shown] | None = None,
        shutter: Shutter | None = None,
        keep: Callable[[Frame, Detections, Shown], None] | None = None,
        bumped: Callable[[tuple[float, float], float], None] | None = None,
        first_index: int = 0,
    ) -> None:
        self.env, self._seen, self._info = env, observation, info
        self._paths, self._shows, self._detector, self._keep, self._bumped = paths, shows, detector, keep, bumped
        self._paces, self._shutter = env.paces, shutter
        self.index = first_index
        self.effort = Effort(trail=[self.here])
        self.ended = False

    @property
    def here(self) -> tuple[float, float]:
        """Where it stands, metres."""
        pose = self._info["pose_world_camera"]
        return float(pose[0, 3]), float(pose[1, 3])

    @property
    def pose(self) -> Array:
        """(4, 4) of its camera."""
        pose: Array = self._info["pose_world_camera"]
        return pose

    @property
    def now_ns(self) -> int:
        """The world's clock."""
        return int(self._info["t_ns"])

    @property
    def carried(self) -> str:
        """Id of what it holds; who takes it sees what it is."""
        return str(self._info["carried"])

    @property
    def room(self) -> str:
        """Name of the room it is in."""
        return str(self._info["room"])

    # Looking

    def look(self, view: Viewpoint, opened: frozenset[int]) -> Glance | None:
        """Go there and take a picture; None if it does not get there."""
        if not self.go((view.x_m, view.y_m)).ok:
            return None
        self._face(view.yaw_rad, view.pitch_rad)
        return self.glance(opened)

    def glance(self, opened: frozenset[int], *, turned_rad: float = 0.0) -> Glance:
        """Take a picture from where it stands, once it has turned."""
        self._turn(turned_rad)
        self._open_eyes()
        self.index += 1
        self.effort.pictures += 1
        pose = self._info["pose_world_camera"]
        frame = Frame(
            "robot", self.index, self.now_ns, np.ascontiguousarray(self._seen["color_sensor"][..., :3]),
            self._seen["depth_sensor"], pose, self.env.camera.intrinsics, self._seen["semantic_sensor"], self.env.instance_labels,
        )  # fmt: skip
        measured, detections = self._detector.perceive(Watched(frame, self.env.world.state, 0))
        shown = (np.zeros(0), np.zeros(0)) if self._shows is None else self._shows(pose, opened)
        if self._keep is not None:
            self._keep(measured, detections, shown)
        return perceived(self.now_ns, measured, detections, shown, opened)

    # Going

    def go(self, goal: tuple[float, float]) -> Deed:
        """Along the shortest way; waits for who stands in it, for a while."""
        for _ in range(_TRIES):
            way = self._paths.path(self.here, goal)
            if way is None:
                return Deed("there is no way")
            if self._drive(way[1:]):
                return Deed()
            if self.ended:
                break
            self._step("wait", wait_s=5.0)
        return Deed("something is in the way")

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._step("wait", wait_s=seconds)

    # Within

    def _drive(self, corners: np.ndarray) -> bool:
        """Along straight legs; False if something was in the way."""
        for x, y in corners.tolist():
            length_m = hypot(x - self.here[0], y - self.here[1])
            if length_m < 0.02:
                continue
            self._face(atan2(y - self.here[1], x - self.here[0]), None)
            strokes = ceil(length_m / STROKE_M)
            for _ in range(strokes):
                before = self.here
                self._step("move_forward", forward_m=length_m / strokes, step_s=length_m / strokes / SPEED_M_S)
                self.effort.path_m += hypot(self.here[0] - before[0], self.here[1] - before[1])
                self.effort.trail.append(self.here)
                if self._info["collided"] and self._bumped is not None:
                    self._bumped(self.here, heading(self.pose)[0])
                    self._back_off()
                if self._info["collided"] or self.ended:
                    return False
        return True

    def _back_off(self) -> None:
        """A little back to where it came from; who stands against something turns into it otherwise."""
        self._turn(pi)
        self._step("move_forward", forward_m=_BACK_M, step_s=_BACK_M / SPEED_M_S)

    def _face(self, yaw_rad: float, pitch_rad: float | None) -> None:
        yaw, pitch = heading(self._info["pose_world_camera"])
        self._turn((yaw_rad - yaw + pi) % (2 * pi) - pi)
        if pitch_rad is not None and abs(pitch_rad - pitch) > _SMALL_RAD:
            up = pitch_rad > pitch
            self._step("look_up" if up else "look_down", look_deg=degrees(abs(pitch_rad - pitch)), step_s=0.5)

    def _turn(self, angle_rad: float) -> None:
        if abs(angle_rad) > _SMALL_RAD:
            name = "turn_left" if angle_rad > 0 else "turn_right"
            self._step(name, turn_deg=degrees(abs(angle_rad)), step_s=max(abs(angle_rad) / TURN_RAD_S, 0.05))

    def _look_at(self, at: tuple[float, float, float]) -> None:
        eye = self._info["pose_world_camera"][:3, 3]
        away = max(hypot(at[0] - eye[0], at[1] - eye[1]), 0.05)
        pitch = float(np.clip(atan2(at[2] - eye[2], away), -1.0, 1.0))
        self._face(atan2(at[1] - eye[1], at[0] - eye[0]), pitch)

    def _open_eyes(self) -> None:
        """See what is before it; that takes a moment, and no two pictures are of one instant."""
        if self._shutter is not None:
            self._shutter.open = True
        self._step("look_up", look_deg=0.01, step_s=0.2)
        if self._shutter is not None:
            self._shutter.open = False

    def _step(self, action: Any, **paces: float) -> None:
        self.env.paces = replace(self._paces, **paces)
        self._seen, _, _, truncated, self._info = self.env.step(action)
        self.env.paces = self._paces
        self.effort.steps += 1
        self.ended = self.ended or truncated


def since_s(start_ns: int, hands: Body) -> float:
    """Seconds of the world's time since an instant."""
    return (hands.now_ns - start_ns) / NS_PER_S
