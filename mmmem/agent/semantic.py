"""The semantic bank as a source: facts, each found where the claim it rests on was made."""

from typing import TYPE_CHECKING

from mmmem.agent.ranking import term_weights
from mmmem.agent.sources import Asked, Hit
from mmmem.text.terms import terms

if TYPE_CHECKING:
    from mmmem.memory import Memory

FACT_COVERAGE = 0.5


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
