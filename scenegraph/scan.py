"""One keyframe's view of the room, in the camera's own place: how far one could see and walk in each direction.

Ranges are kept relative to the pose they were taken from, so that a corrected pose corrects the map. A row holds two bytes for
each direction: distances in steps of `STEP_M`, with the highest bit set where something was hit.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import atan2, cos, hypot, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import Span
from mmmem.types import Assertion
from scenegraph.geometry import Array, View

STEP_M = 0.04
MAX_M = 5.0
SLICE_M = 0.2
"""Rooms are told apart by what stands within so much of the camera's height: walls and what is as tall, not tables."""
_STRIDE_PX = 4
_NUM_BINS = 40
_FLOOR_M = 0.08
_LOW_M, _HIGH_M = 0.12, 1.4
_SHARE = 0.1
_MIN_PIXELS = 2
_LOOKING_DOWN = 0.25
_HIT = 128


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """Metres that are free in each direction, and whether something stands there; NaN where nothing was measured."""

    free_m: Array
    hit: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """What one picture showed of free space.

    Args:
        at: (3,) where the camera was, metres; `yaw_rad` where it looked to.
        first_rad, step_rad: direction of the first bin relative to `yaw_rad`, and from one to the next.
        sight: at the camera's height; `walk`: over the floor.
        shift: (4, 4) by which the pose it came with had been put right when this was taken.
    """

    stream_id: str
    t_ns: int
    at: Array
    yaw_rad: float
    first_rad: float
    step_rad: float
    sight: Ranges
    walk: Ranges
    shift: Array | None = None

    def moved(self, motion: Array) -> "Scan":
        """As it is where (4, 4) world coordinates have moved."""
        turn = atan2(motion[1, 0] - motion[0, 1], motion[0, 0] + motion[1, 1])
        return replace(self, at=motion[:3, :3] @ self.at + motion[:3, 3], yaw_rad=self.yaw_rad + turn)

    @property
    def directions_rad(self) -> Array:
        """(n,) yaw of each bin in the world."""
        turns: Array = self.yaw_rad + self.first_rad + self.step_rad * np.arange(len(self.sight.free_m), dtype=np.float64)
        return turns


def scan_of(
    stream_id: str, t_ns: int, view: View, hidden: NDArray[np.bool_] | None = None, shift: Array | None = None
) -> Scan | None:
    """The scan of a posed depth picture; None if it looks up or down so steeply that it has no heading.

    `hidden` (H, W) are pixels to leave out: people, who are no walls.
    """
    forward = view.pose_world_camera[:3, 2]
    if hypot(forward[0], forward[1]) < _LOOKING_DOWN:
        return None
    yaw = atan2(forward[1], forward[0])
    height, width = view.depth_m.shape
    v, u = (axis.ravel() for axis in np.mgrid[_STRIDE_PX // 2 : height : _STRIDE_PX, _STRIDE_PX // 2 : width : _STRIDE_PX])
    known = view.steady[v, u] & (view.depth_m[v, u] > 0)
    if hidden is not None:
        known &= ~hidden[v, u]
    points = view.points(u[known], v[known]) - view.origin
    half = float(np.arctan(0.5 * width / view.intrinsics.fx))
    step = 2 * half / _NUM_BINS
    turn = np.arctan2(points[:, 1], points[:, 0]) - yaw
    bin_of = np.floor(((turn + np.pi) % (2 * np.pi) - np.pi + half) / step).astype(np.int64)
    away = np.hypot(points[:, 0], points[:, 1])
    inside = (bin_of >= 0) & (bin_of < _NUM_BINS)
    bin_of, away, z = bin_of[inside], away[inside], points[inside, 2]
    sight = _ranges(bin_of, away, np.abs(z) < SLICE_M, np.zeros(len(z), np.bool_))
    over_floor = z + float(view.origin[2])
    walk = _ranges(bin_of, away, (over_floor > _LOW_M) & (over_floor < _HIGH_M), np.abs(over_floor) < _FLOOR_M)
    return Scan(stream_id, t_ns, view.origin.copy(), yaw, -half + step / 2, step, sight, walk, shift)


def _ranges(bin_of: NDArray[np.int64], away: Array, stops: NDArray[np.bool_], floor: NDArray[np.bool_]) -> Ranges:
    """Free up to the first thing that stops a ray; where none does, up to the farthest floor that shows."""
    free, hit = np.full(_NUM_BINS, np.nan), np.zeros(_NUM_BINS, np.bool_)
    for place in range(_NUM_BINS):
        here = bin_of == place
        stopped, seen = np.sort(away[here & stops]), away[here & floor]
        if len(stopped) >= _MIN_PIXELS:
            # A few pixels nearer than the rest are noise, or lie on an edge.
            free[place] = stopped[round(_SHARE * (len(stopped) - 1))]
            hit[place] = True
        elif len(seen) >= _MIN_PIXELS:
            free[place] = float(seen.max())
    hit &= ~(free > MAX_M)
    return Ranges(np.minimum(free, MAX_M), hit)


def scan_row(scan: Scan, floor_id: str, source: str) -> Assertion:
    """A scan as a row of the log."""
    value: dict[str, Any] = {
        "at": [round(float(one), 3) for one in scan.at],
        "yaw": round(scan.yaw_rad, 4),
        "first": round(scan.first_rad, 4),
        "step": round(scan.step_rad, 5),
        "sight": _packed(scan.sight),
        "walk": _packed(scan.walk),
        "stream": scan.stream_id,
    }
    if scan.shift is not None:
        turn = atan2(scan.shift[1, 0], scan.shift[0, 0])
        value["shift"] = [*(round(float(one), 4) for one in scan.shift[:3, 3]), round(turn, 5)]
    return Assertion("scan", floor_id, Span(scan.t_ns, scan.t_ns + 1), "", value, source=source)


def scan_from(said: Assertion) -> Scan:
    """The scan in a row."""
    value: Mapping[str, Any] = said.value
    sight, walk = _unpacked(value["sight"]), _unpacked(value["walk"])
    shift = _motion(value["shift"]) if "shift" in value else None
    return Scan(
        str(value["stream"]), said.span.start_ns, np.asarray(value["at"], np.float64), float(value["yaw"]),
        float(value["first"]), float(value["step"]), sight, walk, shift,
    )  # fmt: skip


def _motion(numbers: Sequence[float]) -> Array:
    """(4, 4) of a shift along x, y, z and a turn about z."""
    x, y, z, turn = numbers
    return np.array([[cos(turn), -sin(turn), 0, x], [sin(turn), cos(turn), 0, y], [0, 0, 1, z], [0, 0, 0, 1]], np.float64)


def _packed(ranges: Ranges) -> str:
    steps = np.where(np.isnan(ranges.free_m), 0, np.clip(np.rint(ranges.free_m / STEP_M), 1, _HIT - 1)).astype(np.uint8)
    return b64encode((steps | np.where(ranges.hit, _HIT, 0).astype(np.uint8)).tobytes()).decode()


def _unpacked(text: str) -> Ranges:
    steps = np.frombuffer(b64decode(text), np.uint8)
    free = (steps & (_HIT - 1)).astype(np.float64) * STEP_M
    return Ranges(np.where(steps == 0, np.nan, free), (steps & _HIT) > 0)
