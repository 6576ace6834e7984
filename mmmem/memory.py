"""One directory is one memory: `Memory` opens it, observes into it, and reads it as of any time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from mmmem.agent.ask import ask
from mmmem.agent.escalation import ModelTier
from mmmem.agent.policy import Policy
from mmmem.agent.recall import Recall
from mmmem.agent.routine import Routine, Routines
from mmmem.agent.typed import TypedSource
from mmmem.banks.consolidation.habits import Habit
from mmmem.banks.consolidation.standing import Standing
from mmmem.clock import Calendar, Span
from mmmem.errors import InvalidInputError
from mmmem.perceive.protocols import Encoder, TextEmbedder
from mmmem.store.check import check_store
from mmmem.store.connection import readable_errors
from mmmem.store.enrichments import Enrichment, keep
from mmmem.store.forget import Wish, forget, lift, remove_enrichments, would_forget
from mmmem.store.opening import Mode, OpenStore, open_store
from mmmem.store.passages import consolidate
from mmmem.store.reads import StoredReads
from mmmem.store.records import (
    CheckReport,
    ConsolidateReport,
    ForgetReport,
    Receipt,
    StreamRecord,
)
from mmmem.store.rules import Claim, Rules
from mmmem.store.streams import CursorOf
from mmmem.store.writer import Writer
from mmmem.types import Answer, Evidence, Observation, Query, StreamInfo, TimedText


class Memory(StoredReads):
    """A memory that is open; use it in a `with` statement.

    Every read takes `as_of_ns`: nothing learned later is visible then. Times are nanoseconds of `calendar`.
    """

    def __init__(
        self,
        store: OpenStore,
        text_embedder: TextEmbedder | None = None,
        encoder: Encoder | None = None,
        policy: Policy | None = None,
    ) -> None:
        super().__init__(store)
        self.text_embedder = text_embedder
        self.encoder = encoder
        self.recall = Recall(self, text_embedder, encoder, policy)
        self.routines = Routines(self)

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
        repair: bool = False,
        policy: Policy | None = None,
    ) -> "Memory":
        """Open the memory in directory `path`.

        Args:
            mode: `r` for any number of readers, also beside a writer; `w` for the one writer.
            create: make the memory if the directory is missing or empty.
            calendar: of a new memory; else the first stream's.
            text_embedder: makes lines findable by meaning; used by `consolidate`.
            rules: how words become terms and claims; the product's own by default.
            repair: open for `check(repair=True)` although a media or vector file is missing or cut short.
            policy: how recall weighs what it finds; `mmmem.agent.policy.default_policy()` by default.

        Raises:
            MemoryNotFoundError, MemoryTooNewError, MemoryLockedError, MemoryCorruptError, StorageError: as they say.
        """
        store = open_store(Path(path), mode, create=create, calendar=calendar, rules=rules, repair=repair)
        return Memory(store, text_embedder, encoder, policy)

    @property
    def _writer(self) -> Writer:
        if self._store.writer is None:
            raise InvalidInputError(f"The memory in {self.path} is open for reading; open it with mode='w' to change it.")
        return self._store.writer

    # Writing

    def add_stream(self, info: StreamInfo) -> StreamRecord:
        """Make a stream known; a known one only learns where it is read from now, and who wears its camera.

        Raises:
            InvalidInputError: its calendar is of another kind than the memory's.
        """
        with self._writer.transaction():
            record = self._writer.streams.add(info)
        self._writer.tombstones = None  # it may bring some
        return record

    def observe(self, observations: Iterable[Observation], *, cursor: CursorOf = None, learned_ns: int | None = None) -> Receipt:
        """Store observations in one transaction: all of them are durable when this returns, or none.

        What is already known is counted and ignored; a second pass over known frames adds what they lacked. What was
        forgotten is left out and counted. Assertions need no picture: those of a person come with a span alone.

        Args:
            cursor: where the source goes on after these, kept with them; the end of what was observed by default.
            learned_ns: when words and assertions that came later (a correction, a note) were learned; by default the end of
                their span or of their observation, as if they had been observed live.

        Raises:
            UnknownNameError: a stream that was not added.
            InvalidInputError: a frame outside its span, vectors of another length than their space's, an assertion whose
                value has no JSON or whose vector is not of unit length.
            StorageError: disk full or failing; the message says what is kept, and the memory can still be used.
        """
        return self._writer.observe(observations, cursor, learned_ns)

    def enrich(
        self, made: Enrichment, *, caption: TimedText | None = None, claims: Sequence[tuple[int, Claim]] = ()
    ) -> Enrichment:
        """Store what a model made, with the line or the claims it brings; durable when this returns.

        Args:
            caption: the line a caption becomes.
            claims: each with the id of the text it rests on, which must be a part of `made`.

        Raises:
            UnknownNameError: no such stream.
            InvalidInputError: there is one for this task, level and start already.
        """
        return keep(self._writer, made, caption, claims)

    def drop_enrichments(self, ids: Iterable[int]) -> int:
        """Remove what a model made, and what was made of it; returns how many enrichments went."""
        wanted = set(ids)
        return remove_enrichments(self._writer, wanted) if wanted else 0

    def consolidate(self, progress: Callable[[int], object] | None = None) -> ConsolidateReport:
        """Do idle-time work: keep what repeats, and embed the lines that are new, if there is a text embedder.

        Can be stopped at any time.

        Raises:
            StorageError: disk full or failing.
        """
        writer = self._writer
        with readable_errors(self.path):
            self.routines.keep()
        return ConsolidateReport() if self.text_embedder is None else consolidate(writer, self.text_embedder, progress)

    def forget(
        self,
        *,
        stream: str | None = None,
        span: Span | None = None,
        name: str | None = None,
        anywhere: bool = False,
        dry_run: bool = True,
    ) -> ForgetReport:
        """Remove a stream, a span, or everything about a person or thing; no byte of it is left.

        Args:
            stream, span: together, that part of the stream; a span alone means every stream.
            name: words and speakers, detections, their pictures, facts, and assertions: all about a person or thing that
                bears the name, and those of others that speak of it; combines with the other two.
            anywhere: also where the letters of the name stand inside another word; else the report lists these lines.
            dry_run: only count, for which a memory that is open for reading will do.

        What was forgotten is not taken in again: `observe` leaves it out and counts it, until `lift_forgotten`.
        """
        wish = Wish(stream, span, name, anywhere)
        if not dry_run:
            return forget(self._writer, wish)
        if self._store.writer is not None:
            return would_forget(self.path, self._writer.connection, wish)
        with self._reading():
            return would_forget(self.path, self._store.connection, wish)

    def lift_forgotten(self, stream: str) -> int:
        """Let what was forgotten of a stream be taken in again; returns how many spans that are.

        Raises:
            UnknownNameError: no such stream.
        """
        return lift(self._writer, stream)

    def check(self, *, repair: bool = False) -> CheckReport:
        """Check everything against everything.

        Args:
            repair: make derived rows again from the truth, and note which pictures, vectors, poses and assertions are
                lost; they are gone then.
        """
        return check_store(self._store, repair=repair)

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
        asked = self.recall.asked(self._query(text, asked_at, window, choices), stream)
        return self.recall.search(asked, sources=sources, k=k)

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
        model: ModelTier | None = None,
    ) -> Answer:
        """Answer a question with evidence, or abstain and say what was looked at. Arguments as for `search`, and

        Args:
            model: a language model that judges the evidence where the core tier is unsure; it never stops an answer.
        """
        asked = self.recall.asked(self._query(text, asked_at, window, choices), stream)
        return ask(self, self.recall, asked, sources=sources, k=k, model=model)

    def add_answerer(self, source: TypedSource) -> None:
        """Put every question to a source that answers by itself as well; see `mmmem.agent.typed`.

        Raises:
            InvalidInputError: a source of that name is there already.
        """
        self.recall.add_answerer(source)

    def habits(self, *, as_of: int | str | None = None, stream: str | None = None) -> list[Habit]:
        """What people do again and again, counted from the lines that were learned by `as_of`; the end of the memory by default.

        Present habits come first, the least likely to be chance before others; see `mmmem.banks.consolidation.habits`.
        """
        return self._routine(as_of, stream).habits

    def standings(self, *, as_of: int | str | None = None, stream: str | None = None) -> list[Standing]:
        """Usual places, tastes and owners, counted from what was claimed by `as_of`; the end of the memory by default."""
        routine = self._routine(as_of, stream)
        return [*routine.places, *routine.tastes, *routine.owners]

    def _routine(self, as_of: int | str | None, stream: str | None) -> Routine:
        as_of_ns = self._query("what is usual", as_of, None, ()).asked_at_ns
        return self.routines.of(self.recall.view(as_of_ns, stream), stream)

    def like(
        self,
        image: NDArray[np.uint8],
        *,
        asked_at: int | str | None = None,
        window: Span | None = None,
        stream: str | None = None,
        k: int = 15,
    ) -> list[Evidence]:
        """Find the kept pictures that look like `image`, (H, W, 3) uint8 RGB; best first. Arguments as for `search`.

        Pictures are compared in the encoder's space; a memory opened without an encoder has nothing to compare with.
        """
        asked = self.recall.asked(self._query("looks like a picture", asked_at, window, ()), stream)
        hits = self.recall.visual.like(asked, image, k)
        spans = {f"frame:{frame.id}": frame.span for frame in self.frames([int(hit.id.removeprefix("frame:")) for hit in hits])}
        found = [self.recall.evidence(asked, self.recall.visual.name, hit, hit.score) for hit in hits]
        return [replace(evidence, span=spans[evidence.id]) for evidence in found]

    def _query(self, text: str, asked_at: int | str | None, window: Span | None, choices: Sequence[str]) -> Query:
        if isinstance(asked_at, str):
            asked_at = self.calendar.parse(asked_at, reference_ns=self.end_ns())
        return Query(text, self.end_ns() if asked_at is None else asked_at, window, tuple(choices))

    def close(self) -> None:
        """Close the memory; what was acknowledged is on disk already."""
        self._reader.columns.close()
        self._store.close()

    def __enter__(self) -> "Memory":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
