"""Events of a memory as a question may see them, and how well each bears on the question.

A clip of half a minute is often silent about what it belongs to: who cooks is said once, what is cooked ten minutes long. So
the event that holds a clip is scored as one document (BM25 over the words of all its lines), and each of its clips gets a
share. How large a share depends on the question: where a few events stand out the question is about one of them; where many
score alike the event says nothing that the clip does not (relevance entropy as in MemGAS, 2025, with a plainer measure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from mmmem.agent.view import Floats, Ints, View
from mmmem.banks.events import EVENT, Cuts, Scale, Signs, cut
from mmmem.clock import Span
from mmmem.index.lexical import Bm25, Grouping
from mmmem.store.records import OWNER_KINDS

if TYPE_CHECKING:
    from mmmem.memory import Memory

LEAST_SHARE = 0.1
SHARE_OF_STANDING_OUT = 1.0
"""Of the event in a clip's score, where the best event counts 1: at least, and for each unit of `standing_out`."""
RIVALS = 5
"""An event stands out when it scores above its fifth rival."""
_FRAME = OWNER_KINDS.index("frame")


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """What was going on, ordered by stream and start, as aligned columns.

    Args:
        stream: (n,) numbers of the streams.
        start_ns, end_ns: (n,) half-open; events of one stream do not overlap.
        closed: (n,) bool; the event is over, and stays as it is when the stream goes on; the others are
            cut as it looks now.
    """

    stream: Ints
    start_ns: Ints
    end_ns: Ints
    closed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.start_ns)

    def span(self, event: int) -> Span:
        """Span of the event at a position."""
        return Span(int(self.start_ns[event]), int(self.end_ns[event]))

    def at(self, stream: Ints, t_ns: Ints) -> Ints:
        """(m,) positions of the events going on in streams at instants, both ordered so; -1 before a stream's first event."""
        found = np.full(len(t_ns), -1, np.int64)
        for number in np.unique(self.stream).tolist():
            first, last = np.searchsorted(self.stream, [number, number + 1])
            low, high = np.searchsorted(stream, [number, number + 1])
            edges = np.append(low + np.searchsorted(t_ns[low:high], self.start_ns[first:last]), high)
            found[edges[0] : high] = np.repeat(np.arange(first, last), np.diff(edges))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """All signs of one stream, when each came and was learned, and the cuts of all of it.

    Args:
        signs: ordered by time.
        came_ns, came_learned_ns: (k,) of texts and pictures; tokens are many times more.
    """

    signs: Signs
    learned_ns: Ints
    look_learned_ns: Ints
    came_ns: Ints
    came_learned_ns: Ints
    cuts: Cuts

    def since(self, from_ns: int, as_of_ns: int) -> Signs:
        """Those that came at or after a time and were learned by another."""
        first, first_look = np.searchsorted(self.signs.t_ns, from_ns), np.searchsorted(self.signs.look_t_ns, from_ns)
        seen = first + np.flatnonzero(self.learned_ns[first:] <= as_of_ns)
        looked = first_look + np.flatnonzero(self.look_learned_ns[first_look:] <= as_of_ns)
        signs = self.signs
        return Signs(signs.t_ns[seen], signs.token[seen], signs.look_t_ns[looked], signs.looks[looked])


class EventBank:
    """The events of one open memory, read once and cut once for each state of it.

    Cutting is linear: 0.3 s for five lived days when the memory is first asked; a view then costs a millisecond.
    """

    def __init__(self, memory: "Memory", scale: Scale = EVENT) -> None:
        self._memory = memory
        self._scale = scale
        self._version: object = None
        self._told: dict[int, _Told] = {}
        self._of_view: WeakKeyDictionary[View, EventScores] = WeakKeyDictionary()

    def scores(self, view: View) -> "EventScores":
        """The events that a view may see, ready to be scored; kept while the view is."""
        if view not in self._of_view:
            self._of_view[view] = EventScores(view, self.events(view))
        return self._of_view[view]

    def events(self, view: View) -> Events:
        """The events that a view may see: what is learned later changes none of them."""
        self._read()
        parts = [self._of_stream(number, view) for number in np.unique(view.clips.stream).tolist()]
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else [np.zeros(0, np.int64)] * 4
        return Events(columns[0], columns[1], columns[2], columns[3].astype(np.bool_))

    def _of_stream(self, number: int, view: View) -> tuple[Ints, Ints, Ints, Ints]:
        mine = view.clips.stream == number
        clip_start, clip_end = view.clips.start_ns[mine], view.clips.end_ns[mine]
        begin, end = clip_start[0], clip_end[-1]
        known = self._known(number, view.as_of_ns)
        known = known[(known > begin) & (known < end)]
        likely = self._likely(number, view.as_of_ns, int(known[-1]) if len(known) else int(begin))
        start = np.concatenate([[begin], known, likely[likely < end]])
        next_start = np.append(start[1:], end)
        last_clip = np.searchsorted(clip_start, next_start) - 1
        first_clip = np.minimum(np.searchsorted(clip_end, start, side="right"), len(clip_start) - 1)
        return (
            np.full(len(start), number),
            np.maximum(start, clip_start[first_clip]),
            np.minimum(next_start, clip_end[last_clip]),
            (np.arange(len(start)) < len(known)).astype(np.int64),
        )

    def _known(self, number: int, as_of_ns: int) -> Ints:
        """Where events of a stream are known to have begun by a time."""
        told = self._told.get(number)
        if told is None:
            return np.zeros(0, np.int64)
        visible = told.came_learned_ns <= as_of_ns
        horizon_ns = int(told.came_ns[visible].max(initial=0)) - self._scale.late_ns
        if told.came_ns[~visible].min(initial=horizon_ns) >= horizon_ns:
            return told.cuts.known(horizon_ns).start_ns
        return cut(told.since(0, as_of_ns), self._scale).known(horizon_ns).start_ns

    def _likely(self, number: int, as_of_ns: int, from_ns: int) -> Ints:
        """Where more may have begun since the last that is known to, as if nothing had been told before."""
        told = self._told.get(number)
        if told is None:
            return np.zeros(0, np.int64)
        return cut(told.since(from_ns, as_of_ns), self._scale).start_ns[1:]

    def _read(self) -> None:
        version = self._memory.version()
        if version == self._version:
            return
        self._version, self._told = version, {}
        self._of_view = WeakKeyDictionary()
        lines = self._memory.line_columns()
        token, text = self._memory.occurrences()
        known = np.isin(text, lines.id)  # another process may have told more since the lines were read
        token, at = token[known], np.searchsorted(lines.id, text[known])
        frame, of_stream, taken_ns, learned_ns = self._memory.pictured()
        looks = self._looks(frame)
        for number in np.unique(np.concatenate([lines.stream, of_stream])).tolist():
            told, seen = lines.stream == number, of_stream == number
            said = np.flatnonzero(lines.stream[at] == number)
            said = said[np.argsort(lines.start_ns[at[said]], kind="stable")]
            seen_in_time = np.flatnonzero(seen)[np.argsort(taken_ns[seen], kind="stable")]
            signs = Signs(lines.start_ns[at[said]], token[said], taken_ns[seen_in_time], looks[seen_in_time])
            came_ns = np.concatenate([lines.start_ns[told], taken_ns[seen]])
            came_learned_ns = np.concatenate([lines.learned_ns[told], learned_ns[seen]])
            learned = (lines.learned_ns[at[said]], learned_ns[seen_in_time])
            self._told[number] = _Told(signs, *learned, came_ns, came_learned_ns, cut(signs, self._scale))

    def _looks(self, frame: Ints) -> NDArray[np.float32]:
        """(m, d) vectors of looks, given by ascending id; several vector spaces stand side by side."""
        blocks = [np.zeros((len(frame), 0), np.float32)]
        for space in self._memory.spaces() if len(frame) else ():
            table = self._memory.vectors(space)
            mine = np.flatnonzero((table.owner_kind == _FRAME) & np.isin(table.owner_id, frame))
            if not len(mine):
                continue
            block = np.zeros((len(frame), table.rows.shape[1]), np.float32)
            block[np.searchsorted(frame, table.owner_id[mine])] = table.rows[mine]
            blocks.append(block)
        return np.hstack(blocks)


class EventScores:
    """Scores the events of one view for questions.

    Args:
        view: what a question may see.
        events: of that view.
    """

    def __init__(self, view: View, events: Events) -> None:
        self.events = events
        self.of_line = events.at(view.lines.stream, view.lines.start_ns)
        self.of_clip = events.at(view.clips.stream, (view.clips.start_ns + view.clips.end_ns) // 2)
        self._bm25 = Bm25(view.postings, Grouping(self.of_line, view.lines.num_terms.astype(np.float64), len(events)))

    def bm25(self, weights: Mapping[str, float]) -> Floats:
        """(E,) BM25 of weighted terms over all words of each event."""
        return self._bm25.scores(weights)

    def on_clips(self, scores: Floats) -> Floats:
        """(C,) of each clip, the score of the event that holds its middle."""
        return np.where(self.of_clip >= 0, scores[self.of_clip], 0.0) if len(scores) else np.zeros(len(self.of_clip))


def standing_out(scores: Floats) -> float:
    """How far the best unit lies above its rivals, in [0, 1]: 0 where the `RIVALS`-th rival does as well, or nothing scores."""
    if not scores.any():
        return 0.0
    best = np.sort(scores)[::-1][: RIVALS + 1]
    return float(1 - best[-1] / best[0])


def pooled_scores(events: EventScores, scores: Floats) -> Floats:
    """(C,) what to add to each clip's score, at most 1.1: its event's share, larger where few events stand out.

    Args:
        scores: (E,) of the events for the question, at least 0.
    """
    share = LEAST_SHARE + SHARE_OF_STANDING_OUT * standing_out(scores)
    return events.on_clips(share * scores / max(float(scores.max(initial=0.0)), 1e-12))
