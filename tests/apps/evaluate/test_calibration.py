"""Whether a confidence can be believed is measured rightly, and fitting makes it so."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.evaluate.calibration import calibration_of, lines_of
from apps.evaluate.logistic import fitted, held_out
from mmmem.agent.confidence import Calibration, Grounds
from mmmem.errors import InvalidInputError

answers = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(answers, st.integers(0, 20))
def test_every_answer_is_counted_once_and_every_figure_lies_where_it_can(found, num_silent):
    said, right = [s for s, _ in found], [r for _, r in found]
    one = calibration_of(said, right, len(found) + num_silent)
    assert sum(b.num for b in one.bins) == one.num_answered == len(found)
    assert all(b.low <= b.confidence <= b.high and 0 <= b.right <= 1 for b in one.bins)
    assert 0 <= one.ece <= 1
    assert one.ece**2 <= one.brier + 1e-9  # the mean distance of means is no more than the root of the mean square
    assert one.best_aurc <= one.aurc + 1e-9
    assert one.curve[-1].coverage == pytest.approx(len(found) / (len(found) + num_silent))
    assert one.curve[-1].risk == pytest.approx(1 - one.right)
    assert [c.confidence for c in one.curve] == sorted((c.confidence for c in one.curve), reverse=True)


@given(answers)
def test_the_order_of_answers_does_not_matter(found):
    there = calibration_of([s for s, _ in found], [r for _, r in found])
    back = calibration_of([s for s, _ in found[::-1]], [r for _, r in found[::-1]])
    assert (there.ece, there.brier, there.aurc, there.auc) == pytest.approx((back.ece, back.brier, back.aurc, back.auc))


def test_a_confidence_that_is_exact_has_no_error_and_one_that_boasts_has_its_excess():
    right = [True, True, True, False]
    assert calibration_of([0.75] * 4, right).ece == pytest.approx(0.0)
    assert calibration_of([0.95] * 4, right).ece == pytest.approx(0.2)
    assert calibration_of([1.0, 1.0, 1.0, 0.0], right).brier == 0.0


def test_answers_that_are_equally_sure_count_for_their_mean():
    assert calibration_of([0.5, 0.5], [True, False]).aurc == calibration_of([0.5, 0.5], [False, True]).aurc == 0.5


def test_surer_where_right_lowers_the_risk_of_the_surest():
    sure = calibration_of([0.9, 0.8, 0.2, 0.1], [True, True, False, False])
    unsure = calibration_of([0.1, 0.2, 0.8, 0.9], [True, True, False, False])
    assert (sure.auc, unsure.auc) == (1.0, 0.0)
    assert sure.aurc == sure.best_aurc < unsure.aurc
    assert (sure.curve[0].risk, unsure.curve[0].risk) == (0.0, 1.0)


def test_without_answers_there_is_nothing_to_say_and_without_both_no_order():
    assert calibration_of([], [], 7) is None
    assert calibration_of([0.4], [True]).auc is None


@pytest.mark.parametrize(
    ("said", "right", "num", "why"),
    [
        ([0.5], [], None, "one confidence, got 1 for 0"),
        ([1.5], [True], None, r"must lie in \[0, 1\], got 1\.5"),
        ([0.5, 0.5], [True, True], 1, "2 answers of 1 questions"),
    ],
)
def test_what_cannot_be_measured_is_refused(said, right, num, why):
    with pytest.raises(InvalidInputError, match=why):
        calibration_of(said, right, num)


def test_the_picture_shows_each_bin_and_where_its_confidence_lies():
    lines = lines_of(calibration_of([0.15, 0.95, 0.95], [False, True, True]))
    assert any(line.startswith("0.9 - 1.0") and line.endswith("#|#") for line in lines)
    assert any(line.startswith("0.1 - 0.2") and line.endswith("|") and "#" not in line for line in lines)


def chances(num: int) -> tuple[list[Grounds], list[bool], list[float]]:
    """Answers that are right with a probability that their grounds tell."""
    rng = np.random.default_rng(3)
    support = rng.uniform(-2, 2, num)
    chance = 1 / (1 + np.exp(-(1.5 * support - 0.5)))
    grounds = [Grounds("choice", {"support": float(x)}) for x in support]
    return grounds, (rng.random(num) < chance).tolist(), chance.tolist()


def test_fitting_finds_the_weights_that_made_the_answers():
    grounds, right, _ = chances(4000)
    found = fitted(grounds, right, ("support",))
    assert found["support"] == pytest.approx(1.5, abs=0.15)
    assert found["intercept"] == pytest.approx(-0.5, abs=0.15)


def test_what_was_held_out_is_calibrated_and_does_not_see_its_own_truth():
    grounds, right, chance = chances(600)
    folds = [i % 5 for i in range(600)]
    found = held_out(grounds, right, folds, ("support",))
    assert np.abs(np.array(found) - chance).mean() < 0.05
    turned = [not one if fold == 0 else one for one, fold in zip(right, folds, strict=True)]
    again = held_out(grounds, turned, folds, ("support",))
    assert [p for p, f in zip(again, folds, strict=True) if f == 0] == [p for p, f in zip(found, folds, strict=True) if f == 0]
    assert again != found


def test_the_odds_of_guessing_are_given_and_not_fitted():
    grounds = [Grounds("choice", {"support": 0.0}, math.log(1 / 3))] * 400
    found = fitted(grounds, [True] * 100 + [False] * 300, ("support",))
    assert found["intercept"] == pytest.approx(0.0, abs=1e-6)
    assert Calibration({"choice": found}).chance(grounds[0]) == pytest.approx(0.25)


def test_there_must_be_something_to_fit_on():
    with pytest.raises(InvalidInputError, match="one truth for each answer, got 1 for 0"):
        fitted([], [True], ("support",))
