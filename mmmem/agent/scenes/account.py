"""What the lines of a view tell of things, places and people: read where a question needs it, kept for the next one.

Nothing is read ahead: the lines that hold a thing's name are found by the index, and what they say is kept by the words of the
line, so a question costs what speaks of its things and not the length of the memory.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mmmem.agent.answers.telling import positions_of
from mmmem.agent.language.things import SYNONYMS, Phrase, phrase_of, singular
from mmmem.agent.scenes.fitting import kind_fit, place_fit, place_key
from mmmem.agent.scenes.mentions import Deed, Mention, misread
from mmmem.agent.view import Ints, View
from mmmem.banks.scene_words import Does, InState, Owns, Placed, Scene, renamed, scene_of
from mmmem.clock import NS_PER_MIN, NS_PER_S, Span
from mmmem.store.records import StoredText
from mmmem.text.terms import terms
from mmmem.types import TEXT_KINDS

if TYPE_CHECKING:
    from mmmem.memory import Memory

_VISIT_GAP_NS = 30 * NS_PER_MIN
"""What is told further apart than this is told of different visits."""
_ROOM_HOLDS_NS = 30 * NS_PER_S
"""For so long, and for so many lines, a camera is taken to stay in the room that was named."""
_NUM_BACK = 4
_NUM_SAMPLED = 240
"""Captions that are read to judge whether they tell of scenes, and the share of them that must."""
_TOLD_SHARE = 0.3
_SAME = 0.9
"""Names that fit nearly as well as the best one are meant too; `LESS_CLOSE` ones are not."""
_SPEECH = TEXT_KINDS.index("speech")
_CAPTION = TEXT_KINDS.index("caption")


class Account:
    """What a view tells of scenes.

    Args:
        wearers: who wears the camera, by number of the stream.
    """

    def __init__(self, memory: "Memory", view: View, wearers: dict[int, str]) -> None:
        self._memory, self.view, self._wearers = memory, view, wearers
        self._stored: dict[int, StoredText] = {}
        self._visits: Ints | None = None
        self._at: dict[str, list[Mention]] = {}
        self._misread: dict[tuple[str, int], frozenset[str]] = {}
        self._seen: dict[str, list[int]] = {}

    # Lines

    def stored(self, lines: Sequence[int]) -> list[StoredText]:
        """Lines by position."""
        missing = [line for line in dict.fromkeys(lines) if line not in self._stored]
        if missing:
            found = self._memory.texts(self.view.lines.id[missing].tolist())
            self._stored.update(zip(missing, found, strict=True))
        return [self._stored[line] for line in lines]

    def scenes(self, lines: Iterable[int]) -> Iterator[tuple[int, Scene]]:
        """What lines state, each that states something."""
        at = [int(line) for line in lines]
        for line, stored in zip(at, self.stored(at), strict=True):
            yield line, scene_of(stored.text)

    def holding(self, words: str) -> Ints:
        """Positions of the lines that hold every term of some words."""
        found: Ints | None = None
        for term in dict.fromkeys(terms(words)):
            there = positions_of(self.view, term)
            found = there if found is None else np.intersect1d(found, there, assume_unique=True)
        return np.zeros(0, np.int64) if found is None else found

    def naming_any(self, words: str) -> Ints:
        """Positions of the lines that hold any term of some words."""
        found = [positions_of(self.view, term) for term in dict.fromkeys(terms(words))]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)

    def speaks_of(self, what: str) -> bool:
        """Whether a line that tells nothing of scenes holds the words for a thing, so that other ways may read it."""
        return any(not (scene.placed or scene.states) for _, scene in self.scenes(self.holding(phrase_of(what).kind)))

    def span(self, line: int) -> Span:
        """When a line was told."""
        return self.view.line_span(line)

    def within(self, window: Span) -> Ints:
        """Positions of the lines that begin in a window."""
        start_ns = self.view.lines.start_ns
        return np.flatnonzero((start_ns >= window.start_ns) & (start_ns < window.end_ns))

    def in_time(self, lines: Iterable[int]) -> list[int]:
        """Lines in order of time."""
        return sorted(lines, key=lambda line: int(self.view.lines.start_ns[line]))

    def is_speech(self, line: int) -> bool:
        """Whether somebody said a line."""
        return int(self.view.lines.kind[line]) == _SPEECH

    def room_at(self, line: int) -> str:
        """The room that a line, or one shortly before it, says the camera is in."""
        lines = self.view.lines
        for at in range(line, max(line - _NUM_BACK, -1), -1):
            near = lines.stream[at] == lines.stream[line] and lines.start_ns[line] - lines.start_ns[at] <= _ROOM_HOLDS_NS
            if not near:
                break
            if room := scene_of(self.stored([at])[0].text).room:
                return room
        return ""

    @cached_property
    def tells_scenes(self) -> bool:
        """Whether captions tell of what stands where often enough that what they never name was hardly seen."""
        captions = np.flatnonzero(self.view.lines.kind == _CAPTION)
        if not len(captions):
            return False
        sample = captions[np.unique(np.linspace(0, len(captions) - 1, min(_NUM_SAMPLED, len(captions))).round().astype(int))]
        told = [bool(scene.room) or any(one.how == "seen" for one in scene.placed) for _, scene in self.scenes(sample)]
        return sum(told) >= _TOLD_SHARE * len(told)

    def visit(self, line: int) -> int:
        """The number of the visit in which a line was told: visits lie half an hour apart."""
        if self._visits is None:
            start_ns = self.view.lines.start_ns
            order = np.argsort(start_ns, kind="stable")
            new = np.diff(start_ns[order], prepend=start_ns[order[:1]]) > _VISIT_GAP_NS
            self._visits = np.empty(len(start_ns), np.int64)
            self._visits[order] = np.cumsum(new)
        return int(self._visits[line])

    # Things

    def of_kind(self, kind: str) -> list[Mention]:
        """Every mention of things of a class, in order of time."""
        found: list[Mention] = []
        names = {kind, SYNONYMS.get(kind, kind), *(name for name, other in SYNONYMS.items() if other == kind)}
        lines = {int(line) for name in names for line in self.holding(name)}
        for line, scene in self.scenes(sorted(lines)):
            for placed in scene.placed:
                if fit := kind_fit(kind, placed.thing.kind):
                    found.append(self._mention(line, placed, fit))
        return sorted(found, key=lambda one: (one.start_ns, one.line))

    def _mention(self, line: int, placed: Placed, fit: float = 1.0) -> Mention:
        who = self._wearers.get(int(self.view.lines.stream[line]), "")
        if not who and placed.how == "said":
            who = self.stored([line])[0].text.speaker or ""
        return Mention(line, self.span(line), renamed(placed, who) if who else placed, self.room_at(line), fit)

    def at(self, place: str) -> list[Mention]:
        """Every mention of a thing at a place, in order of time; where none is called just so, at places called alike."""
        if place not in self._at:
            found = [
                self._mention(line, placed, fit)
                for line, scene in self.scenes(self.holding(place))
                for placed in scene.placed
                if (fit := place_fit(place, placed.place))
            ]
            best = max((one.fit for one in found), default=0.0)
            kept = [one for one in found if one.fit >= _SAME * best]
            self._at[place] = sorted(kept, key=lambda one: (one.start_ns, one.line))
        return self._at[place]

    def is_misread(self, mention: Mention) -> bool:
        """Whether a thing was rather another one: there and then its like was told of far more, and no line ever told of both.

        Its like is of the same class or of the same colour: who takes a red mug for a red bowl has seen one thing.
        """
        if not mention.key or mention.placed.how != "seen" or mention.placed.relation == "with":
            return False
        key = (mention.key, self.visit(mention.line))
        if key not in self._misread:
            here = [one for one in self.at(mention.placed.place) if one.key == key[0]]
            self._misread[key] = misread(here, [one for one in here if self.visit(one.line) == key[1]])
        return mention.name in self._misread[key]

    def told(self, lines: Iterable[int]) -> list[Mention]:
        """Every mention of a thing in some lines."""
        return [self._mention(line, placed) for line, scene in self.scenes(lines) for placed in scene.placed]

    def looks_at(self, place: str) -> list[int]:
        """Lines in which a place is named as one where something stands, or that is open or on, in order of time."""
        lines = {one.line for one in self.at(place)}
        return self.in_time(lines | {line for line, _ in self.states(place)})

    def states(self, thing: str) -> list[tuple[int, InState]]:
        """Every line that tells a state of a thing, in order of time."""
        found = [
            (fit, line, one)
            for line, scene in self.scenes(self.holding(thing))
            for one in scene.states
            if (fit := place_fit(thing, one.thing.text))
        ]
        best = max((fit for fit, _, _ in found), default=0.0)
        kept = [(line, one) for fit, line, one in found if fit >= _SAME * best]
        return sorted(kept, key=lambda one: int(self.view.lines.start_ns[one[0]]))

    def owners(self, thing: Phrase) -> list[tuple[int, Owns]]:
        """Every line that tells whose a thing of a class is, in order of time."""
        found = [
            (line, one)
            for line, scene in self.scenes(self.holding(thing.kind))
            for one in scene.owns
            if kind_fit(singular(thing.kind), one.thing.kind)
        ]
        return sorted(found, key=lambda one: int(self.view.lines.start_ns[one[0]]))

    def rooms_of(self, piece: str) -> Counter[str]:
        """The rooms in which the camera was said to be where a piece of furniture is named or was detected, and how often."""
        return Counter(room for line in self.naming(piece) if (room := self.room_at(line)))

    def naming(self, piece: str) -> list[int]:
        """Lines that name a piece of furniture at all; where none does, those told while a detector saw one."""
        named = {*self.looks_at(piece), *(one.line for one in self.of_kind(phrase_of(piece).kind))}
        return self.in_time(named) or self.while_seen(phrase_of(piece).kind)

    def while_seen(self, kind: str) -> list[int]:
        """The line told last whenever a detector saw a thing of a class, each as often as it did, in order of time."""
        if kind not in self._seen:
            labels = [kind, *([SYNONYMS[kind]] if kind in SYNONYMS else [])]
            found = [one for label in labels for one in self._memory.presences(label=label, as_of_ns=self.view.as_of_ns)]
            lines = [self._line_before(self._memory.stream_number(one.stream_id), one.best.t_ns) for one in found]
            self._seen[kind] = self.in_time(line for line in lines if line >= 0)
        return self._seen[kind]

    def looks_over(self, place: str) -> list[int]:
        """Lines told while a place was in view: that name it, or told while a detector saw the only one of its class."""
        kind = phrase_of(place).kind
        alone = kind == place_key(place) and not any(char.isdigit() for char in kind)
        return self.in_time({*self.looks_at(place), *(self.while_seen(kind) if alone else ())})

    def _line_before(self, stream: int, t_ns: int) -> int:
        lines = self.view.lines
        first, last = np.searchsorted(lines.stream, [stream, stream + 1])
        at = int(first + np.searchsorted(lines.start_ns[first:last], t_ns, side="right")) - 1
        return at if at >= first and t_ns - int(lines.start_ns[at]) <= _ROOM_HOLDS_NS else -1

    # People

    def deeds(self, lines: Iterable[int]) -> list[Deed]:
        """Who did what, or was there, in some lines; the wearer's deeds by name where it is known."""
        found: list[Deed] = []
        for line, scene in self.scenes(lines):
            for does in scene.does:
                who = self._wearers.get(int(self.view.lines.stream[line]), "") if does.who == "I" else does.who
                found.append(Deed(line, self.span(line), Does(who or does.who, does.deed, does.place), self.room_at(line)))
        return found
