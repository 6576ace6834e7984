"""A simulator with the methods of habitat-sim's `Simulator` that the adapter uses, and habitat-lab's `Env` around it.

Names, shapes and dtypes are those of habitat-sim 0.2.5 to 0.3.3 and habitat-lab 0.2.5 to 0.3.3: `get_sensor_observations` gives
flipped views of buffers that are drawn into again, `step` adds `collided`, a state's rotation is an object with x, y, z and w.
"""

from dataclasses import dataclass, field
from math import cos, pi, radians, sin
from types import SimpleNamespace

import gymnasium
import numpy as np

HEIGHT, WIDTH = 12, 16
SENSOR_HEIGHT_M = 1.5


@dataclass
class Quaternion:
    """As numpy-quaternion: attributes, and no sequence."""

    w: float
    x: float
    y: float
    z: float


@dataclass
class SixDOFPose:
    position: np.ndarray
    rotation: Quaternion


@dataclass
class AgentState:
    position: np.ndarray
    rotation: Quaternion
    sensor_states: dict = field(default_factory=dict)


class Agent:
    """Moves 0.25 m and turns 10 degrees, habitat-sim's defaults; its sensors may be tilted."""

    def __init__(self, sensors):
        self.position, self.yaw, self.tilt = np.zeros(3), 0.0, 0.0
        spec = {"hfov": 90.0, "resolution": [HEIGHT, WIDTH], "sensor_subtype": SimpleNamespace(name="PINHOLE")}
        self.agent_config = SimpleNamespace(
            sensor_specifications=[SimpleNamespace(uuid=name, **spec) for name in sensors],
            action_space={"move_forward": object(), "turn_left": object(), "turn_right": object(), "look_down": object()},
        )

    def get_state(self):
        turned = Quaternion(cos(self.yaw / 2), 0.0, sin(self.yaw / 2), 0.0)
        # the product of a turn about y and a tilt about x
        cy, sy, cx, sx = cos(self.yaw / 2), sin(self.yaw / 2), cos(self.tilt / 2), sin(self.tilt / 2)
        looking = Quaternion(cy * cx, cy * sx, sy * cx, -sy * sx)
        sensors = self.agent_config.sensor_specifications
        at = self.position + np.array([0, SENSOR_HEIGHT_M, 0])
        return AgentState(self.position.copy(), turned, {spec.uuid: SixDOFPose(at, looking) for spec in sensors})

    def act(self, action):
        if action == "move_forward":
            self.position = self.position + 0.25 * np.array([-sin(self.yaw), 0, -cos(self.yaw)])
        elif action == "look_down":
            self.tilt -= radians(10)
        else:
            self.yaw += radians(10 if action == "turn_left" else -10)
        return bool(self.position[2] < -0.9)  # there is a wall


class ScriptedSimulator:
    """`habitat_sim.Simulator`."""

    def __init__(self, sensors=("color_sensor", "depth_sensor", "semantic_sensor"), *, fails_at=None):
        self.agents, self.sensors, self.fails_at = [Agent(sensors)], sensors, fails_at
        self.buffers = {
            "color_sensor": np.zeros((HEIGHT, WIDTH, 4), np.uint8),
            "depth_sensor": np.zeros((HEIGHT, WIDTH), np.float32),
            "semantic_sensor": np.zeros((HEIGHT, WIDTH), np.uint32),
        }
        mug = SimpleNamespace(semantic_id=4, category=SimpleNamespace(name=lambda: "mug"))
        self.semantic_scene = SimpleNamespace(objects=[None, mug])
        self.num_steps, self.is_closed, self.seeds = 0, False, []

    def seed(self, new_seed):
        self.seeds.append(new_seed)

    def reset(self, agent_ids=None):
        config, self.num_steps = self.agents[0].agent_config, 0
        self.agents[0] = Agent(self.sensors)
        self.agents[0].agent_config = config
        return self.get_sensor_observations()

    def get_agent(self, agent_id):
        return self.agents[agent_id]

    def get_sensor_observations(self, agent_ids=0):
        assert agent_ids == 0
        self.buffers["color_sensor"][...] = self.num_steps
        self.buffers["depth_sensor"][...] = 1 + self.num_steps / 4
        self.buffers["semantic_sensor"][...] = 4
        return {name: np.flip(self.buffers[name], axis=0) for name in self.sensors}

    def step(self, action, dt=1.0 / 60.0):
        assert action in self.agents[0].agent_config.action_space
        self.num_steps += 1
        if self.num_steps == self.fails_at:
            raise RuntimeError("the scene was unloaded")
        collided = self.agents[0].act(action)
        return self.get_sensor_observations() | {"collided": collided}

    def close(self, destroy=True):
        self.is_closed = True


class ScriptedLabSimulator(ScriptedSimulator):
    """habitat-lab's `HabitatSim`: the same simulator, with a suite of sensors that shape what tasks see."""

    def __init__(self):
        super().__init__(("rgb", "depth", "semantic"))
        names = {"rgb": "color_sensor", "depth": "depth_sensor", "semantic": "semantic_sensor"}
        self.buffers = {name: self.buffers[old] for name, old in names.items()} | self.buffers
        depth = SimpleNamespace(normalize_depth=True, min_depth_value=0.0, max_depth_value=10.0)
        self.sensor_suite = SimpleNamespace(sensors={"depth": depth})


class ScriptedLab:
    """`habitat.Env`: three steps an episode."""

    def __init__(self):
        self.sim = ScriptedLabSimulator()
        box = gymnasium.spaces.Box
        self.observation_space = SimpleNamespace(
            spaces={
                "rgb": box(0, 255, (HEIGHT, WIDTH, 3), np.uint8),
                "depth": box(0, 1, (HEIGHT, WIDTH, 1), np.float32),
                "semantic": box(0, 2**31 - 1, (HEIGHT, WIDTH, 1), np.int32),
                "pointgoal_with_gps_compass": box(-9.0, 9.0, (2,), np.float32),
            }
        )
        self.action_space = SimpleNamespace(spaces=dict.fromkeys(("move_forward", "stop", "turn_left")))
        self.left = 0

    @property
    def episode_over(self):
        return self.left == 0

    def get_metrics(self):
        return {"distance_to_goal": 3.0 - self.left}

    def seed(self, seed):
        self.sim.seed(seed)

    def reset(self):
        self.left = 3
        return self._shaped(self.sim.reset())

    def step(self, action):
        assert not self.episode_over
        self.left = 0 if action == "stop" else self.left - 1
        return self._shaped(self.sim.get_sensor_observations() if action == "stop" else self.sim.step(action))

    def close(self):
        self.sim.close()

    def _shaped(self, seen):
        return {
            "rgb": seen["rgb"][..., :3],
            "depth": np.clip(seen["depth"], 0, 10)[..., None] / 10,
            "semantic": seen["semantic"][..., None].astype(np.int32),
            "pointgoal_with_gps_compass": np.array([1.0, pi], np.float32),
        }
