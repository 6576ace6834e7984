"""What a reply is made with: typed values, evidence, and how sure it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mmmem.agent.typed import TypedAnswer
from mmmem.clock import NS_PER_S, Span
from mmmem.types import Answer, Evidence, FrameRef
from scenegraph.asking import Questions
from scenegraph.spots import Spot

SOURCE = "graph"
_MOST = 6
_ROUND_NS = NS_PER_S
SUREST = 0.97


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Something that supports a reply: what it is about, when, and the pictures.

    Args:
        text: what it shows, in words.
    """

    id: str
    text: str
    frames: tuple[FrameRef, ...]
    span: Span
    stream_id: str = ""


def shown(spot: Spot, *, when: Span | None = None, gone: bool = False) -> Shown:
    """A spot as support: the thing at its place, with the pictures that lie in a window if one is given."""
    frames = (
        tuple(frame for frame in spot.frames if when is None or when.start_ns <= frame.t_ns < when.end_ns) or spot.frames[-1:]
    )
    span = Span(max(spot.last_seen_ns - _ROUND_NS, 0), spot.last_seen_ns + 1)
    if gone and spot.missing_ns is not None:
        frames = (*frames[-2:], *spot.missing_frames[:2])
    return Shown(spot.id, f"{spot.name} {spot.place}", frames, span, spot.stream_id)


def shown_at_last(q: Questions, spot: Spot, *, gone: bool = False) -> list[Shown]:
    """A spot as support; where only a person's word tells of it, with the last pictures of the thing itself."""
    told = shown(spot, gone=gone)
    if told.frames or told.stream_id:
        return [told]
    return [told, *(shown(one) for one in q.spots(q.world.nodes[spot.id])[::-1] if one.frames)][:2]


def evidence_of(support: Iterable[Shown]) -> tuple[Evidence, ...]:
    """Evidence for the pictures of each support, the latest first."""
    found: list[Evidence] = []
    for one in support:
        if not one.frames:
            if one.stream_id:
                found.append(Evidence(SOURCE, one.id, one.stream_id, one.span, 1.0, one.text))
            continue
        for frame in sorted(one.frames, key=lambda frame: -frame.t_ns)[:3]:
            span = Span(max(frame.t_ns - _ROUND_NS, 0), frame.t_ns + _ROUND_NS)
            found.append(Evidence(SOURCE, one.id, frame.stream_id, span, 1.0, one.text, (frame,)))
    return tuple(found[:_MOST])


def answered(
    text: str, kind: str, confidence: float, support: Sequence[Shown], value: Any = None, *, choice: int | None = None
) -> TypedAnswer | None:
    """An answer; None if nothing shows it."""
    evidence = evidence_of(support)
    if not evidence:
        return None
    sure = min(max(confidence, 0.02), SUREST)
    newest = max((max(one.span.end_ns, *(frame.t_ns for frame in one.frames), 0) for one in support), default=0)
    return TypedAnswer(Answer(text, kind, sure, False, evidence, value=value, choice=choice), newest, sure)


def unknown(reason: str, kind: str, surety: float, known_ns: int) -> TypedAnswer:
    """An abstention, and how sure it is that nobody could know."""
    return TypedAnswer(Answer(f"I do not know: {reason}", kind, 0.0, True, reason=reason), known_ns, surety)
