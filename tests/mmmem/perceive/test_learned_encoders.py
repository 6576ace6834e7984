"""transformers and open_clip checkpoints: random weights saved in the hub's own format, opened through the real classes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmmem.errors import InvalidInputError, MissingExtraError, ModelError
from mmmem.perceive import Encoder, open_encoder

torch = pytest.importorskip("torch")
TEXT = {
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "vocab_size": 12,
    "max_position_embeddings": 10,
    "pad_token_id": 0,
    "bos_token_id": 2,
    "eos_token_id": 3,
}
VISION = {
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "image_size": 32,
    "patch_size": 16,
}
OPEN_CLIP = {
    "embed_dim": 20,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 16, "patch_size": 16, "head_width": 8},
    "text_cfg": {"context_length": 8, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}


@pytest.fixture(scope="module", autouse=True)
def torch_as_the_adapters_set_it_up() -> None:
    from mmmem.perceive.torch_models import mend_torchvision

    mend_torchvision(torch)
    torch.set_num_threads(1)
    torch.manual_seed(0)


def _save(directory: Path, model: Any, processor: dict[str, Any]) -> Path:
    from safetensors.torch import save_file

    directory.mkdir()
    (directory / "config.json").write_text(
        json.dumps({**model.config.to_dict(), "architectures": [type(model).__name__]}, default=str)
    )
    save_file(model.state_dict(), directory / "model.safetensors", metadata={"format": "pt"})
    (directory / "preprocessor_config.json").write_text(json.dumps(processor))
    return directory


def _clip(directory: Path, write_tokenizer: Callable[[Path], None]) -> Path:
    transformers = pytest.importorskip("transformers")
    model = transformers.CLIPModel(transformers.CLIPConfig(text_config=TEXT, vision_config=VISION, projection_dim=20))
    sizes = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    _save(directory, model, {"image_processor_type": "CLIPImageProcessor", **sizes})
    write_tokenizer(directory)
    return directory


def _siglip(directory: Path, write_tokenizer: Callable[[Path], None]) -> Path:
    transformers = pytest.importorskip("transformers")
    model = transformers.SiglipModel(transformers.SiglipConfig(text_config=TEXT, vision_config=VISION))
    _save(directory, model, {"image_processor_type": "SiglipImageProcessor", "size": {"height": 32, "width": 32}})
    write_tokenizer(directory)
    return directory


def _dinov2(directory: Path, write_tokenizer: Callable[[Path], None]) -> Path:
    transformers = pytest.importorskip("transformers")
    config = transformers.Dinov2Config(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=32, patch_size=16)
    sizes = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    return _save(directory, transformers.Dinov2Model(config), {"image_processor_type": "BitImageProcessor", **sizes})


def _open_clip(directory: Path, write_tokenizer: Callable[[Path], None]) -> Path:
    from safetensors.torch import save_file

    open_clip = pytest.importorskip("open_clip", reason="open_clip_torch is not installed")
    model = open_clip.CLIP(**OPEN_CLIP)
    directory.mkdir()
    save_file(model.state_dict(), directory / "open_clip_model.safetensors")
    preprocess = {"mean": [0.48, 0.46, 0.41], "std": [0.27, 0.26, 0.28], "interpolation": "bicubic", "resize_mode": "shortest"}
    (directory / "open_clip_config.json").write_text(json.dumps({"model_cfg": OPEN_CLIP, "preprocess_cfg": preprocess}))
    return directory


MAKERS = {"clip": _clip, "siglip": _siglip, "dinov2": _dinov2, "open_clip": _open_clip}


@pytest.fixture(scope="module", params=MAKERS)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, write_tokenizer_into: Any) -> Path:
    return MAKERS[request.param](tmp_path_factory.mktemp("checkpoints") / request.param, write_tokenizer_into)


@pytest.fixture(scope="module")
def encoder(checkpoint: Path) -> Encoder:
    return open_encoder(checkpoint, device="cpu", threads=1)


@pytest.fixture
def pictures(photo: Callable[..., np.ndarray]) -> list[np.ndarray]:
    return [photo(seed, 40 + 9 * seed, 70) for seed in range(3)]


def test_pictures_become_unit_rows(encoder: Encoder, pictures: list[np.ndarray]) -> None:
    rows = encoder.encode_images(pictures)
    assert isinstance(encoder, Encoder)
    assert (rows.shape, rows.dtype) == ((3, encoder.dim), np.float32)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert encoder.encode_images([]).shape == (0, encoder.dim)


def test_a_batch_equals_one_by_one(encoder: Encoder, pictures: list[np.ndarray]) -> None:
    many = [*pictures * 7]  # more than one batch
    alone = np.concatenate([encoder.encode_images([picture]) for picture in pictures])
    np.testing.assert_allclose(encoder.encode_images(many), np.tile(alone, (7, 1)), atol=1e-5)


def test_words_live_in_the_same_space_if_there_is_a_text_tower(encoder: Encoder) -> None:
    if not encoder.has_text_tower:
        with pytest.raises(ModelError, match="cannot encode words"):
            encoder.encode_texts(["a cat"])
        return
    rows = encoder.encode_texts(["a cat", "the red cup on the table", "cat " * 90])
    assert rows.shape == (3, encoder.dim)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(encoder.encode_texts(["a cat"])[0], rows[0], atol=1e-5)
    assert encoder.encode_texts([]).shape == (0, encoder.dim)


def test_which_encoders_read_words(encoder: Encoder, checkpoint: Path) -> None:
    assert encoder.has_text_tower == (checkpoint.name != "dinov2")


def test_the_space_names_the_weights(encoder: Encoder, checkpoint: Path) -> None:
    from safetensors.torch import load_file, save_file

    assert encoder.space.startswith(f"image:{checkpoint.name}:")
    assert open_encoder(checkpoint, device="cpu", threads=1).space == encoder.space
    file = next(checkpoint.glob("*.safetensors"))
    before = file.read_bytes()
    save_file({name: tensor * 1.5 for name, tensor in load_file(file).items()}, file, metadata={"format": "pt"})
    try:
        assert open_encoder(checkpoint, device="cpu", threads=1).space != encoder.space
    finally:
        file.write_bytes(before)


def test_vectors_are_what_the_model_itself_gives(checkpoint: Path, encoder: Encoder, pictures: list[np.ndarray]) -> None:
    if checkpoint.name != "clip":
        pytest.skip("compared once, on CLIP")
    transformers = pytest.importorskip("transformers")
    model = transformers.CLIPModel.from_pretrained(checkpoint).eval()
    processor = transformers.AutoImageProcessor.from_pretrained(checkpoint, backend="pil")
    with torch.inference_mode():
        vision = model.vision_model(**processor(images=pictures, return_tensors="pt")).pooler_output
        wanted = torch.nn.functional.normalize(model.visual_projection(vision)).numpy()
    np.testing.assert_allclose(encoder.encode_images(pictures), wanted, atol=1e-5)


def test_a_two_tower_model_without_tokenizer_files_still_sees(tmp_path: Path, pictures: list[np.ndarray]) -> None:
    encoder = open_encoder(_clip(tmp_path / "clip", lambda directory: None), device="cpu")
    assert not encoder.has_text_tower
    assert encoder.encode_images(pictures).shape == (3, 20)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("model.safetensors", b"junk", "Cannot load the checkpoint"),
        ("model.safetensors", None, "Cannot load the checkpoint"),
        ("config.json", b"{", r"Cannot read .*config\.json"),
        ("config.json", b'{"model_type": "no-such-model"}', "Cannot load the checkpoint"),
        ("preprocessor_config.json", None, "Cannot load the checkpoint"),
    ],
)
def test_damaged_checkpoints(name: str, content: bytes | None, message: str, tmp_path: Path) -> None:
    directory = _dinov2(tmp_path / "m", lambda directory: None)
    (directory / name).unlink()
    if content is not None:
        (directory / name).write_bytes(content)
    with pytest.raises(ModelError, match=message):
        open_encoder(directory, device="cpu")


@pytest.mark.parametrize(
    ("device", "message"), [("abacus", "Unknown torch device 'abacus'"), ("cuda:97", "no device 'cuda:97' here")]
)
def test_devices_that_are_not_there(device: str, message: str, tmp_path: Path) -> None:
    directory = _dinov2(tmp_path / "m", lambda directory: None)
    with pytest.raises(InvalidInputError, match=message):
        open_encoder(directory, device=device)


def test_open_clip_names_are_explained_before_anything_is_fetched(tmp_path: Path) -> None:
    from mmmem.perceive.open_clip_encoder import _locate

    assert _locate("open_clip:ViT-B-32/laion2b_s34b_b79k") == (
        "ViT-B-32",
        "laion2b_s34b_b79k",
        "image:ViT-B-32:laion2b_s34b_b79k",
    )
    with pytest.raises(InvalidInputError, match="Write open_clip:ARCHITECTURE/TAG"):
        _locate("open_clip:ViT-B-32")
    with pytest.raises(ModelError, match=r"holds no weights \(open_clip_model\.safetensors\)"):
        _locate(f"local-dir:{tmp_path}")


def test_a_missing_library_names_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = _dinov2(tmp_path / "m", lambda directory: None)
    monkeypatch.setitem(__import__("sys").modules, "transformers", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'mmmem\[transformers\]'"):
        open_encoder(directory, device="cpu")
