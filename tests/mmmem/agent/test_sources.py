"""Each source finds what only it can find, inside the window and stream, and says nothing where it knows nothing."""

from pathlib import Path

import numpy as np
import pytest
from agent_world import OFFSETS, S, ScriptedEmbedder, ScriptedEncoder, line, look, remember

from mmmem.agent.episodic import around
from mmmem.agent.visual import names
from mmmem.clock import Span
from mmmem.memory import Memory
from mmmem.types import Observation

ENCODER = ScriptedEncoder()


def picture(stream: str, second: int, view: str) -> Observation:
    return look(
        stream, second, second * S, S, embedding={ENCODER.space: ENCODER.axis(view)}, keyframe_jpeg=f"{view} {second}".encode()
    )


def starts(memory: Memory, text: str, **how: object) -> list[float]:
    return [e.span.start_ns / S for e in memory.search(text, **how)]


def test_words_rank_the_clip_that_holds_more_of_them_first(tmp_path: Path) -> None:
    world = [line("left", 0, "I wash the cup."), line("left", 60 * S, "I wash the red cup."), line("left", 240 * S, "I wash.")]
    with remember(tmp_path / "m", world) as memory:
        found = memory.search("red cup", sources=["episodic"])
        assert [e.span.start_ns for e in found] == [60 * S, 0]
        assert found[0].score > found[1].score


def test_a_short_turn_beside_one_that_fits_comes_after_it(tmp_path: Path) -> None:
    world = [line("left", 0, "Which cup?"), line("left", 40 * S, "That one."), line("right", 40 * S, "Hello.")]
    with remember(tmp_path / "m", world) as memory:
        assert [(e.stream_id, e.span.start_ns) for e in memory.search("cup")] == [("left", 0), ("left", 40 * S)]


def test_recency_decides_between_equals_and_first_turns_it_round(tmp_path: Path) -> None:
    world = [line("left", t * 3600 * S, "I feed the cat.") for t in range(5)]
    with remember(tmp_path / "m", world) as memory:
        assert starts(memory, "feed the cat") == [3600.0 * t for t in (4, 3, 2, 1, 0)]
        assert starts(memory, "When was the first time I fed the cat?") == [3600.0 * t for t in range(5)]


def test_meaning_finds_what_shares_no_word(tmp_path: Path) -> None:
    dull = [line("left", t * 20 * S, "grey stone road") for t in range(12)]
    world = [*dull, *[line("left", (300 + t) * S, "A truck passes.") for t in range(6)]]
    with remember(tmp_path / "words", world) as memory:
        assert memory.search("automobile") == []
    with remember(tmp_path / "meaning", world, text_embedder=ScriptedEmbedder()) as memory:
        assert starts(memory, "automobile")[0] == 300.0
        assert memory.search("xylophone") == []


def test_a_memory_without_passages_is_searched_by_words(tmp_path: Path) -> None:
    with remember(tmp_path / "m", [line("left", 0, "A truck passes.")]):
        pass
    with Memory.open(tmp_path / "m", text_embedder=ScriptedEmbedder()) as memory:
        assert memory.search("truck")
        assert memory.search("automobile") == []


def test_facts_find_the_clip_in_which_the_claim_was_made(tmp_path: Path) -> None:
    world = [line("left", 0, "I put the keys on the shelf."), line("left", 60 * S, "The keys are shiny and the shelf is old.")]
    with remember(tmp_path / "m", world) as memory:
        found = memory.search("keys shelf", sources=["semantic"])
        assert found
        assert all(e.id.startswith("fact:") for e in found)
        assert found[0].span.start_ns == 0
        assert memory.search("umbrella", sources=["semantic"]) == []
        memory.observe([line("right", 500 * S, "I put the umbrella in the car.")])
        assert memory.search("umbrella car", sources=["semantic"])[0].stream_id == "right"
        memory.forget(stream="right", dry_run=False)
        assert memory.search("umbrella car", sources=["semantic"]) == []


def test_pictures_are_found_by_words_above_the_floor_alone(tmp_path: Path) -> None:
    world = [picture("left", 0, "sea"), picture("left", 60, "forest"), picture("left", 120, "sea")]
    with remember(tmp_path / "m", world, OFFSETS, encoder=ENCODER) as memory:
        found = memory.search("the sea", sources=["visual"])
        assert sorted(e.span.start_ns for e in found) == [0, 120 * S]
        assert {memory.keyframe(e.frames[0]) for e in found} == {b"sea 0", b"sea 120"}
        assert memory.search("a piano", sources=["visual"]) == []
        image = np.full((2, 2, 3), 1, np.uint8)  # the forest's axis
        hits = memory.recall.visual.like(memory.recall.asked(memory._query("like this", None, None, ())), image, 1)
        assert [hit.frames[0].t_ns for hit in hits] == [60 * S]


def test_pictures_of_one_clip_are_all_found_by_likeness(tmp_path: Path) -> None:
    world = [picture("left", t, name) for t, name in enumerate(["sea", "forest", "sea", "sea"])]
    with remember(tmp_path / "m", world, OFFSETS, encoder=ENCODER) as memory:
        found = memory.like(np.full((2, 2, 3), 1, np.uint8), k=3)  # the forest's axis
        assert found[0].span == Span(1 * S, 2 * S)
        assert len({evidence.id for evidence in found}) == 3
        assert len({memory.keyframe(evidence.frames[0]) for evidence in found}) == 3


def test_a_window_full_of_worse_pictures_is_still_searched(tmp_path: Path) -> None:
    sea = ENCODER.axis("sea")
    half = (sea + ENCODER.axis("forest")) / np.sqrt(2).astype(np.float32)
    world = [look("left", t, t * S, S, embedding={ENCODER.space: sea if t < 600 else half}) for t in range(620)]
    with remember(tmp_path / "m", world, OFFSETS, encoder=ENCODER) as memory:
        found = memory.search("sea", window=Span(600 * S, 620 * S), sources=["visual"], k=1)
        assert [e.span.start_ns for e in found] == [600 * S]


def test_detected_things_are_found_without_an_encoder(tmp_path: Path) -> None:
    world = [look("left", t, t * S, S, [("dog", 1)] if 65 <= t < 70 else []) for t in range(0, 120)]
    with remember(tmp_path / "m", world, OFFSETS) as memory:
        (found,) = memory.search("Did a dog come by?")
        assert (found.source, found.stream_id) == ("visual", "left")
        assert found.span.overlaps(Span(65 * S, 70 * S))
        assert [frame.index for frame in found.frames] == [65]
        assert memory.search("cat") == []


@pytest.mark.parametrize(
    ("text", "label", "named"),
    [
        ("Was anybody there?", "person", True),
        ("the visitors", "person", True),
        ("two persons", "person", True),
        ("the dining table", "dining table", True),
        ("the table", "dining table", False),
        ("the and of", "the", False),
    ],
)
def test_naming_a_detectors_class(text: str, label: str, named: bool) -> None:
    assert names(text, label) is named


def test_the_lines_around_a_line_are_of_its_own_stream() -> None:
    values = np.array([[0.0], [3.0], [6.0], [10.0]])
    assert around(values, np.array([1, 1, 1, 2]))[:, 0].tolist() == [1.5, 3.0, 4.5, 10.0]
    assert around(values[:0], np.zeros(0, np.int64)).shape == (0, 1)
