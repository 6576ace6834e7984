"""The plan as a picture: scale, tints, dots where things are, trails and labels only where asked for."""

from functools import cache

import numpy as np
import pytest

from streams.house.building import build_home
from streams.house.floor import Floor
from streams.house.plan_picture import draw_plan
from streams.house.plan_sheet import plan_sheet
from streams.house.plan_text import Block, fitted_block
from streams.house.starting import starting_state
from streams.house.world import PersonPose, Placement, WorldState

home_of = cache(build_home)
MARGIN_M = 0.35


def pixel(home, picture, x_m, y_m, px_per_m=80):
    return picture[int((max(room.y1_m for room in home.rooms) + MARGIN_M - y_m) * px_per_m), int((x_m + MARGIN_M) * px_per_m)]


def changed(one, other):
    return (one != other).any(axis=-1)


@pytest.mark.parametrize("px_per_m", [40, 80])
def test_the_picture_is_as_large_as_the_home(px_per_m):
    home = home_of(0)
    picture = draw_plan(home, px_per_m=px_per_m)
    width, height = (max(getattr(room, side) for room in home.rooms) for side in ("x1_m", "y1_m"))
    assert picture.dtype == np.uint8
    assert picture.shape[2] == 3
    assert picture.shape[:2] == pytest.approx(((height + 2 * MARGIN_M) * px_per_m, (width + 2 * MARGIN_M) * px_per_m), abs=1)


def test_walls_are_dark_doors_are_open_and_rooms_of_a_kind_share_a_tint():
    home = home_of(0)
    picture = draw_plan(home)
    for door in home.doors:
        assert pixel(home, picture, door.x_m, door.y_m).sum() > 250
        beside = (door.width_m / 2 + 0.1, 0) if door.along == "x" else (0, door.width_m / 2 + 0.1)
        assert pixel(home, picture, door.x_m + beside[0], door.y_m + beside[1]).sum() < 250
    floor = Floor(home)
    tints = {}
    for room in home.rooms:
        # what most of the free floor looks like
        points = [floor.random_free(np.random.default_rng(draw), room.id) for draw in range(41)]
        tints[room.id] = tuple(np.median([pixel(home, picture, *point) for point in points], axis=0).astype(int))
    for room in home.rooms:
        assert {tints[other.id] for other in home.rooms if other.kind == room.kind} == {tints[room.id]}
    assert len(set(tints.values())) == len({room.kind for room in home.rooms})


def test_a_thing_is_a_dot_of_its_colour_where_it_stands_and_nowhere_else():
    home = home_of(0)
    mug = next(thing for thing in home.things if thing.kind == "mug" and thing.colour == "red")
    place = Floor(home).random_free(np.random.default_rng(3))
    state = WorldState({mug.id: Placement("on", home.surfaces[0].id, (*place, 0.0))}, {}, {})
    without, with_mug = draw_plan(home, WorldState({}, {}, {})), draw_plan(home, state)
    red, green, blue = pixel(home, with_mug, *place).astype(int)
    assert red > 1.5 * max(green, blue)
    rows, columns = np.nonzero(changed(without, with_mug))
    near = (
        np.hypot(columns / 80 - MARGIN_M - place[0], rows / 80 + place[1] - MARGIN_M - max(room.y1_m for room in home.rooms))
        < 0.12
    )
    names_moved_aside = 0.3  # a name may give way to the dot
    assert near.sum() > 40
    assert near.mean() > 1 - names_moved_aside or near.sum() < 200


def test_people_trails_and_flags_show_only_when_given():
    home = home_of(0)
    floor, state = Floor(home), starting_state(home)
    bare = draw_plan(home)
    trail = floor.path(floor.standing_spot("R1")[:2], floor.standing_spot(home.rooms[-1].id)[:2])
    walked = draw_plan(home, trails=[trail])
    for x_m, y_m in trail[1:-1]:
        assert changed(bare, walked)[
            tuple(np.array([(max(r.y1_m for r in home.rooms) + MARGIN_M - y_m) * 80, (x_m + MARGIN_M) * 80]).astype(int))
        ]
    named = next(iter(state.placements))
    assert changed(draw_plan(home, state), draw_plan(home, state, named=[named])).sum() > 200
    person = home.residents[0]
    alone = WorldState({}, {}, {person.id: PersonPose(*floor.standing_spot("R1"))})
    assert changed(bare, draw_plan(home, alone)).sum() > 500


def test_a_flag_for_what_is_not_in_the_home_is_left_out():
    home = home_of(0)
    state = starting_state(home)
    away = next(thing.id for thing in home.things if thing.outside)
    assert not changed(draw_plan(home, state), draw_plan(home, state, named=[away])).any()


def test_the_same_home_is_drawn_the_same():
    home = home_of(1)
    assert not changed(draw_plan(home, starting_state(home)), draw_plan(home, starting_state(home))).any()


@pytest.mark.parametrize(
    ("words", "room_px", "lines", "turned"),
    [
        ("sofa", (200, 60), ("sofa",), False),
        ("sofa", (30, 200), ("sofa",), True),  # along the longer side
        ("coffee table", (70, 60), ("coffee", "table"), False),  # broken rather than made small
    ],
)
def test_words_are_turned_and_broken_to_fit(words, room_px, lines, turned):
    block = fitted_block(words, room_px, 20, 8)
    assert (block.lines, block.turned) == (lines, turned)
    assert block.size[0] <= room_px[0]
    assert block.size[1] <= room_px[1]


def test_words_that_fit_nowhere_are_left_out():
    assert fitted_block("washing machine", (12, 12), 20, 8) is None
    assert Block(("a", "b"), 10).size[1] == 2 * Block(("a",), 10).size[1]


def test_a_sheet_holds_the_plans_of_several_homes_in_rows():
    homes = [home_of(0), home_of(1), home_of(2)]
    sheet = plan_sheet(homes, columns=2, px_per_m=20)
    plans = [draw_plan(home, starting_state(home), px_per_m=20) for home in homes]
    high, wide = max(plan.shape[0] for plan in plans), max(plan.shape[1] for plan in plans)
    assert sheet.shape == (2 * high, 2 * wide, 3)
    assert (sheet[: plans[0].shape[0], : plans[0].shape[1]] == plans[0]).all()
    assert (sheet[high : high + plans[2].shape[0], : plans[2].shape[1]] == plans[2]).all()
    assert (sheet[high:, wide:] == 255).all()  # no fourth home
