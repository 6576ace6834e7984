"""Where a file holds pictures, where only sound and where nothing, learned from the times of its packets."""

from mmmem.clock import NS_PER_S, Span
from streams.report import ReadReport

_SHORTEST_GAP_NS = 2 * NS_PER_S
_PERIODS_IN_GAP = 20


class Coverage:
    """Told every packet's time, it reports stretches without pictures.

    A gap is at least two seconds and at least twenty times the average distance of frames, so that neither reordering nor slow
    video counts as one. A gap half of which has sound is a stretch of sound without picture.

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
        self._sound_in_gap_ns = 0
        self.pictures_end_ns = start_ns
        self.sound_end_ns = start_ns
        self.num_pictures = 0

    def add_picture(self, t_ns: int, duration_ns: int) -> None:
        """A packet of the video."""
        if t_ns - self.pictures_end_ns > self._threshold_ns:
            self._report_gap(t_ns)
        self.num_pictures += 1
        if t_ns + duration_ns > self.pictures_end_ns:
            self.pictures_end_ns = t_ns + duration_ns
            self._sound_in_gap_ns = max(self.sound_end_ns - self.pictures_end_ns, 0)

    def add_sound(self, t_ns: int, duration_ns: int) -> None:
        """A packet of the sound."""
        end_ns = t_ns + duration_ns
        self._sound_in_gap_ns += max(end_ns - max(t_ns, self.pictures_end_ns), 0)
        self.sound_end_ns = max(self.sound_end_ns, end_ns)

    def finish(self, expected_end_ns: int | None) -> int:
        """Report sound after the last picture; return where everything ends."""
        end_ns = max(self.pictures_end_ns, self.sound_end_ns)
        if end_ns - self.pictures_end_ns > self._threshold_ns:
            self._report_gap(end_ns)
        return max(end_ns, min(expected_end_ns or end_ns, end_ns + self._threshold_ns))

    def _report_gap(self, until_ns: int) -> None:
        start_ns, end_ns = self.pictures_end_ns + self._origin_ns, until_ns + self._origin_ns
        if 2 * self._sound_in_gap_ns >= until_ns - self.pictures_end_ns:
            self._report.add_audio_only(Span(max(start_ns, 0), end_ns))
        else:
            self._report.add_gap(max(start_ns, 0), end_ns, "the file holds no frames")
        self._sound_in_gap_ns = 0
