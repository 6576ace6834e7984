"""What the graph says has moved, gone and turned up, against what the robot was shown (`house_truth`).

moved: two stays in a row more than `MOVE_M` apart. Right if the thing truly was elsewhere when its first stay was last seen than
when its second began, and the second is where it was. To be found: two records in a row that far apart.
removed: a stay that ended by a look that missed it. Right if the thing had truly left by then. To be found: a record whose place
was seen empty; its end must be known by the end of that tour.
appeared: a node that begins after the first tour. Right if its thing had not been shown before. To be found: a thing first shown
then.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from house_truth import Record, Truth

from mmmem.clock import NS_PER_S
from scenegraph import Node, SceneGraph
from scenegraph.nodes import Stay

SLACK_NS = 60 * NS_PER_S
MOVE_M = 0.4
_AT_M = 0.5
_LEFT_M = 0.1
_UNCLEAR = 0.5
KINDS = ("moved", "removed", "appeared")


@dataclass(slots=True)
class Tally:
    """Claims and truths of one kind of change.

    Args:
        wrong, missed: node or thing, and the time, of each that was not right or not found.
    """

    claimed: int = 0
    right: int = 0
    wanted: int = 0
    found: int = 0
    shown: int = 0
    wrong: list[tuple[str, int]] = field(default_factory=list)
    missed: list[tuple[str, int]] = field(default_factory=list)

    def claim(self, right: bool, evidence: bool, what: tuple[str, int]) -> None:
        """The graph says so."""
        self.claimed, self.right, self.shown = self.claimed + 1, self.right + right, self.shown + evidence
        if not right:
            self.wrong.append(what)

    def want(self, found: bool, what: tuple[str, int]) -> None:
        """It was so."""
        self.wanted, self.found = self.wanted + 1, self.found + found
        if not found:
            self.missed.append(what)

    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        precision, recall = self.right / max(self.claimed, 1), self.found / max(self.wanted, 1)
        return 2 * precision * recall / max(precision + recall, 1e-9)

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        names = ("claimed", "right", "wanted", "found", "shown")
        return Tally(*(getattr(self, name) + getattr(other, name) for name in names))


def changes(
    graph: SceneGraph,
    truth: Truth,
    thing_of: Mapping[str, str],
    tours: Mapping[int, tuple[int, int]],
    *,
    without: Collection[str] = (),
) -> dict[str, Tally]:
    """Each kind of change scored.

    Args:
        thing_of: the thing that most of a node's detections show, by id of the node; "" for what is no thing.
        tours: first and last instant of each tour.
        without: things whose changes are left out.
    """
    tallies = {kind: Tally() for kind in KINDS}
    nodes = [node for node in graph.nodes.values() if node.layer == "object" or thing_of.get(node.id, "").startswith("O")]
    by_thing: dict[str, list[Node]] = {}
    for node in nodes:
        if thing_of.get(node.id, "") in without:
            continue
        by_thing.setdefault(thing_of.get(node.id, ""), []).append(node)
        _claims(node, thing_of.get(node.id, ""), truth, tours[0][1], tallies)
    for thing, records in truth.records.items():
        if thing in without:
            continue
        real = [record for record in records if record.real]
        _wants(thing, real, by_thing.get(thing, []), tours, tallies)
    return tallies


def _claims(node: Node, thing: str, truth: Truth, first_end_ns: int, tallies: Mapping[str, Tally]) -> None:
    known = thing in truth.tracks
    placed = [stay for stay in node.stays if stay.at is not None]
    for before, after in pairwise(placed):
        if moved(before, after):
            right = known and _truly_moved(truth, thing, before, after)
            tallies["moved"].claim(right, bool(before.frames and after.frames), (node.id, after.start_ns))
    for stay in placed:
        if stay.missing_ns is not None:
            right = known and _truly_left(truth, thing, stay)
            tallies["removed"].claim(right, bool(stay.missing_frames), (node.id, stay.missing_ns))
    if node.stays and node.stays[0].start_ns > first_end_ns:
        begun_ns = node.stays[0].start_ns
        records = truth.records.get(thing, [])
        right = bool(records) and abs(records[0].start_ns - begun_ns) < SLACK_NS
        tallies["appeared"].claim(right, bool(node.stays[0].frames), (node.id, begun_ns))


def _wants(
    thing: str, records: list[Record], nodes: list[Node], tours: Mapping[int, tuple[int, int]], tallies: Mapping[str, Tally]
) -> None:
    for before, after in pairwise(records):
        if float(np.linalg.norm(before.at - after.at)) > MOVE_M and before.held_by == "" == after.held_by:
            begun = [stay.start_ns for node in nodes for one, stay in pairwise(node.stays) if moved(one, stay)]
            close = any(after.start_ns - SLACK_NS <= t <= after.last_ns + SLACK_NS for t in begun)
            tallies["moved"].want(close, (thing, after.start_ns))
    for record in records:
        if record.empty_ns >= 0 and record.held_by == "":
            by_ns = tours[record.empty_tour][1] + SLACK_NS
            stays = [(node, place, stay) for node in nodes for place, stay in enumerate(node.stays)]
            known = any(
                stay.start_ns <= record.last_ns + SLACK_NS
                and stay.last_seen_ns >= record.start_ns - SLACK_NS
                and _ended_by(node, place, record.last_ns - SLACK_NS, by_ns)
                for node, place, stay in stays
            )
            tallies["removed"].want(known, (thing, record.empty_ns))
    if records and records[0].start_ns > tours[0][1]:
        begun_ns = [node.stays[0].start_ns for node in nodes if node.stays]
        known = any(abs(records[0].start_ns - t) < SLACK_NS for t in begun_ns)
        tallies["appeared"].want(known, (thing, records[0].start_ns))


def _ended_by(node: Node, place: int, from_ns: int, by_ns: int) -> bool:
    stay = node.stays[place]
    ends = [stay.missing_ns] if stay.missing_ns is not None else []
    ends += [later.start_ns for later in node.stays[place + 1 : place + 2]]
    return any(from_ns <= end <= by_ns for end in ends)


def moved(before: Stay, after: Stay) -> bool:
    """Whether two stays in a row are a move."""
    return before.at is not None and after.at is not None and float(np.linalg.norm(before.at - after.at)) > MOVE_M


def _truly_moved(truth: Truth, thing: str, before: Stay, after: Stay) -> bool:
    was, now = truth.at(thing, before.last_seen_ns), truth.at(thing, after.start_ns)
    assert after.at is not None
    if was is None or now is None:
        return False
    return float(np.linalg.norm(was - now)) > _LEFT_M and float(np.linalg.norm(now - after.at)) < _AT_M


def _truly_left(truth: Truth, thing: str, stay: Stay) -> bool:
    assert stay.missing_ns is not None
    was, now = truth.at(thing, stay.last_seen_ns), truth.at(thing, stay.missing_ns)
    return was is not None and (now is None or float(np.linalg.norm(was - now)) > _LEFT_M)


@dataclass(slots=True)
class Standing:
    """Answers to where each thing is, asked at the end of each tour.

    Args:
        right, asked: of the things whose place was shown to be empty, or not shown since they were last seen there, how many were
            told right: gone, or not looked for.
        all_right, all_asked: the same of all things, also those that were seen in this tour: told gone if and only if gone.
        stale, answers: of the places given as answers, how many had been shown to be empty, or left for another.
    """

    right: int = 0
    asked: int = 0
    stale: int = 0
    answers: int = 0
    all_right: int = 0
    all_asked: int = 0
    wrong: list[tuple[str, str, int]] = field(default_factory=list)

    def ask(self, graph: SceneGraph, truth: Truth, pairs: Counter[tuple[str, str]], tour: int) -> None:
        """Ask about every thing that was shown so far."""
        for thing, node, record in _known(graph, truth, pairs):
            said = "none" if node is None else graph.where(node.id).presence
            gone, unseen = record.empty_ns >= 0, record.empty < _UNCLEAR and record.tour != tour
            if (gone or record.empty < _UNCLEAR) and not record.held_by:
                self.all_asked, self.all_right = self.all_asked + 1, self.all_right + ((said == "not there") == gone)
            if (gone or unseen) and not record.held_by:
                right = (said == "not there") if gone else said in ("not looked", "seen there")
                self.asked, self.right = self.asked + 1, self.right + right
                if not right:
                    self.wrong.append((thing, "gone" if gone else "not looked", tour))
            if node is not None and said in ("not looked", "seen there") and node.stay is not None and node.stay.at is not None:
                self.answers += 1
                self.stale += gone or float(np.linalg.norm(node.stay.at - record.at)) > _AT_M

    def plus(self, other: "Standing") -> "Standing":
        """Both together."""
        names = ("right", "asked", "stale", "answers", "all_right", "all_asked")
        return Standing(*(getattr(self, name) + getattr(other, name) for name in names))


def _known(graph: SceneGraph, truth: Truth, pairs: Counter[tuple[str, str]]) -> Iterator[tuple[str, Node | None, Record]]:
    by_thing: dict[str, Counter[str]] = {}
    for (thing, id), count in pairs.items():
        now = graph.resolve(id)
        if now in graph.nodes:
            by_thing.setdefault(thing, Counter())[now] += count
    for thing, records in truth.records.items():
        if records[-1].real:
            ids = by_thing.get(thing)
            yield thing, graph.nodes[ids.most_common(1)[0][0]] if ids else None, records[-1]
