"""One picture being worked on: what was found in it, and what that was taken for."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mmmem.types import FrameRef
from scenegraph.geometry import View
from scenegraph.sightings import Sighting
from scenegraph.tracks import Track


@dataclass(slots=True, eq=False)
class Look:
    """One picture.

    Args:
        image: (H, W, 3) uint8 RGB.
        masks: (n, H, W) bool of all detections, by `Sighting.row`; None where a detector gives none.
        matched: what each sighting, by its place among them, was taken for.
    """

    ref: FrameRef
    view: View | None
    image: NDArray[np.uint8]
    sightings: list[Sighting]
    matched: dict[int, Track] = field(default_factory=dict)
    masks: NDArray[np.bool_] | None = None

    @property
    def t_ns(self) -> int:
        """When it was taken."""
        return self.ref.t_ns

    @property
    def keys(self) -> set[str]:
        """What was found in it."""
        return {track.key for track in self.matched.values()}

    def found(self) -> list[tuple[Track, Sighting]]:
        """What was found in it, with the sighting that shows it."""
        return [(track, self.sightings[place]) for place, track in self.matched.items()]
