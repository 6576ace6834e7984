"""Habitat's observation dictionary and mmmem's frames, both ways.

A loop must not wait, so that reading an observation has two halves: `snapshot` copies the arrays, since simulators write the next
picture into the same buffer, and is all that the loop waits for; `frame` converts, later and in another thread.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError
from mmmem.types import Frame, Intrinsics, TimedText, check_pose
from streams.embodied.coordinates import Floats, camera_in_habitat, intrinsics_of, numbers_of, pose_of_camera
from streams.embodied.loop_report import LoopReport

Array = NDArray[Any]
_LARGEST_INSTANCE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class ObservationKeys:
    """What the parts of an observation are called; the first name that is there is taken.

    Args:
        color: (H, W, 3 or 4) uint8.
        depth: (H, W) or (H, W, 1) along the optical axis, float metres or integer millimetres.
        semantic: (H, W) or (H, W, 1) integer instance ids.
        agent_position, agent_rotation: (3,) metres in Habitat's world, (4,) quaternion `(x, y, z, w)`.
        sensor_position, sensor_rotation: the same of the camera itself; where they are there, the agent's are not needed.
    """

    color: tuple[str, ...] = ("color_sensor", "rgb", "head_rgb")
    depth: tuple[str, ...] = ("depth_sensor", "depth", "head_depth")
    semantic: tuple[str, ...] = ("semantic_sensor", "semantic", "head_semantic")
    agent_position: tuple[str, ...] = ("agent_position",)
    agent_rotation: tuple[str, ...] = ("agent_rotation",)
    sensor_position: tuple[str, ...] = ("sensor_position",)
    sensor_rotation: tuple[str, ...] = ("sensor_rotation",)


@dataclass(frozen=True, slots=True)
class Rig:
    """How a camera sits on its agent, and how wide it sees.

    Args:
        hfov_deg: horizontal angle of view; None where it is not known.
        height_m: of the camera above the agent's origin.
        tilt_rad: positive looks up.
        depth_range_m: depth is not in metres, but 0 to 1 from the first to the second (habitat-lab's `normalize_depth`).
    """

    hfov_deg: float | None = None
    height_m: float = 0.0
    tilt_rad: float = 0.0
    depth_range_m: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Copies of what one observation holds, not yet converted; `full_size` is (H, W) before pixels were left out."""

    color: Array
    depth: Array | None = None
    semantic: Array | None = None
    position: object = None
    rotation: object = None
    of_sensor: bool = False
    pose_world_camera: object = None
    stride: int = 1
    full_size: tuple[int, int] = (0, 0)
    rig: Rig = field(default_factory=Rig)
    labels: Mapping[int, str] = field(default_factory=dict)
    texts: tuple[TimedText, ...] = ()


class FrameMaker:
    """Makes the frames of one robot's observations; what they lack is said once, in `report`.

    Args:
        stream_id: names the frames.
        keys: where an observation holds what.
        rig: the camera on the agent; of the snapshots taken from now on, where it is set again.
        labels: class name by instance id; likewise.
        report: where to say what is missing.
    """

    def __init__(
        self,
        stream_id: str,
        *,
        keys: ObservationKeys | None = None,
        rig: Rig | None = None,
        labels: Mapping[int, str] | None = None,
        report: LoopReport | None = None,
    ) -> None:
        self.stream_id = stream_id
        self.keys = keys or ObservationKeys()
        self.rig = rig or Rig()
        self.labels = labels or {}
        self.report = report or LoopReport()

    def snapshot(self, observation: object, info: Mapping[str, Any] | None = None, *, stride: int = 1) -> Snapshot:
        """Copy what is needed of one observation: Habitat's dictionary, or a picture alone.

        Args:
            info: of the same step; `pose_world_camera` (4, 4) and `texts` (what was heard) are taken from it.
            stride: take every so many pixels of each row and column.

        Raises:
            InvalidInputError: there is no picture in it.
        """
        parts = observation if isinstance(observation, Mapping) else {self.keys.color[0]: observation}
        color = _picture(_first(parts, self.keys.color), parts, self.keys)
        sensor = _first(parts, self.keys.sensor_position), _first(parts, self.keys.sensor_rotation)
        agent = _first(parts, self.keys.agent_position), _first(parts, self.keys.agent_rotation)
        of_sensor = sensor[0] is not None and sensor[1] is not None
        position, rotation = sensor if of_sensor else agent
        return Snapshot(
            _held_copy(color[::stride, ::stride]),
            self._map(parts, self.keys.depth, color, stride),
            self._map(parts, self.keys.semantic, color, stride),
            _kept(position),
            _kept(rotation),
            of_sensor,
            _kept((info or {}).get("pose_world_camera")),
            stride,
            (color.shape[0], color.shape[1]),
            self.rig,
            self.labels,
            self.heard((info or {}).get("texts")),
        )

    def frame(self, snapshot: Snapshot, index: int, t_ns: int) -> Frame:
        """The frame of a snapshot; what cannot be used of it is left out, and the report says why."""
        semantic, depth = snapshot.semantic, snapshot.depth
        if semantic is None:
            self.report.say(f"no semantic ids ({' or '.join(self.keys.semantic)}): what is seen has no names from the simulator")
        if depth is None:
            self.report.say(f"no depth ({' or '.join(self.keys.depth)}): what is seen has no place in space")
        instances = None if semantic is None else self._instances(semantic)
        return Frame(
            self.stream_id,
            index,
            t_ns,
            np.array(snapshot.color[..., :3], order="C"),
            None if depth is None else self._metres(depth, snapshot.rig),
            self._pose(snapshot),
            self._intrinsics(snapshot),
            instances,
            snapshot.labels if instances is not None else {},
            snapshot.texts,
        )

    def heard(self, texts: object) -> tuple[TimedText, ...]:
        """What was heard, of `info["texts"]`; another environment may call something else so."""
        given = texts if isinstance(texts, (list, tuple)) else () if texts is None else (texts,)
        heard = tuple(text for text in given if isinstance(text, TimedText))
        if len(heard) < len(given):
            self.report.say("info['texts'] holds other things than TimedText: they are left out")
        return heard

    def _map(self, parts: Mapping[str, Any], names: tuple[str, ...], color: Array, stride: int) -> Array | None:
        """A copy of a map of the picture's size, or None with the reason said."""
        values = _first(parts, names)
        if values is None:
            return None
        array = _array(values)
        if array.ndim == 3 and array.shape[2] == 1:
            array = array[..., 0]
        if array.shape != color.shape[:2]:
            self.report.say(f"{names[0]} has shape {array.shape}, the picture {color.shape[:2]}: it is left out")
            return None
        return _held_copy(array[::stride, ::stride])

    def _metres(self, depth: Array, rig: Rig) -> NDArray[np.float32] | None:
        if depth.dtype.kind in "iu" and depth.dtype.itemsize > 1:
            self.report.say(f"depth is {depth.dtype}: it is taken for millimetres")
            return np.maximum(depth, 0).astype(np.float32) / np.float32(1000)
        if depth.dtype.kind != "f":
            self.report.say(f"depth is {depth.dtype}, neither float metres nor integer millimetres: it is left out")
            return None
        if rig.depth_range_m is None:
            return np.array(depth, np.float32)
        near_m, far_m = rig.depth_range_m
        known = (depth > 0) & (depth < 1)  # habitat-lab clips: 1 is "there or further"
        return np.where(known, near_m + depth * (far_m - near_m), 0).astype(np.float32)

    def _instances(self, semantic: Array) -> NDArray[np.int32] | None:
        if semantic.dtype.kind not in "iu":
            self.report.say(f"semantic ids are {semantic.dtype}, no integers: they are left out")
            return None
        if semantic.dtype.itemsize >= 4 and semantic.dtype != np.int32:
            fits = (semantic >= 0) & (semantic <= _LARGEST_INSTANCE)
            if not fits.all():
                self.report.say(f"semantic ids above {_LARGEST_INSTANCE} or below 0 count as background")
                semantic = np.where(fits, semantic, 0)
        return np.array(semantic, np.int32)

    def _pose(self, snapshot: Snapshot) -> Floats | None:
        if snapshot.pose_world_camera is not None:
            return self._checked(snapshot.pose_world_camera)
        if snapshot.position is None or snapshot.rotation is None:
            names = f"{self.keys.agent_position[0]} and {self.keys.agent_rotation[0]}"
            self.report.say(f"no pose ({names}): it is not known where pictures were taken")
            return None
        rig = Rig() if snapshot.of_sensor else snapshot.rig
        try:
            return pose_of_camera(snapshot.position, snapshot.rotation, height_m=rig.height_m, tilt_rad=rig.tilt_rad)
        except InvalidInputError:
            self.report.num_bad_poses += 1
            return None

    def _checked(self, pose: object) -> Floats | None:
        try:
            numbers = numbers_of(pose, "pose_world_camera")
            check_pose(numbers, "pose_world_camera")
        except InvalidInputError:
            self.report.num_bad_poses += 1
            return None
        return numbers

    def _intrinsics(self, snapshot: Snapshot) -> Intrinsics | None:
        if snapshot.rig.hfov_deg is None:
            self.report.say("no angle of view (rig=Rig(hfov_deg=...)): depth cannot be turned into places")
            return None
        height, width = snapshot.full_size
        full, step = intrinsics_of(width, height, snapshot.rig.hfov_deg), snapshot.stride
        return Intrinsics(full.fx / step, full.fy / step, full.cx / step, full.cy / step)


def observation_of(frame: Frame) -> dict[str, Array]:
    """Habitat's dictionary of a frame: `color_sensor` RGBA, `depth_sensor`, `semantic_sensor` and the camera's own pose.

    What the frame does not have is not in it.
    """
    height, width = frame.image.shape[:2]
    color = np.full((height, width, 4), 255, np.uint8)
    color[..., :3] = frame.image
    observation: dict[str, Array] = {"color_sensor": color}
    if frame.depth_m is not None:
        observation["depth_sensor"] = np.where(np.isfinite(frame.depth_m), frame.depth_m, 0).astype(np.float32)
    if frame.instances is not None:
        observation["semantic_sensor"] = frame.instances.copy()
    if frame.pose_world_camera is not None:
        observation["sensor_position"], observation["sensor_rotation"] = camera_in_habitat(frame.pose_world_camera)
    return observation


def _first(parts: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((parts[name] for name in names if name in parts), None)


def _picture(values: Any, parts: Mapping[str, Any], keys: ObservationKeys) -> Array:
    if values is None:
        raise InvalidInputError(
            f"No picture in the observation: none of {', '.join(keys.color)} among {', '.join(map(str, parts)) or 'nothing'}. "
            "Name it with keys=ObservationKeys(color=(...,)), or make one with look=."
        )
    array = _array(values)
    if array.ndim != 3 or array.shape[2] not in (3, 4) or array.dtype != np.uint8:
        raise InvalidInputError(
            f"A picture must have shape (H, W, 3 or 4) and dtype uint8, got {array.shape} {array.dtype}. "
            "Make one of the observation with look=."
        )
    return array


def _array(values: Any) -> Array:
    """An array of what may be a tensor on a GPU."""
    return np.asarray(values.cpu() if hasattr(values, "cpu") else values)


def _held_copy(array: Array) -> Array:
    """A copy, not writable, made without letting go of the interpreter.

    numpy's own `copy` lets it go, and a busy thread gives it back only after 5 ms: 6.8 ms at the 95th percentile for three arrays
    of 300 KB beside such a thread, against 0.5 ms.
    """
    return np.frombuffer(array.tobytes(), array.dtype).reshape(array.shape)


def _kept(values: Any) -> Any:
    """A copy of numbers that the simulator may write into again, also of a tensor; anything else as it is."""
    if isinstance(values, np.ndarray) or hasattr(values, "cpu"):
        return np.array(_array(values))
    return deepcopy(values) if isinstance(values, list) else values
