"""Opening detectors, encoders and text embedders by name: what is known, and what an error says."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmmem.errors import InvalidInputError, MissingExtraError, ModelError, UnknownNameError
from mmmem.perceive import open_detector, open_encoder, open_text_embedder
from mmmem.perceive.hub import is_hub_id
from mmmem.perceive.model_files import fingerprint, sha256_of
from mmmem.perceive.onnx_session import num_threads

OPENERS: list[Callable[[Any], object]] = [open_detector, open_encoder, open_text_embedder]


@pytest.mark.parametrize(
    ("opener", "name", "message"),
    [
        (open_encoder, "clasical", "Unknown encoder 'clasical'. Did you mean 'classical'?"),
        (open_text_embedder, "mini-lm", "Unknown text embedder 'mini-lm'. Did you mean 'minilm'?"),
        (open_detector, "yolox", "Unknown detector 'yolox'.* Known: DIRECTORY, FILE.onnx, OWNER/MODEL."),
    ],
)
def test_unknown_names_get_a_suggestion(opener: Callable[[str], object], name: str, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        opener(name)


@pytest.mark.parametrize("opener", OPENERS)
def test_a_missing_path_says_what_lies_there_instead(opener: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "yolox_nano.onnx").touch()
    with pytest.raises(ModelError, match=r"There is no model at .*yolox_tiny\.onnx.*holds yolox_nano\.onnx"):
        opener(tmp_path / "yolox_tiny.onnx")
    with pytest.raises(ModelError, match="does not exist either"):
        opener(tmp_path / "nowhere" / "model.onnx")


@pytest.mark.parametrize("opener", [open_encoder, open_text_embedder])
def test_a_file_where_a_directory_is_meant(opener: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").touch()
    with pytest.raises(ModelError, match="is a file; name the directory it lies in"):
        opener(tmp_path / "model.safetensors")


def test_directories_that_hold_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"must hold one \.onnx file, got 0 \(none\)"):
        open_detector(tmp_path)
    with pytest.raises(ModelError, match=r"holds neither config\.json \(transformers\) nor open_clip_config\.json"):
        open_encoder(tmp_path)
    with pytest.raises(ModelError, match=r"has no config\.json"):
        open_text_embedder(tmp_path)
    for name in ("a.onnx", "b.onnx"):
        (tmp_path / name).touch()
    with pytest.raises(ModelError, match=r"got 2 \(a\.onnx, b\.onnx\); name the file itself"):
        open_detector(tmp_path)


@pytest.mark.parametrize(("content", "message"), [(b"", r"is empty \(0 bytes\)"), (b"not a model", "ONNX Runtime cannot load")])
def test_unreadable_detectors(content: bytes, message: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    path = tmp_path / "mödel with space.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=message):
        open_detector(path)


def test_a_detector_from_its_directory(make_yolox: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "über uns").mkdir()
    make_yolox(tmp_path / "über uns" / "m.onnx", np.zeros((84, 85)))
    detector = open_detector(tmp_path / "über uns", threads=1)
    assert detector.name.startswith("m:")
    assert len(detector.labels) == 80


def test_missing_libraries_name_their_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.onnx").write_bytes(b"x")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'mmmem\[onnx\]'"):
        open_detector(tmp_path / "m.onnx")
    monkeypatch.setitem(sys.modules, "open_clip", None)
    pytest.importorskip("torch")
    with pytest.raises(MissingExtraError, match=r"pip install 'mmmem\[openclip\]'"):
        open_encoder("open_clip:ViT-B-32/openai", device="cpu")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("openai/clip-vit-base-patch32", True),
        ("a/b", True),
        ("a/b/c", False),
        ("./a", False),
        ("/a/b", False),
        ("a", False),
        ("../b", False),
    ],
)
def test_what_reads_like_a_hub_id(name: str, is_one: bool) -> None:
    assert is_hub_id(name) is is_one


def test_a_hub_that_cannot_be_reached_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    asked = []

    def offline(name: str, **options: Any) -> str:
        asked.append(name)
        raise hub.errors.LocalEntryNotFoundError("offline mode is enabled")

    monkeypatch.setattr(hub, "snapshot_download", offline)
    for opener, name in ((open_encoder, "a/b"), (open_text_embedder, "c/d"), (open_detector, "e/f")):
        with pytest.raises(ModelError, match=f"Cannot get the hub model '{name}': offline.*name its directory instead"):
            opener(name)
    assert asked == ["a/b", "c/d", "e/f"]


def test_a_hub_model_is_opened_from_the_cache(monkeypatch: pytest.MonkeyPatch, static_words_dir: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    monkeypatch.setattr(hub, "snapshot_download", lambda name, allow_patterns: str(static_words_dir))
    assert open_text_embedder("owner/tiny").dim == 5


def test_a_fingerprint_tells_files_apart_without_reading_all_of_a_big_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in {"a": b"x" * 5000, "b": b"x" * 4999 + b"y", "c": b"x" * 5000}.items():
        (tmp_path / name).write_bytes(content)
    for whole_bytes in (1 << 29, 100):
        monkeypatch.setattr("mmmem.perceive.model_files._WHOLE_BYTES", whole_bytes)
        monkeypatch.setattr("mmmem.perceive.model_files._PIECE_BYTES", 64)
        a, b, c = (fingerprint(tmp_path / name) for name in "abc")
        assert a == c != b
        assert len(a) == 8
    with pytest.raises(ModelError, match="Cannot read the model file"):
        sha256_of(tmp_path / "missing")


def test_threads_come_from_the_caller_then_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert (num_threads(2), num_threads()) == (2, 3)
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert num_threads() >= 1
    with pytest.raises(InvalidInputError, match="at least 1 thread, got 0"):
        num_threads(0)


def test_importing_perception_loads_nothing_heavy() -> None:
    heavy = "torch transformers onnx onnxruntime cv2 PIL supervision trackers tokenizers open_clip huggingface_hub"
    code = f"import sys, mmmem.perceive; print(sorted(set('{heavy}'.split()) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
