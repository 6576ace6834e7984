"""From token vectors to one vector per text, as sentence-transformers directories describe it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import ModelError

Pool = Callable[[NDArray[np.float32], NDArray[np.int64]], NDArray[np.float32]]


def _first(vectors: NDArray[np.float32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
    return vectors[:, 0]


def _last(vectors: NDArray[np.float32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
    picked: NDArray[np.float32] = vectors[np.arange(len(lengths)), lengths - 1]
    return picked


def _sum(vectors: NDArray[np.float32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
    counted = (np.arange(vectors.shape[1]) < lengths[:, None]).astype(np.float32)
    summed: NDArray[np.float32] = (counted[:, None, :] @ vectors)[:, 0]
    return summed


def _mean(vectors: NDArray[np.float32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
    return np.divide(_sum(vectors, lengths), lengths[:, None], dtype=np.float32)


def _mean_sqrt(vectors: NDArray[np.float32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
    return np.divide(_sum(vectors, lengths), np.sqrt(lengths[:, None], dtype=np.float32))


def _max(vectors: NDArray[np.float32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
    beyond = np.arange(vectors.shape[1]) >= lengths[:, None]
    highest: NDArray[np.float32] = np.where(beyond[..., None], -np.inf, vectors).max(axis=1)
    return highest


def _weighted(vectors: NDArray[np.float32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
    positions = np.arange(1, vectors.shape[1] + 1)
    shares = np.where(positions <= lengths[:, None], positions, 0).astype(np.float32)
    shares /= shares.sum(axis=1, keepdims=True)
    mean: NDArray[np.float32] = (shares[:, None, :] @ vectors)[:, 0]
    return mean


# Name since sentence-transformers 6, flag before it; flags are concatenated in this order.
_MODES: dict[str, tuple[str, Pool]] = {
    "cls": ("pooling_mode_cls_token", _first),
    "max": ("pooling_mode_max_tokens", _max),
    "mean": ("pooling_mode_mean_tokens", _mean),
    "mean_sqrt_len_tokens": ("pooling_mode_mean_sqrt_len_tokens", _mean_sqrt),
    "weightedmean": ("pooling_mode_weightedmean_tokens", _weighted),
    "lasttoken": ("pooling_mode_lasttoken", _last),
}


def pool_of(config: Mapping[str, Any], where: str) -> Pool:
    """The pooling a `1_Pooling/config.json` asks for: (b, n, d) token vectors and (b,) lengths to (b, k * d).

    Raises:
        ModelError: it asks for a mode that is not known here, for none, or for leaving out the prompt's tokens.
    """
    wanted = _wanted(config)
    unknown = [name for name in wanted if name not in _MODES]
    if unknown or not wanted:
        raise ModelError(f"{where} asks for pooling {unknown or wanted!r}; known: {', '.join(_MODES)}.")
    if config.get("include_prompt", True) is False:
        raise ModelError(f"{where} leaves its prompt out of the pooling, which is not known here; use it behind a URL.")
    pools = [_MODES[name][1] for name in wanted]
    return lambda vectors, lengths: np.concatenate([pool(vectors, lengths) for pool in pools], axis=1)


def _wanted(config: Mapping[str, Any]) -> list[str]:
    named = config.get("pooling_mode")
    if named is not None:
        return [named] if isinstance(named, str) else [str(name) for name in named]
    flags = [name for name, on in config.items() if name.startswith("pooling_mode_") and on]
    known = {flag: name for name, (flag, _) in _MODES.items()}
    return [*(name for flag, name in known.items() if flag in flags), *(flag for flag in flags if flag not in known)]
