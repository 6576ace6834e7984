"""Spots of one thing against time: what follows what, and which of them a window or a look belongs to."""

from collections.abc import Sequence
from dataclasses import replace

from mmmem.clock import MAX_NS, Span
from scenegraph.looks import Look
from scenegraph.spots import Spot


def woven(seen: Sequence[Spot], told: Sequence[Spot]) -> list[Spot]:
    """Spots from pictures and from words in order of time; what begins later ends what was before."""
    spots = sorted([*seen, *told], key=lambda spot: spot.start_ns)
    ends = [*(spot.start_ns for spot in spots[1:]), None]
    return [replace(spot, next_ns=end) for spot, end in zip(spots, ends, strict=True)]


def may_touch(spot: Spot, window: Span) -> bool:
    """Whether something may have been at a spot during a window."""
    ends = [t for t in (spot.missing_ns, spot.next_ns) if t is not None]
    return spot.start_ns < window.end_ns and (min(ends) if ends else MAX_NS) > window.start_ns


def seen_in(spot: Spot, window: Span) -> bool:
    """Whether something was seen at a spot during a window."""
    return spot.start_ns < window.end_ns and spot.last_seen_ns >= window.start_ns


def spot_of_look(spots: Sequence[Spot], look: Look) -> Spot | None:
    """The spot at which a look shows a node: of those that span it, as two may where two nodes became one, the nearest."""
    begun = [spot for spot in spots if spot.start_ns <= look.span.start_ns]
    spanning = [spot for spot in begun if spot.last_seen_ns >= look.span.end_ns - 1]
    if look.at is None or len(spanning) < 2:
        return spanning[-1] if spanning else begun[-1] if begun else None
    at = look.at
    return min(spanning, key=lambda spot: MAX_NS if spot.at is None else float(((spot.at - at) ** 2).sum()))
