"""Edges between nodes, read off where they stayed: pure geometry over the log, so that a corrected pose corrects the edges.

An edge holds while both its nodes are at their places and the geometry says so. It opens when enough pictures agree, and closes
when one of the two is seen elsewhere, is looked for and not found, or clearly stands otherwise; never because nobody looks.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from scenegraph.atlas import Atlas
from scenegraph.bearing import bearing, can_hold
from scenegraph.contact import NOTHING
from scenegraph.edges import SUPPORTS, Edge, Relation
from scenegraph.frames_of_reference import ReferenceFrame, side_scores
from scenegraph.geometry import Array
from scenegraph.hysteresis import Hysteresis, Measured
from scenegraph.stay_index import FOREVER_NS, Standing, StayIndex
from scenegraph.world import World

NEAR_M = 0.6
"""Metres between the boxes of two things that are just near each other."""
NEXT_TO_M = 0.25
"""Metres between the boxes of two things that are just next to each other."""
_NEAR_SLACK_M = 0.15
_NEXT_SLACK_M = 0.1
LEVEL_M = 0.25
"""Metres between the feet of two things that are just level with each other."""
_PARTS = frozenset(("door", "drawer", "handle", "tap", "faucet", "lid", "knob", "burner", "leg", "cushion", "button"))
_OUT_M = 0.1
_MARGIN_M = NEAR_M + _NEAR_SLACK_M
Met = list[tuple[Standing, Standing]]
Scores = Callable[[Standing, Standing], Iterator[tuple[Relation, float]]]


class Relations:
    """The edges of a world, read off its stays as they are asked for; the index of the stays is kept up with the log.

    Args:
        num_looks: pictures that must agree before an edge opens.
        atlas: its rooms; things in different rooms are not near each other.
    """

    def __init__(self, world: World, atlas: Atlas, *, num_looks: int = 2) -> None:
        self.world, self.index = world, StayIndex(world)
        self._hysteresis = Hysteresis(num_looks=num_looks)
        self._atlas = atlas

    def of(self, which: str) -> list[Edge]:
        """Every edge whose subject is a node, over all time, in order of its beginning."""
        self.index.update()
        node = self.world.nodes.get(self.world.resolve(which))
        if node is None:
            return []
        pairs: dict[str, Met] = defaultdict(list)
        for standing in self.index.of(node.id):
            for other in self.index.near(standing.box, _MARGIN_M):
                if other.node is not node and standing.meets(other):
                    pairs[other.node.id].append((standing, other))
        edges = [edge for met in pairs.values() for edge in self._runs(node.id, met, self._scores)]
        return sorted(_one_support(edges), key=lambda edge: (edge.start_ns, edge.relation, edge.object))

    def sides(self, which: str, other: str, frame: ReferenceFrame) -> list[Edge]:
        """On which side of another node a node lay in a frame of reference, over all time, in order of its beginning."""
        met = [(one, far) for one, far in self._met(which, other) if not (_over(one.box, far.box) or _over(far.box, one.box))]

        def scores(one: Standing, far: Standing) -> Iterator[tuple[Relation, float]]:
            yield from side_scores(one.box, far.box, frame).items()

        edges = (replace(edge, frame=frame.name) for edge in self._runs(which, met, scores))
        return sorted(edges, key=lambda edge: (edge.start_ns, -edge.confidence))

    def same_room(self, which: str, other: str) -> list[Edge]:
        """When two nodes were in one room, in order of time; where a room is not known nothing is said."""
        rooms = {id(one.stay): self._room(one) for pair in self._met(which, other) for one in pair}
        met = [(one, far) for one, far in self._met(which, other) if rooms[id(one.stay)] and rooms[id(far.stay)]]

        def scores(one: Standing, far: Standing) -> Iterator[tuple[Relation, float]]:
            yield "same room", float(rooms[id(one.stay)] == rooms[id(far.stay)])

        return list(self._runs(which, met, scores))

    def betweens(self, which: str) -> list[Edge]:
        """What a node lay between, among things of its own layer, in order of its beginning."""
        self.index.update()
        pairs: dict[tuple[str, str], Met] = defaultdict(list)
        scored: dict[int, float] = {}
        for standing in self.index.of(which):
            around = [one for one in self.index.near(standing.box, NEAR_M) if _beside(standing, one)]
            for place, one in enumerate(around):
                for other in around[place + 1 :]:
                    if one.node is not other.node and one.meets(other):
                        both = _both(one, other)
                        scored[id(both)] = lies_between(standing.box, one.box, other.box)
                        pairs[one.node.id, other.node.id].append((standing, both))

        def scores(_: Standing, both: Standing) -> Iterator[tuple[Relation, float]]:
            yield "between", scored[id(both)]

        runs = ((pair, edge) for pair, met in pairs.items() for edge in self._runs(which, met, scores))
        return sorted((replace(edge, other=other) for (_, other), edge in runs), key=lambda edge: (edge.start_ns, edge.other))

    def _met(self, which: str, other: str) -> Met:
        """The stays of two nodes that were at one time, wherever they were."""
        self.index.update()
        one, two = self.world.resolve(which), self.world.resolve(other)
        if one == two:
            return []
        return [(here, there) for here in self.index.of(one) for there in self.index.of(two) if here.meets(there)]

    def _runs(self, which: str, met: Met, scores: Scores) -> Iterator[Edge]:
        """The edges of a pair, by the stays of both that were at one time."""
        said: dict[Relation, list[Measured]] = defaultdict(list)
        standings = sorted(self.index.of(self.world.resolve(which)), key=lambda one: one.stay.start_ns)
        order = {id(one.stay): number for number, one in enumerate(standings)}
        met = sorted(met, key=_began)
        for place, (one, other) in enumerate(met):
            scored = dict(scores(one, other))
            if place and order[id(one.stay)] > order[id(met[place - 1][0].stay)] + 1:
                # It was seen elsewhere in between: what held before is over, whatever holds now.
                for measured in said.values():
                    measured.append(Measured(0.0, 0, place))
            for relation in {*scored, *said}:
                said[relation].append(Measured(scored.get(relation, 0.0), one.stay.num_seen, place))
        for relation, measured in said.items():
            for run in self._hysteresis.runs(measured):
                yield edge_of(relation, [met[each.place] for each in run], max(each.score for each in run))

    def _scores(self, one: Standing, other: Standing) -> Iterator[tuple[Relation, float]]:
        borne = bearing(one.stay, self._contacts(one), other.node, other.stay) if one.node.layer != "person" else None
        if borne is not None and _can_bear(one, other):
            yield borne.relation, borne.score
        part = _part(one, other)
        if part > 0:
            yield "part of", part
        if part >= 0.5 or _part(other, one) >= 0.5:
            return
        people = "person" in (one.node.layer, other.node.layer)
        gap_m = gap(one.box, other.box)
        if gap_m > _MARGIN_M or not self._same_room(one, other) or self._bears(other, one):
            return
        yield "near", _ramp(NEAR_M - gap_m, _NEAR_SLACK_M)
        if not people and _level(one.box, other.box):
            yield "next to", _ramp(NEXT_TO_M - gap_m, _NEXT_SLACK_M)

    def _same_room(self, one: Standing, other: Standing) -> bool:
        rooms = [self._room(each) for each in (one, other)]
        return rooms[0] == rooms[1] or "" in rooms

    def _room(self, one: Standing) -> str:
        """Id of the room a stay is in; empty where none is known."""
        return self._atlas.room_of(one.node.id, one.box)

    def _bears(self, one: Standing, other: Standing) -> bool:
        """Whether `one` rests on `other`: what bears a thing is not near it."""
        if one.node.layer == "person" or not _can_bear(one, other):
            return False
        borne = bearing(one.stay, self._contacts(one), other.node, other.stay)
        return borne is not None and borne.score >= 0.5

    def _contacts(self, one: Standing) -> dict[str, float]:
        """What a stay touched, by the ids that nodes have now; what stands beside it on the same surface bears nothing."""
        contacts: dict[str, float] = defaultdict(float)
        for id, count in one.stay.contacts.items():
            node = self.world.nodes.get(self.world.resolve(id))
            bears = node is not None and node.stay is not None and (node.stay.box is None or can_hold(node, node.stay.box))
            contacts[node.id if node is not None and bears else NOTHING] += count
        return contacts


def gap(one: Array, other: Array) -> float:
    """Metres between two (2, 3) boxes; 0 where they touch or overlap."""
    return float(np.linalg.norm(np.maximum(np.maximum(one[0] - other[1], other[0] - one[1]), 0.0)))


def lies_between(middle: Array, one: Array, other: Array) -> float:
    """Score for a (2, 3) box lying between two others: near the line of their middles, and between their ends."""
    start, end, at = (box.mean(axis=0)[:2] for box in (one, other, middle))
    way = end - start
    length = float(np.linalg.norm(way))
    if length < 0.05:
        return 0.0
    along = float((at - start) @ way) / length**2
    off = abs(float(way[0] * (at - start)[1] - way[1] * (at - start)[0])) / length
    width = 0.25 * length + 0.25 * float(np.linalg.norm((middle[1] - middle[0])[:2]))
    level = max(one[0, 2], other[0, 2]) - 0.3 < middle[1, 2] and middle[0, 2] < min(one[1, 2], other[1, 2]) + 0.3
    return min(_ramp(width - off, 0.5 * width), _ramp(0.5 - abs(along - 0.5) - 0.1, 0.1)) if level else 0.0


def _beside(standing: Standing, one: Standing) -> bool:
    """Whether a stay may be one of two that another lies between."""
    alike = one.node is not standing.node and one.node.layer == standing.node.layer and _level(one.box, standing.box)
    return alike and one.meets(standing) and gap(one.box, standing.box) < NEAR_M


def _both(one: Standing, other: Standing) -> Standing:
    """The first of two stays, for the time in which both last."""
    later = max(one.stay, other.stay, key=lambda stay: stay.start_ns)
    known = replace(one.stay, start_ns=later.start_ns, after_ns=later.after_ns)
    return Standing(one.node, known, min(one.until_ns, other.until_ns))


def edge_of(relation: Relation, met: Sequence[tuple[Standing, Standing]], score: float) -> Edge:
    """The edge over a run of stays of a subject with stays of an object, in order of time."""
    first, second = met[0]
    last = met[-1]
    start_ns = max(first.stay.start_ns, second.stay.start_ns)
    until_ns = min(last[0].until_ns, last[1].until_ns)
    known = [each.stay.after_ns for each in met[0] if each.stay.start_ns == start_ns]
    looks = sum(one.stay.num_seen for one, _ in met)
    frames = tuple(dict.fromkeys(frame for one, _ in met for frame in one.stay.frames))
    return Edge(
        relation,
        first.node.id,
        second.node.id,
        start_ns,
        # The thing was seen there as long as its stay was; what it stands on is seen with it or was there before.
        max(start_ns, min(last[0].stay.last_seen_ns, until_ns - 1)),
        max((t_ns for t_ns in known if t_ns is not None), default=None),
        None if until_ns >= FOREVER_NS else until_ns,
        round(min(score, 1.0) * looks / (looks + 0.5), 3),
        frames[:6],
        stays=tuple(dict.fromkeys(one.stay.start_ns for one, _ in met)),
    )


def _one_support(edges: list[Edge]) -> Iterator[Edge]:
    """A thing rests on one thing at a time: of those that were read off the same stay, the surest."""
    borne = sorted((edge for edge in edges if edge.relation in SUPPORTS), key=lambda edge: (-edge.confidence, edge.object))
    kept: list[Edge] = []
    for edge in borne:
        if not any(_at_once(edge, other) for other in kept):
            kept.append(edge)
    supports = {edge.object for edge in kept}
    for edge in edges:
        # What a thing stands on is not what it is near or next to.
        beside = edge.relation in ("near", "next to") and edge.object in supports
        if edge in kept or (edge.relation not in SUPPORTS and not beside):
            yield edge


def _at_once(one: Edge, other: Edge) -> bool:
    return not set(one.stays).isdisjoint(other.stays)


def _can_bear(one: Standing, other: Standing) -> bool:
    """What bears a thing is larger along the floor, and no such thing itself unless it can hold something."""
    if other.node.layer == "person":
        return one.node.layer == "object"
    if one.node.layer == "furniture":
        lifted = one.box[0, 2] > 0.25
        return other.node.layer == "furniture" and bool(lifted) and _area(one.box) < _area(other.box)
    return _area(other.box) > 1.2 * _area(one.box) and can_hold(other.node, other.box)


def _part(one: Standing, other: Standing) -> float:
    """How much of a door, a drawer or a handle lies within a piece of furniture, whose front it may stand out from."""
    kind = one.node.kind.rsplit(" ", 1)[-1]
    if kind not in _PARTS or other.node.layer != "furniture" or other.node.kind.rsplit(" ", 1)[-1] in _PARTS:
        return 0.0
    size = np.maximum(one.box[1] - one.box[0], 0.02)
    if float(size.max()) > float((other.box[1] - other.box[0]).max()):
        return 0.0
    low, high = np.maximum(one.box[0], other.box[0] - _OUT_M), np.minimum(one.box[0] + size, other.box[1] + _OUT_M)
    return float(np.prod(np.maximum(high - low, 0.0) / size))


def _over(one: Array, other: Array) -> bool:
    """Whether the middle of a box lies over, in or under another: what is on a table is on no side of it."""
    at = one.mean(axis=0)[:2]
    return bool(((at > other[0, :2]) & (at < other[1, :2])).all())


def _area(box: Array) -> float:
    return float(np.prod(box[1, :2] - box[0, :2]))


def _level(one: Array, other: Array) -> bool:
    """Whether two boxes stand about equally high."""
    return abs(float(one[0, 2] - other[0, 2])) < LEVEL_M


def _ramp(inside_m: float, slack_m: float) -> float:
    """0.5 at a bound, 1 at `slack_m` inside it, 0 as far outside."""
    return float(np.clip(0.5 + 0.5 * inside_m / slack_m, 0.0, 1.0))


def _began(pair: tuple[Standing, Standing]) -> tuple[int, int]:
    one, other = pair
    return max(one.stay.start_ns, other.stay.start_ns), min(one.until_ns, other.until_ns)
