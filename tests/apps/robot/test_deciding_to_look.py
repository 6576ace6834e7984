"""An answer now against one more look, in worlds of a few numbered places and without any simulator."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.robot.belief import MOST, CountBelief, Match, WhereBelief
from apps.robot.deciding import Option, Situation, Worth, by_finding, by_value, cost, gain, policy
from mmmem.errors import InvalidInputError, UnknownNameError

FREE = Worth(picture=0.0, metre=0.0, opening=0.0)


def looks_at(place, num=3, recall=0.8):
    """(k,) recall of a look that shows one place."""
    return np.where(np.arange(num) == place, recall, 0.0)


def option(number, place, way_m=1.0, num=3, recall=0.8, opens=False):
    return Option(number, looks_at(place, num, recall), way_m, 1 + opens, opens)


def test_a_look_in_vain_takes_belief_from_its_place_and_gives_it_to_the_others_in_proportion():
    belief = WhereBelief(np.array([0.5, 0.3, 0.1, 0.1]))
    belief.look(looks_at(0), [])
    assert belief.p[0] == pytest.approx(0.1 / 0.6)
    assert belief.p[1] / belief.p[2] == pytest.approx(3.0)


def test_a_match_makes_its_place_all_but_certain():
    belief = WhereBelief(np.array([0.5, 0.3, 0.1, 0.1]))
    belief.look(looks_at(2), [Match(2, 100.0)])
    said = belief.answer()
    assert said.value == 2
    assert said.confidence > 8 * 0.1


def test_what_is_only_a_little_like_it_turns_no_head():
    belief = WhereBelief(np.array([0.9, 0.04, 0.03, 0.03]))
    belief.look(looks_at(2), [Match(2, 0.5)])
    assert belief.answer().value == 0


def test_a_second_look_in_vain_tells_less_than_the_first():
    belief = WhereBelief(np.array([0.5, 0.5, 0.0, 0.0]))
    odds = [1.0]
    for _ in range(2):
        belief.look(looks_at(0), [])
        odds.append(belief.p[0] / belief.p[1])
    assert odds[1] / odds[0] < odds[2] / odds[1] < 1


@given(st.lists(st.floats(0.01, 1.0), min_size=3, max_size=6), st.integers(0, 1), st.floats(0.0, 0.95))
def test_a_look_is_never_expected_to_make_an_answer_much_worse(weights, place, recall):
    belief = WhereBelief(np.array(weights))
    seen = looks_at(place, len(weights) - 1, recall)
    assert gain(Option(0, seen, 0.0), belief) > -0.03
    assert belief.after(seen) <= 1.0


def test_a_belief_needs_weights():
    with pytest.raises(InvalidInputError, match="finite weights of at least 0"):
        WhereBelief(np.zeros(3))
    with pytest.raises(InvalidInputError, match="finite weights of at least 0"):
        WhereBelief(np.array([1.0, np.nan]))


def test_it_answers_at_once_when_a_look_costs_more_than_it_tells():
    sure = WhereBelief(np.array([0.98, 0.01, 0.005, 0.005]))
    assert by_value(Situation(sure, [option(n, n) for n in range(3)], Worth(picture=0.02))) is None
    unsure = WhereBelief(np.array([0.4, 0.3, 0.2, 0.1]))
    assert by_value(Situation(unsure, [option(n, n) for n in range(3)], Worth(picture=0.02))) is not None


def test_of_two_equal_looks_the_nearer_is_taken_and_of_two_equally_near_the_likelier():
    belief = WhereBelief(np.array([0.3, 0.3, 0.1, 0.3]))
    near, far = option(0, 0, way_m=2.0), option(1, 1, way_m=9.0)
    assert by_value(Situation(belief, [far, near], Worth())) is near
    unlikely = option(2, 2, way_m=2.0)
    assert by_value(Situation(belief, [unlikely, near], Worth())) is near


def test_a_thing_is_looked_for_where_it_most_likely_is_and_nowhere_else_once_it_is_found():
    belief = WhereBelief(np.array([0.8, 0.08, 0.06, 0.06]))
    options = [option(n, n, way_m=3.0) for n in range(3)]
    # By gains alone the first place would come last: found there, the answer stays what it is.
    assert gain(options[0], belief) < gain(options[1], belief)
    first = by_value(Situation(belief, options, Worth()))
    assert first is options[0]
    belief.look(first.recall, [Match(0, 100.0)])
    assert by_value(Situation(belief, options, Worth(), {0})) is None


def test_the_likeliest_place_is_looked_at_again_only_if_that_gains_something():
    belief = WhereBelief(np.array([0.8, 0.08, 0.06, 0.06]))
    belief.look(looks_at(0, recall=0.5), [])
    again, other = option(0, 0, way_m=3.0), option(1, 1, way_m=3.0)
    found = Situation(belief, [again, other], Worth())
    assert belief.answer().value == 0
    assert belief.was_looked_at(0)
    assert not belief.was_looked_at(1)
    assert gain(again, belief) < cost(again, Worth())
    assert by_value(found) is other


def test_no_likely_place_is_reason_enough_to_look_where_no_look_is_worth_it():
    sure = WhereBelief(np.array([0.98, 0.01, 0.005, 0.005]))
    assert by_value(Situation(sure, [option(n, n) for n in range(3)], Worth(picture=0.05))) is None


def test_what_must_be_opened_costs_more():
    worth = Worth()
    assert cost(option(0, 0, opens=True), worth) > cost(option(0, 0), worth)


def test_a_look_that_cannot_be_reached_is_no_option():
    belief = WhereBelief(np.array([0.5, 0.5, 0.0, 0.0]))
    assert by_value(Situation(belief, [option(0, 0, way_m=np.inf)], FREE)) is None


def test_what_must_be_held_is_looked_for_even_where_its_place_is_certain():
    belief = WhereBelief(np.array([0.999, 0.0005, 0.0003, 0.0002]))
    seen = option(0, 0)
    assert by_value(Situation(belief, [seen], Worth())) is None
    assert by_finding(Situation(belief, [seen], Worth())) is seen


def test_every_policy_ends_once_all_has_been_looked_at():
    belief = WhereBelief(np.array([0.4, 0.3, 0.2, 0.1]))
    options = [option(n, n) for n in range(3)]
    for name in ("value", "memory order", "nearest", "exhaustive", "recall"):
        assert policy(name)(Situation(belief, options, FREE, {0, 1, 2})) is None
    assert policy("exhaustive")(Situation(belief, options, Worth(picture=1.0), {0})) is not None
    with pytest.raises(UnknownNameError, match="value"):
        policy("valeu")


def test_counting_is_sure_of_what_was_counted_and_of_what_was_looked_for_in_vain():
    seen = looks_at(1, recall=0.95)
    two = CountBelief(1, [0.5, 0.5, 0.5])
    two.look(seen, [Match(1, 80.0, (0.0, 0.0, 1.0)), Match(1, 80.0, (0.5, 0.0, 1.0)), Match(2, 80.0)])
    assert two.answer().value == 2
    none = CountBelief(1, [0.4], yes_no=True)
    assert none.answer().confidence < 0.7
    none.look(seen, [])
    assert none.answer().value == 0
    assert none.answer().confidence > 0.9


def test_one_thing_seen_from_two_sides_is_counted_once():
    belief = CountBelief(0, [0.5, 0.5])
    for _ in range(2):
        belief.look(looks_at(0), [Match(0, 80.0, (1.0, 1.0, 0.8))])
    assert belief.answer().value == 1


@given(st.lists(st.floats(0.0, 1.0), max_size=6), st.floats(0.05, 0.9))
def test_counts_are_probabilities_and_a_look_is_worth_something_or_nothing(chances, recall):
    belief = CountBelief(0, chances)
    assert belief.p.shape == (MOST + 1,)
    assert belief.p.sum() == pytest.approx(1.0)
    assert belief.after(looks_at(0, recall=recall)) >= belief.answer().confidence - 1e-9
    assert belief.after(looks_at(1, recall=recall)) == pytest.approx(belief.answer().confidence)


def test_what_is_told_rises_with_what_is_believed():
    told = [WhereBelief(np.array([share, 1 - share, 0.0])).told().confidence for share in (0.55, 0.7, 0.9, 0.99)]
    assert told == sorted(told)
    assert all(0 < confidence < 1 for confidence in told)
