"""The lines a question means among those that match: the first, the last, the n-th time, and what each covers."""

import numpy as np

from mmmem.agent.answers.features import Features
from mmmem.agent.answers.matching import SPEECH, Matching
from mmmem.agent.answers.reading import Reading
from mmmem.agent.answers.telling import positions_of
from mmmem.agent.language.verbforms import words_for
from mmmem.agent.view import Ints
from mmmem.banks.semantic_phrases import VERB_OF
from mmmem.clock import NS_PER_S
from mmmem.text.terms import terms, tokens

NEAR_BEST = 0.85
"""A line that covers this share of what the best line covers is as good a match."""
SAME_AS_BEST = 0.97
EPISODE_GAP_NS = 300 * NS_PER_S
ACT_GAP_NS = 3 * NS_PER_S
INSTANT_ACTS = frozenset(("open", "close", "turn", "break", "enter", "put", "take", "give"))
"""Verbs of `mmmem.banks.semantic` that are over as soon as they are done."""
SAYS_IT = Reading(1.0, 1.0)
LEAST_TOLD = 0.5


class Picking(Matching):
    """Matching lines put in order, into episodes, and held against the parts of the question."""

    def reading_of(self, line: int) -> Reading:
        """How a line was read; one that was not read counts as saying what is asked."""
        return self.told.readings.get(line, SAYS_IT) if self.reads_deeds else SAYS_IT

    def features(self, line: int) -> Features:
        """What an answer that rests on a line covers of the question."""
        deed, text = self.question.deed, self.stored([line])[0].text
        reading = self.reading_of(line)
        held = {word for term in terms(text.text) for word in words_for(term)}

        def share(asked: tuple[str, ...]) -> float:
            parts = [t for t in asked if t in self.wanted]
            return sum(bool(set(words_for(t)) & held) for t in parts) / len(parts) if parts else 1.0

        good = self.good()
        others = [c for at, c in zip(self.matches.lines.tolist(), self.matches.coverage.tolist(), strict=True) if at != line]
        return Features(
            subject=reading.subject,
            verb=reading.verb if deed.verb and self.reads_deeds else 1.0,
            object=share(deed.object),
            place=share(deed.place),
            covered=self.coverage_of(line),
            spoken=text.kind == "speech" and self.question.channel != "speech",
            hearsay=reading.status in ("told", "sung", "meant"),
            num_lines=max(len(good), 1),
            margin=self.coverage_of(line) - max(others, default=0.0),
        )

    def says_the_deed(self, line: int) -> bool:
        """Whether a line holds the verb that is asked for, or another word for it; true where none is asked for."""
        return not self.question.deed.verb or self.reading_of(line).verb > 0

    def is_spoken(self, line: int) -> bool:
        """Whether somebody said a line."""
        return int(self.view.lines.kind[line]) == SPEECH

    def tells_it(self, line: int) -> bool:
        """Whether a line says that the one asked for did it, if only by a pronoun."""
        reading = self.reading_of(line)
        return self.says_the_deed(line) and reading.subject >= LEAST_TOLD and reading.status in ("done", "told", "denied")

    def holds_object(self, line: int) -> bool:
        """Whether a line names what it was done to: the last word of it, by any word for it; true where none is asked for."""
        head = [term for term in self.question.deed.object if term in self.wanted][-1:]
        return not head or not self.reads_deeds or bool(np.isin(line, positions_of(self.view, head[0])))

    def good_anchors(self) -> list[int]:
        """Lines that tell about as well as the best of the event that places the one asked about."""
        best = self.anchors.coverage.max(initial=0.0)
        return [int(i) for i in self._in_time(self.anchors.lines[self.anchors.coverage >= SAME_AS_BEST * best])]

    def good(self, share: float = NEAR_BEST) -> Ints:
        """Lines that match at least `share` as well as the best, in order of time."""
        matches = self.matches
        return self._in_time(matches.lines[matches.coverage >= share * matches.coverage.max(initial=0.0)])

    def picked(self) -> int | None:
        """Position of the line the question means: the best, or the first, last or n-th of those as good."""
        if not len(self.matches):
            return None
        in_time, constraint = self.good(), self.question.constraint
        if constraint.order == "nth" and constraint.n is not None:
            events = self.episodes(in_time)
            index = constraint.n - 1 if constraint.n > 0 else constraint.n
            return events[index][0] if -len(events) <= index < len(events) else None
        placed = constraint.anchor if self.anchor_line is not None and not self.only_talked_of else None
        relation = placed.relation if placed else None
        if constraint.order == "first" or (constraint.order is None and relation == "after"):
            return int(in_time[0])
        return int(in_time[-1]) if constraint.order == "last" or relation == "before" else int(self.matches.lines[0])

    def episodes(self, lines: Ints) -> list[list[int]]:
        """Lines in order of time, put together where less than five minutes lie between them.

        What is over at once, as opening a door is, happened again after three seconds.
        """
        asked = {VERB_OF.get(word) for word in tokens(self.question.content)}
        gap_ns = ACT_GAP_NS if asked & INSTANT_ACTS else EPISODE_GAP_NS
        groups: list[list[int]] = []
        end_ns = 0
        for line in lines.tolist():
            start_ns = int(self.view.lines.start_ns[line])
            if groups and start_ns - end_ns < gap_ns:
                groups[-1].append(line)
            else:
                groups.append([line])
                end_ns = 0
            end_ns = max(end_ns, int(self.view.lines.end_ns[line]))
        return groups

    def coverage_of(self, line: int) -> float:
        """Share of the question's weighted terms that a line holds."""
        at = np.flatnonzero(self.matches.lines == line)
        return float(self.matches.coverage[at[0]]) if len(at) else 0.0
