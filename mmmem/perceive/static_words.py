"""Static word embeddings in the model2vec format: a table look-up and a mean, no neural network to run."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import ModelError
from mmmem.perceive.model_files import fingerprint, read_json_object, read_tensors, read_tokenizer
from mmmem.perceive.protocols import Vectors
from mmmem.perceive.vectors import unit_rows
from mmmem.types import check_text

_EXTRA, _PURPOSE = "text", "Text embedding"
_BATCH_TEXTS = 1024


class StaticWords:
    """Text embedder from a model2vec directory.

    A text's vector is the mean of its known tokens' vectors, each times the token's weight. `mapping` sends token ids to
    rows of a smaller, quantised table. A text without a known token has a zero vector.

    Args:
        directory: holds `config.json`, `model.safetensors` and `tokenizer.json`.

    Raises:
        MissingExtraError: tokenizers or safetensors is not installed.
        ModelError: a file is missing or damaged, or tables and tokenizer do not fit together.
    """

    def __init__(self, directory: Path) -> None:
        weights = directory / "model.safetensors"
        config = read_json_object(directory / "config.json")
        tensors = read_tensors(weights, extra=_EXTRA, purpose=_PURPOSE)
        if "embeddings" not in tensors or tensors["embeddings"].ndim != 2:
            raise ModelError(f"{str(weights)!r} holds no table 'embeddings' (tokens, dim); it is not a model2vec model.")
        self._tokenizer = read_tokenizer(
            directory / "tokenizer.json", max_tokens=config.get("seq_length"), extra=_EXTRA, purpose=_PURPOSE
        )
        self._table = tensors["embeddings"].astype(np.float32)
        self._row_of = tensors.get("mapping", np.arange(len(self._table))).astype(np.int64)
        self._weight_of = tensors.get("weights", np.ones(len(self._row_of))).astype(np.float32)
        self._check(str(directory))
        self._unknown = self._unknown_id()
        self._space = f"text:{directory.resolve().name}:{fingerprint(weights)}"

    @property
    def space(self) -> str:
        """Names the vector space: directory name and a fingerprint of the weights."""
        return self._space

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._table.shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, dim) float32 of unit length; zeros for a text without a known token."""
        checked = [check_text(text, "text", empty=True) for text in texts]
        means = np.zeros((len(checked), self.dim), np.float32)
        for start in range(0, len(checked), _BATCH_TEXTS):
            self._means(checked[start : start + _BATCH_TEXTS], means[start : start + _BATCH_TEXTS])
        return unit_rows(means, self._space)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dim) float32 of unit length."""
        return self.embed(texts)

    def _means(self, texts: list[str], out: NDArray[np.float32]) -> None:
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        for row, encoding in enumerate(encodings):
            ids = np.array([token for token in encoding.ids if token != self._unknown], np.int64)
            if len(ids):
                out[row] = self._weight_of[ids] @ self._table[self._row_of[ids]] / len(ids)

    def _check(self, where: str) -> None:
        num_tokens = self._tokenizer.get_vocab_size()
        if not num_tokens <= len(self._row_of) == len(self._weight_of):
            raise ModelError(
                f"{where!r} has {num_tokens} tokens, {len(self._row_of)} mapped rows and {len(self._weight_of)} weights; "
                "these must agree, so its files come from different models."
            )
        if len(self._row_of) and not 0 <= self._row_of.min() <= self._row_of.max() < len(self._table):
            raise ModelError(f"{where!r} maps a token outside its table of {len(self._table)} rows; download it again.")

    def _unknown_id(self) -> int | None:
        name = getattr(self._tokenizer.model, "unk_token", None)
        return self._tokenizer.token_to_id(name) if name else None
