"""Words of questions as data: noun phrases, and what is asked."""

import pytest

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, Calendar, Span
from mmmem.types import TimedText
from scenegraph.called import mentions_in
from scenegraph.doings import doings_in
from scenegraph.phrases import phrase_of, plural, singular
from scenegraph.replies_things import kinds_for
from scenegraph.requests import request_of

MONDAY_NS = 1714953600 * 10**9  # 2024-05-06, midnight
NOW_NS = MONDAY_NS + 2 * NS_PER_DAY + 9 * NS_PER_HOUR


def asked(text: str):
    return request_of(text, asked_at_ns=NOW_NS, calendar=Calendar("wall"))


@pytest.mark.parametrize(
    ("text", "kind", "colour", "owner", "relation", "place"),
    [
        ("mug", "mug", "", "", "", ""),
        ("the red mug", "mug", "red", "", "", ""),
        ("Anna's red mug", "mug", "red", "Anna", "", ""),
        ("my keys", "keys", "", "my", "", ""),
        ("two white mugs", "mug", "white", "", "", ""),
        ("the mug on the desk", "mug", "", "", "on", "desk"),
        ("the book that you saw on Anna's bedside table", "book", "", "", "on", "Anna's bedside table"),
        ("the orange orange", "orange", "orange", "", "", ""),  # the colour is taken away once
        ("gold watch", "watch", "golden", "", "", ""),
        ("a pair of glasses next to the lamp", "pair of glasses", "", "", "next to", "lamp"),
    ],
)
def test_a_noun_phrase_is_owner_colour_class_and_place(text, kind, colour, owner, relation, place):
    found = phrase_of(text)
    assert (found.kind, found.colour, found.owner, found.relation, found.place) == (kind, colour, owner, relation, place)


@pytest.mark.parametrize("kind", ["mug", "knife", "shelf", "brush", "box", "keys", "toothbrush", "berry"])
def test_singular_undoes_plural(kind):
    assert singular(plural(kind)) == kind


@pytest.mark.parametrize(
    ("text", "intent", "what", "place"),
    [
        ("Where is the red mug?", "where", "the red mug", ""),
        ("Where can I find my keys now?", "where", "my keys", ""),
        ("Which room is the piano in?", "room", "the piano", ""),
        ("In which room did you see the cat?", "room", "the cat", ""),
        ("Where was the vase before you saw it on the shelf?", "before", "the vase", "the shelf"),
        ("The vase is on the shelf. Where did you see it before?", "before", "The vase", "the shelf"),
        ("Where does the vase usually stand?", "usual", "the vase", ""),
        ("Where will the vase most likely be tomorrow morning?", "usual", "the vase", ""),
        ("What is on the table?", "at", "", "the table"),
        ("What is next to the sofa?", "at", "", "the sofa"),
        ("How many cups are there?", "num kind", "cups", ""),
        ("How many cups are on the table?", "num kind at", "cups", "the table"),
        ("How many things were in the sink yesterday evening?", "num at", "", "the sink"),
        ("When did you last see the cat?", "when last", "the cat", ""),
        ("When was the vase moved?", "when moved", "the vase", ""),
        ("For how long was the vase on the shelf?", "how long at", "the vase", "the shelf"),
        ("On how many days did you see the vase on the shelf?", "num days", "the vase", "the shelf"),
        ("Is the vase still where it was on Monday morning?", "still", "the vase", ""),
        ("Was the oven on or off when you last saw it?", "state or", "the oven", "off"),
        ("Is the oven on?", "state is", "the oven", ""),
        ("Is the vase on the shelf?", "is at", "the vase", "the shelf"),
        ("What colour is the vase?", "colour", "the vase", ""),
        ("Who was in the kitchen on Monday evening?", "who in", "", "the kitchen"),
        ("Whose keys are these?", "owner", "keys", ""),
        ("Who owns the keys?", "owner", "the keys", ""),
        ("What did Anna do yesterday?", "doing", "Anna", ""),
        ("As far as you saw, how often was the vase moved to another place?", "num moves", "the vase", ""),
        ("How many times has the vase changed its place so far?", "num moves", "the vase", ""),
        ("How often did you see the vase in another place than the time before?", "num moves", "the vase", ""),
        ("In how many places has the vase been?", "num places", "the vase", ""),
        ("How many days was the vase on the shelf?", "num days", "the vase", "the shelf"),
        ("How long did the vase stay on the shelf, as far as you know?", "how long at", "the vase", "the shelf"),
        ("Which of these was switched on on Monday evening?", "state choice", "", ""),
        ("Which of these was switched on this morning?", "state choice", "", ""),
        ("Which of these is not where it was on Monday morning?", "changed choice", "", ""),
        ("Which of these was the last to be moved?", "moved last choice", "", ""),
        ("Which of these was seen first on Monday morning?", "seen first choice", "", ""),
        ('Who said "I left my keys on the desk on Monday"?', "who said", "", ""),
        ("Who was it that said 'see you'?", "who said", "", ""),
        ("Has the vase been moved since Monday?", "moved since", "the vase", ""),
    ],
)
def test_a_question_is_read_off_its_form(text, intent, what, place):
    found = asked(text)
    assert found is not None
    assert (found.intent, found.what, found.place) == (intent, what, place)


@pytest.mark.parametrize("text", ["Why was Ben late?", "What did Mia say about the trip?", "How do I cook rice?"])
def test_what_is_none_for_a_graph_is_left_to_others(text):
    assert asked(text) is None


def test_every_hour_of_a_day_belongs_to_one_named_part():
    windows = [asked(f"Where was the vase on Monday {part}?").windows[0] for part in ("morning", "afternoon", "evening")]
    assert windows[0].end_ns == windows[1].start_ns
    assert windows[1].end_ns == windows[2].start_ns
    assert windows[2].end_ns == MONDAY_NS + NS_PER_DAY


def test_a_purpose_names_the_classes_that_share_most_words_with_it():
    assert "mug" in kinds_for("drink from")
    assert kinds_for("dry hands with") == {"towel"}
    assert kinds_for("juggle") == frozenset()


def test_captions_name_what_stands_where_and_who_does_what():
    text = TimedText(Span(0, 1), "In the hall. Anna reads a book. A red mug and black keys are on Ben's desk.")
    assert [(phrase.text, relation, place) for phrase, relation, place in mentions_in(text)] == [
        ("red mug", "on", "Ben's desk"),
        ("black keys", "on", "Ben's desk"),
    ]
    assert [(doing.who, doing.deed) for doing in doings_in([text])] == [("Anna", "reads a book")]
    quiet = TimedText(Span(0, 1), "Black keys are on the desk. Ben stands there.")
    assert doings_in([quiet]) == []
