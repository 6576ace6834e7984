"""What an answerer hands back, and what it works with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mmmem.agent.answers.matching import MEASURED, Matching
from mmmem.agent.recall import Recall
from mmmem.agent.rendering import SEPARATOR, line_text
from mmmem.agent.sources import Asked
from mmmem.agent.view import Floats
from mmmem.clock import Span
from mmmem.text.terms import terms
from mmmem.types import TEXT_KINDS, Evidence

if TYPE_CHECKING:
    from mmmem.memory import Memory

LEAST_COVERAGE = 0.34
"""Below this share of the question's weighted words, the best line is about something else."""
LEAST_COVERAGE_TO_MEASURE = 0.5
"""The same for times, lengths and numbers, which give no words that would show what the line is about."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before other evidence is added; its own is never empty."""

    text: str
    kind: str
    confidence: float
    evidence: list[Evidence]
    value: Any = None
    choice: int | None = None


class Inquiry(Matching):
    """One question being answered: the memory, what it may see, the lines that match, and how they are cited."""

    def __init__(self, memory: "Memory", recall: Recall, asked: Asked, sources: Sequence[str] | None, k: int) -> None:
        super().__init__(memory, asked)
        self.k = k
        self.recall = recall
        self.calendar = memory.calendar
        self._sources = sources

    def may_use(self, source: str) -> bool:
        """Whether the caller lets the answer rest on a source."""
        return self._sources is None or source in self._sources

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

    def confidence(self, line: int) -> float:
        """How far a line can be trusted to be the one meant."""
        return min(0.95, self.coverage_of(line))

    def too_little(self) -> bool:
        """Whether the best line is still about something else, a name was never heard, or the time lies outside."""
        constraint = self.question.constraint
        if self.only_spoken_of:
            return True
        if self.unknown_names or not len(self.matches) or constraint.outside == "before_start":
            return True
        if constraint.anchor is not None and constraint.anchor.relation != "while" and self.anchor_line is None:
            return True
        if self.question.kind in (*MEASURED, "who", "where", "yes_no") and not self._names_a_thing(int(self.matches.lines[0])):
            return True
        least = LEAST_COVERAGE_TO_MEASURE if self.question.kind in MEASURED else LEAST_COVERAGE
        return float(self.matches.coverage[0]) < least

    @property
    def only_spoken_of(self) -> bool:
        """Whether it is asked who did something that no line tells of, and somebody merely spoke of the thing."""
        if self.question.kind != "who" or not self.unheard_deeds or not len(self.matches):
            return False
        return TEXT_KINDS[int(self.view.lines.kind[self.matches.lines[0]])] == "speech"

    def _names_a_thing(self, line: int) -> bool:
        """Whether a line holds one of the things the question is about, names of people aside, if it is about any."""
        things = {term for entity in self.question.entities if not entity[:1].isupper() for term in terms(entity)} & set(
            self.wanted
        )
        return not things or any(line in self.view.postings(term)[0] for term in things)

    def why_not(self) -> str:
        """What was looked at, and why it does not suffice."""
        seen = f"looked at {len(self.view.lines)} lines and {len(self.view.clips)} clips up to {self.when(self.view.as_of_ns)}"
        constraint = self.question.constraint
        if self.unknown_names:
            return f"{seen}; never came across {', '.join(self.unknown_names)}."
        if constraint.outside is not None:
            when = "had not come yet" if constraint.outside == "future" else "lies before the memory begins"
            return f"{seen}; the question is about a time that {when}."
        if constraint.anchor is not None and self.anchor_line is None:
            return f"{seen}; no line tells of {constraint.anchor.event!r}."
        if not len(self.matches):
            return f"{seen}; no line inside the time asked about shares a word with the question."
        closest = self.stored([int(self.matches.lines[0])])[0].text.text
        if self.only_spoken_of:
            return f"{seen}; no line tells of {', '.join(self.unheard_deeds)}; the closest says {closest!r}."
        return f"{seen}; the closest line says {closest!r}, which does not answer it."

    def search(self) -> list[Evidence]:
        """Clips that bear on the question."""
        return self.recall.search(self.asked, sources=self._sources, k=self.k)

    def with_search(self, evidence: list[Evidence]) -> list[Evidence]:
        """The evidence of an answer, filled up to `k` with clips that bear on the question, which score below what is cited."""
        found = self.search()
        top = max((one.score for one in found), default=1.0)
        least = min((one.score for one in evidence), default=1.0)
        lower = [replace(one, score=least * one.score / top) if top > 0 else one for one in found]
        return (evidence + lower)[: max(self.k, len(evidence))]
