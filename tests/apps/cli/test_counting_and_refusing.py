"""Counting what would be forgotten disturbs nobody; what cannot be read says why."""

from pathlib import Path

import pytest
from cli_world import Cli

from mmmem.clock import Calendar
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory


@pytest.fixture
def memory(cli: Cli, home: Path, tmp_path: Path) -> Path:
    path = tmp_path / "m"
    assert cli("ingest", home / "walk.mp4", "-m", path, "--wearer", "Zora").code == 0
    return path


def test_what_would_be_forgotten_is_counted_while_somebody_writes(cli: Cli, memory: Path) -> None:
    with Memory.open(memory, mode="w"):
        counted = cli("forget", "-m", memory, "--span", "0:10..0:20")
        refused = cli("forget", "-m", memory, "--span", "0:10..0:20", "--yes")
    assert counted.code == 0, counted.stderr
    assert "nothing was removed" in counted.stderr
    assert refused.code != 0


def test_what_is_counted_for_reading_and_for_writing_is_the_same(memory: Path) -> None:
    with Memory.open(memory) as reading:
        counted = reading.forget(name="Zora")
    with Memory.open(memory, mode="w") as writing:
        assert writing.forget(name="Zora") == counted
        assert counted.counts["wearers"] == 1
        assert writing.forget(name="Zora", dry_run=False).counts == counted.counts
    with Memory.open(memory) as after:
        assert not any(after.forget(name="Zora").counts.values())
        with pytest.raises(InvalidInputError, match="open it with mode='w'"):
            after.forget(name="Zora", dry_run=False)


@pytest.mark.parametrize("text", ["0:99", "0:60", "1:75:00", "1:00:60"])
def test_minutes_and_seconds_after_a_colon_end_at_59(text: str) -> None:
    with pytest.raises(InvalidInputError, match="goes to 59"):
        Calendar("offset").parse(text)


def test_an_offset_may_have_any_number_of_minutes_before_the_colon() -> None:
    assert Calendar("offset").parse("95:59") == Calendar("offset").parse("1:35:59") == Calendar("offset").parse("5759s")


def test_a_link_to_nothing_says_where_it_leads(cli: Cli, memory: Path, tmp_path: Path) -> None:
    link = tmp_path / "holiday.mp4"
    link.symlink_to(tmp_path / "gone" / "holiday.mp4")
    ran = cli("ingest", link, "-m", memory)
    assert ran.code != 0
    assert "is a link to" in ran.stderr
    assert str(tmp_path / "gone" / "holiday.mp4") in ran.stderr
    assert "Did you mean" not in ran.stderr
