"""The house lives: nothing impossible happens, the same seed gives the same life, and there is something to ask about."""

from dataclasses import replace
from functools import lru_cache

import pytest
from life_invariants import violations
from scipy import ndimage

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR
from mmmem.errors import InvalidInputError
from streams.house.building import build_home
from streams.house.floor import Floor
from streams.house.life import Life
from streams.house.living import live
from streams.house.models.things import THING_KINDS
from streams.house.starting import starting_state
from streams.house.usual import usual_places
from streams.house.world import WorldState

MONDAY = 20458 * NS_PER_DAY  # 2026-01-05
SEEDS = range(5)


@lru_cache(maxsize=8)
def week(seed: int) -> Life:
    return live(build_home(seed), days=7, seed=seed, start_ns=MONDAY)


def weeks() -> list[Life]:
    return [week(seed) for seed in SEEDS]


def of_things(life: Life) -> list:
    things = {thing.id for thing in life.home.things}
    return [event for event in life.events if event.subject in things]


def said(life: Life) -> list[str]:
    return [event.value for event in life.events if event.kind == "say"]


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_impossible_happens(seed):
    assert violations(week(seed)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5, 35))
def test_nothing_impossible_happens_in_many_homes(seed):
    home = build_home(seed, num_residents=1 + seed % 3)
    assert violations(live(home, days=7, seed=seed, start_ns=MONDAY)) == []


@pytest.mark.parametrize("start_hour", [0, 6.5, 12])
def test_a_life_may_start_at_any_hour(start_hour):
    life = live(build_home(1, num_residents=1), days=2, seed=3, start_ns=MONDAY + round(start_hour * NS_PER_HOUR))
    assert violations(life) == []
    assert (life.end_ns - life.start_ns) == 2 * NS_PER_DAY
    assert of_things(life)


@pytest.mark.parametrize(("seed", "num_residents"), [(10, 3), (19, 2), (30, 1)])
def test_people_get_from_everywhere_to_everywhere_on_either_grid(seed, num_residents):
    """Cells that touch at a corner only are no way; a pocket behind such a corner once ended a life."""
    home = build_home(seed, num_residents=num_residents)
    for cell_m in (0.05, 0.1):
        floor = Floor(home, cell_m=cell_m)
        assert ndimage.label(floor.free)[1] == 1
        spots = [floor.standing_spot(piece.id)[:2] for piece in home.furniture[::6]]
        assert all(floor.path(spots[0], spot) is not None for spot in spots)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path):
    home = build_home(2)
    for name, seed in (("one", 5), ("again", 5), ("other", 6)):
        live(home, days=1, seed=seed, start_ns=MONDAY).to_jsonl(tmp_path / name)
    one, again, other = ((tmp_path / name).read_bytes() for name in ("one", "again", "other"))
    assert one == again
    assert one != other


def test_a_longer_life_begins_like_a_shorter_one_until_what_is_planned_differs(tmp_path):
    home = build_home(2)
    short, long = (live(home, days=days, seed=5, start_ns=MONDAY) for days in (1, 2))
    assert long.between(MONDAY, MONDAY + 10 * NS_PER_HOUR) == short.between(MONDAY, MONDAY + 10 * NS_PER_HOUR)


def test_a_life_survives_its_file(tmp_path):
    life = week(0)
    life.to_jsonl(tmp_path / "life.jsonl")
    assert Life.from_jsonl(tmp_path / "life.jsonl", life.home) == life


def test_a_start_state_of_ones_own_is_where_it_starts():
    home = build_home(2)
    start = starting_state(home)
    without = replace(start, placements=dict(list(start.placements.items())[10:]))
    life = live(home, days=1, seed=5, start_ns=MONDAY, start_state=without)
    assert life.start_state == without
    assert violations(life) == []


def test_people_who_are_away_at_the_start_come_home():
    home = build_home(2)
    start = starting_state(home)
    life = live(home, days=1, seed=5, start_ns=MONDAY, start_state=WorldState(start.placements, start.states, {}))
    assert violations(life) == []
    assert set(life.state_at(life.end_ns - 1).people) >= set(start.people)


def test_the_world_is_quiet_enough_to_learn_and_lively_enough_to_ask_about():
    for life in weeks():
        a_day = len(of_things(life)) / 7
        assert 60 <= a_day <= 180
        assert 5 <= len(said(life)) / 7 <= 40


def test_residents_sleep_at_night_at_home():
    for life in weeks():
        for day in range(1, 7):
            people = life.state_at(MONDAY + day * NS_PER_DAY + 3 * NS_PER_HOUR).people
            assert {one.id for one in life.home.residents if one.bedroom} <= set(people)
            assert {at.posture for at in people.values()} == {"lying"}


def test_doors_are_left_open_now_and_then_but_never_the_fridge_and_not_for_ever():
    open_nights = 0
    for life in weeks():
        nights = [life.state_at(MONDAY + day * NS_PER_DAY + 3 * NS_PER_HOUR).states for day in range(1, 7)]
        left = [{part for (part, _), value in states.items() if value == "open" and part.startswith("F")} for states in nights]
        assert not any(life.home.piece(part).kind == "fridge" for parts in left for part in parts)
        assert not set.intersection(*left)
        open_nights += sum(map(bool, left))
    assert 0 < open_nights < 25


def test_weekdays_and_weekends_differ():
    deeds = [[deed for deed in life.deeds if "work" in deed.deed or "university" in deed.deed] for life in weeks()]
    leaving = [deed for of_life in deeds for deed in of_life if deed.deed.startswith("leaves for")]
    assert leaving
    assert all((deed.span.start_ns - MONDAY) // NS_PER_DAY < 5 for deed in leaving)


def test_deeds_have_rooms_and_lie_in_the_life():
    for life in weeks():
        assert {deed.deed for deed in life.deeds} >= {"sleeps", "makes coffee", "has breakfast", "cooks dinner", "washes up"}
        assert all(deed.room in {room.id for room in life.home.rooms} for deed in life.deeds)
        sleeping = [deed for deed in life.deeds if deed.deed == "sleeps" and deed.span.duration_ns > NS_PER_HOUR]
        assert all(life.home.room(deed.room).kind == "bedroom" for deed in sleeping)
        assert len(sleeping) >= 18


def test_what_belongs_to_a_house_happens_in_most_weeks():
    seen = {
        "a guest": lambda life: any(event.why == "comes to visit" for event in life.events),
        "a delivery": lambda life: any(event.why == "a delivery" for event in life.events),
        "a parcel is opened": lambda life: any(event.state == "seal" and event.value == "open" for event in life.events),
        "something breaks": lambda life: any(event.state == "broken" for event in life.events),
        "borrowing": lambda life: any(event.why.startswith("borrows") for event in life.events),
        "the fridge": lambda life: any(life.home.parts[event.subject].kind == "fridge" for event in life.events if event.state),
        "the television": lambda life: any(deed.deed == "watches television" for deed in life.deeds),
        "reading": lambda life: any(deed.deed == "reads" for deed in life.deeds),
        "a lamp": lambda life: any(deed.deed == "switches the lamp on" for deed in life.deeds),
    }
    for name, happens in seen.items():
        assert sum(map(happens, weeks())) >= 3, name


def test_what_broke_is_gone_and_its_twin_comes_later():
    replaced = 0
    for life in weeks():
        for broken in (event for event in life.events if event.state == "broken"):
            assert life.state_at(life.end_ns).holder_of(broken.subject) == ""
            thing = life.home.thing(broken.subject)
            twins = [one.id for one in life.home.things if one.outside and one.twin_of == (thing.twin_of or thing.id)]
            first = [event for twin in twins for event in life.by_subject(twin)[:1]]
            assert all(event.kind == "take" and event.why in ("comes home", "opens a parcel") for event in first)
            replaced += any(event.t_ns > broken.t_ns for event in first)
    assert replaced >= 3


def test_what_comes_from_outside_is_a_parcel_a_visitors_a_twin_or_food():
    for life in weeks():
        visitors = {one.id for one in life.home.residents if not one.bedroom}
        for thing in life.home.things:
            if thing.outside and life.by_subject(thing.id):
                food = THING_KINDS[thing.kind].category == "food"
                assert thing.kind == "parcel" or thing.owner in visitors or thing.twin_of or food


def test_some_of_what_is_said_is_true_and_some_is_stale():
    true, stale = 0, 0
    for life in weeks():
        for event in life.events:
            if event.kind == "say" and event.value.startswith("I left "):
                place = told_place(life, event)
                true, stale = true + place, stale + (not place)
    assert true >= 10
    assert stale >= 5


def told_place(life: Life, event) -> bool:
    """Whether a thing that fits the words is where the words say."""
    from streams.house.wording import place_words

    state = life.state_at(event.t_ns)
    named = [thing for thing in life.home.things if f" {thing.name} " in event.value]
    assert named, event
    holders = [state.holder_of(thing.id) for thing in named]
    return any(holder and event.value.endswith(f"{place_words(life.home, holder)}.") for holder in holders)


def test_owners_are_told_truly():
    for life in weeks():
        for event in life.events:
            if event.kind == "say" and event.value.endswith(("is mine.", "are mine.")):
                assert any(f" {thing.name} " in event.value and thing.owner == event.actor for thing in life.home.things), event


def test_things_have_usual_places_and_exceptions():
    """Most things spend most of a night at one place; some evenings differ."""
    shares = [usual_places(life, thing.id, 1, 5) for life in weeks() for thing in life.home.things]
    top = [next(iter(share.values())) for share in shares if share]
    assert sum(share >= 0.6 for share in top) / len(top) > 0.8
    assert sum(share < 1 for share in top) / len(top) > 0.1


def test_people_walk_in_short_steps():
    for life in weeks():
        last = {}
        for event in life.events:
            if event.kind == "go" and event.subject in last and event.person.posture == last[event.subject].posture == "standing":
                before = last[event.subject]
                assert abs(event.person.x_m - before.x_m) + abs(event.person.y_m - before.y_m) < 1.7
            if event.kind == "leave":
                last.pop(event.subject, None)
            if event.kind == "go":
                last[event.subject] = event.person


@pytest.mark.parametrize("days", [0, -3])
def test_less_than_a_day_is_refused(days):
    with pytest.raises(InvalidInputError, match=f"at least 1 day.*days={days}"):
        live(build_home(0), days=days, seed=0, start_ns=MONDAY)


@lru_cache(maxsize=1)
def day() -> Life:
    return live(build_home(0), days=1, seed=0, start_ns=MONDAY)


class TestTheCheckItself:
    """The check finds what is wrong, or its silence would mean nothing."""

    def spoil(self, kind: str, **changes) -> list[str]:
        life = day()
        at = next(n for n, event in enumerate(life.events) if event.kind == kind and event.actor)
        events = list(life.events)
        events[at] = replace(events[at], **changes)
        return violations(replace(life, events=tuple(events)))

    def test_a_take_by_somebody_else(self):
        assert any("held by the actor" in one for one in self.spoil("take", actor="P4"))

    def test_a_person_in_a_wall(self):
        life = day()
        at = next(n for n, event in enumerate(life.events) if event.kind == "go" and event.person.posture == "standing")
        piece = life.home.furniture[0]
        wrong = replace(life.events[at].person, x_m=piece.position[0], y_m=piece.position[1])
        events = [*life.events[:at], replace(life.events[at], person=wrong), *life.events[at + 1 :]]
        found = violations(replace(life, events=tuple(events)))
        assert any("wall or a piece" in one for one in found)

    @pytest.mark.parametrize("kind", ["put", "take", "vanish"])
    def test_an_event_left_out(self, kind):
        life = day()
        at = next(n for n, event in enumerate(life.events) if event.kind == kind and event.actor)
        assert violations(replace(life, events=life.events[:at] + life.events[at + 1 :]))

    def test_a_door_that_was_not_opened(self):
        life = week(0)
        at = next(
            n
            for n, event in enumerate(life.events)
            if event.kind == "state" and event.value == "open" and event.subject[0] == "F"
        )
        found = violations(replace(life, events=life.events[:at] + life.events[at + 1 :]))
        assert any("not open" in one or "already" in one for one in found)
