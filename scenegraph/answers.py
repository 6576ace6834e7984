"""What questions to the graph give back: typed, with how sure it is, how the ends are known, and the pictures that show it."""

from dataclasses import dataclass, field
from typing import Literal

from mmmem.types import FrameRef
from scenegraph.edges import Edge
from scenegraph.spots import Spot

Standing = Literal["there", "not looked since", "gone", "never seen"]
ChangeKind = Literal["appeared", "moved", "gone", "state"]


@dataclass(frozen=True, slots=True, eq=False)
class WhereIs:
    """Where one thing is or was at an instant.

    Args:
        standing: `there` (seen there around then), `not looked since` (nobody has looked since it was last seen there), `gone`
            (its place was looked over and it was not there), `never seen` (by then).
        spot: the last place known by then; None if it was never seen.
        confidence: probability that it is where `spot` says; of `gone` that it is not.
        twins: other things that fit what was asked for, each as it is then.
        reading: how well the name fits, in [0, 1].
    """

    asked: str
    at_ns: int
    standing: Standing
    spot: Spot | None
    confidence: float
    twins: tuple["WhereIs", ...] = ()
    reading: float = 1.0

    @property
    def frames(self) -> tuple[FrameRef, ...]:
        """The pictures that show it: it there, and the place without it."""
        if self.spot is None:
            return ()
        return (*self.spot.frames, *self.spot.missing_frames) if self.standing == "gone" else self.spot.frames


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """How many of something there are.

    Args:
        spots: where each of them is.
        at_least: how many different ones certainly were seen; smaller where several may be the same one.
    """

    kind: str
    count: int
    spots: tuple[Spot, ...]
    confidence: float
    at_least: int


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Something that stands in a relation to what was asked about."""

    id: str
    name: str
    edge: Edge
    spot: Spot | None
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Something that is otherwise than before.

    Args:
        kind: appeared, moved, gone, or a state that changed.
        after_ns, by_ns: it happened between these two; `after_ns` is None where nothing is known of the time before.
        before, after: the places, or the values of a state.
    """

    kind: ChangeKind
    id: str
    name: str
    after_ns: int | None
    by_ns: int
    before: str
    after: str
    frames: tuple[FrameRef, ...]
    confidence: float
    state: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """A person who was somewhere.

    Args:
        start_ns, end_ns: first and last sighting there.
    """

    id: str
    name: str
    room: str
    start_ns: int
    end_ns: int
    frames: tuple[FrameRef, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """A place something is usually at.

    Args:
        share: of the occasions on which it was seen.
        num_occasions: visits, at least half an hour apart, that saw it there.
    """

    spot: Spot
    share: float
    num_occasions: int


@dataclass(frozen=True, slots=True, eq=False)
class StateWas:
    """A state of something at an instant.

    Args:
        value: as last seen by then; empty if it was never seen.
        seen_ns: the last look at it by then.
    """

    id: str
    name: str
    state: str
    value: str
    since_ns: int
    after_ns: int | None
    seen_ns: int
    confidence: float
    frames: tuple[FrameRef, ...] = field(default=())
