"""What is being followed right now: the running estimate of a node in view, or of something that may become one."""

from collections import Counter, deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mmmem.types import FrameRef
from scenegraph.appearance import blended
from scenegraph.extent import Extent
from scenegraph.geometry import Array
from scenegraph.kinds import Layer, layer_of
from scenegraph.nodes import Node
from scenegraph.sightings import Sighting

_KEPT_BOXES = 12
_KEPT_TIMES = 8
_HINT_NS = 3_000_000_000
_UNREAD = 0.2
_NAMED_LOOKS = 4.0
Hint = tuple[str, int]


@dataclass(slots=True, eq=False)
class Track:
    """Sightings in a row of one thing; lost when the process ends, save what was written of it.

    Args:
        key: id of its node, or `T7` while it is not confirmed.
        boxes: its boxes in the last pictures that showed all of it.
        told: weight of each value that was read of an attribute, over all time; `attributes` since something was written.
        num_glimpsed: sightings when it was last written as a glimpse.
        unsaved: sightings since something was written.
        away: sightings in a row that were not where its stay is.
        extent: how far it reaches, by all pictures of it in this place.
        through: share of the rays at its box that see through it while it is there; `fill`: share of its box in a picture
            that shows it. Both are learned (`num_through`, `num_fill`).
        contacts: pictures since something was written in which it touched what, by id.
        company: pictures that show it and another node too, by id, while it is tentative; `recent` are its latest times.
        followed_ns: since when it is followed, where `first_ns` is that of a glimpse.
        glimpses: ids of what was seen of it before, too poorly to be written as a node.
        hints: when a tracker last gave it which id.
    """

    key: str
    layer: Layer
    first_ns: int
    last_ns: int = -1
    at: Array | None = None
    box: Array | None = None
    boxes: deque[Array] = field(default_factory=lambda: deque(maxlen=_KEPT_BOXES))
    num_seen: int = 0
    num_glimpsed: int = 0
    weight: float = 0.0
    votes: dict[str, float] = field(default_factory=dict)
    colour: NDArray[np.float32] | None = None
    colour_weight: float = 0.0
    vector: NDArray[np.float32] | None = None
    space: str = ""
    attributes: dict[str, Counter[str]] = field(default_factory=dict)
    told: dict[str, dict[str, float]] = field(default_factory=dict)
    hints: dict[Hint, int] = field(default_factory=dict)
    frames: list[FrameRef] = field(default_factory=list)
    unsaved: int = 0
    unsaved_votes: dict[str, float] = field(default_factory=dict)
    followed_ns: int | None = None
    saved_ns: int = -1
    seen_from_ns: int = -1
    moved_ns: int = -(2**62)
    away: int = 0
    through: float = 0.0
    num_through: int = 0
    fill: float = 1.0
    num_fill: int = 0
    best_score: float = 0.0
    contacts: dict[str, float] = field(default_factory=dict)
    extent: Extent = field(default_factory=Extent)
    glimpses: list[str] = field(default_factory=list)
    company: dict[str, int] = field(default_factory=dict)
    recent: deque[int] = field(default_factory=lambda: deque(maxlen=_KEPT_TIMES))

    @property
    def tentative(self) -> bool:
        """Not a node yet."""
        return self.key.startswith("T")

    @property
    def kind(self) -> str:
        """The class with most votes."""
        return max(self.votes, key=lambda name: (self.votes[name], name))

    @property
    def described(self) -> dict[str, str]:
        """What most of its sightings said since something was written, by attribute."""
        return {name: told.most_common(1)[0][0] for name, told in self.attributes.items()}

    def add(self, one: Sighting, ref: FrameRef) -> None:
        """Take in a sighting of this thing."""
        self.last_ns = max(self.last_ns, ref.t_ns)
        self.recent.append(ref.t_ns)
        self.seen_from_ns = ref.t_ns if self.unsaved == 0 else min(self.seen_from_ns, ref.t_ns)
        self.num_seen, self.unsaved, self.weight = self.num_seen + 1, self.unsaved + 1, self.weight + one.weight
        for kind, weight in ((one.kind, one.weight), *((kind, 0.5 * score) for kind, score in one.also)):
            self.votes[kind] = self.votes.get(kind, 0.0) + weight
            self.unsaved_votes[kind] = self.unsaved_votes.get(kind, 0.0) + weight
        self.best_score = max(self.best_score, one.score)
        self._look(one)
        if one.track_id >= 0:
            self.hints = {hint: seen for hint, seen in self.hints.items() if ref.t_ns - seen < _HINT_NS}
            self.hints[ref.stream_id, one.track_id] = ref.t_ns
        self._frame(ref)

    def measure(self, one: Sighting) -> None:
        """Let a sighting bear on where this is and how large; what is cut off by the picture's edge only widens it."""
        if one.box is None:
            return
        self.extent.add(one.box, one.kind)
        if self.box is None or one.whole:
            self.boxes.append(one.box)
        elif self.layer == "furniture":
            self.boxes.append(np.stack([np.minimum(one.box[0], self.box[0]), np.maximum(one.box[1], self.box[1])]))
        else:
            return
        stack = np.stack(self.boxes)
        stack.sort(axis=0)
        quarter = (len(stack) - 1) // 4
        self.box = np.stack([stack[quarter, 0], stack[len(stack) - 1 - quarter, 1]])
        self.at = self.box.mean(axis=0)

    def restart(self, one: Sighting) -> None:
        """It is somewhere else now: what was measured before does not bear on where it is."""
        self.boxes.clear()
        self.contacts, self.extent = {}, Extent()
        self.box = self.at = None
        self.measure(one)
        self.away = 0

    def recall(self, before: "Track") -> None:
        """What was glimpsed here before was this."""
        self.followed_ns = self.first_ns if self.followed_ns is None else self.followed_ns
        self.first_ns, self.seen_from_ns = min(self.first_ns, before.first_ns), min(self.seen_from_ns, before.first_ns)
        self.num_seen, self.unsaved = self.num_seen + before.num_seen, self.unsaved + before.unsaved
        self.weight += before.weight
        for kind, weight in before.votes.items():
            self.votes[kind] = self.votes.get(kind, 0.0) + weight
            self.unsaved_votes[kind] = self.unsaved_votes.get(kind, 0.0) + weight
        for name, counts in before.attributes.items():
            self.attributes.setdefault(name, Counter()).update(counts)
            told = self.told.setdefault(name, {})
            for value, count in counts.items():
                told[value] = told.get(value, 0.0) + count
        self.frames = [*before.frames[:1], *self.frames[-2:]]
        self.glimpses += before.glimpses

    def forget_recalled(self, elsewhere_ns: int) -> None:
        """It was seen elsewhere at that time: what was glimpsed here before then is no part of this stay."""
        if self.followed_ns is not None and self.first_ns <= elsewhere_ns < self.followed_ns:
            self.first_ns = self.seen_from_ns = self.followed_ns

    def hinted(self, stream_id: str, one: Sighting, t_ns: int) -> bool:
        """Whether a tracker gave this thing the sighting's id in the last seconds."""
        seen_ns = self.hints.get((stream_id, one.track_id), -_HINT_NS) if one.track_id >= 0 else -_HINT_NS
        return 0 <= t_ns - seen_ns < _HINT_NS

    def share_of(self, kind: str) -> float:
        """Share of the votes for a class."""
        return self.votes.get(kind, 0.0) / max(sum(self.votes.values()), 1e-9)

    def read_share(self, name: str, value: str) -> float | None:
        """Share of the looks that read a value of an attribute, as if one more had read any; None if nobody has read it."""
        told = self.told.get(name)
        return (told.get(value, 0.0) + _UNREAD) / (sum(told.values()) + 1.0) if told else None

    def _look(self, one: Sighting) -> None:
        if one.colour is not None:
            self.colour = blended(self.colour, min(self.colour_weight, 20.0), one.colour, one.weight)
            self.colour_weight += one.weight
        if one.vector is not None and self.space in ("", one.space):
            self.vector, self.space = blended(self.vector, float(self.num_seen - 1), one.vector, 1.0), one.space
        for name, value in one.attributes.items():
            self.attributes.setdefault(name, Counter())[str(value)] += 1
            told = self.told.setdefault(name, {})
            told[str(value)] = told.get(str(value), 0.0) + 1.0

    def _frame(self, ref: FrameRef) -> None:
        """The first, and the latest two pictures since something was written."""
        if self.unsaved == 1:
            self.frames = []
        self.frames = [*self.frames[:1], *self.frames[1:][-1:], ref]

    def saved(self, t_ns: int) -> None:
        """What it holds has been written."""
        self.unsaved, self.saved_ns, self.frames = 0, t_ns, []
        self.unsaved_votes, self.contacts = {}, {}
        self.attributes, self.glimpses = {}, []


def track_of(node: Node) -> Track:
    """Follow a known node from what the log says of it."""
    stay = node.stay
    track = Track(node.id, node.layer, stay.start_ns if stay else 0, stay.last_seen_ns if stay else -1)
    track.votes = dict(node.votes)
    if node.given_kind:
        track.votes[node.given_kind] = track.votes.get(node.given_kind, 0.0) + 3.0
    track.told = {name: {text: weight for text, weight in told.items() if text} for name, told in node.told.items()}
    if node.layer == "person" and "name" in node.attributes:
        name, share = node.attributes["name"]
        track.told["name"] = {name: _NAMED_LOOKS * share}
    track.colour, track.colour_weight = node.colour, node.colour_weight
    for space, vector in node.vectors.items():
        track.vector, track.space = vector, space
    if stay is not None and stay.box is not None:
        track.at, track.box, track.through = stay.at, stay.box, stay.through
        track.extent = Extent(stay.box if stay.extent is None else stay.extent, track.kind)
        track.num_through = 5 if stay.through else 0
        track.fill, track.num_fill = stay.fill, 5 if stay.fill < 1.0 else 0
        track.boxes.extend([stay.box] * min(6, max(1, stay.num_seen // 2)))
    return track


def tentative(key: str, one: Sighting, ref: FrameRef) -> Track:
    """Begin to follow something that may become a node."""
    track = Track(key, one.layer, ref.t_ns)
    track.add(one, ref)
    track.measure(one)
    return track


def glimpsed(glimpse: Node) -> Track:
    """A glimpse as a track that was not written yet."""
    track, stay = track_of(glimpse), glimpse.stay
    assert stay is not None
    track.num_seen = track.unsaved = stay.num_seen
    track.votes, track.unsaved_votes = dict(glimpse.votes), dict(glimpse.votes)
    track.weight, track.seen_from_ns = sum(glimpse.votes.values()), stay.start_ns
    track.attributes = {
        name: Counter({value: round(count) for value, count in told.items() if value}) for name, told in glimpse.told.items()
    }
    track.frames, track.glimpses = list(stay.frames[:3]), [glimpse.id]
    return track


def settled_layer(track: Track) -> Layer:
    """The layer by the class it has after all votes, and by its size."""
    largest = None if track.box is None else float((track.box[1] - track.box[0]).max())
    return layer_of(track.kind, largest)
