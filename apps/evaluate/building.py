"""Making the memory that is asked, or taking the one an earlier run made of the same texts."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

import mmmem
from apps.evaluate.asking import Askable
from apps.evaluate.cases import Recording
from mmmem.clock import Calendar
from mmmem.errors import StorageError
from mmmem.types import Observation, StreamInfo

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
    """Sixteen hexadecimal digits that change with any text, its time, kind or speaker, and with `made_by`."""
    digest = hashlib.sha256(f"{mmmem.__version__}\n{made_by}\n{recording.calendar}\n".encode())
    for stream, texts in recording.streams.items():
        digest.update(repr(stream).encode())
        for text in texts:
            digest.update(repr((text.span.start_ns, text.span.end_ns, text.kind, text.speaker, text.text)).encode())
    return digest.hexdigest()[:16]


def mmmem_opener(text_embedder: str | None) -> OpenMemory:
    """Opens `mmmem` memories with a text embedder by name, which is loaded once; None for none."""
    embedder: dict[str, Any] = {}
    if text_embedder is not None:
        from mmmem.perceive.opening import open_text_embedder

        embedder["text_embedder"] = open_text_embedder(text_embedder)
    return lambda path, calendar, write: _open(path, calendar, write, embedder)


def _open(path: Path, calendar: Calendar, write: bool, embedder: Mapping[str, Any]) -> AbstractContextManager[Tellable]:
    from mmmem.memory import Memory

    if not write:
        return Memory.open(path, mode="r", **embedder)
    return Memory.open(path, mode="w", create=True, calendar=calendar, **embedder)
