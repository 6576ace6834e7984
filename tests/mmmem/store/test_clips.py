"""Clips: the calendar's grid over days, time zones and clock changes; gaps; cuts at change and after silence."""

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from store_world import S, look, open_world, said, unit

from mmmem.banks.episodic import BRIDGE_NS, MIN_PART_NS, SILENCE_NS, Grid, clip_id, merge, tile
from mmmem.clock import MAX_NS, NS_PER_DAY, NS_PER_HOUR, Calendar, Span
from mmmem.memory import Memory
from mmmem.types import LEVELS

BERLIN = Calendar("wall", "Europe/Berlin")
A, B = unit(1, 0, 0), unit(0, 1, 0)


def spans(memory: Memory, level: str = "clip", as_of_ns: int = MAX_NS) -> list[tuple[float, float]]:
    return [(c.span.start_ns / S, c.span.end_ns / S) for c in memory.clips(level, as_of_ns=as_of_ns)]  # type: ignore[arg-type]


def wall_ns(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()) * S  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("calendar", "t_ns"),
    [
        (Calendar("days"), 0),
        (Calendar("days"), 9 * NS_PER_DAY + 5),  # day 10
        (Calendar("offset"), 33 * NS_PER_HOUR),
        (BERLIN, wall_ns(2024, 3, 31, 1, 59, 59)),  # the day of 23 hours
        (BERLIN, wall_ns(2024, 10, 27, 2, 30)),  # the day of 25 hours
        (Calendar("wall", "Asia/Kathmandu"), 1_700_000_000 * S),  # 5 h 45 min off
        (Calendar("wall", "Australia/Lord_Howe"), wall_ns(2024, 4, 6, 17, 0)),  # half an hour of summer time
        (Calendar("wall", "America/New_York"), 0),  # midnight was before the epoch
    ],
)
def test_cells_nest_and_tile_the_day(calendar: Calendar, t_ns: int) -> None:
    grid = Grid(calendar)
    cells = [grid.cell(level, t_ns) for level in range(len(LEVELS))]
    for (start, end), (above, below) in pairwise(cells):
        assert above <= start <= t_ns < end <= below
    day = calendar.day_span(calendar.day_of(t_ns))
    assert cells[-1] == (day.start_ns, day.end_ns)
    for level in range(len(LEVELS)):
        reached = day.start_ns
        while reached < day.end_ns:
            start, end = grid.cell(level, reached)
            assert start == reached < end
            reached = end
        assert reached == day.end_ns
        assert grid.cell(level, day.end_ns)[0] == day.end_ns


def test_thirty_three_hours_stay_thirty_three_hours_and_day_ten_follows_day_nine(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", 8 * 86400 + 60 * n, "ticking", 59) for n in range(33 * 60)])
        assert len(memory.clips("hour")) == 33
        days = memory.clips("day")
        assert [memory.calendar.day_label(memory.calendar.day_of(c.span.start_ns)) for c in days] == ["DAY9", "DAY10"]
        assert [len(d.children) for d in days] == [24, 9]
        assert sum(c.span.duration_ns for c in memory.clips()) == (33 * 3600 - 1) * S


def test_a_day_of_twenty_five_hours_has_twenty_five(tmp_path: Path) -> None:
    start = wall_ns(2024, 10, 27, 0, 0)
    with open_world(tmp_path / "m", BERLIN) as memory:
        memory.observe([said("left", start // S + 20 * n, "ticking", 20) for n in range(3 * 60 * 26)])
        days = memory.clips("day")
        assert [len(d.children) for d in days] == [25, 1]
        assert days[0].span.duration_ns == 25 * NS_PER_HOUR
        assert len(memory.clips("minutes")) == 26 * 12


def test_a_gap_up_to_the_bridge_is_covered_and_a_longer_one_is_not(tmp_path: Path) -> None:
    bridge = BRIDGE_NS // S
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", 0, "a", 2), said("left", 2 + bridge, "b", 2)])
        memory.observe([said("left", 100, "a", 2), said("left", 103 + bridge, "b", 2)])
        assert sum(end - start for start, end in spans(memory)) == (4 + bridge) + 2 + 2
        assert spans(memory, "minutes") == [(0, 135)]
        assert (102.0, 133.0) not in spans(memory)
        assert memory.clips(window=Span(105 * S, 130 * S)) == []


def test_a_late_text_fills_the_gap_it_falls_into(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", 0, "a", 10), said("left", 60, "b", 10)])
        assert spans(memory) == [(0, 10), (60, 70)]
        memory.observe([said("left", 31, "late", 9)])
        assert spans(memory) == [(0, 30), (30, 60), (60, 70)]
        assert [t.text.text for t in memory.texts(window=Span(30 * S, 60 * S))] == ["late"]


def test_a_new_view_cuts_a_clip(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([look("left", n, embedding={"classical": A if n < 13 else B}) for n in range(30)])
        assert spans(memory) == [(0, 13), (13, 30)]
        assert spans(memory, as_of_ns=13 * S) == [(0, 13)]
        assert spans(memory, as_of_ns=14 * S) == [(0, 13), (13, 14)]


@pytest.mark.parametrize("at", [3, 7, 23, 29])
def test_no_part_is_too_short_to_be_useful(tmp_path: Path, at: int) -> None:
    assert min(at, 30 - at) * S < MIN_PART_NS
    with open_world(tmp_path / "m") as memory:
        memory.observe([look("left", n, embedding={"classical": A if n < at else B}) for n in range(30)])
        assert spans(memory) == [(0, 30)]


def test_a_restless_view_is_not_a_change(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([look("left", n, embedding={"classical": A if n % 2 else B}) for n in range(60)])
        assert spans(memory) == [(0, 30), (30, 60)]


def test_speech_after_a_silence_begins_a_clip(tmp_path: Path) -> None:
    quiet = SILENCE_NS // S
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", 0, "a", 3), said("left", 3 + quiet, "b", 17)])
        assert spans(memory) == [(0, 3 + quiet), (3 + quiet, 30)]
        assert spans(memory, as_of_ns=3 * S) == [(0, 3)]
        memory.observe([said("left", 8, "not silent after all", 1)])
        assert spans(memory) == [(0, 30)]


def test_numbers_of_clips_tell_stream_level_and_place_apart() -> None:
    places = [0, 8 * S, 30 * S, NS_PER_DAY, 1_800_000_000 * S]
    numbers = {clip_id(stream, level, t) for stream in (1, 2, 50) for level in range(4) for t in places}
    assert len(numbers) == 3 * 4 * len(places)
    assert all(0 <= n < 2**53 for n in numbers)
    ordered = [clip_id(2, 0, t) for t in places]
    assert ordered == sorted(ordered)


def test_streams_keep_their_own_clips(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", 0, "a", 40), said("right", 100, "b", 10)])
        assert [c.span for c in memory.clips(stream="right")] == [Span(100 * S, 110 * S)]
        assert {c.stream_id for c in memory.clips("day")} == {"left", "right"}


def test_merging_keeps_order_and_swallows_what_lies_inside() -> None:
    assert merge([(0, 10), (2, 3), (10, 12), (14, 20)], 0) == [(0, 12), (14, 20)]
    assert merge([(0, 10), (2, 3), (14, 20)], 4) == [(0, 20)]
    assert tile([], [], Grid(Calendar())) == []


def test_the_first_pictures_do_not_say_what_is_usual(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([look("left", 10 + n, embedding={"classical": B if n else A}) for n in range(15)])
        assert spans(memory) == [(10, 25)]
