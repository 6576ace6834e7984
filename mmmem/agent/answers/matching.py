"""The lines a question may be answered from, by how well they match it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from mmmem.agent.answers.telling import Matches, Told, held_weights, positions_of, sought, told_by
from mmmem.agent.answers.wording import (
    CALENDAR,
    GENERIC,
    ORDERING,
    asks_what_i_said,
    asks_where_it_was,
    function_words,
    holds_run,
    said_by,
    speaker_asked,
    speaks_of_the_future,
    tells_of_saying,
)
from mmmem.agent.language.deeds import Deed, deed_of
from mmmem.agent.language.senses import is_verb, kin_of
from mmmem.agent.ranking import Mask, inside_any, term_weights
from mmmem.agent.sources import Asked
from mmmem.agent.view import Ints
from mmmem.agent.wearer import called, deed_told_by, names_wearer
from mmmem.clock import NS_PER_S
from mmmem.store.records import StoredText
from mmmem.text.terms import mentions_self, terms
from mmmem.types import TEXT_KINDS

if TYPE_CHECKING:
    from mmmem.memory import Memory

ENTITY_WEIGHT = 1.0
OTHER_WEIGHT = 0.4
OTHER_WEIGHT_TO_MEASURE = 0.7
"""What was done matters more where the answer is a number: `How often did Tom swim?` is not about Tom."""
MEASURED = ("when", "duration", "count", "how_often")
BESIDE_WEIGHT = 0.25
"""Of what somebody only spoke of: what is asked may be told in the same breath, or elsewhere."""
LEAST_WEIGHT = 1.0
"""Of a word that most lines hold: what every line is about is still what was asked."""
NAMING = frozenset(terms("called named name names"))
PRICING = frozenset(terms("cost costs costed amount price"))
ANCHOR_COVERAGE = 0.5
BESIDE_NS = 300 * NS_PER_S
"""What happens within this time of something happens while it does."""
SPEECH = TEXT_KINDS.index("speech")
NUM_READ = 80
NUM_READ_TO_MEASURE = 200
NUM_READ_FOR_WORDS = 5000


class Matching:
    """The lines that match one question, as of the time it is asked and inside the time it names."""

    def __init__(self, memory: "Memory", asked: Asked) -> None:
        self.memory = memory
        self.asked = asked
        self.question = asked.question
        self.view = asked.view
        self._texts: dict[int, StoredText] = {}

    @cached_property
    def wanted(self) -> dict[str, float]:
        """Weights of the terms that an answering line should hold: rare ones count more, things and names most.

        What only places the event, and words such as `happened` and `say`, are left out where other words remain.
        """
        entities = {term for entity in self.question.entities for term in terms(entity)}
        words = set(term_weights(self.question.content or self.question.text)) | entities
        anchor = self.question.constraint.anchor
        beside: set[str] = set()
        if anchor is not None and self.anchor_line is not None:
            deed = self.question.deed
            beside = set(terms(anchor.event)) - {*deed.object, *deed.place, *terms(deed.subject)}
            words = words if self.only_talked_of else words - beside or words
        if self.question.constraint.order is not None:
            words = words - ORDERING
        if self.question.kind == "what":  # `colour` says what the answer is, not what is in the line
            words = words - set(terms(self.question.answer_unit or "")) or words
        if self.asks_a_name:
            words = words - NAMING or words
        if self.question.kind == "count":
            words = words - PRICING or words
        words = words - GENERIC or words
        if names_wearer(self.question.text, self.asked.wearer):  # captions say I
            words = words - set(terms(self.asked.wearer)) or words
        other = OTHER_WEIGHT_TO_MEASURE if self.question.kind in MEASURED else OTHER_WEIGHT
        share = {w: BESIDE_WEIGHT if w in beside else ENTITY_WEIGHT if w in entities else other for w in words}
        return {w: self._weight(w) * share[w] for w in sorted(words)}

    @cached_property
    def says_only_when(self) -> bool:
        """Whether the question names a time and nothing else: `What happened between 11 and 12?`."""
        timed = self.asked.query.window is not None or (self.question.constraint.strict and self.question.constraint.windows)
        return bool(timed) and self.question.constraint.anchor is None and not set(self.wanted) - GENERIC

    @property
    def asks_more_than_when(self) -> bool:
        """Whether a line on the right side of the anchor holds what is asked besides it: `What did Priya say after ...`."""
        informative = bool(set(self.wanted) - GENERIC)
        return informative and len(self.matches) > 0 and float(self.matches.coverage[0]) >= ANCHOR_COVERAGE

    @cached_property
    def anchors(self) -> Matches:
        """Lines that tell of the event by which the question places what it asks about, best first."""
        anchor = self.question.constraint.anchor
        words = "" if anchor is None else _resolved(anchor.event, self.question.deed)
        found = self._covering(self.weights(words), self.asked.inside(self.view.lines))
        deed = deed_of(words)
        if deed.verb:
            deed = deed if deed.subject else replace(deed, subject=self.question.deed.subject)
            told = self.telling(deed, self.weights(words), found)
            found = told.matches
            if is_verb(deed.verb[0]):
                says = [told.readings[line].verb > 0.0 for line in found.lines.tolist()]
                found = Matches(found.lines[says], found.coverage[says])
        things = [held for term in (*deed.object, *deed.place) if len(held := positions_of(self.view, term))]
        if deed.object or deed.place:  # who only came back did not come back from shopping
            named = np.isin(found.lines, np.concatenate(things)) if things else np.zeros(len(found), np.bool_)
            found = Matches(found.lines[named], found.coverage[named])
        return found if len(found) and found.coverage[0] >= ANCHOR_COVERAGE else Matches(found.lines[:0], found.coverage[:0])

    @property
    def anchor_line(self) -> int | None:
        """Position of the best of `anchors`."""
        return int(self.anchors.lines[0]) if len(self.anchors) else None

    @cached_property
    def only_talked_of(self) -> bool:
        """Whether somebody only spoke of the event that places what is asked, so that it lies elsewhere in time.

        Whether something was so in an order is answered from where both are told, as they were told.
        """
        line, told = self.anchor_line, self.question.channel == "speech" or self.question.kind == "yes_no"
        return line is not None and not told and int(self.view.lines.kind[line]) == SPEECH

    @cached_property
    def unknown_names(self) -> list[str]:
        """Capitalised names of the question that no visible line holds."""
        names = [e for e in self.question.entities if e[:1].isupper() and len(e) > 1 and not set(terms(e)) <= CALENDAR]
        names = [n for n in names if not any(called(n, wearer) for wearer in self.asked.wearers.values())]
        return [n for n in names if not any(len(self.view.postings(t)[0]) for t in terms(n))]

    @cached_property
    def matches(self) -> Matches:
        """Lines inside the allowed time that hold at least one wanted term, by coverage, later first among equals."""
        if self.reads_deeds:
            found = self.told.matches
        else:
            found = self._covering(self.wanted, self._line_allowed) if self.wanted else self._holding_words()
        found = found if len(found) else self._naming_the_time()
        found = found if len(found) else self._told_later()
        if self.question.constraint.outside == "future":
            found = self._those(found, lambda stored: speaks_of_the_future(stored.text.text))
        speaker = speaker_asked(self.question.text) or (self.asked.wearer if asks_what_i_said(self.question.text) else None)
        if speaker:
            told = self._those(found, lambda stored: said_by(stored.text, speaker) or self._wearer_tells(stored, speaker))
            said = self._those(told, lambda stored: stored.text.kind == "speech")
            found = said if len(said) else told
        return found

    def _wearer_tells(self, stored: StoredText, speaker: str) -> bool:
        """Whether the wearer is the speaker, and says in a caption that they said something."""
        own = called(speaker, self.asked.wearers.get(stored.stream_id, ""))
        return own and mentions_self(stored.text.text) and tells_of_saying(stored.text)

    @property
    def asks_a_name(self) -> bool:
        """Whether it is asked what somebody or something is called."""
        return _NAME_ASKED.search(self.question.text) is not None

    @property
    def reads_deeds(self) -> bool:
        """Whether lines are read for who does what, rather than taken by their words."""
        deed = self.question.deed
        return bool(self.wanted) and self.question.channel != "speech" and bool(deed.verb or deed.subject or deed.owners)

    @cached_property
    def told(self) -> Told:
        """The lines inside the allowed time that share the question's words, read for its deed."""
        found = self._covering(self._in_other_words(), self._line_allowed)
        return self.telling(self.question.deed, self.wanted, found)

    def _in_other_words(self) -> dict[str, float]:
        """What is wanted, and where that is a verb alone, other verbs that mean the same."""
        deed = self.question.deed
        if not deed.verb or {*deed.object, *deed.place} & set(self.wanted):
            return self.wanted
        return {**dict.fromkeys(sorted(kin_of(deed.verb)), LEAST_WEIGHT), **self.wanted}

    def telling(self, deed: Deed, wanted: dict[str, float], found: Matches) -> Told:
        """What the best of `found` tell of a deed."""
        found = found.first(NUM_READ_TO_MEASURE if self.question.kind in MEASURED else NUM_READ)
        own = self.deed_told_in if self.asked.wearers else None
        return told_by(self.view, found, self.stored(found.lines.tolist()), sought(deed, wanted), own and partial(own, deed))

    def deed_told_in(self, deed: Deed, stored: StoredText) -> Deed:
        """A deed in the words of a line's stream, whose wearer is I there."""
        return deed_told_by(deed, self.asked.wearers.get(stored.stream_id, ""), self.asked.wearer)

    def _those(self, found: Matches, fits: Callable[[StoredText], bool]) -> Matches:
        """The best of `found` whose text fits."""
        kept = [i for i, stored in enumerate(self.stored(found.lines[:NUM_READ].tolist())) if fits(stored)]
        return Matches(found.lines[kept], found.coverage[kept])

    def covering(self, words: str) -> Matches:
        """Lines inside the allowed time by the share of some words, weighted by rarity, that they hold."""
        return self.covering_of(self.weights(words))

    def covering_on_both_sides(self, words: str) -> Matches:
        """The same, of lines before and after the event that places what is asked."""
        return self._covering(self.weights(words), self._inside_time())

    def covering_of(self, weights: dict[str, float]) -> Matches:
        """Lines inside the allowed time by the share of weighted terms they hold."""
        return self._covering(weights, self._line_allowed)

    def weights(self, words: str) -> dict[str, float]:
        """Terms of some words by their rarity."""
        return {term: self._weight(term) for term in dict.fromkeys(terms(words))}

    def _weight(self, term: str) -> float:
        return max(self.view.line_bm25.idf(term), LEAST_WEIGHT)

    def _covering(self, wanted: dict[str, float], allowed: Mask) -> Matches:
        """Allowed lines by the share of `wanted` they hold."""
        held = held_weights(self.view, wanted)
        coverage = np.where(allowed, held / max(sum(wanted.values()), 1e-12), 0.0)
        found = np.flatnonzero(coverage > 0)
        order = np.lexsort((-self.view.lines.start_ns[found], -coverage[found]))
        return Matches(found[order], coverage[found][order])

    def _holding_words(self) -> Matches:
        """Of a question in function words alone (`get up`), the latest lines that hold them side by side."""
        run = function_words(self.question.content)
        latest = np.flatnonzero(self._line_allowed)
        latest = latest[np.argsort(-self.view.lines.start_ns[latest], kind="stable")][: NUM_READ_FOR_WORDS if run else 0]
        held = [holds_run(stored.text.text, run) for stored in self.stored(latest.tolist())]
        found = latest[np.array(held, np.bool_)]
        return Matches(found, np.ones(len(found)))

    def _naming_the_time(self) -> Matches:
        """Lines of any time that name the time asked about: what was spent in April may be told in May."""
        words = set(terms(self.question.text)) - set(terms(self.question.content))
        if not words or not self.question.constraint.strict:
            return Matches(np.zeros(0, np.int64), np.zeros(0))
        window = self.asked.query.window
        named = np.ones(len(self.view.lines), np.bool_) if window is None else inside_any(self.view.lines, [window])
        for word in sorted(words):
            holds = np.zeros(len(named), np.bool_)
            holds[self.view.postings(word)[0]] = True
            named &= holds
        return self._covering(self.wanted, named)

    def _told_later(self) -> Matches:
        """What was said after the time asked about: people tell of things when they are over."""
        windows = self.question.constraint.windows
        if not (windows and self.wanted and self.reads_deeds) or self.asked.query.window is not None:
            return Matches(np.zeros(0, np.int64), np.zeros(0))
        later = (self.view.lines.start_ns >= windows[0].end_ns) & (self.view.lines.kind == SPEECH)
        told = self.telling(self.question.deed, self.wanted, self._covering(self.wanted, later))
        self.told = replace(told, refused=(*self.told.refused, *told.refused))
        return told.matches

    @cached_property
    def _line_allowed(self) -> Mask:
        allowed, line = self._inside_time(), self.anchor_line
        anchor = self.question.constraint.anchor
        if anchor is None or line is None or self.question.kind == "yes_no":  # whether it was in that order is what is asked
            return allowed
        if self.only_talked_of:
            return allowed
        start_ns = self.view.lines.start_ns
        beside = np.abs(start_ns - start_ns[line]) <= BESIDE_NS
        side = {"after": start_ns > start_ns[line], "before": start_ns < start_ns[line]}.get(anchor.relation, beside)
        return np.asarray(allowed & side)

    def _inside_time(self) -> Mask:
        windows = self.question.constraint.windows
        if not (windows and self.asked.query.window is None and asks_where_it_was(self.question.text)):
            return self.asked.inside(self.view.lines)
        return np.asarray(self.view.lines.start_ns < windows[-1].end_ns)

    def allowed_lines(self) -> Ints:
        """Positions of the lines inside the time asked about, in order of time."""
        return self._in_time(np.flatnonzero(self._line_allowed))

    def visible_lines(self) -> Ints:
        """Positions of all lines, in order of time."""
        return self._in_time(np.arange(len(self.view.lines)))

    def lines_with(self, term: str) -> list[int]:
        """The last allowed lines that hold a term, in order of time."""
        held = positions_of(self.view, term)
        return [int(i) for i in self._in_time(held[self._line_allowed[held]])[-NUM_READ:]]

    def _in_time(self, lines: Ints) -> Ints:
        return np.asarray(lines[np.argsort(self.view.lines.start_ns[lines], kind="stable")])

    def around(self, line: int, before: int, after: int) -> list[int]:
        """Positions of the neighbours of a line in its stream, in order, without the line itself."""
        low, high = max(line - before, 0), min(line + after + 1, len(self.view.lines))
        same = self.view.lines.stream[low:high] == self.view.lines.stream[line]
        return [int(i) for i in np.arange(low, high)[same] if i != line]

    def stored(self, lines: Sequence[int]) -> list[StoredText]:
        """The texts at positions, in the order given; each is read from the store once."""
        missing = [i for i in dict.fromkeys(lines) if i not in self._texts]
        found = self.memory.texts([int(self.view.lines.id[i]) for i in missing]) if missing else []
        self._texts.update(zip(missing, found, strict=True))
        return [self._texts[i] for i in lines]


_NAME_ASKED = re.compile(r"\b(?:called|named)\W*$|\bnames? of\b", re.IGNORECASE)
_POINTING = re.compile(r"\b(?:it|them|that|this one)\b", re.IGNORECASE)


def _resolved(event: str, deed: Deed) -> str:
    """`opening it` after `close the tap` as `opening tap`."""
    return _POINTING.sub(" ".join(deed.object), event) if deed.object else event
