"""A robot takes part in a life: what it moves is moved, and the people live on."""

import pytest

from mmmem.errors import InvalidInputError
from streams.house.footprint import overlap
from streams.house.placing import stood
from streams.house.shared_life import ROBOT, SharedLife
from streams.house.world import Placement

S = 1_000_000_000
TRAY = Placement("held", ROBOT, (1.5, 2.0, 0.5))


@pytest.fixture
def world(life):
    return SharedLife(life)


def after(world, seconds):
    world.go_on(world.life.start_ns + round(seconds * S))
    return world.state


@pytest.mark.parametrize("pace_s", [0.5, 7.0, 60.0])
def test_a_robot_that_does_nothing_changes_nothing(world, life, pace_s):
    happened = []
    while world.now_ns < life.end_ns:
        happened += world.go_on(min(world.now_ns + round(pace_s * S), life.end_ns))
        assert world.state == life.state_at(world.now_ns)
    assert tuple(happened) == life.events


def test_what_the_robot_holds_nobody_takes(world, life):
    after(world, 8)
    world.act("take", "O1", placement=TRAY)
    assert after(world, 60).holder_of("O1") == ROBOT == world.state.placements["O1"].holder
    assert world.carried == "O1"
    assert world.state.states["F2", "door"] == "open"  # the rest of the day goes on
    assert world.state.people == life.state_at(world.now_ns).people


def test_what_it_put_elsewhere_is_found_and_life_is_as_it_was(world, life):
    after(world, 8)
    world.act("take", "O1", placement=TRAY)
    world.act("put", "O1", placement=Placement("on", "F3.on", (7.0, 2.2, 0.5)))
    assert after(world, 9).holder_of("O1") == "F3.on"
    assert after(world, 12).holder_of("O1") == "P1"  # Anna takes it from where it is
    assert world.astray == set()
    assert after(world, 60) == life.state_at(world.now_ns)


def test_people_put_things_beside_what_the_robot_left(world):
    world.act("take", "O2", placement=TRAY)
    world.act("put", "O2", placement=Placement("on", "F3.on", (7.0, 2.2, 0.5)))
    state = after(world, 40)
    assert state.holder_of("O1") == state.holder_of("O2") == "F3.on"
    assert not overlap(*(stood(world.home, id, state.placements[id]) for id in ("O1", "O2")))


def test_a_new_beginning_forgets_the_robot(world, life):
    world.act("take", "O1", placement=TRAY)
    after(world, 20)
    world.begin(life.start_ns)
    assert world.state == life.start_state
    assert (world.carried, world.astray) == ("", set())


def test_what_it_carries_comes_along_and_nothing_else(world):
    before = dict(world.state.placements)
    world.carry((1.0, 1.0, 0.5), 0.0)
    assert world.state.placements == before
    world.act("take", "O1", placement=TRAY)
    world.carry((3.0, 1.0, 0.5), 1.0)
    assert world.state.placements["O1"].position == (3.0, 1.0, 0.5)
    assert {id: at for id, at in world.state.placements.items() if id != "O1"} == {
        id: at for id, at in before.items() if id != "O1"
    }


@pytest.mark.parametrize("seconds", [-1, 201])
def test_time_only_goes_on_and_ends_with_the_life(world, life, seconds):
    with pytest.raises(InvalidInputError, match="Time goes on from"):
        world.go_on(life.start_ns + seconds * S)
