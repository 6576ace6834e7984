"""The retrieval loop of WorldMM over a memory of ours, for a comparison on equal ground.

After Yeo, Kim, Yoon and Hwang, "WorldMM: Dynamic Multimodal Memory Agent for Long Video Reasoning" (arXiv 2512.02425): in each
of at most five rounds one memory is chosen, episodic, semantic or visual; it gives its best 3, 10 or 3; evidence is put
together until it suffices. Episodic memory is cut into fixed windows of 30 s, 3 min, 10 min and 1 h, of which 10, 5, 5 and 3
are candidates.

What a language model does there, a fixed rule does here unless a chat model is given:

- which memory: by the kind of question, the same in every run (`memories_for`); one that has nothing gives its round to the
  episodic one;
- which of the candidates: those that agree over the scales; each window stands for the best clip in it, and a clip counts as
  often as windows stand for it, each by its share of the best score of its scale;
- what is looked for: the question, with the options as far as they are given; a memory that is asked again goes on where it
  stopped;
- when it suffices: never before the rounds are used up or nothing new is found;
- the answer: the option whose words stand best in the evidence.

A chat model rewrites the question for every round, says after each whether the evidence suffices, and then answers. Scores
are those of our sources without recency, time and neighbours, which the paper does not have; graphs and PageRank are not
rebuilt. So this compares loops and windows, not their language model's captions.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from mmmem.agent.escalation import ModelTier
from mmmem.agent.question import Question
from mmmem.agent.ranking import term_weights
from mmmem.agent.semantic import SemanticSource
from mmmem.agent.sources import Asked, Hit
from mmmem.agent.view import Floats, Ints, View
from mmmem.chat.judging import Judgement, judge
from mmmem.chat.planning import plan_question
from mmmem.clock import NS_PER_HOUR, NS_PER_MIN, NS_PER_S
from mmmem.errors import ModelError
from mmmem.index.lexical import Bm25, Grouping
from mmmem.text.terms import terms
from mmmem.types import Answer, Evidence, Query, Step

if TYPE_CHECKING:
    from mmmem.memory import Memory

NUM_ROUNDS = 5
TOP_K: Mapping[str, int] = {"episodic": 3, "semantic": 10, "visual": 3}
WINDOWS: Mapping[int, int] = {30 * NS_PER_S: 10, 3 * NS_PER_MIN: 5, 10 * NS_PER_MIN: 5, NS_PER_HOUR: 3}
"""Length of a window, and how many windows of that length are candidates."""
OFF = ("recency", "time", "neighbours")
"""Parts of our policy the paper does not have."""
CHOICES_WEIGHT, MEANING_WEIGHT = 0.6, 2.0
"""Of the best option's words and of meaning, against the question's words; fixed, so that fitting ours does not move theirs."""


_LOOKS = re.compile(r"\b(?:colou?r|look(?:s|ed|ing)?\s+like|wear(?:s|ing)?|wore|shape|pattern|written|seen)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """Evidence of all rounds, in the order it came, and the rounds."""

    evidence: tuple[Evidence, ...]
    steps: tuple[Step, ...]
    judged: Judgement | None = None


def memories_for(question: Question) -> tuple[str, ...]:
    """The memory of each round: habits begin with facts, looks with pictures, all else with events; every memory has a turn."""
    if question.aspect == "habit":
        return ("semantic", "episodic", "episodic", "visual", "episodic")
    if _LOOKS.search(question.text):
        return ("visual", "episodic", "episodic", "semantic", "episodic")
    return ("episodic", "episodic", "semantic", "visual", "episodic")


class WorldMM:
    """Asks a memory in WorldMM's way; `search` and `ask` take what `Memory`'s take.

    Args:
        windows: lengths of the episodic windows in nanoseconds, and how many of each are candidates.
        model: rewrites, judges and answers; without one, fixed rules do.
    """

    def __init__(self, memory: "Memory", *, windows: Mapping[int, int] = WINDOWS, model: ModelTier | None = None) -> None:
        self._memory = memory
        self._windows = windows
        self._model = model
        self._policy = memory.recall.policy.without(*OFF)
        self._semantic = SemanticSource(memory)
        self._bm25: WeakKeyDictionary[View, dict[int, tuple[Ints, Bm25]]] = WeakKeyDictionary()

    def search(
        self, text: str, *, asked_at: int, stream: str | None = None, k: int = 15, choices: Sequence[str] = ()
    ) -> list[Evidence]:
        """The first `k` pieces of evidence the rounds bring."""
        return list(self._run(self._asked(text, asked_at, stream, choices)).evidence[:k])

    def ask(self, text: str, *, asked_at: int, stream: str | None = None, choices: Sequence[str] = ()) -> Answer:
        """An answer from the evidence of the rounds, or an abstention where they bring none."""
        started = time.perf_counter()
        asked = self._asked(text, asked_at, stream, choices)
        answer = self._answer(asked, self._run(asked))
        return replace(answer, ms=(time.perf_counter() - started) * 1000)

    def _asked(self, text: str, asked_at: int, stream: str | None, choices: Sequence[str]) -> Asked:
        asked = self._memory.recall.asked(Query(text, asked_at, None, tuple(choices)), stream)
        return replace(asked, policy=self._policy)

    def _run(self, asked: Asked) -> Found:
        """All rounds."""
        evidence: list[Evidence] = []
        taken: set[int] = set()
        queries, steps = self._queries(asked)
        for number, chosen in enumerate(memories_for(asked.question)):
            started = time.perf_counter()
            bank = chosen
            looked_for = queries[number % len(queries)]
            hits = self._look(bank, looked_for, taken)
            if not hits and bank != "episodic":
                bank, hits = "episodic", self._look("episodic", looked_for, taken)
            taken.update(hit.clip for hit in hits)
            evidence += [self._memory.recall.evidence(asked, bank, hit, hit.score) for hit in hits]
            ms = (time.perf_counter() - started) * 1000
            steps.append(Step(bank, "windows", looked_for.query.text, len(hits), f"round {number + 1} of {NUM_ROUNDS}", ms))
            judged = self._judged(asked, evidence, steps)
            if judged is not None and judged.sufficient:
                return Found(tuple(evidence), tuple(steps), judged)
        return Found(tuple(evidence), tuple(steps))

    def _queries(self, asked: Asked) -> tuple[list[Asked], list[Step]]:
        """What the rounds look for, in turn: a model's queries, else the question; and the step a model took."""
        if self._model is None:
            return [asked], []
        chat = self._model.chat
        try:
            planned = plan_question(
                chat, asked.query.text, asked.query.choices,
                calendar=self._memory.calendar, asked_at_ns=asked.query.asked_at_ns, budget=self._model.budget,
            )  # fmt: skip
        except ModelError as error:
            why = f"the question itself is looked for, the model gave no queries: {error}"
            return [asked], [Step("model", chat.name, asked.query.text, 0, why, 0.0)]
        done = planned.completion
        step = Step("model", chat.name, asked.query.text, 0, "queries", done.ms, done.tokens_in + done.tokens_out)
        return [self._reworded(asked, text) for text in planned.plan.queries], [step]

    def _reworded(self, asked: Asked, text: str) -> Asked:
        again = self._asked(text, asked.query.asked_at_ns, asked.stream, ())
        return replace(again, view=asked.view)

    def _look(self, bank: str, asked: Asked, taken: set[int]) -> list[Hit]:
        """The best of one memory that no round has brought yet."""
        k = TOP_K[bank]
        if bank == "episodic":
            return self._episodic(asked, taken)[:k]
        find: Callable[[Asked, int], list[Hit]] = self._semantic.find if bank == "semantic" else self._memory.recall.visual.find
        return [hit for hit in find(asked, k + len(taken)) if hit.clip not in taken][:k]

    def _episodic(self, asked: Asked, taken: set[int]) -> list[Hit]:
        """Clips that stand for the best windows, by how far the scales agree on them."""
        meaning = self._meaning(asked)
        lines, support = self._line_scores(asked, meaning), dict[int, float]()
        fresh = ~np.isin(asked.view.lines.clip, list(taken)) & (asked.view.lines.clip >= 0)
        for length_ns, num in self._windows.items():
            window_of_line, scores = self._window_scores(asked, length_ns, meaning)
            scores[np.setdiff1d(window_of_line, window_of_line[fresh])] = 0.0
            top = max(float(scores.max(initial=0.0)), 1e-12)
            for window in np.argsort(-scores, kind="stable")[:num]:
                if scores[window] <= 0:
                    break
                inside = np.flatnonzero((window_of_line == window) & fresh)
                best = int(inside[np.argmax(lines[inside])])
                if lines[best] <= 0:  # what made the window fit was brought by an earlier round
                    continue
                clip = int(asked.view.lines.clip[best])
                support[clip] = support.get(clip, 0.0) + float(scores[window]) / top
        clips = asked.view.clips
        return [
            Hit(clip, score, f"clip:{clips.id[clip]}") for clip, score in sorted(support.items(), key=lambda x: (-x[1], x[0]))
        ]

    def _line_scores(self, asked: Asked, meaning: Floats | None) -> Floats:
        """(L,) what each line's clip is worth; the best line of a window says which clip stands for it."""
        worth = _scaled(_relevance(asked.view.clip_bm25, asked))[asked.view.lines.clip]
        return worth if meaning is None else worth + MEANING_WEIGHT * meaning

    def _meaning(self, asked: Asked) -> Floats | None:
        found = self._memory.recall.episodic.line_similarity(asked.view, [asked.query.text]) if asked.policy.meaning else None
        return None if found is None else found[:, 0].astype(np.float64)

    def _window_scores(self, asked: Asked, length_ns: int, meaning: Floats | None) -> tuple[Ints, Floats]:
        """Which window each line lies in, and how well each window fits: words, and the best meaning of its lines."""
        window, bm25 = self._windows_of(asked.view, length_ns)
        score = _scaled(_relevance(bm25, asked))
        if meaning is not None:
            best = np.zeros(len(score))
            np.maximum.at(best, window, meaning)
            score = score + MEANING_WEIGHT * best
        return window, score

    def _windows_of(self, view: View, length_ns: int) -> tuple[Ints, Bm25]:
        known = self._bm25.setdefault(view, {})
        if length_ns not in known:
            lines = view.lines
            place = lines.start_ns // length_ns
            place = place + lines.stream * (int(place.max(initial=0)) + 1)
            found, window = np.unique(place, return_inverse=True)
            known[length_ns] = window, Bm25(view.postings, Grouping(window, lines.num_terms.astype(np.float64), len(found)))
        return known[length_ns]

    def _judged(self, asked: Asked, evidence: Sequence[Evidence], steps: list[Step]) -> Judgement | None:
        if self._model is None or not evidence:
            return None
        chat = self._model.chat
        try:
            found = judge(
                chat, asked.query.text, asked.query.choices, evidence,
                calendar=self._memory.calendar, asked_at_ns=asked.query.asked_at_ns, budget=self._model.budget,
            )  # fmt: skip
        except ModelError as error:
            steps.append(Step("model", chat.name, asked.query.text, 0, f"the model gave no judgement: {error}", 0.0))
            return None
        done, why = found.completion, "sufficient" if found.sufficient else "not sufficient yet"
        steps.append(Step("model", chat.name, asked.query.text, len(evidence), why, done.ms, done.tokens_in + done.tokens_out))
        return found

    def _answer(self, asked: Asked, found: Found) -> Answer:
        kind = "choice" if asked.query.choices else "text"
        if not found.evidence:
            reason = "none of the memories holds a word of the question"
            return Answer(f"I do not know: {reason}", kind, 0.0, True, steps=found.steps, reason=reason)
        if found.judged is not None and found.judged.sufficient:
            one = found.judged
            return Answer(one.answer, kind, one.confidence, False, found.evidence, found.steps, one.choice, one.answer)
        if not asked.query.choices:
            return Answer(found.evidence[0].text, kind, 0.5, False, found.evidence, found.steps)
        scores = [self._worth(asked, choice, found.evidence) for choice in asked.query.choices]
        best = int(np.argmax(scores))
        confidence = scores[best] / sum(scores) if sum(scores) > 0 else 1 / len(scores)
        choice = asked.query.choices[best]
        return Answer(choice, kind, confidence, False, found.evidence, found.steps, best, choice)

    def _worth(self, asked: Asked, choice: str, evidence: Sequence[Evidence]) -> float:
        """How much of an option's words, weighted by rarity, stands in each piece of evidence, earlier pieces counting more."""
        weights = {term: asked.view.line_bm25.idf(term) for term in terms(choice)}
        total = max(sum(weights.values()), 1e-12)
        held = [sum(weights[term] for term in weights.keys() & set(terms(one.text))) / total for one in evidence]
        return sum(share / (rank + 1) for rank, share in enumerate(held))


def _relevance(bm25: Bm25, asked: Asked) -> Floats:
    """BM25 of the question, and of the option that fits best."""
    score = bm25.scores(term_weights(asked.question.content or asked.question.text))
    if asked.question.choices and asked.policy.choices:
        options = [bm25.scores(term_weights(choice)) for choice in asked.question.choices]
        score = score + CHOICES_WEIGHT * np.max(options, axis=0)
    return np.asarray(score)


def _scaled(score: Floats) -> Floats:
    return np.asarray(score / max(float(score.max(initial=0.0)), 1e-12))
