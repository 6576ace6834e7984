"""The episodic bank as a source: captions, speech and text in pictures, by words and by meaning."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mmmem.agent.ranking import dense_scores, word_scores
from mmmem.agent.sources import Asked, Singles
from mmmem.agent.view import Floats, Ints, View
from mmmem.index.dense import inner_products
from mmmem.perceive.protocols import TextEmbedder
from mmmem.store.records import OWNER_KINDS

if TYPE_CHECKING:
    from mmmem.memory import Memory

PASSAGE = OWNER_KINDS.index("passage")
DENSE_FLOOR = 0.3
"""Below this a clip that shares no word with the question, and of which no line comes nearer to it, is no hit."""
QUERIES_KEPT = 64


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
