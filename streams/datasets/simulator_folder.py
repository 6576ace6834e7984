"""Folders of a simulator or of an exported scan: one folder for colours, and one each for depths, poses and instance masks.

| folder | files |
| --- | --- |
| `color`, `rgb`, `images` | pictures |
| `depth` | 16-bit PNG in millimetres (or `depth_scale` of `intrinsics.json`), or `.npy`, `.npz` in metres |
| `instances`, `instance`, `masks` | PNG of ids (RGB: r + 256 g + 65536 b), `.npy` or `.npz`; `labels.json` names them |
| `poses`, `pose` | one `.txt` of 16 numbers each; or one file `poses.txt`, `traj.txt` or `poses.npy` with 16 numbers a row |
| `times.txt` | a time in seconds for each picture |
| `intrinsics.json`, `intrinsics.txt`, `intrinsic/intrinsic_depth.txt` | fx, fy, cx, cy or a camera matrix |

The files of one instant have the same stem; else they are matched in order of their names.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mmmem.clock import NS_PER_S
from mmmem.errors import SourceError
from mmmem.types import Intrinsics
from mmmem.wording import counted
from streams.datasets.conventions import rising
from streams.datasets.pictures import as_large_as, colours, integers, lens_of, matrix, metres, numbers
from streams.datasets.recorded import Matrix, Recorded, Sensed, Shot
from streams.datasets.tum import seconds_text_to_ns
from streams.places import IMAGE_SUFFIXES, natural_key

FORMAT = "folders of colours, depths, poses and masks"

_COLOUR, _DEPTH = ("color", "colour", "rgb", "images"), ("depth", "depths")
_INSTANCES, _POSES = ("instances", "instance", "masks"), ("poses", "pose")
_POSE_FILES = ("poses.npy", "poses.txt", "traj.txt")
_ARRAYS = (".npy", ".npz")
_PERIOD_NS = round(NS_PER_S / 30)
_LENS_FILES = ("intrinsics.txt", "intrinsic/intrinsic_depth.txt", "intrinsic/intrinsic_color.txt", "intrinsic_depth.txt")


@dataclass(frozen=True, slots=True)
class _Files:
    picture: Path
    depth: Path | None
    instances: Path | None


def fits(folder: Path) -> bool:
    """Whether a folder holds a folder of colours beside one of depths, poses or masks."""
    if not folder.is_dir() or _inner(folder, _COLOUR) is None:
        return False
    has_more = any(_inner(folder, names) is not None for names in (_DEPTH, _INSTANCES, _POSES))
    return has_more or any((folder / name).is_file() for name in _POSE_FILES)


def read(folder: Path) -> Recorded:
    """Every picture with what belongs to it.

    Raises:
        SourceError: a file that describes the whole folder cannot be read.
    """
    notes: list[str] = []
    pictures = _files(folder, _COLOUR, IMAGE_SUFFIXES)
    depths = _matched(pictures, _files(folder, _DEPTH, (*IMAGE_SUFFIXES, *_ARRAYS)), "depth", notes)
    masks = _matched(pictures, _files(folder, _INSTANCES, (*IMAGE_SUFFIXES, *_ARRAYS)), "instance mask", notes)
    poses, times = _poses(folder, pictures, notes), _times(folder, len(pictures), notes)
    described = _described(folder)
    lens, labels = _lens(folder, described), _labels(folder)
    per_metre = float(described.get("depth_scale", described.get("scale", 1000.0)))
    shots = [
        Shot(t_ns, partial(_sense, _Files(picture, depth, mask), lens, per_metre, labels), pose)
        for t_ns, picture, depth, mask, pose in zip(times, pictures, depths, masks, poses, strict=True)
    ]
    has_times = (folder / "times.txt").is_file()
    return Recorded(folder.name, FORMAT, rising(shots, notes), _PERIOD_NS, notes=notes, has_times=has_times)


def _inner(folder: Path, names: Sequence[str]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_dir()), None)


def _files(folder: Path, names: Sequence[str], suffixes: Sequence[str]) -> list[Path]:
    inner = _inner(folder, names)
    if inner is None:
        return []
    return sorted((path for path in inner.iterdir() if path.suffix.lower() in suffixes), key=natural_key)


def _matched(pictures: Sequence[Path], others: Sequence[Path], what: str, notes: list[str]) -> list[Path | None]:
    """For each picture the file of the same stem, or else the one at its place."""
    by_stem = {path.stem: path for path in others}
    if any(picture.stem in by_stem for picture in pictures):
        found: list[Path | None] = [by_stem.get(picture.stem) for picture in pictures]
    else:
        found = [*others[: len(pictures)], *[None] * (len(pictures) - len(others))]
    missing = found.count(None)
    if others and missing:
        notes.append(f"{counted(missing, 'picture')} without {what}")
    return found


def _poses(folder: Path, pictures: Sequence[Path], notes: list[str]) -> list[Matrix | None]:
    single = next((folder / name for name in _POSE_FILES if (folder / name).is_file()), None)
    if single is None:
        files = _matched(pictures, _files(folder, _POSES, (".txt",)), "pose", notes)
        return [None if path is None else matrix(path) for path in files]
    rows = _array(single) if single.suffix == ".npy" else numbers(single)
    if rows.size % 16:
        raise SourceError(f"{single.name} holds {rows.size} numbers, expected 16 for each pose.")
    poses: list[Matrix | None] = list(rows.reshape(-1, 4, 4).astype(np.float64))
    if len(poses) != len(pictures):
        notes.append(f"{single.name} holds {counted(len(poses), 'pose')} for {counted(len(pictures), 'picture')}")
    return [*poses[: len(pictures)], *[None] * (len(pictures) - len(poses))]


def _times(folder: Path, num: int, notes: list[str]) -> list[int]:
    path = folder / "times.txt"
    if not path.is_file():
        notes.append("no times.txt: 30 frames a second are counted")
        return [number * _PERIOD_NS for number in range(num)]
    try:
        words = [line.split()[-1] for line in path.read_text("utf-8").splitlines() if line.strip()[:1] not in ("", "#")]
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name} cannot be read: {error}.") from error
    if len(words) != num:
        raise SourceError(f"{path.name} holds {len(words)} times for {counted(num, 'picture')}; give one for each.")
    return [seconds_text_to_ns(word) for word in words]


def _described(folder: Path) -> Mapping[str, Any]:
    for path in (folder / "intrinsics.json", folder / "camera.json", folder / "cam_params.json"):
        if path.is_file():
            held = _json(path)
            return held.get("camera", held) if isinstance(held, dict) else {}
    return {}


def _lens(folder: Path, described: Mapping[str, Any]) -> Intrinsics | None:
    if all(name in described for name in ("fx", "fy", "cx", "cy")):
        return lens_of([float(described[name]) for name in ("fx", "fy", "cx", "cy")])
    found = next((folder / name for name in _LENS_FILES if (folder / name).is_file()), None)
    return None if found is None else lens_of(numbers(found))


def _labels(folder: Path) -> dict[int, str]:
    path = folder / "labels.json"
    held = _json(path) if path.is_file() else {}
    try:
        return {int(number): str(name) for number, name in dict(held).items()}
    except (TypeError, ValueError) as error:
        raise SourceError(f'{path.name} must map ids to names, as in {{"3": "mug"}}: {error}.') from error


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SourceError(f"{path.name} cannot be read as JSON: {error}.") from error


def _array(path: Path) -> "np.ndarray[tuple[int, ...], np.dtype[Any]]":
    try:
        held = np.load(path, allow_pickle=False)
        return np.asarray(held[held.files[0]] if hasattr(held, "files") else held)
    except (OSError, ValueError, EOFError, IndexError) as error:
        raise SourceError(f"{path.name} cannot be read as an array: {error}.") from error


def _sense(files: _Files, lens: Intrinsics | None, per_metre: float, labels: Mapping[int, str]) -> Sensed:
    image, notes = colours(files.picture), tuple[str, ...]()
    depth = instances = None
    if files.depth is not None:
        is_array = files.depth.suffix.lower() in _ARRAYS
        depth, notes = metres(_array(files.depth), 1.0) if is_array else metres(integers(files.depth), per_metre)
        fitted = as_large_as(image, depth.shape[:2])
        depth = None if fitted is None else depth
        image = image if fitted is None else fitted
        notes = (*notes, *(() if fitted is not None else ("depth has another shape than colour and is left out",)))
    if files.instances is not None:
        is_array = files.instances.suffix.lower() in _ARRAYS
        instances = (_array(files.instances) if is_array else integers(files.instances)).astype(np.int32)
        if instances.shape != image.shape[:2]:
            raise SourceError(f"{files.instances.name} has shape {instances.shape}, its picture {image.shape[:2]}.")
    return Sensed(image, depth, lens, instances, labels if instances is not None else {}, notes)
