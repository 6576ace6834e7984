"""Tracking by the `trackers` library (ByteTrack, Zhang et al. 2022), fed with times instead of frame numbers."""

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


class ByteTracker:
    """Tracker of one stream, causal and deterministic: the same detections at the same times give the same ids.

    Detections of different classes are tracked apart. Ids count up from `first_id` and are never given out twice, also not
    by a tracker that goes on after a restart with `first_id` set to `next_id` of the one before it: things in view at the
    restart get new ids.

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
        self._by_label: dict[str, Any] = {}
        self._id_of: dict[tuple[str, int], int] = {}
        self._start_ns = self._last_ns = -1

    @property
    def next_id(self) -> int:
        """The lowest id not given out yet."""
        return self._next_id

    def update(self, detections: Detections, t_ns: int) -> Detections:
        """The same detections in the same order with `track_id`, -1 where there is no track (yet).

        Raises:
            InvalidInputError: `t_ns` is not after the previous call's.
        """
        check_ns(t_ns, "t_ns")
        if t_ns <= self._last_ns:
            raise InvalidInputError(
                f"Tracking needs rising times, got t_ns={t_ns} after {self._last_ns}; use one tracker a stream."
            )
        if self._last_ns < 0 or t_ns - self._last_ns > self._max_gap_ns:
            self._end_all(t_ns)
        self._last_ns = t_ns
        # Seconds from a near start: a float holds these to the nanosecond, unlike seconds since 1970.
        elapsed_s = (t_ns - self._start_ns) / NS_PER_S
        track_id = np.full(len(detections), -1, np.int64)
        for label in dict.fromkeys((*self._by_label, *detections.label)):
            rows = np.array([row for row, name in enumerate(detections.label) if name == label], np.int64)
            track_id[rows] = self._update_label(label, detections, rows, elapsed_s)
        return Detections(detections.xyxy, detections.score, detections.label, track_id, detections.mask, detections.embedding)

    def _update_label(self, label: str, detections: Detections, rows: NDArray[np.int64], elapsed_s: float) -> NDArray[np.int64]:
        tracker = self._by_label.get(label)
        if tracker is None:
            tracker = self._by_label[label] = self._library.ByteTrackTracker(**self._options)
        boxes = self._boxes_of(
            xyxy=detections.xyxy[rows], confidence=detections.score[rows], class_id=np.arange(len(rows), dtype=np.int64)
        )
        found = tracker.update(boxes, timestamp=elapsed_s)
        # The library reorders; class_id carries each box's row through it.
        track_id = np.full(len(rows), -1, np.int64)
        for row, number in zip(found.class_id if len(found) else (), found.tracker_id, strict=True):
            track_id[row] = self._own_id(label, int(number))
        self._forget_ended(label, {int(track.tracker_id) for track in tracker.tracks})
        return track_id

    def _own_id(self, label: str, number: int) -> int:
        if number < 0:
            return -1
        key = (label, number)
        if key not in self._id_of:
            self._id_of[key] = self._next_id
            self._next_id += 1
        return self._id_of[key]

    def _forget_ended(self, label: str, alive: set[int]) -> None:
        for key in [key for key in self._id_of if key[0] == label and key[1] not in alive]:
            del self._id_of[key]

    def _end_all(self, t_ns: int) -> None:
        self._by_label.clear()
        self._id_of.clear()
        self._start_ns = t_ns
