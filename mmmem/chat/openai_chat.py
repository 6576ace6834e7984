"""Chat models behind any OpenAI-compatible URL (`POST /v1/chat/completions`): words and time-stamped pictures."""

import base64
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from mmmem.chat.budget import Budget, BudgetError, Reservation
from mmmem.chat.chat_server import ChatServer, MalformedRequestError, TransientError
from mmmem.chat.estimate import estimate_text_tokens, estimate_tokens
from mmmem.chat.messages import DEFAULT_MAX_TOKENS, Completion, Message, TextPart
from mmmem.chat.structured import Reply, answered, shortened
from mmmem.errors import InvalidInputError, ModelError

DEFAULT_KEY_ENV = "OPENAI_API_KEY"


@dataclass(frozen=True, slots=True)
class Prices:
    """Dollars per million tokens."""

    usd_per_million_in: float
    usd_per_million_out: float

    def usd(self, tokens_in: int, tokens_out: int) -> float:
        """What so many tokens cost."""
        return (tokens_in * self.usd_per_million_in + tokens_out * self.usd_per_million_out) / 1e6


def parse_prices(text: str) -> Prices:
    """Read `0.15/0.60`: dollars for a million tokens read and written.

    Raises:
        InvalidInputError: not two numbers of 0 or more.
    """
    match = re.fullmatch(r"\s*\$?(\d*\.?\d+)\s*/\s*\$?(\d*\.?\d+)\s*", text)
    if match is None:
        raise InvalidInputError(f"Cannot read the prices {text!r}; write 0.15/0.60, dollars for a million tokens in and out.")
    return Prices(float(match[1]), float(match[2]))


@dataclass(frozen=True, slots=True)
class Dialect:
    """Which spelling of the request a server takes; learned from what it refuses."""

    length_field: str = "max_tokens"
    response_format: bool = True
    temperature: bool = True

    def after(self, complaint: str) -> "Dialect | None":
        """The dialect without the part complained about; None if the complaint is about something else."""
        said = complaint.lower()
        if self.length_field == "max_tokens" and "max_completion_tokens" in said:
            return replace(self, length_field="max_completion_tokens")
        if self.response_format and ("response_format" in said or "json_schema" in said):
            return replace(self, response_format=False)
        if self.temperature and "temperature" in said:
            return replace(self, temperature=False)
        return None


class OpenAIChat:
    """A chat model at a URL.

    Requests are tried again after 408, 409, 425, 429, 5xx, lost connections, time-outs and half answers, waiting
    `backoff_s` times 1, 2, 4 ... or as long as the server asks, at most `longest_wait_s`. A server that refuses
    `response_format`, `max_tokens` or `temperature` is asked without, from then on. A request whose answer was lost is charged
    to the budget by its estimated input.

    Args:
        base_url: such as `http://localhost:8080/v1`.
        model: what the server calls it.
        api_key_env: environment variable that holds the key; unset sends no key.
        prices: for costs in dollars and budgets of money.
        temperature: 0 for the likeliest answer; None leaves it to the server.
        options: further fields of the request, such as `{"seed": 1}`.
        timeout_s: bound on one request, from first byte sent to last byte received.
        max_tries: requests before giving up.
        sleep: waits a number of seconds.

    Raises:
        InvalidInputError: the address or a bound makes no sense.
        MissingExtraError: the openai package is not installed.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key_env: str = DEFAULT_KEY_ENV,
        prices: Prices | None = None,
        temperature: float | None = 0.0,
        options: Mapping[str, object] | None = None,
        timeout_s: float = 60.0,
        max_tries: int = 4,
        backoff_s: float = 0.5,
        longest_wait_s: float = 30.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if timeout_s <= 0 or max_tries < 1 or backoff_s < 0 or longest_wait_s < 0:
            raise InvalidInputError(
                "timeout_s must be above 0, max_tries at least 1, backoff_s and longest_wait_s 0 or more, "
                f"got {timeout_s}, {max_tries}, {backoff_s}, {longest_wait_s}."
            )
        self._server = ChatServer(base_url, os.environ.get(api_key_env, ""), api_key_env)
        self._model, self._prices, self._temperature = model, prices, temperature
        self._options = dict(options or {})
        self._timeout_s, self._max_tries = timeout_s, max_tries
        self._backoff_s, self._longest_wait_s, self._sleep = backoff_s, longest_wait_s, sleep
        self._dialect = Dialect(temperature=temperature is not None)

    def __repr__(self) -> str:
        return f"OpenAIChat({self.name!r})"

    @property
    def name(self) -> str:
        """The model's name on the server, and the server."""
        return f"{self._model}@{self._server.url.partition('://')[2]}"

    @property
    def parameters(self) -> Mapping[str, object]:
        """Temperature and further fields of the request."""
        return {"temperature": self._temperature, **self._options}

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: type[BaseModel] | None = None,
        max_tokens: int = DEFAULT_MAX_TOKENS,
        budget: Budget | None = None,
    ) -> Completion:
        """Answer the last message; see `ChatModel.complete`."""
        budget = budget or Budget()
        with budget.running():
            return answered(lambda asked: self._ask(asked, schema, max_tokens, budget), messages, name=self.name, schema=schema)

    def _ask(self, messages: Sequence[Message], schema: type[BaseModel] | None, max_tokens: int, budget: Budget) -> Reply:
        failure, tried, requests = "", 0, 0
        while tried < self._max_tries:
            requests += 1
            dialect = self._dialect
            try:
                return replace(self._once(messages, schema, max_tokens, budget, dialect), attempts=requests)
            except MalformedRequestError as error:
                adapted = dialect.after(str(error))
                if adapted is None:
                    raise
                self._dialect = adapted
            except TransientError as error:
                tried += 1
                failure = str(error)
                if tried < self._max_tries:
                    self._wait(tried, error, budget)
        raise ModelError(f"{self.name} failed {tried} times: {failure}. Is the server running?")

    def _wait(self, tried: int, error: TransientError, budget: Budget) -> None:
        backoff_s = self._backoff_s * 2 ** (tried - 1)
        wait_s = min(max(backoff_s, error.wait_s or 0.0), self._longest_wait_s)
        if wait_s >= budget.seconds_left:
            raise BudgetError(
                f"{self.name} failed ({error}) and wants {wait_s:g} s before another try, but {budget.seconds_left:.3g} s "
                f"of {budget.seconds:g} are left. Raise the budget."
            ) from None
        self._sleep(wait_s)

    def _once(
        self, messages: Sequence[Message], schema: type[BaseModel] | None, max_tokens: int, budget: Budget, dialect: Dialect
    ) -> Reply:
        expected_in = estimate_tokens(messages)
        body = self._body(messages, schema, max_tokens, dialect)
        with budget.reserve(expected_in + max_tokens, self._usd(expected_in, max_tokens)) as reservation:
            try:
                reply = self._server.post(body, min(self._timeout_s, budget.seconds_left))
            except TransientError as error:
                if error.lost:
                    reservation.settle(expected_in, 0, self._usd(expected_in, 0))
                raise
            return self._settled(reply, expected_in, reservation)

    def _settled(self, reply: Any, expected_in: int, reservation: Reservation) -> Reply:
        said, finish = reply.choices[0].message, reply.choices[0].finish_reason
        text = said.content or ""
        tokens_in = reply.tokens("prompt_tokens") or expected_in
        tokens_out = reply.tokens("completion_tokens") or estimate_text_tokens(text)
        usd = self._usd(tokens_in, tokens_out)
        reservation.settle(tokens_in, tokens_out, usd)
        if said.refusal or finish == "content_filter":
            raise ModelError(f"{self.name} declined to answer: {shortened(said.refusal or text or 'filtered')!r}.")
        return Reply(text, finish == "length", tokens_in, tokens_out, usd)

    def _usd(self, tokens_in: int, tokens_out: int) -> float | None:
        return None if self._prices is None else self._prices.usd(tokens_in, tokens_out)

    def _body(
        self, messages: Sequence[Message], schema: type[BaseModel] | None, max_tokens: int, dialect: Dialect
    ) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self._model, "messages": [_wire(message) for message in messages]}
        body[dialect.length_field] = max_tokens
        if dialect.temperature:
            body["temperature"] = self._temperature
        if schema is not None and dialect.response_format:
            wanted = {"name": schema.__name__, "schema": schema.model_json_schema()}
            body["response_format"] = {"type": "json_schema", "json_schema": wanted}
        return body | ({"extra_body": self._options} if self._options else {})


def _wire(message: Message) -> dict[str, Any]:
    """A message as the protocol writes it; words alone stay a plain string, which every server reads."""
    if not message.images:
        return {"role": message.role, "content": message.text}
    pieces: list[dict[str, Any]] = []
    for part in message.parts:
        words = part.text if isinstance(part, TextPart) else part.words
        pieces.append({"type": "text", "text": words})
        if not isinstance(part, TextPart):
            url = "data:image/jpeg;base64," + base64.b64encode(part.jpeg).decode()
            pieces.append({"type": "image_url", "image_url": {"url": url}})
    return {"role": message.role, "content": pieces}
