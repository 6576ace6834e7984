"""The reading half of a memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from mmmem.clock import MAX_NS, Calendar, Span
from mmmem.store.assertions import Wanted, read_assertions
from mmmem.store.connection import readable_errors
from mmmem.store.enrichments import Enrichment, Task, first_past, read_enrichments
from mmmem.store.facts import read_facts
from mmmem.store.info import describe
from mmmem.store.losses import read_losses
from mmmem.store.opening import OpenStore
from mmmem.store.poses import read_poses
from mmmem.store.reader import Reader
from mmmem.store.records import (
    ClipColumns,
    Forgotten,
    Ints,
    LineColumns,
    LookColumns,
    Loss,
    PassageColumns,
    Poses,
    Presence,
    StoredAssertion,
    StoredDetection,
    StoredFrame,
    StoredText,
    StreamRecord,
    VectorTable,
)
from mmmem.store.signs import occurrences, pictured
from mmmem.store.tombstones import read_tombstones
from mmmem.types import Clip, Fact, FrameRef, Level, TextKind

Result = TypeVar("Result")


class StoredReads:
    """Every read of an open store; each takes `as_of_ns` where what was learned later must not be seen.

    Safe to call from several threads; each call sees one committed state.
    """

    def __init__(self, store: OpenStore) -> None:
        self._store = store
        self._reader = Reader(store.folder, store.connection)

    @property
    def path(self) -> Path:
        """The directory."""
        return self._store.folder

    @property
    def calendar(self) -> Calendar:
        """Names the memory's times; offsets while it has no stream."""
        with self._reading():
            return self._reader.calendar() or Calendar()

    @property
    def notes(self) -> tuple[str, ...]:
        """What this way of opening does not see, in words."""
        return (self._store.note,) if self._store.note else ()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One committed state for all reads inside, whoever writes meanwhile, and readable errors."""
        with readable_errors(self._store.folder), self._store.snapshots.taken():
            yield

    def _reading_files(self, read: Callable[[], Result]) -> Result:
        """Read rows and the files they name; once more if somebody forgot something and the files were replaced."""
        with readable_errors(self._store.folder):
            try:
                with self._store.snapshots.taken():
                    return read()
            except FileNotFoundError:
                with self._store.snapshots.taken():
                    return read()

    def position(self, stream_id: str) -> int | None:
        """Where ingest of the stream goes on, None if nothing was observed or the stream is not known."""
        return next((s.position_ns for s in self.streams() if s.stream_id == stream_id), None)

    def streams(self) -> list[StreamRecord]:
        """All streams in the order they were added."""
        with self._reading():
            return self._reader.streams()

    def clips(
        self, level: Level = "clip", *, stream: str | None = None, window: Span | None = None, as_of_ns: int = MAX_NS
    ) -> list[Clip]:
        """Clips of a level ordered by stream and start."""
        with self._reading():
            return self._reader.clips(level, stream, window, as_of_ns)

    def clip_columns(self, level: Level = "clip", as_of_ns: int = MAX_NS) -> ClipColumns:
        """All clips of a level as columns, ordered by stream and start."""
        with self._reading():
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
        with self._reading():
            if ids is not None:
                return self._reader.texts_by_id(ids, as_of_ns)
            return self._reader.texts(stream, window, kind, as_of_ns)

    def line_columns(self) -> LineColumns:
        """All texts as columns ordered by id; a reader sees a writer's new rows on the next call."""
        with self._reading():
            return self._reader.columns.lines()

    def postings(self, term: str) -> tuple[Ints, Ints]:
        """Ids of the texts that hold a term (as `terms` makes it), ascending, and how often each does; nothing is hidden."""
        with self._reading():
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
        with self._reading():
            if ids is not None:
                return [f for f in self._reader.frames_by_id(ids) if f.span.end_ns <= as_of_ns]
            return self._reader.frames(stream, window, as_of_ns, keyframes=keyframes)

    def keyframe(self, ref: FrameRef) -> bytes | None:
        """The JPEG bytes kept of a frame, None if none were."""
        return self._reading_files(lambda: self._reader.keyframe(ref))

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
        with self._reading():
            return self._reader.detections(stream, window, label, as_of_ns, frame_ids)

    def looked(self, *, stream: str | None = None, window: Span | None = None, as_of_ns: int = MAX_NS) -> LookColumns:
        """When somebody looked for objects, and how many were found; outside these times nobody looked."""
        with self._reading():
            return self._reader.looked(stream, window, as_of_ns)

    def presences(
        self, *, stream: str | None = None, window: Span | None = None, label: str | None = None, as_of_ns: int = MAX_NS
    ) -> list[Presence]:
        """Intervals over which a thing was seen, in order of start."""
        with self._reading():
            return self._reader.presences(stream, window, label, as_of_ns)

    def labels(self, *, stream: str | None = None, as_of_ns: int = MAX_NS) -> list[str]:
        """What detectors called the things they saw, in alphabetical order."""
        with self._reading():
            return self._reader.labels(stream, as_of_ns)

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
        with self._reading():
            found = read_facts(self._store.connection, subject, predicate, object, as_of_ns)
        return [fact for fact in found if at_ns is None or fact.valid.contains(at_ns)]

    def assertions(
        self,
        *,
        after_id: int = 0,
        subject: str | None = None,
        kinds: Iterable[str] | None = None,
        stream: str | None = None,
        window: Span | None = None,
        known_at_ns: int | None = None,
    ) -> list[StoredAssertion]:
        """Entries of the log, in the order they were written.

        Ids only grow while `version()[0]` stays the same, so that a reader goes on after the last it has seen; when that
        has changed, something was forgotten and the log is to be read from its beginning.

        Args:
            after_id: only those with a higher id.
            kinds: only of these kinds.
            window: only those whose span overlaps it.
            known_at_ns: only those learned by then.
        """
        with self._reading():
            names = {record.number: record.stream_id for record in self._reader.streams()}
            number = None if stream is None else self._reader.stream_number(stream)
            wanted = Wanted(after_id, subject, kinds, number, window, known_at_ns)
            return read_assertions(self._store.connection, names, wanted)

    def poses(self, stream: str, span: Span | None = None, *, as_of_ns: int = MAX_NS) -> Poses:
        """Where the looks of a stream that overlap `span` were taken from, in order of time."""
        with self._reading():
            return read_poses(self._store.connection, self._reader.stream_number(stream), span, as_of_ns)

    def vectors(self, space: str) -> VectorTable:
        """The rows of a vector space and whose they are.

        Raises:
            UnknownNameError: no such space; `info()` lists them.
        """
        return self._reading_files(lambda: self._reader.columns.vectors(space))

    def claims(self) -> list[tuple[int, int, str, str, str]]:
        """What texts claim: id, text, subject, predicate, object; ordered by id. Nothing is hidden."""
        with self._reading():
            return self._reader.columns.claims()

    def claims_learned_late(self) -> dict[int, int]:
        """When claims that a model made may be seen, by id: its whole period was over then, not only the line it names."""
        with self._reading():
            return self._reader.columns.claims_learned_late()

    def enrichments(
        self,
        task: Task | None = None,
        level: Level | None = None,
        *,
        stream: str | None = None,
        window: Span | None = None,
        as_of_ns: int = MAX_NS,
    ) -> list[Enrichment]:
        """What a language model made: captions, summaries of clips of a level, and facts; in order of their start."""
        with self._reading():
            number = None if stream is None else self._reader.stream_number(stream)
            return read_enrichments(self._store.connection, task, level, stream=number, window=window, as_of_ns=as_of_ns)

    def first_past(self, stream: str, t_ns: int) -> int | None:
        """When a stream was first observed up to `t_ns` or beyond, so that `t_ns` was known to be over; None if it was not."""
        with self._reading():
            return first_past(self._store.connection, self._reader.stream_number(stream), t_ns)

    def passage_columns(self) -> PassageColumns:
        """All passages as columns, ordered by id."""
        with self._reading():
            return self._reader.columns.passages()

    def occurrences(self) -> tuple[Ints, Ints]:
        """Every word, speaker and place of every text: (n,) its number and (n,) the text's id; read anew on each call."""
        with self._reading():
            return occurrences(self._store.connection)

    def pictured(self) -> Ints:
        """(4, m) looks that have a vector: id, number of the stream, instant, time learned; read anew on each call."""
        with self._reading():
            return pictured(self._store.connection)

    def spaces(self) -> list[str]:
        """Names of the vector spaces in this memory."""
        with self._reading():
            return self._reader.columns.spaces()

    def version(self) -> tuple[str | None, int, int]:
        """A value that changes whenever the memory may have changed."""
        with self._reading():
            return self._reader.columns.version()

    def stream_number(self, stream_id: str) -> int:
        """The number of a stream in columns.

        Raises:
            UnknownNameError: there is none of that name.
        """
        with self._reading():
            return self._reader.stream_number(stream_id)

    def forgotten(self, *, stream: str | None = None, window: Span | None = None) -> list[Forgotten]:
        """Spans that were forgotten, in order of time: the original of these must not be shown, and is not taken in again."""
        with self._reading():
            number = None if stream is None else self._reader.stream_number(stream)
            return read_tombstones(self._store.connection, number, window)

    def losses(self, *, stream: str | None = None, window: Span | None = None) -> list[Loss]:
        """Pictures and vectors that damage took, as repairs noted them; in order of time."""
        with self._reading():
            return read_losses(self._store.connection, None if stream is None else self._reader.stream_number(stream), window)

    def end_ns(self) -> int:
        """The end of what was observed, 0 if nothing was."""
        clips = self.clip_columns("day")
        return int(clips.end_ns.max()) if len(clips) else 0

    def info(self) -> dict[str, object]:
        """Counts, spans and sizes, ready for JSON."""
        return self._reading_files(lambda: describe(self._store))
