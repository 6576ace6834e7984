"""Poses are put right by the surfaces seen before, each side of a wall by itself."""

from dataclasses import replace

import numpy as np
import pytest
from scripted_scene import Box, Scene

from scenegraph.anchoring import Anchor
from scenegraph.geometry import view_of
from scenegraph.settings import Settings

THICK_M = 0.12
WALL = Box("wall", "wall", (0.0, 0.0, 0.0), (6.0, THICK_M, 2.6))
CUPBOARD = Box("cupboard", "cupboard", (2.0, -1.9, 0.0), (0.6, 1.0, 1.6))
SHELF = Box("shelf", "shelf", (-2.1, 1.9, 0.0), (0.5, 1.2, 1.9))
SIDES = (-1.0, 1.0)


def round_the_wall(anchor: Anchor, *, start_s: float, off_m: float = 0.0, sides=SIDES) -> list[float]:
    """How far each pose is off across the wall, in metres, after looking at it from one side and then from the other."""
    scene, off = Scene([WALL, CUPBOARD, SHELF]), []
    for place, (side, x) in enumerate((side, x) for side in sides for x in np.linspace(-1.5, 1.5, 12)):
        frame, _ = scene.shot(start_s + place / 2, (x, 2.2 * side, 1.4), (0.3 * x, 0.0, 1.0), noise_m=0.004)
        pose = frame.pose_world_camera.copy()
        pose[1, 3] += off_m
        aligned = anchor.aligned("cam", frame.t_ns, view_of(replace(frame, pose_world_camera=pose), Settings()))
        off.append(float((aligned.origin - frame.pose_world_camera[:3, 3])[1]))
    return off


def test_the_other_side_of_a_wall_is_not_taken_for_the_one_that_was_seen():
    off = round_the_wall(Anchor(), start_s=0.0)
    assert np.abs(off).max() < 0.25 * THICK_M


@pytest.mark.parametrize("side", SIDES)
def test_who_comes_back_with_a_pose_that_is_off_is_put_right_on_either_side(side):
    anchor = Anchor()
    round_the_wall(anchor, start_s=0.0)
    off = round_the_wall(anchor, start_s=600.0, off_m=0.1, sides=(side,))
    assert np.abs(off[2:]).max() < 0.03


@pytest.mark.parametrize("side", SIDES)
def test_the_sides_of_surfaces_are_known_after_a_restart(side):
    anchor, again, forgetful = Anchor(), Anchor(), Anchor()
    round_the_wall(anchor, start_s=0.0)
    again.recall(anchor.told())
    off = round_the_wall(again, start_s=600.0, off_m=0.1, sides=(side,))
    assert np.abs(off[2:]).max() < 0.03
    assert np.abs(round_the_wall(forgetful, start_s=600.0, off_m=0.1, sides=(side,))).min() > 0.05


def test_surfaces_of_a_log_without_sides_are_seen_anew():
    anchor = Anchor()
    round_the_wall(anchor, start_s=0.0)
    told = anchor.told()
    told["num"] += 1
    again = Anchor()
    again.recall(told)
    assert again.told() == {}
    assert again.corrections["cam"] == pytest.approx(anchor.corrections["cam"], abs=1e-5)
