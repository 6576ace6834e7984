"""The history of a thing as occasions on which it was seen: where, when, how often, and how likely each was no mistake.

A stay may last for days; a visit is one look round at it. One picture of a detector that errs is no visit to count by, unless
other visits agree with it: what is counted (moves, places, days) is read off the visits that are likely to have happened.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mmmem.clock import NS_PER_MIN, Span
from mmmem.types import FrameRef
from scenegraph.answers import Usual
from scenegraph.asking import Questions
from scenegraph.looks import Look
from scenegraph.nodes import Node
from scenegraph.reply import Shown
from scenegraph.spots import Spot

APART_NS = 20 * NS_PER_MIN
"""Looks at one place that are further apart are different visits."""
LIKELY = 0.6
_MISTAKES = 3
"""On one occasion in so many something else may have been taken for it."""
_GLIMPSED = 0.85
"""Share of what was seen too poorly to be known by itself that is the thing it is taken for."""
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
    """Every visit to a thing in order of time, whichever of its nodes it was taken for; in a window those whose looks touch it.

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

    A thing that was not known again when it turned up is two nodes, which are never seen on one occasion; twins mostly are.
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
    """Whether two nodes were seen at different places on the same occasion, on more than one in so many occasions of either."""
    own, others = _occasions(one), _occasions(other)
    apart = sum(
        any(a.key != b.key and min(a.sure, b.sure) >= LIKELY for a in seen for b in _around(others, when))
        for when, seen in own.items()
    )
    return apart * _MISTAKES > min(len(own), len(others))


def _around(occasions: dict[int, list[Visit]], when: int) -> list[Visit]:
    return [visit for step in (when - 1, when, when + 1) for visit in occasions.get(step, ())]


def _occasions(visits: Sequence[Visit]) -> dict[int, list[Visit]]:
    """Visits by the time at which they began, in steps of `APART_NS`."""
    found: dict[int, list[Visit]] = defaultdict(list)
    for visit in visits:
        found[visit.span.start_ns // APART_NS].append(visit)
    return found


def last_spot(q: Questions, node: Node) -> Spot | None:
    """Where a thing was seen last, whichever of its nodes it was taken for."""
    spots = [spot for one in parts_of(q, node) if (spot := q.spot(one, q.now_ns)) is not None]
    return max(spots, key=lambda spot: spot.last_seen_ns, default=None)


def _joined(one: Visit, other: Visit) -> Visit:
    span = Span(one.span.start_ns, max(one.span.end_ns, other.span.end_ns))
    return replace(other, span=span, num_seen=one.num_seen + other.num_seen, frames=(*one.frames, *other.frames))


def _sure(visit: Visit, confirmed: int) -> float:
    """By the number of pictures that agree; where one picture is enough to be sure, it is. Words are as sure as they are."""
    if visit.spot.stream_id and not visit.frames and not visit.spot.frames:
        return visit.spot.confidence
    mistaken = _MISTAKEN**visit.num_seen if confirmed > 1 else 0.0
    glimpsed = _GLIMPSED if visit.spot.stream_id else 1.0
    return glimpsed * (1.0 - mistaken) / max(len(visit.spot.either), 1)


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


def places_then(q: Questions, node: Node, window: Span) -> dict[str, tuple[Spot, float]]:
    """Where a node was in a window, each place with its probability; by the looks before and after where none was in it.

    A window that reaches to the present (`since Tuesday`) means its beginning.
    """
    since = window.end_ns >= q.now_ns
    visits = visits_of(q, node)
    during = [one for one in visits if one.span.overlaps(window)]
    if since and during and during[-1].span.end_ns > q.now_ns - NS_PER_MIN and len(during) > 1:
        during = during[:1]
    if during:
        return by_place([(one.spot, one.sure) for one in during], known=max(one.sure for one in during))
    before = [one for one in visits if one.span.end_ns <= window.start_ns][-1:]
    after = [one for one in visits if one.span.start_ns >= window.end_ns][:1]
    near = [*before, *after]
    agree = len({one.key for one in near}) == 1 and len(near) > 1
    return by_place([(one.spot, 1.0) for one in near], known=0.85 if agree else 0.6) if near else {}


def by_place(found: Sequence[tuple[Spot, float]], *, known: float) -> dict[str, tuple[Spot, float]]:
    """The places of some sightings with their weights, each with its share of what is known."""
    weights: dict[str, float] = defaultdict(float)
    spots: dict[str, Spot] = {}
    for spot, weight in found:
        weights[spot.key] += weight
        spots[spot.key] = spot
    total = sum(weights.values())
    return {key: (spots[key], known * weight / total) for key, weight in weights.items()} if total else {}


def usual_places(q: Questions, node: Node, hours: tuple[float, float] | None = None) -> list[Usual]:
    """Where a thing usually is, by the number of visits that found it there; between two hours of the day if they are given."""
    visits = [one for one in visits_of(q, node) if hours is None or q.within_hours(one.span.start_ns, hours)]
    visits = [one for one in likely_visits(visits) if one.key]
    counts = Counter(one.key for one in visits)
    last = {one.key: one.spot for one in visits}
    found = [Usual(last[key], num / len(visits), num) for key, num in counts.items()]
    return sorted(found, key=lambda one: (-one.num_occasions, -one.spot.last_seen_ns))
