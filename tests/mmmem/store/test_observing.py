"""What observing stores and what reading gives back: duplicates, second passes, late words, presences, facts, the future."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from store_world import RULES, THING_SPACE, S, boxes, everything, look, open_world, said, unit

from mmmem.clock import MAX_NS, Span
from mmmem.errors import InvalidInputError, SourceError
from mmmem.memory import Memory
from mmmem.types import Detections, FrameRef, Observation, StreamInfo, TimedText


def test_what_is_known_is_counted_and_ignored(tmp_path: Path) -> None:
    detections = boxes(("cup", 1, 0.5), dim=4)
    world = [
        said("left", 1, "hello"),
        look("left", 2, embedding={"classical": unit(1, 2)}, detections=detections, keyframe_jpeg=b"j"),
        look("left", 3),
    ]
    with open_world(tmp_path / "m") as memory:
        first = memory.observe(world)
        assert (first.num_texts, first.num_frames, first.num_detections) == (1, 2, 1)
        assert (first.num_vectors, first.num_keyframes, first.num_clips) == (2, 1, 1)
        before = everything(memory)
        again = memory.observe(world)
        assert (again.num_duplicate_texts, again.num_duplicate_frames) == (1, 2)
        assert again.num_texts == again.num_frames == again.num_vectors == again.num_keyframes == again.num_clips == 0
        assert everything(memory) == before


def test_equal_captions_keep_their_own_times(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        receipt = memory.observe([said("left", n, "I walk") for n in (1, 50, 900)] + [said("right", 1, "I walk")])
        assert (receipt.num_texts, receipt.num_duplicate_texts) == (4, 0)
        assert len(memory.postings("walk")[0]) == 4


def test_a_second_pass_adds_what_the_first_did_not_look_for(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([look("left", n, keyframe_jpeg=b"j%d" % n) for n in range(3)])
        assert [f.num_detections for f in memory.frames()] == [None] * 3
        assert len(memory.looked()) == 0
        found = [boxes(("cup", 1, 0.5)), boxes(), boxes(("cup", 1, 0.7))]
        second = [look("left", n, detections=d, embedding={"clip": unit(n, 1)}) for n, d in enumerate(found)]
        receipt = memory.observe(second)
        assert (receipt.num_frames, receipt.num_duplicate_frames, receipt.num_detections) == (0, 3, 2)
        assert [f.num_detections for f in memory.frames()] == [1, 0, 1]
        assert memory.keyframe(FrameRef("left", 1, S)) == b"j1"
        assert memory.presences()[0].num_frames == 2


def test_nobody_looked_looked_and_nothing_and_found_are_three_things(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([look("left", 0), look("left", 1, detections=boxes()), look("left", 2, detections=boxes(("cup", 1, 0.5)))])
        looked = memory.looked()
        assert looked.start_ns.tolist() == [1 * S, 2 * S]
        assert looked.num_detections.tolist() == [0, 1]
        assert memory.looked(window=Span(0, S)).start_ns.tolist() == []
        assert len(memory.looked(as_of_ns=2 * S)) == 1


def test_a_track_is_one_presence_until_it_is_gone_for_long(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        times = [0, 1, 2, 20, 21, 100]
        memory.observe([look("left", t, detections=boxes(("person", 4, 0.1 + t / 1000))) for t in times])
        first, second = memory.presences(label="person")
        assert (first.span, first.num_frames, first.best) == (Span(0, 22 * S), 5, FrameRef("left", 21, 21 * S))
        assert second.span == Span(100 * S, 101 * S)
        (then,) = memory.presences(as_of_ns=2 * S)
        assert (then.span, then.num_frames, then.best.t_ns) == (Span(0, 2 * S), 2, 1 * S)


def test_labels_are_those_seen_by_then_each_once_in_order(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([look("left", t, detections=boxes(("person", 4, 0.5), ("cup", 1, 0.4))) for t in (0, 1)])
        memory.observe([look("left", 50, detections=boxes(("bowl", 7, 0.5)))])
        memory.observe([look("right", 60, detections=boxes(("apple", 2, 0.5)))])
        assert memory.labels() == ["apple", "bowl", "cup", "person"]
        assert memory.labels(stream="left") == ["bowl", "cup", "person"]
        assert memory.labels(as_of_ns=1 * S) == ["cup", "person"]  # in the midst of their presences
        assert memory.labels(as_of_ns=50 * S) == ["cup", "person"]


def test_two_of_a_kind_in_one_picture_are_one_look(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([look("left", t, detections=boxes(("cup", -1, 0.3), ("cup", -1, 0.6))) for t in (0, 1, 4, 8)])
        spans = [(p.span.start_ns // S, p.span.end_ns // S, p.num_frames, p.best_score) for p in memory.presences()]
        assert spans == [(0, 5, 3, pytest.approx(0.6)), (8, 9, 1, pytest.approx(0.6))]


def test_a_correction_is_seen_from_the_time_it_was_learned(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", 10, "the cup at sink"), said("left", 90, "the cup at shelf")])
        memory.observe([said("left", 50, "the cup at bed", kind="note")], learned_ns=5000 * S)
        assert [f.object for f in memory.facts(subject="cup", as_of_ns=4999 * S)] == ["sink", "shelf"]
        assert [f.object for f in memory.facts(subject="cup", as_of_ns=5000 * S)] == ["sink", "bed", "shelf"]
        assert [f.object for f in memory.facts(subject="cup", at_ns=60 * S)] == ["bed"]
        assert [f.object for f in memory.facts(subject="cup", at_ns=60 * S, as_of_ns=200 * S)] == ["sink"]
        assert [c.span.start_ns // S for c in memory.clips(as_of_ns=4999 * S)] == [10, 90]
        assert [c.span.start_ns // S for c in memory.clips()] == [10, 50, 90]
        assert [t.text.kind for t in memory.texts(as_of_ns=4999 * S)] == ["caption", "caption"]
        assert memory.position("left") == 91 * S


def test_a_contradicted_fact_is_closed_and_a_confirmed_one_gains_support(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        lines = ["the cup at sink", "oh the cup at sink", "the cup at bed", "the cup leaves bed", "the cup at sink"]
        memory.observe([said("left", 10 * n, line) for n, line in enumerate(lines)])
        facts = memory.facts(subject="cup", predicate="at")
        assert [(f.object, f.valid.start_ns // S, f.valid.end_ns) for f in facts] == [
            ("sink", 0, 20 * S),
            ("bed", 20, 30 * S),
            ("sink", 40, MAX_NS),
        ]
        assert [len(f.support) for f in facts] == [2, 1, 1]
        (text,) = memory.texts(facts[1].support)
        assert text.text.text == "the cup at bed"
        (then,) = memory.facts(subject="cup", as_of_ns=12 * S)
        assert (then.valid.end_ns, len(then.support), then.id) == (MAX_NS, 2, facts[0].id)
        assert memory.facts(object="sink") == [facts[0], facts[2]]
        assert memory.facts(subject="spoon") == []


def test_what_is_not_of_one_place_does_not_close(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", 1, "the cat likes milk"), said("left", 5, "the cat likes tuna")])
        assert [f.valid.end_ns for f in memory.facts(predicate="likes")] == [MAX_NS, MAX_NS]


def plant(memory: Memory) -> None:
    """A past, and a future that must not be seen from it."""
    for n in range(60):
        seen = look("left", n, embedding={"classical": unit(1, n / 1000)}, detections=boxes(("cup", 1, 0.4)), keyframe_jpeg=b"p")
        memory.observe([seen, said("left", n, "the cup at sink")])
    future = {
        "embedding": {"classical": unit(0, 1)},
        "detections": boxes(("dragon", 9, 0.99), ("cup", 1, 0.99)),
        "keyframe_jpeg": b"F",
    }
    memory.observe([look("left", 61, **future), said("left", 61, "the cup at volcano", speaker="Smaug")])


def test_a_planted_future_is_in_no_read_also_after_reopening(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        plant(memory)
        as_of_ns = memory.frames()[-1].span.end_ns - 1
        seen = [_shown(memory, as_of_ns)]
    with Memory.open(tmp_path / "m", rules=RULES) as memory:
        seen.append(_shown(memory, as_of_ns))
        now = _shown(memory, MAX_NS)
    for shown in seen:
        for word in ("volcano", "Smaug", "dragon", "0.99", "b'F'", "61000000000"):
            assert word not in shown
            assert word in now


def _shown(memory: Memory, as_of_ns: int) -> str:
    window = Span(0, 10**6 * S)
    shown: list[Any] = [
        everything(memory, as_of_ns),
        memory.texts(list(range(200)), as_of_ns=as_of_ns),
        memory.texts(window=window, as_of_ns=as_of_ns),
        memory.frames(list(range(200)), as_of_ns=as_of_ns),
        [memory.keyframe(f.ref) for f in memory.frames(window=window, as_of_ns=as_of_ns)],
        memory.clips("minutes", window=window, as_of_ns=as_of_ns),
        memory.presences(window=window, as_of_ns=as_of_ns),
        memory.detections(window=window, as_of_ns=as_of_ns),
        memory.looked(window=window, as_of_ns=as_of_ns).end_ns.tolist(),
        memory.facts(as_of_ns=as_of_ns, at_ns=10**6 * S),
    ]
    return repr(shown)


def test_the_position_is_the_cursor_where_one_is_given(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        assert memory.position("left") is None
        assert memory.position("unknown") is None
        memory.observe([said("left", 3, "a")])
        assert memory.position("left") == 4 * S
        memory.observe([said("left", 5, "b")], cursor=99 * S)
        assert memory.position("left") == 99 * S
        memory.observe([said("left", 7, "late")])
        assert memory.position("left") == 99 * S
        memory.observe([], cursor={"right": 7, "left": 8})
        assert (memory.position("right"), memory.position("left")) == (7, 8)


def test_reads_choose_by_window_stream_and_kind(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", 0, "long", 100), said("left", 50, "short", kind="speech"), said("right", 50, "other")])
        assert [t.text.text for t in memory.texts(window=Span(60 * S, 61 * S))] == ["long"]
        assert [t.text.text for t in memory.texts(window=Span(50 * S, 51 * S), stream="left")] == ["long", "short"]
        assert [t.text.text for t in memory.texts(kind="speech")] == ["short"]
        ids = [t.id for t in memory.texts()]
        assert [t.id for t in memory.texts([*reversed(ids), 999])] == [*reversed(ids)]


def test_vectors_come_back_as_they_went_in(tmp_path: Path) -> None:
    views = [unit(1, n, n * n) for n in range(5)]
    with open_world(tmp_path / "m") as memory:
        memory.observe(
            [look("left", n, embedding={"a/b:c 1": v}, detections=boxes(("x", 1, 0.5), dim=8)) for n, v in enumerate(views)]
        )
        table = memory.vectors("a/b:c 1")
        assert np.array_equal(table.rows, np.stack(views))
        assert table.learned_ns.tolist() == [(n + 1) * S for n in range(5)]
        assert [memory.frames([int(i)])[0].ref.index for i in table.owner_id] == [0, 1, 2, 3, 4]
        assert memory.vectors(THING_SPACE).rows.shape == (5, 8)
        assert set(memory.info()["spaces"]) == {"a/b:c 1", THING_SPACE}  # type: ignore[call-overload]


def test_vectors_of_things_say_which_encoder_made_them() -> None:
    found = boxes(("cup", 1, 0.9), dim=4)
    with pytest.raises(InvalidInputError, match="embedding_space, the name of the encoder"):
        Detections(found.xyxy, found.score, found.label, embedding=found.embedding)


def test_an_observation_of_nothing_covers_its_time(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([Observation("left", Span(0, 10 * S))])
        assert [c.span for c in memory.clips()] == [Span(0, 10 * S)]


def test_listening_covers_its_time_also_where_nothing_was_said(tmp_path: Path) -> None:
    word = TimedText(Span(5 * S, 6 * S), "hello", "speech")
    with open_world(tmp_path / "m") as memory:
        memory.observe([Observation("left", Span(0, 20 * S), texts=(word,)), said("left", 100, "alone", 3)])
        assert [c.span for c in memory.clips()] == [Span(0, 20 * S), Span(100 * S, 103 * S)]
        assert len(memory.frames()) == 1
        assert len(memory.looked()) == 0


def test_words_of_any_script_are_found_by_their_terms(tmp_path: Path) -> None:
    lines = ["Grüße aus Köln", "私は猫が好き", "पानी पी लो", "it's five o'clock", "naïve café"]
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", n, line) for n, line in enumerate(lines)])
        for number, line in enumerate(lines, start=1):
            terms = RULES.terms(line)
            assert terms
            for term in terms:
                ids, counts = memory.postings(term)
                assert dict(zip(list(ids), list(counts), strict=True))[number] == terms.count(term)
        assert memory.check().problems == ()


def test_threads_share_one_open_memory(tmp_path: Path) -> None:
    seen: list[bool] = []
    with open_world(tmp_path / "m") as memory:
        plant(memory)
        with Memory.open(tmp_path / "m", rules=RULES) as reader:
            expected = everything(reader)

            def read() -> None:
                seen.extend(everything(reader) == expected for _ in range(3))

            threads = [Thread(target=read) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert seen == [True] * 12


def test_reads_never_see_half_a_call(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:

        def halfway() -> Iterator[Observation]:
            for n in range(5):
                yield said("left", n, f"line {n}")
                yield look("left", n, embedding={"classical": unit(1, n)}, keyframe_jpeg=b"j")
                assert memory.texts() == []
                assert len(memory.line_columns()) == len(memory.clip_columns()) == 0
                assert memory.info()["spaces"] == {}

        memory.observe(halfway())
        assert len(memory.line_columns()) == len(memory.vectors("classical")) == 5


def test_a_source_that_breaks_leaves_nothing_of_the_call(tmp_path: Path) -> None:
    def breaking() -> Iterator[Observation]:
        yield look("left", 0, embedding={"classical": unit(1, 2)}, keyframe_jpeg=b"j")
        raise SourceError("the cable came off")

    with open_world(tmp_path / "m") as memory:
        with pytest.raises(SourceError, match="cable"):
            memory.observe(breaking())
        assert memory.frames() == []
        assert (tmp_path / "m" / "media.0.bin").stat().st_size == 0
        assert not list((tmp_path / "m").glob("vectors.*"))


def test_several_threads_may_observe(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:

        def tell(offset: int) -> None:
            for n in range(10):
                memory.observe([said("left", 100 * offset + n, f"line {n} of {offset}"), look("right", 100 * offset + n)])

        threads = [Thread(target=tell, args=(offset,)) for offset in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(memory.texts()), len(memory.frames())) == (40, 40)
        assert memory.check().problems == ()


def test_numpy_integers_are_integers_here_too(tmp_path: Path) -> None:
    start, end = np.int64(5 * S), np.int64(6 * S)
    span = Span(start, end)  # type: ignore[arg-type]
    ref = FrameRef("left", np.int32(3), start)  # type: ignore[arg-type]
    with open_world(tmp_path / "m") as memory:
        text = TimedText(span, "the cup at sink")
        observation = Observation("left", span, ref, {"classical": unit(1, 2)}, boxes(("cup", 1, 0.5)), (text,), b"j")
        assert memory.observe([observation], cursor=end).num_frames == 1  # type: ignore[arg-type]
        assert memory.observe([observation]).num_duplicate_texts == 1
        later = Span(np.int64(9 * S), np.int64(10 * S))  # type: ignore[arg-type]
        memory.observe([Observation("right", later), Observation.of_text("right", TimedText(later, "hi"))])
        assert memory.position("right") == 10 * S
        assert memory.keyframe(ref) == b"j"
        assert memory.position("left") == 6 * S
        assert [t.text.text for t in memory.texts(np.array([1]), window=span)] == ["the cup at sink"]  # type: ignore[arg-type]


@pytest.mark.parametrize("broken", ["\ud800", "\x00half\udfff"])
def test_what_is_not_unicode_is_refused_in_words(tmp_path: Path, broken: str) -> None:
    with open_world(tmp_path / "m") as memory:
        for bad in (
            said("left", 1, "hello", speaker=broken),
            said("left", 1, "hello", source=broken),
            look("left", 1, detections=boxes((broken, 1, 0.5))),
        ):
            with pytest.raises(InvalidInputError, match="not valid Unicode"):
                memory.observe([bad])
        with pytest.raises(InvalidInputError, match="not valid Unicode"):
            memory.add_stream(StreamInfo("x", broken, memory.calendar, 0))
        assert everything(memory)["texts"] == []


def test_a_closed_memory_says_so_and_closes_again_quietly(tmp_path: Path) -> None:
    memory = open_world(tmp_path / "m")
    memory.close()
    memory.close()
    for use in (memory.texts, memory.line_columns, lambda: memory.observe([said("left", 1, "x")])):
        with pytest.raises(InvalidInputError, match="is closed"):
            use()


def test_a_remark_about_a_whole_day_is_found_in_any_part_of_it(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([said("left", 86400, "a fine day", 86400, kind="note")])
        memory.observe([said("left", 86400 + 600 * n, f"line {n}") for n in range(100)])
        noon = Span((86400 + 43200) * S, (86400 + 43205) * S)
        assert [t.text.text for t in memory.texts(window=noon)] == ["a fine day", "line 72"]
        assert sum(c.span.duration_ns for c in memory.clips()) == 86400 * S
        then = memory.clips(as_of_ns=noon.end_ns)
        assert sum(c.span.duration_ns for c in then) == 73 * S


def test_an_observation_of_years_is_a_mistake_of_units(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        for bad in (said("left", 0, "x", 10**8), Observation("left", Span(0, 10**17))):
            with pytest.raises(InvalidInputError, match="are the times in nanoseconds"):
                memory.observe([bad])
