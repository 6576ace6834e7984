"""habitat-sim and habitat-lab as a Gymnasium environment, so that whatever rides along with one rides along with them.

Neither is imported: a `Simulator` or an `Env` that somebody made is driven through the methods it has (habitat-sim 0.2 and 0.3).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError
from mmmem.lazy import require
from streams.embodied.coordinates import quaternion_of_object
from streams.embodied.observations import ObservationKeys, Rig

gymnasium = require("gymnasium", extra="house", purpose="The adapter for Habitat")


class HabitatEnvironment(gymnasium.Env):  # type: ignore[misc, name-defined]  # a base that is imported when needed
    """A `habitat_sim.Simulator` or a `habitat.Env`, stepped as Gymnasium does.

    Observations are the simulator's own dictionary, copied, with `agent_position`, `agent_rotation`, `sensor_position` and
    `sensor_rotation` (of the colour sensor) in Habitat's world added, quaternions as `(x, y, z, w)`. What is no array
    (`collided`) goes to `info`, and so do habitat-lab's metrics, as `info["metrics"]`. An action is a name, or its number in
    `actions`.

    Args:
        simulator: made and configured by the caller; `close` closes it.
        agent_id: whose observations and actions they are.
        keys: what its sensors are called.

    Raises:
        InvalidInputError: it has not the methods of either.
    """

    def __init__(self, simulator: Any, *, agent_id: int = 0, keys: ObservationKeys | None = None) -> None:
        self._lab = simulator if hasattr(simulator, "sim") else None
        self._sim = simulator.sim if self._lab is not None else simulator
        _check_methods(self._sim, ("get_sensor_observations", "get_agent"))
        _check_methods(simulator, ("reset", "step", "close"))
        self._simulator, self._agent_id, self.keys = simulator, agent_id, keys or ObservationKeys()
        self.actions: tuple[Any, ...] = self._names_of_actions()
        self.action_space = gymnasium.spaces.Discrete(len(self.actions))
        self.observation_space = gymnasium.spaces.Dict(self._spaces())

    @property
    def rig(self) -> Rig:
        """The colour sensor's angle of view, and the range of normalised depth; its place comes with each observation."""
        spec = self._spec(self.keys.color)
        flat = spec is not None and getattr(getattr(spec, "sensor_subtype", None), "name", "PINHOLE") == "PINHOLE"
        return Rig(hfov_deg=float(spec.hfov) if flat else None, depth_range_m=self._depth_range_m())

    @property
    def instance_labels(self) -> dict[int, str]:
        """Class name by semantic id, as the scene's own annotation has it; empty where there is none."""
        objects = getattr(getattr(self._sim, "semantic_scene", None), "objects", None) or ()
        named = [one for one in objects if one is not None and one.category is not None]
        return {int(one.semantic_id): one.category.name() for one in named}

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """Start the next episode (habitat-lab), or put the agent back (habitat-sim)."""
        super().reset(seed=seed)
        if seed is not None and hasattr(self._simulator, "seed"):
            self._simulator.seed(seed)
        observations = self._simulator.reset()
        if not isinstance(observations, Mapping):  # habitat-sim before 0.1.7 gave nothing
            observations = self._sim.get_sensor_observations(self._agent_id)
        return self._split(observations)

    def step(self, action: Any) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """One action, by name or by number."""
        named = self.actions[int(action)] if isinstance(action, int | np.integer) else action
        observation, info = self._split(self._simulator.step(named))
        if self._lab is None:
            return observation, 0.0, False, False, info
        info["metrics"] = dict(self._lab.get_metrics())
        return observation, 0.0, bool(self._lab.episode_over), False, info

    def close(self) -> None:
        """Close the simulator."""
        self._simulator.close()

    def _split(self, observations: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Arrays with poses, and the rest."""
        arrays = {name: _copied(value) for name, value in observations.items() if _is_array(value)}
        info = {name: value for name, value in observations.items() if name not in arrays}
        return {**arrays, **self._poses()}, info

    def _poses(self) -> dict[str, NDArray[np.float32]]:
        state = self._sim.get_agent(self._agent_id).get_state()
        poses = {"agent_position": _position(state.position), "agent_rotation": quaternion_of_object(state.rotation)}
        name = next((name for name in self.keys.color if name in state.sensor_states), None)
        if name is not None:
            sensor = state.sensor_states[name]
            poses["sensor_position"] = _position(sensor.position)
            poses["sensor_rotation"] = quaternion_of_object(sensor.rotation)
        return poses

    def _spec(self, names: tuple[str, ...]) -> Any:
        specs = self._sim.get_agent(self._agent_id).agent_config.sensor_specifications
        return next((spec for name in names for spec in specs if spec.uuid == name), None)

    def _depth_range_m(self) -> tuple[float, float] | None:
        """Of habitat-lab's depth sensor, where it is told to normalise; habitat-sim's own is in metres."""
        sensors = getattr(getattr(self._sim, "sensor_suite", None), "sensors", {})
        sensor = next((sensors[name] for name in self.keys.depth if name in sensors), None)
        if sensor is None or not getattr(sensor, "normalize_depth", False):
            return None
        return float(sensor.min_depth_value), float(sensor.max_depth_value)

    def _names_of_actions(self) -> tuple[Any, ...]:
        if self._lab is not None:
            return tuple(self._lab.action_space.spaces)
        return tuple(self._sim.get_agent(self._agent_id).agent_config.action_space)

    def _spaces(self) -> dict[str, Any]:
        """A box for each array; habitat-lab says what its sensors give, habitat-sim shows it."""
        poses = {name: _box_of(value) for name, value in self._poses().items()}
        if self._lab is not None:
            told = {name: one for name, one in self._lab.observation_space.spaces.items() if hasattr(one, "low")}
            return {**{name: _as_told(one) for name, one in told.items()}, **poses}
        seen = self._sim.get_sensor_observations(self._agent_id)
        return {**{name: _box_of(value) for name, value in seen.items() if _is_array(value)}, **poses}


def _check_methods(simulator: Any, names: tuple[str, ...]) -> None:
    missing = [name for name in names if not callable(getattr(simulator, name, None))]
    if missing:
        raise InvalidInputError(
            f"{type(simulator).__name__} has no {', '.join(missing)}; give a habitat_sim.Simulator or a habitat.Env."
        )


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) or hasattr(value, "cpu")


def _copied(value: Any) -> NDArray[Any]:
    """The simulator draws the next picture into the same buffer."""
    return np.array(value.cpu() if hasattr(value, "cpu") else value)


def _position(value: Any) -> NDArray[np.float32]:
    return np.array(value, np.float32)


def _box_of(value: Any) -> Any:
    """Whatever its dtype can hold: the simulator promises nothing else."""
    array = _copied(value)
    limits = np.finfo(array.dtype) if array.dtype.kind == "f" else np.iinfo(array.dtype)
    return gymnasium.spaces.Box(limits.min, limits.max, array.shape, array.dtype)


def _as_told(space: Any) -> Any:
    """A box of habitat-lab's, which may be one of the older library `gym`."""
    return gymnasium.spaces.Box(space.low, space.high, space.shape, space.dtype)
