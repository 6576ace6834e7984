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


# Order matters: several modes are concatenated in this one.
_MODES: dict[str, Pool] = {
    "pooling_mode_cls_token": _first,
    "pooling_mode_max_tokens": _max,
    "pooling_mode_mean_tokens": _mean,
    "pooling_mode_mean_sqrt_len_tokens": _mean_sqrt,
    "pooling_mode_lasttoken": _last,
}


def pool_of(config: Mapping[str, Any], where: str) -> Pool:
    """The pooling a `1_Pooling/config.json` asks for: (b, n, d) token vectors and (b,) lengths to (b, k * d).

    Raises:
        ModelError: it asks for a mode that is not known here, or for none.
    """
    wanted = [name for name, on in config.items() if name.startswith("pooling_mode_") and on]
    unknown = sorted(set(wanted) - set(_MODES))
    if unknown or not wanted:
        raise ModelError(f"{where} asks for pooling {unknown or wanted!r}; known: {', '.join(_MODES)}.")
    pools = [pool for name, pool in _MODES.items() if name in wanted]
    return lambda vectors, lengths: np.concatenate([pool(vectors, lengths) for pool in pools], axis=1)
