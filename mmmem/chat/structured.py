"""From a model's words to a validated object: one reading, one repair, then a clear failure."""

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from mmmem.chat.messages import Completion, Message, TextPart
from mmmem.errors import ModelError

_REASONING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_CODE_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_SHOWN_CHARS = 300
_RETURNED_CHARS = 2000
_MOST_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """One raw answer of a model.

    Args:
        truncated: it was cut at the greatest length allowed.
        attempts: requests it took.
    """

    text: str
    truncated: bool
    tokens_in: int
    tokens_out: int
    usd: float | None
    attempts: int = 1


class UnusableAnswerError(ModelError):
    """An answer came that is empty, cut, not JSON or not of the schema."""


def answered(
    ask: Callable[[Sequence[Message]], Reply], messages: Sequence[Message], *, name: str, schema: type[BaseModel] | None
) -> Completion:
    """Ask; if the answer is unusable say why and ask once more.

    Raises:
        ModelError: both answers are unusable; holds why, and what was received, shortened. Or `ask` fails.
    """
    started = time.perf_counter()
    asked = [*messages] if schema is None else with_schema(messages, schema)
    replies = [ask(asked)]
    try:
        text, parsed = read_answer(replies[0], schema)
    except UnusableAnswerError as problem:
        replies.append(ask([*asked, *_repair(replies[0], problem)]))
        try:
            text, parsed = read_answer(replies[1], schema)
        except UnusableAnswerError as again:
            raise ModelError(
                f"{name} gave no usable answer, also after one repair: {again} It said: {shortened(replies[1].text)!r}."
            ) from None
    costs = [reply.usd for reply in replies]
    return Completion(
        text=text,
        parsed=parsed,
        tokens_in=sum(reply.tokens_in for reply in replies),
        tokens_out=sum(reply.tokens_out for reply in replies),
        ms=(time.perf_counter() - started) * 1000,
        cost_usd=None if None in costs else sum(cost for cost in costs if cost is not None),
        cached=False,
        attempts=sum(reply.attempts for reply in replies),
    )


def with_schema(messages: Sequence[Message], schema: type[BaseModel]) -> list[Message]:
    """The messages, the last one asking for JSON of `schema`; also servers that ignore `response_format` then know it."""
    wanted = json.dumps(schema.model_json_schema(), ensure_ascii=False, separators=(",", ":"))
    words = f"\nAnswer with one JSON object and nothing else. It must match this JSON schema:\n{wanted}"
    *before, last = messages
    return [*before, Message(last.role, (*last.parts, TextPart(words)), last.prompt)]


def read_answer(reply: Reply, schema: type[BaseModel] | None) -> tuple[str, BaseModel | None]:
    """The words, and the validated object if `schema` asks for one.

    Raises:
        UnusableAnswerError: empty, cut, not JSON, or not of the schema.
    """
    text = _REASONING.sub("", reply.text).strip()
    if reply.truncated:
        raise UnusableAnswerError(f"it was cut after {reply.tokens_out} tokens, the greatest length allowed; answer in fewer.")
    if not text:
        raise UnusableAnswerError("it was empty.")
    return (text, None) if schema is None else validated(text, schema)


def validated(text: str, schema: type[BaseModel]) -> tuple[str, BaseModel]:
    """The JSON without the code fence some models put around it, and the object in it.

    Raises:
        UnusableAnswerError: not JSON, or not of the schema; says where.
    """
    fenced = _CODE_FENCE.match(text)
    bare = fenced[1] if fenced else text
    try:
        return bare, schema.model_validate_json(bare)
    except ValidationError as error:
        problems = [_problem(item) for item in error.errors(include_url=False)]
        more = f"; and {len(problems) - _MOST_PROBLEMS} more" if len(problems) > _MOST_PROBLEMS else ""
        raise UnusableAnswerError(f"it does not match the schema: {'; '.join(problems[:_MOST_PROBLEMS])}{more}.") from None


def shortened(text: str, most_chars: int = _SHOWN_CHARS) -> str:
    """On one line, at most so long, for an error."""
    line = " ".join(text.split())
    return line if len(line) <= most_chars else f"{line[:most_chars]}... ({len(line)} characters)"


def _problem(error: object) -> str:
    assert isinstance(error, dict)
    where = ".".join(str(step) for step in error["loc"])
    said = f"{where}: {error['msg']}" if where else str(error["msg"])
    return said if error["type"] == "json_invalid" else f"{said} (got {shortened(repr(error['input']), 80)})"


def _repair(reply: Reply, problem: UnusableAnswerError) -> tuple[Message, Message]:
    """What the model said, and what is wrong with it; templates want turns to alternate and not to be empty."""
    said = reply.text.strip()[:_RETURNED_CHARS] or "(nothing)"
    request = f"That answer cannot be used: {problem} Answer the same question again, correctly and completely."
    return Message.of("assistant", said), Message.of("user", request)
