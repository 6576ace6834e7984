"""TUM RGB-D folders: `rgb.txt`, `depth.txt` and `groundtruth.txt` with times in seconds, brought together by time.

Depth is 5000 to the metre; a pose is `tx ty tz qx qy qz qw` of the colour camera in the world (cvg.cit.tum.de).
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path

import numpy as np

from mmmem.clock import NS_PER_S
from mmmem.errors import SourceError
from mmmem.types import Intrinsics
from mmmem.wording import counted
from streams.datasets.conventions import rising
from streams.datasets.pictures import as_large_as, colours, integers, lens_of, metres, numbers
from streams.datasets.poses import Trajectory, nearest
from streams.datasets.recorded import Recorded, Sensed, Shot

FORMAT = "TUM RGB-D folder"

_PER_METRE = 5000.0
_WITHIN_NS = 20_000_000
"""The data set's own tools bring colour and depth together that lie at most 20 ms apart."""
_MAX_POSE_GAP_NS = 100_000_000
_CAMERAS: Mapping[str, Intrinsics] = {
    "freiburg1": Intrinsics(517.3, 516.5, 318.6, 255.3),
    "freiburg2": Intrinsics(520.9, 521.0, 325.1, 249.7),
    "freiburg3": Intrinsics(535.4, 539.2, 320.1, 247.6),
}
_DEFAULT = Intrinsics(525.0, 525.0, 319.5, 239.5)
_PLAIN_TIME = re.compile(r"^\d+(\.\d+)?$")


def fits(folder: Path) -> bool:
    """Whether a folder lists its pictures in `rgb.txt`, beside depth or poses."""
    return (folder / "rgb.txt").is_file() and any((folder / name).is_file() for name in ("depth.txt", "groundtruth.txt"))


def read(folder: Path) -> Recorded:
    """Every colour picture with the depth nearest in time and the pose at its time.

    Raises:
        SourceError: a list cannot be read.
    """
    notes: list[str] = []
    pictures = _listed(folder / "rgb.txt", notes)
    depths = _listed(folder / "depth.txt", notes) if (folder / "depth.txt").is_file() else []
    truth = folder / "groundtruth.txt"
    trajectory = read_trajectory(truth, notes) if truth.is_file() else None
    if trajectory is None:
        notes.append("no poses in groundtruth.txt: frames come without pose")
    lens = _lens(folder, notes)
    depth_ns, shots, num_alone = [t_ns for t_ns, _ in depths], [], 0
    for t_ns, path in pictures:
        near = nearest(depth_ns, t_ns, _WITHIN_NS)
        num_alone += near is None
        sense = partial(_sense, path, None if near is None else depths[near][1], lens)
        shots.append(Shot(t_ns, sense, None if trajectory is None else trajectory.at(t_ns)))
    if depths and num_alone:
        notes.append(f"{counted(num_alone, 'picture')} without depth within {_WITHIN_NS // 1_000_000} ms")
    shots = rising(shots, notes)
    gaps = np.diff([shot.t_ns for shot in shots])
    return Recorded(folder.name, FORMAT, shots, int(np.median(gaps)) if len(gaps) else NS_PER_S // 30, notes=notes)


def seconds_text_to_ns(text: str) -> int:
    """Nanoseconds of a time written as decimal seconds; exact, unlike by way of a float.

    Raises:
        SourceError: it is not written so.
    """
    try:
        value = Decimal(text)
        if not value.is_finite():
            raise InvalidOperation
    except InvalidOperation as error:
        raise SourceError(f"{text!r} is no time in seconds.") from error
    return int((value * NS_PER_S).to_integral_value())


def _rows(path: Path, num: int, notes: list[str]) -> list[list[str]]:
    """Rows of a list that hold a time and at least `num` values; others are counted."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name} cannot be read: {error}.") from error
    rows = [line.replace(",", " ").split() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    kept = [row for row in rows if len(row) > num and _PLAIN_TIME.match(row[0])]
    if len(kept) < len(rows):
        notes.append(f"{counted(len(rows) - len(kept), 'line')} of {path.name} left out: no time with {num} values")
    return kept


def _listed(path: Path, notes: list[str]) -> list[tuple[int, Path]]:
    listed = [(seconds_text_to_ns(row[0]), path.parent / row[1]) for row in _rows(path, 1, notes)]
    return sorted(listed, key=lambda one: one[0]) if path.name == "depth.txt" else listed


def read_trajectory(path: Path, notes: list[str]) -> Trajectory | None:
    """A TUM trajectory: lines of `time tx ty tz qx qy qz qw`; None where it holds no pose. Lines left out are noted.

    Raises:
        SourceError: the file cannot be read.
    """
    known: dict[int, list[float]] = {}
    num_bad = 0
    for row in _rows(path, 7, notes):
        try:
            known[seconds_text_to_ns(row[0])] = [float(value) for value in row[1:8]]
        except ValueError:
            num_bad += 1
    if num_bad:
        notes.append(f"{counted(num_bad, 'line')} of {path.name} left out: a pose has 7 numbers")
    if not known:
        return None
    times = sorted(known)
    values = np.array([known[t_ns] for t_ns in times], np.float64)
    return Trajectory(times, values[:, :3], values[:, 3:], max_gap_ns=_MAX_POSE_GAP_NS)


def _lens(folder: Path, notes: list[str]) -> Intrinsics:
    calibration = folder / "calibration.txt"
    given = lens_of(numbers(calibration)) if calibration.is_file() else None
    if given is not None:
        return given
    for name, lens in _CAMERAS.items():
        if name in folder.name.lower():
            return lens
    notes.append("neither calibration.txt nor freiburg1-3 in the name: f 525, c 319.5 239.5 of the data set are taken")
    return _DEFAULT


def _sense(picture: Path, depth_file: Path | None, lens: Intrinsics) -> Sensed:
    image = colours(picture)
    if depth_file is None:
        return Sensed(image, intrinsics=lens)
    try:
        depth, notes = metres(integers(depth_file), _PER_METRE)
    except SourceError as error:
        return Sensed(image, intrinsics=lens, notes=(str(error),))
    fitted = as_large_as(image, depth.shape[:2])
    if fitted is None:
        return Sensed(image, notes=("depth has another shape than colour and is left out",))
    return Sensed(fitted, depth, lens, notes=notes)
