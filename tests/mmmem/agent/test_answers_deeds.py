"""Who did what, and whether it was done: opposites, other people, plans, songs, hearsay, last places, states, and order."""

from collections.abc import Iterator

import pytest
from agent_world import OFFSETS, S, line, remember

from mmmem.memory import Memory
from mmmem.types import Answer

_KITCHEN = (
    "opens the kitchen cabinet", "opens the cabinet door", "picks a glass in the", "opens the cabinet", "opens the tap",
    "puts water in the cup", "closes the tap", "puts cup on the sink counter", "picks the cup from the counter",
    "opens a refrigerator with his left", "closes the fridge with his right", "picks a bottle of milk from the",
    "puts the bottle in the fridge", "closes the fridge with his left hand", "closes the refrigerator with his left hand",
)  # fmt: skip
_SPOKEN = (
    ("Omar", "I fly to the moon, la la la, to the moon."),
    ("Lena", "Will you paint the fence?"),
    ("Lena", "Tomorrow I will paint the fence."),
    ("Omar", "Lena told me that Ida sold the boat."),
    ("Lena", "Ida, wash the plates please."),
)


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    world = [line("left", i * 2 * S, f"#C C {text}", 2) for i, text in enumerate(_KITCHEN)]
    world += [line("left", (40 + 2 * i) * S, text, 2, kind="speech", speaker=who) for i, (who, text) in enumerate(_SPOKEN)]
    with remember(tmp_path_factory.mktemp("kitchen") / "m", world, OFFSETS) as memory:
        yield memory


def ask(memory: Memory, text: str) -> Answer:
    return memory.ask(text, asked_at=60 * S)


def cited_s(answer: Answer, num: int = 1) -> list[int]:
    return [evidence.span.start_ns // S for evidence in answer.evidence[:num]]


@pytest.mark.parametrize(
    ("text", "value", "at_s"),
    [
        ("When was the fridge opened?", 18 * S, 18),  # the other name, and not the closing
        ("When was the refrigerator first closed?", 20 * S, 20),
        ("When did I last close the fridge?", 28 * S, 28),
        ("When was the faucet turned on?", 8 * S, 8),
        ("How often was the cabinet opened?", 1, 0),  # told three times within seconds
        ("How often was the fridge closed?", 2, 20),
        ("How long was the tap open?", 4 * S, 8),
        ("How long after the tap was opened was it closed?", 4 * S, 8),
        ("Did C close the tap before opening it?", False, 12),
        ("Did C open the tap before closing it?", True, 8),
        ("Did C open the fridge after the tap was closed?", True, 18),
        ("Is the tap open?", False, 12),
        ("Was the fridge open at 0:21?", False, 20),
    ],
)
def test_the_line_that_tells_of_the_deed_is_cited(kitchen: Memory, text: str, value: object, at_s: int) -> None:
    answer = ask(kitchen, text)
    assert (answer.value, cited_s(answer)) == (value, [at_s]), answer


@pytest.mark.parametrize(
    ("text", "says", "at_s"),
    [
        ("Where is the cup now?", "with me", 16),
        ("Where is the milk?", "fridge", 24),  # the bottle of milk
        ("Who opened the fridge?", "me", 18),
        ("What happened first?", "kitchen cabinet", 0),
        ("What did I do last?", "closes the refrigerator", 28),
        ("What did I just do?", "closes the refrigerator", 28),
        ("What happened at 0:20?", "closes the fridge", 20),
        ("What happened between 0:08 and 0:14?", "opens the tap", 8),
    ],
)
def test_the_answer_says_and_cites(kitchen: Memory, text: str, says: str, at_s: int) -> None:
    answer = ask(kitchen, text)
    assert says in answer.text, answer
    assert cited_s(answer) == [at_s], answer


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Did I fly to the moon?", "does not say that it happened"),  # a song
        ("Did Lena paint the fence?", "does not say that it happened"),  # a plan, and a question
        ("Did Ida wash the plates?", ""),  # a command
        ("Did Omar open the fridge?", "somebody else"),
        ("When did Omar close the tap?", "somebody else"),
        ("When was the cup washed?", ""),
        ("When did C buy milk?", ""),
        ("What was poured into the cup?", ""),
        ("What happened after C closed the window?", "no line tells of"),
        ("Where is the moon?", ""),
        ("What colour is the cup?", ""),
        ("Where did C put the bucket?", ""),
    ],
)
def test_what_was_not_done_or_by_another_is_not_known(kitchen: Memory, text: str, why: str) -> None:
    answer = ask(kitchen, text)
    assert answer.abstained, answer
    assert why in answer.reason, answer


def test_hearsay_is_worded_as_such_and_trusted_less(kitchen: Memory) -> None:
    heard, seen = ask(kitchen, "Did Ida sell the boat?"), ask(kitchen, "Did I open the fridge?")
    assert (heard.value, seen.value) == (True, True)
    assert "Omar said so" in heard.text
    assert "said" not in seen.text
    assert heard.confidence < 0.75 * seen.confidence
