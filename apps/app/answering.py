"""What the page asks of the memory, and what it gets to show; knows nothing of the page."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from PIL import Image

from apps.app.picturing import Shown, pictures_of
from apps.cli.memories import reading
from apps.demo.belief import Belief
from mmmem.memory import Memory
from mmmem.types import Answer
from scenegraph.attaching import holds_graph

MOST_LINES = 500
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as the page shows it.

    Args:
        words: the answer, how sure it is, and why not if it abstains, as Markdown.
        pictures: each with its caption.
        steps: source, what was looked for, hits, why, milliseconds.
    """

    words: str
    pictures: list[Shown]
    steps: list[list[str]]


class Desk:
    """Has one memory open, and asks it in one thread of its own, as a server has many.

    Args:
        path: the directory that is the memory.

    Raises:
        MemoryNotFoundError: there is none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stack = ExitStack()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="memory")
        with ExitStack() as undo:  # a memory that does not open leaves no thread behind
            undo.callback(self._thread.shutdown)
            self._memory: Memory = self._in_thread(lambda: self._stack.enter_context(reading(path)))
            undo.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._in_thread(self._stack.close)
        self._thread.shutdown()

    def ask(self, question: str, choices: str = "", asked_at: str = "") -> Told:
        """Ask in words.

        Args:
            choices: one a line; empty for an open question.
            asked_at: as the memory's calendar writes times; empty is the end of the memory.

        Raises:
            InvalidInputError: an empty question, a single choice, or a time that cannot be read.
        """
        options = [line.strip() for line in choices.splitlines() if line.strip()]
        return self._in_thread(lambda: self._told(question, options, asked_at.strip() or None))

    def lines(self, word: str = "") -> list[list[str]]:
        """Time, stream, kind and words of what was seen and said, in order of time; those with a word, if one is given."""
        return self._in_thread(lambda: self._lines(word.strip().lower()))

    def map(self) -> Image.Image | None:
        """Where everything is, seen from above; None where the memory holds no scene graph."""
        return self._in_thread(self._map)

    def examples(self) -> list[str]:
        """Questions worth asking first: about things that moved, where the memory holds a scene graph."""
        return self._in_thread(self._examples)

    def summary(self) -> str:
        """Which streams the memory holds, from the first that was seen or said of each to the end of all."""
        return self._in_thread(self._summary)

    def _in_thread(self, work: Callable[[], Result]) -> Result:
        return self._thread.submit(work).result()

    def _told(self, question: str, choices: list[str], asked_at: str | None) -> Told:
        answer = self._memory.ask(question, choices=choices, asked_at=asked_at)
        steps = [[f"{s.source} / {s.granularity}", s.sub_query, str(s.hits), s.why, f"{s.ms:.1f}"] for s in answer.steps]
        return Told(_words(answer), pictures_of(self._memory, question, answer.evidence), steps)

    def _lines(self, word: str) -> list[list[str]]:
        calendar, stored = self._memory.calendar, self._memory.texts()
        found = [one for one in stored if word in f"{one.text.speaker or ''} {one.text.text}".lower()]
        return [
            [calendar.format(one.text.span.start_ns), one.stream_id, one.text.kind, _spoken(one.text.speaker, one.text.text)]
            for one in found[:MOST_LINES]
        ]

    def _map(self) -> Image.Image | None:
        if not holds_graph(self._memory):
            return None
        return Belief(self._memory).map_picture()

    def _examples(self) -> list[str]:
        if not holds_graph(self._memory):
            return ["What happened last?", "Who was there?"]
        names = [thing.name for thing in Belief(self._memory).things][:3]
        shapes = ("Where is the {}?", "When did you last see the {}?", "Where was the {} before?")
        return [shape.format(name) for shape, name in zip(shapes, names, strict=False)]

    def _summary(self) -> str:
        memory, calendar = self._memory, self._memory.calendar
        seen = [(record.stream_id, memory.clips("day", stream=record.stream_id)) for record in memory.streams()]
        spans = [f"**{stream}** from {calendar.format(days[0].span.start_ns)}" for stream, days in seen if days]
        return f"{'; '.join(spans)}. It ends at {calendar.format(memory.end_ns())}." if spans else "It is empty."


def _words(answer: Answer) -> str:
    sure = f"{answer.confidence:.0%} sure" if not answer.abstained else "abstains"
    return f"### {_escaped(answer.text)}\n{sure}, {answer.ms:.0f} ms"


def _spoken(speaker: str | None, words: str) -> str:
    return f"{speaker}: {words}" if speaker else words


def _escaped(words: str) -> str:
    """Text as text: what was seen or said in the world never becomes markup of the page."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()<>#+-.!|~$" else letter for letter in " ".join(words.split()))
