"""The tables of one stretch of a recording, one `.npz`: poses as measured, detections with packed masks, and looks."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import SourceError
from mmmem.perceive.appearance import SPACE
from mmmem.types import Detections
from streams.house.looks import Look
from streams.house.noisy_detector import Found, Perceived

_LOOK_COLUMNS = ("instance", "pixels", "fraction", "xyxy", "depth_m")
_OVER_COLUMNS = ("surface", "bits")


class TablesWriter:
    """Collects what a stretch gives besides pictures."""

    def __init__(self) -> None:
        self._looks: list[Look] = []
        self._poses: list[NDArray[np.float64]] = []
        self._found: list[Found] = []
        self._masks: list[NDArray[np.uint8]] = []
        self._mask_boxes: list[tuple[int, int, int, int]] = []

    def add(self, look: Look, perceived: Perceived) -> None:
        """Take in one picture; its masks are packed."""
        assert perceived.frame.pose_world_camera is not None
        self._looks.append(look)
        self._poses.append(perceived.frame.pose_world_camera)
        for mask in perceived.found.detections.mask if perceived.found.detections.mask is not None else ():
            box = _box_of(mask)
            self._mask_boxes.append(box)
            self._masks.append(np.packbits(mask[box[1] : box[3], box[0] : box[2]]))
        self._found.append(perceived.found)

    def write(self, path: Path) -> None:
        """Write the tables; the same ones give the same bytes.

        Raises:
            OSError: the disk is full or failing.
        """
        with path.open("wb") as file:
            np.savez_compressed(file, **self._frames(), **self._look_tables(), **self._detections())

    def _frames(self) -> dict[str, Any]:
        return {
            "index": np.array([look.index for look in self._looks], np.int64),
            "t_ns": np.array([look.t_ns for look in self._looks], np.int64),
            "pose_measured": np.array(self._poses, np.float64).reshape(-1, 4, 4),
        }

    def _look_tables(self) -> dict[str, Any]:
        looks = self._looks
        tables = {f"look_{name}": _joined([getattr(look, name) for look in looks]) for name in (*_LOOK_COLUMNS, *_OVER_COLUMNS)}
        tables["look_count"] = np.array([len(look.instance) for look in looks], np.int32)
        tables["over_count"] = np.array([len(look.surface) for look in looks], np.int32)
        return tables

    def _detections(self) -> dict[str, Any]:
        found = [one.detections for one in self._found]
        names = sorted({label for one in found for label in one.label})
        code = {name: number for number, name in enumerate(names)}
        attributes = [dict(read) for one in found for read in one.attributes or ()]
        return {
            "found_count": np.array([len(one) for one in found], np.int32),
            "found_xyxy": _joined([one.xyxy for one in found]),
            "found_score": _joined([one.score for one in found]),
            "found_label": np.array([code[label] for one in found for label in one.label], np.int16),
            "label_names": np.array(names, np.str_),
            "found_track_id": _joined([one.track_id for one in found if one.track_id is not None]),
            "found_embedding": _joined([one.embedding for one in found if one.embedding is not None]),
            "found_instance": _joined([one.instances for one in self._found]),
            "found_area": _joined([one.areas for one in self._found]),
            "found_attributes": np.frombuffer(json.dumps(attributes, separators=(",", ":")).encode(), np.uint8),
            "mask_xyxy": np.array(self._mask_boxes, np.int16).reshape(-1, 4),
            "mask_bits": _joined(self._masks) if self._masks else np.zeros(0, np.uint8),
        }


class Tables:
    """The tables of one stretch, read.

    Args:
        shape: (height, width) of its pictures.

    Raises:
        SourceError: the file is missing or damaged.
    """

    def __init__(self, path: Path, shape: tuple[int, int]) -> None:
        self._shape = shape
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
                self._held = {name: held[name] for name in held.files}
            self.t_ns: NDArray[np.int64] = self._held["t_ns"]
            self._attributes = json.loads(self._held["found_attributes"].tobytes())
            self._look_ends = np.append(0, np.cumsum(self._held["look_count"]))
            self._over_ends = np.append(0, np.cumsum(self._held["over_count"]))
            self._found_ends = np.append(0, np.cumsum(self._held["found_count"]))
            boxes = self._held["mask_xyxy"].astype(np.int64)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise SourceError(f"Cannot read {path}: {error}. Record this house again into the same folder.") from error
        num_bytes = -(-((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])) // 8)
        self._mask_ends = np.append(0, np.cumsum(num_bytes))

    def __len__(self) -> int:
        return len(self.t_ns)

    def pose(self, row: int) -> NDArray[np.float64]:
        """(4, 4) pose_world_camera as it was measured."""
        pose: NDArray[np.float64] = self._held["pose_measured"][row]
        return pose

    def look(self, row: int) -> Look:
        """What a picture shows, exactly."""
        seen = slice(*self._look_ends[row : row + 2].tolist())
        over = slice(*self._over_ends[row : row + 2].tolist())
        return Look(
            int(self._held["index"][row]),
            int(self.t_ns[row]),
            **{name: self._held[f"look_{name}"][seen] for name in _LOOK_COLUMNS},
            **{name: self._held[f"look_{name}"][over] for name in _OVER_COLUMNS},
            picture_pixels=self._shape[0] * self._shape[1],
        )

    def found(self, row: int, *, masks: bool = True) -> Found:
        """What was detected in a picture; unpacking the masks takes longest."""
        first, end = self._found_ends[row : row + 2].tolist()
        of = slice(first, end)
        names = self._held["label_names"]
        detections = Detections(
            self._held["found_xyxy"][of],
            self._held["found_score"][of],
            tuple(str(names[code]) for code in self._held["found_label"][of]),
            self._held["found_track_id"][of],
            self._unpacked(range(first, end)) if masks else None,
            self._held["found_embedding"][of],
            SPACE,
            attributes=tuple(self._attributes[of]),
        )
        return Found(detections, self._held["found_instance"][of], self._held["found_area"][of])

    def _unpacked(self, numbers: Sequence[int]) -> NDArray[np.bool_]:
        masks = np.zeros((len(numbers), *self._shape), np.bool_)
        for row, number in enumerate(numbers):
            x0, y0, x1, y1 = self._held["mask_xyxy"][number].tolist()
            bits = self._held["mask_bits"][self._mask_ends[number] : self._mask_ends[number + 1]]
            masks[row, y0:y1, x0:x1] = np.unpackbits(bits, count=(y1 - y0) * (x1 - x0)).reshape(y1 - y0, x1 - x0)
        return masks


def _box_of(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0)
