"""Going on where an earlier ingest stopped, with perception in the state it had then."""

import numpy as np

from mmmem.clock import NS_PER_HOUR, NS_PER_MIN, Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.perceive import Detector, Encoder, KeyframeGate, Perceiver, Tracker
from mmmem.perceive.classical import ClassicalEncoder
from mmmem.perceive.tracks import ByteTracker
from mmmem.store.records import OWNER_KINDS, StoredDetection, StoredFrame
from mmmem.types import Detections, StreamInfo

_FRAME = OWNER_KINDS.index("frame")
_NUM_RECENT = 16
"""Kept pictures that a `KeyframeGate` compares with by default."""
_FIRST_REACH_NS, _LONGEST_REACH_NS = NS_PER_MIN // 2, 30 * NS_PER_MIN


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
    stills: bool = False,
) -> Perceiver:
    """A perceiver that goes on where the last one of this stream stopped: what was in view keeps its track ids.

    Args:
        tracker: one that is given instead of True goes on by itself.
        from_start: the stream is read again; ids are new ones.
        stills: its pictures are photos, in which nothing is followed.
    """
    first_track_id = _next_track_id(memory, info.stream_id)
    if tracker is True and detector is not None and not stills:
        tracker = ByteTracker(first_id=first_track_id)
        if not from_start:
            replay(memory, info.stream_id, tracker)
    return Perceiver(
        info.stream_id,
        detector=detector,
        tracker=tracker,
        encoder=encoder,
        gate=KeyframeGate() if from_start else gate_of(memory, info.stream_id),
        first_track_id=first_track_id,
        period_ns=period_ns,
        stills=stills,
    )


def replay(memory: Memory, stream_id: str, tracker: ByteTracker) -> None:
    """Bring a new tracker into the state of the one that made the stored detections of a stream.

    It is shown the stored looks again, from where no class of thing in view now had been seen for as long as a track can be
    lost. What was in view all the time is followed again for the last half hour only, far longer than a motion filter
    remembers.
    """
    position_ns = memory.position(stream_id)
    if position_ns is None:
        return
    reach_ns = _FIRST_REACH_NS
    while True:
        since_ns = max(position_ns - reach_ns, 0)
        looks = _looks(memory, stream_id, since_ns, position_ns)
        begin_ns = _followed_since(looks, position_ns, tracker.max_gap_ns)
        if begin_ns is None:
            return
        if begin_ns - tracker.max_gap_ns > since_ns or since_ns == 0 or reach_ns >= _LONGEST_REACH_NS:
            break
        reach_ns = min(4 * reach_ns, _LONGEST_REACH_NS)
    for t_ns, found in looks:
        if t_ns >= begin_ns:
            tracker.replay(_detections(found), t_ns)


_Look = tuple[int, list[StoredDetection]]


def _looks(memory: Memory, stream_id: str, since_ns: int, position_ns: int) -> list[_Look]:
    """Stored looks for objects in [since_ns, position_ns], in order of time, with what each found in the detector's order."""
    window = Span(since_ns, position_ns + 1)
    found: dict[tuple[int, int], list[StoredDetection]] = {
        (frame.ref.t_ns, frame.ref.index): []
        for frame in memory.frames(stream=stream_id, window=window)
        if frame.num_detections is not None and since_ns <= frame.ref.t_ns <= position_ns
    }
    for one in memory.detections(stream=stream_id, window=window):
        found.get((one.ref.t_ns, one.ref.index), []).append(one)
    return [(t_ns, detections) for (t_ns, _), detections in sorted(found.items(), key=lambda item: item[0])]


def _followed_since(looks: list[_Look], position_ns: int, max_gap_ns: int) -> int | None:
    """When the oldest of the classes that may still be followed came into view; None if there is none."""
    run: dict[str, list[int]] = {}
    for t_ns, found in looks:
        for label in {one.label for one in found}:
            begun = run.get(label)
            run[label] = [begun[0] if begun and t_ns - begun[1] <= max_gap_ns else t_ns, t_ns]
    return min((first for first, last in run.values() if position_ns - last <= max_gap_ns), default=None)


def _detections(found: list[StoredDetection]) -> Detections:
    return Detections(
        np.array([one.xyxy for one in found], np.float32).reshape(-1, 4),
        np.array([one.score for one in found], np.float32),
        tuple(one.label for one in found),
        np.array([one.track_id for one in found], np.int64),
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
