"""From a stream into a memory, group by group.

A group is one transaction. It never ends between two items of one time, so the time of its last item is an exact place to go
on from: everything up to it is stored, nothing after it is.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from apps.ingest.graphing import Graphing
from apps.ingest.resuming import check_same_source, perceiver_for
from mmmem.clock import NS_PER_S
from mmmem.errors import SourceError
from mmmem.memory import Memory
from mmmem.perceive import Detector, Encoder, Perceiver, Tracker
from mmmem.store.records import ConsolidateReport, Receipt
from mmmem.types import Frame, Observation
from mmmem.wording import counted
from streams import Item, ReadReport, Stream
from streams.stream import item_time_ns

FRAMES_PER_LOOK = 16
"""Frames that are held with their pixels at once; what perception made of them is small."""
LONGEST_PERIOD_NS = 3 * NS_PER_S
"""Looks farther apart are photos: a tracker gives a thing up that was not seen for so long."""


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """How much goes into one transaction, whichever comes first; `seconds` is time on the wall."""

    frames: int = 100
    texts: int = 500
    seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far an ingest is, after a group was stored.

    Args:
        t_ns: time of the last stored item.
        covered_ns: time of the stream that went by since this ingest began.
        num_skipped: frames the sampler passed over.
    """

    num_items: int
    t_ns: int
    covered_ns: int
    num_skipped: int


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingest did.

    Args:
        resumed_ns: everything up to here was there already; None if it began at the beginning.
        position_ns: everything up to here is stored now; None if nothing was.
        interrupted: it was asked to stop before the end of the stream.
        stored: what became durable.
        read: what came out of the source, and what did not.
        not_looked_at: in words, what nobody looked at.
        wall_s: seconds it took.
    """

    stream_id: str
    uri: str
    resumed_ns: int | None
    position_ns: int | None
    interrupted: bool
    stored: Receipt
    consolidated: ConsolidateReport
    read: ReadReport
    not_looked_at: tuple[str, ...]
    wall_s: float


ShowProgress = Callable[[IngestProgress], object]
ShouldStop = Callable[[], bool]


class Ingest:
    """Takes one open stream into one memory that is open for writing.

    Args:
        period_ns: how long a frame stands for.
        tracker: passed to the `Perceiver`; False leaves detections without identities.
        graph: whether pictures with depth or poses are put to a scene graph, whose log is kept in the memory.
        again: read from the beginning although something is stored: what is known is ignored, and what a detector or encoder
            now finds is added to it.
        moved: the stream of this name is read from another place than before, and that is meant.

    Raises:
        InvalidInputError: the memory knows a stream of this name from another place, or has another calendar.
    """

    def __init__(
        self,
        memory: Memory,
        stream: Stream,
        *,
        period_ns: int,
        detector: Detector | None = None,
        tracker: Tracker | bool = True,
        encoder: Encoder | None = None,
        graph: bool = True,
        again: bool = False,
        moved: bool = False,
        limits: GroupLimits | None = None,
    ) -> None:
        if not moved:
            check_same_source(memory, stream.info)
        self._memory, self._stream = memory, stream
        self._limits = limits or GroupLimits()
        self.resumed_ns = None if again else memory.position(stream.info.stream_id)
        self._perceiver = perceiver_for(
            memory,
            stream.info,
            detector,
            tracker,
            encoder,
            period_ns=period_ns,
            from_start=self.resumed_ns is None,
            stills=stream.stills or period_ns > LONGEST_PERIOD_NS,
        )
        self._graphing = Graphing(memory, stream) if graph else None
        self._known = memory.position(stream.info.stream_id) is not None
        self._position_ns = self.resumed_ns
        self._stored = Receipt()
        self._num_items = 0

    def run(self, progress: ShowProgress | None = None, stop: ShouldStop = lambda: False) -> IngestReport:
        """Read to the end, or until `stop` says so; then finish the group, and do the idle-time work if it is the end.

        Raises:
            SourceError: the source gave nothing at all, or failed.
            StorageError: the disk is full or failing; the message says up to where everything is kept.
            ModelError: a model failed; groups stored before are kept.
        """
        started_s = time.monotonic()
        if self._known:
            self._memory.add_stream(self._stream.info)  # it may have moved or grown
        interrupted = self._take_in(progress, stop)
        self._tell_words_before()
        for note in [] if self._graphing is None else self._graphing.notes:
            self._stream.report.add_note(f"scene graph: {note}")
        if not interrupted and not self._known:
            raise SourceError(f"{self._stream.info.uri!r} gave neither a picture nor a word: {self._why_nothing()}.")
        consolidated = ConsolidateReport() if interrupted else self._memory.consolidate()
        return IngestReport(
            stream_id=self._stream.info.stream_id,
            uri=self._stream.info.uri,
            resumed_ns=self.resumed_ns,
            position_ns=self._position_ns,
            interrupted=interrupted,
            stored=self._stored,
            consolidated=consolidated,
            read=self._stream.report,
            not_looked_at=self._not_looked_at(),
            wall_s=time.monotonic() - started_s,
        )

    def _take_in(self, progress: ShowProgress | None, stop: ShouldStop) -> bool:
        """Store group after group; whether `stop` ended it."""
        group = self._new_group()
        for item in self._items():
            if group.ends_before(item) and (stop() or group.is_full(self._limits)):
                stopping = stop()
                self._store(group, progress, final=stopping)
                if stopping:
                    return True
                group = self._new_group()
            group.add(item)
        self._store(group, progress, final=True)
        return stop()

    def _new_group(self) -> "_Group":
        return _Group(self._perceiver, self._stream.info.stream_id, self._graphing)

    def _items(self) -> Iterator[Item]:
        items = self._stream.items(after_ns=self.resumed_ns)
        try:
            yield from items
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                close()

    def _store(self, group: "_Group", progress: ShowProgress | None, *, final: bool) -> None:
        if group.last_ns is None:
            if final and self._graphing is not None and self._position_ns is not None:
                self._stored += self._memory.observe(self._graphing.last(self._position_ns))
            return
        observations = group.finished(final=final)
        if not self._known:
            self._memory.add_stream(self._stream.info)
            self._known = True
        self._stored += self._memory.observe(observations, cursor={self._stream.info.stream_id: group.last_ns})
        self._position_ns = group.last_ns
        self._num_items += group.num_items
        if group.num_doubled:
            self._stream.report.add_note("where two videos have a frame at the same instant, only the first one is kept")
        if progress is not None:
            begun_ns = self._stream.info.start_ns if self.resumed_ns is None else self.resumed_ns
            covered_ns = max(group.last_ns - begun_ns, 0)
            progress(IngestProgress(self._num_items, group.last_ns, covered_ns, self._stream.report.num_frames_skipped))

    def _tell_words_before(self) -> None:
        """Say which words of before the place where reading went on the memory does not hold."""
        if self.resumed_ns is None:
            return
        stored = [one.text for one in self._memory.texts(stream=self._stream.info.stream_id)]
        held, files = {(text.span.start_ns, text.text) for text in stored}, {text.source for text in stored}
        before = [text for text in self._stream.texts_until(self.resumed_ns) if text.source in files]  # of others `missing` tells
        late = [text for text in before if (text.span.start_ns, text.text) not in held]
        if late:
            first = self._memory.calendar.format(late[0].span.start_ns)
            self._stream.report.add_note(
                f"not in the memory: {counted(len(late), 'text')} from {first} on, before the place where reading went on; "
                "--again takes in what was added there, and leaves out what was forgotten"
            )

    def _not_looked_at(self) -> tuple[str, ...]:
        if self._perceiver.counts.frames == 0:
            return ()
        missing = self._perceiver.not_looked_at(texts_seen=self._stream.report.num_texts > 0)
        if self._graphing is not None and self._graphing.found_all:
            missing = [line for line in missing if not line.startswith("objects and people")]
        if self._graphing is not None:
            missing += self._graphing.not_looked_at()
        return tuple(missing)

    def _why_nothing(self) -> str:
        lines = self._stream.report.summary()[1:]
        return "; ".join(lines[:3]) or "it is empty"


class _Group:
    """What goes into one transaction."""

    def __init__(self, perceiver: Perceiver, stream_id: str, graphing: Graphing | None) -> None:
        self._perceiver, self._graphing = perceiver, graphing
        self._stream_id = stream_id
        self._waiting: list[Frame] = []
        self._observations: list[Observation] = []
        self._begun_s = time.monotonic()
        self._num_frames = self._num_texts = 0
        self._last_frame_ns = -1
        self.num_doubled = 0
        self.last_ns: int | None = None

    @property
    def num_items(self) -> int:
        """Frames and texts."""
        return self._num_frames + self._num_texts

    def ends_before(self, item: Item) -> bool:
        """Whether the group may end here: the item is later than everything in it."""
        return self.last_ns is None or item_time_ns(item) > self.last_ns

    def is_full(self, limits: GroupLimits) -> bool:
        """Whether one of the limits is reached."""
        many = self._num_frames >= limits.frames or self._num_texts >= limits.texts
        return many or (self.num_items > 0 and time.monotonic() - self._begun_s >= limits.seconds)

    def add(self, item: Item) -> None:
        """Take one more item in; frames are looked at a few at a time."""
        self.last_ns = item_time_ns(item)
        if not isinstance(item, Frame):
            self._num_texts += 1
            self._observations.append(Observation.of_text(self._stream_id, item))
            return
        if item.t_ns == self._last_frame_ns:
            self.num_doubled += 1
            return
        self._last_frame_ns = item.t_ns
        self._num_frames += 1
        self._waiting.append(item)
        if len(self._waiting) >= FRAMES_PER_LOOK:
            self._look()

    def finished(self, *, final: bool) -> list[Observation]:
        """Everything that was perceived; words are put to the graph when it has seen the pictures of their time."""
        self._look()
        return self._observations if self._graphing is None else self._graphing.with_words(self._observations, final=final)

    def _look(self) -> None:
        seen = self._perceiver.observe_many(self._waiting)
        self._observations += seen if self._graphing is None else self._graphing.with_graph(self._waiting, seen)
        self._waiting = []
