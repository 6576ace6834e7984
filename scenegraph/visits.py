"""The history of a thing as occasions on which it was seen: where, when, how often, and how likely each was no mistake.

A stay may last for days; a visit is one look round at it. One picture of a detector that errs is no visit to count by, unless
other visits agree with it: what is counted (moves, places, days) is read off the visits that are likely to have happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mmmem.clock import NS_PER_MIN, Span
from mmmem.types import FrameRef
from scenegraph.asking import Questions
from scenegraph.looks import Look
from scenegraph.nodes import Node
from scenegraph.reply import Shown
from scenegraph.spots import Spot

APART_NS = 20 * NS_PER_MIN
"""Looks at one place that are further apart are different visits."""
LIKELY = 0.6
_MISTAKES, _TURNS = 8, 2
"""One visit in so many may have been to something else; so many turns are no twins yet."""
_MISTAKEN = 0.5
"""Share of single pictures of a detector that show something else, or are put at the wrong place."""


@dataclass(frozen=True, slots=True, eq=False)
class Visit:
    """A thing was seen at one place, with no long break and nowhere else in between.

    Args:
        spot: its place, as known by the last look.
        span: from the first to the last look.
        num_seen: pictures.
        sure: probability that it was this thing, there.
    """

    spot: Spot
    span: Span
    num_seen: int
    sure: float
    frames: tuple[FrameRef, ...]

    @property
    def key(self) -> str:
        """What tells places apart; see `Spot.key`."""
        return self.spot.key

    @property
    def likely(self) -> bool:
        """Whether it is to be counted."""
        return self.sure >= LIKELY

    def shown(self) -> Shown:
        """As support of an answer."""
        text = f"{self.spot.name} {self.spot.place}"
        return Shown(self.spot.id, text, self.frames or self.spot.frames[-1:], self.span, self.spot.stream_id)


def visits_of(q: Questions, node: Node, window: Span | None = None, *, apart_ns: int = APART_NS) -> list[Visit]:
    """Every visit to a thing in order of time, whichever of its nodes it was taken for; in a window those whose looks lie in it.

    Args:
        apart_ns: looks at one place that are further apart are two visits.
    """
    looks = [seen for one in parts_of(q, node) for seen in q.seen_at(one, window)]
    return _visits(sorted(looks, key=lambda seen: seen[1].span), q.graph.settings.confirm_frames, apart_ns)


def _visits(looks: Sequence[tuple[Spot, Look]], confirmed: int, apart_ns: int) -> list[Visit]:
    found: list[Visit] = []
    for spot, look in looks:
        now = Visit(spot, look.span, look.num_seen, 0.0, look.frames)
        last = found[-1] if found else None
        if last is not None and last.key == now.key and now.span.start_ns - last.span.end_ns < apart_ns:
            found[-1] = _joined(last, now)
        else:
            found.append(now)
    return [replace(one, sure=_sure(one, confirmed)) for one in found]


def parts_of(q: Questions, node: Node) -> list[Node]:
    """The nodes that a thing was taken for, a node first: those of its class and colour that were never seen beside it.

    A thing that was not known again when it turned up is two nodes: one ends where the other begins. Twins are seen in turns.
    """
    confirmed = q.graph.settings.confirm_frames
    colour = node.attributes.get("colour", ("", 0.0))[0]
    if confirmed <= 1 or node.layer != "object" or not colour:
        return [node]
    own = _visits(q.seen_at(node), confirmed, APART_NS)
    parts, others = [node], [other for other in q.world.living() if other is not node and other.layer == "object"]
    for other in others:
        if other.kind == node.kind and other.attributes.get("colour", ("", 0.0))[0] == colour and other.owner == node.owner:
            seen = _visits(q.seen_at(other), confirmed, APART_NS)
            if seen and not _beside_each_other(own, seen):
                parts.append(other)
                own = sorted([*own, *seen], key=lambda visit: visit.span)
    return parts


def _beside_each_other(one: Sequence[Visit], other: Sequence[Visit]) -> bool:
    """Whether two nodes were seen at different places at the same time, or in turns."""
    apart = sum(a.span.overlaps(b.span) and a.key != b.key and min(a.sure, b.sure) >= LIKELY for a in one for b in other)
    turns = _turns(one, other)
    return apart > (len(one) + len(other)) // _MISTAKES or turns > _TURNS


def _turns(one: Sequence[Visit], other: Sequence[Visit]) -> int:
    """How often it goes from a place of one to another place of the other."""
    both = sorted([*((visit, 0) for visit in one), *((visit, 1) for visit in other)], key=lambda pair: pair[0].span)
    return sum(a[1] != b[1] and a[0].key != b[0].key for a, b in pairwise(both))


def last_spot(q: Questions, node: Node) -> Spot | None:
    """Where a thing was seen last, whichever of its nodes it was taken for."""
    spots = [spot for one in parts_of(q, node) if (spot := q.spot(one, q.now_ns)) is not None]
    return max(spots, key=lambda spot: spot.last_seen_ns, default=None)


def _joined(one: Visit, other: Visit) -> Visit:
    span = Span(one.span.start_ns, max(one.span.end_ns, other.span.end_ns))
    return replace(other, span=span, num_seen=one.num_seen + other.num_seen, frames=(*one.frames, *other.frames))


def _sure(visit: Visit, confirmed: int) -> float:
    """By the number of pictures that agree; where one picture is enough to be sure, it is."""
    if visit.spot.stream_id:
        return visit.spot.confidence
    mistaken = _MISTAKEN**visit.num_seen if confirmed > 1 else 0.0
    return (1.0 - mistaken) / max(len(visit.spot.either), 1)


def likely_visits(visits: Sequence[Visit]) -> list[Visit]:
    """Visits to count by: the likely ones, or all where none is; a doubtful one counts where the ones beside it agree."""
    kept = [
        visit
        for place, visit in enumerate(visits)
        if visit.likely or any(other.key == visit.key and other.likely for other in _beside(visits, place))
    ]
    return kept or list(visits)


def _beside(visits: Sequence[Visit], place: int) -> Iterable[Visit]:
    return [*visits[max(place - 1, 0) : place], *visits[place + 1 : place + 2]]


def runs_of_visits(visits: Sequence[Visit]) -> list[list[Visit]]:
    """Visits in order of time, neighbours at one place together."""
    runs: list[list[Visit]] = []
    for visit in visits:
        if runs and runs[-1][-1].key == visit.key:
            runs[-1].append(visit)
        else:
            runs.append([visit])
    return runs


def history(q: Questions, node: Node) -> list[list[Visit]]:
    """Where a node was, one place after the other, by the visits that are likely to have happened."""
    return runs_of_visits(likely_visits(visits_of(q, node)))


def num_changes(runs: Sequence[Sequence[Visit]]) -> int:
    """How often neighbours in a history are different places."""
    return sum(one[-1].key != other[0].key for one, other in pairwise(runs))
