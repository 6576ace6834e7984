"""History questions: moves, places, days, orders and durations, read off the visits that are likely to have happened."""

from dataclasses import replace

import pytest

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_MIN, NS_PER_S, Calendar, Span
from mmmem.types import Assertion
from scenegraph import Questions, SceneGraph
from scenegraph.log import ListLog
from scenegraph.requests import request_of
from scenegraph.source import replied
from scenegraph.visits import history, likely_visits, parts_of, visits_of

MONDAY_NS = 1714953600 * NS_PER_S  # 2024-05-06, midnight
CALENDAR = Calendar("wall")
TABLES = {"desk": ("F1", 0.0), "shelf": ("F2", 3.0), "bed": ("F3", 6.0)}


def at_ns(day: int, hour: float, s: float = 0.0) -> int:
    return MONDAY_NS + day * NS_PER_DAY + round(hour * NS_PER_HOUR) + round(s * NS_PER_S)


def furniture(kind: str) -> Assertion:
    id, x = TABLES[kind]
    box = [[x - 0.5, -0.5, 0.0], [x + 0.5, 0.5, 0.7]]
    value = {"layer": "furniture", "at": [x, 0.0, 0.35], "box": box, "count": 9, "frames": [["robot", 0, at_ns(0, 8)]]}
    return Assertion("seen", id, Span(at_ns(0, 8), at_ns(0, 8) + 1), kind, value)


def seen(id: str, kind: str, place: str, t_ns: int, *, count: int = 4, opens: bool = False) -> Assertion:
    _, x = TABLES[place]
    box = [[x - 0.05, -0.05, 0.7], [x + 0.05, 0.05, 0.8]]
    frames = [["robot", t_ns // NS_PER_S, t_ns]]
    value = {"layer": "object", "at": [x, 0.0, 0.75], "box": box, "count": count, "frames": frames}
    value |= {"attributes": {}, "contacts": {TABLES[place][0]: count}}
    return Assertion("moved" if opens else "seen", id, Span(t_ns, t_ns + (count - 1) * NS_PER_S // 2 + 1), kind, value)


def asking(*rows: Assertion, trusted: bool = False, now_ns: int = at_ns(3, 20)) -> Questions:
    log = ListLog()
    log.append("robot", [*(furniture(kind) for kind in TABLES), *sorted(rows, key=lambda row: row.span)])
    return Questions(SceneGraph(log, trusted_ids=trusted), calendar=CALENDAR, known_at=now_ns, stream_id="robot")


def asked(q: Questions, text: str, choices: tuple[str, ...] = ()):
    request = request_of(text, asked_at_ns=q.now_ns, calendar=CALENDAR)
    assert request is not None, text
    found = replied(q, request, choices)
    assert found is not None, (text, request)
    return found.answer


# The vase: desk on Monday, shelf on Tuesday, desk again on Wednesday and Thursday. The clock: bed, always.
VASE = [
    seen("O1", "vase", "desk", at_ns(0, 9)),
    seen("O1", "vase", "desk", at_ns(0, 19)),
    seen("O1", "vase", "shelf", at_ns(1, 9), opens=True),
    seen("O1", "vase", "shelf", at_ns(1, 19)),
    seen("O1", "vase", "desk", at_ns(2, 9), opens=True),
    seen("O1", "vase", "desk", at_ns(3, 9)),
]
CLOCK = [seen("O2", "clock", "bed", at_ns(day, 8.9)) for day in range(4)]


@pytest.fixture(scope="module")
def q() -> Questions:
    return asking(*VASE, *CLOCK)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("How often was the vase moved?", 2),
        ("As far as you saw, how often was the clock moved to another place?", 0),
        ("In how many places has the vase been?", 2),
        ("On how many days did you see the vase on the desk?", 3),
        ("How many days was the vase on the shelf?", 1),
        ("On how many days was the vase on the bed?", 0),
        ("On which day did you see the vase on the shelf?", "Tuesday"),
        ("Where was the vase before you saw it on the shelf?", "on the desk"),
        ("The vase is on the desk. Where did you see it before?", "on the shelf"),
        ("Where did you see the vase most often?", "on the desk"),
        ("Was the vase in the same place on Monday morning and on Tuesday morning?", False),
        ("Was the vase in the same place on Monday evening and on Thursday morning?", True),
        ("Is the vase still where it was on Tuesday evening?", False),
        ("Has the vase been moved since Tuesday morning?", True),
        ("Has the clock been moved since Tuesday morning?", False),
        ("Is the clock still where it was on Tuesday morning?", True),
    ],
)
def test_what_comes_back_has_a_history(q, text, value):
    answer = asked(q, text)
    assert answer.value == value, answer.text
    assert answer.evidence


def test_a_stay_lasts_from_its_first_to_its_last_look(q):
    answer = asked(q, "For how long was the vase on the shelf?")
    assert answer.value == pytest.approx(10 * NS_PER_HOUR, abs=NS_PER_MIN)
    assert "at most 1 day 14 hours" in answer.text


def test_the_longest_stay_is_meant_where_there_are_several(q):
    assert asked(q, "How long did the vase stay on the desk?").value == pytest.approx(NS_PER_DAY, abs=NS_PER_MIN)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Which of these was moved last?", "vase"),
        ("Which of these is no longer where it was on Tuesday morning?", "vase"),
        ("Which of these did you see first on Tuesday morning?", "clock"),
        ("Which of these was seen last on Tuesday morning?", "vase"),
        ("Which of these was on the shelf on Tuesday evening?", "vase"),
    ],
)
def test_of_things_to_choose_from_the_one_that_fits_is_named(q, text, right):
    choices = ("clock", "vase")
    answer = asked(q, text, choices)
    assert answer.choice == choices.index(right), answer.text


def test_the_only_unknown_option_is_named_where_the_others_do_not_fit(q):
    known = asked(q, "Which of these is no longer where it was on Tuesday morning?", ("clock", "violin"))
    assert known.choice == 1
    assert (
        known.confidence < asked(q, "Which of these is no longer where it was on Tuesday morning?", ("clock", "vase")).confidence
    )


def test_where_no_option_is_known_nothing_is_guessed(q):
    request = request_of("Which of these was on the desk on Tuesday?", asked_at_ns=q.now_ns, calendar=CALENDAR)
    assert replied(q, request, ("violin", "drum")) is None


GLIMPSE = seen("O1", "vase", "bed", at_ns(0, 14), count=1, opens=True)
BACK = seen("O1", "vase", "desk", at_ns(0, 14.1), opens=True)


def test_one_picture_of_a_detector_is_no_move_and_one_of_a_simulator_is():
    rows = [*VASE[:1], GLIMPSE, BACK]
    assert asked(asking(*rows), "How often was the vase moved?").value == 0
    assert asked(asking(*rows), "In how many places was the vase?").value == 1
    assert asked(asking(*rows, trusted=True), "How often was the vase moved?").value == 2


def test_visits_are_parted_by_places_and_by_long_breaks():
    q = asking(*VASE, GLIMPSE, BACK)
    node = q.nodes("vase")[0]
    visits = visits_of(q, node)
    assert len(visits) == len(VASE) + 2
    assert [visit.span for visit in visits] == sorted(visit.span for visit in visits)
    assert [visit.num_seen for visit in visits if not visit.likely] == [1]
    assert len(likely_visits(visits)) == len(visits) - 1
    assert [run[0].spot.holder_name for run in history(q, node)] == ["desk", "shelf", "desk"]


def test_a_thing_that_was_not_known_again_has_one_history():
    red = {"attributes": {"colour": ["red", 0.9]}}

    def mug(id: str, place: str, t_ns: int, *, opens: bool = False) -> Assertion:
        said = seen(id, "mug", place, t_ns, opens=opens)
        return replace(said, value={**said.value, **red})

    apart = [mug("O1", "desk", at_ns(0, 9)), mug("O1", "desk", at_ns(1, 9)), mug("O9", "shelf", at_ns(2, 9))]
    q = asking(*apart, mug("O9", "shelf", at_ns(3, 9)))
    node = q.nodes("red mug")[0]
    assert {one.id for one in parts_of(q, node)} == {"O1", "O9"}
    assert asked(q, "How often was the red mug moved?").value == 1
    assert asked(q, "Is the red mug still where it was on Monday morning?").value is False
    # Seen at two places in turns, or at once, they are twins; a simulator's ids are what they are.
    turns = [mug("O1", "desk", at_ns(day, 9)) for day in range(4)] + [mug("O9", "shelf", at_ns(day, 9.2)) for day in range(4)]
    twins = asking(*turns)
    assert [one.id for one in parts_of(twins, twins.nodes("O1")[0])] == ["O1"]
    exact = asking(*apart, trusted=True)
    assert [one.id for one in parts_of(exact, exact.nodes("O1")[0])] == ["O1"]


def test_two_nodes_that_became_one_are_told_apart_by_where_each_look_was():
    both = [
        seen("O1", "vase", "desk", at_ns(0, 9)),
        seen("O3", "vase", "shelf", at_ns(0, 10)),
        seen("O1", "vase", "desk", at_ns(0, 19)),
        Assertion("same", "O1", Span(at_ns(0, 20), at_ns(0, 20) + 1), "O3", {}),
    ]
    q = asking(*both)
    visits = visits_of(q, q.nodes("vase")[0])
    assert [visit.spot.holder_name for visit in visits] == ["desk", "shelf", "desk"]


def test_when_it_was_moved_agrees_with_how_often():
    glimpsed = asking(*VASE[:1], GLIMPSE, BACK)
    assert asked(glimpsed, "When was the vase moved?").abstained
    q = asking(*VASE)
    assert asked(q, "When was the vase moved?").value == at_ns(2, 9)
    assert asked(q, "When was the vase moved on Tuesday?").value == at_ns(1, 9)
    assert asked(q, "When was the vase moved on Thursday?").abstained
