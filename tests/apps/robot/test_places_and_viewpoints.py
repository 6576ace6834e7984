"""What a robot knows of a home from its plan: places, what shows of them from where, and questions with their truth."""

import numpy as np
import pytest

from apps.robot.asked import count_at, is_right, questions, shortest_m
from apps.robot.belief import Said
from apps.robot.remembered import LooksTaken, Remembered
from apps.robot.seeing import Expectation, Wanted, likeness
from apps.robot.viewpoints import Ways, home_sight, looks_round, viewpoints_of
from mmmem.clock import NS_PER_HOUR, Span
from mmmem.types import Assertion
from scenegraph import SceneGraph
from scenegraph.log import ListLog
from streams.house.building import build_home
from streams.house.rendering import Camera
from streams.house.starting import starting_state

NOW_NS = 20_000 * 24 * NS_PER_HOUR


@pytest.fixture(scope="module")
def plan():
    home = build_home(1, num_residents=1)
    places, floor, sight = home_sight(home, Camera())
    return home, places, floor, sight, viewpoints_of(places, floor, sight), starting_state(home)


def test_everything_that_stands_somewhere_is_placed_where_it_stands(plan):
    _, places, _, _, _, state = plan
    plain = {thing: at for thing, at in state.placements.items() if not places[places.of_surface(at.holder)].behind}
    right = [places.at(at.position) == places.of_surface(at.holder) for at in plain.values()]
    assert len(right) > 10
    assert np.mean(right) > 0.9


def test_every_place_can_be_seen_from_somewhere_and_shut_ones_only_once_open(plan):
    _, places, _, sight, views, _ = plan
    best = np.max([view.share for view in views], axis=0)
    assert (best > 0.2).mean() > 0.95
    for view in views:
        shown, _ = sight.shown(view.pose)
        assert not any(shown[number] > 0 for number, place in enumerate(places.all) if place.behind)


def test_nothing_shows_through_walls(plan):
    home, places, _, _, views, _ = plan
    for view in views:
        room = home.room_at(view.x_m, view.y_m)
        assert all(places[number].room == room.id for number in np.nonzero(view.share)[0].tolist())


def test_ways_are_symmetric_and_no_shorter_than_the_straight_line(plan):
    _, _, floor, _, views, _ = plan
    ways = Ways(floor, views[:12])
    there = np.array([ways.from_(view.x_m, view.y_m) for view in views[:12]])
    straight = np.array([[np.hypot(a.x_m - b.x_m, a.y_m - b.y_m) for b in views[:12]] for a in views[:12]])
    assert np.allclose(there, there.T, atol=0.1)
    assert (there >= straight - 0.1).all()


def test_people_are_looked_for_from_the_ends_of_a_room_before_its_middle(plan):
    home, _, floor, sight, _, _ = plan
    for room in home.rooms:
        looks = looks_round(room.id, floor, sight)
        x, y, _ = floor.standing_spot(room.id)
        apart = [float(np.hypot(look.x_m - x, look.y_m - y)) for look in looks]
        assert all(home.room_at(look.x_m, look.y_m) == room and floor.is_free((look.x_m, look.y_m)) for look in looks)
        assert apart[-6:] == pytest.approx([0.0] * 6, abs=1e-6)
        assert all(away > 0.8 for away in apart[:-6:4] if len(looks) > 6)


def test_near_and_large_is_found_more_often_than_far_and_small():
    expectation = Expectation()
    share, away = np.array([1.0, 1.0, 0.5, 0.0]), np.array([1.0, 4.0, 1.0, np.inf])
    mug = expectation.recall("mug", share, away)
    assert mug[0] > mug[1]
    assert mug[0] > mug[2] > mug[3] == 0
    assert expectation.recall("watch", share, away)[1] < expectation.recall("pillow", share, away)[1]


def test_colour_and_class_speak_for_a_thing_and_against_it():
    red_mug = Wanted("mug", "red")
    same, other = likeness("mug", {"colour": "red"}, 0.9, red_mug), likeness("mug", {"colour": "blue"}, 0.9, red_mug)
    confused = likeness("bowl", {"colour": "red"}, 0.9, red_mug)
    assert same > confused > 1 > other
    assert likeness("sofa", {"colour": "red"}, 0.9, red_mug) == 0


def test_truth_is_right_and_anything_else_is_wrong(plan):
    home, places, floor, _, _, state = plan
    asked = questions(home, places, state, np.random.default_rng(0), num=30)
    assert {one.kind for one in asked} == {"where", "any", "how many"}
    for one in asked:
        if one.kind == "where":
            truth = places.of_surface(state.holder_of(one.subject))
            assert truth is not None
            others = [n for n in range(len(places)) if places[n].piece.id != places[truth].piece.id]
            assert is_right(one, Said(truth, 1.0), home, places, state)
            assert not any(is_right(one, Said(n, 1.0), home, places, state) for n in (*others, -1))
        else:
            number = count_at(one, home, places, state)
            right = min(number, 1) if one.kind == "any" else number
            assert is_right(one, Said(right, 1.0), home, places, state)
            assert not is_right(one, Said(right + 1, 1.0), home, places, state)
        assert np.isfinite(shortest_m(one, places, floor, state, floor.nearest_free(home.rooms[0].centre)))


class TestMemory:
    """What was seen, and where nothing was seen, as probabilities."""

    def seen(self, places, place, t_ns, id="O1"):
        at = places[place].points[4]
        value = {"layer": "object", "at": at.tolist(), "box": [(at - 0.05).tolist(), (at + 0.05).tolist()], "count": 9}
        value["attributes"] = {"colour": ["red", 0.9]}
        return Assertion("seen", id, Span(t_ns, t_ns + 1), "mug", value)

    def remembered(self, places, rows, looks=None):
        log = ListLog()
        log.append("robot", rows)
        return Remembered(places, SceneGraph(log), looks or LooksTaken(len(places)))

    def place(self, places, kind):
        return next(n for n, one in enumerate(places.all) if one.piece.kind == kind and not one.behind)

    def test_a_thing_is_where_it_was_seen_the_less_the_longer_ago(self, plan):
        places = plan[1]
        table = self.place(places, "dining table")
        memory = self.remembered(places, [self.seen(places, table, NOW_NS)])
        chances = [memory.where(Wanted("mug", "red"), NOW_NS + hours * NS_PER_HOUR)[table] for hours in (1, 12, 96)]
        assert chances == sorted(chances, reverse=True)
        assert chances[0] > 0.8

    def test_probabilities_sum_to_one_and_what_is_unknown_may_be_elsewhere(self, plan):
        places = plan[1]
        belief = self.remembered(places, []).where(Wanted("mug"), NOW_NS)
        assert belief.sum() == pytest.approx(1.0)
        assert belief.shape == (len(places) + 1,)
        assert 0 < belief[-1] < 0.5

    def test_a_place_that_was_looked_over_in_vain_becomes_unlikely_and_recovers(self, plan):
        places, views = plan[1], plan[4]
        counter = self.place(places, "kitchen counter")
        best = max(views, key=lambda view: float(view.share[counter]))
        looks = LooksTaken(len(places))
        looks.note(NOW_NS, best.share, best.distance_m)
        looked, not_looked = self.remembered(places, [], looks), self.remembered(places, [])
        mug = Wanted("mug")
        soon, later = (looked.where(mug, NOW_NS + hours * NS_PER_HOUR)[counter] for hours in (1, 200))
        assert soon < later <= not_looked.where(mug, NOW_NS)[counter] * 1.05

    def test_what_a_look_missed_where_it_was_is_believed_to_have_moved(self, plan):
        places = plan[1]
        table = self.place(places, "dining table")
        gone = Assertion("not_seen", "O1", Span(NOW_NS + NS_PER_HOUR, NOW_NS + NS_PER_HOUR + 1), "mug", {})
        memory = self.remembered(places, [self.seen(places, table, NOW_NS), gone])
        assert memory.where(Wanted("mug", "red"), NOW_NS + 2 * NS_PER_HOUR)[table] < 0.6
