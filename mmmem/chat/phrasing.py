"""A model words an answer that is already known; numbers become evidence, and times are filled in from the store."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from mmmem.chat.budget import Budget
from mmmem.chat.judging import evidence_line
from mmmem.chat.messages import ChatModel, Completion
from mmmem.chat.prompting import one_line, prompt, quoted, quoted_lines
from mmmem.chat.world_times import invented_times
from mmmem.clock import Calendar
from mmmem.errors import ModelError
from mmmem.types import Evidence

_TIME_OF = re.compile(r"\{\s*time of \[(\d+)\]\s*\}", re.IGNORECASE)
_NUMBERED = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Phrased:
    """An answer in words.

    Args:
        text: with `[n]` after claims (n from 1 in the given evidence) and times from the store.
        evidence: indices into the given evidence that are cited or dated, in order of appearance.
    """

    text: str
    evidence: tuple[int, ...]
    completion: Completion


def phrase_answer(
    chat: ChatModel,
    question: str,
    answer: str,
    evidence: Sequence[Evidence],
    *,
    calendar: Calendar,
    budget: Budget | None = None,
    max_tokens: int = 200,
) -> Phrased:
    """Let `chat` word `answer` for the person who asked.

    Raises:
        ModelError: no usable wording came, or there is no evidence; keep the plain answer.
    """
    if not evidence:
        raise ModelError("There is no evidence to cite; keep the plain answer.")
    lines = [evidence_line(item, calendar) for item in evidence]
    messages = prompt("phrase_answer").render(
        question=one_line(question), answer=quoted(answer), num_evidence=str(len(lines)), evidence=quoted_lines(lines)
    )
    schema = phrasing_schema((question, answer, *lines), len(lines))
    completion = chat.complete(messages, schema=schema, max_tokens=max_tokens, budget=budget)
    text: str = dict(completion.parsed or {})["text"]
    numbers = dict.fromkeys(number - 1 for number in _numbers(text))
    dated = _TIME_OF.sub(lambda match: calendar.format(evidence[int(match[1]) - 1].span.start_ns), text)
    return Phrased(dated, tuple(numbers), completion)


def phrasing_schema(records: Sequence[str], num_evidence: int) -> type[BaseModel]:
    """One text that cites only numbers that exist, and at least one, and states no time of the model's own."""

    def checked(text: str) -> str:
        numbers = _numbers(text)
        wrong = [number for number in numbers if not 1 <= number <= num_evidence]
        if wrong or not numbers:
            named = f"there is no evidence [{wrong[0]}]" if wrong else "no evidence is named"
            raise ValueError(f"{named}; name some of [1] to [{num_evidence}]")
        invented = invented_times(_TIME_OF.sub("", text), records)
        if invented:
            raise ValueError(f"it states {', '.join(invented)}, which no evidence holds; write {{time of [n]}}")
        return text

    text = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(checked)]
    return create_model("Phrasing", __config__=ConfigDict(extra="forbid"), text=(text, ...))


def _numbers(text: str) -> list[int]:
    """Numbers of evidence cited or dated, in order; 0, which names nothing, for one of more than nine digits."""
    return [int(match[1]) if len(match[1]) <= 9 else 0 for match in _NUMBERED.finditer(text)]
