"""Searching: filters, refusals, order, odd memories, and evidence that can be looked up again."""

import tempfile
from itertools import pairwise
from pathlib import Path

import hypothesis.strategies as st
import pytest
from agent_world import DAYS, OFFSETS, S, ScriptedEmbedder, ScriptedEncoder, line, look, remember
from hypothesis import HealthCheck, given, settings
from scripted_worlds import house

from mmmem.agent.rendering import SEPARATOR, line_text
from mmmem.clock import NS_PER_DAY, Span
from mmmem.errors import InvalidInputError, UnknownNameError
from mmmem.memory import Memory
from mmmem.types import Evidence

SOURCES = ("episodic", "semantic", "visual")


@pytest.fixture
def home(tmp_path: Path) -> Memory:
    """The house, told by a camera and by a microphone in another stream."""
    world = house()
    world += [line("ear", o.span.start_ns + 5 * S, "The radio plays music in the kitchen.", kind="speech") for o in world[::5]]
    world += [look("home", i, o.span.start_ns, S, [("cup", 1)], keyframe_jpeg=b"jpeg") for i, o in enumerate(world[:20])]
    return remember(tmp_path / "m", world, DAYS, ("home", "ear"), text_embedder=ScriptedEmbedder(), encoder=ScriptedEncoder())


def resolved(memory: Memory, evidence: Evidence) -> bool:
    """Whether a piece of evidence names things that are in the memory, where it says they are."""
    kind, _, rest = evidence.id.partition(":")
    clips = {c.id: c for c in memory.clips(as_of_ns=2**62)}
    number = rest.rpartition(":")[2]
    if kind == "clip":
        at = clips[int(number)].stream_id, clips[int(number)].span
    elif kind == "frame":
        (frame,) = memory.frames([int(number)])
        assert evidence.span.contains(frame.ref.t_ns)
        at = frame.ref.stream_id, evidence.span
    elif kind == "fact":
        (text,) = [text for claim, text, *_ in memory.claims() if claim == int(number)]
        (stored,) = memory.texts([text])
        assert evidence.span.contains(stored.text.span.start_ns)
        at = stored.stream_id, evidence.span
    else:
        return False
    for frame in evidence.frames:
        assert memory.frames(stream=frame.stream_id, window=Span(frame.t_ns, frame.t_ns + 1))
    inside = any(c.stream_id == at[0] and c.span.hull(evidence.span) == c.span for c in clips.values())
    return at == (evidence.stream_id, evidence.span) and inside


@pytest.mark.parametrize("sources", [None, *([s] for s in SOURCES), ["visual", "episodic"]])
def test_evidence_resolves_and_comes_best_first(home: Memory, sources: list[str] | None) -> None:
    found = [
        home.search(text, sources=sources) for text in ("keys on the shelf", "cup in the kitchen", "plants", "who plays music")
    ]
    assert any(found)
    for evidence in found:
        assert all(resolved(home, e) for e in evidence)
        assert all(a.score >= b.score for a, b in pairwise(evidence))
        assert len({(e.stream_id, e.span) for e in evidence}) == len(evidence)
        assert sources is None or {e.source for e in evidence} <= set(sources)
    home.close()


@pytest.mark.parametrize("k", [1, 2, 7, 500])
def test_k_bounds_and_a_smaller_k_gives_the_same_first_results(home: Memory, k: int) -> None:
    whole = home.search("kitchen", sources=["episodic"], k=500)
    assert home.search("kitchen", sources=["episodic"], k=k) == whole[:k]
    assert len(home.search("kitchen", k=k)) <= k
    home.close()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start_s=st.integers(0, 172_800), length_s=st.integers(1, 86_400), stream=st.sampled_from([None, "home", "ear"]))
def test_a_window_and_a_stream_only_take_away(home: Memory, start_s: int, length_s: int, stream: str | None) -> None:
    window = Span(start_s * S, (start_s + length_s) * S)
    everything = home.search("music in the kitchen", stream=stream, k=500, sources=["episodic"])
    inside = home.search("music in the kitchen", window=window, stream=stream, k=500, sources=["episodic"])
    assert {e.id for e in inside} <= {e.id for e in everything if e.span.overlaps(window)}
    heard = {line_text(one) for one in home.texts(window=window)}
    assert all(line in heard for e in inside for line in e.text.split(SEPARATOR))
    assert all(stream in (None, e.stream_id) for e in everything)


@pytest.mark.parametrize("ask", ["search", "ask"])
def test_unknown_names_get_a_suggestion(home: Memory, ask: str) -> None:
    with pytest.raises(UnknownNameError, match=r"Unknown source 'episodik'\. Did you mean 'episodic'\?.*semantic"):
        getattr(home, ask)("keys", sources=["episodik"])
    with pytest.raises(UnknownNameError, match=r"Unknown source 'nose'"):
        getattr(home, ask)("nothing known: umbrella", sources=["nose"])
    with pytest.raises(UnknownNameError, match=r"Unknown stream 'hom'\. Did you mean 'home'\?"):
        getattr(home, ask)("keys", stream="hom")
    home.close()


@pytest.mark.parametrize("ask", ["search", "ask"])
@pytest.mark.parametrize("k", [0, -3])
def test_k_below_one_is_refused(home: Memory, ask: str, k: int) -> None:
    with pytest.raises(InvalidInputError, match=rf"k must be at least 1, got {k}"):
        getattr(home, ask)("umbrella", k=k)
    home.close()


@pytest.mark.parametrize("ask", ["search", "ask"])
def test_empty_questions_and_unreadable_times_are_refused(home: Memory, ask: str) -> None:
    with pytest.raises(InvalidInputError, match=r"Query\.text must not be empty"):
        getattr(home, ask)("  \n ")
    with pytest.raises(InvalidInputError, match="Cannot read 'yesterdayish' as a time"):
        getattr(home, ask)("keys", asked_at="yesterdayish")
    with pytest.raises(InvalidInputError, match="at least two choices, got 1"):
        getattr(home, ask)("keys", choices=["one"])
    with pytest.raises(InvalidInputError, match="sources must name at least one of episodic, semantic, visual, got none"):
        getattr(home, ask)("keys", sources=[])
    home.close()


def test_asked_at_reads_the_calendars_own_times(home: Memory) -> None:
    assert home.search("plants", asked_at="DAY1 08:31") == home.search("plants", asked_at=(8 * 3600 + 31 * 60) * S)
    assert len(home.search("plants balcony", asked_at="DAY1 08:31", sources=["semantic", "episodic"])) >= 1
    assert home.search("plants balcony", asked_at="DAY1 08:29", sources=["episodic"]) == []
    home.close()


ODD_QUESTIONS = (
    "the of and to",
    "?",
    "What is it?",
    "昨日の猫はどこですか",
    "Wo ist der Schlüssel?",
    "Где мои ключи?",
    "I" * 9000,
    "\u202eright to left",
    "What happened 9999999999 days ago?",
    "When did the 0th person come?",
    "How many how many how many?",
    'cup" OR lines_fts MATCH "x',
    "100% _like_ 'quotes' ; DROP TABLE texts",
)
ODD_MEMORIES = {
    "empty": [],
    "one line": [line("left", 0, "I see the cup.", 1)],
    "no words": [look("left", 0, 0, S)],
    "stop words": [line("left", 0, "the of and")],
    "Japanese": [line("left", 0, "猫が台所にいます")],
    "one very long line": [line("left", 0, "cup " * 5000)],
}


@pytest.mark.parametrize("name", ODD_MEMORIES)
@pytest.mark.parametrize("dense", [False, True])
def test_odd_questions_to_odd_memories_get_a_proper_answer(tmp_path: Path, name: str, dense: bool) -> None:
    models = {"text_embedder": ScriptedEmbedder() if dense else None, "encoder": ScriptedEncoder() if dense else None}
    with remember(tmp_path / "m", ODD_MEMORIES[name], OFFSETS, **models) as memory:
        for at_ns in (0, memory.end_ns(), 2**62, 2**63 - 1):
            for text in ODD_QUESTIONS:
                found = memory.search(text, asked_at=at_ns)
                answer = memory.ask(text, asked_at=at_ns)
                assert answer.abstained == (not answer.evidence)
                assert bool(answer.reason) == answer.abstained
                assert all(e.span.end_ns <= at_ns for e in [*found, *answer.evidence])
                chosen = memory.ask(text, asked_at=at_ns, choices=("cup", "cup", "the"))
                assert chosen.abstained or chosen.choice in (0, 1, 2)


def test_a_very_long_question_is_a_question(home: Memory) -> None:
    text = "Where was the cup " + "and the plate and the door " * 2000 + "?"
    assert home.search(text)
    assert home.ask(text).steps
    home.close()


def test_other_languages_find_their_own_words(tmp_path: Path) -> None:
    world = [
        line("left", 0, "猫が台所にいます"),
        line("left", 600 * S, "Der Schlüssel liegt in der Küche."),
        line("left", 1200 * S, "犬"),
    ]
    with remember(tmp_path / "m", world) as memory:
        assert [e.span.start_ns for e in memory.search("猫")] == [0]
        assert [e.span.start_ns for e in memory.search("KÜCHE")] == [600 * S]
        assert [e.span.start_ns for e in memory.search("Schlu\u0308ssel")] == [600 * S]


def test_day_ten_comes_after_day_nine(tmp_path: Path) -> None:
    world = [line("left", (day - 1) * NS_PER_DAY + 3600 * S, "I swim in the lake.") for day in (2, 9, 10, 11)]
    with remember(tmp_path / "m", world) as memory:
        days = [e.span.start_ns // NS_PER_DAY + 1 for e in memory.search("swim in the lake", asked_at="DAY10 12:00")]
        assert days == [10, 9, 2]
        assert memory.ask("When did I last swim?", asked_at="DAY10 12:00").value == world[2].span.start_ns
        assert memory.ask("When did I swim yesterday?", asked_at="DAY10 12:00").value == world[1].span.start_ns


def test_two_sources_that_agree_rank_a_clip_above_what_either_finds_alone(tmp_path: Path) -> None:
    world = [
        line("left", 0, "A dog sleeps."),
        line("left", 60 * S, "A dog sleeps."),
        *[look("left", 60 + t, (60 + t) * S, S, [("dog", 1)]) for t in range(3)],
    ]
    with remember(tmp_path / "m", world) as memory:
        assert [e.span.start_ns for e in memory.search("dog")] == [60 * S, 0]


def test_long_clips_show_the_part_that_fits(tmp_path: Path) -> None:
    world = [line("left", i * S, f"grey stone number {i} " * 4, 1) for i in range(25)]
    world[20] = line("left", 20 * S, "A red apple falls.", 1)
    with remember(tmp_path / "m", world) as memory:
        (found,) = memory.search("apple")
        assert "red apple" in found.text
        assert len(found.text) < 1000


def test_choices_help_to_find(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = [line("left", i * 60 * S, f"I buy {thing}.") for i, thing in enumerate(("bread", "milk", "shoes"))]
        with remember(Path(folder, "m"), world) as memory:
            found = memory.search("What did I wear?", choices=("shoes", "a hat"))
            assert found[0].span.start_ns == 120 * S
