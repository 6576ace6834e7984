"""What each kind of row of the log changes in the world; see `scenegraph.log` for what stands in the rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mmmem.types import Assertion
from scenegraph.appearance import blended
from scenegraph.floor_places import place_from
from scenegraph.kinds import LAYERS, layer_of
from scenegraph.log import AT_SAME_PLACE, MOVED, frames_of
from scenegraph.nodes import Node, StateSpan, Visited
from scenegraph.poses import motion_of, moved_box
from scenegraph.rooms import room_from
from scenegraph.scan import scan_from
from scenegraph.staying import MAX_FRAMES, continue_stay, is_same_place, stay_of, woven

if TYPE_CHECKING:
    from scenegraph.world import World

_MAX_COLOUR_WEIGHT = 60.0
"""So many sightings at most weigh against a new one: mean looks follow what changes."""


def _node(world: "World", said: Assertion) -> Node:
    id = world.resolve(said.subject)
    node = world.nodes.get(id)
    if node is None:
        layer = said.value.get("layer")
        node = world.nodes[id] = Node(id, layer if layer in LAYERS else layer_of(said.object))
        world.reserve(id)
    return node


def _seen(world: "World", said: Assertion) -> None:
    node = _node(world, said)
    _describe(world, node, said)
    _was_glimpsed(world, said, node.id)
    stay = node.stay
    opens = stay is None or bool(said.value.get("opens")) or said.kind == "moved"
    if stay is not None and said.span.start_ns < stay.start_ns:
        _seen_before(node, said)
    elif opens:
        _open(world, node, said)
    elif stay is not None:
        continue_stay(stay, said)


def _seen_before(node: Node, said: Assertion) -> None:
    """Learned later than what came after it: another stream's clock, or a late text; it becomes a stay of its own."""
    earlier = [place for place, stay in enumerate(node.stays) if stay.start_ns <= said.span.start_ns]
    if earlier and is_same_place(node.stays[earlier[-1]], said):
        continue_stay(node.stays[earlier[-1]], said)
        return
    node.stays.insert(earlier[-1] + 1 if earlier else 0, stay_of(said, None))


def _open(world: "World", node: Node, said: Assertion) -> None:
    before = node.stay
    if before is not None:
        until_ns = said.span.start_ns if before.missing_ns is None else before.missing_ns
        world.persistence.left(node.kind, node.layer, before.start_ns, before.last_seen_ns, until_ns)
    if node.layer == "object":
        world.novelty.arrived(node.id, is_new=before is None)
    node.stays.append(stay_of(said, None if before is None else before.last_seen_ns))


def _describe(world: "World", node: Node, said: Assertion) -> None:
    value = said.value
    votes = value.get("votes", {said.object: said.confidence} if said.object else {})
    for kind, weight in ((name.lower(), weight) for name, weight in votes.items()):
        node.votes[kind] = node.votes.get(kind, 0.0) + float(weight)
        world.by_kind[kind].add(node.id)
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
        world.by_key[str(key)] = node.id


def _glimpsed(world: "World", said: Assertion) -> None:
    """Seen too seldom or too poorly to be taken for a thing; it stands beside the nodes."""
    world.reserve(said.subject)
    glimpse = Node(said.subject, layer_of(said.object), stays=[stay_of(said, None)])
    glimpse.votes = {kind: float(weight) for kind, weight in said.value.get("votes", {}).items()}
    _hear(glimpse, said.value, float(said.value.get("count", 1)))
    world.glimpses.append(glimpse)
    world.glimpses_by_kind[glimpse.kind].append(glimpse)
    _was_glimpsed(world, said, glimpse.id)


def _was_glimpsed(world: "World", said: Assertion, id: str) -> None:
    """What was kept as glimpses turned out to be this."""
    known = {glimpse.id: glimpse for glimpse in world.glimpses} if "glimpses" in said.value else {}
    for one in said.value.get("glimpses", ()):
        if one in known:
            known[one].merged_into = id


def _not_seen(world: "World", said: Assertion) -> None:
    stays = _node(world, said).stays
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
    stay.missing_frames = (*stay.missing_frames, *frames_of(said.value))[:MAX_FRAMES]


def _state(world: "World", said: Assertion) -> None:
    node = _node(world, said)
    name, after_ns = str(said.value.get("name", "state")), said.value.get("after_ns")
    last = node.state(name)
    if last is not None and last.value == said.object and said.span.start_ns >= last.start_ns:
        known = replace(last, last_seen_ns=max(last.last_seen_ns, said.span.end_ns - 1))
        node.states[node.states.index(last)] = known
        return
    span = StateSpan(name, said.object, said.span.start_ns, said.span.end_ns - 1, after_ns, said.source, said.confidence)
    node.states.append(span)
    node.states.sort(key=lambda one: one.start_ns)


def _same(world: "World", said: Assertion) -> None:
    keeps, goes = _node(world, said), world.nodes.get(world.resolve(said.object))
    if goes is None or goes is keeps:
        return
    if said.value.get("why") == MOVED and goes.stays:
        goes.stays[0].supposed = keeps.stay is not None and keeps.stay.missing_ns is None and keeps.stay.at is not None
        goes.stays[0].either = tuple(said.value.get("either", ()))
    keeps.stays = woven(keeps.stays, goes.stays, anyhow=said.value.get("why") == AT_SAME_PLACE)
    keeps.states = sorted([*keeps.states, *goes.states], key=lambda one: one.start_ns)
    for kind, weight in goes.votes.items():
        keeps.votes[kind] = keeps.votes.get(kind, 0.0) + weight
        world.by_kind[kind].add(keeps.id)
    for name in goes.aliases:
        world.by_alias[name.lower()].add(keeps.id)
    keeps.aliases = tuple(dict.fromkeys((*keeps.aliases, *goes.aliases)))
    keeps.keys = tuple(dict.fromkeys((*keeps.keys, *goes.keys)))
    world.by_key.update(dict.fromkeys(goes.keys, keeps.id))
    for name, told in goes.told.items():
        keeps.hear(name, told)
    keeps.colour = blended(keeps.colour, keeps.colour_weight, goes.colour, goes.colour_weight)
    keeps.given_kind, keeps.owner = keeps.given_kind or goes.given_kind, keeps.owner or goes.owner
    goes.merged_into = keeps.id


def _split(world: "World", said: Assertion) -> None:
    node, other = _node(world, said), _node(world, replace(said, subject=said.object, object=""))
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
    other.stays = woven(other.stays, gone)
    for kind in other.votes:
        world.by_kind[kind].add(other.id)


def _either(world: "World", said: Assertion) -> None:
    stay = _node(world, said).stay
    if stay is not None:
        ids = tuple(said.value.get("either", ()))
        stay.either = ids if len(ids) > 1 else ()


def _scan(world: "World", said: Assertion) -> None:
    world.scans.append(scan_from(said))


def _room(world: "World", said: Assertion) -> None:
    world.rooms[said.subject] = room_from(said)
    world.num_scans_in_rooms = len(world.scans)


def _place(world: "World", said: Assertion) -> None:
    world.reserve(said.subject)
    place = place_from(said, world.places.get(said.subject))
    if place is None:
        world.places.pop(said.subject, None)
    else:
        world.places[said.subject] = place


def _visited(world: "World", said: Assertion) -> None:
    world.reserve(said.subject)
    known = world.visited.get(said.subject)
    if known is None:
        if said.vector is None:
            return
        known = world.visited[said.subject] = Visited(said.subject, str(said.value["stream"]), said.vector)
    visit = next((one for one in known.visits if one[0] == said.span.start_ns), None)
    if visit is None:
        known.visits.append([said.span.start_ns, said.span.end_ns - 1])
    else:
        visit[1] = max(visit[1], said.span.end_ns - 1)


def _pose(world: "World", said: Assertion) -> None:
    """What was seen from keyframes moves with them: stays by their latest picture, scans each by its own."""
    motion, stream_id = motion_of(said), str(said.value["stream"])
    world.num_pose_rows += 1
    # The surfaces have moved as well, each by its own pictures: they are learned anew.
    world.learned = [{**told, "anchor": {}} for told in world.learned]
    for node in (*world.nodes.values(), *world.glimpses):
        for stay in node.stays:
            times = [frame.t_ns for frame in stay.frames if frame.stream_id == stream_id]
            if stay.box is not None and times:
                stay.box = moved_box(stay.box, motion.at(max(times)))
                stay.at = stay.box.mean(axis=0)
                stay.extent = None if stay.extent is None else moved_box(stay.extent, motion.at(max(times)))
                world.touched.add(node.id)
    world.scans = [scan.moved(motion.at(scan.t_ns)) if scan.stream_id == stream_id else scan for scan in world.scans]


def _learned(world: "World", said: Assertion) -> None:
    world.learned.append(said.value)


def _named(world: "World", said: Assertion) -> None:
    if said.subject in world.rooms:
        world.room_names[said.subject] = said.object
        return
    node, role = _node(world, said), said.value.get("role", "alias")
    if role == "class":
        node.given_kind = said.object.lower()
        world.by_kind[node.given_kind].add(node.id)
    elif role == "owner":
        node.owner = said.object
    else:
        world.by_alias[said.object.lower()].add(node.id)
        node.aliases = (said.object, *(name for name in node.aliases if name != said.object))


def _placed(world: "World", said: Assertion) -> None:
    node, place = _node(world, said), str(said.value["place"])
    _describe(world, node, said)
    stay = node.stay
    if stay is not None and stay.place == place and stay.missing_ns is None:
        continue_stay(stay, said)
    elif stay is not None and said.span.start_ns < stay.start_ns:
        _seen_before(node, said)
    else:
        _open(world, node, said)


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


def _unpacked(colour: Iterable[int]) -> NDArray[np.float32]:
    return np.asarray(list(colour), np.float32) / 255.0


def _mixed(old: NDArray[np.float32] | None, old_weight: float, new: NDArray[np.float32], weight: float) -> NDArray[np.float32]:
    mixed = blended(old, max(old_weight - weight, 0.0), new, weight)
    assert mixed is not None
    return mixed


HANDLERS: Mapping[str, Callable[["World", Assertion], None]] = {
    "seen": _seen, "moved": _seen, "not_seen": _not_seen, "state": _state, "same": _same,
    "split": _split, "either": _either, "named": _named, "placed": _placed,
    "glimpsed": _glimpsed, "scan": _scan, "room": _room, "pose": _pose,
    "learned": _learned, "place": _place, "visited": _visited,
}  # fmt: skip
"""By kind of row."""
