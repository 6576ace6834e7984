"""YOLOX decoding against models whose answer is planted by code."""

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from mmmem.errors import InvalidInputError, ModelError
from mmmem.perceive import Detector, open_detector
from mmmem.perceive.coco import COCO_LABELS
from mmmem.perceive.yolox import YoloxDetector

pytest.importorskip("onnxruntime")

SIDE = 64
CELLS = 64 + 16 + 4  # strides 8, 16 and 32 over 64 x 64
Planted = tuple[tuple[float, float, float, float], int, float]


def plant(things: Sequence[Planted], num_classes: int = 80) -> np.ndarray:
    """The raw output a model gives for boxes in input pixels: the inverse of what the detector decodes, at stride 8."""
    output = np.zeros((CELLS, 5 + num_classes), np.float32)
    for (left, top, right, bottom), number, score in things:
        x, y = (left + right) / 2 / 8, (top + bottom) / 2 / 8
        cell = int(y) * 8 + int(x)
        output[cell, :2] = x - int(x), y - int(y)
        output[cell, 2:4] = np.log((right - left) / 8), np.log((bottom - top) / 8)
        output[cell, 4], output[cell, 5 + number] = score, 1.0
    return output


PERSON, CUP = COCO_LABELS.index("person"), COCO_LABELS.index("cup")


def test_boxes_come_back_in_the_pictures_pixels(make_yolox: Callable[..., Path], tmp_path: Path) -> None:
    planted = [((4, 6, 20, 30), PERSON, 0.9), ((40, 8, 56, 20), CUP, 0.6)]
    detector = open_detector(make_yolox(tmp_path / "m.onnx", plant(planted)), threads=1)
    assert isinstance(detector, Detector)
    wide = np.zeros((80, 256, 3), np.uint8)  # shrinks by 4 to 64 x 20, so boxes grow by 4 and are cut at the lower edge
    [found] = detector.detect([wide])
    assert found.label == ("person", "cup")
    np.testing.assert_allclose(found.xyxy, [[16, 24, 80, 80], [160, 32, 224, 80]], atol=1e-3)
    np.testing.assert_allclose(found.score, [0.9, 0.6], atol=1e-6)


@pytest.mark.parametrize("batch", [1, 3, "n"])
def test_any_number_of_pictures_of_any_size(batch: int | str, make_yolox: Callable[..., Path], tmp_path: Path) -> None:
    model = make_yolox(tmp_path / "m.onnx", plant([((0, 0, 32, 32), CUP, 0.8)]), batch=batch)
    detector = YoloxDetector(model, threads=1)
    sizes = [64, 128, 32, 640, 64, 64, 64, 64, 64, 192]
    found = detector.detect([np.zeros((side, side, 3), np.uint8) for side in sizes])
    for one, side in zip(found, sizes, strict=True):
        np.testing.assert_allclose(one.xyxy, [[0, 0, side / 2, side / 2]], atol=1e-3)
    assert detector.detect([]) == []


def test_repeats_of_a_class_are_merged_and_other_classes_kept(make_yolox: Callable[..., Path], tmp_path: Path) -> None:
    planted = [((8, 8, 40, 40), CUP, 0.7), ((6, 14, 40, 46), CUP, 0.9), ((8, 3, 40, 37), PERSON, 0.5)]
    [found] = YoloxDetector(make_yolox(tmp_path / "m.onnx", plant(planted)), threads=1).detect([np.zeros((64, 64, 3), np.uint8)])
    assert found.label == ("cup", "person")
    assert found.score[0] == pytest.approx(0.9)


def test_weak_detections_are_dropped_at_the_bound(make_yolox: Callable[..., Path], tmp_path: Path) -> None:
    model = make_yolox(tmp_path / "m.onnx", plant([((4, 4, 20, 20), CUP, 0.5), ((40, 40, 60, 60), CUP, 0.2)]))
    counts = [
        len(YoloxDetector(model, min_score=bound, threads=1).detect([np.zeros((64, 64, 3), np.uint8)])[0])
        for bound in (0.1, 0.3, 0.6)
    ]
    assert counts == [2, 1, 0]


def test_labels_from_a_file_the_metadata_or_the_caller(make_yolox: Callable[..., Path], tmp_path: Path) -> None:
    output = plant([((4, 4, 20, 20), 1, 0.9)], num_classes=2)
    model = make_yolox(tmp_path / "m.onnx", output, metadata={"labels": "mug,plate"})
    assert YoloxDetector(model, threads=1).labels == ("mug", "plate")
    (tmp_path / "labels.txt").write_text("Tasse\nTeller\n")
    assert YoloxDetector(model, threads=1).labels == ("Tasse", "Teller")
    (tmp_path / "m.labels.txt").write_text("tasse\nassiette\n\n")
    assert YoloxDetector(model, threads=1).labels == ("tasse", "assiette")
    detector = YoloxDetector(model, labels=("cup", "dish"), threads=1)
    assert detector.detect([np.zeros((64, 64, 3), np.uint8)])[0].label == ("dish",)


def test_labels_that_do_not_fit(make_yolox: Callable[..., Path], tmp_path: Path) -> None:
    model = make_yolox(tmp_path / "m.onnx", plant([], num_classes=2))
    with pytest.raises(ModelError, match=r"has 2 classes and no names for them; write one per line to .*m\.labels\.txt"):
        YoloxDetector(model, threads=1)
    with pytest.raises(ModelError, match=r"The label list names 3 classes, but the model .* has 2"):
        YoloxDetector(model, labels=("a", "b", "c"), threads=1)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((7, 85), r"output must be \(batch, 84, 5 \+ classes\), got \(1, 7, 85\)"),
        ((CELLS, 5), "got .*84, 5"),
    ],
)
def test_other_outputs_are_refused(shape: tuple[int, int], message: str, make_yolox: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=message):
        YoloxDetector(make_yolox(tmp_path / "m.onnx", np.zeros(shape)), threads=1)


def test_an_input_that_strides_do_not_divide_is_refused(make_yolox: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="takes pictures of 50x50; YOLOX needs multiples of 32"):
        YoloxDetector(make_yolox(tmp_path / "m.onnx", plant([]), side=50), threads=1)


def test_another_kind_of_model_is_refused(shared_data: Path) -> None:
    with pytest.raises(ModelError, match="is not a YOLOX detector"):
        YoloxDetector(shared_data / "models" / "osnet_x0_25_msmt17.onnx", threads=1)


def test_nan_is_an_error_and_not_a_detection(make_yolox: Callable[..., Path], tmp_path: Path) -> None:
    output = plant([])
    output[3, 4] = np.nan
    detector = YoloxDetector(make_yolox(tmp_path / "m.onnx", output), threads=1)
    with pytest.raises(ModelError, match="answered with NaN"):
        detector.detect([np.zeros((64, 64, 3), np.uint8)])


@pytest.mark.parametrize(
    "image", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)]
)
def test_what_is_no_picture(image: np.ndarray, make_yolox: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"A picture must be \(H, W, 3\) uint8 RGB"):
        YoloxDetector(make_yolox(tmp_path / "m.onnx", plant([])), threads=1).detect([image])


@pytest.mark.parametrize("bound", [{"min_score": 1.5}, {"max_overlap": -0.1}])
def test_bounds_that_make_no_sense(bound: dict[str, float], tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"must lie in \[0, 1\]"):
        YoloxDetector(tmp_path / "m.onnx", **bound)


def test_the_picture_reaches_the_model_as_bgr_on_grey(
    make_yolox: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    detector = YoloxDetector(make_yolox(tmp_path / "m.onnx", plant([])), threads=1)
    seen: list[np.ndarray] = []
    monkeypatch.setattr(detector, "_run", lambda blob: seen.append(blob) or plant([])[None])
    detector.detect([np.full((32, 64, 3), (10, 20, 30), np.uint8)])
    assert seen[0].shape == (1, 3, SIDE, SIDE)
    assert seen[0].dtype == np.float32
    assert seen[0][0, :, 0, 0].tolist() == [30, 20, 10]
    assert (seen[0][0, :, 32:] == 114).all()


def test_the_80_names_of_coco() -> None:
    assert len(set(COCO_LABELS)) == 80
    assert (COCO_LABELS[0], COCO_LABELS[41], COCO_LABELS[79]) == ("person", "cup", "toothbrush")


@pytest.mark.slow
def test_ap50_of_the_shared_model_on_photos(shared_data: Path) -> None:
    script = Path(__file__).parents[3] / "benchmarks" / "detector.py"
    spec = importlib.util.spec_from_file_location("detector_benchmark", script)
    assert spec is not None
    assert spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    pairs = benchmark.read_coco128(shared_data / "images" / "coco128")
    detector = YoloxDetector(shared_data / "models" / "yolox_nano.onnx", min_score=0.001, max_overlap=0.65, threads=1)
    found = detector.detect([image for image, _ in pairs])
    assert benchmark.mean_ap50([truth for _, truth in pairs], found) >= 0.489
    perfect = [truth for _, truth in pairs]
    assert benchmark.mean_ap50(perfect, perfect) == 1.0
