"""Tracking by the `trackers` library (ByteTrack, Zhang et al. 2022), fed with times instead of frame numbers."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import NS_PER_S, check_ns, seconds_to_ns
from mmmem.errors import InvalidInputError
from mmmem.lazy import require
from mmmem.types import Detections

_EXTRA, _PURPOSE = "track", "Tracking"
# Only sets the unit in which the library's motion filter counts time; 5 frames a second is a usual sampling rate.
_REFERENCE_FPS = 5.0
# The library states its patience in frames of a 30 fps video.
_LIBRARY_FPS = 30.0


@dataclass(slots=True)
class _LabelTracks:
    """The library's tracker of one class while something of it is followed; nothing older has any bearing on it."""

    library: Any
    start_ns: int
    seen_ns: int


class ByteTracker:
    """Tracker of one stream, causal and deterministic: the same detections at the same times give the same ids.

    Detections of different classes are tracked apart. Ids count up from `first_id` and are never given out twice, also not
    by a tracker that goes on after a restart with `first_id` set to `next_id` of the one before it. Things in view at the
    restart keep their ids if `replay` is given what was seen before it, from a time at which `max_gap_s` had gone by
    without a detection of their class.

    Args:
        first_id: the lowest id to give out.
        max_gap_s: a track that was not seen for longer has ended; so has every track after a longer pause of the stream.
        min_score: a detection starts a track from this score on; weaker ones only continue tracks.
        min_overlap: intersection over union of prediction and detection needed to continue a track.
        min_hits: consecutive detections until a track gets its id; until then, and always in its first picture, it is -1.

    Raises:
        MissingExtraError: `trackers` is not installed.
        InvalidInputError: a bound makes no sense.
    """

    def __init__(
        self,
        *,
        first_id: int = 0,
        max_gap_s: float = 3.0,
        min_score: float = 0.5,
        min_overlap: float = 0.1,
        min_hits: int = 2,
    ) -> None:
        if first_id < 0 or min_hits < 1:
            raise InvalidInputError(f"first_id must be at least 0 and min_hits at least 1, got {first_id} and {min_hits}.")
        if not 0.0 < max_gap_s <= 3600.0:
            raise InvalidInputError(f"max_gap_s must lie in (0, 3600] seconds, got {max_gap_s}.")
        for name, value in (("min_score", min_score), ("min_overlap", min_overlap)):
            if not 0.0 <= value <= 1.0:
                raise InvalidInputError(f"{name} must lie in [0, 1], got {value}.")
        self._library = require("trackers", extra=_EXTRA, purpose=_PURPOSE)
        self._boxes_of = require("supervision", extra=_EXTRA, purpose=_PURPOSE).Detections
        self._next_id = first_id
        self._max_gap_ns = seconds_to_ns(max_gap_s)
        self._options = {
            "lost_track_buffer": max_gap_s * _LIBRARY_FPS,
            "frame_rate": _REFERENCE_FPS,
            "track_activation_threshold": min_score,
            "high_conf_det_threshold": min_score,
            "minimum_iou_threshold": min_overlap,
            "minimum_consecutive_frames": min_hits,
        }
        self._by_label: dict[str, _LabelTracks] = {}
        self._id_of: dict[tuple[str, int], int] = {}
        self._last_ns = -1

    @property
    def next_id(self) -> int:
        """The lowest id not given out yet."""
        return self._next_id

    @property
    def max_gap_ns(self) -> int:
        """A thing of a class that was not seen for longer has no bearing on what follows."""
        return self._max_gap_ns

    def update(self, detections: Detections, t_ns: int) -> Detections:
        """The same detections in the same order with `track_id`, -1 where there is no track (yet).

        Raises:
            InvalidInputError: `t_ns` is not after the previous call's.
        """
        self._check_rising(t_ns)
        track_id = np.full(len(detections), -1, np.int64)
        for label, rows in self._rows_by_label(detections):
            numbers = self._follow(label, detections, rows, t_ns)
            track_id[rows] = [self._own_id(label, number) for number in numbers.tolist()]
            self._forget_ended(label)
        return replace(detections, track_id=track_id)

    def replay(self, detections: Detections, t_ns: int) -> None:
        """Take in a look of a run before this one, with the `track_id` it was given then: what is in view keeps its id.

        Raises:
            InvalidInputError: `t_ns` is not after the previous call's.
        """
        self._check_rising(t_ns)
        given = np.full(len(detections), -1, np.int64) if detections.track_id is None else detections.track_id
        for label, rows in self._rows_by_label(detections):
            numbers = self._follow(label, detections, rows, t_ns)
            for number, track_id in zip(numbers.tolist(), given[rows].tolist(), strict=True):
                if number >= 0 and track_id >= 0:
                    self._id_of[label, number] = track_id
                    self._next_id = max(self._next_id, track_id + 1)
            self._forget_ended(label)

    def _check_rising(self, t_ns: int) -> None:
        check_ns(t_ns, "t_ns")
        if t_ns <= self._last_ns:
            raise InvalidInputError(
                f"Tracking needs rising times, got t_ns={t_ns} after {self._last_ns}; use one tracker a stream."
            )
        self._last_ns = t_ns

    def _rows_by_label(self, detections: Detections) -> list[tuple[str, NDArray[np.int64]]]:
        """Classes seen now or followed, by name: an order that does not depend on what was seen before."""
        labels = sorted({*self._by_label, *detections.label})
        return [(label, np.flatnonzero([name == label for name in detections.label])) for label in labels]

    def _follow(self, label: str, detections: Detections, rows: NDArray[np.int64], t_ns: int) -> NDArray[np.int64]:
        """The library's number for each of the detections in `rows`, all of one class; -1 where it has none."""
        tracks = self._by_label.get(label)
        if tracks is not None and t_ns - tracks.seen_ns > self._max_gap_ns:
            self._end(label)
            tracks = None
        if tracks is None and not len(rows):
            return np.zeros(0, np.int64)
        if tracks is None:
            tracks = self._by_label[label] = _LabelTracks(self._library.ByteTrackTracker(**self._options), t_ns, t_ns)
        if len(rows):
            tracks.seen_ns = t_ns
        boxes = self._boxes_of(
            xyxy=detections.xyxy[rows], confidence=detections.score[rows], class_id=np.arange(len(rows), dtype=np.int64)
        )
        # Seconds from a near start: a float holds these to the nanosecond, unlike seconds since 1970.
        found = tracks.library.update(boxes, timestamp=(t_ns - tracks.start_ns) / NS_PER_S)
        # The library reorders; class_id carries each box's row through it.
        numbers = np.full(len(rows), -1, np.int64)
        if len(found):
            numbers[found.class_id] = found.tracker_id
        return numbers

    def _own_id(self, label: str, number: int) -> int:
        if number < 0:
            return -1
        key = (label, number)
        if key not in self._id_of:
            self._id_of[key] = self._next_id
            self._next_id += 1
        return self._id_of[key]

    def _forget_ended(self, label: str) -> None:
        """Drop the ids of tracks that ended, and the library's tracker with the last of them."""
        tracks = self._by_label.get(label)
        if tracks is None:
            return
        if not tracks.library.tracks:
            self._end(label)
            return
        alive = {int(track.tracker_id) for track in tracks.library.tracks}
        for key in [key for key in self._id_of if key[0] == label and key[1] not in alive]:
            del self._id_of[key]

    def _end(self, label: str) -> None:
        del self._by_label[label]
        for key in [key for key in self._id_of if key[0] == label]:
            del self._id_of[key]
