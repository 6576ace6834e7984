"""An edge of the graph: a relation between two nodes, since when, until when, how sure, and the pictures that show it."""

from dataclasses import dataclass
from typing import Literal

from mmmem.types import FrameRef

Relation = Literal[
    "on", "in", "under", "held by", "part of", "near", "next to", "between", "left", "right", "in front", "behind", "same room",
]  # fmt: skip
SUPPORTS: tuple[Relation, ...] = ("on", "in", "under", "held by")
RELATIONS: tuple[Relation, ...] = (
    *SUPPORTS, "part of", "near", "next to", "between", "left", "right", "in front", "behind", "same room",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edge:
    """`subject` is `relation` `object`: "O3 on F2".

    It began between `after_ns` and `start_ns`, and ended between `last_seen_ns` and `until_ns`; that nobody looks ends nothing.

    Args:
        subject, object: ids of nodes, or of a room.
        start_ns: first seen to hold.
        last_seen_ns: last seen to hold.
        after_ns: last known not to hold; None if nothing is known of the time before.
        until_ns: first known to be over; None while nothing contradicts it.
        confidence: in [0, 1], of its having held when it was seen.
        frames: evidence.
        other: id of the second object of "between".
        frame: name of the frame of reference of "left", "right", "in front" and "behind".
        stays: when the stays of the subject that it was read off began.
    """

    relation: Relation
    subject: str
    object: str
    start_ns: int
    last_seen_ns: int
    after_ns: int | None = None
    until_ns: int | None = None
    confidence: float = 1.0
    frames: tuple[FrameRef, ...] = ()
    other: str = ""
    frame: str = ""
    stays: tuple[int, ...] = ()

    def holds_at(self, t_ns: int) -> bool:
        """Whether it is believed to hold at an instant: it had begun, and nothing had contradicted it."""
        return self.start_ns <= t_ns and (self.until_ns is None or t_ns < self.until_ns)
