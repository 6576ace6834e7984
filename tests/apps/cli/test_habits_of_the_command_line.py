"""`mmmem facts --habits`: what repeats, as a table and as JSON, as of a time; its support can be shown."""

import json
from pathlib import Path

import pytest
from cli_world import Cli

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo, TimedText


@pytest.fixture
def mornings(tmp_path: Path) -> Path:
    """A memory of six days on which Jake makes coffee at half past nine, seen from nine to noon."""
    folder = tmp_path / "mornings"
    with Memory.open(folder, mode="w", create=True) as memory:
        memory.add_stream(StreamInfo("glasses", "made-up", Calendar("days"), 0))
        for day in range(6):
            begin_ns = day * NS_PER_DAY + 9 * NS_PER_HOUR
            coffee = TimedText(Span(begin_ns + NS_PER_HOUR // 2, begin_ns + NS_PER_HOUR // 2 + NS_PER_S), "Jake makes coffee.")
            memory.observe([Observation("glasses", Span(begin_ns, begin_ns + 3 * NS_PER_HOUR), texts=(coffee,))])
    return folder


def test_what_repeats_is_shown_with_counts_and_texts_that_can_be_opened(cli: Cli, mornings: Path) -> None:
    assert "Jake makes coffee on 6 of 6" in cli("facts", "--habits", "-m", mornings).stdout
    (habit,) = json.loads(cli("facts", "--habits", "-m", mornings, "--json").stdout)["habits"]
    assert (habit["actor"], habit["verb"], habit["object"], len(habit["support"])) == ("Jake", "make", "coffee", 6)
    assert habit["end_ns"] is None
    assert "Jake makes coffee." in cli("show", habit["support"][0], "-m", mornings).stdout


def test_a_habit_is_not_known_before_it_repeats(cli: Cli, mornings: Path) -> None:
    ran = cli("facts", "--habits", "-m", mornings, "--as-of", "DAY2 12:00:00", "--json")
    assert json.loads(ran.stdout) == {"habits": [], "standings": []}
    assert "three days" in cli("facts", "--habits", "-m", mornings, "--as-of", "DAY2 12:00:00").stderr


def test_habits_of_one_person_only(cli: Cli, mornings: Path) -> None:
    assert json.loads(cli("facts", "--habits", "--subject", "Mia", "-m", mornings, "--json").stdout)["habits"] == []


def test_filters_for_facts_are_refused_with_habits(cli: Cli, mornings: Path) -> None:
    ran = cli("facts", "--habits", "--predicate", "at", "-m", mornings)
    assert ran.code == 2
    assert "--predicate" in ran.stderr
