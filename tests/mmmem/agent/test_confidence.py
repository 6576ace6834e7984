"""A confidence is a probability of being right: it grows with what speaks for an answer, and too little is not said."""

import dataclasses

import pytest
from agent_world import S, line, remember
from hypothesis import given
from hypothesis import strategies as st

import mmmem.agent.ask
from mmmem.agent.confidence import Calibration, Grounds, calibration, least_worth_saying, read_calibration
from mmmem.agent.gate import weighed
from mmmem.errors import InvalidInputError

shares = st.floats(0, 1)
AS_USUAL = 3.0
"""Log-odds that bring a line without any grounds away from the bounds."""
KITCHEN = ("Tom puts two apples on the table.", "Ida washes a plate.", "Tom opens the window.", "Ida reads a letter from Omar.")


@pytest.fixture
def kitchen(tmp_path):
    with remember(tmp_path / "m", [line("left", i * 60 * S, text) for i, text in enumerate(KITCHEN)]) as memory:
        yield memory


@given(st.sampled_from(["line", "choice"]), st.dictionaries(st.text(max_size=8), st.floats(-9, 9), max_size=4), st.floats(-3, 3))
def test_a_chance_is_never_certain_and_unknown_grounds_count_for_nothing(family, values, chance):
    strange = {f"unheard-of {name}": x for name, x in values.items()}
    found = calibration().chance(Grounds(family, strange, chance))
    assert 0.02 <= found <= 0.98
    assert found == calibration().chance(Grounds(family, {}, chance))


@pytest.mark.parametrize("name", ["subject", "verb", "covered", "margin", "found"])
def test_what_speaks_for_a_line_makes_it_likelier(name):
    assert calibration().chance(Grounds("line", {name: 1.0}, AS_USUAL)) > calibration().chance(
        Grounds("line", {name: 0.0}, AS_USUAL)
    )


@pytest.mark.parametrize("name", ["ties", "size", "hearsay"])
def test_what_speaks_against_a_line_makes_it_less_likely(name):
    assert calibration().chance(Grounds("line", {name: 1.0}, AS_USUAL)) < calibration().chance(
        Grounds("line", {name: 0.0}, AS_USUAL)
    )


@pytest.mark.parametrize("name", ["odds", "agreement", "support"])
def test_what_speaks_for_an_option_makes_it_likelier(name):
    assert calibration().chance(Grounds("choice", {name: 1.0})) > calibration().chance(Grounds("choice", {name: 0.0}))


def test_an_answer_is_worth_saying_from_where_right_outweighs_wrong():
    assert least_worth_saying(0.0) == 0.0
    assert least_worth_saying(1.0) == 0.5
    assert all(p * 1.0 == pytest.approx((1 - p) * cost) for cost in (0.1, 0.5, 3.0) for p in [least_worth_saying(cost)])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[line]\nsize = 1", "lacks the intercept of line, choice"),
        ("wrong_costs = -1\n[line]\nintercept = 0\n[choice]\nintercept = 0", "must cost at least 0 .* got -1"),
    ],
)
def test_a_file_that_says_too_little_is_refused(text, why):
    with pytest.raises(InvalidInputError, match=why):
        read_calibration(text)


def test_a_line_that_says_it_all_is_trusted_more_than_one_that_holds_half(kitchen):
    whole, half = kitchen.ask("Who put two apples on the table?"), kitchen.ask("Who put five melons on the table?")
    assert half.abstained or whole.confidence > half.confidence


def test_what_is_too_unlikely_is_not_said_and_the_reason_tells_the_odds(kitchen, monkeypatch):
    question = "Who put two apples on the table?"
    given_answer = kitchen.ask(question)
    strict = dataclasses.replace(calibration(), abstain_below=given_answer.confidence + 0.01)
    monkeypatch.setattr(mmmem.agent.ask, "calibration", lambda: strict)
    answer = kitchen.ask(question)
    assert (answer.abstained, answer.kind, answer.value) == (True, given_answer.kind, None)
    assert f"the best answer, {given_answer.text!r}, would be right in {given_answer.confidence:.0%}" in answer.reason


def test_an_option_is_always_chosen_and_a_guess_is_as_likely_as_any(kitchen, monkeypatch):
    monkeypatch.setattr(mmmem.agent.ask, "calibration", lambda: dataclasses.replace(calibration(), abstain_below=0.99))
    assert kitchen.ask("What is on the table?", choices=("apples", "melons", "a lamp")).choice == 0
    guess = kitchen.ask("What is on the table?", choices=("a zeppelin", "a tuba", "a moon", "a reef"))
    assert guess.confidence == pytest.approx(1 / 4)


@given(shares, shares, st.integers(2, 6), st.data())
def test_of_two_opinions_the_likelier_stands(confidence, accuracy, num, data):
    core, model = (data.draw(st.integers(0, num - 1)) for _ in range(2))
    verdict = weighed(core, confidence, model, accuracy, num)
    assert verdict.choice in (core, model)
    assert 0 <= verdict.confidence <= 1
    if core == model:
        assert verdict.choice == core
    elif abs(confidence - accuracy) > 1e-6:
        assert verdict.from_core == (confidence > accuracy)


def test_agreement_is_surer_than_either_and_contradiction_less_sure():
    together, apart = weighed(1, 0.6, 1, 0.8, 4), weighed(0, 0.6, 1, 0.8, 4)
    assert together.confidence > 0.8 > apart.confidence
    assert (together.choice, apart.choice) == (1, 1)


def test_a_judge_that_guesses_changes_nothing():
    assert weighed(2, 0.4, 0, 0.25, 4) == dataclasses.replace(weighed(2, 0.4, 2, 0.25, 4))
    assert weighed(2, 0.4, 0, 0.25, 4).confidence == pytest.approx(0.4)


@pytest.mark.parametrize(("opinion", "why"), [((0, 1.5, 0, 0.8, 4), "got 1.5 and 0.8"), ((4, 0.5, 0, 0.8, 4), "0 to 3, got 4")])
def test_opinions_must_be_possible(opinion, why):
    with pytest.raises(InvalidInputError, match=why):
        weighed(*opinion)


def test_calibration_reads_what_ships():
    own = calibration()
    assert isinstance(own, Calibration)
    assert set(own.weights) == {"line", "choice"}
    assert 0 < own.abstain_below < 0.5
