"""What was forgotten stays so: tombstones say where, never what, and nothing comes back by the way."""

import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from store_world import DAYS, S, boxes, correction, everything, look, open_world, pose, said, told, unit

from mmmem.clock import Span
from mmmem.errors import UnknownNameError
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo

NAMES = ("Alice", "Bob")
LINES = (
    "Alice waves",
    "KatrinaAlice: hello",
    "alice_smith wrote",
    "Alice's cup",
    "@alice hi",
    "MALICE",
    "the chalice",
    "Bob sits",
    "the cup at sink",
)


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def a_day() -> list[Observation]:
    """A minute in which each line is said once, and Alice is seen twice."""
    found: list[Observation] = []
    for n, line in enumerate(LINES):
        found.append(said("left", 5 * n, line, speaker="Ann"))
        things = [("cup", 1, 0.5), *([("Alice", 2, 0.9)] if n in (2, 5) else [])]
        content = {"embedding": {"classical": unit(1, n, 2)}, "keyframe_jpeg": b"picture %d." % n}
        found.append(look("left", 5 * n, 5, detections=boxes(*things, dim=4), **content))
    return found


def test_a_forgotten_span_is_not_taken_in_again(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe(a_day())
        memory.forget(stream="left", span=Span(10 * S, 20 * S), dry_run=False)
        (tomb,) = memory.forgotten()
        assert (tomb.stream_id, tomb.span, tomb.what) == ("left", Span(10 * S, 20 * S), "everything")
        left = everything(memory)
        receipt = memory.observe(a_day())
        assert (receipt.num_forgotten_frames, receipt.num_forgotten_texts) == (2, 2)
        assert (receipt.num_frames, receipt.num_texts, receipt.num_keyframes) == (0, 0, 0)
        assert everything(memory) == left
        assert memory.check().ok
    with open_world(tmp_path / "m") as memory:  # and not after reopening
        assert memory.observe(a_day()).num_forgotten_frames == 2
        assert memory.lift_forgotten("left") == 1
        assert memory.observe(a_day()).num_frames == 2
        assert memory.forgotten() == []
        with pytest.raises(UnknownNameError, match="Did you mean 'left'"):
            memory.lift_forgotten("lefd")


def test_a_forgotten_name_brings_neither_words_nor_pictures_back(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe(a_day())
        report = memory.forget(name="Alice", dry_run=False)
        assert [text for _, text in report.unsure] == ["Ann: MALICE", "Ann: the chalice"]
        assert report.counts["texts"] == 5
        assert report.counts["keyframes"] == 2
        left = everything(memory)
        receipt = memory.observe(a_day())
        assert receipt.num_forgotten_texts == 5
        assert receipt.num_forgotten_frames == 2
        assert everything(memory) == left
        assert b"picture 2." not in bytes_of(tmp_path / "m")
        later = memory.observe([look("left", 12, 1, keyframe_jpeg=b"picture 12", embedding={"classical": unit(3, 1, 2)})])
        assert (later.num_frames, later.num_keyframes, later.num_vectors) == (1, 0, 0)  # another look at the same moment
        assert memory.check().ok


def test_tombstones_hold_no_word_and_no_letter_of_what_was_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    with open_world(folder) as memory:
        memory.observe(a_day())
        memory.forget(name="Alice", dry_run=False)
        sure = bytes_of(folder)
        for line in LINES[:5]:
            assert line.encode() not in sure
        assert sure.lower().count(b"alice") == sure.count(b"MALICE") + sure.lower().count(b"chalice") + sure.count(b"malice")
        memory.forget(name="Alice", anywhere=True, dry_run=False)
        assert b"alice" not in bytes_of(folder).lower()
        assert b"alic" not in bytes_of(folder).lower()  # nor a stem of it in the index
        assert b"sits" in bytes_of(folder)
    rows = sqlite3.connect(folder / "memory.sqlite").execute("SELECT * FROM tombstones").fetchall()
    assert len(rows) == 5 + 2 + 2
    assert all(isinstance(value, int) for row in rows for value in row)
    assert b"alic" not in bytes_of(folder).lower()


def test_a_span_is_buried_as_far_as_the_stream_reaches(tmp_path: Path) -> None:
    """An open end means all there is, not what a camera will see tomorrow."""
    with open_world(tmp_path / "m") as memory:
        memory.observe(a_day())
        memory.forget(span=Span(40 * S, 10**9 * S), dry_run=False)
        assert [(t.stream_id, t.span) for t in memory.forgotten()] == [("left", Span(40 * S, 45 * S))]
        assert memory.observe([said("left", 50, "tomorrow")]).num_texts == 1
        assert memory.forgotten(window=Span(0, 40 * S)) == []
        assert memory.forgotten(stream="right") == []


def test_a_span_in_which_nothing_was_kept_stays_empty_too(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", 1, "one"), said("left", 30, "two")])
        memory.forget(span=Span(10 * S, 20 * S), dry_run=False)
        assert memory.observe([said("left", 15, "three")]).num_forgotten_texts == 1
        assert len(memory.texts()) == 2


def test_a_stream_that_is_forgotten_leaves_no_tombstone(tmp_path: Path) -> None:
    with open_world(tmp_path / "m", streams=("private",)) as memory:
        memory.observe([said("private", n, f"line {n}") for n in range(9)])
        memory.forget(span=Span(2 * S, 4 * S), dry_run=False)
        report = memory.forget(stream="private", dry_run=False)
        assert "not even the name" in report.stays[0]
        assert b"private" not in bytes_of(tmp_path / "m")
        assert memory._writer.connection.execute("SELECT count(*) FROM tombstones").fetchone() == (0,)
    with open_world(tmp_path / "m", streams=("private",)) as memory:
        assert memory.observe([said("private", n, f"line {n}") for n in range(9)]).num_texts == 9


def test_the_report_says_what_stays_of_a_person(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe(a_day())
        dry, done = memory.forget(name="Alice"), memory.forget(name="Alice", dry_run=False)
        assert (dry.stays, dry.unsure) == (done.stays, done.unsure)
        looks, pictures, times = done.stays
        assert looks.startswith("2 looks at 'Alice'")
        assert pictures.startswith("4 kept pictures")  # of five lines, one was said while a look at her lasted
        assert "nobody looked whether" in pictures
        assert "without what they held" in times
        assert len([f for f in memory.frames() if f.has_keyframe]) == len(LINES) - 2


def test_whatever_lies_in_a_memory_as_a_cache_goes_with_anything_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "m"

    def cache() -> None:
        (folder / "chat_cache.sqlite").write_bytes(b"the answer names Alice")
        (folder / "chat_cache.sqlite-wal").write_bytes(b"Alice again")
        (folder / "chat_cache" / "ab").mkdir(parents=True)
        (folder / "chat_cache" / "ab" / "1.json").write_bytes(b"and Alice")

    with open_world(folder) as memory:
        memory.observe(a_day())
        for criteria in ({"name": "Alice", "anywhere": True}, {"name": "Nobody"}, {"span": Span(0, S)}):
            cache()
            memory.forget(**criteria)
            assert b"the answer names Alice" in bytes_of(folder)
            memory.forget(**criteria, dry_run=False)
            assert not list(folder.glob("chat_cache*"))
            assert b"alice" not in bytes_of(folder).lower()
        assert memory.check().ok


times = st.integers(0, 60)
lines = st.tuples(times, st.sampled_from(LINES), st.sampled_from([0.0, 1.0, 7.0])).map(lambda t: said("left", *t))
seen = st.tuples(times, st.lists(st.sampled_from(["Alice", "cup", "Bob"]), max_size=2), st.booleans())


def _look(values: tuple[int, list[str], bool]) -> Observation:
    at_s, labels, kept = values
    content: dict[str, Any] = {"embedding": {"classical": unit(1, at_s % 5, 2)}, "keyframe_jpeg": b"jpeg%d" % at_s}
    length = [1, 5, 40][at_s % 3]
    entries = tuple(told("seen", f"O{len(label)}", at_s, length, object=label) for label in labels)
    content |= {"assertions": entries, "pose_world_camera": pose(at_s)}
    found = boxes(*((label, 1, 0.5) for label in labels))
    return look("left", at_s, length, detections=found, **(content if kept else {}))


def _correction(values: tuple[int, str, str]) -> Observation:
    at_s, node, name = values
    return correction("left", at_s, told("named", node, at_s, 3, object=name, source="person"))


named = st.tuples(times, st.sampled_from(["O3", "O5"]), st.sampled_from(["Alice", "Bob's mug", "dax"])).map(_correction)
spans = st.tuples(times, st.integers(1, 30)).map(lambda t: Span(t[0] * S, (t[0] + t[1]) * S))
orders = st.one_of(st.fixed_dictionaries({"name": st.sampled_from(NAMES)}), st.fixed_dictionaries({"span": spans}))
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(st.lists(st.one_of(lines, seen.map(_look), named), max_size=25), st.lists(orders, min_size=1, max_size=4), st.data())
def test_forgetting_is_final_however_often_the_world_is_told_again(
    world: list[Observation], forgotten: list[dict[str, Any]], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(world)))
    with tempfile.TemporaryDirectory() as folder:
        memories: list[Memory] = []
        for name, parts in (("whole", [world]), ("parts", [world[:cut], world[cut:]])):
            memory = open_world(Path(folder, name))
            memories.append(memory)
            for part in parts:
                memory.observe(part)
            for order in forgotten:
                memory.forget(**order, dry_run=False)
                left = everything(memory)
                for part in parts:
                    memory.observe(part)
                assert everything(memory) == left
                assert memory.check().ok
        assert everything(memories[0]) == everything(memories[1])  # append equals rebuild, also then
        for memory in memories:
            memory.close()


def test_what_bears_the_name_and_what_only_holds_its_letters_are_told_apart(tmp_path: Path) -> None:
    with open_world(tmp_path / "m", streams=("planning", "Ann at work")) as memory:
        memory.observe([said("planning", 1, "Ann speaks"), look("planning", 2, detections=boxes(("manneken", 1, 0.5)))])
        bears, stream, label = memory.forget(name="ann").notes
        assert bears == "Stream 'Ann at work' (Ann at work.mp4) bears the name itself; forget the stream too."
        assert stream == "Stream 'planning' holds the letters inside another word and stays."
        assert label == "The label 'manneken' holds the letters inside another word and stays."


def test_a_second_name_of_a_recording_brings_nothing_back(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "m", mode="w", create=True) as memory:
        for name, uri, start_s, end_s in (("one", "a.mp4", 0, 60), ("live", "camera:0", 0, None)):
            memory.add_stream(StreamInfo(name, uri, DAYS, start_s * S, None if end_s is None else end_s * S))
            memory.observe([said(name, n, f"line {n}") for n in range(10)])
        memory.forget(span=Span(2 * S, 4 * S), dry_run=False)
        memory.observe([said("one", 5, "so that tombstones are in use")])
        for name, uri, start_s, end_s, num_forgotten in (
            ("two", "a.mp4", 0, 60, 2),
            ("later", "a.mp4", 100, 160, 2),
            ("cut", "a.mp4", 0, 30, 0),
            ("other", "b.mp4", 0, 60, 0),
            ("tomorrow", "camera:0", 100, None, 0),
        ):
            memory.add_stream(StreamInfo(name, uri, DAYS, start_s * S, None if end_s is None else end_s * S))
            receipt = memory.observe([said(name, start_s + n, f"line {n}") for n in range(10)])
            assert receipt.num_forgotten_texts == num_forgotten, name
        assert memory.check().ok
