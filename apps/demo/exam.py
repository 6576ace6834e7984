"""Making the film, remembering it the way any film is remembered, and asking: everything the page shows."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from apps.demo.film import Film
from apps.demo.quiz import Question, questions
from apps.demo.story import Story, write_story
from apps.demo.tracks import write_tracks
from apps.ingest import Ingest, IngestReport, SourceOptions, open_source, sampling
from mmmem.errors import InvalidInputError, StorageError
from mmmem.memory import Memory
from mmmem.types import Answer

FILM, MEMORY, PAGE = "household.mp4", "memory", "index.html"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what the memory answered, and whether the script agrees."""

    question: Question
    answer: Answer

    @property
    def right(self) -> bool:
        """Whether the answer is the one the script expects."""
        return self.question.agrees(self.answer)


@dataclass(frozen=True, slots=True)
class Exam:
    """A film that was made, remembered and asked about.

    Args:
        film_s, ingest_s: seconds that making and remembering took.
    """

    story: Story
    folder: Path
    ingest: IngestReport
    asked: tuple[Asked, ...]
    film_s: float
    ingest_s: float

    @property
    def film(self) -> Path:
        """The video."""
        return self.folder / FILM

    @property
    def memory(self) -> Path:
        """The directory of the memory."""
        return self.folder / MEMORY

    @property
    def num_right(self) -> int:
        """How many answers agree with the script."""
        return sum(one.right for one in self.asked)


def examine(folder: Path, seed: int, *, height: int = 360, fps: int = 8) -> Exam:
    """Make the film of a seed in `folder`, remember it, and ask about it.

    Args:
        height: of the pictures, pixels; they are four by three.
        fps: pictures a second.

    Raises:
        InvalidInputError: the folder holds other things than an earlier demo.
        StorageError: it cannot be written.
    """
    story = write_story(seed)
    _clear(folder)
    started_s = time.perf_counter()
    Film(story, height=height, fps=fps).write(folder / FILM)
    write_tracks(story, folder / FILM)
    made_s = time.perf_counter()
    report = remember(folder / FILM, folder / MEMORY)
    ingested_s = time.perf_counter()
    with Memory.open(folder / MEMORY) as memory:
        asked = tuple(Asked(question, _answer(memory, question)) for question in questions(story))
    return Exam(story, folder, report, asked, made_s - started_s, ingested_s - made_s)


def remember(film: Path, memory: Path) -> IngestReport:
    """Take a film and the tracks beside it into a new memory, a picture a second."""
    every = sampling(None, looking=False)
    with (
        open_source([str(film)], every.sampler, SourceOptions()) as stream,
        Memory.open(memory, mode="w", create=True, calendar=stream.info.calendar) as opened,
    ):
        return Ingest(opened, stream, period_ns=every.period_ns).run()


def _answer(memory: Memory, question: Question) -> Answer:
    return memory.ask(question.text, asked_at=question.asked_at_ns, choices=question.choices)


def _clear(folder: Path) -> None:
    """Take away what an earlier demo left; nothing else is ever touched."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir()}
        if names and FILM not in names:
            raise InvalidInputError(f"{str(folder)!r} holds other things ({min(names)!r}); name an empty or new folder with -o.")
        if (folder / MEMORY).exists():
            shutil.rmtree(folder / MEMORY)
    except OSError as error:
        raise StorageError(f"Cannot write to {str(folder)!r}: {error.strerror}; give another folder with -o.") from error
