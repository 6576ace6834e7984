"""What a thing most likely is, by everything that was read of it."""

import pytest

from scenegraph.misreadings import Likely, Misreadings, best_of
from scenegraph.nodes import Node

MUGS = [{"mug": 30.0, "bowl": 2.0}, {"mug": 20.0}, {"bowl": 25.0, "mug": 1.0}, {"phone": 40.0}]


def test_one_misreading_among_many_is_not_believed_and_the_usual_reading_is() -> None:
    read = Misreadings(MUGS)
    assert read.chance({"mug": 9.0, "bowl": 1.0}, "mug") > 0.95
    assert read.chance({"mug": 9.0, "bowl": 1.0}, "bowl") < 0.05


def test_a_single_reading_is_more_likely_a_misreading_of_what_is_known_to_be_taken_for_it() -> None:
    read = Misreadings(MUGS)
    assert read.chance({"bowl": 1.0}, "mug") > read.chance({"bowl": 1.0}, "phone")
    assert read.chance({"bowl": 1.0}, "bowl") > 0.5


def test_what_comes_back_too_often_for_a_misreading_is_another_thing_taken_for_this_one() -> None:
    read = Misreadings(MUGS)
    assert read.chance({"blue": 21.0, "yellow": 18.0}, "yellow") > 0.3
    assert read.chance({"blue": 39.0, "yellow": 1.0}, "yellow") < 0.05


def test_more_looks_make_surer() -> None:
    read = Misreadings(MUGS)
    chances = [read.chance({"mug": 2.0 * n, "glass": 1.0 * n}, "mug") for n in (0.5, 1.0, 2.0)]
    assert chances[0] < chances[1] < chances[2]


def test_how_often_values_are_misread_is_learned_from_the_looks() -> None:
    careful = Misreadings([{"red": 100.0}] * 5)
    careless = Misreadings([{"red": 80.0, "pink": 20.0}] * 5)
    assert careful.rate < 0.02 < 0.15 < careless.rate
    assert careless.chance({"red": 2.0, "pink": 1.0}, "pink") < careful.chance({"red": 2.0, "pink": 1.0}, "red")


@pytest.mark.parametrize("told", [{}, {"": 3.0}])
def test_what_was_never_read_may_be_anything(told: dict[str, float]) -> None:
    assert best_of(told) == ""
    assert 0 < Misreadings([]).chance(told, "red") < 0.5


def test_a_person_is_not_doubted() -> None:
    node = Node("O1", "object", votes={"mug": 9.0}, given_kind="dax")
    assert Likely([node]).kind(node, "dax") == 1.0


def test_colours_of_nodes_are_judged_by_all_looks() -> None:
    node = Node("O1", "object", votes={"mug": 9.0})
    node.hear("colour", {"red": 8.0, "pink": 1.0})
    likely = Likely([node])
    assert likely.colour(node, "red") > 0.9 > 0.1 > likely.colour(node, "pink")
