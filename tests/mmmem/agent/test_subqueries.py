"""Looks with words of their own: each option, and the event that places what is asked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmmem.agent.policy import default_policy
from mmmem.agent.rounds import Looking, rounds
from mmmem.agent.sources import Asked
from mmmem.agent.subqueries import anchor_looks, beside, option_looks
from mmmem.clock import Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Observation, Query, StreamInfo, TimedText

S = 10**9
MINUTE = 60 * S
SHOPPING, NUM = (10, 40), 80


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """Eighty minutes: a drink every four, shopping twice, and a clown said often and a violin said once."""
    told = dict.fromkeys(range(0, NUM, 4), "I drink some tea.")
    told |= dict.fromkeys(SHOPPING, "We come back from shopping.")
    told |= dict.fromkeys((5, 6, 7, 9), "A clown and a parrot walk by.") | {61: "A violin plays."}
    with Memory.open(tmp_path / "m", mode="w", create=True) as made:
        made.add_stream(StreamInfo("eye", "test", Calendar("offset"), 0))
        texts = [TimedText(Span(n * MINUTE, n * MINUTE + 5 * S), text, "caption") for n, text in sorted(told.items())]
        made.observe([Observation.of_text("eye", text) for text in texts])
    return Memory.open(tmp_path / "m")


def asked(memory: Memory, text: str, *choices: str, **policy: float) -> Asked:
    found = memory.recall.asked(Query(text, NUM * MINUTE, None, choices))
    return replace(
        found,
        policy=replace(default_policy(), **{"price_per_ms": 0.0, "recency": 0.0, "neighbours": 0.0, "events": 0.0, **policy}),
    )


def found_minutes(memory: Memory, question: Asked, k: int = 3) -> list[int]:
    looking = rounds([look for look in memory.recall.looks(question) if look.source == "episodic"], question, k)
    return [question.view.clip_span(hit.clip).start_ns // MINUTE for _, hit, _ in looking.ranked()]


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("What did I drink after we came back from shopping?", (12, 16, 44, 48)),
        ("What did I drink before we came back from shopping?", (4, 8, 36, 32)),
        ("What did I drink when we came back from shopping?", (8, 12, 36, 40, 44)),
    ],
)
def test_what_is_asked_is_looked_for_beside_its_anchor(memory: Memory, text: str, near: tuple[int, ...]) -> None:
    with_it = found_minutes(memory, asked(memory, text, anchors=2.0), k=6)
    without = found_minutes(memory, asked(memory, text, anchors=0.0), k=6)
    drinks, others = ([m for m in minutes if m not in SHOPPING] for minutes in (with_it, without))
    assert drinks[0] in near
    assert len(set(drinks) & set(near)) > len(set(others) & set(near))


def test_the_trace_tells_the_sub_queries(memory: Memory) -> None:
    question = asked(memory, "What did I drink after we came back from shopping?", "tea", "a violin")
    steps = {step.why.split(":")[0]: step for step in memory.recall.find(question, sources=None, k=5).steps}
    assert steps["anchor"].sub_query == "we came back from shopping"
    assert steps["anchor"].hits == 2
    told = [step.sub_query for step in memory.recall.find(question, sources=None, k=5).steps if step.why.startswith("option")]
    assert sorted(told) == ["a violin", "tea"]
    assert steps["words"].sub_query == question.words


def test_looks_with_words_of_their_own_can_be_switched_off(memory: Memory) -> None:
    question = asked(memory, "What did I drink after we came back from shopping?", "tea", "juice")
    off = replace(question, policy=question.policy.without("anchors", "choices"))
    assert (len(anchor_looks(question)), len(option_looks(question))) == (1, 2)
    assert (anchor_looks(off), option_looks(off)) == ([], [])
    assert anchor_looks(asked(memory, "What did I drink?")) == []


def test_a_look_costs_more_than_it_may_give_where_the_search_is_sure(memory: Memory) -> None:
    question = asked(memory, "What did I drink after we came back from shopping?", price_per_ms=1.0)
    assert rounds(memory.recall.looks(question), question, 5).steps == []


def test_an_option_of_rare_words_is_not_drowned_by_one_of_many(memory: Memory) -> None:
    question = asked(memory, "What was there?", "A clown and a parrot", "A violin")
    looking = rounds(option_looks(question), question, 5)
    peaks = [float(looking.parts["choices"][minute_clip(question, minute)]) for minute in (5, 61)]
    assert peaks == pytest.approx([1.0, 1.0])


def minute_clip(question: Asked, minute: int) -> int:
    return question.view.clip_at(1, minute * MINUTE)


def test_equal_options_are_looked_for_once(memory: Memory) -> None:
    assert len(option_looks(asked(memory, "What was there?", "tea", "tea", "a clown"))) == 2


@pytest.mark.parametrize("relation", ["before", "after", "while"])
def test_the_window_of_an_anchor_falls_with_distance_on_its_side(memory: Memory, relation: str) -> None:
    view = memory.recall.view(NUM * MINUTE)
    at = view.clip_at(1, SHOPPING[1] * MINUTE)
    near = beside(view, [at], np.ones(1), relation)
    assert near[at] == near.max() == 1.0
    earlier, later = near[:at], near[at + 1 :]
    assert (earlier > 0).all() == (relation != "after")
    assert (later > 0).all() == (relation != "before")
    assert (np.diff(earlier) >= 0).all()
    assert (np.diff(later) <= 0).all()
    assert not beside(view, [], np.ones(0), relation).any()


def test_no_clip_is_found_for_lying_beside_an_anchor_alone(memory: Memory) -> None:
    question = asked(memory, "What did I drink after we came back from shopping?")
    looking = Looking(question, 15)
    looking.take(anchor_looks(question)[0], 1.0)
    assert looking.parts["anchors"].any()
    assert looking.num_hits() == 0
