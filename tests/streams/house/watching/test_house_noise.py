"""Stated noise errs as often and as far as it says, and the same way for the same seed."""

from dataclasses import replace

import numpy as np
import pytest

from mmmem.errors import InvalidInputError, UnknownNameError
from mmmem.perceive.appearance import SPACE, appearance_of
from streams.house.noise import HEAVY, LEVELS, LIGHT, MODERATE, NONE, NoiseLevel, lookalikes, noise_level, scaled
from streams.house.noisy_detector import NoisyDetector
from streams.house.noisy_masks import jittered_box, resized_mask
from streams.house.noisy_sensor import PoseDrift, moved, noisy_depth
from streams.house.trajectory import look_pose
from streams.house.watching import Watched

S = 1_000_000_000


def repeated(look_around, times):
    """One picture over and over, as frames of rising index and time with half a second between."""
    one, look = look_around[0]
    for index in range(times):
        t_ns = one.frame.t_ns + index * S // 2
        yield (
            Watched(replace(one.frame, index=index, t_ns=t_ns), one.state, one.tour),
            replace(look, index=index, t_ns=t_ns),
        )


def sensed(home, look_around, level, seed=1, times=400):
    detector = NoisyDetector(level, seed, home)
    return [detector.sense(watched, look) for watched, look in repeated(look_around, times)]


def near_rate(count, trials, rate):
    """Within four standard deviations of a binomial."""
    return abs(count - trials * rate) <= 4 * np.sqrt(trials * rate * (1 - rate)) + 1e-9


def test_without_noise_everything_that_shows_is_found_as_it_is(home, look_around):
    for (watched, look), perceived in zip(
        look_around, [NoisyDetector(NONE, 1, home).sense(w, k) for w, k in look_around], strict=True
    ):
        found, exact = perceived.found.detections, watched.frame
        assert perceived.found.instances.tolist() == look.instance[look.pixels >= 20].tolist()
        assert found.label == tuple(exact.instance_labels[number] for number in perceived.found.instances.tolist())
        assert (found.score == 1).all()
        assert found.track_id.tolist() == perceived.found.instances.tolist()
        assert all((mask == (exact.instances == n)).all() for mask, n in zip(found.mask, found.track_id, strict=True))
        assert (perceived.frame.depth_m == exact.depth_m).all()
        assert (perceived.frame.pose_world_camera == exact.pose_world_camera).all()


def test_without_noise_boxes_hug_their_masks(home, look_around):
    watched, look = look_around[0]
    perceived = NoisyDetector(NONE, 1, home).sense(watched, look)
    kept = look.pixels >= 20
    assert (perceived.found.detections.xyxy == look.xyxy[kept]).all()


def test_attributes_tell_colour_state_and_name(home, look_around):
    watched, look = look_around[0]
    found = NoisyDetector(NONE, 1, home).sense(watched, look).found
    read = dict(zip([list(home.instance_ids)[n - 1] for n in found.instances.tolist()], found.detections.attributes, strict=True))
    assert read["O1"] == {"colour": "red", "fill": "empty"}
    assert read["F2"] == {"door": "closed"}
    assert read["P1"] == {"colour": "red", "name": "Anna"}


@pytest.mark.parametrize("level", [NONE, HEAVY], ids=lambda level: level.name)
def test_what_is_broken_is_reported_as_broken(home, look_around, level):
    watched, look = look_around[0]
    state = replace(watched.state, states={**watched.state.states, ("O1", "broken"): "broken"})
    found = (
        NoisyDetector(replace(level, drop=0.0, half_pixels=0.0, half_fraction=0.0), 1, home)
        .sense(replace(watched, state=state), look)
        .found
    )
    read = dict(zip(found.instances.tolist(), found.detections.attributes, strict=True))
    assert read[home.instance_ids["O1"]]["broken"] == "broken"
    assert "broken" not in read[home.instance_ids["O2"]]


@pytest.mark.parametrize("level", [LIGHT, MODERATE, HEAVY], ids=lambda level: level.name)
def test_measured_rates_are_the_stated_ones(home, look_around, level):
    _, look = look_around[0]
    looks = sensed(home, look_around, level)
    chances = dict(zip(look.instance.tolist(), level.chance_found(look.reference_pixels, look.fraction).tolist(), strict=True))
    times = len(looks)
    for number, chance in chances.items():
        assert near_rate(sum(number in one.found.instances for one in looks), times, chance)
    true = [
        (look_around[0][0].frame.instance_labels[number], label, read, number)
        for one in looks
        for number, label, read in zip(
            one.found.instances.tolist(), one.found.detections.label, one.found.detections.attributes, strict=True
        )
        if number
    ]
    confusable = [(kind, label) for kind, label, _, _ in true if lookalikes().get(kind)]
    assert near_rate(sum(kind != label for kind, label in confusable), len(confusable), level.confusion)
    assert all(label == kind or label in lookalikes()[kind] for kind, label in confusable)
    coloured = [read["colour"] != home.thing(id).colour for id, read in things(home, true)]
    assert near_rate(sum(coloured), len(coloured), level.wrong_colour)
    states = [read["fill"] != "empty" for id, read in things(home, true) if id == "O1"]
    assert near_rate(sum(states), len(states), level.wrong_state)
    people = ["name" not in read for kind, _, read, _ in true if kind == "person"]
    assert near_rate(sum(people), len(people), level.unnamed)
    num_false = sum((one.found.instances == 0).sum() for one in looks)
    assert abs(num_false - times * level.false_positives) <= 4 * np.sqrt(times * level.false_positives)


def things(home, true):
    ids = list(home.instance_ids)
    return [(ids[number - 1], read) for _, _, read, number in true if ids[number - 1].startswith("O")]


def test_small_and_hidden_parts_are_found_less_often():
    pixels, fraction = np.array([20, 50, 200, 2000], np.int32), np.ones(4, np.float32)
    chances = MODERATE.chance_found(pixels, fraction)
    assert (np.diff(chances) > 0).all()
    assert chances[-1] == pytest.approx(1 - MODERATE.drop, abs=0.06)
    assert (MODERATE.chance_found(pixels, fraction * 0.3) < chances).all()
    assert MODERATE.chance_found(np.array([19], np.int32), np.ones(1, np.float32)) == 0


def test_ids_break_as_often_as_stated(home, look_around):
    level = replace(NONE, fragment=0.1, lost_after_s=2.0)
    looks = sensed(home, look_around, level)
    ids = np.array([one.found.detections.track_id for one in looks])
    changes = int((np.diff(ids, axis=0) != 0).sum())
    assert near_rate(changes, ids[1:].size, 0.1)
    born = {int(one) for row in ids for one in row}
    assert len(born) == changes + ids.shape[1]  # an id is never given twice


def test_twins_exchange_their_ids_as_often_as_stated(home, look_around):
    level = replace(NONE, swap=0.2, lost_after_s=2.0)
    looks = sensed(home, look_around, level)
    mugs = [row for row, label in enumerate(looks[0].found.detections.label) if label == "mug"]
    ids = np.array([one.found.detections.track_id for one in looks])
    others = [row for row in range(ids.shape[1]) if row not in mugs]
    assert len(mugs) == 2
    assert (ids[:, others] == ids[0, others]).all()
    changes = int((np.diff(ids[:, mugs[0]]) != 0).sum())
    assert near_rate(changes, len(ids) - 1, 2 * 0.1 * 0.9)  # each of the two asks with half the rate; both asking undoes it


def test_who_was_out_of_view_comes_back_under_another_id(home, look_around):
    detector = NoisyDetector(replace(NONE, lost_after_s=2.0), 1, home)
    frames = list(repeated(look_around, 20))
    first, soon, late = frames[0], frames[3], frames[9]
    a, b, c = (detector.sense(*one).found.detections.track_id.tolist() for one in (first, soon, late))
    assert a == b
    assert set(b).isdisjoint(c)


def test_same_seed_same_detections_and_another_seed_others(home, look_around):
    def made(seed):
        looks = sensed(home, look_around, MODERATE, seed, times=8)
        frames = [(one.frame.pose_world_camera.tobytes(), one.frame.depth_m.tobytes()) for one in looks]
        return frames, [(one.found.detections.xyxy.tobytes(), one.found.detections.label) for one in looks]

    assert made(1) == made(1)
    assert made(1) != made(2)


def test_a_later_tour_can_be_worked_out_alone(home, look_around, trajectory):
    """Two minutes without a picture start everything anew, so a tour alone gives what it gives after the one before."""
    detector = NoisyDetector(HEAVY, 5, home)
    both = [detector.sense(*one) for one in look_around]
    alone = NoisyDetector(HEAVY, 5, home)
    first = int(np.flatnonzero(trajectory.tour == 1)[0])
    for one, after in zip(look_around[first:], both[first:], strict=True):
        again = alone.sense(*one)
        assert again.found.detections.track_id.tolist() == after.found.detections.track_id.tolist()
        assert (again.frame.pose_world_camera == after.frame.pose_world_camera).all()
        assert (again.found.detections.xyxy == after.found.detections.xyxy).all()


def test_boxes_and_masks_stay_in_the_picture_and_are_never_empty(home, look_around):
    for perceived in sensed(home, look_around, HEAVY, times=100):
        found = perceived.found.detections
        height, width = perceived.frame.image.shape[:2]
        assert (found.xyxy[:, :2] >= 0).all()
        assert (found.xyxy[:, 2:] <= (width, height)).all()
        assert (found.xyxy[:, 2:] > found.xyxy[:, :2]).all()
        assert found.mask.any(axis=(1, 2)).all()
        assert perceived.found.areas.tolist() == found.mask.sum(axis=(1, 2)).tolist()


def test_box_sides_err_as_far_as_stated():
    mask = np.zeros((200, 200), np.bool_)
    mask[60:100, 50:150] = True
    rng = np.random.default_rng(0)
    errors = np.array([jittered_box(mask, 0.03, rng) for _ in range(2000)]) - (50, 60, 150, 100)
    assert errors.std(axis=0) == pytest.approx([3.0, 1.2, 3.0, 1.2], rel=0.08)
    assert abs(errors.mean(axis=0)).max() < 0.3


def test_masks_grow_and_shrink_but_not_to_nothing():
    instances = np.zeros((40, 40), np.int32)
    instances[10:14, 10:30] = 7
    box = np.array([10, 10, 30, 14], np.float32)
    sizes = [resized_mask(instances, 7, box, grown).sum() for grown in (-1, 0, 1)]
    assert sizes[0] < sizes[1] == 80 < sizes[2]
    assert resized_mask(instances, 7, box, -5).sum() == 80  # nothing would be left


def test_the_measured_frame_is_painted_from_what_was_detected(home, look_around):
    for perceived in sensed(home, look_around, HEAVY, times=30):
        found = perceived.found.detections
        painted = perceived.frame.instances
        assert set(np.unique(painted)) - {0} <= set(found.track_id.tolist())
        assert dict(perceived.frame.instance_labels) == dict(zip(found.track_id.tolist(), found.label, strict=True))
        assert ((painted > 0) == found.mask.any(axis=0)).all()


def test_appearance_comes_from_the_pixels_of_the_mask(home, look_around):
    watched, _ = look_around[0]
    _, found = NoisyDetector(HEAVY, 1, home).perceive(watched)
    assert found.embedding_space == SPACE
    assert len(found)
    for vector, mask in zip(found.embedding, found.mask, strict=True):
        assert vector == pytest.approx(appearance_of(watched.frame.image, mask))


@pytest.mark.parametrize("level", [LIGHT, MODERATE, HEAVY], ids=lambda level: level.name)
def test_depth_errs_with_the_square_of_the_distance(level):
    level = replace(level, depth_holes=0.0)
    for metres in (1.0, 2.0, 4.0):
        exact = np.full((240, 320), metres, np.float32)
        error = noisy_depth(exact, level, 1, 0) - exact
        assert error.std() == pytest.approx(level.depth_sigma * metres**2, rel=0.05)
        assert abs(error.mean()) < 0.001


def test_depth_has_as_many_holes_as_stated_and_only_those():
    exact = np.full((240, 320), 2.0, np.float32)
    exact[:, :40] = 0
    shares = [(noisy_depth(exact, HEAVY, 1, index)[:, 40:] == 0).mean() for index in range(20)]
    assert np.mean(shares) == pytest.approx(HEAVY.depth_holes, rel=0.15)
    assert (noisy_depth(exact, HEAVY, 1, 0)[:, :40] == 0).all()


def test_flying_pixels_hang_between_both_sides_of_an_edge():
    exact = np.ones((200, 200), np.float32)
    exact[:, 100:] = 3
    noisy = noisy_depth(exact, replace(NONE, flying_pixels=0.3), 1, 0)
    changed = noisy != exact
    assert changed[:, 99].mean() == pytest.approx(0.3, abs=0.1)
    assert changed.sum() == changed[:, 99].sum()
    assert ((noisy >= 1) & (noisy <= 3)).all()


def test_a_pose_drifts_within_its_bounds_and_stays_rigid():
    exact = look_pose(1.0, 2.0, 1.25, 0.3, -0.3)
    drift = PoseDrift(HEAVY, 1)
    poses = np.array([drift.sensed(exact, index, index * S // 2) for index in range(1200)])
    assert (poses[0] == exact).all()
    offset = poses[:, :2, 3] - exact[:2, 3]
    assert abs(offset).max() <= HEAVY.drift_limit_m + 1e-9
    assert abs(offset).max() > 0.5 * HEAVY.drift_limit_m  # it does go off
    assert (poses[:, 2, 3] == exact[2, 3]).all()
    assert poses[:, :3, :3] @ poses[:, :3, :3].transpose(0, 2, 1) == pytest.approx(np.broadcast_to(np.eye(3), (1200, 3, 3)))


def test_a_pose_walks_as_far_as_stated():
    level = replace(NONE, drift_m=0.01, drift_rad=0.002, drift_limit_m=9, drift_limit_rad=3)
    drift = PoseDrift(level, 1)
    exact = look_pose(0.0, 0.0, 1.0, 0.0)
    poses = np.array([drift.sensed(exact, index, index * S) for index in range(4000)])
    assert np.diff(poses[:, 0, 3]).std() == pytest.approx(0.01, rel=0.05)
    headings = np.unwrap(np.arctan2(poses[:, 1, 2], poses[:, 0, 2]))
    assert np.diff(headings).std() == pytest.approx(0.002, rel=0.05)


def test_moving_a_pose_turns_it_counter_clockwise_on_the_spot():
    pose = look_pose(1.0, 2.0, 1.0, 0.0)
    assert moved(pose, 0.5, -0.25, np.pi / 2) == pytest.approx(look_pose(1.5, 1.75, 1.0, np.pi / 2), abs=1e-12)


def test_levels_rise():
    rates = [name for name in NONE.__slots__ if name not in ("name", "min_pixels", "lost_after_s")]
    for milder, harsher in ((NONE, LIGHT), (LIGHT, MODERATE), (MODERATE, HEAVY)):
        assert all(getattr(milder, name) <= getattr(harsher, name) for name in rates)
    assert [level.name for level in LEVELS.values()] == ["none", "light", "moderate", "heavy"]


def test_scaling_a_level_keeps_probabilities_possible():
    assert scaled(HEAVY, 100).drop == 1.0
    assert scaled(MODERATE, 0.5).confusion == MODERATE.confusion / 2
    assert scaled(MODERATE, 0).depth_sigma == 0


def test_bad_levels_are_refused():
    with pytest.raises(UnknownNameError, match="Did you mean 'heavy'"):
        noise_level("havy")
    with pytest.raises(InvalidInputError, match="drop is a probability"):
        NoiseLevel("mine", drop=1.5)
    with pytest.raises(InvalidInputError, match="depth_sigma must be finite"):
        NoiseLevel("mine", depth_sigma=float("nan"))


def test_classes_taken_for_one_another_are_so_both_ways():
    table = lookalikes()
    assert all(kind in table[other] for kind, others in table.items() for other in others)
    assert all(kind not in others for kind, others in table.items())
