"""A renderer is a stage and a painter: the stage poses, the painter draws, and geoms become instances."""

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError
from streams.house.rendering import Picture
from streams.house.stage import Painter, Stage

State = TypeVar("State")


class PaintedStage(Generic[State]):
    """A `streams.house.rendering.Renderer` of whatever stage.

    Attributes:
        note: one line that says which back end draws and why.
    """

    def __init__(self, stage: Stage[State], painter: Painter, note: str = "") -> None:
        self._stage, self._painter, self.note = stage, painter, note

    def __repr__(self) -> str:
        return f"PaintedStage({type(self._stage).__name__}, {self.name}): {self.note}"

    @property
    def name(self) -> str:
        """Which back end draws: egl, osmesa or rays."""
        return self._painter.name

    @property
    def stage(self) -> Stage[State]:
        """What is drawn."""
        return self._stage

    def render(self, state: State, pose_world_camera: NDArray[np.float64]) -> Picture:
        """One picture.

        Raises:
            InvalidInputError: the pose is not a finite (4, 4) rotation and translation, or a thing's place is not finite.
        """
        pose = checked_pose(pose_world_camera)
        self._stage.show(state)
        image, depth_m, geoms = self._painter.draw(pose, self._stage.there(pose[:3, 3]))
        return Picture(image, depth_m, np.append(self._stage.instance_of_geom, np.int32(0))[geoms])

    def close(self) -> None:
        """Let go of the GL context."""
        self._painter.close()


def checked_pose(pose_world_camera: NDArray[np.float64]) -> NDArray[np.float64]:
    """The pose as (4, 4) float64.

    Raises:
        InvalidInputError: its shape, a number that is not finite, or axes that are not at right angles and of length 1.
    """
    pose = np.asarray(pose_world_camera, np.float64)
    if pose.shape != (4, 4):
        raise InvalidInputError(f"A camera's pose is a (4, 4) matrix, not {pose.shape}.")
    if not np.isfinite(pose).all():
        raise InvalidInputError("A camera's pose must be finite; this one holds NaN or infinity: leave this frame out.")
    turn = pose[:3, :3]
    if not np.allclose(turn @ turn.T, np.eye(3), atol=1e-4) or np.linalg.det(turn) < 0:
        raise InvalidInputError(
            "A camera's pose must hold a rotation: its axes are not at right angles, of length 1 and right-handed."
        )
    return pose
