"""WorldMM's loop on a memory of ours: one memory a round, fixed windows, 3/10/3, at most five rounds, evidence put together."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mmmem.agent.escalation import ModelTier
from mmmem.agent.question import parse_question
from mmmem.agent.worldmm import NUM_ROUNDS, TOP_K, WINDOWS, WorldMM, memories_for
from mmmem.chat import Completion
from mmmem.clock import NS_PER_HOUR, NS_PER_MIN, NS_PER_S, Calendar, Span
from mmmem.errors import ModelError
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo, TimedText

DAYS = Calendar("days")
DAY = 24 * NS_PER_HOUR
NUM_LINES = 240
THINGS = "lamp kettle ladder pillow bottle basket".split()


def text_of(number: int) -> str:
    if number == 100:
        return "I put the violin into the blue locker."
    return f"I carry the {THINGS[number % len(THINGS)]} past the gate."


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    with Memory.open(tmp_path_factory.mktemp("w") / "memory", mode="w", create=True, calendar=DAYS) as opened:
        opened.add_stream(StreamInfo("hat", "hat", DAYS, 0))
        spans = [Span(n * NS_PER_MIN, n * NS_PER_MIN + 4 * NS_PER_S) for n in range(NUM_LINES)]
        opened.observe([Observation.of_text("hat", TimedText(span, text_of(n))) for n, span in enumerate(spans)])
        yield opened


END = NUM_LINES * NS_PER_MIN


def test_the_numbers_are_those_of_the_paper() -> None:
    assert (NUM_ROUNDS, dict(TOP_K)) == (5, {"episodic": 3, "semantic": 10, "visual": 3})
    assert list(WINDOWS) == [30 * NS_PER_S, 3 * NS_PER_MIN, 10 * NS_PER_MIN, NS_PER_HOUR]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Where did I put the violin?", "episodic"),
        ("What do I usually carry in the morning?", "semantic"),
        ("What could be seen on the table?", "visual"),
    ],
)
def test_the_memories_of_the_rounds_follow_the_question(text: str, first: str) -> None:
    order = memories_for(parse_question(text, asked_at_ns=DAY, calendar=DAYS))
    assert (len(order), order[0], set(order)) == (NUM_ROUNDS, first, set(TOP_K))


def test_what_is_asked_for_comes_first(memory: Memory) -> None:
    best = WorldMM(memory).search("Where did I put the violin?", asked_at=END)[0]
    assert best.span.contains(100 * NS_PER_MIN)


def test_each_round_brings_at_most_its_share_and_nothing_twice(memory: Memory) -> None:
    answer = WorldMM(memory).ask("Where did I carry the kettle?", asked_at=END)
    assert len(answer.steps) <= NUM_ROUNDS
    assert all(step.hits <= TOP_K[step.source] for step in answer.steps)
    assert sum(step.hits for step in answer.steps) == len(answer.evidence)
    assert len({(one.stream_id, one.span) for one in answer.evidence}) == len(answer.evidence)
    assert [step.why for step in answer.steps] == [f"round {n} of 5" for n in range(1, len(answer.steps) + 1)]


def test_a_memory_asked_again_goes_on_where_it_stopped(memory: Memory) -> None:
    found = WorldMM(memory).ask("Where is the kettle?", asked_at=END)
    episodic = [step.hits for step in found.steps if step.source == "episodic"]
    assert episodic == [3] * len(episodic)
    assert len(episodic) >= 3
    assert all("kettle" in one.text for one in found.evidence if one.source == "episodic")


def test_a_memory_that_has_nothing_gives_its_round_away(memory: Memory) -> None:
    answer = WorldMM(memory).ask("What could be seen past the gate?", asked_at=END)  # there are no pictures
    assert answer.steps[0].source == "episodic"
    assert answer.steps[0].hits == 3


def test_search_gives_the_first_k_of_the_same_evidence(memory: Memory) -> None:
    loop = WorldMM(memory)
    every = loop.search("Where did I carry the kettle?", asked_at=END, k=100)
    assert loop.search("Where did I carry the kettle?", asked_at=END, k=4) == every[:4]
    assert tuple(every) == loop.ask("Where did I carry the kettle?", asked_at=END).evidence


def test_nothing_learned_later_is_evidence(memory: Memory) -> None:
    at = 90 * NS_PER_MIN
    found = WorldMM(memory).search("Where did I put the violin or carry the kettle?", asked_at=at, k=100)
    assert found
    assert all(one.span.end_ns <= at for one in found)
    assert not any("violin" in one.text for one in found)


def test_the_option_that_stands_in_the_evidence_is_chosen(memory: Memory) -> None:
    answer = WorldMM(memory).ask(
        "Where did I put the violin?", asked_at=END, choices=["under a rug", "the blue locker", "a shelf"]
    )
    assert (answer.choice, answer.value, answer.kind, answer.abstained) == (1, "the blue locker", "choice", False)


def test_words_nobody_said_are_an_abstention(memory: Memory) -> None:
    answer = WorldMM(memory).ask("Quantum chromodynamics?", asked_at=END)
    assert (answer.abstained, answer.evidence, len(answer.steps)) == (True, (), NUM_ROUNDS)


def test_an_empty_memory_abstains(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "m", mode="w", create=True, calendar=DAYS) as empty:
        empty.add_stream(StreamInfo("hat", "hat", DAYS, 0))
        assert WorldMM(empty).ask("Where is it?", asked_at=0, choices=["a", "b"]).abstained


def test_one_length_of_window_alone_still_finds_the_clip(memory: Memory) -> None:
    for length_ns, num in WINDOWS.items():
        best = WorldMM(memory, windows={length_ns: num}).search("Where did I put the violin?", asked_at=END)[0]
        assert best.span.contains(100 * NS_PER_MIN)


@dataclass
class ScriptedChat:
    """Gives the answers of a queue; an exception is raised instead."""

    answers: list[dict[str, Any] | ModelError]
    name: str = "scripted"
    parameters: dict[str, object] = field(default_factory=dict)

    def complete(self, messages: Any, *, schema: Any = None, max_tokens: int = 512, budget: Any = None) -> Completion:
        answer = self.answers.pop(0)
        if isinstance(answer, ModelError):
            raise answer
        return Completion(json.dumps(answer), schema.model_validate_json(json.dumps(answer)), 100, 20, 1.0, None, False, 1)


def planned(*queries: str) -> dict[str, Any]:
    return {"kind": "where", "entities": [], "queries": list(queries), "time_phrase": "", "channel": None, "order": "any"}


def judged(*, sufficient: bool) -> dict[str, Any]:
    numbers = [1] if sufficient else []
    return {"answer": "in the locker", "evidence_numbers": numbers, "sufficient": sufficient, "confidence": 0.9}


def test_a_model_s_queries_are_looked_for_and_it_says_when_to_stop(memory: Memory) -> None:
    chat = ScriptedChat([planned("kettle past the gate", "violin locker"), judged(sufficient=False), judged(sufficient=True)])
    answer = WorldMM(memory, model=ModelTier(chat)).ask("Where is my instrument?", asked_at=END)
    looks = [step.sub_query for step in answer.steps if step.source in TOP_K]
    assert looks == ["kettle past the gate", "violin locker"]
    assert (answer.text, answer.confidence) == ("in the locker", 0.9)
    assert any("violin" in one.text for one in answer.evidence)
    assert sum(step.tokens for step in answer.steps) == 3 * 120
    assert chat.answers == []


def test_a_model_that_fails_leaves_the_fixed_rules_and_is_told(memory: Memory) -> None:
    chat = ScriptedChat([ModelError("no route to the model")] * (1 + NUM_ROUNDS))
    answer = WorldMM(memory, model=ModelTier(chat)).ask("Where did I put the violin?", asked_at=END)
    plain = WorldMM(memory).ask("Where did I put the violin?", asked_at=END)
    assert (answer.text, answer.evidence) == (plain.text, plain.evidence)
    told = [step.why for step in answer.steps if step.source == "model"]
    assert len(told) == 1 + NUM_ROUNDS
    assert all("no route to the model" in why for why in told)
