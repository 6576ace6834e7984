"""What a question may see: lines in order, each in its clip, with term counts that match a recount by hand."""

import math
import tempfile
from collections import Counter
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from agent_world import OFFSETS, S, line, remember
from hypothesis import HealthCheck, given, settings

from mmmem.agent.language.verbforms import forms_of
from mmmem.agent.view import View
from mmmem.clock import NS_PER_DAY, Span
from mmmem.index.lexical import K1, B
from mmmem.memory import Memory
from mmmem.store.rules import default_rules
from mmmem.types import Observation

WORDS = ("milk", "bread", "door", "open", "the", "eat", "ate", "Anna")
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def worlds(draw: st.DrawFn) -> list[Observation]:
    found = []
    for _ in range(draw(st.integers(0, 12))):
        text = " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)))
        start_s, length_s = draw(st.integers(0, 200)), draw(st.sampled_from([1, 5, 60]))
        speaker = draw(st.sampled_from([None, "Anna"]))
        found.append(line(draw(st.sampled_from(["left", "right"])), start_s * S, text, length_s, speaker=speaker))
    return found


def terms_by_line(memory: Memory, view: View) -> list[list[str]]:
    return [default_rules().document(stored.text) for stored in memory.texts(view.lines.id.tolist())]


def brute_force(documents: list[list[str]], term: str) -> list[float]:
    counts = [Counter(document) for document in documents]
    lengths = [len(document) for document in documents]
    num_documents = sum(n > 0 for n in lengths)
    mean = sum(lengths) / max(num_documents, 1)
    tf = [sum(count[form] for form in forms_of(term)) for count in counts]
    holding = sum(n > 0 for n in tf)
    idf = math.log(1 + (num_documents - holding + 0.5) / (holding + 0.5))
    return [
        idf * n * (K1 + 1) / (n + K1 * (1 - B + B * length / mean)) if n else 0.0 for n, length in zip(tf, lengths, strict=True)
    ]


@few
@given(worlds(), st.integers(0, 260), st.sampled_from(["milk", "door", "eat", "anna", "_self", "gnu"]))
def test_bm25_of_a_memory_equals_a_recount_of_its_visible_lines(world: list[Observation], at_s: int, term: str) -> None:
    with tempfile.TemporaryDirectory() as folder, remember(Path(folder, "m"), world) as memory:
        view = memory.recall.view(at_s * S)
        lines = terms_by_line(memory, view)
        clips = [[t for i in view.lines_in(c) for t in lines[i]] for c in range(len(view.clips))]
        assert view.line_bm25.scores({term: 1.0}).tolist() == pytest.approx(brute_force(lines, term))
        assert view.clip_bm25.scores({term: 1.0}).tolist() == pytest.approx(brute_force(clips, term))
        assert view.clip_num_terms.tolist() == [len(clip) for clip in clips]


@few
@given(worlds(), st.integers(0, 260), st.sampled_from([None, "left", "right"]))
def test_every_visible_line_lies_in_the_clip_that_holds_its_start(
    world: list[Observation], at_s: int, stream: str | None
) -> None:
    with tempfile.TemporaryDirectory() as folder, remember(Path(folder, "m"), world) as memory:
        view = memory.recall.view(at_s * S, stream)
        texts = memory.texts(stream=stream, as_of_ns=at_s * S)
        assert sorted(view.lines.id.tolist()) == sorted(text.id for text in texts)
        names = {s.number: s.stream_id for s in memory.streams()}
        order = [(int(s), int(t), int(i)) for s, t, i in zip(view.lines.stream, view.lines.start_ns, view.lines.id, strict=True)]
        assert order == sorted(order)
        for i, stored in enumerate(memory.texts(view.lines.id.tolist())):
            clip = int(view.lines.clip[i])
            assert view.clip_span(clip).contains(stored.text.span.start_ns)
            assert names[int(view.clips.stream[clip])] == stored.stream_id
            assert view.clip_at(int(view.lines.stream[i]), stored.text.span.start_ns) == clip
            assert i in view.lines_in(clip)
        assert view.positions_of(view.lines.id).tolist() == list(range(len(view.lines)))


def test_ids_that_are_not_visible_have_no_position(tmp_path: Path) -> None:
    with remember(tmp_path / "m", [line("left", i * S, "milk") for i in range(5)]) as memory:
        view = memory.recall.view(5 * S)
        assert len(view.lines) == 3
        assert view.positions_of([1, 4, 99, 3]).tolist() == [0, -1, -1, 2]
        assert view.clip_at(1, 500 * S) == -1
        assert view.clip_at(7, S) == -1


def test_equal_captions_keep_their_own_times(tmp_path: Path) -> None:
    starts = [60 * S, NS_PER_DAY + 60 * S, 9 * NS_PER_DAY, 10 * NS_PER_DAY]
    with remember(tmp_path / "m", [line("left", t, "I feed the cat.") for t in starts]) as memory:
        view = memory.recall.view(11 * NS_PER_DAY)
        assert view.lines.start_ns.tolist() == starts
        assert len(set(view.lines.clip.tolist())) == 4
        times = {e.span.start_ns for e in memory.search("feed the cat", asked_at=11 * NS_PER_DAY)}
        assert times == set(starts)


def test_a_question_in_the_past_tense_finds_a_caption_in_the_present(tmp_path: Path) -> None:
    with remember(tmp_path / "m", [line("left", 0, "Tom eats rice."), line("left", 99 * S, "Tom ate bread.")]) as memory:
        view = memory.recall.view(memory.end_ns())
        for form in ("eat", "ate", "eaten"):
            assert view.postings(form)[0].tolist() == [0, 1]
        assert view.postings("rice")[0].tolist() == [0]


def test_a_field_peaks_where_the_words_stand_and_never_crosses_streams(tmp_path: Path) -> None:
    world = [line("left", i * 3 * S, "grey stone road") for i in range(40)]
    world += [line("right", i * 3 * S, "grey stone road") for i in range(40)]
    world[10] = line("left", 30 * S, "red apple")
    with remember(tmp_path / "m", world) as memory:
        view = memory.recall.view(memory.end_ns())
        field = view.field({"appl": 1.0}, 24.0)
        assert field.max() == 1.0
        assert abs(int(field.argmax()) - 10) <= 1
        assert (field[:40] > 0).sum() < 40
        assert not field[view.lines.stream != view.lines.stream[10]].any()
        assert not view.field({"gnu": 1.0}, 24.0).any()


def test_a_long_silence_separates_what_was_said_before_from_what_was_said_after(tmp_path: Path) -> None:
    world = [line("left", 0, "red apple"), line("left", 10 * S, "grey stone"), line("left", 400 * S, "grey road")]
    with remember(tmp_path / "m", world) as memory:
        near, far = memory.recall.view(memory.end_ns()).field({"appl": 1.0}, 24.0)[1:]
        assert near > 0
        assert far == 0


@pytest.mark.parametrize("world", [[], [line("left", 0, "the of and")]], ids=["nothing", "stop words alone"])
def test_nothing_to_match(tmp_path: Path, world: list[Observation]) -> None:
    with remember(tmp_path / "m", world, OFFSETS) as memory:
        view = memory.recall.view(10 * S)
        assert view.clip_bm25.scores({"milk": 1.0}).tolist() == [0.0] * len(view.clips)
        assert not view.field({"milk": 1.0}, 20.0).any()
        assert len(view.term_position) == len(world)


def test_views_are_kept_until_the_memory_changes(tmp_path: Path) -> None:
    with remember(tmp_path / "m", [line("left", 0, "milk")]) as memory:
        view = memory.recall.view(9 * S)
        assert memory.recall.view(9 * S) is view
        assert memory.recall.view(9 * S, "left") is not view
        memory.observe([line("left", 5 * S, "bread")])
        assert len(memory.recall.view(9 * S).lines) == 2
        memory.forget(span=Span(0, 2 * S), dry_run=False)
        assert memory.recall.view(9 * S).postings("milk")[0].tolist() == []
        assert np.asarray(memory.recall.view(9 * S).lines.start_ns).tolist() == [5 * S]
