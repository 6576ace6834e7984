"""Boxes with identities, frame by frame: COCO-style annotations with track ids, or frames of a video with their boxes.

Either `{"images": [...], "annotations": [{"image_id", "track_id", "category_id", "bbox": [x, y, w, h]}], "categories": [...]}`
(COCO, COCO-VID, TAO), or `{"fps", "video", "objects": {id: name}, "frames": {number: [{"id", "label", "cxcywh"}]}}`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mmmem.clock import NS_PER_S
from mmmem.errors import InvalidInputError, SourceError
from mmmem.types import Detections, Frame
from streams.stream import Stream

_DEFAULT_FPS = 30.0
_SNIFFED = 65_536


@dataclass(frozen=True, slots=True)
class Box:
    """One thing in one frame: corners in pixels, and what it was taken for there."""

    track_id: int
    label: str
    xyxy: tuple[float, float, float, float]
    score: float


@dataclass(frozen=True, slots=True)
class BoxTracks:
    """Boxes of a video.

    Args:
        fps: frames a second.
        video: the video they belong to; None where the file names none.
        names: what each track is called; a tracker's labels may change from frame to frame.
        frames: boxes by number of the frame, in order.
    """

    fps: float
    video: Path | None
    names: Mapping[int, str]
    frames: Mapping[int, tuple[Box, ...]]

    def t_ns(self, frame: int) -> int:
        """When a frame is shown, from the start of the video."""
        return round(frame * NS_PER_S / self.fps)

    def at(self, frame: int) -> Detections:
        """What is in a frame; `Detections.none()` where nothing is, or the frame is not listed."""
        boxes = self.frames.get(frame, ())
        if not boxes:
            return Detections.none()
        return Detections(
            np.array([box.xyxy for box in boxes], np.float32),
            np.array([box.score for box in boxes], np.float32),
            tuple(box.label for box in boxes),
            np.array([box.track_id for box in boxes], np.int64),
        )

    def detected(self, stream: Stream) -> Iterator[tuple[Frame, Detections]]:
        """The frames of the video's stream, each with its boxes."""
        start_ns = stream.info.start_ns
        for item in stream:
            if isinstance(item, Frame):
                yield item, self.at(round((item.t_ns - start_ns) * self.fps / NS_PER_S))


def read_box_tracks(path: Path | str) -> BoxTracks:
    """Boxes with identities from a JSON file.

    Raises:
        SourceError: it cannot be read.
        InvalidInputError: it is of neither layout, or a box is not four finite numbers with a size.
    """
    path = Path(path)
    try:
        held = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SourceError(f"{path.name} cannot be read as JSON: {error}.") from error
    try:
        if isinstance(held, dict) and "annotations" in held and "images" in held:
            return _from_coco(held)
        if isinstance(held, dict) and isinstance(held.get("frames"), dict):
            return _from_frames(held, path.parent)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, InvalidInputError):
            raise
        raise InvalidInputError(f"{path.name} is not laid out as tracks of boxes: {error!r}.") from error
    raise InvalidInputError(f"{path.name} holds neither COCO annotations nor frames with boxes.")


def refuse_boxes(path: Path) -> None:
    """Say what to do with a file of boxes or of moves where texts were expected.

    Raises:
        InvalidInputError: it holds tracks.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_SNIFFED)
    except OSError:
        return
    if b'"time_segment"' in start and b'"tracks"' in start:
        raise InvalidInputError(f"{path.name} says when things were picked up; read it with handled_things.read_handled.")
    if b'"cxcywh"' in start or (b'"annotations"' in start and b'"bbox"' in start):
        raise InvalidInputError(f"{path.name} holds tracks of boxes; open its video, and read them with read_box_tracks.")


def _from_frames(held: Mapping[str, Any], folder: Path) -> BoxTracks:
    frames = {
        int(number): tuple(_box(int(one["id"]), str(one["label"]), _corners(one), float(one.get("score", 1.0))) for one in boxes)
        for number, boxes in sorted(held["frames"].items(), key=lambda pair: int(pair[0]))
    }
    labels = {box.track_id: box.label for boxes in frames.values() for box in boxes}
    names = labels | {int(id): str(name) for id, name in held.get("objects", {}).items()}
    video = folder / held["video"] if held.get("video") else None
    return BoxTracks(float(held.get("fps", _DEFAULT_FPS)), video, names, frames)


def _corners(one: Mapping[str, Any]) -> tuple[float, float, float, float]:
    if "cxcywh" in one:
        cx, cy, width, height = (float(value) for value in one["cxcywh"])
        return cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2
    if "xyxy" in one:
        x, y, right, bottom = (float(value) for value in one["xyxy"])
        return x, y, right, bottom
    return _of_xywh(one["bbox"])


def _of_xywh(values: Any) -> tuple[float, float, float, float]:
    x, y, width, height = (float(value) for value in values)
    return x, y, x + width, y + height


def _from_coco(held: Mapping[str, Any]) -> BoxTracks:
    kinds = {int(one["id"]): str(one["name"]) for one in held.get("categories", ())}
    order = sorted(held["images"], key=lambda one: (one.get("frame_id", one.get("frame_index", one["id"])), one["id"]))
    numbers = {one["id"]: int(one.get("frame_id", one.get("frame_index", place))) for place, one in enumerate(order)}
    frames: dict[int, list[Box]] = {number: [] for number in sorted(numbers.values())}
    for one in held["annotations"]:
        label = kinds.get(int(one["category_id"]), str(one["category_id"]))
        id = one.get("track_id", one.get("instance_id", one.get("attributes", {}).get("track_id", -1)))
        box = _box(int(id), label, _of_xywh(one["bbox"]), float(one.get("score", 1.0)))
        frames[numbers[one["image_id"]]].append(box)
    names = {box.track_id: box.label for boxes in frames.values() for box in boxes}
    fps = held.get("fps") or next((video.get("fps") for video in held.get("videos", ()) if video.get("fps")), _DEFAULT_FPS)
    return BoxTracks(float(fps), None, names, {number: tuple(boxes) for number, boxes in frames.items()})


def _box(id: int, label: str, xyxy: tuple[float, float, float, float], score: float) -> Box:
    if not np.isfinite(xyxy).all() or xyxy[2] <= xyxy[0] or xyxy[3] <= xyxy[1]:
        raise InvalidInputError(f"Track {id} ({label}) has the box {xyxy}; corners must be finite, and right and bottom larger.")
    if not 0 <= score <= 1:
        raise InvalidInputError(f"Track {id} ({label}) has the score {score}; it must lie in [0, 1].")
    return Box(id, label, xyxy, score)
