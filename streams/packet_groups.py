"""The packets of a video in groups of pictures, with damage, gaps and a missing end told to the report."""

from collections.abc import Iterator
from typing import cast

from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream as AvStream
from av.video.stream import VideoStream

from mmmem.clock import NS_PER_S
from streams.coverage import Coverage
from streams.decoders import VideoHeader
from streams.pyav_file import MAX_GROUP_BYTES, MAX_GROUP_PACKETS, READ_ERRORS, Clock, Group, has_full_index
from streams.report import ReadReport

_MAX_ERRORS_IN_A_ROW = 100
_LOST_END_NS = NS_PER_S
_MAX_REORDER_NS = 10 * NS_PER_S
_FAR_NS = 3600 * NS_PER_S


class GroupReader:
    """Demuxes one open file.

    Args:
        container: just opened.
        video: its video stream.
        clock: times of the stream.
        report: told gaps, unreadable stretches and a missing end.
        origin_ns: added to every time that goes into the report.
        header: what the file says about itself.
    """

    def __init__(
        self,
        container: InputContainer,
        video: VideoStream,
        clock: Clock,
        *,
        report: ReadReport,
        origin_ns: int,
        header: VideoHeader,
    ) -> None:
        self._container = container
        self._video = video
        self._clock = clock
        self._report = report
        self._origin_ns = origin_ns
        self._header = header
        self._ordinals: dict[int, int] = {}
        self._num_packets = 0
        self._num_errors_in_a_row = 0
        self._last_error = ""

    def groups(self, from_ns: int | None) -> Iterator[Group]:
        """Groups of pictures in order; the first one holds `from_ns`, or starts the file.

        A container whose index names every frame is sought; any other is read from its start without decoding, because only
        counting gives a frame its ordinal.
        """
        start_ns = 0
        if from_ns is not None and has_full_index(self._video):
            start_ns = self._seek(from_ns)
        coverage = Coverage(self._report, self._origin_ns, self._clock.period_ns, start_ns)
        for group in self._grouped(coverage):
            if from_ns is None or group.next_keyframe_ns is None or group.next_keyframe_ns > from_ns:
                yield group
        self._finish(coverage)

    def _seek(self, from_ns: int) -> int:
        """Go to a keyframe that is surely shown at or before `from_ns`; return the time from which the file is read.

        Demuxers differ in which of two keyframes a time belongs to, so the ordinal is looked up by the first packet that comes.
        """
        tick, num_shown = None, 0
        for entry in self._video.index_entries:
            t_ns = self._clock.unshifted_ns(entry.timestamp)
            if t_ns > from_ns - NS_PER_S:
                break
            if entry.is_keyframe and not entry.is_discard and t_ns >= 0:
                tick = entry.timestamp
                self._ordinals[tick] = num_shown
            num_shown += not entry.is_discard
        if tick is None:
            return 0
        self._container.seek(tick, stream=self._video)
        return self._clock.unshifted_ns(tick)

    def _grouped(self, coverage: Coverage) -> Iterator[Group]:
        group = Group()
        for packet in self._packets(coverage):
            if not group.packets and packet.dts is not None:
                group.first_index = self._ordinals.get(packet.dts, group.first_index)
            pts = self._trusted_pts(packet, coverage)
            t_ns = self._clock.see(pts)
            coverage.add_picture(t_ns, self._duration_ns(packet))
            full = len(group.packets) >= MAX_GROUP_PACKETS or group.num_bytes >= MAX_GROUP_BYTES
            if group.packets and (packet.is_keyframe or full):
                group.next_keyframe_ns = t_ns if packet.is_keyframe else None
                yield self._ordered(group)
                group = Group(first_index=group.first_index + len(group.shown), starts_with_keyframe=packet.is_keyframe)
            if not packet.is_discard and t_ns >= 0:
                group.shown.append((t_ns, pts if pts is not None else -1, len(group.packets)))
            group.packets.append(packet)
            group.num_bytes += packet.size
        if group.packets:
            yield self._ordered(group)

    def _trusted_pts(self, packet: "Packet[VideoStream]", coverage: Coverage) -> int | None:
        """The presentation time stamp, unless it is absurd: far from the decoding time, or far behind the end of the file."""
        pts, dts = packet.pts, packet.dts
        if pts is None:
            return dts
        is_torn = dts is not None and abs(self._clock.length_ns(pts - dts)) > _MAX_REORDER_NS
        end_ns = self._header.duration_ns
        is_beyond = end_ns is not None and self._clock.unshifted_ns(pts) > 2 * end_ns + _FAR_NS
        if not (is_torn or is_beyond):
            return pts
        t_ns = self._origin_ns + coverage.pictures_end_ns
        self._report.add_damage(t_ns, t_ns + self._clock.period_ns, "the container holds an absurd time stamp")
        return None if is_beyond else dts

    def _ordered(self, group: Group) -> Group:
        group.shown.sort()
        return group

    def _duration_ns(self, packet: "Packet[VideoStream]") -> int:
        # A frame before a hole is given the whole hole as its duration; only a usual length is believed.
        length_ns = self._clock.length_ns(packet.duration or 0)
        return length_ns if 0 < length_ns <= 3 * self._clock.period_ns else self._clock.period_ns

    def _packets(self, coverage: Coverage) -> "Iterator[Packet[VideoStream]]":
        """The video's packets; sound only moves the coverage, errors go into the report and reading goes on behind them."""
        sound = self._container.streams.audio[0] if self._container.streams.audio else None
        streams: list[AvStream] = [self._video] if sound is None else [self._video, sound]
        demuxed = self._container.demux(streams)
        while self._num_errors_in_a_row < _MAX_ERRORS_IN_A_ROW:
            try:
                packet = next(demuxed)
            except StopIteration:
                return
            except READ_ERRORS as error:
                self._tell_unreadable(error, coverage)
                demuxed = self._container.demux(streams)
                continue
            if packet.size == 0:
                continue
            self._num_errors_in_a_row = 0
            if packet.stream_index != self._video.index:
                self._hear(packet, coverage)
                continue
            if packet.is_corrupt:
                t_ns = self._origin_ns + coverage.pictures_end_ns
                self._report.add_damage(t_ns, t_ns + self._clock.period_ns, "the container holds a damaged packet")
            self._num_packets += 1
            yield cast("Packet[VideoStream]", packet)

    def _hear(self, packet: "Packet[AvStream]", coverage: Coverage) -> None:
        if packet.pts is None or not packet.time_base or not self._video.time_base:
            return
        in_video_ticks = packet.pts * packet.time_base / self._video.time_base
        length_ns = round((packet.duration or 0) * packet.time_base * NS_PER_S)
        coverage.add_sound(self._clock.time_ns(int(in_video_ticks)), length_ns)

    def _tell_unreadable(self, error: Exception, coverage: Coverage) -> None:
        self._num_errors_in_a_row += 1
        self._last_error = str(getattr(error, "strerror", None) or error or type(error).__name__)
        t_ns = self._origin_ns + coverage.pictures_end_ns
        self._report.add_damage(t_ns, t_ns + self._clock.period_ns, f"the container cannot be read ({self._last_error})")

    def _finish(self, coverage: Coverage) -> None:
        coverage.finish()
        expected_ns = self._header.duration_ns
        # Where the container counts its frames, an end is missing when some are; else only when it is longer than rounding.
        is_short = not self._ordinals and self._num_packets < (self._header.num_frames_from_header or 0)
        allowed_ns = 0 if is_short else max(_LOST_END_NS, 3 * self._clock.period_ns)
        if expected_ns is not None and expected_ns - coverage.end_ns > allowed_ns:
            why = f" ({self._last_error})" if self._last_error else ""
            self._report.add_damage(
                self._origin_ns + coverage.end_ns, self._origin_ns + expected_ns, f"the end of the file is missing{why}"
            )
        if self._clock.num_jumps:
            self._report.add_note(f"the file's clock jumped back {self._clock.num_jumps} times; times go on without a break")
