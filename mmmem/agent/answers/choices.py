"""Multiple choice: the option that stands closest to what the question is about."""

import numpy as np

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.language.answers import parse_time_answer
from mmmem.agent.ranking import inside_any
from mmmem.agent.view import Floats
from mmmem.clock import Span
from mmmem.text.terms import SELF, mentions_self, terms

QUESTION_WIDTH_TERMS = 48.0
CHOICE_WIDTH_TERMS = 72.0
CHOICE_SHARE = 0.75
RECENCY_SHARE = 0.25
SHARPNESS = 10.0
TIME_SHARPNESS = 8.0
CONFIDENCE_TEMPERATURE = 0.25


def answer_choice(inquiry: Inquiry) -> Draft | None:
    """Choose among the options; None if nothing in the memory bears on the question or on any option."""
    choices = inquiry.question.choices
    topic = topic_field(inquiry)
    if not topic.any():
        return None
    times = [parse_time_answer(c, inquiry.asked.query.asked_at_ns, inquiry.calendar) for c in choices]
    if all(spans is not None for spans in times):
        scores = [_time_score(inquiry, topic, spans or ()) for spans in times]
        fields = [np.zeros(len(topic)) for _ in choices]
    else:
        fields = [inquiry.view.field(_weights(inquiry, choice), CHOICE_WIDTH_TERMS) for choice in choices]
        scores = [soft_maximum(topic + CHOICE_SHARE * field) for field in fields]
    best = int(np.argmax(scores))
    evidence = inquiry.search()
    return Draft(choices[best], "choice", _confidence(scores), evidence, value=choices[best], choice=best)


def topic_field(inquiry: Inquiry) -> Floats:
    """(L,) how much each line is about the question, with a bonus for recent lines; all 0 if no line is."""
    words = " ".join([inquiry.question.content, inquiry.question.context]).strip() or inquiry.question.text
    field = inquiry.view.field(_weights(inquiry, words), QUESTION_WIDTH_TERMS)
    if not field.any():
        return field
    constraint = inquiry.question.constraint
    if constraint.strict and constraint.windows:
        field = np.where(inside_any(inquiry.view.lines, constraint.windows), field, 0.0)
    age_days = (inquiry.view.as_of_ns - inquiry.view.lines.end_ns) / (24 * 3600 * 10**9)
    return np.asarray(field + RECENCY_SHARE * np.exp(-age_days))


def _weights(inquiry: Inquiry, text: str) -> dict[str, float]:
    """Rarer terms weigh more; the wearer is a term too, since "Me" is an answer."""
    words = dict.fromkeys(terms(text) + ([SELF] if mentions_self(text) else []))
    return {term: inquiry.view.line_bm25.idf(term) for term in words}


def soft_maximum(values: Floats) -> float:
    """A maximum to which near-best places add a little: log-mean-exp without the mean."""
    peak = float(values.max())
    return peak + float(np.log(np.exp(SHARPNESS * (values - peak)).sum())) / SHARPNESS


def _time_score(inquiry: Inquiry, topic: Floats, spans: tuple[Span, ...]) -> float:
    """How much of the topic's peak lies inside the spans an option denotes."""
    inside = inside_any(inquiry.view.lines, spans)
    return float(topic[inside].max()) if inside.any() else 0.0


def _confidence(scores: list[float]) -> float:
    shares = np.exp((np.array(scores) - max(scores)) / CONFIDENCE_TEMPERATURE)
    return float(shares.max() / shares.sum())
