"""Finds evidence: every source is asked, each hit is a clip, and the rankings are put into one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mmmem.agent.policy import Policy, default_policy
from mmmem.agent.question import parse_question
from mmmem.agent.rendering import clip_text
from mmmem.agent.sources import Asked, EpisodicSource, Hit, SemanticSource, Source, VisualSource
from mmmem.agent.view import View
from mmmem.errors import InvalidInputError
from mmmem.index.fusion import reciprocal_rank_fusion
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
        self._sources: dict[str, Source] = {s.name: s for s in (self.episodic, SemanticSource(memory), self.visual)}
        self._views: dict[tuple[object, int, str | None], View] = {}

    def asked(self, query: Query, stream: str | None = None) -> Asked:
        """Parse the question and take the view it may see."""
        question = parse_question(
            query.text, asked_at_ns=query.asked_at_ns, calendar=self._memory.calendar, choices=query.choices
        )
        view = self.view(query.asked_at_ns, stream)
        return Asked(query, question, view if query.window is None else view.within(query.window), stream, self.policy)

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

    def names(self, sources: Sequence[str] | None, k: int) -> list[str]:
        """The sources to ask, each once, in the order given; all by default.

        Raises:
            UnknownNameError: a source that does not exist; did you mean.
            InvalidInputError: `k` below 1, or no source at all.
        """
        if k < 1:
            raise InvalidInputError(f"k must be at least 1, got {k}.")
        names = self._sources if sources is None else [known_name(s, self._sources, "source") for s in sources]
        if not names:
            raise InvalidInputError(
                f"sources must name at least one of {', '.join(self._sources)}, got none; leave it out for all."
            )
        return list(dict.fromkeys(names))

    def search(self, asked: Asked, *, sources: Sequence[str] | None, k: int) -> list[Evidence]:
        """At most `k` pieces of evidence, best first, each as fine as a leaf clip.

        Raises:
            UnknownNameError, InvalidInputError: as `names` raises them.
        """
        weights = {"episodic": 1.0, "semantic": asked.policy.facts, "visual": asked.policy.visual}
        found = {name: self._sources[name].find(asked, k) for name in self.names(sources, k) if weights[name]}
        return [self.evidence(asked, name, hit, score) for name, hit, score in merged(found, weights)[:k]]

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


def merged(found: Mapping[str, Sequence[Hit]], weights: Mapping[str, float]) -> list[tuple[str, Hit, float]]:
    """One ranking of clips, each with the source that ranked it best; a single source keeps its own scores."""
    if len([hits for hits in found.values() if hits]) <= 1:
        return [(name, hit, hit.score) for name, hits in found.items() for hit in hits]
    fused = reciprocal_rank_fusion({name: [hit.clip for hit in hits] for name, hits in found.items()}, weights)
    best: dict[int, tuple[str, Hit]] = {}
    for name in sorted(found, key=lambda n: -weights[n]):
        for hit in found[name]:
            best.setdefault(hit.clip, (name, hit))
    return [(*best[clip], score) for clip, score in fused]
