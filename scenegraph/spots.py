"""Where something was, as people say it: each stay of a node with what bore it, the room, and how well its ends are known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mmmem.types import FrameRef
from scenegraph.bearing import bearing
from scenegraph.edges import SUPPORTS, Edge
from scenegraph.geometry import Array
from scenegraph.nodes import Node, Stay

_CLOSE_M = 0.25
_ON = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """One node at one place, over one time.

    Args:
        id, name: of the node.
        relation: "on", "in", "under", "held by", "near", or empty where nothing bears it.
        holder: id of what it stands on, is in, or who holds it; empty if nothing is known.
        holder_name, room: as people call them; empty if nobody named them.
        said: the place in words, where a text or a person said it.
        at: (3,) metres; None where nothing measured it.
        start_ns, last_seen_ns: first and last seen there.
        after_ns: last known not to be there; None if nothing is known of the time before.
        missing_ns, looked_ns: first and last look that found the place without it.
        next_ns: first seen elsewhere.
        either: ids of all nodes that this may be.
        frames, missing_frames: pictures of it there, and of its place without it.
        stream_id: of the words that alone tell of it; empty where pictures do.
    """

    id: str
    name: str
    relation: str
    holder: str
    holder_name: str
    room: str
    said: str
    at: Array | None
    start_ns: int
    last_seen_ns: int
    after_ns: int | None
    missing_ns: int | None
    looked_ns: int | None
    next_ns: int | None
    confidence: float
    either: tuple[str, ...]
    frames: tuple[FrameRef, ...]
    missing_frames: tuple[FrameRef, ...]
    supposed: bool = False
    num_seen: int = 0
    stream_id: str = ""

    @property
    def key(self) -> str:
        """What tells places apart: the holder, else the place in words, else the room."""
        return self.holder or self.said or self.room

    @property
    def place(self) -> str:
        """The place in words: `on the desk`, `with Anna`, `in the kitchen`; `somewhere` if nothing is known of it."""
        if self.holder_name:
            if self.relation == "held by":
                return f"with {self.holder_name}"
            return f"{self.relation or 'near'} {with_the(self.holder_name)}"
        if self.said:
            return self.said
        return f"in {with_the(self.room)}" if self.room else "somewhere"

    @property
    def is_over(self) -> bool:
        """Whether it is known not to be there any more."""
        return self.missing_ns is not None or self.next_ns is not None


def with_the(name: str) -> str:
    """`the desk`, but `Anna's desk`."""
    return name if "'s " in name or name[:1].isupper() else f"the {name}"


def spot_of(node: Node, place: int, edges: Sequence[Edge], names: "Named", pieces: Sequence[Node] = ()) -> Spot:
    """The spot of the stay at a position of `node.stays`.

    Args:
        edges: of which the node is the subject, over all time.
        names: what nodes and rooms are called.
        pieces: furniture that may be near: what stands or hangs beside something is told by it where no edge was certain, and
            what is held over a table for long stands on it.
    """
    stay = node.stays[place]
    later = node.stays[place + 1].start_ns if place + 1 < len(node.stays) else None
    edge = _support(stay, edges)
    if edge is None or edge.relation == "held by":
        beside = _beside(node, stay, pieces, least=_ON if edge else 0.0)
        edge = beside or edge
    spot = Spot(
        node.id, names.node(node.id), "", "", "", "" if stay.at is None else names.room_at(stay.at), stay.place, stay.at,
        stay.start_ns, stay.last_seen_ns, stay.after_ns, stay.missing_ns, stay.looked_ns, later, stay.confidence, stay.either,
        stay.frames, stay.missing_frames, stay.supposed, stay.num_seen,
    )  # fmt: skip
    if edge is None:
        return replace(spot, room=spot.room or names.room_said(stay.place))
    return replace(
        spot, relation=edge.relation, holder=edge.object, holder_name=names.node(edge.object), confidence=edge.confidence
    )


def _support(stay: Stay, edges: Sequence[Edge]) -> Edge | None:
    """What bore it during a stay: of the edges that were read off it the one seen longest."""
    end_ns = max(stay.last_seen_ns + 1, stay.start_ns + 1)
    during = [edge for edge in edges if stay.start_ns in edge.stays]
    bearing = [edge for edge in during if edge.relation in SUPPORTS]
    if bearing:
        return max(bearing, key=lambda edge: (_shared(edge, stay.start_ns, end_ns), edge.confidence))
    return None


def _beside(node: Node, stay: Stay, pieces: Sequence[Node], *, least: float) -> Edge | None:
    """The piece that bears a stay best by boxes alone, if one does so well enough; else the one it is close to."""
    if stay.box is None or node.layer != "object":
        return None
    found: list[tuple[float, float, str, str]] = []
    for piece in pieces:
        other = piece.stay_at(stay.start_ns) or (piece.stays[0] if piece.stays else None)
        if other is None or other.box is None or piece.id == node.id:
            continue
        away = float(np.linalg.norm(np.maximum(np.maximum(stay.box[0] - other.box[1], other.box[0] - stay.box[1]), 0.0)))
        if away > _CLOSE_M:
            continue
        borne = bearing(stay, {}, piece, other)
        score = 0.0 if borne is None else borne.score
        if score >= least:
            found.append((score, -away, piece.id, borne.relation if borne else "near"))
    if not found:
        return None
    score, away, id, relation = max(found)
    confidence = 0.3 + 0.4 * score if score else 0.3
    return Edge(relation, node.id, id, stay.start_ns, stay.last_seen_ns, confidence=confidence)  # type: ignore[arg-type]


def _shared(edge: Edge, start_ns: int, end_ns: int) -> int:
    until_ns = end_ns if edge.until_ns is None else edge.until_ns
    return min(until_ns, end_ns) - max(edge.start_ns, start_ns)


class Named:
    """What nodes and rooms are called; the least there is. `scenegraph.called.Called` knows more."""

    def node(self, id: str) -> str:
        """What a node is called."""
        return id

    def room_at(self, at: Array) -> str:
        """The room over a point of the floor; empty where nobody knows."""
        return ""

    def room_said(self, place: str) -> str:
        """The room that words for a place name; empty if they name none."""
        return ""
