"""Visits: what a tracker saw of people and things, joined into stays of individuals.

A tracker loses people behind things and gives them new ids. Pieces of tracks of one label are one visit when the next begins
within three seconds after the last ended; pieces that overlap longer than a second are different individuals. What was seen
without a track belongs to the visit beside it. What was seen in a photo stands alone: nobody knows for how long.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mmmem.clock import MAX_NS, NS_PER_S, Span
from mmmem.store.records import Presence
from mmmem.types import STANDS_ALONE, FrameRef

if TYPE_CHECKING:
    from mmmem.memory import Memory

JOIN_GAP_NS = 3 * NS_PER_S
JOIN_OVERLAP_NS = 1 * NS_PER_S
SHORTEST_VISIT_NS = 1 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of one individual; `number` counts them in order of start, from 1.

    Args:
        alone: seen in one picture that stands alone, so that `span` is that picture's and says nothing of the stay.
    """

    number: int
    stream_id: str
    label: str
    span: Span
    frames: tuple[FrameRef, ...]
    score: float
    alone: bool = False


def visits_in(memory: "Memory", label: str, as_of_ns: int = MAX_NS) -> list[Visit]:
    """Visits of things of a label in all streams, numbered as their ids in evidence are."""
    found = memory.presences(label=label, as_of_ns=as_of_ns)
    return visits_of([_told_apart(memory, presence, found, as_of_ns) for presence in found])


def _told_apart(memory: "Memory", presence: Presence, found: Sequence[Presence], as_of_ns: int) -> Presence:
    """As it is, or as found in a photo: seen once without a track, when nobody looked for seconds before and after."""
    if presence.track_id != -1 or presence.num_frames > 1:
        return presence
    around = Span(max(presence.span.start_ns - JOIN_GAP_NS, 0), presence.span.end_ns + JOIN_GAP_NS)
    if any(p is not presence and p.stream_id == presence.stream_id and p.span.overlaps(around) for p in found):
        return presence
    looks = memory.looked(stream=presence.stream_id, window=around, as_of_ns=as_of_ns)
    return replace(presence, track_id=STANDS_ALONE) if len(looks) == 1 else presence


def visits_of(presences: Sequence[Presence]) -> list[Visit]:
    """Presences of one label joined into visits, in order of start; flickers shorter than a second are dropped."""
    ordered = sorted(presences, key=lambda p: (p.span, p.stream_id, p.track_id))
    stays = _joined_tracks([_piece(p) for p in ordered if p.track_id >= 0])
    for presence in ordered:
        if presence.track_id == -1:
            stays = _with_untracked(stays, _piece(presence))
    stays = [visit for visit in stays if visit.span.duration_ns >= SHORTEST_VISIT_NS]
    stays += [replace(_piece(p), alone=True) for p in ordered if p.track_id == STANDS_ALONE]
    stays.sort(key=lambda visit: (visit.span, visit.stream_id))
    return [replace(visit, number=number) for number, visit in enumerate(stays, start=1)]


def _piece(presence: Presence) -> Visit:
    return Visit(0, presence.stream_id, presence.label, presence.span, (presence.best,), presence.best_score)


def _joined_tracks(pieces: Sequence[Visit]) -> list[Visit]:
    """Pieces, in order of start, joined with the visit they go on with; one that shows a thing twice for a moment is left out.

    The visit that ended just before is gone on with rather than one that ended longer ago, and either rather than one that
    was still seen: two boxes in one picture are two things.
    """
    stays: list[Visit] = []
    for piece in pieces:
        before = [visit for visit in stays if visit.stream_id == piece.stream_id]
        lost = [visit for visit in before if -JOIN_OVERLAP_NS <= piece.span.start_ns - visit.span.end_ns <= JOIN_GAP_NS]
        if lost:
            earlier = min(lost, key=lambda visit: _farness(visit, piece))
            stays[stays.index(earlier)] = _joined(earlier, piece)
        elif piece.span.duration_ns > JOIN_OVERLAP_NS or not any(piece.span.end_ns <= v.span.end_ns for v in before):
            stays.append(piece)
    return stays


def _farness(visit: Visit, piece: Visit) -> tuple[bool, int]:
    gap_ns = piece.span.start_ns - visit.span.end_ns
    return gap_ns < 0, abs(gap_ns)


def _with_untracked(stays: list[Visit], piece: Visit) -> list[Visit]:
    """With what was seen without a track, which is where a track begins or is weak: it widens the one visit it touches.

    Where it touches several it may be any of them, and adds nothing.
    """
    touched = [
        visit
        for visit in stays
        if visit.stream_id == piece.stream_id
        and piece.span.start_ns - JOIN_GAP_NS <= visit.span.end_ns
        and visit.span.start_ns <= piece.span.end_ns + JOIN_GAP_NS
    ]
    if not touched:
        return [*stays, piece]
    if len(touched) > 1:
        return stays
    return [_joined(visit, piece) if visit is touched[0] else visit for visit in stays]


def _joined(earlier: Visit, later: Visit) -> Visit:
    span = earlier.span.hull(later.span)
    return replace(earlier, span=span, frames=earlier.frames + later.frames, score=max(earlier.score, later.score))


def most_at_once(visits: Sequence[Visit]) -> tuple[int, list[Span]]:
    """The largest number of visits at one instant, and when it was reached; 0 and nowhere without visits."""
    steps = _steps(visits)
    most = max((count for _, count in steps), default=0)
    return most, at_least(visits, most) if most else []


def at_least(visits: Sequence[Visit], number: int) -> list[Span]:
    """When at least `number` visits went on at once, in order."""
    spans: list[Span] = []
    begun_ns: int | None = None
    for t_ns, count in _steps(visits):
        if count >= number and begun_ns is None:
            begun_ns = t_ns
        elif count < number and begun_ns is not None:
            spans.append(Span(begun_ns, t_ns))
            begun_ns = None
    return spans


def _steps(visits: Sequence[Visit]) -> list[tuple[int, int]]:
    """How many visits go on from each instant at which that changes."""
    change: dict[int, int] = {}
    for visit in visits:
        change[visit.span.start_ns] = change.get(visit.span.start_ns, 0) + 1
        change[visit.span.end_ns] = change.get(visit.span.end_ns, 0) - 1
    steps, count = [], 0
    for t_ns in sorted(change):
        count += change[t_ns]
        steps.append((t_ns, count))
    return steps
