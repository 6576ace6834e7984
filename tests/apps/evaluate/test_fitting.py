"""Fitting recall: planted weights come back, and what is fitted is what the evidence of the examples says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apps.evaluate.building import Opener
from apps.evaluate.cases import AskedQuestion
from apps.evaluate.crossvalidation import Bench, Example
from apps.evaluate.fitting import WEIGHTS, Sheet, _gains, _likeliest, fit, write_policy
from apps.evaluate.policies import Steering
from mmmem.agent.policy import default_policy, read_policy
from mmmem.clock import Calendar, Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo, TimedText

S = 10**9
HOUR = 3600 * S
PLANTED = {"words": 3.0, "choices": 0.0, "events": 1.5, "recency": 2.0}


def drawn_sheets(num: int) -> list[Sheet]:
    """Questions whose right clip is drawn by the planted weights."""
    rng = np.random.default_rng(3)
    weights = np.array([PLANTED.get(name, 0.0) for name in WEIGHTS])
    sheets = []
    for _ in range(num):
        parts = rng.random((60, len(WEIGHTS)))
        odds = np.exp(parts @ weights)
        right = np.zeros(60, np.bool_)
        right[rng.choice(60, p=odds / odds.sum())] = True
        sheets.append(Sheet(parts, right))
    return sheets


def test_planted_weights_come_back() -> None:
    found = _likeliest(drawn_sheets(4000), tuple(PLANTED))
    assert found == pytest.approx([*PLANTED.values()], abs=0.2)
    assert min(found) >= 0


def test_a_look_that_shows_where_the_evidence_is_gains_and_one_that_shows_nothing_does_not() -> None:
    policy = replace(default_policy(), sharpness=8.0, words_alone=1.0, recency=0.0, hinted=0.0, present=0.0, choices=0.0)
    rng = np.random.default_rng(4)
    sheets = []
    for _ in range(200):
        parts = np.zeros((100, len(WEIGHTS)))
        parts[:, WEIGHTS.index("words")] = 0.5
        right = np.arange(100) == rng.integers(20, 100)
        parts[right, WEIGHTS.index("meaning")] = 1.0
        sheets.append(Sheet(parts, right))
    gains = _gains(sheets, policy)
    assert gains["meaning_gain"] > 0.9
    assert gains["events_gain"] == gains["words_gain"] == 0.001


@dataclass(frozen=True)
class Gold:
    """When the evidence is."""

    times_ns: tuple[int, ...]


def bench(folder: Path) -> Bench[Any]:
    """A memory in which the same is said every hour for two days."""
    calendar = Calendar("days")
    with Memory.open(folder, mode="w", create=True, calendar=calendar) as memory:
        memory.add_stream(StreamInfo("ear", "test", calendar, 0))
        texts = [TimedText(Span(n * HOUR, n * HOUR + 5 * S), "I feed the cat.", "caption") for n in range(48)]
        memory.observe([Observation.of_text("ear", text) for text in texts])
    never: Any = None
    return Bench(Steering(), {"ear": folder}, lambda steering: Opener(None, steering), never, never, "hit")


def examples(hours: Sequence[int]) -> list[Example[Any]]:
    asked = [AskedQuestion(str(n), "When did I feed the cat?", 48 * HOUR, "ear", type="") for n in range(len(hours))]
    return [Example(question, Gold((hour * HOUR + S,))) for question, hour in zip(asked, hours, strict=True)]


def test_recency_counts_as_much_as_the_examples_say(tmp_path: Path) -> None:
    late, early = fit(examples([47, 46, 45, 47]), bench(tmp_path / "a")), fit(examples([3, 9, 1, 5]), bench(tmp_path / "b"))
    assert late.recency * late.sharpness > 1.0
    assert early.recency * early.sharpness == 0.0


def test_what_was_read_of_a_question_is_kept_from_fold_to_fold(tmp_path: Path) -> None:
    made = bench(tmp_path / "m")
    first = fit(examples([47, 46]), made)
    assert set(made.notes) == {"0", "1"}
    unreadable = replace(made, memories={})
    assert fit(examples([47, 46]), unreadable) == first


def test_without_examples_the_start_stays(tmp_path: Path) -> None:
    made = bench(tmp_path / "m")
    assert fit([], made) == made.start.policy


def test_data_that_does_not_say_when_is_refused(tmp_path: Path) -> None:
    example = Example(examples([3])[0].question, "gold")
    with pytest.raises(InvalidInputError, match="at which instants the evidence lies"):
        fit([example], bench(tmp_path / "m"))


def test_a_fitted_policy_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    policy = replace(default_policy(), recency=0.123, words_gain=0.456)
    write_policy(policy, tmp_path / "policy.toml", "mmmem eval egolife DIR --folds 5")
    assert read_policy(tmp_path / "policy.toml") == policy
    assert "mmmem eval egolife DIR --folds 5" in (tmp_path / "policy.toml").read_text(encoding="utf-8")
