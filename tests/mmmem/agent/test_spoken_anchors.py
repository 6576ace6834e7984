"""What somebody only spoke of places nothing in time: the answer lies wherever it was told."""

from pathlib import Path

import pytest
from agent_world import S, remember

from mmmem.clock import Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Observation, TextKind, TimedText

MINUTE = 60 * S
TALK = (
    ("Ben", "I bought a silver Volvo from Kurt."),
    ("Ana", "Great, my sister moved to Lyon."),
    ("Ben", "My old Fiat broke down on the motorway."),
    ("Ana", "That is a pity, the weather was awful too."),
    ("Ben", "It rained on the whole trip."),
)


def told(folder: Path, kind: TextKind) -> Memory:
    lines = [
        Observation.of_text(
            "talk", TimedText(Span(n * MINUTE, n * MINUTE + 5 * S), words, kind, who if kind == "speech" else None)
        )
        for n, (who, words) in enumerate(TALK)
    ]
    return remember(folder, lines, Calendar("offset"), ["talk"])


def test_what_is_told_before_somebody_speaks_of_an_event_may_be_after_it(tmp_path: Path) -> None:
    answer = told(tmp_path, "speech").ask("What did Ben buy from Kurt after his Fiat broke down?", asked_at=10 * MINUTE)
    assert "Volvo" in answer.text
    assert not answer.abstained


def test_what_was_seen_before_an_event_was_not_after_it(tmp_path: Path) -> None:
    answer = told(tmp_path, "caption").ask("What did I buy after my old Fiat broke down?", asked_at=10 * MINUTE)
    assert "Volvo" not in answer.text


@pytest.mark.parametrize(
    "question", ["What happened after my old Fiat broke down?", "What did Ben say after his Fiat broke down?"]
)
def test_what_was_said_next_is_told_where_that_is_asked(tmp_path: Path, question: str) -> None:
    answer = told(tmp_path, "speech").ask(question, asked_at=10 * MINUTE)
    assert "Volvo" not in answer.text
