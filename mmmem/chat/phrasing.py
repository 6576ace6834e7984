"""A model words an answer that is already known; numbers become evidence, and times are filled in from the store."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from mmmem.chat.budget import Budget
from mmmem.chat.grounded import invented_names, invented_numbers
from mmmem.chat.judging import evidence_line
from mmmem.chat.messages import ChatModel, Completion
from mmmem.chat.prompting import one_line, prompt, quoted, quoted_lines
from mmmem.chat.structured import shortened
from mmmem.chat.world_times import invented_times, stated_times
from mmmem.clock import Calendar
from mmmem.errors import ModelError
from mmmem.types import Evidence

_TIME_OF = re.compile(r"\{\s*time of \[(\d+)\]\s*\}", re.IGNORECASE)
_NUMBERED = re.compile(r"\[(\d+)\]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?!\[)|(?<=\])\s+(?=[A-Z])")
_WORD = re.compile(r"[^\W\d_]{2}")
_VERDICT = re.compile(r"\s*(yes|no)\b", re.IGNORECASE)


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

    def dated(text: str) -> str:
        return _TIME_OF.sub(lambda match: calendar.format(evidence[int(match[1]) - 1].span.start_ns), text)

    schema = phrasing_schema(question, answer, lines, dated)
    completion = chat.complete(messages, schema=schema, max_tokens=max_tokens, budget=budget)
    if completion.parsed is None:
        raise ModelError(f"{chat.name} gave an answer that was not validated; a chat model must honour the schema.")
    text: str = dict(completion.parsed)["text"]
    numbers = dict.fromkeys(number - 1 for number in _numbers(text))
    return Phrased(dated(text), tuple(numbers), completion)


def phrasing_schema(question: str, answer: str, lines: Sequence[str], dated: Callable[[str], str]) -> type[BaseModel]:
    """One text that cites evidence after each sentence, adds no time, number or name, and drops none of the answer's.

    Args:
        dated: fills in the times of evidence that exists.
    """
    records = (question, answer, *lines)

    def checked(text: str) -> str:
        numbers = _numbers(text)
        wrong = [number for number in numbers if not 1 <= number <= len(lines)]
        if wrong or not numbers:
            named = f"there is no evidence [{wrong[0]}]" if wrong else "no evidence is named"
            raise ValueError(f"{named}; name some of [1] to [{len(lines)}]")
        bare = [sentence for sentence in _SENTENCE_END.split(text) if _WORD.search(sentence) and not _numbers(sentence)]
        if bare:
            raise ValueError(f"{shortened(bare[0], 60)!r} names no evidence; put [n] after each claim")
        _need_nothing_added(_NUMBERED.sub("", _TIME_OF.sub("", text)), records)
        _need_nothing_dropped(_NUMBERED.sub("", dated(text)), answer)
        return text

    text = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(checked)]
    return create_model("Phrasing", __config__=ConfigDict(extra="forbid"), text=(text, ...))


def _need_nothing_added(text: str, records: Sequence[str]) -> None:
    invented = invented_times(text, records)
    if invented:
        raise ValueError(f"it states {', '.join(invented)}, which no evidence holds; write {{time of [n]}}")
    added = (*invented_numbers(text, records), *invented_names(text, records))
    if added:
        raise ValueError(f"it adds {', '.join(added)}, which neither the answer nor any evidence holds; leave that out")


def _need_nothing_dropped(text: str, answer: str) -> None:
    """The answer's times (to the minute), numbers and names, and its yes or no, must stand in the text."""
    times = [time for time in stated_times(answer) if not _says(text, time)]
    names = invented_names(answer, (text,))
    dropped = (*times, *invented_numbers(answer, (text,)), *names)
    if dropped:
        raise ValueError(f"it leaves out {', '.join(dropped)} of the answer; say all of the answer")
    verdict = _VERDICT.match(answer)
    if verdict and not re.match(rf"\s*{verdict[1]}\b", text, re.IGNORECASE):
        raise ValueError(f"the answer is {verdict[1].lower()}; begin with that word")


def _says(text: str, time: str) -> bool:
    to_the_minute = time.rpartition(":")[0] if time.count(":") == 2 else time
    return not invented_times(time, (text,)) or not invented_times(to_the_minute, (text,))


def _numbers(text: str) -> list[int]:
    """Numbers of evidence cited or dated, in order; 0, which names nothing, for one of more than nine digits."""
    return [int(match[1]) if len(match[1]) <= 9 else 0 for match in _NUMBERED.finditer(text)]
