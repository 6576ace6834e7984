"""Looked, and it was not there: evidence that a thing has left its place, from rays and from what a detector did not find."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mmmem.types import FrameRef
from scenegraph.geometry import Array, RayVotes, View
from scenegraph.nodes import Node, Stay
from scenegraph.settings import Settings
from scenegraph.tracks import Track

_MIN_RAYS = 4
_MIN_IN_VIEW, _MOST_IN_VIEW = 0.45, 0.8
"""Shares of a box in view: with less a picture tells nothing, with more it tells all it can."""
_SURE_PIXELS = 150.0
"""A box of so many pixels is looked at as well as any larger one."""
_THROUGH, _REPLACED, _UNCLEAR = 1.6, 2.0, 0.3
"""Nats for seeing through its box, for another thing in its place, and for rays that tell neither."""
_TAKEN_FRAMES = 3
"""Found so often in its place, something new is no misnaming of it."""
_MIN_EVIDENCE = -2.0
"""However often a thing was all but seen, that it has left takes no more than this (nats) on top."""
VISIT_NS = 60_000_000_000
"""Looks further apart than this are of two visits."""
_PRIOR_FINDS, _KIND_WEIGHT = 8.0, 4.0
"""Finds that outweigh the prior: of a size of picture or a class, and of one thing against its class."""
_HALF_PIXELS, _MOST_RECALL = 60.0, 0.9
"""Before anything is known: so many pixels are found half as often as the largest, and these so often."""
_WELL_KNOWN = 12.0
"""Furniture seen so often needs twice the evidence of what was seen without end."""


@dataclass(slots=True, eq=False)
class Case:
    """What speaks for a thing having left its place, summed in nats since it was last found there.

    Args:
        misses: how many pixels it would have shown in each look that might have found it.
        first_ns: the first of the looks that speak for it; `last_ns` the latest look.
        doubles: how often another node, which looks like it, was found in its place.
    """

    nats: float = 0.0
    num_frames: int = 0
    views: list[Array] = field(default_factory=list)
    first_ns: int = -1
    last_ns: int = -1
    rays: list[int] = field(default_factory=lambda: [0, 0, 0])
    frames: list[FrameRef] = field(default_factory=list)
    misses: list[float] = field(default_factory=list)
    num_views: int = 0
    doubles: dict[str, int] = field(default_factory=dict)

    def add(self, nats: float, ref: FrameRef, view: Array, votes: tuple[int, int, int]) -> None:
        """Take in one look; looks from where somebody looked before count for less.

        What was suspected and never proven weighs half when somebody comes back; once nothing speaks against a thing, the
        first look that misses it is still to come (Page's cumulative sum).
        """
        if 0 <= self.last_ns < ref.t_ns - VISIT_NS:
            self.nats, self.first_ns = min(self.nats, 0.5 * self.nats), -1
        self.last_ns = ref.t_ns
        seen_so = sum(bool(np.linalg.norm(view - other) < 0.08) for other in self.views)
        if nats > 0:
            # What a detector missed once it misses again from there; rays err less often in the same way.
            nats *= 1.0 / (1.0 + 0.35 * seen_so) if votes[0] > votes[1] else 1.0 / (1.0 + seen_so) ** 2
            self.first_ns = ref.t_ns if self.first_ns < 0 else self.first_ns
            self.num_frames += 1
            self.frames = [*self.frames[:1], *self.frames[1:][-1:], ref]
        self.views.append(view)
        self.num_views += not seen_so
        self.nats = max(self.nats + nats, _MIN_EVIDENCE)
        if self.nats <= 0.0:
            self.first_ns = -1
        self.rays = [have + new for have, new in zip(self.rays, votes, strict=True)]

    def proven(self, settings: Settings, *, still: bool, num_seen: int) -> bool:
        """Whether enough looks from enough viewpoints agree that it is not there; furniture (`still`) takes more of them."""
        # What was seen a few times only may not be where it seemed to be.
        needed = settings.furniture_evidence * (1.0 + _WELL_KNOWN / max(num_seen, 1)) if still else settings.absent_evidence
        enough_views = self.num_views >= settings.absent_views or self.num_frames >= 2 * settings.absent_frames
        return self.nats >= needed and self.num_frames >= settings.absent_frames and enough_views


class Recall:
    """How often a detector finds what is there: learned by how many pixels show, and against that for each class and each thing.

    The chance by size is a share of finds among looks of like size (octaves); a class or a thing has a factor on it, its finds
    over those expected. Both are held to a prior (a Gamma prior on a Poisson rate).
    """

    def __init__(self) -> None:
        self._by_size: dict[int, list[float]] = {}
        self._by_kind: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._by_node: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._untold: set[str] = set()

    def note(self, kind: str, id: str, *, found_px: Sequence[float] = (), missed_px: Sequence[float] = ()) -> None:
        """A thing that was there and would show so many pixels was found in some pictures, and missed in others."""
        self._untold.add(id)
        for is_missed, pixels in ((0, found_px), (1, missed_px)):
            for px in pixels:
                expected = self._by_pixels(px)
                self._by_size.setdefault(_octave(px), [0.0, 0.0])[is_missed] += 1.0
                for counts in (self._by_kind[kind], self._by_node[id]):
                    counts[0] += 1.0 - is_missed
                    counts[1] += expected

    def told(self) -> dict[str, Any]:
        """What is known by now, and of each thing that was looked for since this was last asked; for the log."""
        nodes = {id: _rounded(self._by_node[id]) for id in sorted(self._untold)}
        self._untold.clear()
        if not nodes:
            return {}
        sizes = {str(octave): _rounded(counts) for octave, counts in sorted(self._by_size.items())}
        return {"sizes": sizes, "kinds": {kind: _rounded(one) for kind, one in sorted(self._by_kind.items())}, "nodes": nodes}

    def recall(self, told: Mapping[str, Any]) -> None:
        """Know again what was told, the latest last."""
        self._by_size |= {int(octave): list(counts) for octave, counts in told["sizes"].items()}
        self._by_kind.update({kind: list(counts) for kind, counts in told["kinds"].items()})
        self._by_node.update({id: list(counts) for id, counts in told["nodes"].items()})

    def of(self, kind: str, id: str, px: float) -> float:
        """Probability that this thing is found in one picture in which `px` pixels of it show."""
        found, expected = self._by_kind.get(kind, (0.0, 0.0))
        own_found, own_expected = self._by_node.get(id, (0.0, 0.0))
        kinds = (_PRIOR_FINDS + found) / (_PRIOR_FINDS + expected)
        factor = (_KIND_WEIGHT * kinds + own_found) / (_KIND_WEIGHT + own_expected)
        return min(self._by_pixels(px) * factor, _MOST_RECALL)

    def _by_pixels(self, px: float) -> float:
        found, missed = self._by_size.get(_octave(px), (0.0, 0.0))
        usual = _MOST_RECALL * px**2 / (px**2 + _HALF_PIXELS**2)
        return (_PRIOR_FINDS * usual + found) / (_PRIOR_FINDS + found + missed)


def _rounded(counts: Sequence[float]) -> list[float]:
    return [round(count, 2) for count in counts]


def _octave(px: float) -> int:
    return int(np.log2(max(px, 1.0)))


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """A stay whose box lies in the picture, what the rays say of it, and what else bears on whether it is over.

    Args:
        key: id of the node, or of its former place.
        row: its row in `votes`.
        pixels: how many of it would show.
        recall: probability that the detector finds it in a picture that shows so many.
        alike: nats for its place looking as it does.
        covering: what was found in its place, if anything.
        hidden: rays that end in its box, but in another thing that was found.
        usual_through: share of rays that see through its box while it is there (a chair's legs).
        fill: share of its box in a picture that it fills.
    """

    key: str
    node: Node
    stay: Stay
    votes: RayVotes
    row: int
    pixels: float = 0.0
    recall: float = 0.75
    alike: float = 0.0
    covering: tuple[Track, ...] = ()
    usual_through: float = 0.0
    hidden: int = 0
    fill: float = 1.0

    @property
    def box(self) -> Array:
        """(2, 3) metres."""
        assert self.stay.box is not None
        return self.stay.box

    @property
    def rays(self) -> tuple[int, int, int]:
        """Rays that see through, that find something there, that are occluded."""
        votes, row = self.votes, self.row
        present = max(int(votes.present[row]) - self.hidden, 0)
        return int(votes.through[row]), present, int(votes.occluded[row]) + self.hidden

    @property
    def shadowed(self) -> bool:
        """Whether what was found in its place may be itself, named otherwise for once."""
        return bool(self.covering) and all(track.tentative and track.num_seen < _TAKEN_FRAMES for track in self.covering)

    @property
    def still(self) -> bool:
        """Furniture, which a detector often misses and nobody carries away: only rays speak against it."""
        return self.node.layer == "furniture"

    def flat(self, settings: Settings) -> bool:
        """Whether it is too thin for depth to tell it from what it lies on."""
        z_m = float(self.votes.z_m[self.row])
        return float((self.box[1] - self.box[0]).min()) < 2.5 * settings.depth_sigma_m(z_m)


def evidence(one: Expected, settings: Settings) -> float | None:
    """Nats that one picture, in which it was not found, gives for a thing not being there; None if it cannot tell."""
    votes, row = one.votes, one.row
    through, present, occluded = one.rays
    voting = through + present
    if one.shadowed:
        return None
    # A thing half hidden may well be missed by the detector, and the rays that pass what hides it tell little.
    if votes.in_view[row] < _MIN_IN_VIEW or voting < _MIN_RAYS or voting < 0.55 * (voting + occluded):
        return None
    if votes.z_m[row] > settings.max_range_m:
        return None
    whole = min(1.0, float(votes.in_view[row]) / _MOST_IN_VIEW) ** 2
    clear = whole * min(1.0, float(votes.pixels[row]) / _SURE_PIXELS) * (voting / (voting + occluded)) ** 2
    missed = 0.0 if one.still else -whole * float(np.log1p(-one.recall * (voting / (voting + occluded)) ** 2))
    share = through / voting
    if share > max(settings.absent_share, min(one.usual_through + 0.25, 0.95)):
        return clear * _THROUGH + missed
    if one.still:
        return -clear if share < 0.4 else 0.0
    if one.covering:
        return _REPLACED * voting / (voting + occluded) * (1.0 if one.alike < 0 else 0.4)
    if one.flat(settings):
        return 0.8 * missed + clear * float(np.clip(-0.4 * one.fill * one.alike, -0.5, 1.0))
    seems = float(np.clip(-0.4 * one.fill * one.alike, -0.5, 0.5))
    return 0.6 * missed - (1.0 if share < 0.3 else -_UNCLEAR) * clear + clear * seems


def viewpoint(view: View, at: Array) -> Array:
    """(3,) from where a thing is looked at: direction, and logarithm of the distance in its length."""
    way = at - view.origin
    distance = max(float(np.linalg.norm(way)), 0.05)
    point: Array = way / distance * (1.0 + 0.5 * np.log(distance + 1.0))
    return point
