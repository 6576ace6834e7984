"""Promise 3: forget cascades, counts before it acts, and leaves no byte."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from store_world import S, boxes, everything, look, open_world, pose, said, told, unit

from mmmem.clock import Span
from mmmem.errors import InvalidInputError, StorageError, UnknownNameError
from mmmem.memory import Memory
from mmmem.text.terms import terms

SECRET_TEXT = "Zebulon whispers xylophonically about quokkas"
SECRET_JPEG = b"\xff\xd8secret picture of a quokka\xff\xd9"
SECRET_VIEW = unit(0.123, 0.456, 0.789)
SECRET_LOOKS = unit(0.987, 0.654, 0.321)
SECRET_PLACE = pose(0.7654321)


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def fill(memory: Memory) -> None:
    """Two streams; the left one has a secret at 40 s."""
    for n in range(20):
        for stream in ("left", "right"):
            memory.observe([said(stream, 5 * n, f"the cup at place{n % 3}", speaker="Ann")])
            view = {"classical": unit(1, n, 2)}
            memory.observe(
                [look(stream, 5 * n, 5, embedding=view, detections=boxes(("cup", 7, 0.5)), keyframe_jpeg=b"plain%d" % n)]
            )
    memory.observe([said("left", 41, SECRET_TEXT, speaker="Zebulon"), said("left", 43, "the quokka at cage")])
    seen = boxes(("quokka", 9, 0.9), ("cup", 7, 0.2), dim=4)
    entries = (
        told("seen", "O9", 42, object="quokka", value={"at": [1, 2, 3], "beside": ["Zebulon"]}, vector=SECRET_LOOKS),
        told("near", "O7", 42, object="O9"),
    )
    content = {"embedding": {"classical": SECRET_VIEW}, "keyframe_jpeg": SECRET_JPEG, "assertions": entries}
    memory.observe([look("left", 42, 1, detections=seen, pose_world_camera=SECRET_PLACE, **content)])
    memory.observe([look("right", 42, 1, assertions=(told("seen", "O7", 42, object="cup"),), pose_world_camera=pose(1))])


def assert_gone(folder: Path, texts: Sequence[str] = (SECRET_TEXT,)) -> None:
    raw = bytes_of(folder)
    for text in texts:
        assert text.encode() not in raw
        for term in {*terms(text), *text.lower().split(), *text.split()}:
            if len(term) > 5:  # short ones occur by chance
                assert term.encode() not in raw, term
    assert SECRET_JPEG not in raw
    assert SECRET_VIEW.astype("<f4").tobytes() not in raw
    assert SECRET_VIEW.tobytes()[:8] not in raw
    assert SECRET_LOOKS.tobytes()[:8] not in raw


PART = {"stream": "left", "span": Span(42 * S, 43 * S)}  # the picture, not the words


@pytest.mark.parametrize("criteria", [{"span": Span(40 * S, 44 * S)}, {"stream": "left"}, PART])
def test_what_a_span_or_stream_held_is_in_no_file(tmp_path: Path, criteria: dict[str, object]) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory)
        assert SECRET_JPEG in bytes_of(tmp_path / "m")
        assert SECRET_VIEW.tobytes() in bytes_of(tmp_path / "m")
        promised = memory.forget(**criteria)  # type: ignore[arg-type]
        assert SECRET_JPEG in bytes_of(tmp_path / "m")
        report = memory.forget(**criteria, dry_run=False)  # type: ignore[arg-type]
        assert report.counts == promised.counts
        assert promised.dry_run
        assert not report.dry_run
        assert report.notes == ()
        if criteria != PART:
            assert_gone(tmp_path / "m")
        assert SECRET_JPEG not in bytes_of(tmp_path / "m")
        assert SECRET_LOOKS.tobytes() not in bytes_of(tmp_path / "m")
        assert SECRET_PLACE[0].tobytes() not in bytes_of(tmp_path / "m")
        assert (report.counts["assertions"], report.counts["poses"]) == (
            (3, 2) if len(criteria) == 1 and "span" in criteria else (2, 1)
        )
        assert b"plain3" in bytes_of(tmp_path / "m")
        assert memory.check().problems == ()
    assert SECRET_JPEG not in bytes_of(tmp_path / "m")


def test_a_name_goes_with_its_words_boxes_pictures_and_facts(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory)
        cups = memory.facts(subject="cup")
        before = everything(memory)
        for name in ("quokka", "Zebulon"):
            promised = memory.forget(name=name)
            assert memory.forget(name=name, dry_run=False).counts == promised.counts
        assert_gone(tmp_path / "m", [SECRET_TEXT, "the quokka at cage"])
        assert memory.facts(subject="quokka") == []
        assert [stored.assertion.object for stored in memory.assertions()] == ["cup"]
        assert memory.facts(subject="cup") == cups
        assert {p.label for p in memory.presences()} == {"cup"}
        after = everything(memory)
        assert after["clips"]["day"] == before["clips"]["day"]  # the time stays covered: a camera ran
        assert len(after["texts"]) == len(before["texts"]) - 2
        assert memory.keyframe(look("left", 42).ref) is None
        assert memory.check().problems == ()


def test_a_look_whose_only_find_was_forgotten_is_not_a_look_that_found_nothing(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([look("left", 1, detections=boxes(("Bob", 1, 0.9))), look("left", 2, detections=boxes())])
        memory.forget(name="bob", dry_run=False)
        assert [f.num_detections for f in memory.frames()] == [None, 0]
        assert memory.looked().start_ns.tolist() == [2 * S]


@pytest.mark.parametrize(
    ("text", "speaker", "goes"),
    [
        ("I saw Ann there", None, True),
        ("ANN'S cup", None, True),
        ("the anns", None, True),  # a plural
        ("Anna sings", None, False),  # another name
        ("hello", "Ann", True),
        ("hello", "Joanna", False),
        ("planned annual events", None, False),
    ],
)
def test_a_name_is_a_word_or_a_speaker(tmp_path: Path, text: str, speaker: str | None, goes: bool) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", 1, text, speaker=speaker)])
        assert memory.forget(name="Ann").counts["texts"] == int(goes)


def test_facts_with_other_support_stay(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe(
            [said("left", 10, "the cup at sink"), said("left", 20, "yes the cup at sink"), said("left", 30, "the cup at bed")]
        )
        memory.forget(span=Span(10 * S, 11 * S), dry_run=False)
        sink, bed = memory.facts(subject="cup")
        assert (sink.object, sink.valid, bed.object) == ("sink", Span(20 * S, 30 * S), "bed")
        memory.forget(span=Span(30 * S, 31 * S), dry_run=False)
        (sink,) = memory.facts(subject="cup")
        assert sink.valid.end_ns == 2**63 - 1  # nothing known contradicts it any more


def test_examples_are_named_before_anything_goes(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", n, f"line {n}") for n in range(9)])
        report = memory.forget(stream="left")
        assert report.examples == tuple(f"line {n}" for n in range(5))
        assert report.counts["texts"] == 9
        assert len(memory.texts()) == 9


def test_a_stream_that_bears_the_name_is_pointed_out(tmp_path: Path) -> None:
    with open_world(tmp_path / "m", streams=("Ann at work",)) as memory:
        memory.observe([said("Ann at work", 1, "Ann speaks")])
        memory.observe(
            [said("Ann at work", 9, "rain", source="/diary of ann.srt"), said("Ann at work", 12, "Ann", source="/ann/x")]
        )
        stream, source = memory.forget(name="ann").notes
        assert "bears the name" in stream
        assert source == "Texts that do not mention the name come from '/diary of ann.srt', which bears it: 1."


def test_forgetting_needs_a_criterion_and_known_names(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        with pytest.raises(InvalidInputError, match="give a stream, a span or a name"):
            memory.forget()
        with pytest.raises(UnknownNameError, match=r"Unknown stream 'lefd'\. Did you mean 'left'"):
            memory.forget(stream="lefd")
        with pytest.raises(InvalidInputError, match="name must not be empty"):
            memory.forget(name=" ")
        report = memory.forget(name="nobody", dry_run=False)
        assert not any(report.counts.values())
    with Memory.open(tmp_path / "m") as reader, pytest.raises(InvalidInputError, match="mode='w'"):
        reader.forget(stream="left", dry_run=False)


def test_readers_go_on_while_something_is_forgotten(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory)
        with Memory.open(tmp_path / "m") as reader:
            table, num_lines = reader.vectors("classical"), len(reader.line_columns())
            held = np.array(table.rows)
            memory.forget(span=Span(40 * S, 44 * S), dry_run=False)
            assert np.array_equal(table.rows, held)  # what was handed out stays readable
            assert len(reader.line_columns()) == num_lines - 4
            assert len(reader.vectors("classical")) == len(table) - 3
            assert everything(reader) == everything(memory)


def test_a_reader_that_holds_an_old_state_delays_the_wiping_and_the_next_writer_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "m"
    with open_world(folder) as memory:
        fill(memory)
        memory._writer.connection.execute("PRAGMA busy_timeout = 50")
        with Memory.open(folder) as reader:
            reader._store.connection.execute("BEGIN")
            reader._store.connection.execute("SELECT count(*) FROM texts").fetchone()
            report = memory.forget(name="Zebulon", dry_run=False)
            assert "the next writer" in report.notes[0]
            assert any("not wiped yet" in problem for problem in memory.check().problems)
            assert SECRET_TEXT.encode() in bytes_of(folder)
            reader._store.connection.execute("ROLLBACK")
    with open_world(folder) as memory:
        assert SECRET_TEXT.encode() not in bytes_of(folder)
        assert memory.check().problems == ()


def test_a_disk_that_fills_while_forgetting_leaves_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_world(tmp_path / "m") as memory:
        fill(memory)
        before, files = everything(memory), {f.name for f in (tmp_path / "m").iterdir()}
        with monkeypatch.context() as patch:
            patch.setattr("mmmem.store.appendfile.os.write", _full)
            with pytest.raises(StorageError, match="No space left"):
                memory.forget(span=Span(40 * S, 44 * S), dry_run=False)
        assert everything(memory) == before
        assert {f.name for f in (tmp_path / "m").iterdir()} == files


def _full(fd: int, data: bytes) -> int:
    raise OSError(28, "No space left on device")


class Embedder:
    """Scripted: a text's vector says how long it is."""

    space = "length"
    dim = 2

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([unit(len(text), 1) for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.embed(texts)


def test_passages_that_held_it_go_and_consolidation_makes_them_as_if_it_never_was(tmp_path: Path) -> None:
    lines = [said("left", n, f"line number {n} of a long talk") for n in range(40)]
    kept = [o for o in lines if not 10 * S <= o.span.start_ns < 12 * S]
    tables = []
    for name, world in (("told", lines), ("never", kept)):
        with open_world(tmp_path / name) as memory:
            memory.text_embedder = Embedder()
            memory.observe(world)
            memory.consolidate()
            if name == "told":
                assert memory.forget(span=Span(10 * S, 12 * S), dry_run=False).counts["passages"] > 1
                assert memory.check().problems == ()
                memory.consolidate()
            table = memory.vectors("length")
            tables.append((np.array(table.rows).tolist(), table.learned_ns.tolist()))
            assert memory.check().problems == ()
    assert tables[0] == tables[1]


def test_only_the_vectors_of_what_was_said_go_and_every_other_line_keeps_its_own(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.text_embedder = Embedder()
        memory.observe(said("left", n, f"line number {n} of a long talk") for n in range(40))
        memory.consolidate()
        report = memory.forget(span=Span(10 * S, 12 * S), dry_run=False)
        left = len(memory.texts())
        assert report.counts["passages"] == report.counts["vectors"] == report.counts["texts"] == 40 - left
        assert len(memory.vectors("length").rows) == left
        assert memory.consolidate().num_vectors == 0


def test_a_run_of_lines_that_an_older_program_embedded_goes_with_any_of_them(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.text_embedder = Embedder()
        memory.observe(said("left", n, f"line number {n} of a long talk") for n in range(40))
        memory.consolidate()
        with sqlite3.connect(tmp_path / "m" / "memory.sqlite") as older:
            older.execute("UPDATE passages SET last_text = 14, num_lines = 6, learned_ns = ? WHERE first_text = 9", (15 * S,))
        older.close()
        report = memory.forget(span=Span(11 * S, 12 * S), dry_run=False)
        assert report.counts["passages"] == report.counts["texts"] + 1
        assert memory.check().problems == ()


def test_lines_of_a_track_that_came_late_are_embedded_as_if_they_had_come_in_time(tmp_path: Path) -> None:
    spoken = [said("left", n, f"line number {n} of a long talk") for n in range(40)]
    captions = [said("left", n, f"caption {n}") for n in range(0, 40, 3)]
    contents = []
    for name, batches in (("late", [spoken, captions]), ("once", [[*spoken, *captions]])):
        with open_world(tmp_path / name) as memory:
            memory.text_embedder = Embedder()
            for batch in batches:
                memory.observe(batch)
                memory.consolidate()
            assert memory.check().problems == ()
            table = memory.vectors("length")
            contents.append(sorted(zip(table.learned_ns.tolist(), np.array(table.rows).tolist(), strict=True)))
            assert memory.consolidate().num_passages == 0
    assert contents[0] == contents[1]
