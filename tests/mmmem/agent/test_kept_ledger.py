"""The kept ledger: the same habits with and without it, not trusted where it does not fit, gone when something is forgotten."""

from pathlib import Path

import pytest

from mmmem.banks.consolidation.kept import FILE
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo, TimedText


def morning(day: int, words: str) -> Observation:
    begin_ns = day * NS_PER_DAY + 9 * NS_PER_HOUR
    told = TimedText(Span(begin_ns + NS_PER_HOUR, begin_ns + NS_PER_HOUR + NS_PER_S), words)
    return Observation("glasses", Span(begin_ns, begin_ns + 5 * NS_PER_HOUR), texts=(told,))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "m"
    with Memory.open(folder, mode="w", create=True) as memory:
        memory.add_stream(StreamInfo("glasses", "made-up", Calendar("days"), 0))
        memory.observe([morning(day, "Jake makes coffee.") for day in range(6)])
        memory.consolidate()
    return folder


def counts(folder: Path) -> list[tuple[str, int]]:
    with Memory.open(folder) as memory:
        return [(habit.actor, len(habit.days)) for habit in memory.habits()]


def test_the_kept_ledger_saves_reading_and_changes_nothing(kept: Path) -> None:
    assert (kept / FILE).is_file()
    with Memory.open(kept) as memory:
        assert memory.routines.read() == 0
        from_file = memory.habits()
    (kept / FILE).unlink()
    with Memory.open(kept) as memory:
        assert memory.routines.read() == 6
        assert memory.habits() == from_file != []


def test_what_came_after_it_was_kept_is_counted_too(kept: Path) -> None:
    with Memory.open(kept, mode="w") as memory:
        memory.observe([morning(6, "Jake makes coffee.")])
    assert counts(kept) == [("Jake", 7)]


@pytest.mark.parametrize("at", [5, -20])
def test_a_damaged_file_is_not_used(kept: Path, at: int) -> None:
    body = bytearray((kept / FILE).read_bytes())
    body[at] ^= 1
    (kept / FILE).write_bytes(bytes(body))
    assert counts(kept) == [("Jake", 6)]
    (kept / FILE).write_bytes(bytes(body[: len(body) // 2]))
    assert counts(kept) == [("Jake", 6)]


def test_a_ledger_of_an_older_memory_is_not_used(kept: Path, tmp_path: Path) -> None:
    old = (kept / FILE).read_bytes()
    with Memory.open(kept, mode="w") as memory:
        memory.forget(span=Span(0, NS_PER_DAY), dry_run=False)
        assert not (kept / FILE).exists()
    (kept / FILE).write_bytes(old)
    assert counts(kept) == [("Jake", 5)]


def test_forgetting_leaves_no_byte_in_it(kept: Path) -> None:
    with Memory.open(kept, mode="w") as memory:
        memory.forget(name="Jake", dry_run=False)
        memory.consolidate()
    assert not [file for file in kept.rglob("*") if file.is_file() and b"Jake" in file.read_bytes()]


def test_a_stop_while_writing_leaves_the_old_file(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (kept / FILE).read_bytes()

    def killed(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    with Memory.open(kept, mode="w") as memory:
        memory.observe([morning(6, "Jake makes coffee.")])
        monkeypatch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            memory.consolidate()
    monkeypatch.undo()
    assert (kept / FILE).read_bytes() == before
    assert counts(kept) == [("Jake", 7)]


def test_a_memory_says_it_is_sound_with_a_kept_ledger(kept: Path) -> None:
    with Memory.open(kept) as memory:
        assert memory.check().ok
