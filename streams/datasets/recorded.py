"""What a reader of a recording gives: shots in order of time, whose pictures are read when they are wanted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import Calendar
from mmmem.types import Intrinsics, TimedText

Matrix = NDArray[np.float64]

_FIRST_PLAUSIBLE_WALL_NS = 10**17
"""Times from here on count from 1970, earlier ones from the start of a device or a recording."""


@dataclass(frozen=True, slots=True, eq=False)
class Sensed:
    """What was measured at one instant.

    Args:
        image: (H, W, 3) uint8 RGB.
        depth_m: (H, W) float32 metres, 0 where unknown.
        intrinsics: pinhole parameters of `image`.
        instances: (H, W) int32, 0 for background; `labels` names them.
        notes: what a reader should know of this instant; goes into the report once.
    """

    image: NDArray[np.uint8]
    depth_m: NDArray[np.float32] | None = None
    intrinsics: Intrinsics | None = None
    instances: NDArray[np.int32] | None = None
    labels: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One instant of a recording.

    Args:
        t_ns: on the recording's own clock.
        sense: reads the pictures; raises SourceError where they cannot be read.
        pose: (4, 4) as the recording gives it, right or wrong; None where it gives none.
    """

    t_ns: int
    sense: Callable[[], Sensed]
    pose: Matrix | None = None


@dataclass(eq=False)
class Recorded:
    """A recording as its reader found it.

    Args:
        name: what a stream of it is called.
        format: in words, for messages.
        shots: in order of time.
        period_ns: from one shot to the next, about.
        texts: words that came along, on the recording's own clock.
        notes: what is to be said of it in every report.
        losses: what could not be read: when, and why.
        has_times: whether its times were recorded; else they are counted out.
    """

    name: str
    format: str
    shots: list[Shot]
    period_ns: int
    texts: list[TimedText] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    losses: list[tuple[int, str]] = field(default_factory=list)
    has_times: bool = True

    @property
    def calendar(self) -> Calendar:
        """Dates, where the times count from 1970; offsets else."""
        dated = self.has_times and self.shots[0].t_ns >= _FIRST_PLAUSIBLE_WALL_NS
        return Calendar("wall") if dated else Calendar("offset")
