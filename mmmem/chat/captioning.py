"""A model describes a kept picture; its time and its place in the memory come from the store."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from mmmem.chat.budget import Budget
from mmmem.chat.messages import ChatModel, Completion, ImagePart, Message
from mmmem.chat.prompting import one_line, prompt
from mmmem.chat.world_times import invented_times
from mmmem.clock import Calendar
from mmmem.errors import ModelError

PROMPT = "caption_picture"
MOST_TOKENS = 160


def _timeless(text: str) -> str:
    invented = invented_times(text, ())
    if invented:
        raise ValueError(f"it states {', '.join(invented)}; leave times and dates out, they are kept beside the caption")
    return text


class Caption(BaseModel):
    """What can be seen in a picture."""

    model_config = ConfigDict(extra="forbid")

    caption: Annotated[str, Field(min_length=3, max_length=400), AfterValidator(_timeless)]


@dataclass(frozen=True, slots=True)
class Captioned:
    """A caption on one line, and what it took."""

    text: str
    prompt: str
    completion: Completion


def caption_messages(jpeg: bytes, t_ns: int, calendar: Calendar) -> tuple[Message, Message]:
    """What a model is shown of one picture."""
    system, user = prompt(PROMPT).render()
    picture = ImagePart(jpeg, t_ns, f"Picture taken at {calendar.format(t_ns)}:")
    return system, Message(user.role, (*user.parts, picture), user.prompt)


def caption_picture(
    chat: ChatModel, jpeg: bytes, t_ns: int, *, calendar: Calendar, budget: Budget | None = None, max_tokens: int = MOST_TOKENS
) -> Captioned:
    """Let `chat` describe the JPEG taken at `t_ns`.

    Raises:
        BudgetError: it may not fit the budget.
        ModelError: no usable caption came, also after one repair; there is none then.
    """
    messages = caption_messages(jpeg, t_ns, calendar)
    completion = chat.complete(messages, schema=Caption, max_tokens=max_tokens, budget=budget)
    text = one_line(str(dict(completion.parsed or {}).get("caption", "")))
    if not text:
        raise ModelError(f"{chat.name} gave an answer that was not validated; a chat model must honour the schema.")
    return Captioned(text, messages[0].prompt, completion)
