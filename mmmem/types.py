"""The nouns of mmmem: frozen dataclasses that check every invariant where they are made.

Frames of reference: `pose_world_camera` maps camera coordinates (x right, y down, z forward, metres) to world coordinates.
Images are RGB, `uint8`, height by width by 3. Boxes are `xyxy` in pixels of the image they were found in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import Calendar, Span, check_ns
from mmmem.errors import InvalidInputError

TextKind = Literal["caption", "speech", "ocr", "note"]
TEXT_KINDS: tuple[TextKind, ...] = ("caption", "speech", "ocr", "note")
Level = Literal["clip", "minutes", "hour", "day"]
LEVELS: tuple[Level, ...] = ("clip", "minutes", "hour", "day")
ASSERTION_SOURCES = ("perception", "simulator", "text", "person")
STANDS_ALONE = -2
"""As a `track_id`: found in a photo, which shows nothing of who is there before and after it."""


def check_text(value: object, name: str, *, empty: bool = False) -> str:
    """Return `value` if it is text that can be stored.

    Raises:
        InvalidInputError: not a `str`, empty where it may not be, or holding a lone surrogate.
    """
    if not isinstance(value, str):
        raise InvalidInputError(f"{name} must be text, got {value!r} ({type(value).__name__}).")
    if not empty and not value.strip():
        raise InvalidInputError(f"{name} must not be empty, got {value!r}.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidInputError(f"{name} holds characters that are not valid Unicode: {error.reason}.") from error
    return value


def _check_array(array: Any, name: str, shape: tuple[int | None, ...], dtypes: tuple[str, ...]) -> None:
    if not isinstance(array, np.ndarray):
        raise InvalidInputError(f"{name} must be a numpy array, got {type(array).__name__}.")
    wanted = "(" + ", ".join("?" if n is None else str(n) for n in shape) + ")"
    fits = array.ndim == len(shape) and all(n is None or n == m for n, m in zip(shape, array.shape, strict=True))
    if not fits:
        raise InvalidInputError(f"{name} must have shape {wanted}, got {array.shape}.")
    if array.dtype.str[1:] not in dtypes:
        raise InvalidInputError(f"{name} must have dtype {' or '.join(dtypes)}, got {array.dtype.str[1:]} ({array.dtype}).")


@dataclass(frozen=True, slots=True)
class Intrinsics:
    """A pinhole camera, in pixels."""

    fx: float
    fy: float
    cx: float
    cy: float

    def __post_init__(self) -> None:
        if not (self.fx > 0 and self.fy > 0):
            raise InvalidInputError(f"Focal lengths must be positive pixels, got fx={self.fx} fy={self.fy}.")


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """Where frames and words come from, and which calendar their times are on.

    Args:
        stream_id: name of the stream, unique in a memory.
        uri: what was opened: a path, a URL, a device.
        calendar: names the stream's nanoseconds; one memory holds streams of one calendar.
        start_ns: time of the first instant.
        end_ns: time after the last instant, None where it is not known before reading (a camera).
        wearer: name of who wears the camera, who is `I` in its captions; empty where nobody said.
    """

    stream_id: str
    uri: str
    calendar: Calendar
    start_ns: int
    end_ns: int | None = None
    wearer: str = ""

    def __post_init__(self) -> None:
        check_text(self.stream_id, "StreamInfo.stream_id")
        check_text(self.wearer, "StreamInfo.wearer", empty=True)
        check_ns(self.start_ns, "StreamInfo.start_ns")
        if self.end_ns is not None and self.end_ns < self.start_ns:
            raise InvalidInputError(f"Stream {self.stream_id!r} ends at {self.end_ns} before it starts at {self.start_ns}.")


@dataclass(frozen=True, slots=True)
class TimedText:
    """Words with a time: data, never an instruction.

    Args:
        span: when it was said, written or true.
        text: the words, without the speaker's name.
        kind: `caption` (what is seen), `speech`, `ocr` (text in the picture) or `note` (a person's remark).
        speaker: who said it, if known.
        source: where it came from (a file, a model), for provenance.
    """

    span: Span
    text: str
    kind: TextKind = "caption"
    speaker: str | None = None
    source: str = ""

    def __post_init__(self) -> None:
        check_text(self.text, "TimedText.text")
        if self.kind not in TEXT_KINDS:
            raise InvalidInputError(f"TimedText.kind must be one of {', '.join(TEXT_KINDS)}, got {self.kind!r}.")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a stream, with whatever else the sensor gave.

    Args:
        stream_id: name of the stream.
        index: ordinal of the frame within its source, from 0; not a clock.
        t_ns: presentation time.
        image: (H, W, 3) uint8 RGB.
        depth_m: (H, W) float32 metres; 0 or non-finite where unknown.
        pose_world_camera: (4, 4) float64 rigid transform.
        intrinsics: pinhole parameters of `image`.
        instances: (H, W) int32 instance ids, 0 for background.
        instance_labels: class name of the instances, as a simulator knows them.
        texts: words that came with this frame.
        damaged: the decoder flagged the picture as damaged.
    """

    stream_id: str
    index: int
    t_ns: int
    image: NDArray[np.uint8]
    depth_m: NDArray[np.float32] | None = None
    pose_world_camera: NDArray[np.float64] | None = None
    intrinsics: Intrinsics | None = None
    instances: NDArray[np.int32] | None = None
    instance_labels: Mapping[int, str] = field(default_factory=dict)
    texts: tuple[TimedText, ...] = ()
    damaged: bool = False

    def __post_init__(self) -> None:
        check_text(self.stream_id, "Frame.stream_id")
        check_ns(self.t_ns, "Frame.t_ns")
        if self.index < 0:
            raise InvalidInputError(f"Frame.index must be at least 0, got {self.index}.")
        _check_array(self.image, "Frame.image", (None, None, 3), ("u1",))
        height, width = self.image.shape[:2]
        if self.depth_m is not None:
            _check_array(self.depth_m, "Frame.depth_m", (height, width), ("f4",))
        if self.instances is not None:
            _check_array(self.instances, "Frame.instances", (height, width), ("i4",))
        if self.pose_world_camera is not None:
            check_pose(self.pose_world_camera, "Frame.pose_world_camera")

    @property
    def ref(self) -> "FrameRef":
        """The name of this frame, without its pixels."""
        return FrameRef(self.stream_id, self.index, self.t_ns)


def check_pose(pose: NDArray[np.float64], name: str) -> None:
    """Check that a (4, 4) float64 array is a rigid transform of right-handed space.

    Raises:
        InvalidInputError: wrong shape or dtype, NaN, a rotation that is not orthonormal, or a mirror.
    """
    _check_array(pose, name, (4, 4), ("f8",))
    if not np.isfinite(pose).all():
        raise InvalidInputError(f"{name} holds NaN or infinity; leave it out where the pose is unknown.")
    rotation = pose[:3, :3]
    if not np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-3) or not np.allclose(pose[3], (0, 0, 0, 1)):
        raise InvalidInputError(f"{name} must be a rigid transform: orthonormal rotation, last row 0 0 0 1.")
    if np.linalg.det(rotation) < 0:
        raise InvalidInputError(f"{name} mirrors space (determinant -1); convert it to a right-handed frame.")


@dataclass(frozen=True, slots=True)
class FrameRef:
    """Names a stored or re-readable picture."""

    stream_id: str
    index: int
    t_ns: int


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """What was found in one picture: aligned arrays of equal leading dimension n.

    Args:
        xyxy: (n, 4) float32 pixels.
        score: (n,) float32 in [0, 1].
        label: n class names.
        track_id: (n,) int64, -1 where not tracked, `STANDS_ALONE` in a photo.
        mask: (n, H, W) bool.
        embedding: (n, d) float32, unit length.
        embedding_space: names the encoder that made `embedding`; vectors of different spaces are never compared.
        attributes: n mappings of what else was seen of each ({"colour": "red", "power": "on"}); not stored by themselves.
    """

    xyxy: NDArray[np.float32]
    score: NDArray[np.float32]
    label: tuple[str, ...]
    track_id: NDArray[np.int64] | None = None
    mask: NDArray[np.bool_] | None = None
    embedding: NDArray[np.float32] | None = None
    embedding_space: str = ""
    attributes: tuple[Mapping[str, str], ...] | None = None

    def __post_init__(self) -> None:
        n = len(self.label)
        if self.attributes is not None and len(self.attributes) != n:
            raise InvalidInputError(f"Detections.attributes must have one mapping per label: {n}, got {len(self.attributes)}.")
        _check_array(self.xyxy, "Detections.xyxy", (n, 4), ("f4",))
        _check_array(self.score, "Detections.score", (n,), ("f4",))
        if n and not (np.isfinite(self.xyxy).all() and ((self.score >= 0) & (self.score <= 1)).all()):
            raise InvalidInputError("Detections need finite boxes and scores in [0, 1].")
        if self.track_id is not None:
            _check_array(self.track_id, "Detections.track_id", (n,), ("i8",))
        if self.mask is not None:
            _check_array(self.mask, "Detections.mask", (n, None, None), ("b1",))
        if self.embedding is not None:
            _check_array(self.embedding, "Detections.embedding", (n, None), ("f4",))
            check_text(self.embedding_space, "Detections.embedding_space, the name of the encoder that made the vectors,")

    def __len__(self) -> int:
        return len(self.label)

    @staticmethod
    def none() -> "Detections":
        """Looked, and found nothing."""
        return Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), ())


@dataclass(frozen=True, slots=True, eq=False)
class Assertion:
    """One entry of the append-only log that a scene graph is read off: what was learned of a node, and when it was true.

    Args:
        kind: what is said ("seen", "not_seen", "moved", "state", "named"); `scenegraph` owns the words, the store keeps them.
        subject: readable id of the node it is about ("O17").
        span: when it was true or was looked at, in the world's time.
        object: another node's id, a class name or a value; what `forget --name` compares names with.
        value: JSON-able particulars (metres, names of places).
        confidence: in [0, 1].
        source: "perception", "simulator", "text" or "person"; a person outranks perception.
        vector: (d,) float32 appearance, of unit length.
        learned_ns: when it was learned; None is the end of the observation it came with.
    """

    kind: str
    subject: str
    span: Span
    object: str = ""
    value: Mapping[str, Any] = field(default_factory=dict)
    confidence: float = 1.0
    source: str = "perception"
    vector: NDArray[np.float32] | None = None
    learned_ns: int | None = None

    def __post_init__(self) -> None:
        check_text(self.kind, "Assertion.kind")
        check_text(self.subject, "Assertion.subject")
        check_text(self.object, "Assertion.object", empty=True)
        if self.source not in ASSERTION_SOURCES:
            raise InvalidInputError(f"Assertion.source must be one of {', '.join(ASSERTION_SOURCES)}, got {self.source!r}.")
        if not 0.0 <= self.confidence <= 1.0:
            raise InvalidInputError(f"Assertion.confidence must lie in [0, 1], got {self.confidence}.")
        if self.vector is not None:
            _check_array(self.vector, "Assertion.vector", (None,), ("f4",))
        if self.learned_ns is not None:
            check_ns(self.learned_ns, "Assertion.learned_ns")


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What perception made of one instant of a stream; the only thing a memory is fed. Holds no pixels.

    Args:
        stream_id: name of the stream.
        span: the instant or interval observed.
        ref: the picture it came from, if any.
        embedding: image vectors by space, each (d,) float32 of unit length; the space names the encoder that made it.
        detections: what was found; None means nobody looked, `Detections.none()` means looked and found nothing.
        texts: words heard or read in the span.
        keyframe_jpeg: encoded picture to keep as evidence.
        pose_world_camera: (4, 4) float64, where the picture was taken from.
        assertions: what a scene graph made of it.
    """

    stream_id: str
    span: Span
    ref: FrameRef | None = None
    embedding: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    detections: Detections | None = None
    texts: tuple[TimedText, ...] = ()
    keyframe_jpeg: bytes | None = None
    pose_world_camera: NDArray[np.float64] | None = None
    assertions: tuple[Assertion, ...] = ()

    def __post_init__(self) -> None:
        check_text(self.stream_id, "Observation.stream_id")
        for space, vector in self.embedding.items():
            _check_array(vector, f"Observation.embedding[{space!r}]", (None,), ("f4",))
            if not abs(float(np.linalg.norm(vector)) - 1.0) < 1e-3:
                raise InvalidInputError(
                    f"Observation.embedding[{space!r}] must have unit length, got {np.linalg.norm(vector):.4f}."
                )
        if self.pose_world_camera is not None:
            check_pose(self.pose_world_camera, "Observation.pose_world_camera")
        if self.ref is not None and self.ref.stream_id != self.stream_id:
            raise InvalidInputError(f"Observation of stream {self.stream_id!r} refers to a frame of {self.ref.stream_id!r}.")

    @staticmethod
    def of_text(stream_id: str, text: TimedText) -> "Observation":
        """An observation that consists of words alone."""
        return Observation(stream_id, text.span, texts=(text,))


@dataclass(frozen=True, slots=True)
class Clip:
    """An interval of one stream at one time scale; clips of one level tile the covered time of the stream."""

    id: int
    stream_id: str
    span: Span
    level: Level
    parent: int | None = None
    children: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something held to be true over an interval of the world, since it was learned.

    Args:
        valid: when it was true; the end is the clock's maximum while it still holds.
        learned_ns: when the memory could first know it.
        support: ids of the texts it rests on; never empty.
    """

    id: int
    subject: str
    predicate: str
    object: str
    valid: Span
    learned_ns: int
    support: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.support:
            raise InvalidInputError(
                f"Fact {self.subject!r} {self.predicate!r} {self.object!r} rests on nothing; support must not be empty."
            )


@dataclass(frozen=True, slots=True)
class Query:
    """A question, and when it is asked: nothing learned after `asked_at_ns` is visible, in any bank."""

    text: str
    asked_at_ns: int
    window: Span | None = None
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_text(self.text, "Query.text")
        check_ns(self.asked_at_ns, "Query.asked_at_ns")
        if len(self.choices) == 1:
            raise InvalidInputError("A multiple-choice question needs at least two choices, got 1.")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stored thing that bears on a question; `stream_id` and `span` resolve to media. Higher score is better."""

    source: str
    id: str
    stream_id: str
    span: Span
    score: float
    text: str
    frames: tuple[FrameRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One round of the agent: what it looked at, what came back, why, and what it cost."""

    source: str
    granularity: str
    sub_query: str
    hits: int
    why: str
    ms: float
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A typed answer with its evidence, or an abstention that says what was looked at.

    Args:
        text: the answer in words.
        kind: choice, yes_no, count, time, duration, place, entity, list or text.
        choice: index into the question's choices, if it had any.
        value: machine-readable value: bool, int, list, or nanoseconds for times and durations.
        confidence: estimated probability of being right, in [0, 1].
        abstained: the evidence does not suffice; `reason` says why.
    """

    text: str
    kind: str
    confidence: float
    abstained: bool
    evidence: tuple[Evidence, ...] = ()
    steps: tuple[Step, ...] = ()
    choice: int | None = None
    value: Any = None
    reason: str = ""
    ms: float = 0.0

    def __post_init__(self) -> None:
        if not self.evidence and not self.abstained:
            raise InvalidInputError(f"The answer {self.text!r} has no evidence; it must abstain.")
        if not 0.0 <= self.confidence <= 1.0:
            raise InvalidInputError(f"Answer.confidence must lie in [0, 1], got {self.confidence}.")
