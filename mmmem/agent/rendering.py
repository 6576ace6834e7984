"""Turns clips into words a person can read: their lines, in order, with speakers."""

from typing import TYPE_CHECKING

from mmmem.agent.view import View
from mmmem.store.records import StoredText

if TYPE_CHECKING:
    from mmmem.memory import Memory

MAX_CHARS = 600
SEPARATOR = " | "


def line_text(stored: StoredText) -> str:
    """A line with its speaker, if it has one."""
    return f"{stored.text.speaker}: {stored.text.text}" if stored.text.speaker else stored.text.text


def clip_text(memory: "Memory", view: View, clip: int, centre: int | None = None) -> str:
    """The visible lines of the clip at position `clip`, at most about 600 characters around the line at position `centre`."""
    positions = view.lines_in(clip)
    lines = [line_text(stored) for stored in memory.texts(view.lines.id[positions].tolist())]
    middle = 0 if centre is None else int((positions == centre).argmax())
    return SEPARATOR.join(_around(lines, middle))


def _around(lines: list[str], middle: int) -> list[str]:
    first = last = middle
    room = MAX_CHARS - (len(lines[middle]) if lines else 0)
    while room > 0 and (first > 0 or last < len(lines) - 1):
        if last < len(lines) - 1:
            last += 1
            room -= len(lines[last]) + len(SEPARATOR)
        if first > 0 and room > 0:
            first -= 1
            room -= len(lines[first]) + len(SEPARATOR)
    return lines[first : last + 1]
