"""What a robot witnesses of the life around it: what it hears, does, and has in view."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import NS_PER_S, Span
from mmmem.types import TimedText
from streams.house.home import Home
from streams.house.looks import enough_pixels
from streams.house.shared_life import ROBOT, SharedLife
from streams.house.sightings import hears
from streams.house.world import Event

_SPEECH_NS_PER_CHARACTER = NS_PER_S // 15


def in_view(home: Home, instances: NDArray[np.int32]) -> set[str]:
    """Ids of what shows well enough to be told or gripped, in a picture of (H, W) numbers of `Home.instance_ids`."""
    enough = enough_pixels(instances.size)
    counts = np.bincount(instances.ravel(), minlength=len(home.instance_ids) + 1)
    return {id for id, number in home.instance_ids.items() if counts[number] >= enough}


def witnessed_by(
    world: SharedLife, pose: NDArray[np.float64], instances: NDArray[np.int32], events: Sequence[Event]
) -> tuple[Event, ...]:
    """Of what happened just now: what was heard, what the robot did itself, and what was done by or with what is in view."""
    seen = in_view(world.home, instances) | {ROBOT}
    return tuple(
        event
        for event in events
        if (hears(world.home, world.state, pose, event) if event.kind == "say" else {event.subject, event.actor} & seen)
    )


def heard(home: Home, event: Event) -> TimedText:
    """The words of an event in which somebody says something."""
    span = Span(event.t_ns, event.t_ns + max(len(event.value) * _SPEECH_NS_PER_CHARACTER, NS_PER_S))
    return TimedText(span, event.value, "speech", home.resident(event.actor or event.subject).name, "house")
