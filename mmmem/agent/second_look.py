"""A second look: where a model finds the evidence insufficient, it may say what else to search for.

It proposes words only. Times are read from the question by the core's parser and what may be seen stays what the question may
see, so a plan cannot reach beyond it; text of the world is not part of what the model is shown here.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mmmem.agent.sources import Asked
from mmmem.chat import Budget, ChatModel, plan_question
from mmmem.errors import ModelError
from mmmem.index.fusion import reciprocal_rank_fusion
from mmmem.types import Evidence, Step

if TYPE_CHECKING:
    from mmmem.memory import Memory

NUM_FOUND = 15


def looked_again(
    memory: "Memory", asked: Asked, seen: Sequence[Evidence], chat: ChatModel, budget: Budget | None
) -> tuple[list[Evidence], Step]:
    """What the model's searches find beyond `seen`, best first, and what was searched for; never raises for a model."""
    started, query = time.perf_counter(), asked.query

    def step(sub_query: str, hits: int, why: str, tokens: int = 0) -> Step:
        return Step("model", chat.name, sub_query, hits, why, (time.perf_counter() - started) * 1000, tokens)

    try:
        planned = plan_question(
            chat, query.text, query.choices, calendar=memory.calendar, asked_at_ns=query.asked_at_ns, budget=budget
        )
    except ModelError as error:
        return [], step(query.text, 0, f"no second look, the model gave no plan: {error}")
    queries = planned.plan.queries
    found = {words: memory.recall.search(_reworded(asked, words), sources=None, k=NUM_FOUND) for words in queries}
    by_id = {one.id: one for hits in found.values() for one in hits}
    ranks = reciprocal_rank_fusion({words: [one.id for one in hits] for words, hits in found.items()}, dict.fromkeys(found, 1.0))
    known = {one.id for one in seen}
    new = [by_id[name] for name, _ in ranks if name not in known][:NUM_FOUND]
    tokens = planned.completion.tokens_in + planned.completion.tokens_out
    return new, step("; ".join(queries), len(new), "searched again in the model's words", tokens)


def _reworded(asked: Asked, words: str) -> Asked:
    return replace(asked, query=replace(asked.query, text=words), question=replace(asked.question, content=words))
