"""What is worked out for many things at once is what it is for each of them alone."""

from dataclasses import replace

import numpy as np
import pytest
from scripted_scene import EYES, TABLE, Box, Scene, mug

from scenegraph import contact
from scenegraph.anchoring import Anchor
from scenegraph.appearance import DIM, GREYS, HUES, colour_of, colours_of
from scenegraph.association import associate, score
from scenegraph.extent import Extent
from scenegraph.geometry import apart, share_inside, view_of
from scenegraph.settings import Settings
from scenegraph.sightings import _median, sightings_of
from scenegraph.tracks import Track, tentative

SETTINGS = Settings()
COLOURS = [(200, 30, 30), (30, 40, 200), (20, 160, 60), (230, 230, 230), (20, 20, 20)]


def table_of_mugs(seed: int = 0) -> Scene:
    rng = np.random.default_rng(seed)
    mugs = [mug(f"m{n}", -0.6 + 0.3 * n, float(rng.uniform(-0.3, 0.3)), COLOURS[n]) for n in range(5)]
    person = Box("anna", "person", (0.9, 0.9, 0.0), (0.5, 0.4, 1.7), (90, 60, 160))
    return Scene([TABLE, *mugs, person, Box("chair", "chair", (-1.1, 0.6, 0.0), (0.45, 0.45, 0.9))], seed=seed)


def test_looks_of_many_are_the_looks_of_each():
    rng = np.random.default_rng(1)
    parts = [rng.integers(0, 256, (int(n), 3)).astype(np.uint8) for n in rng.integers(1, 300, 40)]
    owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    together = colours_of(np.concatenate(parts), owner, len(parts))
    assert together == pytest.approx(np.stack([colour_of(part) for part in parts]), abs=1e-6)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(parts)), abs=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_looks_are_hues_by_saturation_and_greys_by_the_rest(seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (60, 3)).astype(np.uint8)
    if seed == 3:
        pixels[:, 1] = pixels[:, 2] = pixels[:, 0]  # greys alone
    assert colour_of(pixels) == pytest.approx(plain_colour(pixels), abs=1e-5)


def plain_colour(pixels: np.ndarray) -> np.ndarray:
    histogram = np.zeros(DIM)
    for red, green, blue in (pixels / 255.0).tolist():
        top, chroma = max(red, green, blue), max(red, green, blue) - min(red, green, blue)
        coloured = min(max((chroma / max(top, 0.05) - 0.12) / 0.25, 0), 1) * min(max((top - 0.06) / 0.1, 0), 1)
        sixth = 0.0
        if chroma > 1e-6:
            sixth = {red: (green - blue) / chroma, green: 2 + (blue - red) / chroma}.get(top, 4 + (red - green) / chroma)
            sixth = (green - blue) / chroma if top == red else sixth
        place = sixth / 6 % 1.0 * HUES
        low = int(place)
        histogram[low % HUES] += coloured * (1 - place + low)
        histogram[(low + 1) % HUES] += coloured * (place - low)
        place = top * (GREYS - 1)
        low = min(int(place), GREYS - 1)
        histogram[HUES + low] += (1 - coloured) * (1 - place + low)
        histogram[HUES + min(low + 1, GREYS - 1)] += (1 - coloured) * (place - low)
    return np.sqrt(histogram / histogram.sum())


def test_sightings_together_are_those_of_each_detection_alone():
    scene = table_of_mugs()
    for eye in EYES:
        frame, found = scene.shot(1.0, eye, noise_m=0.003)
        view = view_of(frame, SETTINGS)
        for one in sightings_of(frame, found, view, SETTINGS):
            (alone,) = sightings_of(frame, only(found, one.row), view, SETTINGS)
            assert alone.kind == one.kind
            assert alone.layer == one.layer
            assert alone.points == pytest.approx(one.points, abs=1e-9)
            assert alone.box == pytest.approx(one.box, abs=1e-9)
            assert alone.colour == pytest.approx(one.colour, abs=1e-6)
            assert (alone.z_m, alone.area_px) == (one.z_m, one.area_px)


def only(found, row):
    return replace(
        found,
        xyxy=found.xyxy[row : row + 1],
        score=found.score[row : row + 1],
        label=found.label[row : row + 1],
        mask=found.mask[row : row + 1],
        attributes=found.attributes[row : row + 1],
    )


@pytest.mark.parametrize("with_ids", [False, True])
@pytest.mark.parametrize("later_ns", [0, 500_000_000, 5_000_000_000])
def test_no_pair_that_could_match_is_passed_over(with_ids, later_ns):
    scene, tracks = table_of_mugs(2), []
    names = {box.name: number for number, box in enumerate(scene.boxes)} if with_ids else None
    frame, found = scene.shot(1.0, EYES[0], track_ids=names)
    tracks = [
        tentative(f"T{n}", one, frame.ref) for n, one in enumerate(sightings_of(frame, found, view_of(frame, SETTINGS), SETTINGS))
    ]
    tracks.append(Track("O9", "object", 0, votes={"mug": 1.0}))  # known by words alone
    for name, dx in (("m0", 0.05), ("m1", 0.25), ("m2", 0.6), ("anna", -0.5)):
        x, y, _ = scene[name].at
        scene.put(scene[name].moved(x + dx, y))
    frame, found = scene.shot(1.0 + later_ns / 1e9, EYES[1], track_ids=names)
    seen = sightings_of(frame, found, view_of(frame, SETTINGS), SETTINGS)
    matched = associate(seen, tracks, "cam", frame.t_ns, SETTINGS)
    scores = np.array([[score(one, track, "cam", frame.t_ns, SETTINGS) for track in tracks] for one in seen])
    gains = np.maximum(scores - SETTINGS.accept, 0.0)
    assert (gains > 0).any()
    assert {(row, track.key) for row, track in matched.items()} == best_pairs(gains, tracks)


def best_pairs(gains, tracks):
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(gains, maximize=True)
    return {(row, tracks[col].key) for row, col in zip(rows.tolist(), columns.tolist(), strict=True) if gains[row, col] > 0}


def test_the_plane_of_a_point_is_that_of_the_fullest_flat_cell_round_it():
    scene, anchor = table_of_mugs(), Anchor()
    for number, eye in enumerate(EYES):
        frame, _ = scene.shot(1.0 + number, eye, noise_m=0.003)
        anchor.aligned("cam", frame.t_ns, view_of(frame, SETTINGS))
    points = np.random.default_rng(0).uniform((-1.5, -1.0, -0.4), (1.5, 1.0, 1.2), (4000, 3))
    facing = np.random.default_rng(1).integers(0, 6, 4000)
    found = anchor._planes(points, facing)
    assert 100 < np.count_nonzero(found >= 0) < 3900
    assert found.tolist() == [plain_plane(anchor, point, way) for point, way in zip(points, facing.tolist(), strict=True)]


def plain_plane(anchor: Anchor, point: np.ndarray, facing: int) -> int:
    best, most = -1, 0.0
    cell = np.floor(point / 0.2).astype(np.int64)
    for step in [(0, 0, 0), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]:
        x, y, z = (cell + step + (1 << 20, 1 << 20, 1 << 17)).tolist()
        slot = anchor._slot.get((x << 42) + (y << 21) + (z << 3) + facing, -1)
        if slot >= 0 and anchor._flat[slot] and anchor._count[slot] > most:
            best, most = slot, float(anchor._count[slot])
            if step == (0, 0, 0) and most > 24:
                break
    return best


def test_what_may_bear_a_thing_is_larger_and_close_to_it():
    scene = table_of_mugs(3)
    frame, found = scene.shot(1.0, EYES[2])
    ones = [
        (tentative(f"O{n}", one, frame.ref), one)
        for n, one in enumerate(sightings_of(frame, found, view_of(frame, SETTINGS), SETTINGS))
    ]
    larger, close = contact._larger(ones, ones), contact._close(ones, ones)
    for row, (_, one) in enumerate(ones):
        for column, (_, other) in enumerate(ones):
            area, offered = (float(np.prod((seen.box[1] - seen.box[0])[:2])) for seen in (one, other))
            assert larger[row, column] == (other.layer == "person" or offered > area)
            margin = 0.5 * max(one.xyxy[2] - one.xyxy[0], one.xyxy[3] - one.xyxy[1]) + 8.0
            gaps = np.maximum(one.xyxy[:2] - other.xyxy[2:], other.xyxy[:2] - one.xyxy[2:])
            assert close[row, column] == bool((gaps < margin).all())


def test_nothing_found_touches_nothing():
    assert contact._larger([], []).shape == (0, 0)
    assert contact._close([], []).shape == (0, 0)


def test_boxes_points_and_medians_against_plain_computations():
    rng = np.random.default_rng(5)
    for _ in range(200):
        boxes = np.sort(rng.uniform(-1, 1, (2, 2, 3)), axis=1)
        points, margin = rng.uniform(-1, 1, (int(rng.integers(1, 50)), 3)), float(rng.uniform(0, 0.2))
        inside = ((points >= boxes[0, 0] - margin) & (points <= boxes[0, 1] + margin)).all(axis=1)
        assert share_inside(points, boxes[0], margin) == inside.mean()
        assert apart(boxes[0], boxes[1]) == np.maximum(boxes[0, 0] - boxes[1, 1], boxes[1, 0] - boxes[0, 1]).max()
        assert _median(points[:, 0]) == np.median(points[:, 0])


def test_an_extent_that_knows_a_box_already_is_what_it_was_with_it():
    rng, extent, plain = np.random.default_rng(6), Extent(), []
    for _ in range(60):
        box = np.stack([rng.uniform(-1, 0, 3), rng.uniform(0, 1, 3)])
        extent.add(box)
        plain.append(box)
        low, high = np.sort([one[0] for one in plain], axis=0), np.sort([one[1] for one in plain], axis=0)
        erring = min(len(plain) // 5, 11)
        assert extent.of("") == pytest.approx(np.stack([low[erring], high[-1 - erring]]))
