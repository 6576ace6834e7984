"""The memory as it stood at a time: the lines and clips a question may see, and how well they match.

Everything is computed from what had been learned by then, the statistics of the ranking included, so that a question asked
at T is answered alike whether the memory ends at T or goes on for a month.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from mmmem.agent.language.verbforms import forms_of
from mmmem.clock import NS_PER_S, Span
from mmmem.index.lexical import Bm25, Grouping
from mmmem.store.records import ClipColumns, LineColumns

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BIN_TERMS = 4
"""Resolution of relevance fields, in terms."""
SECTION_GAP_NS = 120 * NS_PER_S
"""A silence this long separates what was said before from what was said after it."""
SECTION_GAP_TERMS = 400.0


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Visible lines in stream and time order, as aligned columns; `clip` is a position in `Clips`."""

    id: Ints
    stream: Ints
    start_ns: Ints
    end_ns: Ints
    learned_ns: Ints
    kind: Ints
    num_terms: Ints
    clip: Ints

    def __len__(self) -> int:
        return len(self.id)


class View:
    """What a question asked at `as_of_ns` may see.

    Args:
        lines: all lines of the memory.
        clips: the leaf clips as of that time, ordered by stream and start.
        postings: text ids (ascending) and counts of a term.
        as_of_ns: nothing learned later is visible.
        streams: stream numbers to look at; None means all.
    """

    def __init__(
        self,
        lines: LineColumns,
        clips: ClipColumns,
        postings: Callable[[str], tuple[Ints, Ints]],
        as_of_ns: int,
        streams: Iterable[int] | None = None,
    ) -> None:
        self.as_of_ns = as_of_ns
        self._postings = postings
        self._found: dict[str, tuple[Ints, Floats]] = {}
        wanted = None if streams is None else np.array(sorted(streams), np.int64)
        self.clips = _of_streams(clips, wanted)
        self.lines = _visible_lines(lines, self.clips, as_of_ns, wanted)
        self.whole = self
        """The view that this one is a window of; itself where there is none."""

    def within(self, window: Span) -> "View":
        """The same clips with only the lines that overlap a window."""
        inside = (self.lines.start_ns < window.end_ns) & (self.lines.end_ns > window.start_ns)
        view = View.__new__(View)
        view.as_of_ns, view.clips, view.whole = self.as_of_ns, self.clips, self.whole
        view._postings, view._found = self._postings, {}
        view.lines = Lines(*(getattr(self.lines, column.name)[inside] for column in fields(Lines)))
        return view

    @cached_property
    def _position_of_text(self) -> Ints:
        size = int(self.lines.id.max()) + 1 if len(self.lines) else 1
        positions = np.full(size, -1, np.int64)
        positions[self.lines.id] = np.arange(len(self.lines))
        return positions

    def postings(self, term: str) -> tuple[Ints, Floats]:
        """Positions in `lines` (ascending) that hold `term` or another form of the same verb, and how often."""
        if term not in self._found:
            held = [self._seen(*self._postings(form)) for form in forms_of(term)]
            positions, place = np.unique(np.concatenate([at for at, _ in held]), return_inverse=True)
            counts = np.bincount(place, np.concatenate([times for _, times in held]), minlength=len(positions))
            self._found[term] = positions, counts.astype(np.float64)
        return self._found[term]

    def _seen(self, ids: Ints, counts: Ints) -> tuple[Ints, Ints]:
        """Of postings by text, those that are visible, by position."""
        inside = ids < len(self._position_of_text)
        positions = self._position_of_text[ids[inside]]
        seen = positions >= 0
        return positions[seen], counts[inside][seen]

    @cached_property
    def clip_bm25(self) -> Bm25:
        """BM25 over leaf clips."""
        return Bm25(self.postings, Grouping(self.lines.clip, self.lines.num_terms.astype(np.float64), len(self.clips)))

    @cached_property
    def line_bm25(self) -> Bm25:
        """BM25 over single lines."""
        return Bm25(self.postings, Grouping(np.arange(len(self.lines)), self.lines.num_terms.astype(np.float64), len(self.lines)))

    @cached_property
    def clip_num_terms(self) -> Floats:
        """(C,) terms in each clip."""
        return self.clip_bm25.lengths

    @cached_property
    def term_position(self) -> Floats:
        """(L,) where each line stands in the run of words, with room left where a stream or a section ends."""
        if not len(self.lines):
            return np.zeros(0)
        new_stream = np.diff(self.lines.stream) != 0
        pause = np.diff(self.lines.start_ns) > SECTION_GAP_NS
        gaps = np.concatenate([[0.0], np.where(new_stream | pause, SECTION_GAP_TERMS, 0.0)])
        lengths = self.lines.num_terms.astype(np.float64)
        return np.asarray(np.cumsum(lengths + gaps) - lengths / 2)

    def field(self, weights: dict[str, float], width_terms: float) -> Floats:
        """(L,) how densely the weighted terms stand around each line: a kernel over word positions, peak 1 (0 if absent).

        Positional language models (Lv and Zhai, SIGIR 2009) do the same with a Gaussian; two box filters come close and cost
        the same whatever the width.
        """
        hits = np.zeros(len(self.lines))
        for term, weight in weights.items():
            positions, _ = self.postings(term)
            hits[positions] += weight
        return self.spread(hits, width_terms)

    def spread(self, hits: Floats, width_terms: float) -> Floats:
        """(L,) `hits` smoothed over word positions and scaled to a peak of 1."""
        if not hits.any():
            return hits
        bins = (self.term_position / BIN_TERMS).astype(np.int64)
        grid = np.bincount(bins, hits)
        size = round(width_terms / BIN_TERMS) | 1
        smooth = uniform_filter1d(uniform_filter1d(grid, size, mode="constant"), size, mode="constant")
        field = smooth[bins]
        return np.asarray(field / max(float(field.max()), 1e-12))

    def lines_in(self, clip: int) -> Ints:
        """Positions of the lines of the clip at position `clip`, in time order."""
        start, end = np.searchsorted(self.lines_by_clip[0], [clip, clip + 1])
        return self.lines_by_clip[1][start:end]

    @cached_property
    def lines_by_clip(self) -> tuple[Ints, Ints]:
        """Clips in order, each as often as it has lines, and the lines; those in no clip (-1) first."""
        order = np.argsort(self.lines.clip, kind="stable")
        return self.lines.clip[order], order

    def positions_of(self, text_ids: Sequence[int] | Ints) -> Ints:
        """Positions in `lines` of texts, -1 where a text is not visible."""
        ids = np.asarray(text_ids, np.int64)
        known = ids < len(self._position_of_text)
        return np.where(known, self._position_of_text[np.where(known, ids, 0)], -1)

    def clip_at(self, stream: int, t_ns: int) -> int:
        """Position of the clip of a stream (by number) that holds an instant, -1 where there is none."""
        return int(clip_of(np.array([stream]), np.array([t_ns]), self.clips)[0])

    def clip_span(self, clip: int) -> Span:
        """Span of the clip at a position."""
        return Span(int(self.clips.start_ns[clip]), int(self.clips.end_ns[clip]))

    def line_span(self, line: int) -> Span:
        """Span of the line at a position."""
        return Span(int(self.lines.start_ns[line]), int(self.lines.end_ns[line]))


def _of_streams(columns: ClipColumns, streams: Ints | None) -> ClipColumns:
    if streams is None:
        return columns
    mine = np.isin(columns.stream, streams)
    return ClipColumns(*(getattr(columns, field.name)[mine] for field in fields(ClipColumns)))


def _visible_lines(columns: LineColumns, clips: ClipColumns, as_of_ns: int, streams: Ints | None) -> Lines:
    visible = columns.learned_ns <= as_of_ns
    if streams is not None:
        visible &= np.isin(columns.stream, streams)
    at = np.flatnonzero(visible)
    at = at[np.lexsort((columns.id[at], columns.start_ns[at], columns.stream[at]))]
    stream, start_ns = columns.stream[at], columns.start_ns[at]
    clip = clip_of(stream, start_ns, clips)
    rest = (columns.end_ns[at], columns.learned_ns[at], columns.kind[at], columns.num_terms[at])
    return Lines(columns.id[at], stream, start_ns, *rest, clip)


def clip_of(stream: Ints, start_ns: Ints, clips: ClipColumns) -> Ints:
    """Position of the clip that holds each start, -1 where there is none; both sides ordered by stream and start."""
    if not len(clips):
        return np.full(len(stream), -1, np.int64)
    found = np.full(len(stream), -1, np.int64)
    for number in np.unique(stream):
        mine = slice(*np.searchsorted(stream, [number, number + 1]))
        first, last = np.searchsorted(clips.stream, [number, number + 1])
        if first == last:
            continue
        position = first + np.searchsorted(clips.start_ns[first:last], start_ns[mine], side="right") - 1
        inside = (position >= first) & (start_ns[mine] < clips.end_ns[np.maximum(position, first)])
        found[mine] = np.where(inside, position, -1)
    return found
