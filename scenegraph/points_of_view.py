"""Whose left and right are meant: frames of reference by the words people use for them, and what is meant where nobody says."""

import re

import numpy as np

from mmmem.errors import InvalidInputError
from scenegraph.asking import Questions
from scenegraph.frames_of_reference import ReferenceFrame, viewed_from
from scenegraph.geometry import Array
from scenegraph.nodes import Node
from scenegraph.spots import with_the
from scenegraph.wording import moment

_OWN = re.compile(r"\bown (?:front|side|left|right|point of view|view)|\bas (?:you|I|we) (?:sit on|lie in)\b", re.IGNORECASE)
_DOOR = re.compile(
    r"\bfrom the (?:door|doorway|entrance)(?: (?:of|to|into) (?P<room>.+?))?(?: (?:through|from) (?P<through>.+))?$",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"\bfrom (?:here|where (?:I|you|we) (?:am|are|stand|stood)|(?:my|your) (?:place|position|side|view)(?: now)?)$", re.IGNORECASE
)
_FROM = re.compile(r"\b(?:from|in|at|on) (?P<what>(?!.*\b(?:it|them)$).+)$", re.IGNORECASE)


def frame_named(q: Questions, words: str, reference: Node) -> ReferenceFrame:
    """The frame that words ask for, to tell sides of a node by; without words as the camera saw it last.

    `from the door`, `from the entrance of the kitchen`: who comes into the room; `by its own front`: who sits in it or uses it;
    `from where you are`: the camera now; `from the sofa`: who stands there; `as you see it`: as by default.

    Raises:
        InvalidInputError: that frame is not known (no door seen, no back to a wall, no pose); the message says why.
    """
    said = words.strip()
    if _OWN.search(said):
        return q.graph.front_of(reference.id, known_at=q.known_at_ns)
    if door := _DOOR.search(said):
        room, beyond = _room_id(q, door["room"] or "", reference), _room_id(q, door["through"], None)
        return q.graph.entrance(room, through=beyond, known_at=q.known_at_ns)
    if _HERE.search(said):
        return _by_camera(q, reference, q.now_ns, "as seen from where the camera is now")
    if place := _FROM.search(said):
        return _from_thing(q, place["what"], reference)
    spot = q.spot(reference, q.now_ns)
    seen_ns = q.now_ns if spot is None else spot.last_seen_ns
    return _by_camera(q, reference, seen_ns, f"as the camera saw it {moment(seen_ns, q.now_ns, q.calendar)}")


def _by_camera(q: Questions, reference: Node, t_ns: int, name: str) -> ReferenceFrame:
    way = q.called.way
    row = int(np.searchsorted(way.t_ns, t_ns, side="right")) - 1
    if row < 0:
        raise InvalidInputError(
            "Nothing tells where the camera was, so nothing has sides for it; say whose are meant: from the door, its own front."
        )
    return viewed_from(way.at[row, :2], _middle(q, reference), name)


def _from_thing(q: Questions, what: str, reference: Node) -> ReferenceFrame:
    for one in q.readings(what):
        spot = q.spot(one.node, q.now_ns)
        if spot is not None and spot.at is not None and one.node is not reference:
            return viewed_from(spot.at[:2], _middle(q, reference), f"as seen from {with_the(q.called.node(one.node.id))}")
    raise InvalidInputError(f"Nobody saw where {what!r} is, so nothing can be seen from there.")


def _middle(q: Questions, node: Node) -> Array:
    spot = q.spot(node, q.now_ns)
    if spot is None or spot.at is None:
        raise InvalidInputError(f"Nothing measured where {q.called.node(node.id)} is; it has no sides.")
    return np.asarray(spot.at[:2], np.float64)


def _room_id(q: Questions, words: str | None, reference: Node | None) -> str:
    """Id of the room that words name; of the reference's room if they name none."""
    rooms = q.graph.rooms(known_at=q.known_at_ns)
    bare = (words or "").lower().removeprefix("the ")
    for id, room in rooms.items():
        if bare and bare in (id.lower(), room.name.lower(), q.called.room_names.get(id, "").lower()):
            return id
    if bare or reference is None:
        return bare
    room_of = q.graph.room_of(reference.id, known_at=q.known_at_ns)
    if room_of is None:
        raise InvalidInputError(f"The room of {q.called.node(reference.id)} is not known; name the door or another frame.")
    return room_of.id
