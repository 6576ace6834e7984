"""Where a node was at a time, as believed at a time: with the interval, its uncertainty, and the pictures that show it."""

from dataclasses import dataclass
from typing import Literal

from mmmem.clock import NS_PER_S
from mmmem.types import FrameRef
from scenegraph.geometry import Array
from scenegraph.nodes import Node, Stay
from scenegraph.persistence import Persistence

Presence = Literal["seen there", "not there", "not looked", "unknown"]


@dataclass(frozen=True, slots=True, eq=False)
class Whereabouts:
    """What is known of where something was at `at_ns`.

    Args:
        presence: `seen there` (between two sightings at the place, or within a second of the last one),
            `not there` (somebody looked, and it had left), `not looked` (nobody has looked since it was last seen),
            `unknown` (it was never seen by then).
        position: (3,) metres of where it was last seen; None where nothing measured it.
        place: in words, if somebody said it.
        since_ns: first seen there; it came after `after_ns`.
        last_seen_ns: last seen there, by `at_ns`.
        first_missing_ns: first look that showed it was not there any more.
        elsewhere_ns: first seen elsewhere after that.
        confidence: probability that it was there at `at_ns`.
        frames: pictures of it there; `missing_frames`: pictures of the place without it.
        either: ids of all things that this may be, if looks do not tell.
        also: ids of other nodes that fit the name that was asked for.
    """

    id: str
    name: str
    at_ns: int
    presence: Presence
    confidence: float
    position: Array | None = None
    box: Array | None = None
    place: str = ""
    since_ns: int | None = None
    after_ns: int | None = None
    last_seen_ns: int | None = None
    first_missing_ns: int | None = None
    elsewhere_ns: int | None = None
    frames: tuple[FrameRef, ...] = ()
    missing_frames: tuple[FrameRef, ...] = ()
    either: tuple[str, ...] = ()
    source: str = ""
    also: tuple[str, ...] = ()


def whereabouts(node: Node, at_ns: int, persistence: Persistence, also: tuple[str, ...] = ()) -> Whereabouts:
    """Where a node was at an instant, by its stays."""
    stay = node.stay_at(at_ns)
    if stay is None:
        return Whereabouts(node.id, node.name, at_ns, "unknown", 0.0, also=also)
    presence, confidence = _presence(node, stay, at_ns, persistence)
    later = [other.start_ns for other in node.stays if other.start_ns > stay.start_ns]
    return Whereabouts(
        node.id, node.name, at_ns, presence, confidence / max(len(stay.either), 1), stay.at, stay.box, stay.place, stay.start_ns,
        stay.after_ns, min(stay.last_seen_ns, at_ns), stay.missing_ns, later[0] if later else None, stay.frames,
        stay.missing_frames, stay.either, stay.source, also,
    )  # fmt: skip


def _presence(node: Node, stay: Stay, at_ns: int, persistence: Persistence) -> tuple[Presence, float]:
    if at_ns <= stay.last_seen_ns:
        return "seen there", 0.99
    if stay.missing_ns is not None and at_ns >= stay.missing_ns:
        return "not there", 0.02
    if at_ns - stay.last_seen_ns <= NS_PER_S:
        return "seen there", 0.99
    still = persistence.still_there(node.kind, node.layer, stay.last_seen_ns, at_ns)
    if stay.missing_ns is None:
        return "not looked", still
    # It left between the last sighting and the first look that missed it: by then it was gone for certain.
    gone = persistence.still_there(node.kind, node.layer, stay.last_seen_ns, stay.missing_ns)
    return "not looked", max(0.0, (still - gone) / max(1.0 - gone, 1e-9))
