"""What the page asks of the memory, and what it gets to show; knows nothing of the page."""

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from PIL import Image

from apps.cli.evidence import Located
from apps.cli.evidence_media import write_media
from apps.cli.memories import reading
from apps.demo.belief import Belief
from mmmem.clock import Calendar
from mmmem.errors import InvalidInputError, SourceError
from mmmem.memory import Memory
from mmmem.types import Answer, Evidence
from scenegraph.attaching import holds_graph

MOST_PICTURES = 6
MOST_LINES = 500
Result = TypeVar("Result")
Shown = tuple[Image.Image, str]


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
        """Which streams the memory holds, from when to when."""
        return self._in_thread(self._summary)

    def _in_thread(self, work: Callable[[], Result]) -> Result:
        return self._thread.submit(work).result()

    def _told(self, question: str, choices: list[str], asked_at: str | None) -> Told:
        answer = self._memory.ask(question, choices=choices, asked_at=asked_at)
        steps = [[f"{s.source} / {s.granularity}", s.sub_query, str(s.hits), s.why, f"{s.ms:.1f}"] for s in answer.steps]
        return Told(_words(answer), _pictures(self._memory, answer), steps)

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
        spans = [f"**{record.stream_id}** from {calendar.format(record.start_ns)}" for record in memory.streams()]
        return f"{'; '.join(spans)}. It ends at {calendar.format(memory.end_ns())}." if spans else "It is empty."


def _words(answer: Answer) -> str:
    sure = f"{answer.confidence:.0%} sure" if not answer.abstained else "abstains"
    return f"### {_escaped(answer.text)}\n{sure}, {answer.ms:.0f} ms"


def _pictures(memory: Memory, answer: Answer) -> list[Shown]:
    """The picture of each piece of evidence: from the original where it still is, else what the memory keeps."""
    shown: list[Shown] = []
    with tempfile.TemporaryDirectory(prefix="mmmem-app-") as folder:
        for number, evidence in enumerate(answer.evidence[:MOST_PICTURES]):
            try:
                path = write_media(memory, _located(evidence), Path(folder) / f"{number}.png", kept=False).path
            except (SourceError, InvalidInputError):
                continue  # words alone: there is no picture of it
            with Image.open(path) as picture:
                shown.append((picture.convert("RGB"), _caption(evidence, memory.calendar)))
    return shown


def _located(evidence: Evidence) -> Located:
    ref = evidence.frames[0] if evidence.frames else None
    return Located(
        evidence.id,
        ref.stream_id if ref else evidence.stream_id,
        ref.t_ns if ref else evidence.span.middle_ns,
        evidence.span,
        evidence.text,
        ref,
    )


def _caption(evidence: Evidence, calendar: Calendar) -> str:
    t_ns = evidence.frames[0].t_ns if evidence.frames else evidence.span.start_ns
    return f"{calendar.format(t_ns)}  {evidence.stream_id}  {evidence.text}"


def _spoken(speaker: str | None, words: str) -> str:
    return f"{speaker}: {words}" if speaker else words


def _escaped(words: str) -> str:
    """Text as text: what was seen or said in the world never becomes markup of the page."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()<>#+-.!|~$" else letter for letter in " ".join(words.split()))
