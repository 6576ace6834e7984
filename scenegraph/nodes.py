"""What the graph is made of: nodes with readable ids, their stays in places, their states. Made by folding the log."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mmmem.types import FrameRef
from scenegraph.kinds import Layer

Array = NDArray[np.float64]


@dataclass(slots=True, eq=False)
class Stay:
    """A node was at one place; the beginning and the end are known only as well as somebody looked.

    It came between `after_ns` and `start_ns`, and left between `last_seen_ns` and `missing_ns` (or the start of the next stay).

    Args:
        start_ns: first seen here.
        last_seen_ns: last seen here.
        after_ns: last known to be elsewhere, or not to be here; None if nothing is known of the time before.
        missing_ns: first look that showed it was not here any more; None if nobody looked, or it was there.
        looked_ns: last look that showed so.
        at: (3,) metres, the middle of its box; None where nothing measured it.
        box: (2, 3) metres.
        place: the place in words, where somebody said it.
        num_seen: sightings.
        frames, missing_frames: evidence.
        either: ids of all nodes this may be, where looks do not tell; empty if there is no doubt.
        supposed: nobody had looked at the place before when it was taken to have moved here.
        source: who says so.
        extent: (2, 3) how far furniture reaches, by all pictures of it, each of which may show a part; None of other things.
        emptiness: share of the rays that saw through its box when it was found missing.
        through, fill: share of rays that see through its box, and of its box in a picture that it fills, while it is there.
        contacts: pictures in which it touched what, by id; those that showed only the floor round its foot are under "".
    """

    start_ns: int
    last_seen_ns: int
    after_ns: int | None = None
    missing_ns: int | None = None
    looked_ns: int | None = None
    at: Array | None = None
    box: Array | None = None
    place: str = ""
    num_seen: int = 0
    frames: tuple[FrameRef, ...] = ()
    missing_frames: tuple[FrameRef, ...] = ()
    either: tuple[str, ...] = ()
    supposed: bool = False
    source: str = "perception"
    confidence: float = 1.0
    emptiness: float = 0.0
    through: float = 0.0
    fill: float = 1.0
    extent: Array | None = None
    contacts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StateSpan:
    """A node's state was `value` at least over [start_ns, last_seen_ns]; it began after `after_ns`, if that is known."""

    name: str
    value: str
    start_ns: int
    last_seen_ns: int
    after_ns: int | None = None
    source: str = "perception"
    confidence: float = 1.0


@dataclass(slots=True, eq=False)
class Node:
    """Something that lasts.

    Args:
        id: readable and never given twice ("O17").
        votes: weight of each class name that perception gave it.
        given_kind: the class a person gave it; outranks votes.
        aliases: names people gave it, the latest first.
        owner: whose it is, as a person said.
        attributes: value and confidence by name ("colour": ("red", 0.9)).
        told: weight of each value that perception gave of an attribute that lasts, by name; "" is all that were not kept.
        size: (3,) metres along the world's axes.
        colour, colour_weight: mean looks (`scenegraph.appearance`), and how many sightings are in it.
        vectors: mean learned appearance by vector space.
        stays: in order of time.
        keys: identities that others gave it and that can be trusted ("sim:12").
        merged_into: id of the node this turned out to be, or empty.
    """

    id: str
    layer: Layer
    votes: dict[str, float] = field(default_factory=dict)
    given_kind: str = ""
    aliases: tuple[str, ...] = ()
    owner: str = ""
    attributes: dict[str, tuple[str, float]] = field(default_factory=dict)
    told: dict[str, dict[str, float]] = field(default_factory=dict)
    size: Array | None = None
    colour: NDArray[np.float32] | None = None
    colour_weight: float = 0.0
    vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)
    states: list[StateSpan] = field(default_factory=list)
    keys: tuple[str, ...] = ()
    merged_into: str = ""

    @property
    def kind(self) -> str:
        """Its class: what a person called it, else the class with most votes."""
        if self.given_kind or not self.votes:
            return self.given_kind or self.layer
        if len(self.votes) == 1:
            return next(iter(self.votes))
        return max(self.votes, key=lambda name: (self.votes[name], name))

    @property
    def name(self) -> str:
        """As people call it: the latest alias, else its class."""
        return self.aliases[0] if self.aliases else self.kind

    @property
    def described(self) -> dict[str, str]:
        """The value of each attribute."""
        return {name: value for name, (value, _) in self.attributes.items()}

    @property
    def label(self) -> str:
        """Id and name, for people: `O17 mug`."""
        return f"{self.id} {self.name}"

    @property
    def stay(self) -> Stay | None:
        """The latest place it was seen at."""
        return self.stays[-1] if self.stays else None

    @property
    def missing(self) -> bool:
        """Somebody looked where it was last seen, and it was not there."""
        return bool(self.stays) and self.stays[-1].missing_ns is not None

    @property
    def last_seen_ns(self) -> int:
        """When it was last seen anywhere; -1 if it never was."""
        return self.stays[-1].last_seen_ns if self.stays else -1

    def share_of(self, kind: str) -> float:
        """Share of the votes for a class; a person's word is all of them."""
        if self.given_kind:
            return 1.0 if kind == self.given_kind else self.votes.get(kind, 0.0) / max(sum(self.votes.values()), 1e-9) * 0.5
        return self.votes.get(kind, 0.0) / max(sum(self.votes.values()), 1e-9)

    def hear(self, name: str, values: Mapping[str, float]) -> None:
        """Take in what some looks said of an attribute; what most of all looks say is believed."""
        told = self.told.setdefault(name, {})
        for value, weight in values.items():
            told[value] = told.get(value, 0.0) + weight
        best = max((value for value in told if value), key=lambda value: (told[value], value), default="")
        if best:
            self.attributes[name] = (best, told[best] / sum(told.values()))

    def stay_at(self, t_ns: int) -> Stay | None:
        """The stay that holds an instant or is the last to begin before it; None before it was first seen."""
        return next((stay for stay in reversed(self.stays) if stay.start_ns <= t_ns), None)

    def state(self, name: str, t_ns: int | None = None) -> StateSpan | None:
        """The latest known state of a name, by an instant."""
        known = (one for one in reversed(self.states) if one.name == name and (t_ns is None or one.start_ns <= t_ns))
        return next(known, None)

    def __iter__(self) -> Iterator[Stay]:
        return iter(self.stays)


@dataclass(slots=True, eq=False)
class Visited:
    """A place known by what it looks like, and when a camera was there: [first, last] ns of each visit."""

    id: str
    stream_id: str
    first: NDArray[np.float32]
    visits: list[list[int]] = field(default_factory=list)
