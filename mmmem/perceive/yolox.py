"""Object detectors in the YOLOX ONNX format (Ge et al. 2021, "YOLOX: Exceeding YOLO Series in 2021")."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError, ModelError
from mmmem.perceive.boxes import keep_best
from mmmem.perceive.coco import COCO_LABELS
from mmmem.perceive.model_files import fingerprint
from mmmem.perceive.onnx_session import first_line, open_session, runtime_errors
from mmmem.perceive.protocols import Image
from mmmem.types import Detections

_EXTRA, _PURPOSE = "onnx", "An ONNX detector"
_STRIDES = (8, 16, 32)
_PAD = 114
_DYNAMIC_SIDE = 640
_DYNAMIC_BATCH = 8
_MAX_CANDIDATES = 1000
_MIN_SCORE = 0.25


class YoloxDetector:
    """Detector from a YOLOX ONNX file that leaves decoding to its caller.

    Pictures are scaled to fit the model's input, placed at the top left on grey (114), BGR, 0 to 255. The output is
    (batch, cells, 5 + classes) over strides 8, 16 and 32: centre = (o + cell) * stride, size = exp(o) * stride, score =
    objectness * class.

    Args:
        path: the `.onnx` file.
        labels: class names in the model's order; None reads `NAME.labels.txt` or `labels.txt` beside the file, then the
            model's metadata `labels`, and takes COCO's names for 80 classes.
        min_score: detections below are dropped; None means 0.25.
        max_overlap: intersection over union above which two boxes of one class are one.
        threads: threads within an operator; None takes `OMP_NUM_THREADS` or all cores.

    Raises:
        MissingExtraError: ONNX Runtime is not installed.
        ModelError: the file cannot be loaded, is not of this format, or its labels do not fit.
    """

    def __init__(
        self,
        path: Path,
        *,
        labels: Sequence[str] | None = None,
        min_score: float | None = None,
        max_overlap: float = 0.5,
        threads: int | None = None,
    ) -> None:
        min_score = _MIN_SCORE if min_score is None else min_score
        for name, value in (("min_score", min_score), ("max_overlap", max_overlap)):
            if not 0.0 <= value <= 1.0:
                raise InvalidInputError(f"{name} must lie in [0, 1], got {value}.")
        self._where = str(path)
        self._session = open_session(path, threads=threads, extra=_EXTRA, purpose=_PURPOSE)
        self._input = self._only_input()
        self._batch = self._input.shape[0] if isinstance(self._input.shape[0], int) else None
        self._height, self._width = self._input_size()
        self._cells, self._cell_strides = _cell_grid(self._height, self._width)
        num_classes = self._num_classes()
        self._labels = _read_labels(path, labels, self._session.get_modelmeta().custom_metadata_map, num_classes)
        self._min_score, self._max_overlap = min_score, max_overlap
        self._name = f"{path.stem}:{fingerprint(path)}"

    @property
    def name(self) -> str:
        """The file's name and a fingerprint of its content."""
        return self._name

    @property
    def labels(self) -> tuple[str, ...]:
        """Every class this detector can name."""
        return self._labels

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """Look at pictures, each (H, W, 3) uint8 RGB of any size; boxes are clipped to the picture, best score first.

        Raises:
            InvalidInputError: a picture is not (H, W, 3) uint8.
            ModelError: the model fails, or answers with NaN.
        """
        found: list[Detections] = []
        step = self._batch or _DYNAMIC_BATCH
        for start in range(0, len(images), step):
            found.extend(self._detect_batch(images[start : start + step]))
        return found

    def _detect_batch(self, images: Sequence[Image]) -> list[Detections]:
        rows = self._batch or len(images)
        pictures = np.full((rows, self._height, self._width, 3), _PAD, np.uint8)
        ratios = [self._place(image, pictures[row]) for row, image in enumerate(images)]
        blob = np.ascontiguousarray(pictures[..., ::-1].transpose(0, 3, 1, 2), dtype=np.float32)
        output = self._run(blob)
        return [self._decode(output[row], ratios[row], image.shape[:2]) for row, image in enumerate(images)]

    def _place(self, image: Image, canvas: NDArray[np.uint8]) -> float:
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in image.shape:
            raise InvalidInputError(f"A picture must be (H, W, 3) uint8 RGB, got {image.shape} {image.dtype}.")
        from PIL import Image as Pillow

        height, width = image.shape[:2]
        ratio: float = min(self._height / height, self._width / width)
        size = (max(1, int(width * ratio)), max(1, int(height * ratio)))
        canvas[: size[1], : size[0]] = np.asarray(Pillow.fromarray(image).resize(size, Pillow.Resampling.BILINEAR))
        return ratio

    def _run(self, blob: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            output: NDArray[np.float32] = self._session.run(None, {self._input.name: blob})[0]
        except runtime_errors() as error:
            raise ModelError(f"The detector {self._where!r} failed on {blob.shape}: {first_line(error)}") from error
        if not np.isfinite(output).all():
            raise ModelError(f"The detector {self._where!r} answered with NaN or infinity; download the file again.")
        return output

    def _decode(self, output: NDArray[np.float32], ratio: float, size: tuple[int, ...]) -> Detections:
        score = output[:, 4] * output[:, 5:].max(axis=1)
        candidates = np.flatnonzero(score >= self._min_score)
        candidates = candidates[np.argsort(-score[candidates], kind="stable")[:_MAX_CANDIDATES]]
        chosen, strides = output[candidates], self._cell_strides[candidates]
        centre = (chosen[:, :2] + self._cells[candidates]) * strides
        half = np.exp(np.minimum(chosen[:, 2:4], 20.0)) * strides / 2
        boxes = (np.concatenate([centre - half, centre + half], axis=1) / ratio).astype(np.float32)
        boxes = np.clip(boxes, 0, np.array([size[1], size[0]] * 2, np.float32))
        classes = chosen[:, 5:].argmax(axis=1)
        kept = keep_best(boxes, score[candidates], classes, max_overlap=self._max_overlap)
        kept_score = np.clip(score[candidates][kept], 0, 1).astype(np.float32)
        return Detections(boxes[kept], kept_score, tuple(self._labels[number] for number in classes[kept]))

    def _only_input(self) -> Any:
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or len(inputs[0].shape) != 4 or inputs[0].type != "tensor(float)":
            got = ", ".join(f"{one.name} {one.shape} {one.type}" for one in inputs)
            raise ModelError(f"{self._where!r} is not a YOLOX detector: it takes {got}, expected one float (batch, 3, H, W).")
        if inputs[0].shape[1] != 3:
            raise ModelError(f"{self._where!r} takes {inputs[0].shape[1]} channels, expected 3 (BGR) as in YOLOX.")
        return inputs[0]

    def _input_size(self) -> tuple[int, int]:
        height, width = (side if isinstance(side, int) else _DYNAMIC_SIDE for side in self._input.shape[2:])
        if height % _STRIDES[-1] or width % _STRIDES[-1]:
            raise ModelError(f"{self._where!r} takes pictures of {height}x{width}; YOLOX needs multiples of {_STRIDES[-1]}.")
        return height, width

    def _num_classes(self) -> int:
        outputs = self._session.get_outputs()
        shape = list(outputs[0].shape)
        if not all(isinstance(n, int) for n in shape[1:]):
            blank = np.full((self._batch or 1, 3, self._height, self._width), _PAD, np.float32)
            shape = list(self._run(blank).shape)
        if len(shape) != 3 or shape[1] != len(self._cells) or shape[2] < 6:
            raise ModelError(
                f"{self._where!r} is not a YOLOX detector: for {self._height}x{self._width} its output must be "
                f"(batch, {len(self._cells)}, 5 + classes), got {tuple(shape)}."
            )
        return int(shape[2]) - 5


def _cell_grid(height: int, width: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Column and row (cells, 2) and stride (cells, 1) of every output cell, in the model's order."""
    cells, strides = [], []
    for stride in _STRIDES:
        rows, columns = np.mgrid[: height // stride, : width // stride]
        cells.append(np.stack([columns.ravel(), rows.ravel()], axis=1))
        strides.append(np.full((rows.size, 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(strides).astype(np.float32)


def _read_labels(path: Path, given: Sequence[str] | None, metadata: dict[str, str], num_classes: int) -> tuple[str, ...]:
    source, labels = _find_labels(path, given, metadata)
    if not labels and num_classes == len(COCO_LABELS):
        return COCO_LABELS
    if not labels:
        raise ModelError(
            f"{str(path)!r} has {num_classes} classes and no names for them; "
            f"write one per line to {str(path.with_suffix('.labels.txt'))!r}."
        )
    if len(labels) != num_classes:
        raise ModelError(f"{source} names {len(labels)} classes, but the model {str(path)!r} has {num_classes}.")
    return labels


def _find_labels(path: Path, given: Sequence[str] | None, metadata: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    if given is not None:
        return "The label list", tuple(given)
    for beside in (path.with_suffix(".labels.txt"), path.with_name("labels.txt")):
        if beside.is_file():
            try:
                return f"{str(beside)!r}", _lines(beside.read_text("utf-8"))
            except (OSError, UnicodeDecodeError) as error:
                raise ModelError(f"Cannot read the labels {str(beside)!r}: {error}.") from error
    return "The model's metadata", _lines(metadata.get("labels", "").replace(",", "\n"))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
