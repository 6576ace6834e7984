"""Which drafts become questions: no answer that can be guessed, no thing asked about over and over, few of yes or no."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from streams.house.questions.drafting import Draft
from streams.house.questions.question import FAMILIES

MOST_GUESSED = 0.36
"""Share of a family that the most frequent answer of each template may get; a prior from other homes gets less."""
_MOST_BINARY = 0.34
_MOST_PER_SUBJECT = 2


def chosen(drafts: Iterable[Draft], num_per_family: int, rng: np.random.Generator) -> list[Draft]:
    """Some drafts of each family, with answers spread evenly within each template; the same draws give the same choice."""
    by_family: dict[str, list[Draft]] = {family: [] for family in FAMILIES}
    for draft in drafts:
        by_family[draft.family].append(draft)
    picked: list[Draft] = []
    for family in FAMILIES:
        pool = by_family[family]
        order = [pool[number] for number in rng.permutation(len(pool)).tolist()]
        picked += _unguessable(_Picking(order, num_per_family).done())
    return picked


def guessed(drafts: Sequence[Draft]) -> float:
    """Share that is right if every template is answered with its most frequent answer."""
    counts: dict[str, Counter[str]] = {}
    for draft in drafts:
        counts.setdefault(draft.template, Counter())[answer_key(draft)] += 1
    return sum(max(counter.values()) for counter in counts.values()) / max(len(drafts), 1)


def answer_key(draft: Draft) -> str:
    """What a prior could know of an answer: for times and lengths of time the quarter of an hour."""
    if draft.answer_type in ("time", "duration") and draft.answerable:
        return str(draft.value // (900 * 10**9))
    return draft.answer


def is_binary(draft: Draft) -> bool:
    """Whether half of all guesses are right."""
    return draft.answer_type == "yes_no" or (draft.template.startswith("state_") and draft.template != "state_which")


@dataclass(slots=True)
class _Picking:
    """Takes drafts one by one: of the template with fewest so far, the one whose answer and subject came up least."""

    pool: list[Draft]
    num: int
    picked: list[Draft] = field(default_factory=list)
    templates: Counter[str] = field(default_factory=Counter)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    subjects: Counter[str] = field(default_factory=Counter)
    num_binary: int = 0
    usual: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        counts: dict[str, Counter[str]] = {}
        for draft in self.pool:
            counts.setdefault(draft.template, Counter())[answer_key(draft)] += 1
        self.usual = {template: counter.most_common(1)[0][0] for template, counter in counts.items()}

    def done(self) -> list[Draft]:
        left = self.pool
        while left and len(self.picked) < self.num:
            best = min(left, key=self._cost)
            left = [draft for draft in left if draft is not best and not self._same(draft, best)]
            self._take(best)
            left = [draft for draft in left if self._fits(draft)]
        return self.picked

    def _cost(self, draft: Draft) -> tuple[int, int, int]:
        return self.templates[_sort(draft)], self.answers[self._answer(draft)], self.subjects[_about(draft)]

    def _answer(self, draft: Draft) -> tuple[str, str]:
        """What is to be spread evenly: answers within a template; of yes or no, whether it is the usual one."""
        key = answer_key(draft)
        return ("binary", str(key == self.usual[draft.template])) if is_binary(draft) else (draft.template, key)

    def _take(self, draft: Draft) -> None:
        self.picked.append(draft)
        self.templates[_sort(draft)] += 1
        self.answers[self._answer(draft)] += 1
        self.subjects[_about(draft)] += 1
        self.num_binary += is_binary(draft)

    def _fits(self, draft: Draft) -> bool:
        if is_binary(draft) and self.num_binary + 1 > _MOST_BINARY * self.num:
            return False
        return self.subjects[_about(draft)] < _MOST_PER_SUBJECT or draft.template in ("your_room",)

    @staticmethod
    def _same(draft: Draft, taken: Draft) -> bool:
        return draft.template == taken.template and draft.subject == taken.subject


def _sort(draft: Draft) -> str:
    """What is picked in turn: templates, those of yes or no as one, things that are gone apart from those that moved unseen."""
    return "binary" if is_binary(draft) else f"{draft.template} {draft.stale}"


def _about(draft: Draft) -> str:
    return draft.subject.partition(" ")[0]


def _unguessable(drafts: list[Draft]) -> list[Draft]:
    """Without the questions that make the family guessable; what is unanswerable is not guessed by an answer."""
    kept = list(drafts)
    if kept and kept[0].family == "unanswerable":
        return kept
    while len(kept) > 3 and guessed(kept) > MOST_GUESSED:
        counts = Counter((draft.template, answer_key(draft)) for draft in kept)
        sizes = Counter(draft.template for draft in kept)
        worst = max(counts, key=lambda key: (counts[key] / sizes[key[0]], counts[key], key))
        kept.remove(next(draft for draft in reversed(kept) if (draft.template, answer_key(draft)) == worst))
    return kept
