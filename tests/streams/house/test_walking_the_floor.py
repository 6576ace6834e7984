"""Ways over the floor: free all along, no longer than they need be, through doors; where one stands to see a place."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from math import asin, atan2, cos, hypot, pi, sin, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmem.errors import InvalidInputError, UnknownNameError
from streams.house.building import build_home
from streams.house.floor import Floor
from streams.house.footprint import Footprint, footprint, overlap, surface_rectangle
from streams.house.home import Door, Furniture, Home, Room

home_of = cache(build_home)
floor_of = cache(lambda seed: Floor(home_of(seed)))
few = settings(max_examples=10, deadline=None)
seeds = st.integers(0, 5)
draws = st.integers(0, 10**6)


def two_rooms(*furniture, width_m=0.9):
    """Two rooms of 4 m by 3 m, side by side, with a door in the middle of their wall."""
    rooms = (Room("R1", "hall", "hall", 0, 0, 4, 3), Room("R2", "kitchen", "kitchen", 4, 0, 8, 3))
    doors = (Door("D1", "R1", "", 0, 1.5, "y", 1.0), Door("D2", "R1", "R2", 4, 1.5, "y", width_m))
    return Home(0, rooms, doors, furniture, (), ())


def block(id, room, x_m, y_m, size, z_m=0.0, **more):
    return Furniture(id, "dresser", f"dresser {id}", room, (x_m, y_m, z_m), 0.0, size, **more)


def length(points):
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def samples(points, step_m=0.02):
    return np.concatenate(
        [
            one + np.linspace(0, 1, max(2, int(hypot(*(other - one)) / step_m)))[:, None] * (other - one)
            for one, other in pairwise(points)
        ]
    )


def test_walls_furniture_and_the_outside_are_not_free_and_the_door_is():
    floor = Floor(two_rooms(block("F1", "R1", 2, 2.5, (1, 1, 1))))
    assert floor.is_free((1, 1.5))
    assert floor.is_free((4, 1.5))  # in the door
    assert not floor.is_free((4, 0.5))  # in the wall
    assert not floor.is_free((0.15, 1.5))  # the wall is nearer than the walker is wide
    assert not floor.is_free((2, 2.5))  # in the dresser
    assert not floor.is_free((2, 1.85))  # beside the dresser
    assert not floor.is_free((0, 1.5))  # in the front door, which is closed
    assert not floor.is_free((-5, 20))


@pytest.mark.parametrize(
    ("z_m", "height_m", "blocks"),
    [
        (0.0, 0.9, True),
        (1.45, 0.7, False),  # a cupboard on the wall is walked under
        (0.0, 0.02, False),  # a rug is walked over
        (1.2, 0.5, True),  # too low for a head
    ],
)
def test_only_what_is_in_the_way_blocks(z_m, height_m, blocks):
    floor = Floor(two_rooms(block("F1", "R1", 2, 1.5, (1, 1, height_m), z_m)))
    assert floor.is_free((2, 1.5)) != blocks


def test_a_straight_way_is_straight():
    floor = Floor(two_rooms())
    assert floor.distance_m((0.5, 1.5), (7.5, 1.5)) == pytest.approx(7.0, abs=0.02)
    assert len(floor.path((0.5, 1.5), (7.5, 1.5))) <= 4


def test_a_way_around_the_wall_goes_through_the_door():
    floor = Floor(two_rooms())
    start, goal = (3.5, 0.5), (4.5, 0.5)
    # A rope around two quarter pillars of the walker's radius, at the posts of the door.
    away, rising = hypot(3.94 - 3.5, 1.05 - 0.5), atan2(1.05 - 0.5, 3.94 - 3.5)
    by_hand = 2 * (sqrt(away**2 - 0.2**2) + 0.2 * (rising + asin(0.2 / away))) + 0.12
    assert floor.distance_m(start, goal) == pytest.approx(by_hand, abs=0.04)
    assert any(abs(x - 4) < 0.05 and abs(y - 1.5) < 0.45 for x, y in samples(floor.path(start, goal)))


def test_a_way_keeps_away_from_walls_where_there_is_room():
    wide = Floor(two_rooms(block("F1", "R1", 2, 1.5, (1.0, 1.0, 1.0))))
    way = wide.path((0.6, 1.5), (3.4, 1.5))
    beside = samples(way)[np.abs(samples(way)[:, 0] - 2) < 0.4]
    assert np.abs(beside[:, 1] - 1.5).min() > 0.7 + 0.05  # the walker would fit at 0.7


def test_where_a_door_is_too_narrow_there_is_no_floor_behind_it():
    floor = Floor(two_rooms(width_m=0.35))
    assert floor.reaches("R1") != floor.reaches("R2")
    assert floor.path((1, 1.5), (7, 1.5)) is None
    assert floor.distance_m((1, 1.5), (7, 1.5)) == float("inf")
    assert np.isinf(floor.distances_m((7, 1.5))).all()


@few
@given(seeds, draws)
def test_a_way_is_free_all_along_and_ends_where_it_should(seed, draw):
    floor, rng = floor_of(seed), np.random.default_rng(draw)
    start, goal = floor.random_free(rng), floor.random_free(rng)
    way = floor.path(start, goal)
    assert tuple(way[0]) == start
    assert tuple(way[-1]) == goal
    assert all(floor.clearance_m[floor.cell(point)] > floor.radius_m - 0.03 for point in samples(way))


@few
@given(seeds, draws)
def test_the_shortest_way_is_between_the_straight_line_and_the_kept_away_one(seed, draw):
    floor, rng = floor_of(seed), np.random.default_rng(draw)
    start, goal = floor.random_free(rng), floor.random_free(rng)
    shortest = floor.distance_m(start, goal)
    assert hypot(goal[0] - start[0], goal[1] - start[1]) <= shortest + 1e-9
    assert shortest <= length(floor.path(start, goal)) * 1.01 + 1e-9
    assert shortest == pytest.approx(floor.distance_m(goal, start), rel=0.03, abs=0.05)
    along_grid = floor.distances_m(goal)[floor.cell(start)]
    assert shortest * 0.99 - 0.01 <= along_grid <= shortest * 1.04 + 0.01


@few
@given(seeds, draws)
def test_detours_are_never_shorter(seed, draw):
    floor, rng = floor_of(seed), np.random.default_rng(draw)
    one, other, third = (floor.random_free(rng) for _ in range(3))
    direct = floor.distance_m(one, other)
    assert direct <= (floor.distance_m(one, third) + floor.distance_m(third, other)) * 1.03 + 0.05


@few
@given(seeds)
def test_one_stands_free_near_and_facing_what_one_wants_to_see(seed):
    home, floor = home_of(seed), floor_of(seed)
    for surface in home.surfaces:
        x_m, y_m, yaw_rad = floor.standing_spot(surface.id)
        target = surface_rectangle(home.piece(surface.id), surface)
        assert floor.is_free((x_m, y_m))
        assert home.room(home.piece(surface.id).room).holds(x_m, y_m)
        assert target.distance_m(np.array([x_m, y_m])) <= 1.0
        assert cos(yaw_rad) * (target.x_m - x_m) + sin(yaw_rad) * (target.y_m - y_m) > 0


def test_the_robot_sees_nearly_every_surface_from_where_it_stands():
    # Its camera is 1.25 m up, pitched 20 degrees down, and 60 degrees high: it sees down to 50 degrees under the horizon.
    down = []
    for seed in range(3):
        home, floor = home_of(seed), floor_of(seed)
        for surface in home.surfaces:
            x_m, y_m, _ = floor.standing_spot(surface.id)
            target = surface_rectangle(home.piece(surface.id), surface)
            height_m = home.piece(surface.id).position[2] + surface.centre[2]
            down.append(atan2(1.25 - height_m, hypot(target.x_m - x_m, target.y_m - y_m)))
    assert np.mean(np.degrees(down) < 50) > 0.95


@few
@given(seeds)
def test_one_stands_before_what_opens_not_behind_it(seed):
    home, floor = home_of(seed), floor_of(seed)
    for piece in home.furniture:
        if piece.openings:
            x_m, y_m, _ = floor.standing_spot(piece.id)
            assert footprint(piece).local(np.array([x_m, y_m]))[0] > piece.size[0] / 2, piece.name


@few
@given(seeds)
def test_rooms_are_overlooked_from_inside_and_doors_faced_from_before(seed):
    home, floor = home_of(seed), floor_of(seed)
    for room in home.rooms:
        x_m, y_m, yaw_rad = floor.standing_spot(room.id)
        assert room.holds(x_m, y_m)
        assert room.holds(x_m + 0.3 * cos(yaw_rad), y_m + 0.3 * sin(yaw_rad))
    for door in home.doors:
        x_m, y_m, yaw_rad = floor.standing_spot(door.id)
        assert home.room(door.room_a).holds(x_m, y_m)
        assert hypot(door.x_m - x_m, door.y_m - y_m) < 1
        assert cos(yaw_rad) * (door.x_m - x_m) + sin(yaw_rad) * (door.y_m - y_m) > 0


def test_cells_that_touch_at_a_corner_only_are_no_way():
    # Two grids of free cells whose corners touch: what no way reaches is not free.
    floor = Floor(home_of(0))
    touching = np.zeros((6, 6), bool)
    touching[:3, :3] = touching[3:, 3:4] = True
    assert floor._largest_part(touching).sum() == 9


@pytest.mark.parametrize("seed", [0, 1, 19])
def test_every_free_cell_is_reached_from_every_other(seed):
    floor = Floor(home_of(seed))
    assert np.isfinite(floor.distances_m(floor.standing_spot("D1")[:2])[floor.free]).all()


def test_the_nearest_free_point_is_on_this_side_of_the_wall():
    # The bed's far side is nearer to the other room's floor than to its own.
    floor = Floor(two_rooms(block("F1", "R1", 3.2, 0.7, (1.4, 1.2, 0.5))))
    x_m, _ = floor.nearest_free((3.8, 0.4))
    assert x_m < 4
    assert floor.path((3.8, 0.4), (1, 1.5))[0][0] < 4


def test_a_free_point_is_its_own_nearest_and_a_far_one_has_no_way():
    floor = Floor(two_rooms())
    assert floor.nearest_free((1.013, 1.507)) == (1.013, 1.507)
    assert floor.path((1, 1), (30, 30)) is None


@few
@given(seeds, draws)
def test_random_places_are_free_and_in_the_room_asked_for(seed, draw):
    home, floor = home_of(seed), floor_of(seed)
    rng = np.random.default_rng(draw)
    room = home.rooms[draw % len(home.rooms)]
    place = floor.random_free(rng, room.id)
    assert floor.is_free(place)
    assert room.holds(*place)


def test_a_wider_walker_has_less_floor():
    home = home_of(0)
    narrow, wide = Floor(home, radius_m=0.15), Floor(home, radius_m=0.3)
    assert wide.free.sum() < narrow.free.sum()
    assert not (wide.free & ~narrow.free).any()


@pytest.mark.parametrize("point", [(np.nan, 1.0), (1.0,), (np.inf, 0.0), (1.0, 2.0, 3.0)])
def test_a_place_that_is_no_point_of_the_floor_is_refused(point):
    with pytest.raises(InvalidInputError, match="x, y"):
        floor_of(0).path(point, (1, 1))


def test_an_unknown_part_has_no_standing_spot():
    with pytest.raises(UnknownNameError, match="furniture 'F99'"):
        floor_of(0).standing_spot("F99.on")


def test_furniture_that_walls_off_a_corner_takes_it_from_the_floor():
    home = two_rooms(block("F1", "R2", 6.5, 1.5, (0.3, 2.9, 1)))
    floor = Floor(home)
    assert floor.is_free((5, 1.5))
    assert not floor.is_free((7.5, 1.5))
    assert floor.reaches("F1")
    behind = replace(home, furniture=(*home.furniture, block("F2", "R2", 7.7, 1.5, (0.4, 0.4, 1))))
    assert not Floor(behind).reaches("F2")


@settings(max_examples=200, deadline=None)
@given(
    *(st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.1, 1), st.floats(0.1, 1), st.floats(-pi, pi)) for _ in range(2))
)
def test_rectangles_overlap_when_a_point_lies_in_both(first, second):
    one, other = Footprint(*first), Footprint(*second)
    assert overlap(one, other) == overlap(other, one)
    grid = np.stack(np.meshgrid(np.linspace(-0.49, 0.49, 15), np.linspace(-0.49, 0.49, 15)), axis=-1).reshape(-1, 2)
    inside_one = np.array([one.x_m, one.y_m]) + (grid * (one.length_m, one.width_m)) @ one.axes
    if (other.grown(-0.01).distance_m(inside_one) == 0).any() and min(other.length_m, other.width_m) > 0.03:
        assert overlap(one, other)
    if not overlap(one, other):
        assert (other.grown(-1e-6).distance_m(one.corners) > 0).all()
