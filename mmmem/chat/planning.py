"""A model proposes what to search for; it never gives a time, only the question's own words for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from mmmem.agent.language.asking import Channel, Kind
from mmmem.chat.budget import Budget
from mmmem.chat.judging import choice_lines
from mmmem.chat.messages import ChatModel, Completion
from mmmem.chat.prompting import one_line, prompt
from mmmem.chat.world_times import invented_times
from mmmem.clock import Calendar

_Words = Annotated[str, Field(min_length=1, max_length=200)]


class SearchPlan(BaseModel):
    """What to look for.

    Args:
        kind: what is asked for, as `mmmem.agent` names kinds.
        entities: people, things and places named.
        queries: searches, the most direct first; none states a time the question does not.
        time_phrase: words of the question that say when, verbatim, to be read by the core's parser; empty if there are none.
        channel: where to look; None where that is open.
        order: which occurrence is meant.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    entities: Annotated[list[_Words], Field(max_length=12)]
    queries: Annotated[list[_Words], Field(min_length=1, max_length=4)]
    time_phrase: str
    channel: Channel | None
    order: Literal["first", "last", "any"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what it took."""

    plan: SearchPlan
    completion: Completion


def plan_question(
    chat: ChatModel,
    question: str,
    choices: Sequence[str] = (),
    *,
    calendar: Calendar,
    asked_at_ns: int,
    budget: Budget | None = None,
    max_tokens: int = 300,
) -> Planned:
    """Let `chat` say what to search for.

    Raises:
        ModelError: no usable plan came; keep the core's.
        InvalidInputError: one choice, or more than 26.
    """
    messages = prompt("plan_question").render(
        question=one_line(question), asked_at=calendar.format(asked_at_ns), choices=choice_lines(choices)
    )
    completion = chat.complete(messages, schema=plan_schema(question, choices), max_tokens=max_tokens, budget=budget)
    return Planned(SearchPlan.model_validate(dict(completion.parsed or {})), completion)


def plan_schema(question: str, choices: Sequence[str] = ()) -> type[SearchPlan]:
    """`SearchPlan` whose time phrase stands in the question and whose searches state no time of the model's own."""
    records = (question, *choices)

    def verbatim(phrase: str) -> str:
        if one_line(phrase).casefold() not in one_line(question).casefold():
            raise ValueError("time_phrase must be copied from the question exactly, or be empty")
        return phrase

    def timeless(words: str) -> str:
        if invented_times(words, records):
            raise ValueError("a query must not state a time that the question does not state")
        return words

    query = Annotated[_Words, AfterValidator(timeless)]
    queries = Annotated[list[query], Field(min_length=1, max_length=4)]
    return create_model(
        "SearchPlan", __base__=SearchPlan, queries=(queries, ...), time_phrase=(Annotated[str, AfterValidator(verbatim)], ...)
    )
