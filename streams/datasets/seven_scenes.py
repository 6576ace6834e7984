"""7-Scenes folders: `frame-000000.color.png`, `.depth.png` in millimetres and `.pose.txt`, camera to world."""

import re
from functools import partial
from pathlib import Path

from mmmem.clock import NS_PER_S
from mmmem.types import Intrinsics
from mmmem.wording import counted
from streams.datasets.pictures import as_large_as, colours, integers, lens_of, matrix, metres, numbers
from streams.datasets.recorded import Recorded, Sensed, Shot

FORMAT = "7-Scenes folder"

_COLOUR = re.compile(r"^frame-(\d+)\.color\.(?:png|jpg|jpeg)$", re.IGNORECASE)
_PERIOD_NS = round(NS_PER_S / 30)
_INTRINSICS_FILES = ("camera-intrinsics.txt", "camera_intrinsics.txt", "intrinsics.txt")
_KINECT = Intrinsics(585.0, 585.0, 320.0, 240.0)
"""What the makers of the data set give for its 640x480 depth camera."""
_PER_METRE = 1000.0


def fits(folder: Path) -> bool:
    """Whether a folder holds colour frames with depth or poses named so."""
    if not folder.is_dir():
        return False
    first = next((path for path in folder.iterdir() if _COLOUR.match(path.name)), None)
    return first is not None and any(_beside(first, ending).is_file() for ending in ("depth.png", "pose.txt"))


def read(folder: Path) -> Recorded:
    """The frames of one sequence; the recording kept no times, so they count 1/30 s for each number."""
    found = sorted((int(match[1]), path) for path in folder.iterdir() if (match := _COLOUR.match(path.name)))
    lens, notes = _lens(folder)
    notes.append("7-Scenes keeps no times: 30 frames a second are counted")
    shots, unread = [], 0
    for number, path in found:
        pose_file = _beside(path, "pose.txt")
        pose = matrix(pose_file) if pose_file.is_file() else None
        unread += pose is None and pose_file.is_file()
        shots.append(Shot(number * _PERIOD_NS, partial(_sense, path, lens), pose))
    if unread:
        notes.append(f"{counted(unread, 'pose file')} without 16 numbers: those frames come without pose")
    return Recorded(folder.name, FORMAT, shots, _PERIOD_NS, notes=notes, has_times=False)


def _beside(colour: Path, ending: str) -> Path:
    return colour.with_name(f"{colour.name.split('.')[0]}.{ending}")


def _lens(folder: Path) -> tuple[Intrinsics, list[str]]:
    """Intrinsics from a file in the folder or above it; the data set's own else."""
    for path in (place / name for place in (folder, folder.parent) for name in _INTRINSICS_FILES):
        lens = lens_of(numbers(path)) if path.is_file() else None
        if lens is not None:
            return lens, []
    return _KINECT, ["no intrinsics beside the frames: f 585, c 320 240 of the data set are taken"]


def _sense(colour: Path, lens: Intrinsics) -> Sensed:
    image, notes = colours(colour), tuple[str, ...]()
    depth_file = _beside(colour, "depth.png")
    if not depth_file.is_file():
        return Sensed(image, intrinsics=lens, notes=("some frames have no depth picture",))
    depth, notes = metres(integers(depth_file), _PER_METRE)
    fitted = as_large_as(image, depth.shape[:2])
    if fitted is None:
        return Sensed(image, notes=("depth has another shape than colour and is left out",))
    return Sensed(fitted, depth, lens, notes=notes)
