"""A question with everything that is needed to ask it and to judge an answer, and its JSON line."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from mmmem.clock import Span
from streams.house.json_lines import read_lines, write_lines
from streams.house.questions.program import Program

Family = Literal[
    "present", "past", "multi-past", "past-present", "past-present-future",
    "recognition", "attribute", "state", "localisation", "spatial", "functional", "counting",
    "order", "duration", "how often", "who", "unanswerable", "stale",
]  # fmt: skip
FAMILIES: tuple[Family, ...] = (
    "present", "past", "multi-past", "past-present", "past-present-future",
    "recognition", "attribute", "state", "localisation", "spatial", "functional", "counting",
    "order", "duration", "how often", "who", "unanswerable", "stale",
)  # fmt: skip
AnswerType = Literal["yes_no", "count", "thing", "place", "room", "person", "time", "duration", "list", "choice", "word"]
"""`room` is a place that is a whole room, `word` a state or an attribute."""
Stale = Literal["", "unseen", "gone"]
"""Moved since it was last seen: nobody could know, or its place was looked over and found without it."""


@dataclass(frozen=True, slots=True)
class Where:
    """A part of a stream that shows what the answer rests on."""

    stream_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Active:
    """For a question that a robot may answer by going to look.

    Args:
        start: x, y in metres and yaw in radians, where the robot is when it is asked.
        goal: id of the piece of furniture, the room or the person to look at.
        goal_xy: where to stand, metres.
        path_m: the shortest way there.
        value: what is found there then: an id as in `Question.value`.
        accepted: wordings of it.
    """

    start: tuple[float, float, float]
    goal: str
    goal_xy: tuple[float, float]
    path_m: float
    value: str
    accepted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question about what could have been observed by `asked_at_ns`.

    Args:
        template: the shape of its program, for priors.
        text: one of the template's phrasings.
        value: id of a thing, place, room or person; a number; nanoseconds for times and durations; yes or no; a word; a list of
            ids; an index into `choices`; None where the right answer is that it is not known.
        accepted: wordings of the right answer.
        rivals: wordings of other answers of its type; naming one of them first is wrong.
        bounds: lowest and highest number or nanoseconds that are right, tolerance included.
        evidence: where it was seen or heard.
        nodes: ids of what it is about and of the answer.
        stale: see `Stale`; if `gone`, the right answer says so, or names what `accepted` holds.
        outdated: wordings of places that were right before, and were seen to be wrong.
        active: what going there would take and show.
    """

    id: str
    family: Family
    template: str
    text: str
    program: Program
    asked_at_ns: int
    answer_type: AnswerType
    value: Any
    accepted: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    bounds: tuple[int, int] | None = None
    choices: tuple[str, ...] = ()
    evidence: tuple[Where, ...] = ()
    nodes: tuple[str, ...] = ()
    answerable: bool = True
    stale: Stale = ""
    outdated: tuple[str, ...] = ()
    active: Active | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values; what is empty is left out."""
        held = asdict(self) | {"program": self.program.to_json(), "said": str(self.program)}
        held["evidence"] = [
            {"stream": one.stream_id, "start_ns": one.span.start_ns, "end_ns": one.span.end_ns} for one in self.evidence
        ]
        always = {"value", "answerable"}
        return {name: value for name, value in held.items() if name in always or value not in ((), [], "", None)}

    @classmethod
    def from_json(cls, held: dict[str, Any]) -> "Question":
        """What `to_json` gave."""
        known = {one.name for one in fields(cls)}
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in held.items() if name in known
        }
        given["program"] = Program.from_json(held["program"])
        given["evidence"] = tuple(Where(one["stream"], Span(one["start_ns"], one["end_ns"])) for one in held.get("evidence", ()))
        if "active" in held:
            active: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value for name, value in held["active"].items()
            }
            given["active"] = Active(**active)
        if isinstance(held["value"], list):
            given["value"] = tuple(held["value"])
        return cls(**given)


def write_questions(questions: Iterable[Question], path: Path) -> int:
    """Write JSON lines, and say how many; the same questions give the same bytes."""
    asked = list(questions)
    write_lines(path, (question.to_json() for question in asked))
    return len(asked)


def read_questions(path: Path) -> Iterator[Question]:
    """What `write_questions` wrote.

    Raises:
        SourceError: the file is missing or holds something else.
    """
    return read_lines(path, Question.from_json)
