"""Pictures for the page: frames of the film at the times the evidence names, as data URIs."""

import base64
import io
from pathlib import Path

from PIL import Image

import streams


class Stills:
    """Frames of one film as JPEG data URIs, each read once."""

    def __init__(self, film: Path, *, width: int = 240) -> None:
        self._stream = streams.open(film, tracks=None)
        self._width = width
        self._made: dict[int, str] = {}

    def at(self, t_ns: int) -> str:
        """The frame shown at an instant.

        Raises:
            SourceError: the film cannot be read.
            InvalidInputError: it has ended by then.
        """
        if t_ns not in self._made:
            frame = self._stream.frame_at(t_ns, self._width)
            buffer = io.BytesIO()
            Image.fromarray(frame.image).save(buffer, "JPEG", quality=82)
            self._made[t_ns] = data_uri("image/jpeg", buffer.getvalue())
        return self._made[t_ns]

    def close(self) -> None:
        """Let go of the film."""
        self._stream.close()


def data_uri(media_type: str, content: bytes) -> str:
    """Bytes as an address that needs no request."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
