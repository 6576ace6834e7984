"""A recording for the rerun viewer (rerun.io): boxes of everything over time, trails, rooms, places, pictures if given."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from mmmem.lazy import require
from mmmem.types import Frame
from scenegraph.called import CameraPath
from scenegraph.export.snapshot import Snapshot, Thing
from scenegraph.geometry import Array

TIMELINE = "time"

_FIRST_PLAUSIBLE_WALL_NS = 10**17
_COLOURS = {"furniture": (150, 120, 90), "person": (230, 160, 60), "robot": (60, 200, 120)}
_OBJECT = (70, 130, 230)
_MISSING = (220, 60, 60)


def write_rerun(taken: Snapshot, path: Path, *, frames: Iterable[Frame] = (), way: CameraPath | None = None) -> None:
    """Write a recording (.rrd).

    Args:
        taken: everything that had been seen by its instant.
        frames: pictures with depth, pose and intrinsics, as far as they have them, to be shown along.
        way: where the camera was, for those whose pictures are not at hand.

    Raises:
        MissingExtraError: rerun-sdk is not installed.
    """
    rerun = require("rerun", extra="rerun", purpose="Writing a recording for the rerun viewer")
    recording = rerun.RecordingStream("mmmem", send_properties=False)
    recording.save(str(path))
    try:
        recording.log("world", rerun.ViewCoordinates.RIGHT_HAND_Z_UP, static=True)
        _log_rooms(rerun, recording, taken)
        _log_places(rerun, recording, taken)
        for thing in taken.things:
            _log_thing(rerun, recording, thing)
        _log_frames(rerun, recording, frames)
        if way is not None:
            _log_way(rerun, recording, way, taken.at_ns)
    finally:
        recording.flush()
        recording.disconnect()


def _set_time(recording: Any, t_ns: int) -> None:
    """Dates where times count from 1970, durations else."""
    if t_ns >= _FIRST_PLAUSIBLE_WALL_NS:
        recording.set_time(TIMELINE, timestamp=np.datetime64(t_ns, "ns"))
    else:
        recording.set_time(TIMELINE, duration=np.timedelta64(t_ns, "ns"))


def _log_rooms(rerun: Any, recording: Any, taken: Snapshot) -> None:
    rooms = list(taken.rooms.values())
    if rooms:
        middles = [[float(room.middle[0]), float(room.middle[1]), 0.0] for room in rooms]
        recording.log("world/rooms", rerun.Points3D(middles, labels=[room.name for room in rooms], radii=0.1), static=True)


def _log_places(rerun: Any, recording: Any, taken: Snapshot) -> None:
    """Places of the floor with the ways between them, and where each camera was last."""
    members = taken.hierarchy.members
    for layer, radius in (("place", 0.05), ("robot", 0.12)):
        placed = [one for one in taken.hierarchy.of(layer) if one.at is not None]
        if placed:
            points = rerun.Points3D([one.at for one in placed], labels=[f"{one.id} {one.name}" for one in placed], radii=radius)
            recording.log(f"world/{layer}s", points, static=True)
    ends = [(members[one].at, members[other].at) for one, other, kind in taken.hierarchy.ways if kind == "beside"]
    lines = [[one, other] for one, other in ends if one is not None and other is not None]
    if lines:
        recording.log("world/places/beside", rerun.LineStrips3D(lines, radii=0.01), static=True)


def _log_thing(rerun: Any, recording: Any, thing: Thing) -> None:
    """Its box from the beginning of each stay, red from when it was found missing, and the trail of its places."""
    entity, colour = f"world/{thing.node.layer}/{thing.node.id}", _COLOURS.get(thing.node.layer, _OBJECT)
    trail: list[list[float]] = []
    for stay in thing.stays:
        _set_time(recording, stay.start_ns)
        if stay.at is None:
            recording.log(f"{entity}/told", rerun.TextLog(f"{thing.node.label}: {stay.place}"))
            continue
        box = np.stack([stay.at - 0.05, stay.at + 0.05]) if stay.box is None else stay.box
        recording.log(entity, _boxes(rerun, box, thing.node.label, colour))
        trail.append([float(value) for value in stay.at])
        if len(trail) > 1:
            recording.log(f"{entity}/trail", rerun.LineStrips3D([trail], colors=[colour]))
        if stay.missing_ns is not None and stay.missing_ns <= thing.where.at_ns:
            _set_time(recording, stay.missing_ns)
            recording.log(entity, _boxes(rerun, box, f"{thing.node.label}: gone", _MISSING))


def _boxes(rerun: Any, box: Array, label: str, colour: tuple[int, int, int]) -> Any:
    return rerun.Boxes3D(centers=[box.mean(axis=0)], half_sizes=[(box[1] - box[0]) / 2], labels=[label], colors=[colour])


def _log_way(rerun: Any, recording: Any, way: CameraPath, until_ns: int) -> None:
    kept = way.t_ns <= until_ns
    for t_ns, at in zip(way.t_ns[kept].tolist(), way.at[kept], strict=True):
        _set_time(recording, t_ns)
        recording.log("world/camera_at", rerun.Points3D([at], radii=0.08))
    if kept.sum() > 1:
        recording.log("world/camera_way", rerun.LineStrips3D([way.at[kept]]), static=True)


def _log_frames(rerun: Any, recording: Any, frames: Iterable[Frame]) -> None:
    trails: dict[str, list[list[float]]] = {}
    for frame in frames:
        _set_time(recording, frame.t_ns)
        camera = f"world/camera/{rerun.escape_entity_path_part(frame.stream_id)}"
        pose, lens = frame.pose_world_camera, frame.intrinsics
        if pose is not None:
            recording.log(camera, rerun.Transform3D(translation=pose[:3, 3], mat3x3=pose[:3, :3]))
            trail = trails.setdefault(frame.stream_id, [])
            trail.append(pose[:3, 3].tolist())
            if len(trail) > 1:
                recording.log(f"{camera}_way", rerun.LineStrips3D([trail]))
        if lens is not None:
            height, width = frame.image.shape[:2]
            matrix = [[lens.fx, 0.0, lens.cx], [0.0, lens.fy, lens.cy], [0.0, 0.0, 1.0]]
            recording.log(camera, rerun.Pinhole(image_from_camera=matrix, width=width, height=height))
        recording.log(f"{camera}/image", rerun.EncodedImage(contents=_jpeg(frame), media_type="image/jpeg"))
        if frame.depth_m is not None:
            recording.log(f"{camera}/depth", rerun.DepthImage(frame.depth_m, meter=1.0))


def _jpeg(frame: Frame) -> bytes:
    from PIL import Image

    file = BytesIO()
    Image.fromarray(frame.image).save(file, "JPEG", quality=85)
    return file.getvalue()
