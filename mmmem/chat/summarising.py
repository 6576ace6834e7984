"""A model sums up the lines of a stretch of time; every sentence names the lines it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from mmmem.chat.budget import Budget
from mmmem.chat.grounded import invented_names
from mmmem.chat.messages import ChatModel, Completion, Message
from mmmem.chat.prompting import one_line, prompt, quoted_lines
from mmmem.chat.world_times import invented_times
from mmmem.errors import InvalidInputError, ModelError

PROMPT = "summarise_lines"
MOST_TOKENS = 500
MOST_SENTENCES = 8


@dataclass(frozen=True, slots=True)
class Summarised:
    """A summary.

    Args:
        text: its sentences on one line.
        lines: for each sentence the positions, from 0, of the lines it rests on.
    """

    text: str
    lines: tuple[tuple[int, ...], ...]
    prompt: str
    completion: Completion


def summary_messages(lines: Sequence[str], period: str) -> tuple[Message, Message]:
    """What a model is shown; `lines` hold their times already.

    Raises:
        InvalidInputError: no lines.
    """
    if not lines:
        raise InvalidInputError("There are no lines to summarise.")
    return prompt(PROMPT).render(
        period=period, num_lines=str(len(lines)), lines=quoted_lines(lines), most_sentences=str(MOST_SENTENCES)
    )


def summarise(
    chat: ChatModel, lines: Sequence[str], *, period: str, budget: Budget | None = None, max_tokens: int = MOST_TOKENS
) -> Summarised:
    """Let `chat` sum up `lines` of `period`, a time in words.

    Raises:
        BudgetError: it may not fit the budget.
        ModelError: no usable summary came, also after one repair; there is none then.
        InvalidInputError: no lines.
    """
    messages = summary_messages(lines, period)
    completion = chat.complete(messages, schema=summary_schema(lines), max_tokens=max_tokens, budget=budget)
    sentences = dict(completion.parsed or {}).get("sentences")
    if not sentences:
        raise ModelError(f"{chat.name} gave an answer that was not validated; a chat model must honour the schema.")
    text = " ".join(one_line(sentence.text) for sentence in sentences)
    cited = tuple(tuple(dict.fromkeys(number - 1 for number in sentence.line_numbers)) for sentence in sentences)
    return Summarised(text, cited, messages[0].prompt, completion)


def summary_schema(lines: Sequence[str]) -> type[BaseModel]:
    """Sentences that name lines that exist and hold no time and no name that no line holds."""

    def checked(text: str) -> str:
        for what, invented in (("time", invented_times(text, lines)), ("name", invented_names(text, lines))):
            if invented:
                raise ValueError(f"it holds {', '.join(invented)}, a {what} that stands in no line; leave it out")
        return text

    number = Annotated[int, Field(ge=1, le=len(lines), strict=True)]
    sentence = create_model(
        "Sentence",
        __config__=ConfigDict(extra="forbid"),
        text=(Annotated[str, Field(min_length=3, max_length=400), AfterValidator(checked)], ...),
        line_numbers=(Annotated[list[number], Field(min_length=1, max_length=20)], ...),
    )
    sentences = Annotated[list[sentence], Field(min_length=1, max_length=MOST_SENTENCES)]  # type: ignore[valid-type]
    return create_model("Summary", __config__=ConfigDict(extra="forbid"), sentences=(sentences, ...))
