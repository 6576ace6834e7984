"""Replies about space: sides in a named frame, what lies between, ways and how long they are, and what nobody has looked at."""

from collections.abc import Iterable

import numpy as np

from mmmem.agent.scenes.wording import begun, listed
from mmmem.agent.typed import TypedAnswer
from mmmem.errors import InvalidInputError, UnknownNameError
from scenegraph.asking import Questions
from scenegraph.frames_of_reference import ReferenceFrame, Side, side_of
from scenegraph.geometry import Array
from scenegraph.naming import Reading
from scenegraph.nodes import Node
from scenegraph.points_of_view import frame_named
from scenegraph.relations import gap, lies_between
from scenegraph.replies_places import never
from scenegraph.reply import Shown, answered, shown, unknown
from scenegraph.requests import Request
from scenegraph.spots import with_the
from scenegraph.stay_index import reach_of
from scenegraph.ways import Way
from scenegraph.wording import moment

_BESIDE_M = 2.0
"""What lies farther off is not said to be on a side of something."""
_CLEAR = 0.2
_BETWEEN = 0.5
_HERE = frozenset(("here", "me", "you", "where i am", "where you are", "my place", "your place"))
_TOLD = 8


def side_of_it(q: Questions, r: Request) -> TypedAnswer | None:
    """On which side of something a thing lies, in the frame that is asked for, or one that is named with the answer."""
    found = _two(q, r)
    if found is None:
        return never(q, r, "text")
    one, other = found
    return _sided(q, r, one, other)


def _sided(q: Questions, r: Request, one: Reading, other: Reading) -> TypedAnswer | None:
    try:
        frame = frame_named(q, r.words, other.node)
        boxes = [_reach(q, each.node) for each in (one, other)]
    except (InvalidInputError, UnknownNameError) as error:
        return unknown(str(error), "text", 0.5, q.now_ns)
    side, clear = side_of(boxes[0], boxes[1], frame)
    wanted = _side(r.relation)
    text = f"{_told_side(side)} {_the(q, other.node)}, {frame.name}."
    sure = min(one.fit, other.fit) * (0.5 + 0.4 * clear)
    support = _shown(q, [one.node, other.node])
    if wanted is None:
        return answered(begun(text), "text", sure, support, side)
    return answered(f"{'Yes' if side == wanted else 'No'}: {text}", "yes_no", sure, support, side == wanted)


def at_side(q: Questions, r: Request) -> TypedAnswer | None:
    """What lies on a side of something, the nearest first."""
    readings = q.readings(r.place)
    wanted = _side(r.relation)
    if not readings or wanted is None:
        return never(q, r, "list") if not readings else None
    reference = readings[0].node
    try:
        frame, box = frame_named(q, r.words, reference), _reach(q, reference)
    except (InvalidInputError, UnknownNameError) as error:
        return unknown(str(error), "list", 0.5, q.now_ns)
    nodes = [node for away, node in sorted(_on_side(q, reference, box, frame, wanted), key=lambda one: (one[0], one[1].id))]
    told = f"{_told_side(wanted)} {_the(q, reference)}, {frame.name}"
    if not nodes:
        return unknown(f"nothing was seen {told}.", "list", 0.4, q.now_ns)
    names = list(dict.fromkeys(q.called.node(node.id) for node in nodes))
    text = f"{begun(listed(names[:_TOLD]))}: {told}."
    return answered(text, "list", 0.65 * readings[0].fit, [*_shown(q, nodes), *_shown(q, [reference])], names)


def _on_side(q: Questions, reference: Node, box: Array, frame: ReferenceFrame, wanted: Side) -> Iterable[tuple[float, Node]]:
    room = q.called.room_at(box.mean(axis=0))
    for node in _standing(q):
        other = _reach(q, node)
        away = gap(other, box)
        borne = any(edge.object == reference.id and edge.holds_at(q.now_ns) for edge in q.relations.of(node.id))
        if node is reference or away > _BESIDE_M or (borne and away == 0.0) or q.called.room_at(other.mean(axis=0)) != room:
            continue
        side, clear = side_of(other, box, frame)
        if side == wanted and clear >= _CLEAR:
            yield away, node


def between(q: Questions, r: Request) -> TypedAnswer | None:
    """What lies between two things."""
    ends = [q.readings(words) for words in (r.place, r.words)]
    if not ends[0] or not ends[1]:
        return never(q, r, "list")
    one, other = (readings[0].node for readings in ends)
    try:
        boxes = _reach(q, one), _reach(q, other)
    except InvalidInputError as error:
        return unknown(str(error), "list", 0.5, q.now_ns)
    held = [(lies_between(_reach(q, node), *boxes), node) for node in _standing(q) if node.id not in (one.id, other.id)]
    nodes = [node for score, node in sorted(held, key=lambda pair: (-pair[0], pair[1].id)) if score >= _BETWEEN]
    told = f"between {_the(q, one)} and {_the(q, other)}"
    if not nodes:
        return unknown(f"nothing was seen {told}.", "list", 0.4, q.now_ns)
    names = list(dict.fromkeys(q.called.node(node.id) for node in nodes))
    return answered(f"{begun(listed(names[:_TOLD]))}: {told}.", "list", 0.6, _shown(q, [*nodes, one, other]), names)


def between_is(q: Questions, r: Request) -> TypedAnswer | None:
    """Whether a thing lies between two others."""
    found = [q.readings(words) for words in (r.what, r.place, r.words)]
    if not all(found):
        return never(q, r, "yes_no")
    middle, one, other = (readings[0].node for readings in found)
    try:
        score = lies_between(*(_reach(q, node) for node in (middle, one, other)))
    except InvalidInputError as error:
        return unknown(str(error), "yes_no", 0.5, q.now_ns)
    said = score >= _BETWEEN
    text = f"{'Yes' if said else 'No'}: {_the(q, middle)} is {'' if said else 'not '}between {_the(q, one)} and {_the(q, other)}."
    return answered(text, "yes_no", 0.5 + 0.7 * abs(score - _BETWEEN), _shown(q, [middle, one, other]), said)


def between_what(q: Questions, r: Request) -> TypedAnswer | None:
    """Between which two things something lies."""
    readings = q.readings(r.what)
    if not readings:
        return never(q, r, "list")
    node = readings[0].node
    edges = [edge for edge in q.graph.relations(node.id, "between", known_at=q.known_at_ns) if edge.other]
    if not edges:
        return unknown(f"{_the(q, node)} was not seen between two things.", "list", 0.4, q.now_ns)
    best = edges[0]
    names = [q.called.node(id) for id in (best.object, best.other)]
    text = f"Between the {names[0]} and the {names[1]}."
    nodes = [q.world.nodes[q.world.resolve(id)] for id in (best.object, best.other)]
    return answered(text, "list", best.confidence * readings[0].fit * 0.9, _shown(q, [node, *nodes]), names)


def way(q: Questions, r: Request) -> TypedAnswer | None:
    """The way from one place to another: through which rooms, and how long it is."""
    found = _way(q, r)
    if not isinstance(found, Way):
        return found
    rooms = [_room_name(q, id) for id in found.rooms]
    through = listed(rooms) if rooms else "no room that was named"
    text = f"Through {through}: {found.length_m:.1f} m from {r.place or 'here'} to {r.words}."
    return answered(text, "list", 0.8, _ends(q, r), rooms)


def how_far(q: Questions, r: Request) -> TypedAnswer | None:
    """How long the way between two places is, metres."""
    found = _way(q, r)
    if not isinstance(found, Way):
        return found
    return answered(f"{found.length_m:.1f} m.", "count", 0.8, _ends(q, r), round(found.length_m, 2))


def _way(q: Questions, r: Request) -> Way | TypedAnswer | None:
    ends = [_place(q, words) for words in (r.place or "here", r.words)]
    for end, words in zip(ends, (r.place, r.words), strict=True):
        if end is None:
            return unknown(f"nobody saw where {words or 'the camera'} is.", "list", 0.5, q.now_ns)
    found = q.graph.path(ends[0], ends[1], known_at=q.known_at_ns)  # type: ignore[arg-type]
    return found or unknown("no way between the two has been seen.", "list", 0.6, q.now_ns)


def _place(q: Questions, words: str) -> Array | None:
    """(2,) metres of a thing, a room, or of who asks; None if that is not known."""
    if words.lower() in _HERE:
        at = q.called.way.at[-1:] if len(q.called.way.t_ns) else np.zeros((0, 3))
        return at[0, :2] if len(at) else None
    bare = words.lower().removeprefix("the ")
    for room in q.graph.rooms(known_at=q.known_at_ns).values():
        if bare in (room.name.lower(), _room_name(q, room.id).lower(), room.id.lower()):
            return room.middle
    for one in q.readings(words):
        spot = q.spot(one.node, q.now_ns)
        if spot is not None and spot.at is not None:
            return spot.at[:2]
    return None


def _room_name(q: Questions, id: str) -> str:
    """What a room is called: by words, else by what stands in it."""
    room = q.graph.rooms(known_at=q.known_at_ns).get(id)
    return id if room is None else q.called.room_names.get(id, room.name)


def _ends(q: Questions, r: Request) -> list[Shown]:
    found = [q.readings(words)[:1] for words in (r.place, r.words) if words]
    support = _shown(q, [one.node for readings in found for one in readings])
    return support or _shown(q, sorted(_standing(q), key=lambda node: -node.last_seen_ns)[:1])


def unseen(q: Questions, r: Request) -> TypedAnswer | None:
    """What has not been in view since a time: rooms, furniture, things; what waits longest first."""
    if not r.windows:
        return None
    since_ns = r.windows[0].start_ns
    said: list[tuple[int, str, Shown | None]] = []
    kinds = _kinds_asked(r.what)
    for one in q.graph.not_seen_since(since_ns, known_at=q.known_at_ns):
        if one.what in kinds:
            node = q.world.nodes.get(one.id)
            name = _room_name(q, one.id) if one.what == "room" else q.called.node(one.id)
            said.append((-1 if one.last_ns is None else one.last_ns, name, next(iter(_shown(q, [node] if node else [])), None)))
    if "thing" in kinds:
        for found in q.not_seen_since(since_ns):
            if found.spot is not None:
                said.append((found.spot.last_seen_ns, found.asked, shown(found.spot)))
    said.sort(key=lambda one: one[0])
    return _told_unseen(q, since_ns, said)


def _told_unseen(q: Questions, since_ns: int, said: list[tuple[int, str, Shown | None]]) -> TypedAnswer | None:
    names = list(dict.fromkeys(name for _, name, _ in said))
    support = [one for _, _, one in said if one is not None]
    when = moment(since_ns, q.now_ns, q.calendar)
    if not names:
        seen = sorted(_standing(q), key=lambda node: node.last_seen_ns)[:3]
        return answered(f"Nothing: all that is known was in view since {when}.", "list", 0.6, _shown(q, seen), [])
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    text = f"{begun(', '.join(names[:_TOLD]))}{more}: not seen since {when}."
    support = support or _shown(q, sorted(_standing(q), key=lambda node: node.last_seen_ns)[:1])
    return answered(text, "list", 0.75, support, names)


def _kinds_asked(words: str) -> frozenset[str]:
    if "room" in words:
        return frozenset(("room",))
    if "furniture" in words:
        return frozenset(("furniture",))
    if "place" in words:
        return frozenset(("room", "furniture"))
    return frozenset(("thing",)) if "thing" in words or "object" in words else frozenset(("room", "furniture", "thing"))


# Within


def _two(q: Questions, r: Request) -> tuple[Reading, Reading] | None:
    one, other = q.readings(r.what), q.readings(r.place)
    return (one[0], other[0]) if one and other else None


def _standing(q: Questions) -> list[Node]:
    """Furniture and things that are believed to be where they were seen, and were measured there."""
    return [
        node
        for node in q.world.living()
        if node.layer in ("furniture", "object")
        and (stay := node.stay_at(q.now_ns)) is not None
        and stay.box is not None
        and stay.missing_ns is None
    ]


def _reach(q: Questions, node: Node) -> Array:
    stay = node.stay_at(q.now_ns)
    if stay is None or stay.box is None:
        raise InvalidInputError(f"Nothing measured where {q.called.node(node.id)} is; it has no sides.")
    return reach_of(stay)


def _shown(q: Questions, nodes: Iterable[Node]) -> list[Shown]:
    spots = (q.spot(node, q.now_ns) for node in nodes)
    return [shown(spot) for spot in spots if spot is not None]


def _the(q: Questions, node: Node) -> str:
    return with_the(q.called.node(node.id))


def _side(words: str) -> Side | None:
    plain = words.lower()
    if "left" in plain:
        return "left"
    if "right" in plain:
        return "right"
    return "behind" if "behind" in plain or "back" in plain else "in front" if "front" in plain else None


def _told_side(side: Side) -> str:
    return {"left": "left of", "right": "right of", "in front": "in front of", "behind": "behind"}[side]
