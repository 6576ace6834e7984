"""One request to an OpenAI-compatible chat server, bounded in time and size, with failures told apart."""

import email.utils
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError, field_validator

from mmmem.chat.structured import shortened
from mmmem.errors import InvalidInputError, ModelError
from mmmem.lazy import require

_RETRIED = (408, 409, 425, 429, 500, 502, 503, 504, 529)
_MALFORMED = (400, 422)
LARGEST_ANSWER_BYTES = 4 << 20


class TransientError(ModelError):
    """A failure that may pass.

    Args:
        wait_s: seconds the server asks to wait, if it says.
        lost: the server may have answered, and charged for it, but the answer did not arrive whole.
    """

    def __init__(self, message: str, *, wait_s: float | None = None, lost: bool = False) -> None:
        super().__init__(message)
        self.wait_s, self.lost = wait_s, lost


class MalformedRequestError(ModelError):
    """The server does not understand a part of the request."""


class Said(BaseModel):
    """The answer within a server's reply."""

    content: str | None = None
    refusal: str | None = None

    @field_validator("content", mode="before")
    @classmethod
    def _joined(cls, content: Any) -> Any:
        """Some servers answer in pieces, as questions are asked."""
        if isinstance(content, list) and all(isinstance(piece, dict) for piece in content):
            return "".join(str(piece.get("text", "")) for piece in content)
        return content


class Choice(BaseModel):
    """One of a reply's answers."""

    message: Said
    finish_reason: str | None = None


class ServerReply(BaseModel):
    """What is read of a reply; anything else in it is ignored."""

    choices: list[Choice] = Field(min_length=1)
    usage: Any = None

    def tokens(self, name: str) -> int | None:
        """A count of `usage`, None where the server does not say or says nonsense."""
        count = self.usage.get(name) if isinstance(self.usage, dict) else None
        return count if isinstance(count, int) and not isinstance(count, bool) and 0 < count < 1 << 31 else None


class ChatServer:
    """Posts to `BASE/chat/completions` through the openai package.

    Args:
        base_url: such as `http://localhost:8080/v1`.
        key: sent as a bearer token; empty sends none. It never enters an error.
        key_env: where the key came from, for the remedy in errors.

    Raises:
        InvalidInputError: not an http(s) address, or one that holds a password.
        MissingExtraError: the openai package is not installed.
    """

    def __init__(self, base_url: str, key: str, key_env: str) -> None:
        self.url = _checked(base_url)
        self._key, self._key_env = key, key_env
        self._openai = require("openai", extra="chat", purpose="A chat model behind a URL")
        self._http = require("httpx2", extra="chat", purpose="A chat model behind a URL")
        # The package wants a key; leaving the header out is asked for with each request.
        self._headers = {} if key else {"Authorization": self._openai.Omit()}
        self._client = self._openai.OpenAI(base_url=self.url, api_key=key or "none", max_retries=0)

    def post(self, body: Mapping[str, Any], timeout_s: float) -> ServerReply:
        """Send one request.

        Raises:
            TransientError: busy, unreachable, too slow, or the answer broke off; another try may work.
            MalformedRequestError: the server does not understand a part of `body`.
            ModelError: refused for good, or the answer is longer than 4 MiB.
        """
        try:
            return self._read(self._post(body, timeout_s))
        except self._openai.APIStatusError as error:
            raise self._refusal(error) from None
        except self._openai.APITimeoutError as error:
            connecting = isinstance(error.__cause__, self._http.ConnectTimeout)
            raise TransientError(f"no answer within {timeout_s:g} s", lost=not connecting) from None
        except self._openai.APIConnectionError as error:
            connecting = isinstance(error.__cause__, self._http.ConnectError)
            raise TransientError(self._clean(str(error.__cause__ or error)), lost=not connecting) from None
        except self._http.TimeoutException:
            raise TransientError(f"no whole answer within {timeout_s:g} s", lost=True) from None
        except self._http.HTTPError as error:
            raise TransientError(f"the answer broke off ({self._clean(str(error))})", lost=True) from None
        except self._openai.OpenAIError as error:
            raise ModelError(f"{self.url} cannot be asked: {self._clean(str(error))}") from None

    def _post(self, body: Mapping[str, Any], timeout_s: float) -> bytes:
        # The client's time-out bounds each read alone; a server that drips would never meet it.
        until, pieces, num_bytes = time.monotonic() + timeout_s, [], 0
        create = self._client.chat.completions.with_streaming_response.create
        with create(**body, timeout=timeout_s, extra_headers=self._headers) as response:
            for piece in response.iter_bytes():
                pieces.append(piece)
                num_bytes += len(piece)
                if num_bytes > LARGEST_ANSWER_BYTES:
                    raise ModelError(f"{self.url} answered with more than {LARGEST_ANSWER_BYTES} bytes; the rest was not read.")
                if time.monotonic() > until:
                    raise TransientError(f"no whole answer within {timeout_s:g} s", lost=True)
        return b"".join(pieces)

    def _read(self, data: bytes) -> ServerReply:
        text = self._without_key(data.decode("utf-8", "replace"))
        try:
            return ServerReply.model_validate_json(text)
        except ValidationError:
            raise TransientError(
                f"the answer is no chat completion ({shortened(text)!r}); is it an OpenAI-compatible server", lost=True
            ) from None

    def _refusal(self, error: Any) -> ModelError:
        said = self._clean(error.response.text)
        failure = f"HTTP {error.status_code}" + (f": {said}" if said else "")
        if error.status_code in _RETRIED:
            return TransientError(failure, wait_s=wait_asked_s(error.response.headers.get("retry-after")))
        if error.status_code in _MALFORMED:
            return MalformedRequestError(f"{self.url} refused: {failure}. Check the model and its limits.")
        key = f"Set the environment variable {self._key_env} to a key it takes."
        remedies = {401: key, 403: key, 404: "Check the address (it usually ends in /v1) and the model's name."}
        remedy = remedies.get(error.status_code, "Check the model and its limits.")
        return ModelError(f"{self.url} refused: {failure}. {remedy}")

    def _clean(self, text: str) -> str:
        return shortened(self._without_key(text))

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "[key]") if self._key else text


def wait_asked_s(header: str | None) -> float | None:
    """Seconds a Retry-After header asks for, in either of its forms; None if it cannot be read."""
    if header is None:
        return None
    if header.strip().replace(".", "", 1).isdecimal():
        return float(header)
    try:
        return max(email.utils.parsedate_to_datetime(header).timestamp() - time.time(), 0.0)
    except ValueError:
        return None


def _checked(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInputError(f"{base_url!r} is not an address; write http://localhost:8080/v1.")
    if parts.username or parts.password:
        raise InvalidInputError("The address of a chat model holds a password; put the key into an environment variable.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/chat/completions') or '/v1'}"
