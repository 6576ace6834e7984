"""What is remembered in the tests of enriching."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mmmem.clock import NS_PER_MIN, NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.types import FrameRef, Observation, StreamInfo, TimedText

CALENDAR = Calendar("days")
BEGIN = CALENDAR.at(1, 9 * 3600 * NS_PER_S)
NUM_MINUTES = 90
SECRET = "Zebulon"
"""Somebody who is named in one line alone, at 9:12."""


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str


Cli = Callable[..., Ran]


def minute(number: float) -> int:
    return BEGIN + round(number * NS_PER_MIN)


def lines() -> list[TimedText]:
    found = []
    for number in range(0, NUM_MINUTES, 2):
        span = Span(minute(number), minute(number) + 5 * NS_PER_S)
        words = f"{SECRET} hides the ring under the carpet." if number == 12 else f"Ann washes plate number {number} with soap."
        found.append(TimedText(span, words))
    return found


def fill(memory: Memory, picture: bytes, *, until: int = NUM_MINUTES) -> None:
    """A line every two minutes and a picture at 3, 33 and 63 minutes, up to `until` minutes."""
    memory.add_stream(StreamInfo("cam", "cam", CALENDAR, BEGIN, minute(NUM_MINUTES)))
    seen: list[Any] = [Observation.of_text("cam", text) for text in lines()]
    for index, number in enumerate((3, 33, 63)):
        t_ns = minute(number)
        seen.append(Observation("cam", Span(t_ns, t_ns + NS_PER_S), ref=FrameRef("cam", index, t_ns), keyframe_jpeg=picture))
    end = Span(minute(NUM_MINUTES) - NS_PER_S, minute(NUM_MINUTES))
    seen.append(Observation.of_text("cam", TimedText(end, "Ann leaves the kitchen.")))
    memory.observe([one for one in seen if one.span.end_ns <= minute(until)])
