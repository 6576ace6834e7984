"""The moment of a chosen option: the act around where it and the question stand together.

What a line says for or against being the middle of that act is added up as log-odds. The weights were fitted to the gold
spans of NExT-GQA's half that has captions; benchmarks/RESULTS.md has the cross-validated figures beside the fitted ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mmmem.agent.answers.acts import act_among
from mmmem.agent.answers.draft import Inquiry
from mmmem.agent.ranking import inside_any
from mmmem.agent.sources import Singles
from mmmem.agent.view import Floats, Ints
from mmmem.agent.wearer import names_wearer
from mmmem.clock import NS_PER_S
from mmmem.text.terms import SELF, mentions_self, terms
from mmmem.types import Evidence

WIDTH_TERMS = 100.0
CHOICE_WIDTH_TERMS = 50.0
TOPIC_SHARE_BESIDE = 0.3
HINTED_SHARE = 0.5
"""What lying in the time that a question hints at is worth, against a peak of 1 each for its words and the option's."""
AROUND_NS = 90 * NS_PER_S
ONE_EVENT_NS = 300 * NS_PER_S
"""What is told within this time is taken to be about one thing, as a short film is."""

TOPIC_ODDS, CHOICE_ODDS = 0.44, 0.23
TOPIC_ODDS_BESIDE_MEANING = 0.38
MEANING_ODDS, CHOICE_MEANING_ODDS = 0.16, 0.28
"""For each standard deviation above the mean of the lines around; where there are vectors, the option's words say no more."""
ANCHOR_ODDS = 0.4
PLACE_ODDS = 2.7
"""For each length of the time hinted at by which a line lies away from it."""
ANCHOR_SHARPNESS = 2.0
BESIDE_NS = 5 * NS_PER_S
"""How soon what happened after something has begun: its likelihood falls by a factor e in this time."""
NO_SPREAD = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """How near each line comes in meaning to each option, (L, choices) each: after the question, and alone."""

    with_question: Singles
    alone: Singles

    def of(self, choice: int) -> Singles:
        """(L, 2) to one option, after the question and alone."""
        return np.stack([self.with_question[:, choice], self.alone[:, choice]], axis=1)


def meaning_of(inquiry: Inquiry) -> Meaning | None:
    """Of all options at once, as reading the vectors is what costs; None without vectors, or where more than one event is told.

    Somewhere in a week a line comes near to any option: there its words near the question's say more.
    """
    lines = inquiry.view.lines
    allowed = inquiry.asked.inside(lines)
    if not allowed.any() or lines.end_ns[allowed].max() - lines.start_ns[allowed].min() > ONE_EVENT_NS:
        return None
    text, options = inquiry.asked.query.text, inquiry.question.choices
    found = inquiry.recall.episodic.line_similarity(inquiry.view, [*(f"{text} {option}" for option in options), *options])
    return None if found is None else Meaning(found[:, : len(options)], found[:, len(options) :])


def moment(inquiry: Inquiry, choice: str, meaning: Singles | None = None) -> Evidence:
    """Where the topic and the chosen option stand together: the act that is expected to be meant.

    What happened after or before something lies beside it, so that the option says more about where than the topic.

    Args:
        meaning: (L, 2) how near each line comes to the option after the question, and alone; words only without.
    """
    lines, constraint = inquiry.view.lines, inquiry.question.constraint
    beside = constraint.anchor is not None and constraint.anchor.relation in ("after", "before")
    share = TOPIC_SHARE_BESIDE if beside else 1.0
    score = share * inquiry.view.field(weights_of(inquiry, topic_of(inquiry)), WIDTH_TERMS)
    score = score + inquiry.view.field(weights_of(inquiry, choice), CHOICE_WIDTH_TERMS)
    allowed = inquiry.asked.inside(lines)
    hinted = HINTED_SHARE * inside_any(lines, constraint.windows) if constraint.windows else 0.0
    peak = int(np.argmax(np.where(allowed, score + hinted, -1.0)))
    close = (lines.stream == lines.stream[peak]) & (np.abs(lines.start_ns - lines.start_ns[peak]) <= AROUND_NS)
    near = np.flatnonzero(close & allowed)
    first, last = act_among(inquiry, near, _log_odds(inquiry, choice, near, meaning))
    return inquiry.cite_run(first, last, float(np.where(allowed, score, 0.0).max()) / (1 + share))


def topic_of(inquiry: Inquiry) -> str:
    """What the question is about, in its own words."""
    question = inquiry.question
    return " ".join([question.content, question.context]).strip() or question.text


def weights_of(inquiry: Inquiry, text: str) -> dict[str, float]:
    """Rarer terms weigh more; the wearer is a term too, by `me` or by name, since "Me" is an answer."""
    wearer = inquiry.asked.wearer
    named = names_wearer(text, wearer)
    words = dict.fromkeys(terms(text) + ([SELF] if named or mentions_self(text) else []))
    words = {term: None for term in words if not named or term not in terms(wearer)}
    return {term: inquiry.view.line_bm25.idf(term) for term in words}


def _log_odds(inquiry: Inquiry, choice: str, near: Ints, meaning: Singles | None) -> Floats:
    """(n,) what speaks for each of some neighbouring lines being the middle of the act meant."""
    topic, option = _held(inquiry, _own_weights(inquiry), near), _held(inquiry, weights_of(inquiry, choice), near)
    if meaning is None:
        odds = TOPIC_ODDS * topic + CHOICE_ODDS * option
    else:
        both, alone = _standardised(meaning[near, 0]), _standardised(meaning[near, 1])
        odds = TOPIC_ODDS_BESIDE_MEANING * topic + MEANING_ODDS * both + CHOICE_MEANING_ODDS * alone
    return odds + ANCHOR_ODDS * _beside_anchor(inquiry, near) - PLACE_ODDS * _away_from_hint(inquiry, near)


def _own_weights(inquiry: Inquiry) -> dict[str, float]:
    """Weights of the topic without the words of the event that lies before or after it, where any are left."""
    weights, anchor = weights_of(inquiry, topic_of(inquiry)), inquiry.question.constraint.anchor
    beside = set() if anchor is None or anchor.relation == "while" else set(terms(anchor.event))
    return {term: weight for term, weight in weights.items() if term not in beside} or weights


def _held(inquiry: Inquiry, weights: Mapping[str, float], near: Ints) -> Floats:
    """(n,) how much of some terms themselves each line holds, against the others; synonyms blur where an act begins."""
    held = np.zeros(len(inquiry.view.lines))
    for term, weight in weights.items():
        held[inquiry.view.postings(term)[0]] += weight
    return _standardised(held[near])


def _beside_anchor(inquiry: Inquiry, near: Ints) -> Floats:
    """(n,) how likely each line comes soon after, or before, the event that the question names; 0 where it names none."""
    anchor = inquiry.question.constraint.anchor
    if anchor is None or anchor.relation == "while":
        return np.zeros(len(near))
    likely = np.exp(ANCHOR_SHARPNESS * _held(inquiry, weights_of(inquiry, anchor.event), near))
    start_ns = inquiry.view.lines.start_ns[near]
    later_ns = start_ns[:, None] - start_ns if anchor.relation == "after" else start_ns - start_ns[:, None]
    soon = np.where(later_ns > 0, np.exp(-np.maximum(later_ns, 0) / BESIDE_NS), 0.0)
    return _standardised(soon @ (likely / likely.sum()))


def _away_from_hint(inquiry: Inquiry, near: Ints) -> Floats:
    """(n,) lengths of the time the question hints at by which each line lies away from it; 0 where it hints at none.

    Who says `at the end` means the very end, so a time that reaches an end of what was told is measured from there.
    """
    constraint, lines = inquiry.question.constraint, inquiry.view.lines
    if constraint.strict or len(constraint.windows) != 1:
        return np.zeros(len(near))
    window = constraint.windows[0]
    middle_ns = (lines.start_ns[near] + lines.end_ns[near]) / 2
    told = lines.stream == lines.stream[near[0]]
    from_start, to_end = window.start_ns <= lines.start_ns[told].min(), window.end_ns >= lines.end_ns[told].max()
    low = window.start_ns if not to_end else window.end_ns
    high = window.end_ns if not from_start else window.start_ns
    if from_start and to_end:
        return np.zeros(len(near))
    return np.asarray(np.maximum(np.maximum(low - middle_ns, middle_ns - high), 0.0) / window.duration_ns)


def _standardised(values: Floats | Singles) -> Floats:
    """(n,) standard deviations above the mean; 0 where all are alike."""
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread, np.float64) if spread > NO_SPREAD else np.zeros(len(values))
