"""AP50 and speed of a detector on coco128: python benchmarks/detector.py MODEL.onnx COCO128_DIR."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mmmem.perceive.boxes import overlaps
from mmmem.perceive.coco import COCO_LABELS
from mmmem.perceive.yolox import YoloxDetector
from mmmem.types import Detections


def read_coco128(folder: Path) -> list[tuple[NDArray[np.uint8], Detections]]:
    """Pictures with their true boxes; a label line is class, then centre and size as fractions."""
    pairs = []
    labels = {path.stem: path for path in (folder / "labels").rglob("*.txt")}
    for path in sorted((folder / "images").rglob("*.jpg")):
        image = np.asarray(Image.open(path).convert("RGB"))
        label = labels.get(path.stem)
        rows = np.loadtxt(label, ndmin=2) if label and label.stat().st_size else np.zeros((0, 5))
        height, width = image.shape[:2]
        centre, half = rows[:, 1:3] * (width, height), rows[:, 3:5] * (width, height) / 2
        boxes = np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)
        names = tuple(COCO_LABELS[int(number)] for number in rows[:, 0])
        pairs.append((image, Detections(boxes, np.ones(len(names), np.float32), names)))
    return pairs


def average_precision(truth: Sequence[Detections], found: Sequence[Detections], label: str, min_overlap: float = 0.5) -> float:
    """Area under the interpolated precision-recall curve of one class (COCO's 101 recall points)."""
    hits, scores, num_true = [], [], 0
    for real, guess in zip(truth, found, strict=True):
        boxes = real.xyxy[[name == label for name in real.label]]
        mine = np.flatnonzero([name == label for name in guess.label])
        mine = mine[np.argsort(-guess.score[mine], kind="stable")]
        free = np.ones(len(boxes), np.bool_)
        num_true += len(boxes)
        for row, overlap in zip(mine, overlaps(guess.xyxy[mine], boxes), strict=True):
            best = int(np.argmax(overlap * free)) if len(boxes) else -1
            hit = best >= 0 and bool(free[best]) and overlap[best] >= min_overlap
            if hit:
                free[best] = False
            hits.append(hit)
            scores.append(guess.score[row])
    if not hits:
        return 0.0
    true_positives = np.cumsum(np.array(hits)[np.argsort(-np.array(scores), kind="stable")])
    precision = np.maximum.accumulate((true_positives / np.arange(1, len(hits) + 1))[::-1])[::-1]
    at = np.searchsorted(true_positives / num_true, np.linspace(0, 1, 101), side="left")
    return float(np.where(at < len(precision), precision[np.minimum(at, len(precision) - 1)], 0.0).mean())


def mean_ap50(truth: Sequence[Detections], found: Sequence[Detections]) -> float:
    """Mean average precision over the classes that occur."""
    present = sorted({name for real in truth for name in real.label})
    return float(np.mean([average_precision(truth, found, label) for label in present]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("coco128", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    pairs = read_coco128(options.coco128)
    detector = YoloxDetector(options.model, min_score=0.001, max_overlap=0.65, threads=options.threads)
    detector.detect([pairs[0][0]])
    start = time.perf_counter()
    found = detector.detect([image for image, _ in pairs])
    took_ms = (time.perf_counter() - start) / len(pairs) * 1000
    print(f"{detector.name}: AP50 {mean_ap50([real for _, real in pairs], found):.3f} on {len(pairs)} pictures")
    print(f"{took_ms:.1f} ms a picture, {options.threads} thread(s)")


if __name__ == "__main__":
    main()
