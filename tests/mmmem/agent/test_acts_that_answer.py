"""What a chosen option cites, where every second is told: the whole act that answers, and nothing beside it."""

from pathlib import Path

import pytest
from agent_world import OFFSETS, S, line, remember

from mmmem.clock import Span
from mmmem.types import Observation

ACTS = (
    (10, "a man chops onions on a wooden board", "red onions under a sharp knife on the board"),
    (8, "a boy pours water into a blue bucket", "water splashes as the boy tips the jug"),
    (9, "an old woman paints the garden fence green", "green paint drips from the brush of the woman"),
    (7, "two dogs chase a ball through the grass", "a ball flies and the dogs run after it"),
)


def film() -> list[Observation]:
    told, now_s = list[Observation](), 0
    for length_s, *captions in ACTS:
        told += [line("left", (now_s + i) * S, captions[i % 2], 1) for i in range(length_s)]
        now_s += length_s
    return told


QUESTIONS = (
    ("What is the boy doing with the jug?", ("pours water", "paints a fence", "throws a ball"), (10, 18)),
    ("What does the woman do?", ("chops onions", "paints the fence", "runs after a ball"), (18, 27)),
    ("What does the man use to cut?", ("a brush", "a sharp knife", "a jug"), (0, 10)),
)


@pytest.mark.parametrize(("text", "choices", "seconds"), QUESTIONS)
def test_the_act_is_cited_from_its_turn_to_the_next(
    tmp_path: Path, text: str, choices: tuple[str, ...], seconds: tuple[int, int]
) -> None:
    with remember(tmp_path / "m", film(), OFFSETS) as memory:
        answer = memory.ask(text, asked_at=60 * S, choices=choices)
        cited, act = answer.evidence[0].span, Span(seconds[0] * S, seconds[1] * S)
        shared = cited.intersect(act)
        assert shared is not None
        assert shared.duration_ns >= 0.75 * cited.hull(act).duration_ns


def test_nothing_outside_the_window_is_cited(tmp_path: Path) -> None:
    with remember(tmp_path / "m", film(), OFFSETS) as memory:
        window = Span(12 * S, 16 * S)
        answer = memory.ask("What is the boy doing?", asked_at=60 * S, window=window, choices=("pours water", "paints"))
        assert window.start_ns <= answer.evidence[0].span.start_ns < answer.evidence[0].span.end_ns <= window.end_ns


def test_no_act_is_cited_for_longer_than_half_a_minute(tmp_path: Path) -> None:
    world = [line("left", i * S, "a boy pours water into a blue bucket", 1) for i in range(90)]
    with remember(tmp_path / "m", world, OFFSETS) as memory:
        answer = memory.ask("What is the boy doing?", asked_at=100 * S, choices=("pours water", "paints"))
        assert answer.evidence[0].span.duration_ns <= 30 * S
