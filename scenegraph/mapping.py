"""Makes a map while looking: writes scans of keyframes into the log, and rooms when what is known of them has changed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmmem.types import Assertion, Detections
from scenegraph.floor_places import floor_places, gone
from scenegraph.free_space import Ground
from scenegraph.geometry import Array, View
from scenegraph.kinds import layer_of
from scenegraph.rooms import RoomShape, numbered, segmented
from scenegraph.scan import scan_of, scan_row
from scenegraph.world import World

FLOOR_ID = "L1"
_MOVED_M, _TURNED_RAD = 0.35, 0.3
"""From where or whither a camera sees enough that the last scan did not tell."""
_AGAIN_NS = 60_000_000_000
"""A camera that stands still tells so often that what it sees is free still."""
_ROOMS_EVERY_NS, _MIN_NEW_SCANS = 60_000_000_000, 8
"""Rooms are worked out from all scans: not more often than this, nor for fewer new ones."""
_CHANGED = 0.03
"""Share of a room's cells that change before it is written anew: its rim wavers with every scan."""


@dataclass(slots=True)
class _Keyframe:
    t_ns: int
    at: Array
    yaw_rad: float


class Mapper:
    """Scans and rooms of one world.

    Args:
        write: puts an assertion into the log and the world.
        ground: the ground as the world's scans tell it now.
        source: "perception" or "simulator".
    """

    def __init__(self, world: World, write: Callable[[Assertion], None], ground: Callable[[], Ground], source: str) -> None:
        self._world, self._write, self._ground, self._source = world, write, ground, source
        self._last: dict[str, _Keyframe] = {}
        self._rooms_ns = max((room.t_ns for room in world.rooms.values()), default=-(2**62))
        self._num_scans = world.num_scans_in_rooms

    def look(self, stream_id: str, t_ns: int, view: View, hidden: NDArray[np.bool_] | None, shift: Array | None) -> None:
        """Take in a posed depth picture; what shows nothing new is no keyframe.

        Args:
            hidden: (H, W) pixels of people.
            shift: (4, 4) by which the view's pose was put right before; None if it was not.
        """
        if not self._is_keyframe(stream_id, t_ns, view):
            return
        scan = scan_of(stream_id, t_ns, view, hidden, shift)
        if scan is None:
            return
        self._last[stream_id] = _Keyframe(t_ns, scan.at, scan.yaw_rad)
        self._write(scan_row(scan, FLOOR_ID, self._source))
        if t_ns - self._rooms_ns >= _ROOMS_EVERY_NS:
            self.tell_rooms(t_ns)

    def tell_rooms(self, t_ns: int, *, anyhow: bool = False) -> None:
        """Write the rooms that have changed since they were last written, if much was seen since; `anyhow`: even if not."""
        if len(self._world.scans) - self._num_scans < _MIN_NEW_SCANS and not anyhow:
            return
        self._rooms_ns, self._num_scans = t_ns, len(self._world.scans)
        ground = self._ground()
        for shape in numbered(segmented(ground), ground, self._world.rooms, t_ns):
            if _differs(shape, self._world.rooms.get(shape.id)):
                self._write(shape.row(self._source))
        self._tell_places(ground, t_ns)

    def _tell_places(self, ground: Ground, t_ns: int) -> None:
        """Write the places of the floor that have changed."""
        known = dict(self._world.places)
        first_number = int(self._world.new_id("place")[1:])
        places = floor_places(ground, self._world.rooms, known, first_number, t_ns)
        for place in places:
            if place.differs(known.get(place.id)):
                self._write(place.row(t_ns, self._source))
        for id in sorted(known.keys() - {place.id for place in places}):
            self._write(gone(id, t_ns, self._source))

    def _is_keyframe(self, stream_id: str, t_ns: int, view: View) -> bool:
        last = self._last.get(stream_id)
        if last is None:
            return True
        forward = view.pose_world_camera[:3, 2]
        turned = abs((float(np.arctan2(forward[1], forward[0])) - last.yaw_rad + np.pi) % (2 * np.pi) - np.pi)
        moved_m = float(np.linalg.norm(view.origin - last.at))
        return moved_m > _MOVED_M or turned > _TURNED_RAD or t_ns - last.t_ns > _AGAIN_NS


def people_in(found: Detections, shape: tuple[int, int]) -> NDArray[np.bool_] | None:
    """(H, W) pixels of people, who are no walls: of their masks, else of their boxes; None if there are none."""
    rows = [row for row, kind in enumerate(found.label) if layer_of(kind) == "person"]
    if not rows:
        return None
    if found.mask is not None:
        return np.asarray(found.mask[rows].any(axis=0))
    hidden = np.zeros(shape, np.bool_)
    for x0, y0, x1, y1 in np.clip(found.xyxy[rows], 0, None).astype(np.int64).tolist():
        hidden[y0:y1, x0:x1] = True
    return hidden


def _differs(shape: RoomShape, known: RoomShape | None) -> bool:
    if known is None:
        return True
    cells, before = _cells(shape), _cells(known)
    beyond = [id for _, id in shape.doors] != [id for _, id in known.doors]
    return beyond or len(cells ^ before) > _CHANGED * max(len(before), 1)


def _cells(shape: RoomShape) -> set[tuple[int, int]]:
    return {(i, j) for i, j in (np.argwhere(shape.cells) + shape.origin).tolist()}
