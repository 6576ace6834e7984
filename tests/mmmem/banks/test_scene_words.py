"""Captions, narrations and speech about scenes as statements."""

import pytest

from mmmem.banks.scene_phrases import listed, place_name
from mmmem.banks.scene_words import Does, Placed, Scene, scene_of
from mmmem.clock import Span
from mmmem.types import TextKind, TimedText


def scene(words: str, kind: TextKind = "caption", speaker: str | None = None) -> Scene:
    return scene_of(TimedText(Span(0, 1), words, kind, speaker=speaker))


def told(found: Scene) -> list[tuple[str, str, str]]:
    return [(one.thing.text, one.relation, one.place) for one in found.placed]


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("A cup is on the table.", [("cup", "on", "table")]),
        ("A cup and two bowls are on the table.", [("cup", "on", "table"), ("bowls", "on", "table")]),
        (
            "A red cup, a blue vase and golden keys are lying on Anna's desk.",
            [("red cup", "on", "Anna's desk"), ("blue vase", "on", "Anna's desk"), ("golden keys", "on", "Anna's desk")],
        ),
        ("There is a lamp in the corner of the room.", [("lamp", "in", "room")]),
        ("There are a saw and nails.", [("saw", "", ""), ("nails", "", "")]),
        ("The wrench lies underneath the bench.", [("wrench", "under", "bench")]),
        ("Books stand on top of the piano.", [("Books", "on", "piano")]),
        ("The scissors are in the top drawer of the cabinet.", [("scissors", "in", "cabinet")]),
        ("Omar holds a green umbrella.", [("green umbrella", "with", "Omar")]),
        ("Lena puts the blue teapot down on the stove.", [("blue teapot", "on", "stove")]),
        ("I put the cup in the cupboard.", [("cup", "in", "cupboard")]),
        ("#C C puts the knife on the board with her left hand", [("knife", "on", "board")]),
        ("C drops the knife into the sink", [("knife", "in", "sink")]),
        ("I put the milk back in the fridge and close it.", [("milk", "in", "fridge")]),
        ("I walk to the shelf and put the box on it.", []),
        ("My jacket is on the chair.", [("My jacket", "on", "chair")]),
        ("A black and white cat is on the sofa.", [("black cat", "on", "sofa")]),
    ],
)
def test_what_stands_where_is_read(words: str, places: list[tuple[str, str, str]]) -> None:
    assert told(scene(words)) == places


@pytest.mark.parametrize(
    "words",
    [
        "Is the cup on the table?",
        "It is on the table.",
        "The cup is lovely.",
        "We are in love with how this turned out today.",
        "No cup is on the table.",
        "There is no milk in the fridge.",
        "Nobody is in the room.",
        "I get out of the car.",
        "I leave for work at eight.",
        "The shop is on fire.",
        "I put my heart in order.",
    ],
)
def test_what_says_no_place_gives_none(words: str) -> None:
    assert scene(words).placed == ()


def test_a_room_a_state_and_people_of_one_caption() -> None:
    found = scene("In the workshop. Omar sands a door. Lena sits there. A saw is on the bench. The window is open.")
    assert found.room == "workshop"
    assert found.does == (Does("Omar", "sands a door"), Does("Lena", ""))
    assert told(found) == [("saw", "on", "bench")]
    assert [(one.thing.text, one.state) for one in found.states] == [("window", "open")]


def test_what_is_done_to_it_is_done_to_the_thing_named_before() -> None:
    *_, put = scene("I take the cup off the table and put it in the sink.").placed
    assert (put.thing.text, put.how, put.place) == ("cup", "put", "sink")


@pytest.mark.parametrize("words", ["In the morning I drink coffee.", "In the meantime.", "In front of me is a table."])
def test_no_time_and_no_view_is_a_room(words: str) -> None:
    assert scene(words).room == ""


def test_what_somebody_else_does_is_not_the_wearers() -> None:
    assert all(one.who != "I" for one in scene("The man places a phone on the desk.").placed)
    assert scene("#O A man X walks into the kitchen").does == (Does("A man", "walks into the kitchen", "kitchen"),)
    assert scene("Alice and I carry the boxes.").does[-1].who == "I"


def test_who_takes_something_has_it_and_it_was_there() -> None:
    before, after = scene("Omar takes the jug from the shelf.").placed
    assert (before.relation, before.place, before.how) == ("on", "shelf", "taken")
    assert (after.relation, after.place, after.who) == ("with", "Omar", "Omar")


def test_what_is_taken_away_is_gone() -> None:
    (gone,) = scene("Omar takes the jug away.").placed
    assert (gone.how, gone.place) == ("gone", "")


@pytest.mark.parametrize(
    ("words", "speaker", "owner", "thing"),
    [
        ("The red cup on the desk is mine.", "Lena", "Lena", "red cup"),
        ("The silver keys belong to Omar.", "Lena", "Omar", "silver keys"),
        ("Where did I put my green hat?", "Lena", None, None),
        ("I left my green hat on the bench.", "Lena", "Lena", "green hat"),
        ("I borrowed Omar's drill.", "Lena", "Omar", "drill"),
        ("My keys are on the table.", "Lena", "Lena", "keys"),
        ("That's my bucket.", "Lena", "Lena", "bucket"),
        ("It's great.", "Lena", None, None),
        ("Let's go.", "Lena", None, None),
        ("Monday's meeting is at ten.", "Lena", None, None),
    ],
)
def test_whose_a_thing_is_said_to_be(words: str, speaker: str, owner: str | None, thing: str | None) -> None:
    said = scene(words, "speech", speaker).owns
    assert [(one.who, one.thing.text) for one in said] == ([] if owner is None else [(owner, thing)])


def test_where_somebody_says_to_have_left_a_thing() -> None:
    (left,) = scene("I left my green hat on the bench.", "speech", "Lena").placed
    assert isinstance(left, Placed)
    assert (left.how, left.place, left.who) == ("said", "bench", "Lena")


def test_numbers_are_counted_and_plurals_left_open() -> None:
    assert [number for _, number in listed("A cup, two bowls, spoons and keys")] == [1, 2, 0, 1]


@pytest.mark.parametrize(
    ("words", "name"),
    [("the drawer of Anna's desk", "Anna's desk"), ("the kitchen counter 2.", "kitchen counter 2"), ("it", "")],
)
def test_a_place_is_named_without_article_and_part(words: str, name: str) -> None:
    assert place_name(words) == name
