"""What reading and writing a memory hands back: plain frozen records and aligned columns."""

from dataclasses import dataclass, field, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import Span
from mmmem.types import Assertion, FrameRef, TimedText

OWNER_KINDS = ("frame", "detection", "passage")
"""What a vector describes; the position is the code in `VectorTable.owner_kind`."""

FORGOTTEN_KINDS = ("everything", "words", "sight", "assertions")
"""What a tombstone stands for; the position is its code in the table."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one `observe` made durable.

    Args:
        num_frames, num_texts, num_detections, num_vectors, num_keyframes, num_claims, num_assertions, num_poses: new rows.
        num_duplicate_frames, num_duplicate_texts, num_duplicate_assertions: already known, ignored.
        num_clips: how many more leaf clips there are; fewer where late words joined two.
        num_forgotten_frames, num_forgotten_texts, num_forgotten_assertions: left out since they were forgotten; of a look,
            perhaps only what it shows.
    """

    num_frames: int = 0
    num_texts: int = 0
    num_detections: int = 0
    num_vectors: int = 0
    num_keyframes: int = 0
    num_claims: int = 0
    num_duplicate_frames: int = 0
    num_duplicate_texts: int = 0
    num_clips: int = 0
    num_forgotten_frames: int = 0
    num_forgotten_texts: int = 0
    num_assertions: int = 0
    num_duplicate_assertions: int = 0
    num_forgotten_assertions: int = 0
    num_poses: int = 0

    def __add__(self, other: "Receipt") -> "Receipt":
        return Receipt(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Receipt)))


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """A stream of the memory; `number` is its code in columns, `position_ns` where ingest goes on (None: not begun).

    `wearer` is the name of who wears the camera, empty where nobody said.
    """

    number: int
    stream_id: str
    uri: str
    start_ns: int
    end_ns: int | None
    position_ns: int | None
    wearer: str = ""


@dataclass(frozen=True, slots=True)
class StoredText:
    """A text with its number, stream and the time it was learned."""

    id: int
    stream_id: str
    learned_ns: int
    text: TimedText


@dataclass(frozen=True, slots=True)
class StoredFrame:
    """A look of a camera.

    Args:
        num_detections: None means nobody looked for objects, 0 means looked and found none.
        has_keyframe: whether `Memory.keyframe` has its picture.
    """

    id: int
    ref: FrameRef
    span: Span
    num_detections: int | None
    has_keyframe: bool


@dataclass(frozen=True, slots=True)
class StoredDetection:
    """One box in one frame; `xyxy` in pixels of that frame, `track_id` -1 where not tracked."""

    id: int
    ref: FrameRef
    label: str
    track_id: int
    score: float
    xyxy: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class StoredAssertion:
    """One entry of the log, with its number and stream; its `learned_ns` is always set.

    Args:
        frame: id of the look it came with, None where it came with none (a person's correction).
    """

    id: int
    stream_id: str
    frame: int | None
    assertion: Assertion

    @property
    def learned_ns(self) -> int:
        """When it was learned."""
        assert self.assertion.learned_ns is not None
        return self.assertion.learned_ns


class Poses(NamedTuple):
    """Where looks were taken from, in order of time.

    Args:
        t_ns: (n,) int64 instants of the pictures.
        pose_world_camera: (n, 4, 4) float64.
        frame: (n,) int64 ids of the looks.
    """

    t_ns: Ints
    pose_world_camera: NDArray[np.float64]
    frame: Ints


@dataclass(frozen=True, slots=True)
class Presence:
    """An interval over which one thing was seen; `best` is the frame with its highest score."""

    stream_id: str
    label: str
    track_id: int
    span: Span
    num_frames: int
    best: FrameRef
    best_score: float


@dataclass(frozen=True, slots=True, eq=False)
class LineColumns:
    """All texts ordered by id, as aligned int64 columns; `kind` is the position in `TEXT_KINDS`, `stream` a number."""

    id: Ints
    stream: Ints
    start_ns: Ints
    end_ns: Ints
    learned_ns: Ints
    kind: Ints
    num_terms: Ints

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True, eq=False)
class ClipColumns:
    """All clips of one level ordered by stream and start, as aligned int64 columns; `parent` is -1 at the top."""

    id: Ints
    stream: Ints
    start_ns: Ints
    end_ns: Ints
    parent: Ints

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True, eq=False)
class LookColumns:
    """When a stream was looked at for objects, ordered by time: aligned int64 columns."""

    start_ns: Ints
    end_ns: Ints
    num_detections: Ints

    def __len__(self) -> int:
        return len(self.start_ns)


@dataclass(frozen=True, slots=True, eq=False)
class VectorTable:
    """The vectors of one space and whose they are.

    Args:
        rows: (n, d) float32, read from disk as needed.
        owner_kind: (n,) position in `OWNER_KINDS`.
        owner_id: (n,) id of the frame, detection or passage.
        learned_ns: (n,).
    """

    rows: NDArray[np.float32]
    owner_kind: Ints
    owner_id: Ints
    learned_ns: Ints

    def __len__(self) -> int:
        return len(self.owner_id)


@dataclass(frozen=True, slots=True, eq=False)
class PassageColumns:
    """All passages ordered by id: the ids of their first and last texts, as aligned int64 columns."""

    id: Ints
    first_text: Ints
    last_text: Ints

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What forgetting removed, or would remove (`dry_run`).

    Args:
        counts: removed rows by kind: texts, claims, frames, detections, keyframes, vectors, passages, streams, enrichments,
            assertions, poses.
        examples: up to five of the texts.
        notes: what could not be removed and why; empty when no byte is left.
        unsure: of a name, ids and words of the texts that stay although its letters stand inside another word of theirs.
        stays: what is kept of what was named, in sentences.
    """

    dry_run: bool
    counts: dict[str, int]
    examples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unsure: tuple[tuple[int, str], ...] = ()
    stays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A span that was forgotten at `forgotten_ns` (nanoseconds since 1970), without what was there.

    Args:
        what: `everything`, `words` or `assertions` (those of exactly this span), or `sight` (what the looks there show).
    """

    stream_id: str
    span: Span
    what: str
    forgotten_ns: int


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that damage took from the truth; noted at `noted_ns` (nanoseconds since 1970) by a repair.

    Args:
        what: `picture`, `pose` or `vector` of a look, `vector of a box` in it, or `assertion`.
        frame: id of the look; 0 for an assertion.
        space: of a vector, else empty.
    """

    what: str
    stream_id: str
    span: Span
    frame: int
    space: str
    noted_ns: int


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `check` found.

    Args:
        problems: what is wrong now.
        repaired: what was wrong and is not any more.
        checked: how much was looked at, by kind.
        lost: what earlier damage took for good; noted, so that it is no problem any more.
    """

    problems: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    checked: dict[str, int] = field(default_factory=dict)
    lost: tuple[Loss, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class ConsolidateReport:
    """What idle-time work did."""

    num_passages: int = 0
    num_vectors: int = 0
