"""The second tier: a language model judges the evidence the core tier found, where the core tier is unsure.

The model sees numbered evidence and may only point at it; times and ids stay the store's. If it says that the evidence does not
settle the question, it may have one second look, in words of its own. If that is in vain, or it fails, the core tier's answer
stands and the steps say so.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mmmem.agent.gate import gate, weighed, worth_asking
from mmmem.agent.overviews import SUMMARY, overviews
from mmmem.agent.second_look import looked_again
from mmmem.agent.sources import Asked
from mmmem.chat import Budget, ChatModel, Judgement, judge, phrase_answer
from mmmem.errors import InvalidInputError, ModelError
from mmmem.types import Answer, Evidence, Step

if TYPE_CHECKING:
    from mmmem.memory import Memory

NUM_PHRASED = 8
"""Pieces of evidence a wording may cite."""


@dataclass(frozen=True, slots=True)
class ModelTier:
    """A language model to ask where the core tier is unsure.

    Args:
        chat: the model.
        budget: what it may use, over all questions; None bounds nothing.
        always: ask it every time.
        share: of multiple choices it is asked about, those least likely to be right; None takes the gate's own.
        phrase: let it word the answer, with the number of its evidence after each claim.
        accuracy: how often it picks the right option; where it contradicts the core tier, the likelier of the two stands. None
            takes what `gate.toml` supposes.
    """

    chat: ChatModel
    budget: Budget | None = None
    always: bool = False
    share: float | None = None
    phrase: bool = False
    accuracy: float | None = None

    def __post_init__(self) -> None:
        if self.accuracy is not None and not 0.0 <= self.accuracy <= 1.0:
            raise InvalidInputError(f"The accuracy of a model must lie in [0, 1], got {self.accuracy}.")

    def wanted_for(self, answer: Answer) -> bool:
        """Whether the core tier's answer is worth a call."""
        return self.always or worth_asking(answer, self.share)


def escalated(memory: "Memory", asked: Asked, core: Answer, evidence: Sequence[Evidence], tier: ModelTier) -> Answer:
    """The model's answer if it found one in the evidence, else `core`; either way with a step for each call.

    Where the evidence does not suffice, the model may say what else to search for, once. Never raises for a model.
    """
    answer, sufficient = _judged_once(memory, asked, core, evidence, tier)
    if sufficient is not False:
        return answer
    more, step = looked_again(memory, asked, evidence, tier.chat, tier.budget)
    answer = replace(answer, steps=(*answer.steps, step))
    return _judged_once(memory, asked, answer, [*more, *evidence], tier)[0] if more else answer


def _judged_once(
    memory: "Memory", asked: Asked, core: Answer, evidence: Sequence[Evidence], tier: ModelTier
) -> tuple[Answer, bool | None]:
    """The answer after one judgement, and whether the evidence sufficed; None where the model failed."""
    started = time.perf_counter()
    evidence = (*evidence, *overviews(memory, asked)) if evidence else evidence

    def step(why: str, tokens: int = 0) -> tuple[Step, ...]:
        ms = (time.perf_counter() - started) * 1000
        return (*core.steps, Step("model", tier.chat.name, asked.query.text, len(evidence), why, ms, tokens))

    try:
        found = judge(
            tier.chat,
            asked.query.text,
            asked.query.choices,
            evidence,
            calendar=memory.calendar,
            asked_at_ns=asked.query.asked_at_ns,
            frames=lambda one: _pictures(memory, one),
            budget=tier.budget,
        )
    except ModelError as error:
        return replace(core, steps=step(f"the core answer stands, the model gave none: {error}")), None
    tokens = found.completion.tokens_in + found.completion.tokens_out
    if not found.sufficient:
        return replace(core, steps=step("the core answer stands, the model found the evidence insufficient", tokens)), False
    if core.choice is None or found.choice is None:
        return replace(_judged(core, found, evidence), steps=step(f"judged with {found.prompt}", tokens)), True
    accuracy = gate().model_accuracy if tier.accuracy is None else tier.accuracy
    verdict = weighed(core.choice, core.confidence, found.choice, accuracy, len(asked.query.choices))
    if verdict.from_core and core.choice != found.choice:
        why = f"the core answer stands, it is likelier ({core.confidence:.2f}) than the model's ({accuracy:.2f})"
        return replace(core, confidence=verdict.confidence, steps=step(why, tokens)), True
    judged = _judged(core, found, evidence)
    return replace(judged, confidence=verdict.confidence, steps=step(f"judged with {found.prompt}", tokens)), True


def phrased(memory: "Memory", asked: Asked, plain: Answer, tier: ModelTier) -> Answer:
    """The answer in the model's words, `[n]` naming its n-th evidence; as it was where no usable wording came."""
    started = time.perf_counter()
    shown = plain.evidence[:NUM_PHRASED]
    try:
        worded = phrase_answer(tier.chat, asked.query.text, plain.text, shown, calendar=memory.calendar, budget=tier.budget)
        why, tokens = "worded with phrase_answer", worded.completion.tokens_in + worded.completion.tokens_out
    except ModelError as error:
        worded, why, tokens = None, f"the plain answer stands, no usable wording came: {error}", 0
    ms = (time.perf_counter() - started) * 1000
    step = Step("model", tier.chat.name, asked.query.text, len(shown), why, ms, tokens)
    return replace(plain, text=plain.text if worded is None else worded.text, steps=(*plain.steps, step))


def _judged(core: Answer, found: Judgement, evidence: Sequence[Evidence]) -> Answer:
    cited = [evidence[i] for i in found.evidence]
    rest = [one for one in evidence if one not in cited and one.source != SUMMARY]
    return Answer(
        found.answer, core.kind, found.confidence, False, (*cited, *rest), choice=found.choice, value=found.answer, ms=core.ms
    )


def _pictures(memory: "Memory", evidence: Evidence) -> Iterable[tuple[int, bytes]]:
    def kept() -> Iterator[tuple[int, bytes]]:
        for ref in evidence.frames:
            jpeg = memory.keyframe(ref)
            if jpeg is not None:
                yield ref.t_ns, jpeg

    return kept()
