"""What a source of evidence is: what it is asked, and what it hands back. The banks themselves are in modules of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mmmem.agent.policy import Policy, default_policy
from mmmem.agent.question import Question
from mmmem.agent.ranking import Spans, inside_any, recency, term_weights
from mmmem.agent.view import Floats, View
from mmmem.clock import NS_PER_MIN
from mmmem.types import FrameRef, Query

Singles = NDArray[np.float32]

PRESENT_NS = 10 * NS_PER_MIN
"""Who asks for the last time before now is in the middle of it again for about so long."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question together with what it may see.

    `wearers` are names of who wears the cameras, by stream, as far as they are known; `wearer` is who asks: the only one of them,
    else nobody.
    """

    query: Query
    question: Question
    view: View
    stream: str | None = None
    policy: Policy = field(default_factory=default_policy)
    wearers: Mapping[str, str] = field(default_factory=dict)

    @property
    def wearer(self) -> str:
        """Name of who asks; empty where nobody said, or several people wear the cameras."""
        return next(iter(self.wearers.values())) if len(set(self.wearers.values())) == 1 else ""

    def inside(self, spans: Spans) -> NDArray[np.bool_]:
        """(n,) which spans overlap the window and, where the question names its time outright, that time."""
        inside = np.ones(len(spans.start_ns), np.bool_) if self.query.window is None else inside_any(spans, [self.query.window])
        constraint = self.question.constraint
        if constraint.strict and constraint.windows and self.policy.named_time:
            inside &= inside_any(spans, constraint.windows)
        return inside

    def allowed(self) -> NDArray[np.bool_]:
        """(C,) clips that may be found."""
        return self.inside(self.view.clips)

    def line_scores(self) -> Floats:
        """(L,) BM25 of the question against each line."""
        return self.view.line_bm25.scores(term_weights(self.words))

    @property
    def words(self) -> str:
        """What to look for."""
        return self.question.content or self.question.text

    def preference(self) -> Floats:
        """(C,) what a clip's time alone is worth: recent, inside the times the question hints at, not what is going on now."""
        constraint, clips = self.question.constraint, self.view.clips
        score = self.policy.recency * recency(self.view, first=constraint.order == "first")
        if constraint.windows and not constraint.strict:
            score = score + self.policy.hinted * inside_any(clips, constraint.windows)
        if constraint.order == "last":
            score = score - self.policy.present * (clips.end_ns > self.view.as_of_ns - PRESENT_NS)
        return np.asarray(score)


@dataclass(frozen=True, slots=True)
class Hit:
    """A clip a source found: its position in the view, and what in it was found."""

    clip: int
    score: float
    id: str
    frames: tuple[FrameRef, ...] = ()


class Source(Protocol):
    """Anything that can find clips for a question; a third party's too."""

    @property
    def name(self) -> str:
        """What `sources=` calls it."""
        ...

    def find(self, asked: Asked, k: int) -> list[Hit]:
        """At most `k` hits, best first, each in a clip that `asked.allowed()`."""
        ...
