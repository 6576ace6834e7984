"""What a robot can expect of its own eyes: how often it finds what is there, and how far a detection speaks for a thing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from apps.robot.belief import Array, Match
from mmmem.types import Detections, Frame
from scenegraph.geometry import view_of
from scenegraph.settings import Settings
from scenegraph.sightings import Sighting, sightings_of
from streams.house.models.kinds import THING_KINDS
from streams.house.noise import lookalikes

FOCAL_PX = 208.0
"""Of the robot's camera, 320x240 pixels with 60 degrees from top to bottom."""

_BEST = 0.76
_HALF_PX = 60.0
_FACING = 0.6
_OTHER_SIZE = (0.12, 0.12, 0.1)
_HAND_M = 0.55
_HAND_HEIGHTS_M = (0.55, 1.35)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: a class, and a colour where that is known.

    Args:
        known_as: in words, for people ("Ben's mug").
        owner_room: id of the room of whose it is, or empty.
    """

    kind: str
    colour: str = ""
    known_as: str = ""
    owner_room: str = ""

    @property
    def name(self) -> str:
        """In words."""
        return self.known_as or f"{self.colour} {self.kind}".strip()


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """One picture as the robot perceived it.

    Args:
        recall_share, distance_m: (k,) how much of each place it showed, and how far away.
        opened: numbers of places that stood open.
        sightings: what was found, with where it is.
    """

    t_ns: int
    frame: Frame
    detections: Detections
    sightings: Sequence[Sighting]
    share: Array
    distance_m: Array
    opened: frozenset[int] = frozenset()


@dataclass(slots=True)
class Expectation:
    """How often a thing of some size is found where so much of a place shows, so far away."""

    best: float = _BEST
    half_px: float = _HALF_PX
    _sizes: dict[str, tuple[float, float, float]] = field(default_factory=dict)

    def recall(self, kind: str, share: Array, distance_m: Array) -> Array:
        """(...) chance of finding a thing of a class at places of which `share` shows at `distance_m`."""
        largest, second, _ = sorted(self._size(kind), reverse=True)
        with np.errstate(divide="ignore"):
            area_px = _FACING * largest * second * (FOCAL_PX / np.maximum(distance_m, 0.2)) ** 2
        clear = area_px**2 / (area_px**2 + self.half_px**2)
        found: Array = self.best * np.minimum(share, 1.0) * clear
        return found

    def _size(self, kind: str) -> tuple[float, float, float]:
        if kind not in self._sizes:
            known = THING_KINDS.get(kind)
            self._sizes[kind] = known.sizes[0] if known else _OTHER_SIZE
        return self._sizes[kind]


def perceived(t_ns: int, frame: Frame, detections: Detections, shown: tuple[Array, Array], opened: frozenset[int]) -> Glance:
    """A measured picture as a glance."""
    settings = Settings()
    sightings = sightings_of(frame, detections, view_of(frame, settings), settings)
    return Glance(t_ns, frame, detections, sightings, shown[0], shown[1], opened)


class Placing(Protocol):
    """Numbers the places of a home, or of what was seen of it."""

    def at(self, point: Iterable[float], opened: Iterable[int] = ()) -> int | None:
        """The place of a thing that stands at a point; None if it is at none."""
        ...


def matches(glance: Glance, wanted: Wanted, places: Placing) -> list[Match]:
    """What in a picture may be the thing that is wanted."""
    found = []
    for one in glance.sightings:
        odds = likeness(one.kind, one.attributes, one.score, wanted)
        if odds <= 0.3 or one.at is None:
            continue
        foot = (float(one.at[0]), float(one.at[1]), float(one.box[0][2] if one.box is not None else one.at[2]))
        place = -1 if _in_hand(one, glance.sightings) else places.at(foot, glance.opened)
        found.append(Match(-1 if place is None else place, odds, (float(one.at[0]), float(one.at[1]), float(one.at[2])), one.row))
    return found


def likeness(kind: str, attributes: Mapping[str, str], score: float, wanted: Wanted) -> float:
    """Odds that a detection is what is wanted rather than something else, before it is said where it is."""
    alike = 1.0 if kind == wanted.kind else 0.02 if kind in lookalikes().get(wanted.kind, ()) else 0.0
    if not alike:
        return 0.0
    colour = attributes.get("colour", "")
    if not wanted.colour:
        return 60.0 * alike if colour else 4.0 * alike * score
    if not colour:  # what has no colour is mostly nothing
        return 2.0 * alike * score
    if colour != wanted.colour:
        return 0.5 * alike
    return 100.0 if kind == wanted.kind else 8.0


def _in_hand(one: Sighting, sightings: Sequence[Sighting]) -> bool:
    """Whether it is as high as hands are, close to somebody."""
    assert one.at is not None
    people = [other.at for other in sightings if other.layer == "person" and other.at is not None]
    near = any(float(np.hypot(*(one.at[:2] - at[:2]))) < _HAND_M for at in people)
    return near and _HAND_HEIGHTS_M[0] < one.at[2] < _HAND_HEIGHTS_M[1]
