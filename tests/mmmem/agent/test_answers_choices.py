"""Multiple choice: the option, its index, evidence at the right moment, and no guess where nothing is known."""

from pathlib import Path

import pytest
from agent_world import S, ScriptedEmbedder, line, ns, remember

from mmmem.clock import Span
from mmmem.memory import Memory

SHOPPING = (
    ("1 09:00", "I go into the bakery and buy rye bread."),
    ("1 12:00", "I buy a bicycle pump in the hardware store."),
    ("1 18:00", "I walk past the harbour."),
    ("2 09:00", "I go into the bakery and buy three croissants."),
    ("2 10:00", "Nora gives me a blue scarf."),
)


@pytest.fixture(scope="module")
def shopping(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    world = [line("left", ns(clock), text) for clock, text in SHOPPING]
    return remember(tmp_path_factory.mktemp("shopping"), world)


@pytest.mark.parametrize(
    ("text", "choices", "choice", "at"),
    [
        ("What did I buy in the hardware store?", ("a hammer", "a bicycle pump", "rye bread"), 1, "1 12:00"),
        ("Who gave me the scarf?", ("Nora", "Tom", "Mia"), 0, "2 10:00"),
        ("What did I last buy in the bakery?", ("rye bread", "croissants"), 1, "2 09:00"),
        ("How many croissants did I buy?", ("Two", "Three", "Four"), 1, "2 09:00"),
        ("When did I buy the bicycle pump?", ("Yesterday at noon", "Today at 9 am", "Yesterday at 6 pm"), 0, "1 12:00"),
        ("What colour is the scarf?", ("Red", "Green", "Blue", "White"), 2, "2 10:00"),
    ],
)
def test_the_right_option_with_its_moment(shopping: Memory, text: str, choices: tuple[str, ...], choice: int, at: str) -> None:
    answer = shopping.ask(text, choices=choices)
    assert (answer.kind, answer.choice, answer.value, answer.text) == ("choice", choice, choices[choice], choices[choice])
    assert any(e.span.contains(ns(at)) for e in answer.evidence[:3])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_order_of_options_does_not_matter(shopping: Memory, order: tuple[int, ...]) -> None:
    options = ("a bicycle pump", "a hammer", "rye bread")
    answer = shopping.ask("What did I buy in the hardware store?", choices=[options[i] for i in order])
    assert answer.value == "a bicycle pump"
    assert answer.confidence == pytest.approx(
        shopping.ask("What did I buy in the hardware store?", choices=options).confidence, rel=1e-9
    )


def test_identical_options_share_the_confidence(shopping: Memory) -> None:
    one = shopping.ask("Who gave me the scarf?", choices=("Nora", "Tom"))
    two = shopping.ask("Who gave me the scarf?", choices=("Nora", "Nora", "Tom"))
    assert (one.choice, two.choice) == (0, 0)
    assert two.confidence <= 0.5 < one.confidence


def test_options_nobody_ever_mentioned_are_equally_likely(shopping: Memory) -> None:
    answer = shopping.ask("What did I buy in the bakery?", choices=("a zeppelin", "a tuba", "plutonium"))
    assert answer.confidence == pytest.approx(1 / 3)


def test_nothing_about_the_question_is_no_guess(shopping: Memory) -> None:
    answer = shopping.ask("Which opera did the astronaut sing?", choices=("Aida", "Tosca"))
    assert (answer.abstained, answer.choice, answer.kind) == (True, None, "choice")
    assert answer.reason


def test_windows_and_times_bound_the_moment_too(shopping: Memory) -> None:
    yesterday = shopping.ask("What did I buy in the bakery yesterday?", choices=("rye bread", "croissants"))
    assert yesterday.choice == 0
    day_one = Span(0, 86_400 * S)
    window = shopping.ask("What did I buy in the bakery?", choices=("rye bread", "croissants"), window=day_one)
    assert window.choice == 0
    for answer in (yesterday, window):
        assert all(e.span.overlaps(day_one) for e in answer.evidence)
    assert shopping.ask("Who gave me the scarf?", choices=("Nora", "Tom"), window=day_one).abstained


def test_options_that_are_times_nothing_fits_fall_back_to_words(shopping: Memory) -> None:
    answer = shopping.ask("When did I buy the bicycle pump?", choices=("Today at 3 am", "Today at 4 am"))
    assert answer.choice in (0, 1)
    assert answer.confidence == pytest.approx(0.5, abs=0.2)


def test_choices_without_words_do_not_crash(tmp_path: Path) -> None:
    with remember(tmp_path / "m", [line("left", 0, "I buy bread.")]) as memory:
        answer = memory.ask("What did I buy?", choices=("the", "?!", "of"))
        assert answer.choice in (0, 1, 2)
        assert 0 <= answer.confidence <= 1


@pytest.mark.parametrize("order", [("a truck", "a spoon"), ("a spoon", "a truck")])
def test_an_option_told_in_other_words_is_chosen_by_its_meaning(tmp_path: Path, order: tuple[str, str]) -> None:
    told = ("Nora parks the automobil beside the gate.", "Nora sits down on a bench.", "The rain stops at last.")
    world = [line("left", i * 10 * S, text) for i, text in enumerate(told)]
    with remember(tmp_path / "m", world, text_embedder=ScriptedEmbedder()) as memory:
        answer = memory.ask("What did Nora park beside the gate?", choices=order)
        assert answer.value == "a truck"


def test_meaning_decides_nothing_about_what_no_line_speaks_of(tmp_path: Path) -> None:
    world = [line("left", i * 10 * S, f"Nora counts to {i}.") for i in range(5)]
    with remember(tmp_path / "m", world, text_embedder=ScriptedEmbedder()) as memory:
        assert memory.ask("Which opera did the astronaut sing?", choices=("Aida", "Tosca")).abstained


def test_over_a_week_only_words_near_the_question_decide(tmp_path: Path) -> None:
    """A line far away that comes near to an option in meaning is about something else."""
    told = (("1 09:00", "Nora parks beside the gate and sings."), ("2 09:00", "Tom washes the automobil."))
    world = [line("left", ns(clock), text) for clock, text in told]
    answers = []
    for name, embedder in (("words", None), ("meaning", ScriptedEmbedder())):
        with remember(tmp_path / name, world, text_embedder=embedder) as memory:
            answer = memory.ask("What did Nora do beside the gate?", choices=("sings", "a truck"))
            answers.append((answer.choice, answer.evidence[0].span))
    assert answers[0] == answers[1]
    assert answers[0][0] == 0
