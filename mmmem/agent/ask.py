"""Answers a question: the core tier with evidence or an abstention, then a language model where one is given and wanted."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mmmem.agent.answers.alternatives import answer_either, answer_order
from mmmem.agent.answers.choices import answer_choice
from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.habits import answer_habit, asks_what_is_usual
from mmmem.agent.answers.intervals import answer_interval
from mmmem.agent.answers.lines import (
    answer_count,
    answer_duration,
    answer_how_often,
    answer_list,
    answer_schedule,
    answer_stay,
    answer_text,
    answer_when,
    answer_yes_no,
)
from mmmem.agent.answers.people import answer_who
from mmmem.agent.answers.places import answer_where
from mmmem.agent.answers.presence import answer_presence, why_not_seen
from mmmem.agent.answers.provenance import answer_provenance, asks_where_from
from mmmem.agent.answers.sequence import answer_in_order
from mmmem.agent.answers.states import answer_state
from mmmem.agent.answers.timeline import answer_beside_anchor, answer_period
from mmmem.agent.confidence import Family, Grounds, calibration, grounds_of_choice, grounds_of_line
from mmmem.agent.escalation import ModelTier, escalated, phrased
from mmmem.agent.fusing import fused
from mmmem.agent.recall import Recall
from mmmem.agent.scenes.answering import answer_scene, asks_of_scenes, tells_scenes
from mmmem.agent.sources import Asked
from mmmem.agent.typed import told_by
from mmmem.types import Answer, Step

if TYPE_CHECKING:
    from mmmem.memory import Memory

Answerer = Callable[[Inquiry], Draft | None]


@dataclass(frozen=True, slots=True)
class Way:
    """One way of answering: what it reads, and whether it needs a line that matches the question well.

    Answers of a way that needs one are as likely right as such lines are; of others an answer keeps its own confidence.
    A way that does not search has read every line that speaks of what is asked, and gives its evidence itself.
    """

    answer: Answerer
    source: str = "episodic"
    granularity: str = "line"
    needs_match: bool = True
    searches: bool = True

    @property
    def family(self) -> Family | None:
        """What the probability of its answers is made of."""
        return "choice" if self.answer is answer_choice else "line" if self.needs_match else None

    @property
    def name(self) -> str:
        """As steps call it."""
        return self.answer.__name__.removeprefix("answer_")


PRESENCE = Way(answer_presence, "visual", "track", needs_match=False)
CHOICE = Way(answer_choice, needs_match=False)
SCENE = Way(answer_scene, needs_match=False, searches=False)
HABIT = Way(answer_habit, "semantic", "day", needs_match=False)
PROVENANCE = Way(answer_provenance, needs_match=False)
PERIOD = Way(answer_period, needs_match=False)
TEXT = Way(answer_text)
BESIDE = Way(answer_beside_anchor, needs_match=False)
OTHERWISE = (PRESENCE, PERIOD, BESIDE, TEXT)
WAYS: Mapping[str, tuple[Way, ...]] = {
    "choice": (Way(answer_order, needs_match=False), Way(answer_either), PRESENCE, TEXT),
    "order": (Way(answer_order, needs_match=False), Way(answer_either), PRESENCE, TEXT),
    "yes_no": (PRESENCE, Way(answer_in_order), Way(answer_state, needs_match=False), Way(answer_yes_no)),
    "count": (PRESENCE, Way(answer_count)),
    "how_often": (Way(answer_how_often), PRESENCE),
    "when": (PRESENCE, Way(answer_schedule), Way(answer_when)),
    "duration": (PRESENCE, Way(answer_interval, needs_match=False), Way(answer_stay, needs_match=False), Way(answer_duration)),
    "where": (Way(answer_where), TEXT),
    "who": (Way(answer_who), PRESENCE, TEXT),
    "list": (PRESENCE, PERIOD, BESIDE, Way(answer_list)),
}
"""By the kind of question: the ways to answer it, tried in order."""
ANSWER_KINDS = {"yes_no": "yes_no", "count": "count", "how_often": "count", "when": "time", "duration": "duration",
                "where": "place", "who": "entity", "list": "list", "choice": "choice", "order": "choice"}  # fmt: skip


def ask(
    memory: "Memory", recall: Recall, asked: Asked, *, sources: Sequence[str] | None, k: int, model: ModelTier | None = None
) -> Answer:
    """Answer, or abstain and say what was looked at.

    Raises:
        UnknownNameError, InvalidInputError: as `Recall.search` raises them.
    """
    started = time.perf_counter()
    recall.names(sources, k)
    inquiry = Inquiry(memory, recall, asked, sources, k)
    steps: list[Step] = []
    told = told_by(recall.answerers(sources), asked, steps)
    made = drafted(inquiry, steps)
    answer = _abstention(inquiry) if made is None else _answer(inquiry, *made)
    answer = fused(answer, told, asked.question, k=k)
    looked = inquiry.found.steps if made is not None and made[0].searches else ()
    answer = replace(answer, steps=(*steps, *looked))
    if model is not None and model.wanted_for(answer):
        answer = escalated(memory, asked, answer, answer.evidence or inquiry.search(), model)
    if model is not None and model.phrase and not answer.abstained and not asked.query.choices:
        answer = phrased(memory, asked, answer, model)
    return replace(answer, ms=(time.perf_counter() - started) * 1000)


def drafted(inquiry: Inquiry, steps: list[Step]) -> tuple[Way, Draft] | None:
    """The first way of answering that came to something, and what; a step for each way that was tried is added to `steps`."""
    for way in _ways(inquiry):
        draft = _tried(inquiry, way, steps) if inquiry.may_use(way.source) else None
        if draft is not None:
            return way, draft
    return None


def _ways(inquiry: Inquiry) -> tuple[Way, ...]:
    ways = (CHOICE,) if inquiry.asked.query.choices else WAYS.get(inquiry.question.kind, OTHERWISE)
    if asks_where_from(inquiry.question):
        ways = (PROVENANCE, *ways)
    ways = (HABIT, *ways) if asks_what_is_usual(inquiry.question) else ways
    if asks_of_scenes(inquiry):
        ways = (SCENE, *ways) if tells_scenes(inquiry) else (*ways, SCENE)
    return ways


def _tried(inquiry: Inquiry, way: Way, steps: list[Step]) -> Draft | None:
    started = time.perf_counter()
    draft = None if way.needs_match and inquiry.too_little() else way.answer(inquiry)
    why = f"a {inquiry.question.kind} question is tried as {way.name}" + ("" if draft else "; nothing sufficed")
    content = inquiry.question.content or inquiry.question.text
    hits = len(draft.evidence) if draft else 0
    steps.append(Step(way.source, way.granularity, content, hits, why, (time.perf_counter() - started) * 1000))
    return draft


def _abstention(inquiry: Inquiry) -> Answer:
    reason = (why_not_seen(inquiry) if inquiry.may_use(PRESENCE.source) else None) or inquiry.why_not()
    kind = "choice" if inquiry.question.choices else ANSWER_KINDS.get(inquiry.question.kind, "text")
    return Answer(f"I do not know: {reason}", kind, 0.0, True, reason=reason)


def _answer(inquiry: Inquiry, way: Way, draft: Draft) -> Answer:
    """The answer of a draft with its probability of being right; an abstention where that is too low to be worth saying."""
    if draft.unknown:
        seen = f"looked at {len(inquiry.view.lines)} lines and {len(inquiry.view.clips)} clips"
        return Answer(f"I do not know: {seen}; {draft.unknown}", draft.kind, 0.0, True, reason=f"{seen}; {draft.unknown}")
    grounds = grounds_of(inquiry, way, draft)
    confidence = draft.confidence if grounds is None else calibration().chance(grounds)
    if way.family == "line" and confidence < calibration().abstain_below:
        return _too_unsure(inquiry, draft, confidence)
    evidence = tuple(inquiry.with_search(draft.evidence) if way.searches else inquiry.with_clips(draft.evidence))
    return Answer(draft.text, draft.kind, confidence, False, evidence, choice=draft.choice, value=draft.value)


def grounds_of(inquiry: Inquiry, way: Way, draft: Draft) -> Grounds | None:
    """What the confidence of a draft is made of; None where it keeps its own."""
    if way.family is None:
        return None
    return grounds_of_choice(inquiry, draft) if way.family == "choice" else grounds_of_line(inquiry, draft)


def _too_unsure(inquiry: Inquiry, draft: Draft, confidence: float) -> Answer:
    seen = f"looked at {len(inquiry.view.lines)} lines and {len(inquiry.view.clips)} clips"
    reason = f"{seen}; the best answer, {draft.text!r}, would be right in {confidence:.0%} of such cases."
    return Answer(f"I do not know: {reason}", draft.kind, 0.0, True, reason=reason)
