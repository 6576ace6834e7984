"""What an answerer hands back, and what it works with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mmmem.agent.answers.features import Features, confidence_of
from mmmem.agent.answers.matching import MEASURED
from mmmem.agent.answers.picking import Picking
from mmmem.agent.answers.subjects import LEAST_FIT, named_alike
from mmmem.agent.answers.telling import Refused, positions_of
from mmmem.agent.language.senses import is_verb
from mmmem.agent.language.verbforms import words_for
from mmmem.agent.recall import Recall
from mmmem.agent.rendering import SEPARATOR, line_text
from mmmem.agent.rounds import Found
from mmmem.agent.sources import Asked, Hit
from mmmem.agent.view import Floats
from mmmem.clock import Span
from mmmem.text.terms import terms
from mmmem.types import TEXT_KINDS, Evidence

if TYPE_CHECKING:
    from mmmem.memory import Memory

LEAST_COVERAGE = 0.34
"""Below this share of the question's weighted words, the best line is about something else."""
NUM_TRIED = 8
NUM_LINES = 5
"""Lines cited by themselves, beside the clips they lie in."""
ENOUGH_THINGS = 2
ENOUGH_COVERAGE = 0.6
TIMED = ("when", "duration", "how_often")
"""Of these a line that shares the thing and not the deed tells nothing."""
NEEDS_THE_DEED = ("who", "what", "why", "how", "text")
"""Of these a caption that tells of another deed is no answer."""
REFUSED_MARGIN = 0.15
"""A line about somebody else that fits better by this shows that the question mistakes who did it."""
LEAST_COVERAGE_TO_MEASURE = 0.5
"""The same for times, lengths and numbers, which give no words that would show what the line is about."""


_TO_ME = re.compile(r"\b(?:me|us)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before other evidence is added; its own is never empty. `features` say what its confidence rests on.

    `unknown` is why nobody can know; such a draft is an abstention and rests on nothing.
    """

    text: str
    kind: str
    confidence: float
    evidence: list[Evidence]
    value: Any = None
    choice: int | None = None
    features: Features | None = None
    unknown: str = ""


class Inquiry(Picking):
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

    def draft(
        self, text: str, kind: str, line: int, value: Any = None, *, others: Sequence[int] = (), share: float = 1.0
    ) -> Draft:
        """An answer that rests on one line; `others` are cited as well, `share` of its trust is kept."""
        features = self.features(line)
        cited = [self.cite(line, 1.0), *(self.cite(i, 0.5) for i in others)]
        return Draft(text, kind, share * confidence_of(features), cited, value, features=features)

    def by_whose_word(self, line: int) -> str:
        """`, Lena said so` of what is known only because somebody said it."""
        text = self.stored([line])[0].text
        if text.kind != "speech" or self.question.channel == "speech":
            return ""
        return f", {text.speaker or 'somebody'} said so"

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
        return confidence_of(self.features(line))

    def too_little(self) -> bool:
        """Whether the best line is still about something else, a name was never heard, or the time lies outside."""
        constraint = self.question.constraint
        if self.unknown_names or not len(self.matches) or constraint.outside == "before_start":
            return True
        if constraint.anchor is not None and constraint.anchor.relation != "while" and self.anchor_line is None:
            return True
        if self.other_than_asked is not None or self._merely_spoken_of() or self.tells_of_another_deed or self._done_to_another():
            return True
        if self.asks_a_name and not self._names_its_bearer(int(self.matches.lines[0])):
            return True
        if self.question.kind in TIMED and not any(map(self._tells_enough, self.matches.lines[:NUM_TRIED].tolist())):
            return True
        if self.question.kind in (*MEASURED, "who", "where", "yes_no") and not self._names_a_thing(int(self.matches.lines[0])):
            return True
        least = LEAST_COVERAGE_TO_MEASURE if self.question.kind in MEASURED else LEAST_COVERAGE
        return float(self.matches.coverage[0]) < least

    @cached_property
    def other_than_asked(self) -> Refused | None:
        """The line that would answer far better than any that may, were it not about somebody else, or meant and not done."""
        if not self.reads_deeds or not self.told.refused:
            return None
        weighs = ("other subject", "not done") if self.question.kind == "yes_no" else ("other subject",)
        best = max((r for r in self.told.refused if r.reading.against in weighs), key=lambda r: r.coverage, default=None)
        kept = float(self.matches.coverage[0]) if len(self.matches) else 0.0
        if best is not None and best.reading.verb == 0.0 and self._told_of_the_one_asked():
            return None
        return best if best is not None and best.coverage > kept + REFUSED_MARGIN else None

    def _told_of_the_one_asked(self) -> bool:
        """Whether the best line says that the one asked for did it, if without some of the question's words."""
        if not self.question.deed.verb or not len(self.matches):
            return False
        reading = self.reading_of(int(self.matches.lines[0]))
        return reading.verb > 0.0 and reading.subject >= LEAST_FIT

    @cached_property
    def tells_of_another_deed(self) -> bool:
        """Whether captions tell of something else done to the thing asked about: who reads a letter did not write it.

        Who talks says things in other words than who asks, and a verb that is not listed may be told in any words.
        """
        if self.question.kind not in NEEDS_THE_DEED:
            return False
        return all(map(self.is_of_another_deed, self.matches.lines[:NUM_TRIED].tolist()))

    def is_of_another_deed(self, line: int) -> bool:
        """Whether a line is a caption that tells of something else than what is asked for by a listed verb."""
        verb = self.question.deed.verb
        if not (verb and self.reads_deeds) or self.is_spoken(line) or self.says_the_deed(line):
            return False
        return is_verb(verb[0]) or self.question.kind == "where"

    @property
    def told_opposite(self) -> int | None:
        """The line that tells of the opposite of what is asked, where one does."""
        found = [r for r in self.told.refused if r.reading.against == "opposite"] if self.reads_deeds else []
        return max(found, key=lambda r: r.coverage).line if found else None

    def _done_to_another(self) -> bool:
        """Whether the best line is somebody's about themselves, and the question is about others: `gave me`."""
        text = self.stored([int(self.matches.lines[0])])[0].text
        names = {term for entity in self.question.entities if entity[:1].isupper() for term in terms(entity)}
        if not names or text.kind != "speech" or not text.speaker or named_alike(terms(text.speaker), names):
            return False
        about_me = _TO_ME.search(text.text) is not None and not set(terms(text.text)) & names
        return about_me and self.question.kind == "who" and self.question.channel != "speech"

    def _merely_spoken_of(self) -> bool:
        """Whether it is asked who did something, no line says that it was done, and somebody merely spoke of the thing."""
        if self.question.kind != "who" or not self.question.deed.verb or self.question.channel == "speech":
            return False
        best = self.matches.lines[:NUM_TRIED].tolist()
        return TEXT_KINDS[int(self.view.lines.kind[best[0]])] == "speech" and not any(map(self.says_the_deed, best))

    def _tells_enough(self, line: int) -> bool:
        """Whether a line says the deed, or names so many of its things that it must be about it."""
        if self.says_the_deed(line):
            return True
        text = self.stored([line])[0].text
        held = {word for term in terms(text.text) for word in words_for(term)}
        things = (*self.question.deed.object, *self.question.deed.place)
        named = [t for t in things if t in held]
        if text.kind == "speech" and 2 * len(named) > len(things):  # who talks does not narrate: `took the kids to the museum`
            return self.reading_of(line).subject >= LEAST_FIT
        return len(named) >= ENOUGH_THINGS and self.coverage_of(line) >= ENOUGH_COVERAGE

    def _names_its_bearer(self, line: int) -> bool:
        """Whether a line speaks of what it is asked the name of: of a son, and not only of his mother."""
        deed = self.question.deed
        bearer = [t for _, what in deed.owners for t in what if t in self.wanted] or [t for t in deed.object if t in self.wanted]
        return not bearer or any(line in positions_of(self.view, term) for term in bearer)

    def _names_a_thing(self, line: int) -> bool:
        """Whether a line holds one of the things the question is about, names of people aside, if it is about any."""
        things = {term for entity in self.question.entities if not entity[:1].isupper() for term in terms(entity)} & set(
            self.wanted
        )
        return not things or any(line in positions_of(self.view, term) for term in things)

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
        refused = self.other_than_asked
        if refused is not None:
            closest = line_text(self.stored([refused.line])[0])
            why = "is about somebody else" if refused.reading.against == "other subject" else "does not say that it happened"
            return f"{seen}; the closest line, {closest!r}, {why}."
        if self.tells_of_another_deed and len(self.matches):
            closest_line = line_text(self.stored([int(self.matches.lines[0])])[0])
            return f"{seen}; the closest line, {closest_line!r}, tells of something else that was done."
        if not len(self.matches) and self.told_opposite is not None:
            return f"{seen}; the closest line, {line_text(self.stored([self.told_opposite])[0])!r}, tells of the opposite."
        if not len(self.matches):
            return f"{seen}; no line inside the time asked about shares a word with the question."
        closest = self.stored([int(self.matches.lines[0])])[0].text.text
        return f"{seen}; the closest line says {closest!r}, which does not answer it."

    def search(self) -> list[Evidence]:
        """Clips that bear on the question."""
        return list(self.found.evidence)

    @cached_property
    def found(self) -> Found:
        """What the rounds of looking found."""
        return self.recall.find(self.asked, sources=self._sources, k=self.k)

    def with_clips(self, evidence: list[Evidence]) -> list[Evidence]:
        """The first lines of an answer, and the clips that hold its lines, which have pictures; at most `k` in all."""
        clips: dict[int, Evidence] = {}
        for one in evidence:
            clip = self.view.clip_at(self.memory.stream_number(one.stream_id), one.span.start_ns)
            if clip >= 0 and clip not in clips:
                found = self.recall.evidence(self.asked, "episodic", Hit(clip, 0.5, f"clip:{self.view.clips.id[clip]}"), 0.5)
                clips[clip] = found
            if len(clips) >= self.k - NUM_LINES:
                break
        return [*evidence[:NUM_LINES], *clips.values()][: max(self.k, 1)]

    def with_search(self, evidence: list[Evidence]) -> list[Evidence]:
        """The evidence of an answer, filled up to `k` with clips that bear on the question, which score below what is cited."""
        found = self.search()
        top = max((one.score for one in found), default=1.0)
        least = min((one.score for one in evidence), default=1.0)
        lower = [replace(one, score=least * one.score / top) if top > 0 else one for one in found]
        return (evidence + lower)[: max(self.k, len(evidence))]
