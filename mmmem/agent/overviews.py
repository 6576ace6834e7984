"""Summaries as evidence: what a language model made of the stretches a question may be about."""

from typing import TYPE_CHECKING

from mmmem.agent.sources import Asked
from mmmem.text.terms import terms
from mmmem.types import Evidence

if TYPE_CHECKING:
    from mmmem.memory import Memory

MOST = 3
SUMMARY = "summary"
"""What the source of such evidence is called."""


def overviews(memory: "Memory", asked: Asked, most: int = MOST) -> tuple[Evidence, ...]:
    """The summaries that hold most of the question's words, weighted by rarity; shorter stretches first among equals.

    Only those known when it is asked, of its stream, and inside its window or the time it names.
    """
    idf = asked.view.line_bm25.idf
    wanted = {term: idf(term) for term in set(terms(asked.question.content or asked.question.text))}
    total = sum(wanted.values())
    constraint = asked.question.constraint
    windows = [asked.query.window] if asked.query.window else []
    windows += list(constraint.windows) if constraint.strict else []
    found = []
    for made in memory.enrichments("summary", stream=asked.stream, as_of_ns=asked.view.as_of_ns):
        if windows and not any(made.span.overlaps(window) for window in windows):
            continue
        held = set(terms(made.text))
        score = sum(weight for term, weight in wanted.items() if term in held) / total if total else 0.0
        if score > 0:
            found.append((-score, made.span.duration_ns, made))
    found.sort(key=lambda one: (one[0], one[1], one[2].id))
    return tuple(
        Evidence(SUMMARY, f"summary:{made.id}", made.stream_id, made.span, -score, made.text) for score, _, made in found[:most]
    )
