"""What a robot can pick, place, open and close, and the reasons it gives where it cannot."""

from math import pi

import numpy as np
import pytest

from streams.house.floor import Floor
from streams.house.robot import ARM_M, Robot
from streams.house.robot_arm import Arm
from streams.house.shared_life import ROBOT, SharedLife

S = 1_000_000_000
BEFORE_COUNTER = (1.4, 2.1, pi)
BEFORE_FRIDGE = (1.4, 3.3, pi)
BEFORE_TABLE = (6.0, 2.0, 0.0)


@pytest.fixture
def at(life, draw, camera):
    """Stands a robot somewhere in the home at the start of its life, and gives its arm."""
    floor, drawn, world = Floor(life.home), draw(life.home, camera), SharedLife(life)

    def stand(x_m, y_m, yaw_rad, pitch_rad=-0.5):
        robot = Robot(floor, x_m, y_m, yaw_rad, pitch_rad)
        assert floor.is_free((x_m, y_m))
        return Arm(world, robot, lambda: drawn.render(world.state, robot.pose_world_camera).instances, np.random.default_rng(1))

    return stand


def test_it_picks_what_is_nearest_to_the_middle_of_the_picture(at):
    arm = at(*BEFORE_COUNTER)
    done = arm.pick()
    assert (done.event.kind, done.event.subject, done.event.actor, done.reason) == ("take", "O2", ROBOT, "")
    assert arm.world.carried == "O2"
    assert arm.world.state.placements["O2"].position == arm.robot.tray


def test_it_picks_what_it_is_told_to(at):
    arm = at(*BEFORE_COUNTER)
    assert arm.pick("O4").event.subject == "O4"


@pytest.mark.parametrize(
    ("stance", "target", "reason"),
    [
        (BEFORE_COUNTER, "O3", "the white mug (O3) is not in view"),  # in the other room
        (BEFORE_COUNTER, "O5", "is not in view"),  # behind the fridge's door
        ((2.6, 2.1, pi), "O2", f"the white mug (O2) is 2.1 m away, the arm reaches {ARM_M} m"),
        ((2.6, 2.1, pi / 2), "", "no thing is in view"),
    ],
)
def test_why_it_picks_nothing(at, stance, target, reason):
    done = at(*stance, pitch_rad=-0.3).pick(target)
    assert done.event is None
    assert reason in done.reason


def test_it_has_one_tray(at):
    arm = at(*BEFORE_COUNTER)
    arm.pick("O2")
    assert arm.pick("O4").reason == "it holds the white mug (O2) already"


def test_it_places_what_it_holds_on_a_surface_before_it(at):
    at(*BEFORE_COUNTER).pick("O4")
    arm = at(*BEFORE_TABLE)
    assert arm.place().event.kind == "put"
    placed = arm.world.state.placements["O4"]
    assert (placed.holder, placed.relation, placed.position[2]) == ("F3.on", "on", 0.5)
    assert arm.world.carried == ""


@pytest.mark.parametrize(
    ("stance", "target", "reason"),
    [
        (BEFORE_FRIDGE, "F2", "F2 is not before it"),  # its door is shut
        (BEFORE_COUNTER, "F3", "F3 is not before it"),  # in the other room
        ((2.6, 2.1, 0.0), "", "no open surface is before it"),
        (BEFORE_COUNTER, "P2", "Ben is 9.6 m away"),
    ],
)
def test_why_it_places_nothing(at, stance, target, reason):
    at(*BEFORE_COUNTER).pick("O4")
    arm = at(*stance)
    assert reason in arm.place(target).reason
    assert arm.world.carried == "O4"


def test_an_empty_tray_is_not_placed(at):
    assert at(*BEFORE_TABLE).place().reason == "it holds nothing"


def test_doors_open_and_close_and_what_is_behind_can_be_reached(at):
    arm = at(*BEFORE_FRIDGE)
    assert "nothing open is in view" in arm.close().reason
    opened = arm.open().event
    assert (opened.subject, opened.state, opened.value) == ("F2", "door", "open")
    assert arm.pick("O5").event.subject == "O5"
    assert arm.place("F2").event.placement.holder == "F2.in"
    assert arm.close("F2").event.value == "closed"
    assert "nothing open is in view" in arm.close().reason
    assert "is not in view" in arm.pick("O5").reason


def test_a_door_that_is_too_far_is_named(at):
    assert "only the fridge (F2) 1.8 m away" in at(2.6, 3.3, pi, -0.2).open().reason


def test_it_hands_things_to_people(at):
    at(*BEFORE_COUNTER).pick("O2")
    arm = at(1.5, 1.2, pi)
    assert arm.place("P1").event.placement.relation == "held"
    assert arm.world.state.holder_of("O2") == "P1"
    arm.world.go_on(arm.world.life.start_ns + 60 * S)
    assert arm.world.state.holder_of("O2") == "P1"
