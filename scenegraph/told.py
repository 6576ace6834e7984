"""Things that words tell of and pictures did not make sure of: a caption that names something somewhere is a sighting in words.

Where the graph saw the thing at that moment, the words add nothing. Where a thing of that class stood there, the words may have
misread its colour. What is left is either a thing the graph knows, seen elsewhere in words, or a thing it does not know at all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from mmmem.clock import NS_PER_MIN, NS_PER_S
from mmmem.types import TimedText
from scenegraph.called import Called, in_view, mentions_in
from scenegraph.kinds import layer_of
from scenegraph.nodes import Node, Stay
from scenegraph.phrases import Phrase
from scenegraph.spots import Spot

_JOINED_NS = 20 * NS_PER_MIN
_ONCE, _OFTEN = 0.45, 0.75
_LEAST_ALONE = 1


@dataclass(frozen=True, slots=True)
class Mention:
    """A caption says that a thing stands somewhere."""

    phrase: Phrase
    relation: str
    place: str
    text: TimedText

    @property
    def t_ns(self) -> int:
        """When it was said."""
        return self.text.span.start_ns


class Told:
    """What words add to a graph.

    Args:
        nodes: of the graph.
        spots: where a node was.
        called: what pieces and rooms are called.
        stream_id: of the texts.
    """

    def __init__(self, nodes: Sequence[Node], spots: Callable[[Node], list[Spot]], called: Called, stream_id: str) -> None:
        self._nodes = [node for node in nodes if node.layer == "object"]
        self._spots, self._called, self._stream_id = spots, called, stream_id
        self._pieces = {name.lower(): id for id, name in called.pieces.items()}
        self.nodes: list[Node] = []
        self.spots: dict[str, list[Spot]] = {}
        groups: dict[tuple[str, str], list[Mention]] = defaultdict(list)
        for mention in self._mentions():
            groups[mention.phrase.kind, mention.phrase.colour].append(mention)
        for (kind, colour), mentions in groups.items():
            self._add(kind, colour, mentions)

    def _mentions(self) -> Iterator[Mention]:
        for text in self._called.texts:
            for phrase, relation, place in mentions_in(text):
                mention = Mention(phrase, relation, place, text)
                if phrase.kind and phrase.colour and layer_of(phrase.kind) == "object" and not self._explained(mention):
                    yield mention

    def _explained(self, mention: Mention) -> bool:
        """Whether the graph saw the thing then, or something at that place that the words may have misread."""
        for node in self._nodes:
            if not in_view(node, mention.t_ns):
                continue
            same_kind = mention.phrase.kind in (node.kind, *node.votes)
            same_colour = node.attributes.get("colour", ("", 0.0))[0] == mention.phrase.colour
            if same_kind and same_colour:
                return True
            if same_kind and self._stands_at(node, mention):
                return True
        return False

    def _stands_at(self, node: Node, mention: Mention) -> bool:
        spot = next((s for s in reversed(self._spots(node)) if s.start_ns <= mention.t_ns + NS_PER_S), None)
        return spot is not None and spot.holder_name.lower() == mention.place.lower()

    def _add(self, kind: str, colour: str, mentions: list[Mention]) -> None:
        fitting = [
            node for node in self._nodes if node.kind == kind and node.attributes.get("colour", ("", 0.0))[0] in (colour, "")
        ]
        if len(fitting) > 1 or len(mentions) < _LEAST_ALONE:
            return
        node = fitting[0] if fitting else self._new(kind, colour, mentions)
        runs = list(_runs(mentions))
        if fitting:
            runs = [run for run in runs if len(run) > 1]
        self.spots[node.id] = [self._spot(node, run, len(mentions)) for run in runs]

    def _new(self, kind: str, colour: str, mentions: list[Mention]) -> Node:
        node = Node(f"T{len(self.nodes) + 1}", "object", votes={kind: float(len(mentions))})
        node.attributes["colour"] = (colour, 0.7)
        node.stays = [
            Stay(run[0].t_ns, run[-1].text.span.end_ns, place=f"{run[0].relation} {run[0].place}", source="text")
            for run in _runs(mentions)
        ]
        self.nodes.append(node)
        return node

    def _spot(self, node: Node, run: list[Mention], num: int) -> Spot:
        first, last = run[0], run[-1]
        holder = self._pieces.get(first.place.lower(), "")
        room = next((name for name, text in reversed(self._called.told_rooms) if text is last.text), "")
        at = self._called.place_of(holder)
        if at is not None:
            room = self._called.room_at(at) or room
        return Spot(
            node.id, self._called.described(node), first.relation, holder or f"text:{first.place}", first.place, room, "", at,
            first.t_ns, last.text.span.end_ns, None, None, None, None, _OFTEN if num > 1 else _ONCE, (), (), (),
            num_seen=len(run), stream_id=self._stream_id,
        )  # fmt: skip


def _runs(mentions: Iterable[Mention]) -> Iterator[list[Mention]]:
    """Mentions of one thing at one place in order of time, those within minutes of each other together."""
    run: list[Mention] = []
    for one in sorted(mentions, key=lambda one: one.t_ns):
        if run and (one.place != run[-1].place or one.t_ns - run[-1].t_ns > _JOINED_NS):
            yield run
            run = []
        run.append(one)
    if run:
        yield run
