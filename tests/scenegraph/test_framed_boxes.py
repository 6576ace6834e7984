"""Sizes and places from a detector that gives boxes and no masks."""

from dataclasses import replace

import numpy as np
import pytest
from scripted_scene import HEIGHT, WIDTH, Box, K, Scene

from mmmem.types import Detections
from scenegraph import SceneGraph
from scenegraph.framed import framed
from scenegraph.geometry import View, view_of
from scenegraph.settings import Settings
from scenegraph.sightings import sightings_of

TABLE = Box("table", "table", (0.0, 0.0, 0.68), (1.6, 0.9, 0.04), (120, 80, 50))
SCREEN = Box("tv", "tv", (0.0, 2.9, 1.0), (1.2, 0.06, 0.7), (30, 30, 60))


def shot(boxes, eye, target):
    return Scene(boxes).shot(0.0, eye, target, masks=False)


def of_kind(frame, found, kind):
    sightings = sightings_of(frame, found, view_of(frame, Settings()), Settings())
    return next(one for one in sightings if one.kind == kind)


@pytest.mark.parametrize("eye", [(0.0, 0.0, 1.3), (-1.0, 0.5, 1.2)])
def test_a_screen_without_depth_is_as_large_as_the_box_that_a_detector_draws(eye):
    frame, found = shot([SCREEN], eye, (0.0, 2.9, 1.35))
    x0, y0, x1, y1 = found.xyxy[0].astype(int)
    holed = frame.depth_m.copy()
    holed[y0 + 4 : y1 - (y1 - y0) // 3, x0 + 4 : x1 - (x1 - x0) // 4] = 0.0  # dark glass, but for its lower and right edge
    one = of_kind(replace(frame, depth_m=holed), found, "tv")
    assert one.box[:, 0] == pytest.approx([-0.6, 0.6], abs=0.12)
    assert one.box[:, 2] == pytest.approx([1.0, 1.7], abs=0.12)


def test_a_table_is_its_top_and_not_the_shelf_that_is_as_high_behind_it():
    shelf = Box("shelf", "box", (0.0, 2.2, 0.6), (2.4, 0.5, 0.12), (200, 60, 60))
    frame, found = shot([TABLE, shelf], (0.0, -2.2, 2.0), (0.0, 0.0, 0.72))
    table = [row for row, label in enumerate(found.label) if label == "table"]
    wide = found.xyxy[table].copy()
    wide[0, 1] = found.xyxy[:, 1].min()  # the detector's box takes the shelf in
    one = of_kind(frame, Detections(wide, found.score[table], ("table",), None, None), "table")
    assert one.box[1, 1] < 0.6
    assert one.box[:, 0] == pytest.approx([-0.8, 0.8], abs=0.15)


def test_halves_of_a_walk_put_a_table_at_one_place():
    middles = []
    for side in (-1, 1):
        graph, scene = SceneGraph(), Scene([TABLE])
        for place in range(8):
            graph.observe(*scene.shot(place * 0.5, (side * (0.3 + 0.15 * place), -2.4, 1.7), (0.0, 0.0, 0.7), masks=False))
        graph.flush()
        middles.append(graph.node("table").stay.at)
    assert np.linalg.norm(middles[0] - middles[1]) < 0.1


def test_a_plane_seen_edge_on_reaches_no_farther_than_what_faces_the_camera():
    view = View(np.zeros((HEIGHT, WIDTH), np.float32), np.zeros((HEIGHT, WIDTH), bool), np.eye(4), K)  # next to no depth
    away = np.stack([np.zeros(50), np.linspace(-0.2, 0.2, 50), np.linspace(2.1, 1.9, 50)], axis=1)
    box = framed(away + np.random.default_rng(0).normal(0, 1e-3, away.shape), np.array([60, 40, 100, 80], np.float32), view)
    assert (np.abs(box) < 4.0).all()
