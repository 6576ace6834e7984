"""What repeats, in a memory: found where it was planted, the same however it was fed, as of any time, gone when forgotten."""

import importlib.util
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_MIN, NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo, TimedText

DAYS = Calendar("days")
WEEK = [
    # day, clock, words
    *((day, "09:40", "Jake makes coffee.") for day in (1, 2, 4, 5, 6, 7, 8)),
    *((day, "19:00", "Katrina cooks dinner.") for day in (1, 2, 3, 5, 6, 8)),
    *((day, "18:30", "Alice goes jogging.") for day in (2, 4, 7)),
    *((day, "09:10", "I get up.") for day in range(1, 9)),
    *((day, "09:50", "I eat oatmeal.") for day in (1, 2, 3, 4, 6, 7)),
    *((day, "21:00", "I put my phone on the dresser.") for day in (1, 3, 4, 5, 7)),
    *((day, "12:00", f"I put the {thing} on the table.") for day, thing in enumerate(("bag", "box", "plate", "tray"), 1)),
    (4, "13:00", "I put my phone on the table."),
    (3, "20:00", "Jake cooks dinner."),
    (5, "15:00", "The red cup belongs to Mia."),
    (6, "15:00", "Katrina likes coffee."),
    (7, "15:00", "Tom hates fish."),
]


def clock_ns(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * NS_PER_HOUR + int(minutes) * NS_PER_MIN


def observed(day: int) -> list[Observation]:
    """A day from nine to ten in the evening, ten minutes at a time."""
    begin_ns, found = (day - 1) * NS_PER_DAY, list[Observation]()
    told = sorted((clock_ns(at), text) for on, at, text in WEEK if on == day)
    for start_ns in range(begin_ns + 9 * NS_PER_HOUR, begin_ns + 22 * NS_PER_HOUR, 10 * NS_PER_MIN):
        span = Span(start_ns, start_ns + 10 * NS_PER_MIN)
        texts = [
            TimedText(Span(begin_ns + at, begin_ns + at + NS_PER_S), text) for at, text in told if span.contains(begin_ns + at)
        ]
        found.append(Observation("glasses", span, texts=(*texts, TimedText(span, "I look around."))))
    return found


def fed(folder: Path, days: range, *, by_day: bool = True) -> Path:
    batches = [observed(day) for day in days] if by_day else [[one for day in days for one in observed(day)]]
    with Memory.open(folder, mode="w", create=True) as memory:
        memory.add_stream(StreamInfo("glasses", "made-up", DAYS, 0))
        for batch in batches:
            memory.observe(batch)
            if by_day:
                memory.consolidate()
                memory.habits()
    return folder


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    with Memory.open(fed(tmp_path_factory.mktemp("week") / "m", range(1, 9))) as memory:
        yield memory


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    script = Path(__file__).parents[3] / "benchmarks" / "habits.py"
    spec = importlib.util.spec_from_file_location("planted_habits", script)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What does Jake usually do in the morning?", "Jake makes coffee on 7 of 8 mornings seen, around 09:40 (not on DAY3)"),
        ("Who usually cooks?", "Katrina (on 6 of 8 days seen; Jake on 1 of 8 days seen)"),
        ("Where do I usually put my phone?", "usually on the dresser (5 of 6 times, on 5 days)"),
        ("How often does Alice go jogging?", "on 3 of 8 days seen, 3 times in all, about 3 times a week"),
        ("When do I usually get up?", "around 09:10 (I get up on 8 of 8 mornings seen, around 09:10)"),
        ("What do we usually have for breakfast?", "oatmeal (on 6 of 8 days seen)"),
        ("Does Katrina like coffee?", "Yes: Katrina likes coffee (said once, on 1 day)"),
        ("Does Tom like fish?", "No: Tom dislikes fish (said once, on 1 day)"),
        ("Whose cup is the red one?", "Mia (Mia owns red cup (said once, on 1 day))"),
        (
            "Does Jake always make coffee in the morning?",
            "Yes: Jake makes coffee on 7 of 8 mornings seen, around 09:40 (not on DAY3)",
        ),
    ],
)
def test_what_is_usual_is_answered_with_counts_and_lines(week: Memory, question: str, answer: str) -> None:
    found = week.ask(question)
    assert found.text == answer
    cited = [week.texts([int(e.id.removeprefix("text:"))])[0].text.text for e in found.evidence if e.id.startswith("text:")]
    assert cited
    assert "I look around." not in cited


def test_what_was_done_once_is_not_usual(week: Memory) -> None:
    assert ("Jake", "cook") not in {(h.actor, h.verb) for h in week.habits()}
    assert "cooks" not in week.ask("What does Jake usually do in the evening?").text


def test_choices_are_taken_by_what_repeats(week: Memory) -> None:
    for choices in (("Jake", "Katrina", "Alice"), ("Katrina", "Alice", "Jake")):
        assert week.ask("Who usually cooks dinner?", choices=choices).text == "Katrina"


def test_support_can_be_opened_and_tells_of_the_habit(week: Memory) -> None:
    for habit in week.habits():
        texts = week.texts(list(habit.support))
        assert len(texts) == len(habit.support) >= len(habit.days)
        assert len({one.text.text for one in texts}) == 1
        assert {DAYS.day_of(one.text.span.start_ns) for one in texts} == set(habit.days)


def test_feeding_day_by_day_equals_feeding_at_once(week: Memory, tmp_path: Path) -> None:
    with Memory.open(fed(tmp_path / "m", range(1, 9), by_day=False)) as once:
        assert once.habits() == week.habits()
        assert once.standings() == week.standings()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 7), unique=True, max_size=3))
def test_any_split_into_batches_gives_the_same(week: Memory, tmp_path_factory: pytest.TempPathFactory, cuts: list[int]) -> None:
    folder = tmp_path_factory.mktemp("split") / "m"
    bounds = [0, *sorted(cuts), 8]
    for first, last in pairwise(bounds):
        with Memory.open(folder, mode="w", create=True) as memory:
            memory.add_stream(StreamInfo("glasses", "made-up", DAYS, 0))
            memory.observe([one for day in range(first + 1, last + 1) for one in observed(day)])
            memory.habits()
    with Memory.open(folder) as memory:
        assert memory.habits() == week.habits()


@pytest.mark.parametrize("last", [3, 5, 7])
def test_nothing_later_leaks_into_what_was_known(week: Memory, tmp_path: Path, last: int) -> None:
    with Memory.open(fed(tmp_path / "m", range(1, last + 1))) as short:
        end_ns = short.end_ns()
        assert week.habits(as_of=end_ns) == short.habits()
        assert week.standings(as_of=end_ns) == short.standings()
        for question in ("Who usually cooks?", "What does Jake usually do in the morning?", "Does Katrina like coffee?"):
            assert week.ask(question, asked_at=end_ns).text == short.ask(question).text
    for habit in week.habits(as_of=end_ns):
        assert habit.learned_ns <= end_ns


def test_what_is_known_at_a_time_is_the_same_after_reopening(week: Memory) -> None:
    as_of = 5 * NS_PER_DAY
    known = week.habits(as_of=as_of)
    with Memory.open(week.path) as again:
        assert again.habits(as_of=as_of) == known
        again.habits()
        assert again.habits(as_of=as_of) == known


def test_forgotten_days_are_counted_no_more_and_leave_no_byte(tmp_path: Path) -> None:
    folder = fed(tmp_path / "m", range(1, 9))
    with Memory.open(folder, mode="w") as memory:
        before = {(h.actor, h.verb): h for h in memory.habits()}
        memory.forget(span=Span(6 * NS_PER_DAY, 8 * NS_PER_DAY), dry_run=False)
        after = {(h.actor, h.verb): h for h in memory.habits()}
        assert after["Jake", "make"].days == tuple(d for d in before["Jake", "make"].days if d <= 6)
        memory.forget(name="Katrina", dry_run=False)
        assert not [h for h in memory.habits() if h.actor == "Katrina"]
        assert not [s for s in memory.standings() if s.subject == "Katrina"]
        assert "Katrina" not in memory.ask("Who usually cooks?").text
    assert not [file for file in folder.rglob("*") if file.is_file() and b"Katrina" in file.read_bytes()]


def test_asking_writes_nothing(week: Memory) -> None:
    before = {file: file.read_bytes() for file in week.path.iterdir() if file.suffix not in (".shm", ".sqlite-shm")}
    week.habits()
    week.ask("Who usually cooks?")
    assert {file: file.read_bytes() for file in before} == before


def test_planted_habits_are_found_and_no_others(benchmark: ModuleType) -> None:
    figures = benchmark.run_planted(num_weeks=4, seeds=2)
    assert figures["recall"] == 1.0
    assert figures["precision"] == 1.0
    assert figures["places_changed_right"] == 1.0


def test_a_changed_habit_is_closed_when_that_is_known_and_not_before(benchmark: ModuleType, tmp_path: Path) -> None:
    made = benchmark.planted(4, 5)
    benchmark.remember(tmp_path / "m", made)
    with Memory.open(tmp_path / "m") as memory:
        now = {h.key: h for h in memory.habits() if h.actor == "Jake"}
        guitar, novel = now["guitar"], now["novel"]
        assert guitar.ended_ns is not None
        assert novel.ended_ns is None
        assert guitar.days[-1] < memory.calendar.day_of(guitar.valid.end_ns) <= made.changed_day
        before = {h.key: h for h in memory.habits(as_of=guitar.ended_ns - NS_PER_DAY) if h.actor == "Jake"}
        assert before["guitar"].ended_ns is None
        assert before["guitar"].days == guitar.days
        assert memory.ask("What does Jake usually do in the evening?").text.startswith("Jake reads novel on")


@pytest.mark.parametrize(
    "question",
    [
        "What app do I usually use to shop?",  # which app is told nowhere
        "What do I usually eat with a spoon?",
        "Who usually plays the violin?",  # nobody does
        "What does Alice usually do in the afternoon?",  # nothing repeats then
        "Whose bicycle is the green one?",
        "Does Katrina like fish?",
    ],
)
def test_what_no_habit_tells_is_not_answered_from_habits(week: Memory, question: str) -> None:
    assert not [step for step in week.ask(question).steps if step.why.endswith("is tried as habit")]


def test_how_often_something_was_done_is_a_number_of_times(week: Memory) -> None:
    assert week.ask("How often did Alice go jogging?").value == 3
    assert week.ask("How often did Alice go jogging?").text.startswith("3 times")


def test_the_time_that_is_asked_about_is_all_that_counts(week: Memory) -> None:
    first_half = Span(0, 4 * NS_PER_DAY)
    assert week.ask("What do I usually eat?", window=first_half).text == "oatmeal (4 times)"
    assert week.ask("Who usually cooks dinner?", window=first_half).text == "Katrina (3 times; Jake once)"
    assert not week.ask("Who usually cooks dinner?", window=Span(0, NS_PER_DAY)).text.startswith("Katrina (")
