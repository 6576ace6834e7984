"""Answers a question in the core tier: no model, evidence or an abstention."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from mmmem.agent.answers.choices import answer_choice
from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.lines import (
    answer_count,
    answer_duration,
    answer_how_often,
    answer_text,
    answer_when,
    answer_who,
    answer_yes_no,
)
from mmmem.agent.answers.places import answer_where
from mmmem.agent.answers.visits import answer_presence
from mmmem.agent.recall import Recall
from mmmem.agent.sources import Asked
from mmmem.types import Answer, Step

if TYPE_CHECKING:
    from mmmem.memory import Memory

Answerer = Callable[[Inquiry], Draft | None]
ANSWERERS: Mapping[str, tuple[Answerer, ...]] = {
    "choice": (answer_text,),
    "yes_no": (answer_presence, answer_yes_no),
    "count": (answer_presence, answer_count),
    "how_often": (answer_how_often,),
    "when": (answer_presence, answer_when),
    "duration": (answer_presence, answer_duration),
    "where": (answer_where, answer_text),
    "who": (answer_who, answer_text),
}
OTHERWISE: tuple[Answerer, ...] = (answer_text,)


def ask(memory: "Memory", recall: Recall, asked: Asked, *, sources: Sequence[str] | None, k: int) -> Answer:
    """Answer, or abstain and say what was looked at."""
    started = time.perf_counter()
    inquiry = Inquiry(memory, recall, asked, sources, k)
    answerers = (answer_choice,) if asked.query.choices else ANSWERERS.get(asked.question.kind, OTHERWISE)
    steps: list[Step] = []
    draft = None
    for answerer in answerers:
        draft = _tried(inquiry, answerer, steps)
        if draft is not None:
            break
    ms = (time.perf_counter() - started) * 1000
    return _answer(inquiry, draft, tuple(steps), ms)


def _tried(inquiry: Inquiry, answerer: Answerer, steps: list[Step]) -> Draft | None:
    started = time.perf_counter()
    draft = answerer(inquiry) if answerer in (answer_presence, answer_choice) or not inquiry.too_little() else None
    name = answerer.__name__.removeprefix("answer_")
    source, granularity = ("visual", "track") if answerer is answer_presence else ("episodic", "line")
    hits = len(draft.evidence) if draft else 0
    why = f"a {inquiry.question.kind} question is tried as {name}" + ("" if draft else "; nothing sufficed")
    content = inquiry.question.content or inquiry.question.text
    steps.append(Step(source, granularity, content, hits, why, (time.perf_counter() - started) * 1000))
    return draft


def _answer(inquiry: Inquiry, draft: Draft | None, steps: tuple[Step, ...], ms: float) -> Answer:
    if draft is None or not draft.evidence:
        reason = inquiry.why_not()
        return Answer(f"I do not know: {reason}", inquiry.question.kind, 0.0, True, steps=steps, reason=reason, ms=ms)
    evidence = inquiry.with_search(draft.evidence)
    return Answer(draft.text, draft.kind, draft.confidence, False, tuple(evidence), steps, draft.choice, draft.value, ms=ms)
