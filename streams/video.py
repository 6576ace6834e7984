"""A video file as a source of frames."""

from collections.abc import Iterator
from pathlib import Path

from mmmem.types import Frame
from streams.decoders import VideoDecoder, open_decoder
from streams.report import ReadReport
from streams.sampling import Sampler
from streams.seeking import picture_at


class VideoSource:
    """Frames of one video file, placed on the stream's calendar.

    Args:
        path: the file.
        stream_id: name given to the frames.
        start_ns: when the container starts.
        sampler: chooses the frames.
        size: longest side of the pictures in pixels; None keeps them as they are.
        backend: name of the decoder.
    """

    def __init__(
        self, path: Path | str, *, stream_id: str, start_ns: int, sampler: Sampler, size: int | None, backend: str
    ) -> None:
        self.path = path
        self.start_ns = start_ns
        self._stream_id = stream_id
        self._sampler = sampler
        self._size = size
        self._backend = backend
        self._decoder: VideoDecoder | None = None

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return Path(self.path).name

    @property
    def decoder(self) -> VideoDecoder:
        """The back end; opened when it is first needed, so that a session of thousands of files opens at once."""
        if self._decoder is None:
            self._decoder = open_decoder(self._backend, self.path)
        return self._decoder

    @property
    def end_ns(self) -> int | None:
        """When the video ends, as far as its header says."""
        duration_ns = self.decoder.header.duration_ns
        return None if duration_ns is None else self.start_ns + duration_ns

    @property
    def num_expected(self) -> int | None:
        """How many frames the sampler will take, about."""
        header = self.decoder.header
        if header.duration_ns is None:
            return None
        return self._sampler.num_expected(header.duration_ns, header.num_frames_from_header, header.keyframe_spacing_ns)

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Frame]:
        """Frames later than `after_ns`."""
        local_ns = None if after_ns is None or after_ns < self.start_ns else after_ns - self.start_ns
        decoder = self.decoder
        if decoder.header.num_subtitle_streams:
            report.add_note(f"{self.name} holds subtitle streams; they are not read: extract them to .srt beside the video")
        for picture in decoder.pictures(
            self._sampler, size=self._size, after_ns=local_ns, report=report, origin_ns=self.start_ns
        ):
            t_ns = self.start_ns + picture.t_ns
            yield Frame(self._stream_id, picture.index, t_ns, picture.image, damaged=picture.damaged)

    def frame_at(self, t_ns: int, size: int | None) -> Frame:
        """The frame shown at `t_ns`, always looked up by PyAV; see `streams.seeking.picture_at`."""
        picture = picture_at(self.path, max(t_ns - self.start_ns, 0), size)
        return Frame(self._stream_id, picture.index, self.start_ns + picture.t_ns, picture.image, damaged=picture.damaged)

    def close(self) -> None:
        """Forget the decoder; every reading closes its own file."""
        self._decoder = None
