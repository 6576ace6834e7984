"""What every torch model here shares: the device, threads, loading errors; and text encoders that are not BERT."""

import importlib.util
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError, ModelError
from mmmem.lazy import require
from mmmem.perceive.onnx_session import first_line

_MENDED: list[Any] = []


def import_torch(purpose: str, *, extra: str = "transformers", threads: int | None = None) -> Any:
    """torch, with its thread count set when `threads` is given (it is one setting for the whole process)."""
    torch = require("torch", extra=extra, purpose=purpose)
    if threads is not None:
        torch.set_num_threads(threads)
    return torch


def pick_device(torch: Any, wanted: str | None) -> Any:
    """The torch device `wanted`, or CUDA if there is one, or the CPU.

    Raises:
        InvalidInputError: torch does not know the device, or it is not there.
    """
    if wanted is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(wanted)
    except RuntimeError as error:
        raise InvalidInputError(f"Unknown torch device {wanted!r}; use cpu, cuda, cuda:1 or mps.") from error
    if device.type == "cuda" and not (torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count()):
        raise InvalidInputError(f"There is no device {wanted!r} here ({torch.cuda.device_count()} CUDA devices); use cpu.")
    return device


def mend_torchvision(torch: Any) -> None:
    """Make an installed torchvision importable beside a torch it was not built for.

    Its compiled operators then fail to load and its import stops at the first operator that has no schema. The two schemas
    are declared only after such a failure, for declaring one twice is an error; the operators are not used here.
    """
    if importlib.util.find_spec("torchvision") is None:
        return
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise ModelError(f"torchvision does not load beside this torch: {first_line(error)} Uninstall it.") from error
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "FRAGMENT")
        for operator in ("nms", "qnms"):
            library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        # A collected library takes its schemas with it.
        _MENDED.append(library)
        importlib.import_module("torchvision")


@contextmanager
def loading(where: str) -> Iterator[None]:
    """Turn what torch, safetensors and transformers raise for an unusable checkpoint into `ModelError`."""
    safetensors = require("safetensors", extra="transformers", purpose="Loading a checkpoint")
    kinds = (OSError, ValueError, KeyError, RuntimeError, AttributeError, TypeError, EOFError, pickle.UnpicklingError)
    try:
        yield
    except (*kinds, safetensors.SafetensorError) as error:
        if isinstance(error, ModelError | InvalidInputError | ImportError):
            raise
        raise ModelError(f"Cannot load the checkpoint {where!r}: {first_line(error)} Copy or download it again.") from error


@contextmanager
def quiet_transformers() -> Iterator[Any]:
    """`transformers` without progress bars or advice on stderr while a checkpoint loads."""
    mend_torchvision(require("torch", extra="transformers", purpose="A transformers checkpoint"))
    transformers = require("transformers", extra="transformers", purpose="A transformers checkpoint")
    logging = transformers.utils.logging
    level = logging.get_verbosity()
    bars = logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield transformers
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


class TorchTokens:
    """Token vectors of any Hugging Face text encoder, through torch.

    Args:
        directory: a checkpoint `AutoModel` can open.
        threads: torch threads for the whole process; None leaves them alone.
        device: torch device; None takes CUDA if there is one.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ModelError: the checkpoint cannot be loaded, or runs an encoder and a decoder.
    """

    def __init__(self, directory: Path, *, threads: int | None = None, device: str | None = None) -> None:
        self._torch = import_torch("Text embedding", threads=threads)
        self._device = pick_device(self._torch, device)
        with quiet_transformers() as transformers, loading(str(directory)):
            model = transformers.AutoModel.from_pretrained(str(directory), dtype="auto", local_files_only=True)
        if getattr(model.config, "is_encoder_decoder", False):
            model = model.get_encoder()
        self._model = model.float().eval().to(self._device)

    def token_vectors(self, ids: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        """(b, n, d) from token ids (b, n), of which the first `lengths` (b,) of a row count."""
        mask = (np.arange(ids.shape[1]) < lengths[:, None]).astype(np.int64)
        with self._torch.inference_mode():
            tensors = [self._torch.from_numpy(array).to(self._device) for array in (ids, mask)]
            output = self._model(input_ids=tensors[0], attention_mask=tensors[1]).last_hidden_state
            vectors: NDArray[np.float32] = output.float().cpu().numpy()
        return vectors
