"""What could have been observed, from masks: who and what was seen where, what was gone, what happened in view."""

from dataclasses import replace

import numpy as np
import pytest

from mmmem.errors import InvalidInputError
from streams.house.looks import MIN_FRACTION, NUM_POINTS, Look, Looker, projected
from streams.house.observed import read_observed, write_observed
from streams.house.robot_senses import in_view
from streams.house.sightings import Instant, Sightings, hears, stands_for_ns
from streams.house.trajectory import Trajectory, look_pose
from streams.house.watching import measured, watch
from streams.house.world import Event, PersonPose, Placement

S = 1_000_000_000


@pytest.fixture
def observed(life, trajectory, look_around):
    gathered = Sightings(life)
    stands = stands_for_ns(trajectory.t_ns, trajectory.tour)
    for (one, look), pose, stands_ns in zip(look_around, trajectory.poses_world_camera, stands, strict=True):
        gathered.add(Instant(look, pose, one.state, one.tour, stands_ns))
    return gathered.finished()


def of(observed, kind, subject):
    return [one for one in observed if one.kind == kind and one.subject == subject]


def test_watched_frames_hold_the_truth_of_their_instants(life, trajectory, look_around):
    assert [one.frame.t_ns for one, _ in look_around] == trajectory.t_ns.tolist()
    assert [one.frame.index for one, _ in look_around] == list(range(len(trajectory)))
    assert all(one.state == life.state_at(one.frame.t_ns) for one, _ in look_around)
    frame = look_around[0][0].frame
    number = life.home.instance_ids["O1"]
    assert frame.instance_labels[number] == "mug"
    assert frame.instance_labels[life.home.instance_ids["P1"]] == "person"
    assert (frame.instances == number).any()


def test_depth_of_a_mask_is_where_the_thing_is(life, look_around):
    one, look = look_around[0]
    place = look.instance.tolist().index(life.home.instance_ids["O4"])
    middle = np.array(one.state.placements["O4"].position) + (0.1, 0, 0.12)
    _, z = projected(middle[None], measured(one.frame))
    assert look.depth_m[place] == pytest.approx(z[0], abs=0.06)


def test_whole_boxes_show_wholly_and_hidden_ones_do_not(life, look_around):
    _, look = look_around[0]
    shown = dict(zip(look.instance.tolist(), look.fraction.tolist(), strict=True))
    numbers = life.home.instance_ids
    assert shown[numbers["O1"]] == pytest.approx(1.0, abs=0.12)  # its box is what is drawn of it
    assert shown[numbers["O2"]] == pytest.approx(1.0, abs=0.12)
    assert numbers["O5"] not in shown  # behind a closed door
    assert numbers["O3"] not in shown  # in another room, behind the camera


def test_a_thing_that_is_cut_off_shows_less_of_itself(life, look_around):
    _, look = look_around[0]
    shown = dict(zip(look.instance.tolist(), look.fraction.tolist(), strict=True))
    assert 0 < shown[life.home.instance_ids["P1"]] < 0.9  # feet below, or head above the picture


def test_seen_intervals_break_where_something_changes(life, observed):
    mug = of(observed, "seen", "O1")
    start_ns = life.start_ns
    assert [(one.holder, one.states["fill"]) for one in mug] == [
        ("F1.on", "empty"),
        ("F1.on", "full"),
        ("P1", "full"),
        ("F3.on", "full"),
    ]
    assert [one.room for one in mug] == ["R1", "R1", "R1", "R2"]
    assert mug[0].span.start_ns == start_ns + 1 * S
    assert mug[0].span.end_ns == mug[1].span.start_ns == start_ns + 4 * S
    assert mug[1].span.end_ns == start_ns + 10 * S
    assert mug[3].tour == 1


def test_residents_are_seen_doing_what_they_are_busy_with(life, observed):
    anna = of(observed, "seen", "P1")
    start_ns = life.start_ns
    assert [one.states for one in anna] == [{}, {"doing": "makes coffee"}, {"doing": "drinks coffee"}]
    assert [(one.span.start_ns - start_ns) / S for one in anna[:2]] == [1, 4]
    assert [one.tour for one in anna] == [0, 0, 1]


def test_seen_intervals_agree_with_the_world(life, observed, camera):
    for one in observed:
        if one.kind == "seen":
            state = life.state_at(one.best_ns)
            assert one.span.contains(one.best_ns)
            assert state.holder_of(one.subject) == one.holder
            assert one.fraction >= MIN_FRACTION
            assert one.picture_pixels == camera.width * camera.height


def test_what_was_taken_away_is_missed_where_it_was_last_seen_when_that_is_looked_over(life, observed):
    """The mug was last seen in Anna's hand in the first tour, so only the white mug's case is left to the counter: none."""
    assert of(observed, "absent", "O1") == []
    assert of(observed, "absent", "O2") == []


def test_a_thing_that_vanished_between_tours_is_missed(life, trajectory, draw, camera):
    gone = Event("E00008", life.start_ns + 100 * S, "vanish", "O2", "P1")
    life = type(life)(life.home, life.start_ns, life.end_ns, life.start_state, (*life.events, gone))
    gathered, looker = Sightings(life), Looker(life.home)
    stands = stands_for_ns(trajectory.t_ns, trajectory.tour)
    for one, stands_ns in zip(watch(life, trajectory, draw(life.home, camera), camera=camera), stands, strict=True):
        gathered.add(Instant(looker.look(one), one.frame.pose_world_camera, one.state, one.tour, stands_ns))
    (missed,) = of(gathered.finished(), "absent", "O2")
    assert (missed.holder, missed.room, missed.tour) == ("F1.on", "R1", 1)
    assert missed.span.start_ns == life.start_ns + 140 * S
    assert missed.fraction >= 0.6


def moved(life, trajectory, draw, camera):
    """What each look shows where the white mug is put into the next room between the tours."""
    away = Placement("on", "F3.on", (7.0, 1.6, 0.5))
    put = Event("E00008", life.start_ns + 100 * S, "put", "O2", "P1", away)
    life = type(life)(life.home, life.start_ns, life.end_ns, life.start_state, (*life.events, put))
    looker = Looker(life.home)
    watched = list(watch(life, trajectory, draw(life.home, camera), camera=camera))
    return life, [(one, looker.look(one)) for one in watched]


def with_one_pixel_of(number, look):
    """The look with one pixel more of a part that it does not show."""
    row = int(np.searchsorted(look.instance, number))
    columns = {"instance": number, "pixels": 1, "fraction": 0.01, "depth_m": 2.0}
    shown = {name: np.insert(getattr(look, name), row, value) for name, value in columns.items()}
    return replace(look, **shown, xyxy=np.insert(look.xyxy, row, (0, 0, 1, 1), axis=0))


def gathered_of(life, trajectory, looks, shows=lambda t_ns: False):
    gathered, number = Sightings(life), life.home.instance_ids["O2"]
    stands = stands_for_ns(trajectory.t_ns, trajectory.tour)
    for (one, look), stands_ns in zip(looks, stands, strict=True):
        seen = with_one_pixel_of(number, look) if shows(look.t_ns - life.start_ns) else look
        gathered.add(Instant(seen, one.frame.pose_world_camera, one.state, one.tour, stands_ns))
    return gathered.finished()


def test_no_look_that_shows_one_pixel_of_a_thing_says_that_it_is_gone(life, trajectory, draw, camera):
    life, looks = moved(life, trajectory, draw, camera)
    (missed,) = of(gathered_of(life, trajectory, looks), "absent", "O2")
    begun_s, ended_s = ((t_ns - life.start_ns) / S for t_ns in (missed.span.start_ns, missed.span.end_ns))
    assert (begun_s, ended_s) == (140, 150)
    (later,) = of(gathered_of(life, trajectory, looks, lambda t_ns: 140 * S <= t_ns < 144 * S), "absent", "O2")
    assert (later.span.start_ns, later.span.end_ns) == (life.start_ns + 144 * S, missed.span.end_ns)
    assert later.num_looks == missed.num_looks - 8
    before, after = of(gathered_of(life, trajectory, looks, lambda t_ns: t_ns == 144 * S), "absent", "O2")
    assert before.span.end_ns == life.start_ns + 144 * S
    assert after.span.start_ns == life.start_ns + 144 * S + S // 2
    assert of(gathered_of(life, trajectory, looks, lambda t_ns: 140 * S <= t_ns < 150 * S), "absent", "O2") == []


def test_others_are_missed_as_before_while_a_thing_shows(life, trajectory, draw, camera):
    life, looks = moved(life, trajectory, draw, camera)
    plain = gathered_of(life, trajectory, looks)
    shown = gathered_of(life, trajectory, looks, lambda t_ns: 140 * S <= t_ns < 150 * S)
    assert [one for one in plain if one.subject != "O2"] == [one for one in shown if one.subject != "O2"]


@pytest.mark.parametrize(("picture_pixels", "enough"), [(320 * 240, 20), (640 * 480, 80), (160 * 120, 5)])
def test_how_much_must_show_grows_with_the_picture(home, picture_pixels, enough):
    pixels = np.array([enough - 1, enough, 10 * enough], np.int32)
    plain = np.zeros((3, 4), np.float32)
    none = np.zeros(0, np.int32)
    look = Look(
        0, 0, np.array([1, 2, 3], np.int32), pixels, np.ones(3, np.float32), plain, plain[:, 0], none, none, picture_pixels
    )
    assert look.observed.tolist() == [2, 3]
    assert look.reference_pixels.tolist() == (pixels * (20 / enough)).tolist()
    instances = np.zeros(picture_pixels, np.int32)
    instances[: enough - 1], instances[enough : 2 * enough] = 1, 2
    assert in_view(home, instances) == {list(home.instance_ids)[1]}


def test_twice_the_picture_shows_the_same_things(life, trajectory, camera, draw):
    seen = []
    for times in (1, 3):
        sized = replace(camera, width=camera.width * times, height=camera.height * times)
        first = next(watch(life, trajectory, draw(life.home, sized), camera=sized))
        seen.append(set(Looker(life.home).look(first).observed.tolist()))
    assert seen[0] == seen[1]


def test_a_closed_door_hides_the_surface_behind_it(life, look_around):
    place = [surface.id for surface in life.home.surfaces].index("F2.in")
    by_time = {one.frame.t_ns: look for one, look in look_around}
    before, after = by_time[life.start_ns + 13 * S], by_time[life.start_ns + 15 * S]
    assert place not in before.surface
    assert place in after.surface


def test_surfaces_are_looked_over_where_they_show(life, look_around):
    place = [surface.id for surface in life.home.surfaces].index("F1.on")
    _, look = look_around[0]
    bits = dict(zip(look.surface.tolist(), look.bits.tolist(), strict=True))
    assert bits[place].bit_count() >= 0.6 * NUM_POINTS
    assert [surface.id for surface in life.home.surfaces].index("F3.on") not in bits  # behind the camera


def test_events_are_witnessed_in_view_and_speech_is_heard_in_earshot(observed):
    assert {one.event for one in observed if one.kind == "witnessed"} >= {"E00001", "E00004", "E00005"}
    assert {one.event for one in observed if one.kind == "witnessed"}.isdisjoint({"E00006", "E00007"})  # between tours
    assert [one.event for one in observed if one.kind == "heard"] == ["E00002"]  # Ben is two doors away


@pytest.mark.parametrize(
    ("ear", "mouth", "heard"),
    [
        ((1.0, 1.0), (3.5, 3.5), True),  # one room
        ((3.0, 2.0), (5.0, 2.0), True),  # through the door, 2 m
        ((0.5, 0.5), (8.5, 3.5), False),  # through the door, but far
        ((3.9, 2.0), (9.1, 2.0), False),  # 5.2 m and no door between these two rooms
        ((1.0, 1.0), (20.0, 1.0), False),  # outside
    ],
)
def test_earshot(life, ear, mouth, heard):
    event = Event("E1", life.start_ns, "say", "P1", "P1", value="Hello")
    state = life.start_state.after(Event("E0", life.start_ns, "go", "P1", "P1", person=PersonPose(*mouth, 0.0)))
    assert hears(life.home, state, look_pose(*ear, 1.2, 0.0), event) is heard


def test_each_look_stands_until_the_next_of_its_tour(trajectory):
    assert set(stands_for_ns(trajectory.t_ns, trajectory.tour)) == {S // 2}
    assert stands_for_ns([5], [0]) == [S]
    assert stands_for_ns([], []) == []


def test_what_is_observed_comes_back_from_its_file(observed, tmp_path):
    write_observed(observed, tmp_path / "a.jsonl")
    again = list(read_observed(tmp_path / "a.jsonl"))
    assert [(o.kind, o.subject, o.span, o.holder, o.states, o.event) for o in again] == [
        (o.kind, o.subject, o.span, o.holder, o.states, o.event) for o in observed
    ]
    write_observed(again, tmp_path / "b.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_a_wearer_is_not_in_the_picture(life, trajectory, draw, camera):
    number = life.home.instance_ids["P1"]
    seen = [(w.frame.instances == number).any() for w in watch(life, trajectory, draw(life.home, camera), camera=camera)]
    worn = list(watch(life, trajectory, draw(life.home, camera), camera=camera, wearer="P1"))
    assert any(seen)
    assert not any((one.frame.instances == number).any() for one in worn)
    assert "P1" in worn[0].state.people


def test_a_renderer_of_another_size_is_refused(life, trajectory, draw, camera):
    with pytest.raises(InvalidInputError, match="open both with the same camera"):
        next(watch(life, trajectory, draw(life.home, camera)))


def test_a_pose_that_is_no_number_is_refused(trajectory):
    poses = trajectory.poses_world_camera.copy()
    poses[3, 0, 3] = np.nan
    with pytest.raises(InvalidInputError, match="not finite"):
        Trajectory(trajectory.t_ns, poses, trajectory.tour)


def test_a_sample_outside_the_life_is_refused(life, trajectory, draw, camera):
    late = Trajectory(trajectory.t_ns + 3600 * S, trajectory.poses_world_camera, trajectory.tour)
    with pytest.raises(InvalidInputError, match="outside this life"):
        next(watch(life, late, draw(life.home, camera), camera=camera))
