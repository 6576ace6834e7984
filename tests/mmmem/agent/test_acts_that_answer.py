"""What a chosen option cites, where every second is told: the whole act that answers, and nothing beside it."""

from pathlib import Path

import numpy as np
import pytest
from agent_world import OFFSETS, S, ScriptedEmbedder, line, remember

from mmmem.agent.answers.acts import LONGEST_CELLS, _expected_overlap
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


POUR, CHASE = ACTS[1], ACTS[3]
DOGS_BETWEEN = (POUR, CHASE, POUR)
"""The boy pours from 0 to 8 s and from 15 to 23 s, the dogs chase the ball in between."""


def shown(acts: tuple[tuple[int, str, str], ...]) -> list[Observation]:
    captions = [act[1 + i % 2] for act in acts for i in range(act[0])]
    return [line("left", i * S, caption, 1) for i, caption in enumerate(captions)]


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("What does the boy do at the start of the video?", (0, 8)),
        ("What does the boy do at the end of the video?", (15, 23)),
        ("What does the boy do before the dogs chase a ball?", (0, 8)),
        ("What does the boy do after the dogs chase a ball?", (15, 23)),
    ],
)
def test_of_two_acts_alike_the_one_is_cited_that_lies_where_the_question_says(
    tmp_path: Path, text: str, act: tuple[int, int]
) -> None:
    with remember(tmp_path / "m", shown(DOGS_BETWEEN), OFFSETS) as memory:
        cited = memory.ask(text, asked_at=23 * S, choices=("pours water", "paints a fence")).evidence[0].span
        assert Span(act[0] * S, act[1] * S).contains(cited.middle_ns)
        between = cited.intersect(Span(8 * S, 15 * S))
        assert between is None or between.duration_ns <= S


@pytest.mark.parametrize(("option", "act"), [("a cat", (0, 10)), ("a truck", (10, 20))])
def test_an_act_told_in_other_words_is_cited_by_its_meaning(tmp_path: Path, option: str, act: tuple[int, int]) -> None:
    """The order of the acts alone cannot tell: each option is cited in its own act."""
    acts = ((10, "a boy holds a kitten", "the kitten and the boy"), (10, "a boy holds an automobil", "the automobil and the boy"))
    with remember(tmp_path / "m", shown(acts), OFFSETS, text_embedder=ScriptedEmbedder()) as memory:
        answer = memory.ask("What does the boy hold?", asked_at=60 * S, choices=(option, option))
        assert Span(act[0] * S, act[1] * S).contains(answer.evidence[0].span.middle_ns)


def test_expected_overlap_is_the_mean_over_every_middle_and_length() -> None:
    chance, longest = np.random.default_rng(0).dirichlet(np.ones(9)), 4

    def overlap(first: int, num: int) -> float:
        total = 0.0
        for at, weight in enumerate(chance):
            for length in range(1, longest + 1):
                begin, end = at + 0.5 - length / 2, at + 0.5 + length / 2
                shared = max(min(first + num, end) - max(first, begin), 0.0)
                total += weight / longest * shared / (num + length - shared)
        return total

    expected = _expected_overlap(chance, longest)
    assert expected.shape == (9, min(LONGEST_CELLS, 9))
    for first in range(9):
        for num in range(1, 10):
            inside = first + num <= 9
            assert expected[first, num - 1] == pytest.approx(overlap(first, num) if inside else -1.0)


def test_the_surer_the_act_the_shorter_the_stretch() -> None:
    def length(chance: np.ndarray) -> int:
        return int(np.unravel_index(int(np.argmax(_expected_overlap(chance, 6))), (60, LONGEST_CELLS))[1]) + 1

    at = np.arange(60)
    spreads = (0.5, 3.0, 8.0)
    lengths = [length(chance / chance.sum()) for chance in (np.exp(-(((at - 30) / s) ** 2) / 2) for s in spreads)]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]
