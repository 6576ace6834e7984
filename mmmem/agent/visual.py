"""Pictures as a source: things a detector named, and keyframes that look like words or like a picture."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mmmem.agent.answers.visits import Visit, visits_in
from mmmem.agent.language.wordlists import PERSON_WORDS
from mmmem.agent.ranking import inside_any
from mmmem.agent.sources import Asked, Hit
from mmmem.index.dense import DenseIndex
from mmmem.perceive.protocols import Encoder
from mmmem.store.records import OWNER_KINDS, StoredFrame, VectorTable
from mmmem.text.terms import terms, tokens

if TYPE_CHECKING:
    from mmmem.memory import Memory

FRAME = OWNER_KINDS.index("frame")
MOST_SEEN = 3
"""How many stays in one clip its evidence tells of."""
VISUAL_FLOOR = 0.18
"""Below this cosine between words and a picture, CLIP-like towers mean that the words are not in it."""


def names(text: str, label: str) -> bool:
    """Whether a text speaks of things of a detector's class: by its name, or as `anybody` and `visitor` are persons."""
    if label == "person" and PERSON_WORDS & set(tokens(text)):
        return True
    return bool(terms(label)) and set(terms(label)) <= set(terms(text))


class VisualSource:
    """What was seen: things a detector named, and keyframes that look like words or like a picture.

    Args:
        encoder: makes vectors of words or pictures; without one, only what a detector named is found.
    """

    name = "visual"

    def __init__(self, memory: "Memory", encoder: Encoder | None) -> None:
        self._memory = memory
        self._encoder = encoder
        self._visits: tuple[object, list[Visit]] = (None, [])
        self._index: DenseIndex | None = None

    def find(self, asked: Asked, k: int) -> list[Hit]:
        """Clips in which a thing the question names was detected, then those whose pictures look like the words."""
        found: dict[int, Hit] = {}
        for hit in [*self._looking_like(asked, k), *self._detected(asked)]:
            if hit.clip not in found or hit.score > found[hit.clip].score:
                found[hit.clip] = hit
        return sorted(found.values(), key=lambda hit: (-hit.score, hit.clip))[:k]

    def _looking_like(self, asked: Asked, k: int) -> list[Hit]:
        if self._encoder is None or not self._encoder.has_text_tower:
            return []
        return self._nearest(asked, self._encoder, self._encoder.encode_texts([asked.query.text])[0], k, floor=VISUAL_FLOOR)

    def like(self, asked: Asked, image: NDArray[np.uint8], k: int) -> list[Hit]:
        """Kept pictures that look like `image`, (H, W, 3) uint8 RGB; none without an encoder."""
        if self._encoder is None:
            return []
        return self._nearest(asked, self._encoder, self._encoder.encode_images([image])[0], k, floor=-1.0, every=True)

    def _detected(self, asked: Asked) -> list[Hit]:
        """Every allowed clip that a thing named in the question was seen in, with the detector's best score for that stay."""
        clips, allowed, hits, as_of_ns = asked.view.clips, asked.allowed(), list[Hit](), asked.view.as_of_ns
        labels = [label for label in self._memory.labels(stream=asked.stream) if names(asked.question.text, label)]
        for presence in sorted(
            (one for label in labels for one in self._memory.presences(label=label, stream=asked.stream, as_of_ns=as_of_ns)),
            key=lambda one: (one.span, one.stream_id, one.label, one.track_id),
        ):
            stream = self._memory.stream_number(presence.stream_id)
            inside = allowed & (clips.stream == stream) & inside_any(clips, [presence.span])
            for clip in np.flatnonzero(inside).tolist():
                best = (presence.best,) if asked.view.clip_span(clip).contains(presence.best.t_ns) else ()
                hits.append(Hit(clip, presence.best_score, f"clip:{clips.id[clip]}", best))
        return hits

    def seen_in(self, asked: Asked, clip: int) -> str:
        """What a detector saw in a clip of what the question names, in words: label, when, best score, and the visit's id."""
        span, calendar = asked.view.clip_span(clip), self._memory.calendar
        stream = int(asked.view.clips.stream[clip])
        presences = self._memory.presences(stream=asked.stream, window=span, as_of_ns=asked.view.as_of_ns)
        labels = sorted({presence.label for presence in presences if names(asked.question.text, presence.label)})
        said = [
            f"{label} seen {calendar.format_span(visit.span)} (score {visit.score:.2f}, visit:{label}:{visit.number})"
            for label in labels
            for visit in self._visits_of(label, asked.view.as_of_ns)
            if visit.span.overlaps(span) and self._memory.stream_number(visit.stream_id) == stream
        ]
        return "; ".join(said[:MOST_SEEN])

    def _visits_of(self, label: str, as_of_ns: int) -> list[Visit]:
        key = (self._memory.version(), label, as_of_ns)
        if self._visits[0] != key:
            self._visits = key, visits_in(self._memory, label, as_of_ns)
        return self._visits[1]

    def _nearest(
        self, asked: Asked, encoder: Encoder, vector: NDArray[np.float32], k: int, *, floor: float, every: bool = False
    ) -> list[Hit]:
        """The best frame of each of the `k` clips nearest to `vector`, or the `k` nearest frames with `every`.

        More rows are read until enough are in allowed clips.
        """
        if encoder.space not in self._memory.spaces():
            return []
        table = self._memory.vectors(encoder.space)
        self._index = grown(self._index, table)
        visible = (table.owner_kind == FRAME) & (table.learned_ns <= asked.view.as_of_ns)
        num_rows = max(20 * k, 200)
        while True:
            found = self._index.search(vector, visible, num_rows)
            frames = self._memory.frames(table.owner_id[found.row].tolist())
            near = [(frame, score) for frame, score in zip(frames, found.score.tolist(), strict=True) if score >= floor]
            hits = self._allowed(asked, near, every)[:k]
            if len(hits) == k or len(found.row) < num_rows or found.score[-1] < floor:
                return hits
            num_rows *= 4

    def _allowed(self, asked: Asked, near: list[tuple[StoredFrame, float]], every: bool) -> list[Hit]:
        """Hits in allowed clips: of each clip the first frame, or every one."""
        allowed, hits = asked.allowed(), dict[int, Hit]()
        for frame, score in near:
            clip = asked.view.clip_at(self._memory.stream_number(frame.ref.stream_id), frame.ref.t_ns)
            if clip >= 0 and allowed[clip]:
                hits.setdefault(frame.id if every else clip, Hit(clip, score, f"frame:{frame.id}", frames=(frame.ref,)))
        return list(hits.values())


def grown(index: DenseIndex | None, table: VectorTable) -> DenseIndex:
    """The index with every row of the table; made anew when rows were forgotten."""
    if index is None or len(index) > len(table):
        index = DenseIndex(table.rows.shape[1])
    index.extend(table.rows)
    return index
