"""BM25 (Robertson and Zaragoza 2009) over lines that are added one by one."""

import math
from collections import Counter, defaultdict

from apps.bench.reader import content_words

_K1, _B = 1.2, 0.75


class Lexical:
    """Lines by their words."""

    def __init__(self) -> None:
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._lengths: list[int] = []

    def add(self, text: str) -> None:
        """Take in the next line."""
        words = content_words(text)
        for word in words:
            self._postings[word].append(len(self._lengths))
        self._lengths.append(len(words))

    def best(self, query: str, num: int) -> list[int]:
        """Numbers of the best lines, best first; later ones before earlier ones where they are as good."""
        total, scores = len(self._lengths), Counter[int]()
        mean = sum(self._lengths) / total if total else 1.0
        for word in content_words(query):
            lines = self._postings.get(word, ())
            rarity = math.log(1 + (total - len(lines) + 0.5) / (len(lines) + 0.5))
            for line in lines:
                scores[line] += rarity * (_K1 + 1) / (1 + _K1 * (1 - _B + _B * self._lengths[line] / mean))  # type: ignore[assignment]
        return sorted(scores, key=lambda line: (-scores[line], -line))[:num]
