"""What holds for every answer: evidence that resolves, honest abstention, confidence, steps, filters."""

import tempfile
from pathlib import Path

import pytest
from agent_world import DAYS, OFFSETS, S, ScriptedEmbedder, line, look, remember, untimed
from scripted_worlds import HOUSE, HOUSE_ASKED_AT, doorway, house
from test_answers_typed import WORLDS

from mmmem.agent.ask import WAYS
from mmmem.clock import Span
from mmmem.memory import Memory
from mmmem.types import Answer, Evidence

KINDS = {"choice", "yes_no", "count", "time", "duration", "place", "entity", "list", "text"}
TYPE_OF_VALUE = {
    "yes_no": bool,
    "count": int,
    "time": int,
    "duration": int,
    "list": list,
    "place": str,
    "entity": str,
    "text": str,
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Memory, Answer, int]]:
    found = []
    for name, world in WORLDS.items():
        memory = world.memory(tmp_path_factory.mktemp(name))
        found += [(memory, world.ask(memory, question), world.asked_at_ns) for question in world.questions]
    return found


def test_abstaining_and_having_evidence_exclude_each_other(answers: list[tuple[Memory, Answer, int]]) -> None:
    for _, answer, _ in answers:
        assert answer.abstained == (not answer.evidence) == bool(answer.reason)
        assert answer.abstained == (answer.confidence == 0.0)
        assert 0.0 <= answer.confidence <= 1.0
        assert answer.text
        assert answer.kind in KINDS
        assert "\n" not in answer.reason
    assert any(answer.abstained for _, answer, _ in answers)


def test_values_have_the_type_their_kind_says(answers: list[tuple[Memory, Answer, int]]) -> None:
    for _, answer, asked_at_ns in answers:
        if answer.abstained:
            assert answer.value is None
        elif answer.kind != "choice":
            assert type(answer.value) is TYPE_OF_VALUE[answer.kind], answer
            assert answer.choice is None
        if answer.kind == "time" and not answer.abstained:
            assert 0 <= answer.value <= asked_at_ns


def resolves(memory: Memory, evidence: Evidence) -> bool:
    kind, _, rest = evidence.id.partition(":")
    if kind == "text":
        ids = [int(n) for n in rest.split("-")]
        stored = memory.texts([ids[0], ids[-1]])
        assert {s.stream_id for s in stored} == {evidence.stream_id}
        return all(evidence.span.hull(s.text.span) == evidence.span for s in stored)
    if kind == "visit":
        label = rest.partition(":")[0]
        return any(p.span.overlaps(evidence.span) for p in memory.presences(label=label, stream=evidence.stream_id))
    if kind == "looked":
        looks = memory.looked(stream=evidence.stream_id, window=evidence.span)
        return evidence.span.start_ns in looks.start_ns and evidence.span.end_ns in looks.end_ns
    if kind in ("clip", "fact"):
        return any(c.span.hull(evidence.span) == c.span for c in memory.clips(stream=evidence.stream_id))
    return False


def test_every_piece_of_evidence_resolves_to_what_is_stored(answers: list[tuple[Memory, Answer, int]]) -> None:
    for memory, answer, asked_at_ns in answers:
        assert len({(e.id, e.stream_id, e.span) for e in answer.evidence}) == len(answer.evidence)
        for evidence in answer.evidence:
            assert resolves(memory, evidence), evidence
            assert evidence.span.end_ns <= asked_at_ns
            for frame in evidence.frames:
                (stored,) = [f for f in memory.frames(window=Span(frame.t_ns, frame.t_ns + 1)) if f.ref == frame]
                assert stored.ref.stream_id == evidence.stream_id


def test_steps_tell_what_was_tried(answers: list[tuple[Memory, Answer, int]]) -> None:
    for _, answer, _ in answers:
        assert answer.steps
        assert all(step.why and step.ms >= 0 and step.tokens == 0 for step in answer.steps)
        tried = [step.hits > 0 for step in answer.steps if "is tried as" in step.why]
        assert tried == [False] * (len(tried) - 1) + [not answer.abstained]
        looks = [step.why.partition(":")[0] for step in answer.steps if "is tried as" not in step.why]
        assert bool(looks) != answer.abstained
        assert set(looks) <= {"words", "events", "meaning", "facts", "visual"}
        assert answer.ms >= 0


def test_asking_twice_gives_the_same_answer(tmp_path: Path) -> None:
    with remember(tmp_path / "m", house(), DAYS, ("home",)) as memory:
        first = [untimed(memory.ask(q.text, asked_at=f"DAY{HOUSE_ASKED_AT}", choices=q.choices)) for q in HOUSE]
        assert [untimed(memory.ask(q.text, asked_at=f"DAY{HOUSE_ASKED_AT}", choices=q.choices)) for q in HOUSE] == first
    with Memory.open(tmp_path / "m") as again:
        assert [untimed(again.ask(q.text, asked_at=f"DAY{HOUSE_ASKED_AT}", choices=q.choices)) for q in HOUSE] == first


def test_a_text_embedder_changes_no_typed_answer(tmp_path: Path) -> None:
    with (
        remember(tmp_path / "words", house(), DAYS, ("home",)) as words,
        remember(tmp_path / "meaning", house(), DAYS, ("home",), text_embedder=ScriptedEmbedder()) as meaning,
    ):
        for q in HOUSE:
            one, other = (m.ask(q.text, asked_at=f"DAY{HOUSE_ASKED_AT}", choices=q.choices) for m in (words, meaning))
            assert (one.text, one.value, one.choice, one.confidence) == (other.text, other.value, other.choice, other.confidence)


@pytest.mark.parametrize("sources", [["semantic"], ["visual"], ["semantic", "visual"], ["episodic"]])
def test_an_answer_rests_on_the_sources_asked_for_alone(tmp_path: Path, sources: list[str]) -> None:
    world = [*house(), *doorway()]
    with remember(tmp_path / "m", world, DAYS, ("home", "door")) as memory:
        for text in ("Where are my keys?", "How many people came?", "Did a dog come by?", "Who fed the cat?"):
            answer = memory.ask(text, sources=sources)
            assert {e.source for e in answer.evidence} <= set(sources)
            assert answer.abstained == (not answer.evidence)


def test_a_stream_is_all_there_is_when_it_is_named(tmp_path: Path) -> None:
    world = [line("left", 0, "I feed the cat."), line("right", 600 * S, "I feed the cat.")]
    with remember(tmp_path / "m", world) as memory:
        assert memory.ask("How often did I feed the cat?").value == 2
        for stream, start_ns in (("left", 0), ("right", 600 * S)):
            answer = memory.ask("When did I last feed the cat?", stream=stream)
            assert answer.value == start_ns
            assert {e.stream_id for e in answer.evidence} == {stream}
            assert memory.ask("How often did I feed the cat?", stream=stream).value == 1


def test_events_told_in_two_streams_at_once_happened_once(tmp_path: Path) -> None:
    world = [line(s, t * S, "I feed the cat.") for s in ("left", "right") for t in (0, 3600)]
    with remember(tmp_path / "m", world) as memory:
        assert memory.ask("How often did I feed the cat?").value == 2


def test_a_long_line_that_covers_short_ones_is_one_episode(tmp_path: Path) -> None:
    world = [
        line("left", 0, "I paint the fence.", 3600),
        line("left", 5 * S, "I paint the fence."),
        line("left", 3000 * S, "I paint the fence."),
    ]
    with remember(tmp_path / "m", world) as memory:
        assert memory.ask("How often did I paint the fence?").value == 1
        assert memory.ask("How long did I paint the fence?").value == 3600 * S


@pytest.mark.parametrize("window", [Span(0, 100 * S), Span(500 * S, 700 * S)])
def test_a_window_holds_for_answers_of_every_kind(tmp_path: Path, window: Span) -> None:
    world = [line("left", t * S, f"Tom puts {n} apples on the table.") for t, n in ((10, "two"), (600, "five"))]
    with remember(tmp_path / "m", world) as memory:
        start_ns = 10 * S if window.start_ns == 0 else 600 * S
        questions = (
            "How many apples did Tom put on the table?",
            "When did Tom put apples on the table?",
            "Who put apples on the table?",
            "Where are the apples?",
            "What happened?",
            "Did Tom put apples on the table?",
            "How often did Tom put apples on the table?",
        )
        for text in questions:
            answer = memory.ask(text, window=window)
            assert [e.span.start_ns for e in answer.evidence if e.id.startswith("text:")] == [start_ns], (text, answer)


@pytest.mark.parametrize("world", [[], [look("left", 0, 0, S)]], ids=["empty", "no words"])
def test_every_kind_of_question_abstains_where_nothing_was_told(world: list, tmp_path: Path) -> None:
    texts = ["Who came?", "Where is it?", "When was it?", "How many cups?", "How often did I run?", "How long did I run?"]
    texts += [
        "Is it open?",
        "Did I run?",
        "List the cups.",
        "Tea or coffee?",
        "Why?",
        "Which was first, tea or coffee?",
        "What now?",
    ]
    with remember(tmp_path / "m", world, OFFSETS) as memory:
        for text in texts:
            answer = memory.ask(text)
            assert answer.abstained
            assert "looked at 0 lines" in answer.reason
            assert answer.kind in KINDS
            assert memory.ask(text, choices=("tea", "coffee")).abstained


def test_every_kind_of_question_has_a_way() -> None:
    assert all(ways for ways in WAYS.values())
    with tempfile.TemporaryDirectory() as folder, remember(Path(folder, "m"), [line("left", 0, "Tom reads.")]) as memory:
        assert memory.ask("Why did Tom read?").kind == "text"


def test_where_something_came_from_is_read_off_the_line_that_took_it(tmp_path: Path) -> None:
    texts = (
        "C closes the fridge.",
        "C picks a bottle of milk from the",
        "C opens the lid",
        "C fills the kettle",
        "C pours the milk into the",
    )
    world = [line("left", i * 2 * S, f"#C {text}", 2) for i, text in enumerate(texts)]
    with remember(tmp_path / "m", world, OFFSETS) as memory:
        answer = memory.ask("Where did the milk come from?")
        assert (answer.kind, answer.evidence[0].span) == ("place", Span(2 * S, 4 * S))
        assert "fridge" in answer.text
