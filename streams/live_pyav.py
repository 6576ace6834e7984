"""Cameras and addresses read with PyAV (FFmpeg)."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from mmmem.errors import SourceError
from streams.developing import to_rgb
from streams.places import scheme_of, without_credentials
from streams.pyav_file import READ_ERRORS, Clock, make_clock, opened, video_stream
from streams.rotation import Turn

_OPEN_S, _READ_S = 10.0, 10.0
_DEVICE_FORMATS = {"linux": "v4l2", "darwin": "avfoundation", "win32": "dshow"}


class PyavCamera:
    """`rtsp://...` and its kin, `camera:0` or a device file.

    Args:
        uri: what to open.
        size: longest side of the pictures in pixels; None keeps them as they are.
    """

    def __init__(self, uri: str, size: int | None) -> None:
        self._uri = uri
        self._size = size
        self._held = ExitStack()
        self._frames: Iterator[VideoFrame] = iter(())
        self._clock: Clock | None = None
        self._turn: Turn | None = None

    def open(self) -> None:
        """Connect.

        Raises:
            SourceError: it cannot be reached.
        """
        target, options = self._target()
        try:
            container = self._held.enter_context(opened(target, **options))
            video = video_stream(container, self._uri)
            self._clock = make_clock(container, video, self._uri)
        except SourceError as error:
            raise SourceError(without_credentials(str(error))) from error
        self._frames = container.decode(video)

    def read(self) -> tuple[NDArray[np.uint8], int | None] | None:
        """The next picture and its time from the start of the connection; None at the end.

        Raises:
            SourceError: the connection failed.
        """
        try:
            frame = next(self._frames, None)
            if frame is None:
                return None
            t_ns = self._clock.time_ns(frame.pts) if self._clock and frame.pts is not None else None
            if self._turn is None:
                self._turn = Turn.of(frame)
            return to_rgb(frame, self._size, self._turn), t_ns
        except READ_ERRORS as error:
            raise SourceError(f"{without_credentials(self._uri)}: {getattr(error, 'strerror', None) or error}.") from error

    def close(self) -> None:
        """Disconnect."""
        self._frames = iter(())
        self._held.close()

    def _target(self) -> tuple[str, dict[str, object]]:
        timeout = (_OPEN_S, _READ_S)
        if scheme_of(self._uri) == "camera":
            return self._device(self._uri.partition(":")[2].lstrip("/")), {"format": self._device_format(), "timeout": timeout}
        if self._uri.startswith("/dev/"):
            return self._uri, {"format": self._device_format(), "timeout": timeout}
        options = {"rtsp_transport": "tcp"} if scheme_of(self._uri) in ("rtsp", "rtsps") else {}
        return self._uri, {"options": options, "timeout": timeout}

    def _device_format(self) -> str:
        return _DEVICE_FORMATS.get(sys.platform, "v4l2")

    def _device(self, number: str) -> str:
        if sys.platform.startswith("linux"):
            return f"/dev/video{number or 0}" if not number or number.isdecimal() else number
        return f"video={number}" if sys.platform == "win32" else number or "0"
