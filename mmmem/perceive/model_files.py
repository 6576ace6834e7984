"""Reading what lies in a model's directory, with errors a person can act on."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import ModelError
from mmmem.lazy import require

_WHOLE_BYTES = 1 << 29
_PIECE_BYTES = 1 << 20
_NUM_PIECES = 64


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a whole file.

    Raises:
        ModelError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"Cannot read the model file {str(path)!r}: {error.strerror or error}.") from error


def fingerprint(path: Path) -> str:
    """Eight hex digits that tell one weights file from another.

    Files above 512 MiB are told apart by their length and 64 evenly spaced pieces, so that opening stays quick.

    Raises:
        ModelError: the file cannot be read.
    """
    try:
        num_bytes = path.stat().st_size
        if num_bytes <= _WHOLE_BYTES:
            return sha256_of(path)[:8]
        digest = hashlib.sha256(str(num_bytes).encode())
        with path.open("rb") as file:
            for piece in range(_NUM_PIECES):
                file.seek(piece * (num_bytes - _PIECE_BYTES) // (_NUM_PIECES - 1))
                digest.update(file.read(_PIECE_BYTES))
    except OSError as error:
        raise ModelError(f"Cannot read the model file {str(path)!r}: {error.strerror or error}.") from error
    return digest.hexdigest()[:8]


def read_json(path: Path) -> Any:
    """The content of a JSON file.

    Raises:
        ModelError: the file is missing or not JSON.
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"The model directory {str(path.parent)!r} has no {path.name}; copy the whole model.") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"Cannot read {str(path)!r}: {error}. Download the model again.") from error


def read_json_object(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        ModelError: the file is missing, not JSON, or holds something else than an object.
    """
    value = read_json(path)
    if not isinstance(value, dict):
        raise ModelError(f"{str(path)!r} must hold a JSON object, got {type(value).__name__}; download the model again.")
    return value


def read_tensors(path: Path, *, extra: str, purpose: str) -> dict[str, NDArray[Any]]:
    """Every tensor of a safetensors file.

    Raises:
        MissingExtraError: safetensors is not installed.
        ModelError: the file is missing, damaged, or of a type numpy cannot hold (bfloat16).
    """
    safetensors = require("safetensors", extra=extra, purpose=purpose)
    if not path.is_file():
        raise ModelError(f"The model directory {str(path.parent)!r} has no {path.name}; copy the whole model.")
    try:
        with safetensors.safe_open(str(path), framework="np") as file:
            return {name: np.asarray(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118 not a dict
    except (safetensors.SafetensorError, OSError, TypeError, ValueError) as error:
        raise ModelError(f"Cannot read the weights {str(path)!r}: {error}. Download the model again.") from error


def read_tokenizer(path: Path, *, max_tokens: int | None, extra: str, purpose: str) -> Any:
    """A tokenizer of the `tokenizers` library, without padding, that cuts texts after `max_tokens`.

    Raises:
        MissingExtraError: tokenizers is not installed.
        ModelError: the file is missing or damaged.
    """
    tokenizers = require("tokenizers", extra=extra, purpose=purpose)
    if not path.is_file():
        raise ModelError(f"The model directory {str(path.parent)!r} has no {path.name}; copy the whole model.")
    try:
        tokenizer = tokenizers.Tokenizer.from_str(path.read_text("utf-8"))
    except Exception as error:  # tokenizers raises bare Exception for every kind of damage
        raise ModelError(f"Cannot read the tokenizer {str(path)!r}: {error}. Download the model again.") from error
    tokenizer.no_padding()
    if max_tokens is None:
        tokenizer.no_truncation()
    else:
        tokenizer.enable_truncation(max_tokens)
    return tokenizer
