"""A repair names what damage took, notes it for good, and goes on; nothing that is left changes."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from store_world import RULES, S, boxes, everything, look, open_world, said, unit

from mmmem.clock import Span
from mmmem.errors import InvalidInputError, MemoryCorruptError, StorageError
from mmmem.memory import Memory
from mmmem.store.schema import MIGRATIONS
from mmmem.types import FrameRef, Observation

NUM_LOOKS = 12


def world() -> list[Observation]:
    found = []
    for n in range(NUM_LOOKS):
        content = {"embedding": {"classical": unit(1, n % 4, 2)}, "keyframe_jpeg": b"picture %02d of twelve" % n}
        found.append(look("left", 5 * n, 5, detections=boxes(("cup", 1, 0.5), dim=4), **content))
        found.append(said("left", 5 * n, f"the cup at place{n % 3}"))
    return found


@pytest.fixture
def made(tmp_path: Path) -> Path:
    with open_world(tmp_path / "m") as memory:
        memory.observe(world())
    return tmp_path / "m"


def repaired(path: Path) -> Memory:
    return Memory.open(path, mode="w", rules=RULES, repair=True)


def media(path: Path) -> Path:
    return next(path.glob("media.*"))


def views(path: Path) -> Path:
    return next(path.glob("vectors.classical*"))


def remove(file: Path) -> None:
    file.unlink()


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


HARM = pytest.mark.parametrize("harm", [remove, cut, empty, flip])


@pytest.mark.parametrize("harm", [remove, cut, empty])
def test_a_damaged_file_is_left_as_it_is_until_somebody_asks_for_repair(made: Path, harm: Callable[[Path], None]) -> None:
    harm(media(made))
    files = {file.name: file.read_bytes() for file in made.glob("media*")}
    remedy = rf"Put the file back.*`mmmem check --repair -m {made}` names what is lost"
    with pytest.raises(MemoryCorruptError, match=remedy):
        Memory.open(made, mode="w", rules=RULES)
    with Memory.open(made, rules=RULES) as memory:
        assert memory.texts()
        with pytest.raises(MemoryCorruptError, match=remedy):
            memory.keyframe(FrameRef("left", 50, 50 * S))
        problems = memory.check().problems
        assert any("pictures of 'left' lost: DAY1" in line and "- 00:01:00" in line for line in problems), problems
    assert {file.name: file.read_bytes() for file in made.glob("media*")} == files


@HARM
def test_lost_pictures_are_named_noted_and_taken_in_again(made: Path, harm: Callable[[Path], None]) -> None:
    with Memory.open(made, rules=RULES) as memory:
        before = everything(memory)
    harm(media(made))
    with repaired(made) as memory:
        report = memory.check(repair=True)
        assert report.ok
        assert report.repaired
        gone = {loss.span for loss in report.lost}
        assert {loss.what for loss in report.lost} == {"picture"}
        assert len(gone) == {remove: 12, cut: 6, empty: 12, flip: 1}[harm]
        for frame in memory.frames():
            assert frame.has_keyframe == (frame.span not in gone)
            if frame.span in gone:
                with pytest.raises(MemoryCorruptError, match=f"picture of frame {frame.id} was lost"):
                    memory.keyframe(frame.ref)
            else:
                assert memory.keyframe(frame.ref) == b"picture %02d of twelve" % (frame.ref.index // 5)
    with Memory.open(made, mode="w", rules=RULES) as memory:  # it lasts, and is no problem any more
        assert memory.check() == memory.check(repair=True)
        assert {loss.span for loss in memory.check().lost} == gone
        assert len(memory.losses(window=Span(50 * S, 55 * S))) == (1 if harm is not flip else 0)
        assert memory.observe(world()).num_keyframes == len(gone)
        assert memory.check().lost == ()
        assert everything(memory) == before


@HARM
def test_lost_vectors_are_named_noted_and_taken_in_again(made: Path, harm: Callable[[Path], None]) -> None:
    with Memory.open(made, rules=RULES) as memory:
        before = everything(memory)
    harm(views(made))
    with repaired(made) as memory:
        report = memory.check(repair=True)
        assert report.ok
        assert {(loss.what, loss.space) for loss in report.lost} == {("vector", "classical")}
        table = memory.vectors("classical") if "classical" in memory.spaces() else None
        assert NUM_LOOKS - len(report.lost) == (0 if table is None else len(table))
        assert all(memory.keyframe(frame.ref) for frame in memory.frames())
        memory.observe(world())
        assert memory.check() == memory.check(repair=True)
        assert memory.check().lost == ()
        after = everything(memory)
    assert after == before


def test_a_vector_of_a_box_is_noted_with_its_look(made: Path) -> None:
    remove(next(file for file in made.glob("vectors.*") if "classical" not in file.name))
    with repaired(made) as memory:
        lost = memory.check(repair=True).lost
        assert {loss.what for loss in lost} == {"vector of a box"}
        assert len(lost) == NUM_LOOKS
        assert [loss.span for loss in lost] == [frame.span for frame in memory.frames()]


def test_what_was_lost_is_forgotten_with_its_look(made: Path) -> None:
    remove(media(made))
    with repaired(made) as memory:
        memory.check(repair=True)
        memory.forget(stream="left", span=Span(0, 30 * S), dry_run=False)
        assert [loss.span.start_ns for loss in memory.check().lost] == [5 * n * S for n in range(6, NUM_LOOKS)]
        memory.forget(stream="left", dry_run=False)
        assert memory.losses() == []
        assert memory.check().ok


def test_passages_lose_nothing_they_are_embedded_again(made: Path) -> None:
    class Embedder:
        space = "length"
        dim = 2

        def embed(self, texts: list[str]) -> np.ndarray:
            return np.stack([unit(len(text), 1) for text in texts])

    with Memory.open(made, mode="w", rules=RULES, text_embedder=Embedder()) as memory:  # type: ignore[arg-type]
        memory.consolidate()
        table = np.array(memory.vectors("length").rows)
    remove(next(made.glob("vectors.length*")))
    with Memory.open(made, mode="w", rules=RULES, text_embedder=Embedder(), repair=True) as memory:  # type: ignore[arg-type]
        assert any("passages do not match" in line for line in memory.check().problems)
        report = memory.check(repair=True)
        assert report.ok
        assert report.lost == ()
        memory.consolidate()
        assert np.array_equal(memory.vectors("length").rows, table)


def test_a_vector_whose_owner_is_gone_and_a_look_whose_vector_is_gone_are_mended(made: Path) -> None:
    with sqlite3.connect(made / "memory.sqlite") as connection:
        connection.execute("DELETE FROM vectors WHERE owner_kind = 0 AND row = 3")
        connection.execute("UPDATE vectors SET owner_id = 999 WHERE owner_kind = 1 AND row = 5")
    connection.close()
    with repaired(made) as memory:
        assert not memory.check().ok
        assert memory.check(repair=True).ok
        assert memory.observe([look("left", 70, 5, embedding={"classical": unit(1, 2, 3)})]).num_vectors == 1


def test_repair_is_for_writers(made: Path) -> None:
    with pytest.raises(InvalidInputError, match="mode='w'"):
        Memory.open(made, repair=True)


def test_files_without_their_database_are_not_called_an_empty_place(made: Path) -> None:
    (made / "memory.sqlite").unlink()
    for mode in ("r", "w"):
        with pytest.raises(MemoryCorruptError, match=r"media.0.bin beside it cannot be read without it. Restore a copy"):
            Memory.open(made, mode=mode)  # type: ignore[arg-type]


def test_after_a_repair_no_message_says_to_repair(made: Path) -> None:
    data = bytearray((made / "memory.sqlite").read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    (made / "memory.sqlite").write_bytes(data)
    with pytest.raises(MemoryCorruptError, match=f"`mmmem check --repair -m {made}`"):
        Memory.open(made, mode="w", rules=RULES)
    with pytest.raises(MemoryCorruptError) as refused:
        repaired(made)
    assert "--repair" not in str(refused.value)
    assert "Restore a copy" in str(refused.value)


def test_an_older_memory_says_how_it_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.mkdir()
    connection = sqlite3.connect(path / "memory.sqlite", isolation_level=None)
    MIGRATIONS[0](connection)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with pytest.raises(StorageError, match=f"`mmmem check --repair -m {path}` brings it up to date"):
        Memory.open(path)
    with Memory.open(path, mode="w", repair=True) as memory:
        assert memory.check(repair=True).ok
    with Memory.open(path) as memory:
        assert memory.forgotten() == memory.losses() == []


def test_a_repair_without_damage_copies_no_file(made: Path) -> None:
    files = {file.name: file.stat().st_ino for file in (media(made), views(made))}
    with repaired(made) as memory:
        memory._writer.connection.execute("DELETE FROM clips WHERE level = 1")
        assert memory.check(repair=True).ok
    assert {file.name: file.stat().st_ino for file in (media(made), views(made))} == files


def test_a_disk_that_fills_while_repairing_changes_nothing(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    flip(media(made))
    files = sorted(file.name for file in made.iterdir())
    with repaired(made) as memory:
        found = memory.check()
        with monkeypatch.context() as patch:
            patch.setattr("mmmem.store.appendfile.os.write", full)
            with pytest.raises(StorageError, match=r"No space left.*then go on"):
                memory.check(repair=True)
        assert memory.check() == found
        assert [file.name for file in made.glob("media*")] == ["media.0.bin"]
        assert memory.check(repair=True).ok
    assert sorted(file.name.replace(".1.", ".0.") for file in made.iterdir()) == [f for f in files if "json" not in f]
