"""Answer options, labelled by hand from what they denote."""

import itertools

import pytest

from mmmem.agent.language.answers import parse_count_answer, parse_duration_answer, parse_time_answer
from mmmem.clock import MAX_NS, NS_PER_HOUR, NS_PER_MIN, NS_PER_S, Calendar, Span

DAYS, WALL, OFFSET = Calendar("days"), Calendar("wall"), Calendar("offset")
D3 = "DAY3 14:00"
WED = "2024-05-08T14:00"

TIMES: list[tuple[str, Calendar, str, list[str]]] = [
    ("About 2 hours ago", DAYS, D3, ["DAY3 11:30", "DAY3 12:30"]),
    ("3 hours ago", DAYS, D3, ["DAY3 10:30", "DAY3 11:30"]),  # neighbours do not overlap
    ("About 19 hours ago", DAYS, D3, ["DAY2 18:30", "DAY2 19:30"]),
    ("10 minutes ago", DAYS, D3, ["DAY3 13:45", "DAY3 13:55"]),
    ("About an hour ago", DAYS, D3, ["DAY3 12:30", "DAY3 13:30"]),
    ("About an hour and a half ago", DAYS, D3, ["DAY3 12:15", "DAY3 12:45"]),
    ("5 and a half hours ago", DAYS, D3, ["DAY3 08:15", "DAY3 08:45"]),
    ("Half a day ago", DAYS, D3, ["DAY2 20:00", "DAY3 08:00"]),  # the step is half a day
    ("2 days 3 hours ago", DAYS, D3, ["DAY1 10:30", "DAY1 11:30"]),
    ("One day ago", DAYS, D3, ["DAY2 00:00", "DAY3 00:00"]),
    ("Two days ago", DAYS, D3, ["DAY1 00:00", "DAY2 00:00"]),
    ("About 2 days ago", DAYS, D3, ["DAY1 00:00", "DAY2 00:00"]),  # an option is meant as it is said
    ("Three days ago", DAYS, D3, []),  # before anything was observed
    ("Yesterday", DAYS, D3, ["DAY2 00:00", "DAY3 00:00"]),
    ("Yesterday afternoon", DAYS, D3, ["DAY2 12:00", "DAY2 18:00"]),
    ("yesterday night", DAYS, D3, ["DAY2 18:00", "DAY3 06:00"]),
    ("Yesterday at noon", DAYS, D3, ["DAY2 11:00", "DAY2 14:00"]),
    ("The day before yesterday at noon", DAYS, D3, ["DAY1 11:00", "DAY1 14:00"]),
    ("The afternoon before yesterday", DAYS, D3, ["DAY1 12:00", "DAY1 18:00"]),
    ("The night before yesterday", DAYS, D3, ["DAY1 18:00", "DAY2 06:00"]),
    ("Last night", DAYS, D3, ["DAY2 18:00", "DAY3 06:00"]),
    ("This morning", DAYS, D3, ["DAY3 05:00", "DAY3 12:00"]),
    ("Today morning", DAYS, D3, ["DAY3 05:00", "DAY3 12:00"]),
    ("today afternoon", DAYS, D3, ["DAY3 12:00", "DAY3 14:00"]),
    ("Today at 11:00", DAYS, D3, ["DAY3 11:00", "DAY3 11:01"]),
    ("DAY2 evening", DAYS, D3, ["DAY2 18:00", "DAY3 00:00"]),
    ("Day 1 at noon", DAYS, D3, ["DAY1 11:00", "DAY1 14:00"]),
    ("Noon", DAYS, D3, ["DAY1 11:00", "DAY1 14:00", "DAY2 11:00", "DAY2 14:00", "DAY3 11:00", "DAY3 14:00"]),  # of any day
    ("In the afternoon", DAYS, "DAY2 14:00", ["DAY1 12:00", "DAY1 18:00", "DAY2 12:00", "DAY2 14:00"]),
    ("Tomorrow", DAYS, D3, []),
    ("March 3", WALL, WED, ["2024-03-03", "2024-03-04"]),
    ("7 May 2023", WALL, WED, ["2023-05-07", "2023-05-08"]),
    ("In June 2023", WALL, WED, ["2023-06-01", "2023-07-01"]),
    ("Last Friday", WALL, WED, ["2024-05-03", "2024-05-04"]),
    ("At 0:35", OFFSET, "2:19", ["0:35", "0:36"]),
    ("From 0:10 to 0:20", OFFSET, "2:19", ["0:10", "0:20"]),
    ("35 seconds", OFFSET, "2:19", ["0:35", "0:36"]),
    ("Between 0:10 and 0:20", OFFSET, "2:19", ["0:10", "0:20"]),
]

NOT_TIMES = [
    "In Shure's room",
    "Pizza",
    "She'll be back the next day",
    "Watched a movie yesterday",
    "6 types",
    "",
    "Outdoor",
    "May",
    "Me",
    "30 bottles",
    "Last name",
    "\ud83c\udf55",
]

DURATIONS = [
    ("about two minutes", 90 * NS_PER_S, 150 * NS_PER_S),
    ("30min", 25 * NS_PER_MIN, 35 * NS_PER_MIN),
    ("half an hour", 15 * NS_PER_MIN, 45 * NS_PER_MIN),
    ("1 hour 20 minutes", 75 * NS_PER_MIN, 85 * NS_PER_MIN),
    ("less than a minute", 0, NS_PER_MIN),
    ("more than two hours", 2 * NS_PER_HOUR, MAX_NS),
    ("2-3 minutes", 2 * NS_PER_MIN, 3 * NS_PER_MIN),
    ("between five and ten minutes", 5 * NS_PER_MIN, 10 * NS_PER_MIN),
    ("an hour and a half", 75 * NS_PER_MIN, 105 * NS_PER_MIN),
    ("1:30", 90 * NS_PER_S, 91 * NS_PER_S),
    ("10 seconds", 5 * NS_PER_S, 15 * NS_PER_S),
]

COUNTS = [
    ("Three times", 3),
    ("twice", 2),
    ("Once", 1),
    ("6 types", 6),
    ("6", 6),
    ("None", 0),
    ("Never", 0),
    ("twenty-one people", 21),
    ("a dozen eggs", 12),
    ("an apple", 1),
    ("1,200", 1200),
    ("two hundred", 200),
    ("a few", None),
    ("several times", None),
    ("Pizza", None),
    ("1.5 litres", None),
    ("", None),
]


def instant(calendar: Calendar, text: str) -> int:
    return calendar.parse(text)


@pytest.mark.parametrize(("text", "calendar", "asked_at", "ends"), TIMES, ids=[f"{row[0]}-{row[1].kind}" for row in TIMES])
def test_time_an_option_denotes(text: str, calendar: Calendar, asked_at: str, ends: list[str]) -> None:
    times = [calendar.parse(end) for end in ends]
    expected = tuple(Span(a, b) for a, b in zip(times[::2], times[1::2], strict=True))
    assert parse_time_answer(text, calendar.parse(asked_at), calendar) == expected


@pytest.mark.parametrize("text", NOT_TIMES)
@pytest.mark.parametrize("calendar", [DAYS, WALL, OFFSET], ids=lambda c: c.kind)
def test_an_option_that_is_not_a_time_denotes_none(text: str, calendar: Calendar) -> None:
    assert parse_time_answer(text, DAYS.parse(D3), calendar) is None


def test_hours_ago_as_options_never_overlap() -> None:
    asked_at_ns = DAYS.parse("DAY3 14:00")
    spans = [parse_time_answer(f"About {n} hours ago", asked_at_ns, DAYS) for n in range(1, 24)]
    ends = [span for found in spans if found for span in found]
    assert len(ends) == 23
    assert all(later.end_ns <= earlier.start_ns for earlier, later in itertools.pairwise(ends))


@pytest.mark.parametrize(("text", "low_ns", "high_ns"), DURATIONS, ids=[row[0] for row in DURATIONS])
def test_length_an_option_denotes(text: str, low_ns: int, high_ns: int) -> None:
    assert parse_duration_answer(text) == (low_ns, high_ns)


@pytest.mark.parametrize("text", ["Pizza", "", "Three times", "second floor"])
def test_an_option_that_is_not_a_length_denotes_none(text: str) -> None:
    assert parse_duration_answer(text) is None


@pytest.mark.parametrize(("text", "count"), COUNTS, ids=[row[0] or "empty" for row in COUNTS])
def test_number_an_option_denotes(text: str, count: int | None) -> None:
    assert parse_count_answer(text) == count
