"""A house that lives as a Gymnasium environment, with Habitat's names and conventions: `mmmem/House-v0`."""

from collections.abc import Callable, Mapping
from math import atan, degrees, pi, radians
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError, UnknownNameError
from mmmem.lazy import require
from mmmem.suggest import known_name
from streams.embodied.coordinates import camera_in_habitat
from streams.embodied.observations import Rig
from streams.house.floor import Floor
from streams.house.life import Life
from streams.house.opening import Backend, open_renderer
from streams.house.recording_plan import CALENDAR, MONDAY_NS, OpenRenderer
from streams.house.rendering import Camera, Picture
from streams.house.robot import Robot
from streams.house.robot_actions import ACTIONS, WITH_ARM, FetchTask, Paces
from streams.house.robot_arm import Arm, Done
from streams.house.robot_senses import heard, witnessed_by
from streams.house.shared_life import SharedLife
from streams.house.trajectory import look_pose
from streams.house.viewpoints import CAMERA_HEIGHT_M
from streams.house.watching import instance_labels
from streams.house.world import Event

gymnasium = require("gymnasium", extra="house", purpose="The house as an environment")

_FURTHEST_M = 1e4


class HouseEnvironment(gymnasium.Env):  # type: ignore[misc, name-defined]  # a base that is imported when needed
    """A robot in a home whose residents go on with their days.

    Observations: `color_sensor` (H, W, 4) uint8, `depth_sensor` (H, W) float32 metres, `semantic_sensor` (H, W) int32 numbers of
    `instance_labels`, and the poses of agent and sensor in Habitat's world. Actions are numbers of `ACTIONS`, or names, or
    `{"action": name or number, "target": instance number}`, where a target of 0 is what is nearest to the middle of the picture.

    `info` holds `t_ns` (the world's clock, of `calendar`), `pose_world_camera` and `room` in mmmem's world, `collided`,
    `succeeded`, `said` (why it did not), `carried` (id of the thing that the robot holds, or empty), `events` (what it witnessed
    since the step before, the house's own truth) and `texts` (what it heard).

    An episode is truncated where the life ends. It starts when the life does, at a place of the floor drawn from the seed of
    `reset`; `options` may hold `t_ns`, `stance` (x, y, yaw in mmmem's world) and `task`.

    Args:
        seed: of the home, the life, and the first episode.
        days: how long the life goes on.
        residents: how many live here, 1 to 3.
        life: instead of one made from those three.
        start_ns: when the life starts.
        camera: what the robot sees with.
        paces: how far and how long actions go.
        task: what gives a reward; nothing does without one.
        backend: what draws: "auto", "egl", "osmesa" or "rays".
        draw: opens what draws instead.
        render_mode: "rgb_array", what the robot sees.

    Attributes:
        instance_labels: class name by number of `semantic_sensor`.
        calendar: names the times of `info`.
        world: everything that is true now; what a robot may not look at.

    Raises:
        InvalidInputError: an option makes no sense.
        UnknownNameError: a task with what is not in this home.
        MissingExtraError: MuJoCo or Gymnasium is not installed.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 2}  # noqa: RUF012  # as Gymnasium has it

    def __init__(
        self,
        seed: int = 7,
        days: int = 1,
        *,
        residents: int = 3,
        life: Life | None = None,
        start_ns: int = MONDAY_NS,
        camera: Camera | None = None,
        paces: Paces | None = None,
        task: FetchTask | None = None,
        backend: Backend = "auto",
        draw: OpenRenderer | None = None,
        render_mode: str | None = None,
    ) -> None:
        if render_mode not in (None, "rgb_array"):
            raise InvalidInputError(f"render_mode must be None or 'rgb_array', got {render_mode!r}.")
        self.life = life or _lived(seed, days, residents, start_ns)
        self.home, self.calendar, self.render_mode = self.life.home, CALENDAR, render_mode
        self._first_seed: int | None = seed
        self.camera, self.paces = camera or Camera(), paces or Paces()
        self.task = self._task = self._known(task)
        self.instance_labels: Mapping[int, str] = instance_labels(self.home)
        self._ids = ("", *self.home.instance_ids)
        self._renderer = (draw or _opener(backend))(self.home, self.camera)
        self._floor = Floor(self.home)
        self.world = SharedLife(self.life)
        self.robot = Robot(self._floor, *self._floor.nearest_free(self.home.rooms[0].centre), 0.0)
        self._picture: Picture | None = None
        self.action_space = gymnasium.spaces.Discrete(len(ACTIONS))
        self.observation_space = gymnasium.spaces.Dict(self._spaces())

    @property
    def rig(self) -> Rig:
        """The camera's angle of view; its place comes with each observation."""
        return Rig(hfov_deg=degrees(2 * atan(0.5 * self.camera.width / self.camera.intrinsics.fx)), height_m=CAMERA_HEIGHT_M)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """Start over at the beginning of the life, or where `options` say.

        Raises:
            InvalidInputError: an unknown option, a time outside the life, or a stance that is not on free floor.
            UnknownNameError: a task with what is not in this home.
        """
        super().reset(seed=self._first_seed if seed is None else seed)
        self._first_seed = None
        asked = dict(options or {})
        self.world.begin(asked.pop("t_ns", self.life.start_ns))
        self.task = self._known(asked.pop("task", self._task))
        self.robot = Robot(self._floor, *self._stance(asked.pop("stance", None)))
        if asked:
            raise InvalidInputError(f"Options are t_ns, stance and task, got {', '.join(map(repr, asked))}.")
        return self._observation(), self._info((), Done(), collided=False)

    def step(self, action: Any) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Do one thing, and let the world go on for as long as it takes.

        Raises:
            UnknownNameError: no such action or target.
        """
        name, target = self._asked(action)
        collided, done = self._do(name, target)
        self.world.carry(self.robot.tray, self.robot.yaw_rad)
        to_ns = min(self.world.now_ns + self.paces.time_ns(name), self.life.end_ns)
        events = self.world.go_on(to_ns)
        self._picture = None
        observation = self._observation()
        info = self._info(((done.event,) if done.event else ()) + events, done, collided)
        is_done = self.task is not None and self.task.is_done(self.world.state)
        return observation, float(is_done), is_done, to_ns >= self.life.end_ns, info

    def render(self) -> NDArray[np.uint8] | None:
        """What the robot sees, (H, W, 3)."""
        return self._seen().image.copy() if self.render_mode == "rgb_array" else None

    def close(self) -> None:
        """Let go of the renderer."""
        self._renderer.close()

    def _do(self, name: str, target: str) -> tuple[bool, Done]:
        """Whether it ran into something, and what came of it."""
        robot, paces = self.robot, self.paces
        if name in WITH_ARM:
            arm = Arm(self.world, robot, lambda: self._seen().instances, self.np_random)
            deeds: dict[str, Callable[[str], Done]] = {"open": arm.open, "close": arm.close, "pick": arm.pick, "place": arm.place}
            return False, deeds[name](target)
        if name == "move_forward" and robot.forward(paces.forward_m, self.world.state.people.values()):
            return True, Done(reason="something is in the way")
        if name in ("turn_left", "turn_right"):
            robot.turn(radians(paces.turn_deg) * (1 if name == "turn_left" else -1))
        if name in ("look_up", "look_down") and not robot.look(radians(paces.look_deg) * (1 if name == "look_up" else -1)):
            return False, Done(reason="the camera does not tilt further")
        return False, Done()

    def _asked(self, action: Any) -> tuple[str, str]:
        """Name of an action, and id of its target."""
        target = 0
        if isinstance(action, Mapping):
            action, target = action.get("action"), int(action.get("target", 0))
        if isinstance(action, str):
            return known_name(action, ACTIONS, "action"), self._id(target)
        number = int(action)
        if not 0 <= number < len(ACTIONS):
            raise UnknownNameError(f"There is no action {number}; they are numbered from 0 to {len(ACTIONS) - 1}.")
        return ACTIONS[number], self._id(target)

    def _id(self, number: int) -> str:
        if not 0 <= number < len(self._ids):
            raise UnknownNameError(f"There is no instance {number}; this home has 1 to {len(self._ids) - 1}.")
        return self._ids[number]

    def _known(self, task: FetchTask | None) -> FetchTask | None:
        if task is not None:
            self.home.thing(task.thing)
            known_name(task.goal, self.home.parts, "goal")
        return task

    def _stance(self, wanted: tuple[float, float, float] | None) -> tuple[float, float, float]:
        if wanted is None:
            x_m, y_m = self._floor.random_free(self.np_random)
            return x_m, y_m, float(self.np_random.uniform(-pi, pi))
        x_m, y_m, yaw_rad = map(float, wanted)
        if not self._floor.is_free((x_m, y_m)):
            near = ", ".join(f"{value:.2f}" for value in self._floor.nearest_free((x_m, y_m)))
            raise InvalidInputError(f"The robot cannot stand at ({x_m:.2f}, {y_m:.2f}); the nearest free place is ({near}).")
        return x_m, y_m, yaw_rad

    def _seen(self) -> Picture:
        """What the camera sees now; drawn once."""
        if self._picture is None:
            self._picture = self._renderer.render(self.world.state, self.robot.pose_world_camera)
        return self._picture

    def _observation(self) -> dict[str, Any]:
        self._picture = None
        seen, robot = self._seen(), self.robot
        color = np.full((*seen.image.shape[:2], 4), 255, np.uint8)
        color[..., :3] = seen.image
        sensor_position, sensor_rotation = camera_in_habitat(robot.pose_world_camera)
        agent_position, agent_rotation = camera_in_habitat(look_pose(robot.x_m, robot.y_m, 0.0, robot.yaw_rad))
        return {
            "color_sensor": color,
            "depth_sensor": seen.depth_m.copy(),
            "semantic_sensor": seen.instances.copy(),
            "agent_position": agent_position,
            "agent_rotation": agent_rotation,
            "sensor_position": sensor_position,
            "sensor_rotation": sensor_rotation,
        }

    def _info(self, events: tuple[Event, ...], done: Done, collided: bool) -> dict[str, Any]:
        robot = self.robot
        room = self.home.room_at(robot.x_m, robot.y_m)
        witnessed = witnessed_by(self.world, robot.pose_world_camera, self._seen().instances, events)
        return {
            "t_ns": self.world.now_ns,
            "pose_world_camera": robot.pose_world_camera,
            "room": room.name if room else "",
            "collided": collided,
            "succeeded": not done.reason,
            "said": done.reason,
            "carried": self.world.carried,
            "events": witnessed,
            "texts": tuple(heard(self.home, event) for event in witnessed if event.kind == "say"),
        }

    def _spaces(self) -> dict[str, Any]:
        box, size = gymnasium.spaces.Box, (self.camera.height, self.camera.width)
        place, turn = box(-_FURTHEST_M, _FURTHEST_M, (3,), np.float32), box(-1.01, 1.01, (4,), np.float32)
        return {
            "color_sensor": box(0, 255, (*size, 4), np.uint8),
            "depth_sensor": box(0, _FURTHEST_M, size, np.float32),
            "semantic_sensor": box(0, len(self._ids) - 1, size, np.int32),
            "agent_position": place,
            "agent_rotation": turn,
            "sensor_position": place,
            "sensor_rotation": turn,
        }


def _lived(seed: int, days: int, residents: int, start_ns: int) -> Life:
    from streams.house.building import build_home
    from streams.house.living import live

    return live(build_home(seed, num_residents=residents), days=days, seed=seed, start_ns=start_ns)


def _opener(backend: Backend) -> OpenRenderer:
    return lambda home, camera: open_renderer(home, camera, backend=backend)
