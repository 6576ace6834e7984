"""Gymnasium environments that play a script, for what rides along with one."""

import gymnasium
import numpy as np

HEIGHT, WIDTH = 24, 32


class ScriptedRobot(gymnasium.Env):
    """Shows one plain colour per step, counting up; gives what `parts` names, and raises at the step in `fails_at`."""

    def __init__(self, *, parts=("color_sensor",), fails_at=None, times=None, size=(HEIGHT, WIDTH)):
        self.parts, self.fails_at, self.times, self.size = parts, fails_at, times, size
        spaces = {name: gymnasium.spaces.Box(0, 255, value.shape, value.dtype) for name, value in self._all(0).items()}
        self.observation_space = gymnasium.spaces.Dict({name: spaces[name] for name in parts})
        self.action_space = gymnasium.spaces.Discrete(3)
        self.at = self.actions = 0
        self.is_closed = False
        self.buffers = {name: value.copy() for name, value in self._all(0).items()}

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.at = 0
        return self._seen(), self._info()

    def step(self, action):
        self.at += 1
        self.actions += 1
        if self.at == self.fails_at:
            raise RuntimeError("the simulator fell over")
        return self._seen(), 0.5, False, False, self._info()

    def close(self):
        self.is_closed = True

    def _info(self):
        return {"at": self.at} | ({} if self.times is None else {"t_ns": self.times[self.at]})

    def _seen(self):
        """The same buffers every time, as simulators do."""
        for name, value in self._all(self.at).items():
            self.buffers[name][...] = value
        return {name: self.buffers[name] for name in self.parts}

    def _all(self, at):
        return {
            "color_sensor": np.full((*self.size, 4), at % 250, np.uint8),
            "depth_sensor": np.full(self.size, 1 + at, np.float32),
            "semantic_sensor": np.full(self.size, at, np.uint32),
            "agent_position": np.array([at, 0, 0], np.float32),
            "agent_rotation": np.array([0, 0, 0, 1], np.float32),
        }


class PictureRobot(gymnasium.Env):
    """Observes a plain picture, as Atari does."""

    observation_space = gymnasium.spaces.Box(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    action_space = gymnasium.spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros((HEIGHT, WIDTH, 3), np.uint8), {}

    def step(self, action):
        return np.full((HEIGHT, WIDTH, 3), 90, np.uint8), 0.0, False, False, {}
