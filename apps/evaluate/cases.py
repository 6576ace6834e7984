"""A benchmark as the rest of the package sees it: what may be asked, kept apart from what is right.

The gold of a question is a function, not a value. Reading a data set makes these functions without calling them, asking
takes `AskedQuestion`s alone, and only scoring calls them, when every prediction has been made. So no field of the gold
can reach a memory, whatever a reader, a memory or a runner does wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from mmmem.clock import Calendar
from mmmem.types import Answer, Evidence, TimedText

Gold = TypeVar("Gold")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """All that a memory may know of a question.

    Args:
        id: unique in its data set.
        text: the words of the question.
        asked_at_ns: when it is asked, on the calendar of its recording.
        recording: key of the recording it is about.
        choices: the answers to choose from, in the official order; empty for an open question.
        stream: the one stream it is about; None for all of the recording.
        type: the data set's kind of question; groups the figures and is never given to a memory.
    """

    id: str
    text: str
    asked_at_ns: int
    recording: str
    choices: tuple[str, ...] = ()
    stream: str | None = None
    type: str = ""


@dataclass(frozen=True, slots=True)
class Case(Generic[Gold]):
    """A question and a function that reads what is right; call `gold` only to score a prediction that has been made.

    `gold` raises `InvalidInputError` where the annotation cannot be read.
    """

    question: AskedQuestion
    gold: Callable[[], Gold]


@dataclass(frozen=True, slots=True)
class Recording:
    """What one memory is fed before it is asked.

    Args:
        streams: texts in order of time, by stream id.
        wearers: who wears the camera, by stream id, where that is known.
    """

    key: str
    calendar: Calendar
    streams: Mapping[str, tuple[TimedText, ...]]
    wearers: Mapping[str, str] = field(default_factory=dict)

    @property
    def num_texts(self) -> int:
        """Texts of all streams."""
        return sum(len(texts) for texts in self.streams.values())


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Questions that are not scored, and why."""

    reason: str
    num: int


@dataclass(frozen=True, slots=True)
class Way:
    """One way to search: how many to ask for, and whether the choices are given with the question."""

    name: str
    k: int
    with_choices: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What one search brought, best first, and how long it took."""

    evidence: tuple[Evidence, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a memory made of a question.

    Args:
        looks: by name of the way; a way that failed is missing.
        answer: None if `ask` failed.
        errors: what was raised, in words.
    """

    question: AskedQuestion
    looks: Mapping[str, Look]
    answer: Answer | None
    ask_ms: float
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure of one question: right or wrong (a `bool`), or a share, with what chance alone would get."""

    value: bool | float
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """Marks of a prediction by figure, and what was wrong with the evidence, counted by description.

    Args:
        right: whether the answer is right, for the calibration of its confidence; None where that cannot be said.
    """

    marks: Mapping[str, Mark]
    faults: Mapping[str, int] = field(default_factory=dict)
    right: bool | None = None


@dataclass(frozen=True, slots=True)
class Dataset(Generic[Gold]):
    """A benchmark that has been read.

    Args:
        ways: the searches made for every question, besides asking it.
        score: marks of a prediction; called once every prediction has been made.
        headline: figures shown for every type of question.
        chance: what the chance levels mean, in words.
        notes: what a reader of the figures has to know.
        minutes: where the evidence of a question lies, so that questions about one minute are held out together; None where
            the data set does not say.
        objective: the figure that policies are fitted for; the first of `headline` if empty.
    """

    name: str
    recordings: tuple[Recording, ...]
    cases: tuple[Case[Gold], ...]
    ways: tuple[Way, ...]
    score: Callable[[Prediction, Gold], Scored]
    headline: tuple[str, ...]
    chance: str
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    minutes: Callable[[AskedQuestion, Gold], frozenset[tuple[str, int]]] | None = None
    objective: str = ""
