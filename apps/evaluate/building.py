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
from mmmem.types import Answer, Evidence, Observation, StreamInfo

if TYPE_CHECKING:
    from mmmem.agent.escalation import ModelTier
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
        wearer = recording.wearers.get(stream, "")
        memory.add_stream(StreamInfo(stream, recording.key, recording.calendar, texts[0].span.start_ns, wearer=wearer))
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
        digest.update(repr((stream, recording.wearers[stream]) if stream in recording.wearers else stream).encode())
        for text in texts:
            digest.update(repr((text.span.start_ns, text.span.end_ns, text.kind, text.speaker, text.text)).encode())
    return digest.hexdigest()[:16]


class Opener:
    """Opens `mmmem` memories, asked as `steering` says; models are loaded once, however the steering changes.

    Args:
        text_embedder: by name, as for ingest; None for words alone.
        model: a language model to ask as the steering's loop does; None for none.
    """

    def __init__(self, text_embedder: str | None, steering: Steering | None = None, model: "ModelTier | None" = None) -> None:
        self._embedder: TextEmbedder | None = None
        self._steering = steering or Steering()
        self._model = model
        if text_embedder is not None:
            from mmmem.perceive.opening import open_text_embedder

            self._embedder = open_text_embedder(text_embedder)

    def __call__(self, path: Path, calendar: Calendar, write: bool) -> AbstractContextManager[Tellable]:
        """An `OpenMemory`."""
        from mmmem.memory import Memory

        if write:
            return Memory.open(path, mode="w", create=True, calendar=calendar, text_embedder=self._embedder)
        return self._asked(Memory.open(path, text_embedder=self._embedder, policy=self._steering.policy))

    @contextmanager
    def _asked(self, memory: "Memory") -> Iterator[Tellable]:
        """The memory, WorldMM's loop over it, or the memory with a language model, to be searched and asked."""
        with memory:
            if self._steering.is_worldmm:
                from mmmem.agent.worldmm import WINDOWS, WorldMM

                windows = {length_ns: WINDOWS[length_ns] for length_ns in self._steering.windows_ns}
                yield cast(Tellable, WorldMM(memory, windows=windows, model=self._model))
            else:
                yield memory if self._model is None else cast(Tellable, Escalating(memory, self._model))

    def steered(self, steering: Steering) -> "Opener":
        """The same models, asked in another way."""
        other = Opener(None, steering, self._model)
        other._embedder = self._embedder
        return other


class Escalating:
    """A memory that asks a language model where the core tier is unsure."""

    def __init__(self, memory: "Memory", model: "ModelTier") -> None:
        self._memory, self._model = memory, model

    def search(self, text: str, *, asked_at: int, stream: str | None, k: int, choices: Sequence[str]) -> Sequence[Evidence]:
        """Evidence, best first; no model is asked."""
        return self._memory.search(text, asked_at=asked_at, stream=stream, k=k, choices=choices)

    def ask(self, text: str, *, asked_at: int, stream: str | None, choices: Sequence[str]) -> Answer:
        """A typed answer."""
        return self._memory.ask(text, asked_at=asked_at, stream=stream, choices=choices, model=self._model)
