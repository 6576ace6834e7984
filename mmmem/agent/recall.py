"""Finds evidence in an open memory: the looks there are, in rounds, and what they found as clips with words and pictures."""

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from mmmem.agent.episodic import DENSE_FLOOR, EpisodicSource
from mmmem.agent.events import EventBank, pooled_scores
from mmmem.agent.policy import Policy, default_policy
from mmmem.agent.question import parse_question
from mmmem.agent.ranking import term_weights
from mmmem.agent.rendering import clip_text
from mmmem.agent.rounds import Found, Look, Looking, rounds
from mmmem.agent.scenes.account import Account
from mmmem.agent.semantic import SemanticSource
from mmmem.agent.sources import Asked, Hit, Source
from mmmem.agent.subqueries import anchor_looks, option_looks
from mmmem.agent.typed import TypedSource
from mmmem.agent.view import View
from mmmem.agent.visual import VisualSource
from mmmem.agent.wearer import asked_by
from mmmem.errors import InvalidInputError
from mmmem.perceive.protocols import Encoder, TextEmbedder
from mmmem.suggest import known_name
from mmmem.types import Evidence, FrameRef, Query

if TYPE_CHECKING:
    from mmmem.memory import Memory

SOURCES = ("episodic", "semantic", "visual")
VIEWS_KEPT = 4


class Recall:
    """Searches one open memory; keeps the views of recent questions and the vector indexes."""

    def __init__(
        self, memory: "Memory", text_embedder: TextEmbedder | None, encoder: Encoder | None, policy: Policy | None = None
    ) -> None:
        self._memory = memory
        self.policy = default_policy() if policy is None else policy
        self.episodic = EpisodicSource(memory, text_embedder)
        self.visual = VisualSource(memory, encoder)
        self.semantic = SemanticSource(memory)
        self.events = EventBank(memory)
        self._others: dict[str, Look] = {}
        self._typed: dict[str, TypedSource] = {}
        self._views: dict[tuple[object, int, str | None], View] = {}
        self._accounts: WeakKeyDictionary[View, Account] = WeakKeyDictionary()

    def asked(self, query: Query, stream: str | None = None) -> Asked:
        """Parse the question and take the view it may see."""
        question = parse_question(
            query.text, asked_at_ns=query.asked_at_ns, calendar=self._memory.calendar, choices=query.choices
        )
        view = self.view(query.asked_at_ns, stream)
        wearers = {one.stream_id: one.wearer for one in self._memory.streams() if one.wearer and stream in (None, one.stream_id)}
        asked = Asked(query, question, view if query.window is None else view.within(query.window), stream, self.policy, wearers)
        return replace(asked, question=asked_by(question, asked.wearer)) if wearers else asked

    def view(self, as_of_ns: int, stream: str | None = None) -> View:
        """The memory as of a time, all streams or one; the last few are kept until the memory changes."""
        key = (self._memory.version(), as_of_ns, stream)
        if key not in self._views:
            while len(self._views) >= VIEWS_KEPT:
                self._views.pop(next(iter(self._views)))
            numbers = None if stream is None else [self._memory.stream_number(stream)]
            clips = self._memory.clip_columns("clip", as_of_ns)
            self._views[key] = View(self._memory.line_columns(), clips, self._memory.postings, as_of_ns, numbers)
        return self._views[key]

    def account(self, asked: Asked) -> Account:
        """What the lines a question may see tell of scenes; kept as long as its view is."""
        if asked.view not in self._accounts:
            wearers = {self._memory.stream_number(name): wearer for name, wearer in asked.wearers.items()}
            self._accounts[asked.view] = Account(self._memory, asked.view, wearers)
        return self._accounts[asked.view]

    def names(self, sources: Sequence[str] | None, k: int) -> list[str]:
        """The sources to ask, each once, in the order given; all by default.

        Raises:
            UnknownNameError: a source that does not exist; did you mean.
            InvalidInputError: `k` below 1, or no source at all.
        """
        if k < 1:
            raise InvalidInputError(f"k must be at least 1, got {k}.")
        every = list(dict.fromkeys([*SOURCES, *self._others, *self._typed]))
        names = every if sources is None else [known_name(s, every, "source") for s in sources]
        if not names:
            raise InvalidInputError(f"sources must name at least one of {', '.join(every)}, got none; leave it out for all.")
        return list(dict.fromkeys(names))

    def search(self, asked: Asked, *, sources: Sequence[str] | None, k: int) -> list[Evidence]:
        """What `find` finds."""
        return list(self.find(asked, sources=sources, k=k).evidence)

    def find(self, asked: Asked, *, sources: Sequence[str] | None, k: int) -> Found:
        """At most `k` pieces of evidence, best first, each as fine as a leaf clip, and the rounds that found them.

        Raises:
            UnknownNameError, InvalidInputError: as `names` raises them.
        """
        names = self.names(sources, k)
        looking = rounds([look for look in self.looks(asked) if look.source in names], asked, k)
        evidence = [self.evidence(asked, source, hit, score) for source, hit, score in looking.ranked()]
        return Found(tuple(evidence), tuple(looking.steps))

    def add_source(self, source: Source, *, weight: float, gain: float, cost_ms: float, granularity: str = "clip") -> None:
        """Let searches look at a source of somebody else's.

        Args:
            weight: its share where rankings are put into one, against the episodic bank at 1.
            gain: by how much it is expected to raise the chance that evidence is found, if nothing is known yet.
            cost_ms: what a look costs.

        Raises:
            InvalidInputError: a source of that name is there already.
        """
        self._check_new(source.name, self._others)
        self._others[source.name] = Look(source.name, source.name, granularity, gain, cost_ms, weight, _hits_of(source))

    def add_answerer(self, source: TypedSource) -> None:
        """Let questions be put to a source that answers by itself; it may be one that searches look at as well.

        Raises:
            InvalidInputError: a source of that name is there already.
        """
        self._check_new(source.name, self._typed)
        self._typed[source.name] = source

    def answerers(self, sources: Sequence[str] | None) -> list[TypedSource]:
        """The typed sources among those named; all by default."""
        return [source for name, source in self._typed.items() if sources is None or name in sources]

    def _check_new(self, name: str, others: Container[str]) -> None:
        if name in SOURCES or name in others:
            raise InvalidInputError(f"There is a source {name!r} already; give it another name.")

    def looks(self, asked: Asked) -> list[Look]:
        """The looks that can be taken for a question."""
        of, episodic = asked.policy, self.episodic
        found: list[Look] = []
        if len(asked.view.lines):
            found.append(Look("words", "episodic", "clip", of.words_gain, of.words_ms, 1.0, _words(episodic)))
            found += [*option_looks(asked), *anchor_looks(asked)]
            if of.events:
                found.append(Look("events", "episodic", "event", of.events_gain, of.events_ms, 1.0, _events(self.events)))
            if of.meaning and episodic.can_mean():
                found.append(Look("meaning", "episodic", "line", of.meaning_gain, of.meaning_ms, 1.0, _meaning(episodic)))
            found.append(Look("facts", "semantic", "fact", of.facts_gain, of.facts_ms, of.facts, _hits_of(self.semantic)))
        found.append(Look("visual", "visual", "keyframe", of.visual_gain, of.visual_ms, of.visual, _hits_of(self.visual)))
        return [look for look in (*found, *self._others.values()) if look.weight]

    def evidence(self, asked: Asked, source: str, hit: Hit, score: float) -> Evidence:
        """A hit with its stream, span, words and pictures; where nothing was said, what a detector saw."""
        words = clip_text(self._memory, asked.view, hit.clip, best_line(asked, hit.clip))
        return Evidence(
            source=source,
            id=hit.id,
            stream_id=self._stream_names()[int(asked.view.clips.stream[hit.clip])],
            span=asked.view.clip_span(hit.clip),
            score=score,
            text=words or self.visual.seen_in(asked, hit.clip),
            frames=hit.frames or self._keyframes(asked, hit.clip),
        )

    def _keyframes(self, asked: Asked, clip: int) -> tuple[FrameRef, ...]:
        stream = self._stream_names()[int(asked.view.clips.stream[clip])]
        frames = self._memory.frames(
            stream=stream, window=asked.view.clip_span(clip), keyframes=True, as_of_ns=asked.view.as_of_ns
        )
        return tuple(frame.ref for frame in frames)

    def _stream_names(self) -> dict[int, str]:
        return {record.number: record.stream_id for record in self._memory.streams()}


def best_line(asked: Asked, clip: int) -> int | None:
    """Position of the clip's line that shares most with the question, None without lines."""
    lines = asked.view.lines_in(clip)
    return int(lines[np.argmax(asked.line_scores()[lines])]) if len(lines) else None


def _words(episodic: EpisodicSource) -> Callable[[Looking], int]:
    def see(looking: Looking) -> int:
        looking.add("words", episodic.words(looking.asked))
        return looking.num_hits()

    return see


def _events(bank: EventBank) -> Callable[[Looking], int]:
    def see(looking: Looking) -> int:
        asked = looking.asked
        of_events = bank.scores(asked.view)
        score = of_events.bm25(term_weights(asked.words))
        if asked.question.choices and asked.policy.choices:
            options = [of_events.bm25(term_weights(choice)) for choice in asked.question.choices]
            score = score + asked.policy.choices * np.max(options, axis=0)
        looking.add("events", pooled_scores(of_events, score), floor=np.inf)  # no clip is found for its company alone
        return looking.num_hits()

    return see


def _meaning(episodic: EpisodicSource) -> Callable[[Looking], int]:
    def see(looking: Looking) -> int:
        found = episodic.meaning(looking.asked)
        if found is not None:
            looking.add("meaning", found, floor=DENSE_FLOOR)
        return looking.num_hits()

    return see


def _hits_of(source: Source) -> Callable[[Looking], int]:
    def see(looking: Looking) -> int:
        return looking.put(source.name, source.find(looking.asked, looking.k))

    return see
