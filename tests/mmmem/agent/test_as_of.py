"""Promise 2 for asking: what is learned later changes nothing about an earlier question, in any source, by any way."""

import tempfile
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from agent_world import S, ScriptedEmbedder, ScriptedEncoder, line, look, remember, untimed
from hypothesis import HealthCheck, given, settings

from mmmem.clock import NS_PER_DAY, Span
from mmmem.memory import Memory
from mmmem.types import Answer, Evidence, Observation

BASE_S = NS_PER_DAY // S - 200  # the world goes over midnight
STREAMS = ("left", "right")
CAPTIONS = (
    "I put the cup on the table.",
    "I put the cup in the sink.",
    "Anna opens the window.",
    "Anna closes the window.",
    "Tom drinks two cups of coffee.",
    "A car passes.",
)
SPEECH = ("The cup is on the shelf.", "I bought three apples.", "I do not like coffee.")
QUESTIONS = (
    "Where is the cup?",
    "Where did I put the cup before?",
    "Is the window open?",
    "Who drinks coffee?",
    "How often did I put the cup on the table?",
    "When did Anna last close the window?",
    "How many people came by?",
    "Was anybody there right now?",
    "How long did the last visitor stay?",
    "What happened after Anna opened the window?",
    "What happened today?",
    "How many apples did Tom buy?",
    "Which vehicle did I see?",
    "The sea",
)
CHOICES = {"Where is the cup?": ("on the table", "in the sink"), "Who drinks coffee?": ("Anna", "Tom", "Me")}
ENCODER, EMBEDDER = ScriptedEncoder(), ScriptedEmbedder()

times = st.integers(0, 400).map(lambda s: (BASE_S + s) * S)
streams = st.sampled_from(STREAMS)


@st.composite
def words(draw: st.DrawFn) -> Observation:
    length_s = draw(st.sampled_from([1, 3, 40, 120]))
    if draw(st.booleans()):
        return line(draw(streams), draw(times), draw(st.sampled_from(CAPTIONS)), length_s)
    return line(draw(streams), draw(times), draw(st.sampled_from(SPEECH)), length_s, kind="speech", speaker=draw(people))


people = st.sampled_from(["Anna", "Tom", "Zoë"])
things = st.lists(st.tuples(st.sampled_from(["person", "car"]), st.integers(0, 2)), max_size=3, unique=True)


@st.composite
def looks(draw: st.DrawFn) -> list[Observation]:
    stream, start_ns, seen = draw(streams), draw(times), draw(things)
    view = {ENCODER.space: ENCODER.axis(draw(st.sampled_from(ENCODER.axes)))}
    jpeg = draw(st.sampled_from([None, b"picture"]))
    return [
        look(stream, i, start_ns + i * S, S, seen, embedding=view, keyframe_jpeg=jpeg) for i in range(draw(st.integers(1, 12)))
    ]


@st.composite
def worlds(draw: st.DrawFn) -> list[Observation]:
    """Observations in the order in which they are learned."""
    told = draw(st.lists(words(), max_size=14))
    seen = [o for row in draw(st.lists(looks(), max_size=3)) for o in row]
    unique = {(o.stream_id, o.ref.t_ns if o.ref else None, o.texts): o for o in [*told, *seen]}
    by_index = [replace(o, ref=replace(o.ref, index=n)) if o.ref else o for n, o in enumerate(unique.values())]
    return sorted(by_index, key=lambda o: o.span.end_ns)


def asked(memory: Memory, at_ns: int, window: Span | None) -> list[tuple[Answer, list[Evidence]]]:
    found = []
    for text in QUESTIONS:
        choices = CHOICES.get(text, ())
        given_choices = choices if at_ns % 2 else ()
        answer = memory.ask(text, asked_at=at_ns, window=window, choices=given_choices)
        found.append((untimed(answer), memory.search(text, asked_at=at_ns, window=window, choices=choices, k=7)))
    return found


few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
instants = st.integers(0, 420).map(lambda s: (BASE_S + s) * S)


@few
@given(worlds(), instants, st.booleans(), st.one_of(st.none(), st.tuples(times, st.integers(1, 300))))
def test_a_question_at_t_is_answered_as_if_the_memory_had_ended_there(
    world: list[Observation], at_ns: int, dense: bool, window: tuple[int, int] | None
) -> None:
    span = None if window is None else Span(window[0], window[0] + window[1] * S)
    models = {"text_embedder": EMBEDDER if dense else None, "encoder": ENCODER}
    with tempfile.TemporaryDirectory() as folder:
        full = remember(Path(folder, "full"), world, **models)
        past = remember(Path(folder, "past"), [o for o in world if o.span.end_ns <= at_ns], **models)
        later = asked(full, max(o.span.end_ns for o in world) if world else at_ns, span)
        then = asked(full, at_ns, span)
        assert then == asked(past, at_ns, span)
        full.close()
        again = Memory.open(Path(folder, "full"), **models)
        assert asked(again, at_ns, span) == then
        assert asked(again, max(o.span.end_ns for o in world) if world else at_ns, span) == later
        again.close()
        past.close()


@few
@given(worlds(), instants)
def test_scores_of_every_clip_and_line_are_the_same_floats(world: list[Observation], at_ns: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        full = remember(Path(folder, "full"), world)
        past = remember(Path(folder, "past"), [o for o in world if o.span.end_ns <= at_ns])
        whole, alone = full.recall.view(at_ns), past.recall.view(at_ns)
        query = {"cup": 1.0, "window": 0.5, "coffe": 2.0, "unknown": 1.0, "drink": 1.0}
        assert whole.clip_bm25.scores(query).tolist() == alone.clip_bm25.scores(query).tolist()
        assert whole.line_bm25.scores(query).tolist() == alone.line_bm25.scores(query).tolist()
        assert whole.field(query, 40.0).tolist() == alone.field(query, 40.0).tolist()
        full.close()
        past.close()


@few
@given(worlds(), instants, st.booleans())
def test_no_evidence_lies_after_the_question(world: list[Observation], at_ns: int, dense: bool) -> None:
    models = {"text_embedder": EMBEDDER if dense else None, "encoder": ENCODER}
    with tempfile.TemporaryDirectory() as folder, remember(Path(folder, "m"), world, **models) as memory:
        for answer, found in asked(memory, at_ns, None):
            for evidence in [*answer.evidence, *found]:
                assert evidence.span.end_ns <= at_ns
                assert all(frame.t_ns < at_ns for frame in evidence.frames)


SECRET = "The zebra hides the sapphire under the stairs."
PLANTED_NS = 3600 * S


@pytest.fixture(params=[False, True], ids=["words", "meaning"])
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> Memory:
    """Ten dull minutes; an hour later a caption, a fact, a remark, a picture of the sea, and a person."""
    dull = [line("left", i * 30 * S, "I walk along the street.") for i in range(20)]
    dull += [look("left", i, i * 30 * S, S, embedding={ENCODER.space: ENCODER.axis("street")}) for i in range(20)]
    secret = [
        line("left", PLANTED_NS, SECRET),
        line("left", PLANTED_NS, "I put the sapphire in the safe."),
        line("right", PLANTED_NS, "My sister Zora has the sapphire.", kind="speech", speaker="Zora"),
        look("left", 99, PLANTED_NS, S, [("person", 7)], embedding={ENCODER.space: ENCODER.axis("sea")}, keyframe_jpeg=b"sea"),
        *[line("left", PLANTED_NS + i * 5 * S, f"The zebra eats sapphire number {i}.") for i in range(1, 12)],
    ]
    models = {"text_embedder": EMBEDDER if request.param else None, "encoder": ENCODER}
    return remember(tmp_path / "m", [*dull, *secret], **models)


PROBES = (
    ("Where is the sapphire?", "sapphire"),
    ("What does the zebra hide?", "zebra"),
    ("Who has the sapphire?", "zora"),
    ("the sea", "sea"),
    ("Was anybody there?", "person"),
    ("How many people came?", "person"),
)


@pytest.mark.parametrize("first_look_later", [False, True])
def test_a_planted_future_is_invisible_in_every_source(planted: Memory, first_look_later: bool) -> None:
    later_ns = PLANTED_NS + 120 * S
    whole = Span(0, later_ns)
    for text, secret in PROBES:
        if first_look_later:
            assert not planted.ask(text, asked_at=later_ns).abstained or secret == "sea"
            assert planted.search(text, asked_at=later_ns)
        for window in (None, whole, Span(PLANTED_NS, later_ns)):
            for source in ("episodic", "semantic", "visual"):
                found = planted.search(text, asked_at=PLANTED_NS, window=window, sources=[source], k=50)
                assert all(e.span.end_ns <= PLANTED_NS and secret not in e.text.lower() for e in found)
                assert not found or window != Span(PLANTED_NS, later_ns)
            answer = planted.ask(text, asked_at=PLANTED_NS, window=window)
            assert secret not in " ".join([answer.text, answer.reason, *(e.text for e in answer.evidence)]).lower().replace(
                text.lower(), ""
            )
    planted.close()


def test_the_planted_is_found_by_each_source_once_it_is_known(planted: Memory) -> None:
    later_ns = PLANTED_NS + 120 * S
    for source, text in (
        ("episodic", "zebra sapphire"),
        ("semantic", "sapphire safe"),
        ("visual", "the sea"),
        ("visual", "person"),
    ):
        found = planted.search(text, asked_at=later_ns, sources=[source])
        assert found, (source, text)
        assert found[0].source == source
        assert found[0].span.end_ns > PLANTED_NS
    planted.close()


def test_what_is_learned_late_is_invisible_before(tmp_path: Path) -> None:
    with remember(tmp_path / "m", [line("left", 10 * S, "I feed the cat.")]) as memory:
        memory.observe([line("left", 10 * S, "The cat is called Rex.", kind="note")], learned_ns=500 * S)
        assert memory.ask("What is the cat called Rex?", asked_at=499 * S).abstained
        assert "Rex" not in memory.search("cat", asked_at=499 * S)[0].text
        assert "Rex" in memory.search("cat", asked_at=500 * S)[0].text


def test_a_look_that_was_not_over_yet_shows_nothing_of_itself(tmp_path: Path) -> None:
    sea = {ENCODER.space: ENCODER.axis("sea")}
    world = [
        line("left", 0, "I walk along the street.", 30),
        look("left", 1, 0, 2 * S, [("dog", 1)], 0.5, embedding={ENCODER.space: ENCODER.axis("street")}, keyframe_jpeg=b"street"),
        look("left", 2, 20 * S, 60 * S, [("dog", 1)], 0.875, embedding=sea, keyframe_jpeg=b"sea"),
    ]
    with remember(tmp_path / "m", world, encoder=ENCODER) as memory:
        then = 40 * S
        assert memory.search("the sea", asked_at=then, sources=["visual"]) == []
        (dog,) = memory.search("a dog", asked_at=then, sources=["visual"])
        assert (dog.score, [f.index for f in dog.frames]) == (0.5, [1])
        (street,) = memory.search("street", asked_at=then, sources=["episodic"])
        assert [f.index for f in street.frames] == [1]
        assert memory.ask("Was a dog there right now?", asked_at=then).abstained
        assert memory.search("the sea", asked_at=80 * S, sources=["visual"])


def test_a_correction_that_came_later_changes_no_earlier_state(tmp_path: Path) -> None:
    with remember(tmp_path / "m", [line("left", 0, "I open the window.")]) as memory:
        memory.observe([line("left", 20 * S, "The window is closed.", kind="note")], learned_ns=500 * S)
        assert memory.ask("Is the window open?", asked_at=499 * S).value is True
        assert memory.ask("Is the window open?", asked_at=500 * S).value is False


def test_dense_scores_are_the_same_floats_as_in_a_memory_that_ended_there(tmp_path: Path) -> None:
    world = [line("left", i * 10 * S, CAPTIONS[i * i % 5] if i // 6 % 3 else "The truck stops.") for i in range(60)]
    at_ns = 300 * S
    full = remember(tmp_path / "full", world, text_embedder=EMBEDDER)
    past = remember(tmp_path / "past", [o for o in world if o.span.end_ns <= at_ns], text_embedder=EMBEDDER)
    then, alone = (m.recall.episodic.line_similarity(m.recall.view(at_ns), ["automobile"]) for m in (full, past))
    assert then is not None
    assert alone is not None
    assert np.array_equal(then, alone)
    assert then.max() > 0.3 > then.min()
    full.close()
    past.close()


def test_passages_hide_nothing_that_was_known_when_a_long_line_was_not_over(tmp_path: Path) -> None:
    world = [line("left", 0, "A long talk.", 100), *[line("left", (10 + i) * S, "A truck passes.", 1) for i in range(6)]]
    known = [o for o in world if o.span.end_ns <= 50 * S]
    with (
        remember(tmp_path / "full", world, text_embedder=EMBEDDER) as full,
        remember(tmp_path / "past", known, text_embedder=EMBEDDER) as past,
    ):
        found = [[e.span for e in m.search("automobile", asked_at=50 * S)] for m in (full, past)]
        assert found[0] == found[1]
