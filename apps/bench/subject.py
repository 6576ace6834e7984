"""What a benchmark evaluates: anything that can observe and be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mmmem.clock import Span
from mmmem.types import Detections, Frame, TimedText


class Shown(Protocol):
    """What an answer rests on; `mmmem.types.Evidence` is one."""

    @property
    def stream_id(self) -> str: ...  # noqa: D102
    @property
    def span(self) -> Span: ...  # noqa: D102


class Reply(Protocol):
    """An answer; `mmmem.types.Answer` is one.

    `value` is a bool, a number, nanoseconds or a name; `choice` an index. Whoever went to look also has `path_m` and
    `num_pictures`.
    """

    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> Any: ...  # noqa: D102
    @property
    def choice(self) -> int | None: ...  # noqa: D102
    @property
    def confidence(self) -> float: ...  # noqa: D102
    @property
    def abstained(self) -> bool: ...  # noqa: D102
    @property
    def evidence(self) -> Sequence[Shown]: ...  # noqa: D102


class Subject(Protocol):
    """A memory under test. What it is shown comes in order of time; questions are asked in between, when their time has come."""

    def observe(self, frame: Frame, found: Detections, texts: Sequence[TimedText]) -> None:
        """Take in one picture, what was detected in it, and the words that came with it; the picture itself may be black."""

    def ask(self, text: str, asked_at_ns: int, choices: tuple[str, ...]) -> Reply:
        """Answer from what was observed so far."""

    @property
    def num_bytes(self) -> int:
        """What is kept, in bytes; 0 where nothing is."""

    def close(self) -> None:
        """Let go of files."""


@dataclass(frozen=True, slots=True)
class Source:
    """A span of a stream."""

    stream_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Said:
    """A reply of a baseline."""

    text: str
    value: Any = None
    choice: int | None = None
    confidence: float = 0.5
    abstained: bool = False
    evidence: tuple[Shown, ...] = ()
    path_m: float | None = None
    num_pictures: int = 0


SILENCE = Said("", confidence=0.0, abstained=True)
