"""The second tier: a language model judges the evidence the core tier found, where the core tier is unsure.

The model sees numbered evidence and may only point at it; times and ids stay the store's. If it fails, or says that the
evidence does not settle the question, the core tier's answer stands and the steps say so.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mmmem.agent.sources import Asked
from mmmem.chat import Budget, ChatModel, Judgement, judge
from mmmem.errors import ModelError
from mmmem.types import Answer, Evidence, Step

if TYPE_CHECKING:
    from mmmem.memory import Memory

UNSURE_BELOW = 0.5
"""Core answers of less confidence than this are escalated; abstentions always are. Not calibrated yet."""


@dataclass(frozen=True, slots=True)
class ModelTier:
    """A language model to ask where the core tier is unsure.

    Args:
        chat: the model.
        budget: what it may use, over all questions; None bounds nothing.
        always: ask it every time.
    """

    chat: ChatModel
    budget: Budget | None = None
    always: bool = False

    def wanted_for(self, answer: Answer) -> bool:
        """Whether the core tier's answer is worth a call."""
        return self.always or answer.abstained or answer.confidence < UNSURE_BELOW


def escalated(memory: "Memory", asked: Asked, core: Answer, evidence: Sequence[Evidence], tier: ModelTier) -> Answer:
    """The model's answer if it found one in `evidence`, else `core`; either way with one more step. Never raises for a model."""
    started = time.perf_counter()

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
        return replace(core, steps=step(f"the core answer stands, the model gave none: {error}"))
    tokens = found.completion.tokens_in + found.completion.tokens_out
    if not found.sufficient:
        return replace(core, steps=step("the core answer stands, the model found the evidence insufficient", tokens))
    return replace(_judged(core, found, evidence), steps=step(f"judged with {found.prompt}", tokens))


def _judged(core: Answer, found: Judgement, evidence: Sequence[Evidence]) -> Answer:
    cited = [evidence[i] for i in found.evidence]
    rest = [one for one in evidence if one not in cited]
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
