"""The banks as sources: what each can tell of a question's clips."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from mmmem.agent.answers.visits import Visit, visits_in
from mmmem.agent.language.wordlists import PERSON_WORDS
from mmmem.agent.policy import Policy, default_policy
from mmmem.agent.question import Question
from mmmem.agent.ranking import Spans, choice_scores, dense_scores, inside_any, recency, term_weights, word_scores
from mmmem.agent.view import Floats, Ints, View
from mmmem.clock import NS_PER_MIN
from mmmem.index.dense import DenseIndex, inner_products
from mmmem.perceive.protocols import Encoder, TextEmbedder
from mmmem.store.records import OWNER_KINDS, StoredFrame, VectorTable
from mmmem.text.terms import terms, tokens
from mmmem.types import FrameRef, Query

if TYPE_CHECKING:
    from mmmem.memory import Memory

Singles = NDArray[np.float32]

FRAME, _, PASSAGE = range(len(OWNER_KINDS))
PRESENT_NS = 10 * NS_PER_MIN
"""Who asks for the last time before now is in the middle of it again for about so long."""
DENSE_FLOOR = 0.3
"""Below this a clip that shares no word with the question, and of which no line comes nearer to it, is no hit."""
QUERIES_KEPT = 64
FACT_COVERAGE = 0.5
MOST_SEEN = 3
"""How many stays in one clip its evidence tells of."""
VISUAL_FLOOR = 0.18
"""Below this cosine between words and a picture, CLIP-like towers mean that the words are not in it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question together with what it may see."""

    query: Query
    question: Question
    view: View
    stream: str | None = None
    policy: Policy = field(default_factory=default_policy)

    def inside(self, spans: Spans) -> NDArray[np.bool_]:
        """(n,) which spans overlap the window and, where the question names its time outright, that time."""
        inside = np.ones(len(spans.start_ns), np.bool_) if self.query.window is None else inside_any(spans, [self.query.window])
        constraint = self.question.constraint
        if constraint.strict and constraint.windows and self.policy.named_time:
            inside &= inside_any(spans, constraint.windows)
        return inside

    def allowed(self) -> NDArray[np.bool_]:
        """(C,) clips that may be found."""
        return self.inside(self.view.clips)

    def line_scores(self) -> Floats:
        """(L,) BM25 of the question against each line."""
        return self.view.line_bm25.scores(term_weights(self.words))

    @property
    def words(self) -> str:
        """What to look for."""
        return self.question.content or self.question.text

    def preference(self) -> Floats:
        """(C,) what a clip's time alone is worth: recent, inside the times the question hints at, not what is going on now."""
        constraint, clips = self.question.constraint, self.view.clips
        score = self.policy.recency * recency(self.view, first=constraint.order == "first")
        if constraint.windows and not constraint.strict:
            score = score + self.policy.hinted * inside_any(clips, constraint.windows)
        if constraint.order == "last":
            score = score - self.policy.present * (clips.end_ns > self.view.as_of_ns - PRESENT_NS)
        return np.asarray(score)


@dataclass(frozen=True, slots=True)
class Hit:
    """A clip a source found: its position in the view, and what in it was found."""

    clip: int
    score: float
    id: str
    frames: tuple[FrameRef, ...] = ()


class Source(Protocol):
    """Anything that can find clips for a question; a third party's too."""

    @property
    def name(self) -> str:
        """What `sources=` calls it."""
        ...

    def find(self, asked: Asked, k: int) -> list[Hit]:
        """At most `k` hits, best first, each in a clip that `asked.allowed()`."""
        ...


class EpisodicSource:
    """Captions, speech and text in pictures: by words and, with a text embedder, by meaning."""

    name = "episodic"

    def __init__(self, memory: "Memory", embedder: TextEmbedder | None = None) -> None:
        self._memory = memory
        self._embedder = embedder
        self._vectors: dict[str, Singles] = {}

    def words(self, asked: Asked) -> Floats:
        """(C,) how well the words of each clip fit the question's, peak 1; above 0 where a word is shared, or nearly."""
        return word_scores(asked.view, asked.words, asked.policy.neighbours)

    def words_of_choices(self, asked: Asked) -> Floats:
        """(C,) the same for the option that fits best."""
        return choice_scores(asked.view, asked.question.choices, asked.policy.neighbours)

    def meaning(self, asked: Asked) -> Floats | None:
        """(C,) how near the best line of each clip comes to the question, of -1 to 1; None without vectors."""
        found = self.line_similarity(asked.view, [asked.query.text])
        return None if found is None else dense_scores(asked.view, found[:, 0])

    def _vectors_of(self, texts: Sequence[str]) -> Singles:
        """(q, d) vectors of questions; those just made are kept, as an answer compares the same words in several ways."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new and self._embedder is not None:
            if len(self._vectors) > QUERIES_KEPT:
                self._vectors.clear()
                new = list(dict.fromkeys(texts))
            self._vectors.update(zip(new, self._embedder.embed_queries(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])

    def can_mean(self) -> bool:
        """Whether there are vectors of lines, and an embedder to make them of questions."""
        return self._embedder is not None and self._embedder.space in self._memory.spaces()

    def line_similarity(self, view: View, texts: Sequence[str]) -> Singles | None:
        """(L, q) how near each line comes to each text: half its own cosine, half the mean of it and the lines beside it.

        None without an embedder or visible vectors; a line without a vector counts as the farthest one.
        """
        if view.whole is not view:
            whole = self.line_similarity(view.whole, texts)
            return None if whole is None else whole[view.whole.positions_of(view.lines.id)]
        if self._embedder is None or not self.can_mean():
            return None
        table, passages = self._memory.vectors(self._embedder.space), self._memory.passage_columns()
        visible = (table.owner_kind == PASSAGE) & (table.learned_ns <= view.as_of_ns)
        if not visible.any():
            return None
        queries = self._vectors_of(texts)
        last = int(np.flatnonzero(visible)[-1]) + 1
        products = inner_products(table.rows[:last], queries)[visible[:last]]
        where = np.searchsorted(passages.id, table.owner_id[visible])
        lines = view.positions_of(passages.first_text[where])
        there = (lines >= 0) & (passages.last_text[where] == passages.first_text[where])  # others were cut by an older version
        cosine = np.full((len(view.lines), len(texts)), products.min(), np.float32)
        cosine[lines[there]] = products[there]
        return np.asarray((cosine + around(cosine, view.lines.stream)) / 2, np.float32)


def around(values: Singles, stream: Ints) -> Singles:
    """(L, q) mean of each row, the one before and the one after it, of the same stream."""
    total, number = values.copy(), np.ones((len(values), 1), np.float32)
    same = (stream[1:] == stream[:-1])[:, None]
    for here, there in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
        total[here] += same * values[there]
        number[here] += same
    return total / number


def grown(index: DenseIndex | None, table: VectorTable) -> DenseIndex:
    """The index with every row of the table; made anew when rows were forgotten."""
    if index is None or len(index) > len(table):
        index = DenseIndex(table.rows.shape[1])
    index.extend(table.rows)
    return index


class SemanticSource:
    """Facts: who has what, what lies where, who likes what; a hit is the clip in which a fitting claim was made."""

    name = "semantic"

    def __init__(self, memory: "Memory") -> None:
        self._memory = memory
        self._claims: list[tuple[int, int, str, str, str]] = []
        self._of_term: dict[str, list[int]] = {}
        self._num_read = 0

    def find(self, asked: Asked, k: int) -> list[Hit]:
        """Clips of the claims that hold at least half of the question's words, weighted by rarity; later first among equals."""
        self._read()
        idf = asked.view.line_bm25.idf
        wanted = {term: idf(term) for term in term_weights(asked.words)}
        held: dict[int, float] = {}
        for term, weight in wanted.items():
            for place in self._of_term.get(term, ()):
                held[place] = held.get(place, 0.0) + weight
        floor = FACT_COVERAGE * sum(wanted.values())
        good = [(share, place) for place, share in held.items() if share >= floor]
        good.sort(key=lambda item: (-item[0], -item[1]))
        return self._hits(asked, good, k)

    def _hits(self, asked: Asked, good: list[tuple[float, int]], k: int) -> list[Hit]:
        lines = asked.view.positions_of([self._claims[place][1] for _, place in good])
        allowed, hits = asked.allowed(), dict[int, Hit]()
        late = self._memory.claims_learned_late()
        for (share, place), line in zip(good, lines.tolist(), strict=True):
            known = line >= 0 and late.get(self._claims[place][0], 0) <= asked.view.as_of_ns
            clip = int(asked.view.lines.clip[line]) if known else -1
            if clip >= 0 and allowed[clip]:
                hits.setdefault(clip, Hit(clip, share, f"fact:{self._claims[place][0]}"))
            if len(hits) == k:
                break
        return list(hits.values())

    def _read(self) -> None:
        """Take in the claims that are new; all of them again after something was forgotten."""
        claims = self._memory.claims()
        if claims is not self._claims:
            self._claims, self._of_term, self._num_read = claims, {}, 0
        for place in range(self._num_read, len(claims)):
            _, _, subject, predicate, object_ = claims[place]
            for term in dict.fromkeys(terms(f"{subject} {predicate.replace('_', ' ')} {object_}")):
                self._of_term.setdefault(term, []).append(place)
        self._num_read = len(claims)


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
        clips, allowed, hits = asked.view.clips, asked.allowed(), list[Hit]()
        for presence in self._memory.presences(stream=asked.stream, as_of_ns=asked.view.as_of_ns):
            if not names(asked.question.text, presence.label):
                continue
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
