"""Multiple choice: the option that stands closest to what the question is about."""

import numpy as np

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.lines import answer_count
from mmmem.agent.answers.moments import Meaning, meaning_of, moment, topic_of, weights_of
from mmmem.agent.answers.wording import GENERIC
from mmmem.agent.language.answers import parse_count_answer, parse_time_answer
from mmmem.agent.ranking import inside_any
from mmmem.agent.view import Floats
from mmmem.clock import NS_PER_DAY
from mmmem.text.terms import terms

QUESTION_WIDTH_TERMS = 48.0
CHOICE_WIDTH_TERMS = 72.0
FULL_WIDTH_FROM_TERMS = 800.0
"""In a memory with fewer terms than this the kernels shrink with it, or all of it would be one neighbourhood."""
CHOICE_SHARE = 0.75
RECENCY_SHARE = 0.25
SHARPNESS = 10.0
MENTIONED_SHARE = 0.5
CONFIDENCE_TEMPERATURE = 0.25

WORDS_BESIDE_MEANING, TOGETHER_SHARE, STANDING_OUT_SHARE = 0.45, 8.7, 6.0
"""Fitted to the answers of NExT-GQA's half with captions, scaled so that a lead is worth what a lead in words is."""


def answer_choice(inquiry: Inquiry) -> Draft | None:
    """Choose among the options; None if nothing in the memory bears on the question or on any option."""
    choices = inquiry.question.choices
    topic = topic_field(inquiry)
    if not topic.any() or not _is_known(inquiry):
        return None
    meaning = meaning_of(inquiry)
    scores = _time_scores(inquiry, topic) or _count_scores(inquiry) or _line_scores(inquiry, topic, meaning)
    best = int(np.argmax(scores))
    near = None if meaning is None else meaning.of(best)
    return Draft(choices[best], "choice", _confidence(scores), [moment(inquiry, choices[best], near)], choices[best], best)


def _is_known(inquiry: Inquiry) -> bool:
    """Whether a line inside the allowed time holds a word of the question; that it speaks of me too is not enough."""
    allowed = inquiry.asked.inside(inquiry.view.lines)
    words = set(terms(topic_of(inquiry))) - GENERIC
    return not words or any(allowed[inquiry.view.postings(word)[0]].any() for word in words)


def _line_scores(inquiry: Inquiry, topic: Floats, meaning: Meaning | None) -> list[float]:
    """Each option by the words of lines and, with vectors, by how near some line comes to it in meaning.

    An option alone counts by how far its nearest line stands out from all: one that every line is a little like says nothing.
    """
    words = _word_scores(inquiry, topic)
    allowed = inquiry.asked.inside(inquiry.view.lines)
    if meaning is None:
        return words
    together, alone = meaning.with_question[allowed], meaning.alone[allowed]
    near = TOGETHER_SHARE * together.max(axis=0) + STANDING_OUT_SHARE * (alone.max(axis=0) - alone.mean(axis=0))
    return [WORDS_BESIDE_MEANING * said + float(meant) for said, meant in zip(words, near, strict=True)]


def _word_scores(inquiry: Inquiry, topic: Floats) -> list[float]:
    """Each option by how near it stands to the topic, and a little by how much it is mentioned at all."""
    fields = [
        inquiry.view.field(weights_of(inquiry, choice), CHOICE_WIDTH_TERMS * _scale(inquiry))
        for choice in inquiry.question.choices
    ]
    return [soft_maximum(topic + CHOICE_SHARE * field) + MENTIONED_SHARE * float(field.mean()) for field in fields]


def _time_scores(inquiry: Inquiry, topic: Floats) -> list[float] | None:
    """Each option by the topic's peak inside the time it denotes; None unless every option denotes a time and one fits."""
    asked_at_ns = inquiry.asked.query.asked_at_ns
    times = [parse_time_answer(choice, asked_at_ns, inquiry.calendar) for choice in inquiry.question.choices]
    if any(spans is None for spans in times):
        return None
    inside = [inside_any(inquiry.view.lines, spans or ()) for spans in times]
    scores = [float(topic[lines].max(initial=0.0)) for lines in inside]
    return scores if any(scores) else None


def _count_scores(inquiry: Inquiry) -> list[float] | None:
    """1 for the option that is the number a line states, else 0; None unless every option is a number and a line states one."""
    counts = [parse_count_answer(choice) for choice in inquiry.question.choices]
    if inquiry.question.kind != "count" or None in counts:
        return None
    counted = None if inquiry.too_little() else answer_count(inquiry)
    return None if counted is None or counted.value not in counts else [float(count == counted.value) for count in counts]


def topic_field(inquiry: Inquiry) -> Floats:
    """(L,) how much each line is about the question, with a bonus for recent lines; all 0 if no line is."""
    field = inquiry.view.field(weights_of(inquiry, topic_of(inquiry)), QUESTION_WIDTH_TERMS)
    allowed = inquiry.asked.inside(inquiry.view.lines)
    field = np.where(allowed, field, 0.0)
    if not field.any():
        return field
    age_days = (inquiry.view.as_of_ns - inquiry.view.lines.end_ns) / NS_PER_DAY
    return np.asarray(field + np.where(allowed, RECENCY_SHARE * np.exp(-age_days), 0.0))


def _scale(inquiry: Inquiry) -> float:
    return min(1.0, float(inquiry.view.lines.num_terms.sum()) / FULL_WIDTH_FROM_TERMS)


def soft_maximum(values: Floats) -> float:
    """A maximum to which near-best places add a little: a scaled log-sum-exp."""
    peak = float(values.max())
    return peak + float(np.log(np.exp(SHARPNESS * (values - peak)).sum())) / SHARPNESS


def _confidence(scores: list[float]) -> float:
    shares = np.exp((np.array(scores) - max(scores)) / CONFIDENCE_TEMPERATURE)
    return float(shares.max() / shares.sum())
