"""One directory is one memory: `Memory` opens it, observes into it, and reads it as of any time."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from mmmem.agent.ask import ask
from mmmem.agent.recall import Recall
from mmmem.clock import MAX_NS, Calendar, Span
from mmmem.errors import InvalidInputError
from mmmem.perceive.protocols import Encoder, TextEmbedder
from mmmem.store.check import check_store
from mmmem.store.connection import readable_errors
from mmmem.store.facts import read_facts
from mmmem.store.forget import forget
from mmmem.store.info import describe
from mmmem.store.opening import Mode, OpenStore, open_store
from mmmem.store.passages import consolidate
from mmmem.store.reader import Reader
from mmmem.store.records import (
    CheckReport,
    ClipColumns,
    ConsolidateReport,
    ForgetReport,
    Ints,
    LineColumns,
    LookColumns,
    PassageColumns,
    Presence,
    Receipt,
    StoredDetection,
    StoredFrame,
    StoredText,
    StreamRecord,
    VectorTable,
)
from mmmem.store.rules import Rules
from mmmem.store.streams import CursorOf
from mmmem.store.writer import Writer
from mmmem.types import Answer, Clip, Evidence, Fact, FrameRef, Level, Observation, Query, StreamInfo, TextKind


class Memory:
    """A memory that is open; use it in a `with` statement.

    Every read takes `as_of_ns`: nothing learned later is visible then. Times are nanoseconds of `calendar`.
    """

    def __init__(self, store: OpenStore, text_embedder: TextEmbedder | None, encoder: Encoder | None) -> None:
        self._store = store
        self._reader = Reader(store.folder, store.connection)
        self.text_embedder = text_embedder
        self.encoder = encoder
        self.recall = Recall(self, text_embedder, encoder)

    @staticmethod
    def open(
        path: str | Path,
        *,
        mode: Mode = "r",
        create: bool = False,
        calendar: Calendar | None = None,
        text_embedder: TextEmbedder | None = None,
        encoder: Encoder | None = None,
        rules: Rules | None = None,
    ) -> "Memory":
        """Open the memory in directory `path`.

        Args:
            mode: `r` for any number of readers, also beside a writer; `w` for the one writer.
            create: make the memory if the directory is missing or empty.
            calendar: of a new memory; else the first stream's.
            text_embedder: makes passages findable by meaning; used by `consolidate`.
            rules: how words become terms and claims; the product's own by default.

        Raises:
            MemoryNotFoundError, MemoryTooNewError, MemoryLockedError, MemoryCorruptError, StorageError: as they say.
        """
        store = open_store(Path(path), mode, create=create, calendar=calendar, rules=rules)
        return Memory(store, text_embedder, encoder)

    @property
    def path(self) -> Path:
        """The directory."""
        return self._store.folder

    @property
    def calendar(self) -> Calendar:
        """Names the memory's times; offsets while it has no stream."""
        with self._errors():
            return self._reader.calendar() or Calendar()

    @property
    def notes(self) -> tuple[str, ...]:
        """What this way of opening does not see, in words."""
        return (self._store.note,) if self._store.note else ()

    def _errors(self) -> AbstractContextManager[None]:
        return readable_errors(self._store.folder)

    @property
    def _writer(self) -> Writer:
        if self._store.writer is None:
            raise InvalidInputError(f"The memory in {self.path} is open for reading; open it with mode='w' to change it.")
        return self._store.writer

    # Writing

    def add_stream(self, info: StreamInfo) -> StreamRecord:
        """Make a stream known; a known one only learns where it is read from now.

        Raises:
            InvalidInputError: its calendar is of another kind than the memory's.
        """
        with self._writer.transaction():
            return self._writer.streams.add(info)

    def observe(self, observations: Iterable[Observation], *, cursor: CursorOf = None, learned_ns: int | None = None) -> Receipt:
        """Store observations in one transaction: all of them are durable when this returns, or none.

        What is already known is counted and ignored; a second pass over known frames adds what they lacked.

        Args:
            cursor: where the source goes on after these, kept with them; the end of what was observed by default.
            learned_ns: when words that came later (a correction, a note) were learned; by default the end of their span,
                as if they had been observed live.

        Raises:
            UnknownNameError: a stream that was not added.
            InvalidInputError: a frame outside its span, vectors of another length than their space's.
            StorageError: disk full or failing; the message says what is kept, and the memory can still be used.
        """
        return self._writer.observe(observations, cursor, learned_ns)

    def consolidate(self, progress: Callable[[int], object] | None = None) -> ConsolidateReport:
        """Do idle-time work: make and embed complete passages, if there is a text embedder. Can be stopped at any time."""
        writer = self._writer
        return ConsolidateReport() if self.text_embedder is None else consolidate(writer, self.text_embedder, progress)

    def forget(
        self, *, stream: str | None = None, span: Span | None = None, name: str | None = None, dry_run: bool = True
    ) -> ForgetReport:
        """Remove a stream, a span, or everything about a person or thing; no byte of it is left.

        Args:
            stream, span: together, that part of the stream; a span alone means every stream.
            name: words and speakers, detections, their pictures and facts; combines with the other two.
            dry_run: only count.
        """
        return forget(self._writer, stream=stream, span=span, name=name, dry_run=dry_run)

    def check(self, *, repair: bool = False) -> CheckReport:
        """Check everything against everything; `repair` makes derived rows again from the truth."""
        return check_store(self._store, repair=repair)

    # Reading

    def position(self, stream_id: str) -> int | None:
        """Where ingest of the stream goes on, None if nothing was observed or the stream is not known."""
        return next((s.position_ns for s in self.streams() if s.stream_id == stream_id), None)

    def streams(self) -> list[StreamRecord]:
        """All streams in the order they were added."""
        with self._errors():
            return self._reader.streams()

    def clips(
        self, level: Level = "clip", *, stream: str | None = None, window: Span | None = None, as_of_ns: int = MAX_NS
    ) -> list[Clip]:
        """Clips of a level ordered by stream and start."""
        with self._errors():
            return self._reader.clips(level, stream, window, as_of_ns)

    def clip_columns(self, level: Level = "clip", as_of_ns: int = MAX_NS) -> ClipColumns:
        """All clips of a level as columns, ordered by stream and start."""
        with self._errors():
            return self._reader.clip_columns(level, as_of_ns)

    def texts(
        self,
        ids: Sequence[int] | None = None,
        *,
        stream: str | None = None,
        window: Span | None = None,
        kind: TextKind | None = None,
        as_of_ns: int = MAX_NS,
    ) -> list[StoredText]:
        """Texts by id, in that order and without those that are gone; or those that overlap a window, in order of time."""
        with self._errors():
            if ids is not None:
                return self._reader.texts_by_id(ids, as_of_ns)
            return self._reader.texts(stream, window, kind, as_of_ns)

    def line_columns(self) -> LineColumns:
        """All texts as columns ordered by id; a reader sees a writer's new rows on the next call."""
        with self._errors():
            return self._reader.columns.lines()

    def postings(self, term: str) -> tuple[Ints, Ints]:
        """Ids of the texts that hold a term (as `terms` makes it), ascending, and how often each does; nothing is hidden."""
        with self._errors():
            return self._reader.columns.postings(term)

    def frames(
        self,
        ids: Sequence[int] | None = None,
        *,
        stream: str | None = None,
        window: Span | None = None,
        keyframes: bool = False,
        as_of_ns: int = MAX_NS,
    ) -> list[StoredFrame]:
        """Looks by id, or those that overlap a window, in order of time; `keyframes` for those with a picture."""
        with self._errors():
            if ids is not None:
                return [f for f in self._reader.frames_by_id(ids) if f.span.end_ns <= as_of_ns]
            return self._reader.frames(stream, window, as_of_ns, keyframes=keyframes)

    def keyframe(self, ref: FrameRef) -> bytes | None:
        """The JPEG bytes kept of a frame, None if none were."""
        with self._errors():
            return self._reader.keyframe(ref)

    def detections(
        self,
        *,
        stream: str | None = None,
        window: Span | None = None,
        label: str | None = None,
        frame_ids: Sequence[int] | None = None,
        as_of_ns: int = MAX_NS,
    ) -> list[StoredDetection]:
        """Boxes that were found, in order of time."""
        with self._errors():
            return self._reader.detections(stream, window, label, as_of_ns, frame_ids)

    def looked(self, *, stream: str | None = None, window: Span | None = None, as_of_ns: int = MAX_NS) -> LookColumns:
        """When somebody looked for objects, and how many were found; outside these times nobody looked."""
        with self._errors():
            return self._reader.looked(stream, window, as_of_ns)

    def presences(
        self, *, stream: str | None = None, window: Span | None = None, label: str | None = None, as_of_ns: int = MAX_NS
    ) -> list[Presence]:
        """Intervals over which a thing was seen, in order of start."""
        with self._errors():
            return self._reader.presences(stream, window, label, as_of_ns)

    def facts(
        self,
        *,
        subject: str | None = None,
        predicate: str | None = None,
        object: str | None = None,
        as_of_ns: int = MAX_NS,
        at_ns: int | None = None,
    ) -> list[Fact]:
        """Facts in order of when they began; `at_ns` for those that held at that time, as far as known at `as_of_ns`."""
        with self._errors():
            found = read_facts(self._store.connection, subject, predicate, object, as_of_ns)
        return [fact for fact in found if at_ns is None or fact.valid.contains(at_ns)]

    def vectors(self, space: str) -> VectorTable:
        """The rows of a vector space and whose they are.

        Raises:
            UnknownNameError: no such space; `info()` lists them.
        """
        with self._errors():
            return self._reader.columns.vectors(space)

    def passage_columns(self) -> PassageColumns:
        """All passages as columns, ordered by id."""
        with self._errors():
            return self._reader.columns.passages()

    def spaces(self) -> list[str]:
        """Names of the vector spaces in this memory."""
        with self._errors():
            return self._reader.columns.spaces()

    def version(self) -> tuple[str | None, int, int]:
        """A value that changes whenever the memory may have changed."""
        with self._errors():
            return self._reader.columns.version()

    def stream_number(self, stream_id: str) -> int:
        """The number of a stream in columns.

        Raises:
            UnknownNameError: there is none of that name.
        """
        with self._errors():
            return self._reader.stream_number(stream_id)

    # Asking

    def search(
        self,
        text: str,
        *,
        asked_at: int | str | None = None,
        window: Span | None = None,
        stream: str | None = None,
        sources: Sequence[str] | None = None,
        choices: Sequence[str] = (),
        k: int = 15,
    ) -> list[Evidence]:
        """Find what bears on a question, best first; empty if nothing does.

        Args:
            asked_at: when it is asked, in nanoseconds or as the calendar writes times; the end of the memory by default.
                Nothing learned later is visible.
            window: only evidence that overlaps it.
            stream: only this stream.
            sources: names of banks; all by default.
            choices: options the answer is among; they help to find it.

        Raises:
            UnknownNameError: an unknown stream or source.
            InvalidInputError: an empty question, a time that cannot be read, `k` below 1.
        """
        return self.recall.search(self.recall.asked(self._query(text, asked_at, window, choices), stream), sources=sources, k=k)

    def ask(
        self,
        text: str,
        *,
        asked_at: int | str | None = None,
        window: Span | None = None,
        stream: str | None = None,
        sources: Sequence[str] | None = None,
        choices: Sequence[str] = (),
        k: int = 15,
    ) -> Answer:
        """Answer a question with evidence, or abstain and say what was looked at. Arguments as for `search`."""
        return ask(
            self, self.recall, self.recall.asked(self._query(text, asked_at, window, choices), stream), sources=sources, k=k
        )

    def _query(self, text: str, asked_at: int | str | None, window: Span | None, choices: Sequence[str]) -> Query:
        if isinstance(asked_at, str):
            asked_at = self.calendar.parse(asked_at, reference_ns=self.end_ns())
        return Query(text, self.end_ns() if asked_at is None else asked_at, window, tuple(choices))

    def end_ns(self) -> int:
        """The end of what was observed, 0 if nothing was."""
        clips = self.clip_columns("day")
        return int(clips.end_ns.max()) if len(clips) else 0

    def info(self) -> dict[str, object]:
        """Counts, spans and sizes, ready for JSON."""
        with self._errors():
            return describe(self._store)

    def close(self) -> None:
        """Close the memory; what was acknowledged is on disk already."""
        self._store.close()

    def __enter__(self) -> "Memory":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
