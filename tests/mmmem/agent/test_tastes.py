"""What people like, as they said: the sort that is asked for, more than the question says itself, and changes of mind."""

from collections.abc import Iterator

import pytest

from mmmem.clock import NS_PER_HOUR, NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo, TimedText

SAID = [
    ("John", "I love pizza."),
    ("John", "I really like Hawaiian pizza."),
    ("Evan", "I love painting landscapes."),
    ("Evan", "I really love green tea."),
    ("Evan", "I also love mango."),
    ("Mia", "I like jazz."),
    ("Mia", "I hate jazz."),
]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    folder = tmp_path_factory.mktemp("talk") / "m"
    with Memory.open(folder, mode="w", create=True) as memory:
        memory.add_stream(StreamInfo("room", "made-up", Calendar("days"), 0))
        for number, (speaker, words) in enumerate(SAID):
            start_ns = NS_PER_HOUR * (9 + number)
            text = TimedText(Span(start_ns, start_ns + NS_PER_S), words, "speech", speaker)
            memory.observe([Observation.of_text("room", text)])
    with Memory.open(folder) as memory:
        yield memory


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What type of pizza is John's favorite?", "Hawaiian pizza (said once)"),
        ("What is Evan's favorite food?", "mango (said once)"),
        ("What does Evan like to drink?", "green tea (said once)"),
        ("Does Mia like jazz?", "No: Mia dislikes jazz (said once, on 1 day, otherwise once)"),
        ("Does Mia hate jazz?", "Yes: Mia dislikes jazz (said once, on 1 day, otherwise once)"),
        ("What does Mia hate?", "jazz (said once)"),
    ],
)
def test_what_is_liked_is_what_was_said(talk: Memory, question: str, answer: str) -> None:
    found = talk.ask(question)
    assert found.text == answer
    assert found.evidence[0].id.startswith("text:")


def test_before_a_change_of_mind_the_old_one_holds(talk: Memory) -> None:
    assert talk.ask("Does Mia like jazz?", asked_at="DAY1 14:30:00").text == "Yes: Mia likes jazz (said once, on 1 day)"


def test_a_change_of_mind_is_closed_and_kept(talk: Memory) -> None:
    first, second = (s for s in talk.standings() if s.subject == "Mia")
    assert (first.kind, second.kind) == ("likes", "dislikes")
    assert first.ended_ns == second.learned_ns
    assert second.ended_ns is None
