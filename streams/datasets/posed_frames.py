"""A recording as a source of frames with depth, pose and intrinsics."""

from bisect import bisect_right
from collections.abc import Iterator

from mmmem.errors import SourceError
from mmmem.types import Frame
from streams.datasets.conventions import Settled, corrected
from streams.datasets.recorded import Recorded, Sensed
from streams.images import thumbnail
from streams.report import ReadReport
from streams.resizing import resized
from streams.sampling import Sampler


class PosedFrames:
    """Frames of a recording, in order of time.

    Args:
        recorded: what its reader found.
        found: poses and depths as they are meant.
        stream_id: name given to the frames.
        shift_ns: added to the recording's times.
        sampler: chooses the frames; every frame counts as a keyframe.
        size: longest side in pixels; None keeps them as they are.
    """

    def __init__(
        self, recorded: Recorded, found: Settled, *, stream_id: str, shift_ns: int, sampler: Sampler, size: int | None
    ) -> None:
        self._recorded, self._found = recorded, found
        self._stream_id, self._shift_ns, self._sampler, self._size = stream_id, shift_ns, sampler, size
        self.t_ns = [shot.t_ns + shift_ns for shot in recorded.shots]

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Frame]:
        """Frames later than `after_ns`; one that cannot be read is reported and passed over."""
        for t_ns, reason in self._recorded.losses:
            report.add_damage(t_ns + self._shift_ns, t_ns + self._shift_ns + 1, reason)
        choice = self._sampler.begin()
        for index, t_ns in enumerate(self.t_ns):
            local_ns, is_later = t_ns - self.t_ns[0], after_ns is None or t_ns > after_ns
            if not choice.wants(local_ns, True):
                report.num_frames_skipped += is_later
                continue
            if not is_later and not choice.needs_luma:
                choice.take(local_ns, None)
                continue
            sensed = self._sensed(index, report)
            if sensed is None:
                continue
            if choice.take(local_ns, thumbnail(sensed.image) if choice.needs_luma else None) and is_later:
                yield self._frame(index, sensed, self._size)
            else:
                report.num_frames_skipped += is_later

    def frame_at(self, t_ns: int, size: int | None) -> Frame:
        """The last frame at or before `t_ns`, or else the first one."""
        index = max(bisect_right(self.t_ns, t_ns) - 1, 0)
        return self._frame(index, self._recorded.shots[index].sense(), size)

    def close(self) -> None:
        """Nothing is held open."""

    def _sensed(self, index: int, report: ReadReport) -> Sensed | None:
        try:
            sensed = self._recorded.shots[index].sense()
        except SourceError as error:
            report.add_damage(self.t_ns[index], self.t_ns[index] + 1, str(error))
            return None
        for note in sensed.notes:
            report.add_note(note)
        return sensed

    def _frame(self, index: int, sensed: Sensed, size: int | None) -> Frame:
        sensed = corrected(sensed, self._found.depth_factor)
        frame = Frame(
            self._stream_id,
            index,
            self.t_ns[index],
            sensed.image,
            depth_m=sensed.depth_m,
            pose_world_camera=self._found.poses[index],
            intrinsics=sensed.intrinsics,
            instances=sensed.instances,
            instance_labels=sensed.labels,
        )
        return resized(frame, size)
