"""A life: the state at any instant, files, deeds, whereabouts and usual places, on a small home made by hand."""

import itertools
from dataclasses import replace
from math import pi

import pytest

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_S, Span
from mmmem.errors import InvalidInputError, SourceError, UnknownNameError
from streams.house.home import Door, Furniture, Home, Resident, Room, Surface, Thing
from streams.house.life import Life
from streams.house.usual import hour_bands, usual_places
from streams.house.world import Event, PersonPose, Placement, WorldState, resting_states, states_after

DAY0 = 20_000 * NS_PER_DAY


def small_home() -> Home:
    table = Furniture(
        "F1", "table", "table", "R1", (1, 1, 0), 0.0, (1, 1, 0.7), (Surface("F1.on", "on", (0, 0, 0.7), (0.9, 0.9), 0.5),)
    )
    shelf = Surface("F2.in", "in", (0, 0, 0.5), (0.5, 0.5), 0.5, "door")
    fridge = Furniture("F2", "fridge", "fridge", "R2", (5, 1, 0), 0.0, (0.6, 0.6, 1.8), (shelf,), ("door",))
    rooms = (Room("R1", "kitchen", "kitchen", 0, 0, 4, 4), Room("R2", "hall", "hall", 4, 0, 8, 4))
    doors = (Door("D1", "R1", "R2", 4, 2, "y"), Door("D2", "R2", "", 8, 2, "y"))
    mug = Thing("O1", "mug", "red", "ceramic", (0.1, 0.1, 0.1), "P1", states={"fill": ("empty", "full")})
    return Home(3, rooms, doors, (table, fridge), (mug,), (Resident("P1", "Anna", "red", "R1"), Resident("P2", "Dan", "green")))


def on_table(x: float = 1.0) -> Placement:
    return Placement("on", "F1.on", (x, 1.0, 0.7))


def held() -> Placement:
    return Placement("held", "P1", (2.3, 1.0, 1.0))


def script() -> list[Event]:
    """Anna drinks in the kitchen, carries the mug to the hall, puts it into the fridge, and rests."""
    steps = [
        {"kind": "go", "subject": "P1", "person": PersonPose(2, 1, 0.0), "why": "drinks"},
        {"kind": "take", "subject": "O1", "placement": held(), "why": "drinks"},
        {"kind": "state", "subject": "O1", "state": "fill", "value": "full", "why": "drinks"},
        {"kind": "go", "subject": "P1", "person": PersonPose(6, 2, pi / 2), "why": "hides the mug"},
        {"kind": "state", "subject": "F2", "state": "door", "value": "open", "why": "hides the mug"},
        {"kind": "put", "subject": "O1", "placement": Placement("in", "F2.in", (5, 1, 0.5)), "why": "hides the mug"},
        {"kind": "say", "subject": "P1", "value": "I left my red mug on the table.", "why": "hides the mug"},
        {"kind": "leave", "subject": "P1", "why": "leaves"},
    ]
    times = [6, 6.1, 6.2, 9, 9.1, 12, 12.5, 20]
    return [
        Event(f"E{n:05d}", DAY0 + round(hour * NS_PER_HOUR), actor="P1", **step)
        for n, (hour, step) in enumerate(zip(times, steps, strict=True), 1)
    ]


def small_life(events=None) -> Life:
    home = small_home()
    start = WorldState({"O1": on_table()}, resting_states(home), {"P1": PersonPose(1, 2, 0.0, "lying")})
    return Life(home, DAY0, DAY0 + 2 * NS_PER_DAY, start, tuple(script() if events is None else events))


def long_life(num: int = 1000) -> Life:
    """A person who paces up and down, so that there are many checkpoints."""
    events = [
        Event(f"E{n:05d}", DAY0 + n * NS_PER_S, "go", "P1", "P1", person=PersonPose(1 + n % 3, 2, 0.1 * n), why="paces")
        for n in range(1, num + 1)
    ]
    return small_life(events)


class TestState:
    def test_an_event_has_happened_at_its_own_instant_and_not_before(self):
        life = small_life()
        for event, after in states_after(life.start_state, life.events):
            assert life.state_at(event.t_ns) == after
            assert life.state_at(event.t_ns - 1) != after or event.kind == "say"

    def test_checkpoints_do_not_change_the_answer(self):
        life = long_life()
        state = life.start_state
        for event in life.events:
            state = state.after(event)
            assert life.state_at(event.t_ns) == state

    def test_states_in_order_equal_states_alone(self):
        life = long_life()
        times = [life.start_ns, *(event.t_ns for event in life.events[::7]), life.events[-1].t_ns + 5, life.end_ns]
        assert list(life.states(times)) == [life.state_at(t_ns) for t_ns in times]

    def test_a_leap_over_many_events_lands_in_the_same_state(self):
        life = long_life()
        assert list(life.states([life.start_ns, life.end_ns])) == [life.start_state, life.state_at(life.end_ns)]

    def test_between_is_half_open(self):
        life = small_life()
        first, last = life.events[1], life.events[4]
        assert life.between(first.t_ns, last.t_ns) == life.events[1:4]
        assert life.between(life.start_ns, life.end_ns) == life.events

    def test_what_is_held_goes_along_and_keeps_its_place_before_the_body(self):
        life = small_life()
        carried = life.state_at(life.events[3].t_ns).placements["O1"]
        assert carried.position == pytest.approx((6.0, 2.3, 1.0))  # 0.3 m ahead, and ahead is now +y
        assert carried.holder == "P1"

    def test_hands_come_down_with_the_body(self):
        life = small_life()
        sitting = Event("E", DAY0, "go", "P1", "P1", person=PersonPose(2, 1, 0.0, "sitting"))
        state = life.state_at(life.events[2].t_ns)
        assert state.after(sitting).placements["O1"].position[2] == pytest.approx(0.75)

    @pytest.mark.parametrize("t_ns", [DAY0 - 1, DAY0 + 2 * NS_PER_DAY + 1])
    def test_an_instant_outside_is_refused(self, t_ns):
        with pytest.raises(InvalidInputError, match=r"outside this life.*2 days"):
            small_life().state_at(t_ns)

    def test_times_that_go_back_are_refused(self):
        with pytest.raises(InvalidInputError, match="must not go back"):
            list(small_life().states([DAY0 + 5, DAY0 + 4]))


class TestInvariants:
    def test_events_out_of_order_are_refused(self):
        with pytest.raises(InvalidInputError, match="in order of time"):
            small_life(script()[::-1])

    def test_an_event_outside_is_refused_by_name(self):
        late = replace(script()[-1], t_ns=DAY0 + 2 * NS_PER_DAY)
        with pytest.raises(InvalidInputError, match=r"E00008 at .* outside this life"):
            small_life([*script()[:-1], late])


class TestDeeds:
    def test_each_run_of_one_why_is_a_deed_with_its_room_and_things(self):
        drinks, hides, leaves = small_life().deeds
        assert (drinks.deed, drinks.room, drinks.things) == ("drinks", "R1", ("O1",))
        assert (hides.deed, hides.room, hides.things) == ("hides the mug", "R2", ("F2", "O1"))
        assert hides.span == Span(small_life().events[3].t_ns, small_life().events[6].t_ns + 1)
        assert leaves.events == ("E00008",)

    def test_every_event_of_a_person_belongs_to_exactly_one_deed(self):
        life = small_life()
        assert [event for deed in life.deeds for event in deed.events] == [event.id for event in life.events]

    def test_deeds_of_two_people_at_once_are_kept_apart(self):
        ben = [replace(event, id=event.id + "b", actor="P2", t_ns=event.t_ns + 1) for event in script() if event.kind == "say"]
        events = sorted([*script(), *ben], key=lambda event: event.t_ns)
        assert [deed.actor for deed in small_life(events).deeds] == ["P1", "P1", "P2", "P1"]

    def test_the_room_is_where_most_of_the_time_passed(self):
        go = script()[0]
        events = [
            go,
            replace(go, id="E2", t_ns=go.t_ns + 10, person=PersonPose(6, 2, 0.0)),
            replace(go, id="E3", t_ns=go.t_ns + 9999),
        ]
        (deed,) = small_life(events).deeds
        assert deed.room == "R2"


class TestWhereabouts:
    def test_spans_cover_the_life_without_gaps(self):
        life = small_life()
        spans = [span for span, _ in life.whereabouts("O1")]
        assert (spans[0].start_ns, spans[-1].end_ns) == (life.start_ns, life.end_ns)
        assert all(one.end_ns == other.start_ns for one, other in itertools.pairwise(spans))
        assert [holder for _, holder in life.whereabouts("O1")] == ["F1.on", "P1", "F2.in"]

    def test_usual_places_are_shares_of_the_hours_asked_for(self):
        shares = usual_places(small_life(), "O1", 6, 18)
        assert sum(shares.values()) == pytest.approx(1.0)
        assert list(shares) == ["F2.in", "P1", "F1.on"]  # 18 h, 5.9 h and 0.1 h of two days from 6 to 18
        assert shares["P1"] == pytest.approx(5.9 / 24)

    def test_a_band_over_midnight_reaches_into_the_next_day(self):
        bands = hour_bands(Span(DAY0, DAY0 + 2 * NS_PER_DAY), 22, 6)
        assert [band.duration_ns / NS_PER_HOUR for band in bands] == [6, 8, 2]
        assert usual_places(small_life(), "O1", 0, 6) == pytest.approx({"F1.on": 0.5, "F2.in": 0.5})

    def test_nonsense_is_refused(self):
        with pytest.raises(InvalidInputError, match=r"Hours of a day.*25"):
            usual_places(small_life(), "O1", 6, 25)
        with pytest.raises(UnknownNameError, match="Unknown thing 'O9'"):
            usual_places(small_life(), "O9")


class TestFile:
    def test_a_life_survives_its_file(self, tmp_path):
        life, path = small_life(), tmp_path / "life.jsonl"
        life.to_jsonl(path)
        again = Life.from_jsonl(path, life.home)
        assert again == life
        again.to_jsonl(tmp_path / "again.jsonl")
        assert (tmp_path / "again.jsonl").read_bytes() == path.read_bytes()

    def test_another_home_is_refused(self, tmp_path):
        small_life().to_jsonl(tmp_path / "life.jsonl")
        with pytest.raises(SourceError, match="seed 3, got the home of seed 4"):
            Life.from_jsonl(tmp_path / "life.jsonl", replace(small_home(), seed=4))

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "its first line says None"),
            ('{"format":"another"}\n', "another"),
            ("[1]\n", "not a record but list"),
            ('{"format":"mm', "Line 1 of .* is not JSON"),  # cut short
        ],
    )
    def test_what_is_no_life_is_refused(self, tmp_path, text, says):
        path = tmp_path / "life.jsonl"
        path.write_text(text)
        with pytest.raises(SourceError, match=says):
            Life.from_jsonl(path, small_home())

    def test_a_line_that_is_no_event_is_refused(self, tmp_path):
        path = tmp_path / "life.jsonl"
        small_life().to_jsonl(path)
        path.write_text(path.read_text() + '{"id":"E9","colour":"red"}\n')
        with pytest.raises(SourceError, match="no event"):
            Life.from_jsonl(path, small_home())

    def test_a_missing_file_is_refused(self, tmp_path):
        with pytest.raises(SourceError, match="Cannot read the life"):
            Life.from_jsonl(tmp_path / "none.jsonl", small_home())
