"""What a robot makes of a frame by default: the classical descriptor, keyframes, and the simulator's own masks as detections."""

from dataclasses import replace

from mmmem.perceive.instances import detections_from_instances
from mmmem.perceive.perceiver import Perceiver, encode_jpeg
from mmmem.types import Frame, Observation


class RobotPerception:
    """Perception of one robot's frames that needs no model and no GPU.

    Instances that the simulator names become detections, with their ids as tracks. A picture is kept when it looks unlike the
    last ones kept, or shows an instance for the first time.

    Args:
        stream_id: the stream whose frames it sees.
        period_ns: how long a frame stands for.
        min_pixels: instances that show fewer are left out.
        keyframe_side: longer side of a kept picture, pixels.
        appearance: whether detections get vectors of how they look.
    """

    def __init__(
        self, stream_id: str, *, period_ns: int = 1, min_pixels: int = 40, keyframe_side: int = 320, appearance: bool = False
    ) -> None:
        self._perceiver = Perceiver(stream_id, tracker=False, period_ns=period_ns, keyframe_side=keyframe_side)
        self._min_pixels, self._side, self._appearance = min_pixels, keyframe_side, appearance
        self._met: set[int] = set()

    def __call__(self, frame: Frame) -> Observation:
        """The observation of one frame; frames come in order of time.

        Raises:
            InvalidInputError: a frame of another stream, or not later than the one before.
        """
        observation = replace(self._perceiver.observe(frame), pose_world_camera=frame.pose_world_camera)
        if frame.instances is None:
            return observation
        found = detections_from_instances(
            frame, min_pixels=self._min_pixels, masks=False, appearance=self._appearance, unnamed=None
        )
        new = set() if found.track_id is None else set(found.track_id.tolist()) - self._met
        self._met |= new
        picture = observation.keyframe_jpeg
        if new and picture is None:
            self._perceiver.gate.keeps(next(iter(observation.embedding.values())), frame.t_ns, wanted=True)
            picture = encode_jpeg(frame.image, side=self._side, quality=80)
        return replace(observation, detections=found, keyframe_jpeg=picture)
