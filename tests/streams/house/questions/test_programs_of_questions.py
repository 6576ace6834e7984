"""Programs are data that can be printed, written, read and run; a call of the wrong kind is refused."""

from dataclasses import replace

import pytest

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, Span
from mmmem.errors import InvalidInputError, UnknownNameError
from streams.house.home import Home, Thing
from streams.house.observed import Observed
from streams.house.questions.about_people import gerund
from streams.house.questions.functions import FUNCTIONS
from streams.house.questions.knowledge import Knowledge, is_clear
from streams.house.questions.program import Program, call, result
from streams.house.questions.times import day_name, part_of_day, when_of
from streams.house.world import Event

HOUR = NS_PER_HOUR
MONDAY_NS = 1_714_953_600 * 10**9  # 2024-05-06T00:00:00
MUG, DESK, SINK = "O1", "F1.on", "F2.in"


class _Life:
    """As much of a life as programs ask about."""

    home = Home(0, (), (), (), (Thing(MUG, "mug", "red", "clay", (0.1, 0.1, 0.1)),), ())
    events = (Event("E1", MONDAY_NS + 9 * HOUR, "take", MUG, "P1"), Event("E2", MONDAY_NS + 10 * HOUR, "vanish", MUG, "P2"))
    start_ns, end_ns = MONDAY_NS, MONDAY_NS + 3 * NS_PER_DAY


def _seen(hour, holder, room="R1", num_looks=5, **states):
    span = Span(MONDAY_NS + hour * HOUR, MONDAY_NS + hour * HOUR + 10)
    return Observed("seen", MUG, span, hour // 24 * 2 + (hour % 24 > 12), holder, room, states, num_looks=num_looks, pixels=500)


RECORDS = [_seen(8, DESK), _seen(18, SINK), _seen(32, SINK, fill="full"), _seen(42, DESK)]


def _knows(records=RECORDS, until_h=60):
    return Knowledge(_Life(), records, MONDAY_NS + until_h * HOUR)


SIGHTINGS = call("sightings", MUG)


@pytest.mark.parametrize(("picture_pixels", "enough"), [(320 * 240, 40), (640 * 480, 160), (160 * 120, 10), (1920 * 1080, 1080)])
def test_how_much_of_a_thing_makes_a_sighting_clear_grows_with_the_picture(picture_pixels, enough):
    seen = replace(_seen(8, DESK), picture_pixels=picture_pixels)
    assert [is_clear(replace(seen, pixels=enough + more)) for more in (-1, 0, 1)] == [False, True, True]


@pytest.mark.parametrize(
    ("program", "wanted"),
    [
        (call("place", call("last", SIGHTINGS)), "F1"),
        (call("place", call("first", SIGHTINGS)), "F1"),
        (call("room", call("last", SIGHTINGS)), "R1"),
        (call("num_moves", SIGHTINGS), 2),
        (call("num", call("places", SIGHTINGS)), 2),
        (call("num_days", call("days", call("at", SIGHTINGS, "F2"))), 2),
        (call("only", call("places", call("within", SIGHTINGS, MONDAY_NS, MONDAY_NS + 12 * HOUR))), "F1"),
        (call("only", call("places", call("within", SIGHTINGS, MONDAY_NS, MONDAY_NS + 20 * HOUR))), ""),  # two places
        (call("only", call("places", call("within", SIGHTINGS, MONDAY_NS + 50 * HOUR, MONDAY_NS + 60 * HOUR))), ""),  # not seen
        (call("state", call("last", call("at", SIGHTINGS, "F2")), "fill"), "full"),
        (call("ago", call("last", SIGHTINGS)), 18 * HOUR - 10),
        (call("lasted", call("at", SIGHTINGS, "F2")), 14 * HOUR + 10),
        (call("same", call("place", call("first", SIGHTINGS)), call("place", call("last", SIGHTINGS))), True),
        (call("still_at", MUG), "F1"),
        (call("still_at", "golden umbrella"), ""),
        (call("most_often", call("places", SIGHTINGS)), "F1"),
        (call("place", call("last", call("elsewhere_than", SIGHTINGS, call("last", SIGHTINGS)))), "F2"),
    ],
)
def test_programs_give_what_was_seen(program, wanted):
    assert result(program, _knows()) == wanted
    assert result(Program.from_json(program.to_json()), _knows()) == wanted


def test_a_program_is_printed_as_it_is_called():
    assert str(call("place", call("last", SIGHTINGS))) == "place(last(sightings('O1')))"


def test_an_operation_that_does_not_exist_is_named_with_the_nearest():
    with pytest.raises(UnknownNameError, match="sightings"):
        result(call("sighting", MUG), _knows())


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (call("place", SIGHTINGS), "place takes a record, got records"),
        (call("last", MUG), "last takes a records"),
        (call("within", SIGHTINGS, 1), "within takes 3 arguments, got 2"),
    ],
)
def test_a_call_of_the_wrong_kind_is_refused(program, said):
    with pytest.raises(InvalidInputError, match=said):
        result(program, _knows())


def test_nothing_later_than_the_question_is_known():
    early = _knows(until_h=20)
    assert result(call("place", call("last", SIGHTINGS)), early) == "F2"
    assert result(call("num_moves", SIGHTINGS), early) == 1


def test_a_sighting_that_goes_on_is_known_up_to_the_question():
    known = Knowledge(_Life(), RECORDS, MONDAY_NS + 8 * HOUR + 4)
    assert known.last_seen(MUG).span == Span(MONDAY_NS + 8 * HOUR, MONDAY_NS + 8 * HOUR + 4)


def test_a_place_that_was_looked_over_without_it_is_not_where_it_is():
    empty = Observed("absent", MUG, Span(MONDAY_NS + 50 * HOUR, MONDAY_NS + 50 * HOUR + 9), 5, DESK, "R1")
    assert result(call("still_at", MUG), _knows([*RECORDS, empty])) == ""
    other = Observed("absent", MUG, Span(MONDAY_NS + 50 * HOUR, MONDAY_NS + 50 * HOUR + 9), 5, SINK, "R1")
    assert result(call("still_at", MUG), _knows([*RECORDS, other])) == "F1"


def test_what_was_carried_out_in_view_is_not_there():
    gone = Observed("witnessed", MUG, Span(MONDAY_NS + 10 * HOUR, MONDAY_NS + 10 * HOUR + 1), 0, event="E2")
    assert result(call("still_at", MUG), _knows([RECORDS[0], gone])) == ""


def test_who_did_something_is_who_was_seen_to():
    taken = Observed("witnessed", MUG, Span(MONDAY_NS + 9 * HOUR, MONDAY_NS + 9 * HOUR + 1), 0, event="E1")
    program = call("who_did", MUG, "take", MONDAY_NS, MONDAY_NS + 12 * HOUR)
    assert result(program, _knows([RECORDS[0], taken])) == "P1"
    assert result(program, _knows(RECORDS)) == ""


@pytest.mark.parametrize(
    ("doing", "wanted"),
    [
        ("watches television", "watching television"),
        ("makes coffee", "making coffee"),
        ("reads", "reading"),
        ("brushes teeth", "brushing teeth"),
        ("tidies up", "tidying up"),
        ("has breakfast", "having breakfast"),
        ("washes up", "washing up"),
        ("sleeps", "sleeping"),
    ],
)
def test_deeds_are_turned_into_what_somebody_is_doing(doing, wanted):
    assert gerund(doing) == wanted


def test_parts_of_days_are_named_from_when_it_is_asked():
    morning = MONDAY_NS + 9 * HOUR
    assert when_of(morning, morning + NS_PER_DAY).words == "on Monday morning"
    assert when_of(morning, morning + NS_PER_DAY, relative=True).words == "yesterday morning"
    assert when_of(morning, morning, relative=True).words == "this morning"
    assert when_of(morning, morning + 8 * NS_PER_DAY).words == "on the morning of 2024-05-06"
    assert part_of_day(morning) == Span(MONDAY_NS + 6 * HOUR, MONDAY_NS + 12 * HOUR)
    assert [day_name(MONDAY_NS + day * NS_PER_DAY) for day in (0, 6)] == ["Monday", "Sunday"]


def test_no_class_of_things_serves_nothing_twice():
    kinds = [kind for group in FUNCTIONS.values() for kind in group]
    assert len(kinds) == len(set(kinds))
