"""What one line tells of a thing or a person, and which of several lines about a place are misreadings of the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mmmem.agent.scenes.fitting import place_key
from mmmem.banks.scene_words import Does, Placed
from mmmem.clock import Span

_OUTDONE = 2
"""What is told this many times as often at a place outdoes its like."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A line that says where a thing was.

    Args:
        line: its position in the view.
        room: where the camera was said to be.
        fit: how well it names what was looked for, in (0, 1].
    """

    line: int
    span: Span
    placed: Placed
    room: str
    fit: float = 1.0

    @property
    def key(self) -> str:
        """The place as it is compared: equal for equal places; empty where none is told."""
        return place_key(self.placed.place)

    @property
    def name(self) -> str:
        """Colour and class: equal for things that are called the same."""
        return f"{self.placed.thing.colour} {self.placed.thing.kind}".strip()

    @property
    def start_ns(self) -> int:
        """When it was told."""
        return self.span.start_ns


@dataclass(frozen=True, slots=True)
class Deed:
    """A line that says who did what, or who was there."""

    line: int
    span: Span
    does: Does
    room: str


def misread(ever: Sequence[Mention], then: Sequence[Mention]) -> frozenset[str]:
    """Names that only stand for another one of the same class or colour, which is told far more and never beside them.

    Args:
        ever: everything told of at a place; `then` is the part of one visit.
    """
    lines, now = _lines_by_name(ever), _lines_by_name(then)
    thing = {one.name: one.placed.thing for one in ever}

    def like(name: str, other: str) -> bool:
        one, two = thing[name], thing[other]
        return one.kind == two.kind or bool(one.colour and one.colour == two.colour)

    def outdone(name: str, other: str) -> bool:
        told, more = len(now[name]), len(now.get(other, ()))
        often = _OUTDONE * len(lines[name]) <= len(lines[other])
        return often and more >= told and not lines[name] & lines[other]

    return frozenset(name for name in now if any(like(name, o) and outdone(name, o) for o in lines if o != name))


def _lines_by_name(mentions: Iterable[Mention]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for one in mentions:
        found.setdefault(one.name, set()).add(one.line)
    return found
