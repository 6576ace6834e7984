"""Text embeddings from an OpenAI-compatible URL (`POST /v1/embeddings`)."""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError, ModelError
from mmmem.perceive.protocols import Vectors
from mmmem.perceive.vectors import unit_rows
from mmmem.types import check_text

_RETRIED = (408, 409, 425, 429, 500, 502, 503, 504)
_TOO_LARGE = 413
_LONGEST_WAIT_S = 30.0


class EmbeddingUrl:
    """Text embedder that asks a server.

    Opening asks for one vector, so that a wrong address fails at once and `dim` is known.

    Args:
        url: base address such as `http://localhost:8080/v1`; a fragment names the model: `http://host/v1#bge-small`.
        model: what the server calls the model; None takes the fragment, else the only model the server lists.
        api_key: sent as a bearer token; None takes the environment's `OPENAI_API_KEY`.
        timeout_s: bound on one request.
        max_tries: requests per batch before giving up; waits of 0.5, 1, 2 ... s between them, or what the server asks for.
        batch_texts: texts per request; halved for a batch the server calls too large.
        query_prefix: put before a question, for models trained with one.
        sleep: waits a number of seconds.

    Raises:
        InvalidInputError: the address or a bound makes no sense.
        ModelError: the server cannot be reached, refuses, or answers with something unusable.
    """

    def __init__(
        self,
        url: str,
        *,
        model: str | None = None,
        api_key: str | None = None,
        timeout_s: float = 30.0,
        max_tries: int = 5,
        batch_texts: int = 64,
        query_prefix: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if timeout_s <= 0 or max_tries < 1 or batch_texts < 1:
            raise InvalidInputError(
                f"timeout_s must be above 0, max_tries and batch_texts at least 1, got {timeout_s}, {max_tries}, {batch_texts}."
            )
        self._base, named = _split_url(url)
        self._key = os.environ.get("OPENAI_API_KEY") if api_key is None else api_key
        self._timeout_s, self._max_tries, self._batch_texts, self._sleep = timeout_s, max_tries, batch_texts, sleep
        self._query_prefix = query_prefix
        self._model = model or named or self._only_model()
        self._dim: int | None = None
        self._dim = self._ask(["a"]).shape[1]

    @property
    def space(self) -> str:
        """Names the vector space: the model's name on the server and the length of its vectors."""
        return f"text:{self._model}:{self.dim}"

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._dim or 0)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, dim) float32 of unit length; equal texts are sent once.

        Raises:
            ModelError: the server fails for good, or its vectors change length.
        """
        # Servers refuse empty strings; one space means the same.
        checked = [check_text(text, "text", empty=True) or " " for text in texts]
        place = {text: row for row, text in enumerate(dict.fromkeys(checked))}
        unique = list(place)
        vectors = np.zeros((len(unique), self.dim), np.float32)
        for start in range(0, len(unique), self._batch_texts):
            batch = unique[start : start + self._batch_texts]
            vectors[start : start + len(batch)] = self._ask(batch)
        return vectors[[place[text] for text in checked]]

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dim) float32 of unit length."""
        return self.embed([self._query_prefix + text for text in texts])

    def _ask(self, texts: Sequence[str]) -> Vectors:
        body = {"model": self._model, "input": list(texts), "encoding_format": "float"}
        try:
            reply = self._request("/embeddings", body)
        except _TooLargeError:
            if len(texts) == 1:
                raise
            half = len(texts) // 2
            return np.concatenate([self._ask(texts[:half]), self._ask(texts[half:])])
        return unit_rows(self._rows(reply, len(texts)), self._base)

    def _rows(self, reply: Any, num_texts: int) -> NDArray[np.float64]:
        try:
            rows = sorted(((int(item["index"]), item["embedding"]) for item in reply["data"]), key=lambda item: item[0])
            vectors = np.array([vector for _, vector in rows], np.float64)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"{self._base}/embeddings did not answer with data[].index and data[].embedding of one length; "
                "is it an OpenAI-compatible server?"
            ) from error
        if [index for index, _ in rows] != list(range(num_texts)) or vectors.ndim != 2:
            raise ModelError(f"{self._base}/embeddings answered {len(rows)} vectors for {num_texts} texts.")
        if self._dim not in (None, vectors.shape[1]):
            raise ModelError(
                f"{self._base}/embeddings changed its vectors from {self._dim} to {vectors.shape[1]} numbers; "
                "the server loaded another model. Embed everything again with it, or restore the old one."
            )
        return vectors

    def _only_model(self) -> str:
        reply = self._request("/models", None)
        try:
            names = [str(item["id"]) for item in reply["data"]]
        except (KeyError, TypeError) as error:
            raise ModelError(f"{self._base}/models is not a list of models; name one: {self._base}#MODEL.") from error
        if len(names) != 1:
            listed = ", ".join(sorted(names)) or "none"
            raise ModelError(f"{self._base} serves {len(names)} models ({listed}); name one: {self._base}#MODEL.")
        return names[0]

    def _request(self, path: str, body: Mapping[str, Any] | None) -> Any:
        request = Request(self._base + path, method="GET" if body is None else "POST")
        request.add_header("Content-Type", "application/json")
        if self._key:
            request.add_header("Authorization", f"Bearer {self._key}")
        request.data = None if body is None else json.dumps(body).encode()
        for attempt in range(1, self._max_tries + 1):
            try:
                with urlopen(request, timeout=self._timeout_s) as reply:
                    return json.loads(reply.read())
            except HTTPError as error:
                with error:
                    failure, wait_s = self._refusal(error, attempt)
            except (URLError, OSError, HTTPException) as error:
                failure, wait_s = str(getattr(error, "reason", error)), _wait_s(attempt, None)
            except ValueError as error:
                raise ModelError(f"{self._base}{path} answered with something that is not JSON.") from error
            if attempt < self._max_tries:
                self._sleep(wait_s)
        raise ModelError(f"{self._base}{path} failed {self._max_tries} times: {failure}. Is the server running?")

    def _refusal(self, error: HTTPError, attempt: int) -> tuple[str, float]:
        said = " ".join(error.read(500).decode("utf-8", "replace").split())
        failure = f"HTTP {error.code} {error.reason}: {said}" if said else f"HTTP {error.code} {error.reason}"
        if error.code in _RETRIED:
            return failure, _wait_s(attempt, error.headers.get("Retry-After"))
        if error.code == _TOO_LARGE:
            raise _TooLargeError(f"{self._base} calls a single text too large ({failure}); split it.") from error
        remedy = {
            401: "Set OPENAI_API_KEY or api_key.",
            403: "Set OPENAI_API_KEY or api_key.",
            404: "Check the address (it usually ends in /v1) and the model's name.",
        }
        raise ModelError(
            f"{error.url} refused: {failure}. {remedy.get(error.code, 'Check the model and its limits.')}"
        ) from error


class _TooLargeError(ModelError):
    """The server calls a batch too large."""


def _split_url(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InvalidInputError(f"{url!r} is not an address; write http://localhost:8080/v1 or https://host/v1#MODEL.")
    path = parts.path.rstrip("/").removesuffix("/embeddings")
    return f"{parts.scheme}://{parts.netloc}{path or '/v1'}", parts.fragment


def _wait_s(attempt: int, asked: str | None) -> float:
    """Seconds to wait after try number `attempt`; `asked` is a Retry-After header (its date form is ignored)."""
    backoff: float = 0.5 * 2 ** (attempt - 1)
    if asked is not None and asked.strip().replace(".", "", 1).isdigit():
        backoff = max(backoff, float(asked))
    return min(backoff, _LONGEST_WAIT_S)
