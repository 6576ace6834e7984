"""Image encoders from transformers checkpoints: CLIP, SigLIP and other two-tower models, and plain vision models (DINOv2)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mmmem.errors import ModelError
from mmmem.perceive.model_files import fingerprint, read_json_object
from mmmem.perceive.onnx_session import first_line
from mmmem.perceive.protocols import Image, Vectors
from mmmem.perceive.torch_models import import_torch, loading, pick_device, quiet_transformers
from mmmem.perceive.vectors import unit_rows

_PURPOSE = "A transformers image encoder"


class TransformersEncoder:
    """Image encoder from a directory `AutoModel` and `AutoImageProcessor` can open.

    A model with `get_image_features` uses it, and `get_text_features` for words. Any other vision model gives its pooled
    output, or the first token where it has none, and has no text tower.

    Args:
        directory: holds `config.json`, weights and `preprocessor_config.json`; tokenizer files if it reads words.
        device: torch device; None takes CUDA if there is one.
        threads: torch threads for the whole process; None leaves them alone.
        batch_images: pictures per forward pass.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ModelError: the checkpoint cannot be loaded, or is no image encoder.
    """

    def __init__(self, directory: Path, *, device: str | None = None, threads: int | None = None, batch_images: int = 16) -> None:
        config = read_json_object(directory / "config.json")
        self._torch = import_torch(_PURPOSE, threads=threads)
        self._device = pick_device(self._torch, device)
        self._batch = batch_images
        self._where = str(directory)
        with quiet_transformers() as transformers, loading(self._where):
            model = transformers.AutoModel.from_pretrained(self._where, dtype="auto", local_files_only=True)
            # The plain Pillow processors need no torchvision and give the same pixels on every machine.
            self._processor = transformers.AutoImageProcessor.from_pretrained(self._where, local_files_only=True, backend="pil")
            self._two_towers = hasattr(model, "get_image_features") and hasattr(model, "get_text_features")
            self._tokenizer = self._open_tokenizer(transformers)
        self._model = model.float().eval().to(self._device)
        self._is_siglip = str(config.get("model_type", "")).startswith("siglip")
        self._context = _context_tokens(config, 64 if self._is_siglip else 77)
        self._space = f"image:{directory.resolve().name}:{_weights_fingerprint(directory)}"
        self._dim = int(self._images([np.zeros((32, 32, 3), np.uint8)]).shape[1])

    @property
    def space(self) -> str:
        """Names the vector space: directory name and a fingerprint of the weights."""
        return self._space

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    @property
    def has_text_tower(self) -> bool:
        """Whether `encode_texts` works."""
        return self._tokenizer is not None

    def encode_images(self, images: Sequence[Image]) -> Vectors:
        """(n, dim) float32 of unit length from n pictures, each (H, W, 3) uint8 RGB.

        Raises:
            ModelError: the model fails or gives NaN.
        """
        batches = [self._images(images[start : start + self._batch]) for start in range(0, len(images), self._batch)]
        return unit_rows(np.concatenate(batches), self._where) if batches else np.zeros((0, self._dim), np.float32)

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """(n, dim) float32 of unit length; texts beyond the model's context are cut.

        Raises:
            ModelError: the checkpoint has no text tower or no tokenizer.
        """
        if self._tokenizer is None:
            raise ModelError(f"{self._where!r} cannot encode words: it has no text tower, or no tokenizer files beside it.")
        batches = [self._texts(list(texts[start : start + self._batch])) for start in range(0, len(texts), self._batch)]
        return unit_rows(np.concatenate(batches), self._where) if batches else np.zeros((0, self._dim), np.float32)

    def _images(self, images: Sequence[Image]) -> Any:
        pixels = self._processor(images=list(images), return_tensors="pt", input_data_format="channels_last")["pixel_values"]
        encode = self._model.get_image_features if self._two_towers else self._model
        return self._run(encode, pixel_values=pixels.to(self._device))

    def _texts(self, texts: list[str]) -> Any:
        assert self._tokenizer is not None
        # SigLIP was trained on texts padded to its full context and without a mask; CLIP masks padding, so it does no harm.
        tokens = self._tokenizer(texts, padding="max_length", truncation=True, max_length=self._context, return_tensors="pt")
        names = ["input_ids"] if self._is_siglip else ["input_ids", "attention_mask"]
        return self._run(self._model.get_text_features, **{name: tokens[name].to(self._device) for name in names})

    def _run(self, encode: Any, **inputs: Any) -> Any:
        try:
            with self._torch.inference_mode():
                return _pooled(encode(**inputs)).float().cpu().numpy()
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            raise ModelError(f"The encoder {self._where!r} failed: {first_line(error)}") from error

    def _open_tokenizer(self, transformers: Any) -> Any:
        files = ("tokenizer.json", "tokenizer_config.json", "vocab.json", "spiece.model")
        if not self._two_towers or not any((Path(self._where) / name).is_file() for name in files):
            return None
        return transformers.AutoTokenizer.from_pretrained(self._where, local_files_only=True)


def _pooled(output: Any) -> Any:
    """The (n, d) tensor in what a tower returns, which is a tensor itself or an output object, by version and model."""
    if hasattr(output, "ndim"):
        return output
    pooled = getattr(output, "pooler_output", None)
    if pooled is not None:
        return pooled.flatten(1)
    return output.last_hidden_state[:, 0]


def _context_tokens(config: dict[str, Any], usual: int) -> int:
    """Tokens the text tower reads; `usual` where the configuration leaves it to the library's default."""
    text = config.get("text_config")
    return int((text.get("max_position_embeddings") if isinstance(text, dict) else None) or usual)


def _weights_fingerprint(directory: Path) -> str:
    names = sorted([*directory.glob("*.safetensors"), *directory.glob("pytorch_model*.bin")])
    if not names:
        raise ModelError(f"{str(directory)!r} holds no weights (*.safetensors); copy the whole model.")
    return fingerprint(names[0])
