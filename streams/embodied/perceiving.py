"""What a robot makes of a frame by default: the classical descriptor, keyframes, and the simulator's own masks as detections."""

from collections.abc import Callable

from mmmem.perceive.perceiver import Perceiver
from mmmem.types import Frame, Observation


def perceive_robot(stream_id: str, *, period_ns: int = 1) -> Callable[[Frame], Observation]:
    """Perception that needs no model and no GPU.

    Args:
        stream_id: the stream whose frames it will see.
        period_ns: how long a frame stands for.
    """
    return Perceiver(stream_id, tracker=False, period_ns=period_ns).observe
