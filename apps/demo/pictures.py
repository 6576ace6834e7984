"""Pictures for the page: frames of the recordings at the times the evidence names, with boxes, as data URIs."""

import base64
import io
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

import streams
from mmmem.clock import Span
from mmmem.memory import Memory
from mmmem.text.terms import terms

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels."""

_BOX = "#ffd43b"
_BESIDE_PX = 4


class Stills:
    """Frames of several streams as JPEG data URIs, each read once.

    Args:
        recordings: where each stream is read from.
        memory: tells which boxes were found.
    """

    def __init__(self, recordings: Mapping[str, Path], memory: Memory, *, width: int = 320) -> None:
        self._streams = {name: streams.open(path, tracks=None) for name, path in recordings.items()}
        self._memory, self._width = memory, width
        self._made: dict[tuple[str, int, frozenset[str]], str] = {}

    def at(self, stream_id: str, t_ns: int, boxed: Collection[str] = ()) -> str:
        """The frame shown at an instant, with a box round everything whose class is one of `boxed`.

        Raises:
            SourceError: the recording cannot be read.
        """
        key = (stream_id, t_ns, frozenset(boxed))
        if key not in self._made:
            frame = self._streams[stream_id].frame_at(t_ns, self._width)
            picture = Image.fromarray(frame.image)
            outline(picture, boxes_at(self._memory, stream_id, frame.t_ns, boxed))
            self._made[key] = jpeg(picture)
        return self._made[key]

    def close(self) -> None:
        """Let go of the recordings."""
        for stream in self._streams.values():
            stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def named_labels(memory: Memory, words: str) -> frozenset[str]:
    """The classes among what was seen that words name."""
    named = _spaced(words)
    return frozenset(label for label in memory.labels() if terms(label) and _spaced(label) in named)


def boxes_at(memory: Memory, stream_id: str, t_ns: int, labels: Collection[str]) -> list[Box]:
    """What was found of some classes in the picture of an instant, in pixels of the picture that was looked at."""
    if not labels:
        return []
    found = memory.detections(stream=stream_id, window=Span(t_ns, t_ns + 1))
    return [one.xyxy for one in found if one.ref.t_ns == t_ns and one.label in labels]


def outline(picture: Image.Image, boxes: Iterable[Box]) -> None:
    """Draw boxes, in pixels of the picture, a little larger so that they do not cover what they show."""
    draw = ImageDraw.Draw(picture)
    for box in boxes:
        for by_px, ink, width in ((_BESIDE_PX, "#000000", 4), (_BESIDE_PX - 1, _BOX, 2)):
            x0, y0, x1, y1 = box
            draw.rectangle((x0 - by_px, y0 - by_px, x1 + by_px, y1 + by_px), outline=ink, width=width)


def jpeg(picture: Image.Image) -> str:
    """A picture as a data URI."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=82)
    return data_uri("image/jpeg", buffer.getvalue())


def png(picture: NDArray[np.uint8]) -> str:
    """A drawing of few colours as a data URI."""
    buffer = io.BytesIO()
    Image.fromarray(picture).quantize(224).save(buffer, "PNG", optimize=True)
    return data_uri("image/png", buffer.getvalue())


def data_uri(media_type: str, content: bytes) -> str:
    """Bytes as an address that needs no request."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"


def _spaced(words: str) -> str:
    """Whole words as the index counts them: a cup is not in a cupboard."""
    return f" {' '.join(terms(words))} "
