"""Somebody else's MJCF scene as a stage, so that a camera can look at it as at a generated home."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import SourceError
from streams.house.mujoco_module import load_mujoco
from streams.house.stage import EYE


class MjcfScene:
    """A stage: one MJCF file, every body with geoms an instance; what is fixed to the world itself is 0.

    Attributes:
        instance_ids: number from 1 by name of the body; a nameless body is called "body 7" after its number in MuJoCo.
        names: the other way round.
        model, data: MuJoCo's own: change `data.qpos` or `data.mocap_pos` to move what can move, then render.
    """

    def __init__(self, path: Path) -> None:
        mujoco = load_mujoco("Reading an MJCF scene")
        self.model = _compiled(mujoco, path)
        self.data = mujoco.MjData(self.model)
        self._kinematics = mujoco.mj_kinematics
        mujoco.mj_forward(self.model, self.data)
        visible: NDArray[np.bool_] = (self.model.geom_group < 3) & (self.model.geom_rgba[:, 3] > 0)
        bodies = np.unique(self.model.geom_bodyid[visible])
        self.instance_ids: Mapping[str, int] = {
            self._name(int(body)): number for number, body in enumerate(bodies[bodies > 0], 1)
        }
        self.names: Mapping[int, str] = {number: name for name, number in self.instance_ids.items()}
        numbers = np.zeros(self.model.nbody, np.int32)
        numbers[bodies[bodies > 0]] = np.arange(1, len(self.instance_ids) + 1)
        self.instance_of_geom: NDArray[np.int32] = numbers[self.model.geom_bodyid]
        self._there: NDArray[np.bool_] = visible.copy()

    def show(self, state: None) -> None:
        """Nothing but the scene's own `data` says where things are."""
        self._kinematics(self.model, self.data)

    def there(self, eye: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Geoms of the groups that MuJoCo shows by default: 0 to 2; collision geoms usually are in 3."""
        return self._there

    def _name(self, body: int) -> str:
        return str(self.model.body(body).name) or f"body {body}"


def _compiled(mujoco: Any, path: Path) -> Any:
    if not path.is_file():
        raise SourceError(f"There is no MJCF scene at {path}.")
    try:
        spec = mujoco.MjSpec.from_file(str(path))
        spec.worldbody.add_camera(name=EYE)
        return spec.compile()
    except ValueError as error:
        raise SourceError(f"{path} is no MJCF scene that MuJoCo can read: {' '.join(str(error).split())}") from error
