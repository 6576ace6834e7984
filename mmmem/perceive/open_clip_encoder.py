"""Image encoders from open_clip: a local directory, a hub id, or an architecture with a pretrained tag."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mmmem.errors import InvalidInputError, ModelError
from mmmem.lazy import require
from mmmem.perceive.hub import hub_directory
from mmmem.perceive.model_files import fingerprint
from mmmem.perceive.onnx_session import first_line
from mmmem.perceive.protocols import Image, Vectors
from mmmem.perceive.torch_models import import_torch, loading, mend_torchvision, pick_device
from mmmem.perceive.vectors import unit_rows

_EXTRA, _PURPOSE = "openclip", "An open_clip image encoder"
_HUB, _LOCAL, _NAMED = "hf-hub:", "local-dir:", "open_clip:"
_FILES = ("open_clip*", "*.json", "*.txt", "*.model")


class OpenClipEncoder:
    """Image encoder with a text tower from open_clip.

    Args:
        name: `local-dir:DIRECTORY` (holds `open_clip_config.json`), `hf-hub:owner/model`, or
            `open_clip:ARCHITECTURE/TAG`, where TAG is a pretrained tag or the path of a checkpoint file.
        device: torch device; None takes CUDA if there is one.
        threads: torch threads for the whole process; None leaves them alone.
        batch_images: pictures or texts per forward pass.

    Raises:
        MissingExtraError: open_clip, torch or torchvision is not installed.
        InvalidInputError: `name` is none of these.
        ModelError: the checkpoint cannot be found or loaded.
    """

    def __init__(self, name: str, *, device: str | None = None, threads: int | None = None, batch_images: int = 16) -> None:
        self._torch = import_torch(_PURPOSE, extra=_EXTRA, threads=threads)
        self._device = pick_device(self._torch, device)
        mend_torchvision(self._torch)
        open_clip = require("open_clip", extra=_EXTRA, purpose=_PURPOSE)
        source, weights, self._space = _locate(name)
        self._name, self._batch = name, batch_images
        with loading(name):
            model, _, self._prepare = open_clip.create_model_and_transforms(source, pretrained=weights)
            self._tokenize = open_clip.get_tokenizer(source)
        self._model = model.float().eval().to(self._device)
        self._dim = int(self._texts(["a"]).shape[1])

    @property
    def space(self) -> str:
        """Names the vector space: the model's name, and its tag or a fingerprint of the weights."""
        return self._space

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    @property
    def has_text_tower(self) -> bool:
        """Always true for open_clip."""
        return True

    def encode_images(self, images: Sequence[Image]) -> Vectors:
        """(n, dim) float32 of unit length from n pictures, each (H, W, 3) uint8 RGB.

        Raises:
            ModelError: the model fails or gives NaN.
        """
        batches = [self._images(images[start : start + self._batch]) for start in range(0, len(images), self._batch)]
        return unit_rows(np.concatenate(batches), self._name) if batches else np.zeros((0, self._dim), np.float32)

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """(n, dim) float32 of unit length; texts beyond the model's context are cut.

        Raises:
            ModelError: the model fails or gives NaN.
        """
        batches = [self._texts(list(texts[start : start + self._batch])) for start in range(0, len(texts), self._batch)]
        return unit_rows(np.concatenate(batches), self._name) if batches else np.zeros((0, self._dim), np.float32)

    def _images(self, images: Sequence[Image]) -> Any:
        from PIL import Image as Pillow

        pictures = [self._prepare(Pillow.fromarray(np.ascontiguousarray(image))) for image in images]
        return self._run(self._model.encode_image, self._torch.stack(pictures))

    def _texts(self, texts: list[str]) -> Any:
        return self._run(self._model.encode_text, self._tokenize(texts))

    def _run(self, encode: Any, inputs: Any) -> Any:
        try:
            with self._torch.inference_mode():
                return encode(inputs.to(self._device)).float().cpu().numpy()
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            raise ModelError(f"The encoder {self._name!r} failed: {first_line(error)}") from error


def _locate(name: str) -> tuple[str, str | None, str]:
    """What open_clip calls the model, its pretrained tag, and the name of its vector space."""
    if name.startswith(_NAMED):
        architecture, _, tag = name.removeprefix(_NAMED).partition("/")
        if not architecture or not tag:
            raise InvalidInputError(
                f"Write open_clip:ARCHITECTURE/TAG, as in open_clip:ViT-B-32/laion2b_s34b_b79k, got {name!r}."
            )
        identity = fingerprint(Path(tag)) if Path(tag).is_file() else tag
        return architecture, tag, f"image:{architecture}:{identity}"
    if name.startswith(_HUB):
        hub_id = name.removeprefix(_HUB)
        return _local(hub_directory(hub_id, _FILES, extra=_EXTRA), hub_id)
    if name.startswith(_LOCAL):
        directory = Path(name.removeprefix(_LOCAL))
        return _local(directory, directory.resolve().name)
    raise InvalidInputError(f"Write {_LOCAL}DIRECTORY, {_HUB}OWNER/MODEL or {_NAMED}ARCHITECTURE/TAG, got {name!r}.")


def _local(directory: Path, title: str) -> tuple[str, None, str]:
    names = sorted([*directory.glob("open_clip*.safetensors"), *directory.glob("open_clip*.bin")], reverse=True)
    if not names:
        raise ModelError(f"{str(directory)!r} holds no weights (open_clip_model.safetensors); copy the whole model.")
    return f"{_LOCAL}{directory}", None, f"image:{title}:{fingerprint(names[0])}"
