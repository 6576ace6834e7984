"""What an answerer hands back, and what it works with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mmmem.agent.ranking import inside_any, term_weights
from mmmem.agent.recall import Recall
from mmmem.agent.rendering import SEPARATOR, line_text
from mmmem.agent.sources import Asked
from mmmem.agent.view import Floats, Ints
from mmmem.clock import Span
from mmmem.store.records import Presence, StoredText
from mmmem.text.terms import terms
from mmmem.types import Evidence

if TYPE_CHECKING:
    from mmmem.memory import Memory

NEAR_BEST = 0.85
"""A line that covers this share of what the best line covers is as good a match."""
ENTITY_WEIGHT = 1.0
OTHER_WEIGHT = 0.4
LEAST_COVERAGE = 0.34
"""Below this share of the question's weighted words, the best line is about something else."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is checked and costed; without evidence, `text` says why there is none."""

    text: str
    kind: str
    confidence: float
    evidence: list[Evidence] = field(default_factory=list)
    value: Any = None
    choice: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Lines that match the question, best first.

    Args:
        lines: positions in the view.
        coverage: share of the question's weighted terms each line holds, in [0, 1].
    """

    lines: Ints
    coverage: Floats

    def __len__(self) -> int:
        return len(self.lines)


class Inquiry:
    """One question being answered: the memory, what it may see, and the lines that match."""

    def __init__(self, memory: "Memory", recall: Recall, asked: Asked, sources: Sequence[str] | None, k: int) -> None:
        self.k = k
        self._sources = sources
        self.memory = memory
        self.recall = recall
        self.asked = asked
        self.question = asked.question
        self.view = asked.view
        self.calendar = memory.calendar

    @cached_property
    def wanted(self) -> dict[str, float]:
        """Weights of the terms that an answering line should hold: rare ones count more, things and names most."""
        entities = {term for entity in self.question.entities for term in terms(entity)}
        words = set(term_weights(self.question.content or self.question.text)) | entities
        weigh = self.view.line_bm25.idf
        return {w: weigh(w) * (ENTITY_WEIGHT if w in entities else OTHER_WEIGHT) for w in sorted(words)}

    @cached_property
    def unknown_names(self) -> list[str]:
        """Capitalised names of the question that no visible line holds."""
        names = [e for e in self.question.entities if e[:1].isupper()]
        return [n for n in names if not any(len(self.view.postings(t)[0]) for t in terms(n))]

    @cached_property
    def matches(self) -> Matches:
        """Lines inside the allowed time that hold at least one wanted term, by coverage, later first among equals."""
        return self.matching(self.wanted)

    def matching(self, wanted: dict[str, float]) -> Matches:
        """Lines inside the allowed time by the share of `wanted` they hold."""
        held = np.zeros(len(self.view.lines))
        for term, weight in wanted.items():
            held[self.view.postings(term)[0]] += weight
        coverage = np.where(self._line_allowed, held / max(sum(wanted.values()), 1e-12), 0.0)
        found = np.flatnonzero(coverage > 0)
        order = np.lexsort((-self.view.lines.start_ns[found], -coverage[found]))
        return Matches(found[order], coverage[found][order])

    @cached_property
    def _line_allowed(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        windows = list(self.question.constraint.windows) if self.question.constraint.strict else []
        allowed = np.ones(len(self.view.lines), np.bool_)
        for window in ([self.asked.query.window] if self.asked.query.window else []), windows:
            if window:
                allowed &= inside_any(self.view.lines, window)
        return allowed

    def picked(self) -> int | None:
        """Position of the line the question means: the best, or the first, last or n-th of those as good."""
        matches, constraint = self.matches, self.question.constraint
        if not len(matches):
            return None
        good = matches.lines[matches.coverage >= NEAR_BEST * matches.coverage[0]]
        in_time = good[np.argsort(self.view.lines.start_ns[good], kind="stable")]
        if constraint.order == "first":
            return int(in_time[0])
        if constraint.order == "nth" and constraint.n is not None:
            events = self.episodes(in_time)
            index = constraint.n - 1 if constraint.n > 0 else constraint.n
            return events[index][0] if -len(events) <= index < len(events) else None
        return int(in_time[-1]) if constraint.order == "last" else int(matches.lines[0])

    def episodes(self, in_time: Sequence[int] | Ints, gap_ns: int = 300 * 10**9) -> list[list[int]]:
        """Lines in order of time, put together where less than `gap_ns` lies between them."""
        groups: list[list[int]] = []
        lines = self.view.lines
        for line in np.asarray(in_time, np.int64).tolist():
            if groups and lines.start_ns[line] - lines.end_ns[groups[-1][-1]] < gap_ns:
                groups[-1].append(line)
            else:
                groups.append([line])
        return groups

    def around(self, line: int, before: int, after: int) -> list[int]:
        """Positions of the neighbours of a line in its stream, in order, without the line itself."""
        low, high = max(line - before, 0), min(line + after + 1, len(self.view.lines))
        same = self.view.lines.stream[low:high] == self.view.lines.stream[line]
        return [int(i) for i in np.arange(low, high)[same] if i != line]

    def stored(self, lines: Sequence[int]) -> list[StoredText]:
        """The texts at positions, in the order given."""
        return self.memory.texts([int(self.view.lines.id[i]) for i in lines])

    def cite(self, line: int, score: float) -> Evidence:
        """One line as evidence, to the second."""
        text = self.stored([line])[0]
        return Evidence("episodic", f"text:{text.id}", text.stream_id, text.text.span, score, line_text(text))

    def run_around(self, line: int, score: Floats, level: float, longest_ns: int) -> tuple[int, int]:
        """First and last line of the run around `line` that reaches `level` of its score, no longer than `longest_ns`."""
        lines, first, last = self.view.lines, line, line
        floor = level * score[line]

        def fits(low: int, high: int) -> bool:
            inside = low >= 0 and high < len(lines) and lines.stream[low] == lines.stream[high]
            return bool(inside and lines.end_ns[high] - lines.start_ns[low] <= longest_ns)

        growing = True
        while growing:
            growing = False
            if fits(first - 1, last) and score[first - 1] >= floor:
                first, growing = first - 1, True
            if fits(first, last + 1) and score[last + 1] >= floor:
                last, growing = last + 1, True
        return first, last

    def cite_run(self, first: int, last: int, score: float) -> Evidence:
        """Neighbouring lines as one piece of evidence."""
        texts = self.stored(range(first, last + 1))
        span = Span(min(t.text.span.start_ns for t in texts), max(t.text.span.end_ns for t in texts))
        text = SEPARATOR.join(map(line_text, texts))
        return Evidence("episodic", f"text:{texts[0].id}-{texts[-1].id}", texts[0].stream_id, span, score, text)

    def when(self, t_ns: int) -> str:
        """An instant as the memory's calendar writes it."""
        return self.calendar.format(t_ns)

    def coverage_of(self, line: int) -> float:
        """Share of the question's weighted terms that a line holds."""
        at = np.flatnonzero(self.matches.lines == line)
        return float(self.matches.coverage[at[0]]) if len(at) else 0.0

    def confidence(self, line: int) -> float:
        """How far a line can be trusted to be the one meant."""
        return min(0.95, self.coverage_of(line))

    def too_little(self) -> bool:
        """Whether the best line is still about something else, or a name was never heard."""
        if self.unknown_names or not len(self.matches):
            return True
        return self.question.constraint.anchor is None and float(self.matches.coverage[0]) < LEAST_COVERAGE

    def why_not(self) -> str:
        """What was looked at, and why it does not suffice."""
        seen = f"looked at {len(self.view.lines)} lines and {len(self.view.clips)} clips up to {self.when(self.view.as_of_ns)}"
        if self.unknown_names:
            return f"{seen}; never came across {', '.join(self.unknown_names)}."
        if self.question.constraint.outside == "future":
            return f"{seen}; the question is about a time that had not come yet."
        if not len(self.matches):
            return f"{seen}; no line inside the time asked about shares a word with the question."
        closest = self.stored([int(self.matches.lines[0])])[0].text.text
        return f"{seen}; the closest line says {closest!r}, which does not answer it."

    def search(self) -> list[Evidence]:
        """Clips that bear on the question."""
        return self.recall.search(self.asked, sources=self._sources, k=self.k)

    def with_search(self, evidence: list[Evidence]) -> list[Evidence]:
        """The evidence of an answer, filled up to `k` with clips that bear on the question."""
        known = {e.id for e in evidence}
        return (evidence + [e for e in self.search() if e.id not in known])[: max(self.k, len(evidence))]

    def window(self) -> Span | None:
        """The time the question names, if it is one."""
        windows = self.question.constraint.windows
        return windows[0] if len(windows) == 1 else self.asked.query.window

    def labels(self) -> set[str]:
        """Classes of things that were detected and visible by then."""
        return {p.label for p in self.memory.presences(as_of_ns=self.view.as_of_ns)}

    def presences(self, label: str) -> list[Presence]:
        """Intervals over which things of a class were seen, in the streams asked about."""
        return self.memory.presences(label=label, stream=self.asked.stream, as_of_ns=self.view.as_of_ns)

    def looked(self, window: Span | None) -> list[Evidence]:
        """Where pictures were searched for objects, as evidence of absence: one piece per stream."""
        found = []
        for record in self.memory.streams():
            looks = self.memory.looked(stream=record.stream_id, window=window, as_of_ns=self.view.as_of_ns)
            if len(looks):
                span = Span(int(looks.start_ns.min()), int(looks.end_ns.max()))
                text = f"{len(looks)} pictures searched, {int(looks.num_detections.sum())} objects found"
                found.append(Evidence("visual", f"looked:{span.start_ns}", record.stream_id, span, 0.5, text))
        return found
