"""Answers kept by content: the same words and pictures, schema, prompt version, model and settings are asked once."""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mmmem.chat.budget import Budget
from mmmem.chat.messages import DEFAULT_MAX_TOKENS, ChatModel, Completion, Message, TextPart
from mmmem.chat.structured import UnusableAnswerError, validated
from mmmem.errors import StorageError

_FORMAT = 1
CACHE = "chat_cache"
"""Name of the folder inside a memory; forgetting removes it (`mmmem.store.caches`)."""


class _Entry(BaseModel):
    """What a file holds: no question, no picture, no key; the answer and its figures."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: str
    text: str
    text_sha256: str
    tokens_in: int = Field(ge=0)
    tokens_out: int = Field(ge=0)
    cost_usd: float | None
    attempts: int = Field(ge=1)


class CachedChat:
    """A chat model whose usable answers are kept in a folder; failures are not.

    Any change of a message, a picture, a prompt's version, the schema, the model's name or parameters, or `max_tokens` asks
    anew. An entry that cannot be read, or no longer fits the schema, is ignored and written again. Several processes may
    share the folder: entries appear whole or not at all. A kept answer charges no budget. Answers speak of what was seen:
    `clear` the folder when something is forgotten.

    Args:
        chat: asked where no answer is kept.
        folder: made when the first answer is kept.
    """

    def __init__(self, chat: ChatModel, folder: str | os.PathLike[str]) -> None:
        self._chat, self._folder = chat, Path(folder)

    def __repr__(self) -> str:
        return f"CachedChat({self._chat!r}, {str(self._folder)!r})"

    @property
    def name(self) -> str:
        """The model's own."""
        return self._chat.name

    @property
    def parameters(self) -> Mapping[str, object]:
        """The model's own."""
        return self._chat.parameters

    @property
    def takes_pictures(self) -> bool:
        """The model's own; True where it does not say."""
        return bool(getattr(self._chat, "takes_pictures", True))

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: type[BaseModel] | None = None,
        max_tokens: int = DEFAULT_MAX_TOKENS,
        budget: Budget | None = None,
    ) -> Completion:
        """Answer from the folder, or ask and keep; see `ChatModel.complete`.

        Raises:
            StorageError: the folder cannot be made, found before the model is asked; or the answer cannot be written down.
        """
        started = time.perf_counter()
        key = self._key(messages, schema, max_tokens)
        kept = self._kept(key, schema, started)
        if kept is not None:
            return kept
        self._make_room(key)
        completion = self._chat.complete(messages, schema=schema, max_tokens=max_tokens, budget=budget)
        self._keep(key, completion)
        return completion

    def clear(self) -> int:
        """Delete every kept answer; returns how many files.

        Raises:
            StorageError: one cannot be deleted.
        """
        paths = [path for pattern in ("??/*.json", "??/*.part") for path in self._folder.glob(pattern)]
        try:
            for path in paths:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"Cannot delete a kept answer in {str(self._folder)!r}: {error.strerror or error}.") from error
        return len(paths)

    def _key(self, messages: Sequence[Message], schema: type[BaseModel] | None, max_tokens: int) -> str:
        asked = {
            "format": _FORMAT,
            "model": self._chat.name,
            "parameters": dict(self._chat.parameters),
            "max_tokens": max_tokens,
            "schema": None if schema is None else schema.model_json_schema(),
            "messages": [{"role": m.role, "prompt": m.prompt, "parts": [_content(p) for p in m.parts]} for m in messages],
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"

    def _kept(self, key: str, schema: type[BaseModel] | None, started: float) -> Completion | None:
        try:
            entry = _Entry.model_validate_json(self._path(key).read_bytes())
            if entry.key != key or entry.text_sha256 != _sha256(entry.text.encode()):
                return None
            text, parsed = (entry.text, None) if schema is None else validated(entry.text, schema)
        except (OSError, ValidationError, UnusableAnswerError):
            return None
        ms = (time.perf_counter() - started) * 1000
        return Completion(text, parsed, entry.tokens_in, entry.tokens_out, ms, entry.cost_usd, True, entry.attempts)

    def _keep(self, key: str, done: Completion) -> None:
        entry = _Entry(
            key=key,
            text=done.text,
            text_sha256=_sha256(done.text.encode()),
            tokens_in=done.tokens_in,
            tokens_out=done.tokens_out,
            cost_usd=done.cost_usd,
            attempts=done.attempts,
        )
        try:
            _replace(self._path(key), entry.model_dump_json().encode())
        except OSError as error:
            raise self._unwritable(error) from error

    def _make_room(self, key: str) -> None:
        try:
            self._path(key).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> StorageError:
        return StorageError(
            f"Cannot keep answers in {str(self._folder)!r}: {error.strerror or error}. Make it writable, or ask without a cache."
        )


def _replace(path: Path, data: bytes) -> None:
    """Write beside the target and rename: a reader sees the old entry or the new one."""
    handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(part).replace(path)
    except OSError:
        with suppress(OSError):
            Path(part).unlink()
        raise


def _content(part: object) -> list[object]:
    if isinstance(part, TextPart):
        return ["text", part.text]
    jpeg, t_ns, caption = (getattr(part, name) for name in ("jpeg", "t_ns", "caption"))
    return ["image", _sha256(jpeg), t_ns, caption]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
