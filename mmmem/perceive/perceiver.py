"""From frames to observations: look, track, describe, and keep a small picture of what is new."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import Span, check_ns
from mmmem.errors import InvalidInputError
from mmmem.perceive.classical import ClassicalEncoder
from mmmem.perceive.keyframes import KeyframeGate
from mmmem.perceive.protocols import Detector, Encoder, Image, Tracker
from mmmem.types import STANDS_ALONE, Detections, Frame, Observation


@dataclass(slots=True)
class PerceptionCounts:
    """What one `Perceiver` did so far."""

    frames: int = 0
    damaged: int = 0
    keyframes: int = 0
    detections: int = 0
    texts: int = 0


class Perceiver:
    """Makes the observations of one stream, in order of time.

    Every picture gets the classical descriptor. A keyframe is a picture that looks unlike the last ones kept, or in which
    somebody or something is tracked for the first time. The encoder, being slower, sees keyframes only, unless
    `encode_all`. A frame the decoder flagged as damaged is not looked at: its observation has
    neither vectors nor detections.

    Photos are no film: in `stills` nothing is followed from one picture to the next, and what is found in one stands alone
    (`track_id` is `STANDS_ALONE`).

    Args:
        stream_id: the stream whose frames these are.
        detector: finds objects; None means nobody looks.
        tracker: gives detections identities. True makes one (needs the extra `track`), False leaves them without.
        encoder: learned image encoder whose vectors are added; None or the classical one adds nothing.
        gate: decides what is a keyframe from classical vectors; pass one made with the memory's last keyframes to go on.
        first_track_id: the lowest track id to give out, `next_track_id` of the run before.
        keyframe_side: longer side of a kept picture, pixels; smaller pictures are not enlarged.
        jpeg_quality: 1 to 95.
        period_ns: how long a frame stands for; the span of its observation.
        encode_all: whether the encoder sees every frame.
        stills: the pictures are photos: too far apart to follow anything, or without times.

    Raises:
        InvalidInputError: a setting makes no sense.
        MissingExtraError: `tracker` is True and the library is not installed.
    """

    def __init__(
        self,
        stream_id: str,
        *,
        detector: Detector | None = None,
        tracker: Tracker | bool = True,
        encoder: Encoder | None = None,
        gate: KeyframeGate | None = None,
        first_track_id: int = 0,
        keyframe_side: int = 320,
        jpeg_quality: int = 80,
        period_ns: int = 1,
        encode_all: bool = False,
        stills: bool = False,
    ) -> None:
        if keyframe_side < 16 or not 1 <= jpeg_quality <= 95:
            raise InvalidInputError(
                f"keyframe_side must be at least 16 and jpeg_quality in [1, 95], got {keyframe_side}, {jpeg_quality}."
            )
        self._stream_id = stream_id
        self._detector = detector
        self._tracker = None if detector is None or stills else _tracker(tracker, first_track_id)
        self._stills = stills
        self._first_track_id = first_track_id
        self._classical = ClassicalEncoder()
        self._encoder = encoder if encoder is not None and encoder.space != self._classical.space else None
        self._gate = gate if gate is not None else KeyframeGate()
        self._side, self._quality = keyframe_side, jpeg_quality
        self._period_ns, self._encode_all = max(check_ns(period_ns, "period_ns"), 1), encode_all
        self._last_ns = -1
        self.counts = PerceptionCounts()

    @property
    def next_track_id(self) -> int:
        """The lowest track id not given out yet; where the next run of this stream starts."""
        return self._first_track_id if self._tracker is None else self._tracker.next_id

    @property
    def gate(self) -> KeyframeGate:
        """What decides about keyframes; `gate.recent` is its state."""
        return self._gate

    def observe(self, frame: Frame) -> Observation:
        """The observation of one frame.

        Raises:
            InvalidInputError: the frame is of another stream, or not later than the one before.
            ModelError: a model failed.
        """
        return self.observe_many([frame])[0]

    def observe_many(self, frames: Sequence[Frame]) -> list[Observation]:
        """The observations of frames in order of time; the same as one by one, with models fed in batches.

        Raises:
            InvalidInputError: a frame is of another stream, or not later than the one before.
            ModelError: a model failed.
        """
        self._check_order(frames)
        whole = [row for row, frame in enumerate(frames) if not frame.damaged]
        images = [frames[row].image for row in whole]
        found = self._detect(images)
        descriptors = self._classical.encode_images(images)
        keep = []
        for place, row in enumerate(whole):
            someone_new = self._track(found, place, frames[row].t_ns)
            keep.append(self._gate.keeps(descriptors[place], frames[row].t_ns, wanted=someone_new))
        learned = self._encode(images, keep)
        observations = [self._bare(frame) for frame in frames]
        for place, row in enumerate(whole):
            vectors = {self._classical.space: descriptors[place], **learned[place]}
            observations[row] = self._full(frames[row], vectors, found[place], keep[place])
        self._count(frames, observations)
        return observations

    def not_looked_at(self, *, texts_seen: bool = False) -> list[str]:
        """In words, what nobody looked at, for the report of an ingest.

        Args:
            texts_seen: words came to the memory by another way than with these frames.
        """
        missing = []
        if self._detector is None:
            missing.append("objects and people (no detector)")
        elif self._stills:
            missing.append("who is who from picture to picture (they stand too far apart, or their times are not known)")
        elif self._tracker is None:
            missing.append("who is who from picture to picture (no tracker)")
        if self._encoder is None:
            missing.append("what pictures mean (no encoder: they are found by likeness, not by words)")
        elif not self._encoder.has_text_tower:
            missing.append("pictures by words (the encoder has no text tower)")
        if not texts_seen and self.counts.texts == 0:
            missing.append("speech and captions (no text track)")
        if self.counts.damaged:
            missing.append(f"{self.counts.damaged} damaged picture(s)")
        return missing

    def _check_order(self, frames: Sequence[Frame]) -> None:
        last_ns = self._last_ns
        for frame in frames:
            if frame.stream_id != self._stream_id:
                raise InvalidInputError(f"This perceiver sees stream {self._stream_id!r}, got a frame of {frame.stream_id!r}.")
            if frame.t_ns <= last_ns:
                raise InvalidInputError(f"Frames need rising times, got t_ns={frame.t_ns} after {last_ns}.")
            last_ns = frame.t_ns
        self._last_ns = last_ns

    def _detect(self, images: Sequence[Image]) -> list[Detections | None]:
        return [None] * len(images) if self._detector is None else list(self._detector.detect(images))

    def _track(self, found: list[Detections | None], place: int, t_ns: int) -> bool:
        """Give the detections at `place` their identities; whether one of them was never seen before."""
        detections = found[place]
        if detections is not None and self._stills:
            found[place] = replace(detections, track_id=np.full(len(detections), STANDS_ALONE, np.int64))
        if detections is None or self._tracker is None:
            return False
        known_below = self._tracker.next_id
        found[place] = self._tracker.update(detections, t_ns)
        return self._tracker.next_id > known_below

    def _encode(self, images: Sequence[Image], keep: Sequence[bool]) -> list[dict[str, NDArray[np.float32]]]:
        vectors: list[dict[str, NDArray[np.float32]]] = [{} for _ in images]
        rows = [row for row, kept in enumerate(keep) if kept or self._encode_all]
        if self._encoder is not None and rows:
            encoded = self._encoder.encode_images([images[row] for row in rows])
            for row, vector in zip(rows, encoded, strict=True):
                vectors[row][self._encoder.space] = vector
        return vectors

    def _bare(self, frame: Frame) -> Observation:
        return Observation(self._stream_id, self._span(frame), frame.ref, texts=frame.texts)

    def _full(self, frame: Frame, vectors: dict[str, NDArray[np.float32]], found: Detections | None, keep: bool) -> Observation:
        jpeg = encode_jpeg(frame.image, side=self._side, quality=self._quality) if keep else None
        return Observation(self._stream_id, self._span(frame), frame.ref, vectors, found, frame.texts, jpeg)

    def _span(self, frame: Frame) -> Span:
        return Span(frame.t_ns, frame.t_ns + self._period_ns)

    def _count(self, frames: Sequence[Frame], observations: Sequence[Observation]) -> None:
        self.counts.frames += len(frames)
        self.counts.damaged += sum(frame.damaged for frame in frames)
        self.counts.texts += sum(len(frame.texts) for frame in frames)
        self.counts.keyframes += sum(one.keyframe_jpeg is not None for one in observations)
        self.counts.detections += sum(len(one.detections) for one in observations if one.detections is not None)


def encode_jpeg(image: Image, *, side: int, quality: int) -> bytes:
    """A JPEG of (H, W, 3) uint8 RGB whose longer side is at most `side` pixels."""
    from PIL import Image as Pillow

    picture = Pillow.fromarray(np.ascontiguousarray(image))
    picture.thumbnail((side, side), Pillow.Resampling.BICUBIC)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _tracker(wanted: Tracker | bool, first_id: int) -> Tracker | None:
    if not isinstance(wanted, bool):
        return wanted
    if not wanted:
        return None
    from mmmem.perceive.tracks import ByteTracker

    return ByteTracker(first_id=first_id)
