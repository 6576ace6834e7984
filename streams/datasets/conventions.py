"""Which convention poses and depths of a recording follow, found by letting its pictures agree; what is wrong is named.

A recording's files seldom say whether poses map the camera to the world or back, which way the camera's axes point, or in
which unit depth is. Depths of neighbouring pictures agree only under the right reading.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from mmmem.errors import SourceError
from mmmem.wording import counted
from streams.datasets.agreement import Look, mean_agreement
from streams.datasets.levelling import level
from streams.datasets.poses import Fault, Matrix, inverse, orthonormal
from streams.datasets.recorded import Sensed, Shot

_FLIP_YZ = np.diag([1.0, -1.0, -1.0, 1.0])
_FLIP_X, _FLIP_Y, _FLIP_Z = (np.diag(signs) for signs in ([-1.0, 1, 1, 1], [1, -1.0, 1, 1], [1, 1, -1.0, 1]))
_OPTICAL_IN_BODY = np.array([[0.0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1]])

_READINGS: Mapping[str, Callable[[Matrix], Matrix]] = {
    "poses map the world to the camera; they were inverted": inverse,
    "camera axes are x right, y up, z backward (OpenGL, Habitat); they were turned": lambda pose: pose @ _FLIP_YZ,
    "poses map the world to a camera with y up and z backward (OpenGL view matrices); they were inverted and turned": (
        lambda pose: inverse(pose) @ _FLIP_YZ
    ),
    "camera axes are x forward, y left, z up (ROS body frame); they were turned": lambda pose: pose @ _OPTICAL_IN_BODY,
    "poses are of a left-handed world (Unity, y up); they were mirrored": lambda pose: _FLIP_Y @ pose @ _FLIP_Y,
}
_MIRRORED: Mapping[str, Callable[[Matrix], Matrix]] = {
    "poses mirror space (determinant -1): the world is left-handed; its y axis was turned round": lambda pose: _FLIP_Y @ pose,
    "poses mirror space (determinant -1): the camera's y axis points up; it was turned round": lambda pose: pose @ _FLIP_Y,
    "poses mirror space (determinant -1): the camera's x axis points left; it was turned round": lambda pose: pose @ _FLIP_X,
    "poses mirror space (determinant -1): the camera's z axis points backward; it was turned round": lambda pose: pose @ _FLIP_Z,
}
_SCALES = {0.2: "5 times too large", 5.0: "5 times too small"}

_NUM_PAIRS, _MIN_PAIRS, _REACH = 8, 3, 60
_WELL_RAD, _WELL_M, _SOMEWHAT_RAD, _SOMEWHAT_M = 0.3, 0.4, 0.08, 0.1
_GAIN, _GOOD = 0.12, 0.75
_FAR_M, _CLOSE_M = 100.0, 0.03
_UP = 0.6
_TILT_DEG, _FLOOR_M = 3.0, 0.15
_TO_Z: Mapping[tuple[int, int], Matrix] = {
    (0, 1): np.array([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]]),
    (0, -1): np.array([[0.0, -1, 0], [0, 0, 1], [-1, 0, 0]]),
    (1, 1): np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]),
    (1, -1): np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]),
    (2, -1): np.array([[1.0, 0, 0], [0, -1, 0], [0, 0, -1]]),
}


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Poses of all shots in mmmem's convention, what depths are multiplied with, and what was found wrong."""

    poses: list[Matrix | None]
    depth_factor: float
    notes: list[str]


def settled(shots: Sequence[Shot]) -> Settled:
    """Find out how a recording is meant; a few of its pictures are read for it."""
    poses, notes = _rigid(shots)
    samples = _Samples(shots, poses)
    factor = _unit(samples, notes)
    if _is_mirrored(poses):
        poses = _unmirrored(samples, poses, factor, notes)
    elif samples.pairs:
        read, factor = _read_right(samples, factor, notes)
        poses = [None if pose is None else read(pose) for pose in poses]
    return Settled(_levelled(samples, _turned_up(poses, notes), factor, notes), factor, notes)


def _rigid(shots: Sequence[Shot]) -> tuple[list[Matrix | None], list[str]]:
    """Poses as rigid transforms; what is none is left out and counted."""
    poses: list[Matrix | None] = []
    faults: dict[Fault, int] = {}
    for shot in shots:
        pose, fault = (None, "") if shot.pose is None else orthonormal(shot.pose)
        poses.append(pose)
        if fault:
            faults[fault] = faults.get(fault, 0) + 1
    words = {"not finite": "NaN or infinite numbers (tracking lost?)", "no rotation": "a scaled or sheared rotation"}
    notes = [f"{counted(num, 'pose')} with {words[fault]}: those frames come without" for fault, num in faults.items()]
    num_without = sum(shot.pose is None for shot in shots)
    if 0 < num_without < len(shots):
        notes.append(f"{counted(num_without, 'frame')} of {len(shots)} without pose")
    return poses, notes


class _Samples:
    """Pairs of shots that lie near each other and yet apart, with their depths."""

    def __init__(self, shots: Sequence[Shot], poses: Sequence[Matrix | None]) -> None:
        self._shots, self._poses = shots, poses
        self._sensed: dict[int, Sensed | None] = {}
        known = [index for index, pose in enumerate(poses) if pose is not None]
        starts = known[:: max(len(known) // _NUM_PAIRS, 1)][:_NUM_PAIRS]
        found = [(index, self._partner(index)) for index in starts]
        self.pairs = [(one, other) for one, other in found if other is not None and self.depth(one) and self.depth(other)]

    def depth(self, index: int) -> Sensed | None:
        """What was measured there; None where there is no depth or it cannot be read."""
        if index not in self._sensed:
            try:
                sensed = self._shots[index].sense()
            except SourceError:
                self._sensed[index] = None
            else:
                self._sensed[index] = None if sensed.depth_m is None or sensed.intrinsics is None else sensed
        return self._sensed[index]

    def some_depths(self) -> list[Sensed]:
        """Up to four depths, also where there are no poses."""
        spread = range(0, len(self._shots), max(len(self._shots) // 4, 1))
        return [sensed for index in list(spread)[:4] if (sensed := self.depth(index)) is not None]

    def looks(self, read: Callable[[Matrix], Matrix], factor: float) -> list[tuple[Look, Look]]:
        """The pairs under a reading of poses and depths."""
        return [(self._look(one, read, factor), self._look(other, read, factor)) for one, other in self.pairs]

    def every(self, poses: Sequence[Matrix | None], factor: float) -> list[Look]:
        """What was sampled, from other poses."""
        known = [(sensed, poses[index]) for index, sensed in self._sensed.items()]
        return [
            Look(sensed.depth_m * np.float32(factor), sensed.intrinsics, pose)
            for sensed, pose in known
            if pose is not None and sensed is not None and sensed.depth_m is not None and sensed.intrinsics is not None
        ]

    def _look(self, index: int, read: Callable[[Matrix], Matrix], factor: float) -> Look:
        sensed, pose = self.depth(index), self._poses[index]
        assert sensed is not None
        assert sensed.depth_m is not None
        assert sensed.intrinsics is not None
        assert pose is not None
        return Look(sensed.depth_m * np.float32(factor), sensed.intrinsics, read(pose))

    def _partner(self, index: int) -> int | None:
        """The first shot after it that was taken from well elsewhere, or else the last from somewhat elsewhere."""
        base, last = self._poses[index], None
        assert base is not None
        for other in range(index + 1, min(index + _REACH, len(self._poses))):
            pose = self._poses[other]
            if pose is None:
                continue
            turn_rad = float(np.arccos(np.clip((np.trace(base[:3, :3].T @ pose[:3, :3]) - 1) / 2, -1, 1)))
            moved_m = float(np.linalg.norm(pose[:3, 3] - base[:3, 3]))
            if turn_rad > _WELL_RAD or moved_m > _WELL_M:
                return other
            last = other if turn_rad > _SOMEWHAT_RAD or moved_m > _SOMEWHAT_M else last
        return last


def _unit(samples: _Samples, notes: list[str]) -> float:
    """What depths are multiplied with to be metres, as far as their size tells."""
    known = [sensed.depth_m[sensed.depth_m > 0] for sensed in samples.some_depths() if sensed.depth_m is not None]
    values = np.concatenate(known) if known else np.zeros(0, np.float32)
    if not len(values):
        return 1.0
    middle = float(np.median(values))
    if middle > _FAR_M:
        notes.append(f"depth is in the median {middle:.0f} m: millimetres were given as metres; it was divided by 1000")
        return 0.001
    if middle < _CLOSE_M:
        notes.append(f"depth is in the median {middle:.4f} m: metres were given as millimetres; it was multiplied by 1000")
        return 1000.0
    return 1.0


def _read_right(samples: _Samples, factor: float, notes: list[str]) -> tuple[Callable[[Matrix], Matrix], float]:
    """The reading of poses and depths under which neighbouring pictures agree, where that is beyond doubt."""
    given, _ = mean_agreement(samples.looks(_as_given, factor))
    tried = [(name, read, factor) for name, read in _READINGS.items()]
    tried += [(f"depth is {word}; it was scaled by {by}", _as_given, factor * by) for by, word in _SCALES.items()]
    shares = [mean_agreement(samples.looks(read, by)) for _, read, by in tried]
    best = max(range(len(tried)), key=lambda place: shares[place][0])
    share, num = shares[best]
    if num < _MIN_PAIRS or share < max(_GOOD, given + _GAIN):
        return _as_given, factor
    name, read, by = tried[best]
    notes.append(f"{name} (neighbouring pictures agree by {share:.0%}, as given by {given:.0%})")
    return read, by


def _is_mirrored(poses: Sequence[Matrix | None]) -> bool:
    signs = [np.linalg.det(pose[:3, :3]) for pose in poses if pose is not None]
    return bool(signs) and float(np.mean(signs)) < 0


def _unmirrored(samples: _Samples, poses: list[Matrix | None], factor: float, notes: list[str]) -> list[Matrix | None]:
    """Poses that do not mirror space, where pictures tell what is mirrored; none else."""
    shares = {name: mean_agreement(samples.looks(read, factor)) for name, read in _MIRRORED.items()}
    name = max(shares, key=lambda one: shares[one][0])
    share, num = shares[name]
    if num < _MIN_PAIRS or share < _GOOD:
        notes.append("poses mirror space (determinant -1), and nothing tells which axis; all frames come without pose")
        return [None] * len(poses)
    notes.append(f"{name} (neighbouring pictures agree by {share:.0%})")
    return [None if pose is None else _MIRRORED[name](pose) for pose in poses]


def _turned_up(poses: list[Matrix | None], notes: list[str]) -> list[Matrix | None]:
    """Poses in a world whose z axis points up, as far as cameras that are held upright tell where up is."""
    kept = [None if pose is None or np.linalg.det(pose[:3, :3]) < 0 else pose for pose in poses]
    known = [pose for pose in kept if pose is not None]
    if not known:
        return kept
    up = -np.mean([pose[:3, 1] for pose in known], axis=0)
    axis = int(np.abs(up).argmax())
    turn = _TO_Z.get((axis, 1 if up[axis] > 0 else -1))
    if turn is None or abs(up[axis]) < _UP:
        return kept
    notes.append(f"the world's {'-' if up[axis] < 0 else ''}{'xyz'[axis]} axis points up; it was turned to z")
    by = np.eye(4)
    by[:3, :3] = turn
    return [None if pose is None else by @ pose for pose in kept]


def _levelled(samples: _Samples, poses: list[Matrix | None], factor: float, notes: list[str]) -> list[Matrix | None]:
    """Poses in a world whose level surfaces are level and whose floor lies at 0, as far as depth shows any."""
    by = level(samples.every(poses, factor)) if samples.pairs else None
    if by is None:
        return poses
    tilt_deg, floor_m = float(np.degrees(np.arccos(np.clip(by[2, 2], -1.0, 1.0)))), -float(by[2, 3])
    if tilt_deg < _TILT_DEG and abs(floor_m) < _FLOOR_M:
        return poses
    notes.append(f"the world was tilted by {tilt_deg:.0f} degrees and its floor lay at {floor_m:.2f} m; it was levelled")
    return [None if pose is None else by @ pose for pose in poses]


def _as_given(pose: Matrix) -> Matrix:
    return pose


def corrected(sensed: Sensed, factor: float) -> Sensed:
    """What was measured, with depth in metres."""
    return sensed if factor == 1.0 or sensed.depth_m is None else replace(sensed, depth_m=sensed.depth_m * np.float32(factor))


def rising(shots: list[Shot], notes: list[str]) -> list[Shot]:
    """Shots in order of time, each time once; what had to be changed is noted."""
    ordered = sorted(shots, key=lambda shot: shot.t_ns)
    if any(one is not other for one, other in zip(ordered, shots, strict=True)):
        notes.append("times run backward in places; frames were put in order of time")
    kept = ordered[:1] + [shot for before, shot in pairwise(ordered) if shot.t_ns > before.t_ns]
    if len(kept) < len(ordered):
        notes.append(f"{counted(len(ordered) - len(kept), 'frame')} with the time of another left out")
    return kept
