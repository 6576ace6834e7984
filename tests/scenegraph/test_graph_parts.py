"""Parts of the scene graph by themselves: persistence, looks, the spatial hash, rays, drifting poses."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scripted_scene import EYES, TABLE, Box, Scene, mug

from mmmem.clock import NS_PER_HOUR
from scenegraph.anchoring import Anchor
from scenegraph.appearance import colour_of
from scenegraph.geometry import view_of, vote
from scenegraph.grid import Grid
from scenegraph.kinds import layer_of
from scenegraph.persistence import Persistence
from scenegraph.settings import Settings


def test_what_is_moved_often_is_believed_for_shorter():
    persistence = Persistence()
    before = persistence.still_there("mug", "object", 0, 10 * NS_PER_HOUR)
    for day in range(6):
        start_ns = day * 24 * NS_PER_HOUR
        persistence.left("mug", "object", start_ns, start_ns + NS_PER_HOUR, start_ns + 3 * NS_PER_HOUR)
    assert persistence.still_there("mug", "object", 0, 10 * NS_PER_HOUR) < before
    assert persistence.half_life_h("mug", "object") < persistence.half_life_h("vase", "object")
    assert persistence.half_life_h("table", "furniture") > 100 * persistence.half_life_h("mug", "object")
    assert persistence.half_life_h("chair", "furniture") < persistence.half_life_h("table", "furniture")


def test_belief_falls_with_time_and_faster_in_busy_hours():
    persistence = Persistence()
    for day in range(20):
        nine = (24 * day + 9) * NS_PER_HOUR
        persistence.left("mug", "object", nine - 5 * NS_PER_HOUR, nine, nine + NS_PER_HOUR // 2)
    beliefs = [persistence.still_there("mug", "object", 0, hour * NS_PER_HOUR) for hour in range(30)]
    assert beliefs[0] == 1.0
    assert all(later < earlier for earlier, later in pairwise(beliefs))
    assert beliefs[9] - beliefs[10] > 3 * (beliefs[3] - beliefs[4])


def test_colours_are_told_apart_in_any_light():
    def patch(*rgb: int, light: float = 1.0) -> np.ndarray:
        noise = np.random.default_rng(0).normal(0, 6, (300, 3))
        return colour_of(np.clip(np.array(rgb) * light + noise, 0, 255).astype(np.uint8))

    red, blue, white = patch(200, 30, 30), patch(30, 40, 200), patch(220, 220, 215)
    assert red @ patch(200, 30, 30, light=0.6) > 0.9
    assert max(red @ blue, red @ white, blue @ white) < 0.5
    assert np.linalg.norm(red) == pytest.approx(1.0, abs=1e-5)


def test_the_grid_finds_what_is_near_and_nothing_else():
    grid, rng = Grid(), np.random.default_rng(0)
    places = {f"O{n}": rng.uniform(-20, 20, 3) for n in range(500)}
    for key, at in places.items():
        grid.put(key, np.stack([at - 0.1, at + 0.1]))
    low, high = np.array([-2.0, -2.0, -2.0]), np.array([2.0, 2.0, 2.0])
    found = grid.within(low, high)
    inside = {key for key, at in places.items() if (at > low).all() and (at < high).all()}
    assert inside <= found
    assert len(found) < 50
    grid.put("O1", np.stack([np.full(3, 99.0), np.full(3, 99.1)]))
    grid.drop("O2")
    assert not {"O1", "O2"} & grid.within(low - 20, high + 20)


@pytest.mark.parametrize(
    ("kind", "layer"),
    [
        ("mug", "object"), ("kitchen table", "furniture"), ("Dining Table", "furniture"), ("person", "person"),
        ("toilet paper", "object"), ("table lamp", "furniture"), ("remote control", "object"),
    ],
)  # fmt: skip
def test_layers_by_name(kind, layer):
    assert layer_of(kind) == layer


def test_rays_tell_through_from_present_from_occluded():
    red = mug("red", 0.0, 0.0)
    screen = Box("screen", "box", (0.0, -0.3, 0.72), (0.4, 0.02, 0.4))
    boxes = red.bounds[None]
    votes = []
    for things in ([TABLE, red], [TABLE], [TABLE, red, screen]):
        frame, _ = Scene(things).shot(0, (0, -1.6, 1.2))
        view = view_of(frame, Settings())
        votes.append(vote(view, boxes, Settings(depth_noise_m=0.005, depth_noise_per_m2=0.0)))
    there, gone, hidden = votes
    assert there.share(0) < 0.1
    assert gone.share(0) > 0.6
    assert hidden.through[0] + hidden.present[0] == 0
    assert hidden.occluded[0] > 10


def test_poses_that_drift_are_put_right_by_what_was_seen():
    scene = Scene([TABLE, mug("red", -0.4, 0.0), Box("cupboard", "cupboard", (1.5, 1.2, 0.0), (0.6, 1.0, 1.6))])
    anchor, rng = Anchor(), np.random.default_rng(0)
    drift, off, raw = np.zeros(2), [], []
    for place in range(60):
        turn = place % 10
        frame, _ = scene.shot(place / 2, EYES[turn if turn < 6 else 10 - turn])
        if place > 15:
            drift = np.clip(drift + rng.normal(0.004, 0.004, 2), -0.12, 0.12)
        pose = frame.pose_world_camera.copy()
        pose[:2, 3] += drift
        aligned = anchor.aligned("cam", place * 500_000_000, view_of(replace(frame, pose_world_camera=pose), Settings()))
        off.append(np.abs(aligned.origin - frame.pose_world_camera[:3, 3])[1])
        raw.append(abs(drift[1]))
    # Everything in view faces along y: nothing tells how far the pose is off along x.
    assert np.mean(off[30:]) < 0.4 * np.mean(raw[30:])
    assert max(off[:15]) < 0.02
