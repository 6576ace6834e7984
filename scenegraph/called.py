"""What people call furniture, rooms and owners: names heard and read in words, linked to the nodes that were seen at that moment.

A caption says "a white bowl is on Anna's bedside table" while a white bowl is seen on F11: each such moment is a vote that F11 is
called so. "In the kitchen." names the room the camera stands in; "that mug is mine" tells whose the mug is.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import NS_PER_S
from mmmem.types import TimedText
from scenegraph.atlas import Atlas
from scenegraph.edges import SUPPORTS
from scenegraph.geometry import Array
from scenegraph.misreadings import Likely
from scenegraph.nodes import Node
from scenegraph.owners import Ownership, ownerships
from scenegraph.phrases import Phrase, phrase_of
from scenegraph.relations import Relations
from scenegraph.spots import Named
from scenegraph.world import World

LAGS_NS = 6 * NS_PER_S
"""A caption speaks of what was in view for so long before it."""
_NUMBER = re.compile(r"\s*\d+$")
_NEAREST = 5
_LEAST_FIT, _AS_WELL = 0.1, 0.5
_STANDING = re.compile(
    r"(?:^|(?<=\. ))(?P<things>[^.]+?) (?:is|are|stands?|lies?) (?P<relation>on|in|under|inside) (?P<place>[^.]+?)\.",
    re.IGNORECASE,
)
_IN_ROOM = re.compile(r"(?:^|(?<=\. ))In (?:the )?(?P<room>[A-Za-z' ]+?)\.")
_STATE = re.compile(r"(?:^|(?<=\. ))(?P<what>(?:The |[A-Z])[\w' ]+?) is (?:open|closed|on|off)(?: and (?:open|on))?\.")
_SPLIT = re.compile(r", | and (?=(?:an?|the|one|two|three|four|five|six|\w+) )")
_PART_OF = re.compile(r"^.*?\b(?:drawer|shelf|door|top|back|corner) of ")


@dataclass(frozen=True, slots=True, eq=False)
class CameraPath:
    """Where the camera was: (n,) nanoseconds in order, and (n, 3) metres."""

    t_ns: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    at: Array = field(default_factory=lambda: np.zeros((0, 3)))

    def at_time(self, t_ns: int, within_ns: int = 2 * NS_PER_S) -> Array | None:
        """(3,) metres at an instant; None if nothing is known of it."""
        if not len(self.t_ns):
            return None
        place = int(np.searchsorted(self.t_ns, t_ns))
        near = [i for i in (place - 1, place) if 0 <= i < len(self.t_ns)]
        best = min(near, key=lambda i: abs(int(self.t_ns[i]) - t_ns))
        found: Array = self.at[best]
        return found if abs(int(self.t_ns[best]) - t_ns) <= within_ns else None


class Called(Named):
    """Names of nodes and rooms as known from words.

    Args:
        texts: captions and speech that are known.
        way: where the camera was.
        atlas: the rooms that were found by their walls; without them a room is what lies near where somebody named it.
        likely: what nodes most likely are.
    """

    def __init__(
        self,
        world: World,
        relations: Relations,
        texts: Iterable[TimedText] = (),
        way: CameraPath | None = None,
        *,
        atlas: Atlas | None = None,
        likely: Likely | None = None,
    ) -> None:
        self._world, self._relations, self._atlas = world, relations, atlas
        self._likely = likely or Likely(world.living())
        self.way = way or CameraPath()
        self._votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self._rooms: list[tuple[str, Array]] = []
        self.told_rooms: list[tuple[str, TimedText]] = []
        self.owned: list[Ownership] = []
        self.texts = list(texts)
        for text in self.texts:
            self._read(text)
        self._named = self._settled()
        self._ids: dict[str, str] = {}
        self._room_names = self._rooms_named()
        self._room_xy = np.array([at[:2] for _, at in self._rooms]).reshape(-1, 2)

    def node(self, id: str) -> str:
        """What a node is called: by people, by the words said about it, else its class; people by name."""
        node = self._world.nodes.get(self._world.resolve(id))
        if node is None:
            return id
        if node.aliases:
            return node.aliases[0]
        if node.layer == "person":
            return node.attributes.get("name", (node.kind, 0.0))[0]
        if node.id in self._named:
            return self._named[node.id]
        return self.described(node)

    def described(self, node: Node) -> str:
        """A thing by its colour and class."""
        colour = node.attributes.get("colour", ("", 0.0))[0]
        return f"{colour} {node.kind}" if colour and node.layer == "object" else node.kind

    def place_of(self, id: str) -> Array | None:
        """(3,) metres of where a node was last seen; None if there is none, or nothing measured it."""
        node = self._world.nodes.get(id)
        return None if node is None or node.stay is None else node.stay.at

    def room_at(self, at: Array) -> str:
        """The room over a point of the floor, as words call it; else as its contents do."""
        if self._atlas is not None:
            id = self._atlas.room_at(at[None, :2])
            if id:
                return self._room_names[id] if id in self._room_names else self._atlas.rooms[id].name
        return self._room_nearby(at)

    def _room_nearby(self, at: Array) -> str:
        """The room of the nearest places where somebody said which room it is."""
        if not len(self._room_xy):
            return ""
        away = np.linalg.norm(self._room_xy - at[:2], axis=1)
        nearest = np.argsort(away, kind="stable")[:_NEAREST]
        votes: dict[str, float] = defaultdict(float)
        for i in nearest.tolist():
            votes[self._rooms[i][0]] += 1.0 / (0.3 + float(away[i]))
        return max(votes, key=votes.__getitem__)

    def room_said(self, place: str) -> str:
        """The room that words for a place name."""
        words = place.lower()
        return next((room for room in self.rooms if room.lower() in words), "")

    def _rooms_named(self) -> dict[str, str]:
        """What words call the rooms that were found by their walls: where most was said, a room is called so."""
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for name, at in self._rooms:
            id = self._atlas.room_at(at[None, :2]) if self._atlas is not None else ""
            if id:
                votes[id][name] += 1
        return {id: names.most_common(1)[0][0] for id, names in votes.items()}

    def last_room(self, at_ns: int) -> tuple[str, TimedText] | None:
        """The room that the camera was said to be in last, and where that was said."""
        told = [one for one in self.told_rooms if one[1].span.start_ns <= at_ns]
        return told[-1] if told else None

    def piece(self, name: str) -> str:
        """Id of the furniture of a name; empty where none is called so, or several are."""
        if name not in self._ids:
            words = name.lower()
            called = [id for id, known in self._named.items() if known.lower() == words]
            kinds = [
                node.id
                for node in self._world.living()
                if node.layer == "furniture" and node.kind == words and self._named.get(node.id, words).lower() == words
            ]
            found = called[:1] if called else kinds if len(kinds) == 1 else []
            self._ids[name] = found[0] if found else ""
        return self._ids[name]

    @property
    def room_names(self) -> dict[str, str]:
        """What words call the rooms that were found by their walls, by id."""
        return dict(self._room_names)

    @property
    def rooms(self) -> list[str]:
        """Names of the rooms that were named."""
        return list(dict.fromkeys(name for name, _ in self._rooms))

    @property
    def pieces(self) -> dict[str, str]:
        """What furniture is called, by id; only what words named."""
        return dict(self._named)

    def _read(self, text: TimedText) -> None:
        if text.kind == "caption":
            at = self.way.at_time(text.span.start_ns)
            for match in _IN_ROOM.finditer(text.text):
                self.told_rooms.append((match["room"].strip(), text))
                if at is not None:
                    self._rooms.append((match["room"].strip(), at))
            for phrase, _, place in mentions_in(text):
                self._vote(phrase, place, text.span.start_ns)
            for match in _STATE.finditer(text.text):
                self._vote_for_piece(match["what"], at)
        elif text.kind in ("speech", "note"):
            self.owned += ownerships(text)

    def _vote(self, phrase: Phrase, called: str, t_ns: int) -> None:
        seen = [node for node in self._seen(phrase, t_ns) if node.layer == "object"]
        for node in seen:
            holder = self._holder(node, t_ns)
            if holder is not None and fits_kind(called, holder):
                self._votes[holder.id][called] += 1.0 / len(seen)

    def _vote_for_piece(self, words: str, at: Array | None) -> None:
        """What stands open is named: the nearest piece of its class to the camera, if it is clearly the nearest."""
        called = _piece_name(words)
        nodes = [node for node in self._world.living() if node.layer == "furniture" and fits_kind(called, node)]
        placed = [node for node in nodes if node.stay is not None and node.stay.at is not None]
        if len(nodes) == 1:
            self._votes[nodes[0].id][called] += 0.5
        elif at is not None and placed:
            away = sorted((float(np.linalg.norm(node.stay.at - at)), node.id) for node in placed)  # type: ignore[union-attr, operator]
            if len(away) > 1 and away[0][0] < 0.6 * away[1][0]:
                self._votes[away[0][1]][called] += 0.25

    def _seen(self, phrase: Phrase, t_ns: int) -> list[Node]:
        nodes = [self._world.nodes[id] for id in self._world.by_kind.get(phrase.kind, ())]
        return [
            node
            for node in nodes
            if not node.merged_into and phrase.colour in ("", node.attributes.get("colour", ("", 0))[0]) and in_view(node, t_ns)
        ]

    def _is_so(self, called: str, node: Node) -> float:
        """Probability that a node is of the class that a name tells of."""
        return max((self._likely.kind(node, kind) for kind in (node.kind, *node.votes) if _is_a(called, kind)), default=0.0)

    def _holder(self, node: Node, t_ns: int) -> Node | None:
        for edge in self._relations.of(node.id):
            if edge.relation in SUPPORTS and edge.start_ns <= t_ns + NS_PER_S and edge.last_seen_ns >= t_ns - LAGS_NS:
                return self._world.nodes.get(self._world.resolve(edge.object))
        return None

    def _settled(self) -> dict[str, str]:
        """Each piece by the name that was said of it most, as far as it is of the class that the name tells of.

        A name is for the piece it fits best, and for others that it fits nearly as well: one piece may have several nodes.
        """
        nodes = {id: self._world.nodes[self._world.resolve(id)] for id in self._votes}
        fits = [
            (count * self._is_so(called, nodes[id]), nodes[id].id, called)
            for id, votes in self._votes.items()
            for called, count in votes.items()
        ]
        best: dict[str, float] = {}
        named: dict[str, str] = {}
        for fit, id, called in sorted(fits, key=lambda one: (-one[0], one[1], one[2])):
            if fit >= _LEAST_FIT and id not in named and fit >= _AS_WELL * best.get(called, fit):
                best.setdefault(called, fit)
                named[id] = called
        return named


def mentions_in(text: TimedText) -> Iterator[tuple[Phrase, str, str]]:
    """What a caption says stands where: the thing, the relation, and the name of the piece of furniture."""
    if text.kind != "caption":
        return
    for match in _STANDING.finditer(text.text):
        for thing in _SPLIT.split(match["things"]):
            yield phrase_of(thing), match["relation"].lower().replace("inside", "in"), _piece_name(match["place"])


def fits_kind(called: str, node: Node) -> bool:
    """Whether a name like `Anna's bedside table` or `kitchen counter 2` may be that of a node, by its class."""
    return any(_is_a(called, kind) for kind in (node.kind, *node.votes))


def _is_a(called: str, kind: str) -> bool:
    words = _NUMBER.sub("", called).lower()
    return words == kind or words.endswith(f" {kind}")


def in_view(node: Node, t_ns: int) -> bool:
    """Whether a node was at some place from which it was seen just before an instant, and from then on or later."""
    return any(stay.start_ns <= t_ns + NS_PER_S and stay.last_seen_ns >= t_ns - LAGS_NS for stay in node.stays)


def _piece_name(words: str) -> str:
    name = re.sub(r"^(?:the|a|an) ", "", words.strip(), flags=re.IGNORECASE)
    return re.sub(r"^(?:the|a|an) ", "", _PART_OF.sub("", name), flags=re.IGNORECASE)
