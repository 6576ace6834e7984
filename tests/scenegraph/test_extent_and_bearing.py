"""How far furniture reaches by many pictures, and what bears a thing where pictures do not show all that is under it."""

import numpy as np
import pytest

from scenegraph.bearing import bearing, can_hold
from scenegraph.contact import NOTHING
from scenegraph.extent import Extent
from scenegraph.nodes import Node, Stay


def box(low, high) -> np.ndarray:
    return np.array([low, high], float)


SHELF = box((0.0, 0.0, 0.0), (1.0, 0.3, 1.8))


def test_pictures_that_err_do_not_make_furniture_larger():
    extent = Extent()
    extent.add(box((-1.3, 0.0, 0.0), (1.0, 0.3, 1.8)), "shelf")
    for place in range(19):
        extent.add(SHELF if place % 6 else box((0.0, 0.0, 0.0), (1.0, 1.6, 1.8)), "shelf")
    assert extent.of("shelf") == pytest.approx(SHELF)


def test_one_picture_is_better_than_none_and_parts_add_up():
    extent = Extent()
    assert extent.of("sofa") is None
    for low, high in ((0.0, 0.8), (0.6, 1.4), (1.2, 2.0)) * 4:
        extent.add(box((low, 0.0, 0.0), (high, 0.9, 0.8)), "sofa")
    assert extent.of("sofa") == pytest.approx(box((0.0, 0.0, 0.0), (2.0, 0.9, 0.8)))


def test_pictures_that_took_it_for_something_else_tell_nothing_of_its_size():
    extent = Extent()
    for _ in range(6):
        extent.add(box((0.0, 0.0, 0.0), (2.5, 2.0, 2.0)), "wardrobe")
        extent.add(SHELF, "shelf")
    assert extent.of("shelf") == pytest.approx(SHELF)
    assert extent.of("dax") is not None


def test_what_is_known_from_before_is_not_outdone_by_a_few_pictures():
    extent = Extent(SHELF, "shelf")
    for _ in range(4):
        extent.add(box((0.0, 0.0, 0.0), (3.0, 0.3, 1.8)), "shelf")
    assert extent.of("shelf") == pytest.approx(SHELF)
    for _ in range(4):
        extent.add(box((0.0, 0.0, 0.0), (3.0, 0.3, 1.8)), "shelf")
    assert extent.of("shelf")[1, 0] == pytest.approx(3.0)


def stay(where: np.ndarray, num: int = 6) -> Stay:
    return Stay(0, 10, box=where, at=where.mean(axis=0), num_seen=num)


def piece(kind: str, where: np.ndarray, layer="furniture") -> Node:
    return Node("F1", layer, {kind: 1.0}, stays=[stay(where)])


CUP = box((0.4, 0.4, 0.71), (0.5, 0.5, 0.81))
TABLE = box((0.0, 0.0, 0.0), (1.6, 0.9, 0.72))


def score(thing, contacts, under):
    found = bearing(stay(thing), contacts, under, under.stays[0])
    return 0.0 if found is None else found.score


def test_a_table_that_was_seldom_found_with_a_cup_bears_it_since_nothing_floats():
    table = piece("table", TABLE)
    assert score(CUP, {NOTHING: 8.0}, table) > 0.5
    assert score(CUP, {NOTHING: 8.0, "F1": 1.0}, table) > 0.5
    elsewhere = piece("table", TABLE + (3.0, 0.0, 0.0))
    assert score(CUP, {NOTHING: 8.0}, elsewhere) == 0.0


def test_on_the_floor_nobodys_surface_is_the_floor():
    shoe = box((0.3, 0.2, 0.0), (0.5, 0.5, 0.1))
    rug = piece("rug", box((0.0, 0.0, 0.0), (0.9, 0.9, 0.02)))
    assert score(shoe, {NOTHING: 8.0}, rug) < 0.5 < score(shoe, {"F1": 8.0}, rug)


def test_what_lies_lower_than_the_head_of_a_bed_is_on_it():
    bed = piece("bed", box((-0.5, -0.5, 0.0), (1.5, 1.0, 0.95)))
    pillow = box((0.1, 0.1, 0.5), (0.6, 0.5, 0.62))
    assert bearing(stay(pillow), {NOTHING: 3.0}, bed, bed.stays[0]).relation == "on"
    assert score(pillow, {NOTHING: 3.0}, bed) > 0.5


@pytest.mark.parametrize(("kind", "height_m", "bears"), [("mug", 0.1, False), ("book", 0.04, True), ("bowl", 0.1, True)])
def test_things_lie_on_what_is_flat_and_in_what_is_hollow(kind, height_m, bears):
    where = box((0.0, 0.0, 0.7), (0.2, 0.2, 0.7 + height_m))
    assert can_hold(piece(kind, where, "object"), where) is bears
    assert can_hold(piece(kind, where), where)
