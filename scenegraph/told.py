"""What words and glimpses add to the things that pictures made sure of.

A caption that names something somewhere is a sighting in words. Where the graph saw that thing at that moment, the words tell
where it stood, and outrank the geometry of boxes: who describes a picture sees that a mug is in the sink, not on the counter.
Where something of that class stood there, the words may have misread its colour. What is left, and what was only glimpsed, is
either a thing the graph knows, seen elsewhere, or a thing it does not know at all.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mmmem.clock import NS_PER_MIN, NS_PER_S
from mmmem.types import TimedText
from scenegraph.called import LAGS_NS, Called, in_view, mentions_in
from scenegraph.kinds import layer_of
from scenegraph.looks import Look
from scenegraph.misreadings import Likely
from scenegraph.nodes import Node, Stay
from scenegraph.phrases import Phrase
from scenegraph.spots import Spot

_JOINED_NS = 20 * NS_PER_MIN
_ONCE, _OFTEN, _GLIMPSED = 0.45, 0.75, 0.3
_MEANT, _PLAINLY = 0.2, 2.0
_ELSEWHERE = 0.4
_FITS = 0.3
_TWICE = 2.0
"""What comes more than once, and more often than so many times as is expected of misreading, is no misreading."""
_SURE = 0.9
_TOLD_SURE = 0.85


@dataclass(frozen=True, slots=True)
class Mention:
    """Something is said to stand somewhere, or was glimpsed there.

    Args:
        holder: id of what it stands on; empty where nothing of that name is known.
        text: the words; None of a glimpse.
        spot: where it was glimpsed; None of words.
    """

    phrase: Phrase
    relation: str
    place: str
    holder: str
    t_ns: int
    text: TimedText | None = None
    spot: Spot | None = None

    @property
    def end_ns(self) -> int:
        """When it was last said or glimpsed."""
        return self.text.span.end_ns if self.text is not None else self.spot.last_seen_ns if self.spot else self.t_ns

    @property
    def num_seen(self) -> int:
        """Looks behind it."""
        return self.spot.num_seen if self.spot is not None else 1


class Told:
    """What words and glimpses add to a graph.

    Args:
        nodes: of the graph.
        spots: where pictures show a node; of a glimpse too.
        looks: when pictures show a node.
        called: what pieces and rooms are called.
        likely: what nodes most likely are.
        glimpses: what was seen too poorly to be a node.
        stream_id: of the texts.
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        spots: Callable[[Node], list[Spot]],
        looks: Callable[[Node], list[Look]],
        called: Called,
        likely: Likely,
        *,
        glimpses: Iterable[Node] = (),
        stream_id: str = "",
    ) -> None:
        self._nodes = [node for node in nodes if node.layer == "object"]
        self._spots, self._called, self._likely, self._stream_id = spots, called, likely, stream_id
        self._seen = {node.id: looks(node) for node in self._nodes}
        self._ends = {id: [look.span.end_ns for look in seen] for id, seen in self._seen.items()}
        self.nodes: list[Node] = []
        self.spots: dict[str, list[Spot]] = {}
        self._places: dict[tuple[str, int], Counter[tuple[str, str, str]]] = defaultdict(Counter)
        groups: dict[tuple[str, str], list[Mention]] = defaultdict(list)
        for mention in self._mentions():
            groups[mention.phrase.kind, mention.phrase.colour].append(mention)
        for mention in self._glimpsed(glimpses):
            groups[mention.phrase.kind, mention.phrase.colour].append(mention)
        for (kind, colour), mentions in groups.items():
            self._add(kind, colour, mentions)

    def corrected(self, spot: Spot) -> Spot:
        """A spot that pictures show, at the place that words tell."""
        told = self._places.get((spot.id, spot.start_ns))
        if told is None:
            return spot
        (relation, holder, name), count = told.most_common(1)[0]
        agree = max((number for (_, id, _), number in told.items() if id == spot.holder), default=0)
        if holder == spot.holder:
            return replace(spot, relation=relation, confidence=max(spot.confidence, _TOLD_SURE))
        if count <= agree or (count < 2 and spot.confidence > _SURE):
            return spot
        return replace(spot, relation=relation, holder=holder, holder_name=name, confidence=count / (sum(told.values()) + 0.3))

    # Words

    def _mentions(self) -> Iterator[Mention]:
        """What words tell beyond what pictures show; what they tell of what pictures show is kept as its place."""
        for text in self._called.texts:
            for phrase, relation, place in mentions_in(text):
                if not phrase.kind or layer_of(phrase.kind) != "object":
                    continue
                mention = Mention(phrase, relation, place, self._called.piece(place), text.span.start_ns, text)
                if not self._explained(mention) and phrase.colour:
                    yield mention

    def _explained(self, mention: Mention) -> bool:
        """Whether the graph saw the thing then."""
        seen = [node for node in self._nodes if self._in_view(node, mention.t_ns)]
        scored = sorted(((self._meant(node, mention), node.id, node) for node in seen), reverse=True)
        if scored and scored[0][0] >= _MEANT:
            if len(scored) == 1 or scored[0][0] >= _PLAINLY * scored[1][0]:
                self._place(scored[0][2], mention)
            return True
        return False

    def _in_view(self, node: Node, t_ns: int) -> bool:
        looks = self._seen[node.id]
        place = bisect_left(self._ends[node.id], t_ns - LAGS_NS)
        return place < len(looks) and looks[place].span.start_ns <= t_ns + NS_PER_S

    def _meant(self, node: Node, mention: Mention) -> float:
        fit = self._likely.kind(node, mention.phrase.kind)
        if fit >= _MEANT and mention.phrase.colour:
            fit *= self._likely.colour(node, mention.phrase.colour)
        return fit if fit < _MEANT or self._stands_at(node, mention) else fit * _ELSEWHERE

    def _stands_at(self, node: Node, mention: Mention) -> bool:
        spot = self._spot_then(node, mention.t_ns)
        return spot is not None and (
            spot.holder == mention.holder if mention.holder else spot.holder_name.lower() == mention.place.lower()
        )

    def _spot_then(self, node: Node, t_ns: int) -> Spot | None:
        return next((spot for spot in reversed(self._spots(node)) if spot.start_ns <= t_ns + NS_PER_S), None)

    def _place(self, node: Node, mention: Mention) -> None:
        spot = self._spot_then(node, mention.t_ns)
        if spot is not None and mention.holder:
            self._places[node.id, spot.start_ns][mention.relation, mention.holder, mention.place] += 1

    # Glimpses

    def _glimpsed(self, glimpses: Iterable[Node]) -> Iterator[Mention]:
        for glimpse in (one for one in glimpses if not one.merged_into):
            (spot,) = self._spots(glimpse)
            phrase = Phrase(glimpse.kind, glimpse.kind, glimpse.described.get("colour", ""))
            mention = Mention(phrase, spot.relation, spot.holder_name, spot.holder, spot.start_ns, spot=spot)
            meant = (self._meant(node, mention) for node in self._nodes if self._in_view(node, mention.t_ns))
            if max(meant, default=0.0) < _MEANT:
                yield mention

    # What is not explained

    def _add(self, kind: str, colour: str, mentions: list[Mention]) -> None:
        mentions = list(self._meant_so(mentions))
        fitting = [
            node
            for node in self._nodes
            if self._likely.kind(node, kind) >= _FITS and (not colour or self._likely.colour(node, colour) >= _FITS)
        ]
        if len(fitting) > 1:
            return
        runs = list(_runs(mentions))
        if fitting:
            runs = [run for run in runs if sum(one.num_seen for one in run) > 1]
        if runs:
            node = fitting[0] if fitting else self._new(kind, colour, runs)
            self.spots[node.id] = [self._spot(node, run) for run in runs]

    def _meant_so(self, mentions: Sequence[Mention]) -> Iterator[Mention]:
        """Without those that are no more than misreading what stands at their place would give."""
        by_place: dict[str, list[Mention]] = defaultdict(list)
        for one in mentions:
            by_place[_key(one)].append(one)
        for there in by_place.values():
            number = sum(one.num_seen for one in there)
            expected = self._misread(there)
            if not expected or number > 1 + _TWICE * expected:
                yield from there

    def _misread(self, mentions: Sequence[Mention]) -> float:
        """How many such mentions are expected of other things that were named, or seen, at that place then."""
        phrase, expected = mentions[0].phrase, 0.0
        for node in self._nodes:
            chance = self._likely.read(node, phrase.kind, phrase.colour) if phrase.kind in node.votes else 0.0
            times = [one.t_ns for one in mentions if in_view(node, one.t_ns) and self._stands_at(node, one)] if chance else []
            if times:
                told = self._places.get((node.id, spot.start_ns) if (spot := self._spot_then(node, times[0])) else ("", 0))
                expected += chance * max(len(times), sum(told.values()) if told else 0)
        return expected

    def _new(self, kind: str, colour: str, runs: list[list[Mention]]) -> Node:
        number = float(sum(one.num_seen for run in runs for one in run))
        node = Node(f"T{len(self.nodes) + 1}", "object", votes={kind: number})
        if colour:
            node.hear("colour", {colour: number})
        node.stays = [
            Stay(run[0].t_ns, run[-1].end_ns, place=f"{run[0].relation} {run[0].place}".strip(), source="text") for run in runs
        ]
        self.nodes.append(node)
        return node

    def _spot(self, node: Node, run: list[Mention]) -> Spot:
        first, last = run[0], run[-1]
        seen = next((one.spot for one in reversed(run) if one.spot is not None), None)
        words = next((one for one in run if one.text is not None), None)
        told = words or first
        at = self._called.place_of(told.holder) if seen is None else seen.at
        room = self._called.room_at(at) if at is not None else ""
        if not room and told.text is not None:
            room = next((name for name, text in reversed(self._called.told_rooms) if text is told.text), "")
        number = sum(one.num_seen for one in run)
        sure = (_OFTEN if number > 1 else _ONCE) if words else _GLIMPSED * (seen.confidence if seen else 1.0) + 0.1 * (number > 1)
        holder = told.holder or (f"text:{told.place}" if told.place else "")
        return Spot(
            node.id, self._called.described(node), told.relation, holder, told.place, room, "", at, first.t_ns, last.end_ns,
            None, None, None, None, sure, (), seen.frames if seen else (), (), num_seen=number, stream_id=self._stream_id,
        )  # fmt: skip


def _runs(mentions: Iterable[Mention]) -> Iterator[list[Mention]]:
    """Mentions of one thing at one place in order of time, those within minutes of each other together."""
    run: list[Mention] = []
    for one in sorted(mentions, key=lambda one: one.t_ns):
        if run and (_key(one) != _key(run[-1]) or one.t_ns - run[-1].t_ns > _JOINED_NS):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _key(one: Mention) -> str:
    return one.holder or one.place
