"""What a renderer of the house must do; `streams.house.opening` picks the best one that this machine can run."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from mmmem.types import Intrinsics
from streams.house.world import WorldState

GlName = Literal["egl", "osmesa"]
"""Libraries that give a GL context without a screen."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera without distortion; `fov_y_deg` is its vertical angle of view."""

    width: int = 320
    height: int = 240
    fov_y_deg: float = 60.0

    @property
    def intrinsics(self) -> Intrinsics:
        """Focal lengths and principal point in pixels; the centre of the top left pixel is (0, 0)."""
        focal = 0.5 * self.height / float(np.tan(np.radians(self.fov_y_deg) / 2))
        return Intrinsics(focal, focal, (self.width - 1) / 2, (self.height - 1) / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What a camera sees.

    Args:
        image: (H, W, 3) uint8 RGB.
        depth_m: (H, W) float32 metres along the optical axis, 0 where there is nothing.
        instances: (H, W) int32, `Home.instance_ids`; 0 is structure or nothing.
    """

    image: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    instances: NDArray[np.int32]


class Renderer(Protocol):
    """Draws one home as it stands.

    `pose_world_camera` is (4, 4) float64, camera axes x right, y down, z forward, as everywhere in mmmem.
    """

    @property
    def name(self) -> str:
        """Which back end draws, for reports: egl, osmesa or rays."""
        ...

    def render(self, state: WorldState, pose_world_camera: NDArray[np.float64]) -> Picture:
        """One picture; things that are not in `state.placements` and people who are away are not there."""
        ...

    def close(self) -> None:
        """Let go of the GL context."""
        ...
