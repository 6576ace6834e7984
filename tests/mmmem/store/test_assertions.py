"""The log of assertions and the poses of looks: written once, read in order, as of any time, also beside a writer."""

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from store_world import S, boxes, correction, everything, look, open_world, pose, said, told, unit

from mmmem.clock import MAX_NS, Span
from mmmem.errors import InvalidInputError, MemoryCorruptError, StorageError, UnknownNameError
from mmmem.memory import Memory
from mmmem.store.records import Receipt
from mmmem.store.schema import FORMAT_VERSION, MIGRATIONS
from mmmem.types import Assertion, Observation


def seen(stream: str, at_s: float, *nodes: str, **content: Any) -> Observation:
    """A look from a pose that shows nodes."""
    entries = tuple(
        told("seen", node, at_s, object="mug", value={"at": [at_s, 2.5, 0.75]}, confidence=0.5, vector=unit(1, at_s, 2))
        for node in nodes
    )
    return look(stream, at_s, pose_world_camera=pose(at_s), assertions=entries, **content)


def subjects(memory: Memory, **wanted: Any) -> list[str]:
    return [stored.assertion.subject for stored in memory.assertions(**wanted)]


def assert_same(found: Assertion, given: Assertion) -> None:
    for name in ("kind", "subject", "span", "object", "value", "confidence", "source"):
        assert getattr(found, name) == getattr(given, name), name
    assert (found.vector is None) == (given.vector is None)
    if found.vector is not None and given.vector is not None:
        assert found.vector.dtype == np.float32
        assert np.array_equal(found.vector, given.vector)


def test_an_assertion_comes_back_as_it_was_given(tmp_path: Path) -> None:
    value = {"at": [1.25, -0.0, 1e-9], "räume": {"名": "küche", "n": None, "deep": [[True, "\x00\n\"'"], {}]}, "n": 2**60}
    given = (
        told("seen", "O17 mug", 3, object="mug", value=value, confidence=0.1 + 0.2, vector=unit(1, 2, 3), source="simulator"),
        told("state", "O17 mug", 3, object="", value={}),
        Assertion("named", "O17 mug", Span(0, MAX_NS), "Alex's", confidence=-0.0, source="person", vector=unit(*range(1, 99))),
    )
    with open_world(tmp_path / "m") as memory:
        receipt = memory.observe([look("left", 3, assertions=given)])
        assert receipt == Receipt(num_frames=1, num_clips=1, num_assertions=3)
        for reader in (memory, Memory.open(tmp_path / "m")):
            found = reader.assertions()
            (frame,) = reader.frames()
            for stored, one in zip(found, given, strict=True):
                assert_same(stored.assertion, one)
                assert (stored.stream_id, stored.frame, stored.learned_ns) == ("left", frame.id, 4 * S)
            assert [stored.id for stored in found] == sorted({stored.id for stored in found})
        reader.close()
        assert memory.check().ok


def test_numbers_of_numpy_and_other_mappings_are_plain_ones(tmp_path: Path) -> None:
    value = {"at": np.arange(3.0), "n": np.int64(4), "share": np.float32(0.5), "is": np.bool_(True), "pair": (1, 2)}
    with open_world(tmp_path / "m") as memory:
        memory.observe([look("left", 1, assertions=(told("seen", "O1", 1, value=value),))])
        (stored,) = memory.assertions()
        assert stored.assertion.value == {"at": [0.0, 1.0, 2.0], "n": 4, "share": 0.5, "is": True, "pair": [1, 2]}
        same = told("seen", "O1", 1, value={"pair": [1, 2], "is": True, "share": 0.5, "n": 4, "at": [0.0, 1.0, 2.0]})
        assert memory.observe([look("left", 1, assertions=(same,))]).num_duplicate_assertions == 1


def test_what_is_known_adds_nothing_and_anything_else_is_another_entry(tmp_path: Path) -> None:
    first = told("seen", "O1", 1, object="mug", value={"n": 1}, vector=unit(1, 2))
    others = [
        told("moved", "O1", 1, object="mug", value={"n": 1}, vector=unit(1, 2)),
        told("seen", "O2", 1, object="mug", value={"n": 1}, vector=unit(1, 2)),
        told("seen", "O1", 1.5, object="mug", value={"n": 1}, vector=unit(1, 2)),
        told("seen", "O1", 1, object="cup", value={"n": 1}, vector=unit(1, 2)),
        told("seen", "O1", 1, object="mug", value={"n": 2}, vector=unit(1, 2)),
        told("seen", "O1", 1, object="mug", value={"n": 1}, vector=unit(1, 3)),
        told("seen", "O1", 1, object="mug", value={"n": 1}),
        told("seen", "O1", 1, object="mug", value={"n": 1}, vector=unit(1, 2), learned_ns=9 * S),
    ]
    with open_world(tmp_path / "m") as memory:
        assert memory.observe([look("left", 1, assertions=(first, first))]).num_assertions == 1
        before = everything(memory)
        again = memory.observe([look("left", 1, assertions=(first,)), look("left", 1, assertions=(first, first))])
        assert (again.num_assertions, again.num_duplicate_assertions, again.num_duplicate_frames) == (0, 3, 2)
        assert everything(memory) == before
        assert memory.observe([look("left", 1, assertions=tuple(others))]).num_assertions == len(others)
        elsewhere = [look("right", 1, assertions=(first,)), look("left", 2, assertions=(first,)), correction("left", 3, first)]
        assert memory.observe(elsewhere).num_assertions == 3
        assert memory.check().ok


def test_reads_are_narrowed_by_each_argument_and_all_of_them(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([seen("left", t, "O1", "O2") for t in (1, 2)] + [seen("right", 3, "O2")])
        memory.observe([correction("right", 5, told("named", "O1", 0, 100, object="Alex", source="person"))])
        assert subjects(memory) == ["O1", "O2", "O1", "O2", "O2", "O1"]
        assert subjects(memory, subject="O1") == ["O1"] * 3
        assert subjects(memory, kinds=["named"]) == subjects(memory, kinds="named") == ["O1"]
        assert len(memory.assertions(kinds=("named", "seen"))) == 6
        assert memory.assertions(kinds=[]) == []
        assert subjects(memory, stream="right") == ["O2", "O1"]
        assert subjects(memory, window=Span(2 * S, 3 * S)) == ["O1", "O2", "O1"]
        assert subjects(memory, window=Span(2 * S, 3 * S), stream="left") == ["O1", "O2"]
        assert subjects(memory, known_at_ns=3 * S) == ["O1", "O2", "O1", "O2"]
        assert subjects(memory, known_at_ns=3 * S - 1) == ["O1", "O2"]
        ids = [stored.id for stored in memory.assertions()]
        assert [s.id for s in memory.assertions(after_id=ids[2])] == ids[3:]
        (one,) = memory.assertions(after_id=ids[1], subject="O2", kinds=["seen"], stream="left", known_at_ns=4 * S)
        assert one.id == ids[3]
        with pytest.raises(UnknownNameError, match="Did you mean 'left'"):
            memory.assertions(stream="lefd")


def test_a_correction_needs_no_picture_and_is_known_from_when_it_was_made(tmp_path: Path) -> None:
    owner = told("named", "O1", 0, 10, object="Alex", value={"role": "owner"}, source="person")
    with open_world(tmp_path / "m") as memory:
        memory.observe([seen("left", 1, "O1"), said("left", 60, "a minute later")])
        receipt = memory.observe([correction("left", 70, owner)])
        assert (receipt.num_assertions, receipt.num_keyframes, receipt.num_detections) == (1, 0, 0)
        late = memory.observe(
            [correction("left", 5, told("named", "O1", 0, 10, object="dax", source="person"))], learned_ns=99 * S
        )
        assert (late.num_assertions, late.num_frames, late.num_clips) == (1, 0, 0)
        named = memory.assertions(kinds=["named"])
        assert [(s.frame, s.learned_ns, s.assertion.source) for s in named] == [
            (None, 70 * S + 1, "person"),
            (None, 99 * S, "person"),
        ]
        assert memory.position("left") == 70 * S + 1  # the memory has come to where it was told
        assert len(memory.assertions(kinds=["named"], known_at_ns=70 * S)) == 0
        spoken = said("left", 80, "that is Alex's mug", kind="note")
        both = Observation("left", spoken.span, texts=spoken.texts, assertions=(owner,))
        assert memory.observe([both]).num_frames == 0  # the words cover the time
        with pytest.raises(InvalidInputError, match="words that came later"):
            memory.observe([seen("left", 90, "O1")], learned_ns=99 * S)
        assert memory.check().ok


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"value": {"at": float("nan")}}, "JSON-able: Out of range"),
        ({"value": {"thing": object()}}, "has no JSON"),
        ({"value": {("a", 1): 2}}, "JSON-able"),
        ({"value": {"half": "\ud800"}}, "half a character"),
        ({"vector": np.array([3, 4], np.float32)}, "unit length, got 5.0"),
        ({"vector": np.array([np.nan, 1], np.float32)}, "unit length, got nan"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_undoes_the_call(tmp_path: Path, content: dict[str, Any], words: str) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([seen("left", 1, "O1")])
        before = everything(memory)
        with pytest.raises(InvalidInputError, match=words):
            memory.observe([seen("left", 2, "O2"), correction("left", 3, told("seen", "O3", 3, **content))])
        assert everything(memory) == before


def test_a_reader_goes_on_after_the_last_entry_it_has_seen(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as writer, Memory.open(tmp_path / "m") as reader:
        last, heard, version = 0, [], reader.version()
        for n in range(5):
            writer.observe([seen("left", n, f"O{n}")])
            assert reader.version() != version
            version = reader.version()
            new = reader.assertions(after_id=last)
            heard += [stored.assertion.subject for stored in new]
            last = new[-1].id
        assert heard == [f"O{n}" for n in range(5)]
        assert reader.assertions(after_id=last) == []
        writer.forget(name="O4", dry_run=False)
        assert reader.version()[0] != version[0]  # read again from the beginning
        writer.observe([seen("left", 7, "O7")])
        assert subjects(reader) == ["O0", "O1", "O2", "O3", "O7"]


def test_nothing_of_a_call_is_seen_before_all_of_it(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:

        def halfway() -> Any:
            for n in range(3):
                yield seen("left", n, "O1")
                assert memory.assertions() == []
                assert len(memory.poses("left").t_ns) == 0

        memory.observe(halfway())
        assert len(memory.assertions()) == len(memory.poses("left").frame) == 3


def test_poses_are_where_looks_were_taken_from(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        receipt = memory.observe([look("left", t, pose_world_camera=pose(t)) for t in (5, 1, 3)] + [look("left", 2)])
        assert (receipt.num_poses, receipt.num_frames) == (3, 4)
        t_ns, poses, frames = memory.poses("left")
        assert t_ns.tolist() == [1 * S, 3 * S, 5 * S]
        assert (poses.shape, poses.dtype) == ((3, 4, 4), np.float64)
        for at_s, found in zip((1, 3, 5), poses, strict=True):
            assert np.array_equal(found, pose(at_s))
        assert [f.ref.t_ns for f in memory.frames(frames.tolist())] == t_ns.tolist()
        assert memory.poses("left", Span(2 * S, 4 * S)).t_ns.tolist() == [3 * S]
        assert memory.poses("left", as_of_ns=4 * S).t_ns.tolist() == [1 * S, 3 * S]
        nowhere = memory.poses("right")
        assert (nowhere.pose_world_camera.shape, nowhere.t_ns.dtype) == ((0, 4, 4), np.int64)
        again = memory.observe([look("left", 2, pose_world_camera=pose(2)), look("left", 3, pose_world_camera=pose(9))])
        assert (again.num_poses, again.num_duplicate_frames) == (1, 2)  # a second pass adds what the first lacked, no more
        assert np.array_equal(memory.poses("left").pose_world_camera[2], pose(3))
        assert memory.observe([Observation("left", Span(8 * S, 9 * S), pose_world_camera=pose(8))]).num_poses == 1
        assert memory.check().ok


def older(path: Path) -> None:
    """A memory as the last release made it, with a line and a look in it."""
    with open_world(path) as memory:
        memory.observe([said("left", 1, "hello"), look("left", 1, detections=boxes(("cup", 1, 0.5)))])
    connection = sqlite3.connect(path / "memory.sqlite", isolation_level=None)
    for table in ("assertions", "poses", "lost_assertions"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("PRAGMA user_version = 3")
    connection.close()
    assert len(MIGRATIONS) == FORMAT_VERSION == 4


def test_an_older_memory_is_read_without_and_grows_the_log_when_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "m"
    older(path)
    with Memory.open(path) as reader:
        assert reader.assertions() == []
        assert len(reader.poses("left").t_ns) == 0
        assert (len(reader.texts()), len(reader.frames()), reader.losses()) == (1, 1, [])
        assert reader.info()["format"] == 3
        assert reader.info()["counts"]["assertions"] == 0
        assert reader.check().ok
        with Memory.open(path, mode="w") as writer:
            writer.observe([seen("left", 5, "O1")])
            assert subjects(reader) == subjects(writer) == ["O1"]  # also for who had it open before
            assert len(reader.poses("left").t_ns) == 1
            assert writer.info()["format"] == FORMAT_VERSION
            assert writer.info()["counts"]["assertions"] == writer.info()["counts"]["poses"] == 1
            assert writer.check().ok


def test_a_full_database_keeps_the_log_as_it_was(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([seen("left", n, "O1", "O2") for n in range(5)])
        before, connection = everything(memory), memory._writer.connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 3}")
        more = [seen("left", 10 + n, *(f"O{i}" for i in range(9))) for n in range(50)]
        with pytest.raises(StorageError, match=r"is full.*Kept: 'left' to DAY1 00:00:05"):
            memory.observe(more)
        connection.execute("PRAGMA max_page_count = 100000")
        assert everything(memory) == before
        assert memory.observe(more).num_assertions == 450
        assert memory.check().ok


DAMAGE = (
    "UPDATE assertions SET value = '{\"at\": [1, 2' WHERE id = 3",
    "UPDATE assertions SET vector = zeroblob(12) WHERE id = 3",
    "UPDATE assertions SET vector = x'00' WHERE id = 3",
    "UPDATE assertions SET vector = 'words' WHERE id = 3",
    "UPDATE assertions SET subject = 'O9' WHERE id = 3",
    "UPDATE assertions SET subject = CAST(x'ff' AS TEXT) WHERE id = 3",
    "UPDATE assertions SET learned_ns = 1 WHERE id = 3",
    "UPDATE assertions SET source = 99 WHERE id = 3",
    "UPDATE assertions SET confidence = 'much' WHERE id = 3",
    "UPDATE assertions SET digest = x'00' WHERE id = 3",
    "UPDATE assertions SET frame = 77 WHERE id = 3",
    "UPDATE assertions SET stream = 55 WHERE id = 3",
)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_found_noted_as_lost_and_told_again(tmp_path: Path, damage: str) -> None:
    world = [seen("left", n, "O1", "O2") for n in range(4)]
    with open_world(tmp_path / "m") as memory:
        memory.observe(world)
        before = everything(memory)
        connection = memory._writer.connection
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(damage)
        connection.execute("PRAGMA foreign_keys = ON")
        found = memory.check()
        assert any("Assertion 3" in problem for problem in found.problems)
        report = memory.check(repair=True)
        assert report.ok
        assert set(report.repaired) == set(found.problems)
        assert [stored.id for stored in memory.assertions()] == [1, 2, 4, 5, 6, 7, 8]
        lost = [(loss.what, loss.stream_id, loss.span) for loss in report.lost]
        assert lost == ([] if "stream" in damage else [("assertion", "left", world[1].span)])  # of no stream is of no time
        assert memory.losses(stream="right") == []
        assert ("1 assertion of 'left' lost: DAY1 00:00:01" in str(memory.info()["lost"])) == bool(lost)
        assert memory.observe(world).num_assertions == 1
        assert everything(memory) == before
        assert memory.losses() == []
        assert memory.check().ok


def test_damaged_particulars_are_an_error_of_one_line(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([seen("left", n, "O1") for n in range(3)])
        for value in ("'{'", "'1,2'", "x'00'", "7"):
            memory._writer.connection.execute(f"UPDATE assertions SET value = {value} WHERE id = 2")
            with pytest.raises(MemoryCorruptError, match="`mmmem check`"):
                memory.assertions()
            assert not memory.check().ok


def test_a_damaged_pose_is_found_noted_as_lost_and_told_again(tmp_path: Path) -> None:
    world = [seen("left", n, "O1") for n in range(4)]
    with open_world(tmp_path / "m") as memory:
        memory.observe(world)
        before = everything(memory)
        memory._writer.connection.execute("UPDATE poses SET pose = zeroblob(96) WHERE frame = 2")
        with pytest.raises(MemoryCorruptError, match="pose of frame 2 is damaged"):
            memory.poses("left")
        assert len(memory.poses("left", Span(2 * S, 4 * S)).t_ns) == 2
        report = memory.check(repair=True)
        assert report.ok
        ((what, span, frame),) = [(loss.what, loss.span, loss.frame) for loss in report.lost]
        assert (what, span, frame) == ("pose", world[1].span, 2)
        assert memory.poses("left").frame.tolist() == [1, 3, 4]
        assert memory.keyframe(world[1].ref) is None  # type: ignore[arg-type]  # a lost pose is no lost picture
        assert memory.observe(world).num_poses == 1
        assert everything(memory) == before
        assert memory.check().lost == ()
