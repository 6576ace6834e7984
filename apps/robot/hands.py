"""A robot in `mmmem/House-v0`: drives with the environment's actions, sees with noisy eyes, opens, picks and hands over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import atan2, ceil, degrees, hypot, pi
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from apps.robot.belief import Match
from apps.robot.body import Body
from apps.robot.places import Place, Places
from apps.robot.seeing import Glance, perceived
from apps.robot.viewpoints import Sight, Viewpoint
from mmmem.clock import NS_PER_S
from mmmem.types import Detections, Frame
from streams.house.floor import Floor
from streams.house.footprint import to_world
from streams.house.noisy_detector import NoisyDetector
from streams.house.patrol import SPEED_M_S, TURN_RAD_S
from streams.house.rendering import Camera, Picture, Renderer
from streams.house.trajectory import heading
from streams.house.watching import Watched
from streams.house.world import WorldState

STROKE_M = 1.0
_REACH_M = 1.2
_TRIES = 4
_SMALL_RAD = 1e-3
Shown = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class Deed:
    """What came of a deed: `why` is empty where it was done."""

    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return not self.why


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


class EnvironmentHands:
    """Drives a `HouseEnvironment`; what it may know of the world is what `step` returns and what its detector makes of it.

    The environment lends its true masks to the detector, which errs as stated, and to the gripper, which closes round what lies
    under the middle of a detected mask.

    Args:
        env: reset already.
        shutter: of the environment's renderer; without one it draws at every step.
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
        self.env, self._seen, self._info = env, observation, info
        self._places, self._floor, self._sight, self._detector, self._keep = places, floor, sight, detector, keep
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
        shown = self._sight.shown(pose, opened)
        if self._keep is not None:
            self._keep(measured, detections, shown)
        return perceived(self.now_ns, measured, detections, shown, opened)

    # Going

    def go(self, goal: tuple[float, float]) -> Deed:
        """Along the shortest way; waits for who stands in it, for a while."""
        for _ in range(_TRIES):
            way = self._floor.path(self.here, goal)
            if way is None:
                return Deed("there is no way")
            if self._drive(way[1:]):
                return Deed()
            if self.ended:
                break
            self._step("wait", wait_s=5.0)
        return Deed("something is in the way")

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

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._step("wait", wait_s=seconds)

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
                if self._info["collided"] or self.ended:
                    return False
        return True

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


def _handle(place: Place) -> tuple[float, float, float]:
    """The middle of the front of what is opened."""
    piece = place.piece
    aside = float(np.mean([one.centre[1] for one in place.surfaces]))
    height = float(np.mean([one.centre[2] for one in place.surfaces]))
    return to_world(piece, (piece.size[0] / 2, aside, height))


def since_s(start_ns: int, hands: Body) -> float:
    """Seconds of the world's time since an instant."""
    return (hands.now_ns - start_ns) / NS_PER_S
