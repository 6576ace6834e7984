"""Looked, and it was not there: evidence that a thing has left its place, from rays and from what a detector did not find."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from mmmem.types import FrameRef
from scenegraph.geometry import Array, RayVotes, View
from scenegraph.settings import Settings

_MIN_RAYS = 4
_MIN_IN_VIEW = 0.45
_SURE_PIXELS = 150.0
_THROUGH = 2.2
_UNCLEAR = 0.3
_REPLACED = 1.5
_MIN_EVIDENCE = -2.0


@dataclass(slots=True, eq=False)
class Case:
    """What speaks for a thing having left its place, summed in nats since it was last found there."""

    nats: float = 0.0
    num_frames: int = 0
    views: list[Array] = field(default_factory=list)
    first_ns: int = -1
    rays: list[int] = field(default_factory=lambda: [0, 0, 0])
    frames: list[FrameRef] = field(default_factory=list)
    misses: int = 0

    def add(self, nats: float, ref: FrameRef, view: Array, votes: tuple[int, int, int]) -> None:
        """Take in one look; looks from where somebody looked before count for less."""
        seen_so = sum(bool(np.linalg.norm(view - other) < 0.08) for other in self.views)
        if nats > 0:
            nats *= 1.0 / (1.0 + 0.35 * seen_so)
            self.first_ns = ref.t_ns if self.first_ns < 0 else self.first_ns
            self.num_frames += 1
            self.frames = [*self.frames[:1], *self.frames[1:][-1:], ref]
        if not seen_so:
            self.views.append(view)
        self.nats = max(self.nats + nats, _MIN_EVIDENCE)
        self.rays = [have + new for have, new in zip(self.rays, votes, strict=True)]

    def proven(self, settings: Settings) -> bool:
        """Whether enough looks from enough viewpoints agree that it is not there."""
        enough_views = len(self.views) >= settings.absent_views or self.num_frames >= 2 * settings.absent_frames
        return self.nats >= settings.absent_evidence and self.num_frames >= settings.absent_frames and enough_views


class Recall:
    """How often a detector finds what is there and in full view, by class: learned as it goes."""

    def __init__(self, found: float = 6.0, missed: float = 2.0) -> None:
        self._counts: dict[str, list[float]] = defaultdict(lambda: [found, missed])

    def note(self, kind: str, *, found: int = 0, missed: int = 0) -> None:
        """A thing that was there was found, or missed, so many times."""
        counts = self._counts[kind]
        counts[0] += found
        counts[1] += missed

    def of(self, kind: str) -> float:
        """Probability that a thing of this class is found in one picture that shows it well."""
        found, missed = self._counts[kind]
        return found / (found + missed)


def evidence(
    votes: RayVotes,
    row: int,
    usual_through: float,
    recall: float,
    settings: Settings,
    *,
    replaced: bool,
    flat: bool,
    alike: float,
) -> float | None:
    """Nats that one picture, in which it was not found, gives for a thing not being there; None if it cannot tell.

    Args:
        usual_through: share of rays that see through its box while it is there (a chair's legs).
        recall: probability that the detector finds it in such a picture.
        replaced: something else was found in its place.
        flat: too thin for depth to tell it from what it lies on.
        alike: nats for its place looking as it does.
    """
    voting = int(votes.through[row] + votes.present[row])
    rays = voting + int(votes.occluded[row])
    # A thing half hidden may well be missed by the detector, and the rays that pass what hides it tell little.
    if votes.in_view[row] < _MIN_IN_VIEW or voting < _MIN_RAYS or voting < 0.4 * rays or votes.z_m[row] > settings.max_range_m:
        return None
    clear = min(1.0, float(votes.pixels[row]) / _SURE_PIXELS) * voting / max(rays, 1)
    missed = -float(np.log1p(-0.95 * recall * clear))
    share = votes.share(row)
    if share > max(settings.absent_share, min(usual_through + 0.25, 0.95)):
        return clear * _THROUGH + missed
    if replaced:
        return clear * _REPLACED
    if flat:
        return 0.8 * missed + clear * float(np.clip(-0.4 * alike, -0.5, 1.0))
    return 0.6 * missed - (1.0 if share < 0.3 else -_UNCLEAR) * clear


def thin(box: Array, z_m: float, settings: Settings) -> bool:
    """Whether a thing is too flat for depth to tell it from what it lies on."""
    return float((box[1] - box[0]).min()) < 2.5 * (settings.depth_noise_m + settings.depth_noise_per_m2 * z_m * z_m)


def viewpoint(view: View, at: Array) -> Array:
    """(3,) from where a thing is looked at: direction, and logarithm of the distance in its length."""
    way = at - view.origin
    distance = max(float(np.linalg.norm(way)), 0.05)
    point: Array = way / distance * (1.0 + 0.5 * np.log(distance + 1.0))
    return point
