"""Making the memory that is asked, or taking the one an earlier run made of the same texts."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

import mmmem
from apps.evaluate.asking import Askable
from apps.evaluate.cases import Recording
from apps.evaluate.policies import Steering
from mmmem.clock import Calendar
from mmmem.errors import StorageError
from mmmem.perceive.protocols import TextEmbedder
from mmmem.store.schema import FORMAT_VERSION
from mmmem.types import Observation, StreamInfo

if TYPE_CHECKING:
    from mmmem.memory import Memory

Item = TypeVar("Item")
TEXTS_PER_TRANSACTION = 2000


class Tellable(Askable, Protocol):
    """What is fed and asked: `mmmem.memory.Memory`, or anything of that shape."""

    def add_stream(self, info: StreamInfo) -> object:
        """Make a stream known."""
        ...

    def observe(self, observations: Iterable[Observation]) -> object:
        """Keep observations; known ones are ignored."""
        ...

    def consolidate(self) -> object:
        """Do what is left for idle time."""
        ...


OpenMemory = Callable[[Path, Calendar, bool], AbstractContextManager[Tellable]]
"""Opens the memory in a directory; the last argument says whether to write, and then to make it where there is none."""


class Progress(Protocol):
    """Passes items on while showing how far they are."""

    def __call__(self, items: Sequence[Item], what: str) -> Iterable[Item]:
        """The items, in order."""
        ...


def quiet(items: Sequence[Item], what: str) -> Iterable[Item]:
    """Shows nothing."""
    return items


@dataclass(frozen=True, slots=True)
class Built:
    """A memory that holds a whole recording.

    Args:
        build_s: how long making it took, also when an earlier run did.
        reused: an earlier run made it.
    """

    recording: str
    path: str
    num_texts: int
    build_s: float
    reused: bool


def build(recording: Recording, folder: Path, open_memory: OpenMemory, made_by: str, progress: Progress) -> Built:
    """Have a memory of `recording` below `folder`.

    Its name depends on every text and on `made_by` (program and model), so another recording never passes for this one.
    A run that was interrupted goes on: what is known already is ignored.
    """
    path = folder / f"{recording.key}-{fingerprint(recording, made_by)}"
    receipt = path.with_name(path.name + ".built.json")
    if receipt.is_file() and path.is_dir():
        return Built(
            recording.key, str(path), recording.num_texts, float(json.loads(receipt.read_text())["build_s"]), reused=True
        )
    started = time.perf_counter()
    _make_folder(folder)
    with open_memory(path, recording.calendar, True) as memory:
        _tell(memory, recording, progress)
        memory.consolidate()
    built = Built(recording.key, str(path), recording.num_texts, time.perf_counter() - started, reused=False)
    unfinished = receipt.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(built), indent=1))
    unfinished.replace(receipt)
    return built


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"Cannot make the folder {str(folder)!r}: {error.strerror}; give another with --memory.") from error


def _tell(memory: Tellable, recording: Recording, progress: Progress) -> None:
    for stream, texts in recording.streams.items():
        memory.add_stream(StreamInfo(stream, recording.key, recording.calendar, texts[0].span.start_ns))
    batches = list(batched_observations(recording))
    for batch in progress(batches, f"observe {recording.key}"):
        memory.observe(batch)


def batched_observations(recording: Recording) -> Iterator[tuple[Observation, ...]]:
    """All texts as observations, in pieces of one transaction; streams one after another."""
    every = (Observation.of_text(stream, text) for stream, texts in recording.streams.items() for text in texts)
    while batch := tuple(islice(every, TEXTS_PER_TRANSACTION)):
        yield batch


def fingerprint(recording: Recording, made_by: str) -> str:
    """Sixteen hexadecimal digits that change with any text, its time, kind or speaker, the store's format, and `made_by`."""
    digest = hashlib.sha256(f"{mmmem.__version__}\n{FORMAT_VERSION}\n{made_by}\n{recording.calendar}\n".encode())
    for stream, texts in recording.streams.items():
        digest.update(repr(stream).encode())
        for text in texts:
            digest.update(repr((text.span.start_ns, text.span.end_ns, text.kind, text.speaker, text.text)).encode())
    return digest.hexdigest()[:16]


class Opener:
    """Opens `mmmem` memories, asked as `steering` says; a text embedder is loaded once, however the steering changes."""

    def __init__(self, text_embedder: str | None, steering: Steering | None = None) -> None:
        self._embedder: TextEmbedder | None = None
        self._steering = steering or Steering()
        if text_embedder is not None:
            from mmmem.perceive.opening import open_text_embedder

            self._embedder = open_text_embedder(text_embedder)

    def __call__(self, path: Path, calendar: Calendar, write: bool) -> AbstractContextManager[Tellable]:
        """An `OpenMemory`."""
        from mmmem.memory import Memory

        if write:
            return Memory.open(path, mode="w", create=True, calendar=calendar, text_embedder=self._embedder)
        opened = Memory.open(path, text_embedder=self._embedder, policy=self._steering.policy)
        return worldmm_of(opened) if self._steering.is_worldmm else opened

    def steered(self, steering: Steering) -> "Opener":
        """The same embedder, asked in another way."""
        other = Opener(None, steering)
        other._embedder = self._embedder
        return other


@contextmanager
def worldmm_of(memory: "Memory") -> Iterator[Tellable]:
    """A memory that is read through WorldMM's loop."""
    from mmmem.agent.worldmm import WorldMM

    with memory:
        yield cast(Tellable, WorldMM(memory))
