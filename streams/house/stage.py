"""What a painter paints: a MuJoCo scene with its things where they are."""

from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

State_contra = TypeVar("State_contra", contravariant=True)
EYE = "eye of mmmem"
"""Name of the camera that every stage has and that a painter moves."""
HIDDEN_GROUP = 5
"""Geoms of this group are not drawn; all others of a stage are in group 0."""


class Stage(Protocol[State_contra]):
    """A compiled MuJoCo model and its data, and what of it is there.

    Attributes:
        model, data: `mujoco.MjModel` with a camera named `EYE`, and `mujoco.MjData`.
        instance_of_geom: (ngeom,) int32, what each geom belongs to.
    """

    model: Any
    data: Any
    instance_of_geom: NDArray[np.int32]

    def show(self, state: State_contra) -> None:
        """Put everything where it is."""
        ...

    def there(self, eye: NDArray[np.float64]) -> NDArray[np.bool_]:
        """(ngeom,) which geoms are there and may be seen from a point (3,); what walls surely hide may be left out."""
        ...


class Painter(Protocol):
    """One way to draw a stage."""

    name: str

    def draw(
        self, pose_world_camera: NDArray[np.float64], there: NDArray[np.bool_]
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.int32]]:
        """(H, W, 3) RGB, (H, W) metres along the optical axis, (H, W) ids of geoms; 0 metres and id -1 where there is nothing."""
        ...

    def close(self) -> None:
        """Let go of what was held."""
        ...
