"""What an ingest that goes on was asked for, and will not get: it reads only what is new."""

import numpy as np

from mmmem.memory import Memory
from mmmem.perceive import Encoder
from mmmem.store.records import OWNER_KINDS
from mmmem.wording import counted
from streams import Stream
from streams.report import ReadReport
from streams.stream import TextSource

_FRAME = OWNER_KINDS.index("frame")


def missing(memory: Memory, stream: Stream, upto_ns: int, *, detecting: bool, encoder: Encoder | None) -> list[str]:
    """What of the stream up to `upto_ns` is not in the memory although it was asked for, in words; empty if nothing.

    Lines of a track are missing where the memory has none of that file: the file was not given before, or all of it was
    forgotten. That is why nothing is added by itself.
    """
    name = stream.info.stream_id
    lines = _lines_by_file(stream, upto_ns)
    files = {stored.text.source for stored in memory.texts(stream=name)} if lines else set()
    said = [counted(num, "line", f"of {source}") for source, num in lines.items() if source not in files]
    frames = memory.frames(stream=name) if detecting or encoder is not None else []
    num_unseen = sum(frame.num_detections is None for frame in frames)
    if detecting and num_unseen:
        said.append(f"objects in {counted(num_unseen, 'frame')} that no detector looked at")
    if encoder is not None:
        known = _encoded(memory, encoder.space)
        num_unknown = sum(frame.id not in known for frame in frames)
        if num_unknown:
            said.append(f"the encoder's view of {counted(num_unknown, 'frame')}")
    return said


def _lines_by_file(stream: Stream, upto_ns: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for source in stream.sources:
        if isinstance(source, TextSource) and len(stream.sources) > 1:
            for text in source.items(None, ReadReport(stream.info.uri)):
                if text.span.start_ns <= upto_ns and text.source:
                    found[text.source] = found.get(text.source, 0) + 1
    return found


def _encoded(memory: Memory, space: str) -> set[int]:
    if space not in memory.spaces():
        return set()
    table = memory.vectors(space)
    return set(table.owner_id[np.flatnonzero(table.owner_kind == _FRAME)].tolist())
