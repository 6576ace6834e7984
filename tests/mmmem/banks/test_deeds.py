"""Deeds read off lines: who does what to what, and what is no deed."""

import pytest

from mmmem.banks.consolidation.deeds import deeds_of
from mmmem.banks.consolidation.verbs import VERBS, third_person
from mmmem.clock import Span
from mmmem.types import TextKind, TimedText


def told(text: str, kind: TextKind = "caption", speaker: str | None = None) -> list[tuple[str, str, str]]:
    return [(deed.actor, deed.verb, deed.object) for deed in deeds_of(TimedText(Span(0, 1), text, kind, speaker))]


@pytest.mark.parametrize(
    ("text", "deeds"),
    [
        ("Jake makes coffee.", [("Jake", "make", "coffee")]),
        ("Alice and Shure are cooking dinner", [("Alice", "cook", "dinner"), ("Shure", "cook", "dinner")]),
        ("I made a cup of coffee and drank it", [("I", "make", "coffee")]),  # what was drunk is not named again
        ("Washing the dishes", [("I", "wash", "dishes")]),  # a caption without a subject is the wearer's
        ("#C C washes the plate", [("I", "wash", "plate")]),
        ("We're eating hot pot", [("I", "eat", "hot pot")]),
        ("I have breakfast with Tasha", [("I", "have", "breakfast")]),  # `have` is the verb, no auxiliary
        ("Mia has eaten toast", [("Mia", "eat", "toast")]),
        ("Alice goes jogging in the park", [("Alice", "jog", "")]),
        ("I turned my phone off and got up", [("I", "get up", "")]),  # switching a phone off is a move of the hand
        ("I turned the TV off", [("I", "turn off", "TV")]),
        ("Katrina took out the trash", [("Katrina", "take out", "trash")]),
        ("I saw Shure playing the guitar", [("Shure", "play", "guitar")]),
        ("I continued to use my phone", [("I", "use", "phone")]),
        ("I talked with Alice", [("I", "talk to", "Alice")]),  # one verb for talking with, chatting with, speaking to
    ],
)
def test_what_is_done_is_read(text: str, deeds: list[tuple[str, str, str]]) -> None:
    assert told(text) == deeds


@pytest.mark.parametrize(
    "text",
    [
        "I want to make tea",
        "Getting ready to order a burger.",
        "Does Jake make coffee?",
        "Jake doesn't drink coffee",
        "If Jake makes coffee, I drink it",
        "I ask Tasha to wash the dishes",
        "He drinks coffee and washes the cup",  # nobody knows who
        "I pick up the cup and look at it",  # moves of the hand and the head
        "The dog eats its food",
        "I ran my fingers through my hair",
        "Wash, rinse",
    ],
)
def test_what_is_wished_denied_or_unnamed_is_no_deed(text: str) -> None:
    assert [deed for deed in told(text) if deed[1] not in ("wash", "rinse")] == []


def test_speech_tells_what_was_done_and_loses_the_time_of_the_day() -> None:
    made, jogged = (
        deeds_of(TimedText(Span(0, 1), text, "speech", "Jake"))[0] for text in ("I made coffee", "I went jogging yesterday")
    )
    assert (made.actor, made.verb, made.object, made.timed, made.days_before) == ("Jake", "make", "coffee", False, 0)
    assert (jogged.actor, jogged.verb, jogged.timed, jogged.days_before) == ("Jake", "jog", False, 1)


@pytest.mark.parametrize(
    "text", ["Make coffee!", "I make coffee", "I'll make coffee", "I made coffee last week", "We could eat pizza"]
)
def test_speech_that_tells_of_no_day_is_no_deed(text: str) -> None:
    assert told(text, "speech", "Jake") == []


def test_signs_do_nothing() -> None:
    assert told("Jake makes coffee", "ocr") == []


def test_one_act_in_any_form_has_one_key() -> None:
    forms = ["Jake washes the dishes", "Jake washed a dish", "Jake is washing dishes", "Jake has washed the dishes"]
    assert len({(d.actor, d.verb, d.key) for text in forms for d in deeds_of(TimedText(Span(0, 1), text))}) == 1


def test_every_verb_has_all_of_its_forms() -> None:
    forms = {verb.lemma: {form for v in VERBS.values() if v.lemma == verb.lemma for form in v.forms} for verb in VERBS.values()}
    assert all(found == {"base", "third", "past", "participle", "ing"} for found in forms.values()), forms
    assert [third_person(v) for v in ("make", "get up", "wash", "study", "go")] == [
        "makes",
        "gets up",
        "washes",
        "studies",
        "goes",
    ]
