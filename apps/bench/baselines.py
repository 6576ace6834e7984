"""What a memory must beat: the most frequent answer, the latest mention, flat retrieval; and the oracle, which it cannot."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from apps.bench.lexical import Lexical
from apps.bench.reader import Line, content_words, read
from apps.bench.subject import SILENCE, Said, Source
from mmmem.perceive.protocols import TextEmbedder
from mmmem.types import Detections, Frame, TimedText
from streams.house.questions.asking import knowledge, wording
from streams.house.questions.knowledge import Knowledge
from streams.house.questions.program import result
from streams.house.questions.question import Question
from streams.house.recorded import RecordedHouse

NUM_LINES = 5
"""How many lines ReMEmbR's recipe retrieves."""
_BLIND_TIE = 900 * 10**9


class _Deaf:
    """Observes nothing."""

    num_bytes = 0

    def observe(self, frame: Frame, found: Detections, texts: Sequence[TimedText]) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


class Silent(_Deaf):
    """Never answers; what abstaining alone is worth."""

    def ask(self, text: str, asked_at_ns: int, choices: tuple[str, ...]) -> Said:
        """Silence."""
        return SILENCE


class Blind(_Deaf):
    """Answers without having seen anything: the answer that the questions of this template have most often elsewhere.

    Args:
        questions: those that will be asked, which it uses to know the template alone.
        others: questions of other homes, which it learned from; where there are none, each question is answered from the rest.
    """

    def __init__(self, questions: Iterable[Question], others: Iterable[Question]) -> None:
        self._asked = {(one.text, one.asked_at_ns, one.choices): one for one in questions}
        self._learned = list(others)

    def ask(self, text: str, asked_at_ns: int, choices: tuple[str, ...]) -> Said:
        """The prior's favourite; it answers whatever it is asked."""
        question = self._asked[text, asked_at_ns, choices]
        learned = self._learned or [one for one in self._asked.values() if one is not question]
        seen = [one for one in learned if one.template == question.template and one.answerable and one.stale != "gone"]
        counts = Counter(prior_key(one) for one in seen)
        if choices:
            best = max(range(len(choices)), key=lambda place: (counts[choices[place]], -place))
            return Said(choices[best], choice=best, confidence=1 / len(choices))
        if not counts:
            return SILENCE
        key, num = counts.most_common(1)[0]
        exact = next(one for one in seen if prior_key(one) == key)
        value = exact.accepted[0] if exact.answer_type in ("place", "room", "thing", "person", "word") else exact.value
        return Said(str(value), value, confidence=num / len(seen))


def prior_key(question: Question) -> str:
    """An answer as a prior counts it: names by their words, times and durations by the quarter of an hour."""
    if question.answer_type in ("time", "duration"):
        return str(int(question.value) // _BLIND_TIE)
    return question.accepted[0] if question.accepted else str(question.value)


class Oracle(_Deaf):
    """Knows everything that could have been observed, and runs the programs: what it gets wrong is the fault of the grader."""

    def __init__(self, house: RecordedHouse, questions: Iterable[Question]) -> None:
        self._asked = {(one.text, one.asked_at_ns, one.choices): one for one in questions}
        self._life, self._trajectory, self._observed = house.life, house.trajectory, house.observed()
        self._known: dict[int, Knowledge] = {}

    def ask(self, text: str, asked_at_ns: int, choices: tuple[str, ...]) -> Said:
        """What the program gives."""
        question = self._asked[text, asked_at_ns, choices]
        known = self._known.get(asked_at_ns)
        if known is None:
            known = self._known[asked_at_ns] = knowledge(self._life, self._observed, self._trajectory, asked_at_ns)
        found = result(question.program, known)
        evidence = tuple(Source(one.stream_id, one.span) for one in question.evidence)
        if found == "" or (found == 0 and not question.answerable):
            return SILENCE
        if choices:
            return Said("", choice=_place_of(found, question, known), confidence=1.0, evidence=evidence)
        if isinstance(found, (bool, int)):
            return Said(str(found), found, confidence=1.0, evidence=evidence)
        return Said(wording(known, found), confidence=1.0, evidence=evidence)


def _place_of(found: str, question: Question, known: Knowledge) -> int:
    offered = question.program.args[-len(question.choices) :]
    return offered.index(found) if found in offered else question.choices.index(wording(known, found))


class _Lines:
    """Keeps every caption and every sentence as a line."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def observe(self, frame: Frame, found: Detections, texts: Sequence[TimedText]) -> None:
        """Keep the words."""
        for text in texts:
            self.lines.append(Line(text.text, text.span, frame.stream_id, text.speaker or ""))

    @property
    def num_bytes(self) -> int:
        """The words, and two times each."""
        return sum(len(line.text.encode()) + 16 for line in self.lines)

    def close(self) -> None:
        """Nothing is open."""


class LatestMention(_Lines):
    """The latest line that speaks of what is asked: all its words if there is such a line, else most of them."""

    def __init__(self) -> None:
        super().__init__()
        self._by_word: Mapping[str, list[int]] = defaultdict(list)

    def observe(self, frame: Frame, found: Detections, texts: Sequence[TimedText]) -> None:
        """Keep the words, and where each comes."""
        first = len(self.lines)
        super().observe(frame, found, texts)
        for number, line in enumerate(self.lines[first:], start=first):
            for word in content_words(line.text):
                self._by_word[word].append(number)

    def ask(self, text: str, asked_at_ns: int, choices: tuple[str, ...]) -> Said:
        """What is read off that line."""
        words = content_words(text)
        if choices:
            words = words | frozenset().union(*(content_words(choice) for choice in choices))
        hits = Counter(number for word in words for number in self._by_word.get(word, ()))
        if not hits:
            return SILENCE
        most = max(hits.values())
        return read(text, choices, [self.lines[max(number for number, num in hits.items() if num == most)]], asked_at_ns)


class FlatRetrieval(_Lines):
    """ReMEmbR's recipe (Anwar et al. 2024) without its language model: captions with place and time, the five most similar ones.

    Args:
        embedder: compares by meaning; None compares by words (BM25).
    """

    def __init__(self, embedder: TextEmbedder | None = None) -> None:
        super().__init__()
        self._embedder = embedder
        self._lexical = Lexical()
        self._vectors: list[Sequence[float]] = []

    def observe(self, frame: Frame, found: Detections, texts: Sequence[TimedText]) -> None:
        """Keep the words with where and when."""
        first = len(self.lines)
        super().observe(frame, found, texts)
        for line in self.lines[first:]:
            self._lexical.add(line.text)

    def ask(self, text: str, asked_at_ns: int, choices: tuple[str, ...]) -> Said:
        """What is read off the lines that are most like the question."""
        query = " ".join((re.sub(r"[?]", "", text), *choices))
        places = self._nearest(query) if self._embedder is not None else self._lexical.best(query, NUM_LINES)
        return read(text, choices, [self.lines[place] for place in places], asked_at_ns)

    def _nearest(self, query: str) -> list[int]:
        import numpy as np

        assert self._embedder is not None
        new = [line.text for line in self.lines[len(self._vectors) :]]
        if new:
            self._vectors.extend(self._embedder.embed(new))
        scores = np.asarray(self._vectors) @ self._embedder.embed_queries([query])[0]
        return [int(place) for place in np.argsort(-scores, kind="stable")[:NUM_LINES]]
