"""What looks say of a colour adds up: one look that differs changes nothing, whatever the order."""

from typing import Any

import pytest

from mmmem.clock import NS_PER_S, Span
from mmmem.types import Assertion
from scenegraph.log import Row
from scenegraph.nodes import Node
from scenegraph.world import World


def seen(t_s: int, value: dict[str, Any], subject: str = "O1", kind: str = "seen", object: str = "mug") -> Assertion:
    return Assertion(kind, subject, Span(t_s * NS_PER_S, (t_s + 1) * NS_PER_S), object, value, 0.9)


def node_of(*said: Assertion) -> Node:
    world = World().extend(Row(number, "s", one, one.span.end_ns) for number, one in enumerate(said, start=1))
    return world.nodes[world.resolve("O1")]


def test_a_single_misreading_does_not_repaint_a_thing() -> None:
    node = node_of(
        seen(0, {"count": 8, "attributes": {"colour": ["red", 0.75]}}),
        seen(9, {"count": 1, "attributes": {"colour": ["pink", 1.0]}}),
    )
    assert node.attributes["colour"][0] == "red"
    assert node.attributes["colour"][1] == pytest.approx(6 / 9)


def test_all_that_was_said_is_kept_where_looks_differ() -> None:
    value = {"count": 4, "attributes": {"colour": ["red", 0.75]}, "told": {"colour": {"red": 3, "pink": 1}}}
    assert node_of(seen(0, value)).told["colour"] == {"red": 3, "pink": 1}


def test_what_turns_out_to_be_one_thing_has_the_looks_of_both() -> None:
    node = node_of(
        seen(0, {"count": 2, "attributes": {"colour": ["pink", 1.0]}}),
        seen(5, {"count": 5, "attributes": {"colour": ["red", 1.0]}}, "O2"),
        Assertion("same", "O1", Span(0, 1), "O2", {}),
    )
    assert node.attributes["colour"] == ("red", pytest.approx(5 / 7))


def test_people_change_their_clothes() -> None:
    node = node_of(
        seen(0, {"count": 50, "attributes": {"colour": ["red", 1.0]}, "layer": "person"}, object="person"),
        seen(9, {"count": 2, "attributes": {"colour": ["blue", 1.0]}}, object="person"),
    )
    assert node.attributes["colour"][0] == "blue"
