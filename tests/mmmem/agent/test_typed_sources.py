"""A source that answers by itself, beside the banks: what is taken when they agree, contradict each other, or know nothing."""

from dataclasses import dataclass, field

import pytest

from mmmem.agent.fusing import agree, chosen, fused
from mmmem.agent.question import parse_question
from mmmem.agent.typed import Told, TypedAnswer
from mmmem.clock import Calendar, Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.types import Answer, Evidence, Observation, StreamInfo, TimedText

S = 10**9
CALENDAR = Calendar("days")


def evidence(t_s: int, source: str = "graph") -> Evidence:
    return Evidence(source, f"{source}:{t_s}", "cam", Span(t_s * S, t_s * S + 1), 1.0, "seen")


def answer(text: str, confidence: float, t_s: int, *, kind: str = "place", value=None, source: str = "graph") -> Answer:
    return Answer(text, kind, confidence, False, (evidence(t_s, source),), value=value)


def abstention(reason: str = "never seen") -> Answer:
    return Answer(f"I do not know: {reason}", "place", 0.0, True, reason=reason)


def told(given: Answer, t_s: int, surety: float | None = None) -> Told:
    return Told("graph", TypedAnswer(given, t_s * S, given.confidence if surety is None else surety))


def question(text: str, choices: tuple[str, ...] = ()):
    return parse_question(text, asked_at_ns=1000 * S, calendar=CALENDAR, choices=choices)


NOW, THEN = question("Where is the mug?"), question("Where was the mug at 00:02?")


def test_without_a_typed_answer_the_banks_answer_stands():
    banks = answer("on the desk", 0.4, 10, source="episodic")
    assert fused(banks, [], NOW, k=5) is banks


def test_two_that_say_the_same_are_surer_than_each_and_both_are_cited():
    banks, graph = (
        answer("on the desk", 0.5, 10, value="on desk", source="episodic"),
        answer("On the desk.", 0.6, 20, value="on the desk"),
    )
    both = fused(banks, [told(graph, 20)], NOW, k=5)
    assert both.confidence == pytest.approx(1 - 0.5 * 0.4)
    assert {one.source for one in both.evidence} == {"graph", "episodic"}


def test_of_two_that_contradict_each_other_the_surer_is_taken():
    banks, graph = answer("on the desk", 0.3, 10, source="episodic"), answer("in the sink", 0.7, 10)
    assert fused(banks, [told(graph, 10)], THEN, k=5).text == "in the sink"
    surer = answer("on the desk", 0.9, 10, source="episodic")
    assert fused(surer, [told(graph, 10)], THEN, k=5).text == "on the desk"


def test_of_the_present_the_later_knowledge_counts_more_though_it_is_less_sure():
    graph = answer("in the sink", 0.8, 100)
    later = answer("on the desk", 0.5, 900, source="episodic")
    assert fused(later, [told(graph, 100)], NOW, k=5).text == "on the desk"
    assert fused(later, [told(graph, 100)], THEN, k=5).text == "in the sink"


def test_a_sure_abstention_stands_against_a_guess_and_falls_to_a_sure_answer():
    never = told(abstention(), 1000, surety=0.7)
    assert fused(answer("on the desk", 0.4, 10, source="episodic"), [never], NOW, k=5).abstained
    assert not fused(answer("on the desk", 0.8, 10, source="episodic"), [never], NOW, k=5).abstained


def test_an_abstention_of_the_banks_gives_way():
    graph = answer("in the sink", 0.2, 10)
    assert fused(abstention(), [told(graph, 10)], NOW, k=5).text == "in the sink"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (answer("2", 0.5, 1, kind="count", value=2), answer("two mugs", 0.5, 1, kind="count", value=2), True),
        (answer("2", 0.5, 1, kind="count", value=2), answer("3", 0.5, 1, kind="count", value=3), False),
        (answer("Yes", 0.5, 1, kind="yes_no", value=True), answer("No", 0.5, 1, kind="yes_no", value=False), False),
        (answer("8:00", 0.5, 1, kind="time", value=80 * S), answer("8:01", 0.5, 1, kind="time", value=120 * S), True),
        (answer("a", 0.5, 1, value="the desk"), answer("b", 0.5, 1, value="on the desk"), True),
        (abstention(), abstention(), False),
    ],
)
def test_answers_agree_by_their_values(one, other, same):
    assert agree(one, other) is same


def test_a_typed_answer_becomes_the_option_that_says_it_or_none():
    given = answer("In the sink.", 0.8, 10, value="in the sink")
    assert chosen(given, ("on the desk", "in the sink")).choice == 1
    assert chosen(given, ("on the desk", "on the shelf")).abstained
    count = answer("3", 0.8, 10, kind="count", value=3)
    assert chosen(count, ("2", "3", "13")).choice == 1


def test_a_surety_is_a_probability():
    with pytest.raises(InvalidInputError, match=r"surety must lie in \[0, 1\], got 1.5"):
        TypedAnswer(abstention(), 0, 1.5)


@dataclass
class Scripted:
    """Answers what it was told to, and notes what it was asked."""

    given: list[TypedAnswer]
    name: str = "scripted"
    asked: list[str] = field(default_factory=list)

    def answers(self, asked):
        self.asked.append(asked.query.text)
        return self.given


def test_a_memory_asks_a_typed_source_unless_other_sources_are_named(tmp_path):
    graph = answer("in the sink", 0.9, 10)
    source = Scripted([TypedAnswer(graph, 10 * S, 0.9)])
    with Memory.open(tmp_path / "m", mode="w", create=True, calendar=CALENDAR) as memory:
        memory.add_stream(StreamInfo("cam", "scripted", CALENDAR, 0))
        memory.observe([Observation.of_text("cam", TimedText(Span(0, S), "Ben puts the plate on the desk."))])
        memory.add_answerer(source)
        found = memory.ask("Where is the mug?")
        assert found.text == "in the sink"
        assert found.steps[0].source == "scripted"
        assert memory.ask("Where is the mug?", sources=["episodic"]).text != "in the sink"
        assert len(source.asked) == 1
        with pytest.raises(InvalidInputError, match="There is a source 'scripted' already"):
            memory.add_answerer(source)
