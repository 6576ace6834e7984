"""The fold: what a log of assertions says the world is like. The same rows in the same order always give the same world."""

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import MemoryCorruptError
from mmmem.types import Assertion
from scenegraph.appearance import blended
from scenegraph.floor_places import FloorPlace, place_from
from scenegraph.geometry import overlap
from scenegraph.kinds import LAYERS, PREFIXES, Layer, layer_of
from scenegraph.log import Row, frames_of
from scenegraph.nodes import Node, StateSpan, Stay
from scenegraph.persistence import Persistence
from scenegraph.poses import motion_of, moved_box
from scenegraph.rooms import RoomShape, room_from
from scenegraph.scan import Scan, scan_from

DAMAGED = "`mmmem check` says which rows are; with --repair they are noted as lost, and the rest is read."
_MAX_FRAMES = 6
_SAME_PLACE = 0.3
AT_SAME_PLACE = "at the same place"
"""Why two nodes turned out to be one."""
_MAX_COLOUR_WEIGHT = 60.0


@dataclass(slots=True, eq=False)
class Visited:
    """A place known by what it looks like, and when a camera was there: [first, last] ns of each visit."""

    id: str
    stream_id: str
    first: NDArray[np.float32]
    visits: list[list[int]] = field(default_factory=list)


class World:
    """Nodes, their stays and states, and what is learned of persistence, as the rows applied so far say.

    Args:
        changed: called with the id of every node that a row changed.
    """

    def __init__(self, changed: Callable[[str], None] | None = None) -> None:
        self.nodes: dict[str, Node] = {}
        self.by_key: dict[str, str] = {}
        self.by_kind: dict[str, set[str]] = defaultdict(set)
        self.by_alias: dict[str, set[str]] = defaultdict(set)
        self.persistence = Persistence()
        self.touched: set[str] = set()
        self.scans: list[Scan] = []
        self.glimpses: list[Node] = []
        self.rooms: dict[str, RoomShape] = {}
        self.room_names: dict[str, str] = {}
        self.num_scans_in_rooms = 0
        self.places: dict[str, FloorPlace] = {}
        self.visited: dict[str, Visited] = {}
        self.num_pose_rows = 0
        self.learned: list[Mapping[str, Any]] = []
        self.last_ns = -1
        self.last_row = 0
        self._next: dict[str, int] = defaultdict(lambda: 1)
        self._changed = changed

    def apply(self, row: Row) -> None:
        """Take in one row; kinds that are not the graph's are passed over."""
        handler = _HANDLERS.get(row.assertion.kind)
        self.last_row = max(self.last_row, row.id)
        if handler is None:
            return
        self.last_ns = max(self.last_ns, row.learned_ns)
        try:
            handler(self, row.assertion)
        except (LookupError, ValueError, TypeError, AttributeError, zlib.error) as error:  # what damaged rows turn into
            which = f"{row.assertion.kind} {row.assertion.subject}"
            said = f"Row {row.id} of the scene graph's log ({which}) is damaged: {error!r}. {DAMAGED}"
            raise MemoryCorruptError(said) from error
        for id in {row.assertion.subject, row.assertion.object} & self.nodes.keys():
            self.touched |= {id, self.resolve(id)}
        if self._changed is not None:
            self._changed(row.assertion.subject)

    def extend(self, rows: Iterable[Row]) -> "World":
        """Take in rows in their order; returns itself."""
        for row in rows:
            self.apply(row)
        return self

    def new_id(self, layer: Layer) -> str:
        """An id that no node has had; reserving it is up to the row that uses it."""
        prefix = PREFIXES[layer]
        return f"{prefix}{self._next[prefix]}"

    def new_glimpse_id(self) -> str:
        """An id that no glimpse has had."""
        return f"G{len(self.glimpses) + 1}"

    def resolve(self, id: str) -> str:
        """The id of the node that `id` turned out to be, following what was found to be the same."""
        seen = set()
        while id in self.nodes and self.nodes[id].merged_into and id not in seen:
            seen.add(id)
            id = self.nodes[id].merged_into
        return id

    def called(self, name: str) -> list[Node]:
        """Living nodes with this class or alias, by id."""
        ids = self.by_kind.get(name, set()) | self.by_alias.get(name.lower(), set())
        nodes = (self.nodes[id] for id in sorted(ids))
        wanted = name.lower()
        return [
            node
            for node in nodes
            if not node.merged_into and (node.kind.lower() == wanted or wanted in (each.lower() for each in node.aliases))
        ]

    def living(self) -> Iterable[Node]:
        """Every node that did not turn out to be another."""
        return (node for node in self.nodes.values() if not node.merged_into)

    # Rows

    def _node(self, said: Assertion) -> Node:
        id = self.resolve(said.subject)
        node = self.nodes.get(id)
        if node is None:
            layer = said.value.get("layer")
            node = self.nodes[id] = Node(id, layer if layer in LAYERS else layer_of(said.object))
            self._number(id)
        return node

    def _number(self, id: str) -> None:
        """No other will have this id."""
        prefix, number = id[:1], id[1:]
        if number.isdigit():
            self._next[prefix] = max(self._next[prefix], int(number) + 1)

    def _seen(self, said: Assertion) -> None:
        node = self._node(said)
        self._describe(node, said)
        self._was_glimpsed(said, node.id)
        stay = node.stay
        opens = stay is None or bool(said.value.get("opens")) or said.kind == "moved"
        if stay is not None and said.span.start_ns < stay.start_ns:
            self._seen_before(node, said)
        elif opens:
            self._open(node, said)
        elif stay is not None:
            _continue(stay, said)

    def _seen_before(self, node: Node, said: Assertion) -> None:
        """Learned later than what came after it: another stream's clock, or a late text; it becomes a stay of its own."""
        earlier = [place for place, stay in enumerate(node.stays) if stay.start_ns <= said.span.start_ns]
        if earlier and _same_place(node.stays[earlier[-1]], said):
            _continue(node.stays[earlier[-1]], said)
            return
        node.stays.insert(earlier[-1] + 1 if earlier else 0, _stay_of(said, None))

    def _open(self, node: Node, said: Assertion) -> None:
        before = node.stay
        if before is not None:
            until_ns = said.span.start_ns if before.missing_ns is None else before.missing_ns
            self.persistence.left(node.kind, node.layer, before.start_ns, before.last_seen_ns, until_ns)
        node.stays.append(_stay_of(said, None if before is None else _known_elsewhere(before)))

    def _describe(self, node: Node, said: Assertion) -> None:
        value = said.value
        for kind, weight in value.get("votes", {said.object: said.confidence} if said.object else {}).items():
            node.votes[kind] = node.votes.get(kind, 0.0) + float(weight)
            self.by_kind[kind].add(node.id)
        if "size" in value:
            node.size = np.asarray(value["size"], np.float64)
        if node.layer in ("object", "furniture"):
            node.layer = layer_of(node.kind, None if node.size is None else float(node.size.max()))
        count = float(value.get("count", 1))
        colour = value.get("colour")
        if colour is not None:
            node.colour = blended(node.colour, node.colour_weight, _unpacked(colour), count)
            node.colour_weight = min(node.colour_weight + count, _MAX_COLOUR_WEIGHT)
        if said.vector is not None:
            space = str(value.get("space", ""))
            node.vectors[space] = _mixed(node.vectors.get(space), node.colour_weight, said.vector, count)
        _hear(node, value, count)
        key = value.get("key")
        if key and key not in node.keys:
            node.keys = (*node.keys, str(key))
        if key:
            self.by_key[str(key)] = node.id

    def _glimpsed(self, said: Assertion) -> None:
        """Seen too seldom or too poorly to be taken for a thing; it stands beside the nodes."""
        glimpse = Node(said.subject, layer_of(said.object), stays=[_stay_of(said, None)])
        glimpse.votes = {kind: float(weight) for kind, weight in said.value.get("votes", {}).items()}
        _hear(glimpse, said.value, float(said.value.get("count", 1)))
        self.glimpses.append(glimpse)
        self._was_glimpsed(said, glimpse.id)

    def _was_glimpsed(self, said: Assertion, id: str) -> None:
        """What was kept as glimpses turned out to be this."""
        known = {glimpse.id: glimpse for glimpse in self.glimpses} if "glimpses" in said.value else {}
        for one in said.value.get("glimpses", ()):
            if one in known:
                known[one].merged_into = id

    def _not_seen(self, said: Assertion) -> None:
        stays = self._node(said).stays
        meant = [place for place, stay in enumerate(stays) if stay.start_ns == said.value.get("stay_ns")]
        place = meant[0] if meant else len(stays) - 1
        if place < 0 or said.span.end_ns <= stays[place].last_seen_ns:
            return
        stay = stays[place]
        if place + 1 < len(stays):
            stays[place + 1].supposed = False
        if stay.missing_ns is None or said.span.start_ns < stay.missing_ns:
            stay.missing_ns = said.span.start_ns
        through, present, _ = said.value.get("rays", (0, 0, 0))
        stay.emptiness = float(through / max(through + present, 1))
        stay.looked_ns = max(stay.looked_ns or 0, said.span.end_ns - 1)
        stay.missing_frames = (*stay.missing_frames, *frames_of(said.value))[:_MAX_FRAMES]

    def _state(self, said: Assertion) -> None:
        node = self._node(said)
        name, after_ns = str(said.value.get("name", "state")), said.value.get("after_ns")
        last = node.state(name)
        if last is not None and last.value == said.object and said.span.start_ns >= last.start_ns:
            known = replace(last, last_seen_ns=max(last.last_seen_ns, said.span.end_ns - 1))
            node.states[node.states.index(last)] = known
            return
        span = StateSpan(name, said.object, said.span.start_ns, said.span.end_ns - 1, after_ns, said.source, said.confidence)
        node.states.append(span)
        node.states.sort(key=lambda one: one.start_ns)

    def _same(self, said: Assertion) -> None:
        keeps, goes = self._node(said), self.nodes.get(self.resolve(said.object))
        if goes is None or goes is keeps:
            return
        keeps.stays = _woven(keeps.stays, goes.stays, anyhow=said.value.get("why") == AT_SAME_PLACE)
        keeps.states = sorted([*keeps.states, *goes.states], key=lambda one: one.start_ns)
        for kind, weight in goes.votes.items():
            keeps.votes[kind] = keeps.votes.get(kind, 0.0) + weight
            self.by_kind[kind].add(keeps.id)
        for name in goes.aliases:
            self.by_alias[name.lower()].add(keeps.id)
        keeps.aliases = tuple(dict.fromkeys((*keeps.aliases, *goes.aliases)))
        keeps.keys = tuple(dict.fromkeys((*keeps.keys, *goes.keys)))
        self.by_key.update(dict.fromkeys(goes.keys, keeps.id))
        for name, told in goes.told.items():
            keeps.hear(name, told)
        keeps.colour = blended(keeps.colour, keeps.colour_weight, goes.colour, goes.colour_weight)
        keeps.given_kind, keeps.owner = keeps.given_kind or goes.given_kind, keeps.owner or goes.owner
        goes.merged_into = keeps.id
        if self._changed is not None:
            self._changed(goes.id)

    def _split(self, said: Assertion) -> None:
        node, other = self._node(said), self._node(replace(said, subject=said.object, object=""))
        from_ns = int(said.value["from_ns"])
        if not other.stays:
            other.layer, other.votes = node.layer, dict(node.votes)
            other.size, other.colour, other.colour_weight = node.size, node.colour, node.colour_weight
            other.vectors, other.attributes = dict(node.vectors), dict(node.attributes)
            other.told = {name: dict(told) for name, told in node.told.items()}
        gone = [stay for stay in node.stays if stay.start_ns >= from_ns]
        node.stays = [stay for stay in node.stays if stay.start_ns < from_ns]
        for stay in gone[:1]:
            stay.after_ns, stay.supposed, stay.either = None, False, ()
        other.stays = _woven(other.stays, gone)
        for kind in other.votes:
            self.by_kind[kind].add(other.id)
        if self._changed is not None:
            self._changed(other.id)

    def _either(self, said: Assertion) -> None:
        stay = self._node(said).stay
        if stay is not None:
            ids = tuple(said.value.get("either", ()))
            stay.either = ids if len(ids) > 1 else ()

    def _scan(self, said: Assertion) -> None:
        self.scans.append(scan_from(said))

    def _room(self, said: Assertion) -> None:
        self.rooms[said.subject] = room_from(said)
        self.num_scans_in_rooms = len(self.scans)

    def _place(self, said: Assertion) -> None:
        self._number(said.subject)
        place = place_from(said, self.places.get(said.subject))
        if place is None:
            self.places.pop(said.subject, None)
        else:
            self.places[said.subject] = place

    def _visited(self, said: Assertion) -> None:
        self._number(said.subject)
        known = self.visited.get(said.subject)
        if known is None:
            if said.vector is None:
                return
            known = self.visited[said.subject] = Visited(said.subject, str(said.value["stream"]), said.vector)
        visit = next((one for one in known.visits if one[0] == said.span.start_ns), None)
        if visit is None:
            known.visits.append([said.span.start_ns, said.span.end_ns - 1])
        else:
            visit[1] = max(visit[1], said.span.end_ns - 1)

    def _pose(self, said: Assertion) -> None:
        """What was seen from keyframes moves with them: stays by their latest picture, scans each by its own."""
        motion, stream_id = motion_of(said), str(said.value["stream"])
        self.num_pose_rows += 1
        # The surfaces have moved as well, each by its own pictures: they are learned anew.
        self.learned = [{**told, "anchor": {}} for told in self.learned]
        for node in (*self.nodes.values(), *self.glimpses):
            for stay in node.stays:
                times = [frame.t_ns for frame in stay.frames if frame.stream_id == stream_id]
                if stay.box is not None and times:
                    stay.box = moved_box(stay.box, motion.at(max(times)))
                    stay.at = stay.box.mean(axis=0)
                    stay.extent = None if stay.extent is None else moved_box(stay.extent, motion.at(max(times)))
                    self.touched.add(node.id)
        self.scans = [scan.moved(motion.at(scan.t_ns)) if scan.stream_id == stream_id else scan for scan in self.scans]

    def _learned(self, said: Assertion) -> None:
        self.learned.append(said.value)

    def _named(self, said: Assertion) -> None:
        if said.subject in self.rooms:
            self.room_names[said.subject] = said.object
            return
        node, role = self._node(said), said.value.get("role", "alias")
        if role == "class":
            node.given_kind = said.object
            self.by_kind[said.object].add(node.id)
        elif role == "owner":
            node.owner = said.object
        else:
            self.by_alias[said.object.lower()].add(node.id)
            node.aliases = (said.object, *(name for name in node.aliases if name != said.object))

    def _placed(self, said: Assertion) -> None:
        node, place = self._node(said), str(said.value["place"])
        self._describe(node, said)
        stay = node.stay
        if stay is not None and stay.place == place and stay.missing_ns is None:
            _continue(stay, said)
        elif stay is not None and said.span.start_ns < stay.start_ns:
            self._seen_before(node, said)
        else:
            self._open(node, said)


_HANDLERS: dict[str, Callable[[World, Assertion], None]] = {
    "seen": World._seen, "moved": World._seen, "not_seen": World._not_seen, "state": World._state, "same": World._same,
    "split": World._split, "either": World._either, "named": World._named, "placed": World._placed,
    "glimpsed": World._glimpsed, "scan": World._scan, "room": World._room, "pose": World._pose,
    "learned": World._learned, "place": World._place, "visited": World._visited,
}  # fmt: skip


def _hear(node: Node, value: Mapping[str, Any], count: float) -> None:
    """What looks say of its attributes: of things that last all looks count, people change their clothes."""
    every = value.get("told", {})
    for name, (text, confidence) in value.get("attributes", {}).items():
        if node.layer == "person":
            if confidence >= node.attributes.get(name, ("", 0.0))[1] * 0.9:
                node.attributes[name] = (str(text), float(confidence))
        else:
            share = float(confidence)
            node.hear(name, every.get(name) or {str(text): share * count, **({"": (1 - share) * count} if share < 1 else {})})


def _stay_of(said: Assertion, after_ns: int | None) -> Stay:
    stay = Stay(said.span.start_ns, said.span.end_ns - 1, after_ns, source=said.source, confidence=said.confidence)
    stay.either = tuple(said.value.get("either", ()))
    stay.supposed = bool(said.value.get("supposed"))
    _continue(stay, said)
    return stay


def _continue(stay: Stay, said: Assertion) -> None:
    """Sightings of what is still there; the row's position is the best known so far."""
    value: Mapping[str, Any] = said.value
    stay.last_seen_ns = max(stay.last_seen_ns, said.span.end_ns - 1)
    if stay.missing_ns is not None and stay.last_seen_ns >= stay.missing_ns:
        stay.missing_ns, stay.missing_frames = None, ()
    stay.num_seen += int(value.get("count", 1))
    stay.place = str(value.get("place", stay.place))
    if "at" in value:
        stay.at = np.asarray(value["at"], np.float64)
    if "box" in value:
        stay.box = np.asarray(value["box"], np.float64)
    if "extent" in value:
        stay.extent = np.asarray(value["extent"], np.float64)
    stay.through = float(value.get("through", stay.through))
    stay.fill = float(value.get("fill", stay.fill))
    for id, count in value.get("contacts", {}).items():
        stay.contacts[id] = stay.contacts.get(id, 0.0) + float(count)
    frames = tuple(frame for frame in frames_of(value) if frame not in stay.frames)
    first, last = stay.frames[: _MAX_FRAMES // 2], (*stay.frames[_MAX_FRAMES // 2 :], *frames)
    stay.frames = (*first, *last[-(_MAX_FRAMES - len(first)) :])


def _known_elsewhere(stay: Stay) -> int:
    """The last instant at which it cannot have been in its next place: it was seen in this one."""
    return stay.last_seen_ns


def _same_place(stay: Stay, said: Assertion) -> bool:
    if stay.at is None or "at" not in said.value:
        return stay.at is None and stay.place == said.value.get("place", "")
    return float(np.linalg.norm(stay.at - np.asarray(said.value["at"]))) < 0.3


def _woven(one: list[Stay], other: list[Stay], *, anyhow: bool = False) -> list[Stay]:
    """The stays of what turned out to be one thing, in order of time; what began later ends what was supposed before."""
    stays: list[Stay] = []
    for stay in sorted([*one, *other], key=lambda stay: (stay.start_ns, stay.last_seen_ns)):
        if stays and _one_stay(stays[-1], stay, anyhow):
            stays[-1] = _fused(stays[-1], stay)
        else:
            stays.append(stay)
    for before, after in pairwise(stays):
        if after.after_ns is None:
            after.after_ns = before.last_seen_ns
    return stays


def _one_stay(before: Stay, after: Stay, anyhow: bool) -> bool:
    """Whether two stays of one thing are in one place, with nothing known of its having been away between them."""
    if before.box is None or after.box is None or before.missing_ns is not None or after.either:
        return False
    return overlap(before.box, after.box) > (0.0 if anyhow else _SAME_PLACE)


def _fused(before: Stay, after: Stay) -> Stay:
    """One stay of two; where it is says the one that was seen more often."""
    more, less = (after, before) if after.num_seen >= before.num_seen else (before, after)
    contacts = {id: before.contacts.get(id, 0.0) + after.contacts.get(id, 0.0) for id in before.contacts | after.contacts}
    extents = [stay.extent for stay in (before, after) if stay.extent is not None]
    extent = (
        np.stack([np.min([box[0] for box in extents], axis=0), np.max([box[1] for box in extents], axis=0)]) if extents else None
    )
    frames = tuple(dict.fromkeys((*before.frames[: _MAX_FRAMES // 2], *after.frames[-(_MAX_FRAMES - _MAX_FRAMES // 2) :])))
    return replace(
        more, start_ns=before.start_ns, after_ns=before.after_ns, last_seen_ns=max(before.last_seen_ns, after.last_seen_ns),
        missing_ns=after.missing_ns, looked_ns=after.looked_ns, missing_frames=after.missing_frames, emptiness=after.emptiness,
        num_seen=more.num_seen + less.num_seen, contacts=contacts, extent=extent, frames=frames, supposed=before.supposed,
        either=before.either, place=more.place or less.place,
    )  # fmt: skip


def _unpacked(colour: Iterable[int]) -> NDArray[np.float32]:
    return np.asarray(list(colour), np.float32) / 255.0


def _mixed(old: NDArray[np.float32] | None, old_weight: float, new: NDArray[np.float32], weight: float) -> NDArray[np.float32]:
    mixed = blended(old, max(old_weight - weight, 0.0), new, weight)
    assert mixed is not None
    return mixed
