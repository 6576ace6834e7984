"""Rounds: the look that is worth most is taken first, and looking stops where no look is worth its cost."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmmem.agent.policy import default_policy
from mmmem.agent.rounds import Look, Looking, rounds, worth
from mmmem.agent.sources import Asked, Hit
from mmmem.clock import Calendar, Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.types import Observation, Query, StreamInfo, TimedText

S = 10**9
MINUTE = 60 * S


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """Forty minutes in which one thing is said once and another again and again."""
    with Memory.open(tmp_path / "m", mode="w", create=True) as made:
        made.add_stream(StreamInfo("ear", "test", Calendar("offset"), 0))
        words = ["The kettle whistles." if minute == 7 else "I walk along the road." for minute in range(40)]
        texts = [TimedText(Span(n * MINUTE, n * MINUTE + 5 * S), text, "caption") for n, text in enumerate(words)]
        made.observe([Observation.of_text("ear", text) for text in texts])
    return Memory.open(tmp_path / "m")


def asked(memory: Memory, text: str, **policy: float) -> Asked:
    found = memory.recall.asked(Query(text, memory.end_ns()))
    return replace(found, policy=replace(default_policy(), **policy))


def look(name: str, gain: float, cost_ms: float, see: Callable[[Looking], int] = lambda looking: 0) -> Look:
    return Look(name, name, "clip", gain, cost_ms, 1.0, see)


def names(looking: Looking) -> list[str]:
    return [step.source for step in looking.steps]


def test_looks_are_taken_by_what_they_are_worth_and_not_in_the_order_given(memory: Memory) -> None:
    looks = [look("dear", 0.5, 400), look("good", 0.4, 10), look("small", 0.1, 1), look("useless", 0.001, 50)]
    taken = names(rounds(looks, asked(memory, "kettle", price_per_ms=0.001), 15))
    assert taken == ["good", "dear", "small"]


def test_without_a_price_every_look_that_may_give_something_is_taken(memory: Memory) -> None:
    looks = [look("dear", 0.5, 4000), look("useless", 0.0, 0), look("small", 0.001, 10)]
    assert names(rounds(looks, asked(memory, "kettle", price_per_ms=0.0), 15)) == ["dear", "small"]


def test_a_search_that_knows_where_it_is_takes_no_further_look(memory: Memory) -> None:
    def seen(at: list[int]) -> Callable[[Looking], int]:
        def see(looking: Looking) -> int:
            score = np.zeros(len(looking.asked.view.clips))
            score[at] = 1.0
            looking.add("words", score)
            return looking.num_hits()

        return see

    sharp = {"price_per_ms": 0.001, "sharpness": 40.0, "recency": 0.0}
    second = look("second", 0.2, 20)
    one_place = rounds([look("words", 0.5, 1, seen([7])), second], asked(memory, "kettle", **sharp), 15)
    everywhere = rounds([look("words", 0.5, 1, seen(list(range(40)))), second], asked(memory, "road", **sharp), 15)
    assert (names(one_place), names(everywhere)) == (["words"], ["words", "second"])
    assert one_place.unsure() < 0.01 < 0.5 < everywhere.unsure()
    assert "expected to give" in everywhere.steps[1].why


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 100), st.floats(0, 0.01))
def test_the_less_sure_the_more_a_look_is_worth(a: float, b: float, gain: float, cost_ms: float, price: float) -> None:
    low, high = sorted((a, b))
    one = look("any", gain, cost_ms)
    assert worth(one, low, price) <= worth(one, high, price) <= gain


def test_the_words_of_a_question_find_its_one_place_first(memory: Memory) -> None:
    found = memory.recall.find(asked(memory, "kettle"), sources=None, k=15)
    assert found.evidence[0].span.contains(7 * MINUTE)
    assert found.steps[0].why.startswith("words")


class Postbox:
    """Somebody else's source: it always speaks for the same clip."""

    name = "postbox"

    def find(self, asked: Asked, k: int) -> list[Hit]:
        return [Hit(3, 1.0, "letter:3")]


def test_a_source_of_somebody_elses_takes_part_and_can_be_asked_alone(memory: Memory) -> None:
    memory.recall.add_source(Postbox(), weight=0.5, gain=0.2, cost_ms=1)
    (found,) = memory.search("kettle", sources=["postbox"])
    assert (found.source, found.id, found.span.contains(3 * MINUTE)) == ("postbox", "letter:3", True)
    assert {one.source for one in memory.search("kettle")} == {"episodic", "postbox"}
    with pytest.raises(InvalidInputError, match="There is a source 'postbox' already"):
        memory.recall.add_source(Postbox(), weight=0.5, gain=0.2, cost_ms=1)
