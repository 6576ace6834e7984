"""Opening, locking, versions, damage and bad input: one line with a remedy each, and never a traceback of SQLite's."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from store_world import RULES, S, boxes, everything, look, open_world, pose, said, told, unit

from mmmem.clock import Calendar, Span
from mmmem.errors import (
    InvalidInputError,
    MemoryCorruptError,
    MemoryLockedError,
    MemoryNotFoundError,
    MemoryTooNewError,
    MmmemError,
    StorageError,
    UnknownNameError,
)
from mmmem.memory import Memory
from mmmem.store.schema import FORMAT_VERSION
from mmmem.types import LEVELS, FrameRef, Observation, StreamInfo, TimedText


def fill(memory: Memory, num: int = 30) -> None:
    for n in range(num):
        content = {"embedding": {"classical": unit(1, n, 0)}, "keyframe_jpeg": b"picture %d " % n * 30}
        entry = told("seen", "O1", n, object="cup", value={"at": [n, 0.5, 1.25], "room": "kitchen"}, vector=unit(n, 1, 2))
        content |= {"assertions": (entry,), "pose_world_camera": pose(n)}
        memory.observe(
            [look("left", n, 1, detections=boxes(("cup", 1, 0.5)), **content), said("left", n, f"the cup at place{n}")]
        )


@pytest.mark.parametrize("name", ["plain", "with space", "späße-記憶", "percent%20?#x"])
def test_any_name_of_a_directory_will_do(tmp_path: Path, name: str) -> None:
    with open_world(tmp_path / name / "deeper") as memory:
        fill(memory, 3)
    with Memory.open(tmp_path / name / "deeper") as memory:
        assert len(memory.line_columns()) == 3
        assert memory.keyframe(FrameRef("left", 2, 2 * S)) == b"picture 2 " * 30


def test_what_is_not_there_is_not_made_by_reading(tmp_path: Path) -> None:
    for mode in ("r", "w"):
        with pytest.raises(MemoryNotFoundError, match="mmmem ingest"):
            Memory.open(tmp_path / "nothing", mode=mode)  # type: ignore[arg-type]
        assert not (tmp_path / "nothing").exists()
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(MemoryNotFoundError, match="is a file"):
        Memory.open(file, mode="w", create=True)
    with pytest.raises(InvalidInputError, match="create=True needs"):
        Memory.open(tmp_path / "nothing", create=True)
    with pytest.raises(InvalidInputError, match="'r' or 'w'"):
        Memory.open(tmp_path, mode="a")  # type: ignore[arg-type]


def test_a_directory_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(InvalidInputError, match=r"holiday\.jpg"):
        Memory.open(tmp_path, mode="w", create=True)
    assert [f.name for f in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_memory_killed_while_it_was_made_can_be_made_again(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "memory.sqlite").close()
    (tmp_path / "memory.sqlite").touch()
    with pytest.raises(MemoryNotFoundError, match="is empty"):
        Memory.open(tmp_path)
    with open_world(tmp_path) as memory:
        fill(memory, 2)
        assert memory.check().ok


def test_a_newer_memory_is_refused(tmp_path: Path) -> None:
    open_world(tmp_path / "m").close()
    connection = sqlite3.connect(tmp_path / "m" / "memory.sqlite")
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION + 1}")
    connection.close()
    for mode in ("r", "w"):
        with pytest.raises(MemoryTooNewError, match="Install a newer mmmem"):
            Memory.open(tmp_path / "m", mode=mode)  # type: ignore[arg-type]


def test_one_writer_and_many_readers(tmp_path: Path) -> None:
    path = tmp_path / "m"
    with open_world(path) as writer, Memory.open(path) as one, Memory.open(path) as other:
        with pytest.raises(MemoryLockedError, match=f"process {os.getpid()} on "):
            Memory.open(path, mode="w")
        for n in range(5):
            writer.observe([said("left", n, f"line {n}"), look("left", n, embedding={"classical": unit(1, n)})])
            for reader in (one, other):
                assert len(reader.line_columns()) == n + 1
                assert reader.vectors("classical").rows.shape == (n + 1, 2)
                assert everything(reader) == everything(writer)
    with Memory.open(path, mode="w") as again:
        assert len(again.texts()) == 5


def test_another_process_is_named_and_its_death_frees_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "m"
    open_world(path).close()
    code = "import sys, time; from mmmem.memory import Memory; m = Memory.open(sys.argv[1], mode='w')"
    command = [sys.executable, "-c", f"{code}; print('open', flush=True); time.sleep(60)", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        with pytest.raises(MemoryLockedError, match=f"process {child.pid} on "):
            Memory.open(path, mode="w")
        child.kill()
        child.wait()
    with Memory.open(path, mode="w") as memory:
        assert json.loads((path / "writer.json").read_text())["pid"] == os.getpid()
        assert memory.check().ok


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    open_world(tmp_path / "m").close()
    with Memory.open(tmp_path / "m") as memory:
        with pytest.raises(InvalidInputError, match="mode='w'"):
            memory.observe([])
        with pytest.raises(InvalidInputError, match="mode='w' to repair"):
            memory.check(repair=True)


def test_one_memory_has_one_calendar(tmp_path: Path) -> None:
    with open_world(tmp_path / "m", Calendar("wall", "Europe/Berlin")) as memory:
        memory.add_stream(StreamInfo("third", "c.mp4", Calendar("wall", "UTC"), 0))
        with pytest.raises(InvalidInputError, match="--start"):
            memory.add_stream(StreamInfo("fourth", "d.mp4", Calendar("offset"), 0))
        assert memory.calendar == Calendar("wall", "Europe/Berlin")
        assert [s.stream_id for s in memory.streams()] == ["left", "right", "third"]


def test_unknown_names_are_answered_with_near_ones(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory, 2)
        with pytest.raises(UnknownNameError, match="Did you mean 'left'"):
            memory.observe([said("lelf", 1, "hello")])
        with pytest.raises(UnknownNameError, match="Did you mean 'classical'"):
            memory.vectors("clasical")
        with pytest.raises(UnknownNameError, match="Did you mean 'right'"):
            memory.texts(stream="rihgt")
        assert len(memory.texts()) == 2


def test_a_bad_observation_undoes_the_whole_call(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory, 2)
        before = everything(memory)
        outside = Observation("left", Span(50 * S, 51 * S), FrameRef("left", 9, 60 * S))
        longer = look("left", 61, embedding={"classical": unit(1, 2, 3, 4)})
        for bad, words in ((outside, "lies outside its observation"), (longer, "have 3 numbers, got 4")):
            good = look("left", 60, embedding={"new space": unit(1, 2)}, keyframe_jpeg=b"x")
            with pytest.raises(InvalidInputError, match=words):
                memory.observe([said("left", 60, "good"), good, bad])
            assert everything(memory) == before
            assert memory.check().problems == ()
        with pytest.raises(InvalidInputError, match="words that came later"):
            memory.observe([look("left", 60)], learned_ns=99 * S)
        with pytest.raises(InvalidInputError, match=r"give \{stream_id"):
            memory.observe([], cursor=5)


class FailingWrites:
    """The operating system refuses the write of number `at`, having written half of it."""

    def __init__(self, at: int) -> None:
        self.left = at
        self._write = os.write

    def __call__(self, fd: int, data: bytes) -> int:
        self.left -= 1
        if self.left < 0:
            self._write(fd, bytes(data)[: len(data) // 2])
            raise OSError(28, "No space left on device")
        return self._write(fd, data)


def _refusal(memory: Memory, observations: list[Observation]) -> str | None:
    """What the memory says when it cannot store something."""
    try:
        memory.observe(observations)
    except StorageError as error:
        return str(error)
    return None


def test_a_full_disk_at_any_write_keeps_what_was_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory, 10)
        before = everything(memory)
        for at in range(100):
            more = [look("left", 20 + n, embedding={"classical": unit(1, n, 9), "second": unit(n, 1)}) for n in range(5)]
            more += [look("left", 40 + n, keyframe_jpeg=b"j") for n in range(5)]
            with monkeypatch.context() as patch:
                patch.setattr("mmmem.store.appendfile.os.write", FailingWrites(at))
                if (message := _refusal(memory, more)) is None:
                    break
            assert "Kept: 'left' to DAY1 00:00:10" in message
            assert everything(memory) == before
            assert memory.check().problems == ()
        assert at == 15  # vectors and pictures
        assert len(memory.frames()) == 20
        assert memory.check().problems == ()


def test_a_full_database_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory, 3)
        before, connection = everything(memory), memory._writer.connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 3}")
        with pytest.raises(StorageError, match=r"is full.*Kept: 'left' to DAY1 00:00:03"):
            memory.observe([said("left", 10 + n, f"words {n} " * 50) for n in range(200)])
        connection.execute("PRAGMA max_page_count = 100000")
        assert everything(memory) == before
        memory.observe([said("left", 10 + n, f"words {n} " * 50) for n in range(200)])
        assert memory.check().problems == ()


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[str], object]]:
    """A file system of 1.5 MB in `folder`; yields a function that changes how it is mounted."""
    folder.mkdir()
    tool = shutil.which("mount")
    command = [tool or "", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(folder)]
    if tool is None or os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        yield lambda how: subprocess.run([tool, "-o", f"remount,{how}", str(folder)], check=True)
    finally:
        if subprocess.run(["umount", str(folder)], check=False).returncode:  # something of the memory is still open
            subprocess.run(["umount", "-l", str(folder)], check=True)  # else it stays mounted and no folder can be tidied
            raise AssertionError(f"{folder} is still in use after the memory was closed")


linux = pytest.mark.skipif(sys.platform != "linux", reason="mounts a file system")


@linux
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk"):
        with open_world(tmp_path / "disk" / "m") as memory:
            kept = 0

            def noise(n: int) -> list[Observation]:
                content = {"assertions": (told("seen", f"O{n}", n),), "pose_world_camera": pose(n)}
                return [look("left", n, keyframe_jpeg=os.urandom(3000), **content), said("left", n, f"line {n}")]

            while (message := _refusal(memory, noise(kept))) is None:
                kept += 1
            assert kept > 10
            assert f"Kept: 'left' to {memory.calendar.format(kept * S)}" in message
            assert memory.position("left") == kept * S
            assert len(memory.frames()) == len(memory.texts()) == len(memory.assertions()) == kept
            assert len(memory.poses("left").t_ns) == kept
            assert memory.check().problems == ()
        with Memory.open(tmp_path / "disk" / "m") as memory:
            assert len(memory.frames()) == kept


@linux
@pytest.mark.parametrize("crashed", [False, True])
def test_a_read_only_disk_can_be_read(tmp_path: Path, crashed: bool) -> None:
    with small_disk(tmp_path / "disk") as remount:
        source, path = tmp_path / "m", tmp_path / "disk" / "m"
        with open_world(source) as memory:
            fill(memory, 5)
            if crashed:  # copied while the log still held everything
                shutil.copytree(source, path)
                (path / "memory.sqlite-shm").unlink()
        if not crashed:
            shutil.copytree(source, path)
        remount("ro")
        if crashed:
            with pytest.raises(StorageError, match="Copy the directory"):
                Memory.open(path)
        else:
            with Memory.open(path, rules=RULES) as memory, Memory.open(source) as original:
                assert "read-only" in memory.notes[0]
                assert everything(memory) == everything(original)
                assert memory.check().problems == ()
        with pytest.raises(StorageError, match="Read-only"):
            Memory.open(path, mode="w")


def test_flipped_bytes_anywhere_are_reported_and_never_a_traceback(tmp_path: Path) -> None:
    with open_world(tmp_path / "good") as memory:
        fill(memory)
    kinds: dict[str, set[str]] = {}
    random = np.random.default_rng(3)
    for name in sorted(f.name for f in (tmp_path / "good").iterdir() if f.stat().st_size):
        size = (tmp_path / "good" / name).stat().st_size
        for position in random.integers(0, size, 60):
            shutil.rmtree(tmp_path / "bad", ignore_errors=True)
            shutil.copytree(tmp_path / "good", tmp_path / "bad")
            with (tmp_path / "bad" / name).open("r+b") as file:
                file.seek(position)
                byte = file.read(1)[0]
                file.seek(position)
                file.write(bytes([byte ^ 0x55]))
            kinds.setdefault(name, set()).add(_verdict(tmp_path / "bad"))
    assert kinds.pop("media.0.bin") == {"reported"}
    assert kinds.pop(next(k for k in kinds if k.startswith("vectors."))) == {"reported"}
    assert kinds.pop("memory.sqlite") <= {"reported", "refused", "clean"}  # free space in a page holds nothing
    assert not kinds


def _verdict(path: Path) -> str:
    try:
        with Memory.open(path, rules=RULES) as memory:
            report = memory.check()
    except MmmemError:
        return "refused"
    if report.ok:
        with Memory.open(path, rules=RULES) as memory, Memory.open(path.with_name("good")) as good:
            assert everything(memory) == everything(good)
    assert all("\n" not in problem for problem in report.problems)
    return "clean" if report.ok else "reported"


def test_garbage_in_the_database_never_ends_in_a_traceback(tmp_path: Path) -> None:
    with open_world(tmp_path / "good") as memory:
        fill(memory)
    random, bad = np.random.default_rng(7), tmp_path / "bad"
    size = (tmp_path / "good" / "memory.sqlite").stat().st_size
    outcomes = set()
    for _ in range(80):
        shutil.rmtree(bad, ignore_errors=True)
        shutil.copytree(tmp_path / "good", bad)
        with (bad / "memory.sqlite").open("r+b") as file:
            for position in random.integers(0, size, random.integers(1, 4)):
                file.seek(int(position))
                file.write(random.bytes(int(random.integers(1, 40))))
        for use in (_read_all, _repair, _write):
            try:
                use(bad)
                outcomes.add("done")
            except MmmemError:
                outcomes.add("refused")
    assert outcomes == {"done", "refused"}


def _read_all(path: Path) -> None:
    with Memory.open(path, rules=RULES) as memory:
        memory.info()
        for level in LEVELS:
            memory.clips(level, as_of_ns=20 * S)
        for read in (memory.texts, memory.frames, memory.presences, memory.detections, memory.facts):
            read(as_of_ns=25 * S)
        memory.assertions(known_at_ns=25 * S)
        memory.assertions(subject="O1", kinds=["seen"])
        memory.poses("left")
        memory.vectors("classical")


def _repair(path: Path) -> None:
    with open_world(path) as memory:
        memory.check(repair=True)


def _write(path: Path) -> None:
    with open_world(path) as memory:
        entry = told("seen", "O1", 50, value={"at": [1, 2, 3]}, vector=unit(1, 2, 3))
        seen = look("left", 50, embedding={"classical": unit(1, 2, 3)}, assertions=(entry,), pose_world_camera=pose(50))
        memory.observe([seen, said("left", 50, "the cup at x")])
        memory.forget(span=Span(3 * S, 5 * S), dry_run=False)
        memory.forget(name="kitchen")


def test_reading_damaged_bytes_is_an_error_not_a_wrong_picture(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory, 3)
    media = tmp_path / "m" / "media.0.bin"
    media.write_bytes(media.read_bytes()[:-5] + b"xxxxx")
    with Memory.open(tmp_path / "m") as memory:
        assert memory.keyframe(FrameRef("left", 0, 0)) == b"picture 0 " * 30
        with pytest.raises(MemoryCorruptError, match="checksum"):
            memory.keyframe(FrameRef("left", 2, 2 * S))


def test_files_cut_short_are_refused_by_the_writer_and_reported_by_check(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory, 3)
    (vectors,) = (tmp_path / "m").glob("vectors.*")
    vectors.write_bytes(vectors.read_bytes()[:-1])
    with pytest.raises(MemoryCorruptError, match="were committed"):
        Memory.open(tmp_path / "m", mode="w")
    with Memory.open(tmp_path / "m") as memory:
        assert any("were committed" in p for p in memory.check().problems)
        with pytest.raises(MemoryCorruptError, match="were committed"):
            memory.vectors("classical")
    (tmp_path / "m" / "memory.sqlite").write_bytes(b"not a database at all" * 300)
    for mode in ("r", "w"):
        with pytest.raises(MemoryCorruptError, match="damaged"):
            Memory.open(tmp_path / "m", mode=mode)  # type: ignore[arg-type]


def test_repair_makes_derived_rows_again(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory)
        before, connection = everything(memory), memory._writer.connection
        connection.execute("DELETE FROM clips WHERE level = 1")
        connection.execute("UPDATE presences SET num_frames = 1")
        connection.execute("INSERT INTO cuts VALUES (1, 5000000000, 6000000000)")
        connection.execute("UPDATE texts SET num_terms = 99 WHERE id = 3")
        connection.execute("INSERT INTO lines_fts (rowid, terms) VALUES (77, 'ghost')")
        found = memory.check()
        assert {p.split()[1] for p in found.problems} >= {"clips", "presences", "cuts", "search"}
        report = memory.check(repair=True)
        assert report.ok
        assert set(report.repaired) == set(found.problems)
        assert everything(memory) == before
        assert memory.check().ok


def test_damaged_truth_is_not_called_repaired(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory, 3)
        memory._writer.connection.execute("UPDATE texts SET text = 'never said' WHERE id = 2")
        report = memory.check(repair=True)
        assert any("Text 2 does not match its checksum" in p for p in report.problems)


def test_tails_that_were_never_committed_are_cut(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory, 3)
        before = everything(memory)
    for file in (*(tmp_path / "m").glob("vectors.*"), tmp_path / "m" / "media.0.bin"):
        file.write_bytes(file.read_bytes() + b"half a row")
    (tmp_path / "m" / "media.1.bin").write_bytes(b"a generation that never was")
    with Memory.open(tmp_path / "m", rules=RULES) as memory:
        assert everything(memory) == before
        assert any("media.1.bin" in p for p in memory.check().problems)
    with open_world(tmp_path / "m") as memory:
        assert everything(memory) == before
        assert memory.check().problems == ()
        fill(memory, 5)
        assert memory.check().problems == ()
        assert not (tmp_path / "m" / "media.1.bin").exists()


def test_two_texts_whose_digests_collide_are_both_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def weak(stream: int, text: TimedText, salt: int = 0) -> int:
        return crc32(b"same") + salt

    monkeypatch.setattr("mmmem.store.writer.text_digest", weak)
    with open_world(tmp_path / "m") as memory:
        lines = [said("left", n, f"line {n}") for n in range(4)]
        assert memory.observe(lines).num_texts == 4
        assert memory.observe(lines).num_duplicate_texts == 4
        assert len(memory.texts()) == 4
