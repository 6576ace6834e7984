"""Going on where an earlier ingest stopped, with perception in the state it had then."""

import numpy as np

from mmmem.clock import NS_PER_HOUR, Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.perceive import Detector, Encoder, KeyframeGate, Perceiver, Tracker
from mmmem.perceive.classical import ClassicalEncoder
from mmmem.store.records import OWNER_KINDS, StoredFrame
from mmmem.types import StreamInfo

_FRAME = OWNER_KINDS.index("frame")
_NUM_RECENT = 16
"""Kept pictures that a `KeyframeGate` compares with by default."""


def check_same_source(memory: Memory, info: StreamInfo) -> None:
    """Refuse to mix two sources in one stream.

    Raises:
        InvalidInputError: the memory has a stream of this name that was read from another place.
    """
    known = next((record for record in memory.streams() if record.stream_id == info.stream_id), None)
    if known is not None and known.uri != info.uri:
        raise InvalidInputError(
            f"The memory has a stream {info.stream_id!r} from {known.uri!r}, and this one is {info.uri!r}. Give it a name of "
            "its own with --stream, or say --moved if it is the same recording in another place."
        )


def perceiver_for(
    memory: Memory,
    info: StreamInfo,
    detector: Detector | None,
    tracker: Tracker | bool,
    encoder: Encoder | None,
    *,
    period_ns: int,
    from_start: bool,
) -> Perceiver:
    """A perceiver that goes on where the last one of this stream stopped; its track ids are new in any case."""
    return Perceiver(
        info.stream_id,
        detector=detector,
        tracker=tracker,
        encoder=encoder,
        gate=KeyframeGate() if from_start else gate_of(memory, info.stream_id),
        first_track_id=_next_track_id(memory, info.stream_id),
        period_ns=period_ns,
    )


def gate_of(memory: Memory, stream_id: str) -> KeyframeGate:
    """The gate as it was after the last stored keyframe of a stream."""
    kept = _last_keyframes(memory, stream_id)
    space = ClassicalEncoder.space
    if not kept or space not in memory.spaces():
        return KeyframeGate(num_recent=_NUM_RECENT)
    table = memory.vectors(space)
    row_of = {int(table.owner_id[row]): row for row in np.flatnonzero(table.owner_kind == _FRAME).tolist()}
    recent = [(f.ref.t_ns, np.array(table.rows[row_of[f.id]], np.float32)) for f in kept if f.id in row_of]
    return KeyframeGate(num_recent=_NUM_RECENT, recent=recent)


def _last_keyframes(memory: Memory, stream_id: str) -> list[StoredFrame]:
    position_ns = memory.position(stream_id)
    if position_ns is None:
        return []
    lately = Span(max(position_ns - NS_PER_HOUR, 0), position_ns + 1)
    kept = memory.frames(stream=stream_id, window=lately, keyframes=True)
    if len(kept) < _NUM_RECENT:
        kept = memory.frames(stream=stream_id, keyframes=True)
    return [frame for frame in kept if frame.ref.t_ns <= position_ns][-_NUM_RECENT:]


def _next_track_id(memory: Memory, stream_id: str) -> int:
    if all(record.stream_id != stream_id for record in memory.streams()):
        return 0
    return max((presence.track_id for presence in memory.presences(stream=stream_id)), default=-1) + 1
