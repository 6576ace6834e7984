"""Habitat's coordinates and ours.

Habitat's world is right-handed with x right, y up and -z ahead; its cameras look along their own -z with y up, as in OpenGL. Ours
has x and y along the floor and z up, and cameras with x right, y down and z ahead, as in OpenCV. Both are in metres:

    (x, y, z) of ours = (x, -z, y) of Habitat's

Quaternions are `(x, y, z, w)`, the order in which Habitat keeps coefficients.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mmmem.errors import InvalidInputError
from mmmem.types import Intrinsics, check_pose

Floats = NDArray[np.float64]

WORLD_HABITAT: Floats = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""Turns a vector of Habitat's world into ours."""

GL_CV: Floats = np.diag([1.0, -1.0, -1.0])
"""Turns a vector of a camera with z ahead into the same camera with -z ahead; its own inverse."""

_UNIT_TOLERANCE = 1e-2
"""Simulators keep quaternions in float32 and let them drift; what is further from unit length is no rotation."""


def to_world(position_habitat: ArrayLike) -> Floats:
    """Points of Habitat's world, (..., 3) metres, in ours."""
    return np.asarray(position_habitat, np.float64) @ WORLD_HABITAT.T


def to_habitat(position_world: ArrayLike) -> Floats:
    """Points of our world, (..., 3) metres, in Habitat's."""
    return np.asarray(position_world, np.float64) @ WORLD_HABITAT


def pose_of_camera(position: object, rotation: object, *, height_m: float = 0.0, tilt_rad: float = 0.0) -> Floats:
    """`pose_world_camera`, (4, 4) float64, of a camera on Habitat's agent.

    Args:
        position: (3,) metres in Habitat's world, of the agent, or of the camera itself with `height_m=0`.
        rotation: quaternion of the same: `(x, y, z, w)`, or an object with those four as attributes.
        height_m: of the camera above the agent, along the agent's own up.
        tilt_rad: rotation of the camera about the agent's x axis; positive looks up.

    Raises:
        InvalidInputError: NaN or infinity, or a quaternion that is not of unit length.
    """
    turned = matrix_of(rotation)
    where = numbers_of(position, "A position")
    if where.shape != (3,) or not np.isfinite(where).all():
        raise InvalidInputError(f"A position must be three finite metres, got {position!r}.")
    tilted = turned @ np.array(
        [[1.0, 0.0, 0.0], [0.0, np.cos(tilt_rad), -np.sin(tilt_rad)], [0.0, np.sin(tilt_rad), np.cos(tilt_rad)]]
    )
    pose = np.eye(4)
    pose[:3, :3] = WORLD_HABITAT @ tilted @ GL_CV
    pose[:3, 3] = WORLD_HABITAT @ (where + turned @ np.array([0.0, height_m, 0.0]))
    return pose


def camera_in_habitat(pose_world_camera: Floats) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Position (3,) and quaternion (4,) `(x, y, z, w)`, float32, in Habitat's world, of a camera given in ours.

    Raises:
        InvalidInputError: not a rigid transform.
    """
    check_pose(pose_world_camera, "pose_world_camera")
    turned = WORLD_HABITAT.T @ pose_world_camera[:3, :3] @ GL_CV
    return to_habitat(pose_world_camera[:3, 3]).astype(np.float32), quaternion_of(turned).astype(np.float32)


def matrix_of(rotation: object) -> Floats:
    """The rotation matrix, (3, 3), of a quaternion `(x, y, z, w)`, or of an object with these attributes.

    Raises:
        InvalidInputError: NaN, infinity, not four numbers, or far from unit length.
    """
    x, y, z, w = _coefficients(rotation)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def quaternion_of(matrix: Floats) -> Floats:
    """The unit quaternion `(x, y, z, w)` of a rotation matrix (3, 3), with w at least 0."""
    from scipy.spatial.transform import Rotation

    return np.asarray(Rotation.from_matrix(matrix).as_quat(canonical=True), np.float64)


def intrinsics_of(width: int, height: int, hfov_deg: float) -> Intrinsics:
    """The pinhole of a picture of square pixels whose horizontal angle of view is `hfov_deg`; the centre of the first pixel is 0.

    Raises:
        InvalidInputError: an angle that no flat picture has.
    """
    if not 0.0 < hfov_deg < 180.0:
        raise InvalidInputError(f"hfov_deg must lie between 0 and 180 degrees, got {hfov_deg}.")
    focal = 0.5 * width / float(np.tan(np.radians(hfov_deg) / 2))
    return Intrinsics(focal, focal, (width - 1) / 2, (height - 1) / 2)


def hfov_of(intrinsics: Intrinsics, width: int) -> float:
    """The horizontal angle of view in degrees of a picture `width` pixels wide."""
    return float(np.degrees(2 * np.arctan(0.5 * width / intrinsics.fx)))


def quaternion_of_object(rotation: object) -> NDArray[np.float32]:
    """Coefficients `(x, y, z, w)`, (4,) float32, of an object that has them as attributes, or of a sequence in that order."""
    return _in_order(rotation).astype(np.float32)


def _in_order(rotation: object) -> Floats:
    if all(hasattr(rotation, name) for name in "xyzw"):
        rotation = [getattr(rotation, name) for name in "xyzw"]
    return numbers_of(rotation, "A rotation")


def numbers_of(values: Any, name: str) -> Floats:
    """An array, float64, of what should hold numbers.

    Raises:
        InvalidInputError: it holds something else, or rows of unlike length.
    """
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"{name} must hold numbers, got {values!r}.") from error


def _coefficients(rotation: object) -> Floats:
    values = _in_order(rotation)
    if values.shape != (4,) or not np.isfinite(values).all():
        raise InvalidInputError(f"A rotation must be a quaternion of four finite numbers x, y, z, w, got {rotation!r}.")
    length = float(np.linalg.norm(values))
    if abs(length - 1.0) > _UNIT_TOLERANCE:
        raise InvalidInputError(f"A rotation must be a quaternion of unit length, got length {length:.4f}.")
    return values / length
