"""Where a file holds pictures, where only sound and where nothing, learned from the times of its packets."""

from dataclasses import dataclass

from mmmem.clock import NS_PER_S, Span
from streams.report import ReadReport

_SHORTEST_GAP_NS = 2 * NS_PER_S
_PERIODS_IN_GAP = 20
_SOUND_LATE_NS = 10 * NS_PER_S
_PICTURES_TO_JUDGE_EVENNESS = 20
_SHORTEST_HOLE_NS = NS_PER_S // 2
_DISTANCES_IN_HOLE = 4


@dataclass(slots=True)
class _Gap:
    start_ns: int
    end_ns: int
    sound_ns: int


class Coverage:
    """Told every packet's time, it reports stretches without pictures.

    A gap is at least two seconds and at least twenty times the average distance of frames, so that neither reordering nor slow
    video counts as one; in a stream that has been even so far, half a second and four times the largest distance is enough.
    A gap half of which has sound is a stretch of sound without picture; it is judged when the sound, which may be stored behind
    the pictures, has passed it.

    Args:
        report: told the gaps.
        origin_ns: added to every time that goes into the report.
        period_ns: average distance of frames.
        start_ns: from where the file is read.
    """

    def __init__(self, report: ReadReport, origin_ns: int, period_ns: int, start_ns: int) -> None:
        self._report = report
        self._origin_ns = origin_ns
        self._threshold_ns = max(_SHORTEST_GAP_NS, _PERIODS_IN_GAP * period_ns)
        self._sound_after_pictures_ns = 0
        self._gaps: list[_Gap] = []
        self._num_pictures = 0
        self._largest_distance_ns = 0
        self.pictures_end_ns = start_ns
        self.sound_end_ns = start_ns

    @property
    def end_ns(self) -> int:
        """Where pictures and sound end."""
        return max(self.pictures_end_ns, self.sound_end_ns)

    def add_picture(self, t_ns: int, duration_ns: int) -> None:
        """A packet of the video."""
        distance_ns = t_ns - self.pictures_end_ns
        self._num_pictures += 1
        if distance_ns > self._smallest_gap_ns():
            self._gaps.append(_Gap(self.pictures_end_ns, t_ns, self._sound_after_pictures_ns))
        else:
            self._largest_distance_ns = max(self._largest_distance_ns, distance_ns + duration_ns)
        if t_ns + duration_ns > self.pictures_end_ns:
            self.pictures_end_ns = t_ns + duration_ns
            self._sound_after_pictures_ns = max(self.sound_end_ns - self.pictures_end_ns, 0)
        if self._gaps and t_ns - self._gaps[0].end_ns > _SOUND_LATE_NS:
            self._judge(self._gaps.pop(0))

    def add_sound(self, t_ns: int, duration_ns: int) -> None:
        """A packet of the sound."""
        end_ns = t_ns + duration_ns
        self._sound_after_pictures_ns += max(end_ns - max(t_ns, self.pictures_end_ns), 0)
        self.sound_end_ns = max(self.sound_end_ns, end_ns)
        for gap in self._gaps:
            gap.sound_ns += max(min(end_ns, gap.end_ns) - max(t_ns, gap.start_ns), 0)
        if self._gaps and t_ns >= self._gaps[0].end_ns:
            self._judge(self._gaps.pop(0))

    def finish(self) -> None:
        """Judge what is open; sound after the last picture is a stretch of its own."""
        if self.end_ns - self.pictures_end_ns > self._threshold_ns:
            self._gaps.append(_Gap(self.pictures_end_ns, self.end_ns, self._sound_after_pictures_ns))
        while self._gaps:
            self._judge(self._gaps.pop(0))

    def _smallest_gap_ns(self) -> int:
        if self._num_pictures <= _PICTURES_TO_JUDGE_EVENNESS:
            return self._threshold_ns
        return min(self._threshold_ns, max(_SHORTEST_HOLE_NS, _DISTANCES_IN_HOLE * self._largest_distance_ns))

    def _judge(self, gap: _Gap) -> None:
        start_ns, end_ns = max(gap.start_ns + self._origin_ns, 0), gap.end_ns + self._origin_ns
        if 2 * gap.sound_ns >= gap.end_ns - gap.start_ns:
            self._report.add_audio_only(Span(start_ns, end_ns))
        else:
            self._report.add_gap(start_ns, end_ns, "the file holds no frames")
