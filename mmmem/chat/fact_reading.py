"""A model reads facts off lines: each names the one line that states it, in words the lines hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from mmmem.chat.budget import Budget
from mmmem.chat.messages import ChatModel, Completion, Message
from mmmem.chat.prompting import one_line, prompt, quoted_lines
from mmmem.errors import InvalidInputError, ModelError
from mmmem.text.terms import terms

PROMPT = "read_facts"
MOST_TOKENS = 1500
MOST_FACTS = 40
PREDICATES: Mapping[str, tuple[bool, str]] = {
    "at": (True, "thing or person -> place with its preposition, as in: on table"),
    "held_by": (True, "thing -> person"),
    "came_from": (True, "thing -> place"),
    "state": (True, "thing -> open, closed, on, off, locked, unlocked, broken, clean, dirty, empty or full"),
    "owns": (False, "person -> thing"),
    "likes": (False, "person -> thing"),
    "dislikes": (False, "person -> thing"),
    "wants": (False, "person -> thing"),
    "is": (False, "person or thing -> role or condition"),
    "named": (True, "person or thing -> name"),
    "lives_in": (True, "person -> place"),
    "works_at": (False, "person -> employer"),
    "works_as": (False, "person -> role"),
    "family": (False, "person -> relation and name, as in: sister Anna"),
    "plans": (False, "person -> what is to be done"),
}
"""The vocabulary of `mmmem.banks.semantic`: whether a subject has one object at a time, and what stands on both sides."""


@dataclass(frozen=True, slots=True)
class ReadFact:
    """A fact as a model read it; `line` is the position, from 0, of the line that states it."""

    line: int
    subject: str
    predicate: str
    object: str
    ends: bool

    @property
    def functional(self) -> bool:
        """Whether the subject has one object at a time."""
        return PREDICATES[self.predicate][0]


@dataclass(frozen=True, slots=True)
class FactsRead:
    """Facts, perhaps none, and what they took."""

    facts: tuple[ReadFact, ...]
    prompt: str
    completion: Completion


def facts_messages(lines: Sequence[str], period: str) -> tuple[Message, Message]:
    """What a model is shown; `lines` hold their times already.

    Raises:
        InvalidInputError: no lines.
    """
    if not lines:
        raise InvalidInputError("There are no lines to read facts off.")
    predicates = "; ".join(f"{name} ({words})" for name, (_, words) in PREDICATES.items())
    return prompt(PROMPT).render(period=period, num_lines=str(len(lines)), lines=quoted_lines(lines), predicates=predicates)


def read_facts(
    chat: ChatModel, lines: Sequence[str], *, period: str, budget: Budget | None = None, max_tokens: int = MOST_TOKENS
) -> FactsRead:
    """Let `chat` read facts off `lines` of `period`, a time in words.

    Raises:
        BudgetError: it may not fit the budget.
        ModelError: nothing usable came, also after one repair; there are no facts then.
        InvalidInputError: no lines.
    """
    messages = facts_messages(lines, period)
    completion = chat.complete(messages, schema=facts_schema(lines), max_tokens=max_tokens, budget=budget)
    if completion.parsed is None:
        raise ModelError(f"{chat.name} gave an answer that was not validated; a chat model must honour the schema.")
    found = (
        ReadFact(said.line_number - 1, one_line(said.subject), said.predicate, one_line(said.object), said.ends)
        for said in dict(completion.parsed)["facts"]
    )
    return FactsRead(tuple(dict.fromkeys(found)), messages[0].prompt, completion)


def facts_schema(lines: Sequence[str]) -> type[BaseModel]:
    """Facts whose lines exist, whose predicates are known, and whose words stand in the lines."""

    @cache
    def known() -> frozenset[str]:
        return frozenset(term for line in lines for term in terms(line))

    def checked(words: str) -> str:
        invented = [term for term in terms(words) if term not in known()]
        if invented:
            raise ValueError(f"{words!r} is not in the words of the lines; use theirs, or leave the fact out")
        return words

    predicate: Any = Literal[tuple(PREDICATES)]
    side = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(checked)]
    fact = create_model(
        "Fact",
        __config__=ConfigDict(extra="forbid"),
        line_number=(Annotated[int, Field(ge=1, le=len(lines), strict=True)], ...),
        subject=(side, ...),
        predicate=(predicate, ...),
        object=(side, ...),
        ends=(bool, False),
    )
    facts = Annotated[list[fact], Field(max_length=MOST_FACTS)]  # type: ignore[valid-type]
    return create_model("Facts", __config__=ConfigDict(extra="forbid"), facts=(facts, ...))
