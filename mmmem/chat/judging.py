"""A model judges evidence: it picks an answer and evidence by number; everything else comes from the store."""

import string
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model, model_validator

from mmmem.chat.budget import Budget
from mmmem.chat.messages import ChatModel, Completion, ImagePart, Message
from mmmem.chat.prompting import one_line, prompt, quoted_lines
from mmmem.chat.world_times import invented_times
from mmmem.clock import Calendar
from mmmem.errors import InvalidInputError, MmmemError, ModelError
from mmmem.types import Evidence

Frames = Callable[[Evidence], Iterable[tuple[int, bytes]]]
"""Pictures of one piece of evidence: time in nanoseconds and JPEG."""
MOST_CITED = 5
MOST_PICTURES = 8
_TASK = {
    True: "Choose one of the answers by its letter; null if none can be chosen.",
    False: "Give the answer in a few words; an empty string if there is none. If a time is asked for, say what happened then "
    "and name its evidence.",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model made of the evidence.

    Args:
        choice: index into the choices, None where none was chosen or there are none.
        answer: the chosen choice, or the answer in words; empty where there is none.
        evidence: indices into the given evidence, the most telling first; never empty where `sufficient`.
        sufficient: the evidence settles the question.
        confidence: the model's own, in [0, 1]; not calibrated.
        model: name of the model.
        prompt: name and version of the prompt.
        completion: what it took.
    """

    choice: int | None
    answer: str
    evidence: tuple[int, ...]
    sufficient: bool
    confidence: float
    model: str
    prompt: str
    completion: Completion


def judge(
    chat: ChatModel,
    question: str,
    choices: Sequence[str],
    evidence: Sequence[Evidence],
    *,
    calendar: Calendar,
    asked_at_ns: int | None = None,
    frames: Frames | None = None,
    budget: Budget | None = None,
    max_tokens: int = 300,
    most_pictures: int = MOST_PICTURES,
) -> Judgement:
    """Let `chat` answer `question` from `evidence` and nothing else.

    Args:
        choices: answers to choose from, at most 26; empty for an answer in words.
        evidence: in the order it is shown.
        calendar: writes the times the model reads.
        frames: gives the pictures of a piece of evidence; asked in order until `most_pictures` are found. None shows none.
        budget: charged; None bounds nothing.
        max_tokens: greatest length of the model's answer.

    Raises:
        ModelError: nothing usable came, for whatever reason (also `BudgetError`): keep the answer there was.
    """
    try:
        if not evidence:
            raise ModelError("There is no evidence to judge; search first.")
        schema = judgement_schema(question, choices, [evidence_line(item, calendar) for item in evidence])
        messages = _messages(question, choices, evidence, calendar, asked_at_ns)
        shown = _with_pictures(messages, evidence, frames, calendar, most_pictures)
        completion = chat.complete(shown, schema=schema, max_tokens=max_tokens, budget=budget)
    except ModelError:
        raise
    except (MmmemError, OSError) as error:
        raise ModelError(f"The evidence could not be judged: {error}") from error
    return _judgement(completion, choices, chat.name, messages[0].prompt)


def evidence_line(evidence: Evidence, calendar: Calendar) -> str:
    """When, from which source, what: the line a model reads."""
    return one_line(f"{calendar.format_span(evidence.span)} | {evidence.source} | {evidence.text or 'a picture'}")


def judgement_schema(question: str, choices: Sequence[str], lines: Sequence[str]) -> type[BaseModel]:
    """The shape of a usable judgement of these lines: numbers that exist, letters that exist, no time of the model's own.

    Raises:
        InvalidInputError: one choice, or more than 26.
    """
    number = Annotated[int, Field(ge=1, le=len(lines), strict=True)]
    fields: dict[str, Any] = {"evidence_numbers": (Annotated[list[number], Field(max_length=MOST_CITED)], ...)}
    if choices:
        fields["choice"] = (Literal[tuple(_letters(choices))] | None, ...)
    else:
        records = (question, *lines)
        fields["answer"] = (Annotated[str, Field(max_length=500), AfterValidator(lambda text: _no_invented(text, records))], ...)
    confidence = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
    fields |= {"sufficient": (bool, ...), "confidence": (confidence, ...)}
    return create_model("Judgement", __base__=_Judged, **fields)


class _Judged(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _settled(self) -> "_Judged":
        said = dict(self)
        if said["sufficient"] and not said["evidence_numbers"]:
            raise ValueError("sufficient is true, but evidence_numbers is empty; name the evidence the answer rests on")
        if said["sufficient"] and not (said.get("choice") or said.get("answer", "").strip()):
            raise ValueError("sufficient is true, but there is no answer; give it, or say that sufficient is false")
        return self


def _no_invented(text: str, records: Iterable[str]) -> str:
    invented = invented_times(text, records)
    if invented:
        raise ValueError(f"the answer states {', '.join(invented)}, which no evidence holds; name the evidence instead of a time")
    return text


def _letters(choices: Sequence[str]) -> str:
    if not 2 <= len(choices) <= len(string.ascii_uppercase):
        raise InvalidInputError(f"A model chooses among 2 to 26 choices, got {len(choices)}.")
    return string.ascii_uppercase[: len(choices)]


def _messages(
    question: str, choices: Sequence[str], evidence: Sequence[Evidence], calendar: Calendar, asked_at_ns: int | None
) -> tuple[Message, Message]:
    return prompt("judge_evidence").render(
        question=one_line(question),
        asked_at="an unstated time" if asked_at_ns is None else calendar.format(asked_at_ns),
        choices=choice_lines(choices),
        num_evidence=str(len(evidence)),
        evidence=quoted_lines([evidence_line(item, calendar) for item in evidence]),
        task=_TASK[bool(choices)],
    )


def choice_lines(choices: Sequence[str]) -> str:
    """One lettered line for each choice; empty without choices.

    Raises:
        InvalidInputError: one choice, or more than 26.
    """
    if not choices:
        return ""
    return "Choices:\n" + "\n".join(f"{letter}. {one_line(c)}" for letter, c in zip(_letters(choices), choices, strict=True))


def _with_pictures(
    messages: tuple[Message, Message], evidence: Sequence[Evidence], frames: Frames | None, calendar: Calendar, most: int
) -> tuple[Message, Message]:
    pictures: list[ImagePart] = []
    for number, item in enumerate(evidence, 1):
        if frames is None or len(pictures) >= most:
            break
        for t_ns, jpeg in frames(item):
            pictures.append(ImagePart(jpeg, t_ns, f"Picture of evidence [{number}], {calendar.format(t_ns)}:"))
    system, user = messages
    return system, Message(user.role, (*user.parts, *pictures[:most]), user.prompt)


def _judgement(completion: Completion, choices: Sequence[str], model: str, label: str) -> Judgement:
    if completion.parsed is None:
        raise ModelError(f"{model} gave an answer that was not validated; a chat model must honour the schema.")
    said = dict(completion.parsed)
    letter = said.get("choice")
    choice = None if letter is None else string.ascii_uppercase.index(letter)
    return Judgement(
        choice=choice,
        answer=said.get("answer", "").strip() if choice is None else choices[choice],
        evidence=tuple(dict.fromkeys(number - 1 for number in said["evidence_numbers"])),
        sufficient=said["sufficient"],
        confidence=said["confidence"],
        model=model,
        prompt=label,
        completion=completion,
    )
